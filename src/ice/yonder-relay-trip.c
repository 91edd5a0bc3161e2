/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-relay-trip.h"

#include <glib/gi18n.h>
#include <string.h>

#include "yonder-errand.h"
#include "yonder-stun-error.h"

/* data may get lost between the server's own sockets as anywhere */
#define AGAIN_MS 400

/* The state of an errand. */
typedef struct {
  YonderTurnClient   *turn;
  YonderClock        *clock;
  GInetSocketAddress *own;       /* the relayed address */
  GInetSocketAddress *stun_peer; /* (nullable) */
  GBytes             *token;     /* what goes to ourselves */
  GBytes             *request;   /* what goes to the STUN server; its id is the first bytes of the token */
  gulong              data_id;
  guint               again_id;
  guint               n_asked, n_forbidden;
  gboolean            may_send_own, may_send_stun;
  gint64              sent_us;
} Trip;

static void
settle (GTask *errand)
{
  Trip *self = yonder_errand_get_state (errand);

  yonder_clock_clear (self->clock, &self->again_id);
  g_clear_signal_handler (&self->data_id, self->turn);
}

static void
trip_free (gpointer data)
{
  Trip *self = data;

  g_clear_object (&self->turn);
  g_clear_object (&self->clock);
  g_clear_object (&self->own);
  g_clear_object (&self->stun_peer);
  g_bytes_unref (self->token);
  g_bytes_unref (self->request);
  g_free (self);
}

static const YonderErrandClass trip_class = { settle, trip_free };

static void
on_data (YonderTurnClient *turn, GBytes *data, GInetSocketAddress *peer, gpointer user_data)
{
  Trip *self = yonder_errand_get_state (user_data);
  g_autoptr (YonderStunMessage) message = yonder_stun_message_parse (data, NULL);
  gsize size = g_bytes_get_size (self->token);

  /* over a stream there may be padding behind it */
  gboolean is_token = g_bytes_get_size (data) >= size &&
                      memcmp (g_bytes_get_data (data, NULL), g_bytes_get_data (self->token, NULL), size) == 0;
  gboolean is_answer = message != NULL && message->message_class == YONDER_STUN_CLASS_SUCCESS &&
                       memcmp (message->id, g_bytes_get_data (self->token, NULL), YONDER_STUN_ID_SIZE) == 0;

  if (is_token || is_answer)
    yonder_errand_return_int (user_data, yonder_clock_now_us (self->clock) - self->sent_us);
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
  send_all (yonder_errand_get_state (data));
  return G_SOURCE_CONTINUE;
}

/* One of the two permissions came, or did not. */
static void
take_permission (GTask *task, gboolean *may_send, GError *error)
{
  Trip *self = yonder_errand_get_state (task);

  if (yonder_errand_is_over (task))
    return;
  if (error == NULL) {
    *may_send = TRUE;
    send_all (self);
    if (self->again_id == 0)
      self->again_id = yonder_clock_add (self->clock, AGAIN_MS, on_again, task, NULL);
  } else if (++self->n_forbidden == self->n_asked) {
    yonder_errand_return_error (task, g_error_copy (error));
  }
}

static void
on_bound (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;

  yonder_turn_client_bind_finish (YONDER_TURN_CLIENT (source), result, &error);
  take_permission (task, &((Trip *) yonder_errand_get_state (task))->may_send_own, error);
}

static void
on_permitted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;

  yonder_turn_client_permit_finish (YONDER_TURN_CLIENT (source), result, &error);
  take_permission (task, &((Trip *) yonder_errand_get_state (task))->may_send_stun, error);
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
  Trip *self = g_new0 (Trip, 1);
  GTask *task = yonder_errand_begin (NULL, &trip_class, self, clock, cancellable, callback, user_data);
  GCancellable *inner = yonder_errand_get_inner (task);

  self->turn = g_object_ref (turn);
  self->clock = g_object_ref (clock);
  self->own = g_object_ref (yonder_turn_client_get_relayed (turn));
  self->stun_peer = stun_peer != NULL ? g_object_ref (stun_peer) : NULL;
  self->n_asked = stun_peer != NULL ? 2 : 1;
  make_packets (self);
  self->data_id = g_signal_connect (turn, "data", G_CALLBACK (on_data), task);
  yonder_errand_set_limit (task, timeout_ms,
                           g_error_new_literal (YONDER_STUN_ERROR, YONDER_STUN_ERROR_NO_ROUND_TRIP,
                                                _("the server gave a relay address, but nothing comes back through it; its relay ports "
                                                  "may be closed")));
  yonder_turn_client_bind_async (turn, self->own, timeout_ms, inner, on_bound, g_object_ref (task));
  if (stun_peer != NULL)
    yonder_turn_client_permit_async (turn, stun_peer, timeout_ms, inner, on_permitted, g_object_ref (task));
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
  gssize rtt = g_task_propagate_int (G_TASK (result), error);

  if (rtt_us != NULL)
    *rtt_us = rtt;
  return rtt >= 0;
}
