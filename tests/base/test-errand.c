/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What ends an errand first counts, and everything else that would have ended it later finds it over. */

#include "yonder-errand.h"
#include "yonder-manual-clock.h"

typedef struct {
  YonderManualClock *clock;
  GCancellable      *cancellable;
  GTask             *errand; /* (nullable): as who waits for its answer holds it */
  guint              n_settled, n_freed, n_returned;
  char              *answer;
  GError            *error;
} Scene;

static void
settle (GTask *errand)
{
  Scene *scene = yonder_errand_get_state (errand);

  g_assert_true (yonder_errand_is_over (errand));
  scene->n_settled++;
}

static void
count_free (gpointer data)
{
  ((Scene *) data)->n_freed++;
}

static const YonderErrandClass scene_class = { settle, count_free };

static void
on_returned (GObject *source, GAsyncResult *result, gpointer data)
{
  Scene *scene = data;

  scene->n_returned++;
  scene->answer = g_task_propagate_pointer (G_TASK (result), &scene->error);
}

static void
set_up (Scene *scene, gconstpointer data)
{
  scene->clock = yonder_manual_clock_new ();
  scene->cancellable = g_cancellable_new ();
}

static void
begin (Scene *scene)
{
  scene->errand = g_object_ref (yonder_errand_begin (NULL, &scene_class, scene, YONDER_CLOCK (scene->clock), scene->cancellable,
                                                     on_returned, scene));
  yonder_errand_set_limit (scene->errand, 100, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "late"));
}

static void
answer (Scene *scene, const char *words)
{
  yonder_errand_return_pointer (scene->errand, g_strdup (words), g_free);
}

/* It has returned once, with what came first; nothing that comes now changes that, and the answerer was the last to hold it. */
static void
assert_over (Scene *scene)
{
  while (scene->n_returned == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (g_cancellable_is_cancelled (yonder_errand_get_inner (scene->errand)));
  g_assert_cmpuint (scene->n_freed, ==, 0);

  answer (scene, "too late");
  yonder_errand_return_error (scene->errand, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "too late"));
  yonder_manual_clock_advance (scene->clock, 1000);
  g_cancellable_cancel (scene->cancellable);
  while (g_main_context_iteration (NULL, FALSE)) {
  }
  g_assert_cmpuint (scene->n_returned, ==, 1);
  g_assert_cmpuint (scene->n_settled, ==, 1);
  g_clear_object (&scene->errand);
  g_assert_cmpuint (scene->n_freed, ==, 1);
}

static void
tear_down (Scene *scene, gconstpointer data)
{
  g_clear_object (&scene->clock);
  g_clear_object (&scene->cancellable);
  g_clear_error (&scene->error);
  g_free (scene->answer);
}

static void
test_answer (Scene *scene, gconstpointer data)
{
  begin (scene);
  yonder_manual_clock_advance (scene->clock, 99);
  g_assert_false (yonder_errand_is_over (scene->errand));
  answer (scene, "here");
  assert_over (scene);
  g_assert_no_error (scene->error);
  g_assert_cmpstr (scene->answer, ==, "here");
}

static void
test_limit (Scene *scene, gconstpointer data)
{
  begin (scene);
  yonder_manual_clock_advance (scene->clock, 100);
  assert_over (scene);
  g_assert_error (scene->error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

static void
test_cancel (Scene *scene, gconstpointer data)
{
  begin (scene);
  g_cancellable_cancel (scene->cancellable);
  assert_over (scene);
  g_assert_error (scene->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Whoever was given up before finds what it waits for given up, and says so by its answer. */
static void
test_cancelled_before (Scene *scene, gconstpointer data)
{
  g_cancellable_cancel (scene->cancellable);
  begin (scene);
  g_assert_false (yonder_errand_is_over (scene->errand));
  g_assert_true (g_cancellable_is_cancelled (yonder_errand_get_inner (scene->errand)));
  yonder_errand_return_error (scene->errand, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled"));
  assert_over (scene);
  g_assert_error (scene->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/errand/answer", Scene, NULL, set_up, test_answer, tear_down);
  g_test_add ("/errand/limit", Scene, NULL, set_up, test_limit, tear_down);
  g_test_add ("/errand/cancel", Scene, NULL, set_up, test_cancel, tear_down);
  g_test_add ("/errand/cancelled-before", Scene, NULL, set_up, test_cancelled_before, tear_down);
  return g_test_run ();
}
