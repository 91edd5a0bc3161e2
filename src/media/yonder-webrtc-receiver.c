/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-webrtc-receiver.h"

#include <gst/rtp/rtp.h>

#include "yonder-elements.h"
#include "yonder-video-codec.h"

/* chosen: a peer that adds streams without end gets no decoders for them */
#define MAX_STREAMS 8

struct _YonderReceiver {
  GMutex      mutex;
  GstElement *bin;        /* borrowed */
  GstPad     *exits[2];   /* audio, video; of the bin */
  GPtrArray  *valves;     /* borrowed elements of the bin */
  GstPad     *video_pad;  /* (nullable): of webrtcbin */
  guint       n_streams;
  gboolean    is_open;
  gboolean    is_closed;
};

/* use-inband-fec would hold everything back by 120 ms (gstopusdec.c has that as a fixed latency). */
#define VALVE "valve name=valve drop=true drop-mode=forward-sticky-events "
#define TEE "! tee name=out allow-not-linked=true"
#define AUDIO VALVE "! rtpopusdepay ! opusdec max-errors=-1 plc=true use-inband-fec=false " TEE
/* A stream that we did not ask for: taken and forgotten, since an unlinked pad would stop the others. */
#define IGNORED "fakesink async=false sync=false"

/* chosen: pictures wait that long for a packet that is sent again, which takes a round trip through whatever queues there are. Nothing else
 * waits with them: packets in order pass the jitter buffer at once, and a picture that comes late is shown late. So this is no part of the
 * pipeline's latency, which sound would have to bear. */
#define PICTURE_WAIT_MS 250
/* of all video codecs (RFC 7741 section 4.2, RFC 6184 section 8.2.1) */
#define PICTURE_CLOCK_RATE 90000

static void
receiver_clear (gpointer data)
{
  YonderReceiver *self = data;

  g_mutex_clear (&self->mutex);
  g_ptr_array_unref (self->valves);
  g_clear_object (&self->exits[0]);
  g_clear_object (&self->exits[1]);
  g_clear_object (&self->video_pad);
}

void
yonder_receiver_unref (YonderReceiver *self)
{
  g_atomic_rc_box_release_full (self, receiver_clear);
}

static void
on_closure_gone (gpointer data, GClosure *closure)
{
  yonder_receiver_unref (data);
}

static GstPad *
add_exit (GstElement *bin, const char *name)
{
  GstPad *pad = gst_object_ref_sink (gst_ghost_pad_new_no_target (name, GST_PAD_SRC));

  gst_pad_set_active (pad, TRUE);
  gst_element_add_pad (bin, pad);
  return pad;
}

YonderReceiver *
yonder_receiver_new (GstElement *bin)
{
  YonderReceiver *self = g_atomic_rc_box_new0 (YonderReceiver);

  g_mutex_init (&self->mutex);
  self->bin = bin;
  self->valves = g_ptr_array_new ();
  self->exits[0] = add_exit (bin, "audio-out");
  self->exits[1] = add_exit (bin, "video-out");
  return self;
}

/* Returns: (transfer full): the branch for what comes out of @pad */
static char *
describe_stream (YonderReceiver *self, GstPad *pad, gboolean *is_video)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const GstStructure *structure = caps != NULL && gst_caps_get_size (caps) > 0 ? gst_caps_get_structure (caps, 0) : NULL;
  const char *encoding = structure != NULL ? gst_structure_get_string (structure, "encoding-name") : NULL;
  YonderVideoCodec codec;

  *is_video = yonder_video_codec_from_name (encoding, &codec);
  if (self->n_streams >= MAX_STREAMS)
    return g_strdup (IGNORED);
  if (*is_video)
    return g_strconcat (VALVE "! ", yonder_video_codec_get_decoder (codec), " " TEE, NULL);
  return g_strdup (g_strcmp0 (encoding, "OPUS") == 0 ? AUDIO : IGNORED);
}

/* Called with the mutex held, on webrtcbin's thread: this has to be done before the pad gives its first buffer. */
static void
add_stream (YonderReceiver *self, GstPad *pad)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstPad) sink = NULL;
  g_autoptr (GstElement) valve = NULL;
  gboolean is_video;
  g_autofree char *description = describe_stream (self, pad, &is_video);
  GstElement *branch = yonder_bin_parse (NULL, description, TRUE, &error);

  if (branch == NULL) {
    g_warning ("an incoming stream cannot be decoded: %s", error->message);
    return;
  }

  self->n_streams++;
  gst_bin_add (GST_BIN (self->bin), branch);
  valve = gst_bin_get_by_name (GST_BIN (branch), "valve");
  if (valve != NULL) {
    g_autoptr (GstPad) out = gst_element_request_pad_simple (yonder_bin_get (branch, "out"), "src_%u");
    GstPad *src = gst_ghost_pad_new ("src", out);

    g_object_set (valve, "drop", !self->is_open, NULL);
    g_ptr_array_add (self->valves, valve);
    gst_pad_set_active (src, TRUE);
    gst_element_add_pad (branch, src);
    gst_ghost_pad_set_target (GST_GHOST_PAD (self->exits[is_video]), src);
    if (is_video)
      g_set_object (&self->video_pad, pad);
  }
  gst_element_sync_state_with_parent (branch);
  sink = gst_element_get_static_pad (branch, "sink");
  gst_pad_link (pad, sink);
}

static void
on_pad_added (GstElement *webrtcbin, GstPad *pad, gpointer user_data)
{
  YonderReceiver *self = user_data;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;

  g_mutex_lock (&self->mutex);
  if (!self->is_closed)
    add_stream (self, pad);
  g_mutex_unlock (&self->mutex);
}

/* @data: what the jitter buffers of sound wait, milliseconds. Streaming threads. */
static GstPadProbeReturn
hide_wait (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);
  GstClockTime hidden = (PICTURE_WAIT_MS - GPOINTER_TO_UINT (data)) * GST_MSECOND;
  GstClockTime min, max;
  gboolean is_live;

  /* once it is answered */
  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY || !(GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_PULL))
    return GST_PAD_PROBE_OK;

  gst_query_parse_latency (query, &is_live, &min, &max);
  if (min >= hidden)
    gst_query_set_latency (query, is_live, min - hidden, max);
  return GST_PAD_PROBE_OK;
}

/* Returns: whether @packet is of a picture. Of what a jitter buffer gives the caps do not tell, but it can ask for those of a payload type. */
static gboolean
is_of_picture (GstElement *jitterbuffer, GstBuffer *packet)
{
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;
  g_autoptr (GstCaps) caps = NULL;
  int clock_rate = 0;

  if (!gst_rtp_buffer_map (packet, GST_MAP_READ, &rtp))
    return FALSE;
  g_signal_emit_by_name (jitterbuffer, "request-pt-map", gst_rtp_buffer_get_payload_type (&rtp), &caps);
  gst_rtp_buffer_unmap (&rtp);
  return caps != NULL && gst_structure_get_int (gst_caps_get_structure (caps, 0), "clock-rate", &clock_rate) &&
         clock_rate == PICTURE_CLOCK_RATE;
}

/* The first packet of all is held back for as long as the buffer waits, since nobody knows whether it is the first: so it waits longer only
 * from then on. And it no longer guesses when the next packet is due: of a picture that the peer made late, or that is long under way since
 * it is large, it would give up each next packet just before that came, and every picture that is asked for instead is as late again. */
static GstPadProbeReturn
wait_longer (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  g_autoptr (GstElement) jitterbuffer = gst_pad_get_parent_element (pad);
  guint wait_ms;

  if (jitterbuffer == NULL || !is_of_picture (jitterbuffer, GST_PAD_PROBE_INFO_BUFFER (info)))
    return GST_PAD_PROBE_REMOVE;

  g_object_set (jitterbuffer, "rtx-next-seqnum", FALSE, NULL);
  g_object_get (jitterbuffer, "latency", &wait_ms, NULL);
  if (wait_ms < PICTURE_WAIT_MS) {
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_UPSTREAM, hide_wait, GUINT_TO_POINTER (wait_ms), NULL);
    g_object_set (jitterbuffer, "latency", PICTURE_WAIT_MS, NULL);
  }
  return GST_PAD_PROBE_REMOVE;
}

/* chosen: the first packet of all need not be held back until it is certain that none comes before it. What is lost by a false start is 20 ms of
 * sound, or a key frame that is asked for again: of its packets the second tells that the first was not late. */
#define FIRST_PACKETS_OF_SOUND 1
#define FIRST_PACKETS_OF_PICTURES 2

/* A streaming thread, after webrtcbin, which lets the jitter buffers of pictures ask for what is missing. */
static void
on_new_jitterbuffer (GstElement *rtpbin, GstElement *jitterbuffer, guint session, guint ssrc, gpointer user_data)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (jitterbuffer, "src");
  gboolean asks_again;

  g_object_get (jitterbuffer, "do-retransmission", &asks_again, NULL);
  g_object_set (jitterbuffer, "faststart-min-packets", asks_again ? FIRST_PACKETS_OF_PICTURES : FIRST_PACKETS_OF_SOUND, NULL);
  if (asks_again)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, wait_longer, NULL, NULL);
}

void
yonder_receiver_connect (YonderReceiver *self, GstElement *webrtcbin)
{
  GstElement *rtpbin = yonder_bin_get (webrtcbin, "rtpbin");

  g_signal_connect (rtpbin, "new-jitterbuffer", G_CALLBACK (on_new_jitterbuffer), NULL);
  g_signal_connect_data (webrtcbin, "pad-added", G_CALLBACK (on_pad_added), g_atomic_rc_box_acquire (self), on_closure_gone, 0);
}

/* Lets in what comes, from a key frame on. */
void
yonder_receiver_open (YonderReceiver *self)
{
  g_mutex_lock (&self->mutex);
  self->is_open = TRUE;
  for (guint i = 0; i < self->valves->len; i++)
    g_object_set (g_ptr_array_index (self->valves, i), "drop", FALSE, NULL);
  g_mutex_unlock (&self->mutex);

  yonder_receiver_request_keyframe (self);
}

/* Takes no new streams any more; the bin is about to be taken out. */
void
yonder_receiver_close (YonderReceiver *self)
{
  g_mutex_lock (&self->mutex);
  self->is_closed = TRUE;
  g_ptr_array_set_size (self->valves, 0);
  g_clear_object (&self->video_pad);
  g_mutex_unlock (&self->mutex);
}

GstPad *
yonder_receiver_get_exit (YonderReceiver *self, gboolean video)
{
  return self->exits[video ? 1 : 0];
}

/* Asks the peer for a picture that stands alone, if it sends any. */
void
yonder_receiver_request_keyframe (YonderReceiver *self)
{
  g_autoptr (GstPad) pad = NULL;

  g_mutex_lock (&self->mutex);
  g_set_object (&pad, self->video_pad);
  g_mutex_unlock (&self->mutex);

  if (pad != NULL)
    yonder_request_keyframe (pad);
}
