/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What GTK draws the windows with. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void yonder_renderer_choose (void);
void yonder_renderer_spare  (GdkDisplay *display);

G_END_DECLS
