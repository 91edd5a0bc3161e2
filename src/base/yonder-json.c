/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-json.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* An array is extended by a path that is written, to this length at most: positional arguments are a handful. */
#define MAX_WRITTEN_INDEX 31

G_DEFINE_QUARK (yonder-json-error-quark, yonder_json_error)

/* One step of a path: a member's name, or an index where name is empty and index is not negative. */
typedef struct {
  const char *name;
  gsize       name_length;
  gint64      index;
} Step;

/* What has been read of a text that is being made safe for json-glib: text up to `copied` is in `safe`. */
typedef struct {
  const char *start;
  const char *end;
  const char *copied;
  GString    *safe;
} Scan;

/* Puts `instead` where the text from `from` to `to` was. */
static void
scan_replace (Scan *scan, const char *from, const char *to, const char *instead)
{
  g_string_append_len (scan->safe, scan->copied, from - scan->copied);
  g_string_append (scan->safe, instead);
  scan->copied = to;
}

static gboolean
scan_hex (Scan *scan, const char *at, guint *value)
{
  if (scan->end - at < 6 || at[0] != '\\' || at[1] != 'u')
    return FALSE;

  *value = 0;
  for (int i = 2; i < 6; i++) {
    if (!g_ascii_isxdigit (at[i]))
      return FALSE;
    *value = *value * 16 + g_ascii_xdigit_value (at[i]);
  }
  return TRUE;
}

/* The escape at `at`, valid or not. JSON lets a string hold U+0000, at which a C string would end, and half a surrogate pair,
 * which is no UTF-8: both become U+FFFD, as they do where JavaScript writes such a string as UTF-8. */
static const char *
scan_escape (Scan *scan, const char *at)
{
  guint first, second;

  if (!scan_hex (scan, at, &first))
    return MIN (at + 2, scan->end);
  if (first >= 0xd800 && first <= 0xdbff && scan_hex (scan, at + 6, &second) && second >= 0xdc00 && second <= 0xdfff)
    return at + 12;
  if (first == 0 || (first >= 0xd800 && first <= 0xdfff))
    scan_replace (scan, at, at + 6, "\\ufffd");

  return at + 6;
}

static const char *
scan_string (Scan *scan, const char *at, GError **error)
{
  for (at++; at < scan->end;) {
    if (*at == '"')
      return at + 1;
    if ((guchar) *at < 0x20) {
      g_set_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_SYNTAX,
                   "Not valid JSON: control character in a string at byte %" G_GSIZE_FORMAT, (gsize) (at - scan->start));
      return NULL;
    }
    at = *at == '\\' ? scan_escape (scan, at) : at + 1;
  }

  g_set_error_literal (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_SYNTAX, "Not valid JSON: a string does not end");
  return NULL;
}

/* json-glib clamps an integer that does not fit without a word, and reads 1e999 as an infinity that it then prints as "inf.0". As
 * in JavaScript the first becomes a double and the second null. */
static const char *
scan_number (Scan *scan, const char *at)
{
  g_autofree char *number = NULL;
  const char *end = at;
  gboolean is_integer = TRUE;

  for (; end < scan->end && (g_ascii_isalnum (*end) || strchr ("+-.", *end) != NULL) && *end != '\0'; end++)
    is_integer = is_integer && (g_ascii_isdigit (*end) || *end == '-');
  if (end - at < 4)
    return end;

  number = g_strndup (at, end - at);
  if (!isfinite (g_ascii_strtod (number, NULL))) {
    scan_replace (scan, at, end, "null");
  } else if (is_integer) {
    errno = 0;
    g_ascii_strtoll (number, NULL, 10);
    if (errno == ERANGE)
      scan_replace (scan, end, end, ".0");
  }
  return end;
}

/* Refuses what json-glib cannot read safely (its parser recurses) and mends what it would misread; grammar is its own
 * business. */
static char *
make_safe (const char *text, gsize length, gsize *safe_length, GError **error)
{
  g_autoptr (GString) safe = g_string_sized_new (length + 1);
  Scan scan = { text, text + length, text, safe };
  guint depth = 0;

  for (const char *at = text; at != NULL && at < scan.end;) {
    if (*at == '"') {
      at = scan_string (&scan, at, error);
      if (at == NULL)
        return NULL;
    } else if (g_ascii_isdigit (*at) || *at == '-') {
      at = scan_number (&scan, at);
    } else {
      if ((*at == '{' || *at == '[') && ++depth > YONDER_JSON_MAX_DEPTH) {
        g_set_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_TOO_DEEP,
                     "The JSON text is nested deeper than %d levels", YONDER_JSON_MAX_DEPTH);
        return NULL;
      }
      if ((*at == '}' || *at == ']') && depth > 0)
        depth--;
      at++;
    }
  }

  g_string_append_len (safe, scan.copied, scan.end - scan.copied);
  *safe_length = safe->len;
  return g_string_free (g_steal_pointer (&safe), FALSE);
}

/* The next step of @path, which is advanced behind it; FALSE where the path is badly written. */
static gboolean
next_step (const char **path, Step *step)
{
  const char *at = *path;
  char *end;

  step->index = -1;
  if (*at == '[') {
    step->name = NULL;
    step->name_length = 0;
    if (!g_ascii_isdigit (at[1]))
      return FALSE;
    step->index = g_ascii_strtoll (at + 1, &end, 10);
    if (*end != ']' || step->index > G_MAXINT)
      return FALSE;
    at = end + 1;
    if (strchr (".[", *at) == NULL)
      return FALSE;
  } else {
    step->name = at;
    step->name_length = strcspn (at, ".[");
    if (step->name_length == 0)
      return FALSE;
    at += step->name_length;
  }

  if (*at == '.') {
    at++;
    if (*at == '\0' || *at == '[')
      return FALSE;
  }
  *path = at;
  return TRUE;
}

static const char *
skip_root (const char *path)
{
  if (path[0] != '$')
    return path;
  return path[1] == '.' ? path + 2 : path + 1;
}

static JsonNode *
follow (JsonNode *node, const Step *step)
{
  if (step->name == NULL) {
    if (!JSON_NODE_HOLDS_ARRAY (node) || step->index >= json_array_get_length (json_node_get_array (node)))
      return NULL;
    return json_array_get_element (json_node_get_array (node), (guint) step->index);
  }

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  g_autofree char *name = g_strndup (step->name, step->name_length);
  return json_object_get_member (json_node_get_object (node), name);
}

/* A path as it is shown: the root has none. */
static const char *
shown (const char *path)
{
  return *skip_root (path) == '\0' ? "the value" : path;
}

static JsonNode *
need (JsonNode *root, const char *path, GError **error)
{
  JsonNode *node = yonder_json_find (root, path);

  if (node == NULL)
    g_set_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_MISSING, "%s is missing", shown (path));
  return node;
}

static void
set_wrong_type (GError **error, const char *path, const char *expected, JsonNode *found)
{
  g_set_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_WRONG_TYPE,
               "%s should be %s but is of type %s", shown (path), expected, json_node_type_name (found));
}

/**
 * yonder_json_parse:
 * @text: the bytes, not necessarily NUL-terminated
 * @length: their number, or -1 where @text is NUL-terminated
 * @max_length: the most bytes that are acceptable
 * @error: return location for a [error@Yonder.JsonError]
 *
 * Reads JSON (RFC 8259, nothing more liberal) from a source that is not trusted.
 *
 * Deviation: what is valid JSON but cannot be held is replaced as JavaScript would replace it: U+0000 and single surrogates by
 * U+FFFD, infinite numbers by null, integers beyond 64 bits by doubles.
 *
 * Returns: (transfer full): the root, or %NULL with @error set: %YONDER_JSON_ERROR_TOO_LARGE, %YONDER_JSON_ERROR_TOO_DEEP,
 *   %YONDER_JSON_ERROR_SYNTAX
 */
JsonNode *
yonder_json_parse (const char *text, gssize length, gsize max_length, GError **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *safe = NULL;
  gsize size = length < 0 ? strlen (text) : (gsize) length;

  if (size > max_length) {
    g_set_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_TOO_LARGE,
                 "The JSON text has %" G_GSIZE_FORMAT " bytes; at most %" G_GSIZE_FORMAT " are accepted", size, max_length);
    return NULL;
  }
  if (!g_utf8_validate_len (text, size, NULL)) {
    g_set_error_literal (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_SYNTAX, "Not valid JSON: the text is not UTF-8");
    return NULL;
  }

  safe = make_safe (text, size, &size, error);
  if (safe == NULL)
    return NULL;

  parser = json_parser_new ();
  json_parser_set_strict (parser, TRUE);
  /* The parser's own message quotes the text, which may hold a token. */
  if (!json_parser_load_from_data (parser, safe, size, &local_error) || json_parser_get_root (parser) == NULL) {
    g_set_error_literal (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_SYNTAX, "Not valid JSON");
    return NULL;
  }
  return json_parser_steal_root (parser);
}

/**
 * yonder_json_print:
 * @node: a node
 *
 * Returns: (transfer full): @node as JSON text on one line
 */
char *
yonder_json_print (JsonNode *node)
{
  return json_to_string (node, FALSE);
}

/**
 * yonder_json_find:
 * @root: (nullable): where the path starts
 * @path: a path
 *
 * Returns: (transfer none) (nullable): what stands at @path; %NULL where nothing does, or null
 */
JsonNode *
yonder_json_find (JsonNode *root, const char *path)
{
  JsonNode *node = root;
  Step step;

  for (path = skip_root (path); node != NULL && *path != '\0';) {
    if (!next_step (&path, &step))
      return NULL;
    node = follow (node, &step);
  }

  return node == NULL || JSON_NODE_HOLDS_NULL (node) ? NULL : node;
}

/**
 * yonder_json_has:
 * @root: (nullable): where the path starts
 * @path: a path
 *
 * Returns: whether anything but null stands at @path
 */
gboolean
yonder_json_has (JsonNode *root, const char *path)
{
  return yonder_json_find (root, path) != NULL;
}

/**
 * yonder_json_get_string:
 * @root: (nullable): where the path starts
 * @path: a path
 * @max_length: the most bytes that are acceptable
 * @error: return location for a [error@Yonder.JsonError]
 *
 * Returns: (transfer none): the string at @path, valid as long as @root, or %NULL with @error set: %YONDER_JSON_ERROR_MISSING,
 *   %YONDER_JSON_ERROR_WRONG_TYPE, %YONDER_JSON_ERROR_TOO_LARGE
 */
const char *
yonder_json_get_string (JsonNode *root, const char *path, gsize max_length, GError **error)
{
  JsonNode *node = need (root, path, error);
  const char *value;

  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING) {
    set_wrong_type (error, path, "a string", node);
    return NULL;
  }

  value = json_node_get_string (node);
  if (strlen (value) > max_length) {
    g_set_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_TOO_LARGE, "%s is longer than %" G_GSIZE_FORMAT " bytes",
                 shown (path), max_length);
    return NULL;
  }
  return value;
}

/**
 * yonder_json_get_int:
 * @root: (nullable): where the path starts
 * @path: a path
 * @min: the least acceptable value
 * @max: the greatest acceptable value
 * @value: (out): the number
 * @error: return location for a [error@Yonder.JsonError]
 *
 * Reads a whole number. JSON has only one kind of number, so 3.0 is one; 3.5 is not.
 *
 * Returns: whether @value was set, else @error is: %YONDER_JSON_ERROR_MISSING, %YONDER_JSON_ERROR_WRONG_TYPE,
 *   %YONDER_JSON_ERROR_OUT_OF_RANGE
 */
gboolean
yonder_json_get_int (JsonNode *root, const char *path, gint64 min, gint64 max, gint64 *value, GError **error)
{
  JsonNode *node = need (root, path, error);
  GType type;
  gint64 number;

  if (node == NULL)
    return FALSE;

  type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;
  if (type == G_TYPE_INT64) {
    number = json_node_get_int (node);
  } else if (type == G_TYPE_DOUBLE && json_node_get_double (node) == trunc (json_node_get_double (node))) {
    /* Clamped first: the conversion of what does not fit is undefined. 2^53 is where doubles stop to be exact. */
    number = (gint64) CLAMP (json_node_get_double (node), -0x1p62, 0x1p62);
  } else {
    set_wrong_type (error, path, "a whole number", node);
    return FALSE;
  }

  if (number < min || number > max) {
    g_set_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_OUT_OF_RANGE,
                 "%s should lie between %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT, shown (path), min, max);
    return FALSE;
  }
  *value = number;
  return TRUE;
}

/**
 * yonder_json_get_boolean:
 * @root: (nullable): where the path starts
 * @path: a path
 * @value: (out): true or false
 * @error: return location for a [error@Yonder.JsonError]
 *
 * Returns: whether @value was set, else @error is: %YONDER_JSON_ERROR_MISSING, %YONDER_JSON_ERROR_WRONG_TYPE
 */
gboolean
yonder_json_get_boolean (JsonNode *root, const char *path, gboolean *value, GError **error)
{
  JsonNode *node = need (root, path, error);

  if (node == NULL)
    return FALSE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN) {
    set_wrong_type (error, path, "true or false", node);
    return FALSE;
  }
  *value = json_node_get_boolean (node);
  return TRUE;
}

/**
 * yonder_json_get_array:
 * @root: (nullable): where the path starts
 * @path: a path
 * @max_length: the most elements that are acceptable
 * @error: return location for a [error@Yonder.JsonError]
 *
 * Returns: (transfer none): the array at @path, or %NULL with @error set: %YONDER_JSON_ERROR_MISSING,
 *   %YONDER_JSON_ERROR_WRONG_TYPE, %YONDER_JSON_ERROR_TOO_LARGE
 */
JsonArray *
yonder_json_get_array (JsonNode *root, const char *path, guint max_length, GError **error)
{
  JsonNode *node = need (root, path, error);
  JsonArray *array;

  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_ARRAY (node)) {
    set_wrong_type (error, path, "an array", node);
    return NULL;
  }

  array = json_node_get_array (node);
  if (json_array_get_length (array) > max_length) {
    g_set_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_TOO_LARGE, "%s has more than %u elements", shown (path), max_length);
    return NULL;
  }
  return array;
}

/**
 * yonder_json_get_object:
 * @root: (nullable): where the path starts
 * @path: a path
 * @error: return location for a [error@Yonder.JsonError]
 *
 * Returns: (transfer none): the node at @path, which holds an object, or %NULL with @error set: %YONDER_JSON_ERROR_MISSING,
 *   %YONDER_JSON_ERROR_WRONG_TYPE
 */
JsonNode *
yonder_json_get_object (JsonNode *root, const char *path, GError **error)
{
  JsonNode *node = need (root, path, error);

  if (node != NULL && !JSON_NODE_HOLDS_OBJECT (node)) {
    set_wrong_type (error, path, "an object", node);
    return NULL;
  }
  return node;
}

/* Puts @value, which is taken, where @step points in @node. */
static gboolean
put (JsonNode *node, const Step *step, JsonNode *value)
{
  if (step->name != NULL && JSON_NODE_HOLDS_OBJECT (node)) {
    g_autofree char *name = g_strndup (step->name, step->name_length);

    json_object_set_member (json_node_get_object (node), name, value);
    return TRUE;
  }

  if (step->name == NULL && JSON_NODE_HOLDS_ARRAY (node) && step->index <= MAX_WRITTEN_INDEX) {
    JsonArray *array = json_node_get_array (node);
    guint length = json_array_get_length (array);

    for (; length < step->index; length++)
      json_array_add_null_element (array);
    if (length > step->index) {
      /* json-glib has no way to replace an element: take out those from there on and put the later ones back. */
      g_autoptr (GPtrArray) tail = g_ptr_array_new ();

      for (guint i = step->index + 1; i < length; i++)
        g_ptr_array_add (tail, json_array_dup_element (array, i));
      while (json_array_get_length (array) > step->index)
        json_array_remove_element (array, json_array_get_length (array) - 1);
      json_array_add_element (array, value);
      for (guint i = 0; i < tail->len; i++)
        json_array_add_element (array, tail->pdata[i]);
    } else {
      json_array_add_element (array, value);
    }
    return TRUE;
  }

  json_node_unref (value);
  return FALSE;
}

/**
 * yonder_json_set:
 * @root: an object or array, not shared
 * @path: a path, not that of the root itself
 * @value: (transfer full): what shall stand there
 * @error: return location for a [error@Yonder.JsonError]
 *
 * Writes @value at @path and makes the objects and arrays on the way. An array is filled up with null as far as the path needs.
 *
 * Returns: %TRUE, or %FALSE with @error set: %YONDER_JSON_ERROR_WRONG_TYPE where the path leads through something else or is
 *   badly written; what was made on the way stays
 */
gboolean
yonder_json_set (JsonNode *root, const char *path, JsonNode *value, GError **error)
{
  const char *at = skip_root (path);
  JsonNode *node = root;
  Step step;

  while (next_step (&at, &step)) {
    JsonNode *child;

    if (*at == '\0') {
      if (put (node, &step, g_steal_pointer (&value)))
        return TRUE;
      break;
    }

    child = follow (node, &step);
    if (child == NULL || JSON_NODE_HOLDS_NULL (child)) {
      child = json_node_new (*at == '[' ? JSON_NODE_ARRAY : JSON_NODE_OBJECT);
      if (*at == '[')
        json_node_take_array (child, json_array_new ());
      else
        json_node_take_object (child, json_object_new ());
      if (!put (node, &step, child))
        break;
    }
    node = child;
  }

  g_clear_pointer (&value, json_node_unref);
  g_set_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_WRONG_TYPE, "Nothing can be written at “%s”", path);
  return FALSE;
}
