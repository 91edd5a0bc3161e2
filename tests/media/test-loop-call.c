/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole calls through a real coturn, relays alone: over UDP, TCP and TLS, with dead servers before the good one, and without any. */

#include "coturn.h"
#include "media-pair.h"
#include "yonder-ice-server.h"
#include "yonder-loop-call.h"
#include "yonder-patient-clock.h"

typedef struct {
  YonderWebrtcFactory  *factory;
  YonderClock          *clock;
  GListStore           *servers;
  YonderLoopCallResult *result;
  GError               *error;
  gboolean              is_done;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->clock = yonder_patient_clock_new ();
  self->servers = g_list_store_new (YONDER_TYPE_ICE_SERVER);
  self->factory = yonder_webrtc_factory_new ();
  yonder_webrtc_factory_set_source (self->factory, YONDER_SOURCE_TEST, NULL);
  yonder_webrtc_factory_set_video_size (self->factory, 320, 180, 15);
  yonder_webrtc_factory_set_play_audio (self->factory, FALSE);
}

static void
lose_patience (Fixture *self)
{
  g_object_unref (self->clock);
  self->clock = yonder_clock_new ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_unref (self->factory);
  g_object_unref (self->servers);
  g_object_unref (self->clock);
  g_clear_pointer (&self->result, yonder_loop_call_result_free);
  g_clear_error (&self->error);
}

/* libnice gathers no loopback addresses, so that it needs one of a network: relays and peers are of this computer all the same. */
static char *
find_address (GSocketFamily family)
{
  g_autoptr (GSocket) socket = g_socket_new (family, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GSocketAddress) far = g_inet_socket_address_new_from_string (family == G_SOCKET_FAMILY_IPV6 ? "2001:db8::1" : "192.0.2.1", 9);
  g_autoptr (GSocketAddress) local = NULL;

  if (!g_socket_connect (socket, far, NULL, NULL))
    return NULL;
  local = g_socket_get_local_address (socket, NULL);
  return g_inet_address_to_string (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (local)));
}

static void
add_url (Fixture *self, const char *url, const char *credential)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderIceServer) server = yonder_ice_server_new ((const char * const[]) { url, NULL }, "alice", credential, &error);

  g_assert_no_error (error);
  g_list_store_append (self->servers, server);
}

G_GNUC_PRINTF (2, 3)
static void
add_server (Fixture *self, const char *format, ...)
{
  g_autofree char *url = NULL;
  va_list arguments;

  va_start (arguments, format);
  url = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  add_url (self, url, "secret");
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *self = data;

  self->is_done = TRUE;
  self->result = yonder_loop_call_run_finish (YONDER_LOOP_CALL (source), result, &self->error);
}

static void
call (Fixture *self)
{
  g_autoptr (YonderLoopCall) loop = yonder_loop_call_new (YONDER_MEDIA_FACTORY (self->factory), G_LIST_MODEL (self->servers), self->clock);

  yonder_loop_call_run_async (loop, NULL, on_done, self);
  wait_until (self->is_done);
}

static void
assert_relayed (Fixture *self, const char *server, const char *protocol)
{
  g_assert_no_error (self->error);
  g_test_message ("by %s over %s: connected after %.0f ms, first picture after %.0f ms, %" G_GINT64_FORMAT " bit/s", self->result->server,
                  self->result->relay_protocol, self->result->connect_ms, self->result->first_frame_ms, self->result->bitrate_bps);
  g_assert_cmpstr (self->result->server, ==, server);
  g_assert_cmpstr (self->result->relay_protocol, ==, protocol);
  g_assert_cmpfloat (self->result->first_frame_ms, >, 0);
  g_assert_cmpint (self->result->bitrate_bps, >, 10000);
}

static void
test_protocol (Fixture *self, gconstpointer data)
{
  const char *protocol = data;
  g_autofree char *address = find_address (G_SOCKET_FAMILY_IPV4);
  g_autoptr (Coturn) coturn = NULL;

  if (address == NULL) {
    g_test_skip ("this computer has no network, and a call gathers no loopback addresses");
    return;
  }
  coturn = coturn_start (address, COTURN_CERTIFICATE_GOOD, NULL);
  add_server (self, "turn:%s:%u?transport=%s", address, coturn->port, protocol);
  call (self);
  assert_relayed (self, address, protocol);
}

/* The server is known by its name, and trusted by its certificate for that name. */
static void
test_tls (Fixture *self, gconstpointer data)
{
  g_autoptr (Coturn) coturn = coturn_start ("127.0.0.1", COTURN_CERTIFICATE_GOOD, NULL);

  yonder_webrtc_factory_set_tls_database (self->factory, coturn->trust);
  add_server (self, "turns:localhost:%u?transport=tcp", coturn->tls_port);
  call (self);
  assert_relayed (self, "localhost", "tls");
}

static void
test_ipv6 (Fixture *self, gconstpointer data)
{
  g_autofree char *address = find_address (G_SOCKET_FAMILY_IPV6);
  g_autoptr (Coturn) coturn = NULL;

  if (address == NULL) {
    g_test_skip ("this computer has no IPv6, and a call gathers no loopback addresses");
    return;
  }
  coturn = coturn_start (address, COTURN_CERTIFICATE_GOOD, "--lt-cred-mech --user=alice:secret --allocation-default-address-family=ipv6");
  add_server (self, "turn:[%s]:%u?transport=%s", address, coturn->port, (const char *) data);
  call (self);
  assert_relayed (self, address, data);
}

/* Several servers at once: those that refuse (a wrong password, a full quota) keep nothing from the one that does not. */
static void
test_several (Fixture *self, gconstpointer data)
{
  g_autofree char *address = find_address (G_SOCKET_FAMILY_IPV4);
  g_autofree char *locked = NULL;
  g_autoptr (Coturn) refusing = NULL, full = NULL, good = NULL;

  if (address == NULL) {
    g_test_skip ("this computer has no network, and a call gathers no loopback addresses");
    return;
  }
  refusing = coturn_start (address, COTURN_CERTIFICATE_GOOD, NULL);
  full = coturn_start (address, COTURN_CERTIFICATE_GOOD, "--lt-cred-mech --user=alice:secret --total-quota=1 --user-quota=1");
  good = coturn_start ("127.0.0.1", COTURN_CERTIFICATE_GOOD, NULL);
  yonder_webrtc_factory_set_tls_database (self->factory, good->trust);
  locked = g_strdup_printf ("turn:%s:%u", address, refusing->port);
  add_url (self, locked, "wrong");
  add_server (self, "turn:%s:%u?transport=tcp", address, full->port);
  add_server (self, "turns:localhost:%u", good->tls_port);
  call (self);
  g_assert_no_error (self->error);
  g_assert_cmpfloat (self->result->first_frame_ms, >, 0);
}

/* Nothing goes to a server that cannot prove who it is. */
static void
test_bad_certificate (Fixture *self, gconstpointer data)
{
  g_autoptr (Coturn) coturn = coturn_start ("127.0.0.1", (CoturnCertificate) GPOINTER_TO_INT (data), NULL);

  lose_patience (self);
  yonder_webrtc_factory_set_tls_database (self->factory, coturn->trust);
  add_server (self, "turns:localhost:%u?transport=tcp", coturn->tls_port);
  call (self);
  g_assert_error (self->error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_TIMED_OUT);
}

/* Several servers, of which the first have no address and do not answer: the call does not wait for them. */
static void
test_dead_servers_first (Fixture *self, gconstpointer data)
{
  g_autoptr (Coturn) coturn = coturn_start ("127.0.0.1", COTURN_CERTIFICATE_GOOD, NULL);

  lose_patience (self); /* what is waited for in vain costs no more than it would cost a user */
  yonder_webrtc_factory_set_tls_database (self->factory, coturn->trust);
  add_server (self, "stun:stun.invalid");
  add_server (self, "turn:turn.invalid");
  add_server (self, "turns:turn.invalid");
  add_server (self, "turn:127.0.0.1:%u", coturn_find_port ("127.0.0.1"));
  add_server (self, "turns:localhost:%u", coturn->tls_port);
  call (self);
  assert_relayed (self, "localhost", "tls");
  g_assert_cmpfloat (self->result->connect_ms, <, YONDER_LOOP_CALL_LIMIT_MS);
}

#define add(path, function, data) g_test_add ("/media/loop-call/" path, Fixture, data, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  if (!coturn_is_installed ()) {
    g_print ("1..0 # SKIP turnserver is not installed\n");
    return 0;
  }
  add ("udp", test_protocol, "udp");
  add ("tcp", test_protocol, "tcp");
  add ("tls", test_tls, NULL);
  add ("ipv6/udp", test_ipv6, "udp");
  add ("ipv6/tcp", test_ipv6, "tcp");
  add ("bad-certificate/other-name", test_bad_certificate, GINT_TO_POINTER (COTURN_CERTIFICATE_OTHER_NAME));
  add ("bad-certificate/expired", test_bad_certificate, GINT_TO_POINTER (COTURN_CERTIFICATE_EXPIRED));
  add ("several", test_several, NULL);
  add ("dead-servers-first", test_dead_servers_first, NULL);
  return g_test_run ();
}
