/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderCallAttendant - has the rest of the desktop do what calls ask for, whether they have a window or not: it rings, other players
 * pause, the computer stays awake.
 *
 * Follows every call of every line. Thread: main context.
 * Signals: changed (): another call rings or goes on, or the microphone was muted.
 */

#pragma once

#include "yonder-line.h"
#include "yonder-players.h"
#include "yonder-ringer.h"
#include "yonder-wakefulness.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CALL_ATTENDANT (yonder_call_attendant_get_type ())
G_DECLARE_FINAL_TYPE (YonderCallAttendant, yonder_call_attendant, YONDER, CALL_ATTENDANT, GObject)

YonderCallAttendant *yonder_call_attendant_new         (YonderRinger *ringer, YonderPlayers *players, YonderWakefulness *wakefulness,
                                                        YonderCallFloor *floor, GSettings *settings);
void                 yonder_call_attendant_set_lines   (YonderCallAttendant *self, GListModel *lines);
YonderCall          *yonder_call_attendant_get_ringing (YonderCallAttendant *self); /* (nullable) */
YonderCall          *yonder_call_attendant_get_active  (YonderCallAttendant *self); /* (nullable) */

G_END_DECLS
