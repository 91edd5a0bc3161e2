/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How YonderSioClient comes back, against npm's socket.io server. The network is real, the time between tries is turned by
 * hand. */

#include "peer.h"
#include "yonder-json.h"
#include "yonder-manual-clock.h"

static const struct {
  const char         *name;
  YonderSioTransports transports;
} modes[] = {
  { "websocket", YONDER_SIO_TRANSPORTS_WEBSOCKET },
  { "polling", YONDER_SIO_TRANSPORTS_POLLING },
  { "upgrade", YONDER_SIO_TRANSPORTS_POLLING_FIRST },
};

static gboolean
is_settled (gpointer data)
{
  Peer *peer = data;

  return g_strcmp0 (yonder_sio_client_get_transport (peer->client), "websocket") == 0;
}

static Peer *
connect_peer (NodeServer *server, gsize mode, YonderManualClock *clock)
{
  g_autofree char *uri = node_server_dup_uri (server, "http");
  Peer *peer = peer_new (uri, "/", modes[mode].transports, YONDER_CLOCK (clock));

  yonder_sio_client_open (peer->client);
  peer_expect (peer, "connected");
  if (modes[mode].transports == YONDER_SIO_TRANSPORTS_POLLING_FIRST)
    test_wait_until (is_settled, peer, "the upgrade");

  return peer;
}

/* The next try is within the bounds of socket.io-client's backoff, and is made. */
static void
turn_to_next_try (YonderManualClock *clock, guint expected_ms)
{
  gint64 next_ms = yonder_manual_clock_next_ms (clock);

  g_assert_cmpuint (yonder_manual_clock_count_timers (clock), ==, 1);
  g_assert_cmpint (next_ms, >=, expected_ms / 2);
  g_assert_cmpint (next_ms, <=, expected_ms * 3 / 2);
  yonder_manual_clock_advance (clock, (guint) next_ms);
}

/* The network goes away for a moment: same session, and what was missed is there. */
static void
test_recovery (gconstpointer data)
{
  g_autoptr (NodeServer) server = NULL;
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (Peer) peer = NULL;
  g_autoptr (JsonNode) first = NULL;
  g_autoptr (JsonNode) again = NULL;
  g_autoptr (JsonNode) gone = NULL;
  g_autofree char *sid = NULL;
  g_autofree char *before = NULL;

  if (!test_have_node ())
    return;
  server = node_server_start ("server.js", NULL, "{\"recovery\": true}");
  peer = connect_peer (server, GPOINTER_TO_SIZE (data), clock);
  first = node_server_await (server, "connection");
  sid = g_strdup (yonder_sio_client_get_sid (peer->client));

  /* one event to have an offset from; it comes as an argument more */
  json_node_unref (node_server_ask (server, "{\"do\": \"emit\", \"name\": \"before\", \"args\": [\"x\"]}"));
  before = peer_await (peer, "event before [\"x\",\"");

  json_node_unref (node_server_ask (server, "{\"do\": \"cut\"}"));
  g_free (peer_await (peer, "disconnected transport"));
  gone = node_server_await (server, "disconnect");
  json_node_unref (node_server_ask (server, "{\"do\": \"emit\", \"name\": \"missed\", \"args\": [1]}"));
  json_node_unref (node_server_ask (server, "{\"do\": \"emit\", \"name\": \"missed\", \"args\": [2]}"));
  peer_emit (peer, "meanwhile", "[1]");
  peer_emit (peer, "meanwhile", "[2]");

  turn_to_next_try (clock, 1000);
  peer_expect (peer, "connected recovered");
  g_assert_cmpstr (yonder_sio_client_get_sid (peer->client), ==, sid);
  g_free (peer_await (peer, "event missed [1,"));
  g_free (peer_await (peer, "event missed [2,"));
  again = node_server_await (server, "connection");
  g_assert_true (json_object_get_boolean_member (json_node_get_object (again), "recovered"));
  for (int i = 1; i <= 2; i++) {
    g_autoptr (JsonNode) got = node_server_await (server, "got:meanwhile");
    g_autofree char *expected = g_strdup_printf ("[%d]", i);

    g_assert_true (test_json_equals (yonder_json_find (got, "args"), expected));
  }
  g_assert_cmpuint (peer_count (peer, "event"), ==, 0);
}

/* Without recovery it is a new session, which the client says. */
static void
test_no_recovery (gconstpointer data)
{
  g_autoptr (NodeServer) server = NULL;
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (Peer) peer = NULL;
  g_autofree char *sid = NULL;

  if (!test_have_node ())
    return;
  server = node_server_start ("server.js", NULL, "{}");
  peer = connect_peer (server, GPOINTER_TO_SIZE (data), clock);
  sid = g_strdup (yonder_sio_client_get_sid (peer->client));
  json_node_unref (node_server_ask (server, "{\"do\": \"cut\"}"));
  g_free (peer_await (peer, "disconnected transport"));
  turn_to_next_try (clock, 1000);
  peer_expect (peer, "connected");
  g_assert_cmpstr (yonder_sio_client_get_sid (peer->client), !=, sid);
}

static void
on_called (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
is_there (gpointer data)
{
  return *(gpointer *) data != NULL;
}

/* The server's process is killed and started again: tries go on with growing pauses, and then everything that waited arrives
 * once. */
static void
test_restart (gconstpointer data)
{
  static const guint delays[] = { 1000, 2000, 4000, 5000, 5000 };
  gsize mode = GPOINTER_TO_SIZE (data);
  NodeServer *server = NULL;
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (Peer) peer = NULL;
  g_autoptr (GAsyncResult) lost = NULL;
  g_autoptr (GAsyncResult) late = NULL;
  g_autoptr (JsonArray) answer = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *options = NULL;

  if (!test_have_node ())
    return;
  server = node_server_start ("server.js", NULL, "{}");
  options = g_strdup_printf ("{\"port\": %u}", node_server_get_port (server));
  peer = connect_peer (server, mode, clock);

  /* an answer that is awaited is lost with the connection */
  yonder_sio_client_call_async (peer->client, "silence", NULL, NULL, 0, NULL, on_called, &lost);
  json_node_unref (node_server_await (server, "got:silence"));
  node_server_stop (server);
  g_free (peer_await (peer, "disconnected transport"));
  test_wait_until (is_there, &lost, "the call's end");
  answer = yonder_sio_client_call_finish (peer->client, lost, NULL, &error);
  g_assert_null (answer);
  g_assert_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_LOST);
  g_clear_error (&error);
  g_clear_object (&lost);

  /* one that is asked for meanwhile is not: it waits */
  yonder_sio_client_call_async (peer->client, "late", NULL, NULL, 0, NULL, on_called, &late);
  for (int i = 0; i < 3; i++) {
    g_autofree char *text = g_strdup_printf ("[%d]", i);

    peer_emit (peer, "meanwhile", text);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (delays); i++) {
    turn_to_next_try (clock, delays[i]);
    peer_expect (peer, "connect-error unreachable retry");
  }

  server = node_server_start ("server.js", NULL, options);
  turn_to_next_try (clock, 5000);
  peer_expect (peer, "connected");
  test_wait_until (is_there, &late, "the answer to the call that waited");
  answer = yonder_sio_client_call_finish (peer->client, late, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&late);
  for (int i = 0; i < 3; i++) {
    g_autoptr (JsonNode) got = node_server_await (server, "got:meanwhile");
    g_autofree char *expected = g_strdup_printf ("[%d]", i);

    g_assert_true (test_json_equals (yonder_json_find (got, "args"), expected));
  }
  g_free (peer_call (peer, "sync", "[]", 0, NULL));
  g_assert_cmpuint (node_server_count (server, "got:meanwhile"), ==, 0);

  /* success begins the pauses anew */
  json_node_unref (node_server_ask (server, "{\"do\": \"cut\"}"));
  g_free (peer_await (peer, "disconnected transport"));
  turn_to_next_try (clock, 1000);
  peer_expect (peer, "connected");
  node_server_stop (server);
}

/* Closing while it waits for the next try: no timer stays, no further try, and waiting calls end. */
static void
test_close_while_waiting (void)
{
  NodeServer *server = NULL;
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (Peer) peer = NULL;
  g_autoptr (GAsyncResult) waiting = NULL;
  g_autoptr (GError) error = NULL;

  if (!test_have_node ())
    return;
  server = node_server_start ("server.js", NULL, "{}");
  peer = connect_peer (server, 0, clock);
  node_server_stop (server);
  g_free (peer_await (peer, "disconnected transport"));
  yonder_sio_client_call_async (peer->client, "late", NULL, NULL, 60000, NULL, on_called, &waiting);
  g_assert_cmpuint (yonder_manual_clock_count_timers (clock), ==, 2);

  yonder_sio_client_close (peer->client);
  g_assert_cmpuint (yonder_manual_clock_count_timers (clock), ==, 0);
  test_wait_until (is_there, &waiting, "the call's end");
  g_assert_null (yonder_sio_client_call_finish (peer->client, waiting, NULL, &error));
  g_assert_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_LOST);
  g_clear_object (&waiting);
  g_assert_false (peer_has (peer, "connect"));
}

/* A call that ends while its event waits for the connection takes the event back. */
static void
test_take_back (void)
{
  g_autoptr (NodeServer) server = NULL;
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (Peer) peer = NULL;
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (GAsyncResult) timed_out = NULL;
  g_autoptr (GError) error = NULL;

  if (!test_have_node ())
    return;
  server = node_server_start ("server.js", NULL, "{}");
  peer = connect_peer (server, 0, clock);
  json_node_unref (node_server_ask (server, "{\"do\": \"cut\"}"));
  g_free (peer_await (peer, "disconnected transport"));

  yonder_sio_client_call_async (peer->client, "unwanted", NULL, NULL, 0, cancellable, on_called, &cancelled);
  yonder_sio_client_call_async (peer->client, "unwanted", NULL, NULL, 100, NULL, on_called, &timed_out);
  peer_emit (peer, "wanted", "[]");
  g_cancellable_cancel (cancellable);
  test_wait_until (is_there, &cancelled, "the cancelled call's end");
  g_assert_null (yonder_sio_client_call_finish (peer->client, cancelled, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  yonder_manual_clock_advance (clock, 100);
  test_wait_until (is_there, &timed_out, "the timed out call's end");
  g_assert_null (yonder_sio_client_call_finish (peer->client, timed_out, NULL, &error));
  g_assert_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_TIMED_OUT);
  g_clear_object (&cancelled);
  g_clear_object (&timed_out);

  yonder_manual_clock_advance (clock, 1500);
  peer_expect (peer, "connected");
  json_node_unref (node_server_await (server, "got:wanted"));
  g_free (peer_call (peer, "sync", "[]", 0, NULL));
  g_assert_cmpuint (node_server_count (server, "got:unwanted"), ==, 0);
}

/* What waits is bounded, and the caller is told. */
static void
test_full_buffer (void)
{
  g_autoptr (Peer) peer = peer_new ("http://127.0.0.1:9", "/", YONDER_SIO_TRANSPORTS_WEBSOCKET, NULL);
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < YONDER_SIO_MAX_BUFFERED; i++)
    peer_emit (peer, "early", "[]");
  g_assert_false (yonder_sio_client_emit (peer->client, "early", NULL, NULL, &error));
  g_assert_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_LOST);
}

static gboolean
has_one_timer (gpointer data)
{
  return yonder_manual_clock_count_timers (data) == 1;
}

/* The network has changed. A connection that still works stays; long polling, which cannot be asked, is begun anew at once. */
static void
test_check (gconstpointer data)
{
  g_autoptr (NodeServer) server = NULL;
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (Peer) peer = NULL;

  if (!test_have_node ())
    return;
  /* no ping of the server's own comes to help */
  server = node_server_start ("server.js", NULL, "{\"pingInterval\": 600000}");
  peer = connect_peer (server, GPOINTER_TO_SIZE (data), clock);
  yonder_sio_client_check (peer->client);
  if (modes[GPOINTER_TO_SIZE (data)].transports == YONDER_SIO_TRANSPORTS_POLLING) {
    peer_expect (peer, "disconnected ping timeout");
    yonder_manual_clock_advance (clock, 0);
    g_free (peer_await (peer, "connected"));
    return;
  }

  g_assert_cmpuint (yonder_manual_clock_count_timers (clock), ==, 2);
  test_wait_until (has_one_timer, clock, "the server's sign of life");
  yonder_manual_clock_advance (clock, 4000);
  g_assert_true (yonder_sio_client_is_connected (peer->client));
  g_assert_cmpuint (peer_count (peer, "disconnected"), ==, 0);
}

/* One that is dead, though nobody said so, is left after two seconds, and taken up again without a pause. */
static void
test_check_finds_it_dead (void)
{
  g_autoptr (NodeServer) server = NULL;
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (Peer) peer = NULL;

  if (!test_have_node ())
    return;
  server = node_server_start ("server.js", NULL, "{}");
  peer = connect_peer (server, 0, clock);
  node_server_freeze (server, TRUE);
  yonder_sio_client_check (peer->client);
  yonder_sio_client_check (peer->client);
  yonder_manual_clock_advance (clock, 1999);
  g_assert_true (yonder_sio_client_is_connected (peer->client));
  yonder_manual_clock_advance (clock, 1);
  peer_expect (peer, "disconnected ping timeout");
  node_server_freeze (server, FALSE);
  g_free (peer_await (peer, "connected"));

  /* While it waits for the next try, it does not wait any longer. */
  json_node_unref (node_server_ask (server, "{\"do\": \"cut\"}"));
  g_free (peer_await (peer, "disconnected transport"));
  yonder_sio_client_check (peer->client);
  g_free (peer_await (peer, "connected"));

  /* One that was closed stays so. */
  yonder_sio_client_close (peer->client);
  yonder_sio_client_check (peer->client);
  g_assert_false (yonder_sio_client_is_connected (peer->client));
}

static const struct {
  const char *name;
  void (*function) (gconstpointer mode);
} tests[] = {
  { "recovery", test_recovery },
  { "no-recovery", test_no_recovery },
  { "restart", test_restart },
  { "check", test_check },
};

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize mode = 0; mode < G_N_ELEMENTS (modes); mode++)
    for (gsize i = 0; i < G_N_ELEMENTS (tests); i++) {
      g_autofree char *path = g_strdup_printf ("/sio-reconnect/%s/%s", modes[mode].name, tests[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (mode), tests[i].function);
    }
  g_test_add_func ("/sio-reconnect/close-while-waiting", test_close_while_waiting);
  g_test_add_func ("/sio-reconnect/check-finds-it-dead", test_check_finds_it_dead);
  g_test_add_func ("/sio-reconnect/take-back", test_take_back);
  g_test_add_func ("/sio-reconnect/full-buffer", test_full_buffer);

  return g_test_run ();
}
