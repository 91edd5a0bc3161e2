/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clients that take their time, or take what is not theirs: on bare sockets, with a clock that the test turns. */

#include "yonder-http.h"
#include "yonder-manual-clock.h"
#include "yonder-server.h"
#include "yonder-sio-server.h"

/* No test comes near it; it only turns a hang into a failure. */
#define DEADLINE_S 20

typedef struct {
  YonderManualClock *clock;
  YonderServer      *server;
  guint16            port;
} Fixture;

/* A client that only sends what it is told, and keeps what comes. */
typedef struct {
  GSocketConnection *connection;
  GString           *received;
  gboolean           is_over;
  char               buffer[4096];
} Client;

static gboolean
on_deadline (gpointer data)
{
  g_error ("waited in vain for %s", (const char *) data);
  return G_SOURCE_REMOVE;
}

#define wait_for(condition, what)                                                 \
  G_STMT_START {                                                                  \
    guint deadline = g_timeout_add_seconds (DEADLINE_S, on_deadline, (gpointer) what); \
    while (!(condition))                                                          \
      g_main_context_iteration (NULL, TRUE);                                      \
    g_source_remove (deadline);                                                   \
  } G_STMT_END

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->clock = yonder_manual_clock_new ();
  fixture->server = yonder_server_new (NULL, YONDER_CLOCK (fixture->clock));
  yonder_server_set_allow_guests (fixture->server, TRUE);
  yonder_server_start (fixture->server, 0, FALSE, &error);
  g_assert_no_error (error);
  fixture->port = (guint16) g_ascii_strtoull (strrchr (yonder_server_get_uri (fixture->server), ':') + 1, NULL, 10);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  yonder_server_stop (fixture->server);
  g_assert_cmpuint (yonder_manual_clock_count_timers (fixture->clock), ==, 0);
  g_assert_finalize_object (fixture->server);
  g_clear_object (&fixture->clock);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Client *self = data;
  gssize length = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (length <= 0) {
    self->is_over = TRUE;
    return;
  }
  g_string_append_len (self->received, self->buffer, length);
  g_input_stream_read_async (G_INPUT_STREAM (source), self->buffer, sizeof self->buffer, G_PRIORITY_DEFAULT, NULL, on_read, self);
}

static Client *
client_new (Fixture *fixture)
{
  g_autoptr (GSocketClient) factory = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  Client *self = g_new0 (Client, 1);

  g_socket_client_set_enable_proxy (factory, FALSE);
  self->connection = g_socket_client_connect_to_host (factory, "127.0.0.1", fixture->port, NULL, &error);
  g_assert_no_error (error);
  self->received = g_string_new (NULL);
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (self->connection)), self->buffer, sizeof self->buffer,
                             G_PRIORITY_DEFAULT, NULL, on_read, self);
  return self;
}

static void
client_say (Client *self, const char *text)
{
  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (self->connection)), text, strlen (text),
                                            NULL,
                                            NULL, NULL));
}

static void
client_free (Client *self)
{
  g_socket_shutdown (g_socket_connection_get_socket (self->connection), TRUE, TRUE, NULL);
  wait_for (self->is_over, "the end of a connection");
  g_object_unref (self->connection);
  g_string_free (self->received, TRUE);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Client, client_free)

/* A request that is answered on another connection: by then the server has seen what came before. */
static void
settle (Fixture *fixture)
{
  g_autoptr (Client) other = client_new (fixture);

  client_say (other, "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  wait_for (other->is_over, "an answer");
  g_assert_nonnull (strstr (other->received->str, "200 OK"));
}

static void
pass (Fixture *fixture, guint seconds)
{
  settle (fixture);
  yonder_manual_clock_advance (fixture->clock, seconds * 1000);
  settle (fixture);
}

/* Half a request line, half the headers, half a body, and nothing at all after one request: each only for a while. */
static void
test_slow_requests (Fixture *fixture, gconstpointer data)
{
  static const char *const beginnings[] = {
    "", "GET /hea", "GET /health HTTP/1.1\r\nHost: x\r\n",
    "POST /api/auth/guest HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"full",
    "GET /health HTTP/1.1\r\nHost: x\r\n\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++) {
    g_autoptr (Client) client = client_new (fixture);

    client_say (client, beginnings[i]);
    pass (fixture, 50);
    g_assert_false (client->is_over);
    pass (fixture, 20);
    wait_for (client->is_over, "the end of a slow request");
  }
}

/* A poll is slow because the server has nothing to say: it stays, for as long as the heartbeat goes on. */
static void
test_patient_poll (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Client) first = client_new (fixture);
  g_autoptr (Client) poll = client_new (fixture);
  g_autofree char *request = NULL;
  g_autofree char *sid = NULL;
  const char *found;

  client_say (first, "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  wait_for (first->is_over, "a handshake");
  found = strstr (first->received->str, "\"sid\":\"");
  g_assert_nonnull (found);
  sid = g_strndup (found + 7, 32);
  request = g_strdup_printf ("GET /socket.io/?EIO=4&transport=polling&sid=%s HTTP/1.1\r\nHost: x\r\n\r\n", sid);
  client_say (poll, request);
  pass (fixture, 24);
  g_assert_cmpuint (poll->received->len, ==, 0);
  pass (fixture, 1);
  wait_for (poll->received->len > 0, "the ping");
  g_assert_nonnull (strstr (poll->received->str, "\r\n\r\n2"));
}

static guint
count_over (GPtrArray *clients)
{
  guint n = 0;

  for (guint i = 0; i < clients->len; i++)
    n += ((Client *) clients->pdata[i])->is_over;
  return n;
}

/* A hundred connections are more than a browser has; a client that opens more does not keep others out. */
static void
test_many_connections (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify) client_free);

  for (guint i = 0; i < 130; i++) {
    g_ptr_array_add (clients, client_new (fixture));
    while (g_main_context_iteration (NULL, FALSE)) /* the server lives here: connections wait for it in a short line */
      ;
  }
  wait_for (count_over (clients) == 30, "the end of what is too many");
  for (guint i = 0; i < clients->len; i++)
    if (!((Client *) clients->pdata[i])->is_over) {
      g_ptr_array_remove_index (clients, i);
      break;
    }
  settle (fixture);
  g_assert_cmpuint (count_over (clients), ==, 30);
}

/* A client that was refused has to try again soon or leave. */
static void
test_refused_client_leaves (Fixture *fixture, gconstpointer data)
{
  static const char open[] =
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
  /* RFC 6455 section 5.2: a masked text frame, the mask all zeroes; "40", and later "3". */
  static const char connect[] = "\x81\x82\0\0\0\0" "40", pong[] = "\x81\x81\0\0\0\0" "3";
  g_autoptr (Client) client = client_new (fixture);
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (client->connection));

  client_say (client, open);
  wait_for (strstr (client->received->str, "\"sid\""), "a handshake");
  g_assert_true (g_output_stream_write_all (output, connect, sizeof connect - 1, NULL, NULL, NULL));
  wait_for (strstr (client->received->str, "44{"), "the refusal");
  for (guint i = 0; i < 4; i++) {
    g_assert_false (client->is_over);
    pass (fixture, 10);
    g_assert_true (g_output_stream_write_all (output, pong, sizeof pong - 1, NULL, NULL, NULL));
  }
  pass (fixture, 10);
  wait_for (client->is_over, "the end of the connection");
}

/* A socket that nobody holds but the server itself. */
typedef struct {
  YonderSioSocket *socket; /* borrowed */
  gboolean         is_gone;
} Victim;

static gboolean
emit_much (gpointer data)
{
  Victim *victim = data;
  g_autofree char *text = g_strnfill (500000, 'x');

  while (!victim->is_gone) {
    JsonNode *arguments = json_node_new (JSON_NODE_ARRAY);

    json_node_take_array (arguments, json_array_new ());
    json_array_add_string_element (json_node_get_array (arguments), text);
    yonder_sio_socket_emit (victim->socket, "much", arguments, NULL);
  }
  return G_SOURCE_REMOVE;
}

static void
on_finalized (gpointer data, GObject *socket)
{
  ((Victim *) data)->is_gone = TRUE;
}

static void
on_connection (YonderSioServer *sio, YonderSioSocket *socket, Victim *victim)
{
  victim->socket = socket;
  g_object_weak_ref (G_OBJECT (socket), on_finalized, victim);
  g_idle_add (emit_much, victim);
}

/* What is sent to a client that does not fetch it ends its session; the socket goes with it, in the midst of sending. */
static void
test_socket_ends_while_sending (void)
{
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (SoupServer) soup = soup_server_new (NULL, NULL);
  YonderEioOptions eio_options = YONDER_EIO_OPTIONS_INIT;
  YonderSioOptions sio_options = YONDER_SIO_OPTIONS_INIT;
  g_autoptr (YonderEioServer) eio = NULL;
  g_autoptr (YonderSioServer) sio = NULL;
  Victim victim = { NULL, FALSE };
  Fixture fixture = { 0 };
  g_autoptr (Client) first = NULL, post = NULL;
  g_autofree char *request = NULL;
  g_autofree char *sid = NULL;

  g_assert_true (soup_server_listen_local (soup, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  g_autoslist (GUri) uris = soup_server_get_uris (soup);
  fixture.port = (guint16) g_uri_get_port (uris->data);
  sio_options.max_kept = 0;
  eio = yonder_eio_server_new (soup, "/socket.io/", &eio_options, YONDER_CLOCK (clock));
  sio = yonder_sio_server_new (eio, &sio_options, YONDER_CLOCK (clock));
  yonder_sio_server_add_namespace (sio, "/", NULL, NULL);
  g_signal_connect (sio, "connection", G_CALLBACK (on_connection), &victim);

  first = client_new (&fixture);
  client_say (first, "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  wait_for (first->is_over, "a handshake");
  sid = g_strndup (strstr (first->received->str, "\"sid\":\"") + 7, 32);
  post = client_new (&fixture);
  request = g_strdup_printf ("POST /socket.io/?EIO=4&transport=polling&sid=%s HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n40",
                             sid);
  client_say (post, request);
  wait_for (victim.is_gone, "the end of the socket");

  yonder_sio_server_stop (sio);
  yonder_eio_server_stop (eio);
  soup_server_disconnect (soup);
}

static void
test_clients_of_addresses (void)
{
  static const struct { const char *one, *other; gboolean is_same; } pairs[] = {
    { "192.0.2.1", "192.0.2.1", TRUE },   { "192.0.2.1", "192.0.2.2", FALSE },
    { "2001:db8::1", "2001:db8::ffff:1", TRUE }, { "2001:db8::1", "2001:db8:0:1::1", FALSE },
    { NULL, "", TRUE },                   { NULL, "192.0.2.1", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    g_autofree char *one = yonder_http_dup_client (pairs[i].one);
    g_autofree char *other = yonder_http_dup_client (pairs[i].other);

    g_assert_cmpint (g_str_equal (one, other), ==, pairs[i].is_same);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/server/slow/requests", Fixture, NULL, set_up, test_slow_requests, tear_down);
  g_test_add ("/server/slow/patient-poll", Fixture, NULL, set_up, test_patient_poll, tear_down);
  g_test_add ("/server/slow/many-connections", Fixture, NULL, set_up, test_many_connections, tear_down);
  g_test_add ("/server/slow/refused-client-leaves", Fixture, NULL, set_up, test_refused_client_leaves, tear_down);
  g_test_add_func ("/server/slow/socket-ends-while-sending", test_socket_ends_while_sending);
  g_test_add_func ("/server/slow/clients-of-addresses", test_clients_of_addresses);
  return g_test_run ();
}
