/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-link.h"

#include <glib/gi18n.h>
#include <string.h>

#define FLAGS (G_URI_FLAGS_ENCODED | G_URI_FLAGS_SCHEME_NORMALIZE)
/* DNS */
#define MAX_HOST 253
/* chosen: where a server is mounted below a path, that is short */
#define MAX_PATH 256

static gboolean
fail (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _("This is not a link that Yonder understands. It should look like yonder://calls.example.org/?call=somebody."));
  return FALSE;
}

/* One line of text, as people write names and addresses. */
static gboolean
is_text (const char *text, gsize max_length)
{
  if (*text == '\0' || strlen (text) > max_length || !g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    GUnicodeType type = g_unichar_type (g_utf8_get_char (p));

    /* no control characters, and none that turn the direction of what stands beside them */
    if (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR)
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_host (const char *host)
{
  return host != NULL && *host != '\0' && strlen (host) <= MAX_HOST && strspn (host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                                                     "0123456789.-_:") == strlen (host);
}

static gboolean
is_path (const char *path)
{
  return strlen (path) <= MAX_PATH && strstr (path, "..") == NULL && strstr (path, "//") == NULL &&
         strspn (path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~/") == strlen (path);
}

/* This computer needs no TLS, and has none. */
static gboolean
is_own_host (const char *host)
{
  return g_str_equal (host, "localhost") || g_str_has_prefix (host, "127.") || g_str_equal (host, "::1");
}

static gboolean
take_text (char **field, const char *value, gsize max_length)
{
  if (*field != NULL || !is_text (value, max_length))
    return FALSE;
  *field = g_strdup (value);
  return TRUE;
}

/* What stands behind the question mark. Words that are not known are passed over; one that is known may stand there once. */
static gboolean
take_query (YonderLink *self, const char *query, gboolean *is_plain)
{
  GUriParamsIter iter;
  char *name, *value;
  gboolean is_good = TRUE, has_kind = FALSE, has_tls = FALSE;
  g_autoptr (GError) error = NULL;

  g_uri_params_iter_init (&iter, query, -1, "&", G_URI_PARAMS_NONE);
  while (is_good && g_uri_params_iter_next (&iter, &name, &value, &error)) {
    if (g_str_equal (name, "call")) {
      is_good = take_text (&self->user, value, YONDER_LINK_MAX_USER);
    } else if (g_str_equal (name, "name")) {
      is_good = take_text (&self->name, value, YONDER_LINK_MAX_NAME);
    } else if (g_str_equal (name, "kind")) {
      is_good = !has_kind && (g_str_equal (value, "voice") || g_str_equal (value, "video"));
      has_kind = TRUE;
      self->kind = g_str_equal (value, "video") ? YONDER_CALL_KIND_VIDEO : YONDER_CALL_KIND_VOICE;
    } else if (g_str_equal (name, "tls")) {
      is_good = !has_tls && g_str_equal (value, "no");
      has_tls = TRUE;
      *is_plain = TRUE;
    }
    g_free (name);
    g_free (value);
  }
  return is_good && error == NULL;
}

/* None is written where it is the usual one. */
static int
written_port (const char *scheme, int port)
{
  return port == (g_str_equal (scheme, "http") ? 80 : 443) ? -1 : port;
}

static char *
server_of (const char *scheme, const char *host, int port, const char *path)
{
  gsize length = strlen (path);
  g_autofree char *trimmed = NULL;

  while (length > 0 && path[length - 1] == '/')
    length--;
  trimmed = g_strndup (path, length);
  return g_uri_join (G_URI_FLAGS_ENCODED, scheme, NULL, host, written_port (scheme, port), trimmed, NULL, NULL);
}

static gboolean
take_uri (YonderLink *self, GUri *uri)
{
  const char *scheme = g_uri_get_scheme (uri);
  gboolean is_own = g_str_equal (scheme, "yonder");
  gboolean is_plain = FALSE;

  if (g_uri_get_userinfo (uri) != NULL || g_uri_get_fragment (uri) != NULL || !is_host (g_uri_get_host (uri)) || !is_path (g_uri_get_path (uri)))
    return FALSE;
  if (g_uri_get_query (uri) != NULL && !take_query (self, g_uri_get_query (uri), &is_plain))
    return FALSE;
  /* an address of the web is a link of ours only where it says whom to call */
  if (!is_own && self->user == NULL)
    return FALSE;
  if (is_own)
    scheme = is_plain || is_own_host (g_uri_get_host (uri)) ? "http" : "https";
  self->server = server_of (scheme, g_uri_get_host (uri), g_uri_get_port (uri), g_uri_get_path (uri));
  return TRUE;
}

/**
 * yonder_link_new:
 * @server: (nullable): the address of a call server, as http or https
 * @user: (nullable): somebody's id or e-mail address there
 * @name: (nullable): what they are called
 * @kind: voice or video
 *
 * Returns: (transfer full): a link that says that
 */
YonderLink *
yonder_link_new (const char *server, const char *user, const char *name, YonderCallKind kind)
{
  YonderLink *self = g_new0 (YonderLink, 1);

  self->server = g_strdup (server);
  self->user = g_strdup (user);
  self->name = g_strdup (name);
  self->kind = kind;
  return self;
}

/**
 * yonder_link_parse:
 * @text: a `yonder:` URI, the http(s) address of a page that offers a call, or somebody's name, id or e-mail address
 * @error: return location for %G_IO_ERROR_INVALID_DATA, in words for the user
 *
 * Reads what somebody clicked on or typed. Of what is accepted every part is bounded and one line of text.
 *
 * Returns: (transfer full) (nullable): what it says
 */
YonderLink *
yonder_link_parse (const char *text, GError **error)
{
  g_autoptr (YonderLink) self = yonder_link_new (NULL, NULL, NULL, YONDER_CALL_KIND_VOICE);
  g_autoptr (GUri) uri = NULL;
  const char *scheme;

  if (!is_text (text, YONDER_LINK_MAX)) {
    fail (error);
    return NULL;
  }
  uri = g_uri_parse (text, FLAGS, NULL);
  scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL;
  if (scheme != NULL && (g_str_equal (scheme, "yonder") || g_str_equal (scheme, "https") || g_str_equal (scheme, "http"))) {
    if (!take_uri (self, uri)) {
      fail (error);
      return NULL;
    }
  } else if (scheme != NULL || strpbrk (text, "/\\?#") != NULL || !take_text (&self->user, text, YONDER_LINK_MAX_USER)) {
    fail (error);
    return NULL;
  }
  return g_steal_pointer (&self);
}

static char *
print (const YonderLink *self, gboolean is_page)
{
  g_autoptr (GUri) uri = self->server != NULL ? g_uri_parse (self->server, FLAGS, NULL) : NULL;
  g_autoptr (GString) query = g_string_new (NULL);
  g_autofree char *path = NULL;
  gboolean is_plain;

  if (uri == NULL || !is_host (g_uri_get_host (uri)))
    return NULL;
  is_plain = g_str_equal (g_uri_get_scheme (uri), "http");
  if (self->user != NULL) {
    g_string_append (query, "call=");
    g_string_append_uri_escaped (query, self->user, NULL, FALSE);
  }
  if (self->user != NULL && self->name != NULL) {
    g_string_append (query, "&name=");
    g_string_append_uri_escaped (query, self->name, NULL, FALSE);
  }
  if (self->user != NULL && self->kind == YONDER_CALL_KIND_VIDEO)
    g_string_append (query, "&kind=video");
  if (!is_page && is_plain && !is_own_host (g_uri_get_host (uri)))
    g_string_append (query, query->len > 0 ? "&tls=no" : "tls=no");

  path = g_strconcat (g_uri_get_path (uri), g_str_has_suffix (g_uri_get_path (uri), "/") ? "" : "/", NULL);
  return g_uri_join (FLAGS, is_page ? g_uri_get_scheme (uri) : "yonder", NULL, g_uri_get_host (uri),
                     written_port (g_uri_get_scheme (uri), g_uri_get_port (uri)), path, query->len > 0 ? query->str : NULL, NULL);
}

/**
 * yonder_link_to_uri:
 * @self: a link with a server
 *
 * Returns: (transfer full) (nullable): the link for those who have Yonder; %NULL where the server is no address
 */
char *
yonder_link_to_uri (const YonderLink *self)
{
  return print (self, FALSE);
}

/**
 * yonder_link_to_page:
 * @self: a link with a server that has a page
 *
 * Returns: (transfer full) (nullable): the link for everybody with a browser; %NULL where the server is no address
 */
char *
yonder_link_to_page (const YonderLink *self)
{
  return print (self, TRUE);
}

static GUri *
normal (const char *server)
{
  g_autoptr (GUri) uri = g_uri_parse (server, FLAGS, NULL);
  g_autofree char *host = NULL;
  const char *scheme;
  g_autofree char *joined = NULL;

  if (uri == NULL || g_uri_get_host (uri) == NULL)
    return NULL;
  scheme = g_str_equal (g_uri_get_scheme (uri), "ws") ? "http" : g_str_equal (g_uri_get_scheme (uri), "wss") ? "https" : g_uri_get_scheme (uri);
  host = g_ascii_strdown (g_uri_get_host (uri), -1);
  joined = server_of (scheme, host, g_uri_get_port (uri), g_uri_get_path (uri));
  return g_uri_parse (joined, FLAGS, NULL);
}

static int
port_of (GUri *uri)
{
  if (g_uri_get_port (uri) > 0)
    return g_uri_get_port (uri);
  return g_str_equal (g_uri_get_scheme (uri), "http") ? 80 : 443;
}

/**
 * yonder_link_is_of:
 * @self: a link with a server
 * @server: an address as somebody typed it
 *
 * Returns: whether both are the same server
 */
gboolean
yonder_link_is_of (const YonderLink *self, const char *server)
{
  g_autoptr (GUri) one = self->server != NULL ? normal (self->server) : NULL;
  g_autoptr (GUri) other = normal (server);

  return one != NULL && other != NULL && g_str_equal (g_uri_get_scheme (one), g_uri_get_scheme (other)) &&
         g_str_equal (g_uri_get_host (one), g_uri_get_host (other)) && port_of (one) == port_of (other) &&
         g_str_equal (g_uri_get_path (one), g_uri_get_path (other));
}

void
yonder_link_free (YonderLink *self)
{
  g_free (self->server);
  g_free (self->user);
  g_free (self->name);
  g_free (self);
}
