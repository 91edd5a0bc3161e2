/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-server-text.h"

#include "yonder-ice-server-list.h"
#include "yonder-json.h"

/* chosen: YONDER_ICE_SERVER_LIST_MAX servers with all their URLs fit many times */
#define MAX_FILE (1024 * 1024)
#define MAX_TEXT 1024

static JsonNode *
entry_to_json (YonderIceEntry *entry, gboolean with_state)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  const char * const *urls = yonder_ice_entry_get_urls (entry);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "urls");
  json_builder_begin_array (builder);
  for (guint i = 0; urls[i] != NULL; i++)
    json_builder_add_string_value (builder, urls[i]);
  json_builder_end_array (builder);
  if (yonder_ice_entry_get_username (entry) != NULL) {
    json_builder_set_member_name (builder, "username");
    json_builder_add_string_value (builder, yonder_ice_entry_get_username (entry));
  }
  if (with_state) {
    json_builder_set_member_name (builder, "id");
    json_builder_add_string_value (builder, yonder_ice_entry_get_id (entry));
    json_builder_set_member_name (builder, "enabled");
    json_builder_add_boolean_value (builder, yonder_ice_entry_is_enabled (entry));
  }
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

/**
 * yonder_ice_server_text_print:
 * @entries: (element-type YonderIceEntry): the servers, in order
 * @relay_only: whether only relays may be used
 * @with_state: whether for the list's own file, with what no other program knows
 *
 * Returns: (transfer full): JSON text, with user names and without passwords
 */
char *
yonder_ice_server_text_print (GPtrArray *entries, gboolean relay_only, gboolean with_state)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "iceServers");
  json_builder_begin_array (builder);
  for (guint i = 0; i < entries->len; i++)
    json_builder_add_value (builder, entry_to_json (entries->pdata[i], with_state));
  json_builder_end_array (builder);
  if (with_state || relay_only) {
    json_builder_set_member_name (builder, "iceTransportPolicy");
    json_builder_add_string_value (builder, relay_only ? "relay" : "all");
  }
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  json_generator_set_pretty (generator, TRUE);
  json_generator_set_root (generator, root);
  return json_generator_to_data (generator, NULL);
}

static YonderIceEntry *
entry_from_json (JsonNode *node)
{
  const char *id = yonder_json_get_string (node, "id", MAX_TEXT, NULL);
  const char *username = yonder_json_get_string (node, "username", MAX_TEXT, NULL);
  JsonArray *array = yonder_json_get_array (node, "urls", YONDER_ICE_SERVER_LIST_MAX, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) urls = NULL;
  YonderIceEntry *entry;
  gboolean is_enabled = TRUE;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    const char *url = yonder_json_get_string (json_array_get_element (array, i), "", MAX_TEXT, NULL);

    if (url != NULL)
      g_strv_builder_add (builder, url);
  }
  urls = g_strv_builder_end (builder);
  if (urls[0] == NULL)
    return NULL;

  entry = yonder_ice_entry_new (id, (const char * const *) urls, username, NULL);
  yonder_json_get_boolean (node, "enabled", &is_enabled, NULL);
  yonder_ice_entry_set_enabled (entry, is_enabled);
  return entry;
}

/**
 * yonder_ice_server_text_parse:
 * @text: from the list's file, where anybody may have written
 * @relay_only: (out): whether only relays may be used
 * @error: return location for a [error@Yonder.JsonError]
 *
 * Returns: (transfer full) (nullable) (element-type YonderIceEntry): the servers that can be read, without credentials; %NULL
 * where it is no
 *   JSON at all
 */
GPtrArray *
yonder_ice_server_text_parse (const char *text, gboolean *relay_only, GError **error)
{
  g_autoptr (JsonNode) root = yonder_json_parse (text, -1, MAX_FILE, error);
  GPtrArray *entries;
  JsonArray *array;

  if (root == NULL)
    return NULL;
  entries = g_ptr_array_new_with_free_func (g_object_unref);
  array = yonder_json_get_array (root, "iceServers", YONDER_ICE_SERVER_LIST_MAX, NULL);
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    YonderIceEntry *entry = entry_from_json (json_array_get_element (array, i));

    if (entry != NULL)
      g_ptr_array_add (entries, entry);
  }
  *relay_only = g_strcmp0 (yonder_json_get_string (root, "iceTransportPolicy", 16, NULL), "relay") == 0;
  return entries;
}
