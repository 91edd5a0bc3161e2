/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-webrtc-promise.h"

#include "yonder-media-session.h"

/* Shared by the promise and the source that watches the cancellable; whoever comes first returns the task. */
typedef struct {
  GTask      *task;
  GstPromise *promise;
  GSource    *cancelled; /* (nullable) */
  gint        returned;  /* atomic */
  gboolean    is_closed; /* webrtcbin was, whatever it has replied */
} Operation;

static gboolean
claim (Operation *operation)
{
  if (!g_atomic_int_compare_and_exchange (&operation->returned, FALSE, TRUE))
    return FALSE;

  if (operation->cancelled != NULL)
    g_source_destroy (operation->cancelled);
  return TRUE;
}

static void
operation_clear (gpointer data)
{
  Operation *operation = data;

  g_clear_object (&operation->task);
  g_clear_pointer (&operation->promise, gst_promise_unref);
  g_clear_pointer (&operation->cancelled, g_source_unref);
}

static void
operation_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, operation_clear);
}

static gpointer
acquire_operation (gconstpointer data, gpointer user_data)
{
  return g_atomic_rc_box_acquire ((gpointer) data);
}

/* The operations of a webrtcbin that have not finished; touched on the main context alone. */
static GPtrArray *
get_operations (GstElement *webrtcbin)
{
  static const char key[] = "yonder-operations";
  GPtrArray *operations = g_object_get_data (G_OBJECT (webrtcbin), key);

  if (operations == NULL) {
    operations = g_ptr_array_new_with_free_func (operation_unref);
    g_object_set_data_full (G_OBJECT (webrtcbin), key, operations, (GDestroyNotify) g_ptr_array_unref);
  }
  return operations;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  Operation *operation = data;

  if (claim (operation))
    g_task_return_new_error_literal (operation->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The operation was cancelled");
  return G_SOURCE_REMOVE;
}

/* webrtcbin's thread, or that of the caller. An error field counts even where it holds no GError, as webrtcbin 1.26 sometimes has it. */
static void
on_replied (GstPromise *promise, gpointer data)
{
  Operation *operation = data;
  const GstStructure *reply;
  const GError *error = NULL;

  if (gst_promise_wait (promise) != GST_PROMISE_RESULT_REPLIED || !claim (operation))
    return;

  reply = gst_promise_get_reply (promise);
  if (reply == NULL || !gst_structure_has_field (reply, "error")) {
    g_task_return_pointer (operation->task, reply != NULL ? gst_structure_copy (reply) : NULL, (GDestroyNotify) gst_structure_free);
    return;
  }

  if (gst_structure_has_field_typed (reply, "error", G_TYPE_ERROR))
    error = g_value_get_boxed (gst_structure_get_value (reply, "error"));
  g_task_return_new_error (operation->task, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FAILED, "%s",
                           error != NULL ? error->message : "webrtcbin refused without a reason");
}

static GError *
make_closed_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The peer connection was closed");
}

/**
 * yonder_webrtc_promise_async:
 * @webrtcbin: a webrtcbin
 * @action: "create-offer", "create-answer", "set-local-description", "set-remote-description" or "get-stats"
 * @description: (nullable): for the two that set one
 * @cancellable: (nullable): to give up waiting; webrtcbin still does what it was asked
 * @callback: called on the main context of the caller
 * @user_data: for @callback
 *
 * Emits an action signal that takes a promise.
 */
void
yonder_webrtc_promise_async (GstElement *webrtcbin, const char *action, GstWebRTCSessionDescription *description,
                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  Operation *operation = g_atomic_rc_box_new0 (Operation);
  g_autoptr (GstPromise) promise = NULL;

  operation->task = g_task_new (webrtcbin, cancellable, callback, user_data);
  g_task_set_source_tag (operation->task, yonder_webrtc_promise_async);
  g_task_set_check_cancellable (operation->task, FALSE);

  if (cancellable != NULL) {
    operation->cancelled = g_cancellable_source_new (cancellable);
    g_source_set_callback (operation->cancelled, G_SOURCE_FUNC (on_cancelled), g_atomic_rc_box_acquire (operation), operation_unref);
    g_source_attach (operation->cancelled, g_task_get_context (operation->task));
  }

  promise = gst_promise_new_with_change_func (on_replied, g_atomic_rc_box_acquire (operation), operation_unref);
  operation->promise = gst_promise_ref (promise);
  g_task_set_task_data (operation->task, operation, NULL);
  g_ptr_array_add (get_operations (webrtcbin), operation);
  g_signal_emit_by_name (webrtcbin, action, description, promise);
}

/* Returns: %TRUE, or %FALSE with %YONDER_MEDIA_ERROR_FAILED or %G_IO_ERROR_CANCELLED */
gboolean
yonder_webrtc_promise_finish (GstElement *webrtcbin, GAsyncResult *result, GstStructure **reply, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  GstStructure *structure = g_task_propagate_pointer (G_TASK (result), &local_error);
  Operation *operation = g_task_get_task_data (G_TASK (result));

  if (operation->is_closed && local_error == NULL)
    local_error = make_closed_error ();
  /* the promise holds the operation: let it go, or neither is ever freed */
  g_clear_pointer (&operation->promise, gst_promise_unref);
  g_ptr_array_remove_fast (get_operations (webrtcbin), operation);

  if (reply != NULL)
    *reply = structure;
  else
    g_clear_pointer (&structure, gst_structure_free);

  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/**
 * yonder_webrtc_promise_cancel_all:
 * @webrtcbin: a webrtcbin that is about to be stopped
 *
 * Ends everything that still waits on @webrtcbin with %G_IO_ERROR_CANCELLED, replies that have not been read included. Stopped,
 * webrtcbin would drop the promises unanswered.
 */
void
yonder_webrtc_promise_cancel_all (GstElement *webrtcbin)
{
  g_autoptr (GPtrArray) operations = g_ptr_array_copy (get_operations (webrtcbin), acquire_operation, NULL);

  for (guint i = 0; i < operations->len; i++) {
    Operation *operation = g_ptr_array_index (operations, i);

    operation->is_closed = TRUE;
    gst_promise_interrupt (operation->promise);
    if (claim (operation))
      g_task_return_error (operation->task, make_closed_error ());
  }
}
