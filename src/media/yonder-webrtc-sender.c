/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-webrtc-sender.h"

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

#include "yonder-elements.h"
#include "yonder-media-session.h"

struct _YonderSender {
  GstPad           *entry;
  GstPad           *exit;
  GstElement       *bin;      /* borrowed: of a peer */
  GstElement       *gate;     /* borrowed: of the bin */
  YonderVideoCodec  codec;
  guint             ssrc;
  guint             mline_index;
  guint             twcc_id;
  gboolean          is_video;
  gboolean          is_chosen;
};

/* MTU: leaves room for SRTP, TURN and VPN headers under 1280 bytes. The queue keeps webrtcbin's waiting away from the encoder. */
#define QUEUE "queue leaky=downstream max-size-buffers=200 max-size-bytes=0 max-size-time=0 ! "
#define AUDIO_PAYLOADER "rtpopuspay name=payloader mtu=1200"
/* Closed, it lets events through, at which webrtcbin makes ready for packets. Nothing may come before both descriptions are set: webrtcbin 1.26
 * reads the mid for each caps event without a lock, while a description may change it. */
#define GATE "capsfilter name=format ! valve name=valve drop=true drop-mode=forward-sticky-events"

/* The whole of what webrtcbin needs for an offer or answer, so that it need not wait for the first packet. */
static GstCaps *
make_caps (YonderSender *self, const YonderSenderFormat *format)
{
  GstCaps *caps = gst_caps_new_simple ("application/x-rtp", "media", G_TYPE_STRING, self->is_video ? "video" : "audio",
                                       "encoding-name", G_TYPE_STRING, self->is_video ? yonder_video_codec_get_name (format->codec) : "OPUS",
                                       "clock-rate", G_TYPE_INT, self->is_video ? 90000 : 48000,
                                       "payload", G_TYPE_INT, (int) format->payload_type, NULL);

  if (!self->is_video)
    gst_caps_set_simple (caps, "encoding-params", G_TYPE_STRING, "2", NULL);
  if (self->twcc_id > 0) {
    g_autofree char *field = g_strdup_printf ("extmap-%u", self->twcc_id);

    gst_caps_set_simple (caps, field, G_TYPE_STRING, YONDER_TWCC_URI, NULL);
  }
  return caps;
}

/* What the description has to say besides. The packets themselves name the level of our own pictures. The stream is described once, whatever
 * it is sent in. */
static GstCaps *
make_preferences (YonderSender *self, const YonderSenderMedia *media)
{
  GstCaps *preferences = gst_caps_new_empty ();

  for (guint i = 0; i < media->n_formats; i++) {
    GstCaps *caps = make_caps (self, &media->formats[i]);

    if (self->is_video)
      yonder_video_codec_set_parameters (media->formats[i].codec, media->formats[i].offered, caps);
    if (i == 0)
      gst_caps_set_simple (caps, "ssrc", G_TYPE_UINT, self->ssrc, NULL);
    gst_caps_append (preferences, caps);
  }
  return preferences;
}

static GstPad *
request_pad (YonderSender *self, GstElement *webrtcbin, const YonderSenderMedia *media, GstCaps *caps)
{
  GstPadTemplate *template = gst_element_get_pad_template (webrtcbin, "sink_%u");
  g_autofree char *name = g_strdup_printf ("sink_%u", self->mline_index);
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  g_autoptr (GstCaps) preferences = make_preferences (self, media);
  GstPad *pad = gst_element_request_pad (webrtcbin, template, name, caps);

  if (pad == NULL)
    return NULL;

  g_object_get (pad, "transceiver", &transceiver, NULL);
  g_object_set (transceiver, "codec-preferences", preferences, "do-nack", self->is_video, NULL);
  return pad;
}

static void
add_entry (YonderSender *self)
{
  self->entry = gst_object_ref_sink (gst_ghost_pad_new_no_target (self->is_video ? "video-in" : "audio-in", GST_PAD_SINK));
  gst_pad_set_active (self->entry, TRUE);
  gst_element_add_pad (self->bin, self->entry);
}

/**
 * yonder_sender_new:
 * @bin: the bin of a peer
 * @webrtcbin: in it, still without an m-line of that index
 * @media: what the m-line says
 * @error: return location for a [error@Yonder.MediaError]
 *
 * Makes the branch, closed. Where there is but one format, it is chosen.
 *
 * Returns: (transfer full) (nullable): the sender, or %NULL
 */
YonderSender *
yonder_sender_new (GstElement *bin, GstElement *webrtcbin, const YonderSenderMedia *media, GError **error)
{
  g_autoptr (YonderSender) self = g_new0 (YonderSender, 1);
  g_autoptr (GstCaps) caps = gst_caps_new_empty ();
  g_autofree char *name = g_strdup_printf ("send-%u", media->mline_index);
  g_autoptr (GstPad) gate_src = NULL;

  self->bin = bin;
  self->ssrc = g_random_int_range (1, G_MAXINT32);
  self->is_video = media->is_video;
  self->mline_index = media->mline_index;
  self->twcc_id = media->twcc_id;

  self->gate = yonder_bin_parse (name, GATE, TRUE, error);
  if (self->gate == NULL)
    return NULL;
  for (guint i = 0; i < media->n_formats; i++)
    gst_caps_append (caps, make_caps (self, &media->formats[i]));
  gst_bin_add (GST_BIN (bin), self->gate);
  g_object_set (yonder_bin_get (self->gate, "format"), "caps", caps, NULL);

  self->exit = request_pad (self, webrtcbin, media, caps);
  gate_src = gst_element_get_static_pad (self->gate, "src");
  if (self->exit == NULL || GST_PAD_LINK_FAILED (gst_pad_link (gate_src, self->exit))) {
    g_set_error (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FAILED, "The peer connection takes no %s",
                 media->is_video ? "video" : "audio");
    return NULL;
  }
  gst_element_sync_state_with_parent (self->gate);

  add_entry (self);
  if (media->n_formats == 1 && !yonder_sender_choose (self, &media->formats[0], error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * yonder_sender_choose:
 * @self: a sender for which nothing is chosen yet
 * @format: what is agreed on
 * @error: return location for a [error@Yonder.MediaError]
 *
 * Lets what comes in at the entry through to the valve.
 *
 * Returns: %TRUE, or %FALSE with %YONDER_MEDIA_ERROR_MISSING_PLUGIN or %YONDER_MEDIA_ERROR_FAILED
 */
gboolean
yonder_sender_choose (YonderSender *self, const YonderSenderFormat *format, GError **error)
{
  g_autoptr (GstCaps) caps = make_caps (self, format);
  g_autofree char *description = g_strconcat (QUEUE, self->is_video ? yonder_video_codec_get_payloader (format->codec) : AUDIO_PAYLOADER, NULL);
  g_autoptr (GstPad) sink = NULL;
  GstElement *payloader;

  g_return_val_if_fail (!self->is_chosen, FALSE);

  payloader = yonder_bin_parse (NULL, description, TRUE, error);
  if (payloader == NULL)
    return FALSE;

  gst_bin_add (GST_BIN (self->bin), payloader);
  g_object_set (yonder_bin_get (payloader, "payloader"), "pt", format->payload_type, "ssrc", self->ssrc, NULL);
  gst_caps_set_simple (caps, "ssrc", G_TYPE_UINT, self->ssrc, NULL);
  g_object_set (yonder_bin_get (self->gate, "format"), "caps", caps, NULL);
  gst_element_link (payloader, self->gate);
  gst_element_sync_state_with_parent (payloader);

  sink = gst_element_get_static_pad (payloader, "sink");
  gst_ghost_pad_set_target (GST_GHOST_PAD (self->entry), sink);
  self->codec = format->codec;
  self->is_chosen = TRUE;
  return TRUE;
}

/* Returns: whether there is a form that both sides understand */
gboolean
yonder_sender_is_chosen (YonderSender *self)
{
  return self->is_chosen;
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
  return self->twcc_id > 0;
}

void
yonder_sender_set_open (YonderSender *self, gboolean open)
{
  g_object_set (yonder_bin_get (self->gate, "valve"), "drop", !open, NULL);
}
