/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-video-sink.h"

#include <glib/gi18n.h>

#include "yonder-elements.h"
#include "yonder-fitted-paintable.h"

/* chosen: a picture that is later than this is not worth drawing any more; the sink's own 5 ms would drop most of them on a busy machine */
#define MAX_LATENESS_MS 80

static GstElement *
make_element (const char *factory, GError **error)
{
  GstElement *element = gst_element_factory_make (factory, NULL);

  if (element == NULL)
    g_set_error (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
                 _("Pictures cannot be shown: install the GStreamer plugin with %s."), factory);
  return element;
}

/* Another size is the scaler's affair: whoever sends the pictures, a device or the network, need not choose anew for it. */
static GstPadProbeReturn
drop_reconfigure (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  return GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_RECONFIGURE ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

/**
 * yonder_video_sink_new:
 * @is_live_view: TRUE for a view of one's own camera, drawn at once; FALSE for pictures that are to be drawn when their time has come
 * @paintable: (out) (transfer full): what it draws into; without a size until the first picture has come. It belongs to the main thread, and
 *   the sink may go in another
 * @error: return location for a `GST_CORE_ERROR`
 *
 * Makes a bin of scaler, converter and gtk4paintablesink. Main thread, after gtk_init().
 *
 * Returns: (transfer floating) (nullable): the sink, or %NULL with `GST_CORE_ERROR_MISSING_PLUGIN`, the message naming what to install
 */
GstElement *
yonder_video_sink_new (gboolean is_live_view, GdkPaintable **paintable, GError **error)
{
  static const char * const factories[] = { "queue", "videoscale", "videoconvert", "capsfilter", "gtk4paintablesink" };
  enum { QUEUE, SCALE, CONVERT, FILTER, SINK };
  g_autoptr (GstElement) bin = gst_object_ref_sink (gst_bin_new (is_live_view ? "self-view" : "remote-view"));
  GstElement *chain[G_N_ELEMENTS (factories)];
  g_autoptr (GstPad) target = NULL;
  g_autoptr (GstPad) entry = NULL;
  g_autoptr (GdkPaintable) picture = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (factories); i++) {
    chain[i] = make_element (factories[i], error);
    if (chain[i] == NULL)
      return NULL;
    gst_bin_add (GST_BIN (bin), chain[i]);
    if (i > 0)
      gst_element_link_pads_full (chain[i - 1], "src", chain[i], "sink", YONDER_LINK_UNCHECKED);
  }

  /* Whatever feeds the sink must never wait for the drawing: the newest picture counts. */
  gst_util_set_object_arg (G_OBJECT (chain[QUEUE]), "leaky", "downstream");
  g_object_set (chain[QUEUE], "max-size-buffers", 2, "max-size-bytes", 0, "max-size-time", (guint64) 0, "silent", TRUE, NULL);
  /* every pixel counts, however much smaller the picture gets; one that is rounded by a pixel needs no borders */
  gst_util_set_object_arg (G_OBJECT (chain[SCALE]), "method", "bilinear2");
  g_object_set (chain[SCALE], "add-borders", FALSE, NULL);
  g_object_set (chain[SINK],
                "sync", !is_live_view,
                "max-lateness", (gint64) (MAX_LATENESS_MS * GST_MSECOND),
                "enable-last-sample", FALSE,
                NULL);
  g_object_get (chain[SINK], "paintable", &picture, NULL);

  target = gst_element_get_static_pad (chain[QUEUE], "sink");
  gst_element_add_pad (bin, gst_ghost_pad_new ("sink", target));
  entry = gst_element_get_static_pad (chain[SCALE], "sink");
  gst_pad_add_probe (entry, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, drop_reconfigure, NULL, NULL);
  *paintable = yonder_fitted_paintable_new (picture, entry, chain[FILTER]);
  g_object_force_floating (G_OBJECT (bin));
  return g_steal_pointer (&bin);
}

/* Loads the sink's plug-in, for which the first call of a process would wait otherwise. Main thread. */
void
yonder_video_sink_preload (void)
{
  g_autoptr (GstPlugin) plugin = gst_plugin_load_by_name ("gtk4");

  if (plugin == NULL)
    g_message ("the plug-in for gtk4paintablesink is missing: pictures will not be shown");
}
