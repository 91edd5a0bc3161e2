/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-video-limits.h"

#define BLOCK_PX 16
#define MIN_PX   16
#define MAX_NUMBER 0xffffff

/* ITU-T H.264 table A-1, from the lowest level that Yonder sends to (yonder_video_codec_choose()). */
static const struct {
  guint level; /* times ten */
  guint max_blocks, max_blocks_per_second;
} levels[] = {
  { 30, 1620, 40500 },
  { 31, 3600, 108000 },
  { 32, 5120, 216000 },
  { 40, 8192, 245760 },
  { 42, 8704, 522240 },
  { 50, 22080, 589824 },
  { 51, 36864, 983040 },
  { 52, 36864, 2073600 },
};

static guint
read_number (const YonderSdpCodec *format, const char *name, guint base)
{
  g_autofree char *text = yonder_sdp_codec_dup_parameter (format, name);
  guint64 number = 0;

  return text != NULL && g_ascii_string_to_unsigned (text, base, 0, MAX_NUMBER, &number, NULL) ? number : 0;
}

/* RFC 6184 section 8.1: the last byte of profile-level-id is the level; max-fs and max-mbps say what is taken beyond it. */
static void
read_h264 (YonderVideoLimits *self, const YonderSdpCodec *format)
{
  guint level = read_number (format, "profile-level-id", 16) & 0xff;

  for (guint i = 0; i < G_N_ELEMENTS (levels) && (i == 0 || levels[i].level <= level); i++) {
    self->max_blocks = levels[i].max_blocks;
    self->max_blocks_per_second = levels[i].max_blocks_per_second;
  }
  self->max_blocks = MAX (self->max_blocks, read_number (format, "max-fs", 10));
  self->max_blocks_per_second = MAX (self->max_blocks_per_second, read_number (format, "max-mbps", 10));
}

void
yonder_video_limits_read (YonderVideoLimits *self, YonderVideoCodec codec, const YonderSdpCodec *format)
{
  *self = (YonderVideoLimits) { 0 };

  switch (codec) {
    case YONDER_VIDEO_CODEC_VP8: /* RFC 7741 section 6.1 */
      self->max_blocks = read_number (format, "max-fs", 10);
      self->max_fps = read_number (format, "max-fr", 10);
      break;
    case YONDER_VIDEO_CODEC_H264:
      read_h264 (self, format);
      break;
    default:
      g_assert_not_reached ();
  }
}

static guint64
count_blocks (guint length_px)
{
  return (length_px + BLOCK_PX - 1) / BLOCK_PX;
}

static gboolean
fits (const YonderVideoLimits *self, const YonderVideoSize *size)
{
  guint64 longest = count_blocks (MAX (size->width_px, size->height_px));

  return self->max_blocks == 0 || (count_blocks (size->width_px) * count_blocks (size->height_px) <= self->max_blocks &&
                                   longest * longest <= 8 * (guint64) self->max_blocks);
}

void
yonder_video_limits_fit (const YonderVideoLimits *self, const YonderVideoSize *size, YonderVideoSize *fitting)
{
  *fitting = *size;
  /* even numbers: the colour planes have half the size */
  for (guint width_px = size->width_px & ~1u; width_px >= MIN_PX && !fits (self, fitting); width_px -= 2) {
    fitting->width_px = width_px;
    fitting->height_px = MAX ((guint) ((guint64) size->height_px * width_px / size->width_px) & ~1u, MIN_PX);
  }

  if (self->max_fps > 0)
    fitting->fps = MIN (fitting->fps, self->max_fps);
  if (self->max_blocks_per_second > 0)
    fitting->fps = MIN (fitting->fps, self->max_blocks_per_second / (count_blocks (fitting->width_px) * count_blocks (fitting->height_px)));
  fitting->fps = MAX (fitting->fps, 1);
}
