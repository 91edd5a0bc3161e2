/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-capture.h"

#include "yonder-media-source.h"

struct _YonderCapture {
  GObject parent_instance;

  /* owned */
  YonderAudioCapture *audio;
  YonderVideoCapture *video;      /* (nullable) */
  GstElement         *audio_feed; /* (nullable): of the echo */
  GstElement         *video_feed; /* (nullable) */
  YonderMediaConfig   config;

  /* borrowed */
  YonderTeardown     *teardown;
  YonderPlayback     *playback;   /* (nullable): before the start */

  gboolean            is_camera_off;
};

G_DEFINE_FINAL_TYPE (YonderCapture, yonder_capture, G_TYPE_OBJECT)

enum {
  SIGNAL_NOTICE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
set_picture_source (YonderCapture *self, GstElement *source)
{
  GstElement *old = yonder_video_capture_swap_source (self->video, source);

  if (old != NULL)
    yonder_teardown_drop (self->teardown, old);
}

static void
set_sound_source (YonderCapture *self, GstElement *source)
{
  GstElement *old = yonder_audio_capture_swap_source (self->audio, source);

  if (old != NULL)
    yonder_teardown_drop (self->teardown, old);
}

/* Without a way to make even a test picture there is nothing to fall back to: what is there stays. */
static void
set_test_picture (YonderCapture *self, YonderPicture picture)
{
  g_autoptr (GError) error = NULL;
  GstElement *source = yonder_picture_source_new (&self->config, picture, &error);

  if (source != NULL)
    set_picture_source (self, source);
  else
    g_warning ("no picture to send: %s", error->message);
}

static void
set_test_sound (YonderCapture *self, YonderSound sound)
{
  g_autoptr (GError) error = NULL;
  GstElement *source = yonder_sound_source_new (sound, &error);

  if (source != NULL)
    set_sound_source (self, source);
  else
    g_warning ("no sound to send: %s", error->message);
}

static void
start_echo_picture (YonderCapture *self)
{
  g_autoptr (GError) error = NULL;
  GstElement *feed = yonder_picture_feed_new (&self->config, &error);

  if (feed == NULL) {
    g_warning ("no picture to echo: %s", error->message);
    return;
  }
  g_set_object (&self->video_feed, feed);
  set_picture_source (self, feed);
  yonder_playback_set_feeds (self->playback, self->audio_feed, self->video_feed);
}

static void
start_echo_sound (YonderCapture *self)
{
  g_autoptr (GError) error = NULL;
  GstElement *feed = yonder_sound_feed_new (&error);

  if (feed == NULL) {
    g_warning ("no sound to echo: %s", error->message);
    return;
  }
  g_set_object (&self->audio_feed, feed);
  set_sound_source (self, feed);
  yonder_playback_set_feeds (self->playback, self->audio_feed, self->video_feed);
}

static void
start_picture (YonderCapture *self)
{
  switch (self->config.source) {
    case YONDER_SOURCE_DEVICE:
    case YONDER_SOURCE_TEST:
    case YONDER_SOURCE_TIMECODE:
    case YONDER_SOURCE_FILE:
      set_test_picture (self, YONDER_PICTURE_TEST);
      break;
    case YONDER_SOURCE_ECHO:
      start_echo_picture (self);
      break;
    default:
      g_assert_not_reached ();
  }
}

static void
start_sound (YonderCapture *self)
{
  switch (self->config.source) {
    case YONDER_SOURCE_DEVICE:
      set_test_sound (self, YONDER_SOUND_SILENCE);
      break;
    case YONDER_SOURCE_TEST:
    case YONDER_SOURCE_TIMECODE:
    case YONDER_SOURCE_FILE:
      set_test_sound (self, YONDER_SOUND_TONE);
      break;
    case YONDER_SOURCE_ECHO:
      start_echo_sound (self);
      break;
    default:
      g_assert_not_reached ();
  }
}

static void
yonder_capture_finalize (GObject *object)
{
  YonderCapture *self = YONDER_CAPTURE (object);

  g_clear_object (&self->audio);
  g_clear_object (&self->video);
  g_clear_object (&self->audio_feed);
  g_clear_object (&self->video_feed);
  yonder_media_config_clear (&self->config);

  G_OBJECT_CLASS (yonder_capture_parent_class)->finalize (object);
}

static void
yonder_capture_class_init (YonderCaptureClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_capture_finalize;

  signals[SIGNAL_NOTICE] = g_signal_new ("notice", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                         YONDER_TYPE_MEDIA_NOTICE, G_TYPE_STRING);
}

static void
yonder_capture_init (YonderCapture *self)
{
}

YonderCapture *
yonder_capture_new (GstElement *pipeline, YonderTeardown *teardown, const YonderMediaConfig *config, gboolean send_video,
                    GstElement *self_view, GError **error)
{
  g_autoptr (YonderCapture) self = g_object_new (YONDER_TYPE_CAPTURE, NULL);
  g_autoptr (GstElement) sink = self_view != NULL ? gst_object_ref_sink (self_view) : NULL;

  self->teardown = teardown;
  yonder_media_config_copy (&self->config, config);

  self->audio = yonder_audio_capture_new (pipeline, error);
  if (self->audio == NULL)
    return NULL;
  if (send_video) {
    self->video = yonder_video_capture_new (pipeline, config, sink, error);
    if (self->video == NULL)
      return NULL;
  }
  return g_steal_pointer (&self);
}

/**
 * yonder_capture_start:
 * @self: the capture
 * @playback: what the echo listens to; outlives @self
 *
 * Brings the sources in. Called once.
 */
void
yonder_capture_start (YonderCapture *self, YonderPlayback *playback)
{
  self->playback = playback;
  start_sound (self);
  if (self->video != NULL)
    start_picture (self);
}

/* Nothing comes from here any more; the pipeline is about to be stopped. */
void
yonder_capture_close (YonderCapture *self)
{
  if (self->playback != NULL)
    yonder_playback_set_feeds (self->playback, NULL, NULL);
}

YonderAudioCapture *
yonder_capture_get_audio (YonderCapture *self)
{
  return self->audio;
}

YonderVideoCapture *
yonder_capture_get_video (YonderCapture *self)
{
  return self->video;
}

/**
 * yonder_capture_set_muted:
 * @self: the capture
 * @microphone_muted: send silence
 * @camera_off: send black, and let go of the camera
 *
 * Both can be undone.
 */
void
yonder_capture_set_muted (YonderCapture *self, gboolean microphone_muted, gboolean camera_off)
{
  yonder_audio_capture_set_muted (self->audio, microphone_muted);

  camera_off = !!camera_off;
  if (self->video == NULL || camera_off == self->is_camera_off)
    return;

  self->is_camera_off = camera_off;
  if (camera_off)
    set_test_picture (self, YONDER_PICTURE_BLACK);
  else
    start_picture (self);
}

/* Returns: whether @message came from a source of ours, in place of which something else is now sent */
gboolean
yonder_capture_handle_error (YonderCapture *self, GstMessage *message)
{
  return FALSE;
}
