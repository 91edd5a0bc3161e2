/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tunnel that turns TURN in clear into TURN over TLS: what stands on the wire, for whom it asks, and with which sentence it refuses a
 * server that cannot prove who it is. */

#include "coturn.h"
#include "yonder-manual-clock.h"
#include "yonder-stun-error.h"
#include "yonder-stun-message.h"
#include "yonder-turn-tunnel.h"

#include <string.h>

typedef struct {
  YonderClock       *clock;
  YonderTurnTunnel  *tunnel;
  GSocketConnection *local;  /* (nullable): our end */
  GError            *error;  /* (nullable): of "failed" */
  GBytes            *read;   /* (nullable): what came back; empty at the end */
} Fixture;

static void
on_failed (YonderTurnTunnel *tunnel, GError *error, gpointer data)
{
  Fixture *self = data;

  g_clear_error (&self->error);
  self->error = g_error_copy (error);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *self = data;

  self->read = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  if (self->read == NULL)
    self->read = g_bytes_new (NULL, 0);
}

static gboolean
is_over (Fixture *self)
{
  return self->read != NULL;
}

static void
iterate_until (gboolean (*condition) (Fixture *self), Fixture *self)
{
  gint64 deadline_us = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  while (!condition (self)) {
    g_assert_cmpint (g_get_monotonic_time (), <, deadline_us);
    g_main_context_iteration (NULL, FALSE);
  }
}

/* Asks for a binding through the tunnel, as libnice does before all else. */
static void
ask_through (Fixture *self, const char *host, guint port, GTlsDatabase *trust, GSocketFamily family)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) request = NULL;
  guint8 id[YONDER_STUN_ID_SIZE];
  guint local_port;

  self->tunnel = yonder_turn_tunnel_new (host, port, trust, self->clock, &error);
  g_assert_no_error (error);
  g_signal_connect (self->tunnel, "failed", G_CALLBACK (on_failed), self);
  local_port = family == G_SOCKET_FAMILY_IPV6 ? yonder_turn_tunnel_get_ipv6_port (self->tunnel) : yonder_turn_tunnel_get_ipv4_port (self->tunnel);
  self->local = g_socket_client_connect_to_host (client, family == G_SOCKET_FAMILY_IPV6 ? "::1" : "127.0.0.1", (guint16) local_port, NULL, &error);
  g_assert_no_error (error);

  yonder_stun_make_id (id);
  request = yonder_stun_begin (YONDER_STUN_CLASS_REQUEST, YONDER_STUN_METHOD_BINDING, id);
  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (self->local)), request->data, request->len, NULL, NULL, NULL));
  g_input_stream_read_bytes_async (g_io_stream_get_input_stream (G_IO_STREAM (self->local)), 2000, G_PRIORITY_DEFAULT, NULL, on_read, self);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->clock = yonder_clock_new ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  yonder_turn_tunnel_close (self->tunnel);
  iterate_until (is_over, self);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_finalize_object (self->tunnel);
  g_clear_object (&self->local);
  g_clear_error (&self->error);
  g_clear_pointer (&self->read, g_bytes_unref);
  g_object_unref (self->clock);
}

static void
test_answer (Fixture *self, gconstpointer data)
{
  GSocketFamily family = (GSocketFamily) GPOINTER_TO_INT (data);
  g_autoptr (Coturn) coturn = coturn_start (family == G_SOCKET_FAMILY_IPV6 ? "::1" : "127.0.0.1", COTURN_CERTIFICATE_GOOD, NULL);
  g_autoptr (YonderStunMessage) answer = NULL;
  g_autoptr (GError) error = NULL;

  ask_through (self, "localhost", coturn->tls_port, coturn->trust, family);
  iterate_until (is_over, self);
  g_assert_no_error (self->error);
  answer = yonder_stun_message_parse (self->read, &error);
  g_assert_no_error (error);
  g_assert_cmpint (answer->message_class, ==, YONDER_STUN_CLASS_SUCCESS);
  g_assert_null (yonder_turn_tunnel_get_error (self->tunnel));
}

/* The connection is refused, and so that nothing was sent before the server proved who it is. */
static void
test_refused (Fixture *self, gconstpointer data)
{
  CoturnCertificate kind = (CoturnCertificate) GPOINTER_TO_INT (data);
  g_autoptr (Coturn) coturn = coturn_start ("127.0.0.1", kind, NULL);

  ask_through (self, "localhost", coturn->tls_port, coturn->trust, G_SOCKET_FAMILY_IPV4);
  iterate_until (is_over, self);
  g_assert_cmpuint (g_bytes_get_size (self->read), ==, 0);
  g_assert_error (self->error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_CERTIFICATE);
  g_assert_error (yonder_turn_tunnel_get_error (self->tunnel), YONDER_STUN_ERROR, YONDER_STUN_ERROR_CERTIFICATE);
  switch (kind) {
  case COTURN_CERTIFICATE_EXPIRED:
    g_assert_true (g_str_has_prefix (self->error->message, "certificate expired on 20"));
    break;
  case COTURN_CERTIFICATE_OTHER_NAME:
    g_assert_cmpstr (self->error->message, ==, "certificate is not for localhost");
    break;
  case COTURN_CERTIFICATE_GOOD:
  case COTURN_CERTIFICATE_OTHER_AUTHORITY:
  default:
    g_assert_cmpstr (self->error->message, ==, "certificate is from nobody whom this computer trusts");
    break;
  }
}

/* --- On the wire --- */

/* Takes one connection and reads what comes first. */
typedef struct {
  GSocketListener *listener;
  GSocketConnection *taken;
  GBytes          *first;
  guint            port;
} Wire;

static void
on_first_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Wire *wire = data;

  wire->first = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
}

static void
on_taken (GObject *source, GAsyncResult *result, gpointer data)
{
  Wire *wire = data;

  wire->taken = g_socket_listener_accept_finish (G_SOCKET_LISTENER (source), result, NULL, NULL);
  if (wire->taken != NULL)
    g_input_stream_read_bytes_async (g_io_stream_get_input_stream (G_IO_STREAM (wire->taken)), 2000, G_PRIORITY_DEFAULT, NULL, on_first_read, wire);
}

static void
wire_open (Wire *wire)
{
  wire->listener = g_socket_listener_new ();
  wire->port = g_socket_listener_add_any_inet_port (wire->listener, NULL, NULL);
  g_assert_cmpuint (wire->port, !=, 0);
  g_socket_listener_accept_async (wire->listener, NULL, on_taken, wire);
}

static void
wire_close (Wire *wire)
{
  g_clear_object (&wire->taken);
  g_clear_object (&wire->listener);
  g_clear_pointer (&wire->first, g_bytes_unref);
}

/* RFC 8446 section 5.1: a handshake record comes first, and in its ClientHello the name of the server (RFC 6066 section 3). */
static void
test_wire (Fixture *self, gconstpointer data)
{
  Wire wire = { NULL };
  const guint8 *bytes;
  gsize length;

  wire_open (&wire);
  ask_through (self, "localhost", wire.port, NULL, G_SOCKET_FAMILY_IPV4);
  while (wire.first == NULL)
    g_main_context_iteration (NULL, TRUE);
  bytes = g_bytes_get_data (wire.first, &length);
  g_assert_cmpuint (length, >, 100);
  g_assert_cmpuint (bytes[0], ==, 22);
  g_assert_cmpuint (bytes[1], ==, 3);
  g_assert_cmpuint (bytes[5], ==, 1);
  g_assert_nonnull (memmem (bytes, length, "\0\x09localhost", 11));
  /* the magic cookie of STUN is in no TLS record that could be read */
  g_assert_null (memmem (bytes, length, "\x21\x12\xa4\x42", 4));
  wire_close (&wire);
}

static gboolean
is_silent_server_reached (Fixture *self)
{
  return ((Wire *) g_object_get_data (G_OBJECT (self->tunnel), "wire"))->first != NULL;
}

/* A server that takes the connection and says nothing is given up after a while; the one who waits hears of it. */
static void
test_silent (Fixture *self, gconstpointer data)
{
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  Wire wire = { NULL };

  wire_open (&wire);
  g_set_object (&self->clock, YONDER_CLOCK (clock));
  ask_through (self, "localhost", wire.port, NULL, G_SOCKET_FAMILY_IPV4);
  g_object_set_data (G_OBJECT (self->tunnel), "wire", &wire);
  iterate_until (is_silent_server_reached, self);
  g_assert_no_error (self->error);
  yonder_manual_clock_advance (clock, 8000);
  iterate_until (is_over, self);
  g_assert_error (self->error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_TIMED_OUT);
  g_assert_true (g_str_has_prefix (self->error->message, "timed out: TLS "));
  wire_close (&wire);
}

static void
test_nobody_there (Fixture *self, gconstpointer data)
{
  ask_through (self, "localhost", coturn_find_port ("127.0.0.1"), NULL, G_SOCKET_FAMILY_IPV4);
  iterate_until (is_over, self);
  g_assert_error (self->error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_REFUSED);
}

static void
test_no_such_name (Fixture *self, gconstpointer data)
{
  ask_through (self, "turn.invalid", 5349, NULL, G_SOCKET_FAMILY_IPV4);
  iterate_until (is_over, self);
  g_assert_error (self->error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_NO_SUCH_NAME);
  g_assert_cmpstr (self->error->message, ==, "there is no host of the name turn.invalid");
}

/* Closing the tunnel ends what goes through it, and nothing listens any more. */
static void
test_close (Fixture *self, gconstpointer data)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  guint port;
  Wire wire = { NULL };

  wire_open (&wire);
  ask_through (self, "localhost", wire.port, NULL, G_SOCKET_FAMILY_IPV4);
  port = yonder_turn_tunnel_get_ipv4_port (self->tunnel);
  yonder_turn_tunnel_close (self->tunnel);
  iterate_until (is_over, self);
  g_assert_no_error (self->error);
  g_assert_null (g_socket_client_connect_to_host (client, "127.0.0.1", (guint16) port, NULL, NULL));
  wire_close (&wire);
}

#define add(path, function, data) g_test_add ("/ice/turn-tunnel/" path, Fixture, data, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (coturn_is_installed ()) {
    add ("answer/ipv4", test_answer, GINT_TO_POINTER (G_SOCKET_FAMILY_IPV4));
    add ("answer/ipv6", test_answer, GINT_TO_POINTER (G_SOCKET_FAMILY_IPV6));
    add ("refused/expired", test_refused, GINT_TO_POINTER (COTURN_CERTIFICATE_EXPIRED));
    add ("refused/other-name", test_refused, GINT_TO_POINTER (COTURN_CERTIFICATE_OTHER_NAME));
    add ("refused/other-authority", test_refused, GINT_TO_POINTER (COTURN_CERTIFICATE_OTHER_AUTHORITY));
  }
  add ("wire", test_wire, NULL);
  add ("silent", test_silent, NULL);
  add ("nobody-there", test_nobody_there, NULL);
  add ("no-such-name", test_no_such_name, NULL);
  add ("close", test_close, NULL);
  return g_test_run ();
}
