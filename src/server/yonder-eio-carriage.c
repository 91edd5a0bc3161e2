/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-eio-session-inside.h"

#include "yonder-http.h"
#include "yonder-metered-stream.h"

/* Lets go of a WebSocket: it finishes its own closing handshake and ends with it. */
void
yonder_eio_session_drop_websocket (YonderEioSession *self, SoupWebsocketConnection **pointer)
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

/* Polling goes on. */
void
yonder_eio_session_drop_candidate (YonderEioSession *self)
{
  yonder_clock_clear (self->clock, &self->upgrade_timer);
  self->is_probed = FALSE;
  yonder_eio_session_drop_websocket (self, &self->candidate);
}

/* RFC 6455 section 5.2: a frame that a server sends, head included. */
static gsize
size_of_frame (gsize length)
{
  return length + (length < 126 ? 2 : length < 65536 ? 4 : 10);
}

static void
send_on_websocket (YonderEioSession *self, const YonderEioPacket *packet)
{
  if (soup_websocket_connection_get_state (self->websocket) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  if (packet->is_binary) {
    soup_websocket_connection_send_message (self->websocket, SOUP_WEBSOCKET_DATA_BINARY, packet->data);
    self->sent += size_of_frame (g_bytes_get_size (packet->data));
  } else {
    g_autofree char *text = yonder_eio_packet_encode (packet);

    soup_websocket_connection_send_text (self->websocket, text);
    self->sent += size_of_frame (strlen (text));
  }
}

/* What waits in libsoup for a client to read it. */
static guint64
count_unread (YonderEioSession *self)
{
  GIOStream *stream = soup_websocket_connection_get_io_stream (self->websocket);
  guint64 written = yonder_metered_stream_get_written (YONDER_METERED_STREAM (stream));

  /* Control frames are libsoup's own to send. */
  self->sent = MAX (self->sent, written);
  return self->sent - written;
}

/* Sends what is queued. */
void
yonder_eio_session_flush_to_websocket (YonderEioSession *self)
{
  for (guint i = 0; i < self->queue->len; i++)
    send_on_websocket (self, self->queue->pdata[i]);
  g_ptr_array_set_size (self->queue, 0);
  self->queued = 0;
  if (count_unread (self) > self->limits.max_queued)
    yonder_eio_session_end_unread (self);
}

static void
on_websocket_message (SoupWebsocketConnection *websocket, SoupWebsocketDataType type, GBytes *data, YonderEioSession *self)
{
  g_autoptr (YonderEioPacket) packet = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *text = g_bytes_get_data (data, &length);

  packet = type == SOUP_WEBSOCKET_DATA_BINARY
    ? yonder_eio_packet_new_binary (data) : yonder_eio_packet_decode (text, length, &error);
  if (packet == NULL || !yonder_eio_session_receive (self, packet)) {
    g_debug ("Bad packet on a WebSocket: %s", error ? error->message : "may not come from a client");
    yonder_eio_session_end (self, YONDER_EIO_END_PARSE_ERROR);
  }
}

static void
on_websocket_closed (SoupWebsocketConnection *websocket, YonderEioSession *self)
{
  yonder_eio_session_end (self, YONDER_EIO_END_TRANSPORT_CLOSE);
}

static void
on_websocket_error (SoupWebsocketConnection *websocket, GError *error, YonderEioSession *self)
{
  g_debug ("WebSocket failed: %s", error->message);
  if (error->domain == SOUP_WEBSOCKET_ERROR && soup_websocket_connection_get_state (websocket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (websocket, error->code, NULL); /* tells the client what it did */
  yonder_eio_session_end (self, YONDER_EIO_END_TRANSPORT_ERROR);
}

/* The session is carried by @websocket from now on. Takes the reference. */
void
yonder_eio_session_use_websocket (YonderEioSession *self, SoupWebsocketConnection *websocket)
{
  self->websocket = websocket;
  g_signal_connect_object (websocket, "message", G_CALLBACK (on_websocket_message), self, 0);
  g_signal_connect_object (websocket, "error", G_CALLBACK (on_websocket_error), self, 0);
  g_signal_connect_object (websocket, "closed", G_CALLBACK (on_websocket_closed), self, 0);
}

static void
complete_upgrade (YonderEioSession *self)
{
  SoupWebsocketConnection *websocket = g_steal_pointer (&self->candidate);

  yonder_clock_clear (self->clock, &self->upgrade_timer);
  self->is_probed = FALSE;
  g_signal_handlers_disconnect_by_data (websocket, self);
  if (self->poll != NULL) {
    g_autoptr (SoupServerMessage) poll = yonder_eio_session_release_poll (self);

    yonder_eio_session_refuse_moved (poll);
    soup_server_message_unpause (poll);
  }
  yonder_eio_session_use_websocket (self, websocket);
  yonder_eio_session_flush (self);
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
      yonder_eio_session_answer_poll (self, "6");
  } else if (type == SOUP_WEBSOCKET_DATA_TEXT && length == 1 && text[0] == '5' && self->is_probed)
    complete_upgrade (self);
  else
    yonder_eio_session_drop_candidate (self);
}

static void
on_candidate_closed (SoupWebsocketConnection *websocket, YonderEioSession *self)
{
  yonder_eio_session_drop_candidate (self);
}

static gboolean
on_upgrade_timeout (gpointer data)
{
  YonderEioSession *self = data;

  self->upgrade_timer = 0;
  yonder_eio_session_drop_candidate (self);
  return G_SOURCE_REMOVE;
}

/* A WebSocket that came with this session's id: it may take over from polling, once and alone. */
void
yonder_eio_session_add_websocket (YonderEioSession *self, SoupWebsocketConnection *websocket)
{
  if (self->state != YONDER_EIO_SESSION_OPEN || self->websocket != NULL || self->candidate != NULL) {
    SoupWebsocketConnection *refused = g_object_ref (websocket);

    yonder_eio_session_drop_websocket (self, &refused);
    return;
  }
  self->candidate = g_object_ref (websocket);
  g_signal_connect_object (websocket, "message", G_CALLBACK (on_candidate_message), self, 0);
  g_signal_connect_object (websocket, "closed", G_CALLBACK (on_candidate_closed), self, 0);
  self->upgrade_timer = yonder_clock_add (self->clock, self->limits.upgrade_timeout_ms, on_upgrade_timeout, self, NULL);
}
