/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-rest.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>

#include "yonder-foreign-text.h"
#include "yonder-http-exchange.h"
#include "yonder-json.h"
#include "yonder-server-address.h"
#include "yonder-signaling-error.h"

/* chosen: 10000 contacts fit */
#define MAX_ANSWER (4 * 1024 * 1024)
#define MAX_WORDS 512
/* chosen: as long as the signalling connection is waited for */
#define TIMEOUT_S 20

struct _YonderRest {
  GObject parent_instance;

  SoupSession   *session;
  YonderProfile *profile;
  char          *server; /* without a slash at the end */
  char          *host;
  char          *token; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (YonderRest, yonder_rest, G_TYPE_OBJECT)

/* What the server itself says went wrong, in whichever of the usual fields. */
static char *
dup_words (GBytes *body)
{
  static const char * const fields[] = { "message", "error.message", "error", "detail", NULL };
  g_autoptr (JsonNode) root = NULL;
  gsize length;
  const char *text = g_bytes_get_data (body, &length);

  if (length > 0)
    root = yonder_json_parse (text, (gssize) length, MAX_ANSWER, NULL);
  for (gsize i = 0; root != NULL && fields[i] != NULL; i++) {
    const char *words = yonder_json_get_string (root, fields[i], MAX_WORDS, NULL);

    if (words != NULL && *words != '\0')
      return yonder_foreign_text_clean (words, -1);
  }

  return NULL;
}

static GError *
explain_status (YonderRest *self, SoupMessage *message, GBytes *body)
{
  guint status = soup_message_get_status (message);
  g_autofree char *words = dup_words (body);

  if (status == SOUP_STATUS_UNAUTHORIZED)
    return g_error_new_literal (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED,
                                words != NULL ? words : _("The sign-in is not valid any more. Sign in again."));
  if (status == 429)
    return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED,
                        _("%s wants a pause after so many requests. Wait a minute and try again."), self->host);
  if (status >= 500 && status != SOUP_STATUS_NOT_IMPLEMENTED)
    return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNREACHABLE,
                        _("The server at %s cannot work now (%u %s). Try again later."), self->host, status,
                        soup_status_get_phrase (status));
  if (SOUP_STATUS_IS_CLIENT_ERROR (status) && words != NULL)
    return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED, _("The server at %s refused: %s"), self->host,
                        words);

  return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_NOT_SOCKET_IO,
                      _("Something answers at %s, but it is no call server of the chosen kind (%u %s). Check the address."),
                      self->host, status, soup_status_get_phrase (status));
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  YonderRest *self = g_task_get_source_object (task);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;
  SoupMessage *message;
  const char *text;
  gsize length;

  body = yonder_http_exchange_finish (SOUP_SESSION (source), result, &message, &error);
  if (body == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  if (!SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (message))) {
    g_task_return_error (task, explain_status (self, message, body));
    return;
  }

  text = g_bytes_get_data (body, &length);
  root = length > 0 ? yonder_json_parse (text, (gssize) length, MAX_ANSWER, &error) : json_node_new (JSON_NODE_NULL);
  if (root == NULL) {
    g_debug ("answer is no JSON: %s", error->message);
    g_task_return_new_error (task, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_NOT_SOCKET_IO,
                             _("Something answers at %s, but it is no call server of the chosen kind. Check the address."),
                             self->host);
    return;
  }

  g_task_return_pointer (task, g_steal_pointer (&root), (GDestroyNotify) json_node_unref);
}

static void
yonder_rest_finalize (GObject *object)
{
  YonderRest *self = YONDER_REST (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->profile, yonder_profile_unref);
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->host, g_free);
  g_clear_pointer (&self->token, g_free);

  G_OBJECT_CLASS (yonder_rest_parent_class)->finalize (object);
}

static void
yonder_rest_class_init (YonderRestClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = yonder_rest_finalize;
}

static void
yonder_rest_init (YonderRest *self)
{
  self->session = soup_session_new_with_options ("user-agent", "Yonder ", "timeout", TIMEOUT_S, NULL);
  /* some servers keep the refresh token in a cookie */
  soup_session_add_feature_by_type (self->session, SOUP_TYPE_COOKIE_JAR);
}

/**
 * yonder_rest_new:
 * @server: http or https (ws or wss mean the same here), with a path where the server is mounted below one
 * @profile: names the paths
 * @error: return location for %YONDER_SIGNALING_ERROR_INVALID
 *
 * Returns: (transfer full) (nullable): the interface of that server
 */
YonderRest *
yonder_rest_new (const char *server, YonderProfile *profile, GError **error)
{
  g_autoptr (YonderRest) self = NULL;
  g_autoptr (GUri) base = yonder_signaling_parse_server (server, "", error);

  if (base == NULL)
    return NULL;

  self = g_object_new (YONDER_TYPE_REST, NULL);
  self->profile = yonder_profile_ref (profile);
  self->server = g_uri_to_string (base);
  /* an empty path is normalised to "/" */
  if (g_str_has_suffix (self->server, "/"))
    self->server[strlen (self->server) - 1] = '\0';
  self->host = yonder_signaling_host_of (base);

  return g_steal_pointer (&self);
}

/* (nullable) @database: whom to trust instead of the system's authorities */
void
yonder_rest_set_tls_database (YonderRest *self, GTlsDatabase *database)
{
  soup_session_set_tls_database (self->session, database);
}

/* (nullable) @token: what the next requests carry */
void
yonder_rest_set_token (YonderRest *self, const char *token)
{
  g_set_str (&self->token, token);
}

/* Whether the profile knows a path for this operation. */
gboolean
yonder_rest_has (YonderRest *self, const char *operation)
{
  return yonder_profile_get_rest_path (self->profile, operation) != NULL;
}

static void
append_token (YonderRest *self, SoupMessage *message)
{
  g_autofree char *bearer = g_strconcat ("Bearer ", self->token, NULL);

  if (self->token != NULL)
    soup_message_headers_append (soup_message_get_request_headers (message), "Authorization", bearer);
}

/* The request of an operation that the profile knows. */
static SoupMessage *
make_message (YonderRest *self, const char *operation, const char *path, const char *about, JsonNode *body)
{
  const char *method = yonder_profile_get_rest_method (self->profile, operation);
  g_autofree char *escaped = about != NULL ? g_uri_escape_string (about, NULL, FALSE) : g_strdup ("");
  g_autofree char *uri = g_strconcat (self->server, *path == '/' ? "" : "/", path, escaped, NULL);
  SoupMessage *message = soup_message_new (method != NULL ? method : SOUP_METHOD_GET, uri);

  if (message == NULL)
    return NULL;
  /* the token was given for this server, not for one that it points to */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_append (soup_message_get_request_headers (message), "Accept", "application/json");
  append_token (self, message);
  if (body != NULL) {
    g_autofree char *text = yonder_json_print (body);
    g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

    soup_message_set_request_body_from_bytes (message, "application/json", bytes);
  }

  return message;
}

/**
 * yonder_rest_ask_async:
 * @self: the interface
 * @operation: one of [func@Yonder.Profile.get_rest_path]
 * @about: (nullable): what completes the path of operations that need it
 * @body: (nullable): what is sent along
 * @cancellable: (nullable): ends it
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Sends a request. It is not redirected.
 */
void
yonder_rest_ask_async (YonderRest *self, const char *operation, const char *about, JsonNode *body,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  const char *path = yonder_profile_get_rest_path (self->profile, operation);
  g_autoptr (SoupMessage) message = path != NULL ? make_message (self, operation, path, about, body) : NULL;

  g_task_set_source_tag (task, yonder_rest_ask_async);
  if (message == NULL) {
    g_task_return_new_error (task, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_INVALID,
                             _("Servers of the kind “%s” have no “%s” that can be asked for."),
                             yonder_profile_get_name (self->profile), operation);
    return;
  }
  yonder_http_exchange_async (self->session, message, MAX_ANSWER, cancellable, on_answered, g_steal_pointer (&task));
}

/**
 * yonder_rest_ask_finish:
 * @self: the interface
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Returns: (transfer full) (nullable): the answer, a null node where it was empty; or %NULL with @error set:
 *   %YONDER_SIGNALING_ERROR_UNAUTHORIZED for a 401, %YONDER_SIGNALING_ERROR_REJECTED in the server's words,
 *   %YONDER_SIGNALING_ERROR_UNREACHABLE, %YONDER_SIGNALING_ERROR_CERTIFICATE, %YONDER_SIGNALING_ERROR_NOT_SOCKET_IO,
 *   %YONDER_SIGNALING_ERROR_INVALID where the profile has no such operation, %G_IO_ERROR_CANCELLED
 */
JsonNode *
yonder_rest_ask_finish (YonderRest *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Files */

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  SoupMessage *message;
  g_autoptr (GBytes) body = yonder_http_exchange_finish (SOUP_SESSION (source), result, &message, &error);

  if (body == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (!SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (message)))
    g_task_return_error (task, explain_status (g_task_get_source_object (task), message, body));
  else
    g_task_return_pointer (task, g_steal_pointer (&body), (GDestroyNotify) g_bytes_unref);
}

/* (nullable): where something lies on this server; what lies on another one is not asked for, which would learn who looks */
static GUri *
resolve (YonderRest *self, const char *address)
{
  g_autofree char *folder = g_strconcat (self->server, "/", NULL);
  g_autoptr (GUri) base = g_uri_parse (folder, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GUri) uri = base != NULL ? g_uri_parse_relative (base, address, SOUP_HTTP_URI_FLAGS, NULL) : NULL;

  if (uri == NULL || g_uri_get_userinfo (uri) != NULL || g_strcmp0 (g_uri_get_scheme (uri), g_uri_get_scheme (base)) != 0 ||
      g_strcmp0 (g_uri_get_host (uri), g_uri_get_host (base)) != 0 || g_uri_get_port (uri) != g_uri_get_port (base))
    return NULL;
  return g_steal_pointer (&uri);
}

/**
 * yonder_rest_fetch_async:
 * @self: the interface
 * @address: a path on the server, or its whole address
 * @max_length: the longest answer that is accepted, in bytes
 * @cancellable: (nullable): ends it
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Gets a file, after whatever else the server is asked for. It is not redirected.
 */
void
yonder_rest_fetch_async (YonderRest *self, const char *address, gsize max_length, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GUri) uri = resolve (self, address);
  g_autoptr (SoupMessage) message = NULL;

  g_task_set_source_tag (task, yonder_rest_fetch_async);
  if (uri == NULL) {
    g_task_return_new_error (task, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_INVALID, "not on the server: %s", address);
    return;
  }
  message = soup_message_new_from_uri (SOUP_METHOD_GET, uri);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_set_priority (message, SOUP_MESSAGE_PRIORITY_LOW);
  append_token (self, message);
  yonder_http_exchange_async (self->session, message, max_length, cancellable, on_fetched, g_steal_pointer (&task));
}

/**
 * yonder_rest_fetch_finish:
 * @self: the interface
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Returns: (transfer full) (nullable): the file, or %NULL with @error set as by [method@Yonder.Rest.ask_finish], and
 *   %YONDER_SIGNALING_ERROR_INVALID where it is on another server
 */
GBytes *
yonder_rest_fetch_finish (YonderRest *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
