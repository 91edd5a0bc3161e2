/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-stun-transport.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "yonder-stun-error.h"
#include "yonder-stun-message.h"

#define READ_SIZE 16384
/* chosen: what a check sends at most before the server must take some of it */
#define MAX_QUEUED (1024 * 1024)
/* what one frame can be at most */
#define MAX_PACKET 65536
/* so that a flood of datagrams lets the main loop go on */
#define MAX_PACKETS_A_TURN 64

struct _YonderStunTransport {
  GObject parent_instance;

  YonderStunProtocol  protocol;
  GSocketFamily       family;

  /* owned */
  GInetSocketAddress *server;       /* (nullable): open to anybody */
  char               *host;         /* (nullable) */
  GTlsDatabase       *tls_database; /* (nullable) */
  YonderClock        *clock;
  GSocket            *socket;       /* (nullable) */
  GSource            *source;       /* (nullable): of the UDP socket */
  GIOStream          *stream;       /* (nullable): TCP or TLS */
  GByteArray         *incoming;
  GByteArray         *outgoing;     /* waits for the write that goes on */
  GCancellable       *cancellable;  /* of everything under way */
  GError             *certificate_error; /* (nullable) */
  GTask              *opening;      /* (nullable) */
  guint               timer_id;
  gulong              cancelled_id;

  gboolean            is_writing;
  gboolean            is_connected; /* TCP is up */
  gboolean            is_open;
  gboolean            is_closed;
};

G_DEFINE_FINAL_TYPE (YonderStunTransport, yonder_stun_transport, G_TYPE_OBJECT)

enum {
  SIGNAL_PACKET,
  SIGNAL_CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const char * const names[] = { "UDP", "TCP", "TLS" };

const char *
yonder_stun_protocol_get_name (YonderStunProtocol protocol)
{
  return names[protocol];
}

static GError *
translate (YonderStunTransport *self, const GError *error)
{
  if (self->certificate_error != NULL)
    return g_error_copy (self->certificate_error);
  return yonder_stun_error_from_socket (error, names[self->protocol], self->host != NULL ? self->host : "",
                                        self->server != NULL ? g_inet_socket_address_get_port (self->server) : 0);
}

static void
break_down (YonderStunTransport *self, const GError *error)
{
  g_autoptr (GError) translated = NULL;

  if (self->is_closed || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  translated = translate (self, error);
  g_object_ref (self);
  yonder_stun_transport_close (self);
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0, translated);
  g_object_unref (self);
}

static void
hang_up (YonderStunTransport *self)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "closed");

  break_down (self, error);
}

/* Ends the opening, once. @error is taken. */
static void
finish_opening (YonderStunTransport *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->opening);

  if (task == NULL) {
    g_clear_error (&error);
    return;
  }
  yonder_clock_clear (self->clock, &self->timer_id);
  if (self->cancelled_id != 0)
    g_cancellable_disconnect (g_task_get_cancellable (task), self->cancelled_id);
  self->cancelled_id = 0;
  if (error != NULL) {
    GError *translated = translate (self, error);

    g_error_free (error);
    yonder_stun_transport_close (self);
    g_task_return_error (task, translated);
  } else {
    self->is_open = TRUE;
    g_task_return_boolean (task, TRUE);
  }
}

static gboolean
on_datagrams (GSocket *socket, GIOCondition condition, gpointer data)
{
  g_autoptr (YonderStunTransport) self = g_object_ref (data);

  for (guint i = 0; i < MAX_PACKETS_A_TURN && !self->is_closed; i++) {
    g_autoptr (GSocketAddress) from = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) packet = NULL;
    guint8 buffer[2048];
    gssize length = g_socket_receive_from (socket, &from, (char *) buffer, sizeof buffer, NULL, &error);

    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      break;
    if (length < 0) {
      break_down (self, error);
      return G_SOURCE_REMOVE;
    }
    packet = g_bytes_new (buffer, (gsize) length);
    g_signal_emit (self, signals[SIGNAL_PACKET], 0, packet, from);
  }
  return self->is_closed ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

/* Takes the whole messages off the stream; FALSE where it is none of ours. */
static gboolean
cut_messages (YonderStunTransport *self)
{
  while (!self->is_closed && self->incoming->len > 0) {
    g_autoptr (GBytes) packet = NULL;
    gssize length = yonder_stun_frame_length (self->incoming->data, self->incoming->len);

    /* what a web server says looks like the beginning of very long ChannelData */
    if (length < 0 || (self->incoming->len >= 5 && memcmp (self->incoming->data, "HTTP/", 5) == 0))
      return FALSE;
    if (length == 0 || (gsize) length > self->incoming->len)
      return TRUE;
    packet = g_bytes_new (self->incoming->data, (gsize) length);
    g_byte_array_remove_range (self->incoming, 0, (guint) length);
    g_signal_emit (self, signals[SIGNAL_PACKET], 0, packet, self->server);
  }
  return TRUE;
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderStunTransport) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (self->is_closed)
    return;
  if (bytes == NULL) {
    break_down (self, error);
    return;
  }
  if (g_bytes_get_size (bytes) == 0) {
    hang_up (self);
    return;
  }

  g_byte_array_append (self->incoming, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
  if (!cut_messages (self)) {
    error = g_error_new_literal (YONDER_STUN_ERROR, YONDER_STUN_ERROR_MALFORMED,
                                 "what answers there speaks neither STUN nor TURN");
    break_down (self, error);
  } else if (!self->is_closed) {
    g_input_stream_read_bytes_async (G_INPUT_STREAM (source), READ_SIZE, G_PRIORITY_DEFAULT, self->cancellable, on_read,
                                     g_object_ref (self));
  }
}

static void write_some (YonderStunTransport *self);

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderStunTransport) self = data;
  g_autoptr (GError) error = NULL;
  gssize written = g_output_stream_write_bytes_finish (G_OUTPUT_STREAM (source), result, &error);

  self->is_writing = FALSE;
  if (self->is_closed)
    return;
  if (written < 0) {
    break_down (self, error);
    return;
  }
  g_byte_array_remove_range (self->outgoing, 0, (guint) written);
  write_some (self);
}

static void
write_some (YonderStunTransport *self)
{
  g_autoptr (GBytes) bytes = NULL;

  if (self->is_writing || self->outgoing->len == 0)
    return;
  self->is_writing = TRUE;
  bytes = g_bytes_new (self->outgoing->data, self->outgoing->len);
  g_output_stream_write_bytes_async (g_io_stream_get_output_stream (self->stream), bytes, G_PRIORITY_DEFAULT, self->cancellable,
                                     on_written, g_object_ref (self));
}

static void
begin_reading (YonderStunTransport *self)
{
  finish_opening (self, NULL);
  if (!self->is_closed)
    g_input_stream_read_bytes_async (g_io_stream_get_input_stream (self->stream), READ_SIZE, G_PRIORITY_DEFAULT,
                                     self->cancellable, on_read, g_object_ref (self));
}

static void
on_handshake (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderStunTransport) self = data;
  GError *error = NULL;

  if (!g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, &error))
    finish_opening (self, error);
  else if (!self->is_closed)
    begin_reading (self);
}

/* Only reached for a certificate that did not pass: it is never accepted, but what is wrong with it is kept. */
static gboolean
on_accept_certificate (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags flags, gpointer data)
{
  YonderStunTransport *self = data;

  g_clear_error (&self->certificate_error);
  self->certificate_error = yonder_stun_error_from_certificate (certificate, flags, self->host);
  return FALSE;
}

static void
begin_handshake (YonderStunTransport *self, GIOStream *base)
{
  g_autoptr (GSocketConnectable) identity = g_network_address_new (self->host, g_inet_socket_address_get_port (self->server));
  GError *error = NULL;

  self->stream = g_tls_client_connection_new (base, identity, &error);
  if (self->stream == NULL) {
    finish_opening (self, error);
    return;
  }
  if (self->tls_database != NULL)
    g_tls_connection_set_database (G_TLS_CONNECTION (self->stream), self->tls_database);
  /* TURN servers close without a farewell; what they say is framed, so that nothing can be cut off unseen. */
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (self->stream), FALSE);
  g_signal_connect_object (self->stream, "accept-certificate", G_CALLBACK (on_accept_certificate), self, 0);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (self->stream), G_PRIORITY_DEFAULT, self->cancellable, on_handshake,
                                    g_object_ref (self));
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderStunTransport) self = data;
  GError *error = NULL;

  if (!g_socket_connection_connect_finish (G_SOCKET_CONNECTION (source), result, &error)) {
    finish_opening (self, error);
    return;
  }
  if (self->is_closed)
    return;

  self->is_connected = TRUE;
  g_socket_set_option (self->socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  if (self->protocol == YONDER_STUN_TLS) {
    begin_handshake (self, G_IO_STREAM (source));
  } else {
    self->stream = G_IO_STREAM (g_object_ref (source));
    begin_reading (self);
  }
}

static void
open_stream (YonderStunTransport *self)
{
  g_autoptr (GSocketConnection) connection = g_socket_connection_factory_create_connection (self->socket);

  g_socket_connection_connect_async (connection, G_SOCKET_ADDRESS (self->server), self->cancellable, on_connected,
                                     g_object_ref (self));
}

/* A connected UDP socket hears that nothing listens (ICMP), and takes datagrams from nobody else. */
static void
open_datagrams (YonderStunTransport *self)
{
  GError *error = NULL;

  if (self->server != NULL && !g_socket_connect (self->socket, G_SOCKET_ADDRESS (self->server), NULL, &error)) {
    finish_opening (self, error);
    return;
  }
  if (self->server == NULL) {
    g_autoptr (GInetAddress) any = g_inet_address_new_any (self->family);
    g_autoptr (GSocketAddress) address = g_inet_socket_address_new (any, 0);

    if (!g_socket_bind (self->socket, address, FALSE, &error)) {
      finish_opening (self, error);
      return;
    }
  }

  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_datagrams), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
  finish_opening (self, NULL);
}

static gboolean
on_time_over (gpointer data)
{
  YonderStunTransport *self = data;

  self->timer_id = 0;
  finish_opening (self, yonder_stun_error_new_timeout (names[self->protocol], self->host,
                                                       g_inet_socket_address_get_port (self->server), self->is_connected));
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  YonderStunTransport *self = data;

  g_cancellable_cancel (self->cancellable);
}

static void
yonder_stun_transport_dispose (GObject *object)
{
  yonder_stun_transport_close (YONDER_STUN_TRANSPORT (object));

  G_OBJECT_CLASS (yonder_stun_transport_parent_class)->dispose (object);
}

static void
yonder_stun_transport_finalize (GObject *object)
{
  YonderStunTransport *self = YONDER_STUN_TRANSPORT (object);

  g_clear_object (&self->server);
  g_clear_object (&self->tls_database);
  g_clear_object (&self->clock);
  g_clear_object (&self->socket);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->incoming, g_byte_array_unref);
  g_clear_pointer (&self->outgoing, g_byte_array_unref);
  g_clear_error (&self->certificate_error);
  g_free (self->host);

  G_OBJECT_CLASS (yonder_stun_transport_parent_class)->finalize (object);
}

static void
yonder_stun_transport_class_init (YonderStunTransportClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GType type = G_TYPE_FROM_CLASS (class);

  object_class->dispose = yonder_stun_transport_dispose;
  object_class->finalize = yonder_stun_transport_finalize;

  signals[SIGNAL_PACKET] = g_signal_new ("packet", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_BYTES,
                                         G_TYPE_INET_SOCKET_ADDRESS);
  signals[SIGNAL_CLOSED] = g_signal_new ("closed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
yonder_stun_transport_init (YonderStunTransport *self)
{
  self->incoming = g_byte_array_new ();
  self->outgoing = g_byte_array_new ();
  self->cancellable = g_cancellable_new ();
}

/**
 * yonder_stun_transport_new:
 * @protocol: how
 * @server: where
 * @host: the server's name as the user knows it; a TLS certificate must be for it
 * @tls_database: (nullable): whom to trust instead of those that the system trusts
 * @clock: what bounds the opening
 */
YonderStunTransport *
yonder_stun_transport_new (YonderStunProtocol protocol, GInetSocketAddress *server, const char *host, GTlsDatabase *tls_database,
                           YonderClock *clock)
{
  YonderStunTransport *self = g_object_new (YONDER_TYPE_STUN_TRANSPORT, NULL);

  self->protocol = protocol;
  self->server = g_object_ref (server);
  self->family = g_socket_address_get_family (G_SOCKET_ADDRESS (server));
  self->host = g_strdup (host);
  self->tls_database = tls_database != NULL ? g_object_ref (tls_database) : NULL;
  self->clock = g_object_ref (clock);
  return self;
}

YonderStunTransport *
yonder_stun_transport_new_open (GSocketFamily family, YonderClock *clock)
{
  YonderStunTransport *self = g_object_new (YONDER_TYPE_STUN_TRANSPORT, NULL);

  self->protocol = YONDER_STUN_UDP;
  self->family = family;
  self->clock = g_object_ref (clock);
  return self;
}

/**
 * yonder_stun_transport_open_async:
 * @self: a transport that was not opened yet
 * @timeout_ms: after how long it is given up
 * @cancellable: (nullable): to give up
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Connects, and for TLS shakes hands and checks the certificate.
 */
void
yonder_stun_transport_open_async (YonderStunTransport *self, guint timeout_ms, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  GSocketType type = self->protocol == YONDER_STUN_UDP ? G_SOCKET_TYPE_DATAGRAM : G_SOCKET_TYPE_STREAM;
  GSocketProtocol protocol = self->protocol == YONDER_STUN_UDP ? G_SOCKET_PROTOCOL_UDP : G_SOCKET_PROTOCOL_TCP;
  GError *error = NULL;

  g_return_if_fail (self->socket == NULL);

  self->opening = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->opening, yonder_stun_transport_open_async);
  self->socket = g_socket_new (self->family, type, protocol, &error);
  if (self->socket == NULL) {
    finish_opening (self, error);
    return;
  }
  g_socket_set_blocking (self->socket, FALSE);

  if (self->protocol == YONDER_STUN_UDP) {
    open_datagrams (self);
    return;
  }
  self->timer_id = yonder_clock_add (self->clock, timeout_ms, on_time_over, self, NULL);
  if (cancellable != NULL)
    self->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), self, NULL);
  open_stream (self);
}

gboolean
yonder_stun_transport_open_finish (YonderStunTransport *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * yonder_stun_transport_send:
 * @self: an open transport
 * @packet: a whole message
 * @to: (nullable): to whom, where the transport is open to anybody
 *
 * What cannot be sent is lost, as it might be on the way; a stream that takes nothing any more ends with "closed".
 */
void
yonder_stun_transport_send (YonderStunTransport *self, GBytes *packet, GInetSocketAddress *to)
{
  gsize length;
  const void *data = g_bytes_get_data (packet, &length);

  if (!self->is_open || self->is_closed)
    return;

  if (self->protocol == YONDER_STUN_UDP) {
    g_autoptr (GError) error = NULL;

    if (g_socket_send_to (self->socket, G_SOCKET_ADDRESS (to), data, length, NULL, &error) < 0 &&
        !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      g_debug ("a datagram was not sent: %s", error->message);
    return;
  }
  if (self->outgoing->len + length > MAX_QUEUED)
    return;
  g_byte_array_append (self->outgoing, data, (guint) length);
  write_some (self);
}

/* No signal comes any more. Calling it again does nothing. */
void
yonder_stun_transport_close (YonderStunTransport *self)
{
  if (self->is_closed)
    return;

  self->is_closed = TRUE;
  g_cancellable_cancel (self->cancellable);
  if (self->opening != NULL)
    finish_opening (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "closed"));
  if (self->source != NULL) {
    g_source_destroy (self->source);
    g_clear_pointer (&self->source, g_source_unref);
  }
  g_clear_object (&self->stream);
  /* what is under way on the stream holds it and ends by the cancellable */
  if (self->socket != NULL)
    g_socket_close (self->socket, NULL);
}

YonderStunProtocol
yonder_stun_transport_get_protocol (YonderStunTransport *self)
{
  return self->protocol;
}

const char *
yonder_stun_transport_get_host (YonderStunTransport *self)
{
  return self->host;
}

GInetSocketAddress *
yonder_stun_transport_get_server (YonderStunTransport *self)
{
  return self->server;
}

GInetSocketAddress *
yonder_stun_transport_dup_local (YonderStunTransport *self)
{
  GSocketAddress *address = self->is_open && !self->is_closed ? g_socket_get_local_address (self->socket, NULL) : NULL;

  return address != NULL ? G_INET_SOCKET_ADDRESS (address) : NULL;
}

/* Returns: (transfer full) (nullable): "TLS 1.3" */
char *
yonder_stun_transport_dup_tls_version (YonderStunTransport *self)
{
  if (!self->is_open || self->protocol != YONDER_STUN_TLS || self->stream == NULL)
    return NULL;

  switch (g_tls_connection_get_protocol_version (G_TLS_CONNECTION (self->stream))) {
    case G_TLS_PROTOCOL_VERSION_TLS_1_3: return g_strdup ("TLS 1.3");
    case G_TLS_PROTOCOL_VERSION_TLS_1_2: return g_strdup ("TLS 1.2");
    default: return g_strdup ("TLS");
  }
}
