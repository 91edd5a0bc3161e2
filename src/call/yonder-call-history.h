/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderCallHistory - the last calls, to be looked at: a GListModel of YonderCallInspection, newest first, of the running session.
 *
 * Takes in every call of the managers that it follows, as soon as it is dialled or comes in. Thread: main context. Owned by whoever
 * builds the object graph; a manager may go, its calls stay.
 */

#pragma once

#include "yonder-call-manager.h"
#include "yonder-call-record.h"

G_BEGIN_DECLS

#define YONDER_CALL_HISTORY_LENGTH 20

#define YONDER_TYPE_CALL_HISTORY (yonder_call_history_get_type ())
G_DECLARE_FINAL_TYPE (YonderCallHistory, yonder_call_history, YONDER, CALL_HISTORY, GObject)

YonderCallHistory *yonder_call_history_new    (void);
void               yonder_call_history_follow (YonderCallHistory *self, YonderCallManager *manager);
YonderCallInspection *yonder_call_history_find  (YonderCallHistory *self, YonderCallRecord *record); /* (nullable) */
void               yonder_call_history_clear  (YonderCallHistory *self);

G_END_DECLS
