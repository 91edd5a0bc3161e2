/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-sio-client-private.h"

#include <glib/gi18n.h>

G_DEFINE_BOXED_TYPE (YonderSioAck, yonder_sio_ack, yonder_sio_ack_ref, yonder_sio_ack_unref)

/* The text part, then each attachment, in one go so that nothing comes between them. */
void
yonder_sio_client_send_packet (YonderSioClient *self, YonderSioPacket *packet)
{
  g_autofree char *text = yonder_sio_packet_encode (packet);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_eio_packet_free);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (parts, yonder_eio_packet_new (YONDER_EIO_MESSAGE, text));
  for (guint i = 0; packet->attachments != NULL && i < packet->attachments->len; i++)
    g_ptr_array_add (parts, yonder_eio_packet_new_binary (packet->attachments->pdata[i]));

  for (guint i = 0; i < parts->len; i++)
    if (!yonder_eio_client_can_send (self->engine, parts->pdata[i], &error)) {
      if (packet->type == YONDER_SIO_EVENT || packet->type == YONDER_SIO_BINARY_EVENT)
        yonder_sio_calls_fail (self->calls, packet->id, error);
      yonder_sio_client_refuse (self, error);
      return;
    }

  if (packet->id >= 0 && (packet->type == YONDER_SIO_EVENT || packet->type == YONDER_SIO_BINARY_EVENT))
    yonder_sio_calls_sent (self->calls, packet->id);
  g_ptr_array_set_free_func (parts, NULL);
  for (guint i = 0; i < parts->len; i++)
    yonder_eio_client_send (self->engine, parts->pdata[i]);
}

/* Sends what was emitted while the connection was down. */
void
yonder_sio_client_send_buffered (YonderSioClient *self)
{
  while (self->state == YONDER_SIO_CONNECTED && !g_queue_is_empty (&self->buffered)) {
    g_autoptr (YonderSioPacket) packet = g_queue_pop_head (&self->buffered);

    yonder_sio_client_send_packet (self, packet);
  }
}

/* A call that ended while its packet waited for the connection takes the packet with it. */
void
yonder_sio_client_drop_call (gint64 id, gpointer data)
{
  YonderSioClient *self = data;

  for (GList *link = self->buffered.head; link != NULL; link = link->next) {
    YonderSioPacket *packet = link->data;

    if (packet->id == id) {
      g_queue_delete_link (&self->buffered, link);
      yonder_sio_packet_free (packet);
      return;
    }
  }
}

static YonderSioPacket *
make_event (YonderSioClient *self, const char *name, gint64 id, JsonNode *arguments, GPtrArray *attachments, GError **error)
{
  g_autoptr (JsonArray) array = json_array_new ();
  guint n_attachments = attachments != NULL ? attachments->len : 0;
  JsonNode *data;

  if (yonder_sio_is_reserved_name (name)) {
    g_set_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_INVALID, _("“%s” is a reserved event name."), name);
    return NULL;
  }
  if (n_attachments > YONDER_SIO_MAX_ATTACHMENTS) {
    g_set_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_INVALID,
                 _("A message can have at most %d binary parts."), YONDER_SIO_MAX_ATTACHMENTS);
    return NULL;
  }

  json_array_add_string_element (array, name);
  if (arguments != NULL && JSON_NODE_HOLDS_ARRAY (arguments)) {
    JsonArray *given = json_node_get_array (arguments);

    for (guint i = 0; i < json_array_get_length (given); i++)
      json_array_add_element (array, json_node_copy (json_array_get_element (given, i)));
  } else if (arguments != NULL) {
    json_array_add_element (array, json_node_copy (arguments));
  }
  data = json_node_init_array (json_node_alloc (), array);

  return yonder_sio_packet_new (n_attachments > 0 ? YONDER_SIO_BINARY_EVENT : YONDER_SIO_EVENT, self->nsp, id, data,
                                n_attachments > 0 ? g_ptr_array_ref (attachments) : NULL);
}

/* Whether what is sent now reaches the server, as far as can be known: after a suspend the connection may be dead unnoticed. */
static gboolean
is_usable (YonderSioClient *self)
{
  g_autoptr (GError) error = NULL;

  if (self->state != YONDER_SIO_CONNECTED)
    return FALSE;
  if (!yonder_eio_client_is_stale (self->engine))
    return TRUE;

  g_set_error_literal (&error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_LOST,
                       _("Nothing was heard from the server for too long."));
  yonder_sio_client_go_down (self, "ping timeout", error, TRUE, FALSE);
  return FALSE;
}

/**
 * emit_packet:
 * @packet: (transfer full): an event
 *
 * Sends now, or keeps for later.
 */
static gboolean
emit_packet (YonderSioClient *self, YonderSioPacket *packet, GError **error)
{
  g_autoptr (YonderSioPacket) owned = packet;

  if (is_usable (self)) {
    g_autofree char *text = yonder_sio_packet_encode (packet);
    g_autoptr (YonderEioPacket) message = yonder_eio_packet_new (YONDER_EIO_MESSAGE, text);

    if (!yonder_eio_client_can_send (self->engine, message, error))
      return FALSE;
    yonder_sio_client_send_packet (self, packet);
    return TRUE;
  }
  if (g_queue_get_length (&self->buffered) >= YONDER_SIO_MAX_BUFFERED) {
    g_set_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_LOST,
                 _("The connection to the server is away, and %d messages wait for it already."), YONDER_SIO_MAX_BUFFERED);
    return FALSE;
  }

  g_queue_push_tail (&self->buffered, g_steal_pointer (&owned));
  return TRUE;
}

/**
 * yonder_sio_client_emit:
 * @self: a client, connected or not
 * @name: the event
 * @arguments: (nullable): an array of its arguments, or one argument, or %NULL for none; copied
 * @attachments: (nullable) (element-type GBytes): binary parts, which the arguments name by placeholders
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Sends an event; while the connection is down it is kept and goes out, in order, when it is back.
 *
 * Returns: %FALSE with @error set: %YONDER_SIGNALING_ERROR_INVALID for a reserved name or a message that is larger than the
 *   server takes, %YONDER_SIGNALING_ERROR_LOST where too much is kept already
 */
gboolean
yonder_sio_client_emit (YonderSioClient *self, const char *name, JsonNode *arguments, GPtrArray *attachments, GError **error)
{
  YonderSioPacket *packet = make_event (self, name, -1, arguments, attachments, error);

  return packet != NULL && emit_packet (self, packet, error);
}

/* As yonder_sio_client_emit(), but what cannot leave at once is dropped, which is no error. */
gboolean
yonder_sio_client_emit_volatile (YonderSioClient *self, const char *name, JsonNode *arguments, GPtrArray *attachments,
                                 GError **error)
{
  YonderSioPacket *packet = make_event (self, name, -1, arguments, attachments, error);

  if (packet == NULL)
    return FALSE;
  if (!is_usable (self) || !yonder_eio_client_is_writable (self->engine)) {
    yonder_sio_packet_free (packet);
    return TRUE;
  }

  return emit_packet (self, packet, error);
}

/**
 * yonder_sio_client_call_async:
 * @self: a client, connected or not
 * @name: the event
 * @arguments: (nullable): as in [method@Yonder.SioClient.emit]
 * @attachments: (nullable) (element-type GBytes): as in [method@Yonder.SioClient.emit]
 * @timeout_ms: how long to wait for the answer, the time without a connection included; 0 for as long as the connection lives
 * @cancellable: (nullable): ends the wait, and takes back an event that has not gone out yet
 * @callback: called when the server has answered
 * @user_data: for @callback
 *
 * Sends an event and awaits its acknowledgement.
 */
void
yonder_sio_client_call_async (YonderSioClient *self, const char *name, JsonNode *arguments, GPtrArray *attachments,
                              guint timeout_ms,
                              GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;
  YonderSioPacket *packet;
  gint64 id;

  g_task_set_source_tag (task, yonder_sio_client_call_async);
  packet = make_event (self, name, 0, arguments, attachments, &error);
  if (packet == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  id = yonder_sio_calls_add (self->calls, g_object_ref (task), timeout_ms);
  if (id < 0) {
    yonder_sio_packet_free (packet);
    return;
  }

  packet->id = id;
  if (!emit_packet (self, packet, &error))
    yonder_sio_calls_fail (self->calls, id, error);
}

/**
 * yonder_sio_client_call_finish:
 * @self: the client
 * @result: what the callback was given
 * @attachments: (out) (optional) (nullable) (transfer full) (element-type GBytes): binary parts of the answer
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Returns: (transfer full) (nullable): the answer's arguments, or %NULL with @error set: %YONDER_SIGNALING_ERROR_TIMED_OUT,
 *   %YONDER_SIGNALING_ERROR_LOST, %YONDER_SIGNALING_ERROR_INVALID, %G_IO_ERROR_CANCELLED
 */
JsonArray *
yonder_sio_client_call_finish (YonderSioClient *self, GAsyncResult *result, GPtrArray **attachments, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return yonder_sio_calls_finish (result, attachments, error);
}

/* What is to be answered to an event of that acknowledgement id. */
YonderSioAck *
yonder_sio_ack_new (YonderSioClient *client, gint64 id)
{
  YonderSioAck *self = g_new0 (YonderSioAck, 1);

  g_ref_count_init (&self->ref_count);
  g_weak_ref_init (&self->client, client);
  self->id = id;
  self->engine = client->n_engines;

  return self;
}

YonderSioAck *
yonder_sio_ack_ref (YonderSioAck *self)
{
  g_ref_count_inc (&self->ref_count);

  return self;
}

void
yonder_sio_ack_unref (YonderSioAck *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;
  g_weak_ref_clear (&self->client);
  g_free (self);
}

/**
 * yonder_sio_ack_send:
 * @self: what an event came with
 * @arguments: (nullable): an array of the answer's arguments, or one argument, or %NULL for none
 * @attachments: (nullable) (element-type GBytes): its binary parts, named by placeholders in @arguments
 *
 * Answers an event of the server. Only the first answer goes out, and only on the connection on which the event came.
 */
void
yonder_sio_ack_send (YonderSioAck *self, JsonNode *arguments, GPtrArray *attachments)
{
  g_autoptr (YonderSioClient) client = g_weak_ref_get (&self->client);
  g_autoptr (YonderSioPacket) packet = NULL;
  JsonNode *data;

  if (self->is_sent || client == NULL || client->state != YONDER_SIO_CONNECTED || client->n_engines != self->engine)
    return;

  self->is_sent = TRUE;
  if (arguments != NULL && JSON_NODE_HOLDS_ARRAY (arguments)) {
    data = json_node_copy (arguments);
  } else {
    data = json_node_init_array (json_node_alloc (), NULL);
    json_node_take_array (data, json_array_new ());
    if (arguments != NULL)
      json_array_add_element (json_node_get_array (data), json_node_copy (arguments));
  }
  packet = yonder_sio_packet_new (attachments != NULL && attachments->len > 0 ? YONDER_SIO_BINARY_ACK : YONDER_SIO_ACK,
                                  client->nsp, self->id, data, attachments != NULL ? g_ptr_array_ref (attachments) : NULL);
  yonder_sio_client_send_packet (client, packet);
}
