/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-device-trial.h"

#include <gst/app/gstappsrc.h>
#include <math.h>

#include "yonder-capture.h"
#include "yonder-media-source.h"
#include "yonder-playback.h"
#include "yonder-post.h"

#define RECORD_SAMPLES (3 * YONDER_AUDIO_RATE)
/* 20 ms, as calls send */
#define FRAME_SAMPLES (YONDER_AUDIO_RATE / 50)
/* chosen: between what is said and what is heard, so that the two are not taken for one */
#define LEAD_MS 300
/* chosen: what is softer shows nothing in a meter */
#define FLOOR_DB (-60.0)
/* chosen: twenty times a second looks smooth */
#define LEVEL_SAMPLES (YONDER_AUDIO_RATE / 20)
/* chosen: a fifth that rises, each note for half a second, no louder than speech */
#define TONE_NOTE_SAMPLES (YONDER_AUDIO_RATE / 2)
#define TONE_FADE_SAMPLES (YONDER_AUDIO_RATE / 20)
#define TONE_AMPLITUDE 6000.0
#define PREVIEW_WIDTH_PX 640
#define PREVIEW_HEIGHT_PX 480
#define PREVIEW_FPS 30

/* What the streaming thread of the microphone has. */
typedef struct {
  GMutex      mutex;
  YonderPost *post;
  GArray     *recording; /* (nullable) (element-type gint16): while it is recorded */
  double      square_sum;
  guint       n_samples;
} Ear;

struct _YonderDeviceTrial {
  GObject parent_instance;

  /* owned */
  GstElement      *pipeline; /* (nullable): once closed */
  YonderCapture   *capture;
  YonderPlayback  *playback;
  YonderTeardown  *teardown;
  YonderClock     *clock;
  GstElement      *mouth_bin; /* (nullable): while something is played */
  Ear             *ear;
  GstPad          *ear_pad;
  gulong           ear_probe;
  guint            bus_watch;
  guint            timer;

  double           level;
  YonderTrialState state;
};

G_DEFINE_FINAL_TYPE (YonderDeviceTrial, yonder_device_trial, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (YonderTrialState, yonder_trial_state,
                    G_DEFINE_ENUM_VALUE (YONDER_TRIAL_IDLE, "idle"),
                    G_DEFINE_ENUM_VALUE (YONDER_TRIAL_RECORDING, "recording"),
                    G_DEFINE_ENUM_VALUE (YONDER_TRIAL_PLAYING, "playing"))

enum {
  PROP_0,
  PROP_LEVEL,
  PROP_STATE,
  N_PROPS
};

enum {
  SIGNAL_NOTICE,
  SIGNAL_NOTICE_OVER,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* --- Hearing --- */

static void
ear_clear (gpointer data)
{
  Ear *ear = data;

  g_mutex_clear (&ear->mutex);
  g_clear_pointer (&ear->recording, g_array_unref);
  yonder_post_unref (ear->post);
}

static void
ear_unref (gpointer ear)
{
  g_atomic_rc_box_release_full (ear, ear_clear);
}

static void
set_state (YonderDeviceTrial *self, YonderTrialState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
on_level (gpointer object, gpointer data)
{
  YonderDeviceTrial *self = object;

  self->level = *(double *) data;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LEVEL]);
}

static void play (YonderDeviceTrial *self, GArray *samples);

static void
on_recorded (gpointer object, gpointer data)
{
  YonderDeviceTrial *self = object;

  /* stopped meanwhile: it is not wanted any more */
  if (self->state == YONDER_TRIAL_RECORDING)
    play (self, data);
}

/* With the mutex held. */
static void
note_level (Ear *ear)
{
  double *level = g_new (double, 1);
  double level_db = 10.0 * log10 (MAX (ear->square_sum / ear->n_samples, 1e-12));

  *level = CLAMP (1.0 - level_db / FLOOR_DB, 0.0, 1.0);
  yonder_post_send (ear->post, on_level, level, g_free);
  ear->square_sum = 0.0;
  ear->n_samples = 0;
}

/* Streaming thread. */
static GstPadProbeReturn
on_heard (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Ear *ear = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&ear->mutex);
  const gint16 *samples;
  GstMapInfo map;
  guint n;

  if (!gst_buffer_map (GST_PAD_PROBE_INFO_BUFFER (info), &map, GST_MAP_READ))
    return GST_PAD_PROBE_OK;
  samples = (const gint16 *) map.data;
  n = map.size / sizeof (gint16);
  for (guint i = 0; i < n; i++)
    ear->square_sum += pow (samples[i] / 32768.0, 2);
  ear->n_samples += n;
  if (ear->recording != NULL)
    g_array_append_vals (ear->recording, samples, n);
  gst_buffer_unmap (GST_PAD_PROBE_INFO_BUFFER (info), &map);

  if (ear->n_samples >= LEVEL_SAMPLES)
    note_level (ear);
  if (ear->recording != NULL && ear->recording->len >= RECORD_SAMPLES)
    yonder_post_send (ear->post, on_recorded, g_steal_pointer (&ear->recording), (GDestroyNotify) g_array_unref);
  return GST_PAD_PROBE_OK;
}

static void
set_recording (YonderDeviceTrial *self, GArray *recording)
{
  g_mutex_lock (&self->ear->mutex);
  g_clear_pointer (&self->ear->recording, g_array_unref);
  self->ear->recording = recording;
  g_mutex_unlock (&self->ear->mutex);
}

/* --- Speaking --- */

static void
drop_mouth (YonderDeviceTrial *self)
{
  g_autoptr (GstPad) entry = yonder_playback_get_entry (self->playback, FALSE);
  g_autoptr (GstPad) mouth = gst_pad_get_peer (entry);

  yonder_clock_clear (self->clock, &self->timer);
  if (self->mouth_bin == NULL)
    return;

  if (mouth != NULL)
    gst_pad_unlink (mouth, entry);
  yonder_teardown_drop (self->teardown, g_steal_pointer (&self->mouth_bin));
}

static gboolean
on_played (gpointer data)
{
  YonderDeviceTrial *self = data;

  self->timer = 0;
  drop_mouth (self);
  set_state (self, YONDER_TRIAL_IDLE);
  return G_SOURCE_REMOVE;
}

static void
push_samples (GstElement *source, GArray *samples, GstClockTime begin)
{
  for (guint i = 0; i < samples->len; i += FRAME_SAMPLES) {
    guint n = MIN (FRAME_SAMPLES, samples->len - i);
    GstBuffer *buffer = gst_buffer_new_memdup (&g_array_index (samples, gint16, i), n * sizeof (gint16));

    GST_BUFFER_PTS (buffer) = begin + gst_util_uint64_scale (i, GST_SECOND, YONDER_AUDIO_RATE);
    GST_BUFFER_DURATION (buffer) = gst_util_uint64_scale (n, GST_SECOND, YONDER_AUDIO_RATE);
    gst_app_src_push_buffer (GST_APP_SRC (source), buffer);
  }
}

/* Through the playback of calls, at the pace at which a peer's sound would come. */
static void
play (YonderDeviceTrial *self, GArray *samples)
{
  g_autoptr (GstPad) entry = yonder_playback_get_entry (self->playback, FALSE);
  g_autoptr (GstPad) mouth = NULL;
  g_autoptr (GstClock) clock = gst_element_get_clock (self->pipeline);
  g_autoptr (GError) error = NULL;
  GstElement *bin;

  drop_mouth (self);
  bin = yonder_bin_parse (NULL, "appsrc name=mouth format=time is-live=true max-bytes=0 caps=audio/x-raw,format=S16LE,layout=interleaved,"
                          "rate=48000,channels=1 ! clocksync", TRUE, &error);
  if (bin == NULL || clock == NULL) {
    g_warning ("nothing can be played: %s", error != NULL ? error->message : "no clock");
    set_state (self, YONDER_TRIAL_IDLE);
    return;
  }

  self->mouth_bin = gst_object_ref_sink (bin);
  gst_bin_add (GST_BIN (self->pipeline), bin);
  mouth = gst_element_get_static_pad (bin, "src");
  gst_pad_link_full (mouth, entry, YONDER_LINK_UNCHECKED);
  gst_element_sync_state_with_parent (bin);
  push_samples (yonder_bin_get (bin, "mouth"), samples,
                gst_clock_get_time (clock) - gst_element_get_base_time (self->pipeline) + LEAD_MS * GST_MSECOND);
  self->timer = yonder_clock_add (self->clock, 2 * LEAD_MS + samples->len * 1000 / YONDER_AUDIO_RATE, on_played, self, NULL);
  set_state (self, YONDER_TRIAL_PLAYING);
}

/* --- The object --- */

static void
on_notice (YonderDeviceTrial *self, YonderMediaNotice notice, const char *device)
{
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, notice, device);
}

static void
on_notice_over (YonderDeviceTrial *self, YonderMediaNotice notice)
{
  g_signal_emit (self, signals[SIGNAL_NOTICE_OVER], 0, notice);
}

static void
on_error_message (YonderDeviceTrial *self, GstMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *detail = NULL;

  gst_message_parse_error (message, &error, &detail);
  g_message ("%s: %s (%s)", GST_MESSAGE_SRC_NAME (message), error->message, detail != NULL ? detail : "no details");
  if (!yonder_capture_handle_error (self->capture, message))
    yonder_playback_handle_error (self->playback, message);
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  YonderDeviceTrial *self = data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_LATENCY)
    gst_bin_recalculate_latency (GST_BIN (self->pipeline));
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    on_error_message (self, message);
  return G_SOURCE_CONTINUE;
}

static void
yonder_device_trial_dispose (GObject *object)
{
  YonderDeviceTrial *self = YONDER_DEVICE_TRIAL (object);

  yonder_device_trial_close (self);
  g_clear_object (&self->capture);
  g_clear_object (&self->playback);
  g_clear_pointer (&self->ear, ear_unref);
  g_clear_pointer (&self->teardown, yonder_teardown_free);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (yonder_device_trial_parent_class)->dispose (object);
}

static void
yonder_device_trial_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YonderDeviceTrial *self = YONDER_DEVICE_TRIAL (object);

  switch (prop_id) {
    case PROP_LEVEL:
      g_value_set_double (value, self->level);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_device_trial_class_init (YonderDeviceTrialClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GType type = G_TYPE_FROM_CLASS (class);

  object_class->dispose = yonder_device_trial_dispose;
  object_class->get_property = yonder_device_trial_get_property;

  properties[PROP_LEVEL] = g_param_spec_double ("level", NULL, NULL, 0.0, 1.0, 0.0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, YONDER_TYPE_TRIAL_STATE, YONDER_TRIAL_IDLE,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_NOTICE] = g_signal_new ("notice", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, YONDER_TYPE_MEDIA_NOTICE, G_TYPE_STRING);
  signals[SIGNAL_NOTICE_OVER] = g_signal_new ("notice-over", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                              G_TYPE_NONE, 1, YONDER_TYPE_MEDIA_NOTICE);
}

static void
yonder_device_trial_init (YonderDeviceTrial *self)
{
  self->teardown = yonder_teardown_new ();
}

static void
listen (YonderDeviceTrial *self)
{
  self->ear = g_atomic_rc_box_new0 (Ear);
  g_mutex_init (&self->ear->mutex);
  self->ear->post = yonder_post_new (self);
  self->ear_pad = yonder_audio_capture_dup_raw_pad (yonder_capture_get_audio (self->capture));
  self->ear_probe = gst_pad_add_probe (self->ear_pad, GST_PAD_PROBE_TYPE_BUFFER, on_heard, g_atomic_rc_box_acquire (self->ear), ear_unref);
}

/**
 * yonder_device_trial_new:
 * @devices: (transfer none): which are to be used
 * @clock: (transfer none): for whatever waits
 * @self_view: (transfer floating) (nullable): shows the picture of the camera
 * @error: return location for a [error@Yonder.MediaError]
 *
 * Opens the devices; a test picture or silence stands for those that are not there.
 *
 * Returns: (transfer full) (nullable): the trial, to be closed by yonder_device_trial_close()
 */
YonderDeviceTrial *
yonder_device_trial_new (YonderDevices *devices, YonderClock *clock, GstElement *self_view, GError **error)
{
  g_autoptr (YonderDeviceTrial) self = g_object_new (YONDER_TYPE_DEVICE_TRIAL, NULL);
  g_autoptr (GstElement) pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  g_autoptr (GstElement) sink = self_view != NULL ? gst_object_ref_sink (self_view) : NULL;
  g_autoptr (GstClock) system_clock = gst_system_clock_obtain ();
  g_autoptr (GstBus) bus = gst_pipeline_get_bus (GST_PIPELINE (pipeline));
  YonderMediaConfig config = {
    .source = YONDER_SOURCE_DEVICE,
    .width_px = PREVIEW_WIDTH_PX,
    .height_px = PREVIEW_HEIGHT_PX,
    .fps = PREVIEW_FPS,
    .play_audio = TRUE,
    .is_preview = TRUE,
    .devices = devices,
    .clock = clock,
  };

  self->clock = g_object_ref (clock);
  gst_pipeline_use_clock (GST_PIPELINE (pipeline), system_clock);
  self->playback = yonder_playback_new (pipeline, self->teardown, &config, NULL, error);
  if (self->playback != NULL)
    self->capture = yonder_capture_new (pipeline, self->teardown, &config, sink != NULL, sink, error);
  if (self->capture == NULL)
    return NULL;

  self->pipeline = g_steal_pointer (&pipeline);
  listen (self);
  self->bus_watch = gst_bus_add_watch (bus, on_message, self);
  g_signal_connect_object (self->playback, "notice", G_CALLBACK (on_notice), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->playback, "notice-over", G_CALLBACK (on_notice_over), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->capture, "notice", G_CALLBACK (on_notice), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->capture, "notice-over", G_CALLBACK (on_notice_over), self, G_CONNECT_SWAPPED);
  yonder_playback_start (self->playback);
  yonder_capture_start (self->capture, self->playback);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  return g_steal_pointer (&self);
}

/**
 * yonder_device_trial_record:
 * @self: the trial
 *
 * Listens to the microphone for three seconds, then plays that back.
 */
void
yonder_device_trial_record (YonderDeviceTrial *self)
{
  g_return_if_fail (YONDER_IS_DEVICE_TRIAL (self));

  if (self->pipeline == NULL)
    return;
  drop_mouth (self);
  set_recording (self, g_array_sized_new (FALSE, FALSE, sizeof (gint16), RECORD_SAMPLES));
  set_state (self, YONDER_TRIAL_RECORDING);
}

static double
tone_sample (guint i)
{
  static const double notes_hz[] = { 440.0, 660.0 };
  guint within = i % TONE_NOTE_SAMPLES;
  double fade = MIN (1.0, MIN (within, TONE_NOTE_SAMPLES - within) / (double) TONE_FADE_SAMPLES);

  return TONE_AMPLITUDE * fade * sin (2.0 * G_PI * notes_hz[i / TONE_NOTE_SAMPLES] * within / YONDER_AUDIO_RATE);
}

/**
 * yonder_device_trial_play_tone:
 * @self: the trial
 *
 * Plays two notes at the loudspeaker.
 */
void
yonder_device_trial_play_tone (YonderDeviceTrial *self)
{
  g_autoptr (GArray) samples = g_array_sized_new (FALSE, FALSE, sizeof (gint16), 2 * TONE_NOTE_SAMPLES);

  g_return_if_fail (YONDER_IS_DEVICE_TRIAL (self));

  if (self->pipeline == NULL)
    return;
  for (guint i = 0; i < 2 * TONE_NOTE_SAMPLES; i++) {
    gint16 sample = (gint16) tone_sample (i);

    g_array_append_val (samples, sample);
  }
  set_recording (self, NULL);
  play (self, samples);
}

/* Neither records nor plays any more. */
void
yonder_device_trial_stop (YonderDeviceTrial *self)
{
  g_return_if_fail (YONDER_IS_DEVICE_TRIAL (self));

  if (self->pipeline == NULL)
    return;
  set_recording (self, NULL);
  drop_mouth (self);
  set_state (self, YONDER_TRIAL_IDLE);
}

/* Lets go of the devices; nothing happens any more. Safe to call again. */
void
yonder_device_trial_close (YonderDeviceTrial *self)
{
  g_return_if_fail (YONDER_IS_DEVICE_TRIAL (self));

  if (self->pipeline == NULL)
    return;
  yonder_device_trial_stop (self);
  gst_pad_remove_probe (self->ear_pad, self->ear_probe);
  g_clear_object (&self->ear_pad);
  yonder_capture_close (self->capture);
  yonder_playback_close (self->playback);
  g_clear_handle_id (&self->bus_watch, g_source_remove);
  yonder_teardown_drop (self->teardown, g_steal_pointer (&self->pipeline));
}
