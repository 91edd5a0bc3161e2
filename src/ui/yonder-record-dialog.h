/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderRecordDialog - one call of the log with everything that is known of it, and what can be done next.
 *
 * Where the call is of this session its connection can be looked at. Thread: main context. */

#pragma once

#include <adwaita.h>

#include "yonder-call-history.h"
#include "yonder-call-log.h"

G_BEGIN_DECLS

#define YONDER_TYPE_RECORD_DIALOG (yonder_record_dialog_get_type ())
G_DECLARE_FINAL_TYPE (YonderRecordDialog, yonder_record_dialog, YONDER, RECORD_DIALOG, AdwDialog)

AdwDialog *yonder_record_dialog_new (YonderCallRecord *record, YonderCallLog *log, YonderCallHistory *history, gboolean can_call,
                                     GtkWidget *origin);

/* Removes a call from the log and offers, in the toasts around @widget, to take that back. */
void       yonder_record_delete     (YonderCallRecord *record, YonderCallLog *log, GtkWidget *widget);

G_END_DECLS
