/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-eio-server.h"
#include "yonder-eio-session-private.h"

#include "yonder-json.h"
#include "yonder-message-bound.h"
#include "yonder-metered-stream.h"
#include "yonder-rate-limit.h"

#define TOO_MANY_REQUESTS 429 /* RFC 6585 section 4; libsoup has no name for it */

/* By address. Chosen: an office that comes back after the server was started again, and then each of its pages once in a
 * minute. */
static const YonderRate session_rate = { 300, 5 };

struct _YonderEioServer {
  GObject parent_instance;

  SoupServer      *soup;
  char            *path;
  YonderEioOptions options;
  YonderClock     *clock;
  GHashTable      *sessions; /* sid to YonderEioSession */
  GHashTable      *clients;  /* client to how many sessions are its own */
  YonderRateLimit *openings; /* by client */
};

enum { SESSION, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (YonderEioServer, yonder_eio_server, G_TYPE_OBJECT)

/* Why a request was refused: codes and words of the reference server, which clients show. */
typedef enum {
  REFUSAL_UNKNOWN_TRANSPORT,
  REFUSAL_UNKNOWN_SID,
  REFUSAL_BAD_METHOD,
  REFUSAL_BAD_REQUEST,
  REFUSAL_FORBIDDEN,
  REFUSAL_BAD_VERSION,
} Refusal;

static void
refuse (SoupServerMessage *message, guint status, Refusal why)
{
  static const char *const words[] = {
    "Transport unknown", "Session ID unknown", "Bad handshake method", "Bad request", "Forbidden", "Unsupported protocol version",
  };
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "code", why);
  json_object_set_string_member (object, "message", words[why]);
  json_node_take_object (node, object);
  yonder_http_reply_json (message, status, node);
}

static guint
count_of_client (YonderEioServer *self, const char *client)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->clients, client));
}

static void
on_session_spent (YonderEioSession *session, YonderEioServer *self)
{
  g_autofree char *client = yonder_http_dup_client (yonder_eio_session_get_remote_host (session));
  guint n = count_of_client (self, client);

  if (n > 1)
    g_hash_table_insert (self->clients, g_steal_pointer (&client), GUINT_TO_POINTER (n - 1));
  else
    g_hash_table_remove (self->clients, client);
  g_hash_table_remove (self->sessions, yonder_eio_session_get_sid (session));
}

static YonderEioSession *
add_session (YonderEioServer *self, SoupServerMessage *message)
{
  const char *host = soup_server_message_get_remote_host (message);
  char *client = yonder_http_dup_client (host);
  YonderEioSession *session = yonder_eio_session_new (&self->options.limits, self->clock, host);

  g_hash_table_insert (self->clients, client, GUINT_TO_POINTER (count_of_client (self, client) + 1));
  g_hash_table_insert (self->sessions, g_strdup (yonder_eio_session_get_sid (session)), session);
  g_signal_connect_object (session, "spent", G_CALLBACK (on_session_spent), self, 0);
  return session;
}

/* A session of that id, with a reference for the time of the request; spent ones do not count. */
static YonderEioSession *
find_session (YonderEioServer *self, const char *sid)
{
  YonderEioSession *session = sid ? g_hash_table_lookup (self->sessions, sid) : NULL;

  if (session == NULL)
    return NULL;
  g_object_ref (session);
  if (yonder_eio_session_is_spent (session))
    g_clear_object (&session);
  return session;
}

static const char *
get_parameter (GHashTable *query, const char *name)
{
  return query ? g_hash_table_lookup (query, name) : NULL;
}

/* Whether there is room for one more session. If not, the answer is set. */
static gboolean
has_room (YonderEioServer *self, SoupServerMessage *message)
{
  g_autofree char *client = yonder_http_dup_client (soup_server_message_get_remote_host (message));

  if (g_hash_table_size (self->sessions) >= self->options.max_sessions) {
    g_message ("Refused a session: there are %u already", self->options.max_sessions);
    refuse (message, SOUP_STATUS_SERVICE_UNAVAILABLE, REFUSAL_FORBIDDEN);
    return FALSE;
  }
  if (count_of_client (self, client) >= self->options.max_sessions_of_client ||
      !yonder_rate_limit_take (self->openings, client, yonder_clock_now_us (self->clock))) {
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After", "30");
    refuse (message, TOO_MANY_REQUESTS, REFUSAL_FORBIDDEN);
    return FALSE;
  }
  return TRUE;
}

/* What holds for every request, before its body is read. Returns whether it stands, with the session it belongs to; if not, the
 * answer is set. */
static gboolean
check_request (YonderEioServer *self, SoupServerMessage *message, GHashTable *query, YonderEioSession **session)
{
  const char *method = soup_server_message_get_method (message);
  const char *sid = get_parameter (query, "sid");
  const char *transport = get_parameter (query, "transport");
  gboolean is_websocket = g_strcmp0 (transport, "websocket") == 0;

  if (g_strcmp0 (get_parameter (query, "EIO"), "4") != 0)
    refuse (message, SOUP_STATUS_BAD_REQUEST, REFUSAL_BAD_VERSION);
  else if (!is_websocket && g_strcmp0 (transport, "polling") != 0)
    refuse (message, SOUP_STATUS_BAD_REQUEST, REFUSAL_UNKNOWN_TRANSPORT);
  else if (strcmp (method, SOUP_METHOD_GET) != 0 && (strcmp (method, SOUP_METHOD_POST) != 0 || sid == NULL || is_websocket))
    refuse (message, SOUP_STATUS_BAD_REQUEST, REFUSAL_BAD_METHOD);
  else if (is_websocket &&
           !soup_message_headers_header_contains (soup_server_message_get_request_headers (message), "Upgrade", "websocket"))
    refuse (message, SOUP_STATUS_BAD_REQUEST, REFUSAL_BAD_REQUEST);
  else if (sid != NULL && (*session = find_session (self, sid)) == NULL)
    refuse (message, SOUP_STATUS_BAD_REQUEST, REFUSAL_UNKNOWN_SID);
  else
    return sid != NULL || has_room (self, message);
  return FALSE;
}

static void
on_headers (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  YonderEioServer *self = data;
  g_autoptr (YonderEioSession) session = NULL;

  yonder_http_bound_body (message, self->options.limits.max_payload);
  if (!yonder_origin_policy_admit (&self->options.origins, message))
    return;
  if (strcmp (soup_server_message_get_method (message), SOUP_METHOD_OPTIONS) == 0)
    yonder_http_reply (message, SOUP_STATUS_NO_CONTENT, "text/plain", "");
  else if (check_request (self, message, query, &session) &&
           strcmp (soup_server_message_get_method (message), SOUP_METHOD_POST) == 0)
    yonder_eio_session_begin_post (session, message);
}

static void
take_websocket (YonderEioServer *self, SoupServerMessage *message, SoupWebsocketConnection *websocket)
{
  const char *query_text = g_uri_get_query (soup_server_message_get_uri (message));
  g_autoptr (GHashTable) query = query_text ? soup_form_decode (query_text) : NULL;
  const char *sid = get_parameter (query, "sid");
  g_autoptr (YonderEioSession) session = NULL;

  soup_websocket_connection_set_max_incoming_payload_size (websocket, self->options.limits.max_payload);
  if (sid == NULL) {
    session = g_object_ref (add_session (self, message));
    yonder_eio_session_open_websocket (session, websocket);
    g_signal_emit (self, signals[SESSION], 0, session);
  } else if ((session = find_session (self, sid)) != NULL)
    yonder_eio_session_add_websocket (session, websocket);
  else
    soup_websocket_connection_close (websocket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
}

/* "101 Switching Protocols" is written. libsoup's own WebSocket handler would do the same, but for the bounds. */
static void
on_switched (SoupServerMessage *message, YonderEioServer *self)
{
  g_autoptr (SoupServerMessage) held = g_object_ref (message);
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);
  g_autoptr (YonderMeteredStream) metered = yonder_metered_stream_new (stream);
  GList *extensions = g_list_prepend (NULL, yonder_message_bound_new (self->options.limits.max_payload, self->clock));
  g_autoptr (SoupWebsocketConnection) websocket = NULL;

  websocket = soup_websocket_connection_new (G_IO_STREAM (metered), soup_server_message_get_uri (message),
                                             SOUP_WEBSOCKET_CONNECTION_SERVER,
                                             soup_message_headers_get_one (soup_server_message_get_request_headers (message),
                                                                           "Origin"),
                                             NULL, extensions);
  take_websocket (self, message, websocket);
}

static void
on_request (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  YonderEioServer *self = data;
  const char *sid = get_parameter (query, "sid");
  g_autoptr (YonderEioSession) session = find_session (self, sid);

  if (strcmp (get_parameter (query, "transport"), "websocket") == 0) {
    if (soup_websocket_server_process_handshake (message, NULL, NULL, NULL, NULL))
      g_signal_connect_object (message, "wrote-informational", G_CALLBACK (on_switched), self, 0);
  } else if (sid == NULL) {
    session = g_object_ref (add_session (self, message));
    yonder_eio_session_open_polling (session, message);
    g_signal_emit (self, signals[SESSION], 0, session);
  } else if (session == NULL) /* ended while its body was on the way */
    refuse (message, SOUP_STATUS_BAD_REQUEST, REFUSAL_UNKNOWN_SID);
  else if (strcmp (soup_server_message_get_method (message), SOUP_METHOD_POST) == 0)
    yonder_eio_session_finish_post (session, message);
  else
    yonder_eio_session_poll (session, message);
}

static void
yonder_eio_server_dispose (GObject *object)
{
  YonderEioServer *self = YONDER_EIO_SERVER (object);

  yonder_eio_server_stop (self);
  G_OBJECT_CLASS (yonder_eio_server_parent_class)->dispose (object);
}

static void
yonder_eio_server_finalize (GObject *object)
{
  YonderEioServer *self = YONDER_EIO_SERVER (object);

  yonder_origin_policy_clear (&self->options.origins);
  g_hash_table_unref (self->sessions);
  g_hash_table_unref (self->clients);
  yonder_rate_limit_free (self->openings);
  g_object_unref (self->clock);
  g_free (self->path);
  G_OBJECT_CLASS (yonder_eio_server_parent_class)->finalize (object);
}

static void
yonder_eio_server_class_init (YonderEioServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = yonder_eio_server_dispose;
  object_class->finalize = yonder_eio_server_finalize;

  signals[SESSION] = g_signal_new ("session", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, YONDER_TYPE_EIO_SESSION);
}

static void
yonder_eio_server_init (YonderEioServer *self)
{
  self->sessions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->clients = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->openings = yonder_rate_limit_new (session_rate);
}

/**
 * yonder_eio_server_new:
 * @soup: the HTTP server to add to
 * @path: where, e.g. "/socket.io/"
 * @options: limits and origins; copied
 * @clock: for heartbeats
 *
 * Begins to answer at @path. WebSocket frames are never compressed: a small one that unpacks to a huge one would pass the payload
 * limit.
 *
 * Returns: (transfer full): the server
 */
YonderEioServer *
yonder_eio_server_new (SoupServer *soup, const char *path, const YonderEioOptions *options, YonderClock *clock)
{
  YonderEioServer *self = g_object_new (YONDER_TYPE_EIO_SERVER, NULL);

  self->soup = g_object_ref (soup);
  self->path = g_strdup (path);
  self->options = *options;
  self->options.origins.public_origin = g_strdup (options->origins.public_origin);
  self->clock = g_object_ref (clock);
  soup_server_add_early_handler (soup, path, on_headers, self, NULL);
  soup_server_add_handler (soup, path, on_request, self, NULL);
  return self;
}

/**
 * yonder_eio_server_stop:
 * @self: the server
 *
 * Ends every session and answers no more. A stopped server stays so.
 */
void
yonder_eio_server_stop (YonderEioServer *self)
{
  g_autoptr (GList) sessions = NULL;

  if (self->soup == NULL)
    return;
  soup_server_remove_handler (self->soup, self->path);
  g_clear_object (&self->soup);
  sessions = g_hash_table_get_values (self->sessions);
  g_list_foreach (sessions, (GFunc) (void (*) (void)) g_object_ref, NULL);
  for (GList *l = sessions; l; l = l->next) {
    yonder_eio_session_close (l->data, YONDER_EIO_END_FORCED_CLOSE);
    g_object_unref (l->data);
  }
  g_hash_table_remove_all (self->sessions);
}

/**
 * yonder_eio_server_count_sessions:
 * @self: the server
 *
 * Returns: how many sessions there are
 */
guint
yonder_eio_server_count_sessions (YonderEioServer *self)
{
  return g_hash_table_size (self->sessions);
}
