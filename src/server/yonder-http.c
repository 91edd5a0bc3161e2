/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-http.h"

#include "yonder-json.h"

/* chosen: a client that sends too much is read to its end, so that it gets to see the 413, but not for ever */
#define MAX_DISCARDED (8 * 1024 * 1024)

typedef struct {
  gsize max_length;
  gsize length;
} BodyBound;

static GQuark
body_bound_quark (void)
{
  return g_quark_from_static_string ("yonder-http-body-bound");
}

/**
 * yonder_origin_policy_clear:
 * @self: the policy
 */
void
yonder_origin_policy_clear (YonderOriginPolicy *self)
{
  g_clear_pointer (&self->public_origin, g_free);
}

/* A name that an attacker's DNS server cannot point here: pages of other sites must not pass as ours by rebinding their own
 * name. */
static gboolean
is_own_name (const char *host)
{
  g_autofree char *local = g_strconcat (g_get_host_name (), ".local", NULL);

  return g_hostname_is_ip_address (host) || g_ascii_strcasecmp (host, "localhost") == 0 ||
         g_ascii_strcasecmp (host, g_get_host_name ()) == 0 || g_ascii_strcasecmp (host, local) == 0;
}

static gboolean
is_admitted (const YonderOriginPolicy *self, SoupServerMessage *message, const char *origin)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  g_autoptr (GUri) uri = NULL;
  const char *authority, *host;

  if (self->any || (self->public_origin && g_ascii_strcasecmp (origin, self->public_origin) == 0))
    return TRUE;

  /* Whoever is no browser can write anything here: an Origin need not have a host, nor an authority at all. */
  uri = g_uri_parse (origin, SOUP_HTTP_URI_FLAGS, NULL);
  authority = strstr (origin, "://");
  host = soup_message_headers_get_one (headers, "Host");
  if (uri == NULL || authority == NULL || host == NULL || g_uri_get_host (uri) == NULL || !is_own_name (g_uri_get_host (uri)))
    return FALSE;
  return g_ascii_strcasecmp (authority + strlen ("://"), host) == 0;
}

/**
 * yonder_origin_policy_admit:
 * @self: the policy
 * @message: a request whose headers have come
 *
 * Looks whether the web page that sent the request may, and if so writes what its browser wants to see (Fetch standard, CORS
 * protocol).
 *
 * Returns: whether to go on; if not, the answer is set (403)
 */
gboolean
yonder_origin_policy_admit (const YonderOriginPolicy *self, SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  const char *origin = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Origin");

  if (origin == NULL)
    return TRUE;
  if (!is_admitted (self, message, origin)) {
    yonder_http_reply (message, SOUP_STATUS_FORBIDDEN, "text/plain",
                       "Pages of this origin may not use this server: start the server with its public address.\n");
    return FALSE;
  }
  soup_message_headers_replace (headers, "Access-Control-Allow-Origin", origin);
  soup_message_headers_replace (headers, "Vary", "Origin");
  soup_message_headers_replace (headers, "Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS");
  soup_message_headers_replace (headers, "Access-Control-Allow-Headers", "Authorization, Content-Type");
  soup_message_headers_replace (headers, "Access-Control-Max-Age", "600");
  return TRUE;
}

static void
on_got_chunk (SoupServerMessage *message, GBytes *chunk, gpointer data)
{
  BodyBound *bound = data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  bound->length += g_bytes_get_size (chunk);
  if (bound->length <= bound->max_length)
    return;
  soup_message_body_set_accumulate (body, FALSE);
  soup_message_body_truncate (body);
  if (bound->length > bound->max_length + MAX_DISCARDED)
    g_socket_shutdown (soup_server_message_get_socket (message), TRUE, TRUE, NULL);
}

/**
 * yonder_http_bound_body:
 * @message: a request whose body has not come yet
 * @max_length: the most bytes to keep
 *
 * Sees to it that a body longer than @max_length takes no memory. What was said last counts.
 */
void
yonder_http_bound_body (SoupServerMessage *message, gsize max_length)
{
  BodyBound *bound = g_object_get_qdata (G_OBJECT (message), body_bound_quark ());

  if (bound != NULL) {
    bound->max_length = max_length;
    return;
  }
  bound = g_new0 (BodyBound, 1);
  bound->max_length = max_length;
  g_object_set_qdata_full (G_OBJECT (message), body_bound_quark (), bound, g_free);
  g_signal_connect (message, "got-chunk", G_CALLBACK (on_got_chunk), bound);
}

/**
 * yonder_http_get_body:
 * @message: a request that has been read, bounded by yonder_http_bound_body() before
 *
 * Returns: (transfer full) (nullable): its body, or %NULL if it was too long; then the answer is set (413)
 */
GBytes *
yonder_http_get_body (SoupServerMessage *message)
{
  const BodyBound *bound = g_object_get_qdata (G_OBJECT (message), body_bound_quark ());

  if (bound != NULL && bound->length > bound->max_length) {
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Connection", "close");
    yonder_http_reply (message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "text/plain", "The request is too large.\n");
    return NULL;
  }
  return soup_message_body_flatten (soup_server_message_get_request_body (message));
}

/**
 * yonder_http_dup_client:
 * @host: (nullable): the address that a request came from
 *
 * Whom to charge for what comes from an address. A home or an office has 2^64 addresses of IPv6, all with the same first half.
 *
 * Returns: (transfer full): a key, the same for all addresses that are likely to be one client's
 */
char *
yonder_http_dup_client (const char *host)
{
  g_autoptr (GInetAddress) address = host ? g_inet_address_new_from_string (host) : NULL;
  const guint8 *bytes = address ? g_inet_address_to_bytes (address) : NULL;
  GString *key;

  if (address == NULL || g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6)
    return g_strdup (host ? host : "");
  key = g_string_new (NULL);
  for (guint i = 0; i < 8; i++)
    g_string_append_printf (key, "%02x", bytes[i]);
  return g_string_free (key, FALSE);
}

/**
 * yonder_http_reply:
 * @message: the request
 * @status: HTTP status
 * @content_type: type of @text, without a charset
 * @text: the answer, UTF-8
 *
 * Sets the answer; a paused message has to be unpaused by the caller.
 */
void
yonder_http_reply (SoupServerMessage *message, guint status, const char *content_type, const char *text)
{
  g_autofree char *type = g_strdup_printf ("%s; charset=UTF-8", content_type);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  /* RFC 9112 section 9.6: the server says so too. A client that reads it does not use the connection again. */
  if (soup_message_headers_header_contains (soup_server_message_get_request_headers (message), "Connection", "close"))
    soup_message_headers_replace (headers, "Connection", "close");
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, text, strlen (text));
}

/**
 * yonder_http_reply_json:
 * @message: the request
 * @status: HTTP status
 * @node: (transfer full): the answer
 *
 * Sets the answer; a paused message has to be unpaused by the caller.
 */
void
yonder_http_reply_json (SoupServerMessage *message, guint status, JsonNode *node)
{
  g_autofree char *text = yonder_json_print (node);

  yonder_http_reply (message, status, "application/json", text);
  json_node_unref (node);
}
