/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-profile-check.h"

#include "yonder-json.h"

#include <string.h>

/* Sets an error of %YONDER_PROFILE_ERROR_SYNTAX; returns FALSE. */
gboolean
yonder_profile_fail (GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_SYNTAX, message);
  return FALSE;
}

/* Says in the error where it was, if there is one; returns @success. */
gboolean
yonder_profile_within (const char *place, gboolean success, GError **error)
{
  if (!success)
    g_prefix_error (error, "%s: ", place);
  return success;
}

/* Whether @node is an object without members that are not @known. */
gboolean
yonder_profile_only_members (JsonNode *node, const char * const *known, GError **error)
{
  JsonObjectIter iter;
  const char *name;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return yonder_profile_fail (error, "should be an object");
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &name, NULL)) {
    if (!g_strv_contains (known, name))
      return yonder_profile_fail (error, "“%s” is not known here", name);
  }
  return TRUE;
}

/* A string or an array of strings, as an array. */
GStrv
yonder_profile_read_strings (JsonNode *node, GError **error)
{
  g_autoptr (GStrvBuilder) strings = g_strv_builder_new ();
  JsonArray *array;
  const char *string;

  if (!JSON_NODE_HOLDS_ARRAY (node)) {
    string = yonder_json_get_string (node, "", YONDER_PROFILE_MAX_PATH, error);
    if (string == NULL)
      return NULL;
    g_strv_builder_add (strings, string);
    return g_strv_builder_end (strings);
  }

  array = yonder_json_get_array (node, "", YONDER_PROFILE_MAX_PATHS, error);
  if (array == NULL)
    return NULL;
  if (json_array_get_length (array) == 0) {
    yonder_profile_fail (error, "is empty");
    return NULL;
  }
  for (guint i = 0; i < json_array_get_length (array); i++) {
    string = yonder_json_get_string (json_array_get_element (array, i), "", YONDER_PROFILE_MAX_PATH, error);
    if (string == NULL)
      return NULL;
    g_strv_builder_add (strings, string);
  }
  return g_strv_builder_end (strings);
}

/* Whether @path is the payload itself. */
gboolean
yonder_profile_path_is_root (const char *path)
{
  return *path == '\0' || strcmp (path, "$") == 0;
}

/* Whether @path can be written beside those before it, which @scratch keeps. */
gboolean
yonder_profile_try_path (JsonNode *scratch, const char *path, GError **error)
{
  JsonNode *value = json_node_new (JSON_NODE_VALUE);

  json_node_set_boolean (value, TRUE);
  if (yonder_json_has (scratch, path))
    json_node_unref (value);
  else if (yonder_json_set (scratch, path, value, NULL))
    return TRUE;
  return yonder_profile_fail (error, "“%s” is no path, or another one is in its way", path);
}

/* An empty payload to try paths on. */
JsonNode *
yonder_profile_new_scratch (gboolean is_array)
{
  JsonNode *scratch = json_node_new (is_array ? JSON_NODE_ARRAY : JSON_NODE_OBJECT);

  if (is_array)
    json_node_take_array (scratch, json_array_new ());
  else
    json_node_take_object (scratch, json_object_new ());
  return scratch;
}

/* For paths that are only read. */
gboolean
yonder_profile_check_path (const char *path, GError **error)
{
  const char *relative = *path == '$' ? path + 1 + (path[1] == '.') : path;
  g_autoptr (JsonNode) scratch = yonder_profile_new_scratch (*relative == '[');

  return yonder_profile_path_is_root (path) || yonder_profile_try_path (scratch, path, error);
}

/* The same for several. */
gboolean
yonder_profile_check_paths (GStrv paths, GError **error)
{
  for (guint i = 0; paths[i] != NULL; i++) {
    if (!yonder_profile_check_path (paths[i], error))
      return FALSE;
  }
  return TRUE;
}
