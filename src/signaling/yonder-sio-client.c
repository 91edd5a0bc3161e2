/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-sio-client.h"

#include <glib/gi18n.h>

#include "yonder-eio-client.h"
#include "yonder-server-address.h"
#include "yonder-signaling-error.h"
#include "yonder-sio-calls.h"
#include "yonder-sio-packet.h"

#include "yonder-backoff.h"
#include "yonder-json.h"

/* socket.io-client's defaults */
#define CONNECT_TIMEOUT_MS 20000
#define RECONNECT_MIN_MS 1000
#define RECONNECT_MAX_MS 5000
#define RECONNECT_JITTER 0.5

/* chosen: what a server may say in a CONNECT_ERROR, and the length of ids and offsets that are sent back to it */
#define MAX_WORDS 1024
#define MAX_ID 256
/* chosen: how many events that were missed are taken before the server has let us in again */
#define MAX_EARLY 1000

typedef enum {
  STATE_CLOSED,     /* not asked to be connected, or told to stay away */
  STATE_CONNECTING, /* the transport opens, or CONNECT is not answered yet */
  STATE_CONNECTED,
  STATE_WAITING,    /* for the next try */
} State;

struct _YonderSioClient {
  GObject parent_instance;

  /* owned */
  YonderClock      *clock;
  char             *uri;
  char             *path;
  char             *nsp;
  JsonNode         *auth;          /* (nullable) */
  GTlsDatabase     *tls_database;  /* (nullable): the system's */
  GProxyResolver   *proxy_resolver; /* (nullable): the system's */
  YonderEioClient  *engine;        /* (nullable) */
  YonderSioDecoder *decoder;
  YonderSioCalls   *calls;
  GQueue            buffered;      /* of YonderSioPacket: emitted while not connected */
  GQueue            early;         /* of YonderSioPacket: events that came before the answer to CONNECT */
  JsonNode         *refusal_data;  /* (nullable) */
  char             *sid;           /* (nullable) while not connected */
  char             *pid;           /* (nullable): recovery, the session that the server keeps for us */
  char             *offset;        /* (nullable): recovery, the last event that we have */

  YonderSioTransports transports;
  State               state;
  YonderBackoff       backoff;
  gboolean            avoids_websocket; /* did not get through last time */
  gboolean            is_checked;       /* and if it is found lost, the next try is made at once */
  guint               n_engines;
  guint               n_refused;
  guint               timer; /* of the state: limit of connecting, or end of waiting */
};

struct _YonderSioAck {
  grefcount ref_count;
  GWeakRef  client;
  gint64    id;
  guint     engine; /* an answer belongs to the connection on which the question came */
  gboolean  is_sent;
};

G_DEFINE_FINAL_TYPE (YonderSioClient, yonder_sio_client, G_TYPE_OBJECT)

static YonderSioAck *yonder_sio_ack_ref   (YonderSioAck *self);
static void          yonder_sio_ack_unref (YonderSioAck *self);
G_DEFINE_BOXED_TYPE (YonderSioAck, yonder_sio_ack, yonder_sio_ack_ref, yonder_sio_ack_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderSioAck, yonder_sio_ack_unref)

enum {
  CONNECTED,
  DISCONNECTED,
  CONNECT_ERROR,
  EVENT,
  BAD_PACKET,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void start_engine (YonderSioClient *self);

static YonderSioAck *
yonder_sio_ack_new (YonderSioClient *client, gint64 id)
{
  YonderSioAck *self = g_new0 (YonderSioAck, 1);

  g_ref_count_init (&self->ref_count);
  g_weak_ref_init (&self->client, client);
  self->id = id;
  self->engine = client->n_engines;

  return self;
}

static YonderSioAck *
yonder_sio_ack_ref (YonderSioAck *self)
{
  g_ref_count_inc (&self->ref_count);

  return self;
}

static void
yonder_sio_ack_unref (YonderSioAck *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;
  g_weak_ref_clear (&self->client);
  g_free (self);
}

static void
refuse (YonderSioClient *self, const GError *error)
{
  self->n_refused++;
  g_debug ("packet refused: %s", error->message);
  g_signal_emit (self, signals[BAD_PACKET], 0, error);
}

/* The text part, then each attachment, in one go so that nothing comes between them. */
static void
send_packet (YonderSioClient *self, YonderSioPacket *packet)
{
  g_autofree char *text = yonder_sio_packet_encode (packet);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_eio_packet_free);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (parts, yonder_eio_packet_new (YONDER_EIO_MESSAGE, text));
  for (guint i = 0; packet->attachments != NULL && i < packet->attachments->len; i++)
    g_ptr_array_add (parts, yonder_eio_packet_new_binary (packet->attachments->pdata[i]));

  for (guint i = 0; i < parts->len; i++)
    if (!yonder_eio_client_can_send (self->engine, parts->pdata[i], &error)) {
      if (packet->type == YONDER_SIO_EVENT || packet->type == YONDER_SIO_BINARY_EVENT)
        yonder_sio_calls_fail (self->calls, packet->id, error);
      refuse (self, error);
      return;
    }

  if (packet->id >= 0 && (packet->type == YONDER_SIO_EVENT || packet->type == YONDER_SIO_BINARY_EVENT))
    yonder_sio_calls_sent (self->calls, packet->id);
  g_ptr_array_set_free_func (parts, NULL);
  for (guint i = 0; i < parts->len; i++)
    yonder_eio_client_send (self->engine, parts->pdata[i]);
}

static void
send_buffered (YonderSioClient *self)
{
  while (self->state == STATE_CONNECTED && !g_queue_is_empty (&self->buffered)) {
    g_autoptr (YonderSioPacket) packet = g_queue_pop_head (&self->buffered);

    send_packet (self, packet);
  }
}

/* A call that ended while its packet waited for the connection takes the packet with it. */
static void
on_call_dropped (gint64 id, gpointer data)
{
  YonderSioClient *self = data;

  for (GList *link = self->buffered.head; link != NULL; link = link->next) {
    YonderSioPacket *packet = link->data;

    if (packet->id == id) {
      g_queue_delete_link (&self->buffered, link);
      yonder_sio_packet_free (packet);
      return;
    }
  }
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
static void
go_down (YonderSioClient *self, const char *reason, const GError *error, gboolean retry, gboolean says_goodbye)
{
  g_autoptr (YonderSioClient) alive = g_object_ref (self);
  State from = self->state;

  if (from == STATE_CLOSED)
    return;

  yonder_clock_clear (self->clock, &self->timer);
  drop_engine (self, says_goodbye);
  yonder_sio_decoder_reset (self->decoder);
  g_queue_clear_full (&self->early, (GDestroyNotify) yonder_sio_packet_free);
  g_clear_pointer (&self->sid, g_free);
  self->state = retry ? STATE_WAITING : STATE_CLOSED;
  if (retry) {
    guint delay_ms = self->is_checked ? 0 : yonder_backoff_next_ms (&self->backoff);

    g_debug ("next try in %u ms", delay_ms);
    self->is_checked = FALSE;
    self->timer = yonder_clock_add (self->clock, delay_ms, on_wait_over, self, NULL);
  } else {
    g_queue_clear_full (&self->buffered, (GDestroyNotify) yonder_sio_packet_free);
  }
  yonder_sio_calls_lose (self->calls, !retry, _("The connection to the server went away before it answered."));

  if (from == STATE_CONNECTED)
    g_signal_emit (self, signals[DISCONNECTED], 0, reason, error);
  else if (error != NULL)
    g_signal_emit (self, signals[CONNECT_ERROR], 0, error, retry);
}

static void
on_engine_closed (YonderEioClient *engine, const char *reason, GError *error, YonderSioClient *self)
{
  g_autoptr (GError) silence = NULL;

  if (yonder_eio_client_fell_back (engine) && self->state != STATE_CONNECTED)
    self->avoids_websocket = FALSE;
  if (error == NULL && self->state == STATE_CONNECTING)
    error = silence = g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_LOST,
                                   _("The server closed the connection before it had let us in."));

  go_down (self, reason, error, !(error != NULL && yonder_signaling_error_is_final (error)), FALSE);
}

static gboolean
on_connect_timeout (gpointer data)
{
  g_autoptr (YonderSioClient) self = g_object_ref (data);
  g_autoptr (GUri) uri = yonder_signaling_parse_server (self->uri, self->path, NULL);
  g_autofree char *host = yonder_signaling_host_of (uri);
  g_autoptr (GError) error = yonder_signaling_error_no_answer (host, CONNECT_TIMEOUT_MS);

  self->timer = 0;
  go_down (self, "transport error", error, TRUE, FALSE);

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
  send_packet (self, packet);
}

static void
on_event_packet (YonderSioClient *self, YonderSioPacket *packet)
{
  JsonArray *all = json_node_get_array (packet->data);
  guint length = json_array_get_length (all);
  g_autofree char *name = NULL;
  g_autoptr (JsonArray) arguments = json_array_sized_new (length);
  g_autoptr (YonderSioAck) ack = packet->id >= 0 ? yonder_sio_ack_new (self, packet->id) : NULL;
  JsonNode *first = json_array_get_element (all, 0);
  JsonNode *last = json_array_get_element (all, length - 1);

  /* The decoder takes numbers as names too, as the protocol does. */
  if (JSON_NODE_HOLDS_VALUE (first) && json_node_get_value_type (first) == G_TYPE_STRING)
    name = g_strdup (json_node_get_string (first));
  else
    name = yonder_json_print (first);

  for (guint i = 1; i < length; i++)
    json_array_add_element (arguments, json_node_copy (json_array_get_element (all, i)));

  /* Where the server keeps sessions, it appends its offset to every event that it would send again; those with an
   * acknowledgement are not among them. The offset stays among the arguments, as in socket.io-client. */
  if (self->pid != NULL && ack == NULL && length > 1 && JSON_NODE_HOLDS_VALUE (last) && json_node_get_value_type (last) == G_TYPE_STRING &&
      strlen (json_node_get_string (last)) <= MAX_ID)
    g_set_str (&self->offset, json_node_get_string (last));

  g_signal_emit (self, signals[EVENT], 0, name, arguments, packet->attachments, ack);
}

/* A server that resumes a session sends what was missed before it says that it does. */
static void
deliver_early (YonderSioClient *self)
{
  while (self->state == STATE_CONNECTED && !g_queue_is_empty (&self->early)) {
    g_autoptr (YonderSioPacket) packet = g_queue_pop_head (&self->early);

    on_event_packet (self, packet);
  }
}

static void
on_connect_packet (YonderSioClient *self, YonderSioPacket *packet)
{
  g_autoptr (GError) error = NULL;
  const char *sid = packet->data != NULL ? yonder_json_get_string (packet->data, "sid", MAX_ID, NULL) : NULL;
  const char *pid = packet->data != NULL ? yonder_json_get_string (packet->data, "pid", MAX_ID, NULL) : NULL;
  gboolean recovered;

  if (self->state == STATE_CONNECTED)
    return;
  if (sid == NULL) {
    g_set_error_literal (&error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_OLD_PROTOCOL,
                         _("The server runs Socket.IO 2, which is too old for Yonder. Ask its operator for version 3 or newer."));
    go_down (self, "parse error", error, FALSE, FALSE);
    return;
  }

  recovered = pid != NULL && g_strcmp0 (pid, self->pid) == 0;
  if (!recovered)
    g_clear_pointer (&self->offset, g_free);
  g_set_str (&self->pid, pid);
  g_set_str (&self->sid, sid);
  self->state = STATE_CONNECTED;
  yonder_clock_clear (self->clock, &self->timer);
  yonder_backoff_reset (&self->backoff);
  g_debug ("connected%s", recovered ? ", session recovered" : "");
  send_buffered (self);
  g_signal_emit (self, signals[CONNECTED], 0, recovered);
  deliver_early (self);
}

static void
on_connect_error_packet (YonderSioClient *self, YonderSioPacket *packet)
{
  g_autoptr (GError) error = NULL;
  const char *words = packet->data != NULL ? yonder_json_get_string (packet->data, "message", MAX_WORDS, NULL) : NULL;
  JsonNode *data = packet->data != NULL ? yonder_json_find (packet->data, "data") : NULL;

  if (self->state != STATE_CONNECTING)
    return;

  g_clear_pointer (&self->refusal_data, json_node_unref);
  self->refusal_data = data != NULL ? json_node_copy (data) : NULL;
  error = g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED, _("The server does not let us in: %s"),
                       words != NULL ? words : _("it does not say why"));
  go_down (self, "io server disconnect", error, FALSE, TRUE);
}

static void
on_sio_packet (YonderSioClient *self, YonderSioPacket **taken)
{
  YonderSioPacket *packet = *taken;
  g_autoptr (GError) error = NULL;

  /* Another namespace of the same connection, or one that the server thinks up. */
  if (g_strcmp0 (packet->nsp, self->nsp) != 0) {
    /* A version 2 server connects everybody to the main namespace, unasked. */
    if (packet->type == YONDER_SIO_CONNECT && packet->data == NULL && self->state == STATE_CONNECTING)
      on_connect_packet (self, packet);
    return;
  }

  switch (packet->type) {
  case YONDER_SIO_CONNECT:
    on_connect_packet (self, packet);
    return;
  case YONDER_SIO_CONNECT_ERROR:
    on_connect_error_packet (self, packet);
    return;
  case YONDER_SIO_DISCONNECT:
    if (self->state == STATE_CONNECTED) {
      g_clear_pointer (&self->pid, g_free);
      g_clear_pointer (&self->offset, g_free);
      go_down (self, "io server disconnect", NULL, FALSE, TRUE);
    }
    return;
  case YONDER_SIO_EVENT:
  case YONDER_SIO_BINARY_EVENT:
    if (self->state == STATE_CONNECTED) {
      on_event_packet (self, packet);
      return;
    }
    if (g_queue_get_length (&self->early) < MAX_EARLY) {
      g_queue_push_tail (&self->early, g_steal_pointer (taken));
      return;
    }
    break;
  case YONDER_SIO_ACK:
  case YONDER_SIO_BINARY_ACK:
    if (yonder_sio_calls_answer (self->calls, packet->id, json_node_get_array (packet->data), packet->attachments))
      return;
    break;
  default:
    g_assert_not_reached ();
  }

  g_set_error_literal (&error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_PROTOCOL,
                       packet->type == YONDER_SIO_ACK || packet->type == YONDER_SIO_BINARY_ACK
                         ? "an acknowledgement that nobody awaits" : "too many events before the connection was acknowledged");
  refuse (self, error);
}

/* A packet that cannot be decoded ends the connection, as in socket.io-client ("parse error"): what follows it cannot be trusted. */
static void
on_engine_message (YonderEioClient *engine, YonderEioPacket *message, YonderSioClient *self)
{
  g_autoptr (YonderSioClient) alive = g_object_ref (self);
  g_autoptr (YonderSioPacket) packet = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_good;
  gsize length;
  const char *text = g_bytes_get_data (message->data, &length);

  if (message->is_binary)
    is_good = yonder_sio_decoder_add_binary (self->decoder, message->data, &packet, &error);
  else
    is_good = yonder_sio_decoder_add_text (self->decoder, text != NULL ? text : "", (gssize) length, &packet, &error);

  if (!is_good) {
    g_autoptr (GUri) uri = yonder_signaling_parse_server (self->uri, self->path, NULL);
    g_autofree char *host = yonder_signaling_host_of (uri);
    g_autoptr (GError) shown = yonder_signaling_error_from_wire (error, host, TRUE);

    refuse (self, shown);
    go_down (self, "parse error", shown, TRUE, FALSE);
  } else if (packet != NULL) {
    on_sio_packet (self, &packet);
  }
}

static void
on_engine_refused (YonderEioClient *engine, GError *error, YonderSioClient *self)
{
  refuse (self, error);
}

static void
start_engine (YonderSioClient *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) endpoint = yonder_signaling_parse_server (self->uri, self->path, &error);
  YonderSioTransports transports = self->transports;

  self->state = STATE_CONNECTING;
  if (endpoint == NULL) {
    go_down (self, "transport error", error, FALSE, FALSE);
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
  g_signal_connect_object (self->engine, "message", G_CALLBACK (on_engine_message), self, G_CONNECT_DEFAULT);
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
  self->state = STATE_CLOSED;
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

  signals[CONNECTED] = g_signal_new ("connected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[DISCONNECTED] = g_signal_new ("disconnected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_ERROR);
  signals[CONNECT_ERROR] = g_signal_new ("connect-error", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, G_TYPE_ERROR, G_TYPE_BOOLEAN);
  signals[EVENT] = g_signal_new ("event", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 4, G_TYPE_STRING, JSON_TYPE_ARRAY, G_TYPE_PTR_ARRAY, YONDER_TYPE_SIO_ACK);
  signals[BAD_PACKET] = g_signal_new ("bad-packet", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
yonder_sio_client_init (YonderSioClient *self)
{
  g_queue_init (&self->buffered);
  g_queue_init (&self->early);
  self->decoder = yonder_sio_decoder_new ();
  self->backoff = (YonderBackoff) YONDER_BACKOFF_INIT (RECONNECT_MIN_MS, RECONNECT_MAX_MS, RECONNECT_JITTER);
}

/**
 * yonder_sio_ack_send:
 * @self: what an event came with
 * @arguments: (nullable): an array of the answer's arguments, or one argument, or %NULL for none
 * @attachments: (nullable) (element-type GBytes): its binary parts, named by placeholders in @arguments
 *
 * Answers an event of the server. Only the first answer goes out, and only on the connection on which the event came.
 */
void
yonder_sio_ack_send (YonderSioAck *self, JsonNode *arguments, GPtrArray *attachments)
{
  g_autoptr (YonderSioClient) client = g_weak_ref_get (&self->client);
  g_autoptr (YonderSioPacket) packet = NULL;
  JsonNode *data;

  if (self->is_sent || client == NULL || client->state != STATE_CONNECTED || client->n_engines != self->engine)
    return;

  self->is_sent = TRUE;
  if (arguments != NULL && JSON_NODE_HOLDS_ARRAY (arguments)) {
    data = json_node_copy (arguments);
  } else {
    data = json_node_init_array (json_node_alloc (), NULL);
    json_node_take_array (data, json_array_new ());
    if (arguments != NULL)
      json_array_add_element (json_node_get_array (data), json_node_copy (arguments));
  }
  packet = yonder_sio_packet_new (attachments != NULL && attachments->len > 0 ? YONDER_SIO_BINARY_ACK : YONDER_SIO_ACK,
                                  client->nsp, self->id, data, attachments != NULL ? g_ptr_array_ref (attachments) : NULL);
  send_packet (client, packet);
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
  self->calls = yonder_sio_calls_new (clock, on_call_dropped, self);

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
 * Connects, and stays connected by itself until [method@Yonder.SioClient.close] or the server's word. Waiting for the next try ends
 * at once; a client that is connected or connecting is left alone. "connected" or "connect-error" answers, the latter perhaps before this
 * returns.
 */
void
yonder_sio_client_open (YonderSioClient *self)
{
  g_autoptr (YonderSioClient) alive = g_object_ref (self);

  if (self->state == STATE_CONNECTING || self->state == STATE_CONNECTED)
    return;

  yonder_clock_clear (self->clock, &self->timer);
  if (self->state == STATE_CLOSED)
    yonder_backoff_reset (&self->backoff);
  start_engine (self);
}

/**
 * yonder_sio_client_check:
 * @self: a client
 *
 * The network has changed, or the computer slept: finds out within two seconds whether the connection still works, and where it does not,
 * or was not there, connects at once. A client that is closed stays so.
 */
void
yonder_sio_client_check (YonderSioClient *self)
{
  g_autoptr (YonderSioClient) alive = g_object_ref (self);

  switch (self->state) {
  case STATE_CLOSED:
    break;
  case STATE_CONNECTED:
    self->is_checked = TRUE;
    yonder_eio_client_check (self->engine);
    break;
  case STATE_CONNECTING:
  case STATE_WAITING:
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
  if (self->state == STATE_CONNECTED) {
    g_autoptr (YonderSioPacket) packet = yonder_sio_packet_new (YONDER_SIO_DISCONNECT, self->nsp, -1, NULL, NULL);

    send_packet (self, packet);
  }
  g_clear_pointer (&self->pid, g_free);
  g_clear_pointer (&self->offset, g_free);
  go_down (self, "io client disconnect", NULL, FALSE, TRUE);
}

gboolean
yonder_sio_client_is_connected (YonderSioClient *self)
{
  return self->state == STATE_CONNECTED;
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

static YonderSioPacket *
make_event (YonderSioClient *self, const char *name, gint64 id, JsonNode *arguments, GPtrArray *attachments, GError **error)
{
  g_autoptr (JsonArray) array = json_array_new ();
  guint n_attachments = attachments != NULL ? attachments->len : 0;
  JsonNode *data;

  if (yonder_sio_is_reserved_name (name)) {
    g_set_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_INVALID, _("“%s” is a reserved event name."), name);
    return NULL;
  }
  if (n_attachments > YONDER_SIO_MAX_ATTACHMENTS) {
    g_set_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_INVALID,
                 _("A message can have at most %d binary parts."), YONDER_SIO_MAX_ATTACHMENTS);
    return NULL;
  }

  json_array_add_string_element (array, name);
  if (arguments != NULL && JSON_NODE_HOLDS_ARRAY (arguments)) {
    JsonArray *given = json_node_get_array (arguments);

    for (guint i = 0; i < json_array_get_length (given); i++)
      json_array_add_element (array, json_node_copy (json_array_get_element (given, i)));
  } else if (arguments != NULL) {
    json_array_add_element (array, json_node_copy (arguments));
  }
  data = json_node_init_array (json_node_alloc (), array);

  return yonder_sio_packet_new (n_attachments > 0 ? YONDER_SIO_BINARY_EVENT : YONDER_SIO_EVENT, self->nsp, id, data,
                                n_attachments > 0 ? g_ptr_array_ref (attachments) : NULL);
}

/* Whether what is sent now reaches the server, as far as can be known: after a suspend the connection may be dead unnoticed. */
static gboolean
is_usable (YonderSioClient *self)
{
  g_autoptr (GError) error = NULL;

  if (self->state != STATE_CONNECTED)
    return FALSE;
  if (!yonder_eio_client_is_stale (self->engine))
    return TRUE;

  g_set_error_literal (&error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_LOST,
                       _("Nothing was heard from the server for too long."));
  go_down (self, "ping timeout", error, TRUE, FALSE);
  return FALSE;
}

/**
 * emit_packet:
 * @packet: (transfer full): an event
 *
 * Sends now, or keeps for later.
 */
static gboolean
emit_packet (YonderSioClient *self, YonderSioPacket *packet, GError **error)
{
  g_autoptr (YonderSioPacket) owned = packet;

  if (is_usable (self)) {
    g_autofree char *text = yonder_sio_packet_encode (packet);
    g_autoptr (YonderEioPacket) message = yonder_eio_packet_new (YONDER_EIO_MESSAGE, text);

    if (!yonder_eio_client_can_send (self->engine, message, error))
      return FALSE;
    send_packet (self, packet);
    return TRUE;
  }
  if (g_queue_get_length (&self->buffered) >= YONDER_SIO_MAX_BUFFERED) {
    g_set_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_LOST,
                 _("The connection to the server is away, and %d messages wait for it already."), YONDER_SIO_MAX_BUFFERED);
    return FALSE;
  }

  g_queue_push_tail (&self->buffered, g_steal_pointer (&owned));
  return TRUE;
}

/**
 * yonder_sio_client_emit:
 * @self: a client, connected or not
 * @name: the event
 * @arguments: (nullable): an array of its arguments, or one argument, or %NULL for none; copied
 * @attachments: (nullable) (element-type GBytes): binary parts, which the arguments name by placeholders
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Sends an event; while the connection is down it is kept and goes out, in order, when it is back.
 *
 * Returns: %FALSE with @error set: %YONDER_SIGNALING_ERROR_INVALID for a reserved name or a message that is larger than the server takes,
 *   %YONDER_SIGNALING_ERROR_LOST where too much is kept already
 */
gboolean
yonder_sio_client_emit (YonderSioClient *self, const char *name, JsonNode *arguments, GPtrArray *attachments, GError **error)
{
  YonderSioPacket *packet = make_event (self, name, -1, arguments, attachments, error);

  return packet != NULL && emit_packet (self, packet, error);
}

/* As yonder_sio_client_emit(), but what cannot leave at once is dropped, which is no error. */
gboolean
yonder_sio_client_emit_volatile (YonderSioClient *self, const char *name, JsonNode *arguments, GPtrArray *attachments, GError **error)
{
  YonderSioPacket *packet = make_event (self, name, -1, arguments, attachments, error);

  if (packet == NULL)
    return FALSE;
  if (!is_usable (self) || !yonder_eio_client_is_writable (self->engine)) {
    yonder_sio_packet_free (packet);
    return TRUE;
  }

  return emit_packet (self, packet, error);
}

/**
 * yonder_sio_client_call_async:
 * @self: a client, connected or not
 * @name: the event
 * @arguments: (nullable): as in [method@Yonder.SioClient.emit]
 * @attachments: (nullable) (element-type GBytes): as in [method@Yonder.SioClient.emit]
 * @timeout_ms: how long to wait for the answer, the time without a connection included; 0 for as long as the connection lives
 * @cancellable: (nullable): ends the wait, and takes back an event that has not gone out yet
 * @callback: called when the server has answered
 * @user_data: for @callback
 *
 * Sends an event and awaits its acknowledgement.
 */
void
yonder_sio_client_call_async (YonderSioClient *self, const char *name, JsonNode *arguments, GPtrArray *attachments, guint timeout_ms,
                              GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;
  YonderSioPacket *packet;
  gint64 id;

  g_task_set_source_tag (task, yonder_sio_client_call_async);
  packet = make_event (self, name, 0, arguments, attachments, &error);
  if (packet == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  id = yonder_sio_calls_add (self->calls, g_object_ref (task), timeout_ms);
  if (id < 0) {
    yonder_sio_packet_free (packet);
    return;
  }

  packet->id = id;
  if (!emit_packet (self, packet, &error))
    yonder_sio_calls_fail (self->calls, id, error);
}

/**
 * yonder_sio_client_call_finish:
 * @self: the client
 * @result: what the callback was given
 * @attachments: (out) (optional) (nullable) (transfer full) (element-type GBytes): binary parts of the answer
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Returns: (transfer full) (nullable): the answer's arguments, or %NULL with @error set: %YONDER_SIGNALING_ERROR_TIMED_OUT,
 *   %YONDER_SIGNALING_ERROR_LOST, %YONDER_SIGNALING_ERROR_INVALID, %G_IO_ERROR_CANCELLED
 */
JsonArray *
yonder_sio_client_call_finish (YonderSioClient *self, GAsyncResult *result, GPtrArray **attachments, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return yonder_sio_calls_finish (result, attachments, error);
}
