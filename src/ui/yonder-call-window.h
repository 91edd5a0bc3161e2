/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderCallWindow - one call, from ringing to the reason why it ended; then perhaps the next one with the same person.
 *
 * Closing it hangs up. Thread: main context; owned by GTK until it is closed.
 */

#pragma once

#include <adwaita.h>

#include "yonder-devices.h"
#include "yonder-line.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CALL_WINDOW (yonder_call_window_get_type ())
G_DECLARE_FINAL_TYPE (YonderCallWindow, yonder_call_window, YONDER, CALL_WINDOW, AdwWindow)

YonderCallWindow *yonder_call_window_new      (YonderClock *clock, GSettings *settings, YonderDevices *devices);
void              yonder_call_window_begin    (YonderCallWindow *self, GtkApplication *application, YonderLine *line, YonderCall *call);
YonderCall       *yonder_call_window_get_call (YonderCallWindow *self);

G_END_DECLS
