/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yonder-timecode.h"

#define TIME_CELLS    32
#define CHECK_SEED    0x5a
/* limited range video (ITU-R BT.601): black 16, white 235 */
#define LUMA_BLACK    16
#define LUMA_WHITE    235
#define CHROMA_NEUTRAL 128
/* chosen: codecs at 120 kbit/s still keep black and white this far apart */
#define MIN_CONTRAST  48
/* chosen: a call that lags more than this is no call; a clock that is behind is no latency */
#define MAX_LATENCY_MS 60000

static guint
cell_size (const YonderPixels *pixels)
{
  guint size = pixels->width_px / YONDER_TIMECODE_CELLS;

  return pixels->height_px >= size ? size : 0;
}

static guint8
check_of (guint32 time_ms)
{
  return (guint8) ((time_ms >> 24) ^ (time_ms >> 16) ^ (time_ms >> 8) ^ time_ms ^ CHECK_SEED);
}

static gboolean
cell_is_white (guint cell, guint32 time_ms)
{
  if (cell < TIME_CELLS)
    return (time_ms >> (TIME_CELLS - 1 - cell)) & 1;

  return (check_of (time_ms) >> (YONDER_TIMECODE_CELLS - 1 - cell)) & 1;
}

static void
fill_rectangle (guint8 *plane, gsize stride, guint x, guint y, guint width, guint height, guint8 value)
{
  for (guint row = y; row < y + height; row++)
    memset (plane + row * stride + x, value, width);
}

/**
 * yonder_timecode_write:
 * @pixels: a picture that may be written to
 * @time_ms: milliseconds since 1970 modulo 2^32
 *
 * Draws the cells over the top left of the picture.
 *
 * Returns: %FALSE where the picture is less than 40 pixels wide, and nothing was drawn
 */
gboolean
yonder_timecode_write (const YonderPixels *pixels, guint32 time_ms)
{
  guint size = cell_size (pixels);

  if (size == 0)
    return FALSE;

  for (guint cell = 0; cell < YONDER_TIMECODE_CELLS; cell++) {
    gboolean is_white = cell_is_white (cell, time_ms);

    if (pixels->format == YONDER_PIXELS_BGRX)
      fill_rectangle (pixels->planes[0], pixels->strides[0], cell * size * 4, 0, size * 4, size, is_white ? 255 : 0);
    else
      fill_rectangle (pixels->planes[0], pixels->strides[0], cell * size, 0, size, size, is_white ? LUMA_WHITE : LUMA_BLACK);
  }

  /* Colour under the cells would bleed into them when the picture is scaled or converted. */
  if (pixels->format == YONDER_PIXELS_I420)
    for (guint plane = 1; plane <= 2; plane++)
      fill_rectangle (pixels->planes[plane], pixels->strides[plane], 0, 0, YONDER_TIMECODE_CELLS * size / 2, (size + 1) / 2,
                      CHROMA_NEUTRAL);
  else if (pixels->format == YONDER_PIXELS_NV12)
    fill_rectangle (pixels->planes[1], pixels->strides[1], 0, 0, YONDER_TIMECODE_CELLS * size / 2 * 2, (size + 1) / 2, CHROMA_NEUTRAL);

  return TRUE;
}

static guint
brightness_at (const YonderPixels *pixels, guint x, guint y)
{
  const guint8 *at;

  if (pixels->format != YONDER_PIXELS_BGRX)
    return pixels->planes[0][y * pixels->strides[0] + x];

  at = pixels->planes[0] + y * pixels->strides[0] + x * 4;

  return (at[0] + 2u * at[1] + at[2]) / 4;
}

/* The mean of the cell's middle half: its border is blurred by scaling and by the codec. */
static guint
cell_brightness (const YonderPixels *pixels, guint cell, guint size)
{
  guint margin = size / 4;
  guint sum = 0, n = 0;

  for (guint y = margin; y < size - margin; y++)
    for (guint x = margin; x < size - margin; x++, n++)
      sum += brightness_at (pixels, cell * size + x, y);

  return sum / n;
}

/**
 * yonder_timecode_read:
 * @pixels: a picture, in any state that a video codec and scaling leave it in
 * @time_ms: (out): what is written there
 *
 * The threshold between black and white is in the middle of the darkest and the brightest cell.
 *
 * Returns: %FALSE where there is no timecode: too little contrast, or the check does not fit
 */
gboolean
yonder_timecode_read (const YonderPixels *pixels, guint32 *time_ms)
{
  guint brightness[YONDER_TIMECODE_CELLS];
  guint darkest = G_MAXUINT, brightest = 0;
  guint size = cell_size (pixels);
  guint32 value = 0;
  guint8 check = 0;

  if (size == 0)
    return FALSE;

  for (guint cell = 0; cell < YONDER_TIMECODE_CELLS; cell++) {
    brightness[cell] = cell_brightness (pixels, cell, size);
    darkest = MIN (darkest, brightness[cell]);
    brightest = MAX (brightest, brightness[cell]);
  }

  if (brightest - darkest < MIN_CONTRAST)
    return FALSE;

  for (guint cell = 0; cell < YONDER_TIMECODE_CELLS; cell++) {
    guint bit = brightness[cell] > (darkest + brightest) / 2;

    if (cell < TIME_CELLS)
      value = (value << 1) | bit;
    else
      check = (guint8) ((check << 1) | bit);
  }

  if (check != check_of (value))
    return FALSE;

  *time_ms = value;

  return TRUE;
}

guint32
yonder_timecode_now (void)
{
  return (guint32) (g_get_real_time () / 1000);
}

gint
yonder_timecode_latency_ms (guint32 time_ms, guint32 now_ms)
{
  guint32 passed_ms = now_ms - time_ms;

  return passed_ms <= MAX_LATENCY_MS ? (gint) passed_ms : -1;
}
