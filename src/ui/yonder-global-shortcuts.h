/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderGlobalShortcuts - a key that mutes whichever window is in front, by the portal org.freedesktop.portal.GlobalShortcuts.
 *
 * Follows the setting global-mute: while it is on and a portal runs, the shortcut is bound; the first time the desktop asks the user which
 * keys. What is refused, or taken away, turns the setting off again and stands in `problem`. A portal that goes takes the shortcut along;
 * one that comes is asked again. Without one nothing happens. Thread: main context; owned by the application.
 *
 * Properties (notify): is-available (there is such a portal), can-change (the desktop shows where keys are chosen), trigger (nullable: the
 * keys, in the desktop's words; empty where it says none), problem (nullable: one sentence for the user).
 * Signals: mute (): the keys were pressed.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define YONDER_TYPE_GLOBAL_SHORTCUTS (yonder_global_shortcuts_get_type ())
G_DECLARE_FINAL_TYPE (YonderGlobalShortcuts, yonder_global_shortcuts, YONDER, GLOBAL_SHORTCUTS, GObject)

YonderGlobalShortcuts *yonder_global_shortcuts_new          (GDBusConnection *bus, GSettings *settings); /* @bus: (nullable) */
gboolean               yonder_global_shortcuts_is_available (YonderGlobalShortcuts *self);
gboolean               yonder_global_shortcuts_can_change   (YonderGlobalShortcuts *self);
const char            *yonder_global_shortcuts_get_trigger  (YonderGlobalShortcuts *self); /* (nullable) */
const char            *yonder_global_shortcuts_get_problem  (YonderGlobalShortcuts *self); /* (nullable) */
void                   yonder_global_shortcuts_change       (YonderGlobalShortcuts *self);

G_END_DECLS
