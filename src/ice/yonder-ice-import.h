/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reads ICE servers out of what people have at hand: JSON of an RTCPeerConnection or a provider, lines of a .env file, bare
 * URLs. Pure; any thread. The text is not trusted: it is bounded in size, and nothing of it is logged.
 */

#pragma once

#include "yonder-ice-entry.h"

G_BEGIN_DECLS

typedef struct {
  GPtrArray *entries; /* (element-type YonderIceEntry) */
  GStrv      notes;   /* sentences about what was found and not taken */
} YonderIceImport;

YonderIceImport *yonder_ice_import_text (const char *text, gssize length, GError **error);
void             yonder_ice_import_free (YonderIceImport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderIceImport, yonder_ice_import_free)

G_END_DECLS
