/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-sio-server.h"
#include "yonder-sio-socket-private.h"

#include "yonder-json.h"

/* Namespaces that one connection may be in; clients of a call server use one. */
#define MAX_NAMESPACES 10

/* Bytes of one message's attachments. Chosen: two of the largest; who sends more, before anybody has signed in even, is up to no
 * good. */
#define MAX_ATTACHED (2 * 1000 * 1000)

/* How often one connection may ask to be let in: once, or again for each namespace. Each time the users are looked up. */
#define MAX_TRIES 20

/* The reference client's ids are 20 characters; ours 32. */
#define MAX_PID 64

typedef struct {
  YonderSioAdmit admit; /* (nullable) */
  gpointer       data;
} Namespace;

/* One Engine.IO session and the sockets on it. Ends with the session. */
typedef struct {
  YonderSioServer  *server; /* borrowed: the server ends its connections first */
  YonderEioSession *session;
  YonderSioDecoder *decoder;
  GHashTable       *sockets; /* namespace to YonderSioSocket */
  guint             connect_timer;
  guint             n_tries;
} Connection;

typedef struct {
  YonderSioServer *server; /* borrowed */
  YonderSioSocket *socket;
  guint            timer;
} Kept;

struct _YonderSioServer {
  GObject parent_instance;

  YonderEioServer *eio;
  YonderSioOptions options;
  YonderClock     *clock;
  GHashTable      *namespaces; /* name to Namespace */
  GHashTable      *connections; /* set of Connection */
  GHashTable      *kept; /* pid to Kept */
};

enum { CONNECTION, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (YonderSioServer, yonder_sio_server, G_TYPE_OBJECT)

static void
kept_free (gpointer data)
{
  Kept *self = data;

  yonder_clock_clear (self->server->clock, &self->timer);
  yonder_sio_socket_expire (self->socket);
  g_object_unref (self->socket);
  g_free (self);
}

static gboolean
on_kept_long_enough (gpointer data)
{
  Kept *kept = data;

  kept->timer = 0;
  g_hash_table_remove (kept->server->kept, yonder_sio_socket_get_pid (kept->socket));
  return G_SOURCE_REMOVE;
}

/* Holds a suspended socket for a client that may come back. */
static void
keep (YonderSioServer *self, YonderSioSocket *socket)
{
  Kept *kept = g_new0 (Kept, 1);

  kept->server = self;
  kept->socket = g_object_ref (socket);
  kept->timer = yonder_clock_add (self->clock, self->options.keep_state_ms, on_kept_long_enough, kept, NULL);
  g_hash_table_insert (self->kept, g_strdup (yonder_sio_socket_get_pid (socket)), kept);
}

/* A kept socket is connected again: it is not to expire any more. */
static void
release_kept (YonderSioServer *self, YonderSioSocket *socket)
{
  const char *pid = yonder_sio_socket_get_pid (socket);
  gpointer key, value;

  if (pid != NULL && g_hash_table_steal_extended (self->kept, pid, &key, &value)) {
    Kept *kept = value;

    yonder_clock_clear (self->clock, &kept->timer);
    g_object_unref (kept->socket);
    g_free (kept);
    g_free (key);
  }
}

static gboolean
on_connect_timeout (gpointer data)
{
  Connection *connection = data;

  connection->connect_timer = 0;
  yonder_eio_session_close (connection->session, YONDER_EIO_END_FORCED_CLOSE);
  return G_SOURCE_REMOVE;
}

/* A connection without a socket does not stay. */
static void
await_connect (Connection *self)
{
  YonderSioServer *server = self->server;

  if (self->connect_timer == 0 && g_hash_table_size (self->sockets) == 0)
    self->connect_timer = yonder_clock_add (server->clock, server->options.connect_timeout_ms, on_connect_timeout, self, NULL);
}

static void
on_socket_gone (YonderSioSocket *socket, Connection *connection)
{
  const char *nsp = yonder_sio_socket_get_nsp (socket);

  /* one that was not let back in stays suspended, and may come back on another connection when this one is long gone */
  g_signal_handlers_disconnect_by_data (socket, connection);
  if (g_hash_table_lookup (connection->sockets, nsp) == socket)
    g_hash_table_remove (connection->sockets, nsp);
  await_connect (connection);
}

static void
on_socket_settled (YonderSioSocket *socket, gboolean is_admitted, Connection *connection)
{
  YonderSioServer *server = connection->server;

  g_signal_handlers_disconnect_by_func (socket, on_socket_settled, connection);
  if (!is_admitted)
    on_socket_gone (socket, connection);
  else if (yonder_sio_socket_get_pid (socket) != NULL && g_hash_table_contains (server->kept, yonder_sio_socket_get_pid (socket)))
    release_kept (server, socket);
  else
    g_signal_emit (server, signals[CONNECTION], 0, socket);
}

/* A client whose network changed comes back before its former connection was found dead, which takes half a minute. That one is
 * over: only the client itself knows the secret by which it comes back. */
static void
end_former_connection (YonderSioServer *self, const char *nsp, const char *pid)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    Connection *connection = key;
    YonderSioSocket *socket = g_hash_table_lookup (connection->sockets, nsp);

    if (socket != NULL && g_strcmp0 (yonder_sio_socket_get_pid (socket), pid) == 0) {
      yonder_eio_session_close (connection->session, YONDER_EIO_END_TRANSPORT_CLOSE);
      return;
    }
  }
}

/* (nullable) (transfer full): the suspended socket that a CONNECT packet's auth asks back, if all that it missed is still
 * there. */
static YonderSioSocket *
find_returning (Connection *connection, const char *nsp, JsonNode *auth)
{
  YonderSioServer *server = connection->server;
  const char *pid = auth ? yonder_json_get_string (auth, "pid", MAX_PID, NULL) : NULL;
  const char *offset = auth ? yonder_json_get_string (auth, "offset", MAX_PID, NULL) : NULL;
  Kept *kept;

  if (pid == NULL)
    return NULL;
  if (!g_hash_table_contains (server->kept, pid))
    end_former_connection (server, nsp, pid);
  kept = g_hash_table_lookup (server->kept, pid);
  if (kept == NULL || strcmp (yonder_sio_socket_get_nsp (kept->socket), nsp) != 0)
    return NULL;
  if (!yonder_sio_socket_can_resume (kept->socket, offset))
    return NULL;
  yonder_sio_socket_resume (kept->socket, connection->session, offset);
  return g_object_ref (kept->socket);
}

static void
refuse_namespace (Connection *connection, const char *nsp)
{
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (YonderSioPacket) packet = NULL;

  json_object_set_string_member (object, "message", "Invalid namespace");
  json_node_take_object (node, object);
  packet = yonder_sio_packet_new (YONDER_SIO_CONNECT_ERROR, nsp, -1, node, NULL);
  yonder_sio_session_send (connection->session, packet);
}

static void
connect_socket (Connection *connection, const YonderSioPacket *packet)
{
  YonderSioServer *server = connection->server;
  const Namespace *namespace = g_hash_table_lookup (server->namespaces, packet->nsp);
  g_autoptr (YonderSioSocket) socket = NULL;
  g_autoptr (JsonNode) auth = NULL;

  if (namespace == NULL) {
    refuse_namespace (connection, packet->nsp);
    return;
  }
  yonder_clock_clear (server->clock, &connection->connect_timer);
  socket = find_returning (connection, packet->nsp, packet->data);
  if (socket == NULL)
    socket = yonder_sio_socket_new (connection->session, packet->nsp, server->options.keep_state_ms > 0, server->clock);
  g_hash_table_insert (connection->sockets, g_strdup (packet->nsp), g_object_ref (socket));
  g_signal_connect (socket, "settled", G_CALLBACK (on_socket_settled), connection);
  g_signal_connect (socket, "gone", G_CALLBACK (on_socket_gone), connection);

  if (packet->data != NULL)
    auth = json_node_copy (packet->data);
  else {
    auth = json_node_new (JSON_NODE_OBJECT);
    json_node_take_object (auth, json_object_new ());
  }
  if (namespace->admit != NULL)
    namespace->admit (socket, auth, namespace->data);
  else
    yonder_sio_socket_admit (socket);
}

/* Returns whether the packet was in order. */
static gboolean
handle_packet (Connection *connection, const YonderSioPacket *packet)
{
  YonderSioSocket *socket = g_hash_table_lookup (connection->sockets, packet->nsp);
  g_autoptr (YonderSioSocket) held = socket ? g_object_ref (socket) : NULL;

  if (socket != NULL)
    return yonder_sio_socket_handle (socket, packet);
  if (packet->type != YONDER_SIO_CONNECT || g_hash_table_size (connection->sockets) >= MAX_NAMESPACES ||
      ++connection->n_tries > MAX_TRIES)
    return FALSE;
  connect_socket (connection, packet);
  return TRUE;
}

static void
on_message (YonderEioSession *session, GBytes *data, gboolean is_binary, gpointer user_data)
{
  Connection *connection = user_data;
  g_autoptr (YonderSioPacket) packet = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_good;

  if (is_binary)
    is_good = yonder_sio_decoder_add_binary (connection->decoder, data, &packet, &error);
  else {
    gsize length;
    const char *text = g_bytes_get_data (data, &length);

    is_good = yonder_sio_decoder_add_text (connection->decoder, text ? text : "", length, &packet, &error);
  }
  if (is_good && packet != NULL)
    is_good = handle_packet (connection, packet);
  if (!is_good) {
    g_debug ("Bad Socket.IO packet: %s", error ? error->message : "may not come now");
    yonder_eio_session_close (session, YONDER_EIO_END_PARSE_ERROR);
  }
}

/* Lets go of every socket: they are suspended where the reason allows it, or gone. */
static void
end_connection (Connection *self, const char *reason, gboolean may_return)
{
  g_autoptr (GList) sockets = g_hash_table_get_values (self->sockets);
  YonderSioServer *server = self->server;

  g_list_foreach (sockets, (GFunc) (void (*) (void)) g_object_ref, NULL);
  g_hash_table_remove_all (self->sockets);
  for (GList *l = sockets; l; l = l->next) {
    YonderSioSocket *socket = l->data;
    gboolean is_kept = may_return && server->options.keep_state_ms > 0 && yonder_sio_socket_is_connected (socket) &&
                       g_hash_table_size (server->kept) < server->options.max_kept;

    g_signal_handlers_disconnect_by_data (socket, self);
    if (is_kept)
      keep (server, socket);
    yonder_sio_socket_lose (socket, reason, is_kept);
    g_object_unref (socket);
  }
}

static void
connection_free (gpointer data)
{
  Connection *self = data;

  yonder_clock_clear (self->server->clock, &self->connect_timer);
  g_signal_handlers_disconnect_by_data (self->session, self);
  end_connection (self, "server shutting down", FALSE);
  g_hash_table_unref (self->sockets);
  yonder_sio_decoder_free (self->decoder);
  g_object_unref (self->session);
  g_free (self);
}

static void
on_closed (YonderEioSession *session, int why, gpointer data)
{
  Connection *connection = data;

  end_connection (connection, yonder_eio_end_to_string (why), why != YONDER_EIO_END_PARSE_ERROR);
  g_hash_table_remove (connection->server->connections, connection);
}

static void
on_session (YonderEioServer *eio, YonderEioSession *session, gpointer data)
{
  YonderSioServer *self = data;
  Connection *connection = g_new0 (Connection, 1);

  connection->server = self;
  connection->session = g_object_ref (session);
  connection->decoder = yonder_sio_decoder_new (MAX_ATTACHED);
  connection->sockets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  await_connect (connection);
  g_hash_table_add (self->connections, connection);
  g_signal_connect (session, "message", G_CALLBACK (on_message), connection);
  g_signal_connect (session, "closed", G_CALLBACK (on_closed), connection);
}

static void
yonder_sio_server_dispose (GObject *object)
{
  yonder_sio_server_stop (YONDER_SIO_SERVER (object));
  G_OBJECT_CLASS (yonder_sio_server_parent_class)->dispose (object);
}

static void
yonder_sio_server_finalize (GObject *object)
{
  YonderSioServer *self = YONDER_SIO_SERVER (object);

  g_hash_table_unref (self->connections);
  g_hash_table_unref (self->kept);
  g_hash_table_unref (self->namespaces);
  g_object_unref (self->clock);
  G_OBJECT_CLASS (yonder_sio_server_parent_class)->finalize (object);
}

static void
yonder_sio_server_class_init (YonderSioServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = yonder_sio_server_dispose;
  object_class->finalize = yonder_sio_server_finalize;

  signals[CONNECTION] = g_signal_new ("connection", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 1, YONDER_TYPE_SIO_SOCKET);
}

static void
yonder_sio_server_init (YonderSioServer *self)
{
  self->namespaces = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->connections = g_hash_table_new_full (NULL, NULL, connection_free, NULL);
  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, kept_free);
}

/**
 * yonder_sio_server_new:
 * @eio: the sessions to use
 * @options: times and limits; copied
 * @clock: for them
 *
 * Returns: (transfer full): a server without namespaces
 */
YonderSioServer *
yonder_sio_server_new (YonderEioServer *eio, const YonderSioOptions *options, YonderClock *clock)
{
  YonderSioServer *self = g_object_new (YONDER_TYPE_SIO_SERVER, NULL);

  self->eio = g_object_ref (eio);
  self->options = *options;
  self->clock = g_object_ref (clock);
  g_signal_connect_object (eio, "session", G_CALLBACK (on_session), self, 0);
  return self;
}

/**
 * yonder_sio_server_add_namespace:
 * @self: the server
 * @nsp: its name, "/" for the main one
 * @admit: (nullable): who gets in; %NULL for everybody
 * @data: for @admit; has to outlive the server
 *
 * Opens a namespace to clients.
 */
void
yonder_sio_server_add_namespace (YonderSioServer *self, const char *nsp, YonderSioAdmit admit, gpointer data)
{
  Namespace *namespace = g_new0 (Namespace, 1);

  namespace->admit = admit;
  namespace->data = data;
  g_hash_table_insert (self->namespaces, g_strdup (nsp), namespace);
}

/**
 * yonder_sio_server_stop:
 * @self: the server
 *
 * Ends every socket and looks at no more sessions. The Engine.IO server goes on; stop it afterwards.
 */
void
yonder_sio_server_stop (YonderSioServer *self)
{
  if (self->eio == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->eio, self);
  g_clear_object (&self->eio);
  g_hash_table_remove_all (self->kept);
  g_hash_table_remove_all (self->connections);
}
