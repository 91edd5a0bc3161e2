/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderManualClock - a clock that stands still until the test turns it.
 *
 * Timers run inside yonder_manual_clock_advance(), in the order in which they fall due (those due together in the order in which they
 * were added), each at its own time: a timer that a timer adds runs in the same turn if it falls due in it. Thread: one.
 */

#pragma once

#include "yonder-clock.h"

G_BEGIN_DECLS

#define YONDER_TYPE_MANUAL_CLOCK (yonder_manual_clock_get_type ())
G_DECLARE_FINAL_TYPE (YonderManualClock, yonder_manual_clock, YONDER, MANUAL_CLOCK, YonderClock)

YonderManualClock *yonder_manual_clock_new          (void);
void               yonder_manual_clock_advance      (YonderManualClock *self, guint ms);
void               yonder_manual_clock_suspend      (YonderManualClock *self, guint ms);
guint              yonder_manual_clock_count_timers (YonderManualClock *self);
gint64             yonder_manual_clock_next_ms      (YonderManualClock *self);

G_END_DECLS
