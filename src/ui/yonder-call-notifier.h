/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderCallNotifier - tells the desktop of calls that come in, with buttons to answer and decline, and of those that were missed.
 *
 * The buttons activate app.answer (s) and app.decline (s) with the call's id. Thread: main context.
 */

#pragma once

#include <gio/gio.h>

#include "yonder-call.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CALL_NOTIFIER (yonder_call_notifier_get_type ())
G_DECLARE_FINAL_TYPE (YonderCallNotifier, yonder_call_notifier, YONDER, CALL_NOTIFIER, GObject)

YonderCallNotifier *yonder_call_notifier_new    (GApplication *application);
void                yonder_call_notifier_follow (YonderCallNotifier *self, YonderCall *call);

G_END_DECLS
