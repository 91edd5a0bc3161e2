/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What YonderSioClient does while all is well, against npm's socket.io server, over each transport. */

#include <gio/gio.h>

#include "peer.h"
#include "yonder-json.h"

static const struct {
  const char         *name;
  YonderSioTransports transports;
  const char         *ends_on;
} modes[] = {
  { "both", YONDER_SIO_TRANSPORTS_BOTH, "websocket" },
  { "websocket", YONDER_SIO_TRANSPORTS_WEBSOCKET, "websocket" },
  { "polling", YONDER_SIO_TRANSPORTS_POLLING, "polling" },
  { "upgrade", YONDER_SIO_TRANSPORTS_POLLING_FIRST, "websocket" },
};

/* One server for all tests of this program: they use connections of their own. */
static NodeServer *server;

typedef struct {
  gsize mode;
  Peer *peer;
} Fixture;

static gboolean
is_on_final_transport (gpointer data)
{
  Fixture *self = data;

  return g_strcmp0 (yonder_sio_client_get_transport (self->peer->client), modes[self->mode].ends_on) == 0;
}

static gboolean
set_up (Fixture *self, gsize mode, const char *nsp)
{
  if (!test_have_node ())
    return FALSE;
  if (server == NULL)
    server = node_server_start ("server.js", NULL, "{\"maxHttpBufferSize\": 100000}");

  self->mode = mode;
  self->peer = peer_new_for (server, nsp, modes[mode].transports);
  yonder_sio_client_open (self->peer->client);

  return TRUE;
}

/* The server has seen that the client is gone before the next test begins. */
static void
tear_down (Fixture *self)
{
  g_autoptr (JsonNode) gone = NULL;
  gboolean was_connected = yonder_sio_client_is_connected (self->peer->client);

  g_clear_pointer (&self->peer, peer_free);
  if (was_connected) {
    gone = node_server_await (server, "disconnect");
    g_assert_cmpstr (test_string (gone, "reason"), ==, "client namespace disconnect");
  }
  node_server_forget (server);
}

static void
test_connect (gconstpointer data)
{
  Fixture self;
  g_autoptr (JsonNode) seen = NULL;

  if (!set_up (&self, GPOINTER_TO_SIZE (data), "/"))
    return;

  peer_expect (self.peer, "connected");
  seen = node_server_await (server, "connection");
  g_assert_cmpstr (test_string (seen, "id"), ==, yonder_sio_client_get_sid (self.peer->client));
  g_assert_true (test_json_equals (yonder_json_find (seen, "auth"), "{}"));
  test_wait_until (is_on_final_transport, &self, "the transport that is to be used in the end");
  tear_down (&self);
}

static void
test_events (gconstpointer data)
{
  Fixture self;
  g_autoptr (JsonNode) seen = NULL;
  g_autoptr (JsonNode) connection = NULL;

  if (!set_up (&self, GPOINTER_TO_SIZE (data), "/"))
    return;
  peer_expect (self.peer, "connected");
  connection = node_server_await (server, "connection");

  /* every JSON type, more than one argument, and text beyond ASCII */
  peer_emit (self.peer, "back", "[1, -2.5, true, null, \"größer ☎ 𝄞 \\u001e\", {\"a\": [{}]}]");
  seen = node_server_await (server, "got:back");
  g_assert_true (test_json_equals (yonder_json_find (seen, "args"),
                                   "[1, -2.5, true, null, \"größer ☎ 𝄞 \\u001e\", {\"a\": [{}]}]"));
  g_assert_false (json_object_get_boolean_member (json_node_get_object (seen), "ack"));
  peer_expect (self.peer, "event back [1,-2.5,true,null,\"größer ☎ 𝄞 \\u001e\",{\"a\":[{}]}]");

  /* one argument that is no array, and none */
  peer_emit (self.peer, "back", "{\"only\": 1}");
  peer_expect (self.peer, "event back [{\"only\":1}]");
  g_assert_true (yonder_sio_client_emit (self.peer->client, "back", NULL, NULL, NULL));
  peer_expect (self.peer, "event back []");
  tear_down (&self);
}

/* Many in a row stay in order, across the upgrade too, and none is lost or doubled. */
static void
test_order (gconstpointer data)
{
  Fixture self;
  g_autoptr (JsonNode) connection = NULL;

  if (!set_up (&self, GPOINTER_TO_SIZE (data), "/"))
    return;
  peer_expect (self.peer, "connected");
  connection = node_server_await (server, "connection");

  for (int i = 0; i < 300; i++) {
    g_autofree char *text = g_strdup_printf ("[%d]", i);

    peer_emit (self.peer, "back", text);
    g_main_context_iteration (NULL, FALSE);
  }
  for (int i = 0; i < 300; i++) {
    g_autofree char *line = g_strdup_printf ("event back [%d]", i);
    g_autoptr (JsonNode) seen = node_server_await (server, "got:back");
    gint64 number = -1;

    peer_expect (self.peer, line);
    g_assert_true (yonder_json_get_int (seen, "args[0]", 0, 300, &number, NULL));
    g_assert_cmpint (number, ==, i);
  }
  g_assert_cmpuint (node_server_count (server, "got:back"), ==, 0);
  tear_down (&self);
}

static void
test_acknowledgements (gconstpointer data)
{
  Fixture self;
  g_autoptr (JsonNode) connection = NULL;
  g_autoptr (JsonNode) reply = NULL;
  g_autoptr (JsonNode) silent_reply = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = NULL;
  g_autofree char *none = NULL;

  if (!set_up (&self, GPOINTER_TO_SIZE (data), "/"))
    return;
  peer_expect (self.peer, "connected");
  connection = node_server_await (server, "connection");

  answer = peer_call (self.peer, "question", "[\"a\", {\"b\": 2}]", 0, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (answer, ==, "[\"a\",{\"b\":2}]");

  none = peer_call (self.peer, "silence", "[]", 50, &error);
  g_assert_null (none);
  g_assert_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_TIMED_OUT);

  reply = node_server_ask (server, "{\"do\": \"ask\", \"name\": \"well?\", \"args\": [\"x\", 3]}");
  g_assert_true (test_json_equals (yonder_json_find (reply, "answers"), "[\"x\"]"));
  peer_expect (self.peer, "event well? [\"x\",3]");

  self.peer->answers = FALSE;
  silent_reply = node_server_ask (server, "{\"do\": \"ask\", \"name\": \"well?\", \"timeout\": 50}");
  g_assert_nonnull (test_string (silent_reply, "error"));
  tear_down (&self);
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

/* "first" and "second" with bytes that are no text, both ways: in events and in answers */
static void
test_binary (gconstpointer data)
{
  static const guint8 first[] = { 0x00, 0xff, 0x1e, 0x80, 0x34 };
  static const char placeholders[] = "[{\"_placeholder\": true, \"num\": 0}, \"between\", {\"deep\": {\"_placeholder\": true, \"num\": 1}}]";
  Fixture self;
  g_autoptr (JsonNode) connection = NULL;
  g_autoptr (JsonNode) arguments = json_from_string (placeholders, NULL);
  g_autoptr (GPtrArray) attachments = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GPtrArray) answered = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (JsonArray) answer = NULL;
  g_autoptr (JsonNode) seen = NULL;
  g_autoptr (JsonNode) reply = NULL;
  g_autoptr (GError) error = NULL;

  if (!set_up (&self, GPOINTER_TO_SIZE (data), "/"))
    return;
  peer_expect (self.peer, "connected");
  connection = node_server_await (server, "connection");
  g_ptr_array_add (attachments, g_bytes_new_static (first, sizeof first));
  g_ptr_array_add (attachments, g_bytes_new_static ("", 0));

  yonder_sio_client_emit (self.peer->client, "back", arguments, attachments, &error);
  g_assert_no_error (error);
  seen = node_server_await (server, "got:back");
  g_assert_true (test_json_equals (yonder_json_find (seen, "args"),
                                   "[{\"base64\": \"AP8egDQ=\"}, \"between\", {\"deep\": {\"base64\": \"\"}}]"));
  g_free (peer_await (self.peer, "event back "));
  g_assert_cmpuint (self.peer->last_attachments->len, ==, 2);
  g_assert_true (g_bytes_equal (self.peer->last_attachments->pdata[0], attachments->pdata[0]));
  g_assert_true (g_bytes_equal (self.peer->last_attachments->pdata[1], attachments->pdata[1]));

  yonder_sio_client_call_async (self.peer->client, "question", arguments, attachments, 0, NULL, on_called, &result);
  test_wait_until (is_there, &result, "the answer");
  answer = yonder_sio_client_call_finish (self.peer->client, result, &answered, &error);
  g_clear_object (&result);
  g_assert_no_error (error);
  g_assert_cmpuint (json_array_get_length (answer), ==, 3);
  g_assert_cmpuint (answered->len, ==, 2);
  g_assert_true (g_bytes_equal (answered->pdata[0], attachments->pdata[0]));

  reply = node_server_ask (server, "{\"do\": \"ask\", \"name\": \"picture\", \"args\": [{\"base64\": \"AAEC\"}]}");
  g_assert_true (test_json_equals (yonder_json_find (reply, "answers"), "[{\"base64\": \"AAEC\"}]"));
  tear_down (&self);
}

static void
test_auth (gconstpointer data)
{
  Fixture self;
  g_autoptr (JsonNode) good = json_from_string ("{\"token\": \"good\", \"n\": 1}", NULL);
  g_autoptr (JsonNode) connection = NULL;

  if (!set_up (&self, GPOINTER_TO_SIZE (data), "/guarded"))
    return;

  /* without a token: the server's words, its data, and no further try */
  peer_expect (self.peer, "connect-error rejected final");
  g_assert_nonnull (strstr (self.peer->last_error->message, "not authorized"));
  g_assert_true (test_json_equals (yonder_sio_client_get_refusal_data (self.peer->client),
                                   "{\"code\": 7, \"hint\": \"take another token\"}"));
  g_assert_false (yonder_sio_client_is_connected (self.peer->client));

  yonder_sio_client_set_auth (self.peer->client, good);
  yonder_sio_client_open (self.peer->client);
  peer_expect (self.peer, "connected");
  connection = node_server_await (server, "connection");
  g_assert_true (test_json_equals (yonder_json_find (connection, "auth"), "{\"token\": \"good\", \"n\": 1}"));
  g_assert_cmpstr (test_string (connection, "nsp"), ==, "/guarded");
  tear_down (&self);
}

static void
test_namespaces (gconstpointer data)
{
  Fixture self;
  Fixture unknown;
  g_autoptr (JsonNode) connection = NULL;
  g_autoptr (JsonNode) seen = NULL;

  if (!set_up (&self, GPOINTER_TO_SIZE (data), "/custom") || !set_up (&unknown, GPOINTER_TO_SIZE (data), "/nowhere"))
    return;

  peer_expect (self.peer, "connected");
  connection = node_server_await (server, "connection");
  g_assert_cmpstr (test_string (connection, "nsp"), ==, "/custom");
  peer_emit (self.peer, "back", "[1]");
  seen = node_server_await (server, "got:back");
  g_assert_cmpstr (test_string (seen, "nsp"), ==, "/custom");
  peer_expect (self.peer, "event back [1]");

  peer_expect (unknown.peer, "connect-error rejected final");
  g_assert_nonnull (strstr (unknown.peer->last_error->message, "Invalid namespace"));
  tear_down (&unknown);
  tear_down (&self);
}

/* What is emitted before the connection is there goes out when it is; what is volatile does not. */
static void
test_buffering (gconstpointer data)
{
  Fixture self;
  g_autoptr (JsonNode) connection = NULL;
  g_autoptr (JsonNode) first = NULL;
  g_autoptr (JsonNode) second = NULL;

  if (!set_up (&self, GPOINTER_TO_SIZE (data), "/"))
    return;

  peer_emit (self.peer, "early", "[1]");
  g_assert_true (yonder_sio_client_emit_volatile (self.peer->client, "fleeting", NULL, NULL, NULL));
  peer_emit (self.peer, "early", "[2]");
  peer_expect (self.peer, "connected");
  connection = node_server_await (server, "connection");
  first = node_server_await (server, "got:early");
  second = node_server_await (server, "got:early");
  g_assert_true (test_json_equals (yonder_json_find (first, "args"), "[1]"));
  g_assert_true (test_json_equals (yonder_json_find (second, "args"), "[2]"));

  /* connected and idle, a volatile event leaves at once */
  g_free (peer_call (self.peer, "sync", "[]", 0, NULL));
  g_assert_cmpuint (node_server_count (server, "got:fleeting"), ==, 0);
  test_wait_until (is_on_final_transport, &self, "the final transport");
  g_free (peer_call (self.peer, "sync", "[]", 0, NULL));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (yonder_sio_client_emit_volatile (self.peer->client, "fleeting", NULL, NULL, NULL));
  json_node_unref (node_server_await (server, "got:fleeting"));
  tear_down (&self);
}

static void
test_limits (gconstpointer data)
{
  Fixture self;
  g_autofree char *large = g_strnfill (120 * 1000, 'x');
  g_autofree char *fitting = g_strnfill (90 * 1000, 'x');
  g_autofree char *large_json = g_strdup_printf ("[\"%s\"]", large);
  g_autofree char *fitting_json = g_strdup_printf ("[\"%s\"]", fitting);
  g_autofree char *none = NULL;
  g_autoptr (JsonNode) node = json_from_string (large_json, NULL);
  g_autoptr (GPtrArray) many = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (JsonNode) connection = NULL;
  g_autoptr (GError) error = NULL;

  if (!set_up (&self, GPOINTER_TO_SIZE (data), "/"))
    return;
  peer_expect (self.peer, "connected");
  connection = node_server_await (server, "connection");

  g_assert_false (yonder_sio_client_emit (self.peer->client, "back", node, NULL, &error));
  g_assert_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_INVALID);
  g_clear_error (&error);
  none = peer_call (self.peer, "back", large_json, 0, &error);
  g_assert_null (none);
  g_assert_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_INVALID);
  g_clear_error (&error);

  g_assert_false (yonder_sio_client_emit (self.peer->client, "disconnect", NULL, NULL, &error));
  g_assert_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_INVALID);
  g_clear_error (&error);
  for (int i = 0; i < 11; i++)
    g_ptr_array_add (many, g_bytes_new_static ("x", 1));
  g_assert_false (yonder_sio_client_emit (self.peer->client, "back", NULL, many, &error));
  g_assert_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_INVALID);

  /* messages that fit one by one, but not in one payload, go out one after another; the connection is still the first */
  for (int i = 0; i < 3; i++)
    peer_emit (self.peer, "back", fitting_json);
  for (int i = 0; i < 3; i++)
    g_free (peer_await (self.peer, "event back [\"xxx"));
  g_assert_cmpuint (peer_count (self.peer, "disconnected"), ==, 0);
  tear_down (&self);
}

/* The server says go: no reconnection by itself, but by the user. */
static void
test_server_disconnect (gconstpointer data)
{
  Fixture self;
  g_autoptr (JsonNode) connection = NULL;
  g_autoptr (JsonNode) again = NULL;
  g_autoptr (JsonNode) gone = NULL;

  if (!set_up (&self, GPOINTER_TO_SIZE (data), "/"))
    return;
  peer_expect (self.peer, "connected");
  connection = node_server_await (server, "connection");

  json_node_unref (node_server_ask (server, "{\"do\": \"disconnect\"}"));
  gone = node_server_await (server, "disconnect");
  g_assert_cmpstr (test_string (gone, "reason"), ==, "server namespace disconnect");
  peer_expect (self.peer, "disconnected io server disconnect");
  g_assert_null (yonder_sio_client_get_transport (self.peer->client));

  yonder_sio_client_open (self.peer->client);
  peer_expect (self.peer, "connected");
  again = node_server_await (server, "connection");
  tear_down (&self);
}

static void
test_own_close (gconstpointer data)
{
  Fixture self;
  g_autoptr (JsonNode) connection = NULL;
  g_autoptr (JsonNode) gone = NULL;
  g_autoptr (JsonNode) bye = NULL;

  if (!set_up (&self, GPOINTER_TO_SIZE (data), "/"))
    return;
  peer_expect (self.peer, "connected");
  connection = node_server_await (server, "connection");

  /* the last word gets there */
  peer_emit (self.peer, "bye", "[]");
  yonder_sio_client_close (self.peer->client);
  peer_expect (self.peer, "disconnected io client disconnect");
  g_assert_null (yonder_sio_client_get_sid (self.peer->client));
  bye = node_server_await (server, "got:bye");
  gone = node_server_await (server, "disconnect");
  g_assert_cmpstr (test_string (gone, "reason"), ==, "client namespace disconnect");
  tear_down (&self);
}

static const struct {
  const char *name;
  void (*function) (gconstpointer mode);
} tests[] = {
  { "connect", test_connect },
  { "events", test_events },
  { "order", test_order },
  { "acknowledgements", test_acknowledgements },
  { "binary", test_binary },
  { "auth", test_auth },
  { "namespaces", test_namespaces },
  { "buffering", test_buffering },
  { "limits", test_limits },
  { "server-disconnect", test_server_disconnect },
  { "own-close", test_own_close },
};

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  for (gsize mode = 0; mode < G_N_ELEMENTS (modes); mode++)
    for (gsize i = 0; i < G_N_ELEMENTS (tests); i++) {
      g_autofree char *path = g_strdup_printf ("/sio-client/%s/%s", modes[mode].name, tests[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (mode), tests[i].function);
    }
  status = g_test_run ();
  g_clear_pointer (&server, node_server_stop);

  return status;
}
