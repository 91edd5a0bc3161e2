/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderVideoCodec - the video codecs of a call: what they are called in descriptions, and the elements that speak them.
 *
 * VP8 first: every browser has it (RFC 7742 section 5). H264 is for peers that want it or know nothing else, where the plug-in for it is
 * installed. Pure functions on constants; any thread.
 */

#pragma once

#include <gst/gst.h>

#include "yonder-sdp.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_VIDEO_CODEC_VP8,
  YONDER_VIDEO_CODEC_H264,
} YonderVideoCodec;
#define YONDER_N_VIDEO_CODECS 2

gboolean              yonder_video_codec_is_available  (YonderVideoCodec codec); /* can be both coded and decoded here */
/* (transfer none) (nullable): the format of @media to speak, the better codec first; %NULL: none that can be coded and decoded here */
const YonderSdpCodec *yonder_video_codec_choose        (const YonderSdpMedia *media, YonderVideoCodec *codec);
const YonderSdpCodec *yonder_video_codec_find          (const YonderSdpMedia *media, YonderVideoCodec codec); /* (transfer none) (nullable) */
const YonderSdpCodec *yonder_video_codec_find_answered (const YonderSdpMedia *media, YonderVideoCodec *codec);
void                  yonder_video_codec_set_parameters (YonderVideoCodec codec, const YonderSdpCodec *offered, GstCaps *caps);
gboolean              yonder_video_codec_from_name     (const char *name, YonderVideoCodec *codec);
const char           *yonder_video_codec_get_name      (YonderVideoCodec codec); /* as RTP caps have it */

/* Parts of a pipeline, in the language of gst-launch-1.0. */
const char           *yonder_video_codec_get_encoder   (YonderVideoCodec codec); /* one element, named "encoder" */
const char           *yonder_video_codec_get_payloader (YonderVideoCodec codec); /* one element, named "payloader" */
const char           *yonder_video_codec_get_decoder   (YonderVideoCodec codec); /* from RTP packets to pictures */
const char           *yonder_video_codec_get_bitrate_property (YonderVideoCodec codec); /* of the encoder, in bit/s */

G_END_DECLS
