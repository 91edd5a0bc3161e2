/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-sio-calls.h"

#include <glib/gi18n.h>

#include "yonder-sio-client.h"

struct _YonderSioCalls {
  YonderClock          *clock;
  GHashTable           *pending; /* of gint64 id to Call */
  gint64                next_id;
  YonderSioCallsDropped dropped;
  gpointer              data;
};

typedef struct {
  gint64          id;
  YonderSioCalls *calls;
  GTask          *task;
  guint           timer;
  guint           timeout_ms;
  guint           cancelled_source;
  gboolean        is_sent;
} Call;

typedef struct {
  JsonArray *arguments;
  GPtrArray *attachments;
} Answer;

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_clear_pointer (&answer->arguments, json_array_unref);
  g_clear_pointer (&answer->attachments, g_ptr_array_unref);
  g_free (answer);
}

static void
call_free (gpointer data)
{
  Call *call = data;

  yonder_clock_clear (call->calls->clock, &call->timer);
  g_clear_handle_id (&call->cancelled_source, g_source_remove);
  g_clear_object (&call->task);
  g_free (call);
}

/* Takes the task out, so that whatever its callback does cannot meet the call again. */
static GTask *
take (YonderSioCalls *self, Call *call)
{
  GTask *task = g_steal_pointer (&call->task);
  gint64 id = call->id;
  gboolean was_sent = call->is_sent;

  g_hash_table_remove (self->pending, &id);
  if (!was_sent)
    self->dropped (id, self->data);

  return task;
}

static gboolean
on_timeout (gpointer data)
{
  Call *call = data;
  guint timeout_ms = call->timeout_ms;
  g_autoptr (GTask) task = NULL;

  call->timer = 0;
  task = take (call->calls, call);
  g_task_return_new_error (task, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_TIMED_OUT,
                           _("The server did not answer within %.3g seconds."), timeout_ms / 1000.0);

  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  Call *call = data;
  g_autoptr (GTask) task = NULL;

  call->cancelled_source = 0;
  task = take (call->calls, call);
  g_task_return_error_if_cancelled (task);

  return G_SOURCE_REMOVE;
}

/* A source rather than the signal: it may be removed while the cancellable is being cancelled. */
static void
watch_cancellable (Call *call)
{
  GCancellable *cancellable = g_task_get_cancellable (call->task);
  g_autoptr (GSource) source = NULL;

  if (cancellable == NULL)
    return;
  source = g_cancellable_source_new (cancellable);
  g_source_set_callback (source, G_SOURCE_FUNC (on_cancelled), call, NULL);
  call->cancelled_source = g_source_attach (source, g_main_context_get_thread_default ());
}

/* @dropped is called with @data for calls that end unsent. */
YonderSioCalls *
yonder_sio_calls_new (YonderClock *clock, YonderSioCallsDropped dropped, gpointer data)
{
  YonderSioCalls *self = g_new0 (YonderSioCalls, 1);

  self->clock = g_object_ref (clock);
  self->pending = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, call_free);
  self->dropped = dropped;
  self->data = data;

  return self;
}

void
yonder_sio_calls_free (YonderSioCalls *self)
{
  g_hash_table_unref (self->pending);
  g_object_unref (self->clock);
  g_free (self);
}

/**
 * yonder_sio_calls_add:
 * @self: the calls
 * @task: (transfer full): what is to be returned
 * @timeout_ms: how long to wait, 0 for as long as the connection lives
 *
 * Returns: the acknowledgement id, or -1 if too many are awaited already, the task being returned with an error then
 */
gint64
yonder_sio_calls_add (YonderSioCalls *self, GTask *task, guint timeout_ms)
{
  Call *call;

  if (g_hash_table_size (self->pending) >= YONDER_SIO_MAX_CALLS) {
    g_task_return_new_error (task, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_INVALID,
                             _("Too many answers of the server are awaited already."));
    g_object_unref (task);
    return -1;
  }

  call = g_new0 (Call, 1);
  call->id = self->next_id++;
  call->calls = self;
  call->task = task;
  call->timeout_ms = timeout_ms;
  if (timeout_ms > 0)
    call->timer = yonder_clock_add (self->clock, timeout_ms, on_timeout, call, NULL);
  watch_cancellable (call);
  g_hash_table_insert (self->pending, &call->id, call);

  return call->id;
}

/* Notes that the packet of a call went out: it fails with the connection from now on. */
void
yonder_sio_calls_sent (YonderSioCalls *self, gint64 id)
{
  Call *call = g_hash_table_lookup (self->pending, &id);

  if (call != NULL)
    call->is_sent = TRUE;
}

/**
 * yonder_sio_calls_answer:
 * @self: the calls
 * @id: the acknowledgement id that came
 * @arguments: (transfer none): the answer
 * @attachments: (nullable) (transfer none) (element-type GBytes): its binary parts
 *
 * Returns: whether such an answer was awaited
 */
gboolean
yonder_sio_calls_answer (YonderSioCalls *self, gint64 id, JsonArray *arguments, GPtrArray *attachments)
{
  Call *call = g_hash_table_lookup (self->pending, &id);
  g_autoptr (GTask) task = NULL;
  Answer *answer;

  if (call == NULL || !call->is_sent)
    return FALSE;

  answer = g_new0 (Answer, 1);
  answer->arguments = json_array_ref (arguments);
  answer->attachments = attachments != NULL ? g_ptr_array_ref (attachments) : NULL;
  task = take (self, call);
  g_task_return_pointer (task, answer, answer_free);

  return TRUE;
}

/* Ends one call with an error. */
void
yonder_sio_calls_fail (YonderSioCalls *self, gint64 id, const GError *error)
{
  Call *call = g_hash_table_lookup (self->pending, &id);
  g_autoptr (GTask) task = NULL;

  if (call == NULL)
    return;
  task = take (self, call);
  g_task_return_error (task, g_error_copy (error));
}

/* Ends with YONDER_SIGNALING_ERROR_LOST the calls that were sent, and those that were not where @unsent_too. */
void
yonder_sio_calls_lose (YonderSioCalls *self, gboolean unsent_too, const char *why)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->pending);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (unsent_too || ((Call *) value)->is_sent)
      g_array_append_val (ids, ((Call *) value)->id);

  for (guint i = 0; i < ids->len; i++)
    g_ptr_array_add (tasks, take (self, g_hash_table_lookup (self->pending, &g_array_index (ids, gint64, i))));
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_new_error_literal (tasks->pdata[i], YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_LOST, why);
}

/* The answer of a task that was given to yonder_sio_calls_add(); @attachments is NULL where there are none. */
JsonArray *
yonder_sio_calls_finish (GAsyncResult *result, GPtrArray **attachments, GError **error)
{
  Answer *answer = g_task_propagate_pointer (G_TASK (result), error);
  JsonArray *arguments;

  if (answer == NULL)
    return NULL;

  arguments = g_steal_pointer (&answer->arguments);
  if (attachments != NULL)
    *attachments = g_steal_pointer (&answer->attachments);
  answer_free (answer);

  return arguments;
}
