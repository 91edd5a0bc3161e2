/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-sio-socket-inside.h"

/* Acknowledgements that one client may owe us. */
#define MAX_PENDING 100

struct _YonderSioReply {
  GWeakRef          socket;
  YonderEioSession *session; /* an acknowledgement only makes sense on the connection that asked for it */
  char             *nsp;
  gint64            id; /* -1 once used */
};

G_DEFINE_BOXED_TYPE (YonderSioReply, yonder_sio_reply, yonder_sio_reply_ref, yonder_sio_reply_unref)

typedef struct {
  JsonArray *arguments;
  GPtrArray *attachments; /* (nullable) */
} Answer;

static void
answer_free (gpointer data)
{
  Answer *self = data;

  json_array_unref (self->arguments);
  g_clear_pointer (&self->attachments, g_ptr_array_unref);
  g_free (self);
}

/* An acknowledgement that nobody awaits any more is ignored, as the reference server does. */
gboolean
yonder_sio_socket_handle_ack (YonderSioSocket *self, const YonderSioPacket *packet)
{
  gpointer key, task;
  Answer *answer;

  if (!g_hash_table_steal_extended (self->pending, &packet->id, &key, &task))
    return TRUE;
  yonder_clock_remove (self->clock, GPOINTER_TO_UINT (g_task_get_task_data (task)));
  answer = g_new0 (Answer, 1);
  answer->arguments = json_array_ref (json_node_get_array (packet->data));
  answer->attachments = packet->attachments ? g_ptr_array_ref (packet->attachments) : NULL;
  g_task_return_pointer (task, answer, answer_free);
  g_object_unref (task);
  g_free (key);
  return TRUE;
}

/* Nobody will answer any more. */
void
yonder_sio_socket_fail_requests (YonderSioSocket *self)
{
  g_autoptr (GHashTable) pending = self->pending;
  GHashTableIter iter;
  gpointer task;

  self->pending = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
  g_hash_table_iter_init (&iter, pending);
  while (g_hash_table_iter_next (&iter, NULL, &task)) {
    yonder_clock_remove (self->clock, GPOINTER_TO_UINT (g_task_get_task_data (task)));
    g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "The client left before it answered");
  }
}

typedef struct {
  GWeakRef socket;
  gint64   id;
} Waiting;

static void
waiting_free (gpointer data)
{
  Waiting *self = data;

  g_weak_ref_clear (&self->socket);
  g_free (self);
}

static gboolean
on_request_timeout (gpointer data)
{
  Waiting *waiting = data;
  g_autoptr (YonderSioSocket) self = g_weak_ref_get (&waiting->socket);
  gpointer key, task;

  if (self != NULL && g_hash_table_steal_extended (self->pending, &waiting->id, &key, &task)) {
    g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "The client did not answer in time");
    g_object_unref (task);
    g_free (key);
  }
  return G_SOURCE_REMOVE;
}

/**
 * yonder_sio_socket_request_async:
 * @self: the socket
 * @name: the event
 * @arguments: (transfer full): array of its arguments
 * @timeout_ms: how long to wait for the acknowledgement
 * @cancellable: (nullable):
 * @callback: called when it has come, or will not
 * @user_data: for @callback
 *
 * Sends an event that the client is to acknowledge.
 */
void
yonder_sio_socket_request_async (YonderSioSocket *self, const char *name, JsonNode *arguments, guint timeout_ms,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  JsonNode *data = yonder_sio_socket_build_event (name, arguments);
  Waiting *waiting;
  guint timer;

  g_task_set_source_tag (task, yonder_sio_socket_request_async);
  if (self->state != STATE_CONNECTED || g_hash_table_size (self->pending) >= MAX_PENDING) {
    json_node_unref (data);
    g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "The client is not connected");
    return;
  }
  waiting = g_new0 (Waiting, 1);
  g_weak_ref_init (&waiting->socket, self);
  waiting->id = self->last_request++;
  timer = yonder_clock_add (self->clock, timeout_ms, on_request_timeout, waiting, waiting_free);
  g_task_set_task_data (task, GUINT_TO_POINTER (timer), NULL);
  g_hash_table_insert (self->pending, g_memdup2 (&waiting->id, sizeof waiting->id), g_object_ref (task));
  yonder_sio_socket_send (self, YONDER_SIO_EVENT, waiting->id, data, NULL);
}

/**
 * yonder_sio_socket_request_finish:
 * @self: the socket
 * @result: what the callback was given
 * @attachments: (out) (optional) (nullable) (transfer full) (element-type GBytes): binary values of the answer
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the arguments of the acknowledgement, or %NULL with @error set: %G_IO_ERROR_TIMED_OUT,
 *   %G_IO_ERROR_CONNECTION_CLOSED, %G_IO_ERROR_CANCELLED
 */
JsonArray *
yonder_sio_socket_request_finish (YonderSioSocket *self, GAsyncResult *result, GPtrArray **attachments, GError **error)
{
  Answer *answer = g_task_propagate_pointer (G_TASK (result), error);
  JsonArray *arguments;

  if (answer == NULL)
    return NULL;
  arguments = json_array_ref (answer->arguments);
  if (attachments != NULL)
    *attachments = g_steal_pointer (&answer->attachments);
  answer_free (answer);
  return arguments;
}

/* What is to be answered to an event of that acknowledgement id. */
YonderSioReply *
yonder_sio_reply_new (YonderSioSocket *socket, gint64 id)
{
  YonderSioReply *self = g_rc_box_new0 (YonderSioReply);

  g_weak_ref_init (&self->socket, socket);
  self->session = g_object_ref (socket->session);
  self->nsp = g_strdup (socket->nsp);
  self->id = id;
  return self;
}

/**
 * yonder_sio_reply_ref:
 * @self: the reply
 *
 * Returns: (transfer full): the same
 */
YonderSioReply *
yonder_sio_reply_ref (YonderSioReply *self)
{
  return g_rc_box_acquire (self);
}

static void
reply_clear (gpointer data)
{
  YonderSioReply *self = data;

  g_weak_ref_clear (&self->socket);
  g_object_unref (self->session);
  g_free (self->nsp);
}

/**
 * yonder_sio_reply_unref:
 * @self: (transfer full): the reply
 */
void
yonder_sio_reply_unref (YonderSioReply *self)
{
  g_rc_box_release_full (self, reply_clear);
}

/**
 * yonder_sio_reply_send:
 * @self: the reply
 * @arguments: (transfer full): array of what to answer
 * @attachments: (nullable) (element-type GBytes): binary values that placeholders in @arguments stand for
 *
 * Acknowledges an event. Only the first time counts, and only while the connection that brought the event stands.
 */
void
yonder_sio_reply_send (YonderSioReply *self, JsonNode *arguments, GPtrArray *attachments)
{
  YonderSioType type = attachments ? YONDER_SIO_BINARY_ACK : YONDER_SIO_ACK;
  g_autoptr (YonderSioSocket) socket = g_weak_ref_get (&self->socket);
  g_autoptr (YonderSioPacket) packet = NULL;

  packet = yonder_sio_packet_new (type, self->nsp, self->id, arguments, attachments ? g_ptr_array_ref (attachments) : NULL);
  if (self->id < 0 || socket == NULL || socket->session != self->session)
    return;
  self->id = -1;
  yonder_sio_session_send (self->session, packet);
}
