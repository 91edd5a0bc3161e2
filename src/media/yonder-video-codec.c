/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-video-codec.h"

#define CLOCK_RATE 90000

/* RFC 6184 section 8.1: profile-level-id is profile_idc, constraints and level_idc in hex. Ours is constrained baseline, which every decoder
 * of the baseline profile takes, and 640x480@30 is level 3.0. */
#define H264_BASELINE    0x42
#define H264_LEVEL_3_0   0x1e
#define H264_DEFAULT_ID  0x42000a
/* What we can take: constrained baseline, level 3.1, which is what browsers say as well. */
#define H264_OUR_ID      "42e01f"

/* VP8. Real time, constant bitrate, a buffer of about half a second, key frames on request alone. cpu-used and threads: measured, this costs
 * two thirds of cpu-used=6 threads=2. max-intra-bitrate keeps a key frame to 3 times a mean frame's share times 3.
 * Errors in what the peer sends are no reason to stop: the decoder goes on, and asks for a key frame. */
static const struct {
  const char *name;
  const char *encoder;
  const char *bitrate_property;
  const char *payloader;
  const char *decoder;
  const char *factories[4]; /* what must be installed */
} codecs[YONDER_N_VIDEO_CODECS] = {
  [YONDER_VIDEO_CODEC_VP8] = {
    .name = "VP8",
    .encoder = "vp8enc name=encoder deadline=1 cpu-used=8 threads=1 end-usage=cbr keyframe-mode=auto keyframe-max-dist=3000 lag-in-frames=0 "
      "error-resilient=default buffer-size=600 buffer-initial-size=300 buffer-optimal-size=400 undershoot=100 overshoot=15 "
      "min-quantizer=4 max-quantizer=56 static-threshold=1 max-intra-bitrate=450 dropframe-threshold=30 min-force-key-unit-interval=300000000",
    .bitrate_property = "target-bitrate",
    .payloader = "rtpvp8pay name=payloader mtu=1200 picture-id-mode=15-bit",
    .decoder = "rtpvp8depay request-keyframe=true wait-for-keyframe=true ! vp8dec max-errors=-1 automatic-request-sync-points=true",
    .factories = { "vp8enc", "vp8dec" },
  },
  [YONDER_VIDEO_CODEC_H264] = {
    .name = "H264",
    .encoder = "openh264enc name=encoder rate-control=bitrate complexity=low gop-size=3000 multi-thread=1 enable-frame-skip=true qp-max=45 "
      "scene-change-detection=false min-force-key-unit-interval=300000000",
    .bitrate_property = "bitrate",
    .payloader = "rtph264pay name=payloader mtu=1200 config-interval=-1 aggregate-mode=zero-latency",
    .decoder = "rtph264depay request-keyframe=true wait-for-keyframe=true ! h264parse ! openh264dec automatic-request-sync-points=true max-errors=-1",
    .factories = { "openh264enc", "openh264dec", "h264parse" },
  },
};

/* Returns: whether the elements for it are installed */
gboolean
yonder_video_codec_is_available (YonderVideoCodec codec)
{
  for (guint i = 0; codecs[codec].factories[i] != NULL; i++) {
    g_autoptr (GstElementFactory) factory = gst_element_factory_find (codecs[codec].factories[i]);

    if (factory == NULL)
      return FALSE;
  }
  return TRUE;
}

static guint64
read_parameter (const YonderSdpCodec *format, const char *name, guint base, guint64 otherwise)
{
  g_autofree char *text = yonder_sdp_codec_dup_parameter (format, name);
  guint64 number;

  return text != NULL && g_ascii_string_to_unsigned (text, base, 0, 0xffffff, &number, NULL) ? number : otherwise;
}

/* Packets that hold more than one NAL unit each, and a profile and level that ours fit in. */
static gboolean
is_acceptable_h264 (const YonderSdpCodec *format)
{
  guint64 id = read_parameter (format, "profile-level-id", 16, H264_DEFAULT_ID);

  return read_parameter (format, "packetization-mode", 10, 0) == 1 && id >> 16 == H264_BASELINE && (id & 0xff) >= H264_LEVEL_3_0;
}

static gboolean
is_codec (const YonderSdpCodec *format, YonderVideoCodec codec)
{
  return format->codec != NULL && g_ascii_strcasecmp (format->codec, codecs[codec].name) == 0 && format->clock_rate == CLOCK_RATE &&
         (codec != YONDER_VIDEO_CODEC_H264 || is_acceptable_h264 (format));
}

/* Returns: (transfer none) (nullable): the first format of @media for @codec that we can speak, as far as the description says */
const YonderSdpCodec *
yonder_video_codec_find (const YonderSdpMedia *media, YonderVideoCodec codec)
{
  for (guint i = 0; i < media->codecs->len; i++) {
    if (is_codec (g_ptr_array_index (media->codecs, i), codec))
      return g_ptr_array_index (media->codecs, i);
  }
  return NULL;
}

/**
 * yonder_video_codec_choose:
 * @media: an m-line of video
 * @codec: (out): what to speak
 *
 * Returns: (transfer none) (nullable): the format of @media for it, or %NULL where none can be both coded and decoded here
 */
const YonderSdpCodec *
yonder_video_codec_choose (const YonderSdpMedia *media, YonderVideoCodec *codec)
{
  for (guint i = 0; i < YONDER_N_VIDEO_CODECS; i++) {
    const YonderSdpCodec *format = yonder_video_codec_find (media, i);

    *codec = i;
    if (format != NULL && yonder_video_codec_is_available (i))
      return format;
  }
  return NULL;
}

/**
 * yonder_video_codec_find_answered:
 * @media: an m-line of video, of the answer to our offer
 * @codec: (out): what to speak
 *
 * Returns: (transfer none) (nullable): the first format of @media that we can speak (RFC 3264 section 6.1), or %NULL
 */
const YonderSdpCodec *
yonder_video_codec_find_answered (const YonderSdpMedia *media, YonderVideoCodec *codec)
{
  for (guint i = 0; i < media->codecs->len; i++) {
    for (*codec = 0; *codec < YONDER_N_VIDEO_CODECS; (*codec)++) {
      if (is_codec (g_ptr_array_index (media->codecs, i), *codec) && yonder_video_codec_is_available (*codec))
        return g_ptr_array_index (media->codecs, i);
    }
  }
  return NULL;
}

/**
 * yonder_video_codec_set_parameters:
 * @codec: the codec
 * @offered: (nullable): what the peer offered; %NULL: we offer
 * @caps: (inout): RTP caps, to which what the description has to say of the codec is added
 *
 * An answer repeats the offer's profile (RFC 6184 section 8.2.2).
 */
void
yonder_video_codec_set_parameters (YonderVideoCodec codec, const YonderSdpCodec *offered, GstCaps *caps)
{
  g_autofree char *profile = NULL;

  if (codec != YONDER_VIDEO_CODEC_H264)
    return;

  gst_caps_set_simple (caps, "packetization-mode", G_TYPE_STRING, "1", NULL);
  profile = offered != NULL ? yonder_sdp_codec_dup_parameter (offered, "profile-level-id") : g_strdup (H264_OUR_ID);
  if (profile != NULL)
    gst_caps_set_simple (caps, "profile-level-id", G_TYPE_STRING, profile, NULL);
  if (offered == NULL)
    gst_caps_set_simple (caps, "level-asymmetry-allowed", G_TYPE_STRING, "1", NULL);
}

/* @name: an encoding-name of RTP caps; returns whether it is one of ours, with @codec set */
gboolean
yonder_video_codec_from_name (const char *name, YonderVideoCodec *codec)
{
  for (guint i = 0; i < YONDER_N_VIDEO_CODECS; i++) {
    if (g_strcmp0 (name, codecs[i].name) == 0) {
      *codec = i;
      return TRUE;
    }
  }
  return FALSE;
}

const char *
yonder_video_codec_get_name (YonderVideoCodec codec)
{
  return codecs[codec].name;
}

const char *
yonder_video_codec_get_encoder (YonderVideoCodec codec)
{
  return codecs[codec].encoder;
}

const char *
yonder_video_codec_get_payloader (YonderVideoCodec codec)
{
  return codecs[codec].payloader;
}

const char *
yonder_video_codec_get_decoder (YonderVideoCodec codec)
{
  return codecs[codec].decoder;
}

const char *
yonder_video_codec_get_bitrate_property (YonderVideoCodec codec)
{
  return codecs[codec].bitrate_property;
}
