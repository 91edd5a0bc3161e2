/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-sio-socket-inside.h"

#include "yonder-token.h"

/* What is kept for a client that lost its connection. Chosen: more than the candidates and descriptions of setting up one
 * call. */
#define MAX_LOGGED 200
#define MAX_LOGGED_BYTES (400 * 1024)

enum { EVENT, DISCONNECTED, RETURNED, GONE, SETTLED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (YonderSioSocket, yonder_sio_socket, G_TYPE_OBJECT)

static void
logged_free (gpointer data)
{
  Logged *self = data;

  g_ptr_array_unref (self->messages);
  g_free (self);
}

/* Sending may end the session, and with it everything that held it. */
static void
send_messages (YonderEioSession *session, GPtrArray *messages)
{
  g_autoptr (YonderEioSession) alive = g_object_ref (session);

  for (guint i = 0; i < messages->len; i++)
    if (i == 0)
      yonder_eio_session_send_text (session, g_bytes_get_data (messages->pdata[0], NULL));
    else
      yonder_eio_session_send_binary (session, messages->pdata[i]);
}

/* The packet as Engine.IO messages; the text keeps its terminating NUL, which is not counted. */
static GPtrArray *
encode_messages (const YonderSioPacket *packet)
{
  GPtrArray *messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  char *text = yonder_sio_packet_encode (packet);

  g_ptr_array_add (messages, g_bytes_new_take (text, strlen (text) + 1));
  for (guint i = 0; packet->attachments && i < packet->attachments->len; i++)
    g_ptr_array_add (messages, g_bytes_ref (packet->attachments->pdata[i]));
  return messages;
}

/* Sends a packet on a session. */
void
yonder_sio_session_send (YonderEioSession *session, const YonderSioPacket *packet)
{
  g_autoptr (GPtrArray) messages = encode_messages (packet);

  send_messages (session, messages);
}

/* Sends a packet, if there is a connection. Takes @data. */
void
yonder_sio_socket_send (YonderSioSocket *self, YonderSioType type, gint64 id, JsonNode *data, GPtrArray *attachments)
{
  g_autoptr (YonderSioPacket) packet = yonder_sio_packet_new (type, self->nsp, id, data, attachments);

  if (self->session != NULL)
    yonder_sio_session_send (self->session, packet);
}

/* The data of an event packet. Takes @arguments. */
JsonNode *
yonder_sio_socket_build_event (const char *name, JsonNode *arguments)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *data = json_array_new ();
  JsonArray *array = json_node_get_array (arguments);

  json_array_add_string_element (data, name);
  for (guint i = 0; i < json_array_get_length (array); i++)
    json_array_add_element (data, json_array_dup_element (array, i));
  json_node_unref (arguments);
  json_node_take_array (node, data);
  return node;
}

/* Takes @messages. */
static void
log_messages (YonderSioSocket *self, guint64 offset, GPtrArray *messages)
{
  Logged *logged = g_new0 (Logged, 1);

  logged->offset = offset;
  logged->messages = messages;
  for (guint i = 0; i < messages->len; i++)
    logged->size += g_bytes_get_size (messages->pdata[i]);
  self->logged_bytes += logged->size;
  g_queue_push_tail (&self->log, logged);
  while (self->log.length > MAX_LOGGED || self->logged_bytes > MAX_LOGGED_BYTES) {
    Logged *oldest = g_queue_pop_head (&self->log);

    self->logged_bytes -= oldest->size;
    logged_free (oldest);
  }
}

static void
yonder_sio_socket_dispose (GObject *object)
{
  YonderSioSocket *self = YONDER_SIO_SOCKET (object);

  yonder_sio_socket_fail_requests (self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (yonder_sio_socket_parent_class)->dispose (object);
}

static void
yonder_sio_socket_finalize (GObject *object)
{
  YonderSioSocket *self = YONDER_SIO_SOCKET (object);

  g_queue_clear_full (&self->log, logged_free);
  g_hash_table_unref (self->pending);
  g_object_unref (self->clock);
  g_free (self->remote_host);
  g_free (self->id);
  g_free (self->pid);
  g_free (self->nsp);
  G_OBJECT_CLASS (yonder_sio_socket_parent_class)->finalize (object);
}

static void
yonder_sio_socket_class_init (YonderSioSocketClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = yonder_sio_socket_dispose;
  object_class->finalize = yonder_sio_socket_finalize;

  signals[EVENT] = g_signal_new ("event", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4,
                                 G_TYPE_STRING, JSON_TYPE_ARRAY, G_TYPE_PTR_ARRAY, YONDER_TYPE_SIO_REPLY);
  signals[DISCONNECTED] = g_signal_new ("disconnected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                        G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[RETURNED] = g_signal_new ("returned", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[GONE] = g_signal_new ("gone", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /* For the server: admission was given, or not. */
  signals[SETTLED] = g_signal_new ("settled", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
yonder_sio_socket_init (YonderSioSocket *self)
{
  g_queue_init (&self->log);
  self->pending = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
}

/* A socket that asks for admission. */
YonderSioSocket *
yonder_sio_socket_new (YonderEioSession *session, const char *nsp, gboolean is_recoverable, YonderClock *clock)
{
  YonderSioSocket *self = g_object_new (YONDER_TYPE_SIO_SOCKET, NULL);

  self->state = STATE_ASKING;
  self->clock = g_object_ref (clock);
  self->session = g_object_ref (session);
  self->remote_host = g_strdup (yonder_eio_session_get_remote_host (session));
  self->id = yonder_token_new ();
  self->pid = is_recoverable ? yonder_token_new () : NULL;
  self->nsp = g_strdup (nsp);
  return self;
}

/* (nullable): by what it may come back. */
const char *
yonder_sio_socket_get_pid (YonderSioSocket *self)
{
  return self->pid;
}

static gboolean
parse_offset (const char *text, guint64 *offset)
{
  *offset = 0;
  return text == NULL || g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT64, offset, NULL);
}

/* Whether everything that was emitted after @offset (NULL: at all) is still there to be sent. */
gboolean
yonder_sio_socket_can_resume (YonderSioSocket *self, const char *offset)
{
  const Logged *oldest = g_queue_peek_head (&self->log);
  guint64 seen;

  return self->state == STATE_SUSPENDED && parse_offset (offset, &seen) && seen <= self->last_offset &&
         (seen == self->last_offset || (oldest != NULL && oldest->offset <= seen + 1));
}

/* A client came back on another session; it has to be admitted again. */
void
yonder_sio_socket_resume (YonderSioSocket *self, YonderEioSession *session, const char *offset)
{
  parse_offset (offset, &self->resume_offset);
  self->session = g_object_ref (session);
  g_set_str (&self->remote_host, yonder_eio_session_get_remote_host (session));
  self->state = STATE_RETURNING;
}

static gboolean
handle_event (YonderSioSocket *self, const YonderSioPacket *packet)
{
  JsonArray *data = json_node_get_array (packet->data);
  g_autoptr (JsonArray) arguments = json_array_new ();
  g_autoptr (YonderSioReply) reply = NULL;
  JsonNode *name = json_array_get_length (data) > 0 ? json_array_get_element (data, 0) : NULL;

  if (name == NULL || json_node_get_value_type (name) != G_TYPE_STRING)
    return FALSE;
  for (guint i = 1; i < json_array_get_length (data); i++)
    json_array_add_element (arguments, json_array_dup_element (data, i));
  if (packet->id >= 0)
    reply = yonder_sio_reply_new (self, packet->id);
  g_signal_emit (self, signals[EVENT], 0, json_node_get_string (name), arguments, packet->attachments, reply);
  return TRUE;
}

/* A packet for this socket. Returns whether it was in order; if not, the connection has to end. */
gboolean
yonder_sio_socket_handle (YonderSioSocket *self, const YonderSioPacket *packet)
{
  if (packet->type == YONDER_SIO_DISCONNECT) {
    yonder_sio_socket_lose (self, "client namespace disconnect", FALSE);
    return TRUE;
  }
  if (self->state != STATE_CONNECTED || packet->data == NULL || !JSON_NODE_HOLDS_ARRAY (packet->data))
    return FALSE;
  switch (packet->type) {
  case YONDER_SIO_EVENT:
  case YONDER_SIO_BINARY_EVENT:
    return handle_event (self, packet);
  case YONDER_SIO_ACK:
  case YONDER_SIO_BINARY_ACK:
    return yonder_sio_socket_handle_ack (self, packet);
  default:
    return FALSE;
  }
}

/* The connection is lost, or the client left; @may_return suspends the socket where it can come back. */
void
yonder_sio_socket_lose (YonderSioSocket *self, const char *reason, gboolean may_return)
{
  State before = self->state;

  g_object_ref (self);
  g_clear_object (&self->session);
  yonder_sio_socket_fail_requests (self);
  may_return = may_return && self->pid != NULL;
  if (before == STATE_CONNECTED) {
    self->state = may_return ? STATE_SUSPENDED : STATE_GONE;
    g_signal_emit (self, signals[DISCONNECTED], 0, reason, may_return);
    if (!may_return)
      g_signal_emit (self, signals[GONE], 0);
  } else if (before == STATE_ASKING)
    self->state = STATE_GONE;
  else if (before == STATE_RETURNING)
    self->state = STATE_SUSPENDED;
  if (before == STATE_ASKING || before == STATE_RETURNING)
    g_signal_emit (self, signals[SETTLED], 0, FALSE);
  g_object_unref (self);
}

/* A suspended socket does not come back. */
void
yonder_sio_socket_expire (YonderSioSocket *self)
{
  if (self->state != STATE_SUSPENDED && self->state != STATE_RETURNING)
    return;
  g_object_ref (self);
  self->state = STATE_GONE;
  g_clear_object (&self->session);
  g_signal_emit (self, signals[GONE], 0);
  g_object_unref (self);
}

/**
 * yonder_sio_socket_get_id:
 * @self: the socket
 *
 * Returns: (transfer none): its id, the same after it has come back
 */
const char *
yonder_sio_socket_get_id (YonderSioSocket *self)
{
  return self->id;
}

/**
 * yonder_sio_socket_get_nsp:
 * @self: the socket
 *
 * Returns: (transfer none): its namespace
 */
const char *
yonder_sio_socket_get_nsp (YonderSioSocket *self)
{
  return self->nsp;
}

/**
 * yonder_sio_socket_get_remote_host:
 * @self: the socket
 *
 * Returns: (transfer none): the address that it came from last
 */
const char *
yonder_sio_socket_get_remote_host (YonderSioSocket *self)
{
  return self->remote_host;
}

/**
 * yonder_sio_socket_is_connected:
 * @self: the socket
 *
 * Returns: whether it is admitted and its connection stands
 */
gboolean
yonder_sio_socket_is_connected (YonderSioSocket *self)
{
  return self->state == STATE_CONNECTED;
}

/**
 * yonder_sio_socket_is_returning:
 * @self: the socket
 *
 * Returns: for an admission function, whether the socket was connected before and has come back
 */
gboolean
yonder_sio_socket_is_returning (YonderSioSocket *self)
{
  return self->state == STATE_RETURNING;
}

static void
send_connect (YonderSioSocket *self)
{
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_object_set_string_member (object, "sid", self->id);
  if (self->pid != NULL)
    json_object_set_string_member (object, "pid", self->pid);
  json_node_take_object (node, object);
  yonder_sio_socket_send (self, YONDER_SIO_CONNECT, -1, node, NULL);
}

/**
 * yonder_sio_socket_admit:
 * @self: a socket that asks for admission
 *
 * Lets the client in. A client that came back gets what it missed. Does nothing if it has left meanwhile.
 */
void
yonder_sio_socket_admit (YonderSioSocket *self)
{
  State before = self->state;

  if (before != STATE_ASKING && before != STATE_RETURNING)
    return;
  g_object_ref (self);
  self->state = STATE_CONNECTED;
  send_connect (self);
  if (before == STATE_RETURNING)
    for (GList *l = self->log.head; l && self->session; l = l->next) {
      const Logged *logged = l->data;

      if (logged->offset > self->resume_offset)
        send_messages (self->session, logged->messages);
    }
  g_signal_emit (self, signals[SETTLED], 0, TRUE);
  if (before == STATE_RETURNING && self->state == STATE_CONNECTED)
    g_signal_emit (self, signals[RETURNED], 0);
  g_object_unref (self);
}

/**
 * yonder_sio_socket_refuse:
 * @self: a socket that asks for admission
 * @message: why not, for the user
 * @data: (nullable) (transfer full): more, for the program
 *
 * Does not let the client in (CONNECT_ERROR). A socket that came back stays suspended: its own client may still come.
 */
void
yonder_sio_socket_refuse (YonderSioSocket *self, const char *message, JsonNode *data)
{
  g_autoptr (YonderSioSocket) alive = g_object_ref (self);
  JsonObject *object;
  JsonNode *node;

  if (self->state != STATE_ASKING && self->state != STATE_RETURNING) {
    g_clear_pointer (&data, json_node_unref);
    return;
  }
  object = json_object_new ();
  node = json_node_new (JSON_NODE_OBJECT);
  json_object_set_string_member (object, "message", message);
  if (data != NULL)
    json_object_set_member (object, "data", data);
  json_node_take_object (node, object);
  yonder_sio_socket_send (self, YONDER_SIO_CONNECT_ERROR, -1, node, NULL);
  yonder_sio_socket_lose (self, "refused", FALSE);
}

/**
 * yonder_sio_socket_disconnect:
 * @self: the socket
 *
 * Tells the client that it is disconnected; it will not come back by itself. Its other namespaces go on.
 */
void
yonder_sio_socket_disconnect (YonderSioSocket *self)
{
  g_autoptr (YonderSioSocket) alive = g_object_ref (self);

  if (self->state != STATE_CONNECTED) {
    yonder_sio_socket_expire (self);
    return;
  }
  yonder_sio_socket_send (self, YONDER_SIO_DISCONNECT, -1, NULL, NULL);
  yonder_sio_socket_lose (self, "server namespace disconnect", FALSE);
}

/**
 * yonder_sio_socket_emit:
 * @self: the socket
 * @name: the event
 * @arguments: (transfer full): array of its arguments
 * @attachments: (nullable) (element-type GBytes): binary values that placeholders in @arguments stand for
 *
 * Sends an event. Where connection state is kept, a last argument is added, the offset by which the client tells how far it got,
 * and a suspended socket's client gets the event when it is back. Does nothing for a socket that is gone.
 */
void
yonder_sio_socket_emit (YonderSioSocket *self, const char *name, JsonNode *arguments, GPtrArray *attachments)
{
  YonderSioType type = attachments ? YONDER_SIO_BINARY_EVENT : YONDER_SIO_EVENT;
  g_autoptr (YonderSioSocket) alive = g_object_ref (self);
  g_autoptr (YonderSioPacket) packet = NULL;
  g_autoptr (GPtrArray) messages = NULL;
  JsonNode *data = yonder_sio_socket_build_event (name, arguments);

  if (self->pid != NULL) {
    g_autofree char *offset = g_strdup_printf ("%" G_GUINT64_FORMAT, self->last_offset + 1);

    json_array_add_string_element (json_node_get_array (data), offset);
  }
  packet = yonder_sio_packet_new (type, self->nsp, -1, data, attachments ? g_ptr_array_ref (attachments) : NULL);
  if (self->state == STATE_ASKING || self->state == STATE_GONE)
    return;

  messages = encode_messages (packet);
  if (self->state == STATE_CONNECTED)
    send_messages (self->session, messages);
  if (self->pid != NULL)
    log_messages (self, ++self->last_offset, g_steal_pointer (&messages));
}
