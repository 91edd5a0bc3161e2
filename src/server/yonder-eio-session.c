/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-eio-session.h"
#include "yonder-eio-session-private.h"

#include "yonder-eio-packet.h"
#include "yonder-http.h"
#include "yonder-token.h"

#include <glib-unix.h>
#include <poll.h>

/* How long a closed session waits for the poll that fetches its last packets. Chosen: a client polls again at once. */
#define LINGER_MS 10000

/* How long a poll that comes between probe and upgrade waits before it is freed: the upgrade is often just behind it, and then the
 * poll is void. The reference server looks as often. */
#define PROBED_POLL_MS 100

typedef enum {
  STATE_OPEN,
  STATE_LINGERING, /* closed by this side; the next poll gets what was sent before and a close packet */
  STATE_SPENT,
} State;

struct _YonderEioSession {
  GObject parent_instance;

  char           *sid;
  char           *remote_host;
  YonderEioLimits limits;
  YonderClock    *clock;
  State           state;

  SoupServerMessage *poll; /* the GET in flight */
  GSource           *poll_watch;
  SoupServerMessage *post; /* the POST in flight */
  GPtrArray         *queue; /* of YonderEioPacket, until something can carry them */
  gsize              queued;

  SoupWebsocketConnection *websocket; /* the transport, if it is not polling */
  SoupWebsocketConnection *candidate; /* may become it */
  gboolean                 is_probed; /* the candidate has been asked and answered: polling is to pause */

  guint  heartbeat; /* timer: the next ping, or the end if no pong comes */
  guint  upgrade_timer;
  guint  probed_poll_timer;
  guint  linger_timer;
  gint64 expires_us; /* when the session is over, unless a pong comes */
};

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

static SoupServerMessage *
release_poll (YonderEioSession *self)
{
  yonder_clock_clear (self->clock, &self->probed_poll_timer);
  g_source_destroy (self->poll_watch);
  g_clear_pointer (&self->poll_watch, g_source_unref);
  g_signal_handlers_disconnect_by_data (self->poll, self);
  return g_steal_pointer (&self->poll);
}

/* The answer to a poll. Its connection is not watched any more: from here on HTTP takes care of it. */
static void
answer_poll (YonderEioSession *self, const char *text)
{
  g_autoptr (SoupServerMessage) poll = release_poll (self);

  yonder_http_reply (poll, SOUP_STATUS_OK, "text/plain", text);
  soup_server_message_unpause (poll);
}

/* Lets go of a WebSocket: it finishes its own closing handshake and ends with it. */
static void
drop_websocket (YonderEioSession *self, SoupWebsocketConnection **pointer)
{
  SoupWebsocketConnection *websocket = g_steal_pointer (pointer);

  if (websocket == NULL)
    return;
  g_signal_handlers_disconnect_by_data (websocket, self);
  if (soup_websocket_connection_get_state (websocket) == SOUP_WEBSOCKET_STATE_CLOSED) {
    g_object_unref (websocket);
    return;
  }
  g_signal_connect (websocket, "closed", G_CALLBACK (g_object_unref), NULL);
  if (soup_websocket_connection_get_state (websocket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (websocket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
}

static void
drop_candidate (YonderEioSession *self)
{
  yonder_clock_clear (self->clock, &self->upgrade_timer);
  self->is_probed = FALSE;
  drop_websocket (self, &self->candidate);
}

/* Ends everything; a poll that still waits is answered with @last. */
static void
spend (YonderEioSession *self, YonderEioEnd why, const char *last)
{
  gboolean was_open = self->state == STATE_OPEN;

  self->state = STATE_SPENT;
  yonder_clock_clear (self->clock, &self->heartbeat);
  yonder_clock_clear (self->clock, &self->linger_timer);
  if (self->poll != NULL)
    answer_poll (self, last);
  drop_candidate (self);
  drop_websocket (self, &self->websocket);
  g_ptr_array_set_size (self->queue, 0);
  g_object_ref (self);
  if (was_open)
    g_signal_emit (self, signals[CLOSED], 0, why);
  g_signal_emit (self, signals[SPENT], 0);
  g_object_unref (self);
}

static void
end (YonderEioSession *self, YonderEioEnd why)
{
  if (self->state != STATE_SPENT)
    spend (self, why, "1");
}

static gboolean
on_silence (gpointer data)
{
  YonderEioSession *self = data;

  self->heartbeat = 0;
  end (self, YONDER_EIO_END_PING_TIMEOUT);
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

static void
send_on_websocket (YonderEioSession *self, const YonderEioPacket *packet)
{
  if (soup_websocket_connection_get_state (self->websocket) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  if (packet->is_binary)
    soup_websocket_connection_send_message (self->websocket, SOUP_WEBSOCKET_DATA_BINARY, packet->data);
  else {
    g_autofree char *text = yonder_eio_packet_encode (packet);

    soup_websocket_connection_send_text (self->websocket, text);
  }
}

/* A poll is answered by what is queued, up to what the handshake promised a payload to be at most, or by at least one packet. */
static void
flush (YonderEioSession *self)
{
  g_autoptr (GPtrArray) part = NULL;
  g_autofree char *payload = NULL;
  gsize size = 0;
  guint n = 0;

  if (self->queue->len == 0)
    return;
  if (self->websocket != NULL) {
    for (guint i = 0; i < self->queue->len; i++)
      send_on_websocket (self, self->queue->pdata[i]);
    g_ptr_array_set_size (self->queue, 0);
    self->queued = 0;
    return;
  }
  if (self->poll == NULL)
    return;

  part = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_eio_packet_free);
  for (; n < self->queue->len; n++) {
    const YonderEioPacket *packet = self->queue->pdata[n];

    size += g_bytes_get_size (packet->data) * (packet->is_binary ? 4 : 3) / 3 + 8;
    if (n > 0 && size > self->limits.max_payload)
      break;
    self->queued -= g_bytes_get_size (packet->data);
  }
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (part, g_ptr_array_steal_index (self->queue, 0));
  payload = yonder_eio_payload_encode (part);
  answer_poll (self, payload);
}

/* Takes @packet. */
static void
send_packet (YonderEioSession *self, YonderEioPacket *packet)
{
  if (self->state != STATE_OPEN) {
    yonder_eio_packet_free (packet);
    return;
  }
  self->queued += g_bytes_get_size (packet->data);
  g_ptr_array_add (self->queue, packet);
  if (self->queued > self->limits.max_queued) {
    g_info ("Session closed: its client does not fetch what is sent to it");
    end (self, YONDER_EIO_END_TRANSPORT_ERROR);
    return;
  }
  flush (self);
}

/* What a client may send on an open transport, whichever that is. Returns whether it was in order. */
static gboolean
receive (YonderEioSession *self, const YonderEioPacket *packet)
{
  switch (packet->type) {
  case YONDER_EIO_MESSAGE:
    g_signal_emit (self, signals[MESSAGE], 0, packet->data, packet->is_binary);
    return TRUE;
  case YONDER_EIO_PONG:
    restart_heartbeat (self);
    return TRUE;
  case YONDER_EIO_CLOSE:
    spend (self, YONDER_EIO_END_TRANSPORT_CLOSE, "6");
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
on_websocket_message (SoupWebsocketConnection *websocket, SoupWebsocketDataType type, GBytes *data, YonderEioSession *self)
{
  g_autoptr (YonderEioPacket) packet = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *text = g_bytes_get_data (data, &length);

  packet = type == SOUP_WEBSOCKET_DATA_BINARY ? yonder_eio_packet_new_binary (data) : yonder_eio_packet_decode (text, length, &error);
  if (packet == NULL || !receive (self, packet)) {
    g_debug ("Bad packet on a WebSocket: %s", error ? error->message : "may not come from a client");
    end (self, YONDER_EIO_END_PARSE_ERROR);
  }
}

static void
on_websocket_closed (SoupWebsocketConnection *websocket, YonderEioSession *self)
{
  end (self, YONDER_EIO_END_TRANSPORT_CLOSE);
}

static void
on_websocket_error (SoupWebsocketConnection *websocket, GError *error, YonderEioSession *self)
{
  g_debug ("WebSocket failed: %s", error->message);
  if (error->domain == SOUP_WEBSOCKET_ERROR && soup_websocket_connection_get_state (websocket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (websocket, error->code, NULL); /* tells the client what it did */
  end (self, YONDER_EIO_END_TRANSPORT_ERROR);
}

/* Takes the reference in @websocket. */
static void
use_websocket (YonderEioSession *self, SoupWebsocketConnection *websocket)
{
  self->websocket = websocket;
  g_signal_connect_object (websocket, "message", G_CALLBACK (on_websocket_message), self, 0);
  g_signal_connect_object (websocket, "error", G_CALLBACK (on_websocket_error), self, 0);
  g_signal_connect_object (websocket, "closed", G_CALLBACK (on_websocket_closed), self, 0);
}

static void
refuse_moved (SoupServerMessage *message)
{
  yonder_http_reply (message, SOUP_STATUS_BAD_REQUEST, "text/plain", "This session has moved to a WebSocket.\n");
}

static void
complete_upgrade (YonderEioSession *self)
{
  SoupWebsocketConnection *websocket = g_steal_pointer (&self->candidate);

  yonder_clock_clear (self->clock, &self->upgrade_timer);
  self->is_probed = FALSE;
  g_signal_handlers_disconnect_by_data (websocket, self);
  if (self->poll != NULL) {
    g_autoptr (SoupServerMessage) poll = release_poll (self);

    refuse_moved (poll);
    soup_server_message_unpause (poll);
  }
  use_websocket (self, websocket);
  flush (self);
}

/* engine.io-protocol 4, "Upgrade": 2probe, answered by 3probe while a waiting poll is freed, then 5. */
static void
on_candidate_message (SoupWebsocketConnection *websocket, SoupWebsocketDataType type, GBytes *data, YonderEioSession *self)
{
  gsize length;
  const char *text = g_bytes_get_data (data, &length);

  if (type == SOUP_WEBSOCKET_DATA_TEXT && length == 6 && memcmp (text, "2probe", 6) == 0) {
    self->is_probed = TRUE;
    soup_websocket_connection_send_text (websocket, "3probe");
    if (self->poll != NULL)
      answer_poll (self, "6");
  } else if (type == SOUP_WEBSOCKET_DATA_TEXT && length == 1 && text[0] == '5' && self->is_probed)
    complete_upgrade (self);
  else
    drop_candidate (self);
}

static void
on_candidate_closed (SoupWebsocketConnection *websocket, YonderEioSession *self)
{
  drop_candidate (self);
}

static gboolean
on_upgrade_timeout (gpointer data)
{
  YonderEioSession *self = data;

  self->upgrade_timer = 0;
  drop_candidate (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_probed_poll_due (gpointer data)
{
  YonderEioSession *self = data;

  self->probed_poll_timer = 0;
  answer_poll (self, "6");
  return G_SOURCE_REMOVE;
}

static gboolean
on_poll_hung_up (int fd, GIOCondition condition, gpointer data)
{
  YonderEioSession *self = data;

  answer_poll (self, "1");
  end (self, YONDER_EIO_END_TRANSPORT_ERROR);
  return G_SOURCE_REMOVE;
}

static void
on_poll_finished (SoupServerMessage *message, YonderEioSession *self)
{
  g_object_unref (release_poll (self));
  end (self, YONDER_EIO_END_TRANSPORT_ERROR);
}

/* A paused message does not look at its socket, so we do: a client that gives up its poll has left (POLLRDHUP also comes under TLS,
 * where a read would find the close-notify alert). */
static void
hold_poll (YonderEioSession *self, SoupServerMessage *message)
{
  int fd = g_socket_get_fd (soup_server_message_get_socket (message));

  self->poll = g_object_ref (message);
  self->poll_watch = g_unix_fd_source_new (fd, (GIOCondition) (POLLRDHUP | POLLHUP | POLLERR));
  g_source_set_callback (self->poll_watch, G_SOURCE_FUNC (on_poll_hung_up), self, NULL);
  g_source_attach (self->poll_watch, g_main_context_get_thread_default ());
  g_signal_connect_object (message, "finished", G_CALLBACK (on_poll_finished), self, 0);
  soup_server_message_pause (message);
}

static void
yonder_eio_session_dispose (GObject *object)
{
  YonderEioSession *self = YONDER_EIO_SESSION (object);

  if (self->state != STATE_SPENT)
    spend (self, YONDER_EIO_END_FORCED_CLOSE, "1");
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
  use_websocket (self, g_object_ref (websocket));
}

/* Whether nothing can come of the session any more. A session whose time has passed is ended here if its timer has not run yet. */
gboolean
yonder_eio_session_is_spent (YonderEioSession *self)
{
  if (self->state == STATE_OPEN && yonder_clock_now_us (self->clock) >= self->expires_us)
    end (self, YONDER_EIO_END_PING_TIMEOUT);
  return self->state == STATE_SPENT;
}

/* A GET of this session. */
void
yonder_eio_session_poll (YonderEioSession *self, SoupServerMessage *message)
{
  if (self->websocket != NULL) {
    refuse_moved (message);
    return;
  }
  if (self->poll != NULL) { /* "if it happens, the server MUST return 400 and close the session" */
    yonder_http_reply (message, SOUP_STATUS_BAD_REQUEST, "text/plain", "This session has a poll in flight already.\n");
    end (self, YONDER_EIO_END_TRANSPORT_ERROR);
    return;
  }

  hold_poll (self, message);
  if (self->state == STATE_LINGERING) {
    g_ptr_array_add (self->queue, yonder_eio_packet_new (YONDER_EIO_CLOSE, NULL));
    flush (self);
    spend (self, YONDER_EIO_END_FORCED_CLOSE, "1");
  } else if (self->queue->len > 0)
    flush (self);
  else if (self->is_probed)
    self->probed_poll_timer = yonder_clock_add (self->clock, PROBED_POLL_MS, on_probed_poll_due, self, NULL);
}

static void
on_post_finished (SoupServerMessage *message, YonderEioSession *self)
{
  if (self->post == message)
    self->post = NULL;
}

/* The headers of a POST of this session have come. Returns whether to read on; if not, the answer is set. */
gboolean
yonder_eio_session_begin_post (YonderEioSession *self, SoupServerMessage *message)
{
  if (self->websocket != NULL) {
    refuse_moved (message);
    return FALSE;
  }
  if (self->post != NULL) {
    yonder_http_reply (message, SOUP_STATUS_BAD_REQUEST, "text/plain", "This session has a request in flight already.\n");
    end (self, YONDER_EIO_END_TRANSPORT_ERROR);
    return FALSE;
  }
  self->post = message;
  g_signal_connect_object (message, "finished", G_CALLBACK (on_post_finished), self, 0);
  return TRUE;
}

/* The whole of it has come. */
void
yonder_eio_session_finish_post (YonderEioSession *self, SoupServerMessage *message)
{
  g_autoptr (GBytes) body = yonder_http_get_body (message);
  g_autoptr (GPtrArray) packets = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_good = TRUE;
  const char *text;
  gsize length;

  self->post = NULL;
  if (body == NULL) {
    end (self, YONDER_EIO_END_TRANSPORT_ERROR);
    return;
  }
  text = g_bytes_get_data (body, &length);
  packets = yonder_eio_payload_decode (text ? text : "", length, &error);
  is_good = packets != NULL;
  for (guint i = 0; is_good && i < packets->len && self->state == STATE_OPEN; i++)
    is_good = receive (self, packets->pdata[i]);

  if (is_good)
    yonder_http_reply (message, SOUP_STATUS_OK, "text/plain", "ok");
  else {
    g_debug ("Bad packet in a payload: %s", error ? error->message : "may not come from a client");
    yonder_http_reply (message, SOUP_STATUS_BAD_REQUEST, "text/plain", "This is no Engine.IO payload.\n");
    end (self, YONDER_EIO_END_PARSE_ERROR);
  }
}

/* A WebSocket that came with this session's id: it may take over from polling, once and alone. */
void
yonder_eio_session_add_websocket (YonderEioSession *self, SoupWebsocketConnection *websocket)
{
  if (self->state != STATE_OPEN || self->websocket != NULL || self->candidate != NULL) {
    SoupWebsocketConnection *refused = g_object_ref (websocket);

    drop_websocket (self, &refused);
    return;
  }
  self->candidate = g_object_ref (websocket);
  g_signal_connect_object (websocket, "message", G_CALLBACK (on_candidate_message), self, 0);
  g_signal_connect_object (websocket, "closed", G_CALLBACK (on_candidate_closed), self, 0);
  self->upgrade_timer = yonder_clock_add (self->clock, self->limits.upgrade_timeout_ms, on_upgrade_timeout, self, NULL);
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
  return self->state == STATE_OPEN;
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
  spend (self, YONDER_EIO_END_FORCED_CLOSE, "1");
  return G_SOURCE_REMOVE;
}

/**
 * yonder_eio_session_close:
 * @self: the session
 * @why: what "closed" says
 *
 * Ends the session from this side. What was sent before still arrives: a polling client gets it, and a close packet, with its next poll.
 */
void
yonder_eio_session_close (YonderEioSession *self, YonderEioEnd why)
{
  if (self->state != STATE_OPEN)
    return;
  if (self->websocket != NULL || self->poll != NULL || why != YONDER_EIO_END_FORCED_CLOSE) {
    end (self, why);
    return;
  }
  self->state = STATE_LINGERING;
  yonder_clock_clear (self->clock, &self->heartbeat);
  drop_candidate (self);
  self->linger_timer = yonder_clock_add (self->clock, LINGER_MS, on_lingered, self, NULL);
  g_signal_emit (self, signals[CLOSED], 0, why);
}
