/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-playback.h"

#include "yonder-remote-tap.h"

/* chosen: Chromium's jitter buffer is at 4 to 14 ms on a quiet network (measured); one frame at most is shown late at 4 times the mean
 * deviation (RFC 3550 section 6.4.1) */
#define MIN_HOLD_MS 10.0
#define HOLD_PER_JITTER 4.0
/* chosen: as for what we send with, see yonder-capture.c */
#define MAX_REOPENINGS 5

struct _YonderPlayback {
  GObject parent_instance;

  /* owned */
  GstElement      *audio; /* in the pipeline */
  GstElement      *speaker; /* (nullable): in @audio, linked to @speaker_pad */
  GstPad          *speaker_pad;
  GCancellable    *opening_speaker; /* (nullable): while it is opened */
  char            *wanted_id;       /* (nullable): of whom was to be used when that was begun */
  YonderDevice    *device;          /* (nullable): the last one that was used */
  YonderDevices   *devices;
  GstElement      *video; /* in the pipeline */
  GstElement      *video_sink;
  YonderRemoteTap *tap;

  /* borrowed */
  YonderTeardown  *teardown;

  guint            n_reopenings;
  gboolean         play_audio;
  gboolean         is_lost;       /* the loudspeaker went without the user's doing */
  gboolean         holds_devices;
  gint64           hold_ns; /* how long pictures are held back after they came */
};

G_DEFINE_FINAL_TYPE (YonderPlayback, yonder_playback, G_TYPE_OBJECT)

enum {
  SIGNAL_FIRST_FRAME,
  SIGNAL_FIRST_AUDIO,
  SIGNAL_SPEAKING,
  SIGNAL_NOTICE,
  SIGNAL_NOTICE_OVER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
on_first_frame (gpointer object, gpointer data)
{
  guint *size = data;

  g_signal_emit (object, signals[SIGNAL_FIRST_FRAME], 0, size[0], size[1]);
}

static void
on_first_audio (gpointer object, gpointer data)
{
  g_signal_emit (object, signals[SIGNAL_FIRST_AUDIO], 0);
}

static void
on_speaking (gpointer object, gpointer is_speaking)
{
  g_signal_emit (object, signals[SIGNAL_SPEAKING], 0, GPOINTER_TO_INT (is_speaking));
}

static void
yonder_playback_finalize (GObject *object)
{
  YonderPlayback *self = YONDER_PLAYBACK (object);

  g_clear_object (&self->speaker_pad);
  g_clear_object (&self->speaker);
  g_clear_object (&self->audio);
  g_clear_object (&self->video);
  g_clear_object (&self->video_sink);
  g_clear_pointer (&self->tap, yonder_remote_tap_unref);
  g_free (self->wanted_id);
  g_clear_object (&self->device);
  g_clear_object (&self->devices);

  G_OBJECT_CLASS (yonder_playback_parent_class)->finalize (object);
}

static void
yonder_playback_class_init (YonderPlaybackClass *class)
{
  GType type = G_TYPE_FROM_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = yonder_playback_finalize;

  signals[SIGNAL_FIRST_FRAME] = g_signal_new ("first-frame", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
  signals[SIGNAL_FIRST_AUDIO] = g_signal_new ("first-audio", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_SPEAKING] = g_signal_new ("speaking", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[SIGNAL_NOTICE] = g_signal_new ("notice", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, YONDER_TYPE_MEDIA_NOTICE, G_TYPE_STRING);
  signals[SIGNAL_NOTICE_OVER] = g_signal_new ("notice-over", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                              G_TYPE_NONE, 1, YONDER_TYPE_MEDIA_NOTICE);
}

static void
yonder_playback_init (YonderPlayback *self)
{
  self->hold_ns = MIN_HOLD_MS * GST_MSECOND;
}

static void
add_entry (GstElement *bin, const char *first)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (yonder_bin_get (bin, first), "sink");

  gst_element_add_pad (bin, gst_ghost_pad_new ("sink", pad));
}

static gboolean
make_video (YonderPlayback *self, GstElement *sink, GError **error)
{
  GstElement *bin;

  /* The queue keeps the waiting of the sink away from webrtcbin's threads. */
  bin = yonder_bin_parse ("video-playback", "queue name=entry leaky=downstream max-size-buffers=8 max-size-bytes=0 max-size-time=0 "
                          "! videoconvert name=last", FALSE, error);
  if (bin == NULL)
    return FALSE;

  self->video = gst_object_ref_sink (bin);
  self->video_sink = gst_object_ref (sink);
  yonder_sink_configure (sink, TRUE);
  gst_bin_add (GST_BIN (bin), sink);
  if (!gst_element_link_pads_full (yonder_bin_get (bin, "last"), "src", sink, "sink", YONDER_LINK_UNCHECKED)) {
    g_set_error (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FAILED, "The video sink takes no pictures");
    return FALSE;
  }
  add_entry (bin, "entry");
  return TRUE;
}

/* Sound goes past the echo probe, which must be there before the microphone is and must see what the loudspeaker plays. The second tee takes
 * the loudspeaker once it is open. */
#define PLAYED_AUDIO \
  "tee name=entry allow-not-linked=true entry. ! queue leaky=downstream max-size-time=500000000 max-size-buffers=0 max-size-bytes=0 " \
  "! volume name=hold ! audioconvert ! audioresample ! capsfilter caps=audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=2 " \
  "! webrtcechoprobe name=" YONDER_ECHO_PROBE_NAME " ! tee name=played allow-not-linked=true"
#define UNPLAYED_AUDIO "tee name=entry allow-not-linked=true"

static gboolean
make_audio (YonderPlayback *self, GError **error)
{
  GstElement *bin = yonder_bin_parse ("audio-playback", self->play_audio ? PLAYED_AUDIO : UNPLAYED_AUDIO, FALSE, error);

  if (bin == NULL)
    return FALSE;

  self->audio = gst_object_ref_sink (bin);
  add_entry (bin, "entry");
  return TRUE;
}

static void
notify_missing (YonderPlayback *self, const GError *error)
{
  g_message ("%s: sound is not played", error->message);
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, yonder_device_notice (YONDER_DEVICE_SPEAKER, error),
                 self->is_lost ? yonder_device_get_name (self->device) : NULL);
}

static void
remove_speaker (YonderPlayback *self)
{
  g_autoptr (GstPad) pad = g_steal_pointer (&self->speaker_pad);
  GstElement *tee = yonder_bin_get (self->audio, "played");

  if (self->speaker == NULL)
    return;

  gst_element_unlink (tee, self->speaker);
  gst_element_release_request_pad (tee, pad);
  yonder_teardown_drop (self->teardown, g_steal_pointer (&self->speaker));
}

static void
add_speaker (YonderPlayback *self, GstElement *speaker)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (speaker, "sink");

  self->speaker = speaker;
  self->speaker_pad = gst_element_request_pad_simple (yonder_bin_get (self->audio, "played"), "src_%u");
  yonder_sink_configure (speaker, TRUE);
  gst_bin_add (GST_BIN (self->audio), speaker);
  gst_element_sync_state_with_parent (speaker);
  gst_pad_link_full (self->speaker_pad, sink, YONDER_LINK_UNCHECKED);
}

static void
tell_opened (YonderPlayback *self, YonderDevice *device)
{
  gboolean is_other = self->device != NULL && !g_str_equal (yonder_device_get_id (self->device), yonder_device_get_id (device));
  gboolean is_lost = self->is_lost;

  g_set_object (&self->device, device);
  self->is_lost = FALSE;
  g_signal_emit (self, signals[SIGNAL_NOTICE_OVER], 0, YONDER_MEDIA_NOTICE_SPEAKER_MISSING);
  g_signal_emit (self, signals[SIGNAL_NOTICE_OVER], 0, YONDER_MEDIA_NOTICE_SPEAKER_CHANGED);
  if (is_other && is_lost)
    g_signal_emit (self, signals[SIGNAL_NOTICE], 0, YONDER_MEDIA_NOTICE_SPEAKER_CHANGED, yonder_device_get_name (device));
}

/* Returns: whether another device is to be used than the one that is there, or was tried last */
static gboolean
wants_other (YonderPlayback *self)
{
  YonderDevice *pick = yonder_devices_get_pick (self->devices, YONDER_DEVICE_SPEAKER);

  return pick != NULL && g_strcmp0 (yonder_device_get_id (pick), self->wanted_id) != 0 &&
         (self->device == NULL || self->is_lost || !g_str_equal (yonder_device_get_id (pick), yonder_device_get_id (self->device)));
}

static void open_speaker (YonderPlayback *self);

static void
on_speaker_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderPlayback) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderDevice) device = NULL;
  GstElement *speaker = yonder_device_open_finish (result, &device, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->opening_speaker);
  if (speaker != NULL || self->is_lost)
    remove_speaker (self);
  if (speaker != NULL) {
    add_speaker (self, speaker);
    tell_opened (self, device);
  }

  if (wants_other (self))
    open_speaker (self);
  else if (speaker == NULL)
    notify_missing (self, error);
}

/* What was there plays on until the other is open. */
static void
open_speaker (YonderPlayback *self)
{
  YonderDevice *pick = yonder_devices_get_pick (self->devices, YONDER_DEVICE_SPEAKER);

  if (self->opening_speaker != NULL)
    return;

  self->opening_speaker = g_cancellable_new ();
  g_set_str (&self->wanted_id, pick != NULL ? yonder_device_get_id (pick) : NULL);
  yonder_devices_open_async (self->devices, YONDER_DEVICE_SPEAKER, self->opening_speaker, on_speaker_opened, g_object_ref (self));
}

/* The user chose another one, or what was used is gone, or there is one at last. */
static void
on_pick_changed (YonderPlayback *self, YonderDeviceKind kind)
{
  if (kind != YONDER_DEVICE_SPEAKER || !self->play_audio)
    return;

  if (self->device != NULL && yonder_devices_find (self->devices, kind, yonder_device_get_id (self->device)) == NULL)
    self->is_lost = TRUE;
  if (self->opening_speaker != NULL)
    return; /* compared with what is wanted when it is open */

  g_clear_pointer (&self->wanted_id, g_free);
  if (self->is_lost || wants_other (self))
    open_speaker (self);
}

YonderPlayback *
yonder_playback_new (GstElement *pipeline, YonderTeardown *teardown, const YonderMediaConfig *config, GstElement *sink, GError **error)
{
  g_autoptr (YonderPlayback) self = g_object_new (YONDER_TYPE_PLAYBACK, NULL);
  g_autoptr (GstElement) video_sink = NULL;
  g_autoptr (GstPad) audio_entry = NULL;
  g_autoptr (GstPad) video_entry = NULL;
  YonderPost *post;

  self->teardown = teardown;
  self->play_audio = config->play_audio;
  self->devices = g_object_ref (config->devices);
  if (sink == NULL)
    sink = yonder_element_make ("fakesink", error);
  if (sink == NULL)
    return NULL;

  video_sink = gst_object_ref_sink (sink);
  if (!make_video (self, sink, error) || !make_audio (self, error))
    return NULL;

  post = yonder_post_new (self);
  self->tap = yonder_remote_tap_new (post, on_first_frame, on_first_audio, on_speaking);
  yonder_post_unref (post);
  audio_entry = yonder_playback_get_entry (self, FALSE);
  video_entry = yonder_playback_get_entry (self, TRUE);
  yonder_remote_tap_watch (self->tap, audio_entry, FALSE);
  yonder_remote_tap_watch (self->tap, video_entry, TRUE);

  gst_bin_add (GST_BIN (pipeline), self->audio);
  gst_bin_add (GST_BIN (pipeline), self->video);
  return g_steal_pointer (&self);
}

void
yonder_playback_start (YonderPlayback *self)
{
  if (!self->play_audio)
    return;

  self->holds_devices = TRUE;
  yonder_devices_hold (self->devices);
  g_signal_connect_object (self->devices, "pick-changed", G_CALLBACK (on_pick_changed), self, G_CONNECT_SWAPPED);
  open_speaker (self);
}

/* Nothing is looked for any more; the pipeline is about to be stopped. */
void
yonder_playback_close (YonderPlayback *self)
{
  g_cancellable_cancel (self->opening_speaker);
  g_clear_object (&self->opening_speaker);
  self->play_audio = FALSE;
  if (self->holds_devices) {
    g_signal_handlers_disconnect_by_data (self->devices, self);
    yonder_devices_release (self->devices);
  }
  self->holds_devices = FALSE;
}

GstPad *
yonder_playback_get_entry (YonderPlayback *self, gboolean video)
{
  return gst_element_get_static_pad (video ? self->video : self->audio, "sink");
}

void
yonder_playback_set_feeds (YonderPlayback *self, GstElement *audio, GstElement *video)
{
  yonder_remote_tap_set_feeds (self->tap, audio, video);
}

void
yonder_playback_update_latency (YonderPlayback *self)
{
  gint64 latency_ns = yonder_remote_tap_get_latency (self->tap);
  gint64 offset_ns = latency_ns > self->hold_ns ? self->hold_ns - latency_ns : 0;

  yonder_sink_set_offset (self->video_sink, offset_ns);
  yonder_remote_tap_set_offset (self->tap, offset_ns);
}

/**
 * yonder_playback_set_jitter:
 * @self: the playback
 * @jitter_ms: mean deviation of the times between packets, milliseconds; negative: not known
 *
 * The pipeline's latency is what sound needs, and what a retransmission may take. A picture need not wait as long: it is shown as early as the
 * network is even, at the price that sound may come up to that latency after it, which is less than one notices (ITU-R BT.1359: 125 ms).
 */
void
yonder_playback_set_jitter (YonderPlayback *self, double jitter_ms)
{
  gint64 wanted_ns = MAX (jitter_ms * HOLD_PER_JITTER, MIN_HOLD_MS) * GST_MSECOND;

  /* up at once, down slowly */
  self->hold_ns = MAX (wanted_ns, self->hold_ns - (self->hold_ns - wanted_ns) / 4);
  yonder_playback_update_latency (self);
}

/* On hold nothing is heard of the other side. */
void
yonder_playback_set_held (YonderPlayback *self, gboolean is_held)
{
  if (self->play_audio)
    g_object_set (yonder_bin_get (self->audio, "hold"), "mute", is_held, NULL);
}

/* A new peer connection: the gap that it makes is no freeze. */
void
yonder_playback_pause_meters (YonderPlayback *self)
{
  yonder_remote_tap_pause (self->tap);
}

static gint64
count_dropped (GstElement *sink)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 dropped = 0;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (sink), "stats") == NULL)
    return -1;

  g_object_get (sink, "stats", &stats, NULL);
  return stats != NULL && gst_structure_get_uint64 (stats, "dropped", &dropped) ? (gint64) dropped : -1;
}

/* Fills in what is known of decoded pictures and sound; to be called once a second. */
void
yonder_playback_get_stats (YonderPlayback *self, YonderMediaStats *stats)
{
  yonder_remote_tap_get_stats (self->tap, stats);
  stats->frames_dropped = count_dropped (self->video_sink);
}

/**
 * yonder_playback_handle_error:
 * @self: the playback
 * @message: an error from the bus of the pipeline
 *
 * A loudspeaker that goes does not end the call: the user is told and another one is looked for.
 *
 * Returns: whether @message came from a sink of ours
 */
gboolean
yonder_playback_handle_error (YonderPlayback *self, GstMessage *message)
{
  GstObject *source = GST_MESSAGE_SRC (message);
  g_autoptr (GError) error = NULL;

  if (self->speaker != NULL && gst_object_has_as_ancestor (source, GST_OBJECT (self->speaker))) {
    gst_message_parse_error (message, &error, NULL);
    self->is_lost = self->device != NULL;
    remove_speaker (self);
    if (self->play_audio && self->n_reopenings++ < MAX_REOPENINGS)
      open_speaker (self);
    else
      notify_missing (self, error);
    return TRUE;
  }
  return gst_object_has_as_ancestor (source, GST_OBJECT (self->audio)) || gst_object_has_as_ancestor (source, GST_OBJECT (self->video));
}
