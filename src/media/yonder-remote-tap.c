/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-remote-tap.h"

#include <gst/audio/audio.h>
#include <gst/video/video.h>
#include <math.h>

#include "yonder-frame-meter.h"
#include "yonder-media-source.h"
#include "yonder-speech-meter.h"
#include "yonder-timecode.h"

#define SILENCE_DBOV (-127.0)

struct _YonderRemoteTap {
  GMutex            mutex;
  YonderPost       *post;
  YonderPostFunc    on_frame;
  YonderPostFunc    on_audio;
  YonderPostFunc    on_speaking;
  YonderFrameMeter *meter;
  GstElement       *audio_feed; /* (nullable) */
  GstElement       *video_feed; /* (nullable) */
  guint             width_px, height_px;
  gboolean          has_audio;
  double            square_sum; /* of samples since the last question, full scale 1 */
  guint64           n_samples;
  double            level_dbov;
  YonderSpeechMeter speech;
  double            latency_ms;
  gint64            latency_time_us;
  gint64            pipeline_latency_ns; /* -1 before it is known */
  gint64            offset_ns;
};

static void
tap_clear (gpointer data)
{
  YonderRemoteTap *self = data;

  g_mutex_clear (&self->mutex);
  yonder_post_unref (self->post);
  yonder_frame_meter_free (self->meter);
  g_clear_object (&self->audio_feed);
  g_clear_object (&self->video_feed);
}

YonderRemoteTap *
yonder_remote_tap_new (YonderPost *post, YonderPostFunc on_frame, YonderPostFunc on_audio, YonderPostFunc on_speaking)
{
  YonderRemoteTap *self = g_atomic_rc_box_new0 (YonderRemoteTap);

  g_mutex_init (&self->mutex);
  self->post = yonder_post_ref (post);
  self->on_frame = on_frame;
  self->on_audio = on_audio;
  self->on_speaking = on_speaking;
  self->meter = yonder_frame_meter_new ();
  self->level_dbov = SILENCE_DBOV;
  self->latency_ms = -1.0;
  self->pipeline_latency_ns = -1;
  return self;
}

void
yonder_remote_tap_unref (YonderRemoteTap *self)
{
  g_atomic_rc_box_release_full (self, tap_clear);
}

static gboolean
read_timecode (GstVideoFrame *frame, guint32 *time_ms)
{
  YonderPixels pixels = {
    .width_px = GST_VIDEO_FRAME_WIDTH (frame),
    .height_px = GST_VIDEO_FRAME_HEIGHT (frame),
  };

  switch (GST_VIDEO_FRAME_FORMAT (frame)) {
    case GST_VIDEO_FORMAT_I420: pixels.format = YONDER_PIXELS_I420; break;
    case GST_VIDEO_FORMAT_NV12: pixels.format = YONDER_PIXELS_NV12; break;
    default: return FALSE;
  }
  for (guint i = 0; i < GST_VIDEO_FRAME_N_PLANES (frame) && i < G_N_ELEMENTS (pixels.planes); i++) {
    pixels.planes[i] = GST_VIDEO_FRAME_PLANE_DATA (frame, i);
    pixels.strides[i] = GST_VIDEO_FRAME_PLANE_STRIDE (frame, i);
  }
  return yonder_timecode_read (&pixels, time_ms);
}

/* How long the sink will still hold a picture back that has just been decoded, in milliseconds. */
static double
time_to_show_ms (YonderRemoteTap *self, GstPad *pad, GstBuffer *buffer)
{
  g_autoptr (GstElement) bin = gst_pad_get_parent_element (pad);
  g_autoptr (GstClock) clock = bin != NULL ? gst_element_get_clock (bin) : NULL;
  g_autoptr (GstEvent) segment_event = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  const GstSegment *segment;
  guint64 running_time;

  if (clock == NULL || segment_event == NULL || self->pipeline_latency_ns < 0)
    return 0.0;

  gst_event_parse_segment (segment_event, &segment);
  running_time = gst_segment_to_running_time (segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));
  if (!GST_CLOCK_TIME_IS_VALID (running_time))
    return 0.0;
  return MAX ((gint64) (running_time + self->pipeline_latency_ns + self->offset_ns) -
              (gint64) (gst_clock_get_time (clock) - gst_element_get_base_time (bin)), 0) / 1e6;
}

/* Called with the mutex held. */
static void
note_frame (YonderRemoteTap *self, GstPad *pad, GstBuffer *buffer)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstVideoInfo info;
  GstVideoFrame frame;
  guint32 time_ms;
  gboolean is_first = self->width_px == 0;

  if (caps == NULL || !gst_video_info_from_caps (&info, caps))
    return;

  self->width_px = GST_VIDEO_INFO_WIDTH (&info);
  self->height_px = GST_VIDEO_INFO_HEIGHT (&info);
  if (is_first) {
    guint *size = g_new (guint, 2);

    size[0] = self->width_px;
    size[1] = self->height_px;
    yonder_post_send (self->post, self->on_frame, size, g_free);
  }

  if (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ)) {
    if (read_timecode (&frame, &time_ms)) {
      gint decoded_ms = yonder_timecode_latency_ms (time_ms, yonder_timecode_now ());

      self->latency_ms = decoded_ms >= 0 ? decoded_ms + time_to_show_ms (self, pad, buffer) : -1.0;
      self->latency_time_us = g_get_monotonic_time ();
    }
    gst_video_frame_unmap (&frame);
  }
}

static GstPadProbeReturn
on_picture (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  YonderRemoteTap *self = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  g_autoptr (GstElement) feed = NULL;

  yonder_frame_meter_frame (self->meter, g_get_monotonic_time ());
  g_mutex_lock (&self->mutex);
  note_frame (self, pad, buffer);
  g_set_object (&feed, self->video_feed);
  g_mutex_unlock (&self->mutex);

  if (feed != NULL)
    yonder_feed_source_push (feed, pad, buffer);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_upstream_event (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  YonderRemoteTap *self = user_data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstClockTime latency;

  if (GST_EVENT_TYPE (event) == GST_EVENT_LATENCY) {
    gst_event_parse_latency (event, &latency);
    g_mutex_lock (&self->mutex);
    self->pipeline_latency_ns = latency;
    g_mutex_unlock (&self->mutex);
  }
  return GST_PAD_PROBE_OK;
}

/* Called with the mutex held. */
static void
tell_speaking (YonderRemoteTap *self)
{
  yonder_post_send (self->post, self->on_speaking, GINT_TO_POINTER (self->speech.is_speaking), NULL);
}

/* opusdec gives 16 bit samples; another format is not measured. */
static void
note_samples (YonderRemoteTap *self, GstPad *pad, GstBuffer *buffer)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstAudioInfo info;
  GstMapInfo map;

  if (!self->has_audio) {
    self->has_audio = TRUE;
    yonder_post_send (self->post, self->on_audio, NULL, NULL);
  }
  if (caps == NULL || !gst_audio_info_from_caps (&info, caps) || GST_AUDIO_INFO_FORMAT (&info) != GST_AUDIO_FORMAT_S16)
    return;

  if (gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    const gint16 *samples = (const gint16 *) map.data;
    gsize n_samples = map.size / sizeof *samples;
    double square_sum = 0.0;

    for (gsize i = 0; i < n_samples; i++)
      square_sum += (samples[i] / 32768.0) * (samples[i] / 32768.0);
    gst_buffer_unmap (buffer, &map);
    self->square_sum += square_sum;
    self->n_samples += n_samples;
    if (yonder_speech_meter_add (&self->speech, square_sum, n_samples, GST_AUDIO_INFO_RATE (&info) * GST_AUDIO_INFO_CHANNELS (&info)))
      tell_speaking (self);
  }
}

static GstPadProbeReturn
on_sound (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  YonderRemoteTap *self = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  g_autoptr (GstElement) feed = NULL;

  g_mutex_lock (&self->mutex);
  note_samples (self, pad, buffer);
  g_set_object (&feed, self->audio_feed);
  g_mutex_unlock (&self->mutex);

  if (feed != NULL)
    yonder_feed_source_push (feed, pad, buffer);
  return GST_PAD_PROBE_OK;
}

/* Looks at every buffer that passes @pad from now on, for as long as the pad lives. */
void
yonder_remote_tap_watch (YonderRemoteTap *self, GstPad *pad, gboolean video)
{
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, video ? on_picture : on_sound, g_atomic_rc_box_acquire (self),
                     (GDestroyNotify) yonder_remote_tap_unref);
  if (video)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_upstream_event, g_atomic_rc_box_acquire (self),
                       (GDestroyNotify) yonder_remote_tap_unref);
}

void
yonder_remote_tap_set_offset (YonderRemoteTap *self, gint64 offset_ns)
{
  g_mutex_lock (&self->mutex);
  self->offset_ns = offset_ns;
  g_mutex_unlock (&self->mutex);
}

gint64
yonder_remote_tap_get_latency (YonderRemoteTap *self)
{
  gint64 latency_ns;

  g_mutex_lock (&self->mutex);
  latency_ns = self->pipeline_latency_ns;
  g_mutex_unlock (&self->mutex);
  return latency_ns;
}

void
yonder_remote_tap_set_feeds (YonderRemoteTap *self, GstElement *audio, GstElement *video)
{
  g_mutex_lock (&self->mutex);
  g_set_object (&self->audio_feed, audio);
  g_set_object (&self->video_feed, video);
  g_mutex_unlock (&self->mutex);
}

/* The stream was stopped on purpose: the gap until it comes again is no freeze. */
void
yonder_remote_tap_pause (YonderRemoteTap *self)
{
  yonder_frame_meter_pause (self->meter);
}

/**
 * yonder_remote_tap_get_stats:
 * @self: the tap
 * @stats: of which what is known here is filled in
 *
 * To be called once a second: the level is that of the time since the last call.
 */
void
yonder_remote_tap_get_stats (YonderRemoteTap *self, YonderMediaStats *stats)
{
  gint64 now_us = g_get_monotonic_time ();
  YonderFrameCounts counts;

  yonder_frame_meter_get (self->meter, now_us, &counts);
  stats->fps_in = counts.fps;
  stats->frames_decoded = counts.n_frames;
  stats->freeze_count = counts.freeze_count;
  stats->freeze_ms = counts.freeze_us / 1000;

  g_mutex_lock (&self->mutex);
  if (self->n_samples > 0)
    self->level_dbov = self->square_sum > 0.0 ? MAX (10.0 * log10 (self->square_sum / self->n_samples), SILENCE_DBOV) : SILENCE_DBOV;
  else
    self->level_dbov = SILENCE_DBOV;
  if (self->n_samples == 0 && yonder_speech_meter_reset (&self->speech))
    tell_speaking (self);
  self->square_sum = 0.0;
  self->n_samples = 0;
  stats->audio_level_in_dbov = self->level_dbov;
  stats->width_in = self->width_px > 0 ? (int) self->width_px : -1;
  stats->height_in = self->height_px > 0 ? (int) self->height_px : -1;
  stats->latency_ms = now_us - self->latency_time_us < 2 * G_USEC_PER_SEC ? self->latency_ms : -1.0;
  g_mutex_unlock (&self->mutex);
}
