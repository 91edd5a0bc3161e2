/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the list of ICE servers looks like as text: in its file, with switches and ids, and exported, as an RTCConfiguration.
 * Credentials are in neither. Pure: no file is touched here. */

#pragma once

#include "yonder-ice-entry.h"

G_BEGIN_DECLS

char      *yonder_ice_server_text_print (GPtrArray *entries, gboolean relay_only, gboolean with_state);
GPtrArray *yonder_ice_server_text_parse (const char *text, gboolean *relay_only, GError **error);

G_END_DECLS
