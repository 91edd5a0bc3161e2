/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-manual-clock.h"
#include "yonder-timeline.h"

static void
test_times (void)
{
  YonderManualClock *clock = yonder_manual_clock_new ();
  YonderTimeline *timeline = yonder_timeline_new (YONDER_CLOCK (clock));
  YonderTimelineEntry *entry;

  yonder_timeline_add (timeline, YONDER_TIMELINE_STATE, "inviting");
  yonder_manual_clock_advance (clock, 250);
  yonder_timeline_add (timeline, YONDER_TIMELINE_MEDIA, "first picture, %dx%d", 640, 480);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 2);
  entry = g_list_model_get_item (G_LIST_MODEL (timeline), 1);
  g_assert_cmpint (yonder_timeline_entry_get_time_us (entry), ==, 250000);
  g_assert_cmpint (yonder_timeline_entry_get_kind (entry), ==, YONDER_TIMELINE_MEDIA);
  g_assert_cmpstr (yonder_timeline_entry_get_text (entry), ==, "first picture, 640x480");
  g_object_unref (entry);
  g_assert_finalize_object (timeline);
  g_assert_finalize_object (clock);
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, guint *n)
{
  g_assert_cmpuint (removed, ==, 0);
  g_assert_cmpuint (position + added, ==, g_list_model_get_n_items (model));
  *n += added;
}

static void
test_bounds (void)
{
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (YonderTimeline) timeline = yonder_timeline_new (YONDER_CLOCK (clock));
  GListModel *model = G_LIST_MODEL (timeline);
  guint n_told = 0;

  g_signal_connect (timeline, "items-changed", G_CALLBACK (on_items_changed), &n_told);
  for (guint i = 0; i < 100000; i++)
    yonder_timeline_add (timeline, YONDER_TIMELINE_REFUSED, "nonsense %u", i);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 50);
  g_assert_cmpuint (yonder_timeline_get_n_refused (timeline), ==, 100000);

  for (guint i = 0; i < 2000; i++)
    yonder_timeline_add (timeline, YONDER_TIMELINE_REMOTE_CANDIDATE, "candidate %u", i);
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 1000);

  /* How it ended is to be read in any case. */
  yonder_timeline_add (timeline, YONDER_TIMELINE_STATE, "ended");
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, 1001);
  g_assert_cmpuint (n_told, ==, 1001);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timeline/times", test_times);
  g_test_add_func ("/timeline/bounds", test_bounds);
  return g_test_run ();
}
