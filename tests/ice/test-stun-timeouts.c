/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Servers that say nothing, or the wrong things: what YonderIceProbe makes of them, on a clock that the test turns. */

#include "yonder-ice-probe.h"
#include "yonder-manual-clock.h"
#include "yonder-stun-error.h"
#include "yonder-stun-message.h"

#include <string.h>

typedef struct {
  YonderManualClock *clock;
  GSocket           *udp;   /* (nullable): takes datagrams, says nothing */
  GSocketListener   *tcp;   /* (nullable): takes connections */
  GPtrArray         *taken; /* (element-type GSocketConnection) */
  guint              port;
  YonderIceProbe    *probe;
  GCancellable      *cancellable;
  GError            *error;
  gboolean           is_done;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) end = NULL;
  g_autoptr (GError) error = NULL;

  self->clock = yonder_manual_clock_new ();
  self->cancellable = g_cancellable_new ();
  self->taken = g_ptr_array_new_with_free_func (g_object_unref);
  self->tcp = g_socket_listener_new ();
  g_socket_listener_add_address (self->tcp, any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &end, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (end));
  self->udp = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_socket_bind (self->udp, end, FALSE, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (self->udp, FALSE);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->probe);
  g_assert_cmpuint (yonder_manual_clock_count_timers (self->clock), ==, 0);
  g_clear_object (&self->udp);
  g_clear_object (&self->tcp);
  g_ptr_array_unref (self->taken);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->error);
  g_object_unref (self->clock);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *self = data;

  self->is_done = TRUE;
  yonder_ice_probe_run_finish (YONDER_ICE_PROBE (source), result, &self->error);
}

static void
begin (Fixture *self, const char *scheme, const char *transport)
{
  g_autofree char *url = g_strdup_printf ("%s:127.0.0.1:%u%s", scheme, self->port, transport);
  g_autoptr (YonderIceServer) server = yonder_ice_server_new ((const char * const[]) { url, NULL }, "alice", "secret", NULL);

  self->probe = yonder_ice_probe_new (server, NULL, YONDER_CLOCK (self->clock));
  yonder_ice_probe_run_async (self->probe, self->cancellable, on_done, self);
}

static void
iterate_until (gboolean (*condition) (Fixture *self), Fixture *self)
{
  gint64 deadline_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (!condition (self)) {
    g_assert_cmpint (g_get_monotonic_time (), <, deadline_us);
    g_main_context_iteration (NULL, FALSE);
    g_usleep (1000);
  }
}

static gboolean
is_done (Fixture *self)
{
  return self->is_done;
}

static gssize
receive (Fixture *self, guint8 *buffer, gsize size, GSocketAddress **from)
{
  return g_socket_receive_from (self->udp, from, (char *) buffer, size, NULL, NULL);
}

static gboolean
has_datagram (Fixture *self)
{
  return g_socket_condition_check (self->udp, G_IO_IN) != 0;
}

/* RFC 8489 section 6.2.1: again after 500 ms, then at doubled distance; given up after 4.5 s. */
static void
test_silence (Fixture *self, gconstpointer data)
{
  static const guint waits_ms[] = { 500, 1000, 2000 };
  guint8 first[200], again[200];
  gssize length;

  begin (self, "stun", "");
  iterate_until (has_datagram, self);
  length = receive (self, first, sizeof first, NULL);
  g_assert_cmpint (length, >=, YONDER_STUN_HEADER_SIZE);
  for (guint i = 0; i < G_N_ELEMENTS (waits_ms); i++) {
    yonder_manual_clock_advance (self->clock, waits_ms[i] - 1);
    g_assert_false (has_datagram (self));
    yonder_manual_clock_advance (self->clock, 1);
    iterate_until (has_datagram, self);
    /* the same request: a late answer to the first one counts too */
    g_assert_cmpmem (first, length, again, receive (self, again, sizeof again, NULL));
  }
  g_assert_false (self->is_done);
  yonder_manual_clock_advance (self->clock, 1000);
  iterate_until (is_done, self);
  g_assert_error (self->error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_TIMED_OUT);
  g_assert_true (g_str_has_prefix (self->error->message, "timed out: UDP "));
}

static void
on_accepted (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *self = data;
  GSocketConnection *connection = g_socket_listener_accept_finish (G_SOCKET_LISTENER (source), result, NULL, NULL);

  g_ptr_array_add (self->taken, connection);
}

static gboolean
has_connection (Fixture *self)
{
  return self->taken->len > 0;
}

/* A server that takes the connection and says nothing is no blocked port. */
static void
test_silent_connection (Fixture *self, gconstpointer data)
{
  g_socket_listener_accept_async (self->tcp, NULL, on_accepted, self);
  begin (self, data, "?transport=tcp");
  iterate_until (has_connection, self);
  for (guint i = 0; i < 100 && !self->is_done; i++) {
    yonder_manual_clock_advance (self->clock, 100);
    for (guint j = 0; j < 20; j++) {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (200);
    }
  }
  iterate_until (is_done, self);
  g_assert_error (self->error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_TIMED_OUT);
  g_assert_nonnull (strstr (self->error->message, "took the connection"));
}

/* Another program's port: not a word of STUN, neither over TCP nor, where TLS is expected, under it. */
static void
test_wrong_program (Fixture *self, gconstpointer data)
{
  int expected = g_str_equal (data, "turns") ? YONDER_STUN_ERROR_TLS : YONDER_STUN_ERROR_MALFORMED;
  GOutputStream *out;

  g_socket_listener_accept_async (self->tcp, NULL, on_accepted, self);
  begin (self, data, "?transport=tcp");
  iterate_until (has_connection, self);
  out = g_io_stream_get_output_stream (g_ptr_array_index (self->taken, 0));
  g_assert_true (g_output_stream_write_all (out, "\x80 SSH-2.0-OpenSSH\r\n", 18, NULL, NULL, NULL));
  iterate_until (is_done, self);
  g_assert_error (self->error, YONDER_STUN_ERROR, expected);
}

static void
test_hang_up (Fixture *self, gconstpointer data)
{
  g_socket_listener_accept_async (self->tcp, NULL, on_accepted, self);
  begin (self, "turn", "?transport=tcp");
  iterate_until (has_connection, self);
  g_ptr_array_set_size (self->taken, 0);
  iterate_until (is_done, self);
  g_assert_error (self->error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_CLOSED);
}

/* Garbage, answers to other requests, and answers that nobody signed are no answers. */
static void
test_noise (Fixture *self, gconstpointer data)
{
  g_autoptr (GSocketAddress) from = NULL;
  g_autoptr (GByteArray) stray = NULL;
  guint8 request[200];
  guint8 id[YONDER_STUN_ID_SIZE];

  begin (self, "stun", "");
  iterate_until (has_datagram, self);
  receive (self, request, sizeof request, &from);
  g_socket_send_to (self->udp, from, "hello", 5, NULL, NULL);
  g_socket_send_to (self->udp, from, "", 0, NULL, NULL);
  yonder_stun_make_id (id);
  stray = yonder_stun_begin (YONDER_STUN_CLASS_SUCCESS, YONDER_STUN_METHOD_BINDING, id);
  g_socket_send_to (self->udp, from, (const char *) stray->data, stray->len, NULL, NULL);
  for (guint i = 0; i < 50; i++) {
    g_main_context_iteration (NULL, FALSE);
    g_usleep (500);
  }
  g_assert_false (self->is_done);
  yonder_manual_clock_advance (self->clock, 4500);
  iterate_until (is_done, self);
  g_assert_error (self->error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_TIMED_OUT);
}

/* A server that answers 401 with a new nonce for ever is given up. */
static void
test_endless_challenge (Fixture *self, gconstpointer data)
{
  guint n_requests = 0;

  begin (self, "turn", "?transport=udp");
  while (!self->is_done) {
    g_autoptr (GSocketAddress) from = NULL;
    g_autoptr (GByteArray) answer = NULL;
    guint8 request[1000];

    g_main_context_iteration (NULL, FALSE);
    g_usleep (500);
    if (receive (self, request, sizeof request, &from) < YONDER_STUN_HEADER_SIZE)
      continue;
    g_assert_cmpuint (++n_requests, <, 10);
    answer = yonder_stun_begin (YONDER_STUN_CLASS_ERROR, YONDER_STUN_METHOD_ALLOCATE, request + 8);
    yonder_stun_add (answer, YONDER_STUN_ATTRIBUTE_ERROR_CODE, n_requests == 1 ? "\0\0\4\1" : "\0\0\4\46", 4);
    yonder_stun_add_string (answer, YONDER_STUN_ATTRIBUTE_REALM, "yonder.test");
    yonder_stun_add_string (answer, YONDER_STUN_ATTRIBUTE_NONCE, "again");
    g_socket_send_to (self->udp, from, (const char *) answer->data, answer->len, NULL, NULL);
  }
  g_assert_error (self->error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_STALE_NONCE);
  g_assert_cmpuint (n_requests, >=, 2);
}

static void
test_cancel (Fixture *self, gconstpointer data)
{
  begin (self, "turn", "");
  iterate_until (has_datagram, self);
  g_cancellable_cancel (self->cancellable);
  iterate_until (is_done, self);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

#define add(path, function, data) g_test_add ("/ice/stun-timeouts/" path, Fixture, data, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("silence", test_silence, NULL);
  add ("silent-connection/tcp", test_silent_connection, "turn");
  add ("silent-connection/tls", test_silent_connection, "turns");
  add ("wrong-program/tcp", test_wrong_program, "turn");
  add ("wrong-program/tls", test_wrong_program, "turns");
  add ("hang-up", test_hang_up, NULL);
  add ("noise", test_noise, NULL);
  add ("endless-challenge", test_endless_challenge, NULL);
  add ("cancel", test_cancel, NULL);
  return g_test_run ();
}
