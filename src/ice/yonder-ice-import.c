/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-import.h"

#include <glib/gi18n.h>
#include <string.h>

#include "yonder-ice-check.h"
#include "yonder-json.h"

/* chosen: no list of servers is longer, most files that are dropped by mistake are */
#define MAX_IMPORT (256 * 1024)
#define MAX_ENTRIES 64

/* What is put together from several lines of a .env file: FOO_TURN_URL, FOO_TURN_USERNAME and FOO_TURN_CREDENTIAL belong
 * together. */
typedef struct {
  char *group;
  char *urls;
  char *username;
  char *credential;
} Parts;

typedef struct {
  GPtrArray    *entries;
  GStrvBuilder *notes;
  GPtrArray    *parts;  /* (element-type Parts) */
} Reader;

static void
parts_free (Parts *parts)
{
  g_free (parts->group);
  g_free (parts->urls);
  g_free (parts->username);
  g_free (parts->credential);
  g_free (parts);
}

/* Prefixes with which bundlers put a value into the page, for every visitor to read. */
static const char * const public_prefixes[] = { "VITE_", "NEXT_PUBLIC_", "REACT_APP_", "PUBLIC_", "NUXT_PUBLIC_",
                                                "EXPO_PUBLIC_" };

/* Account secrets by the names that the providers' own documentation gives them. */
static const struct {
  const char *name;
  const char *provider;
} account_secrets[] = {
  { "TWILIO_AUTH_TOKEN", N_("Twilio") }, { "TWILIO_API_SECRET", N_("Twilio") }, { "XIRSYS_SECRET", N_("Xirsys") },
  { "METERED_SECRET_KEY", N_("Metered") }, { "CLOUDFLARE_TURN_API_TOKEN", N_("Cloudflare") },
  { "CLOUDFLARE_TURN_TOKEN", N_("Cloudflare") }, { "CLOUDFLARE_API_TOKEN", N_("Cloudflare") },
  { "TURN_SHARED_SECRET", N_("coturn") }, { "TURN_STATIC_AUTH_SECRET", N_("coturn") }, { "TURN_SECRET", N_("coturn") },
  { "COTURN_SECRET", N_("coturn") }, { "STATIC_AUTH_SECRET", N_("coturn") },
};

static gboolean
take_server (const char * const *urls, const char *username, const char *credential, gpointer data, GError **error)
{
  Reader *reader = data;

  if (reader->entries->len < MAX_ENTRIES)
    g_ptr_array_add (reader->entries, yonder_ice_entry_new (NULL, urls, username, credential));
  return TRUE;
}

static gboolean
read_json (Reader *reader, const char *text, gsize length, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (JsonNode) root = yonder_json_parse (text, (gssize) length, MAX_IMPORT, &local_error);
  JsonArray *array;

  if (root == NULL) {
    if (memchr (text, '\'', length) != NULL || strstr (text, "urls:") != NULL)
      g_set_error_literal (error, YONDER_ICE_ERROR, YONDER_ICE_ERROR_BAD_SERVER,
                           _("This is JavaScript, not JSON: put names and texts into double quotes and leave out comments and "
                             "last commas."));
    else
      g_propagate_error (error, g_steal_pointer (&local_error));
    return FALSE;
  }
  /* one server by itself */
  if (JSON_NODE_HOLDS_OBJECT (root) && (yonder_json_has (root, "urls") || yonder_json_has (root, "url"))) {
    JsonNode *list = json_node_new (JSON_NODE_ARRAY);

    array = json_array_new ();
    json_array_add_element (array, g_steal_pointer (&root));
    json_node_take_array (list, array);
    root = list;
  }
  return yonder_ice_servers_read (root, take_server, reader, NULL, error);
}

static const char *
skip_public_prefix (const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (public_prefixes); i++) {
    if (g_str_has_prefix (key, public_prefixes[i]))
      return key + strlen (public_prefixes[i]);
  }
  return key;
}

static Parts *
parts_of (Reader *reader, const char *group)
{
  Parts *parts;

  for (guint i = 0; i < reader->parts->len; i++) {
    parts = reader->parts->pdata[i];
    if (g_str_equal (parts->group, group))
      return parts;
  }
  parts = g_new0 (Parts, 1);
  parts->group = g_strdup (group);
  g_ptr_array_add (reader->parts, parts);
  return parts;
}

static void
note_secret (Reader *reader, const char *key, const char *provider)
{
  gboolean is_public = skip_public_prefix (key) != key;

  g_strv_builder_take (reader->notes,
                       g_strdup_printf (is_public
                                        ? _("%s is an account secret of %s, and its prefix puts it into the web page, where "
                                            "every visitor can read it. It was not taken; renew it, and set up the provider "
                                            "instead.")
                                        : _("%s is an account secret of %s, not a TURN password. It was not taken; "
                                            "set up the provider instead."), key, provider));
}

/* MY_TURN_URL_2: of the group "MY_|_2" */
static gboolean
read_part (Reader *reader, const char *key, const char *value)
{
  static GRegex *regex;
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *before = NULL, *kind = NULL, *what = NULL, *number = NULL, *group = NULL;
  Parts *parts;

  if (g_once_init_enter (&regex))
    g_once_init_leave (&regex, g_regex_new ("^(.*?)(TURNS?|STUN)_?(URLS?|URIS?|SERVERS?|HOST|USERNAME|USER|"
                                             "CREDENTIALS?|PASSWORD|PASS)(_?\\d*)$",
                                            G_REGEX_OPTIMIZE, G_REGEX_MATCH_DEFAULT, NULL));
  if (!g_regex_match (regex, key, G_REGEX_MATCH_DEFAULT, &match))
    return FALSE;
  before = g_match_info_fetch (match, 1);
  kind = g_match_info_fetch (match, 2);
  what = g_match_info_fetch (match, 3);
  number = g_match_info_fetch (match, 4);
  group = g_strconcat (before, "|", *kind == 'S' ? "STUN" : "TURN", "|", number, NULL);
  parts = parts_of (reader, group);

  if (g_str_has_prefix (what, "USER")) {
    g_set_str (&parts->username, value);
  } else if (g_str_has_prefix (what, "CRED") || g_str_has_prefix (what, "PASS")) {
    g_set_str (&parts->credential, value);
  } else {
    g_autofree char *former = g_steal_pointer (&parts->urls);
    gboolean has_scheme = g_str_has_prefix (value, "turn") || g_str_has_prefix (value, "stun");
    g_autofree char *url = has_scheme ? g_strdup (value) : g_strconcat (*kind == 'S' ? "stun:" : "turn:", value, NULL);

    parts->urls = former != NULL ? g_strconcat (former, " ", url, NULL) : g_steal_pointer (&url);
  }
  return TRUE;
}

static void
take_line (Reader *reader, const char *key, const char *value)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (account_secrets); i++) {
    if (*value != '\0' && g_str_equal (skip_public_prefix (key), account_secrets[i].name)) {
      note_secret (reader, key, _(account_secrets[i].provider));
      return;
    }
  }
  if (*value == '[' || *value == '{') {
    if ((g_str_has_suffix (key, "ICE_SERVERS") || g_str_has_suffix (key, "TURN_SERVERS") ||
         g_str_has_suffix (key, "STUN_SERVERS") ||
         g_str_has_suffix (key, "ICE_CONFIG")) && !read_json (reader, value, strlen (value), &error))
      g_strv_builder_take (reader->notes, g_strdup_printf (_("%s was not taken: %s"), key, error->message));
    return;
  }
  if (*value == '\0')
    return;
  if (g_str_has_suffix (key, "ICE_SERVERS")) {
    g_auto (GStrv) urls = yonder_ice_split_urls (value);

    take_server ((const char * const *) urls, NULL, NULL, reader, NULL);
    return;
  }
  read_part (reader, key, value);
}

/* The value that begins at @at, and where the line after it begins. Quoted values may have several lines. */
static char *
read_value (const char *at, const char **next)
{
  const char *end;
  char *value;

  at += strspn (at, " \t");
  if (*at == '"' || *at == '\'' || *at == '`') {
    end = strchr (at + 1, *at);
    if (end != NULL && *at == '"' && end[-1] == '\\') {
      /* "[{\"urls\":…}]" */
      g_autoptr (GString) text = g_string_new (NULL);

      for (end = at + 1; *end != '\0' && *end != '"'; end++) {
        if (*end == '\\' && end[1] != '\0')
          end++;
        g_string_append_c (text, *end);
      }
      *next = end + strcspn (end, "\n");
      return g_string_free (g_steal_pointer (&text), FALSE);
    }
    if (end != NULL) {
      *next = end + strcspn (end, "\n");
      return g_strndup (at + 1, end - at - 1);
    }
  }
  end = at + strcspn (at, "\r\n");
  value = g_strndup (at, end - at);
  /* a comment behind the value; a # within it belongs to it */
  if (strstr (value, " #") != NULL)
    *strstr (value, " #") = '\0';
  *next = end + strcspn (end, "\n");
  return g_strstrip (value);
}

static void
read_env (Reader *reader, const char *text)
{
  for (const char *at = text; *at != '\0'; at += *at == '\n') {
    gsize length;
    const char *equals;

    at += strspn (at, " \t\r");
    if (g_str_has_prefix (at, "export "))
      at += strlen ("export ");
    length = strspn (at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.");
    equals = at + length + strspn (at + length, " \t");
    if (length > 0 && (*equals == '=' || *equals == ':')) {
      g_autofree char *key = g_ascii_strup (at, (gssize) length);
      g_autofree char *value = read_value (equals + 1, &at);

      take_line (reader, key, value);
    } else {
      at += strcspn (at, "\n");
    }
  }

  for (guint i = 0; i < reader->parts->len; i++) {
    Parts *parts = reader->parts->pdata[i];
    g_auto (GStrv) urls = parts->urls != NULL ? yonder_ice_split_urls (parts->urls) : NULL;

    if (urls != NULL && urls[0] != NULL)
      take_server ((const char * const *) urls, parts->username, parts->credential, reader, NULL);
  }
}

static gboolean
is_url (const char *text)
{
  return g_ascii_strncasecmp (text, "stun:", 5) == 0 || g_ascii_strncasecmp (text, "stuns:", 6) == 0 ||
    g_ascii_strncasecmp (text, "turn:", 5) == 0 || g_ascii_strncasecmp (text, "turns:", 6) == 0;
}

/* Each on its own, since whose they are is not said. */
static void
read_urls (Reader *reader, const char *text)
{
  g_auto (GStrv) urls = yonder_ice_split_urls (text);

  for (guint i = 0; urls[i] != NULL; i++) {
    if (is_url (urls[i]))
      take_server ((const char * const[]) { urls[i], NULL }, NULL, NULL, reader, NULL);
  }
}

/**
 * yonder_ice_import_text:
 * @text: what was pasted, or the content of a file
 * @length: its length in bytes, or -1
 * @error: return location for a [error@Yonder.IceError] or [error@Yonder.JsonError]
 *
 * Reads servers from an RTCIceServer array, an RTCConfiguration, the answer of a provider, a .env file, or bare URLs.
 *
 * Returns: (transfer full) (nullable): entries, at least one, or notes about why there is none; %NULL with @error set where
 * nothing of
 *   the text was understood
 */
YonderIceImport *
yonder_ice_import_text (const char *text, gssize length, GError **error)
{
  g_autoptr (YonderIceImport) self = NULL;
  g_autoptr (GStrvBuilder) notes = g_strv_builder_new ();
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify) parts_free);
  g_autofree char *copy = NULL;
  Reader reader;
  const char *start;

  if (length < 0)
    length = (gssize) strlen (text);
  if (length > MAX_IMPORT || !g_utf8_validate (text, length, NULL)) {
    g_set_error_literal (error, YONDER_ICE_ERROR, YONDER_ICE_ERROR_BAD_SERVER,
                         _("This is no text with ICE servers, or far too long."));
    return NULL;
  }

  copy = g_strndup (text, length);
  self = g_new0 (YonderIceImport, 1);
  self->entries = g_ptr_array_new_with_free_func (g_object_unref);
  reader = (Reader) { self->entries, notes, parts };
  start = copy + strspn (copy, " \t\r\n");

  if (*start == '[' || *start == '{') {
    if (!read_json (&reader, start, strlen (start), error))
      return NULL;
  } else if (is_url (start)) {
    read_urls (&reader, start);
  } else {
    read_env (&reader, start);
  }

  self->notes = g_strv_builder_end (notes);
  if (self->entries->len == 0 && self->notes[0] == NULL) {
    g_set_error_literal (error, YONDER_ICE_ERROR, YONDER_ICE_ERROR_BAD_SERVER,
                         _("There are no ICE servers in this text. Yonder reads JSON with “urls”, .env files with a TURN_URL or "
                           "ICE_SERVERS line, and URLs."));
    return NULL;
  }
  return g_steal_pointer (&self);
}

void
yonder_ice_import_free (YonderIceImport *self)
{
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_pointer (&self->notes, g_strfreev);
  g_free (self);
}
