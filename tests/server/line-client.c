/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "line-client.h"

#include "yonder-json.h"

#include <libsoup/soup.h>

/* No test comes near it; it only turns a hang into a failure. */
#define DEADLINE_S 60

struct _LineClient {
  SoupSession             *session;
  SoupWebsocketConnection *websocket;
  char                    *uri;
  char                    *id;
  char                    *token;
  char                    *pid;
  char                    *offset;
  gboolean                 is_connected;
  gboolean                 was_recovered;
  guint                    n_asked;
  guint                    n_acknowledged;
  GHashTable              *events; /* name to JSON text of the first argument */
};

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
on_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

/* "42[name, argument, offset]" */
static void
take_event (LineClient *self, const char *text)
{
  g_autoptr (JsonNode) node = yonder_json_parse (text, -1, G_MAXSIZE, NULL);
  JsonArray *array = json_node_get_array (node);
  JsonNode *argument = json_array_get_element (array, 1);

  g_set_str (&self->offset, json_array_get_string_element (array, json_array_get_length (array) - 1));
  g_hash_table_insert (self->events, g_strdup (json_array_get_string_element (array, 0)), yonder_json_print (argument));
}

static void
on_message (SoupWebsocketConnection *websocket, SoupWebsocketDataType type, GBytes *data, LineClient *self)
{
  const char *text = g_bytes_get_data (data, NULL);

  if (soup_websocket_connection_get_state (websocket) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  if (text[0] == '0') {
    g_autofree char *connect = self->pid
      ? g_strdup_printf ("40{\"token\":\"%s\",\"pid\":\"%s\",\"offset\":\"%s\"}", self->token, self->pid, self->offset)
      : g_strdup_printf ("40{\"token\":\"%s\"}", self->token);

    soup_websocket_connection_send_text (websocket, connect);
  } else if (strcmp (text, "2") == 0)
    soup_websocket_connection_send_text (websocket, "3");
  else if (g_str_has_prefix (text, "40")) {
    g_autoptr (JsonNode) node = yonder_json_parse (text + 2, -1, G_MAXSIZE, NULL);
    const char *pid = yonder_json_get_string (node, "pid", 64, NULL);

    self->was_recovered = g_strcmp0 (pid, self->pid) == 0;
    g_set_str (&self->pid, pid);
    self->is_connected = TRUE;
  } else if (g_str_has_prefix (text, "42"))
    take_event (self, text + 2);
  else if (g_str_has_prefix (text, "43"))
    self->n_acknowledged++;
}

static void
on_closed (SoupWebsocketConnection *websocket, LineClient *self)
{
  self->is_connected = FALSE;
}

static void
open_line (LineClient *self)
{
  g_autofree char *uri = g_strconcat ("ws", self->uri + strlen ("http"), "/socket.io/?EIO=4&transport=websocket", NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", uri);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  soup_session_websocket_connect_async (self->session, message, NULL, NULL, G_PRIORITY_DEFAULT, NULL, on_result, &result);
  wait_for (result != NULL, "a WebSocket");
  self->websocket = soup_session_websocket_connect_finish (self->session, result, &error);
  g_assert_no_error (error);
  g_signal_connect (self->websocket, "message", G_CALLBACK (on_message), self);
  g_signal_connect (self->websocket, "closed", G_CALLBACK (on_closed), self);
  wait_for (self->is_connected, "the answer to CONNECT");
}

/* Signs a guest in and connects. */
LineClient *
line_client_new (YonderServer *server, const char *name)
{
  LineClient *self = g_new0 (LineClient, 1);
  g_autofree char *uri = g_strconcat (yonder_server_get_uri (server), "/api/auth/guest", NULL);
  g_autofree char *body = g_strdup_printf ("{\"fullName\":\"%s\"}", name);
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  g_autoptr (SoupMessage) message = soup_message_new ("POST", uri);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (JsonNode) node = NULL;

  self->session = soup_session_new ();
  self->uri = g_strdup (yonder_server_get_uri (server));
  self->events = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  soup_message_set_request_body_from_bytes (message, "application/json", bytes);
  soup_session_send_and_read_async (self->session, message, G_PRIORITY_DEFAULT, NULL, on_result, &result);
  wait_for (result != NULL, "the sign-in");
  answer = soup_session_send_and_read_finish (self->session, result, NULL);
  node = yonder_json_parse (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer), G_MAXSIZE, NULL);
  self->token = g_strdup (yonder_json_get_string (node, "token", 256, NULL));
  self->id = g_strdup (yonder_json_get_string (node, "user._id", 256, NULL));
  open_line (self);
  line_client_wait (self, "online_contacts");
  return self;
}

void
line_client_free (LineClient *self)
{
  if (self->is_connected)
    line_client_drop (self);
  g_clear_object (&self->websocket);
  g_object_unref (self->session);
  g_hash_table_unref (self->events);
  g_free (self->uri);
  g_free (self->id);
  g_free (self->token);
  g_free (self->pid);
  g_free (self->offset);
  g_free (self);
}

const char *
line_client_get_id (LineClient *self)
{
  return self->id;
}

/* @format: the packet behind "42", as in ["call_end",{"callId":"%s"}] */
void
line_client_emit (LineClient *self, const char *format, ...)
{
  g_autofree char *event = NULL;
  g_autofree char *text = NULL;
  va_list values;

  va_start (values, format);
  event = g_strdup_vprintf (format, values);
  va_end (values);
  text = g_strconcat ("42", event, NULL);
  soup_websocket_connection_send_text (self->websocket, text);
}

/* Afterwards the server has read what was sent before, answers to its pings included, and we what it sent. */
void
line_client_settle (LineClient *self)
{
  for (int i = 0; i < 2; i++) {
    g_autofree char *text = g_strdup_printf ("42%u[\"set_status\",{\"status\":\"online\"}]", ++self->n_asked);

    soup_websocket_connection_send_text (self->websocket, text);
    wait_for (self->n_acknowledged == self->n_asked, "an acknowledgement");
  }
}

/* Loses the connection without a word of Socket.IO's. */
void
line_client_drop (LineClient *self)
{
  soup_websocket_connection_close (self->websocket, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
  wait_for (!self->is_connected, "the end of a connection");
  g_clear_object (&self->websocket);
}

/* Connects again, as the one who was there before. */
void
line_client_return (LineClient *self)
{
  open_line (self);
}

gboolean
line_client_was_recovered (LineClient *self)
{
  return self->was_recovered;
}

const char *
line_client_peek (LineClient *self, const char *event)
{
  return g_hash_table_lookup (self->events, event);
}

const char *
line_client_wait (LineClient *self, const char *event)
{
  wait_for (line_client_peek (self, event) != NULL, event);
  return line_client_peek (self, event);
}

void
line_client_forget (LineClient *self, const char *event)
{
  g_hash_table_remove (self->events, event);
}

/* Calls somebody; returns the call id once it rings there. */
char *
line_client_invite (LineClient *self, LineClient *callee)
{
  g_autoptr (JsonNode) node = NULL;

  line_client_emit (self, "[\"call_initiate\",{\"calleeId\":\"%s\",\"type\":\"voice\"}]", callee->id);
  node = yonder_json_parse (line_client_wait (self, "call_initiated"), -1, G_MAXSIZE, NULL);
  line_client_wait (callee, "incoming_call");
  return g_strdup (yonder_json_get_string (node, "callId", 256, NULL));
}
