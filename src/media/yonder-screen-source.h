/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a desktop hands out of a screen or a window, as a source of pictures.
 *
 * A bin as those of yonder-media-source.h, but for the size of its pictures, which is that of the screen within bounds and changes with it, and
 * for their rate, which is low: on a screen every letter counts, and little moves. What goes, as the stream of a window that is closed, is an
 * error on the bus. Any thread, but for what says otherwise.
 */

#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

G_BEGIN_DECLS

/* chosen: text can be followed while it is scrolled */
#define YONDER_SCREEN_FPS 15

/* @device: (transfer floating): an element with one source pad that gives raw pictures */
GstElement *yonder_screen_source_new   (GstElement *device, GError **error);

/* Main context. Opens a stream of PipeWire without waiting for it. */
void        yonder_screen_open_async   (int remote, guint node_id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GstElement *yonder_screen_open_finish  (GAsyncResult *result, GError **error);

G_END_DECLS
