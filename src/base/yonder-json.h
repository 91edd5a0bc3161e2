/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Checked access to JSON that came from somewhere else: every field is read by type and within bounds,
 * and an error names the path at which the text was not what was expected.
 *
 * Paths are written as in "caller.devices[0].name"; the root is "" or "$", and a leading "$." is accepted, so that
 * the paths of event profiles can be used as they are. Pure functions, callable on any thread.
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum {
  YONDER_JSON_ERROR_SYNTAX,       /* the text is no JSON */
  YONDER_JSON_ERROR_TOO_LARGE,    /* longer than the caller allows, as text, string or array */
  YONDER_JSON_ERROR_TOO_DEEP,     /* nested deeper than YONDER_JSON_MAX_DEPTH */
  YONDER_JSON_ERROR_MISSING,      /* nothing at the path, or null */
  YONDER_JSON_ERROR_WRONG_TYPE,
  YONDER_JSON_ERROR_OUT_OF_RANGE, /* a number outside the bounds given */
} YonderJsonError;

#define YONDER_JSON_ERROR (yonder_json_error_quark ())
GQuark yonder_json_error_quark (void);

/* chosen: no signalling message nests deeper than 6 */
#define YONDER_JSON_MAX_DEPTH 64

JsonNode   *yonder_json_parse       (const char *text, gssize length, gsize max_length, GError **error);
char       *yonder_json_print       (JsonNode *node);

gboolean    yonder_json_has         (JsonNode *root, const char *path);
JsonNode   *yonder_json_find        (JsonNode *root, const char *path);
const char *yonder_json_get_string  (JsonNode *root, const char *path, gsize max_length, GError **error);
gboolean    yonder_json_get_int     (JsonNode *root, const char *path, gint64 min, gint64 max, gint64 *value, GError **error);
gboolean    yonder_json_get_boolean (JsonNode *root, const char *path, gboolean *value, GError **error);
JsonArray  *yonder_json_get_array   (JsonNode *root, const char *path, guint max_length, GError **error);
JsonNode   *yonder_json_get_object  (JsonNode *root, const char *path, GError **error);

gboolean    yonder_json_set         (JsonNode *root, const char *path, JsonNode *value, GError **error);

G_END_DECLS
