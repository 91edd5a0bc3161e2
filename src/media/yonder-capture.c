/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-capture.h"

#include "yonder-device.h"
#include "yonder-file-loop.h"
#include "yonder-media-source.h"

/* chosen: a headset that is plugged out and in again is found anew, a broken one is not tried for ever */
#define MAX_REOPENINGS 5
/* chosen: what fails that often does so for a reason that no other source mends */
#define MAX_FAILURES 20

struct _YonderCapture {
  GObject parent_instance;

  /* owned */
  YonderAudioCapture *audio;
  YonderVideoCapture *video;
  GstElement         *audio_feed; /* (nullable): of echo and file */
  GstElement         *video_feed; /* (nullable) */
  YonderFileLoop     *file_loop;  /* (nullable) */
  GCancellable       *opening_camera;     /* (nullable): while it is opened */
  GCancellable       *opening_microphone; /* (nullable) */
  YonderMediaConfig   config;

  /* borrowed */
  YonderTeardown     *teardown;
  YonderPlayback     *playback;   /* (nullable): before the start */

  guint               n_reopenings;
  guint               n_failures;
  gboolean            is_camera_off;
  gboolean            is_closed;
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
notify_missing (YonderCapture *self, YonderDeviceKind kind, const GError *error)
{
  g_message ("%s: something else is sent instead", error->message);
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, yonder_device_notice (kind, error), NULL);
}

static void
on_camera_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderCapture) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) camera = yonder_device_open_finish (result, &error);
  GstElement *bin;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->opening_camera);
  bin = camera != NULL ? yonder_picture_device_new (&self->config, camera, &error) : NULL;
  if (bin != NULL) {
    set_picture_source (self, bin);
    return;
  }
  if (camera != NULL)
    yonder_teardown_drop (self->teardown, g_steal_pointer (&camera));
  notify_missing (self, YONDER_DEVICE_CAMERA, error);
  set_test_picture (self, YONDER_PICTURE_TEST);
}

static void
open_camera (YonderCapture *self)
{
  if (self->opening_camera != NULL)
    return;

  self->opening_camera = g_cancellable_new ();
  yonder_device_open_async (YONDER_DEVICE_CAMERA, self->opening_camera, on_camera_opened, g_object_ref (self));
}

static void
on_microphone_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderCapture) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) microphone = yonder_device_open_finish (result, &error);
  GstElement *bin;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->opening_microphone);
  bin = microphone != NULL ? yonder_sound_device_new (microphone, self->config.play_audio, &error) : NULL;
  if (bin != NULL) {
    set_sound_source (self, bin);
    return;
  }
  if (microphone != NULL)
    yonder_teardown_drop (self->teardown, g_steal_pointer (&microphone));
  notify_missing (self, YONDER_DEVICE_MICROPHONE, error);
}

static void
open_microphone (YonderCapture *self)
{
  if (self->opening_microphone != NULL)
    return;

  self->opening_microphone = g_cancellable_new ();
  yonder_device_open_async (YONDER_DEVICE_MICROPHONE, self->opening_microphone, on_microphone_opened, g_object_ref (self));
}

static void
stop_opening (GCancellable **opening)
{
  g_cancellable_cancel (*opening);
  g_clear_object (opening);
}

static void
make_feeds (YonderCapture *self)
{
  g_autoptr (GError) error = NULL;

  if (self->audio_feed == NULL) {
    self->audio_feed = yonder_sound_feed_new (&error);
    if (self->audio_feed != NULL)
      gst_object_ref_sink (self->audio_feed);
  }
  if (self->audio_feed != NULL && self->video_feed == NULL && !self->is_camera_off) {
    self->video_feed = yonder_picture_feed_new (&self->config, &error);
    if (self->video_feed != NULL)
      gst_object_ref_sink (self->video_feed);
  }
  if (error != NULL)
    g_warning ("nothing to send: %s", error->message);
}

static void
start_echo (YonderCapture *self)
{
  make_feeds (self);
  if (self->audio_feed != NULL && yonder_audio_capture_get_source (self->audio) != self->audio_feed)
    set_sound_source (self, self->audio_feed);
  if (self->video_feed != NULL)
    set_picture_source (self, self->video_feed);
  yonder_playback_set_feeds (self->playback, self->audio_feed, self->video_feed);
}

static void
on_file_picture (YonderFileLoop *loop, YonderCapture *self)
{
  if (self->video_feed != NULL)
    set_picture_source (self, self->video_feed);
}

static void
on_file_sound (YonderFileLoop *loop, YonderCapture *self)
{
  set_sound_source (self, self->audio_feed);
}

static void
stop_file (YonderCapture *self)
{
  if (self->file_loop == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->file_loop, self);
  yonder_file_loop_close (self->file_loop, self->teardown);
  g_clear_object (&self->file_loop);
}

static void
on_file_failed (YonderFileLoop *loop, GError *error, YonderCapture *self)
{
  g_message ("the file cannot be played, a test picture is sent instead: %s", error->message);
  stop_file (self);
  if (!self->is_camera_off)
    set_test_picture (self, YONDER_PICTURE_TEST);
  set_test_sound (self, YONDER_SOUND_TONE);
}

static void
start_file (YonderCapture *self)
{
  g_autoptr (GError) error = NULL;

  make_feeds (self);
  self->file_loop = yonder_file_loop_new (self->config.file != NULL ? self->config.file : "", self->audio_feed, self->video_feed, &error);
  if (self->file_loop == NULL) {
    on_file_failed (NULL, error, self);
    return;
  }
  g_signal_connect_object (self->file_loop, "found-picture", G_CALLBACK (on_file_picture), self, 0);
  g_signal_connect_object (self->file_loop, "found-sound", G_CALLBACK (on_file_sound), self, 0);
  g_signal_connect_object (self->file_loop, "failed", G_CALLBACK (on_file_failed), self, 0);
  yonder_file_loop_start (self->file_loop);
}

static void
yonder_capture_finalize (GObject *object)
{
  YonderCapture *self = YONDER_CAPTURE (object);

  g_clear_object (&self->audio);
  g_clear_object (&self->video);
  g_clear_object (&self->audio_feed);
  g_clear_object (&self->video_feed);
  g_assert (self->file_loop == NULL);
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
  self->is_camera_off = !send_video;
  self->video = yonder_video_capture_new (pipeline, teardown, config, sink, error);
  if (self->video == NULL)
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * yonder_capture_start:
 * @self: the capture
 * @playback: what the echo listens to; outlives @self
 *
 * Brings the sources in; a device, once it is open, silently takes the place of black and silence. With a camera that is off from the start
 * there is no picture at all, not even a black one, before it is turned on. Called once.
 */
void
yonder_capture_start (YonderCapture *self, YonderPlayback *playback)
{
  gboolean is_test = self->config.source == YONDER_SOURCE_TEST || self->config.source == YONDER_SOURCE_TIMECODE;

  self->playback = playback;
  set_test_sound (self, is_test ? YONDER_SOUND_TONE : YONDER_SOUND_SILENCE);
  if (!self->is_camera_off)
    set_test_picture (self, is_test ? YONDER_PICTURE_TEST : YONDER_PICTURE_BLACK);

  switch (self->config.source) {
    case YONDER_SOURCE_DEVICE:
      open_microphone (self);
      if (!self->is_camera_off)
        open_camera (self);
      break;
    case YONDER_SOURCE_ECHO:
      start_echo (self);
      break;
    case YONDER_SOURCE_FILE:
      start_file (self);
      break;
    case YONDER_SOURCE_TEST:
    case YONDER_SOURCE_TIMECODE:
      break;
    default:
      g_assert_not_reached ();
  }
}

/* Nothing comes from here any more; the pipeline is about to be stopped. */
void
yonder_capture_close (YonderCapture *self)
{
  self->is_closed = TRUE;
  stop_opening (&self->opening_camera);
  stop_opening (&self->opening_microphone);
  stop_file (self);
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

/* What was black comes again: the camera is opened anew, a feed is made anew, since the old one has been stopped. */
static void
restart_picture (YonderCapture *self)
{
  switch (self->config.source) {
    case YONDER_SOURCE_DEVICE:
      open_camera (self);
      break;
    case YONDER_SOURCE_ECHO:
      start_echo (self);
      break;
    case YONDER_SOURCE_FILE:
      stop_file (self);
      g_clear_object (&self->audio_feed);
      start_file (self);
      break;
    case YONDER_SOURCE_TEST:
    case YONDER_SOURCE_TIMECODE:
      set_test_picture (self, YONDER_PICTURE_TEST);
      break;
    default:
      g_assert_not_reached ();
  }
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
  if (camera_off == self->is_camera_off)
    return;

  self->is_camera_off = camera_off;
  if (camera_off) {
    stop_opening (&self->opening_camera);
    g_clear_object (&self->video_feed);
    if (self->config.source == YONDER_SOURCE_ECHO)
      yonder_playback_set_feeds (self->playback, self->audio_feed, NULL);
    set_test_picture (self, YONDER_PICTURE_BLACK);
  } else {
    restart_picture (self);
  }
}

static gboolean
is_from (GstMessage *message, GstElement *source)
{
  return source != NULL && gst_object_has_as_ancestor (GST_MESSAGE_SRC (message), GST_OBJECT (source));
}

/**
 * yonder_capture_handle_error:
 * @self: the capture
 * @message: an error from the bus of the pipeline
 *
 * A device that goes or fails does not end the call: black or silence is sent, the user is told, and another device of its kind is looked for.
 *
 * Returns: whether @message came from a source of ours
 */
gboolean
yonder_capture_handle_error (YonderCapture *self, GstMessage *message)
{
  gboolean is_camera = is_from (message, yonder_video_capture_get_source (self->video));
  gboolean is_microphone = is_from (message, yonder_audio_capture_get_source (self->audio));
  g_autoptr (GError) error = NULL;

  if (!is_camera && !is_microphone)
    return FALSE;

  if (self->n_failures++ >= MAX_FAILURES)
    return TRUE;

  gst_message_parse_error (message, &error, NULL);
  if (self->config.source == YONDER_SOURCE_DEVICE)
    notify_missing (self, is_camera ? YONDER_DEVICE_CAMERA : YONDER_DEVICE_MICROPHONE, error);
  if (is_camera)
    set_test_picture (self, YONDER_PICTURE_TEST);
  else
    set_test_sound (self, YONDER_SOUND_SILENCE);

  if (self->config.source == YONDER_SOURCE_DEVICE && !self->is_closed && self->n_reopenings++ < MAX_REOPENINGS) {
    if (is_camera)
      open_camera (self);
    else
      open_microphone (self);
  }
  return TRUE;
}
