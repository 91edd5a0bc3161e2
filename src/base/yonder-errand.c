/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-errand.h"

/* The data of the task. */
typedef struct {
  const YonderErrandClass *class;
  gpointer                 state;
  YonderClock             *clock;
  GCancellable            *inner;
  GError                  *late;         /* (nullable): what it ends with when its time is over */
  guint                    limit_id;
  gulong                   cancelled_id;
  gboolean                 is_over;
} Errand;

static void
errand_free (gpointer data)
{
  Errand *self = data;

  yonder_clock_clear (self->clock, &self->limit_id);
  self->class->free_state (self->state);
  g_clear_object (&self->inner);
  g_clear_object (&self->clock);
  g_clear_error (&self->late);
  g_free (self);
}

/* Returns: whether it was still going on; then the caller has it return */
static gboolean
end (GTask *task)
{
  Errand *self = g_task_get_task_data (task);

  if (self->is_over)
    return FALSE;
  self->is_over = TRUE;
  yonder_clock_clear (self->clock, &self->limit_id);
  /* not g_cancellable_disconnect(), which would wait for the handler that this may be called from */
  g_clear_signal_handler (&self->cancelled_id, g_task_get_cancellable (task));
  if (self->class->settle != NULL)
    self->class->settle (task);
  g_cancellable_cancel (self->inner);
  return TRUE;
}

static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  yonder_errand_return_error (data, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled"));
}

static gboolean
on_time_over (gpointer data)
{
  Errand *self = g_task_get_task_data (data);

  self->limit_id = 0;
  yonder_errand_return_error (data, g_steal_pointer (&self->late));
  return G_SOURCE_REMOVE;
}

/**
 * yonder_errand_begin:
 * @source: (nullable) (type GObject): the source object of the result
 * @class: (transfer none): what happens to @state; static
 * @state: (transfer full): what the operation needs, until nobody holds the errand any more
 * @clock: what its limit is measured by
 * @cancellable: (nullable): to give it up: it returns at once, with %G_IO_ERROR_CANCELLED
 * @callback: called with the result, which is a #GTask
 * @user_data: for @callback
 *
 * An errand whose @cancellable has been cancelled before finds its inner one cancelled too, and ends as what it waits for does.
 *
 * Returns: (transfer none): an errand that lives at least until it returns; what waits for an answer takes a reference
 */
GTask *
yonder_errand_begin (gpointer source, const YonderErrandClass *class, gpointer state, YonderClock *clock, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (source, cancellable, callback, user_data);
  Errand *self = g_new0 (Errand, 1);

  self->class = class;
  self->state = state;
  self->clock = g_object_ref (clock);
  self->inner = g_cancellable_new ();
  g_task_set_source_tag (task, yonder_errand_begin);
  g_task_set_task_data (task, self, errand_free);
  if (g_cancellable_is_cancelled (cancellable))
    g_cancellable_cancel (self->inner);
  else if (cancellable != NULL)
    self->cancelled_id = g_signal_connect (cancellable, "cancelled", G_CALLBACK (on_cancelled), task);
  return task;
}

/**
 * yonder_errand_get_state:
 *
 * Returns: (transfer none): what it was begun with
 */
gpointer
yonder_errand_get_state (GTask *errand)
{
  return ((Errand *) g_task_get_task_data (errand))->state;
}

/**
 * yonder_errand_get_inner:
 *
 * Returns: (transfer none): cancelled once the errand is over, for the operations that it consists of
 */
GCancellable *
yonder_errand_get_inner (GTask *errand)
{
  return ((Errand *) g_task_get_task_data (errand))->inner;
}

gboolean
yonder_errand_is_over (GTask *errand)
{
  return ((Errand *) g_task_get_task_data (errand))->is_over;
}

/**
 * yonder_errand_set_limit:
 * @limit_ms: how long it may go on from now
 * @late: (transfer full): what it ends with then
 *
 * To be called once at the most.
 */
void
yonder_errand_set_limit (GTask *errand, guint limit_ms, GError *late)
{
  Errand *self = g_task_get_task_data (errand);

  self->late = late;
  self->limit_id = yonder_clock_add (self->clock, limit_ms, on_time_over, errand, NULL);
}

/**
 * yonder_errand_return_error:
 * @error: (transfer full): why it failed; dropped if the errand is over
 */
void
yonder_errand_return_error (GTask *errand, GError *error)
{
  if (!end (errand)) {
    g_error_free (error);
    return;
  }
  g_task_return_error (errand, error);
  g_object_unref (errand);
}

/**
 * yonder_errand_return_int:
 * @result: for g_task_propagate_int(); dropped if the errand is over
 */
void
yonder_errand_return_int (GTask *errand, gssize result)
{
  if (!end (errand))
    return;
  g_task_return_int (errand, result);
  g_object_unref (errand);
}

/**
 * yonder_errand_return_pointer:
 * @result: (transfer full): for g_task_propagate_pointer(); freed if the errand is over
 * @free_result: frees @result
 */
void
yonder_errand_return_pointer (GTask *errand, gpointer result, GDestroyNotify free_result)
{
  if (!end (errand)) {
    free_result (result);
    return;
  }
  g_task_return_pointer (errand, result, free_result);
  g_object_unref (errand);
}
