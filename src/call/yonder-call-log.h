/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderCallLog - every call that is over, kept from start to start: a GListModel of YonderCallRecord, newest first.
 *
 * What is in the model is what people see; the file follows it in the background, and where that cannot be written the calls of this
 * session stay in the model. Thread: main context. Owned by whoever builds the object graph.
 * Properties (notify): n-missed: missed calls that nobody has seen; problem (nullable): why the log is not kept, for the user.
 */

#pragma once

#include "yonder-call-manager.h"
#include "yonder-call-record.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CALL_LOG (yonder_call_log_get_type ())
G_DECLARE_FINAL_TYPE (YonderCallLog, yonder_call_log, YONDER, CALL_LOG, GObject)

YonderCallLog *yonder_call_log_new         (const char *path);
void           yonder_call_log_follow      (YonderCallLog *self, YonderCallManager *manager, const char *account);
guint          yonder_call_log_get_n_missed (YonderCallLog *self);
const char    *yonder_call_log_get_problem (YonderCallLog *self); /* (nullable) */
void           yonder_call_log_see_all     (YonderCallLog *self);
void           yonder_call_log_remove      (YonderCallLog *self, YonderCallRecord *record);
void           yonder_call_log_restore     (YonderCallLog *self, YonderCallRecord *record);
const char    *yonder_call_log_find_name   (YonderCallLog *self, const char *account, const char *peer_id); /* (nullable) */
void           yonder_call_log_clear       (YonderCallLog *self);
char          *yonder_call_log_to_csv      (YonderCallLog *self);

G_END_DECLS
