/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-video-capture.h"

#include <gst/video/video.h>

#include "yonder-elements.h"
#include "yonder-frame-meter.h"
#include "yonder-source-slot.h"
#include "yonder-timecode.h"
#include "yonder-video-ladder.h"

/* Lets through no more than so many pictures a second. videorate would do it but for an assertion that a stream without durations fails. */
typedef struct {
  gint         fps;  /* atomic; set on the main context */
  GstClockTime next; /* of the streaming thread: when the next one is due */
} Limiter;

struct _YonderVideoCapture {
  GObject parent_instance;

  /* owned */
  GstElement       *bin;    /* in the pipeline */
  YonderSourceSlot  slot;

  Limiter          *limiter;

  /* borrowed: of the bin */
  GstElement       *size_filter;
  GstElement       *encoder;
  GstElement       *encoded;
  YonderFrameMeter *meter;   /* of encoded frames; of the encoder's pad */

  YonderVideoSize   full;
  YonderVideoSize   size;
  guint             bitrate_bps;
};

G_DEFINE_FINAL_TYPE (YonderVideoCapture, yonder_video_capture, G_TYPE_OBJECT)

/* Real time, constant bitrate, a buffer of about half a second, key frames on request alone. cpu-used and threads: measured, this costs
 * two thirds of cpu-used=6 threads=2. max-intra-bitrate keeps a key frame to 3 times a mean frame's share times 3. */
#define ENCODER \
  "vp8enc name=encoder deadline=1 cpu-used=8 threads=1 end-usage=cbr keyframe-mode=auto keyframe-max-dist=3000 lag-in-frames=0 " \
  "error-resilient=default buffer-size=600 buffer-initial-size=300 buffer-optimal-size=400 undershoot=100 overshoot=15 " \
  "min-quantizer=4 max-quantizer=56 static-threshold=1 max-intra-bitrate=450 dropframe-threshold=30 min-force-key-unit-interval=300000000 "

static GstPadProbeReturn
on_encoded (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  yonder_frame_meter_frame (user_data, g_get_monotonic_time ());
  return GST_PAD_PROBE_OK;
}

/* The streaming thread, just before the encoder: the clock is drawn as late as it can be. */
static GstPadProbeReturn
draw_timecode (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstBuffer *buffer;
  GstVideoInfo video_info;
  GstVideoFrame frame;

  if (caps == NULL || !gst_video_info_from_caps (&video_info, caps))
    return GST_PAD_PROBE_OK;

  buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  if (gst_video_frame_map (&frame, &video_info, buffer, GST_MAP_READWRITE)) {
    YonderPixels pixels = {
      .format = YONDER_PIXELS_I420,
      .width_px = GST_VIDEO_FRAME_WIDTH (&frame),
      .height_px = GST_VIDEO_FRAME_HEIGHT (&frame),
    };

    for (guint i = 0; i < 3; i++) {
      pixels.planes[i] = GST_VIDEO_FRAME_PLANE_DATA (&frame, i);
      pixels.strides[i] = GST_VIDEO_FRAME_PLANE_STRIDE (&frame, i);
    }
    yonder_timecode_write (&pixels, yonder_timecode_now ());
    gst_video_frame_unmap (&frame);
  }
  return GST_PAD_PROBE_OK;
}

/* A picture that comes a little early is taken: cameras are not exact. */
static GstPadProbeReturn
limit_rate (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Limiter *limiter = user_data;
  GstClockTime interval = GST_SECOND / MAX (g_atomic_int_get (&limiter->fps), 1);
  GstClockTime time = GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info));

  if (!GST_CLOCK_TIME_IS_VALID (time))
    return GST_PAD_PROBE_OK;
  if (time + interval / 4 < limiter->next && time + GST_SECOND > limiter->next)
    return GST_PAD_PROBE_DROP;

  /* due at even intervals, unless pictures come slower than that anyway */
  limiter->next = MAX (limiter->next + interval, time + interval / 2);
  if (limiter->next > time + 2 * interval)
    limiter->next = time + interval;
  return GST_PAD_PROBE_OK;
}

static void
limiter_unref (gpointer data)
{
  g_atomic_rc_box_release (data);
}

static void
apply_size (YonderVideoCapture *self)
{
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "I420", "width", G_TYPE_INT, self->size.width_px,
                                                  "height", G_TYPE_INT, self->size.height_px, NULL);

  g_atomic_int_set (&self->limiter->fps, self->size.fps);
  g_object_set (self->size_filter, "caps", caps, NULL);
}

static gboolean
add_self_view (YonderVideoCapture *self, GstElement *sink, GError **error)
{
  g_autoptr (GstElement) branch = NULL;
  g_autoptr (GstPad) pad = NULL;
  GstElement *last;

  branch = yonder_bin_parse ("self-view", "queue name=queue leaky=downstream max-size-buffers=1 ! videoconvert name=last", FALSE, error);
  if (branch == NULL)
    return FALSE;

  gst_object_ref_sink (branch);
  yonder_sink_configure (sink, FALSE);
  gst_bin_add (GST_BIN (branch), sink);
  last = yonder_bin_get (branch, "last");
  if (!gst_element_link (last, sink)) {
    g_set_error (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FAILED, "The self view takes no pictures");
    return FALSE;
  }
  pad = gst_element_get_static_pad (yonder_bin_get (branch, "queue"), "sink");
  gst_element_add_pad (branch, gst_ghost_pad_new ("sink", pad));
  gst_bin_add (GST_BIN (self->bin), branch);
  return gst_element_link (yonder_bin_get (self->bin, "raw"), branch);
}

static void
yonder_video_capture_finalize (GObject *object)
{
  YonderVideoCapture *self = YONDER_VIDEO_CAPTURE (object);

  yonder_source_slot_clear (&self->slot);
  g_clear_pointer (&self->limiter, limiter_unref);
  g_clear_object (&self->bin);

  G_OBJECT_CLASS (yonder_video_capture_parent_class)->finalize (object);
}

static void
yonder_video_capture_class_init (YonderVideoCaptureClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_video_capture_finalize;
}

static void
yonder_video_capture_init (YonderVideoCapture *self)
{
}

/* Meter and limiter are used by streaming threads: they live as long as the pads. */
static void
watch_encoder (YonderVideoCapture *self)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->encoder, "src");
  g_autoptr (GstPad) scale_pad = gst_element_get_static_pad (yonder_bin_get (self->bin, "scale"), "sink");

  self->limiter = g_atomic_rc_box_new0 (Limiter);
  gst_pad_add_probe (scale_pad, GST_PAD_PROBE_TYPE_BUFFER, limit_rate, g_atomic_rc_box_acquire (self->limiter), limiter_unref);

  self->meter = yonder_frame_meter_new ();
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_encoded, self->meter, (GDestroyNotify) yonder_frame_meter_free);
}

YonderVideoCapture *
yonder_video_capture_new (GstElement *pipeline, const YonderMediaConfig *config, GstElement *self_view, GError **error)
{
  g_autoptr (YonderVideoCapture) self = g_object_new (YONDER_TYPE_VIDEO_CAPTURE, NULL);
  g_autoptr (GstElement) sink = self_view != NULL ? gst_object_ref_sink (self_view) : NULL;
  g_autoptr (GstPad) raw_pad = NULL;
  GstElement *bin;

  bin = yonder_bin_parse ("video-capture",
                          "input-selector name=selector sync-streams=false ! tee name=raw allow-not-linked=true "
                          "raw. ! queue name=encode leaky=downstream max-size-buffers=2 max-size-bytes=0 max-size-time=0 "
                          "! videoscale name=scale ! capsfilter name=size ! " ENCODER
                          "! tee name=encoded allow-not-linked=true", FALSE, error);
  if (bin == NULL)
    return NULL;

  self->bin = gst_object_ref_sink (bin);
  yonder_source_slot_init (&self->slot, pipeline, bin, yonder_bin_get (bin, "selector"));
  self->size_filter = yonder_bin_get (bin, "size");
  self->encoder = yonder_bin_get (bin, "encoder");
  self->encoded = yonder_bin_get (bin, "encoded");
  self->full = (YonderVideoSize) { config->width_px, config->height_px, config->fps };
  self->size = self->full;
  watch_encoder (self);
  apply_size (self);

  if (config->source == YONDER_SOURCE_TIMECODE) {
    raw_pad = gst_element_get_static_pad (self->size_filter, "src");
    gst_pad_add_probe (raw_pad, GST_PAD_PROBE_TYPE_BUFFER, draw_timecode, NULL, NULL);
  }
  if (sink != NULL && !add_self_view (self, sink, error))
    return NULL;

  gst_bin_add (GST_BIN (pipeline), bin);
  return g_steal_pointer (&self);
}

/**
 * yonder_video_capture_swap_source:
 * @self: the capture
 * @source: (transfer floating): a source bin of yonder-media-source.h, of which READY may have been reached already
 *
 * Lets @source take the place of the one there is. What is sent goes on without a new negotiation, from a key frame.
 *
 * Returns: (transfer full) (nullable): the old source, unlinked but not stopped (yonder_teardown_drop())
 */
GstElement *
yonder_video_capture_swap_source (YonderVideoCapture *self, GstElement *source)
{
  GstElement *old = yonder_source_slot_swap (&self->slot, source);

  yonder_video_capture_force_keyframe (self);
  return old;
}

GstElement *
yonder_video_capture_get_source (YonderVideoCapture *self)
{
  return self->slot.source;
}

/* Returns: (transfer full): where encoded frames come out, for yonder_video_capture_close_output() */
GstPad *
yonder_video_capture_open_output (YonderVideoCapture *self)
{
  return yonder_tee_open (self->bin, self->encoded);
}

void
yonder_video_capture_close_output (YonderVideoCapture *self, GstPad *output)
{
  yonder_tee_close (self->bin, self->encoded, output);
}

/**
 * yonder_video_capture_set_bitrate:
 * @self: the capture
 * @bps: what the encoder may use, bits per second
 *
 * Size and rate of the pictures follow, down at once, up when there is clearly room (yonder_video_ladder_choose()).
 */
void
yonder_video_capture_set_bitrate (YonderVideoCapture *self, guint bps)
{
  YonderVideoSize size;

  if (bps == self->bitrate_bps)
    return;

  self->bitrate_bps = bps;
  g_object_set (self->encoder, "target-bitrate", (int) bps, NULL);
  yonder_video_ladder_choose (&self->full, &self->size, bps, &size);
  if (memcmp (&size, &self->size, sizeof size) != 0) {
    g_debug ("sending %ux%u@%u at %u bit/s", size.width_px, size.height_px, size.fps, bps);
    self->size = size;
    apply_size (self);
  }
}

/* The next frame is one that a decoder can begin with. */
void
yonder_video_capture_force_keyframe (YonderVideoCapture *self)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->encoder, "src");

  yonder_request_keyframe (pad);
}

/* Returns: encoded frames of the last second */
double
yonder_video_capture_get_fps (YonderVideoCapture *self)
{
  YonderFrameCounts counts;

  yonder_frame_meter_get (self->meter, g_get_monotonic_time (), &counts);
  return counts.fps;
}
