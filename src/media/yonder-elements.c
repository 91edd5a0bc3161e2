/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-elements.h"

#include <gst/video/video.h>

#include "yonder-ice-farewell.h"
#include "yonder-media-session.h"

struct _YonderTeardown {
  GThreadPool *threads;
};

static void
report_missing (GError **error, const char *element)
{
  g_set_error (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_MISSING_PLUGIN,
               "The GStreamer element “%s” is not installed; install the GStreamer plug-ins that Yonder needs", element);
}

/**
 * yonder_bin_parse:
 * @name: (nullable): the name of the bin
 * @description: in the language of gst-launch-1.0
 * @ghost_unlinked_pads: whether the first unlinked sink and source pad become pads of the bin
 * @error: return location for a [error@Yonder.MediaError]
 *
 * Makes a bin. Any thread.
 *
 * Returns: (transfer floating) (nullable): the bin, or %NULL with %YONDER_MEDIA_ERROR_MISSING_PLUGIN or %YONDER_MEDIA_ERROR_FAILED
 */
GstElement *
yonder_bin_parse (const char *name, const char *description, gboolean ghost_unlinked_pads, GError **error)
{
  g_autoptr (GstParseContext) context = gst_parse_context_new ();
  g_autoptr (GError) parse_error = NULL;
  GstElement *bin;

  bin = gst_parse_bin_from_description_full (description, ghost_unlinked_pads, context, GST_PARSE_FLAG_FATAL_ERRORS, &parse_error);
  if (bin == NULL || parse_error != NULL) {
    g_auto (GStrv) missing = gst_parse_context_get_missing_elements (context);

    g_clear_object (&bin);
    if (missing != NULL && missing[0] != NULL)
      report_missing (error, missing[0]);
    else
      g_set_error (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FAILED, "A part of the media pipeline could not be made: %s",
                   parse_error != NULL ? parse_error->message : "unknown reason");
    return NULL;
  }

  if (name != NULL)
    gst_object_set_name (GST_OBJECT (bin), name);
  return bin;
}

/* Returns: (transfer none): the element of that name, which must be there; the bin keeps it alive */
GstElement *
yonder_bin_get (GstElement *bin, const char *name)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (bin), name);

  g_assert (element != NULL);
  return element;
}

/* Returns: (transfer floating) (nullable): the element, or %NULL with %YONDER_MEDIA_ERROR_MISSING_PLUGIN. Any thread. */
GstElement *
yonder_element_make (const char *factory, GError **error)
{
  GstElement *element = gst_element_factory_make (factory, NULL);

  if (element == NULL)
    report_missing (error, factory);
  return element;
}

static void
set_if_there (GstElement *sink, const char *property, gint64 number)
{
  GParamSpec *spec = g_object_class_find_property (G_OBJECT_GET_CLASS (sink), property);
  g_auto (GValue) value = G_VALUE_INIT;
  g_auto (GValue) wanted = G_VALUE_INIT;

  if (spec == NULL)
    return;

  g_value_init (&wanted, G_TYPE_INT64);
  g_value_set_int64 (&wanted, number);
  g_value_init (&value, spec->value_type);
  if (spec->value_type == G_TYPE_BOOLEAN)
    g_value_set_boolean (&value, number != 0);
  else if (!g_value_transform (&wanted, &value))
    return;
  g_object_set_property (G_OBJECT (sink), property, &value);
}

typedef struct {
  gboolean sync;
  gint64   offset_ns;
} SinkTiming;

static void
configure_sink (const GValue *item, gpointer user_data)
{
  const SinkTiming *timing = user_data;
  GstElement *sink = g_value_get_object (item);

  set_if_there (sink, "async", FALSE);
  set_if_there (sink, "sync", timing->sync);
  /* a late picture is better than none; and basesink asks for 20 ms for itself, which would delay everything that is played */
  set_if_there (sink, "max-lateness", -1);
  set_if_there (sink, "qos", FALSE);
  set_if_there (sink, "processing-deadline", 0);
}

static void
offset_sink (const GValue *item, gpointer user_data)
{
  const SinkTiming *timing = user_data;

  set_if_there (g_value_get_object (item), "ts-offset", timing->offset_ns);
}

static void
for_each_sink (GstElement *sink, GstIteratorForeachFunction function, SinkTiming *timing)
{
  if (GST_IS_BIN (sink)) {
    g_autoptr (GstIterator) sinks = gst_bin_iterate_sinks (GST_BIN (sink));

    while (gst_iterator_foreach (sinks, function, timing) == GST_ITERATOR_RESYNC)
      gst_iterator_resync (sinks);
  } else {
    g_auto (GValue) item = G_VALUE_INIT;

    g_value_init (&item, GST_TYPE_ELEMENT);
    g_value_set_object (&item, sink);
    function (&item, timing);
  }
}

/**
 * yonder_sink_configure:
 * @sink: a sink, or a bin that has some
 * @sync: whether pictures or samples wait for their time
 *
 * Fits a sink of the caller into a live pipeline: it needs no data to start with and adds no delay.
 */
void
yonder_sink_configure (GstElement *sink, gboolean sync)
{
  SinkTiming timing = { .sync = sync };

  for_each_sink (sink, configure_sink, &timing);
}

/* What is shown is shown by so much later than its time and the latency of the pipeline say; negative: earlier. */
void
yonder_sink_set_offset (GstElement *sink, gint64 offset_ns)
{
  SinkTiming timing = { .offset_ns = offset_ns };

  for_each_sink (sink, offset_sink, &timing);
}

/* Asks whatever makes what comes out of @pad for a picture that stands alone: our encoder, or the peer (as a FIR). Any thread. */
void
yonder_request_keyframe (GstPad *pad)
{
  gst_pad_send_event (pad, gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, TRUE, 0));
}

static void
shut_sink (const GValue *item, gpointer user_data)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (g_value_get_object (item), "sink");

  gst_pad_set_active (sink, FALSE);
}

/* Nothing may come over SCTP while it stops: sctpdec of GStreamer 1.26 would start the task of a new stream's pad after it has taken the pad out,
 * and the task reads the pad's parent (gst_sctp_data_srcpad_loop()). */
static void
shut_associations (GstBin *bin)
{
  g_autoptr (GstIterator) decoders = gst_bin_iterate_all_by_element_factory_name (bin, "sctpdec");

  while (gst_iterator_foreach (decoders, shut_sink, NULL) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (decoders);
}

static void
stop_element (gpointer data, gpointer user_data)
{
  GstElement *element = data;
  g_autoptr (GstObject) parent = NULL;

  if (GST_IS_BIN (element))
    shut_associations (GST_BIN (element));
  gst_element_set_state (element, GST_STATE_NULL);
  if (GST_IS_BIN (element))
    yonder_ice_farewell (GST_BIN (element));
  parent = gst_object_get_parent (GST_OBJECT (element));
  if (parent != NULL)
    gst_bin_remove (GST_BIN (parent), element);
  gst_object_unref (element);
}

YonderTeardown *
yonder_teardown_new (void)
{
  YonderTeardown *self = g_new0 (YonderTeardown, 1);

  self->threads = g_thread_pool_new (stop_element, NULL, 2, FALSE, NULL);
  return self;
}

/**
 * yonder_teardown_drop:
 * @self: a teardown
 * @element: (transfer full): a pipeline, or an element that is linked to nothing any more
 *
 * Stops @element in a thread, takes it out of the bin that it may be in, and frees it. Nobody may touch it any more. (It has to stop before
 * it leaves its pipeline, with which its clock goes: rtpbin does not take that well.)
 */
void
yonder_teardown_drop (YonderTeardown *self, GstElement *element)
{
  gst_element_set_locked_state (element, TRUE);
  g_thread_pool_push (self->threads, element, NULL);
}

/* Waits until everything has stopped. */
void
yonder_teardown_free (YonderTeardown *self)
{
  g_thread_pool_free (self->threads, FALSE, TRUE);
  g_free (self);
}
