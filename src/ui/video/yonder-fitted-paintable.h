/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderFittedPaintable - what a video sink draws, made as small as it is shown before GTK gets it.
 *
 * Without a graphics processor GTK converts and scales every picture in the main thread, which takes longer than there is from one picture to
 * the next. Where that is so a filter ahead of the sink asks for the size at which the picture was drawn last, and for the pixels
 * that GTK turns fastest into its own; elsewhere nothing is asked for. Sizes that this paintable tells are those of the picture as it came.
 *
 * Thread: main context.
 */

#pragma once

#include <gdk/gdk.h>
#include <gst/gst.h>

G_BEGIN_DECLS

#define YONDER_TYPE_FITTED_PAINTABLE (yonder_fitted_paintable_get_type ())
G_DECLARE_FINAL_TYPE (YonderFittedPaintable, yonder_fitted_paintable, YONDER, FITTED_PAINTABLE, GObject)

GdkPaintable *yonder_fitted_paintable_new        (GdkPaintable *picture, GstPad *entry, GstElement *filter);
gboolean      yonder_fitted_paintable_draw_whole (YonderFittedPaintable *self);

G_END_DECLS
