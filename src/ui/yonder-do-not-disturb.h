/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderDoNotDisturb - whether the user wants to be left alone, as far as the desktop tells anybody.
 *
 * There is no one way to learn that. Asked are GNOME's setting (show-banners of org.gnome.desktop.notifications, outside of a sandbox),
 * and the notification daemon on the session bus: the property Inhibited of org.freedesktop.Notifications (Plasma), and dunst's paused.
 * Where none of them tells, nobody is taken to want it. Thread: main context. Properties: is-active (notifies).
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define YONDER_TYPE_DO_NOT_DISTURB (yonder_do_not_disturb_get_type ())
G_DECLARE_FINAL_TYPE (YonderDoNotDisturb, yonder_do_not_disturb, YONDER, DO_NOT_DISTURB, GObject)

YonderDoNotDisturb *yonder_do_not_disturb_new       (GDBusConnection *bus);
gboolean            yonder_do_not_disturb_is_active (YonderDoNotDisturb *self);

G_END_DECLS
