/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-server-kind.h"

#include <string.h>

#include "yonder-http-exchange.h"
#include "yonder-json.h"
#include "yonder-server-address.h"
#include "yonder-signaling-error.h"

/* chosen: whoever waits before a form has given up by then */
#define ANSWER_S 8
/* a handshake is some 120 bytes, an error page some thousand */
#define MAX_ANSWER 65536

typedef struct {
  SoupSession *session;
  char        *server;
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  g_clear_object (&search->session);
  g_free (search->server);
  g_free (search);
}

static void
return_kind (GTask *task, YonderServerKind kind)
{
  g_task_return_int (task, (gssize) kind);
}

static void
ask (GTask *task, const char *path, const char *query, GAsyncReadyCallback callback)
{
  Search *search = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GUri) uri = yonder_signaling_parse_server (search->server, path, &error);
  g_autoptr (GUri) full = NULL;
  g_autoptr (SoupMessage) message = NULL;

  if (uri == NULL) {
    g_task_return_error (task, error);
    g_object_unref (task);
    return;
  }
  full = g_uri_build (SOUP_HTTP_URI_FLAGS, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri), g_uri_get_port (uri), g_uri_get_path (uri),
                      query, NULL);
  message = soup_message_new_from_uri (SOUP_METHOD_GET, full);
  yonder_http_exchange_async (search->session, message, MAX_ANSWER, g_task_get_cancellable (task), callback, task);
}

/* Yonder's server says of itself that it is well. */
static gboolean
is_health (GBytes *body)
{
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  g_autoptr (JsonNode) root = yonder_json_parse (text != NULL ? text : "", (gssize) length, MAX_ANSWER, NULL);

  return root != NULL && JSON_NODE_HOLDS_OBJECT (root) && json_object_has_member (json_node_get_object (root), "calls");
}

static void
on_health (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  SoupMessage *message = NULL;
  g_autoptr (GBytes) body = yonder_http_exchange_finish (SOUP_SESSION (source), result, &message, NULL);
  gboolean is_yonder = body != NULL && soup_message_get_status (message) == SOUP_STATUS_OK && is_health (body);

  return_kind (task, is_yonder ? YONDER_SERVER_KIND_YONDER : YONDER_SERVER_KIND_SOCKET_IO);
}

/* Engine.IO 3 knows packets by their length: "96:0{…", Engine.IO 4 does not: "0{…". What a server of version 3 or 4 says to the other
 * version is {"code":5,"message":"Unsupported protocol version"}. */
static gboolean
is_old (const char *text, gsize length)
{
  gsize n_digits = 0;

  while (n_digits < length && n_digits < 6 && g_ascii_isdigit (text[n_digits]))
    n_digits++;
  return (n_digits > 0 && length > n_digits + 2 && strncmp (text + n_digits, ":0{", 3) == 0) ||
         g_strstr_len (text, (gssize) length, "Unsupported protocol version") != NULL;
}

static void
on_handshake (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  SoupMessage *message = NULL;
  g_autoptr (GBytes) body = yonder_http_exchange_finish (SOUP_SESSION (source), result, &message, &error);
  gsize length = 0;
  const char *text = body != NULL ? g_bytes_get_data (body, &length) : NULL;

  if (body == NULL) {
    g_task_return_error (task, error);
    return;
  }
  if (soup_message_get_status (message) == SOUP_STATUS_OK && length > 2 && text[0] == '0' && text[1] == '{')
    ask (g_steal_pointer (&task), "health", NULL, on_health);
  else
    return_kind (task, text != NULL && is_old (text, length) ? YONDER_SERVER_KIND_OLD : YONDER_SERVER_KIND_OTHER);
}

/**
 * yonder_server_kind_find_async:
 * @server: an address, as http(s) or ws(s)
 * @tls_database: (nullable): whom to trust instead of those that the system trusts
 * @cancellable: (nullable): ends it
 * @callback: called when it is known
 * @user_data: for @callback
 *
 * Finds out what answers there.
 */
void
yonder_server_kind_find_async (const char *server, GTlsDatabase *tls_database, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Search *search = g_new0 (Search, 1);

  g_task_set_source_tag (task, yonder_server_kind_find_async);
  search->server = g_strdup (server);
  search->session = soup_session_new_with_options ("timeout", ANSWER_S, NULL);
  if (tls_database != NULL)
    soup_session_set_tls_database (search->session, tls_database);
  g_task_set_task_data (task, search, search_free);
  ask (task, "socket.io/", "EIO=4&transport=polling", on_handshake);
}

/**
 * yonder_server_kind_find_finish:
 * @result: what the callback was given
 * @kind: (out): what answers
 * @error: return location for a [error@Yonder.SignalingError]: %YONDER_SIGNALING_ERROR_UNREACHABLE,
 *   %YONDER_SIGNALING_ERROR_CERTIFICATE, %YONDER_SIGNALING_ERROR_INVALID for what is no address, or %G_IO_ERROR_CANCELLED
 *
 * Returns: whether anything answers; else @error is set
 */
gboolean
yonder_server_kind_find_finish (GAsyncResult *result, YonderServerKind *kind, GError **error)
{
  g_autoptr (GError) inner = NULL;
  gssize answer = g_task_propagate_int (G_TASK (result), &inner);

  if (inner != NULL) {
    g_propagate_error (error, g_steal_pointer (&inner));
    return FALSE;
  }
  *kind = (YonderServerKind) answer;
  return TRUE;
}
