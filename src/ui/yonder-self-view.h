/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderSelfView - one's own picture in a corner of the call, to be dragged to another one.
 *
 * Goes into a GtkOverlay. Properties: paintable (GdkPaintable, nullable), camera-off, is-screen (of a screen, which is shown as it is),
 * compact (a narrow window).
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define YONDER_TYPE_SELF_VIEW (yonder_self_view_get_type ())
G_DECLARE_FINAL_TYPE (YonderSelfView, yonder_self_view, YONDER, SELF_VIEW, AdwBin)

void yonder_self_view_next_corner (YonderSelfView *self);

G_END_DECLS
