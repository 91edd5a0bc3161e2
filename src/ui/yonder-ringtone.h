/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tones that Yonder makes itself: ringtones to choose from, and what is heard while the other side rings or somebody else calls.
 *
 * Each is a short score, rendered when it is needed (which takes some milliseconds), that ends in silence and is played in a loop. Pure functions.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Samples a second; one channel of signed 16 bits in the machine's order. */
#define YONDER_RINGTONE_RATE_HZ 48000
#define YONDER_RINGTONE_DEFAULT "bells"
/* What is no ringtone: heard during a call when somebody else calls, and while the other side rings. */
#define YONDER_RINGTONE_WAITING "waiting"
#define YONDER_RINGTONE_BACK "ringback"

const char * const *yonder_ringtone_get_names (void); /* those to choose from, NULL-terminated */
const char         *yonder_ringtone_get_title (const char *name); /* (nullable): for the user */
GBytes             *yonder_ringtone_render    (const char *name);

G_END_DECLS
