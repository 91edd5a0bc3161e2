/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-eio-session-inside.h"

#include "yonder-http.h"

#include <glib-unix.h>
#include <poll.h>

/* How long a poll that comes between probe and upgrade waits before it is freed: the upgrade is often just behind it, and then
 * the poll is void. The reference server looks as often. */
#define PROBED_POLL_MS 100

/* The poll in flight, which is not waited with any more. */
SoupServerMessage *
yonder_eio_session_release_poll (YonderEioSession *self)
{
  yonder_clock_clear (self->clock, &self->probed_poll_timer);
  g_source_destroy (self->poll_watch);
  g_clear_pointer (&self->poll_watch, g_source_unref);
  g_signal_handlers_disconnect_by_data (self->poll, self);
  return g_steal_pointer (&self->poll);
}

/* The answer to a poll. Its connection is not watched any more: from here on HTTP takes care of it. */
void
yonder_eio_session_answer_poll (YonderEioSession *self, const char *text)
{
  g_autoptr (SoupServerMessage) poll = yonder_eio_session_release_poll (self);

  yonder_http_reply (poll, SOUP_STATUS_OK, "text/plain", text);
  soup_server_message_unpause (poll);
}

/* The answer to requests that come after the upgrade. */
void
yonder_eio_session_refuse_moved (SoupServerMessage *message)
{
  yonder_http_reply (message, SOUP_STATUS_BAD_REQUEST, "text/plain", "This session has moved to a WebSocket.\n");
}

static gboolean
on_probed_poll_due (gpointer data)
{
  YonderEioSession *self = data;

  self->probed_poll_timer = 0;
  yonder_eio_session_answer_poll (self, "6");
  return G_SOURCE_REMOVE;
}

static gboolean
on_poll_hung_up (int fd, GIOCondition condition, gpointer data)
{
  YonderEioSession *self = data;

  yonder_eio_session_answer_poll (self, "1");
  yonder_eio_session_end (self, YONDER_EIO_END_TRANSPORT_ERROR);
  return G_SOURCE_REMOVE;
}

static void
on_poll_finished (SoupServerMessage *message, YonderEioSession *self)
{
  g_object_unref (yonder_eio_session_release_poll (self));
  yonder_eio_session_end (self, YONDER_EIO_END_TRANSPORT_ERROR);
}

/* A paused message does not look at its socket, so we do: a client that gives up its poll has left (POLLRDHUP also comes under
 * TLS, where a read would find the close-notify alert). */
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

/* A GET of this session. */
void
yonder_eio_session_poll (YonderEioSession *self, SoupServerMessage *message)
{
  if (self->websocket != NULL) {
    yonder_eio_session_refuse_moved (message);
    return;
  }
  if (self->poll != NULL) { /* "if it happens, the server MUST return 400 and close the session" */
    yonder_http_reply (message, SOUP_STATUS_BAD_REQUEST, "text/plain", "This session has a poll in flight already.\n");
    yonder_eio_session_end (self, YONDER_EIO_END_TRANSPORT_ERROR);
    return;
  }

  hold_poll (self, message);
  if (self->state == YONDER_EIO_SESSION_LINGERING) {
    g_ptr_array_add (self->queue, yonder_eio_packet_new (YONDER_EIO_CLOSE, NULL));
    yonder_eio_session_flush (self);
    yonder_eio_session_spend (self, YONDER_EIO_END_FORCED_CLOSE, "1");
  } else if (self->queue->len > 0)
    yonder_eio_session_flush (self);
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
    yonder_eio_session_refuse_moved (message);
    return FALSE;
  }
  if (self->post != NULL) {
    yonder_http_reply (message, SOUP_STATUS_BAD_REQUEST, "text/plain", "This session has a request in flight already.\n");
    yonder_eio_session_end (self, YONDER_EIO_END_TRANSPORT_ERROR);
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
    yonder_eio_session_end (self, YONDER_EIO_END_TRANSPORT_ERROR);
    return;
  }
  text = g_bytes_get_data (body, &length);
  packets = yonder_eio_payload_decode (text ? text : "", length, &error);
  is_good = packets != NULL;
  for (guint i = 0; is_good && i < packets->len && self->state == YONDER_EIO_SESSION_OPEN; i++)
    is_good = yonder_eio_session_receive (self, packets->pdata[i]);

  if (is_good)
    yonder_http_reply (message, SOUP_STATUS_OK, "text/plain", "ok");
  else {
    g_debug ("Bad packet in a payload: %s", error ? error->message : "may not come from a client");
    yonder_http_reply (message, SOUP_STATUS_BAD_REQUEST, "text/plain", "This is no Engine.IO payload.\n");
    yonder_eio_session_end (self, YONDER_EIO_END_PARSE_ERROR);
  }
}
