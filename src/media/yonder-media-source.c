/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-media-source.h"

#include <gst/app/gstappsrc.h>

#include "yonder-elements.h"

#define SOUND_FILTER "capsfilter caps=audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=1"
/* opusenc's frame: 20 ms */
#define SOUND_FRAME_SAMPLES 960

static GstPadProbeReturn
drop_eos (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  return GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

static GstElement *
parse_source (const char *description, GError **error)
{
  GstElement *bin = yonder_bin_parse (NULL, description, FALSE, error);
  g_autoptr (GstPad) last = NULL;
  GstPad *pad;

  if (bin == NULL)
    return NULL;

  last = gst_bin_find_unlinked_pad (GST_BIN (bin), GST_PAD_SRC);
  pad = gst_ghost_pad_new ("src", last);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, drop_eos, NULL, NULL);
  gst_element_add_pad (bin, pad);
  return bin;
}

static char *
picture_filter (const YonderMediaConfig *config)
{
  return g_strdup_printf ("capsfilter caps=video/x-raw,format=I420,width=%u,height=%u,pixel-aspect-ratio=1/1", config->width_px,
                          config->height_px);
}

/* Returns: (transfer floating) (nullable): a live source of pictures that need no camera */
GstElement *
yonder_picture_source_new (const YonderMediaConfig *config, YonderPicture picture, GError **error)
{
  g_autofree char *filter = picture_filter (config);
  g_autofree char *description = NULL;
  /* black needs few frames: the encoder and the peer have nothing to do */
  guint fps = picture == YONDER_PICTURE_BLACK ? MIN (config->fps, 5) : config->fps;

  /* What is measured has a corner of noise, which takes all the bits that there are, as a camera's picture does. What people see in
   * place of a camera is a sun that wanders over the sky. */
  const char *pattern = picture == YONDER_PICTURE_BLACK            ? "black"
                        : config->source == YONDER_SOURCE_TIMECODE ? "smpte horizontal-speed=2"
                                                                   : "ball background-color=0xff1c5fb4 foreground-color=0xfff9d65c";

  description = g_strdup_printf ("videotestsrc is-live=true pattern=%s ! %s,framerate=%u/1", pattern, filter, fps);
  return parse_source (description, error);
}

/* Returns: (transfer floating) (nullable): a live source of sound that needs no microphone */
GstElement *
yonder_sound_source_new (YonderSound sound, GError **error)
{
  g_autofree char *description = NULL;

  description = g_strdup_printf ("audiotestsrc is-live=true samplesperbuffer=%d %s ! " SOUND_FILTER, SOUND_FRAME_SAMPLES,
                                 sound == YONDER_SOUND_SILENCE ? "wave=silence" : "wave=sine freq=440 volume=0.3");
  return parse_source (description, error);
}

/* Bounded and leaky: what cannot be encoded in time is dropped, the oldest first. */
#define FEED "appsrc name=feed is-live=true format=time max-buffers=%u leaky-type=downstream "

/* Returns: (transfer floating) (nullable): a source of pictures that are pushed into it, of any size */
GstElement *
yonder_picture_feed_new (const YonderMediaConfig *config, GError **error)
{
  g_autofree char *filter = picture_filter (config);
  g_autofree char *description = NULL;

  description = g_strdup_printf (FEED "! videoconvertscale add-borders=true ! %s", 2, filter);
  return parse_source (description, error);
}

/* Returns: (transfer floating) (nullable): a source of sound that is pushed into it */
GstElement *
yonder_sound_feed_new (GError **error)
{
  g_autofree char *description = NULL;

  description = g_strdup_printf (FEED "! audioconvert ! audioresample ! " SOUND_FILTER, 10);
  return parse_source (description, error);
}

/**
 * yonder_feed_source_push_sample:
 * @feed: from yonder_picture_feed_new() or yonder_sound_feed_new()
 * @sample: a buffer with its caps
 * @time: running time of the pipeline that @feed is in
 *
 * Sends what was decoded elsewhere. A streaming thread; never blocks.
 */
void
yonder_feed_source_push_sample (GstElement *feed, GstSample *sample, GstClockTime time)
{
  g_autoptr (GstElement) appsrc = gst_bin_get_by_name (GST_BIN (feed), "feed");
  g_autoptr (GstBuffer) copy = gst_buffer_copy (gst_sample_get_buffer (sample));
  g_autoptr (GstSample) timed = NULL;

  GST_BUFFER_PTS (copy) = time;
  GST_BUFFER_DTS (copy) = GST_CLOCK_TIME_NONE;
  timed = gst_sample_new (copy, gst_sample_get_caps (sample), NULL, NULL);
  gst_app_src_push_sample (GST_APP_SRC (appsrc), timed);
}

/**
 * yonder_feed_source_push:
 * @feed: from yonder_picture_feed_new() or yonder_sound_feed_new()
 * @pad: the pad of the same pipeline on which @buffer was seen: caps and segment are taken from it
 * @buffer: what to send
 *
 * Sends what was decoded on another branch. A streaming thread; never blocks.
 */
void
yonder_feed_source_push (GstElement *feed, GstPad *pad, GstBuffer *buffer)
{
  g_autoptr (GstEvent) segment_event = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  g_autoptr (GstSample) sample = NULL;
  const GstSegment *segment;

  if (segment_event == NULL || caps == NULL)
    return;

  /* the feed's own segment begins at nought, so that its timestamps are running times */
  gst_event_parse_segment (segment_event, &segment);
  sample = gst_sample_new (buffer, caps, NULL, NULL);
  yonder_feed_source_push_sample (feed, sample, gst_segment_to_running_time (segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer)));
}

static GstElement *
wrap_device (GstElement *device, const char *rest, GError **error)
{
  GstElement *bin = parse_source (rest, error);
  g_autoptr (GstElement) entry = NULL;

  gst_object_ref_sink (device);
  if (bin != NULL) {
    gst_bin_add (GST_BIN (bin), device);
    entry = gst_bin_get_by_name (GST_BIN (bin), "entry");
    if (!gst_element_link (device, entry)) {
      g_set_error (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FAILED, "The device gives nothing that can be sent");
      g_clear_object (&bin);
    }
  }
  gst_object_unref (device);
  return bin;
}

static GstPadProbeReturn
drop_reconfigure (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  return GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_RECONFIGURE ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

/* Returns: (transfer floating) (nullable): a source bin around a camera */
GstElement *
yonder_picture_device_new (const YonderMediaConfig *config, GstElement *device, GError **error)
{
  g_autofree char *filter = picture_filter (config);
  g_autofree char *description = NULL;
  g_autoptr (GstPad) entry = NULL;
  GstElement *bin;

  /* decodebin3 takes raw pictures as they are and decodes what webcams send as JPEG. It says that it takes anything: unless it is said here,
   * pipewiresrc cannot tell the session manager that it wants pictures, which then refuses it every camera ("target not found"). */
  description = g_strdup_printf ("capsfilter name=entry caps=video/x-raw;image/jpeg ! decodebin3 ! queue leaky=downstream max-size-buffers=2 "
                                 "! videoconvertscale add-borders=true ! %s", filter);
  bin = wrap_device (device, description, error);
  if (bin == NULL)
    return NULL;

  /* A format is chosen once. decodebin3 asks for another choice when it has made its pad, and for that a camera would be closed and opened
   * again, which PipeWire does not always survive. */
  entry = gst_element_get_static_pad (yonder_bin_get (bin, "entry"), "sink");
  gst_pad_add_probe (entry, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, drop_reconfigure, NULL, NULL);
  return bin;
}

/* Returns: (transfer floating) (nullable): a source bin around a microphone; with %YONDER_PROCESSING_ECHO the pipeline needs a probe of that name */
GstElement *
yonder_sound_device_new (GstElement *device, YonderProcessing processing, GError **error)
{
  g_autofree char *description = NULL;

  description = g_strdup_printf ("queue name=entry leaky=downstream max-size-time=200000000 ! audioconvert ! audioresample ! " SOUND_FILTER
                                 " ! webrtcdsp name=processing echo-cancel=%s noise-suppression=%s gain-control=%s probe=" YONDER_ECHO_PROBE_NAME
                                 " ! audioconvert ! " SOUND_FILTER,
                                 processing & YONDER_PROCESSING_ECHO ? "true" : "false",
                                 processing & YONDER_PROCESSING_NOISE ? "true" : "false",
                                 processing & YONDER_PROCESSING_GAIN ? "true" : "false");
  return wrap_device (device, description, error);
}

GstPad *
yonder_sound_device_get_raw_pad (GstElement *source)
{
  return gst_element_get_static_pad (yonder_bin_get (source, "processing"), "sink");
}
