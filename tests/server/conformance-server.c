/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conformance-server PORT: the server library in the shape that the official test suites of Engine.IO 4 and Socket.IO 5 expect.
 *
 * "/engine.io/" sends every message back. "/socket.io/" has the namespaces "/" and "/custom": says `auth` with the client's
 * payload after connecting, answers `message` by `message-back`, and acknowledges `message-with-ack`, each with the same
 * arguments. Port 0 takes any free one; the port is printed. With --keep-state there is connection state recovery,
 * and a `message-back` for a client that has gone, and heartbeats are the usual ones. Ends with its input.
 */

#include "yonder-sio-server.h"

#include <glib-unix.h>

static JsonNode *
take_array (JsonArray *array)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);

  json_node_take_array (node, array);
  return node;
}

static void
echo_raw (YonderEioSession *session, GBytes *data, gboolean is_binary, gpointer user_data)
{
  g_autofree char *text = NULL;

  if (is_binary) {
    yonder_eio_session_send_binary (session, data);
    return;
  }
  text = g_strndup (g_bytes_get_data (data, NULL), g_bytes_get_size (data));
  yonder_eio_session_send_text (session, text);
}

static void
on_raw_session (YonderEioServer *server, YonderEioSession *session, gpointer data)
{
  g_signal_connect (session, "message", G_CALLBACK (echo_raw), NULL);
}

static void
on_event (YonderSioSocket *socket, const char *name, JsonArray *arguments, GPtrArray *attachments, YonderSioReply *reply,
          gpointer data)
{
  if (strcmp (name, "message") == 0)
    yonder_sio_socket_emit (socket, "message-back", take_array (json_array_ref (arguments)), attachments);
  else if (strcmp (name, "message-with-ack") == 0 && reply != NULL)
    yonder_sio_reply_send (reply, take_array (json_array_ref (arguments)), attachments);
}

/* What the client can only get by recovering its state. */
static void
on_disconnected (YonderSioSocket *socket, const char *reason, gboolean may_return, gpointer data)
{
  JsonArray *arguments = json_array_new ();

  json_array_add_string_element (arguments, "while you were gone");
  yonder_sio_socket_emit (socket, "message-back", take_array (arguments), NULL);
}

/* A moment after the answer to CONNECT: the suite looks at one message at a time and misses one that comes in the same read. */
static gboolean
say_auth (gpointer data)
{
  YonderSioSocket *socket = data;
  JsonNode *auth = g_object_get_data (data, "auth");
  JsonArray *arguments = json_array_new ();

  json_array_add_element (arguments, json_node_copy (auth));
  yonder_sio_socket_emit (socket, "auth", take_array (arguments), NULL);
  return G_SOURCE_REMOVE;
}

static void
admit (YonderSioSocket *socket, JsonNode *auth, gpointer data)
{
  gboolean is_returning = yonder_sio_socket_is_returning (socket);

  yonder_sio_socket_admit (socket);
  g_object_set_data_full (G_OBJECT (socket), "auth", json_node_copy (auth), (GDestroyNotify) json_node_unref);
  if (!is_returning)
    g_timeout_add_full (G_PRIORITY_DEFAULT, 20, say_auth, g_object_ref (socket), g_object_unref);
}

static void
on_connection (YonderSioServer *server, YonderSioSocket *socket, gpointer data)
{
  g_signal_connect (socket, "event", G_CALLBACK (on_event), NULL);
  g_signal_connect (socket, "disconnected", G_CALLBACK (on_disconnected), NULL);
}

static gboolean
on_input (int fd, GIOCondition condition, gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_REMOVE;
}

int
main (int argc, char **argv)
{
  YonderEioOptions eio_options = YONDER_EIO_OPTIONS_INIT;
  YonderSioOptions sio_options = YONDER_SIO_OPTIONS_INIT;
  g_autoptr (SoupServer) soup = soup_server_new (NULL, NULL);
  g_autoptr (YonderClock) clock = yonder_clock_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (YonderEioServer) raw = NULL;
  g_autoptr (YonderEioServer) eio = NULL;
  g_autoptr (YonderSioServer) sio = NULL;
  g_autoptr (GError) error = NULL;
  g_autoslist (GUri) uris = NULL;

  if (argc < 2) {
    g_printerr ("usage: conformance-server PORT [--keep-state]\n");
    return 2;
  }
  if (argc == 2) {
    eio_options.limits.ping_interval_ms = 300;
    eio_options.limits.ping_timeout_ms = 200;
  }
  eio_options.limits.max_payload = 1000000;
  eio_options.origins.any = TRUE;
  sio_options.connect_timeout_ms = 1000;
  sio_options.keep_state_ms = argc > 2 ? 60000 : 0;

  raw = yonder_eio_server_new (soup, "/engine.io/", &eio_options, clock);
  g_signal_connect (raw, "session", G_CALLBACK (on_raw_session), NULL);
  eio = yonder_eio_server_new (soup, "/socket.io/", &eio_options, clock);
  sio = yonder_sio_server_new (eio, &sio_options, clock);
  yonder_sio_server_add_namespace (sio, "/", admit, NULL);
  yonder_sio_server_add_namespace (sio, "/custom", admit, NULL);
  g_signal_connect (sio, "connection", G_CALLBACK (on_connection), NULL);
  if (!soup_server_listen_local (soup, atoi (argv[1]), 0, &error)) {
    g_printerr ("conformance-server: %s\n", error->message);
    return 1;
  }
  uris = soup_server_get_uris (soup);
  g_print ("%d\n", g_uri_get_port (uris->data));
  if (atoi (argv[1]) == 0)
    g_unix_fd_add (0, G_IO_IN | G_IO_HUP, on_input, loop);
  g_main_loop_run (loop);
  yonder_sio_server_stop (sio);
  yonder_eio_server_stop (eio);
  yonder_eio_server_stop (raw);
  soup_server_disconnect (soup);
  return 0;
}
