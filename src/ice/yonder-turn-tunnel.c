/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-turn-tunnel.h"

#include <glib/gi18n.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "yonder-socket-owner.h"
#include "yonder-stun-error.h"

/* one a local address and family is what a call opens; twice that while one is rebuilt */
#define MAX_CONNECTIONS 32
/* chosen: name lookup, TCP and TLS together */
#define CONNECT_MS 8000
#define BUFFER_SIZE 16384

/* One direction of a connection. */
typedef struct {
  guint8 buffer[BUFFER_SIZE];
} Pump;

/* One connection through the tunnel; reference counted by what is under way on it. */
typedef struct {
  grefcount         refs;
  YonderTurnTunnel *tunnel;   /* (nullable): borrowed; none once it was closed */
  GIOStream        *local;
  GIOStream        *remote;   /* (nullable): before it is connected */
  GCancellable     *cancellable;
  GError           *certificate_error; /* (nullable) */
  YonderClock      *clock;
  guint             timer_id;
  Pump              pumps[2]; /* to the server, from the server */
} Passage;

struct _YonderTurnTunnel {
  GObject parent_instance;

  char            *host;
  guint            port;
  GTlsDatabase    *tls_database; /* (nullable) */
  YonderClock     *clock;
  GSocketListener *listener;
  GCancellable    *cancellable;
  GPtrArray       *passages;     /* (element-type Passage) */
  GError          *error;        /* (nullable) */
  guint            ipv4_port, ipv6_port;
};

G_DEFINE_FINAL_TYPE (YonderTurnTunnel, yonder_turn_tunnel, G_TYPE_OBJECT)

enum {
  SIGNAL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static Passage *
passage_ref (Passage *self)
{
  g_ref_count_inc (&self->refs);
  return self;
}

static void
passage_unref (gpointer data)
{
  Passage *self = data;

  if (!g_ref_count_dec (&self->refs))
    return;
  yonder_clock_clear (self->clock, &self->timer_id);
  g_clear_object (&self->clock);
  g_clear_object (&self->local);
  g_clear_object (&self->remote);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->certificate_error);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Passage, passage_unref)

/* The end of one side is the end of both: TURN has no half-closed connections. */
static void
passage_close (Passage *self)
{
  YonderTurnTunnel *tunnel = g_steal_pointer (&self->tunnel);

  yonder_clock_clear (self->clock, &self->timer_id);
  if (tunnel == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  /* what is under way holds the streams a moment longer; with it they close */
  g_clear_object (&self->local);
  g_clear_object (&self->remote);
  g_ptr_array_remove_fast (tunnel->passages, self);
}

typedef struct {
  Passage *passage;
  guint    direction;
} Turn;

static void pump (Passage *self, guint direction);

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Turn *turn = data;
  g_autoptr (Passage) self = turn->passage;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL))
    passage_close (self);
  else if (self->tunnel != NULL)
    pump (self, turn->direction);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Turn *turn = data;
  g_autoptr (Passage) self = turn->passage;
  gssize length = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);
  GIOStream *to = turn->direction == 0 ? self->remote : self->local;

  if (length <= 0 || self->tunnel == NULL) {
    passage_close (self);
    return;
  }
  g_output_stream_write_all_async (g_io_stream_get_output_stream (to), self->pumps[turn->direction].buffer, (gsize) length,
                                   G_PRIORITY_DEFAULT, self->cancellable, on_written,
                                   g_memdup2 (&(Turn) { passage_ref (self), turn->direction }, sizeof (Turn)));
}

/* One buffer a direction: who does not take what comes stops who sends it. */
static void
pump (Passage *self, guint direction)
{
  GIOStream *from = direction == 0 ? self->local : self->remote;

  g_input_stream_read_async (g_io_stream_get_input_stream (from), self->pumps[direction].buffer, BUFFER_SIZE, G_PRIORITY_DEFAULT,
                             self->cancellable, on_read, g_memdup2 (&(Turn) { passage_ref (self), direction }, sizeof (Turn)));
}

static void
fail (Passage *self, const GError *error)
{
  YonderTurnTunnel *tunnel = self->tunnel;

  if (tunnel == NULL)
    return;
  g_object_ref (tunnel);
  g_clear_error (&tunnel->error);
  tunnel->error = self->certificate_error != NULL ? g_error_copy (self->certificate_error)
                                                  : yonder_stun_error_from_socket (error, "TLS", tunnel->host, tunnel->port);
  g_message ("TURN over TLS to %s: %s", tunnel->host, tunnel->error->message);
  passage_close (self);
  g_signal_emit (tunnel, signals[SIGNAL_FAILED], 0, tunnel->error);
  g_object_unref (tunnel);
}

static void
set_no_delay (GSocketConnection *connection)
{
  g_socket_set_option (g_socket_connection_get_socket (connection), IPPROTO_TCP, TCP_NODELAY, 1, NULL);
}

/* GIO's name for a missing host is none that a person would use. */
static GError *
name_lookup_error (const GError *error, const char *host)
{
  if (error->domain != G_RESOLVER_ERROR)
    return g_error_copy (error);
  return g_error_new (YONDER_STUN_ERROR, YONDER_STUN_ERROR_NO_SUCH_NAME, _("there is no host of the name %s"), host);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Passage) self = data;
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection = g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (source), result, &error);

  if (self->tunnel == NULL) {
    g_clear_object (&connection);
    return;
  }
  if (connection == NULL) {
    g_autoptr (GError) named = name_lookup_error (error, self->tunnel->host);

    fail (self, named);
    return;
  }

  yonder_clock_clear (self->clock, &self->timer_id);
  g_clear_error (&self->tunnel->error);
  set_no_delay (connection);
  self->remote = G_IO_STREAM (connection);
  pump (self, 0);
  pump (self, 1);
}

static gboolean
on_accept_certificate (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags flags, gpointer data)
{
  Passage *self = data;

  g_clear_error (&self->certificate_error);
  if (self->tunnel != NULL)
    self->certificate_error = yonder_stun_error_from_certificate (certificate, flags, self->tunnel->host);
  return FALSE;
}

static void
passage_closure_unref (gpointer data, GClosure *closure)
{
  passage_unref (data);
}

static void
on_client_event (GSocketClient *client, GSocketClientEvent event, GSocketConnectable *connectable, GIOStream *connection,
                 gpointer data)
{
  Passage *self = data;

  if (event != G_SOCKET_CLIENT_TLS_HANDSHAKING || self->tunnel == NULL)
    return;
  if (self->tunnel->tls_database != NULL)
    g_tls_connection_set_database (G_TLS_CONNECTION (connection), self->tunnel->tls_database);
  g_tls_connection_set_require_close_notify (G_TLS_CONNECTION (connection), FALSE);
  g_signal_connect_data (connection, "accept-certificate", G_CALLBACK (on_accept_certificate), passage_ref (self),
                         passage_closure_unref, 0);
}

static gboolean
on_time_over (gpointer data)
{
  Passage *self = data;
  g_autoptr (GError) error = NULL;

  self->timer_id = 0;
  error = yonder_stun_error_new_timeout ("TLS", self->tunnel->host, self->tunnel->port, FALSE);
  fail (self, error);
  return G_SOURCE_REMOVE;
}

/* No proxy: neither do the other ways of a call use one. */
static void
open_passage (YonderTurnTunnel *self, GSocketConnection *local)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  Passage *passage = g_new0 (Passage, 1);

  g_ref_count_init (&passage->refs);
  passage->tunnel = self;
  passage->local = G_IO_STREAM (g_object_ref (local));
  passage->cancellable = g_cancellable_new ();
  passage->clock = g_object_ref (self->clock);
  set_no_delay (local);
  g_ptr_array_add (self->passages, passage);

  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_tls (client, TRUE);
  g_signal_connect_data (client, "event", G_CALLBACK (on_client_event), passage_ref (passage), passage_closure_unref, 0);
  passage->timer_id = yonder_clock_add (self->clock, CONNECT_MS, on_time_over, passage_ref (passage), passage_unref);
  g_socket_client_connect_to_host_async (client, self->host, (guint16) self->port, passage->cancellable, on_connected,
                                         passage_ref (passage));
}

static void
on_accepted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderTurnTunnel) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) local = g_socket_listener_accept_finish (G_SOCKET_LISTENER (source), result, NULL, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (local == NULL) {
    g_message ("the TURN tunnel takes no connections any more: %s", error->message);
    return;
  }
  if (self->passages->len >= MAX_CONNECTIONS || yonder_socket_is_foreign (g_socket_connection_get_socket (local)))
    g_message ("the TURN tunnel to %s refused a connection", self->host);
  else
    open_passage (self, local);
  g_socket_listener_accept_async (self->listener, self->cancellable, on_accepted, g_object_ref (self));
}

static guint
listen_on (YonderTurnTunnel *self, GSocketFamily family)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (family);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) got = NULL;

  if (!g_socket_listener_add_address (self->listener, wanted, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &got, NULL))
    return 0;
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got));
}

static void
yonder_turn_tunnel_dispose (GObject *object)
{
  yonder_turn_tunnel_close (YONDER_TURN_TUNNEL (object));

  G_OBJECT_CLASS (yonder_turn_tunnel_parent_class)->dispose (object);
}

static void
yonder_turn_tunnel_finalize (GObject *object)
{
  YonderTurnTunnel *self = YONDER_TURN_TUNNEL (object);

  g_clear_pointer (&self->passages, g_ptr_array_unref);
  g_clear_object (&self->listener);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->tls_database);
  g_clear_object (&self->clock);
  g_clear_error (&self->error);
  g_free (self->host);

  G_OBJECT_CLASS (yonder_turn_tunnel_parent_class)->finalize (object);
}

static void
yonder_turn_tunnel_class_init (YonderTurnTunnelClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = yonder_turn_tunnel_dispose;
  object_class->finalize = yonder_turn_tunnel_finalize;

  signals[SIGNAL_FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
yonder_turn_tunnel_init (YonderTurnTunnel *self)
{
  self->listener = g_socket_listener_new ();
  self->cancellable = g_cancellable_new ();
  self->passages = g_ptr_array_new_with_free_func (passage_unref);
}

/**
 * yonder_turn_tunnel_new:
 * @host: the server, by the name that its certificate is for
 * @port: its TLS port
 * @tls_database: (nullable): whom to trust instead of those that the system trusts
 * @clock: what bounds the way to the server
 * @error: return location for a #GIOError
 *
 * Listens at once; the server is asked for nothing before somebody connects.
 *
 * Returns: (transfer full) (nullable): the tunnel, or %NULL where nothing can listen on loopback
 */
YonderTurnTunnel *
yonder_turn_tunnel_new (const char *host, guint port, GTlsDatabase *tls_database, YonderClock *clock, GError **error)
{
  g_autoptr (YonderTurnTunnel) self = g_object_new (YONDER_TYPE_TURN_TUNNEL, NULL);

  self->host = g_strdup (host);
  self->port = port;
  self->tls_database = tls_database != NULL ? g_object_ref (tls_database) : NULL;
  self->clock = g_object_ref (clock);
  self->ipv4_port = listen_on (self, G_SOCKET_FAMILY_IPV4);
  self->ipv6_port = listen_on (self, G_SOCKET_FAMILY_IPV6);
  if (self->ipv4_port == 0 && self->ipv6_port == 0) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "This computer lets nothing listen on its loopback address");
    return NULL;
  }
  g_socket_listener_accept_async (self->listener, self->cancellable, on_accepted, g_object_ref (self));
  return g_steal_pointer (&self);
}

/* Listens no more and ends what goes through. Calling it again does nothing. */
void
yonder_turn_tunnel_close (YonderTurnTunnel *self)
{
  g_cancellable_cancel (self->cancellable);
  g_socket_listener_close (self->listener);
  while (self->passages->len > 0)
    passage_close (g_ptr_array_index (self->passages, self->passages->len - 1));
}

const char *
yonder_turn_tunnel_get_host (YonderTurnTunnel *self)
{
  return self->host;
}

guint
yonder_turn_tunnel_get_ipv4_port (YonderTurnTunnel *self)
{
  return self->ipv4_port;
}

guint
yonder_turn_tunnel_get_ipv6_port (YonderTurnTunnel *self)
{
  return self->ipv6_port;
}

guint
yonder_turn_tunnel_get_port (YonderTurnTunnel *self)
{
  return self->port;
}

const GError *
yonder_turn_tunnel_get_error (YonderTurnTunnel *self)
{
  return self->error;
}
