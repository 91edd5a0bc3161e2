/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is made of the pictures of a screen: their size, their part, their rate, their end; and what is given up first where bits are few. */

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <gst/video/video.h>

#include "yonder-elements.h"
#include "yonder-media-session.h"
#include "yonder-screen-source.h"
#include "yonder-video-ladder.h"

typedef struct {
  GstElement *pipeline;
  GstElement *source; /* borrowed: what PipeWire would be */
  GstElement *sink;   /* borrowed */
} Fixture;

static void
fixture_set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GstElement *bin;

  self->source = gst_element_factory_make ("appsrc", NULL);
  g_object_set (self->source, "format", GST_FORMAT_TIME, NULL);
  bin = yonder_screen_source_new (self->source, &error);
  g_assert_no_error (error);
  self->sink = gst_element_factory_make ("appsink", NULL);
  g_object_set (self->sink, "sync", FALSE, NULL);
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  gst_bin_add_many (GST_BIN (self->pipeline), bin, self->sink, NULL);
  g_assert_true (gst_element_link (bin, self->sink));
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

static void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_object_unref (self->pipeline);
}

/* A grey picture with a white part, and the crop that a desktop says the window is. */
static void
push (Fixture *self, guint time_ms, guint width_px, guint height_px, const GstVideoRectangle *window)
{
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "BGRx", "width", G_TYPE_INT, width_px,
                                                  "height", G_TYPE_INT, height_px, "framerate", GST_TYPE_FRACTION, 0, 1, NULL);
  g_autoptr (GstBuffer) picture = gst_buffer_new_allocate (NULL, width_px * height_px * 4, NULL);
  g_autoptr (GstSample) sample = NULL;

  gst_buffer_memset (picture, 0, 40, width_px * height_px * 4);
  if (window != NULL) {
    GstVideoCropMeta *meta = gst_buffer_add_video_crop_meta (picture);

    *meta = (GstVideoCropMeta) { .meta = meta->meta, .x = window->x, .y = window->y, .width = window->w, .height = window->h };
    for (int y = window->y; y < window->y + window->h; y++)
      gst_buffer_memset (picture, (y * width_px + window->x) * 4, 255, window->w * 4);
  }
  GST_BUFFER_PTS (picture) = time_ms * GST_MSECOND;
  sample = gst_sample_new (picture, caps, NULL, NULL);
  g_assert_cmpint (gst_app_src_push_sample (GST_APP_SRC (self->source), sample), ==, GST_FLOW_OK);
}

/* @darkest: (out) (optional): luma */
static void
assert_pulled (Fixture *self, int width_px, int height_px, guint *darkest)
{
  g_autoptr (GstSample) sample = gst_app_sink_try_pull_sample (GST_APP_SINK (self->sink), 30 * GST_SECOND);
  GstVideoFrame frame;
  GstVideoInfo info;

  g_assert_nonnull (sample);
  g_assert_true (gst_video_info_from_caps (&info, gst_sample_get_caps (sample)));
  g_assert_cmpint (info.width, ==, width_px);
  g_assert_cmpint (info.height, ==, height_px);
  g_assert_cmpint (GST_VIDEO_INFO_FORMAT (&info), ==, GST_VIDEO_FORMAT_I420);
  if (darkest == NULL)
    return;

  *darkest = 255;
  g_assert_true (gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ));
  for (int y = 0; y < info.height; y++)
    for (int x = 0; x < info.width; x++)
      *darkest = MIN (*darkest, ((guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0))[y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0) + x]);
  gst_video_frame_unmap (&frame);
}

/* Bounded with its shape kept, even, upright or not; and it follows a window whose size is changed. */
static void
test_sizes (Fixture *self, gconstpointer data)
{
  static const struct {
    guint width_px, height_px;
    int   sent_width_px, sent_height_px;
  } sizes[] = {
    { 1280, 800, 1280, 800 },
    { 3840, 2160, 1920, 1080 },
    { 1367, 769, 1366, 768 },
    { 1200, 1920, 1080, 1728 },
    { 3440, 1440, 1920, 802 },
    { 7, 5, 16, 16 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    push (self, i * 1000, sizes[i].width_px, sizes[i].height_px, NULL);
    assert_pulled (self, sizes[i].sent_width_px, sizes[i].sent_height_px, NULL);
  }
}

/* GNOME gives a window as a part of a picture as large as the screen: nobody may see what is around it. */
static void
test_window (Fixture *self, gconstpointer data)
{
  guint darkest;

  push (self, 0, 800, 600, &(GstVideoRectangle) { 100, 50, 400, 300 });
  assert_pulled (self, 400, 300, &darkest);
  g_assert_cmpuint (darkest, >, 200);
  push (self, 1000, 800, 600, &(GstVideoRectangle) { 0, 0, 200, 600 });
  assert_pulled (self, 200, 600, &darkest);
  g_assert_cmpuint (darkest, >, 200);
  /* one that is no part of the picture is none */
  push (self, 2000, 800, 600, &(GstVideoRectangle) { 0, 0, 0, 600 });
  assert_pulled (self, 800, 600, NULL);
}

/* Of sixty pictures a second fifteen are sent, and a single one at once. */
static void
test_rate (Fixture *self, gconstpointer data)
{
  guint n = 0;

  for (guint i = 0; i < 60; i++) {
    g_autoptr (GstSample) sample = NULL;

    push (self, i * 1000 / 60, 64, 48, NULL);
    while (gst_app_src_get_current_level_buffers (GST_APP_SRC (self->source)) > 0)
      g_thread_yield ();
    sample = gst_app_sink_try_pull_sample (GST_APP_SINK (self->sink), 50 * GST_MSECOND);
    n += sample != NULL;
  }
  g_assert_cmpuint (n, >=, 12);
  g_assert_cmpuint (n, <=, 16);
}

/* A stream that ends is an error of this bin, not the end of the call. */
static void
test_end (Fixture *self, gconstpointer data)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  g_autoptr (GstMessage) message = NULL;

  push (self, 0, 64, 48, NULL);
  assert_pulled (self, 64, 48, NULL);
  gst_app_src_end_of_stream (GST_APP_SRC (self->source));
  message = gst_bus_timed_pop_filtered (bus, 30 * GST_SECOND, GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  g_assert_false (gst_app_sink_is_eos (GST_APP_SINK (self->sink)));
}

/* A camera's pictures become smaller, those of a screen fewer. */
static void
test_ladder (void)
{
  YonderVideoSize full = { 1920, 1080, 15 }, chosen, lower;

  yonder_video_ladder_choose (YONDER_VIDEO_CONTENT_SCREEN, &full, NULL, 1000000, &chosen);
  g_assert_cmpmem (&chosen, sizeof chosen, &full, sizeof full);
  yonder_video_ladder_choose (YONDER_VIDEO_CONTENT_SCREEN, &full, &chosen, 450000, &lower);
  g_assert_cmpuint (lower.width_px, ==, 1920);
  g_assert_cmpuint (lower.fps, ==, 5);
  yonder_video_ladder_choose (YONDER_VIDEO_CONTENT_SCREEN, &full, &chosen, 50000, &lower);
  g_assert_cmpuint (lower.width_px, ==, 960);
  yonder_video_ladder_choose (YONDER_VIDEO_CONTENT_MOTION, &full, &chosen, 250000, &lower);
  g_assert_cmpuint (lower.width_px, <, 1920);
  g_assert_cmpuint (lower.fps, ==, 15);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

/* Given up while it is opened, it is answered at once; and a connection that is none is an error, not a wait. */
static void
test_open (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) given_up = NULL;
  g_autoptr (GAsyncResult) refused = NULL;
  g_autoptr (GstElement) element = NULL;
  g_autoptr (GError) error = NULL;

  yonder_screen_open_async (-1, 42, cancellable, on_opened, &given_up);
  g_cancellable_cancel (cancellable);
  while (given_up == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (yonder_screen_open_finish (given_up, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  yonder_screen_open_async (-1, 42, NULL, on_opened, &refused);
  while (refused == NULL)
    g_main_context_iteration (NULL, TRUE);
  element = yonder_screen_open_finish (refused, &error);
  g_assert_null (element);
  g_assert_error (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FAILED);
}

#define ADD(path, function) g_test_add ("/media/screen-source/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  ADD ("sizes", test_sizes);
  ADD ("window", test_window);
  ADD ("rate", test_rate);
  ADD ("end", test_end);
  g_test_add_func ("/media/screen-source/ladder", test_ladder);
  g_test_add_func ("/media/screen-source/open", test_open);
  result = g_test_run ();
  gst_deinit ();
  return result;
}
