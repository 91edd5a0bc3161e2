/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderBackground - lets Yonder go on without a window, so that calls arrive: keeps the application alive, asks the desktop for leave,
 * and starts Yonder at login where the user wants that.
 *
 * In a sandbox both are asked of the Background portal. Outside of one nobody has to be asked, and the portal knows a program by no name
 * there: Yonder writes its own entry below the user's autostart folder. What is refused turns its setting off again. Thread: main context.
 * Properties: problem (nullable, notifies): one sentence for the user, when the desktop refused.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define YONDER_TYPE_BACKGROUND (yonder_background_get_type ())
G_DECLARE_FINAL_TYPE (YonderBackground, yonder_background, YONDER, BACKGROUND, GObject)

YonderBackground *yonder_background_new          (GApplication *application, GSettings *settings);
void              yonder_background_set_reachable (YonderBackground *self, gboolean is_reachable);
gboolean          yonder_background_is_kept      (YonderBackground *self);
void              yonder_background_close        (YonderBackground *self);

G_END_DECLS
