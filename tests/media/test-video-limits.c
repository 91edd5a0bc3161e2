/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What descriptions say of the pictures that a peer decodes, and what is sent then. */

#include "yonder-video-limits.h"

static void
check (YonderVideoCodec codec, const char *fmtp, YonderVideoSize size, YonderVideoSize expected)
{
  YonderSdpCodec format = { .fmtp = (char *) fmtp };
  YonderVideoLimits limits;
  YonderVideoSize fitting;

  yonder_video_limits_read (&limits, codec, &format);
  yonder_video_limits_fit (&limits, &size, &fitting);
  g_test_message ("%s: %ux%u@%u", fmtp, fitting.width_px, fitting.height_px, fitting.fps);
  g_assert_cmpuint (fitting.width_px, ==, expected.width_px);
  g_assert_cmpuint (fitting.height_px, ==, expected.height_px);
  g_assert_cmpuint (fitting.fps, ==, expected.fps);
}

#define SIZE(...) ((YonderVideoSize) { __VA_ARGS__ })

static void
test_h264 (void)
{
  const YonderVideoCodec h264 = YONDER_VIDEO_CODEC_H264;

  check (h264, "packetization-mode=1;profile-level-id=42e01f", SIZE (1920, 1080, 15), SIZE (1280, 720, 15));
  check (h264, "packetization-mode=1;profile-level-id=42e01f", SIZE (1080, 1920, 15), SIZE (720, 1280, 15));
  check (h264, "packetization-mode=1;profile-level-id=42e01f", SIZE (1280, 720, 60), SIZE (1280, 720, 30));
  check (h264, "packetization-mode=1;profile-level-id=42e01f", SIZE (3840, 160, 15), SIZE (2704, 112, 15));
  check (h264, "packetization-mode=1;profile-level-id=42e01e", SIZE (1280, 720, 30), SIZE (856, 480, 25));
  check (h264, "packetization-mode=1;profile-level-id=42e028", SIZE (1920, 1080, 30), SIZE (1920, 1080, 30));
  check (h264, "packetization-mode=1;profile-level-id=42e0ff", SIZE (3840, 2160, 60), SIZE (3840, 2160, 60));
  check (h264, "profile-level-id=42e01f;max-fs=8160;max-mbps=244800", SIZE (1920, 1080, 60), SIZE (1920, 1080, 30));
  /* less than the level is not for max-fs to say */
  check (h264, "profile-level-id=42e01f;max-fs=99", SIZE (640, 480, 30), SIZE (640, 480, 30));
}

static void
test_vp8 (void)
{
  const YonderVideoCodec vp8 = YONDER_VIDEO_CODEC_VP8;

  check (vp8, NULL, SIZE (3840, 2160, 60), SIZE (3840, 2160, 60));
  check (vp8, "max-fs=3600;max-fr=30", SIZE (1920, 1080, 60), SIZE (1280, 720, 30));
  check (vp8, "max-fs=1200", SIZE (640, 480, 30), SIZE (640, 480, 30));
  /* nonsense is no reason to fail */
  check (vp8, "max-fs=-1;max-fr=many", SIZE (640, 480, 30), SIZE (640, 480, 30));
  check (vp8, "max-fs=1;max-fr=0", SIZE (640, 480, 30), SIZE (16, 16, 30));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/video-limits/h264", test_h264);
  g_test_add_func ("/media/video-limits/vp8", test_vp8);
  return g_test_run ();
}
