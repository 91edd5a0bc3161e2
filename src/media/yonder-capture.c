/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-capture.h"

#include "yonder-file-loop.h"
#include "yonder-input-watch.h"
#include "yonder-media-source.h"
#include "yonder-post.h"
#include "yonder-screen-source.h"

/* chosen: a headset that is plugged out and in again is found anew, a broken one is not tried for ever */
#define MAX_REOPENINGS 5
/* chosen: what fails that often does so for a reason that no other source mends */
#define MAX_FAILURES 20

#define N_INPUTS (YONDER_DEVICE_MICROPHONE + 1)

/* A camera or a microphone. */
typedef struct {
  GCancellable     *opening;    /* (nullable): while one is opened */
  char             *wanted_id;  /* (nullable): of whom was to be used when that was begun */
  YonderDevice     *device;     /* (nullable): the last one that was used */
  gboolean          is_lost;    /* it went without the user's doing */
  YonderInputWatch *watch;
} Input;

struct _YonderCapture {
  GObject parent_instance;

  /* owned */
  YonderAudioCapture *audio;
  YonderVideoCapture *video;
  GstElement         *audio_feed; /* (nullable): of echo and file */
  GstElement         *video_feed; /* (nullable) */
  YonderFileLoop     *file_loop;  /* (nullable) */
  Input               inputs[N_INPUTS]; /* by YonderDeviceKind */
  YonderMediaConfig   config;
  GCancellable       *screen_opening; /* (nullable) */
  GstElement         *screen;     /* (nullable): sent instead of the camera's picture */
  YonderPost         *post;

  /* borrowed */
  YonderTeardown     *teardown;
  YonderPlayback     *playback;   /* (nullable): before the start */

  YonderProcessing    processing; /* of the microphone that is used */
  guint               n_reopenings;
  guint               n_failures;
  gboolean            is_muted;
  gboolean            is_camera_off;
  gboolean            is_held;       /* then both are off, whatever is said of them */
  gboolean            follows_devices;
  gboolean            is_closed;
};

G_DEFINE_FINAL_TYPE (YonderCapture, yonder_capture, G_TYPE_OBJECT)

enum {
  SIGNAL_NOTICE,
  SIGNAL_NOTICE_OVER,
  SIGNAL_SCREEN_ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const struct {
  YonderMediaNotice changed;
  YonderMediaNotice dead;
  YonderMediaNotice over[4]; /* what is so no more once one is open, or the user wants none */
} notices[N_INPUTS] = {
  [YONDER_DEVICE_CAMERA] = { YONDER_MEDIA_NOTICE_CAMERA_CHANGED, YONDER_MEDIA_NOTICE_CAMERA_BLACK,
                             { YONDER_MEDIA_NOTICE_CAMERA_MISSING, YONDER_MEDIA_NOTICE_CAMERA_BUSY, YONDER_MEDIA_NOTICE_CAMERA_REFUSED,
                               YONDER_MEDIA_NOTICE_CAMERA_CHANGED } },
  [YONDER_DEVICE_MICROPHONE] = { YONDER_MEDIA_NOTICE_MICROPHONE_CHANGED, YONDER_MEDIA_NOTICE_MICROPHONE_SILENT,
                                 { YONDER_MEDIA_NOTICE_MICROPHONE_MISSING, YONDER_MEDIA_NOTICE_MICROPHONE_BUSY,
                                   YONDER_MEDIA_NOTICE_MICROPHONE_REFUSED, YONDER_MEDIA_NOTICE_MICROPHONE_CHANGED } },
};

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

/* --- Devices --- */

static void open_input (YonderCapture *self, YonderDeviceKind kind);

static void
notify_missing (YonderCapture *self, YonderDeviceKind kind, const GError *error)
{
  YonderDevice *device = self->inputs[kind].is_lost ? self->inputs[kind].device : NULL;

  g_message ("%s: something else is sent instead", error->message);
  g_signal_emit (self, signals[SIGNAL_NOTICE_OVER], 0, notices[kind].changed); /* the one that took its place is not there either */
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, yonder_device_notice (kind, error),
                 device != NULL ? yonder_device_get_name (device) : NULL);
}

static void
on_dead (YonderDeviceKind kind, gboolean is_dead, gpointer data)
{
  YonderCapture *self = data;
  YonderDevice *device = self->inputs[kind].device;

  if (is_dead)
    g_signal_emit (self, signals[SIGNAL_NOTICE], 0, notices[kind].dead, device != NULL ? yonder_device_get_name (device) : NULL);
  else
    g_signal_emit (self, signals[SIGNAL_NOTICE_OVER], 0, notices[kind].dead);
}

/* While a screen is shared the camera rests; what is said of it counts afterwards. */
static gboolean
uses_camera (YonderCapture *self)
{
  return !self->is_camera_off && !self->is_held && self->screen == NULL;
}

/* Looks at what the device gives now; at nothing while it is not used, or the user wants to be neither seen nor heard. */
static void
watch_input (YonderCapture *self, YonderDeviceKind kind)
{
  gboolean is_camera = kind == YONDER_DEVICE_CAMERA;
  GstElement *source = is_camera ? yonder_video_capture_get_source (self->video) : yonder_audio_capture_get_source (self->audio);
  g_autoptr (GstPad) pad = NULL;
  gboolean is_off = is_camera ? !uses_camera (self) : self->is_held || self->is_muted;

  if (source != NULL && g_object_get_data (G_OBJECT (source), "yonder-device") != NULL && !is_off)
    pad = is_camera ? gst_element_get_static_pad (source, "src") : yonder_sound_device_get_raw_pad (source);
  yonder_input_watch_follow (self->inputs[kind].watch, pad);
}

/* Something is sent until there is a device again. */
static void
set_substitute (YonderCapture *self, YonderDeviceKind kind)
{
  if (kind == YONDER_DEVICE_CAMERA)
    set_test_picture (self, YONDER_PICTURE_TEST);
  else
    set_test_sound (self, YONDER_SOUND_SILENCE);
  watch_input (self, kind);
}

/* Returns: whether another device is to be used than the one that is there, or was tried last */
static gboolean
wants_other (YonderCapture *self, YonderDeviceKind kind)
{
  Input *input = &self->inputs[kind];
  YonderDevice *pick = yonder_devices_get_pick (self->config.devices, kind);

  return pick != NULL && g_strcmp0 (yonder_device_get_id (pick), input->wanted_id) != 0 &&
         (input->device == NULL || input->is_lost || !g_str_equal (yonder_device_get_id (pick), yonder_device_get_id (input->device)));
}

static void
end_notices (YonderCapture *self, YonderDeviceKind kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (notices[kind].over); i++)
    g_signal_emit (self, signals[SIGNAL_NOTICE_OVER], 0, notices[kind].over[i]);
}

static void
tell_opened (YonderCapture *self, YonderDeviceKind kind, YonderDevice *device)
{
  Input *input = &self->inputs[kind];
  gboolean is_other = input->device != NULL && !g_str_equal (yonder_device_get_id (input->device), yonder_device_get_id (device));
  /* one that is gone may have seemed to open once more before that was known */
  gboolean is_lost = input->is_lost ||
                     (is_other && yonder_devices_find (self->config.devices, kind, yonder_device_get_id (input->device)) == NULL);

  g_set_object (&input->device, device);
  input->is_lost = FALSE;
  end_notices (self, kind);
  if (is_other && is_lost)
    g_signal_emit (self, signals[SIGNAL_NOTICE], 0, notices[kind].changed, yonder_device_get_name (device));
}

static GstElement *
wrap_device (YonderCapture *self, YonderDeviceKind kind, GstElement *device, GError **error)
{
  GstElement *bin;

  if (kind == YONDER_DEVICE_CAMERA) {
    bin = yonder_picture_device_new (&self->config, device, error);
  } else {
    self->processing = yonder_devices_get_processing (self->config.devices);
    bin = yonder_sound_device_new (device, self->processing & (self->config.play_audio ? YONDER_PROCESSING_ALL : ~YONDER_PROCESSING_ECHO), error);
  }
  if (bin != NULL)
    g_object_set_data (G_OBJECT (bin), "yonder-device", self);
  return bin;
}

static void
on_input_opened (YonderCapture *self, YonderDeviceKind kind, GAsyncResult *result)
{
  Input *input = &self->inputs[kind];
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderDevice) device = NULL;
  g_autoptr (GstElement) element = yonder_device_open_finish (result, &device, &error);
  GstElement *bin;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&input->opening);
  bin = element != NULL ? wrap_device (self, kind, element, &error) : NULL;
  if (bin != NULL) {
    if (kind == YONDER_DEVICE_CAMERA)
      set_picture_source (self, bin);
    else
      set_sound_source (self, bin);
    watch_input (self, kind);
    tell_opened (self, kind, device);
  } else if (element != NULL) {
    yonder_teardown_drop (self->teardown, g_steal_pointer (&element));
  }

  if (wants_other (self, kind)) {
    open_input (self, kind);
  } else if (bin == NULL) {
    set_substitute (self, kind);
    notify_missing (self, kind, error);
  }
}

static void
on_camera_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderCapture) self = data;

  on_input_opened (self, YONDER_DEVICE_CAMERA, result);
}

static void
on_microphone_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderCapture) self = data;

  on_input_opened (self, YONDER_DEVICE_MICROPHONE, result);
}

/* What was there goes on until the other is open. */
static void
open_input (YonderCapture *self, YonderDeviceKind kind)
{
  static const GAsyncReadyCallback callbacks[N_INPUTS] = { on_camera_opened, on_microphone_opened };
  Input *input = &self->inputs[kind];
  YonderDevice *pick = yonder_devices_get_pick (self->config.devices, kind);

  if (input->opening != NULL)
    return;

  input->opening = g_cancellable_new ();
  g_set_str (&input->wanted_id, pick != NULL ? yonder_device_get_id (pick) : NULL);
  yonder_devices_open_async (self->config.devices, kind, input->opening, callbacks[kind], g_object_ref (self));
}

/* The user chose another one, or what was used is gone, or there is one at last. */
static void
on_pick_changed (YonderCapture *self, YonderDeviceKind kind)
{
  gboolean is_camera = kind == YONDER_DEVICE_CAMERA;
  Input *input;

  if (self->is_closed || self->is_held || kind >= N_INPUTS || (is_camera && !uses_camera (self)))
    return;

  input = &self->inputs[kind];
  if (input->device != NULL && yonder_devices_find (self->config.devices, kind, yonder_device_get_id (input->device)) == NULL)
    input->is_lost = TRUE;
  if (input->opening != NULL)
    return; /* compared with what is wanted when it is open */

  g_clear_pointer (&input->wanted_id, g_free);
  if (input->device == NULL || input->is_lost || wants_other (self, kind) ||
      (!is_camera && self->processing != yonder_devices_get_processing (self->config.devices)))
    open_input (self, kind);
}

static void
follow_devices (YonderCapture *self)
{
  self->follows_devices = TRUE;
  yonder_devices_hold (self->config.devices);
  g_signal_connect_object (self->config.devices, "pick-changed", G_CALLBACK (on_pick_changed), self, G_CONNECT_SWAPPED);
  open_input (self, YONDER_DEVICE_MICROPHONE);
  if (!self->is_camera_off)
    open_input (self, YONDER_DEVICE_CAMERA);
}

static void
stop_opening (Input *input)
{
  g_cancellable_cancel (input->opening);
  g_clear_object (&input->opening);
}

/* --- Other sources --- */

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
  gst_clear_object (&self->screen);
  yonder_post_unref (self->post);
  g_assert (self->file_loop == NULL);
  for (YonderDeviceKind kind = 0; kind < N_INPUTS; kind++) {
    g_clear_object (&self->inputs[kind].device);
    g_free (self->inputs[kind].wanted_id);
    g_clear_pointer (&self->inputs[kind].watch, yonder_input_watch_free);
  }
  yonder_media_config_clear (&self->config);

  G_OBJECT_CLASS (yonder_capture_parent_class)->finalize (object);
}

static void
yonder_capture_class_init (YonderCaptureClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_capture_finalize;

  signals[SIGNAL_NOTICE] = g_signal_new ("notice", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                         YONDER_TYPE_MEDIA_NOTICE, G_TYPE_STRING);
  signals[SIGNAL_NOTICE_OVER] = g_signal_new ("notice-over", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                              YONDER_TYPE_MEDIA_NOTICE);
  signals[SIGNAL_SCREEN_ENDED] = g_signal_new ("screen-ended", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
yonder_capture_init (YonderCapture *self)
{
  self->post = yonder_post_new (self);
}

YonderCapture *
yonder_capture_new (GstElement *pipeline, YonderTeardown *teardown, const YonderMediaConfig *config, gboolean send_video,
                    GstElement *self_view, GError **error)
{
  g_autoptr (YonderCapture) self = g_object_new (YONDER_TYPE_CAPTURE, NULL);
  g_autoptr (GstElement) sink = self_view != NULL ? gst_object_ref_sink (self_view) : NULL;

  self->teardown = teardown;
  yonder_media_config_copy (&self->config, config);
  for (YonderDeviceKind kind = 0; kind < N_INPUTS; kind++)
    self->inputs[kind].watch = yonder_input_watch_new (kind, config->clock, on_dead, self);

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
      follow_devices (self);
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
  g_cancellable_cancel (self->screen_opening);
  g_clear_object (&self->screen_opening);
  for (YonderDeviceKind kind = 0; kind < N_INPUTS; kind++) {
    stop_opening (&self->inputs[kind]);
    g_clear_pointer (&self->inputs[kind].watch, yonder_input_watch_free);
  }
  if (self->follows_devices) {
    g_signal_handlers_disconnect_by_data (self->config.devices, self);
    yonder_devices_release (self->config.devices);
  }
  self->follows_devices = FALSE;
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
      open_input (self, YONDER_DEVICE_CAMERA);
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

static void
let_go_of_picture (YonderCapture *self)
{
  stop_opening (&self->inputs[YONDER_DEVICE_CAMERA]);
  g_clear_object (&self->video_feed);
  if (self->config.source == YONDER_SOURCE_ECHO)
    yonder_playback_set_feeds (self->playback, self->audio_feed, NULL);
}

static void
stop_picture (YonderCapture *self)
{
  let_go_of_picture (self);
  set_test_picture (self, YONDER_PICTURE_BLACK);
  watch_input (self, YONDER_DEVICE_CAMERA);
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
  yonder_audio_capture_set_muted (self->audio, microphone_muted || self->is_held);
  if (microphone_muted != self->is_muted) {
    self->is_muted = microphone_muted;
    watch_input (self, YONDER_DEVICE_MICROPHONE);
  }

  camera_off = !!camera_off;
  if (camera_off == self->is_camera_off)
    return;

  self->is_camera_off = camera_off;
  if (camera_off)
    end_notices (self, YONDER_DEVICE_CAMERA);
  if (self->is_held || self->screen != NULL)
    return;
  if (camera_off)
    stop_picture (self);
  else
    restart_picture (self);
}

/**
 * yonder_capture_set_held:
 * @self: the capture
 * @is_held: whether the call is on hold
 *
 * On hold silence and black are sent, and devices are let go of: another call may need them.
 */
void
yonder_capture_set_held (YonderCapture *self, gboolean is_held)
{
  if (self->is_held == !!is_held)
    return;

  self->is_held = !!is_held;
  yonder_capture_stop_screen (self);
  yonder_audio_capture_set_muted (self->audio, self->is_muted || self->is_held);
  if (self->config.source == YONDER_SOURCE_DEVICE && self->is_held) {
    stop_opening (&self->inputs[YONDER_DEVICE_MICROPHONE]);
    set_test_sound (self, YONDER_SOUND_SILENCE);
    watch_input (self, YONDER_DEVICE_MICROPHONE);
  } else if (self->config.source == YONDER_SOURCE_DEVICE) {
    open_input (self, YONDER_DEVICE_MICROPHONE);
  }
  if (self->is_camera_off)
    return;
  if (self->is_held)
    stop_picture (self);
  else
    restart_picture (self);
}

/* --- The screen --- */

static void
on_screen_size (gpointer object, gpointer data)
{
  YonderCapture *self = object;

  if (self->screen != NULL)
    yonder_video_capture_set_full (self->video, data, YONDER_VIDEO_CONTENT_SCREEN);
}

/* The streaming thread. */
static void
on_screen_caps (GstPad *pad, GParamSpec *pspec, gpointer post)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  YonderVideoSize *size = g_new0 (YonderVideoSize, 1);

  size->fps = YONDER_SCREEN_FPS;
  if (caps != NULL && gst_structure_get (gst_caps_get_structure (caps, 0), "width", G_TYPE_INT, &size->width_px,
                                         "height", G_TYPE_INT, &size->height_px, NULL))
    yonder_post_send (post, on_screen_size, size, g_free);
  else
    g_free (size);
}

static void
on_screen_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderCapture) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) screen = yonder_screen_open_finish (result, &error);
  g_autoptr (GstPad) pad = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->screen_opening);
  if (screen == NULL) {
    g_message ("the screen is not shared: %s", error->message);
    yonder_capture_stop_screen (self);
    g_signal_emit (self, signals[SIGNAL_SCREEN_ENDED], 0);
    return;
  }

  pad = gst_element_get_static_pad (screen, "src");
  g_signal_connect_data (pad, "notify::caps", G_CALLBACK (on_screen_caps), yonder_post_ref (self->post), yonder_post_closure_unref, 0);
  if (self->screen == NULL)
    let_go_of_picture (self);
  gst_object_replace ((GstObject **) &self->screen, GST_OBJECT (screen));
  set_picture_source (self, screen);
  watch_input (self, YONDER_DEVICE_CAMERA);
}

/**
 * yonder_capture_share_screen:
 * @self: the capture
 * @remote: a connection to PipeWire; borrowed for the call
 * @node_id: the stream there
 *
 * Sends the picture of a screen in place of the camera's, which goes on until the other has come. The camera is let go of then.
 */
void
yonder_capture_share_screen (YonderCapture *self, int remote, guint node_id)
{
  g_cancellable_cancel (self->screen_opening);
  g_clear_object (&self->screen_opening);
  if (self->is_closed || self->is_held)
    return;

  self->screen_opening = g_cancellable_new ();
  yonder_screen_open_async (remote, node_id, self->screen_opening, on_screen_opened, g_object_ref (self));
}

/* The camera's picture comes again, or black where it is off. */
void
yonder_capture_stop_screen (YonderCapture *self)
{
  YonderVideoSize full = { self->config.width_px, self->config.height_px, self->config.fps };

  g_cancellable_cancel (self->screen_opening);
  g_clear_object (&self->screen_opening);
  if (self->screen == NULL)
    return;

  gst_clear_object (&self->screen);
  /* at once: what was shared is shown no longer than the user wants, however long the camera takes */
  set_test_picture (self, YONDER_PICTURE_BLACK);
  yonder_video_capture_set_full (self->video, &full, YONDER_VIDEO_CONTENT_MOTION);
  if (uses_camera (self))
    restart_picture (self);
}

static gboolean
is_from (GstMessage *message, GstElement *source)
{
  return source != NULL && gst_object_has_as_ancestor (GST_MESSAGE_SRC (message), GST_OBJECT (source));
}

static void
handle_lost_input (YonderCapture *self, YonderDeviceKind kind, const GError *error)
{
  Input *input = &self->inputs[kind];
  gboolean may_reopen = !self->is_closed && !self->is_held && self->n_reopenings++ < MAX_REOPENINGS;
  YonderMediaNotice notice = yonder_device_notice (kind, error);

  input->is_lost = input->device != NULL;
  set_substitute (self, kind);
  /* one that is gone may be there again in a moment, or another one */
  if (!may_reopen || notice != notices[kind].over[YONDER_DEVICE_ERROR_MISSING])
    notify_missing (self, kind, error);
  if (may_reopen)
    open_input (self, kind);
}

/**
 * yonder_capture_handle_error:
 * @self: the capture
 * @message: an error from the bus of the pipeline
 *
 * A device that goes or fails does not end the call: something else is sent, another device of its kind is looked for, and the user is told.
 *
 * Returns: whether @message came from a source of ours
 */
gboolean
yonder_capture_handle_error (YonderCapture *self, GstMessage *message)
{
  gboolean is_camera = is_from (message, yonder_video_capture_get_source (self->video));
  gboolean is_microphone = is_from (message, yonder_audio_capture_get_source (self->audio));
  YonderDeviceKind kind = is_camera ? YONDER_DEVICE_CAMERA : YONDER_DEVICE_MICROPHONE;
  g_autoptr (GError) error = NULL;

  if (!is_camera && !is_microphone)
    return FALSE;

  if (is_camera && self->screen != NULL) {
    yonder_capture_stop_screen (self);
    g_signal_emit (self, signals[SIGNAL_SCREEN_ENDED], 0);
    return TRUE;
  }
  if (self->is_closed || self->n_failures++ >= MAX_FAILURES)
    return TRUE;

  gst_message_parse_error (message, &error, NULL);
  if (self->config.source == YONDER_SOURCE_DEVICE)
    handle_lost_input (self, kind, error);
  else if (is_camera)
    set_test_picture (self, YONDER_PICTURE_TEST);
  else
    set_test_sound (self, YONDER_SOUND_SILENCE);
  return TRUE;
}
