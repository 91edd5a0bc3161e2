/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-tone-player.h"

#include <gst/app/app.h>

#include "yonder-device.h"
#include "yonder-elements.h"
#include "yonder-ringtone.h"

/* chosen: what is handed to the sound card at a time; short, so that ringing ends when somebody answers */
#define CHUNK_SAMPLES 960
/* chosen: a file that is over sooner than that holds nothing to hear, and would be begun anew without end */
#define SHORTEST_US (100 * 1000)
/* playbin's flags: sound alone, and the volume done by us */
#define PLAY_FLAGS 0x12
#define VOLUME_NAME "ring-volume"

struct _YonderTonePlayer
{
  GObject         parent_instance;

  YonderClock    *clock;
  YonderTeardown *teardown;
  GCancellable   *cancellable; /* (nullable): of what is being started or plays */
  GstElement     *pipeline;    /* (nullable) */
  guint           bus_watch;
  gint64          begun_us;    /* when the file was begun the last time */
};

G_DEFINE_FINAL_TYPE (YonderTonePlayer, yonder_tone_player, G_TYPE_OBJECT)

enum {
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* What is to be played. */
typedef struct {
  char   *tone; /* (nullable): its name, see yonder-ringtone.h; else a file */
  char   *uri;  /* (nullable) */
  GStrv   outputs;
  double  volume;
} Wish;

static void
wish_free (gpointer data)
{
  Wish *wish = data;

  g_free (wish->tone);
  g_free (wish->uri);
  g_strfreev (wish->outputs);
  g_free (wish);
}

/* A tone of ours; belongs to its source, in whose thread it is read. */
typedef struct {
  GBytes *samples;
  gsize   offset;
  guint64 n_played;
} Loop;

static void
loop_free (gpointer data, GClosure *closure)
{
  Loop *loop = data;

  g_bytes_unref (loop->samples);
  g_free (loop);
}

/* Streaming thread. */
static void
on_need_data (GstAppSrc *source, guint length, gpointer data)
{
  Loop *loop = data;
  gsize size = MIN (CHUNK_SAMPLES * sizeof (gint16), g_bytes_get_size (loop->samples) - loop->offset);
  g_autoptr (GBytes) chunk = g_bytes_new_from_bytes (loop->samples, loop->offset, size);
  GstBuffer *buffer = gst_buffer_new_wrapped_bytes (chunk);
  guint64 n_samples = size / sizeof (gint16);

  GST_BUFFER_PTS (buffer) = gst_util_uint64_scale (loop->n_played, GST_SECOND, YONDER_RINGTONE_RATE_HZ);
  GST_BUFFER_DURATION (buffer) = gst_util_uint64_scale (n_samples, GST_SECOND, YONDER_RINGTONE_RATE_HZ);
  loop->n_played += n_samples;
  loop->offset = (loop->offset + size) % g_bytes_get_size (loop->samples);
  gst_app_src_push_buffer (source, buffer);
}

static GstElement *
make_source (const char *tone)
{
  GstElement *source = gst_element_factory_make ("appsrc", NULL);
  Loop *loop = g_new0 (Loop, 1);
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("audio/x-raw",
                                                  "format", G_TYPE_STRING, G_BYTE_ORDER == G_LITTLE_ENDIAN ? "S16LE" : "S16BE",
                                                  "rate", G_TYPE_INT, YONDER_RINGTONE_RATE_HZ,
                                                  "channels", G_TYPE_INT, 1,
                                                  "layout", G_TYPE_STRING, "interleaved",
                                                  NULL);

  loop->samples = yonder_ringtone_render (tone);
  g_object_set (source, "caps", caps, "format", GST_FORMAT_TIME, "max-bytes", (guint64) (2 * CHUNK_SAMPLES * sizeof (gint16)), NULL);
  g_signal_connect_data (source, "need-data", G_CALLBACK (on_need_data), loop, loop_free, 0);
  return source;
}

/* What is heard is the cube of what a slider shows, as everywhere on the desktop. */
static double
loudness (double volume)
{
  return volume * volume * volume;
}

static GstElement *
make_output (const Wish *wish)
{
  GstElement *bin = gst_bin_new (NULL);
  GstElement *convert = gst_element_factory_make ("audioconvert", NULL);
  GstElement *resample = gst_element_factory_make ("audioresample", NULL);
  GstElement *volume = gst_element_factory_make ("volume", VOLUME_NAME);
  GstElement *sink = yonder_device_make_sink ((const char * const *) wish->outputs);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (convert, "sink");

  g_object_set (volume, "volume", loudness (wish->volume), NULL);
  gst_bin_add_many (GST_BIN (bin), convert, resample, volume, sink, NULL);
  gst_element_link_many (convert, resample, volume, sink, NULL);
  gst_element_add_pad (bin, gst_ghost_pad_new ("sink", pad));
  return bin;
}

static GstElement *
make_pipeline (const Wish *wish)
{
  GstElement *pipeline;

  if (wish->tone != NULL) {
    GstElement *source = make_source (wish->tone);
    GstElement *output = make_output (wish);

    pipeline = gst_pipeline_new (NULL);
    gst_bin_add_many (GST_BIN (pipeline), source, output, NULL);
    gst_element_link (source, output);
  } else {
    pipeline = gst_element_factory_make ("playbin", NULL);
    g_object_set (pipeline, "uri", wish->uri, "flags", PLAY_FLAGS, "audio-sink", make_output (wish), NULL);
  }

  return gst_object_ref_sink (pipeline);
}

/* Whether it plays is told by its bus. */
static void
start_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GstElement *pipeline = make_pipeline (task_data);

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_task_return_pointer (task, pipeline, NULL);
}

static void
fail (YonderTonePlayer *self, const GError *error)
{
  yonder_tone_player_stop (self);
  g_signal_emit (self, signals[FAILED], 0, error);
}

static void
begin_again (YonderTonePlayer *self)
{
  gint64 now_us = yonder_clock_now_us (self->clock);

  if (now_us - self->begun_us < SHORTEST_US) {
    g_autoptr (GError) error = g_error_new_literal (GST_STREAM_ERROR, GST_STREAM_ERROR_WRONG_TYPE, "There is nothing to hear in it");

    fail (self, error);
    return;
  }
  self->begun_us = now_us;
  gst_element_seek_simple (self->pipeline, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, 0);
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  YonderTonePlayer *self = data;
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS) {
    begin_again (self);
  } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    fail (self, error);
  }
  return G_SOURCE_CONTINUE;
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer data)
{
  YonderTonePlayer *self = YONDER_TONE_PLAYER (source);
  GstElement *pipeline = g_task_propagate_pointer (G_TASK (result), NULL);
  g_autoptr (GstBus) bus = NULL;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result)))) {
    yonder_teardown_drop (self->teardown, pipeline);
    return;
  }

  self->pipeline = pipeline;
  self->begun_us = yonder_clock_now_us (self->clock);
  bus = gst_element_get_bus (pipeline);
  self->bus_watch = gst_bus_add_watch (bus, on_message, self);
}

static void
play (YonderTonePlayer *self, const char *tone, const char *uri, const char * const *outputs, double volume)
{
  g_autoptr (GTask) task = NULL;
  Wish *wish = g_new0 (Wish, 1);

  gst_init (NULL, NULL);
  wish->tone = g_strdup (tone);
  wish->uri = g_strdup (uri);
  wish->outputs = g_strdupv ((char **) outputs);
  wish->volume = volume;

  yonder_tone_player_stop (self);
  self->cancellable = g_cancellable_new ();
  task = g_task_new (self, self->cancellable, on_started, NULL);
  g_task_set_source_tag (task, play);
  g_task_set_task_data (task, wish, wish_free);
  g_task_set_check_cancellable (task, FALSE); /* on_started() has it stopped in a thread */
  g_task_run_in_thread (task, start_in_thread);
}

static void
yonder_tone_player_dispose (GObject *object)
{
  YonderTonePlayer *self = YONDER_TONE_PLAYER (object);

  yonder_tone_player_stop (self);
  g_clear_pointer (&self->teardown, yonder_teardown_free);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (yonder_tone_player_parent_class)->dispose (object);
}

static void
yonder_tone_player_class_init (YonderTonePlayerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yonder_tone_player_dispose;

  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
yonder_tone_player_init (YonderTonePlayer *self)
{
  self->teardown = yonder_teardown_new ();
}

/**
 * yonder_tone_player_new:
 * @clock: tells whether a file is too short to be played over and over
 *
 * Returns: (transfer full): a silent player
 */
YonderTonePlayer *
yonder_tone_player_new (YonderClock *clock)
{
  YonderTonePlayer *self = g_object_new (YONDER_TYPE_TONE_PLAYER, NULL);

  self->clock = g_object_ref (clock);
  return self;
}

/**
 * yonder_tone_player_play_tone:
 * @self: the player
 * @tone: its name, see [func@Yonder.ringtone_render]
 * @outputs: ids of loudspeakers, see [func@Yonder.device_make_sink]
 * @volume: 0 to 1, as a slider shows it
 *
 * Plays a tone over and over, in place of what played before.
 */
void
yonder_tone_player_play_tone (YonderTonePlayer *self, const char *tone, const char * const *outputs, double volume)
{
  play (self, tone, NULL, outputs, volume);
}

/**
 * yonder_tone_player_play_file:
 * @self: the player
 * @uri: of a file with sound
 * @outputs: ids of loudspeakers, see [func@Yonder.device_make_sink]
 * @volume: 0 to 1, as a slider shows it
 *
 * Plays a file over and over, in place of what played before.
 */
void
yonder_tone_player_play_file (YonderTonePlayer *self, const char *uri, const char * const *outputs, double volume)
{
  play (self, NULL, uri, outputs, volume);
}

/**
 * yonder_tone_player_set_volume:
 * @self: the player
 * @volume: 0 to 1, as a slider shows it
 *
 * Makes what plays now louder or softer.
 */
void
yonder_tone_player_set_volume (YonderTonePlayer *self, double volume)
{
  g_autoptr (GstElement) element = self->pipeline != NULL ? gst_bin_get_by_name (GST_BIN (self->pipeline), VOLUME_NAME) : NULL;

  if (element != NULL)
    g_object_set (element, "volume", loudness (volume), NULL);
}

/**
 * yonder_tone_player_stop:
 * @self: the player
 *
 * Nothing is heard from now on.
 */
void
yonder_tone_player_stop (YonderTonePlayer *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->bus_watch != 0)
    g_source_remove (self->bus_watch);
  self->bus_watch = 0;
  if (self->pipeline != NULL)
    yonder_teardown_drop (self->teardown, g_steal_pointer (&self->pipeline));
}
