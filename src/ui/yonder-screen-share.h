/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderScreenShare - asks the user which screen or window the other side is to see, through the desktop's ScreenCast portal, and has the call
 * share it.
 *
 * The desktop's own dialog chooses, and its own sign tells what is shared; nothing is remembered for the next time. Sharing ends with what ends
 * first: the user's wish here or in the desktop, the stream, hold, the call. Thread: main context. Owned by the window of the call.
 *
 * Property (read-only, notifies): is-active (the user is being asked, or something is shared).
 * Signal: refused (): the desktop shares nothing; not where the user changed their mind.
 */

#pragma once

#include <gtk/gtk.h>

#include "yonder-call.h"

G_BEGIN_DECLS

#define YONDER_TYPE_SCREEN_SHARE (yonder_screen_share_get_type ())
G_DECLARE_FINAL_TYPE (YonderScreenShare, yonder_screen_share, YONDER, SCREEN_SHARE, GObject)

YonderScreenShare *yonder_screen_share_new       (void);
void               yonder_screen_share_set_call  (YonderScreenShare *self, YonderCall *call); /* (nullable) */
gboolean           yonder_screen_share_is_active (YonderScreenShare *self);
void               yonder_screen_share_start     (YonderScreenShare *self, GtkWindow *parent);
void               yonder_screen_share_stop      (YonderScreenShare *self);

G_END_DECLS
