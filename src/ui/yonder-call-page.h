/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderCallPage - a call that is going on: the remote picture, the self view, who it is and for how long, and the controls.
 *
 * The controls go away while nothing moves and come back with the pointer, a key or a touch. The actions call.* are the window's.
 * Thread: main context.
 *
 * Properties: call (YonderCall, nullable), compact (a narrow window), is-full-screen, fill-window; read-only: controls-visible,
 * shows-picture (there is a remote one, and the other side's camera is on), remote-picture and self-picture (GdkPaintable, nullable).
 */

#pragma once

#include <adwaita.h>

#include "yonder-call.h"
#include "yonder-clock.h"
#include "yonder-devices.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CALL_PAGE (yonder_call_page_get_type ())
G_DECLARE_FINAL_TYPE (YonderCallPage, yonder_call_page, YONDER, CALL_PAGE, AdwBin)

void yonder_call_page_set_up        (YonderCallPage *self, YonderClock *clock, GSettings *settings, YonderDevices *devices);
void yonder_call_page_show_controls (YonderCallPage *self);
void yonder_call_page_set_share_refused (YonderCallPage *self, gboolean is_refused);
GdkPaintable *yonder_call_page_get_picture (YonderCallPage *self); /* (transfer none) (nullable): what is shown of the other side */

G_END_DECLS
