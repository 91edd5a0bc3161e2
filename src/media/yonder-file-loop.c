/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-file-loop.h"

#include <gst/app/gstappsink.h>

#include "yonder-media-source.h"
#include "yonder-post.h"

/* Of playbin: no subtitles, no visualisations, no volume control */
#define FLAGS 0x3
/* chosen: sound that is off by more than that begins anew at the present */
#define MAX_DRIFT (100 * GST_MSECOND)

/* One of the two ways from the file into the call; used by a streaming thread of the file's pipeline. */
typedef struct {
  GstElement    *feed;
  YonderPost    *post;
  YonderPostFunc on_first;
  gboolean       is_sound;
  gboolean       has_begun;
  GstClockTime   next; /* running time of the call: when the next sound is due */
} Way;

struct _YonderFileLoop {
  GObject parent_instance;

  /* owned */
  GstElement *player; /* (nullable): once closed */
  YonderPost *post;

  guint       bus_watch_id;
};

G_DEFINE_FINAL_TYPE (YonderFileLoop, yonder_file_loop, G_TYPE_OBJECT)

enum {
  SIGNAL_FOUND_PICTURE,
  SIGNAL_FOUND_SOUND,
  SIGNAL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
way_free (gpointer data)
{
  Way *way = data;

  gst_object_unref (way->feed);
  yonder_post_unref (way->post);
  g_free (way);
}

static void
emit_found_picture (gpointer object, gpointer data)
{
  g_signal_emit (object, signals[SIGNAL_FOUND_PICTURE], 0);
}

static void
emit_found_sound (gpointer object, gpointer data)
{
  g_signal_emit (object, signals[SIGNAL_FOUND_SOUND], 0);
}

/* Sound follows on sound without a gap; a picture is of now. */
static GstClockTime
timestamp (Way *way, GstBuffer *buffer)
{
  GstClockTime now = gst_element_get_current_running_time (way->feed);
  GstClockTime time = now;

  if (!GST_CLOCK_TIME_IS_VALID (now))
    return GST_CLOCK_TIME_NONE;
  if (!way->is_sound || !GST_BUFFER_DURATION_IS_VALID (buffer))
    return now;
  if (way->has_begun && ABS (GST_CLOCK_DIFF (way->next, now)) < (GstClockTimeDiff) MAX_DRIFT)
    time = way->next;
  way->next = time + GST_BUFFER_DURATION (buffer);
  return time;
}

static GstFlowReturn
on_new_sample (GstAppSink *sink, gpointer user_data)
{
  Way *way = user_data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GstClockTime time;

  if (sample == NULL)
    return GST_FLOW_EOS;

  time = timestamp (way, gst_sample_get_buffer (sample));
  if (!way->has_begun) {
    way->has_begun = TRUE;
    yonder_post_send (way->post, way->on_first, NULL, NULL);
  }
  if (GST_CLOCK_TIME_IS_VALID (time))
    yonder_feed_source_push_sample (way->feed, sample, time);
  return GST_FLOW_OK;
}

static GstElement *
make_sink (YonderFileLoop *self, GstElement *feed, gboolean is_sound, GError **error)
{
  GstElement *sink = yonder_element_make (feed != NULL ? "appsink" : "fakesink", error);
  GstAppSinkCallbacks callbacks = { .new_sample = on_new_sample };
  Way *way;

  if (sink == NULL || feed == NULL)
    return sink;

  way = g_new0 (Way, 1);
  way->feed = gst_object_ref (feed);
  way->post = yonder_post_ref (self->post);
  way->on_first = is_sound ? emit_found_sound : emit_found_picture;
  way->is_sound = is_sound;
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, way, way_free);
  g_object_set (sink, "max-buffers", 2, "sync", TRUE, NULL);
  return sink;
}

static gboolean
on_bus_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  YonderFileLoop *self = user_data;
  g_autoptr (GError) error = NULL;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_EOS:
      gst_element_seek_simple (self->player, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_KEY_UNIT, 0);
      break;
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, NULL);
      g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

static void
yonder_file_loop_finalize (GObject *object)
{
  YonderFileLoop *self = YONDER_FILE_LOOP (object);

  g_assert (self->player == NULL || self->bus_watch_id == 0);
  g_clear_object (&self->player);
  g_clear_pointer (&self->post, yonder_post_unref);

  G_OBJECT_CLASS (yonder_file_loop_parent_class)->finalize (object);
}

static void
yonder_file_loop_class_init (YonderFileLoopClass *class)
{
  GType type = G_TYPE_FROM_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = yonder_file_loop_finalize;

  signals[SIGNAL_FOUND_PICTURE] = g_signal_new ("found-picture", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FOUND_SOUND] = g_signal_new ("found-sound", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
yonder_file_loop_init (YonderFileLoop *self)
{
  self->post = yonder_post_new (self);
}

/* Returns: (transfer full) (nullable): the loop, not started, or %NULL with a [error@Yonder.MediaError]. Whether the file can be played
 *   is told later. */
YonderFileLoop *
yonder_file_loop_new (const char *file, GstElement *sound_feed, GstElement *picture_feed, GError **error)
{
  g_autoptr (YonderFileLoop) self = g_object_new (YONDER_TYPE_FILE_LOOP, NULL);
  g_autoptr (GError) uri_error = NULL;
  g_autofree char *uri = gst_filename_to_uri (file, &uri_error);
  GstElement *sound_sink, *picture_sink;

  if (uri == NULL) {
    g_set_error (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FAILED, "“%s” cannot be played: %s", file, uri_error->message);
    return NULL;
  }

  self->player = yonder_element_make ("playbin3", error);
  if (self->player == NULL)
    return NULL;

  gst_object_ref_sink (self->player);
  sound_sink = make_sink (self, sound_feed, TRUE, error);
  picture_sink = sound_sink != NULL ? make_sink (self, picture_feed, FALSE, error) : NULL;
  if (picture_sink == NULL)
    return NULL;

  g_object_set (self->player, "uri", uri, "flags", FLAGS, "audio-sink", sound_sink, "video-sink", picture_sink, NULL);
  return g_steal_pointer (&self);
}

void
yonder_file_loop_start (YonderFileLoop *self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->player);

  self->bus_watch_id = gst_bus_add_watch (bus, on_bus_message, self);
  gst_element_set_state (self->player, GST_STATE_PLAYING);
}

/* To be called before the last reference goes. */
void
yonder_file_loop_close (YonderFileLoop *self, YonderTeardown *teardown)
{
  g_clear_handle_id (&self->bus_watch_id, g_source_remove);
  if (self->player != NULL)
    yonder_teardown_drop (teardown, g_steal_pointer (&self->player));
}
