/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-server-check.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>

#include "yonder-server-address.h"
#include "yonder-signaling-error.h"

/* chosen: TCP tries three times (at 0, 1 and 3 s) */
#define ANSWER_MS 4500
/* the handshake of Engine.IO, which is some 120 bytes, and an error page */
#define MAX_ANSWER 65536

struct _YonderServerCheck {
  GObject parent_instance;

  char         *server;
  GTlsDatabase *tls_database; /* (nullable) */
  YonderClock  *clock;
};

/* One errand; the data of its task, which holds a reference to itself until it is over. */
typedef struct {
  SoupSession             *session;
  SoupMessage             *message;   /* (nullable) */
  SoupWebsocketConnection *socket;    /* (nullable) */
  GCancellable            *inner;
  YonderClock             *clock;
  char                    *host;
  guint                    timer_id;
  gulong                   cancelled_id;
  gint64                   start_us;
  gboolean                 is_done;
} Errand;

static void yonder_server_check_helper_init (YonderCheckHelperInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderServerCheck, yonder_server_check, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (YONDER_TYPE_CHECK_HELPER, yonder_server_check_helper_init))

static void
errand_free (gpointer data)
{
  Errand *self = data;

  yonder_clock_clear (self->clock, &self->timer_id);
  g_clear_object (&self->socket);
  g_clear_object (&self->message);
  g_clear_object (&self->session);
  g_clear_object (&self->inner);
  g_clear_object (&self->clock);
  g_free (self->host);
  g_free (self);
}

/* One of @detail and @error is taken. */
static void
finish (GTask *task, char *detail, GError *error)
{
  Errand *self = g_task_get_task_data (task);

  if (self->is_done) {
    g_free (detail);
    g_clear_error (&error);
    return;
  }
  self->is_done = TRUE;
  yonder_clock_clear (self->clock, &self->timer_id);
  if (self->cancelled_id != 0)
    g_signal_handler_disconnect (g_task_get_cancellable (task), self->cancelled_id);
  self->cancelled_id = 0;
  if (self->socket != NULL) {
    g_signal_handlers_disconnect_by_data (self->socket, task);
    if (soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN)
      soup_websocket_connection_close (self->socket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  }
  g_cancellable_cancel (self->inner);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, detail, g_free);
  g_object_unref (task);
}

static GError *
make_error (const char *host, const char *words)
{
  return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNREACHABLE, "%s: %s", host, words);
}

static char *
describe_time (Errand *self)
{
  return g_strdup_printf (_("%s answers, %.0f ms"), self->host, (yonder_clock_now_us (self->clock) - self->start_us) / 1000.0);
}

static gboolean
on_time_over (gpointer data)
{
  GTask *task = data;
  Errand *self = g_task_get_task_data (task);

  self->timer_id = 0;
  finish (task, NULL, make_error (self->host, _("timed out: nothing answers there, or a firewall swallows it")));
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  finish (data, NULL, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled"));
}

/* What stands before a WebSocket or behind a request of HTTP: an Engine.IO server, another one, a proxy's page. */
static gboolean
is_handshake (const char *text, gsize length)
{
  return length > 2 && text[0] == '0' && text[1] == '{';
}

static void
on_polled (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Errand *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  guint status = soup_message_get_status (self->message);
  gsize length = 0;
  const char *text = body != NULL ? g_bytes_get_data (body, &length) : NULL;

  if (body == NULL)
    finish (task, NULL, make_error (self->host, error->message));
  else if (status != SOUP_STATUS_OK) {
    g_autofree char *words = g_strdup_printf (_("it answers “%u %s”; the address may be another one"), status,
                                              soup_status_get_phrase (status));

    finish (task, NULL, make_error (self->host, words));
  } else if (!is_handshake (text, length)) {
    finish (task, NULL, make_error (self->host, _("what answers is no call server; it may be the sign-in page of the network")));
  } else {
    finish (task, describe_time (self), NULL);
  }
}

static void
on_text (SoupWebsocketConnection *socket, SoupWebsocketDataType type, GBytes *message, gpointer data)
{
  Errand *self = g_task_get_task_data (data);
  gsize length;
  const char *text = g_bytes_get_data (message, &length);

  if (type == SOUP_WEBSOCKET_DATA_TEXT && is_handshake (text, length))
    finish (data, describe_time (self), NULL);
  else
    finish (data, NULL, make_error (self->host, _("what answers is no call server")));
}

static void
on_socket_closed (SoupWebsocketConnection *socket, gpointer data)
{
  Errand *self = g_task_get_task_data (data);

  finish (data, NULL, make_error (self->host, _("the WebSocket was closed at once; a proxy on the way may not let it through")));
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Errand *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupWebsocketConnection) socket = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);

  if (socket == NULL) {
    finish (task, NULL, make_error (self->host, error->message));
    return;
  }
  if (self->is_done) {
    soup_websocket_connection_close (socket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
    return;
  }
  self->socket = g_steal_pointer (&socket);
  soup_websocket_connection_set_max_incoming_payload_size (self->socket, MAX_ANSWER);
  g_signal_connect (self->socket, "message", G_CALLBACK (on_text), task);
  g_signal_connect (self->socket, "closed", G_CALLBACK (on_socket_closed), task);
}

static void
begin (YonderServerCheck *self, GTask *task, GUri *uri, YonderCheckErrand which)
{
  Errand *errand = g_task_get_task_data (task);
  const char *query = which == YONDER_CHECK_HTTP ? "EIO=4&transport=polling" : "EIO=4&transport=websocket";
  g_autoptr (GUri) full = g_uri_build (SOUP_HTTP_URI_FLAGS, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri),
                                       g_uri_get_port (uri), g_uri_get_path (uri), query, NULL);

  errand->session = soup_session_new ();
  if (self->tls_database != NULL)
    soup_session_set_tls_database (errand->session, self->tls_database);
  errand->message = soup_message_new_from_uri (SOUP_METHOD_GET, full);
  errand->host = yonder_signaling_host_of (uri);
  errand->start_us = yonder_clock_now_us (self->clock);
  errand->timer_id = yonder_clock_add (self->clock, ANSWER_MS, on_time_over, task, NULL);
  if (which == YONDER_CHECK_HTTP)
    soup_session_send_and_read_async (errand->session, errand->message, G_PRIORITY_DEFAULT, errand->inner, on_polled,
                                      g_object_ref (task));
  else
    soup_session_websocket_connect_async (errand->session, errand->message, NULL, NULL, G_PRIORITY_DEFAULT, errand->inner,
                                          on_connected, g_object_ref (task));
}

static void
yonder_server_check_run_async (YonderCheckHelper *helper, YonderCheckErrand which, GListModel *ice_servers,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  YonderServerCheck *self = YONDER_SERVER_CHECK (helper);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Errand *errand = g_new0 (Errand, 1);
  g_autoptr (GUri) uri = NULL;
  GError *error = NULL;

  errand->clock = g_object_ref (self->clock);
  errand->inner = g_cancellable_new ();
  g_task_set_source_tag (task, yonder_server_check_run_async);
  g_task_set_task_data (task, errand, errand_free);
  uri = yonder_signaling_parse_server (self->server, "socket.io/", &error);
  if (uri == NULL) {
    finish (task, NULL, error);
    return;
  }
  if (cancellable != NULL)
    errand->cancelled_id = g_signal_connect (cancellable, "cancelled", G_CALLBACK (on_cancelled), task);
  begin (self, task, uri, which);
}

static char *
yonder_server_check_run_finish (YonderCheckHelper *helper, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
yonder_server_check_finalize (GObject *object)
{
  YonderServerCheck *self = YONDER_SERVER_CHECK (object);

  g_clear_object (&self->tls_database);
  g_clear_object (&self->clock);
  g_free (self->server);

  G_OBJECT_CLASS (yonder_server_check_parent_class)->finalize (object);
}

static void
yonder_server_check_helper_init (YonderCheckHelperInterface *iface)
{
  iface->run_async = yonder_server_check_run_async;
  iface->run_finish = yonder_server_check_run_finish;
}

static void
yonder_server_check_class_init (YonderServerCheckClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_server_check_finalize;
}

static void
yonder_server_check_init (YonderServerCheck *self)
{
}

/**
 * yonder_server_check_new:
 * @server: the address of a call server, as people type it
 * @tls_database: (nullable): whom to trust instead of those that the system trusts
 * @clock: what measures and bounds
 */
YonderServerCheck *
yonder_server_check_new (const char *server, GTlsDatabase *tls_database, YonderClock *clock)
{
  YonderServerCheck *self = g_object_new (YONDER_TYPE_SERVER_CHECK, NULL);

  self->server = g_strdup (server);
  self->tls_database = tls_database != NULL ? g_object_ref (tls_database) : NULL;
  self->clock = g_object_ref (clock);
  return self;
}
