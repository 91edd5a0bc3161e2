/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-server.h"

#include "yonder-json.h"

#include <glib/gi18n.h>
#include <string.h>

/* chosen: the longest list seen, Cloudflare's, has 8 URLs in 2 entries */
#define MAX_SERVERS 64
#define MAX_URLS 32
#define MAX_URL 512
/* RFC 8489 section 14.3 allows 508 bytes of user name; Twilio's and Cloudflare's credentials stay below 256 */
#define MAX_USERNAME 508
#define MAX_CREDENTIAL 1024
/* chosen: a year */
#define MAX_TTL_S (366 * 24 * 60 * 60)

struct _YonderIceServer {
  GObject parent_instance;

  GPtrArray *uris; /* (element-type YonderIceUri) */
  char      *username;
  char      *credential;
};

G_DEFINE_FINAL_TYPE (YonderIceServer, yonder_ice_server, G_TYPE_OBJECT)

static void
yonder_ice_server_finalize (GObject *object)
{
  YonderIceServer *self = YONDER_ICE_SERVER (object);

  g_ptr_array_unref (self->uris);
  g_free (self->username);
  if (self->credential != NULL)
    explicit_bzero (self->credential, strlen (self->credential));
  g_free (self->credential);

  G_OBJECT_CLASS (yonder_ice_server_parent_class)->finalize (object);
}

static void
yonder_ice_server_class_init (YonderIceServerClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_ice_server_finalize;
}

static void
yonder_ice_server_init (YonderIceServer *self)
{
  self->uris = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_ice_uri_free);
}

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, YONDER_ICE_ERROR, YONDER_ICE_ERROR_BAD_SERVER, message);
  return FALSE;
}

static gboolean
needs_credential (const YonderIceUri *uri)
{
  return uri->scheme == YONDER_ICE_SCHEME_TURN || uri->scheme == YONDER_ICE_SCHEME_TURNS;
}

/**
 * yonder_ice_server_new:
 * @urls: (array zero-terminated=1): its URLs, at least one
 * @username: (nullable): the user name, for TURN; "" is none
 * @credential: (nullable): the password, for TURN; "" is none
 * @error: return location for a [error@Yonder.IceError]
 *
 * Returns: (transfer full): a server, or %NULL with @error set: %YONDER_ICE_ERROR_BAD_URI, or %YONDER_ICE_ERROR_BAD_SERVER where
 *   something is missing (TURN needs user name and password) or too long
 */
YonderIceServer *
yonder_ice_server_new (const char * const *urls, const char *username, const char *credential, GError **error)
{
  g_autoptr (YonderIceServer) self = g_object_new (YONDER_TYPE_ICE_SERVER, NULL);
  gboolean is_turn = FALSE;

  for (guint i = 0; urls[i] != NULL; i++) {
    YonderIceUri *uri = yonder_ice_uri_parse (urls[i], error);

    if (uri == NULL)
      return NULL;
    g_ptr_array_add (self->uris, uri);
    is_turn |= needs_credential (uri);
  }

  if (self->uris->len == 0) {
    fail (error, _("An ICE server has no URL."));
    return NULL;
  }
  if (is_turn && (username == NULL || *username == '\0' || credential == NULL || *credential == '\0')) {
    fail (error, _("A TURN server needs a user name and a password."));
    return NULL;
  }
  if ((username != NULL && strlen (username) > MAX_USERNAME) || (credential != NULL && strlen (credential) > MAX_CREDENTIAL)) {
    fail (error, _("The user name or password of an ICE server is too long."));
    return NULL;
  }

  self->username = username != NULL && *username != '\0' ? g_strdup (username) : NULL;
  self->credential = credential != NULL && *credential != '\0' ? g_strdup (credential) : NULL;
  return g_steal_pointer (&self);
}

GPtrArray *
yonder_ice_server_get_uris (YonderIceServer *self)
{
  return self->uris;
}

const char *
yonder_ice_server_get_username (YonderIceServer *self)
{
  return self->username;
}

const char *
yonder_ice_server_get_credential (YonderIceServer *self)
{
  return self->credential;
}

/* url, urls and uris, each a string or an array of strings */
static GStrv
read_urls (JsonNode *entry, GError **error)
{
  static const char * const names[] = { "urls", "url", "uris" };
  g_autoptr (GStrvBuilder) urls = g_strv_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    JsonNode *node = yonder_json_find (entry, names[i]);
    JsonArray *array;
    const char *url;

    if (node == NULL)
      continue;
    if (!JSON_NODE_HOLDS_ARRAY (node)) {
      url = yonder_json_get_string (entry, names[i], MAX_URL, error);
      if (url == NULL)
        return NULL;
      g_strv_builder_add (urls, url);
      return g_strv_builder_end (urls);
    }

    array = yonder_json_get_array (entry, names[i], MAX_URLS, error);
    for (guint j = 0; array != NULL && j < json_array_get_length (array); j++) {
      url = yonder_json_get_string (json_array_get_element (array, j), "", MAX_URL, error);
      if (url == NULL)
        return NULL;
      g_strv_builder_add (urls, url);
    }
    return array != NULL ? g_strv_builder_end (urls) : NULL;
  }

  fail (error, _("An ICE server has no URL."));
  return NULL;
}

/* A string that may be absent, null or empty; FALSE where it is something else. */
static gboolean
read_optional (JsonNode *entry, const char *name, gsize max_length, const char **value, GError **error)
{
  if (!yonder_json_has (entry, name))
    return TRUE;
  *value = yonder_json_get_string (entry, name, max_length, error);
  return *value != NULL;
}

/* The URLs that we know, so that one with a transport that we do not know costs only itself; NULL where none is left. */
static GStrv
keep_good_urls (GStrv urls, GError **error)
{
  g_autoptr (GStrvBuilder) good = g_strv_builder_new ();
  g_autoptr (GError) first_error = NULL;
  g_auto (GStrv) kept = NULL;

  for (guint i = 0; urls[i] != NULL; i++) {
    g_autoptr (GError) local_error = NULL;
    g_autoptr (YonderIceUri) uri = yonder_ice_uri_parse (urls[i], &local_error);

    if (uri != NULL) {
      g_strv_builder_add (good, urls[i]);
      continue;
    }
    g_message ("URL %u of an ICE server is left out: %s", i + 1, local_error->message);
    if (first_error == NULL)
      first_error = g_steal_pointer (&local_error);
  }

  kept = g_strv_builder_end (good);
  if (kept[0] == NULL && first_error != NULL) {
    g_propagate_error (error, g_steal_pointer (&first_error));
    return NULL;
  }
  return g_steal_pointer (&kept);
}

/* One server as it was written; strings are borrowed from the JSON. */
static gboolean
read_entry (JsonNode *entry, YonderIceServerFunc take, gpointer data, GError **error)
{
  const char *username = NULL, *credential = NULL, *password = NULL;
  const char *url = yonder_json_get_string (entry, "", MAX_URL, NULL);
  g_auto (GStrv) urls = NULL, good = NULL;

  if (url != NULL) {
    urls = g_strdupv ((char *[]) { (char *) url, NULL });
    good = keep_good_urls (urls, error);
    return good != NULL && take ((const char * const *) good, NULL, NULL, data, error);
  }
  if (!JSON_NODE_HOLDS_OBJECT (entry))
    return fail (error, _("An ICE server is no JSON object."));
  urls = read_urls (entry, error);
  good = urls != NULL ? keep_good_urls (urls, error) : NULL;
  if (good == NULL ||
      !read_optional (entry, "username", MAX_USERNAME, &username, error) ||
      !read_optional (entry, "credential", MAX_CREDENTIAL, &credential, error) ||
      !read_optional (entry, "password", MAX_CREDENTIAL, &password, error))
    return FALSE;

  return take ((const char * const *) good, username, credential != NULL ? credential : password, data, error);
}

/* Where the servers stand in @root: an array of them or a single one. */
static JsonNode *
find_servers (JsonNode *root)
{
  static const char * const wrappers[] = { "iceServers", "ice_servers", "v.iceServers", "d.iceServers", "data.iceServers",
                                           "data.ice_servers" };

  for (guint i = 0; i < G_N_ELEMENTS (wrappers); i++) {
    JsonNode *servers = yonder_json_find (root, wrappers[i]);

    if (servers != NULL)
      return servers;
  }
  return root;
}

/**
 * yonder_ice_servers_read_ttl:
 * @root: what a provider gave
 *
 * Returns: how long the credentials last, in seconds, or -1 where it is not said; Twilio writes it as a string, others as a
 * number
 */
gint64
yonder_ice_servers_read_ttl (JsonNode *root)
{
  static const char * const names[] = { "ttl", "data.ttl", "expiryInSeconds" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const char *text = yonder_json_get_string (root, names[i], 16, NULL);
    gint64 ttl;

    if (yonder_json_get_int (root, names[i], 1, MAX_TTL_S, &ttl, NULL) ||
        (text != NULL && g_ascii_string_to_signed (text, 10, 1, MAX_TTL_S, &ttl, NULL)))
      return ttl;
  }
  return -1;
}

/**
 * yonder_ice_servers_read:
 * @root: what a provider or a user gave
 * @take: (scope call): is given each server as it was written, complete or not
 * @data: for @take
 * @ttl_s: (out) (optional): how long the credentials last, in seconds, or -1 where it is not said
 * @error: return location for a [error@Yonder.IceError] or [error@Yonder.JsonError]
 *
 * Reads a list of ICE servers in any of the shapes that are in use. Of a list, entries that cannot be used are left out, so that
 * one URL that Yonder does not know takes nothing from the user; each is logged with its reason.
 *
 * Returns: %FALSE with @error set where it is no list of servers at all, or none of its entries can be used (the reason of the
 * first one)
 */
gboolean
yonder_ice_servers_read (JsonNode *root, YonderIceServerFunc take, gpointer data, gint64 *ttl_s, GError **error)
{
  g_autoptr (GError) first_error = NULL;
  JsonNode *servers = find_servers (root);
  JsonArray *array;
  guint n_taken = 0;

  if (ttl_s != NULL)
    *ttl_s = yonder_ice_servers_read_ttl (root);
  if (JSON_NODE_HOLDS_OBJECT (servers))
    return read_entry (servers, take, data, error);

  array = yonder_json_get_array (servers, "", MAX_SERVERS, error);
  if (array == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (array); i++) {
    g_autoptr (GError) local_error = NULL;

    if (read_entry (json_array_get_element (array, i), take, data, &local_error)) {
      n_taken++;
      continue;
    }
    g_message ("ICE server %u of the list is left out: %s", i + 1, local_error->message);
    if (first_error == NULL)
      first_error = g_steal_pointer (&local_error);
  }

  if (first_error != NULL && n_taken == 0) {
    g_propagate_error (error, g_steal_pointer (&first_error));
    return FALSE;
  }
  return TRUE;
}

static gboolean
append_server (const char * const *urls, const char *username, const char *credential, gpointer data, GError **error)
{
  g_autoptr (YonderIceServer) server = yonder_ice_server_new (urls, username, credential, error);

  if (server == NULL)
    return FALSE;
  g_list_store_append (data, server);
  return TRUE;
}

/**
 * yonder_ice_servers_parse:
 * @root: what a provider or a user gave
 * @ttl_s: (out) (optional): how long the credentials last, in seconds, or -1 where it is not said
 * @error: return location for a [error@Yonder.IceError] or [error@Yonder.JsonError]
 *
 * Reads a list of ICE servers that can be used as they are; what is incomplete is left out.
 *
 * Returns: (transfer full): a list of [class@Yonder.IceServer], in order; empty where the list was. %NULL with @error set where
 * it is
 *   no list of servers at all, or none of its entries can be used (the reason of the first one)
 */
GListStore *
yonder_ice_servers_parse (JsonNode *root, gint64 *ttl_s, GError **error)
{
  g_autoptr (GListStore) list = g_list_store_new (YONDER_TYPE_ICE_SERVER);

  if (!yonder_ice_servers_read (root, append_server, list, ttl_s, error))
    return NULL;
  return g_steal_pointer (&list);
}
