/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-video-encoder.h"

#include <gst/video/video.h>

#include "yonder-elements.h"
#include "yonder-frame-meter.h"
#include "yonder-timecode.h"

/* Lets through no more than so many pictures a second. videorate would do it but for an assertion that a stream without durations fails. */
typedef struct {
  gint         fps;  /* atomic; set on the main context */
  GstClockTime next; /* of the streaming thread: when the next one is due */
} Limiter;

/* chosen: a peer that asks for longer than that has lost it */
#define MAX_KEYFRAME_INTERVAL (2 * GST_SECOND)

/* Key frames on the peer's request come no faster than the encoder's own interval, nor while the last one is still under way at the bitrate that
 * there is: what is sent meanwhile would only make it later. One that we need ourselves comes at once. */
typedef struct {
  guint64 interval_ns; /* constant */
  gint    bitrate_bps; /* atomic; set on the main context */
} Throttle;

struct _YonderVideoEncoder {
  YonderVideoCodec  codec;

  /* owned */
  GstElement       *bin;
  Limiter          *limiter;
  Throttle         *throttle;

  /* borrowed: of the bin */
  GstElement       *size_filter;
  GstElement       *encoder;
  GstElement       *tee;
  YonderFrameMeter *meter; /* of encoded frames; of the encoder's pad */

  YonderVideoSize   full;
  YonderVideoLimits limits;
  YonderVideoContent content;
  YonderVideoSize   size;
  guint             bitrate_bps;
};

static GstPadProbeReturn
on_encoded (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  yonder_frame_meter_frame (user_data, g_get_monotonic_time ());
  return GST_PAD_PROBE_OK;
}

/* The streaming thread, behind the encoder. */
static GstPadProbeReturn
throttle_keyframes (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Throttle *throttle = user_data;
  GstBuffer *frame = GST_PAD_PROBE_INFO_BUFFER (info);
  g_autoptr (GstElement) encoder = NULL;
  guint64 under_way_ns;

  if (GST_BUFFER_FLAG_IS_SET (frame, GST_BUFFER_FLAG_DELTA_UNIT))
    return GST_PAD_PROBE_OK;

  under_way_ns = gst_util_uint64_scale (gst_buffer_get_size (frame), 8 * GST_SECOND, MAX (g_atomic_int_get (&throttle->bitrate_bps), 1));
  encoder = gst_pad_get_parent_element (pad);
  if (encoder != NULL)
    g_object_set (encoder, "min-force-key-unit-interval",
                  MAX (throttle->interval_ns, MIN (under_way_ns, MAX_KEYFRAME_INTERVAL)), NULL);
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
box_unref (gpointer data)
{
  g_atomic_rc_box_release (data);
}

static void
apply_size (YonderVideoEncoder *self)
{
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "I420", "width", G_TYPE_INT, self->size.width_px,
                                                  "height", G_TYPE_INT, self->size.height_px, NULL);

  g_atomic_int_set (&self->limiter->fps, self->size.fps);
  g_object_set (self->size_filter, "caps", caps, NULL);
}

/* Meter, limiter and throttle are used by streaming threads: they live as long as the pads. */
static void
watch_encoder (YonderVideoEncoder *self)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->encoder, "src");
  g_autoptr (GstPad) scale_pad = gst_element_get_static_pad (yonder_bin_get (self->bin, "scale"), "sink");

  self->limiter = g_atomic_rc_box_new0 (Limiter);
  gst_pad_add_probe (scale_pad, GST_PAD_PROBE_TYPE_BUFFER, limit_rate, g_atomic_rc_box_acquire (self->limiter), box_unref);

  self->meter = yonder_frame_meter_new ();
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_encoded, self->meter, (GDestroyNotify) yonder_frame_meter_free);

  self->throttle = g_atomic_rc_box_new0 (Throttle);
  g_object_get (self->encoder, "min-force-key-unit-interval", &self->throttle->interval_ns, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, throttle_keyframes, g_atomic_rc_box_acquire (self->throttle), box_unref);
}

/**
 * yonder_video_encoder_new:
 * @codec: the codec
 * @config: the full size, and whether the clock is drawn into the picture
 * @error: return location for a [error@Yonder.MediaError]
 *
 * Returns: (transfer full) (nullable): the encoder, or %NULL with %YONDER_MEDIA_ERROR_MISSING_PLUGIN or %YONDER_MEDIA_ERROR_FAILED
 */
YonderVideoEncoder *
yonder_video_encoder_new (YonderVideoCodec codec, const YonderMediaConfig *config, GError **error)
{
  g_autoptr (YonderVideoEncoder) self = g_new0 (YonderVideoEncoder, 1);
  g_autofree char *description = NULL;
  g_autoptr (GstPad) entry = NULL;
  GstElement *bin;

  self->codec = codec;
  description = g_strdup_printf ("queue name=entry leaky=downstream max-size-buffers=2 max-size-bytes=0 max-size-time=0 "
                                 "! videoscale name=scale ! capsfilter name=size ! %s ! tee name=encoded allow-not-linked=true",
                                 yonder_video_codec_get_encoder (codec));
  bin = yonder_bin_parse (NULL, description, FALSE, error);
  if (bin == NULL)
    return NULL;

  self->bin = gst_object_ref_sink (bin);
  self->size_filter = yonder_bin_get (bin, "size");
  self->encoder = yonder_bin_get (bin, "encoder");
  self->tee = yonder_bin_get (bin, "encoded");
  self->full = (YonderVideoSize) { config->width_px, config->height_px, config->fps };
  self->size = self->full;
  watch_encoder (self);
  apply_size (self);

  if (config->source == YONDER_SOURCE_TIMECODE) {
    g_autoptr (GstPad) raw_pad = gst_element_get_static_pad (self->size_filter, "src");

    gst_pad_add_probe (raw_pad, GST_PAD_PROBE_TYPE_BUFFER, draw_timecode, NULL, NULL);
  }
  entry = gst_element_get_static_pad (yonder_bin_get (bin, "entry"), "sink");
  gst_element_add_pad (bin, gst_ghost_pad_new ("sink", entry));
  return g_steal_pointer (&self);
}

/* The bin lives on in the bin that it is in. */
void
yonder_video_encoder_free (YonderVideoEncoder *self)
{
  g_clear_pointer (&self->limiter, box_unref);
  g_clear_pointer (&self->throttle, box_unref);
  g_clear_object (&self->bin);
  g_free (self);
}

YonderVideoCodec
yonder_video_encoder_get_codec (YonderVideoEncoder *self)
{
  return self->codec;
}

GstElement *
yonder_video_encoder_get_bin (YonderVideoEncoder *self)
{
  return self->bin;
}

GstElement *
yonder_video_encoder_get_tee (YonderVideoEncoder *self)
{
  return self->tee;
}

/* @current: (nullable): what is sent now, where that is of the same ladder */
static void
choose_size (YonderVideoEncoder *self, const YonderVideoSize *current)
{
  YonderVideoSize full, size;

  yonder_video_limits_fit (&self->limits, &self->full, &full);
  yonder_video_ladder_choose (self->content, &full, current, self->bitrate_bps, &size);
  if (memcmp (&size, &self->size, sizeof size) == 0)
    return;

  g_debug ("sending %ux%u@%u at %u bit/s", size.width_px, size.height_px, size.fps, self->bitrate_bps);
  self->size = size;
  apply_size (self);
}

/**
 * yonder_video_encoder_set_bitrate:
 * @self: the encoder
 * @bps: what it may use, bits per second
 *
 * Size and rate of the pictures follow, down at once, up when there is clearly room (yonder_video_ladder_choose()).
 */
void
yonder_video_encoder_set_bitrate (YonderVideoEncoder *self, guint bps)
{
  if (bps == self->bitrate_bps)
    return;

  self->bitrate_bps = bps;
  g_atomic_int_set (&self->throttle->bitrate_bps, (int) MIN (bps, G_MAXINT));
  g_object_set (self->encoder, yonder_video_codec_get_bitrate_property (self->codec), bps, NULL);
  choose_size (self, &self->size);
}

/**
 * yonder_video_encoder_set_full:
 * @self: the encoder
 * @full: the size and rate of what comes in
 * @content: what it shows, which decides what is given up first where the bitrate is low
 *
 * What comes in is something else now.
 */
void
yonder_video_encoder_set_full (YonderVideoEncoder *self, const YonderVideoSize *full, YonderVideoContent content)
{
  self->full = *full;
  self->content = content;
  choose_size (self, NULL);
}

/* @limits: what may be sent of what comes in; without this everything may */
void
yonder_video_encoder_set_limits (YonderVideoEncoder *self, const YonderVideoLimits *limits)
{
  self->limits = *limits;
  choose_size (self, NULL);
}

/* The next frame is one that a decoder can begin with, however short a time ago there was another: a way that has just been opened has not
 * seen that one. */
void
yonder_video_encoder_force_keyframe (YonderVideoEncoder *self)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->encoder, "src");

  g_object_set (self->encoder, "min-force-key-unit-interval", G_GUINT64_CONSTANT (0), NULL);
  yonder_request_keyframe (pad);
}

/* Returns: encoded frames of the last second */
double
yonder_video_encoder_get_fps (YonderVideoEncoder *self)
{
  YonderFrameCounts counts;

  yonder_frame_meter_get (self->meter, g_get_monotonic_time (), &counts);
  return counts.fps;
}
