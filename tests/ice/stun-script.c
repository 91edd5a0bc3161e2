/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "stun-script.h"

#include <string.h>

typedef struct {
  StunScript     *script;
  GSocket        *socket;
  GSocketAddress *address;
  GSource        *source;
} Port;

struct _StunScript {
  Port           ports[STUN_SCRIPT_MAX_SOCKETS];
  guint          n_ports;
  StunScriptFunc answer;
  gpointer       data;
};

static gboolean
on_datagram (GSocket *socket, GIOCondition condition, gpointer data)
{
  Port *port = data;
  g_autoptr (GSocketAddress) from = NULL;
  g_autoptr (YonderStunMessage) request = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char buffer[2000];
  gssize length = g_socket_receive_from (socket, &from, buffer, sizeof buffer, NULL, NULL);

  if (length <= 0)
    return G_SOURCE_CONTINUE;
  bytes = g_bytes_new (buffer, (gsize) length);
  request = yonder_stun_message_parse (bytes, NULL);
  if (request != NULL && request->message_class == YONDER_STUN_CLASS_REQUEST)
    port->script->answer (port->script, (guint) (port - port->script->ports), request, from, port->script->data);
  return G_SOURCE_CONTINUE;
}

static gboolean
open_port (StunScript *self, const char *address, guint number)
{
  Port *port = &self->ports[self->n_ports];
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new_from_string (address, number);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);

  if (!g_socket_bind (socket, wanted, FALSE, NULL))
    return FALSE;
  g_socket_set_blocking (socket, FALSE);
  port->script = self;
  port->address = g_socket_get_local_address (socket, NULL);
  port->source = g_socket_create_source (socket, G_IO_IN, NULL);
  port->socket = g_steal_pointer (&socket);
  g_source_set_callback (port->source, G_SOURCE_FUNC (on_datagram), port, NULL);
  g_source_attach (port->source, NULL);
  self->n_ports++;
  return TRUE;
}

static void
close_ports (StunScript *self)
{
  while (self->n_ports > 0) {
    Port *port = &self->ports[--self->n_ports];

    g_source_destroy (port->source);
    g_source_unref (port->source);
    g_object_unref (port->socket);
    g_object_unref (port->address);
  }
}

StunScript *
stun_script_new (gboolean is_double, StunScriptFunc answer, gpointer data)
{
  static const char * const addresses[] = { "127.0.0.1", "127.0.0.2" };
  StunScript *self = g_new0 (StunScript, 1);

  self->answer = answer;
  self->data = data;
  if (!is_double) {
    g_assert_true (open_port (self, addresses[0], 0));
    return self;
  }
  for (guint i = 0; i < 200 && self->n_ports < STUN_SCRIPT_MAX_SOCKETS; i++) {
    guint number = (guint) g_random_int_range (20000, 30000);

    close_ports (self);
    for (guint j = 0; j < STUN_SCRIPT_MAX_SOCKETS; j++)
      open_port (self, addresses[j / 2], number + j % 2);
  }
  g_assert_cmpuint (self->n_ports, ==, STUN_SCRIPT_MAX_SOCKETS);
  return self;
}

void
stun_script_free (StunScript *self)
{
  close_ports (self);
  g_free (self);
}

GSocketAddress *
stun_script_get_address (StunScript *self, guint socket)
{
  return self->ports[socket].address;
}

void
stun_script_send (StunScript *self, guint socket, GByteArray *message, GSocketAddress *to)
{
  g_socket_send_to (self->ports[socket].socket, to, (const char *) message->data, message->len, NULL, NULL);
}

/* ERROR-CODE: RFC 8489 section 14.8 */
GByteArray *
stun_script_refuse (const YonderStunMessage *request, guint code, const char *reason)
{
  GByteArray *message = yonder_stun_begin (YONDER_STUN_CLASS_ERROR, request->method, request->id);
  g_autoptr (GByteArray) value = g_byte_array_new ();
  const guint8 head[] = { 0, 0, (guint8) (code / 100), (guint8) (code % 100) };

  g_byte_array_append (value, head, sizeof head);
  g_byte_array_append (value, (const guint8 *) reason, (guint) strlen (reason));
  yonder_stun_add (message, YONDER_STUN_ATTRIBUTE_ERROR_CODE, value->data, value->len);
  return message;
}

GBytes *
stun_script_find (const YonderStunMessage *request, guint type)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (request->bytes, &length);

  for (gsize at = YONDER_STUN_HEADER_SIZE; at + 4 <= length;) {
    gsize size = (gsize) data[at + 2] << 8 | data[at + 3];

    if (((guint) data[at] << 8 | data[at + 1]) == type)
      return g_bytes_new_from_bytes (request->bytes, at + 4, size);
    at += 4 + (size + 3) / 4 * 4;
  }
  return NULL;
}
