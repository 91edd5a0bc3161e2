/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderTonePlayer - plays one sound over and over, at an output and a volume of its own.
 *
 * Opening a device can block, so that the pipeline is made and started in a thread, and stopped in one. Thread: main context.
 * Signals: failed (GError *error): it cannot be heard, or not any more; nothing plays afterwards.
 */

#pragma once

#include <gio/gio.h>

#include "yonder-clock.h"

G_BEGIN_DECLS

#define YONDER_TYPE_TONE_PLAYER (yonder_tone_player_get_type ())
G_DECLARE_FINAL_TYPE (YonderTonePlayer, yonder_tone_player, YONDER, TONE_PLAYER, GObject)

YonderTonePlayer *yonder_tone_player_new       (YonderClock *clock);
void              yonder_tone_player_play_tone (YonderTonePlayer *self, const char *tone, const char * const *outputs, double volume);
void              yonder_tone_player_play_file (YonderTonePlayer *self, const char *uri, const char * const *outputs, double volume);
void              yonder_tone_player_set_volume (YonderTonePlayer *self, double volume);
void              yonder_tone_player_stop      (YonderTonePlayer *self);

G_END_DECLS
