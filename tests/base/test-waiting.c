/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The real clock, its hand-turned twin behind the same functions, and the delays between tries. */

#include "yonder-backoff.h"
#include "yonder-clock.h"
#include "yonder-manual-clock.h"

typedef struct {
  YonderClock *clock;
  guint        id;
  guint        fired;
  guint        destroyed;
  guint        stop_after; /* times it fires; 0: for ever */
} Timer;

static gboolean
on_fire (gpointer data)
{
  Timer *timer = data;

  timer->fired++;
  if (timer->fired == timer->stop_after)
    timer->id = 0;
  return timer->fired == timer->stop_after ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static gboolean
on_fire_and_clear (gpointer data)
{
  Timer *timer = data;

  timer->fired++;
  yonder_clock_clear (timer->clock, &timer->id);
  return G_SOURCE_CONTINUE;
}

static void
on_destroy (gpointer data)
{
  ((Timer *) data)->destroyed++;
}

static void
start (Timer *timer, guint delay_ms, GSourceFunc function)
{
  timer->id = yonder_clock_add (timer->clock, delay_ms, function, timer, on_destroy);
  g_assert_cmpuint (timer->id, !=, 0);
}

/* Each clock is told to let time pass in its own way. */
static void
await (Timer *timer, guint fired)
{
  while (timer->fired < fired) {
    if (YONDER_IS_MANUAL_CLOCK (timer->clock))
      yonder_manual_clock_advance (YONDER_MANUAL_CLOCK (timer->clock), 1);
    else
      g_main_context_iteration (NULL, TRUE);
  }
}

static void
test_clock (gconstpointer data)
{
  gboolean is_manual = GPOINTER_TO_INT (data);
  YonderClock *clock = is_manual ? YONDER_CLOCK (yonder_manual_clock_new ()) : yonder_clock_new ();
  Timer once = { clock, .stop_after = 1 }, thrice = { clock, .stop_after = 3 }, removed = { clock }, clearing = { clock },
    waiting = { clock };
  gint64 before = yonder_clock_now_us (clock);

  start (&once, 2, on_fire);
  start (&thrice, 1, on_fire);
  start (&removed, 1, on_fire);
  start (&clearing, 1, on_fire_and_clear);
  start (&waiting, 3600 * 1000, on_fire);

  yonder_clock_clear (clock, &removed.id);
  g_assert_cmpuint (removed.id, ==, 0);
  g_assert_cmpuint (removed.destroyed, ==, 1);
  yonder_clock_clear (clock, &removed.id);

  await (&once, 1);
  await (&thrice, 3);
  await (&clearing, 1);
  g_assert_cmpint (yonder_clock_now_us (clock) - before, >=, 3000);
  g_assert_cmpuint (once.fired, ==, 1);
  g_assert_cmpuint (once.destroyed, ==, 1);
  g_assert_cmpuint (thrice.fired, ==, 3);
  g_assert_cmpuint (thrice.destroyed, ==, 1);
  g_assert_cmpuint (clearing.fired, ==, 1);
  g_assert_cmpuint (clearing.destroyed, ==, 1);
  g_assert_cmpuint (removed.fired, ==, 0);
  g_assert_cmpuint (waiting.fired, ==, 0);
  g_assert_cmpuint (waiting.destroyed, ==, 0);

  /* A timer does not outlive its clock. */
  g_assert_finalize_object (clock);
  g_assert_cmpuint (waiting.destroyed, ==, 1);
}

/* A timer belongs to the context of whoever adds it. */
static void
test_context (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (YonderClock) clock = yonder_clock_new ();
  Timer timer = { clock, .stop_after = 1 };

  g_main_context_push_thread_default (context);
  start (&timer, 0, on_fire);
  g_main_context_pop_thread_default (context);
  while (timer.fired == 0)
    g_main_context_iteration (context, TRUE);
  g_assert_cmpuint (timer.destroyed, ==, 1);
}

/* What one timer frees may stop another. */
static void
on_destroy_stop (gpointer data)
{
  Timer *timer = data;

  timer->destroyed++;
  yonder_clock_clear (timer->clock, &timer->id);
}

static void
test_end_in_end (void)
{
  YonderClock *clock = yonder_clock_new ();
  Timer first = { clock }, second = { clock };

  first.id = yonder_clock_add (clock, 3600 * 1000, on_fire, &second, on_destroy_stop);
  second.id = yonder_clock_add (clock, 3600 * 1000, on_fire, &first, on_destroy_stop);
  g_assert_finalize_object (clock);
  g_assert_cmpuint (first.destroyed, ==, 1);
  g_assert_cmpuint (second.destroyed, ==, 1);
}

static void
test_backoff (void)
{
  YonderBackoff steady = YONDER_BACKOFF_INIT (1000, 5000, 0.0);
  static const guint delays[] = { 1000, 2000, 4000, 5000, 5000 };
  YonderBackoff spread = YONDER_BACKOFF_INIT (1000, 5000, 0.5);
  YonderBackoff extreme = YONDER_BACKOFF_INIT (G_MAXUINT, G_MAXUINT, 1.0);
  guint least = G_MAXUINT, most = 0;

  for (guint i = 0; i < G_N_ELEMENTS (delays); i++)
    g_assert_cmpuint (yonder_backoff_next_ms (&steady), ==, delays[i]);
  for (guint i = 0; i < 1000; i++)
    g_assert_cmpuint (yonder_backoff_next_ms (&steady), ==, 5000);
  yonder_backoff_reset (&steady);
  g_assert_cmpuint (yonder_backoff_next_ms (&steady), ==, 1000);

  for (guint i = 0; i < 1000; i++) {
    guint delay;

    yonder_backoff_reset (&spread);
    delay = yonder_backoff_next_ms (&spread);
    least = MIN (least, delay);
    most = MAX (most, delay);
  }
  /* 1000 uniform draws that all miss the outer tenth: 2 * 0.9^1000. */
  g_assert_cmpuint (least, >=, 500);
  g_assert_cmpuint (least, <, 600);
  g_assert_cmpuint (most, <=, 1500);
  g_assert_cmpuint (most, >, 1400);

  for (guint i = 0; i < 100; i++)
    yonder_backoff_next_ms (&extreme);
  g_assert_cmpuint (extreme.attempts, ==, 100);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/waiting/clock/real", GINT_TO_POINTER (FALSE), test_clock);
  g_test_add_data_func ("/waiting/clock/manual", GINT_TO_POINTER (TRUE), test_clock);
  g_test_add_func ("/waiting/context", test_context);
  g_test_add_func ("/waiting/end-in-end", test_end_in_end);
  g_test_add_func ("/waiting/backoff", test_backoff);

  return g_test_run ();
}
