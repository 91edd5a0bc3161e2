/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-eio-session-inside.h"

#include "yonder-http.h"
#include "yonder-token.h"

/* How long a closed session waits for the poll that fetches its last packets. Chosen: a client polls again at once. */
#define LINGER_MS 10000

enum { MESSAGE, CLOSED, SPENT, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (YonderEioSession, yonder_eio_session, G_TYPE_OBJECT)

/**
 * yonder_eio_end_to_string:
 * @self: why a session ended
 *
 * Returns: (transfer none): the same in the words of the reference server, for logs and events
 */
const char *
yonder_eio_end_to_string (YonderEioEnd self)
{
  static const char *const names[] = { "transport close", "transport error", "ping timeout", "parse error", "forced close" };

  return names[self];
}

/* Ends everything; a poll that still waits is answered with @last. */
void
yonder_eio_session_spend (YonderEioSession *self, YonderEioEnd why, const char *last)
{
  gboolean was_open = self->state == YONDER_EIO_SESSION_OPEN;

  self->state = YONDER_EIO_SESSION_SPENT;
  yonder_clock_clear (self->clock, &self->heartbeat);
  yonder_clock_clear (self->clock, &self->linger_timer);
  if (self->poll != NULL)
    yonder_eio_session_answer_poll (self, last);
  yonder_eio_session_drop_candidate (self);
  yonder_eio_session_drop_websocket (self, &self->websocket);
  g_ptr_array_set_size (self->queue, 0);
  g_object_ref (self);
  if (was_open)
    g_signal_emit (self, signals[CLOSED], 0, why);
  g_signal_emit (self, signals[SPENT], 0);
  g_object_unref (self);
}

/* The same, and a waiting poll gets a close packet. */
void
yonder_eio_session_end (YonderEioSession *self, YonderEioEnd why)
{
  if (self->state != YONDER_EIO_SESSION_SPENT)
    yonder_eio_session_spend (self, why, "1");
}

static gboolean
on_silence (gpointer data)
{
  YonderEioSession *self = data;

  self->heartbeat = 0;
  yonder_eio_session_end (self, YONDER_EIO_END_PING_TIMEOUT);
  return G_SOURCE_REMOVE;
}

static void send_packet (YonderEioSession *self, YonderEioPacket *packet);

static guint
ms_until (YonderEioSession *self, gint64 when_us)
{
  gint64 left_us = when_us - yonder_clock_now_us (self->clock);

  return left_us > 0 ? (left_us + 999) / 1000 : 0;
}

static gboolean
on_ping_due (gpointer data)
{
  YonderEioSession *self = data;

  self->heartbeat = yonder_clock_add (self->clock, ms_until (self, self->expires_us), on_silence, self, NULL);
  send_packet (self, yonder_eio_packet_new (YONDER_EIO_PING, NULL));
  return G_SOURCE_REMOVE;
}

/* Both times count from the same moment, so that the session is over exactly when the handshake said it would be. */
static void
restart_heartbeat (YonderEioSession *self)
{
  yonder_clock_clear (self->clock, &self->heartbeat);
  self->expires_us = yonder_clock_now_us (self->clock) +
                     ((gint64) self->limits.ping_interval_ms + self->limits.ping_timeout_ms) * 1000;
  self->heartbeat = yonder_clock_add (self->clock, self->limits.ping_interval_ms, on_ping_due, self, NULL);
}

/* The yonder_eio_session_end of one who does not fetch. */
void
yonder_eio_session_end_unread (YonderEioSession *self)
{
  g_info ("Session closed: its client does not fetch what is sent to it");
  yonder_eio_session_end (self, YONDER_EIO_END_TRANSPORT_ERROR);
}

/* With what it costs to keep a packet, however small. */
static gsize
size_in_queue (const YonderEioPacket *packet)
{
  return g_bytes_get_size (packet->data) + sizeof (YonderEioPacket) + 64;
}

/* A poll is answered by what is queued, up to what the handshake promised a payload to be at most, or by at least one packet. */
void
yonder_eio_session_flush (YonderEioSession *self)
{
  g_autoptr (GPtrArray) part = NULL;
  g_autofree char *payload = NULL;
  gsize size = 0;
  guint n = 0;

  if (self->queue->len == 0)
    return;
  if (self->websocket != NULL) {
    yonder_eio_session_flush_to_websocket (self);
    return;
  }
  if (self->poll == NULL)
    return;

  part = g_ptr_array_new (); /* borrows */
  for (; n < self->queue->len; n++) {
    const YonderEioPacket *packet = self->queue->pdata[n];

    size += g_bytes_get_size (packet->data) * (packet->is_binary ? 4 : 3) / 3 + 8;
    if (n > 0 && size > self->limits.max_payload)
      break;
    self->queued -= size_in_queue (packet);
    g_ptr_array_add (part, self->queue->pdata[n]);
  }
  payload = yonder_eio_payload_encode (part);
  g_ptr_array_remove_range (self->queue, 0, n);
  yonder_eio_session_answer_poll (self, payload);
}

/* Takes @packet. */
static void
send_packet (YonderEioSession *self, YonderEioPacket *packet)
{
  if (self->state != YONDER_EIO_SESSION_OPEN) {
    yonder_eio_packet_free (packet);
    return;
  }
  self->queued += size_in_queue (packet);
  g_ptr_array_add (self->queue, packet);
  if (self->queued > self->limits.max_queued) {
    yonder_eio_session_end_unread (self);
    return;
  }
  yonder_eio_session_flush (self);
}

/* What a client may send on an open transport, whichever that is. Returns whether it was in order. */
gboolean
yonder_eio_session_receive (YonderEioSession *self, const YonderEioPacket *packet)
{
  switch (packet->type) {
  case YONDER_EIO_MESSAGE:
    g_signal_emit (self, signals[MESSAGE], 0, packet->data, packet->is_binary);
    return TRUE;
  case YONDER_EIO_PONG:
    restart_heartbeat (self);
    return TRUE;
  case YONDER_EIO_CLOSE:
    yonder_eio_session_spend (self, YONDER_EIO_END_TRANSPORT_CLOSE, "6");
    return TRUE;
  case YONDER_EIO_UPGRADE: /* may come twice when an upgrade crosses a poll: harmless */
  case YONDER_EIO_NOOP:
    return TRUE;
  case YONDER_EIO_OPEN: /* the server's to send */
  case YONDER_EIO_PING: /* in this revision of the protocol, too */
  default:
    return FALSE;
  }
}

static void
yonder_eio_session_dispose (GObject *object)
{
  YonderEioSession *self = YONDER_EIO_SESSION (object);

  if (self->state != YONDER_EIO_SESSION_SPENT)
    yonder_eio_session_spend (self, YONDER_EIO_END_FORCED_CLOSE, "1");
  G_OBJECT_CLASS (yonder_eio_session_parent_class)->dispose (object);
}

static void
yonder_eio_session_finalize (GObject *object)
{
  YonderEioSession *self = YONDER_EIO_SESSION (object);

  g_ptr_array_unref (self->queue);
  g_object_unref (self->clock);
  g_free (self->remote_host);
  g_free (self->sid);
  G_OBJECT_CLASS (yonder_eio_session_parent_class)->finalize (object);
}

static void
yonder_eio_session_class_init (YonderEioSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = yonder_eio_session_dispose;
  object_class->finalize = yonder_eio_session_finalize;

  signals[MESSAGE] = g_signal_new ("message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_BYTES, G_TYPE_BOOLEAN);
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_INT);
  signals[SPENT] = g_signal_new ("spent", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
yonder_eio_session_init (YonderEioSession *self)
{
  self->queue = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_eio_packet_free);
}

/* A session with an id of its own, carried by nothing yet. */
YonderEioSession *
yonder_eio_session_new (const YonderEioLimits *limits, YonderClock *clock, const char *remote_host)
{
  YonderEioSession *self = g_object_new (YONDER_TYPE_EIO_SESSION, NULL);

  self->sid = yonder_token_new ();
  self->limits = *limits;
  self->clock = g_object_ref (clock);
  self->remote_host = g_strdup (remote_host);
  return self;
}

static char *
print_handshake (YonderEioSession *self, gboolean can_upgrade)
{
  YonderEioHandshake handshake = {
    .sid = self->sid, .can_upgrade = can_upgrade, .ping_interval_ms = self->limits.ping_interval_ms,
    .ping_timeout_ms = self->limits.ping_timeout_ms, .max_payload = self->limits.max_payload,
  };
  g_autofree char *json = yonder_eio_handshake_print (&handshake);
  g_autoptr (YonderEioPacket) packet = yonder_eio_packet_new (YONDER_EIO_OPEN, json);

  restart_heartbeat (self);
  return yonder_eio_packet_encode (packet);
}

/* Answers the request that made the session. */
void
yonder_eio_session_open_polling (YonderEioSession *self, SoupServerMessage *message)
{
  g_autofree char *text = print_handshake (self, TRUE);

  yonder_http_reply (message, SOUP_STATUS_OK, "text/plain", text);
}

/* Opens the session on a WebSocket that came without an id. */
void
yonder_eio_session_open_websocket (YonderEioSession *self, SoupWebsocketConnection *websocket)
{
  g_autofree char *text = print_handshake (self, FALSE);

  soup_websocket_connection_send_text (websocket, text);
  yonder_eio_session_use_websocket (self, g_object_ref (websocket));
}

/* Whether nothing can come of the session any more. A session whose time has passed is ended here if its timer has not run
 * yet. */
gboolean
yonder_eio_session_is_spent (YonderEioSession *self)
{
  if (self->state == YONDER_EIO_SESSION_OPEN && yonder_clock_now_us (self->clock) >= self->expires_us)
    yonder_eio_session_end (self, YONDER_EIO_END_PING_TIMEOUT);
  return self->state == YONDER_EIO_SESSION_SPENT;
}

/**
 * yonder_eio_session_get_sid:
 * @self: the session
 *
 * Returns: (transfer none): its id, a secret between it and its client
 */
const char *
yonder_eio_session_get_sid (YonderEioSession *self)
{
  return self->sid;
}

/**
 * yonder_eio_session_get_remote_host:
 * @self: the session
 *
 * Returns: (transfer none): the address that its first request came from
 */
const char *
yonder_eio_session_get_remote_host (YonderEioSession *self)
{
  return self->remote_host;
}

/**
 * yonder_eio_session_is_open:
 * @self: the session
 *
 * Returns: whether messages can still be sent
 */
gboolean
yonder_eio_session_is_open (YonderEioSession *self)
{
  return self->state == YONDER_EIO_SESSION_OPEN;
}

/**
 * yonder_eio_session_get_transport:
 * @self: the session
 *
 * Returns: (transfer none): "websocket" or "polling"
 */
const char *
yonder_eio_session_get_transport (YonderEioSession *self)
{
  return self->websocket != NULL ? "websocket" : "polling";
}

/**
 * yonder_eio_session_send_text:
 * @self: the session
 * @text: valid UTF-8
 *
 * Sends a text message, at once or with the next poll. Does nothing once the session is closed.
 */
void
yonder_eio_session_send_text (YonderEioSession *self, const char *text)
{
  send_packet (self, yonder_eio_packet_new (YONDER_EIO_MESSAGE, text));
}

/**
 * yonder_eio_session_send_binary:
 * @self: the session
 * @data: the message
 *
 * Sends a binary message, at once or with the next poll. Does nothing once the session is closed.
 */
void
yonder_eio_session_send_binary (YonderEioSession *self, GBytes *data)
{
  send_packet (self, yonder_eio_packet_new_binary (data));
}

static gboolean
on_lingered (gpointer data)
{
  YonderEioSession *self = data;

  self->linger_timer = 0;
  yonder_eio_session_spend (self, YONDER_EIO_END_FORCED_CLOSE, "1");
  return G_SOURCE_REMOVE;
}

/**
 * yonder_eio_session_close:
 * @self: the session
 * @why: what "closed" says
 *
 * Ends the session from this side. What was sent before still arrives: a polling client gets it, and a close packet, with its
 * next poll.
 */
void
yonder_eio_session_close (YonderEioSession *self, YonderEioEnd why)
{
  if (self->state != YONDER_EIO_SESSION_OPEN)
    return;
  if (self->websocket != NULL || self->poll != NULL || why != YONDER_EIO_END_FORCED_CLOSE) {
    yonder_eio_session_end (self, why);
    return;
  }
  self->state = YONDER_EIO_SESSION_LINGERING;
  yonder_clock_clear (self->clock, &self->heartbeat);
  yonder_eio_session_drop_candidate (self);
  self->linger_timer = yonder_clock_add (self->clock, LINGER_MS, on_lingered, self, NULL);
  g_signal_emit (self, signals[CLOSED], 0, why);
}
