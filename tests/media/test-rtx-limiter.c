/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yonder-rtx-limiter.h"

#define MS G_TIME_SPAN_MILLISECOND

/* A peer behind a full queue asks for everything, all the time: 40 packets every 10 ms, of 1200 bytes, so 38 Mbit/s. */
static void
test_storm (void)
{
  g_autoptr (YonderRtxLimiter) limiter = yonder_rtx_limiter_new (500000);
  guint64 n_allowed, n_refused;
  guint16 sequence = 0;

  for (gint64 now_us = 0; now_us < 10 * G_USEC_PER_SEC; now_us += 10 * MS)
    for (guint i = 0; i < 40; i++)
      yonder_rtx_limiter_allow (limiter, 1, sequence++, 1200, now_us);

  yonder_rtx_limiter_get_counts (limiter, &n_allowed, &n_refused);
  g_assert_cmpuint (n_allowed + n_refused, ==, 40000);
  /* 15 % of 500 kbit/s for 10 s are 78 packets of 1200 bytes, and the burst is 20 more */
  g_assert_cmpuint (n_allowed, >=, 90);
  g_assert_cmpuint (n_allowed, <=, 98);
}

static void
test_burst (void)
{
  g_autoptr (YonderRtxLimiter) limiter = yonder_rtx_limiter_new (1000000);
  guint n = 0;

  for (guint16 i = 0; i < 100; i++)
    n += yonder_rtx_limiter_allow (limiter, 1, i, 0, 5 * G_USEC_PER_SEC);
  g_assert_cmpuint (n, ==, 20);

  /* a pause fills the bucket, but not over its rim */
  n = 0;
  for (guint16 i = 200; i < 300; i++)
    n += yonder_rtx_limiter_allow (limiter, 1, i, 0, 3600 * (gint64) G_USEC_PER_SEC);
  g_assert_cmpuint (n, ==, 20);
}

static void
test_once_per_round_trip (void)
{
  g_autoptr (YonderRtxLimiter) limiter = yonder_rtx_limiter_new (5000000);

  yonder_rtx_limiter_set_rtt (limiter, 80 * MS);
  g_assert_true (yonder_rtx_limiter_allow (limiter, 1, 7, 1000, 1000 * MS));
  g_assert_false (yonder_rtx_limiter_allow (limiter, 1, 7, 1000, 1040 * MS));
  g_assert_false (yonder_rtx_limiter_allow (limiter, 1, 7, 1000, 1079 * MS));
  /* the same number of another stream is another packet */
  g_assert_true (yonder_rtx_limiter_allow (limiter, 2, 7, 1000, 1079 * MS));
  g_assert_true (yonder_rtx_limiter_allow (limiter, 1, 7, 1000, 1080 * MS));
  g_assert_false (yonder_rtx_limiter_allow (limiter, 1, 7, 1000, 1100 * MS));
}

static void
test_follows_target (void)
{
  g_autoptr (YonderRtxLimiter) limiter = yonder_rtx_limiter_new (2000000);
  guint64 before, after;
  guint16 sequence = 0;

  for (gint64 now_us = 0; now_us < 5 * G_USEC_PER_SEC; now_us += MS)
    yonder_rtx_limiter_allow (limiter, 1, sequence++, 1200, now_us);
  yonder_rtx_limiter_get_counts (limiter, &before, NULL);
  g_assert_cmpuint (before, >=, 150);

  yonder_rtx_limiter_set_target (limiter, 120000);
  for (gint64 now_us = 5 * G_USEC_PER_SEC; now_us < 10 * G_USEC_PER_SEC; now_us += MS)
    yonder_rtx_limiter_allow (limiter, 1, sequence++, 1200, now_us);
  yonder_rtx_limiter_get_counts (limiter, &after, NULL);
  g_assert_cmpuint (after - before, <=, 12);
  g_assert_cmpuint (after - before, >=, 8);
}

/* Time that stands still or goes back gives nothing away, and the memory of what was sent stays bounded (leaks would show). */
static void
test_odd_times (void)
{
  g_autoptr (YonderRtxLimiter) limiter = yonder_rtx_limiter_new (1000000);
  guint n = 0;

  for (guint i = 0; i < 5000; i++)
    n += yonder_rtx_limiter_allow (limiter, i % 3, (guint16) i, 100000, (5000 - i) * MS);
  g_assert_cmpuint (n, <=, 10);

  for (guint i = 0; i < 5000; i++)
    yonder_rtx_limiter_allow (limiter, 9, (guint16) (i % 700), 10, (gint64) i * G_USEC_PER_SEC);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/rtx-limiter/storm", test_storm);
  g_test_add_func ("/media/rtx-limiter/burst", test_burst);
  g_test_add_func ("/media/rtx-limiter/once-per-round-trip", test_once_per_round_trip);
  g_test_add_func ("/media/rtx-limiter/follows-target", test_follows_target);
  g_test_add_func ("/media/rtx-limiter/odd-times", test_odd_times);

  return g_test_run ();
}
