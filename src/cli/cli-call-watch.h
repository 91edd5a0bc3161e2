/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderCliCallWatch - follows one call and prints what happens to it, hangs up when its time is over, and says how it went.
 *
 * Holds the call and its media. Thread: main. Signal: over (), when the call has ended and all was printed.
 */

#pragma once

#include "cli-output.h"
#include "yonder-call.h"
#include "yonder-clock.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CLI_CALL_WATCH (yonder_cli_call_watch_get_type ())
G_DECLARE_FINAL_TYPE (YonderCliCallWatch, yonder_cli_call_watch, YONDER, CLI_CALL_WATCH, GObject)

/* @duration_s: from the connection to hanging up, or 0 */
YonderCliCallWatch *yonder_cli_call_watch_new           (YonderCall *call, YonderCliOutput *output, YonderClock *clock, guint duration_s);
/* @text: (nullable): written once, as soon as the other side is there to read */
void                yonder_cli_call_watch_say           (YonderCliCallWatch *self, const char *text);
void                yonder_cli_call_watch_show_camera_after (YonderCliCallWatch *self, guint seconds);
YonderCall         *yonder_cli_call_watch_get_call      (YonderCliCallWatch *self);
gboolean            yonder_cli_call_watch_was_connected (YonderCliCallWatch *self);
/* Whether it was connected, and ended because somebody hung up. */
gboolean            yonder_cli_call_watch_went_well     (YonderCliCallWatch *self);

G_END_DECLS
