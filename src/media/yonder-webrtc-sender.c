/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-webrtc-sender.h"

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

#include "yonder-elements.h"
#include "yonder-media-session.h"

struct _YonderSender {
  GstPad     *entry;
  GstPad     *exit;
  GstElement *valve;
  guint       mline_index;
  YonderVideoCodec codec;
  gboolean    has_feedback;
};

/* MTU: leaves room for SRTP, TURN and VPN headers under 1280 bytes. The queue keeps webrtcbin's waiting away from the encoder. */
#define QUEUE "queue leaky=downstream max-size-buffers=200 max-size-bytes=0 max-size-time=0 "
/* Closed, it holds back even events: webrtcbin 1.26 reads the mid for each caps event without a lock, while a description may change it. */
#define VALVE "capsfilter name=format ! valve name=valve drop=true drop-mode=drop-all"
#define VIDEO QUEUE "! %s ! " VALVE
#define AUDIO QUEUE "! rtpopuspay name=payloader mtu=1200 ! " VALVE

/* The whole of what webrtcbin needs for an offer or answer, so that it need not wait for the first packet. */
static GstCaps *
make_caps (const YonderSenderFormat *format, guint ssrc)
{
  GstCaps *caps = gst_caps_new_simple ("application/x-rtp", "media", G_TYPE_STRING, format->is_video ? "video" : "audio",
                                       "encoding-name", G_TYPE_STRING, format->is_video ? yonder_video_codec_get_name (format->codec) : "OPUS",
                                       "clock-rate", G_TYPE_INT, format->is_video ? 90000 : 48000,
                                       "payload", G_TYPE_INT, (int) format->payload_type,
                                       "ssrc", G_TYPE_UINT, ssrc, NULL);

  if (!format->is_video)
    gst_caps_set_simple (caps, "encoding-params", G_TYPE_STRING, "2", NULL);
  if (format->twcc_id > 0) {
    g_autofree char *field = g_strdup_printf ("extmap-%u", format->twcc_id);

    gst_caps_set_simple (caps, field, G_TYPE_STRING, YONDER_TWCC_URI, NULL);
  }
  return caps;
}

/* What the answer has to repeat of the offer (RFC 6184 section 8.2.2). The packets themselves name the level of our own pictures. */
static GstCaps *
make_preferences (const YonderSenderFormat *format, GstCaps *caps)
{
  GstCaps *preferences = gst_caps_copy (caps);
  g_autofree char *profile = NULL;

  if (!format->is_video || format->codec != YONDER_VIDEO_CODEC_H264)
    return preferences;

  gst_caps_set_simple (preferences, "packetization-mode", G_TYPE_STRING, "1", NULL);
  profile = yonder_sdp_codec_dup_parameter (format->offered, "profile-level-id");
  if (profile != NULL)
    gst_caps_set_simple (preferences, "profile-level-id", G_TYPE_STRING, profile, NULL);
  return preferences;
}

static GstPad *
request_pad (GstElement *webrtcbin, const YonderSenderFormat *format, GstCaps *caps)
{
  GstPadTemplate *template = gst_element_get_pad_template (webrtcbin, "sink_%u");
  g_autofree char *name = g_strdup_printf ("sink_%u", format->mline_index);
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  g_autoptr (GstCaps) preferences = make_preferences (format, caps);
  GstPad *pad = gst_element_request_pad (webrtcbin, template, name, caps);

  if (pad == NULL)
    return NULL;

  g_object_get (pad, "transceiver", &transceiver, NULL);
  g_object_set (transceiver, "codec-preferences", preferences, "do-nack", format->is_video, NULL);
  return pad;
}

/**
 * yonder_sender_new:
 * @bin: the bin of a peer
 * @webrtcbin: in it, still without an m-line of that index
 * @format: what the m-line says
 * @error: return location for a [error@Yonder.MediaError]
 *
 * Makes the branch, closed.
 *
 * Returns: (transfer full) (nullable): the sender, or %NULL
 */
YonderSender *
yonder_sender_new (GstElement *bin, GstElement *webrtcbin, const YonderSenderFormat *format, GError **error)
{
  g_autoptr (YonderSender) self = g_new0 (YonderSender, 1);
  guint ssrc = g_random_int_range (1, G_MAXINT32);
  g_autoptr (GstCaps) caps = make_caps (format, ssrc);
  g_autofree char *name = g_strdup_printf ("send-%u", format->mline_index);
  g_autoptr (GstPad) branch_src = NULL;
  g_autoptr (GstPad) branch_sink = NULL;
  g_autofree char *video = g_strdup_printf (VIDEO, yonder_video_codec_get_payloader (format->codec));
  GstElement *branch = yonder_bin_parse (name, format->is_video ? video : AUDIO, TRUE, error);

  if (branch == NULL)
    return NULL;

  gst_bin_add (GST_BIN (bin), branch);
  self->valve = yonder_bin_get (branch, "valve");
  g_object_set (yonder_bin_get (branch, "payloader"), "pt", format->payload_type, "ssrc", ssrc, NULL);
  g_object_set (yonder_bin_get (branch, "format"), "caps", caps, NULL);

  self->mline_index = format->mline_index;
  self->codec = format->codec;
  self->has_feedback = format->twcc_id > 0;
  self->exit = request_pad (webrtcbin, format, caps);
  branch_src = gst_element_get_static_pad (branch, "src");
  if (self->exit == NULL || GST_PAD_LINK_FAILED (gst_pad_link (branch_src, self->exit))) {
    g_set_error (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FAILED, "The peer connection takes no %s",
                 format->is_video ? "video" : "audio");
    return NULL;
  }

  branch_sink = gst_element_get_static_pad (branch, "sink");
  self->entry = gst_object_ref_sink (gst_ghost_pad_new (format->is_video ? "video-in" : "audio-in", branch_sink));
  gst_pad_set_active (self->entry, TRUE);
  gst_element_add_pad (bin, self->entry);
  gst_element_sync_state_with_parent (branch);
  return g_steal_pointer (&self);
}

/* The elements go with the bin. */
void
yonder_sender_free (YonderSender *self)
{
  g_clear_object (&self->entry);
  g_clear_object (&self->exit);
  g_free (self);
}

GstPad *
yonder_sender_get_entry (YonderSender *self)
{
  return self->entry;
}

GstPad *
yonder_sender_get_exit (YonderSender *self)
{
  return self->exit;
}

guint
yonder_sender_get_mline (YonderSender *self)
{
  return self->mline_index;
}

YonderVideoCodec
yonder_sender_get_codec (YonderSender *self)
{
  return self->codec;
}

gboolean
yonder_sender_has_feedback (YonderSender *self)
{
  return self->has_feedback;
}

void
yonder_sender_set_open (YonderSender *self, gboolean open)
{
  g_object_set (self->valve, "drop", !open, NULL);
}
