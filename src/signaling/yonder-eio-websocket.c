/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-eio-websocket.h"

#include "yonder-fragment-bound.h"
#include "yonder-signaling-error.h"

struct _YonderEioWebsocket {
  YonderEioTransport parent_instance;

  GCancellable            *cancellable;
  SoupMessage             *handshake;
  SoupWebsocketConnection *connection; /* (nullable) */
  GError                  *error;      /* (nullable): what the connection reported before it closed */
  gboolean                 was_open;   /* a packet came */
};

G_DEFINE_FINAL_TYPE (YonderEioWebsocket, yonder_eio_websocket, YONDER_TYPE_EIO_TRANSPORT)

static void
on_message (SoupWebsocketConnection *connection, int type, GBytes *bytes, YonderEioWebsocket *self)
{
  YonderEioTransport *transport = YONDER_EIO_TRANSPORT (self);
  g_autoptr (YonderEioPacket) packet = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  if (type == SOUP_WEBSOCKET_DATA_BINARY)
    packet = yonder_eio_packet_new_binary (bytes);
  else
    packet = yonder_eio_packet_decode (text != NULL ? text : "", (gssize) length, &error);

  if (packet == NULL) {
    yonder_eio_transport_end (transport,
                              yonder_signaling_error_from_wire (error, yonder_eio_transport_get_host (transport),
                                                                self->was_open));
    return;
  }

  self->was_open = TRUE;
  yonder_eio_transport_deliver (transport, packet);
}

static void
on_error (SoupWebsocketConnection *connection, GError *error, YonderEioWebsocket *self)
{
  g_clear_error (&self->error);
  self->error = yonder_signaling_error_from_network (error, NULL, yonder_eio_transport_get_host (YONDER_EIO_TRANSPORT (self)));
}

static void
on_pong (SoupWebsocketConnection *connection, GBytes *message, YonderEioWebsocket *self)
{
  soup_websocket_connection_set_keepalive_interval (connection, 0);
  yonder_eio_transport_note_alive (YONDER_EIO_TRANSPORT (self));
}

static void
on_closed (SoupWebsocketConnection *connection, YonderEioWebsocket *self)
{
  g_debug ("WebSocket closed with code %u", soup_websocket_connection_get_close_code (connection));
  yonder_eio_transport_end (YONDER_EIO_TRANSPORT (self), g_steal_pointer (&self->error));
}

/* The connection must live until the closing handshake is over, which "closed" tells in every case, or its frame is never
 * sent. */
static void
close_and_drop (SoupWebsocketConnection *connection, gushort code)
{
  if (soup_websocket_connection_get_state (connection) != SOUP_WEBSOCKET_STATE_OPEN)
    return;

  g_signal_connect (g_object_ref (connection), "closed", G_CALLBACK (g_object_unref), NULL);
  soup_websocket_connection_close (connection, code, NULL);
}

/* Where the handshake was answered, but not as a WebSocket, the answer's status says more than libsoup's error does. */
static GError *
explain (YonderEioWebsocket *self, const GError *error)
{
  guint status = soup_message_get_status (self->handshake);

  if (error->domain == SOUP_WEBSOCKET_ERROR && status != SOUP_STATUS_NONE && status != SOUP_STATUS_SWITCHING_PROTOCOLS)
    return yonder_signaling_error_from_status (self->handshake, NULL);

  return yonder_signaling_error_from_network (error, self->handshake,
                                              yonder_eio_transport_get_host (YONDER_EIO_TRANSPORT (self)));
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderEioWebsocket) self = data;
  YonderEioTransport *transport = YONDER_EIO_TRANSPORT (self);
  g_autoptr (SoupWebsocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  connection = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  if (connection == NULL) {
    yonder_eio_transport_end (transport, explain (self, error));
    return;
  }
  if (yonder_eio_transport_is_closed (transport)) {
    close_and_drop (connection, SOUP_WEBSOCKET_CLOSE_GOING_AWAY);
    return;
  }

  self->connection = g_steal_pointer (&connection);
  soup_websocket_connection_set_max_incoming_payload_size (self->connection, YONDER_EIO_MAX_INCOMING);
  g_signal_connect_object (self->connection, "message", G_CALLBACK (on_message), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->connection, "error", G_CALLBACK (on_error), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->connection, "pong", G_CALLBACK (on_pong), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->connection, "closed", G_CALLBACK (on_closed), self, G_CONNECT_DEFAULT);
  yonder_eio_transport_set_writable (transport, TRUE);
}

static void
yonder_eio_websocket_open (YonderEioTransport *transport)
{
  YonderEioWebsocket *self = YONDER_EIO_WEBSOCKET (transport);
  SoupSession *session = yonder_eio_transport_get_session (transport);

  self->handshake = yonder_eio_transport_make_request (transport, SOUP_METHOD_GET);
  yonder_fragment_bound_prepare (self->handshake);
  soup_session_websocket_connect_async (session, self->handshake, NULL, NULL, G_PRIORITY_DEFAULT, self->cancellable, on_connected,
                                        g_object_ref (self));
  yonder_fragment_bound_hide (self->handshake);
}

static void
yonder_eio_websocket_send (YonderEioTransport *transport, GPtrArray *packets)
{
  YonderEioWebsocket *self = YONDER_EIO_WEBSOCKET (transport);

  for (guint i = 0; i < packets->len; i++) {
    YonderEioPacket *packet = g_ptr_array_index (packets, i);

    if (soup_websocket_connection_get_state (self->connection) != SOUP_WEBSOCKET_STATE_OPEN)
      return;
    if (packet->is_binary) {
      soup_websocket_connection_send_message (self->connection, SOUP_WEBSOCKET_DATA_BINARY, packet->data);
    } else {
      g_autofree char *text = yonder_eio_packet_encode (packet);

      soup_websocket_connection_send_text (self->connection, text);
    }
  }
}

/* (nullable): what carries @stream in the end. libsoup's wrapper and GIO's TLS name what they wrap differently. */
static GSocketConnection *
find_socket_connection (GIOStream *stream)
{
  static const char * const bases[] = { "base-iostream", "base-io-stream" };
  g_autoptr (GIOStream) current = g_object_ref (stream);

  while (!G_IS_SOCKET_CONNECTION (current)) {
    g_autoptr (GIOStream) base = NULL;

    for (guint i = 0; i < G_N_ELEMENTS (bases) && base == NULL; i++)
      if (g_object_class_find_property (G_OBJECT_GET_CLASS (current), bases[i]) != NULL)
        g_object_get (current, bases[i], &base, NULL);
    if (base == NULL)
      return NULL;
    g_set_object (&current, base);
  }
  return G_SOCKET_CONNECTION (g_steal_pointer (&current));
}

/* Whether this computer still has the address that the connection comes from; without it no answer could arrive. Nothing is sent. */
static gboolean
has_its_address (SoupWebsocketConnection *connection)
{
  g_autoptr (GSocketConnection) carrier = find_socket_connection (soup_websocket_connection_get_io_stream (connection));
  g_autoptr (GSocketAddress) address = carrier != NULL ? g_socket_connection_get_local_address (carrier, NULL) : NULL;
  g_autoptr (GSocketAddress) any_port = NULL;
  g_autoptr (GSocket) socket = NULL;
  GInetAddress *inet;

  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return TRUE;
  inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  if (g_inet_address_get_is_link_local (inet)) /* which only its interface can be bound to */
    return TRUE;
  any_port = g_inet_socket_address_new (inet, 0);
  socket = g_socket_new (g_inet_address_get_family (inet), G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  return socket == NULL || g_socket_bind (socket, any_port, FALSE, NULL);
}

/* RFC 6455 section 5.5.2: whoever gets a ping answers it. libsoup sends the first one after the interval, of at least a
 * second. */
static gboolean
yonder_eio_websocket_check (YonderEioTransport *transport)
{
  YonderEioWebsocket *self = YONDER_EIO_WEBSOCKET (transport);

  if (self->connection == NULL)
    return TRUE;
  if (!has_its_address (self->connection))
    return FALSE;
  soup_websocket_connection_set_keepalive_interval (self->connection, 1);
  return TRUE;
}

static void
yonder_eio_websocket_close (YonderEioTransport *transport, gboolean was_writable)
{
  YonderEioWebsocket *self = YONDER_EIO_WEBSOCKET (transport);

  g_cancellable_cancel (self->cancellable);
  if (self->connection != NULL)
    close_and_drop (self->connection, SOUP_WEBSOCKET_CLOSE_NORMAL);
}

static void
yonder_eio_websocket_finalize (GObject *object)
{
  YonderEioWebsocket *self = YONDER_EIO_WEBSOCKET (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->handshake);
  g_clear_object (&self->connection);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (yonder_eio_websocket_parent_class)->finalize (object);
}

static void
yonder_eio_websocket_class_init (YonderEioWebsocketClass *klass)
{
  YonderEioTransportClass *transport_class = YONDER_EIO_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = yonder_eio_websocket_finalize;
  transport_class->name = "websocket";
  transport_class->open = yonder_eio_websocket_open;
  transport_class->send = yonder_eio_websocket_send;
  transport_class->check = yonder_eio_websocket_check;
  transport_class->close = yonder_eio_websocket_close;
}

static void
yonder_eio_websocket_init (YonderEioWebsocket *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * yonder_eio_websocket_new:
 * @session: makes the connection
 * @uri: the endpoint, http or https
 *
 * Returns: (transfer full): a transport that was not opened yet
 */
YonderEioTransport *
yonder_eio_websocket_new (SoupSession *session, GUri *uri)
{
  return g_object_new (YONDER_TYPE_EIO_WEBSOCKET, "session", session, "uri", uri, NULL);
}
