/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderVideoEncoder: when key frames come. Time is that of the pictures, which the test makes. */

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>

#include "yonder-elements.h"
#include "yonder-source-slot.h"
#include "yonder-video-encoder.h"

#define WIDTH_PX  64
#define HEIGHT_PX 48
#define BITRATE_BPS 20000

typedef struct {
  GstElement         *pipeline;
  GstElement         *source; /* borrowed */
  GstElement         *sink;   /* borrowed */
  YonderVideoEncoder *encoder;
} Fixture;

static void
fixture_init (Fixture *self, YonderVideoCodec codec)
{
  YonderMediaConfig config = { .source = YONDER_SOURCE_TEST, .width_px = WIDTH_PX, .height_px = HEIGHT_PX, .fps = 60 };
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "I420", "width", G_TYPE_INT, WIDTH_PX,
                                                  "height", G_TYPE_INT, HEIGHT_PX, "framerate", GST_TYPE_FRACTION, 60, 1, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstPad) output = NULL;
  g_autoptr (GstPad) sink_pad = NULL;
  g_autoptr (GstPad) tee_pad = NULL;

  self->encoder = yonder_video_encoder_new (codec, &config, &error);
  g_assert_no_error (error);
  yonder_video_encoder_set_bitrate (self->encoder, 1000000);
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  self->source = gst_element_factory_make ("appsrc", NULL);
  self->sink = gst_element_factory_make ("appsink", NULL);
  g_object_set (self->source, "caps", caps, "format", GST_FORMAT_TIME, NULL);
  g_object_set (self->sink, "sync", FALSE, NULL);
  gst_bin_add_many (GST_BIN (self->pipeline), self->source, yonder_video_encoder_get_bin (self->encoder), self->sink, NULL);
  g_assert_true (gst_element_link (self->source, yonder_video_encoder_get_bin (self->encoder)));

  output = yonder_tee_open (yonder_video_encoder_get_bin (self->encoder));
  sink_pad = gst_element_get_static_pad (self->sink, "sink");
  g_assert_cmpint (gst_pad_link (output, sink_pad), ==, GST_PAD_LINK_OK);
  tee_pad = yonder_tee_lead_to (yonder_video_encoder_get_tee (self->encoder), output);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

static void
fixture_clear (Fixture *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  yonder_video_encoder_free (self->encoder);
  gst_object_unref (self->pipeline);
}

/* Returns: whether the picture of this time became a key frame */
static gboolean
encode (Fixture *self, guint time_ms)
{
  GstBuffer *picture = gst_buffer_new_allocate (NULL, WIDTH_PX * HEIGHT_PX * 3 / 2, NULL);
  g_autoptr (GstSample) sample = NULL;

  gst_buffer_memset (picture, 0, time_ms % 200, gst_buffer_get_size (picture));
  GST_BUFFER_PTS (picture) = time_ms * GST_MSECOND;
  g_assert_cmpint (gst_app_src_push_buffer (GST_APP_SRC (self->source), picture), ==, GST_FLOW_OK);
  sample = gst_app_sink_try_pull_sample (GST_APP_SINK (self->sink), 30 * GST_SECOND);
  g_assert_nonnull (sample);
  g_assert_cmpuint (GST_BUFFER_PTS (gst_sample_get_buffer (sample)), ==, time_ms * GST_MSECOND);
  return !GST_BUFFER_FLAG_IS_SET (gst_sample_get_buffer (sample), GST_BUFFER_FLAG_DELTA_UNIT);
}

static GstPadProbeReturn
on_picture (GstPad *pad, GstPadProbeInfo *info, gpointer pictures)
{
  g_async_queue_push (pictures, GINT_TO_POINTER (TRUE));
  return GST_PAD_PROBE_OK;
}

/* Noise, of which even the coarsest key frame takes half a second at this bitrate: however often the peer asks, it gets no other before that one can
 * have come. */
static void
test_large_keyframe (void)
{
  g_autoptr (GAsyncQueue) pictures = g_async_queue_new ();
  g_autoptr (GstElement) encoder = NULL;
  g_autoptr (GstPad) encoder_sink = NULL;
  g_autoptr (GstPad) encoder_src = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (4711);
  GstClockTime last = GST_CLOCK_TIME_NONE;
  guint64 bits = 0;
  guint n_keyframes = 0;
  Fixture self = { 0 };

  fixture_init (&self, YONDER_VIDEO_CODEC_VP8);
  yonder_video_encoder_set_bitrate (self.encoder, BITRATE_BPS);
  encoder = gst_bin_get_by_name (GST_BIN (yonder_video_encoder_get_bin (self.encoder)), "encoder");
  encoder_sink = gst_element_get_static_pad (encoder, "sink");
  encoder_src = gst_element_get_static_pad (encoder, "src");
  gst_pad_add_probe (encoder_sink, GST_PAD_PROBE_TYPE_BUFFER, on_picture, pictures, NULL);

  for (guint time_ms = 0; time_ms < 4000; time_ms += 40) {
    GstBuffer *picture = gst_buffer_new_allocate (NULL, WIDTH_PX * HEIGHT_PX * 3 / 2, NULL);
    GstMapInfo map;

    g_assert_true (gst_buffer_map (picture, &map, GST_MAP_WRITE));
    for (gsize i = 0; i < map.size; i++)
      map.data[i] = g_rand_int (random);
    gst_buffer_unmap (picture, &map);
    GST_BUFFER_PTS (picture) = time_ms * GST_MSECOND;
    yonder_request_keyframe (encoder_src);
    g_assert_cmpint (gst_app_src_push_buffer (GST_APP_SRC (self.source), picture), ==, GST_FLOW_OK);
    g_assert_nonnull (g_async_queue_timeout_pop (pictures, 30 * G_USEC_PER_SEC));
  }
  gst_app_src_end_of_stream (GST_APP_SRC (self.source));

  while (TRUE) {
    g_autoptr (GstSample) sample = gst_app_sink_pull_sample (GST_APP_SINK (self.sink));
    GstBuffer *frame = sample != NULL ? gst_sample_get_buffer (sample) : NULL;

    if (frame == NULL)
      break;
    if (GST_BUFFER_FLAG_IS_SET (frame, GST_BUFFER_FLAG_DELTA_UNIT))
      continue;
    g_test_message ("key frame at %u ms, %zu bytes", (guint) (GST_BUFFER_PTS (frame) / GST_MSECOND), gst_buffer_get_size (frame));
    if (n_keyframes++ > 0)
      g_assert_cmpuint (GST_BUFFER_PTS (frame) - last, >=, MIN (bits * GST_SECOND / BITRATE_BPS, 2 * GST_SECOND));
    last = GST_BUFFER_PTS (frame);
    bits = gst_buffer_get_size (frame) * 8;
  }
  g_assert_cmpuint (bits, >, BITRATE_BPS / 3);
  g_assert_cmpuint (n_keyframes, >=, 2);
  fixture_clear (&self);
}

/* A way that opens right after the first key frame has one of its own at once; a peer that asks again and again gets few. */
static void
test_keyframes (void)
{
  Fixture self = { 0 };
  g_autoptr (GstPad) output = NULL;

  fixture_init (&self, YONDER_VIDEO_CODEC_VP8);
  output = gst_element_get_static_pad (self.sink, "sink");
  g_assert_true (encode (&self, 0));
  g_assert_false (encode (&self, 33));

  yonder_video_encoder_force_keyframe (self.encoder);
  g_assert_true (encode (&self, 66));
  yonder_video_encoder_force_keyframe (self.encoder);
  g_assert_true (encode (&self, 100));
  g_assert_false (encode (&self, 133));

  for (guint time_ms = 166; time_ms < 400; time_ms += 33) {
    g_autoptr (GstPad) peer = gst_pad_get_peer (output);

    yonder_request_keyframe (peer);
    g_assert_false (encode (&self, time_ms));
  }
  g_assert_true (encode (&self, 433));
  g_assert_false (encode (&self, 466));
  fixture_clear (&self);
}

int
main (int argc, char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/media/video-encoder/keyframes", test_keyframes);
  g_test_add_func ("/media/video-encoder/large-keyframe", test_large_keyframe);
  result = g_test_run ();
  gst_deinit ();
  return result;
}
