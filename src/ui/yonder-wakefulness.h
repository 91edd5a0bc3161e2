/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderWakefulness - keeps the computer from sleeping, and its screen from being locked, while somebody talks.
 *
 * Asks the Inhibit portal, and where there is none the desktop's screen saver (org.freedesktop.ScreenSaver), which keeps the computer
 * from sleeping for want of input as well. GTK's own way waits for the answer on the main loop. Thread: main context.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define YONDER_TYPE_WAKEFULNESS (yonder_wakefulness_get_type ())
G_DECLARE_FINAL_TYPE (YonderWakefulness, yonder_wakefulness, YONDER, WAKEFULNESS, GObject)

YonderWakefulness *yonder_wakefulness_new (GDBusConnection *bus);
void               yonder_wakefulness_set (YonderWakefulness *self, gboolean is_wanted);

G_END_DECLS
