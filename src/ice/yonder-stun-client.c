/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-stun-client.h"

#include <string.h>

#include "yonder-stun-error.h"

/* RFC 8489 section 6.2.1: 500 ms, then doubled. Deviation: what waits has a bound of its own, shorter than the 39.5 s of the
 * RFC, because a person waits as well. */
#define RETRANSMIT_MS 500

struct _YonderStunClient {
  GObject parent_instance;

  YonderStunTransport *transport;
  YonderClock         *clock;
  GHashTable          *waiting; /* (element-type GBytes GTask): by transaction id */
};

G_DEFINE_FINAL_TYPE (YonderStunClient, yonder_stun_client, G_TYPE_OBJECT)

enum {
  SIGNAL_PACKET,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* What a waiting request knows; the data of its task. */
typedef struct {
  YonderClock        *clock;
  GBytes             *id;
  GBytes             *packet;
  GBytes             *key; /* (nullable) */
  GInetSocketAddress *to;  /* (nullable) */
  guint               method;
  guint               interval_ms;
  guint               retransmit_id;
  guint               timeout_id;
  gulong              cancelled_id;
  gint64              sent_us;
  gint64              rtt_us;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  yonder_clock_clear (request->clock, &request->retransmit_id);
  yonder_clock_clear (request->clock, &request->timeout_id);
  g_clear_object (&request->clock);
  g_clear_object (&request->to);
  g_bytes_unref (request->id);
  g_bytes_unref (request->packet);
  g_clear_pointer (&request->key, g_bytes_unref);
  g_free (request);
}

/* Ends a request, which waits no more. One of @answer and @error is taken. */
static void
finish (YonderStunClient *self, GTask *waiting, YonderStunMessage *answer, GError *error)
{
  g_autoptr (GTask) task = g_object_ref (waiting);
  Request *request = g_task_get_task_data (task);

  g_hash_table_remove (self->waiting, request->id);
  yonder_clock_clear (request->clock, &request->retransmit_id);
  yonder_clock_clear (request->clock, &request->timeout_id);
  if (request->cancelled_id != 0)
    g_signal_handler_disconnect (g_task_get_cancellable (task), request->cancelled_id);
  request->cancelled_id = 0;
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, answer, (GDestroyNotify) yonder_stun_message_free);
}

static GTask *
find_waiting (YonderStunClient *self, const YonderStunMessage *message)
{
  g_autoptr (GBytes) id = g_bytes_new (message->id, YONDER_STUN_ID_SIZE);
  GTask *task;

  if (message->message_class != YONDER_STUN_CLASS_SUCCESS && message->message_class != YONDER_STUN_CLASS_ERROR)
    return NULL;
  task = g_hash_table_lookup (self->waiting, id);
  return task != NULL && ((Request *) g_task_get_task_data (task))->method == message->method ? task : NULL;
}

/* An answer to what was sent with a key proves that the server knows it; errors that come before the key was agreed on cannot
 * (RFC 8489 section 9.2.5). Servers leave it out of others too, and whoever could forge one could as well swallow the answer. */
static gboolean
is_authentic (const Request *request, const YonderStunMessage *message)
{
  return request->key == NULL || yonder_stun_message_check_integrity (message, request->key) ||
         (message->message_class == YONDER_STUN_CLASS_ERROR && !message->has_integrity);
}

static void
on_packet (YonderStunClient *self, GBytes *packet, GInetSocketAddress *from)
{
  g_autoptr (YonderStunMessage) message = yonder_stun_message_parse (packet, NULL);
  GTask *task = message != NULL ? find_waiting (self, message) : NULL;
  Request *request;

  if (task == NULL) {
    g_signal_emit (self, signals[SIGNAL_PACKET], 0, packet, from);
    return;
  }

  request = g_task_get_task_data (task);
  if (!is_authentic (request, message)) {
    g_debug ("an answer that the server did not sign was dropped");
    return;
  }
  request->rtt_us = yonder_clock_now_us (self->clock) - request->sent_us;
  finish (self, task, g_steal_pointer (&message), NULL);
}

static void
on_closed (YonderStunClient *self, const GError *error)
{
  g_autoptr (YonderStunClient) kept = g_object_ref (self);
  g_autoptr (GPtrArray) tasks = g_hash_table_get_values_as_ptr_array (self->waiting);

  g_ptr_array_foreach (tasks, (GFunc) g_object_ref, NULL);
  g_ptr_array_set_free_func (tasks, g_object_unref);
  for (guint i = 0; i < tasks->len; i++)
    finish (self, g_ptr_array_index (tasks, i), NULL, g_error_copy (error));
}

static gboolean
on_retransmit (gpointer data)
{
  GTask *task = data;
  YonderStunClient *self = g_task_get_source_object (task);
  Request *request = g_task_get_task_data (task);

  request->interval_ms *= 2;
  request->retransmit_id = yonder_clock_add (self->clock, request->interval_ms, on_retransmit, task, NULL);
  yonder_stun_transport_send (self->transport, request->packet, request->to);
  return G_SOURCE_REMOVE;
}

static gboolean
on_time_over (gpointer data)
{
  GTask *task = data;
  YonderStunClient *self = g_task_get_source_object (task);
  Request *request = g_task_get_task_data (task);
  GInetSocketAddress *server = request->to != NULL ? request->to : yonder_stun_transport_get_server (self->transport);
  YonderStunProtocol protocol = yonder_stun_transport_get_protocol (self->transport);
  g_autofree char *address = g_inet_address_to_string (g_inet_socket_address_get_address (server));
  const char *host = yonder_stun_transport_get_host (self->transport);

  request->timeout_id = 0;
  finish (self, task, NULL, yonder_stun_error_new_timeout (yonder_stun_protocol_get_name (protocol),
                                                           host != NULL ? host : address,
                                                           g_inet_socket_address_get_port (server), protocol != YONDER_STUN_UDP));
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  GTask *task = data;

  finish (g_task_get_source_object (task), task, NULL, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled"));
}

static void
yonder_stun_client_dispose (GObject *object)
{
  YonderStunClient *self = YONDER_STUN_CLIENT (object);

  g_clear_object (&self->transport);

  G_OBJECT_CLASS (yonder_stun_client_parent_class)->dispose (object);
}

static void
yonder_stun_client_finalize (GObject *object)
{
  YonderStunClient *self = YONDER_STUN_CLIENT (object);

  g_clear_object (&self->clock);
  g_hash_table_unref (self->waiting);

  G_OBJECT_CLASS (yonder_stun_client_parent_class)->finalize (object);
}

static void
yonder_stun_client_class_init (YonderStunClientClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = yonder_stun_client_dispose;
  object_class->finalize = yonder_stun_client_finalize;

  signals[SIGNAL_PACKET] = g_signal_new ("packet", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, G_TYPE_BYTES, G_TYPE_INET_SOCKET_ADDRESS);
}

static void
yonder_stun_client_init (YonderStunClient *self)
{
  self->waiting = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, NULL, g_object_unref);
}

YonderStunClient *
yonder_stun_client_new (YonderStunTransport *transport, YonderClock *clock)
{
  YonderStunClient *self = g_object_new (YONDER_TYPE_STUN_CLIENT, NULL);

  self->transport = g_object_ref (transport);
  self->clock = g_object_ref (clock);
  g_signal_connect_object (transport, "packet", G_CALLBACK (on_packet), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (transport, "closed", G_CALLBACK (on_closed), self, G_CONNECT_SWAPPED);
  return self;
}

YonderStunTransport *
yonder_stun_client_get_transport (YonderStunClient *self)
{
  return self->transport;
}

/**
 * yonder_stun_client_request_async:
 * @self: a client of an open transport
 * @message: a request
 * @to: (nullable): whom to ask, where the transport is open to anybody
 * @key: (nullable): with which the answer must be signed
 * @timeout_ms: how long to wait for the answer
 * @cancellable: (nullable): to give up
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Sends a request, over UDP again and again until an answer comes. An error of the server is an answer.
 */
void
yonder_stun_client_request_async (YonderStunClient *self, GByteArray *message, GInetSocketAddress *to, GBytes *key,
                                  guint timeout_ms, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->clock = g_object_ref (self->clock);
  request->id = g_bytes_new (message->data + 8, YONDER_STUN_ID_SIZE);
  request->packet = g_bytes_new (message->data, message->len);
  request->key = key != NULL ? g_bytes_ref (key) : NULL;
  request->to = to != NULL ? g_object_ref (to) : NULL;
  request->method = message->data[1] & 0xf;
  request->interval_ms = RETRANSMIT_MS;
  request->sent_us = yonder_clock_now_us (self->clock);
  g_task_set_source_tag (task, yonder_stun_client_request_async);
  g_task_set_task_data (task, request, request_free);
  if (g_task_return_error_if_cancelled (task))
    return;

  if (cancellable != NULL)
    request->cancelled_id = g_signal_connect (cancellable, "cancelled", G_CALLBACK (on_cancelled), task);
  request->timeout_id = yonder_clock_add (self->clock, timeout_ms, on_time_over, task, NULL);
  if (yonder_stun_transport_get_protocol (self->transport) == YONDER_STUN_UDP)
    request->retransmit_id = yonder_clock_add (self->clock, request->interval_ms, on_retransmit, task, NULL);
  g_hash_table_insert (self->waiting, request->id, g_object_ref (task));
  yonder_stun_transport_send (self->transport, request->packet, to);
}

/**
 * yonder_stun_client_request_finish:
 * @self: the client
 * @result: what the callback was given
 * @rtt_us: (out) (optional): from the first sending to the answer
 * @error: return location for a [error@Yonder.StunError]
 *
 * Returns: (transfer full) (nullable): the answer, which may be an error of the server; %NULL where none came
 */
YonderStunMessage *
yonder_stun_client_request_finish (YonderStunClient *self, GAsyncResult *result, gint64 *rtt_us, GError **error)
{
  Request *request = g_task_get_task_data (G_TASK (result));

  if (rtt_us != NULL)
    *rtt_us = request->rtt_us;
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Sends what has no answer. */
void
yonder_stun_client_send (YonderStunClient *self, GByteArray *message)
{
  g_autoptr (GBytes) packet = g_bytes_new (message->data, message->len);

  yonder_stun_transport_send (self->transport, packet, NULL);
}
