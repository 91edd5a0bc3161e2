/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-profile.h"

#include "yonder-profile-private.h"
#include "yonder-json.h"
#include "yonder-profile-resources.h"

#include <stdarg.h>
#include <string.h>

/* chosen: the shipped ones have 5 KB */
#define MAX_PROFILE (256 * 1024)
#define RESOURCE_PATH "/org/yondercall/Yonder/profiles/"
#define SUFFIX ".json"

G_DEFINE_QUARK (yonder-profile-error-quark, yonder_profile_error)

static void
profile_clear (gpointer data)
{
  YonderProfile *self = data;

  g_free (self->name);
  g_free (self->nsp);
  g_free (self->socket_path);
  g_clear_pointer (&self->auth, json_node_unref);
  g_clear_pointer (&self->rest, json_node_unref);
  g_clear_pointer (&self->person, json_node_unref);
  g_clear_pointer (&self->specs, g_ptr_array_unref);
  for (guint i = 0; i < YONDER_N_WORDS; i++)
    g_clear_pointer (&self->words[i], json_object_unref);
}

/**
 * yonder_profile_parse:
 * @json: a profile
 * @length: its length in bytes, or -1 where it is NUL-terminated
 * @error: return location for a [error@Yonder.ProfileError]
 *
 * Reads and checks a profile, as docs/profiles.md describes it.
 *
 * Returns: (transfer full): the profile, or %NULL with %YONDER_PROFILE_ERROR_SYNTAX and a message that names the place in it
 */
YonderProfile *
yonder_profile_parse (const char *json, gssize length, GError **error)
{
  g_autoptr (YonderProfile) self = g_atomic_rc_box_new0 (YonderProfile);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (JsonNode) root = yonder_json_parse (json, length, MAX_PROFILE, &local_error);

  self->specs = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_event_spec_free);
  if (root != NULL && yonder_profile_load (self, root, &local_error))
    return g_steal_pointer (&self);

  g_set_error (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_SYNTAX, "Bad profile: %s", local_error->message);
  return NULL;
}

/**
 * yonder_profile_new_shipped:
 * @name: one of [func@Yonder.Profile.list_shipped]
 * @error: return location for a [error@Yonder.ProfileError]
 *
 * Returns: (transfer full): the profile, or %NULL with %YONDER_PROFILE_ERROR_UNKNOWN
 */
YonderProfile *
yonder_profile_new_shipped (const char *name, GError **error)
{
  g_autofree char *path = g_strconcat (RESOURCE_PATH, name, SUFFIX, NULL);
  g_autoptr (GBytes) bytes = g_resource_lookup_data (yonder_profile_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  if (bytes == NULL) {
    g_set_error (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_UNKNOWN, "Yonder ships no profile “%s”", name);
    return NULL;
  }
  return yonder_profile_parse (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), error);
}

/**
 * yonder_profile_new_from_file:
 * @path: the name of a file
 * @error: return location for an error
 *
 * Reads a user's own profile. Reads the file at once: for start-up and settings pages.
 *
 * Returns: (transfer full): the profile, or %NULL with @error set: [error@GLib.FileError], %YONDER_PROFILE_ERROR_SYNTAX
 */
YonderProfile *
yonder_profile_new_from_file (const char *path, GError **error)
{
  g_autofree char *json = NULL;
  YonderProfile *self;
  gsize length;

  if (!g_file_get_contents (path, &json, &length, error))
    return NULL;
  self = yonder_profile_parse (json, (gssize) length, error);
  if (self == NULL)
    g_prefix_error (error, "%s: ", path);
  return self;
}

/**
 * yonder_profile_list_shipped:
 *
 * Returns: (transfer full) (array zero-terminated=1): the names of the profiles that Yonder brings along, sorted
 */
char **
yonder_profile_list_shipped (void)
{
  g_auto (GStrv) files = g_resource_enumerate_children (yonder_profile_get_resource (), RESOURCE_PATH,
                                                        G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_null_terminated (4, g_free, TRUE);

  for (guint i = 0; files != NULL && files[i] != NULL; i++)
    g_ptr_array_add (names, g_strndup (files[i], strlen (files[i]) - strlen (SUFFIX)));
  g_ptr_array_sort_values (names, (GCompareFunc) strcmp);
  return (char **) g_ptr_array_steal (names, NULL);
}

YonderProfile *
yonder_profile_ref (YonderProfile *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
yonder_profile_unref (YonderProfile *self)
{
  g_atomic_rc_box_release_full (self, profile_clear);
}

const char *
yonder_profile_get_name (YonderProfile *self)
{
  return self->name;
}

YonderFlow
yonder_profile_get_flow (YonderProfile *self)
{
  return self->flow;
}

const char *
yonder_profile_get_namespace (YonderProfile *self)
{
  return self->nsp;
}

const char *
yonder_profile_get_socket_path (YonderProfile *self)
{
  return self->socket_path;
}

/* A copy of @template with @token in place of every {token}, and true or false in place of {call-waiting}. */
static JsonNode *
fill_in (JsonNode *template, const char *token, gboolean call_waiting)
{
  JsonObjectIter iter;
  JsonObject *filled;
  JsonNode *member, *node;
  const char *name;

  if (!JSON_NODE_HOLDS_OBJECT (template)) {
    const char *text = yonder_json_get_string (template, "", G_MAXSIZE, NULL);
    g_autoptr (GString) value = g_string_new (text);

    if (text == NULL)
      return json_node_copy (template);
    if (g_str_equal (text, "{call-waiting}"))
      return json_node_init_boolean (json_node_alloc (), call_waiting);
    g_string_replace (value, "{token}", token, 0);
    node = json_node_new (JSON_NODE_VALUE);
    json_node_set_string (node, value->str);
    return node;
  }

  filled = json_object_new ();
  json_object_iter_init_ordered (&iter, json_node_get_object (template));
  while (json_object_iter_next_ordered (&iter, &name, &member))
    json_object_set_member (filled, name, fill_in (member, token, call_waiting));
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, filled);
  return node;
}

/**
 * yonder_profile_build_auth:
 * @self: the profile
 * @token: (nullable): what the server gave at sign-in
 * @call_waiting: whether a second call may ring while one goes on
 *
 * Returns: (transfer full) (nullable): what to send with CONNECT; %NULL where there is nothing to send, or no @token to put into
 *   it
 */
JsonNode *
yonder_profile_build_auth (YonderProfile *self, const char *token, gboolean call_waiting)
{
  if (self->auth == NULL || token == NULL)
    return NULL;
  return fill_in (self->auth, token, call_waiting);
}

static JsonNode *
find_operation (YonderProfile *self, const char *operation)
{
  if (self->rest == NULL)
    return NULL;
  return json_object_get_member (json_node_get_object (self->rest), operation);
}

/**
 * yonder_profile_get_rest_path:
 * @self: the profile
 * @operation: what one wants to do
 *
 * Returns: (nullable): where that is done on the server; %NULL where it cannot be done there
 */
const char *
yonder_profile_get_rest_path (YonderProfile *self, const char *operation)
{
  return yonder_json_get_string (find_operation (self, operation), "path", G_MAXSIZE, NULL);
}

/**
 * yonder_profile_get_rest_method:
 * @self: the profile
 * @operation: what one wants to do
 *
 * Returns: (nullable): the HTTP method
 */
const char *
yonder_profile_get_rest_method (YonderProfile *self, const char *operation)
{
  return yonder_json_get_string (find_operation (self, operation), "method", G_MAXSIZE, NULL);
}

/**
 * yonder_profile_build_request:
 * @self: the profile
 * @operation: what one wants to do
 * @...: pairs of a field and its value (nullable), then %NULL
 *
 * Puts values where the server wants them. Fields that it does not want, and those without a value, are left out.
 *
 * Returns: (transfer full): an object, perhaps an empty one
 */
JsonNode *
yonder_profile_build_request (YonderProfile *self, const char *operation, ...)
{
  JsonNode *fields = yonder_json_find (find_operation (self, operation), "request");
  JsonNode *body = json_node_new (JSON_NODE_OBJECT);
  const char *field, *value, *path;
  va_list pairs;

  json_node_take_object (body, json_object_new ());
  va_start (pairs, operation);
  while ((field = va_arg (pairs, const char *)) != NULL) {
    JsonNode *node;

    value = va_arg (pairs, const char *);
    path = yonder_json_get_string (fields, field, G_MAXSIZE, NULL);
    if (value == NULL || path == NULL)
      continue;
    node = json_node_new (JSON_NODE_VALUE);
    json_node_set_string (node, value);
    yonder_json_set (body, path, node, NULL);
  }
  va_end (pairs);
  return body;
}

/**
 * yonder_profile_find_answer:
 * @self: the profile
 * @operation: what was asked for, or "person" for the fields of one person
 * @field: what one wants to know
 * @answer: what the server answered
 *
 * Returns: (transfer none) (nullable): the value, of any type, valid as long as @answer; %NULL where the answer does not have it
 */
JsonNode *
yonder_profile_find_answer (YonderProfile *self, const char *operation, const char *field, JsonNode *answer)
{
  JsonNode *fields = strcmp (operation, "person") == 0
    ? self->person : yonder_json_find (find_operation (self, operation), "answer");
  JsonNode *paths = yonder_json_find (fields, field);
  JsonNode *found = NULL;

  if (paths == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_ARRAY (paths))
    return yonder_json_find (answer, json_node_get_string (paths));

  for (guint i = 0; found == NULL && i < json_array_get_length (json_node_get_array (paths)); i++)
    found = yonder_json_find (answer, json_array_get_string_element (json_node_get_array (paths), i));
  return found;
}
