/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-relay-trip.h"

#include <glib/gi18n.h>
#include <string.h>

#include "yonder-stun-error.h"

/* data may get lost between the server's own sockets as anywhere */
#define AGAIN_MS 400

typedef struct {
  YonderTurnClient   *turn;
  YonderClock        *clock;
  GInetSocketAddress *own;       /* the relayed address */
  GInetSocketAddress *stun_peer; /* (nullable) */
  GBytes             *token;     /* what goes to ourselves */
  GBytes             *request;   /* what goes to the STUN server; its id is the first bytes of the token */
  GCancellable       *inner;     /* of the permissions */
  gulong              data_id;
  gulong              cancelled_id;
  guint               again_id;
  guint               timeout_id;
  guint               n_asked, n_forbidden;
  gboolean            may_send_own, may_send_stun;
  gboolean            is_done;
  gint64              sent_us;
  gint64              rtt_us;
} Trip;

static void
trip_free (gpointer data)
{
  Trip *self = data;

  yonder_clock_clear (self->clock, &self->again_id);
  yonder_clock_clear (self->clock, &self->timeout_id);
  g_clear_signal_handler (&self->data_id, self->turn);
  g_clear_object (&self->turn);
  g_clear_object (&self->clock);
  g_clear_object (&self->own);
  g_clear_object (&self->stun_peer);
  g_clear_object (&self->inner);
  g_bytes_unref (self->token);
  g_bytes_unref (self->request);
  g_free (self);
}

/* The task lives until this is called: it owns a reference to itself through @self. */
static void
finish (GTask *task, GError *error)
{
  Trip *self = g_task_get_task_data (task);

  if (self->is_done) {
    g_clear_error (&error);
    return;
  }
  self->is_done = TRUE;
  yonder_clock_clear (self->clock, &self->again_id);
  yonder_clock_clear (self->clock, &self->timeout_id);
  g_clear_signal_handler (&self->data_id, self->turn);
  if (self->cancelled_id != 0)
    g_signal_handler_disconnect (g_task_get_cancellable (task), self->cancelled_id);
  self->cancelled_id = 0;
  g_cancellable_cancel (self->inner);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
on_data (YonderTurnClient *turn, GBytes *data, GInetSocketAddress *peer, gpointer user_data)
{
  GTask *task = user_data;
  Trip *self = g_task_get_task_data (task);
  g_autoptr (YonderStunMessage) message = yonder_stun_message_parse (data, NULL);
  gsize size = g_bytes_get_size (self->token);

  /* over a stream there may be padding behind it */
  gboolean is_token = g_bytes_get_size (data) >= size &&
                      memcmp (g_bytes_get_data (data, NULL), g_bytes_get_data (self->token, NULL), size) == 0;
  gboolean is_answer = message != NULL && message->message_class == YONDER_STUN_CLASS_SUCCESS &&
                       memcmp (message->id, g_bytes_get_data (self->token, NULL), YONDER_STUN_ID_SIZE) == 0;

  if (!is_token && !is_answer)
    return;
  self->rtt_us = yonder_clock_now_us (self->clock) - self->sent_us;
  finish (task, NULL);
}

static void
send_all (Trip *self)
{
  self->sent_us = yonder_clock_now_us (self->clock);
  if (self->may_send_own)
    yonder_turn_client_send (self->turn, self->token, self->own);
  if (self->may_send_stun)
    yonder_turn_client_send (self->turn, self->request, self->stun_peer);
}

static gboolean
on_again (gpointer data)
{
  GTask *task = data;

  send_all (g_task_get_task_data (task));
  return G_SOURCE_CONTINUE;
}

static gboolean
on_time_over (gpointer data)
{
  GTask *task = data;
  Trip *self = g_task_get_task_data (task);

  self->timeout_id = 0;
  finish (task, g_error_new_literal (YONDER_STUN_ERROR, YONDER_STUN_ERROR_NO_ROUND_TRIP,
                                     _("the server gave a relay address, but nothing comes back through it; its relay ports may "
                                       "be closed")));
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  finish (data, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled"));
}

/* One of the two permissions came, or did not. */
static void
take_permission (GTask *task, gboolean *may_send, GError *error)
{
  Trip *self = g_task_get_task_data (task);

  if (self->is_done)
    return;
  if (error == NULL) {
    *may_send = TRUE;
    send_all (self);
    if (self->again_id == 0)
      self->again_id = yonder_clock_add (self->clock, AGAIN_MS, on_again, task, NULL);
  } else if (++self->n_forbidden == self->n_asked) {
    finish (task, g_error_copy (error));
  }
}

static void
on_bound (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;

  yonder_turn_client_bind_finish (YONDER_TURN_CLIENT (source), result, &error);
  take_permission (task, &((Trip *) g_task_get_task_data (task))->may_send_own, error);
}

static void
on_permitted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;

  yonder_turn_client_permit_finish (YONDER_TURN_CLIENT (source), result, &error);
  take_permission (task, &((Trip *) g_task_get_task_data (task))->may_send_stun, error);
}

static void
make_packets (Trip *self)
{
  guint8 token[YONDER_STUN_ID_SIZE];
  g_autoptr (GByteArray) request = NULL;

  yonder_stun_make_id (token);
  self->token = g_bytes_new (token, sizeof token);
  request = yonder_stun_begin (YONDER_STUN_CLASS_REQUEST, YONDER_STUN_METHOD_BINDING, token);
  yonder_stun_add_fingerprint (request);
  self->request = g_byte_array_free_to_bytes (g_steal_pointer (&request));
}

/**
 * yonder_relay_trip_async:
 * @turn: a client with an allocation
 * @stun_peer: (nullable): a STUN server that the relay can reach
 * @clock: what bounds the wait
 * @timeout_ms: how long to wait
 * @cancellable: (nullable): to give up
 * @callback: called with the result; its source object is %NULL
 * @user_data: for @callback
 */
void
yonder_relay_trip_async (YonderTurnClient *turn, GInetSocketAddress *stun_peer, YonderClock *clock, guint timeout_ms,
                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Trip *self = g_new0 (Trip, 1);

  self->turn = g_object_ref (turn);
  self->clock = g_object_ref (clock);
  self->own = g_object_ref (yonder_turn_client_get_relayed (turn));
  self->stun_peer = stun_peer != NULL ? g_object_ref (stun_peer) : NULL;
  self->inner = g_cancellable_new ();
  make_packets (self);
  g_task_set_source_tag (task, yonder_relay_trip_async);
  g_task_set_task_data (task, self, trip_free);

  self->data_id = g_signal_connect (turn, "data", G_CALLBACK (on_data), task);
  self->timeout_id = yonder_clock_add (clock, timeout_ms, on_time_over, task, NULL);
  if (cancellable != NULL)
    self->cancelled_id = g_signal_connect (cancellable, "cancelled", G_CALLBACK (on_cancelled), task);
  if (g_cancellable_is_cancelled (cancellable)) {
    on_cancelled (cancellable, task);
    return;
  }
  self->n_asked = stun_peer != NULL ? 2 : 1;
  yonder_turn_client_bind_async (turn, self->own, timeout_ms, self->inner, on_bound, g_object_ref (task));
  if (stun_peer != NULL)
    yonder_turn_client_permit_async (turn, stun_peer, timeout_ms, self->inner, on_permitted, g_object_ref (task));
}

/**
 * yonder_relay_trip_finish:
 * @result: what the callback was given
 * @rtt_us: (out) (optional): there and back through the relay
 * @error: return location for a [error@Yonder.StunError]
 */
gboolean
yonder_relay_trip_finish (GAsyncResult *result, gint64 *rtt_us, GError **error)
{
  Trip *self = g_task_get_task_data (G_TASK (result));

  if (rtt_us != NULL)
    *rtt_us = self->rtt_us;
  return g_task_propagate_boolean (G_TASK (result), error);
}
