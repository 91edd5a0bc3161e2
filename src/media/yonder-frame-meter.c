/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yonder-frame-meter.h"

/* W3C webrtc-stats, freezeCount: max (3 d, d + 150 ms), d over the last 30 frames */
#define AVERAGED_FRAMES 30
/* Deviation: the average of the first few gaps tells nothing yet; libwebrtc's video quality observer waits for as many */
#define MIN_GAPS        5
#define FREEZE_EXTRA_US (150 * G_TIME_SPAN_MILLISECOND)
/* one second of frames at the highest rate that is told apart */
#define MAX_FPS         256

struct _YonderFrameMeter {
  GMutex  lock;
  guint64 n_frames;
  gint64  arrivals_us[MAX_FPS];     /* a ring, by n_frames */
  gint64  gaps_us[AVERAGED_FRAMES]; /* a ring, by n_gaps */
  guint64 n_gaps;
  gint64  gap_sum_us;
  gboolean is_paused; /* or nothing came yet */
  guint64 freeze_count;
  gint64  freeze_us;
};

YonderFrameMeter *
yonder_frame_meter_new (void)
{
  YonderFrameMeter *self = g_new0 (YonderFrameMeter, 1);

  g_mutex_init (&self->lock);
  self->is_paused = TRUE;

  return self;
}

void
yonder_frame_meter_free (YonderFrameMeter *self)
{
  if (self == NULL)
    return;

  g_mutex_clear (&self->lock);
  g_free (self);
}

static gboolean
is_freeze (YonderFrameMeter *self, gint64 gap_us)
{
  gint64 average_us;

  if (self->n_gaps < MIN_GAPS)
    return FALSE;

  average_us = self->gap_sum_us / (gint64) MIN (self->n_gaps, AVERAGED_FRAMES);

  return gap_us >= MAX (3 * average_us, average_us + FREEZE_EXTRA_US);
}

static void
add_gap (YonderFrameMeter *self, gint64 gap_us)
{
  gint64 *slot = &self->gaps_us[self->n_gaps % AVERAGED_FRAMES];

  self->gap_sum_us += gap_us - *slot;
  *slot = gap_us;
  self->n_gaps++;
}

/**
 * yonder_frame_meter_frame:
 * @self: the meter
 * @now_us: when the frame was shown; not before the last one
 */
void
yonder_frame_meter_frame (YonderFrameMeter *self, gint64 now_us)
{
  g_mutex_lock (&self->lock);

  if (!self->is_paused) {
    gint64 gap_us = MAX (0, now_us - self->arrivals_us[(self->n_frames - 1) % MAX_FPS]);

    if (is_freeze (self, gap_us)) {
      self->freeze_count++;
      self->freeze_us += gap_us;
    }
    add_gap (self, gap_us);
  }

  self->is_paused = FALSE;
  self->arrivals_us[self->n_frames % MAX_FPS] = now_us;
  self->n_frames++;

  g_mutex_unlock (&self->lock);
}

/**
 * yonder_frame_meter_pause:
 * @self: the meter
 *
 * The next frame begins anew: the gap before it is neither a freeze nor part of the average.
 */
void
yonder_frame_meter_pause (YonderFrameMeter *self)
{
  g_mutex_lock (&self->lock);
  self->is_paused = TRUE;
  g_mutex_unlock (&self->lock);
}

/**
 * yonder_frame_meter_get:
 * @self: the meter
 * @now_us: the present
 * @counts: (out caller-allocates): what was seen so far
 *
 * Deviation: webrtc-stats counts a freeze when the next frame is there; here one that still goes on counts, so that a picture
 * which never comes back shows.
 */
void
yonder_frame_meter_get (YonderFrameMeter *self, gint64 now_us, YonderFrameCounts *counts)
{
  guint64 oldest, i;
  guint n_recent = 0;

  g_mutex_lock (&self->lock);

  oldest = self->n_frames > MAX_FPS ? self->n_frames - MAX_FPS : 0;
  for (i = self->n_frames; i > oldest && now_us - self->arrivals_us[(i - 1) % MAX_FPS] < G_USEC_PER_SEC; i--)
    n_recent++;

  counts->n_frames = self->n_frames;
  counts->fps = n_recent;
  counts->freeze_count = self->freeze_count;
  counts->freeze_us = self->freeze_us;

  if (!self->is_paused) {
    gint64 gap_us = now_us - self->arrivals_us[(self->n_frames - 1) % MAX_FPS];

    if (is_freeze (self, gap_us)) {
      counts->freeze_count++;
      counts->freeze_us += gap_us;
    }
  }

  g_mutex_unlock (&self->lock);
}
