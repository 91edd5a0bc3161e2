/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderCallNotifier - tells the desktop of calls that come in, with buttons to accept and decline, of those that were missed, and of
 * what somebody who sees no window should know.
 *
 * The buttons activate app.answer (s) and app.decline (s) with the call's id, and app.call-back (sss) with the account, the person's id and the kind
 * of call; they work without a window, and where the desktop starts programs over D-Bus without a running Yonder. Thread: main context.
 */

#pragma once

#include <gio/gio.h>

#include "yonder-call.h"
#include "yonder-clock.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CALL_NOTIFIER (yonder_call_notifier_get_type ())
G_DECLARE_FINAL_TYPE (YonderCallNotifier, yonder_call_notifier, YONDER, CALL_NOTIFIER, GObject)

YonderCallNotifier *yonder_call_notifier_new                (GApplication *application, GSettings *settings, YonderClock *clock);
void                yonder_call_notifier_follow             (YonderCallNotifier *self, YonderCall *call);
void                yonder_call_notifier_tell_of_background (YonderCallNotifier *self);
void                yonder_call_notifier_tell_of_sign_out   (YonderCallNotifier *self, const char *sentence);

G_END_DECLS
