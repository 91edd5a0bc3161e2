/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-screen-source.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <gst/video/video.h>
#include <unistd.h>

#include "yonder-elements.h"
#include "yonder-media-session.h"

/* chosen: what a screen is read at without a loupe, whichever way it stands, and what one core still encodes */
#define MAX_LONG_PX  1920
#define MAX_SHORT_PX 1080

/* A desktop sends a picture when something changes. Sent again as often as that, it becomes sharp, and whoever comes late sees it.
 * chosen: costs next to nothing, since the encoder finds nothing new, and is often enough that nobody takes it for a picture that froze */
#define KEEPALIVE_MS 150

/* Of the streaming thread. */
typedef struct {
  GstElement    *crop; /* borrowed: of the same bin */
  GstClockTime   next; /* when the next picture is due */
  GstVideoRectangle cropped;
} Gate;

/* The desktop may give a window as a part of a larger picture, whose place and size change with it. */
static void
follow_crop (Gate *gate, GstPad *pad, const GstVideoCropMeta *meta)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstVideoRectangle cropped = { 0, 0, 0, 0 };
  GstVideoInfo info;

  if (caps == NULL || !gst_video_info_from_caps (&info, caps))
    return;
  if (meta != NULL && meta->width > 0 && meta->height > 0 && meta->x + meta->width <= (guint) info.width &&
      meta->y + meta->height <= (guint) info.height)
    cropped = (GstVideoRectangle) { meta->x, meta->y, info.width - meta->x - meta->width, info.height - meta->y - meta->height };
  if (memcmp (&cropped, &gate->cropped, sizeof cropped) == 0)
    return;

  gate->cropped = cropped;
  g_object_set (gate->crop, "left", cropped.x, "top", cropped.y, "right", cropped.w, "bottom", cropped.h, NULL);
}

/* Streaming thread: what is too much goes before it costs anything. The last of a row is not lost, it comes again. */
static GstPadProbeReturn
on_picture (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Gate *gate = data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstClockTime interval = GST_SECOND / YONDER_SCREEN_FPS;
  GstClockTime time = GST_BUFFER_PTS (buffer);
  GstVideoCropMeta *meta;

  if (GST_CLOCK_TIME_IS_VALID (time)) {
    if (time + interval / 4 < gate->next && time + GST_SECOND > gate->next)
      return GST_PAD_PROBE_DROP;
    /* due at even intervals, unless pictures come slower than that anyway */
    gate->next = CLAMP (gate->next + interval, time + interval / 2, time + 2 * interval);
  }
  meta = gst_buffer_get_video_crop_meta (buffer);
  follow_crop (gate, pad, meta);
  if (meta != NULL) { /* it is cropped once */
    buffer = gst_buffer_make_writable (buffer);
    gst_buffer_remove_meta (buffer, (GstMeta *) gst_buffer_get_video_crop_meta (buffer));
    GST_PAD_PROBE_INFO_DATA (info) = buffer;
  }
  return GST_PAD_PROBE_OK;
}

/* Even numbers: the colour planes have half the size. */
static guint
scale (guint length_px, double factor)
{
  return MAX ((guint) (length_px * factor) & ~1u, 16);
}

/* Streaming thread: the size that is sent follows the one that comes. */
static GstPadProbeReturn
on_caps (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  g_autoptr (GstCaps) bounded = NULL;
  GstVideoInfo video;
  GstCaps *caps;
  double factor;

  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;
  gst_event_parse_caps (event, &caps);
  if (!gst_video_info_from_caps (&video, caps))
    return GST_PAD_PROBE_OK;

  factor = MIN ((double) MAX_LONG_PX / MAX (video.width, video.height), (double) MAX_SHORT_PX / MIN (video.width, video.height));
  factor = MIN (factor, 1.0);
  bounded = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "I420", "width", G_TYPE_INT, scale (video.width, factor),
                                 "height", G_TYPE_INT, scale (video.height, factor), "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);
  g_object_set (data, "caps", bounded, NULL);
  return GST_PAD_PROBE_OK;
}

/* A stream is connected once: for another choice of the format it would be connected anew, and every other size asks for one. */
static GstPadProbeReturn
drop_reconfigure (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  return GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_RECONFIGURE ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

/* Streaming thread. A stream that ends has nothing to show any more; the call goes on. */
static GstPadProbeReturn
on_end (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstElement *bin = data;

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_EOS)
    return GST_PAD_PROBE_OK;
  GST_ELEMENT_ERROR (bin, RESOURCE, NOT_FOUND, ("The screen is shared no more"), (NULL));
  return GST_PAD_PROBE_DROP;
}

/* Returns: (transfer floating) (nullable): the bin, or %NULL with a [error@Yonder.MediaError] */
GstElement *
yonder_screen_source_new (GstElement *device, GError **error)
{
  g_autoptr (GstElement) held = gst_object_ref_sink (device);
  g_autoptr (GstPad) entry = NULL;
  g_autoptr (GstPad) crop_pad = NULL;
  g_autoptr (GstPad) scale_pad = NULL;
  g_autoptr (GstPad) last = NULL;
  GstElement *bin;
  GstPad *src;
  Gate *gate;

  bin = yonder_bin_parse (NULL, "capsfilter name=entry caps=video/x-raw ! videocrop name=crop "
                          "! queue leaky=downstream max-size-buffers=2 max-size-bytes=0 max-size-time=0 "
                          "! videoconvertscale name=scale add-borders=true ! capsfilter name=size caps=video/x-raw,format=I420", FALSE, error);
  if (bin == NULL)
    return NULL;

  gst_bin_add (GST_BIN (bin), device);
  if (!gst_element_link (device, yonder_bin_get (bin, "entry"))) {
    g_set_error (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FAILED, "The screen gives nothing that can be sent");
    gst_object_unref (bin);
    return NULL;
  }

  gate = g_new0 (Gate, 1);
  gate->crop = yonder_bin_get (bin, "crop");
  entry = gst_element_get_static_pad (yonder_bin_get (bin, "entry"), "sink");
  gst_pad_add_probe (entry, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, drop_reconfigure, NULL, NULL);
  crop_pad = gst_element_get_static_pad (gate->crop, "sink");
  gst_pad_add_probe (crop_pad, GST_PAD_PROBE_TYPE_BUFFER, on_picture, gate, g_free);
  scale_pad = gst_element_get_static_pad (yonder_bin_get (bin, "scale"), "sink");
  gst_pad_add_probe (scale_pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_caps, yonder_bin_get (bin, "size"), NULL);

  last = gst_element_get_static_pad (yonder_bin_get (bin, "size"), "src");
  src = gst_ghost_pad_new ("src", last);
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_end, bin, NULL);
  gst_element_add_pad (bin, src);
  return bin;
}

/* --- Opening --- */

typedef struct {
  int   remote;
  guint node_id;
} Stream;

static void
stream_free (gpointer data)
{
  Stream *self = data;

  g_clear_fd (&self->remote, NULL);
  g_free (self);
}

static void
close_remote (gpointer data)
{
  close (GPOINTER_TO_INT (data));
}

static void
stop_and_unref (gpointer data)
{
  gst_element_set_state (data, GST_STATE_NULL);
  gst_object_unref (data);
}

/* In a thread: it talks with PipeWire, which may let one wait. */
static void
open_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Stream *stream = data;
  g_autofree char *path = g_strdup_printf ("%u", stream->node_id);
  g_autoptr (GstStructure) properties = NULL;
  GError *error = NULL;
  GstElement *device = NULL;
  GstElement *bin;

  /* without one it would connect to whatever PipeWire there is */
  if (stream->remote < 0)
    g_set_error (&error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FAILED, "There is no connection to PipeWire");
  else
    device = yonder_element_make ("pipewiresrc", &error);
  if (device == NULL) {
    g_task_return_error (task, error);
    return;
  }

  /* A stream whose screen is gone must not be given the next best camera. */
  properties = gst_structure_new ("props", "media.role", G_TYPE_STRING, "Screen", "node.dont-reconnect", G_TYPE_STRING, "true", NULL);
  /* always-copy: what is lent goes with the stream, while the encoder may still read it */
  g_object_set (device, "fd", stream->remote, "path", path, "stream-properties", properties, "keepalive-time", KEEPALIVE_MS,
                "always-copy", TRUE, "do-timestamp", TRUE, NULL);
  bin = yonder_screen_source_new (device, &error);
  if (bin == NULL) {
    g_task_return_error (task, error);
    return;
  }

  gst_object_ref_sink (bin);
  /* PipeWire's connections are known by the number of their descriptor: it must not be another's before this one is closed */
  g_object_set_data_full (G_OBJECT (bin), "yonder-remote", GINT_TO_POINTER (g_steal_fd (&stream->remote)), close_remote);
  if (gst_element_set_state (bin, GST_STATE_READY) == GST_STATE_CHANGE_FAILURE) {
    stop_and_unref (bin);
    g_task_return_new_error (task, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FAILED, "PipeWire does not give the picture of the screen");
    return;
  }
  g_task_return_pointer (task, bin, stop_and_unref);
}

/**
 * yonder_screen_open_async:
 * @remote: a connection to PipeWire, as from a portal; a copy of the descriptor is kept
 * @node_id: the number of the stream there
 * @cancellable: answered at once, though the thread may go on for a while
 * @callback: called with the result
 * @user_data: for @callback
 */
void
yonder_screen_open_async (int remote, guint node_id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Stream *stream = g_new (Stream, 1);

  *stream = (Stream) { fcntl (remote, F_DUPFD_CLOEXEC, 3), node_id };
  g_task_set_source_tag (task, yonder_screen_open_async);
  g_task_set_task_data (task, stream, stream_free);
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, open_in_thread);
}

/* Returns: (transfer full) (nullable): a source bin in READY, to be stopped in the end, or %NULL with a [error@Yonder.MediaError] or
 * %G_IO_ERROR_CANCELLED */
GstElement *
yonder_screen_open_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
