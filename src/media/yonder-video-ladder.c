/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-video-ladder.h"

/* Each step: the size as a share of the full one, the rate of pictures, and the bits per pixel below which the next step is better. */
typedef struct {
  guint  numerator, denominator;
  guint  fps;
  double min_bits_per_pixel;
} Step;

#define N_STEPS 5

/* chosen: VP8 in real time at 640x480@30 holds up to about 350 kbit/s, at 320x240@30 to about 130. Of a screen little changes from one
 * picture to the next, so fewer bits do; but where there are few pictures those that stand alone weigh more. */
static const Step ladders[][N_STEPS] = {
  [YONDER_VIDEO_CONTENT_MOTION] = {
    { 1, 1, 60, 0.040 },
    { 3, 4, 30, 0.045 },
    { 1, 2, 30, 0.055 },
    { 1, 2, 15, 0.060 },
    { 3, 8, 15, 0.0   },
  },
  [YONDER_VIDEO_CONTENT_SCREEN] = {
    { 1, 1, 15, 0.020 },
    { 1, 1, 8,  0.030 },
    { 1, 1, 5,  0.040 },
    { 3, 4, 5,  0.050 },
    { 1, 2, 5,  0.0   },
  },
};

/* A step up needs this much more than the step down gave way at, or the picture would jump between two sizes. */
#define HYSTERESIS 1.4

static void
step_size (const YonderVideoSize *full, const Step *step, YonderVideoSize *size)
{
  /* even numbers: the colour planes have half the size */
  size->width_px = MAX (full->width_px * step->numerator / step->denominator & ~1u, 16);
  size->height_px = MAX (full->height_px * step->numerator / step->denominator & ~1u, 16);
  size->fps = MIN (full->fps, step->fps);
}

static gboolean
is_same (const YonderVideoSize *a, const YonderVideoSize *b)
{
  return a->width_px == b->width_px && a->height_px == b->height_px && a->fps == b->fps;
}

/**
 * yonder_video_ladder_choose:
 * @content: what the pictures show
 * @full: what was asked for
 * @current: (nullable): what is sent now
 * @bps: what the encoder may use, bits per second
 * @chosen: (out): what to send; never larger than @full
 */
void
yonder_video_ladder_choose (YonderVideoContent content, const YonderVideoSize *full, const YonderVideoSize *current, guint bps,
                            YonderVideoSize *chosen)
{
  gboolean above_current = current != NULL;

  for (guint i = 0; i < N_STEPS; i++) {
    const Step *step = &ladders[content][i];
    double needed;

    step_size (full, step, chosen);
    if (current != NULL && is_same (chosen, current))
      above_current = FALSE;

    needed = step->min_bits_per_pixel * chosen->width_px * chosen->height_px * chosen->fps;
    if (above_current)
      needed *= HYSTERESIS;
    if (bps >= needed)
      return;
  }
}
