/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Meeting rooms in the browser, as a way out where two people cannot be connected.
 *
 * Pure functions on any thread.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char    *yonder_meeting_dup_room  (const char *base); /* (nullable) */
gboolean yonder_meeting_is_room   (const char *uri);
char    *yonder_meeting_dup_place (const char *uri);

G_END_DECLS
