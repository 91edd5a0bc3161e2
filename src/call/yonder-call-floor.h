/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderCallFloor - who has the microphone, of all calls that share it, whatever accounts they are on.
 *
 * One call at most is not on hold: taking one up puts the others on hold (one that is not connected yet ends), and when it is over, the
 * one that was put on hold for it last goes on. A call that is answered without asking for that ends the one that goes on.
 * Shared by the managers whose calls it is about. Thread: main context.
 * Properties (notify): active-call (nullable): the one that has or will have the microphone; one on hold where there is no other.
 */

#pragma once

#include "yonder-call.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CALL_FLOOR (yonder_call_floor_get_type ())
G_DECLARE_FINAL_TYPE (YonderCallFloor, yonder_call_floor, YONDER, CALL_FLOOR, GObject)

YonderCallFloor *yonder_call_floor_new        (void);
void             yonder_call_floor_join       (YonderCallFloor *self, YonderCall *call);
void             yonder_call_floor_leave      (YonderCallFloor *self, YonderCall *call);
YonderCall      *yonder_call_floor_get_active (YonderCallFloor *self); /* (nullable) */
gboolean         yonder_call_floor_is_free    (YonderCallFloor *self);
void             yonder_call_floor_clear      (YonderCallFloor *self);
void             yonder_call_floor_yield_to   (YonderCallFloor *self, YonderCall *call);

/* Of some calls, in the order in which they came, the one that has or will have the microphone. */
YonderCall      *yonder_call_floor_find_active (GPtrArray *calls); /* (nullable) */

G_END_DECLS
