/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderSender - the way of one medium from the encoder into webrtcbin: payloader and a valve, in the bin of a peer.
 *
 * Belongs to one peer connection: payload type and header extensions are what this negotiation says. It begins with all the formats that are
 * offered, and nothing can flow before one of them is chosen. Thread: main context.
 */

#pragma once

#include <gst/gst.h>

#include "yonder-video-codec.h"

G_BEGIN_DECLS

/* One form in which the medium may be sent. */
typedef struct {
  YonderVideoCodec      codec;   /* of video */
  guint                 payload_type;
  const YonderSdpCodec *offered; /* (nullable): borrowed; NULL: we offer */
} YonderSenderFormat;

/* What one m-line says of the medium. */
typedef struct {
  gboolean           is_video;
  guint              mline_index;
  guint              twcc_id; /* of the transport-wide sequence number; 0: the peer does not know it */
  YonderSenderFormat formats[YONDER_N_VIDEO_CODECS];
  guint              n_formats;
} YonderSenderMedia;

#define YONDER_TWCC_URI "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

typedef struct _YonderSender YonderSender;

YonderSender *yonder_sender_new      (GstElement *bin, GstElement *webrtcbin, const YonderSenderMedia *media, GError **error);
void          yonder_sender_free     (YonderSender *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderSender, yonder_sender_free)

gboolean      yonder_sender_choose    (YonderSender *self, const YonderSenderFormat *format, GError **error);
gboolean      yonder_sender_is_chosen (YonderSender *self);
GstPad       *yonder_sender_get_entry (YonderSender *self); /* (transfer none): of @bin, for encoded data */
GstPad       *yonder_sender_get_exit  (YonderSender *self); /* (transfer none): the sink pad of webrtcbin */
guint         yonder_sender_get_mline (YonderSender *self);
YonderVideoCodec yonder_sender_get_codec (YonderSender *self); /* of a sender of video, once chosen */
gboolean      yonder_sender_has_feedback (YonderSender *self); /* the peer tells how each packet arrived */
void          yonder_sender_set_open  (YonderSender *self, gboolean open);

G_END_DECLS
