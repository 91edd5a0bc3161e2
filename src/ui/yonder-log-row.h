/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderLogRow - one call of the log: with whom, when, how it went, and a button to call back.
 *
 * Thread: main context. */

#pragma once

#include <gtk/gtk.h>

#include "yonder-call-record.h"
#include "yonder-contact.h"

G_BEGIN_DECLS

#define YONDER_TYPE_LOG_ROW (yonder_log_row_get_type ())
G_DECLARE_FINAL_TYPE (YonderLogRow, yonder_log_row, YONDER, LOG_ROW, GtkBox)

void              yonder_log_row_set_record (YonderLogRow *self, YonderCallRecord *record, YonderContact *contact, gboolean can_call);
YonderCallRecord *yonder_log_row_get_record (YonderLogRow *self); /* (nullable) */

G_END_DECLS
