/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yonder-frame-meter.h"

#define MS G_TIME_SPAN_MILLISECOND

static gint64
show_frames (YonderFrameMeter *meter, gint64 now_us, guint n, gint64 gap_us)
{
  for (guint i = 0; i < n; i++, now_us += gap_us)
    yonder_frame_meter_frame (meter, now_us);

  return now_us - gap_us;
}

static void
test_rate (void)
{
  g_autoptr (YonderFrameMeter) meter = yonder_frame_meter_new ();
  YonderFrameCounts counts;
  gint64 last_us;

  yonder_frame_meter_get (meter, 5, &counts);
  g_assert_cmpfloat (counts.fps, ==, 0);
  g_assert_cmpuint (counts.n_frames, ==, 0);

  last_us = show_frames (meter, 1000 * MS, 90, 100 * MS / 3 + 1);
  yonder_frame_meter_get (meter, last_us + 1, &counts);
  g_assert_cmpfloat (counts.fps, ==, 30);
  g_assert_cmpuint (counts.n_frames, ==, 90);
  g_assert_cmpuint (counts.freeze_count, ==, 0);

  yonder_frame_meter_get (meter, last_us + 500 * MS, &counts);
  g_assert_cmpfloat (counts.fps, ==, 15);
  yonder_frame_meter_get (meter, last_us + 1500 * MS, &counts);
  g_assert_cmpfloat (counts.fps, ==, 0);
}

/* Average gap 33 ms: a freeze begins at max (100, 183) = 183 ms. */
static void
test_freeze (void)
{
  g_autoptr (YonderFrameMeter) meter = yonder_frame_meter_new ();
  YonderFrameCounts counts;
  gint64 last_us = show_frames (meter, 0, 60, 33 * MS);

  last_us = show_frames (meter, last_us + 180 * MS, 60, 33 * MS);
  yonder_frame_meter_get (meter, last_us, &counts);
  g_assert_cmpuint (counts.freeze_count, ==, 0);

  last_us = show_frames (meter, last_us + 500 * MS, 60, 33 * MS);
  yonder_frame_meter_get (meter, last_us, &counts);
  g_assert_cmpuint (counts.freeze_count, ==, 1);
  g_assert_cmpint (counts.freeze_us, ==, 500 * MS);
}

/* At 5 frames a second three times the average is more: max (600, 350) ms. */
static void
test_freeze_when_slow (void)
{
  g_autoptr (YonderFrameMeter) meter = yonder_frame_meter_new ();
  YonderFrameCounts counts;
  gint64 last_us = show_frames (meter, 0, 40, 200 * MS);

  last_us = show_frames (meter, last_us + 550 * MS, 40, 200 * MS);
  yonder_frame_meter_get (meter, last_us, &counts);
  g_assert_cmpuint (counts.freeze_count, ==, 0);

  last_us = show_frames (meter, last_us + 700 * MS, 1, 200 * MS);
  yonder_frame_meter_get (meter, last_us, &counts);
  g_assert_cmpuint (counts.freeze_count, ==, 1);
}

static void
test_freeze_without_end (void)
{
  g_autoptr (YonderFrameMeter) meter = yonder_frame_meter_new ();
  YonderFrameCounts counts;
  gint64 last_us = show_frames (meter, 0, 60, 33 * MS);

  yonder_frame_meter_get (meter, last_us + 100 * MS, &counts);
  g_assert_cmpuint (counts.freeze_count, ==, 0);
  yonder_frame_meter_get (meter, last_us + 4000 * MS, &counts);
  g_assert_cmpuint (counts.freeze_count, ==, 1);
  g_assert_cmpint (counts.freeze_us, ==, 4000 * MS);

  /* asking does not count it twice */
  yonder_frame_meter_frame (meter, last_us + 5000 * MS);
  yonder_frame_meter_get (meter, last_us + 5000 * MS, &counts);
  g_assert_cmpuint (counts.freeze_count, ==, 1);
  g_assert_cmpint (counts.freeze_us, ==, 5000 * MS);
}

static void
test_pause (void)
{
  g_autoptr (YonderFrameMeter) meter = yonder_frame_meter_new ();
  YonderFrameCounts counts;
  gint64 last_us = show_frames (meter, 0, 60, 33 * MS);

  yonder_frame_meter_pause (meter);
  yonder_frame_meter_get (meter, last_us + 9000 * MS, &counts);
  g_assert_cmpuint (counts.freeze_count, ==, 0);
  last_us = show_frames (meter, last_us + 9000 * MS, 60, 33 * MS);
  yonder_frame_meter_get (meter, last_us, &counts);
  g_assert_cmpuint (counts.freeze_count, ==, 0);
  g_assert_cmpuint (counts.n_frames, ==, 120);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/frame-meter/rate", test_rate);
  g_test_add_func ("/media/frame-meter/freeze", test_freeze);
  g_test_add_func ("/media/frame-meter/freeze-when-slow", test_freeze_when_slow);
  g_test_add_func ("/media/frame-meter/freeze-without-end", test_freeze_without_end);
  g_test_add_func ("/media/frame-meter/pause", test_pause);

  return g_test_run ();
}
