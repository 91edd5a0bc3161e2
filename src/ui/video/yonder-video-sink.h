/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A GStreamer sink that draws into a GdkPaintable: the only place where GStreamer and GTK meet.
 *
 * Takes system-memory video/x-raw of any format. Works without OpenGL too (GSK_RENDERER=cairo).
 */

#pragma once

#include <gdk/gdk.h>
#include <gst/gst.h>

G_BEGIN_DECLS

GstElement *yonder_video_sink_new     (gboolean is_live_view, GdkPaintable **paintable, GError **error);
void        yonder_video_sink_preload (void);

G_END_DECLS
