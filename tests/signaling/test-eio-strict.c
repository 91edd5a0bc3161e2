/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Protocol cases seen from the client's side: a strict Engine.IO 4 server (fake-server.js) tells of every step that the protocol
 * does not allow, and sends what npm's server never would. Time is turned by hand. */

#include "peer.h"
#include "yonder-json.h"
#include "yonder-manual-clock.h"

typedef struct {
  NodeServer        *server;
  YonderManualClock *clock;
  Peer              *peer;
} Fixture;

static const struct {
  const char         *name;
  YonderSioTransports transports;
} modes[] = {
  { "websocket", YONDER_SIO_TRANSPORTS_WEBSOCKET },
  { "polling", YONDER_SIO_TRANSPORTS_POLLING },
};

static gboolean
set_up (Fixture *self, const char *options, YonderSioTransports transports)
{
  g_autofree char *uri = NULL;

  if (!test_have_node ())
    return FALSE;
  self->server = node_server_start ("fake-server.js", "strict", options);
  self->clock = yonder_manual_clock_new ();
  uri = node_server_dup_uri (self->server, "http");
  self->peer = peer_new (uri, "/", transports, YONDER_CLOCK (self->clock));
  yonder_sio_client_open (self->peer->client);

  return TRUE;
}

static void
send (Fixture *self, const char *packets)
{
  g_autofree char *command = g_strdup_printf ("{\"do\": \"send\", \"packets\": %s}", packets);

  json_node_unref (node_server_ask (self->server, command));
}

/* The next packet that the server got is this. */
static void
expect_packet (Fixture *self, const char *packet)
{
  g_autoptr (JsonNode) got = node_server_await (self->server, "packet");

  g_assert_cmpstr (test_string (got, "packet"), ==, packet);
}

static void
connect_peer (Fixture *self)
{
  expect_packet (self, "40");
  send (self, "[\"40{\\\"sid\\\":\\\"abc\\\"}\"]");
  peer_expect (self->peer, "connected");
}

static gboolean
has_no_timers (gpointer data)
{
  return yonder_manual_clock_count_timers (((Fixture *) data)->clock) == 0;
}

/* Nothing that the protocol forbids was done, and nothing is left behind. */
static void
tear_down (Fixture *self)
{
  g_clear_pointer (&self->peer, peer_free);
  test_wait_until (has_no_timers, self, "the end of what was under way");
  while (node_server_count (self->server, "fault") > 0) {
    g_autoptr (JsonNode) fault = node_server_await (self->server, "fault");

    g_test_fail_printf ("the protocol was broken: %s", test_string (fault, "text"));
  }
  g_clear_pointer (&self->server, node_server_stop);
  g_clear_object (&self->clock);
}

static void
test_heartbeat (gconstpointer data)
{
  Fixture self;

  if (!set_up (&self, "{\"pingInterval\": 25000, \"pingTimeout\": 20000}", modes[GPOINTER_TO_SIZE (data)].transports))
    return;
  connect_peer (&self);

  /* a ping just in time keeps it alive, and is answered */
  yonder_manual_clock_advance (self.clock, 44000);
  send (&self, "[\"2\"]");
  expect_packet (&self, "3");
  yonder_manual_clock_advance (self.clock, 44999);
  g_assert_true (yonder_sio_client_is_connected (self.peer->client));
  yonder_manual_clock_advance (self.clock, 1);
  peer_expect (self.peer, "disconnected ping timeout");
  tear_down (&self);
}

/* The machine sleeps for longer than the server waits: what is emitted after waking waits for the next connection. */
static void
test_suspend_and_emit (gconstpointer data)
{
  Fixture self;

  if (!set_up (&self, "{}", modes[GPOINTER_TO_SIZE (data)].transports))
    return;
  connect_peer (&self);

  yonder_manual_clock_suspend (self.clock, 60000);
  peer_emit (self.peer, "hello", "[]");
  peer_expect (self.peer, "disconnected ping timeout");
  json_node_unref (node_server_ask (self.server, "{\"do\": \"hangup\"}"));
  node_server_forget (self.server);
  yonder_manual_clock_advance (self.clock, 1500);
  connect_peer (&self);
  expect_packet (&self, "42[\"hello\"]");
  tear_down (&self);
}

/* Nobody emits: the dead connection is noticed soon after waking all the same. */
static void
test_suspend_and_wait (gconstpointer data)
{
  Fixture self;

  if (!set_up (&self, "{}", modes[GPOINTER_TO_SIZE (data)].transports))
    return;
  connect_peer (&self);

  yonder_manual_clock_suspend (self.clock, 60000);
  yonder_manual_clock_advance (self.clock, 5000);
  peer_expect (self.peer, "disconnected ping timeout");
  tear_down (&self);
}

static void
test_server_closes (gconstpointer data)
{
  Fixture self;

  if (!set_up (&self, "{}", modes[GPOINTER_TO_SIZE (data)].transports))
    return;
  connect_peer (&self);
  send (&self, "[\"1\"]");
  peer_expect (self.peer, "disconnected transport close");
  g_assert_cmpuint (yonder_manual_clock_count_timers (self.clock), ==, 1);
  tear_down (&self);
}

/* Everything at once, in order: text, an event in parts, an acknowledgement. */
static void
test_messages (gconstpointer data)
{
  Fixture self;
  g_autoptr (JsonNode) reply = NULL;

  if (!set_up (&self, "{}", modes[GPOINTER_TO_SIZE (data)].transports))
    return;
  connect_peer (&self);

  send (&self, "[\"6\", \"42[\\\"a\\\",1]\", \"2\", \"42[\\\"b\\\",\\\"\\u00e9\\\"]\"]");
  peer_expect (self.peer, "event a [1]");
  peer_expect (self.peer, "event b [\"é\"]");
  expect_packet (&self, "3");

  reply = node_server_ask (self.server, "{\"do\": \"send\", \"packets\": [\"451-7[\\\"c\\\",{\\\"_placeholder\\\":true,\\\"num\\\":0}]\"], \"base64\": [\"AQIDBA==\"]}");
  g_free (peer_await (self.peer, "event c "));
  g_assert_cmpuint (self.peer->last_attachments->len, ==, 1);
  expect_packet (&self, "461-7[{\"_placeholder\":true,\"num\":0}]");
  {
    g_autoptr (JsonNode) got = node_server_await (self.server, "packet");

    if (modes[GPOINTER_TO_SIZE (data)].transports == YONDER_SIO_TRANSPORTS_POLLING)
      g_assert_cmpstr (test_string (got, "packet"), ==, "bAQIDBA==");
    else
      g_assert_cmpstr (test_string (got, "packet.base64"), ==, "AQIDBA==");
  }
  tear_down (&self);
}

static const struct {
  const char *name;
  const char *packets;
  const char *refused;  /* (nullable) */
  const char *expected; /* (nullable): the connection goes on */
} bad_packets[] = {
  { "no-such-engine-type", "[\"9\"]", NULL, "disconnected transport error" },
  { "empty-engine-packet", "[\"\"]", NULL, "disconnected transport error" },
  { "no-such-packet-type", "[\"49\"]", "bad-packet protocol", "disconnected parse error" },
  { "event-without-array", "[\"42{}\"]", "bad-packet protocol", "disconnected parse error" },
  { "event-without-name", "[\"42[]\"]", "bad-packet protocol", "disconnected parse error" },
  { "event-with-reserved-name", "[\"42[\\\"disconnect\\\"]\"]", "bad-packet protocol", "disconnected parse error" },
  { "no-json", "[\"42[\\\"a\\\"\"]", "bad-packet protocol", "disconnected parse error" },
  { "deep-json", "[\"42[\\\"a\\\",[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]\"]",
    "bad-packet protocol",
    "disconnected parse error" },
  { "bad-ack-id", "[\"430abc[]\"]", "bad-packet protocol", "disconnected parse error" },
  { "too-many-attachments", "[\"4511-[\\\"a\\\"]\"]", "bad-packet protocol", "disconnected parse error" },
  { "text-while-attachments-are-due", "[\"451-[\\\"a\\\",{\\\"_placeholder\\\":true,\\\"num\\\":0}]\", \"42[\\\"b\\\"]\"]",
    "bad-packet protocol", "disconnected parse error" },
  { "placeholder-of-nothing", "[\"451-[\\\"a\\\",{\\\"_placeholder\\\":true,\\\"num\\\":5}]\"]", "bad-packet protocol",
    "disconnected parse error" },
  { "unknown-ack-id", "[\"43123[]\"]", "bad-packet protocol", NULL },
  { "second-connect", "[\"40{\\\"sid\\\":\\\"other\\\"}\"]", NULL, NULL },
  { "foreign-namespace", "[\"42/admin,[\\\"a\\\"]\"]", NULL, NULL },
  { "second-handshake", "[\"0{\\\"sid\\\":\\\"other\\\"}\"]", NULL, NULL },
  { "unexpected-pong-and-upgrade", "[\"3\", \"5\", \"3probe\"]", NULL, NULL },
};

static void
test_bad_packets (gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad_packets); i++) {
    Fixture self;

    g_test_message ("%s", bad_packets[i].name);
    if (!set_up (&self, "{}", modes[GPOINTER_TO_SIZE (data)].transports))
      return;
    connect_peer (&self);
    send (&self, bad_packets[i].packets);
    if (bad_packets[i].refused != NULL) {
      peer_expect (self.peer, bad_packets[i].refused);
      g_assert_cmpuint (yonder_sio_client_get_n_refused (self.peer->client), ==, 1);
    }
    if (bad_packets[i].expected != NULL) {
      peer_expect (self.peer, bad_packets[i].expected);
      g_assert_cmpuint (yonder_manual_clock_count_timers (self.clock), ==, 1);
    } else {
      send (&self, "[\"42[\\\"still here\\\"]\"]");
      peer_expect (self.peer, "event still here []");
      g_assert_cmpstr (yonder_sio_client_get_sid (self.peer->client), ==, "abc");
    }
    tear_down (&self);
  }
}

/* Bytes that no message announced. */
static void
test_unexpected_binary (gconstpointer data)
{
  Fixture self;

  if (!set_up (&self, "{}", modes[GPOINTER_TO_SIZE (data)].transports))
    return;
  connect_peer (&self);
  json_node_unref (node_server_ask (self.server, "{\"do\": \"send\", \"base64\": [\"AAAA\"]}"));
  peer_expect (self.peer, "bad-packet protocol");
  peer_expect (self.peer, "disconnected parse error");
  tear_down (&self);
}

/* The server opens a session and then says nothing to CONNECT. */
/* A message in fragments is one message, and bounded as one: a server that never ends it does not fill the memory. */
static void
test_endless_message (void)
{
  Fixture self;

  if (!set_up (&self, "{}", YONDER_SIO_TRANSPORTS_WEBSOCKET))
    return;
  connect_peer (&self);
  json_node_unref (node_server_ask (self.server, "{\"do\": \"fragments\", \"count\": 3, \"bytes\": 1000000}"));
  send (&self, "[]"); /* by the time of its answer the client has had them */
  g_assert_true (yonder_sio_client_is_connected (self.peer->client));
  node_server_tell (self.server, "{\"do\": \"fragments\", \"count\": 20, \"bytes\": 1000000}");
  peer_expect (self.peer, "disconnected transport error");
  tear_down (&self);
}

static void
test_connect_unanswered (gconstpointer data)
{
  Fixture self;

  if (!set_up (&self, "{}", modes[GPOINTER_TO_SIZE (data)].transports))
    return;
  expect_packet (&self, "40");
  yonder_manual_clock_advance (self.clock, 19999);
  g_assert_cmpuint (self.peer->record->len, ==, 0);
  yonder_manual_clock_advance (self.clock, 1);
  peer_expect (self.peer, "connect-error unreachable retry");
  tear_down (&self);
}

static void
test_old_server (gconstpointer data)
{
  Fixture self;

  if (!set_up (&self, "{}", modes[GPOINTER_TO_SIZE (data)].transports))
    return;
  expect_packet (&self, "40");
  send (&self, "[\"40\"]");
  peer_expect (self.peer, "connect-error old-protocol final");
  g_assert_cmpuint (yonder_manual_clock_count_timers (self.clock), ==, 0);
  tear_down (&self);
}

/* The words of recovery: the second CONNECT says which session, and up to where it is known. */
static void
test_recovery_words (gconstpointer data)
{
  Fixture self;
  g_autoptr (JsonNode) auth = json_from_string ("{\"token\": \"t\"}", NULL);
  g_autoptr (JsonNode) got = NULL;

  if (!set_up (&self, "{}", modes[GPOINTER_TO_SIZE (data)].transports))
    return;
  yonder_sio_client_set_auth (self.peer->client, auth);
  expect_packet (&self, "40{\"token\":\"t\"}");
  send (&self, "[\"40{\\\"sid\\\":\\\"abc\\\",\\\"pid\\\":\\\"private\\\"}\", \"42[\\\"a\\\",\\\"offset1\\\"]\", \"423[\\\"asks\\\",\\\"no offset\\\"]\"]");
  peer_expect (self.peer, "connected");
  peer_expect (self.peer, "event a [\"offset1\"]");
  peer_expect (self.peer, "event asks [\"no offset\"]");
  expect_packet (&self, "433[\"no offset\"]");

  json_node_unref (node_server_ask (self.server, "{\"do\": \"hangup\"}"));
  g_free (peer_await (self.peer, "disconnected transport"));
  yonder_manual_clock_advance (self.clock, 1500);
  got = node_server_await (self.server, "packet");
  {
    g_autoptr (JsonNode) connect = json_from_string (test_string (got, "packet") + 2, NULL);

    g_assert_true (test_json_equals (connect, "{\"pid\":\"private\",\"offset\":\"offset1\",\"token\":\"t\"}"));
  }
  /* another pid: the server has forgotten the session */
  send (&self, "[\"40{\\\"sid\\\":\\\"def\\\",\\\"pid\\\":\\\"new\\\"}\"]");
  peer_expect (self.peer, "connected");
  tear_down (&self);
}

/* A burst keeps to one GET, one POST and the size of a payload; the fake answers slowly. */
static void
test_polling_discipline (void)
{
  Fixture self;

  if (!set_up (&self, "{\"maxPayload\": 100, \"postDelay\": 30}", YONDER_SIO_TRANSPORTS_POLLING))
    return;
  connect_peer (&self);
  for (int i = 0; i < 20; i++) {
    g_autofree char *text = g_strdup_printf ("[%d, \"some text to fill it\"]", i);

    peer_emit (self.peer, "burst", text);
  }
  for (int i = 0; i < 20; i++) {
    g_autofree char *packet = g_strdup_printf ("42[\"burst\",%d,\"some text to fill it\"]", i);

    expect_packet (&self, packet);
  }
  tear_down (&self);
}

static gboolean
is_on_websocket (gpointer data)
{
  return g_strcmp0 (yonder_sio_client_get_transport (((Fixture *) data)->peer->client), "websocket") == 0;
}

/* Messages go both ways while the transport changes under them; the fake tells of a request that is still under way. */
static void
test_upgrade (void)
{
  Fixture self;

  if (!set_up (&self, "{\"upgrades\": [\"websocket\"], \"postDelay\": 30}", YONDER_SIO_TRANSPORTS_POLLING_FIRST))
    return;
  connect_peer (&self);
  for (int i = 0; i < 50; i++) {
    g_autofree char *text = g_strdup_printf ("[%d]", i);

    peer_emit (self.peer, "burst", text);
    g_main_context_iteration (NULL, FALSE);
  }
  send (&self, "[\"42[\\\"meanwhile\\\"]\"]");
  test_wait_until (is_on_websocket, &self, "the upgrade");
  for (int i = 0; i < 50; i++) {
    g_autofree char *packet = g_strdup_printf ("42[\"burst\",%d]", i);

    expect_packet (&self, packet);
  }
  peer_expect (self.peer, "event meanwhile []");
  json_node_unref (node_server_await (self.server, "upgraded"));
  send (&self, "[\"2\", \"42[\\\"after\\\"]\"]");
  peer_expect (self.peer, "event after []");
  expect_packet (&self, "3");
  tear_down (&self);
}

/* Whatever goes wrong with the WebSocket, polling goes on. */
static void
test_upgrade_fails (void)
{
  static const char * const options[] = {
    "{\"upgrades\": [\"websocket\"], \"websocket\": false}",
    "{\"upgrades\": [\"websocket\"], \"probe\": \"3nope\"}",
    "{\"upgrades\": [\"websocket\"], \"probe\": \"x\"}",
    "{\"upgrades\": [\"websocket\"], \"probe\": \"silent\"}",
    "{\"upgrades\": []}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++) {
    Fixture self;

    g_test_message ("%s", options[i]);
    if (!set_up (&self, options[i], YONDER_SIO_TRANSPORTS_POLLING_FIRST))
      return;
    connect_peer (&self);
    yonder_manual_clock_advance (self.clock, 10000);
    send (&self, "[\"42[\\\"a\\\"]\"]");
    peer_expect (self.peer, "event a []");
    peer_emit (self.peer, "b", "[]");
    expect_packet (&self, "42[\"b\"]");
    g_assert_cmpstr (yonder_sio_client_get_transport (self.peer->client), ==, "polling");
    tear_down (&self);
  }
}

/* Own close: "41" and then the end of the transport, by the book. */
static void
test_close (gconstpointer data)
{
  Fixture self;

  if (!set_up (&self, "{}", modes[GPOINTER_TO_SIZE (data)].transports))
    return;
  connect_peer (&self);
  yonder_sio_client_close (self.peer->client);
  peer_expect (self.peer, "disconnected io client disconnect");
  expect_packet (&self, "41");
  if (modes[GPOINTER_TO_SIZE (data)].transports == YONDER_SIO_TRANSPORTS_POLLING)
    expect_packet (&self, "1");
  else
    json_node_unref (node_server_await (self.server, "websocket-closed"));
  tear_down (&self);
}

/* A server whose POSTs are not answered is left all the same. */
static void
test_close_stuck (void)
{
  Fixture self;

  if (!set_up (&self, "{\"postDelay\": 1000000}", YONDER_SIO_TRANSPORTS_POLLING))
    return;
  expect_packet (&self, "40");
  send (&self, "[\"40{\\\"sid\\\":\\\"abc\\\"}\"]");
  peer_expect (self.peer, "connected");
  yonder_sio_client_close (self.peer->client);
  peer_expect (self.peer, "disconnected io client disconnect");
  g_assert_cmpuint (yonder_manual_clock_count_timers (self.clock), ==, 1);
  yonder_manual_clock_advance (self.clock, 2000);
  tear_down (&self);
}

static const struct {
  const char *name;
  void (*function) (gconstpointer mode);
} tests[] = {
  { "heartbeat", test_heartbeat },
  { "suspend-and-emit", test_suspend_and_emit },
  { "suspend-and-wait", test_suspend_and_wait },
  { "server-closes", test_server_closes },
  { "messages", test_messages },
  { "bad-packets", test_bad_packets },
  { "unexpected-binary", test_unexpected_binary },
  { "connect-unanswered", test_connect_unanswered },
  { "old-server", test_old_server },
  { "recovery-words", test_recovery_words },
  { "close", test_close },
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize mode = 0; mode < G_N_ELEMENTS (modes); mode++)
    for (gsize i = 0; i < G_N_ELEMENTS (tests); i++) {
      g_autofree char *path = g_strdup_printf ("/eio-strict/%s/%s", modes[mode].name, tests[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (mode), tests[i].function);
    }
  g_test_add_func ("/eio-strict/polling-discipline", test_polling_discipline);
  g_test_add_func ("/eio-strict/endless-message", test_endless_message);
  g_test_add_func ("/eio-strict/upgrade", test_upgrade);
  g_test_add_func ("/eio-strict/upgrade-fails", test_upgrade_fails);
  g_test_add_func ("/eio-strict/close-stuck", test_close_stuck);

  return g_test_run ();
}
