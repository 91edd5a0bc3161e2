/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a profile is read: strictly. A member that is not known, a path that cannot be written or a word that is not ours is an
 * error, since otherwise a misspelt profile would fail in the middle of a call. Errors are told from the inside to the outside:
 * each level adds where it was. Private to this room; yonder-profile-load.c uses the parts.
 */

#pragma once

#include "yonder-profile-private.h"

G_BEGIN_DECLS

#define YONDER_PROFILE_MAX_NAME 64
#define YONDER_PROFILE_MAX_PATH 256
#define YONDER_PROFILE_MAX_PATHS 16

typedef struct {
  const char         *member; /* of the profile */
  const char         *field;  /* in "means" */
  const char * const *words;
} YonderWordTable;

extern const YonderWordTable yonder_word_tables[YONDER_N_WORDS];

gboolean  yonder_profile_fail          (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);
gboolean  yonder_profile_within        (const char *place, gboolean success, GError **error);
gboolean  yonder_profile_only_members  (JsonNode *node, const char * const *known, GError **error);
GStrv     yonder_profile_read_strings  (JsonNode *node, GError **error);

gboolean  yonder_profile_path_is_root  (const char *path);
JsonNode *yonder_profile_new_scratch   (gboolean is_array);
gboolean  yonder_profile_try_path      (JsonNode *scratch, const char *path, GError **error);
gboolean  yonder_profile_check_path    (const char *path, GError **error);
gboolean  yonder_profile_check_paths   (GStrv paths, GError **error);

gboolean  yonder_profile_read_sections (YonderProfile *self, JsonNode *root, GError **error);
gboolean  yonder_profile_read_rest     (YonderProfile *self, JsonNode *root, GError **error);

G_END_DECLS
