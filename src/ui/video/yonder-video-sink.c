/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-video-sink.h"

#include <glib/gi18n.h>

/* chosen: a picture that is later than this is not worth drawing any more; the sink's own 5 ms would drop most of them on a busy machine */
#define MAX_LATENESS_MS 80

static GQuark
paintable_quark (void)
{
  return g_quark_from_static_string ("yonder-video-sink-paintable");
}

static GstElement *
make_element (const char *factory, GError **error)
{
  GstElement *element = gst_element_factory_make (factory, NULL);

  if (element == NULL) {
    g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
                 _("Pictures cannot be shown: install the GStreamer plugin with %s."), factory);
    return NULL;
  }

  return gst_object_ref_sink (element);
}

/**
 * yonder_video_sink_new:
 * @is_live_view: TRUE for a view of one's own camera, drawn at once; FALSE for pictures that are to be drawn when their time has come
 * @error: return location for a `GST_CORE_ERROR`
 *
 * Makes a bin of videoconvert and gtk4paintablesink. Main thread, after gtk_init().
 *
 * Returns: (transfer floating) (nullable): the sink, or %NULL with `GST_CORE_ERROR_MISSING_PLUGIN`, the message naming what to install
 */
GstElement *
yonder_video_sink_new (gboolean is_live_view, GError **error)
{
  g_autoptr (GstElement) queue = NULL;
  g_autoptr (GstElement) convert = NULL;
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstPad) target = NULL;
  GdkPaintable *paintable = NULL;
  GstElement *bin;

  if ((queue = make_element ("queue", error)) == NULL ||
      (convert = make_element ("videoconvert", error)) == NULL ||
      (sink = make_element ("gtk4paintablesink", error)) == NULL)
    return NULL;

  /* Whatever feeds the sink must never wait for the drawing: the newest picture counts. */
  gst_util_set_object_arg (G_OBJECT (queue), "leaky", "downstream");
  g_object_set (queue, "max-size-buffers", 2, "max-size-bytes", 0, "max-size-time", (guint64) 0, "silent", TRUE, NULL);
  g_object_set (sink,
                "sync", !is_live_view,
                "max-lateness", (gint64) (MAX_LATENESS_MS * GST_MSECOND),
                "enable-last-sample", FALSE,
                NULL);
  g_object_get (sink, "paintable", &paintable, NULL);

  bin = gst_bin_new (is_live_view ? "self-view" : "remote-view");
  gst_bin_add_many (GST_BIN (bin), queue, convert, sink, NULL);
  gst_element_link_many (queue, convert, sink, NULL);
  target = gst_element_get_static_pad (queue, "sink");
  gst_element_add_pad (bin, gst_ghost_pad_new ("sink", target));
  g_object_set_qdata_full (G_OBJECT (bin), paintable_quark (), paintable, g_object_unref);
  return bin;
}

/**
 * yonder_video_sink_get_paintable:
 * @sink: what [func@Yonder.video_sink_new] made
 *
 * Returns: (transfer none) (nullable): what it draws into; without a size until the first picture has come
 */
GdkPaintable *
yonder_video_sink_get_paintable (GstElement *sink)
{
  return g_object_get_qdata (G_OBJECT (sink), paintable_quark ());
}
