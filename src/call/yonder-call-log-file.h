/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderCallLogFile - records in an SQLite database, one job after the other on a thread of its own.
 *
 * Private to this room. Thread: main context. What was asked for is done in that order, and all of it before the last reference is gone.
 * Signals: failed (GError *error): something could not be written; the message is for the user.
 */

#pragma once

#include "yonder-call-record-private.h"

G_BEGIN_DECLS

/* Older records go when there are more. */
#define YONDER_CALL_LOG_MAX_RECORDS 10000

typedef enum {
  YONDER_CALL_LOG_ERROR_FAILED, /* the disk or the database does not work */
  YONDER_CALL_LOG_ERROR_NEWER,  /* a newer Yonder made the file */
} YonderCallLogError;

#define YONDER_CALL_LOG_ERROR (yonder_call_log_error_quark ())
GQuark yonder_call_log_error_quark (void);

#define YONDER_TYPE_CALL_LOG_FILE (yonder_call_log_file_get_type ())
G_DECLARE_FINAL_TYPE (YonderCallLogFile, yonder_call_log_file, YONDER, CALL_LOG_FILE, GObject)

YonderCallLogFile *yonder_call_log_file_new (const char *path);

void       yonder_call_log_file_load_async  (YonderCallLogFile *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *yonder_call_log_file_load_finish (YonderCallLogFile *self, GAsyncResult *result, GError **error);
void       yonder_call_log_file_add         (YonderCallLogFile *self, YonderCallRecord *record);
void       yonder_call_log_file_remove      (YonderCallLogFile *self, YonderCallRecord *record);
void       yonder_call_log_file_see_all     (YonderCallLogFile *self);
void       yonder_call_log_file_clear       (YonderCallLogFile *self);

G_END_DECLS
