/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-server-check.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>

#include "yonder-errand.h"
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

/* The state of an errand. */
typedef struct {
  SoupSession             *session;
  SoupMessage             *message; /* (nullable) */
  SoupWebsocketConnection *socket;  /* (nullable) */
  YonderClock             *clock;
  char                    *host;
  gint64                   start_us;
} Visit;

static void yonder_server_check_helper_init (YonderCheckHelperInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderServerCheck, yonder_server_check, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (YONDER_TYPE_CHECK_HELPER, yonder_server_check_helper_init))

static void
settle (GTask *errand)
{
  Visit *self = yonder_errand_get_state (errand);

  if (self->socket == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->socket, errand);
  if (soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->socket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
}

static void
visit_free (gpointer data)
{
  Visit *self = data;

  g_clear_object (&self->socket);
  g_clear_object (&self->message);
  g_clear_object (&self->session);
  g_clear_object (&self->clock);
  g_free (self->host);
  g_free (self);
}

static const YonderErrandClass visit_class = { settle, visit_free };

static GError *
make_error (const char *host, const char *words)
{
  return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNREACHABLE, "%s: %s", host, words);
}

static void
fail (GTask *errand, const char *words)
{
  Visit *self = yonder_errand_get_state (errand);

  yonder_errand_return_error (errand, make_error (self->host, words));
}

static void
succeed (GTask *errand)
{
  Visit *self = yonder_errand_get_state (errand);
  double ms = (yonder_clock_now_us (self->clock) - self->start_us) / 1000.0;

  yonder_errand_return_pointer (errand, g_strdup_printf (_("%s answers, %.0f ms"), self->host, ms), g_free);
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
  Visit *self = yonder_errand_get_state (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  guint status = soup_message_get_status (self->message);
  gsize length = 0;
  const char *text = body != NULL ? g_bytes_get_data (body, &length) : NULL;

  if (body == NULL)
    fail (task, error->message);
  else if (status != SOUP_STATUS_OK) {
    g_autofree char *words = g_strdup_printf (_("it answers “%u %s”; the address may be another one"), status,
                                              soup_status_get_phrase (status));

    fail (task, words);
  } else if (!is_handshake (text, length)) {
    fail (task, _("what answers is no call server; it may be the sign-in page of the network"));
  } else {
    succeed (task);
  }
}

static void
on_text (SoupWebsocketConnection *socket, SoupWebsocketDataType type, GBytes *message, gpointer data)
{
  gsize length;
  const char *text = g_bytes_get_data (message, &length);

  if (type == SOUP_WEBSOCKET_DATA_TEXT && is_handshake (text, length))
    succeed (data);
  else
    fail (data, _("what answers is no call server"));
}

static void
on_socket_closed (SoupWebsocketConnection *socket, gpointer data)
{
  fail (data, _("the WebSocket was closed at once; a proxy on the way may not let it through"));
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Visit *self = yonder_errand_get_state (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupWebsocketConnection) socket = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);

  if (socket == NULL) {
    fail (task, error->message);
    return;
  }
  if (yonder_errand_is_over (task)) {
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
  Visit *visit = yonder_errand_get_state (task);
  GCancellable *inner = yonder_errand_get_inner (task);
  const char *query = which == YONDER_CHECK_HTTP ? "EIO=4&transport=polling" : "EIO=4&transport=websocket";
  g_autoptr (GUri) full = g_uri_build (SOUP_HTTP_URI_FLAGS, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri),
                                       g_uri_get_port (uri), g_uri_get_path (uri), query, NULL);

  visit->session = soup_session_new ();
  if (self->tls_database != NULL)
    soup_session_set_tls_database (visit->session, self->tls_database);
  visit->message = soup_message_new_from_uri (SOUP_METHOD_GET, full);
  visit->host = yonder_signaling_host_of (uri);
  visit->start_us = yonder_clock_now_us (self->clock);
  yonder_errand_set_limit (task, ANSWER_MS,
                           make_error (visit->host, _("timed out: nothing answers there, or a firewall swallows it")));
  if (which == YONDER_CHECK_HTTP)
    soup_session_send_and_read_async (visit->session, visit->message, G_PRIORITY_DEFAULT, inner, on_polled,
                                      g_object_ref (task));
  else
    soup_session_websocket_connect_async (visit->session, visit->message, NULL, NULL, G_PRIORITY_DEFAULT, inner,
                                          on_connected, g_object_ref (task));
}

static void
yonder_server_check_run_async (YonderCheckHelper *helper, YonderCheckErrand which, GListModel *ice_servers,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  YonderServerCheck *self = YONDER_SERVER_CHECK (helper);
  Visit *visit = g_new0 (Visit, 1);
  GTask *task = yonder_errand_begin (self, &visit_class, visit, self->clock, cancellable, callback, user_data);
  g_autoptr (GUri) uri = NULL;
  GError *error = NULL;

  visit->clock = g_object_ref (self->clock);
  uri = yonder_signaling_parse_server (self->server, "socket.io/", &error);
  if (uri == NULL)
    yonder_errand_return_error (task, error);
  else
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
