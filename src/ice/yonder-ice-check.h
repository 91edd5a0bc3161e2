/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is wrong with an ICE server as somebody typed, pasted or imported it, in words: mistakes in the URL, and settings that
 * are known to be of no use. Pure functions; any thread.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  YONDER_ICE_FINDING_WARNING, /* can be kept, will hardly work */
  YONDER_ICE_FINDING_ERROR,   /* cannot be used at all */
} YonderIceSeverity;

typedef enum {
  YONDER_ICE_FIELD_URLS,
  YONDER_ICE_FIELD_USERNAME,
  YONDER_ICE_FIELD_CREDENTIAL,
} YonderIceField;

typedef struct {
  YonderIceSeverity severity;
  YonderIceField    field;
  char             *message; /* one or two sentences; hold no credential */
} YonderIceFinding;

void       yonder_ice_finding_free (YonderIceFinding *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderIceFinding, yonder_ice_finding_free)

GPtrArray *yonder_ice_check        (const char * const *urls, const char *username, const char *credential, gint64 now_s);
GStrv      yonder_ice_split_urls   (const char *text);

G_END_DECLS
