/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the user is told when there is no getting through, and that what gets through does: servers that are none, certificates,
 * proxies. Each message is one sentence that tells which it was. */

#include "peer.h"
#include "test-certificates.h"
#include "yonder-json.h"
#include "yonder-manual-clock.h"

/* Connects, and expects this to be reported; @words must be in the message. */
static void
expect_failure (const char *uri, YonderSioTransports transports, const char *line, const char *words)
{
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (Peer) peer = peer_new (uri, "/", transports, YONDER_CLOCK (clock));

  yonder_sio_client_open (peer->client);
  peer_expect (peer, line);
  g_assert_nonnull (strstr (peer->last_error->message, words));
  g_assert_false (yonder_sio_client_is_connected (peer->client));
}

static const struct {
  const char *kind;
  const char *options;
  const char *line;
  const char *words;
} others[] = {
  { "web", NULL, "connect-error not-socket-io retry", "no Socket.IO server (404 Not Found)" },
  { "text", NULL, "connect-error not-socket-io retry", "no Socket.IO server" },
  { "redirect", NULL, "connect-error not-socket-io retry", "https://elsewhere.example/" },
  { "broken", NULL, "connect-error unreachable retry", "503" },
  { "garbage", NULL, "connect-error unreachable retry", "broke off" },
  { "old", "{\"transport\": \"polling\"}", "connect-error old-protocol final", "Socket.IO 2" },
  { "strict", "{\"open\": \"9\", \"transport\": \"websocket\"}", "connect-error not-socket-io retry", "no Socket.IO server" },
};

static void
test_other_servers (void)
{
  static const YonderSioTransports transports[] = {
    YONDER_SIO_TRANSPORTS_BOTH, YONDER_SIO_TRANSPORTS_WEBSOCKET, YONDER_SIO_TRANSPORTS_POLLING,
      YONDER_SIO_TRANSPORTS_POLLING_FIRST
  };

  if (!test_have_node ())
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    for (gsize t = 0; t < G_N_ELEMENTS (transports); t++) {
      g_autoptr (NodeServer) server = NULL;
      g_autofree char *uri = NULL;
      gboolean is_polling = transports[t] == YONDER_SIO_TRANSPORTS_POLLING ||
        transports[t] == YONDER_SIO_TRANSPORTS_POLLING_FIRST;

      /* what is about one transport is not asked of the other */
      if (others[i].options != NULL && (strstr (others[i].options, is_polling ? "\"polling\"" : "\"websocket\"") == NULL ||
                                        transports[t] == YONDER_SIO_TRANSPORTS_BOTH))
        continue;
      g_test_message ("%s over %d", others[i].kind, transports[t]);
      server = node_server_start ("fake-server.js", others[i].kind, others[i].options);
      uri = node_server_dup_uri (server, "http");
      expect_failure (uri, transports[t], others[i].line, others[i].words);
    }
}

static void
test_old_server (void)
{
  static const YonderSioTransports transports[] = {
    YONDER_SIO_TRANSPORTS_BOTH, YONDER_SIO_TRANSPORTS_WEBSOCKET, YONDER_SIO_TRANSPORTS_POLLING_FIRST
  };

  if (!test_have_node ())
    return;
  for (gsize t = 0; t < G_N_ELEMENTS (transports); t++) {
    g_autoptr (NodeServer) server = node_server_start ("fake-server.js", "old", NULL);
    g_autofree char *uri = node_server_dup_uri (server, "http");

    expect_failure (uri, transports[t], "connect-error old-protocol final", "Socket.IO 2");
  }
}

static void
test_nobody_there (void)
{
  /* a port that was free a moment ago */
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GError) error = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, &error);
  g_autofree char *uri = g_strdup_printf ("http://127.0.0.1:%u", port);

  g_assert_no_error (error);
  g_socket_listener_close (listener);
  expect_failure (uri, YONDER_SIO_TRANSPORTS_BOTH, "connect-error unreachable retry", "Nothing answers at 127.0.0.1:");
  expect_failure ("http://no-such-host.invalid", YONDER_SIO_TRANSPORTS_BOTH, "connect-error unreachable retry",
                  "no-such-host.invalid");
}

static void
test_bad_addresses (void)
{
  static const char * const addresses[] = { "", "calls.example.org", "ftp://calls.example.org", "http://", "http://[::1",
                                            "http:///x" };

  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    expect_failure (addresses[i], YONDER_SIO_TRANSPORTS_BOTH, "connect-error invalid final", "is no address of a call server");
}

typedef struct {
  NodeServer *server;
  const char *event;
  guint       times;
} Happening;

static gboolean
has_happened (gpointer data)
{
  Happening *happening = data;

  return node_server_count (happening->server, happening->event) >= happening->times;
}

/* The WebSocket has half of the time, polling the rest; then the next try follows. */
static void
test_silent_server (void)
{
  g_autoptr (NodeServer) server = NULL;
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (Peer) peer = NULL;
  g_autofree char *uri = NULL;
  Happening happening = { NULL, "connection", 1 };

  if (!test_have_node ())
    return;
  happening.server = server = node_server_start ("fake-server.js", "silent", NULL);
  uri = node_server_dup_uri (server, "http");
  peer = peer_new (uri, "/", YONDER_SIO_TRANSPORTS_BOTH, YONDER_CLOCK (clock));
  yonder_sio_client_open (peer->client);
  test_wait_until (has_happened, &happening, "the WebSocket's connection");
  yonder_manual_clock_advance (clock, 10000);
  happening.times = 2;
  test_wait_until (has_happened, &happening, "the polling connection");
  yonder_manual_clock_advance (clock, 9999);
  g_assert_cmpuint (peer->record->len, ==, 0);
  yonder_manual_clock_advance (clock, 1);
  peer_expect (peer, "connect-error unreachable retry");
  g_assert_nonnull (strstr (peer->last_error->message, "20 seconds"));

  yonder_manual_clock_advance (clock, 1500);
  happening.times = 3;
  test_wait_until (has_happened, &happening, "the next try");
}

static void
test_certificates (void)
{
  static const struct { const char *file, *names; int days; const char *line, *words; } cases[] = {
    { "good", "IP:127.0.0.1", 2, "connected", NULL },
    { "wrong-host", "DNS:elsewhere.example", 2, "connect-error certificate retry", "another name" },
    { "expired", "IP:127.0.0.1", -1, "connect-error certificate retry", "expired" },
  };
  static const YonderSioTransports transports[] = { YONDER_SIO_TRANSPORTS_BOTH, YONDER_SIO_TRANSPORTS_POLLING };
  g_autoptr (TestAuthority) authority = NULL;

  if (!test_have_node ())
    return;
  authority = test_authority_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *tls = test_authority_issue (authority, cases[i].file, cases[i].names, cases[i].days);
    g_autofree char *options = g_strdup_printf ("{\"tls\": %s}", tls);
    g_autoptr (NodeServer) server = node_server_start ("server.js", NULL, options);
    g_autofree char *uri = node_server_dup_uri (server, "https");
    g_autofree char *wss = node_server_dup_uri (server, "wss");
    g_autofree char *plain = node_server_dup_uri (server, "http");

    for (gsize t = 0; t < G_N_ELEMENTS (transports); t++) {
      g_autoptr (Peer) trusting = peer_new (t == 0 ? wss : uri, "/", transports[t], NULL);

      g_test_message ("%s over %d", cases[i].file, transports[t]);
      yonder_sio_client_set_tls_database (trusting->client, authority->database);
      yonder_sio_client_open (trusting->client);
      peer_expect (trusting, cases[i].line);
      if (cases[i].words != NULL)
        g_assert_nonnull (strstr (trusting->last_error->message, cases[i].words));
      /* the system's authorities do not know ours */
      expect_failure (uri, transports[t], "connect-error certificate retry",
                      cases[i].words != NULL ? cases[i].words : "does not know who issued it");
      expect_failure (plain, transports[t], "connect-error unreachable retry", "");
    }
    g_assert_cmpuint (node_server_count (server, "connection"), ==, cases[i].words == NULL ? 2 : 0);
  }
}

static void
test_plain_server_as_https (void)
{
  g_autoptr (NodeServer) server = NULL;
  g_autofree char *uri = NULL;

  if (!test_have_node ())
    return;
  server = node_server_start ("server.js", NULL, NULL);
  uri = node_server_dup_uri (server, "https");
  expect_failure (uri, YONDER_SIO_TRANSPORTS_BOTH, "connect-error unreachable retry", "");
}

/* A server below a path, with an endpoint of its own, addressed as ws:// */
static void
test_path (void)
{
  g_autoptr (NodeServer) server = NULL;
  g_autofree char *origin = NULL;
  g_autofree char *uri = NULL;
  g_autoptr (YonderClock) clock = yonder_clock_new ();
  g_autoptr (Peer) peer = NULL;

  if (!test_have_node ())
    return;
  server = node_server_start ("server.js", NULL, "{\"path\": \"/calls/socket.io/\"}");
  origin = node_server_dup_uri (server, "ws");
  uri = g_strconcat (origin, "/calls/", NULL);
  peer = peer_new (uri, "/", YONDER_SIO_TRANSPORTS_POLLING_FIRST, clock);
  yonder_sio_client_open (peer->client);
  peer_expect (peer, "connected");
}

static NodeServer *
start_before (NodeServer *server, const char *kind)
{
  g_autofree char *uri = node_server_dup_uri (server, "http");
  g_autofree char *options = g_strdup_printf ("{\"target\": \"%s\"}", uri);

  return node_server_start ("fake-server.js", kind, options);
}

/* A box on the way that refuses to upgrade: polling works, and the next connection does not lose time with another WebSocket. */
static void
test_upgrades_blocked (void)
{
  g_autoptr (NodeServer) server = NULL;
  g_autoptr (NodeServer) box = NULL;
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (Peer) peer = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *answer = NULL;

  if (!test_have_node ())
    return;
  server = node_server_start ("server.js", NULL, NULL);
  box = start_before (server, "no-websocket");
  uri = node_server_dup_uri (box, "http");
  peer = peer_new (uri, "/", YONDER_SIO_TRANSPORTS_BOTH, YONDER_CLOCK (clock));
  yonder_sio_client_open (peer->client);
  peer_expect (peer, "connected");
  g_assert_cmpstr (yonder_sio_client_get_transport (peer->client), ==, "polling");
  answer = peer_call (peer, "question", "[1]", 0, NULL);
  g_assert_cmpstr (answer, ==, "[1]");
  g_assert_cmpuint (node_server_count (box, "upgrade-refused"), ==, 1);

  /* only WebSockets: then it must fail, and in words */
  expect_failure (uri, YONDER_SIO_TRANSPORTS_WEBSOCKET, "connect-error rejected retry", "refused the connection");
}

/* The same, but the box leaves the request without an answer: after 10 s polling has its turn, and is first the next time. */
static void
test_upgrades_swallowed (void)
{
  g_autoptr (NodeServer) server = NULL;
  g_autoptr (NodeServer) box = NULL;
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (Peer) peer = NULL;
  g_autofree char *uri = NULL;

  if (!test_have_node ())
    return;
  server = node_server_start ("server.js", NULL, NULL);
  box = start_before (server, "swallow");
  uri = node_server_dup_uri (box, "http");
  peer = peer_new (uri, "/", YONDER_SIO_TRANSPORTS_BOTH, YONDER_CLOCK (clock));
  yonder_sio_client_open (peer->client);
  json_node_unref (node_server_await (box, "swallowed"));
  yonder_manual_clock_advance (clock, 10000);
  peer_expect (peer, "connected");
  g_assert_cmpstr (yonder_sio_client_get_transport (peer->client), ==, "polling");

  json_node_unref (node_server_ask (server, "{\"do\": \"cut\"}"));
  g_free (peer_await (peer, "disconnected transport"));
  yonder_manual_clock_advance (clock, 1500);
  peer_expect (peer, "connected");
}

/* A proxy as companies have it, the one that lets tunnels through and the one that does not. */
static void
test_forward_proxy (void)
{
  static const char * const options[] = { "{}", "{\"blockUpgrade\": true}" };

  if (!test_have_node ())
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++) {
    g_autoptr (NodeServer) server = node_server_start ("server.js", NULL, NULL);
    g_autoptr (NodeServer) proxy = node_server_start ("fake-server.js", "proxy", options[i]);
    g_autofree char *uri = node_server_dup_uri (server, "http");
    g_autofree char *proxy_uri = node_server_dup_uri (proxy, "http");
    g_autoptr (GProxyResolver) resolver = g_simple_proxy_resolver_new (proxy_uri, NULL);
    g_autoptr (Peer) peer = peer_new (uri, "/", YONDER_SIO_TRANSPORTS_BOTH, NULL);
    g_autofree char *answer = NULL;

    yonder_sio_client_set_proxy_resolver (peer->client, resolver);
    yonder_sio_client_open (peer->client);
    peer_expect (peer, "connected");
    answer = peer_call (peer, "question", "[1]", 0, NULL);
    g_assert_cmpstr (answer, ==, "[1]");
    g_assert_cmpuint (node_server_count (proxy, "proxied"), >, 0);
    if (i == 1)
      g_assert_cmpstr (yonder_sio_client_get_transport (peer->client), ==, "polling");
  }
}

/* A message that is larger than anything we take ends the connection, whichever transport brings it. */
static void
test_oversize_message (void)
{
  static const YonderSioTransports transports[] = { YONDER_SIO_TRANSPORTS_WEBSOCKET, YONDER_SIO_TRANSPORTS_POLLING };

  if (!test_have_node ())
    return;
  for (gsize t = 0; t < G_N_ELEMENTS (transports); t++) {
    g_autoptr (NodeServer) server = node_server_start ("server.js", NULL, NULL);
    g_autoptr (Peer) peer = peer_new_for (server, "/", transports[t]);
    g_autoptr (JsonNode) connection = NULL;

    yonder_sio_client_open (peer->client);
    peer_expect (peer, "connected");
    connection = node_server_await (server, "connection");
    node_server_tell (server, "{\"do\": \"flood\", \"bytes\": 5000000}");
    g_free (peer_await (peer, "disconnected transport"));
    peer_expect (peer, "connected");
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sio-failures/other-servers", test_other_servers);
  g_test_add_func ("/sio-failures/old-server", test_old_server);
  g_test_add_func ("/sio-failures/nobody-there", test_nobody_there);
  g_test_add_func ("/sio-failures/bad-addresses", test_bad_addresses);
  g_test_add_func ("/sio-failures/silent-server", test_silent_server);
  g_test_add_func ("/sio-failures/certificates", test_certificates);
  g_test_add_func ("/sio-failures/plain-server-as-https", test_plain_server_as_https);
  g_test_add_func ("/sio-failures/path", test_path);
  g_test_add_func ("/sio-failures/upgrades-blocked", test_upgrades_blocked);
  g_test_add_func ("/sio-failures/upgrades-swallowed", test_upgrades_swallowed);
  g_test_add_func ("/sio-failures/forward-proxy", test_forward_proxy);
  g_test_add_func ("/sio-failures/oversize-message", test_oversize_message);

  return g_test_run ();
}
