/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-sio-client-private.h"

#include <glib/gi18n.h>

#include "yonder-json.h"
#include "yonder-server-address.h"
#include "yonder-signaling-error.h"

/* socket.io-client's defaults */
#define CONNECT_TIMEOUT_MS 20000
#define RECONNECT_MIN_MS 1000
#define RECONNECT_MAX_MS 5000
#define RECONNECT_JITTER 0.5

/* chosen: bytes of the binary parts of one event, of which no server of calls has any */
#define MAX_ATTACHED (32 * 1024 * 1024)

G_DEFINE_FINAL_TYPE (YonderSioClient, yonder_sio_client, G_TYPE_OBJECT)

guint yonder_sio_client_signals[YONDER_SIO_N_SIGNALS];

static void start_engine (YonderSioClient *self);

/* Counts and reports what is not acceptable. */
void
yonder_sio_client_refuse (YonderSioClient *self, const GError *error)
{
  self->n_refused++;
  g_debug ("packet refused: %s", error->message);
  g_signal_emit (self, yonder_sio_client_signals[YONDER_SIO_SIGNAL_BAD_PACKET], 0, error);
}

/* Leaves the engine without hearing of it any more. */
static void
drop_engine (YonderSioClient *self, gboolean says_goodbye)
{
  g_autoptr (YonderEioClient) engine = g_steal_pointer (&self->engine);

  if (engine == NULL)
    return;
  g_signal_handlers_disconnect_by_data (engine, self);
  if (says_goodbye)
    yonder_eio_client_close (engine);
  else
    yonder_eio_client_abort (engine, "forced close", NULL);
}

static gboolean
on_wait_over (gpointer data)
{
  g_autoptr (YonderSioClient) self = g_object_ref (data);

  self->timer = 0;
  start_engine (self);

  return G_SOURCE_REMOVE;
}

/* The only way down: from connecting or connected to waiting (@retry) or closed, with the signal that belongs to it. */
void
yonder_sio_client_go_down (YonderSioClient *self, const char *reason, const GError *error, gboolean retry, gboolean says_goodbye)
{
  g_autoptr (YonderSioClient) alive = g_object_ref (self);
  YonderSioState from = self->state;

  if (from == YONDER_SIO_CLOSED)
    return;

  yonder_clock_clear (self->clock, &self->timer);
  drop_engine (self, says_goodbye);
  yonder_sio_decoder_reset (self->decoder);
  g_queue_clear_full (&self->early, (GDestroyNotify) yonder_sio_packet_free);
  g_clear_pointer (&self->sid, g_free);
  self->state = retry ? YONDER_SIO_WAITING : YONDER_SIO_CLOSED;
  if (retry) {
    guint delay_ms = self->is_checked ? 0 : yonder_backoff_next_ms (&self->backoff);

    g_debug ("next try in %u ms", delay_ms);
    self->is_checked = FALSE;
    self->timer = yonder_clock_add (self->clock, delay_ms, on_wait_over, self, NULL);
  } else {
    g_queue_clear_full (&self->buffered, (GDestroyNotify) yonder_sio_packet_free);
  }
  yonder_sio_calls_lose (self->calls, !retry, _("The connection to the server went away before it answered."));

  if (from == YONDER_SIO_CONNECTED)
    g_signal_emit (self, yonder_sio_client_signals[YONDER_SIO_SIGNAL_DISCONNECTED], 0, reason, error);
  else if (error != NULL)
    g_signal_emit (self, yonder_sio_client_signals[YONDER_SIO_SIGNAL_CONNECT_ERROR], 0, error, retry);
}

static void
on_engine_closed (YonderEioClient *engine, const char *reason, GError *error, YonderSioClient *self)
{
  g_autoptr (GError) silence = NULL;

  if (yonder_eio_client_fell_back (engine) && self->state != YONDER_SIO_CONNECTED)
    self->avoids_websocket = FALSE;
  if (error == NULL && self->state == YONDER_SIO_CONNECTING)
    error = silence = g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_LOST,
                                   _("The server closed the connection before it had let us in."));

  yonder_sio_client_go_down (self, reason, error, !(error != NULL && yonder_signaling_error_is_final (error)), FALSE);
}

static gboolean
on_connect_timeout (gpointer data)
{
  g_autoptr (YonderSioClient) self = g_object_ref (data);
  g_autoptr (GUri) uri = yonder_signaling_parse_server (self->uri, self->path, NULL);
  g_autofree char *host = yonder_signaling_host_of (uri);
  g_autoptr (GError) error = yonder_signaling_error_no_answer (host, CONNECT_TIMEOUT_MS);

  self->timer = 0;
  yonder_sio_client_go_down (self, "transport error", error, TRUE, FALSE);

  return G_SOURCE_REMOVE;
}

/* socket.io-protocol 5, "Connection to a namespace"; with what is needed to take up a session again, where there was one. */
static void
on_engine_opened (YonderEioClient *engine, YonderSioClient *self)
{
  g_autoptr (JsonNode) data = self->auth != NULL ? json_node_copy (self->auth) : NULL;
  g_autoptr (YonderSioPacket) packet = NULL;

  self->avoids_websocket = yonder_eio_client_fell_back (engine);
  if (self->pid != NULL) {
    JsonObject *object;

    if (data == NULL || !JSON_NODE_HOLDS_OBJECT (data)) {
      g_clear_pointer (&data, json_node_unref);
      data = json_node_init_object (json_node_alloc (), NULL);
      json_node_take_object (data, json_object_new ());
    }
    object = json_node_get_object (data);
    if (!json_object_has_member (object, "pid"))
      json_object_set_string_member (object, "pid", self->pid);
    if (self->offset != NULL && !json_object_has_member (object, "offset"))
      json_object_set_string_member (object, "offset", self->offset);
  }

  packet = yonder_sio_packet_new (YONDER_SIO_CONNECT, self->nsp, -1, g_steal_pointer (&data), NULL);
  yonder_sio_client_send_packet (self, packet);
}

static void
on_engine_refused (YonderEioClient *engine, GError *error, YonderSioClient *self)
{
  yonder_sio_client_refuse (self, error);
}

static void
start_engine (YonderSioClient *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) endpoint = yonder_signaling_parse_server (self->uri, self->path, &error);
  YonderSioTransports transports = self->transports;

  self->state = YONDER_SIO_CONNECTING;
  if (endpoint == NULL) {
    yonder_sio_client_go_down (self, "transport error", error, FALSE, FALSE);
    return;
  }
  if (transports == YONDER_SIO_TRANSPORTS_BOTH && self->avoids_websocket)
    transports = YONDER_SIO_TRANSPORTS_POLLING_FIRST;

  self->n_engines++;
  self->engine = yonder_eio_client_new (endpoint, transports, self->clock);
  if (self->tls_database != NULL)
    yonder_eio_client_set_tls_database (self->engine, self->tls_database);
  if (self->proxy_resolver != NULL)
    yonder_eio_client_set_proxy_resolver (self->engine, self->proxy_resolver);
  g_signal_connect_object (self->engine, "opened", G_CALLBACK (on_engine_opened), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->engine, "message", G_CALLBACK (yonder_sio_client_take_message), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->engine, "refused", G_CALLBACK (on_engine_refused), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->engine, "closed", G_CALLBACK (on_engine_closed), self, G_CONNECT_DEFAULT);
  self->timer = yonder_clock_add (self->clock, CONNECT_TIMEOUT_MS, on_connect_timeout, self, NULL);
  yonder_eio_client_open (self->engine);
}

static void
yonder_sio_client_dispose (GObject *object)
{
  YonderSioClient *self = YONDER_SIO_CLIENT (object);

  if (self->clock != NULL)
    yonder_clock_clear (self->clock, &self->timer);
  self->state = YONDER_SIO_CLOSED;
  drop_engine (self, TRUE);
  g_clear_pointer (&self->calls, yonder_sio_calls_free);
  g_queue_clear_full (&self->buffered, (GDestroyNotify) yonder_sio_packet_free);
  g_queue_clear_full (&self->early, (GDestroyNotify) yonder_sio_packet_free);

  G_OBJECT_CLASS (yonder_sio_client_parent_class)->dispose (object);
}

static void
yonder_sio_client_finalize (GObject *object)
{
  YonderSioClient *self = YONDER_SIO_CLIENT (object);

  g_clear_object (&self->clock);
  g_clear_object (&self->tls_database);
  g_clear_object (&self->proxy_resolver);
  g_clear_pointer (&self->decoder, yonder_sio_decoder_free);
  g_clear_pointer (&self->auth, json_node_unref);
  g_clear_pointer (&self->refusal_data, json_node_unref);
  g_clear_pointer (&self->uri, g_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->nsp, g_free);
  g_clear_pointer (&self->sid, g_free);
  g_clear_pointer (&self->pid, g_free);
  g_clear_pointer (&self->offset, g_free);

  G_OBJECT_CLASS (yonder_sio_client_parent_class)->finalize (object);
}

static void
yonder_sio_client_class_init (YonderSioClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = yonder_sio_client_dispose;
  object_class->finalize = yonder_sio_client_finalize;

  yonder_sio_client_signals[YONDER_SIO_SIGNAL_CONNECTED] = g_signal_new ("connected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                                                         NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  yonder_sio_client_signals[YONDER_SIO_SIGNAL_DISCONNECTED] = g_signal_new ("disconnected", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                                                            NULL, NULL,
                                                                            G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_ERROR);
  yonder_sio_client_signals[YONDER_SIO_SIGNAL_CONNECT_ERROR] = g_signal_new ("connect-error", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                                                             NULL, NULL,
                                                                             G_TYPE_NONE, 2, G_TYPE_ERROR, G_TYPE_BOOLEAN);
  yonder_sio_client_signals[YONDER_SIO_SIGNAL_EVENT] = g_signal_new ("event", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 4, G_TYPE_STRING, JSON_TYPE_ARRAY, G_TYPE_PTR_ARRAY, YONDER_TYPE_SIO_ACK);
  yonder_sio_client_signals[YONDER_SIO_SIGNAL_BAD_PACKET] = g_signal_new ("bad-packet", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                                                          NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
yonder_sio_client_init (YonderSioClient *self)
{
  g_queue_init (&self->buffered);
  g_queue_init (&self->early);
  self->decoder = yonder_sio_decoder_new (MAX_ATTACHED);
  self->backoff = (YonderBackoff) YONDER_BACKOFF_INIT (RECONNECT_MIN_MS, RECONNECT_MAX_MS, RECONNECT_JITTER);
}

/**
 * yonder_sio_client_new:
 * @uri: the server: http, https, ws or wss, with a path where it is mounted below one
 * @path: the endpoint below that, usually "/socket.io/"
 * @nsp: the namespace, "/" for the main one
 * @clock: tells the time and wakes
 *
 * Returns: (transfer full): a client that is not connected
 */
YonderSioClient *
yonder_sio_client_new (const char *uri, const char *path, const char *nsp, YonderClock *clock)
{
  YonderSioClient *self = g_object_new (YONDER_TYPE_SIO_CLIENT, NULL);

  self->uri = g_strdup (uri);
  self->path = g_strdup (path);
  self->nsp = *nsp == '/' ? g_strdup (nsp) : g_strconcat ("/", nsp, NULL);
  self->clock = g_object_ref (clock);
  self->calls = yonder_sio_calls_new (clock, yonder_sio_client_drop_call, self);

  return self;
}

/* (nullable) @auth: a JSON object that the next CONNECT carries; copied. */
void
yonder_sio_client_set_auth (YonderSioClient *self, JsonNode *auth)
{
  g_clear_pointer (&self->auth, json_node_unref);
  self->auth = auth != NULL ? json_node_copy (auth) : NULL;
}

/* From the next connection on. */
void
yonder_sio_client_set_transports (YonderSioClient *self, YonderSioTransports transports)
{
  self->transports = transports;
  self->avoids_websocket = FALSE;
}

/* (nullable) @database: whom to trust instead of the system's authorities, from the next connection on. */
void
yonder_sio_client_set_tls_database (YonderSioClient *self, GTlsDatabase *database)
{
  g_set_object (&self->tls_database, database);
}

/* (nullable) @resolver: which proxies to use instead of the system's, from the next connection on. */
void
yonder_sio_client_set_proxy_resolver (YonderSioClient *self, GProxyResolver *resolver)
{
  g_set_object (&self->proxy_resolver, resolver);
}

/**
 * yonder_sio_client_open:
 * @self: a client
 *
 * Connects, and stays connected by itself until [method@Yonder.SioClient.close] or the server's word. Waiting for the next try
 * ends at once; a client that is connected or connecting is left alone. "connected" or "connect-error" answers, the latter
 * perhaps before this returns.
 */
void
yonder_sio_client_open (YonderSioClient *self)
{
  g_autoptr (YonderSioClient) alive = g_object_ref (self);

  if (self->state == YONDER_SIO_CONNECTING || self->state == YONDER_SIO_CONNECTED)
    return;

  yonder_clock_clear (self->clock, &self->timer);
  if (self->state == YONDER_SIO_CLOSED)
    yonder_backoff_reset (&self->backoff);
  start_engine (self);
}

/**
 * yonder_sio_client_check:
 * @self: a client
 *
 * The network has changed, or the computer slept: finds out within two seconds whether the connection still works, and where it
 * does not, or was not there, connects at once. A client that is closed stays so.
 */
void
yonder_sio_client_check (YonderSioClient *self)
{
  g_autoptr (YonderSioClient) alive = g_object_ref (self);

  switch (self->state) {
  case YONDER_SIO_CLOSED:
    break;
  case YONDER_SIO_CONNECTED:
    self->is_checked = TRUE;
    yonder_eio_client_check (self->engine);
    break;
  case YONDER_SIO_CONNECTING:
  case YONDER_SIO_WAITING:
    yonder_clock_clear (self->clock, &self->timer);
    drop_engine (self, FALSE);
    yonder_sio_decoder_reset (self->decoder);
    g_queue_clear_full (&self->early, (GDestroyNotify) yonder_sio_packet_free);
    start_engine (self);
    break;
  }
}

/* Disconnects and stays so. What is buffered is forgotten, calls that are awaited end with YONDER_SIGNALING_ERROR_LOST. */
void
yonder_sio_client_close (YonderSioClient *self)
{
  if (self->state == YONDER_SIO_CONNECTED) {
    g_autoptr (YonderSioPacket) packet = yonder_sio_packet_new (YONDER_SIO_DISCONNECT, self->nsp, -1, NULL, NULL);

    yonder_sio_client_send_packet (self, packet);
  }
  g_clear_pointer (&self->pid, g_free);
  g_clear_pointer (&self->offset, g_free);
  yonder_sio_client_go_down (self, "io client disconnect", NULL, FALSE, TRUE);
}

gboolean
yonder_sio_client_is_connected (YonderSioClient *self)
{
  return self->state == YONDER_SIO_CONNECTED;
}

/* (nullable): the id of this connection to the namespace */
const char *
yonder_sio_client_get_sid (YonderSioClient *self)
{
  return self->sid;
}

const char *
yonder_sio_client_get_transport (YonderSioClient *self)
{
  return self->engine != NULL ? yonder_eio_client_get_transport (self->engine) : NULL;
}

guint
yonder_sio_client_get_n_refused (YonderSioClient *self)
{
  return self->n_refused;
}

JsonNode *
yonder_sio_client_get_refusal_data (YonderSioClient *self)
{
  return self->refusal_data;
}
