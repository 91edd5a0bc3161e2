/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-sio-client-private.h"

#include <glib/gi18n.h>

#include "yonder-json.h"
#include "yonder-server-address.h"
#include "yonder-signaling-error.h"

/* chosen: what a server may say in a CONNECT_ERROR, and the length of ids and offsets that are sent back to it */
#define MAX_WORDS 1024
#define MAX_ID 256
/* chosen: how many events that were missed are taken before the server has let us in again */
#define MAX_EARLY 1000

static void
on_event_packet (YonderSioClient *self, YonderSioPacket *packet)
{
  JsonArray *all = json_node_get_array (packet->data);
  guint length = json_array_get_length (all);
  g_autofree char *name = NULL;
  g_autoptr (JsonArray) arguments = json_array_sized_new (length);
  g_autoptr (YonderSioAck) ack = packet->id >= 0 ? yonder_sio_ack_new (self, packet->id) : NULL;
  JsonNode *first = json_array_get_element (all, 0);
  JsonNode *last = json_array_get_element (all, length - 1);

  /* The decoder takes numbers as names too, as the protocol does. */
  if (JSON_NODE_HOLDS_VALUE (first) && json_node_get_value_type (first) == G_TYPE_STRING)
    name = g_strdup (json_node_get_string (first));
  else
    name = yonder_json_print (first);

  for (guint i = 1; i < length; i++)
    json_array_add_element (arguments, json_node_copy (json_array_get_element (all, i)));

  /* Where the server keeps sessions, it appends its offset to every event that it would send again; those with an
   * acknowledgement are not among them. The offset stays among the arguments, as in socket.io-client. */
  if (self->pid != NULL && ack == NULL && length > 1 && JSON_NODE_HOLDS_VALUE (last) &&
      json_node_get_value_type (last) == G_TYPE_STRING &&
      strlen (json_node_get_string (last)) <= MAX_ID)
    g_set_str (&self->offset, json_node_get_string (last));

  g_signal_emit (self, yonder_sio_client_signals[YONDER_SIO_SIGNAL_EVENT], 0, name, arguments, packet->attachments, ack);
}

/* A server that resumes a session sends what was missed before it says that it does. */
static void
deliver_early (YonderSioClient *self)
{
  while (self->state == YONDER_SIO_CONNECTED && !g_queue_is_empty (&self->early)) {
    g_autoptr (YonderSioPacket) packet = g_queue_pop_head (&self->early);

    on_event_packet (self, packet);
  }
}

static void
on_connect_packet (YonderSioClient *self, YonderSioPacket *packet)
{
  g_autoptr (GError) error = NULL;
  const char *sid = packet->data != NULL ? yonder_json_get_string (packet->data, "sid", MAX_ID, NULL) : NULL;
  const char *pid = packet->data != NULL ? yonder_json_get_string (packet->data, "pid", MAX_ID, NULL) : NULL;
  gboolean recovered;

  if (self->state == YONDER_SIO_CONNECTED)
    return;
  if (sid == NULL) {
    g_set_error_literal (&error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_OLD_PROTOCOL,
                         _("The server runs Socket.IO 2, which is too old for Yonder. Ask its operator for version 3 or newer."));
    yonder_sio_client_go_down (self, "parse error", error, FALSE, FALSE);
    return;
  }

  recovered = pid != NULL && g_strcmp0 (pid, self->pid) == 0;
  if (!recovered)
    g_clear_pointer (&self->offset, g_free);
  g_set_str (&self->pid, pid);
  g_set_str (&self->sid, sid);
  self->state = YONDER_SIO_CONNECTED;
  yonder_clock_clear (self->clock, &self->timer);
  yonder_backoff_reset (&self->backoff);
  g_debug ("connected%s", recovered ? ", session recovered" : "");
  yonder_sio_client_send_buffered (self);
  g_signal_emit (self, yonder_sio_client_signals[YONDER_SIO_SIGNAL_CONNECTED], 0, recovered);
  deliver_early (self);
}

static void
on_connect_error_packet (YonderSioClient *self, YonderSioPacket *packet)
{
  g_autoptr (GError) error = NULL;
  const char *words = packet->data != NULL ? yonder_json_get_string (packet->data, "message", MAX_WORDS, NULL) : NULL;
  JsonNode *data = packet->data != NULL ? yonder_json_find (packet->data, "data") : NULL;

  if (self->state != YONDER_SIO_CONNECTING)
    return;

  g_clear_pointer (&self->refusal_data, json_node_unref);
  self->refusal_data = data != NULL ? json_node_copy (data) : NULL;
  error = g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED, _("The server does not let us in: %s"),
                       words != NULL ? words : _("it does not say why"));
  yonder_sio_client_go_down (self, "io server disconnect", error, FALSE, TRUE);
}

static void
on_sio_packet (YonderSioClient *self, YonderSioPacket **taken)
{
  YonderSioPacket *packet = *taken;
  g_autoptr (GError) error = NULL;

  /* Another namespace of the same connection, or one that the server thinks up. */
  if (g_strcmp0 (packet->nsp, self->nsp) != 0) {
    /* A version 2 server connects everybody to the main namespace, unasked. */
    if (packet->type == YONDER_SIO_CONNECT && packet->data == NULL && self->state == YONDER_SIO_CONNECTING)
      on_connect_packet (self, packet);
    return;
  }

  switch (packet->type) {
  case YONDER_SIO_CONNECT:
    on_connect_packet (self, packet);
    return;
  case YONDER_SIO_CONNECT_ERROR:
    on_connect_error_packet (self, packet);
    return;
  case YONDER_SIO_DISCONNECT:
    if (self->state == YONDER_SIO_CONNECTED) {
      g_clear_pointer (&self->pid, g_free);
      g_clear_pointer (&self->offset, g_free);
      yonder_sio_client_go_down (self, "io server disconnect", NULL, FALSE, TRUE);
    }
    return;
  case YONDER_SIO_EVENT:
  case YONDER_SIO_BINARY_EVENT:
    if (self->state == YONDER_SIO_CONNECTED) {
      on_event_packet (self, packet);
      return;
    }
    if (g_queue_get_length (&self->early) < MAX_EARLY) {
      g_queue_push_tail (&self->early, g_steal_pointer (taken));
      return;
    }
    break;
  case YONDER_SIO_ACK:
  case YONDER_SIO_BINARY_ACK:
    if (yonder_sio_calls_answer (self->calls, packet->id, json_node_get_array (packet->data), packet->attachments))
      return;
    break;
  default:
    g_assert_not_reached ();
  }

  g_set_error_literal (&error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_PROTOCOL,
                       packet->type == YONDER_SIO_ACK || packet->type == YONDER_SIO_BINARY_ACK
                         ? "an acknowledgement that nobody awaits" : "too many events before the connection was acknowledged");
  yonder_sio_client_refuse (self, error);
}

/* A packet that cannot be decoded ends the connection, as in socket.io-client ("parse error"): what follows it cannot be
 * trusted. */
void
yonder_sio_client_take_message (YonderEioClient *engine, YonderEioPacket *message, YonderSioClient *self)
{
  g_autoptr (YonderSioClient) alive = g_object_ref (self);
  g_autoptr (YonderSioPacket) packet = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_good;
  gsize length;
  const char *text = g_bytes_get_data (message->data, &length);

  if (message->is_binary)
    is_good = yonder_sio_decoder_add_binary (self->decoder, message->data, &packet, &error);
  else
    is_good = yonder_sio_decoder_add_text (self->decoder, text != NULL ? text : "", (gssize) length, &packet, &error);

  if (!is_good) {
    g_autoptr (GUri) uri = yonder_signaling_parse_server (self->uri, self->path, NULL);
    g_autofree char *host = yonder_signaling_host_of (uri);
    g_autoptr (GError) shown = yonder_signaling_error_from_wire (error, host, TRUE);

    yonder_sio_client_refuse (self, shown);
    yonder_sio_client_go_down (self, "parse error", shown, TRUE, FALSE);
  } else if (packet != NULL) {
    on_sio_packet (self, &packet);
  }
}
