/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A meeting room in the browser, as a way out where two people cannot be connected: both sides of a call find the same one.
 *
 * Pure functions on any thread.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *yonder_meeting_dup_uri (const char *base, const char *call_id); /* (nullable) */

G_END_DECLS
