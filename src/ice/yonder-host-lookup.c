/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-host-lookup.h"

#include <glib/gi18n.h>

#include "yonder-stun-error.h"

/* chosen: enough for a pool behind one name, and a bound for what a hostile name server may send */
#define MAX_ADDRESSES 8

typedef struct {
  char         *host;
  YonderClock  *clock;
  guint         timer_id;
  GCancellable *inner;       /* of the lookup; ours to cancel */
  gulong        cancelled_id;
  gboolean      is_done;
} Lookup;

static void
lookup_free (gpointer data)
{
  Lookup *self = data;

  yonder_clock_clear (self->clock, &self->timer_id);
  g_clear_object (&self->clock);
  g_clear_object (&self->inner);
  g_free (self->host);
  g_free (self);
}

/* What a task waits for may end it twice: by its time and by its answer; the first counts. */
static void
finish (GTask *task, GPtrArray *addresses, GError *error)
{
  Lookup *self = g_task_get_task_data (task);

  if (self->is_done) {
    g_clear_pointer (&addresses, g_ptr_array_unref);
    g_clear_error (&error);
    return;
  }
  self->is_done = TRUE;
  yonder_clock_clear (self->clock, &self->timer_id);
  if (self->cancelled_id != 0)
    g_cancellable_disconnect (g_task_get_cancellable (task), self->cancelled_id);
  self->cancelled_id = 0;
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, addresses, (GDestroyNotify) g_ptr_array_unref);
}

static void
on_resolved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Lookup *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autolist (GInetAddress) found = g_resolver_lookup_by_name_finish (G_RESOLVER (source), result, &error);
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_object_unref);

  for (GList *link = found; link != NULL && addresses->len < MAX_ADDRESSES; link = link->next)
    g_ptr_array_add (addresses, g_object_ref (link->data));

  if (addresses->len > 0)
    finish (task, g_steal_pointer (&addresses), NULL);
  else if (g_error_matches (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE))
    finish (task, NULL, g_error_new (YONDER_STUN_ERROR, YONDER_STUN_ERROR_LOOKUP_TIMED_OUT,
                                     _("the name %s could not be looked up: no name server answers"), self->host));
  else
    finish (task, NULL, g_error_new (YONDER_STUN_ERROR, YONDER_STUN_ERROR_NO_SUCH_NAME,
                                     _("there is no host of the name %s"), self->host));
}

static gboolean
on_time_over (gpointer data)
{
  GTask *task = data;
  Lookup *self = g_task_get_task_data (task);

  self->timer_id = 0;
  g_cancellable_cancel (self->inner);
  finish (task, NULL, g_error_new (YONDER_STUN_ERROR, YONDER_STUN_ERROR_LOOKUP_TIMED_OUT,
                                   _("the name %s could not be looked up in time"), self->host));
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  Lookup *self = g_task_get_task_data (data);

  g_cancellable_cancel (self->inner);
}

/**
 * yonder_host_lookup_async:
 * @host: a name, or an address, which is its own answer
 * @clock: what bounds the wait
 * @timeout_ms: after how long there is no more waiting
 * @cancellable: (nullable): to give up
 * @callback: called with the result; its source object is %NULL
 * @user_data: for @callback
 */
void
yonder_host_lookup_async (const char *host, YonderClock *clock, guint timeout_ms, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  Lookup *self = g_new0 (Lookup, 1);

  self->host = g_strdup (host);
  self->clock = g_object_ref (clock);
  self->inner = g_cancellable_new ();
  g_task_set_source_tag (task, yonder_host_lookup_async);
  g_task_set_task_data (task, self, lookup_free);
  if (g_task_return_error_if_cancelled (task))
    return;

  if (cancellable != NULL)
    self->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), task, NULL);
  /* the timer holds no reference: it goes with the task's data */
  self->timer_id = yonder_clock_add (clock, timeout_ms, on_time_over, task, NULL);
  g_resolver_lookup_by_name_async (resolver, host, self->inner, on_resolved, g_object_ref (task));
}

GPtrArray *
yonder_host_lookup_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
