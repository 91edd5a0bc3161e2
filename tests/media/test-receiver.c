/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the jitter buffers of a call do with packets that come late: a real rtpbin, in a bin that stands for webrtcbin. */

#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <gst/rtp/rtp.h>

#include "yonder-webrtc-receiver.h"

#define WAIT_MS   60 /* of webrtcbin, for sound */
#define FRAME_MS  33
#define N_FRAMES  15
#define N_PACKETS 60 /* of a key frame of a screen */

typedef struct {
  GstElement     *pipeline, *webrtcbin, *rtpbin, *source; /* all but the first borrowed */
  YonderReceiver *receiver;
  int             clock_rate;
  guint16         sequence;
  gint            n_arrived, n_lost, n_requests; /* atomic */
} Fixture;

static GstCaps *
on_request_pt_map (GstElement *rtpbin, guint session, guint payload_type, Fixture *self)
{
  return gst_caps_new_simple ("application/x-rtp", "clock-rate", G_TYPE_INT, self->clock_rate, "payload", G_TYPE_INT, (int) payload_type, NULL);
}

static GstPadProbeReturn
on_request (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Fixture *self = data;

  if (gst_event_has_name (GST_PAD_PROBE_INFO_EVENT (info), "GstRTPRetransmissionRequest"))
    g_atomic_int_inc (&self->n_requests);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_output (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Fixture *self = data;

  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER)
    g_atomic_int_inc (&self->n_arrived);
  else if (gst_event_has_name (GST_PAD_PROBE_INFO_EVENT (info), "GstRTPPacketLost"))
    g_atomic_int_inc (&self->n_lost);
  return GST_PAD_PROBE_OK;
}

static void
on_new_jitterbuffer (GstElement *rtpbin, GstElement *jitterbuffer, guint session, guint ssrc, Fixture *self)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (jitterbuffer, "sink");
  g_autoptr (GstPad) src = gst_element_get_static_pad (jitterbuffer, "src");

  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_request, self, NULL);
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_output, self, NULL);
}

static void
on_pad_added (GstElement *rtpbin, GstPad *pad, Fixture *self)
{
  GstElement *sink;
  g_autoptr (GstPad) entry = NULL;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;

  sink = gst_element_factory_make ("fakesink", NULL);
  entry = gst_element_get_static_pad (sink, "sink");
  g_object_set (sink, "async", FALSE, "sync", FALSE, NULL);
  gst_bin_add (GST_BIN (self->webrtcbin), sink);
  gst_element_sync_state_with_parent (sink);
  gst_pad_link (pad, entry);
}

static void
fixture_set_up (Fixture *self, gconstpointer clock_rate)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("application/x-rtp");

  self->clock_rate = GPOINTER_TO_INT (clock_rate);
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  self->webrtcbin = gst_bin_new (NULL);
  self->rtpbin = gst_element_factory_make ("rtpbin", "rtpbin");
  self->source = gst_element_factory_make ("appsrc", NULL);
  g_object_set (self->rtpbin, "latency", WAIT_MS, "do-retransmission", TRUE, "do-lost", TRUE, NULL);
  g_object_set (self->source, "caps", caps, "format", GST_FORMAT_TIME, "is-live", TRUE, "do-timestamp", TRUE, NULL);
  gst_bin_add_many (GST_BIN (self->webrtcbin), self->source, self->rtpbin, NULL);
  gst_bin_add (GST_BIN (self->pipeline), self->webrtcbin);
  g_signal_connect (self->rtpbin, "request-pt-map", G_CALLBACK (on_request_pt_map), self);
  g_signal_connect (self->rtpbin, "new-jitterbuffer", G_CALLBACK (on_new_jitterbuffer), self);
  g_signal_connect (self->rtpbin, "pad-added", G_CALLBACK (on_pad_added), self);
  self->receiver = yonder_receiver_new (self->webrtcbin);
  yonder_receiver_connect (self->receiver, self->webrtcbin);
  g_assert_true (gst_element_link_pads (self->source, "src", self->rtpbin, "recv_rtp_sink_0"));
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

static void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  yonder_receiver_close (self->receiver);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  yonder_receiver_unref (self->receiver);
  gst_object_unref (self->pipeline);
}

static void
push (Fixture *self, guint16 sequence, guint time_ms)
{
  GstBuffer *packet = gst_rtp_buffer_new_allocate (1000, 0, 0);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  g_assert_true (gst_rtp_buffer_map (packet, GST_MAP_WRITE, &rtp));
  gst_rtp_buffer_set_ssrc (&rtp, 4711);
  gst_rtp_buffer_set_payload_type (&rtp, 96);
  gst_rtp_buffer_set_seq (&rtp, sequence);
  gst_rtp_buffer_set_timestamp (&rtp, time_ms * (self->clock_rate / 1000));
  gst_rtp_buffer_unmap (&rtp);
  g_assert_cmpint (gst_app_src_push_buffer (GST_APP_SRC (self->source), packet), ==, GST_FLOW_OK);
}

/* Small frames at their time, so that the buffer knows the pace. */
static void
push_frames (Fixture *self)
{
  for (guint i = 0; i < N_FRAMES; i++) {
    push (self, self->sequence++, i * FRAME_MS);
    g_usleep (FRAME_MS * 1000);
  }
}

static void
wait_for (Fixture *self, gint n_packets)
{
  gint64 end_us = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  while (g_atomic_int_get (&self->n_arrived) + g_atomic_int_get (&self->n_lost) < n_packets && g_get_monotonic_time () < end_us)
    g_usleep (1000);
}

/* A peer without a moment to spare makes a large picture late, and its packets follow each other slowly: all of it is taken, and nothing is
 * asked for again. */
static void
test_late_picture (Fixture *self, gconstpointer data)
{
  push_frames (self);
  g_atomic_int_set (&self->n_requests, 0); /* until the first one is out the buffer guesses, and this thread may be late itself */
  g_usleep (400 * 1000);
  for (guint i = 0; i < N_PACKETS; i++) {
    push (self, self->sequence++, N_FRAMES * FRAME_MS);
    g_usleep (2 * 1000);
  }
  wait_for (self, N_FRAMES + N_PACKETS);
  g_assert_cmpint (g_atomic_int_get (&self->n_lost), ==, 0);
  g_assert_cmpint (g_atomic_int_get (&self->n_requests), ==, 0);
  g_assert_cmpint (g_atomic_int_get (&self->n_arrived), ==, N_FRAMES + N_PACKETS);
}

/* A packet that is missing is asked for again, and may come a while after the next one. */
static void
test_late_packet (Fixture *self, gconstpointer data)
{
  push_frames (self);
  push (self, self->sequence + 1, (N_FRAMES + 1) * FRAME_MS);
  g_usleep (WAIT_MS * 3 / 2 * 1000);
  push (self, self->sequence, N_FRAMES * FRAME_MS);
  wait_for (self, N_FRAMES + 2);
  g_assert_cmpint (g_atomic_int_get (&self->n_requests), >, 0);
  g_assert_cmpint (g_atomic_int_get (&self->n_lost), ==, 0);
  g_assert_cmpint (g_atomic_int_get (&self->n_arrived), ==, N_FRAMES + 2);
}

/* Sound goes on without. */
static void
test_missing_sound (Fixture *self, gconstpointer data)
{
  push_frames (self);
  push (self, self->sequence + 1, (N_FRAMES + 1) * FRAME_MS);
  wait_for (self, N_FRAMES + 2);
  g_assert_cmpint (g_atomic_int_get (&self->n_lost), ==, 1);
  g_assert_cmpint (g_atomic_int_get (&self->n_arrived), ==, N_FRAMES + 1);
}

#define ADD(path, clock_rate, function) \
  g_test_add ("/media/receiver/" path, Fixture, GINT_TO_POINTER (clock_rate), fixture_set_up, function, fixture_tear_down)

int
main (int argc, char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  ADD ("late-picture", 90000, test_late_picture);
  ADD ("late-packet", 90000, test_late_packet);
  ADD ("missing-sound", 48000, test_missing_sound);
  result = g_test_run ();
  gst_deinit ();
  return result;
}
