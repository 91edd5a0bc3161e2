/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderRinger - makes a call heard: ringing while it comes in, the ringing tone while the other side's rings.
 *
 * Follows the state of the call it is given. The sounds are those of the desktop's sound theme; without a sound card it stays silent.
 * Thread: main context.
 */

#pragma once

#include "yonder-call.h"
#include "yonder-clock.h"

G_BEGIN_DECLS

#define YONDER_TYPE_RINGER (yonder_ringer_get_type ())
G_DECLARE_FINAL_TYPE (YonderRinger, yonder_ringer, YONDER, RINGER, GObject)

YonderRinger *yonder_ringer_new      (YonderClock *clock);
void          yonder_ringer_set_call (YonderRinger *self, YonderCall *call);

G_END_DECLS
