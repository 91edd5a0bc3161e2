/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-loop-call.h"

#include <glib/gi18n.h>

#define POLL_MS 500

struct _YonderLoopCall {
  GObject parent_instance;

  YonderMediaFactory   *factory;
  GListModel           *ice_servers;
  YonderClock          *clock;

  GTask                *running;     /* (nullable) */
  YonderMediaSession   *sessions[2]; /* (nullable): 0 offers */
  YonderLoopCallResult *result;      /* (nullable): once handed over */
  GCancellable         *inner;       /* of the negotiation */
  gint64                start_us;
  guint                 n_secured;
  guint                 limit_id, poll_id;
  gulong                cancelled_id;
};

G_DEFINE_FINAL_TYPE (YonderLoopCall, yonder_loop_call, G_TYPE_OBJECT)

void
yonder_loop_call_result_free (YonderLoopCallResult *self)
{
  g_free (self->server);
  g_free (self);
}

static void
hang_up (YonderLoopCall *self)
{
  yonder_clock_clear (self->clock, &self->limit_id);
  yonder_clock_clear (self->clock, &self->poll_id);
  g_cancellable_cancel (self->inner);
  for (guint i = 0; i < 2; i++)
    if (self->sessions[i] != NULL) {
      g_signal_handlers_disconnect_by_data (self->sessions[i], self);
      yonder_media_session_close (self->sessions[i]);
      g_clear_object (&self->sessions[i]);
    }
}

/* @error is taken. */
static void
finish (YonderLoopCall *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->running);

  if (task == NULL) {
    g_clear_error (&error);
    return;
  }
  if (self->cancelled_id != 0)
    g_signal_handler_disconnect (g_task_get_cancellable (task), self->cancelled_id);
  self->cancelled_id = 0;
  hang_up (self);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&self->result), (GDestroyNotify) yonder_loop_call_result_free);
}

static double
elapsed_ms (YonderLoopCall *self)
{
  return (yonder_clock_now_us (self->clock) - self->start_us) / 1000.0;
}

static void
take_stats (YonderLoopCall *self)
{
  YonderMediaStats stats;

  yonder_media_session_get_stats (self->sessions[1], &stats);
  self->result->bitrate_bps = MAX (self->result->bitrate_bps, stats.bitrate_in_bps);
  self->result->rtt_ms = stats.rtt_ms;
  self->result->loss = stats.loss_in;
}

static void
name_relay (YonderLoopCall *self)
{
  g_autoptr (YonderIceReport) report = yonder_media_session_dup_ice_report (self->sessions[0]);
  const YonderReportPair *pair = report != NULL ? yonder_ice_report_get_selected (report) : NULL;
  const YonderReportCandidate *local = pair != NULL ? yonder_ice_report_get_local (report, pair->local) : NULL;

  if (local == NULL)
    return;
  self->result->server = g_strdup (local->server);
  self->result->relay_protocol = local->relay_protocol;
}

static gboolean
on_poll (gpointer data)
{
  YonderLoopCall *self = data;

  take_stats (self);
  if (elapsed_ms (self) - self->result->connect_ms < YONDER_LOOP_CALL_RUN_MS)
    return G_SOURCE_CONTINUE;
  self->poll_id = 0;
  name_relay (self);
  finish (self, NULL);
  return G_SOURCE_REMOVE;
}

static void
on_secured (YonderLoopCall *self)
{
  if (++self->n_secured < 2)
    return;
  self->result->connect_ms = elapsed_ms (self);
  yonder_clock_clear (self->clock, &self->limit_id);
  self->poll_id = yonder_clock_add (self->clock, POLL_MS, on_poll, self, NULL);
}

static void
on_first_frame (YonderLoopCall *self)
{
  if (self->result->first_frame_ms < 0)
    self->result->first_frame_ms = elapsed_ms (self);
}

static void
on_failed (YonderLoopCall *self, GError *error)
{
  finish (self, g_error_copy (error));
}

static void
on_candidate (YonderMediaSession *session, YonderIceCandidate *candidate, gint64 generation, YonderLoopCall *self)
{
  YonderMediaSession *other = self->sessions[session == self->sessions[0] ? 1 : 0];

  if (other != NULL)
    yonder_media_session_add_candidate (other, candidate);
}

static gboolean
on_limit (gpointer data)
{
  YonderLoopCall *self = data;

  self->limit_id = 0;
  finish (self, g_error_new_literal (YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_TIMED_OUT,
                                     _("a call through the relay did not come about within 10 seconds")));
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  finish (data, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled"));
}

static void
on_answer_accepted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderLoopCall) self = data;
  GError *error = NULL;

  if (!yonder_media_session_accept_answer_finish (YONDER_MEDIA_SESSION (source), result, &error))
    finish (self, error);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderLoopCall) self = data;
  GError *error = NULL;
  g_autofree char *answer = yonder_media_session_accept_offer_finish (YONDER_MEDIA_SESSION (source), result, &error);

  if (answer == NULL)
    finish (self, error);
  else if (self->sessions[0] != NULL)
    yonder_media_session_accept_answer_async (self->sessions[0], answer, self->inner, on_answer_accepted, g_object_ref (self));
}

static void
on_offered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderLoopCall) self = data;
  GError *error = NULL;
  g_autofree char *offer = yonder_media_session_create_offer_finish (YONDER_MEDIA_SESSION (source), result, &error);

  if (offer == NULL)
    finish (self, error);
  else if (self->sessions[1] != NULL)
    yonder_media_session_accept_offer_async (self->sessions[1], offer, self->inner, on_answered, g_object_ref (self));
}

static gboolean
make_sessions (YonderLoopCall *self, GError **error)
{
  YonderMediaOptions options = { .send_video = TRUE, .ice_servers = self->ice_servers, .relay_only = TRUE };

  for (guint i = 0; i < 2; i++) {
    self->sessions[i] = yonder_media_factory_create_session (self->factory, &options, error);
    if (self->sessions[i] == NULL)
      return FALSE;
    g_signal_connect (self->sessions[i], "candidate", G_CALLBACK (on_candidate), self);
    g_signal_connect_swapped (self->sessions[i], "secured", G_CALLBACK (on_secured), self);
    g_signal_connect_swapped (self->sessions[i], "first-frame", G_CALLBACK (on_first_frame), self);
    g_signal_connect_swapped (self->sessions[i], "failed", G_CALLBACK (on_failed), self);
    yonder_media_session_start_generation (self->sessions[i], 1);
  }
  return TRUE;
}

static void
yonder_loop_call_finalize (GObject *object)
{
  YonderLoopCall *self = YONDER_LOOP_CALL (object);

  g_clear_object (&self->factory);
  g_clear_object (&self->ice_servers);
  g_clear_object (&self->clock);
  g_clear_object (&self->inner);
  g_clear_pointer (&self->result, yonder_loop_call_result_free);

  G_OBJECT_CLASS (yonder_loop_call_parent_class)->finalize (object);
}

static void
yonder_loop_call_class_init (YonderLoopCallClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_loop_call_finalize;
}

static void
yonder_loop_call_init (YonderLoopCall *self)
{
  self->inner = g_cancellable_new ();
  self->result = g_new0 (YonderLoopCallResult, 1);
  self->result->first_frame_ms = self->result->rtt_ms = self->result->loss = -1;
}

/**
 * yonder_loop_call_new:
 * @factory: what makes the sessions; it should send a test picture
 * @ice_servers: of [class@Yonder.IceServer]
 * @clock: what measures and bounds
 */
YonderLoopCall *
yonder_loop_call_new (YonderMediaFactory *factory, GListModel *ice_servers, YonderClock *clock)
{
  YonderLoopCall *self = g_object_new (YONDER_TYPE_LOOP_CALL, NULL);

  self->factory = g_object_ref (factory);
  self->ice_servers = g_object_ref (ice_servers);
  self->clock = g_object_ref (clock);
  return self;
}

/**
 * yonder_loop_call_run_async:
 * @self: a call that has not run
 * @cancellable: (nullable): to give up
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Calls, lets the picture run for %YONDER_LOOP_CALL_RUN_MS, and hangs up.
 */
void
yonder_loop_call_run_async (YonderLoopCall *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GError *error = NULL;

  self->running = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->running, yonder_loop_call_run_async);
  self->start_us = yonder_clock_now_us (self->clock);
  if (g_cancellable_set_error_if_cancelled (cancellable, &error) || !make_sessions (self, &error)) {
    finish (self, error);
    return;
  }
  if (cancellable != NULL)
    self->cancelled_id = g_signal_connect (cancellable, "cancelled", G_CALLBACK (on_cancelled), self);
  self->limit_id = yonder_clock_add (self->clock, YONDER_LOOP_CALL_LIMIT_MS, on_limit, self, NULL);
  yonder_media_session_create_offer_async (self->sessions[0], self->inner, on_offered, g_object_ref (self));
}

YonderLoopCallResult *
yonder_loop_call_run_finish (YonderLoopCall *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
