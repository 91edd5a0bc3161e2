/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-eio-client.h"

#include <glib/gi18n.h>

#include "yonder-eio-heartbeat.h"
#include "yonder-eio-polling.h"
#include "yonder-eio-takeover.h"
#include "yonder-eio-websocket.h"
#include "yonder-fragment-bound.h"
#include "yonder-server-address.h"
#include "yonder-signaling-error.h"

/* chosen: half of the time that a whole connection may take, so that polling has its turn where a box on the way swallows
 * WebSockets */
#define WEBSOCKET_TIMEOUT_MS 10000
/* chosen: how long a close waits for what was sent just before it */
#define CLOSE_TIMEOUT_MS 2000
/* a GET that hangs, a POST, and a WebSocket that tries to take over */
#define MAX_CONNECTIONS 4

typedef enum {
  STATE_NEW,
  STATE_OPENING,
  STATE_OPEN,
  STATE_CLOSING, /* asked to, waits until what was sent is gone */
  STATE_CLOSED,
} State;

struct _YonderEioClient {
  GObject parent_instance;

  /* owned */
  YonderClock        *clock;
  SoupSession        *session;
  GUri               *endpoint;
  char               *host;
  YonderEioTransport *transport; /* (nullable) */
  YonderEioTakeover  *upgrade;   /* (nullable): a WebSocket that may take over from polling */
  YonderEioHandshake *handshake; /* (nullable) until open */
  GQueue              outgoing;  /* of YonderEioPacket */

  YonderSioTransports transports;
  State               state;
  gboolean            fell_back;
  YonderEioHeartbeat  heartbeat;
  guint               attempt_timer;
  guint               close_timer;
};

G_DEFINE_FINAL_TYPE (YonderEioClient, yonder_eio_client, G_TYPE_OBJECT)

enum {
  OPENED,
  MESSAGE,
  REFUSED,
  CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
drop_transport (YonderEioClient *self)
{
  g_autoptr (YonderEioTransport) dropped = g_steal_pointer (&self->transport);

  if (dropped == NULL)
    return;
  g_signal_handlers_disconnect_by_data (dropped, self);
  yonder_eio_transport_close (dropped);
}

static void
drop_upgrade (YonderEioClient *self)
{
  g_autoptr (YonderEioTakeover) dropped = g_steal_pointer (&self->upgrade);

  if (dropped == NULL)
    return;
  g_signal_handlers_disconnect_by_data (dropped, self);
  yonder_eio_takeover_stop (dropped);
}

/* Between polling and the WebSocket: nothing may be written. */
static gboolean
is_between (YonderEioClient *self)
{
  return self->upgrade != NULL && yonder_eio_takeover_is_pausing (self->upgrade);
}

/* The only way to STATE_CLOSED. */
static void
finish (YonderEioClient *self, const char *reason, const GError *error)
{
  g_autoptr (YonderEioClient) alive = g_object_ref (self);

  if (self->state == STATE_CLOSED)
    return;

  self->state = STATE_CLOSED;
  yonder_eio_heartbeat_stop (&self->heartbeat);
  yonder_clock_clear (self->clock, &self->close_timer);
  yonder_clock_clear (self->clock, &self->attempt_timer);
  drop_upgrade (self);
  drop_transport (self);
  g_queue_clear_full (&self->outgoing, (GDestroyNotify) yonder_eio_packet_free);
  g_debug ("Engine.IO session ended: %s%s%s", reason, error != NULL ? ": " : "", error != NULL ? error->message : "");
  g_signal_emit (self, signals[CLOSED], 0, reason, error);
}

/* As many packets as one payload of the server's size holds; a WebSocket takes them all. */
static GPtrArray *
take_writable (YonderEioClient *self)
{
  GPtrArray *packets = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_eio_packet_free);
  gboolean is_payload = YONDER_IS_EIO_POLLING (self->transport);
  gsize total = 0;

  while (!g_queue_is_empty (&self->outgoing)) {
    gsize size = yonder_eio_packet_get_payload_size (g_queue_peek_head (&self->outgoing)) + (packets->len > 0 ? 1 : 0);

    if (is_payload && packets->len > 0 && self->handshake->max_payload > 0 && total + size > self->handshake->max_payload)
      break;
    total += size;
    g_ptr_array_add (packets, g_queue_pop_head (&self->outgoing));
  }

  return packets;
}

static void
flush (YonderEioClient *self)
{
  while ((self->state == STATE_OPEN || self->state == STATE_CLOSING) && !is_between (self) &&
         !g_queue_is_empty (&self->outgoing) && yonder_eio_transport_is_writable (self->transport)) {
    g_autoptr (GPtrArray) packets = take_writable (self);

    yonder_eio_transport_send (self->transport, packets);
  }
}

static void
queue (YonderEioClient *self, YonderEioPacket *packet)
{
  g_queue_push_tail (&self->outgoing, packet);
  flush (self);
}

static void
lose (gpointer data)
{
  YonderEioClient *self = data;
  g_autoptr (GError) error = g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_LOST,
                                          _("Nothing was heard from %s any more."), self->host);

  finish (self, "ping timeout", error);
}

static void start_upgrade (YonderEioClient *self);

static void
on_handshake (YonderEioClient *self, YonderEioPacket *packet)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *text = g_bytes_get_data (packet->data, &length);

  if (packet->type == YONDER_EIO_OPEN)
    self->handshake = yonder_eio_handshake_parse (text != NULL ? text : "", (gssize) length, &error);
  else
    g_set_error_literal (&error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_UNEXPECTED, "the first packet is not an open packet");

  if (self->handshake == NULL) {
    g_autoptr (GError) shown = yonder_signaling_error_from_wire (error, self->host, FALSE);

    finish (self, "transport error", shown);
    return;
  }

  yonder_clock_clear (self->clock, &self->attempt_timer);
  yonder_eio_transport_set_sid (self->transport, self->handshake->sid);
  self->state = STATE_OPEN;
  yonder_eio_heartbeat_start (&self->heartbeat, (gint64) self->handshake->ping_interval_ms + self->handshake->ping_timeout_ms);
  g_signal_emit (self, signals[OPENED], 0);
  flush (self);
  if (self->state == STATE_OPEN && YONDER_IS_EIO_POLLING (self->transport) && self->handshake->can_upgrade && !self->fell_back &&
      self->transports != YONDER_SIO_TRANSPORTS_POLLING)
    start_upgrade (self);
}

static void
on_alive (YonderEioTransport *transport, YonderEioClient *self)
{
  yonder_eio_heartbeat_note_alive (&self->heartbeat);
}

/* One answer is enough: a server that pings without taking the answers does not fill the memory. */
static gboolean
is_pong_waiting (YonderEioClient *self)
{
  for (GList *link = self->outgoing.head; link != NULL; link = link->next)
    if (((YonderEioPacket *) link->data)->type == YONDER_EIO_PONG)
      return TRUE;

  return FALSE;
}

static void
on_packet (YonderEioTransport *transport, YonderEioPacket *packet, YonderEioClient *self)
{
  g_autoptr (YonderEioClient) alive = g_object_ref (self);

  if (self->state == STATE_OPENING) {
    on_handshake (self, packet);
    return;
  }
  on_alive (transport, self);

  switch (packet->type) {
  case YONDER_EIO_PING:
    if (self->state == STATE_OPEN)
      yonder_eio_heartbeat_note_ping (&self->heartbeat);
    if (!is_pong_waiting (self))
      queue (self, yonder_eio_packet_new (YONDER_EIO_PONG, ""));
    break;
  case YONDER_EIO_MESSAGE:
    if (self->state == STATE_OPEN)
      g_signal_emit (self, signals[MESSAGE], 0, packet);
    break;
  case YONDER_EIO_CLOSE:
    finish (self, "transport close", NULL);
    break;
  case YONDER_EIO_OPEN:
  case YONDER_EIO_PONG:
  case YONDER_EIO_UPGRADE:
  case YONDER_EIO_NOOP:
    break;
  default:
    g_assert_not_reached ();
  }
}

static void
on_writable (YonderEioTransport *transport, YonderEioClient *self)
{
  g_autoptr (YonderEioClient) alive = g_object_ref (self);

  flush (self);
  if (self->state == STATE_CLOSING && g_queue_is_empty (&self->outgoing) && yonder_eio_transport_is_writable (self->transport))
    finish (self, "forced close", NULL);
}

static void use_transport (YonderEioClient *self, YonderEioTransport *transport);

/* Another transport helps where this one did not get through, not where there is nobody or nobody to be trusted. */
static gboolean
is_about_transport (const GError *error)
{
  return error == NULL || (!yonder_signaling_error_is_final (error) &&
                           !g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_CERTIFICATE));
}

static void
fall_back (YonderEioClient *self)
{
  g_debug ("WebSocket does not get through to %s, polling instead", self->host);
  self->fell_back = TRUE;
  yonder_clock_clear (self->clock, &self->attempt_timer);
  drop_transport (self);
  use_transport (self, yonder_eio_polling_new (self->session, self->endpoint));
}

static void
on_transport_closed (YonderEioTransport *transport, GError *error, YonderEioClient *self)
{
  g_autoptr (YonderEioClient) alive = g_object_ref (self);
  g_autoptr (GError) silence = NULL;

  if (self->state == STATE_OPENING && YONDER_IS_EIO_WEBSOCKET (transport) &&
      self->transports == YONDER_SIO_TRANSPORTS_BOTH && is_about_transport (error)) {
    fall_back (self);
    return;
  }
  if (self->state == STATE_OPENING && error == NULL) {
    silence = g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_NOT_SOCKET_IO,
                           _("Something answers at %s, but it is no Socket.IO server. Check the address."), self->host);
    error = silence;
  }

  finish (self, error != NULL ? "transport error" : "transport close", error);
}

static gboolean
on_websocket_timeout (gpointer data)
{
  g_autoptr (YonderEioClient) self = g_object_ref (data);

  self->attempt_timer = 0;
  fall_back (self);

  return G_SOURCE_REMOVE;
}

static void
follow (YonderEioClient *self, YonderEioTransport *transport)
{
  self->transport = transport;
  g_signal_connect_object (transport, "packet", G_CALLBACK (on_packet), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (transport, "writable", G_CALLBACK (on_writable), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (transport, "alive", G_CALLBACK (on_alive), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (transport, "closed", G_CALLBACK (on_transport_closed), self, G_CONNECT_DEFAULT);
}

static void
use_transport (YonderEioClient *self, YonderEioTransport *transport)
{
  follow (self, transport);
  if (YONDER_IS_EIO_WEBSOCKET (transport) && self->transports == YONDER_SIO_TRANSPORTS_BOTH)
    self->attempt_timer = yonder_clock_add (self->clock, WEBSOCKET_TIMEOUT_MS, on_websocket_timeout, self, NULL);
  yonder_eio_transport_open (transport);
}

static void
on_upgraded (YonderEioTakeover *upgrade, YonderEioTransport *websocket, YonderEioClient *self)
{
  g_autoptr (YonderEioClient) alive = g_object_ref (self);
  g_autoptr (GPtrArray) packets = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_eio_packet_free);

  drop_upgrade (self);
  g_signal_handlers_disconnect_by_data (self->transport, self);
  g_clear_object (&self->transport);
  follow (self, g_object_ref (websocket));
  g_ptr_array_add (packets, yonder_eio_packet_new (YONDER_EIO_UPGRADE, ""));
  yonder_eio_transport_send (websocket, packets);
  g_debug ("upgraded to WebSocket");
  on_writable (websocket, self);
}

/* Once polling was paused for the WebSocket, only a new session is left. */
static void
on_upgrade_failed (YonderEioTakeover *upgrade, GError *error, gboolean is_fatal, YonderEioClient *self)
{
  g_debug ("no upgrade to WebSocket: %s", error != NULL ? error->message : "closed");
  drop_upgrade (self);
  if (is_fatal)
    finish (self, "transport error", error);
}

static void
start_upgrade (YonderEioClient *self)
{
  g_autoptr (YonderEioTransport) websocket = yonder_eio_websocket_new (self->session, self->endpoint);

  yonder_eio_transport_set_sid (websocket, self->handshake->sid);
  self->upgrade = yonder_eio_takeover_new (self->transport, websocket, self->clock);
  g_signal_connect_object (self->upgrade, "done", G_CALLBACK (on_upgraded), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->upgrade, "failed", G_CALLBACK (on_upgrade_failed), self, G_CONNECT_DEFAULT);
  yonder_eio_takeover_start (self->upgrade, WEBSOCKET_TIMEOUT_MS);
}

static gboolean
on_close_timeout (gpointer data)
{
  YonderEioClient *self = data;

  self->close_timer = 0;
  finish (self, "forced close", NULL);

  return G_SOURCE_REMOVE;
}

static void
yonder_eio_client_dispose (GObject *object)
{
  YonderEioClient *self = YONDER_EIO_CLIENT (object);

  self->state = STATE_CLOSED;
  if (self->clock != NULL) {
    yonder_eio_heartbeat_stop (&self->heartbeat);
    yonder_clock_clear (self->clock, &self->close_timer);
    yonder_clock_clear (self->clock, &self->attempt_timer);
  }
  drop_upgrade (self);
  drop_transport (self);
  g_queue_clear_full (&self->outgoing, (GDestroyNotify) yonder_eio_packet_free);

  G_OBJECT_CLASS (yonder_eio_client_parent_class)->dispose (object);
}

static void
yonder_eio_client_finalize (GObject *object)
{
  YonderEioClient *self = YONDER_EIO_CLIENT (object);

  g_clear_object (&self->clock);
  g_clear_object (&self->session);
  g_clear_pointer (&self->endpoint, g_uri_unref);
  g_clear_pointer (&self->host, g_free);
  g_clear_pointer (&self->handshake, yonder_eio_handshake_free);

  G_OBJECT_CLASS (yonder_eio_client_parent_class)->finalize (object);
}

static void
yonder_eio_client_class_init (YonderEioClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = yonder_eio_client_dispose;
  object_class->finalize = yonder_eio_client_finalize;

  signals[OPENED] = g_signal_new ("opened", YONDER_TYPE_EIO_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MESSAGE] = g_signal_new ("message", YONDER_TYPE_EIO_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                   G_TYPE_POINTER);
  signals[REFUSED] = g_signal_new ("refused", YONDER_TYPE_EIO_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                   G_TYPE_ERROR);
  signals[CLOSED] = g_signal_new ("closed", YONDER_TYPE_EIO_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                  G_TYPE_STRING, G_TYPE_ERROR);
}

static void
yonder_eio_client_init (YonderEioClient *self)
{
  g_queue_init (&self->outgoing);
  self->session = soup_session_new_with_options ("user-agent", "Yonder ",
                                                 "max-conns", MAX_CONNECTIONS,
                                                 "max-conns-per-host", MAX_CONNECTIONS,
                                                 NULL);
  /* a load balancer may tell by a cookie which of its servers has the session */
  soup_session_add_feature_by_type (self->session, SOUP_TYPE_COOKIE_JAR);
  yonder_fragment_bound_add_to (self->session);
}

/**
 * yonder_eio_client_new:
 * @endpoint: where the server is, from [func@Yonder.signaling_parse_server]
 * @transports: which to use, and in which order
 * @clock: tells the time and wakes
 *
 * Returns: (transfer full): a client that was not opened yet
 */
YonderEioClient *
yonder_eio_client_new (GUri *endpoint, YonderSioTransports transports, YonderClock *clock)
{
  YonderEioClient *self = g_object_new (YONDER_TYPE_EIO_CLIENT, NULL);

  self->endpoint = g_uri_ref (endpoint);
  self->host = yonder_signaling_host_of (endpoint);
  self->transports = transports;
  self->clock = g_object_ref (clock);
  self->heartbeat = (YonderEioHeartbeat) { .clock = clock, .lost = lose, .owner = self };

  return self;
}

/* Whom to trust instead of the system's authorities. */
void
yonder_eio_client_set_tls_database (YonderEioClient *self, GTlsDatabase *database)
{
  soup_session_set_tls_database (self->session, database);
}

/* Which proxies to use instead of the system's. */
void
yonder_eio_client_set_proxy_resolver (YonderEioClient *self, GProxyResolver *resolver)
{
  soup_session_set_proxy_resolver (self->session, resolver);
}

/* Begins; "opened" or "closed" answers, but waiting for too long is the caller's to notice. */
void
yonder_eio_client_open (YonderEioClient *self)
{
  gboolean polls = self->transports == YONDER_SIO_TRANSPORTS_POLLING || self->transports == YONDER_SIO_TRANSPORTS_POLLING_FIRST;

  g_return_if_fail (self->state == STATE_NEW);

  self->state = STATE_OPENING;
  use_transport (self, polls ? yonder_eio_polling_new (self->session, self->endpoint)
                             : yonder_eio_websocket_new (self->session, self->endpoint));
}

/* Ends the session after what was sent has gone out; keeps itself alive until then. */
void
yonder_eio_client_close (YonderEioClient *self)
{
  if (self->state == STATE_CLOSED || self->state == STATE_CLOSING)
    return;
  if (self->state != STATE_OPEN || (g_queue_is_empty (&self->outgoing) && yonder_eio_transport_is_writable (self->transport))) {
    finish (self, "forced close", NULL);
    return;
  }

  self->state = STATE_CLOSING;
  yonder_eio_heartbeat_stop (&self->heartbeat);
  self->close_timer = yonder_clock_add (self->clock, CLOSE_TIMEOUT_MS, on_close_timeout, g_object_ref (self), g_object_unref);
}

/**
 * yonder_eio_client_check:
 * @self: a session
 *
 * The network has changed: finds out soon whether the server can still be reached over this connection, which TCP and the
 * heartbeat would take half a minute for. Long polling has no way to ask, and ends at once.
 */
void
yonder_eio_client_check (YonderEioClient *self)
{
  if (self->state != STATE_OPEN || yonder_eio_heartbeat_is_checking (&self->heartbeat))
    return;
  if (yonder_eio_transport_check (self->transport))
    yonder_eio_heartbeat_check (&self->heartbeat);
  else
    lose (self);
}

/* Ends the session at once. */
void
yonder_eio_client_abort (YonderEioClient *self, const char *reason, const GError *error)
{
  finish (self, reason, error);
}

/**
 * yonder_eio_client_can_send:
 * @self: an Engine.IO session
 * @packet: a message
 * @error: return location for %YONDER_SIGNALING_ERROR_INVALID
 *
 * Returns: whether the server takes messages of this size; %TRUE too while it has not told yet how large they may be
 */
gboolean
yonder_eio_client_can_send (YonderEioClient *self, YonderEioPacket *packet, GError **error)
{
  if (self->handshake == NULL || self->handshake->max_payload == 0 ||
      yonder_eio_packet_get_payload_size (packet) <= self->handshake->max_payload)
    return TRUE;

  g_set_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_INVALID,
               _("A message of %zu bytes was not sent: the server at %s takes at most %zu bytes."),
               yonder_eio_packet_get_payload_size (packet), self->host, self->handshake->max_payload);
  return FALSE;
}

/**
 * yonder_eio_client_send:
 * @self: an Engine.IO session
 * @packet: (transfer full): a message
 *
 * Sends a message now or as soon as the transport takes it; one that is larger than the server takes is dropped with "refused".
 */
void
yonder_eio_client_send (YonderEioClient *self, YonderEioPacket *packet)
{
  g_autoptr (YonderEioPacket) owned = packet;
  g_autoptr (GError) error = NULL;

  if (self->state != STATE_OPEN)
    return;
  if (!yonder_eio_client_can_send (self, packet, &error)) {
    g_signal_emit (self, signals[REFUSED], 0, error);
    return;
  }

  queue (self, g_steal_pointer (&owned));
}

/* Whether a message that is sent now would leave at once. */
gboolean
yonder_eio_client_is_writable (YonderEioClient *self)
{
  return self->state == STATE_OPEN && !is_between (self) && yonder_eio_transport_is_writable (self->transport);
}

/* Whether the server's ping is overdue by the clock though no timer has said so yet, as after waking from suspend. */
gboolean
yonder_eio_client_is_stale (YonderEioClient *self)
{
  return self->state == STATE_OPEN && yonder_eio_heartbeat_is_stale (&self->heartbeat);
}

/* Whether polling had to be used because a WebSocket did not get through. */
gboolean
yonder_eio_client_fell_back (YonderEioClient *self)
{
  return self->fell_back;
}

/* (nullable): "polling" or "websocket", once open */
const char *
yonder_eio_client_get_transport (YonderEioClient *self)
{
  return self->state == STATE_OPEN ? yonder_eio_transport_get_name (self->transport) : NULL;
}
