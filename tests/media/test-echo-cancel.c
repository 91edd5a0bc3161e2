/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The microphone hears the loudspeaker: what comes out of the source bin is nearly silent, and one's own voice still gets through. */

#include <gst/app/gstappsrc.h>
#include <gst/audio/audio.h>
#include <gst/gst.h>
#include <math.h>

#include "media-pair.h"
#include "yonder-elements.h"
#include "yonder-media-source.h"

/* What the room does to sound on its way from the loudspeaker to the microphone */
#define DELAY (40 * GST_MSECOND)
#define ATTENUATION 2

typedef struct {
  GMutex  mutex;
  GstElement *microphone; /* an appsrc */
  double  sum;
  guint64 n;
} Room;

/* Streaming thread of the loudspeaker: the same sound, later and weaker, is what the microphone gets. */
static GstPadProbeReturn
on_played (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Room *room = user_data;
  GstBuffer *copy = gst_buffer_copy_deep (GST_PAD_PROBE_INFO_BUFFER (info));
  GstMapInfo map;

  gst_buffer_map (copy, &map, GST_MAP_READWRITE);
  for (gsize i = 0; i < map.size / 2; i++)
    ((gint16 *) map.data)[i] /= ATTENUATION;
  gst_buffer_unmap (copy, &map);
  GST_BUFFER_PTS (copy) += DELAY;
  gst_app_src_push_buffer (GST_APP_SRC (room->microphone), copy);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_sent (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Room *room = user_data;
  GstMapInfo map;

  g_mutex_lock (&room->mutex);
  gst_buffer_map (GST_PAD_PROBE_INFO_BUFFER (info), &map, GST_MAP_READ);
  for (gsize i = 0; i < map.size / 2; i++)
    room->sum += pow (((const gint16 *) map.data)[i] / 32768.0, 2);
  room->n += map.size / 2;
  gst_buffer_unmap (GST_PAD_PROBE_INFO_BUFFER (info), &map);
  g_mutex_unlock (&room->mutex);
  return GST_PAD_PROBE_OK;
}

/* Level in dBov of what would be sent, once the canceller has had time to learn. @voice: the microphone hears a voice and no loudspeaker */
static double
measure (gboolean cancel_echo, gboolean voice)
{
  Room room = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstPad) played = NULL;
  g_autoptr (GstPad) sent = NULL;
  GstElement *source, *sink, *device;
  double level;

  g_mutex_init (&room.mutex);
  pipeline = gst_parse_launch ("audiotestsrc is-live=true wave=pink-noise volume=0.4 "
                               "samplesperbuffer=480 ! audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved "
                               "! webrtcechoprobe name=" YONDER_ECHO_PROBE_NAME " ! fakesink name=speaker sync=true", &error);
  g_assert_no_error (error);

  if (voice) {
    device = gst_parse_bin_from_description ("audiotestsrc is-live=true wave=ticks sine-periods-per-tick=300 tick-interval=500000000 freq=300 "
                                             "volume=0.5 samplesperbuffer=480 ! capsfilter caps=audio/x-raw,format=S16LE,rate=48000,channels=1", TRUE, &error);
    g_assert_no_error (error);
  } else {
    /* a microphone hears nothing before it sounds */
    device = gst_parse_bin_from_description ("appsrc name=air is-live=true format=time caps=audio/x-raw,format=S16LE,rate=48000,channels=1,"
                                             "layout=interleaved ! queue ! clocksync", TRUE, &error);
    g_assert_no_error (error);
    room.microphone = yonder_bin_get (device, "air");
  }
  source = yonder_sound_device_new (device, YONDER_PROCESSING_NOISE | YONDER_PROCESSING_GAIN | (cancel_echo ? YONDER_PROCESSING_ECHO : 0), &error);
  g_assert_no_error (error);
  sink = gst_element_factory_make ("fakesink", NULL);
  g_object_set (sink, "async", FALSE, NULL);
  gst_bin_add_many (GST_BIN (pipeline), source, sink, NULL);
  g_assert_true (gst_element_link (source, sink));
  sent = gst_element_get_static_pad (sink, "sink");
  gst_pad_add_probe (sent, GST_PAD_PROBE_TYPE_BUFFER, on_sent, &room, NULL);
  if (!voice) {
    g_autoptr (GstElement) speaker = gst_bin_get_by_name (GST_BIN (pipeline), "speaker");

    played = gst_element_get_static_pad (speaker, "sink");
    gst_pad_add_probe (played, GST_PAD_PROBE_TYPE_BUFFER, on_played, &room, NULL);
  }

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  media_run_for (3000);
  g_mutex_lock (&room.mutex);
  room.sum = room.n = 0;
  g_mutex_unlock (&room.mutex);
  media_run_for (2000);
  g_mutex_lock (&room.mutex);
  g_assert_cmpuint (room.n, >, 40000);
  level = 10.0 * log10 (MAX (room.sum / room.n, 1e-12));
  g_mutex_unlock (&room.mutex);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_mutex_clear (&room.mutex);
  return level;
}

static void
test_echo_is_taken_out (void)
{
  double with = measure (TRUE, FALSE);
  double without = measure (FALSE, FALSE);

  g_test_message ("the loudspeaker comes back at %.1f dBov, with the canceller at %.1f", without, with);
  /* noise suppression works on both and has its share: measured 11 dB on top of it within three seconds */
  g_assert_cmpfloat (with, <, without - 6.0);
}

static void
test_voice_gets_through (void)
{
  double level = measure (TRUE, TRUE);

  g_test_message ("the voice comes through at %.1f dBov", level);
  g_assert_cmpfloat (level, >, -35.0);
}

int
main (int argc, char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/media/echo-cancel/echo-is-taken-out", test_echo_is_taken_out);
  g_test_add_func ("/media/echo-cancel/voice-gets-through", test_voice_gets_through);
  result = g_test_run ();
  gst_deinit ();
  return result;
}
