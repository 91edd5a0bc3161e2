/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderMiniWindow - a call in a small window beside other work: the picture or the name of the other side, and few controls.
 *
 * It shows what its page shows, of whatever call that has. Closing it (by a key, a button, or a double click on the picture) ends no call;
 * what comes then is up to whoever opened it. The controls show below the pointer and to the keyboard. Thread: main context; owned by GTK
 * until it is closed.
 *
 * Properties: page (YonderCallPage, construct only), controls-visible.
 */

#pragma once

#include <adwaita.h>

#include "yonder-call-page.h"

G_BEGIN_DECLS

#define YONDER_TYPE_MINI_WINDOW (yonder_mini_window_get_type ())
G_DECLARE_FINAL_TYPE (YonderMiniWindow, yonder_mini_window, YONDER, MINI_WINDOW, GtkWindow)

YonderMiniWindow *yonder_mini_window_new (GtkApplication *application, YonderCallPage *page);

G_END_DECLS
