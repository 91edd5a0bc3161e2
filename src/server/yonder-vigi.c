/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-vigi.h"

#include "yonder-json.h"
#include "yonder-profile.h"
#include "yonder-rate-limit.h"

/* Chosen: a call sends some 40 events while it is set up, candidates mostly, and next to none afterwards. */
static const YonderRate socket_rate = { 300, 60 };

/* Chosen: a person does not dial faster; a program that makes one call after another does, a little. */
static const YonderRate invite_rate = { 60, 2 };

/* A client that was refused this often for flooding is shown the door. */
#define MAX_FLOODED 2000

/* Chosen: who sits down and gets up changes it twice in a while. Each change is told to everybody. */
static const YonderRate status_rate = { 20, 0.2 };

#define MAX_GENERATION 1000000
#define MAX_TOKEN 512
#define MAX_URL 1024

typedef struct {
  YonderBucket messages;
  YonderBucket statuses;
  guint        flooded;
} Meter;

struct _YonderVigi {
  GObject parent_instance;

  YonderUserStore    *store;
  YonderPresenceBook *presence;
  YonderCallDesk     *desk;
  YonderClock        *clock;
  YonderRateLimit    *invites; /* by user */
  guint64             refused;
};

G_DEFINE_FINAL_TYPE (YonderVigi, yonder_vigi, G_TYPE_OBJECT)

/* A message on its way through a handler. */
typedef struct {
  YonderVigi      *vigi;
  YonderSioSocket *socket;
  const char      *event;
  JsonNode        *payload;
  char            *call_id; /* (nullable) */
  char            *to; /* (nullable) */
} Message;

typedef gboolean (*Handler) (Message *message, GError **error);

static GQuark
meter_quark (void)
{
  return g_quark_from_static_string ("yonder-vigi-meter");
}

static JsonNode *
wrap_object (JsonObject *object)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  return node;
}

/* Takes @argument. */
static JsonNode *
wrap_arguments (JsonNode *argument)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();

  json_array_add_element (array, argument);
  json_node_take_array (node, array);
  return node;
}

/**
 * yonder_vigi_emit:
 * @socket: to whom
 * @event: what
 * @payload: (transfer full): its one argument
 */
void
yonder_vigi_emit (YonderSioSocket *socket, const char *event, JsonObject *payload)
{
  yonder_sio_socket_emit (socket, event, wrap_arguments (wrap_object (payload)), NULL);
}

static const char *
error_code (const GError *error)
{
  static const char *const codes[] = { "unknown-call", "wrong-state", "offline", "not-allowed", "in-call" };

  if (error->domain == YONDER_CALL_DESK_ERROR)
    return codes[error->code];
  return error->domain == YONDER_JSON_ERROR ? "malformed" : "rate-limited";
}

static void
refuse (Message *message, YonderSioReply *reply, const GError *error)
{
  JsonObject *object = json_object_new ();

  message->vigi->refused++;
  g_debug ("Refused %s: %s", message->event, error->message);
  json_object_set_string_member (object, "error", error->message);
  json_object_set_string_member (object, "code", error_code (error));
  json_object_set_string_member (object, "event", message->event);
  if (message->call_id != NULL)
    json_object_set_string_member (object, "callId", message->call_id);
  if (reply != NULL)
    yonder_sio_reply_send (reply, wrap_arguments (wrap_object (json_object_ref (object))), NULL);
  yonder_vigi_emit (message->socket, "call_error", object);
}

static gboolean
read_call_id (Message *message, GError **error)
{
  const char *id = yonder_json_get_string (message->payload, "callId", YONDER_EVENT_MAX_ID, error);

  message->call_id = g_strdup (id);
  return id != NULL;
}

static gboolean
handle_initiate (Message *message, GError **error)
{
  const char *kind = yonder_json_get_string (message->payload, "type", YONDER_EVENT_MAX_ID, error);
  const char *callee = kind ? yonder_json_get_string (message->payload, "calleeId", YONDER_EVENT_MAX_ID, error) : NULL;
  const char *user_id = yonder_presence_book_get_socket_user (message->socket)->id;

  if (callee == NULL)
    return FALSE;
  if (strcmp (kind, "audio") == 0)
    kind = "voice";
  if (strcmp (kind, "voice") != 0 && strcmp (kind, "video") != 0) {
    g_set_error_literal (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_OUT_OF_RANGE, "type: neither \"voice\" nor \"video\"");
    return FALSE;
  }
  if (!yonder_rate_limit_take (message->vigi->invites, user_id, yonder_clock_now_us (message->vigi->clock))) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "You are calling too often: wait a minute.");
    return FALSE;
  }
  message->call_id = yonder_call_desk_invite (message->vigi->desk, message->socket, callee, kind, error);
  return message->call_id != NULL;
}

static gboolean
handle_answer (Message *message, GError **error)
{
  return read_call_id (message, error) && yonder_call_desk_answer (message->vigi->desk, message->socket, message->call_id, error);
}

static gboolean
handle_decline (Message *message, GError **error)
{
  return read_call_id (message, error) &&
    yonder_call_desk_decline (message->vigi->desk, message->socket, message->call_id, error);
}

static gboolean
handle_end (Message *message, GError **error)
{
  return read_call_id (message, error) &&
    yonder_call_desk_hang_up (message->vigi->desk, message->socket, message->call_id, error);
}

/* What every relayed event begins with: callId, and generation and to where they are there. */
static JsonObject *
begin_relay (Message *message, GError **error)
{
  g_autoptr (JsonObject) object = json_object_new ();
  gint64 generation;

  if (!read_call_id (message, error))
    return NULL;
  json_object_set_string_member (object, "callId", message->call_id);
  if (yonder_json_has (message->payload, "generation")) {
    if (!yonder_json_get_int (message->payload, "generation", 0, MAX_GENERATION, &generation, error))
      return NULL;
    json_object_set_int_member (object, "generation", generation);
  }
  if (yonder_json_has (message->payload, "to")) {
    const char *to = yonder_json_get_string (message->payload, "to", YONDER_EVENT_MAX_ID, error);

    if (to == NULL)
      return NULL;
    message->to = g_strdup (to);
  }
  return g_steal_pointer (&object);
}

static gboolean
relay (Message *message, JsonObject *payload, GError **error)
{
  return yonder_call_desk_relay (message->vigi->desk, message->socket, message->call_id, message->to, message->event, payload,
                                 error);
}

/* @name: "offer" or "answer", as event webrtc_<name>, as member and as the description's type. */
static gboolean
relay_description (Message *message, const char *name, GError **error)
{
  g_autofree char *sdp_path = g_strconcat (name, ".sdp", NULL);
  g_autofree char *type_path = g_strconcat (name, ".type", NULL);
  g_autoptr (JsonObject) payload = begin_relay (message, error);
  JsonObject *description;
  const char *sdp, *type;

  if (payload == NULL || !(sdp = yonder_json_get_string (message->payload, sdp_path, YONDER_EVENT_MAX_SDP, error)) ||
      !(type = yonder_json_get_string (message->payload, type_path, YONDER_EVENT_MAX_ID, error)))
    return FALSE;
  if (strcmp (type, name) != 0) {
    g_set_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_OUT_OF_RANGE, "%s: not \"%s\"", type_path, name);
    return FALSE;
  }
  description = json_object_new ();
  json_object_set_string_member (description, "type", name);
  json_object_set_string_member (description, "sdp", sdp);
  json_object_set_object_member (payload, name, description);
  return relay (message, payload, error);
}

static gboolean
handle_offer (Message *message, GError **error)
{
  return relay_description (message, "offer", error);
}

static gboolean
handle_webrtc_answer (Message *message, GError **error)
{
  return relay_description (message, "answer", error);
}

/* (nullable): a copy of the known fields of an RTCIceCandidateInit. Browsers say "" or null for the end of candidates. */
static JsonNode *
copy_candidate (JsonNode *node, GError **error)
{
  g_autoptr (JsonObject) object = json_object_new ();
  const char *text = "";
  gint64 index;

  if (node != NULL && !JSON_NODE_HOLDS_NULL (node)) {
    if (!JSON_NODE_HOLDS_OBJECT (node)) {
      g_set_error_literal (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_WRONG_TYPE, "candidate: no object");
      return NULL;
    }
    if (yonder_json_has (node, "candidate") &&
        !(text = yonder_json_get_string (node, "candidate", YONDER_EVENT_MAX_CANDIDATE, error)))
      return NULL;
    for (const char *const *name = (const char *const[]) { "sdpMid", "usernameFragment", NULL }; *name; name++)
      if (yonder_json_has (node, *name)) {
        const char *value = yonder_json_get_string (node, *name, YONDER_EVENT_MAX_ID, error);

        if (value == NULL)
          return NULL;
        json_object_set_string_member (object, *name, value);
      }
    if (yonder_json_has (node, "sdpMLineIndex")) {
      if (!yonder_json_get_int (node, "sdpMLineIndex", 0, G_MAXUINT16, &index, error))
        return NULL;
      json_object_set_int_member (object, "sdpMLineIndex", index);
    }
  }
  json_object_set_string_member (object, "candidate", text);
  return wrap_object (g_steal_pointer (&object));
}

static gboolean
handle_candidate (Message *message, GError **error)
{
  g_autoptr (JsonObject) payload = begin_relay (message, error);
  JsonNode *candidate = payload ? copy_candidate (yonder_json_find (message->payload, "candidate"), error) : NULL;

  if (candidate == NULL)
    return FALSE;
  json_object_set_member (payload, "candidate", candidate);
  return relay (message, payload, error);
}

static gboolean
handle_candidates (Message *message, GError **error)
{
  g_autoptr (JsonObject) payload = begin_relay (message, error);
  g_autoptr (JsonArray) copies = json_array_new ();
  JsonArray *candidates;

  if (payload == NULL || !(candidates = yonder_json_get_array (message->payload, "candidates", YONDER_EVENT_MAX_CANDIDATES,
                                                               error)))
    return FALSE;
  for (guint i = 0; i < json_array_get_length (candidates); i++) {
    JsonNode *candidate = copy_candidate (json_array_get_element (candidates, i), error);

    if (candidate == NULL)
      return FALSE;
    json_array_add_element (copies, candidate);
  }
  json_object_set_array_member (payload, "candidates", g_steal_pointer (&copies));
  return relay (message, payload, error);
}

static gboolean
handle_recover (Message *message, GError **error)
{
  g_autoptr (JsonObject) payload = begin_relay (message, error);

  return payload != NULL && relay (message, payload, error);
}

/* A room in the browser for two who cannot be connected. */
static gboolean
handle_meeting (Message *message, GError **error)
{
  g_autoptr (JsonObject) payload = begin_relay (message, error);
  const char *url = payload != NULL ? yonder_json_get_string (message->payload, "url", MAX_URL, error) : NULL;

  if (url == NULL)
    return FALSE;
  if (!g_str_has_prefix (url, "https://")) {
    g_set_error_literal (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_OUT_OF_RANGE, "url: does not begin with https://");
    return FALSE;
  }
  json_object_set_string_member (payload, "url", url);
  return relay (message, payload, error);
}

static gboolean
handle_set_status (Message *message, GError **error)
{
  const char *status = yonder_json_get_string (message->payload, "status", YONDER_EVENT_MAX_ID, error);
  Meter *meter = g_object_get_qdata (G_OBJECT (message->socket), meter_quark ());

  if (status == NULL)
    return FALSE;
  if (strcmp (status, "away") != 0 && strcmp (status, "online") != 0) {
    g_set_error_literal (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_OUT_OF_RANGE, "status: neither \"online\" nor \"away\"");
    return FALSE;
  }
  if (!yonder_bucket_take (&meter->statuses, &status_rate, yonder_clock_now_us (message->vigi->clock))) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "Your status changes too often: wait a minute.");
    return FALSE;
  }
  yonder_presence_book_set_away (message->vigi->presence, message->socket, strcmp (status, "away") == 0);
  return TRUE;
}

static const struct { const char *event; Handler handle; } handlers[] = {
  { "call_initiate", handle_initiate },
  { "call_answer", handle_answer },
  { "call_decline", handle_decline },
  { "call_end", handle_end },
  { "webrtc_offer", handle_offer },
  { "webrtc_answer", handle_webrtc_answer },
  { "webrtc_ice_candidate", handle_candidate },
  { "ice_candidates", handle_candidates },
  { "webrtc_recover", handle_recover },
  { "call_meeting", handle_meeting },
  { "set_status", handle_set_status },
};

static gboolean
handle (Message *message, JsonArray *arguments, GPtrArray *attachments, GError **error)
{
  Meter *meter = g_object_get_qdata (G_OBJECT (message->socket), meter_quark ());

  if (!yonder_bucket_take (&meter->messages, &socket_rate, yonder_clock_now_us (message->vigi->clock))) {
    meter->flooded++;
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "Too many messages: slow down.");
    return FALSE;
  }
  if (attachments != NULL || json_array_get_length (arguments) == 0 ||
      !JSON_NODE_HOLDS_OBJECT (json_array_get_element (arguments, 0))) {
    g_set_error_literal (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_WRONG_TYPE, "The event does not carry an object.");
    return FALSE;
  }
  message->payload = json_array_get_element (arguments, 0);
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    if (strcmp (handlers[i].event, message->event) == 0) {
      message->event = handlers[i].event;
      return handlers[i].handle (message, error);
    }
  g_set_error_literal (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_MISSING, "There is no such event here.");
  return FALSE;
}

static void
acknowledge (Message *message, YonderSioReply *reply)
{
  JsonObject *object = json_object_new ();

  if (message->call_id != NULL)
    json_object_set_string_member (object, "callId", message->call_id);
  yonder_sio_reply_send (reply, wrap_arguments (wrap_object (object)), NULL);
}

static void
on_event (YonderSioSocket *socket, const char *name, JsonArray *arguments, GPtrArray *attachments, YonderSioReply *reply,
          YonderVigi *self)
{
  g_autofree char *shown = g_utf8_substring (name, 0, MIN (g_utf8_strlen (name, -1), 64));
  Message message = { .vigi = self, .socket = socket, .event = shown };
  g_autoptr (GError) error = NULL;
  Meter *meter = g_object_get_qdata (G_OBJECT (socket), meter_quark ());

  if (handle (&message, arguments, attachments, &error)) {
    if (reply != NULL)
      acknowledge (&message, reply);
  } else if (meter->flooded >= MAX_FLOODED) {
    g_message ("Disconnected a client that would not stop flooding");
    yonder_sio_socket_disconnect (socket);
  } else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY) || meter->flooded % 100 <= 1) {
    refuse (&message, reply, error); /* answering each would flood, too */
  }
  g_free (message.call_id);
  g_free (message.to);
}

static void
send_online (YonderVigi *self, YonderSioSocket *socket)
{
  g_autoptr (GPtrArray) users = yonder_presence_book_list_users (self->presence);
  const char *own_id = yonder_presence_book_get_socket_user (socket)->id;
  JsonArray *ids = json_array_new ();
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);

  for (guint i = 0; i < users->len; i++) {
    const YonderUser *user = users->pdata[i];

    if (strcmp (user->id, own_id) != 0)
      json_array_add_string_element (ids, user->id);
  }
  json_node_take_array (node, ids);
  yonder_sio_socket_emit (socket, "online_contacts", wrap_arguments (node), NULL);
}

static void
on_connection (YonderSioServer *sio, YonderSioSocket *socket, YonderVigi *self)
{
  g_object_set_qdata_full (G_OBJECT (socket), meter_quark (), g_new0 (Meter, 1), g_free);
  g_signal_connect_object (socket, "event", G_CALLBACK (on_event), self, 0);
  if (!yonder_presence_book_add (self->presence, socket)) {
    yonder_sio_socket_disconnect (socket);
    return;
  }
  send_online (self, socket);
  yonder_call_desk_add (self->desk, socket);
}

/* A suspended socket is given back to its own user only. */
static void
on_verified (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderSioSocket) socket = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderStoreAnswer) answer = yonder_user_store_ask_finish (YONDER_USER_STORE (source), result, &error);
  const YonderUser *before = yonder_presence_book_get_socket_user (socket);
  gboolean is_unavailable;
  JsonObject *object;

  if (answer != NULL && (before == NULL || strcmp (before->id, answer->user->id) == 0)) {
    if (before == NULL)
      yonder_presence_book_set_socket_user (socket, answer->user);
    yonder_sio_socket_admit (socket);
    return;
  }
  object = json_object_new ();
  is_unavailable = error != NULL && !g_error_matches (error, YONDER_STORE_ERROR, YONDER_STORE_ERROR_UNAUTHORIZED);
  json_object_set_string_member (object, "code", is_unavailable ? "unavailable" : "unauthorized");
  yonder_sio_socket_refuse (socket, error ? error->message : "This connection belongs to somebody else: sign in again.",
                            wrap_object (object));
}

static GQuark
call_waiting_quark (void)
{
  return g_quark_from_static_string ("yonder-vigi-call-waiting");
}

gboolean
yonder_vigi_takes_second_call (YonderSioSocket *socket)
{
  return g_object_get_qdata (G_OBJECT (socket), call_waiting_quark ()) != NULL;
}

/* A client that says nothing of it is one that does not know how to have two calls. */
static void
admit (YonderSioSocket *socket, JsonNode *auth, gpointer data)
{
  YonderVigi *self = data;
  YonderStoreQuery *query = yonder_store_query_new (YONDER_STORE_VERIFY);
  gboolean call_waiting = FALSE;

  yonder_json_get_boolean (auth, "callWaiting", &call_waiting, NULL);
  g_object_set_qdata (G_OBJECT (socket), call_waiting_quark (), GINT_TO_POINTER (call_waiting));

  query->token = g_strdup (yonder_json_get_string (auth, "token", MAX_TOKEN, NULL));
  yonder_user_store_ask_async (self->store, query, NULL, on_verified, g_object_ref (socket));
}

static void
on_presence_changed (YonderPresenceBook *presence, const char *user_id, const char *status, YonderVigi *self)
{
  g_autoptr (GPtrArray) users = yonder_presence_book_list_users (presence);
  const YonderUser *user = yonder_presence_book_get_user (presence, user_id);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *now_text = g_date_time_format_iso8601 (now);
  YonderStoreQuery *query = yonder_store_query_new (YONDER_STORE_SEEN);

  query->user_id = g_strdup (user_id);
  yonder_user_store_ask_async (self->store, query, NULL, NULL, NULL);
  for (guint i = 0; i < users->len; i++) {
    const YonderUser *other = users->pdata[i];
    g_autoptr (GPtrArray) sockets = NULL;

    if (strcmp (other->id, user_id) == 0)
      continue;
    sockets = yonder_presence_book_list_sockets (presence, other->id);
    for (guint j = 0; j < sockets->len; j++) {
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "userId", user_id);
      json_object_set_string_member (object, "status", status);
      json_object_set_string_member (object, "lastSeen", now_text);
      if (user != NULL)
        json_object_set_string_member (object, "fullName", user->name);
      yonder_vigi_emit (sockets->pdata[j], "user_status_changed", object);
    }
  }
}

static void
yonder_vigi_finalize (GObject *object)
{
  YonderVigi *self = YONDER_VIGI (object);

  yonder_rate_limit_free (self->invites);
  g_object_unref (self->store);
  g_object_unref (self->presence);
  g_object_unref (self->desk);
  g_object_unref (self->clock);
  G_OBJECT_CLASS (yonder_vigi_parent_class)->finalize (object);
}

static void
yonder_vigi_class_init (YonderVigiClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = yonder_vigi_finalize;
}

static void
yonder_vigi_init (YonderVigi *self)
{
  self->invites = yonder_rate_limit_new (invite_rate);
}

/**
 * yonder_vigi_new:
 * @sio: whose main namespace to serve; has to end before the new object
 * @store: the users
 * @presence: who is here
 * @desk: the calls
 * @clock: for rate limits
 *
 * Begins to serve: clients are let in that say {token} when they connect.
 *
 * Returns: (transfer full): the service
 */
YonderVigi *
yonder_vigi_new (YonderSioServer *sio, YonderUserStore *store, YonderPresenceBook *presence, YonderCallDesk *desk,
                 YonderClock *clock)
{
  YonderVigi *self = g_object_new (YONDER_TYPE_VIGI, NULL);

  self->store = g_object_ref (store);
  self->presence = g_object_ref (presence);
  self->desk = g_object_ref (desk);
  self->clock = g_object_ref (clock);
  yonder_sio_server_add_namespace (sio, "/", admit, self);
  g_signal_connect_object (sio, "connection", G_CALLBACK (on_connection), self, 0);
  g_signal_connect_object (presence, "changed", G_CALLBACK (on_presence_changed), self, 0);
  return self;
}

/**
 * yonder_vigi_count_refused:
 * @self: the service
 *
 * Returns: how many messages were not acceptable
 */
guint64
yonder_vigi_count_refused (YonderVigi *self)
{
  return self->refused;
}
