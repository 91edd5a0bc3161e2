/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-rest-api.h"

#include "yonder-json.h"
#include "yonder-rate-limit.h"

#define MAX_BODY (16 * 1024)
#define MAX_FIELD 512
#define TOO_MANY_REQUESTS 429 /* RFC 6585 section 4; libsoup has no name for it */

/* By address. Chosen: an office behind one address signs in within a minute; guessing passwords is slowed to one in five
 * seconds. */
static const YonderRate request_rate = { 600, 20 };
static const YonderRate sign_in_rate = { 100, 5 };
static const YonderRate failure_rate = { 10, 0.2 };

struct _YonderRestApi {
  GObject parent_instance;

  SoupServer         *soup;
  YonderUserStore    *store;
  YonderPresenceBook *presence;
  YonderClock        *clock;
  YonderOriginPolicy  origins; /* borrowed string */
  gboolean            allow_guests;
  const YonderTurnConfig *turn; /* borrowed, (nullable) */
  YonderRateLimit    *requests;
  YonderRateLimit    *sign_ins;
  YonderRateLimit    *failures;
};

G_DEFINE_FINAL_TYPE (YonderRestApi, yonder_rest_api, G_TYPE_OBJECT)

typedef struct _Exchange Exchange;

typedef enum {
  NEEDS_TOKEN = 1 << 0,  /* the user is looked up first */
  IS_SIGN_IN = 1 << 1,   /* counted against guessing */
  IS_GUEST = 1 << 2,
  HAS_ID = 1 << 3,       /* the path ends in an id */
} RouteFlags;

typedef struct {
  const char         *method;
  const char         *path;
  RouteFlags          flags;
  YonderStoreQuestion question;
  JsonNode         *(*answer) (Exchange *exchange, const YonderStoreAnswer *answer);
} Route;

/* One request that waits for the store. */
struct _Exchange {
  YonderRestApi     *api;
  SoupServerMessage *message;
  const Route       *route;
  YonderStoreQuery  *query;
  char              *client; /* whom failures are charged to */
  YonderUser        *user; /* once the token was looked up */
};

static void
exchange_free (Exchange *self)
{
  g_clear_pointer (&self->query, yonder_store_query_free);
  g_clear_pointer (&self->user, yonder_user_free);
  g_free (self->client);
  g_object_unref (self->message);
  g_object_unref (self->api);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Exchange, exchange_free)

static void
reply_error (SoupServerMessage *message, guint status, const char *text)
{
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_object_set_string_member (object, "error", text);
  json_node_take_object (node, object);
  yonder_http_reply_json (message, status, node);
}

static guint
status_of (const GError *error)
{
  static const guint statuses[] = {
    [YONDER_STORE_ERROR_INVALID] = SOUP_STATUS_BAD_REQUEST, [YONDER_STORE_ERROR_UNAUTHORIZED] = SOUP_STATUS_UNAUTHORIZED,
    [YONDER_STORE_ERROR_TAKEN] = SOUP_STATUS_CONFLICT, [YONDER_STORE_ERROR_UNKNOWN] = SOUP_STATUS_NOT_FOUND,
    [YONDER_STORE_ERROR_BUSY] = SOUP_STATUS_SERVICE_UNAVAILABLE, [YONDER_STORE_ERROR_FAILED] = SOUP_STATUS_INTERNAL_SERVER_ERROR,
  };

  return error->domain == YONDER_STORE_ERROR ? statuses[error->code] : SOUP_STATUS_INTERNAL_SERVER_ERROR;
}

/* Takes @value. */
static JsonNode *
answer_member (const char *name, JsonNode *value)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_member (object, name, value);
  json_node_take_object (node, object);
  return node;
}

/* Everybody on the server may know who is here. An address, and when somebody was here last, are for that person, for those whom
 * the person has accepted as contacts, and for who named the address: else any guest could collect them. */
static JsonNode *
build_user (const YonderUser *user, gboolean is_known, const char *status)
{
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_object_set_string_member (object, "_id", user->id);
  json_object_set_string_member (object, "fullName", user->name);
  if (is_known && user->email != NULL)
    json_object_set_string_member (object, "email", user->email);
  json_object_set_boolean_member (object, "guest", user->email == NULL);
  if (status != NULL)
    json_object_set_string_member (object, "status", status);
  if (is_known && user->last_seen > 0) {
    g_autoptr (GDateTime) seen = g_date_time_new_from_unix_utc (user->last_seen);
    g_autofree char *text = g_date_time_format_iso8601 (seen);

    json_object_set_string_member (object, "lastSeen", text);
  }
  json_node_take_object (node, object);
  return node;
}

/* What the other is to who asks, in words of our own that other clients pass over. */
static JsonNode *
add_relation (JsonNode *person, YonderContactState contact)
{
  static const char * const words[] = {
    [YONDER_CONTACT_NONE] = "none", [YONDER_CONTACT_ACCEPTED] = "contact",
    [YONDER_CONTACT_ASKED] = "asked", [YONDER_CONTACT_ASKS_US] = "asks",
  };

  json_object_set_string_member (json_node_get_object (person), "relation", words[contact]);
  return person;
}

static JsonNode *
build_person (Exchange *exchange, const YonderUser *user)
{
  return build_user (user, user->is_known, yonder_presence_book_get_status (exchange->api->presence, user->id));
}

static JsonNode *
answer_signed_in (Exchange *exchange, const YonderStoreAnswer *answer)
{
  JsonNode *node = answer_member ("user", build_user (answer->user, TRUE, NULL));
  JsonObject *object = json_node_get_object (node);

  json_object_set_string_member (object, "token", answer->token);
  json_object_set_string_member (object, "refreshToken", answer->refresh_token);
  json_object_set_int_member (object, "expiresIn", answer->expires_in_s);
  return node;
}

static JsonNode *
answer_user (Exchange *exchange, const YonderStoreAnswer *answer)
{
  return answer_member ("user", build_person (exchange, answer && answer->user ? answer->user : exchange->user));
}

static JsonNode *
answer_done (Exchange *exchange, const YonderStoreAnswer *answer)
{
  JsonNode *done = json_node_new (JSON_NODE_VALUE);

  json_node_set_boolean (done, TRUE);
  return answer_member ("success", done);
}

static JsonNode *
take_array (JsonArray *array)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);

  json_node_take_array (node, array);
  return node;
}

static JsonNode *
answer_found (Exchange *exchange, const YonderStoreAnswer *answer)
{
  JsonArray *users = json_array_new ();

  for (guint i = 0; i < answer->users->len; i++) {
    const YonderUser *user = answer->users->pdata[i];

    if (strcmp (user->id, exchange->user->id) != 0)
      json_array_add_element (users, build_person (exchange, user));
  }
  return answer_member ("users", take_array (users));
}

/* (nullable): the one of that id among those whom the store knows as contacts, asked or asking */
static const YonderUser *
find_user (GPtrArray *users, const char *id)
{
  for (guint i = 0; i < users->len; i++)
    if (strcmp (((const YonderUser *) users->pdata[i])->id, id) == 0)
      return users->pdata[i];
  return NULL;
}

/* The contacts, and besides them everybody who is here: a newcomer sees whom to call. */
static JsonNode *
answer_contacts (Exchange *exchange, const YonderStoreAnswer *answer)
{
  g_autoptr (GPtrArray) here = yonder_presence_book_list_users (exchange->api->presence);
  g_autoptr (GHashTable) listed = g_hash_table_new (g_str_hash, g_str_equal);
  JsonArray *contacts = json_array_new ();
  JsonArray *requests = json_array_new ();
  JsonNode *node;

  g_hash_table_add (listed, exchange->user->id);
  for (guint i = 0; i < answer->users->len; i++) {
    const YonderUser *user = answer->users->pdata[i];

    if (user->contact == YONDER_CONTACT_ACCEPTED) {
      g_hash_table_add (listed, user->id);
      json_array_add_element (contacts, add_relation (build_person (exchange, user), user->contact));
    } else if (user->contact == YONDER_CONTACT_ASKS_US)
      json_array_add_element (requests, add_relation (build_person (exchange, user), user->contact));
  }
  for (guint i = 0; i < here->len; i++) {
    const YonderUser *user = here->pdata[i];
    const YonderUser *asked = find_user (answer->users, user->id);
    const char *status = yonder_presence_book_get_status (exchange->api->presence, user->id);

    if (!g_hash_table_contains (listed, user->id))
      json_array_add_element (contacts, add_relation (build_user (user, FALSE, status), asked != NULL ? asked->contact : YONDER_CONTACT_NONE));
  }

  node = answer_member ("contacts", take_array (contacts));
  json_object_set_array_member (json_node_get_object (node), "requests", requests);
  return node;
}

static JsonNode *
answer_ice_servers (Exchange *exchange, const YonderStoreAnswer *answer)
{
  return yonder_turn_config_build_ice_servers (exchange->api->turn, exchange->user->id, g_get_real_time () / G_USEC_PER_SEC);
}

/* A question of YONDER_STORE_N_QUESTIONS: none but who is asking. */
static const Route routes[] = {
  { "POST", "/api/auth/guest", IS_SIGN_IN | IS_GUEST, YONDER_STORE_SIGN_IN_GUEST, answer_signed_in },
  { "POST", "/api/auth/login", IS_SIGN_IN, YONDER_STORE_SIGN_IN, answer_signed_in },
  { "POST", "/api/auth/register", IS_SIGN_IN, YONDER_STORE_REGISTER, answer_signed_in },
  { "POST", "/api/auth/refresh", IS_SIGN_IN, YONDER_STORE_REFRESH, answer_signed_in },
  { "POST", "/api/auth/logout", NEEDS_TOKEN, YONDER_STORE_SIGN_OUT, answer_done },
  { "GET", "/api/auth/verify", NEEDS_TOKEN, YONDER_STORE_N_QUESTIONS, answer_user },
  { "GET", "/api/users/me", NEEDS_TOKEN, YONDER_STORE_N_QUESTIONS, answer_user },
  { "GET", "/api/users/search", NEEDS_TOKEN, YONDER_STORE_SEARCH, answer_found },
  { "GET", "/api/contacts", NEEDS_TOKEN, YONDER_STORE_CONTACTS, answer_contacts },
  { "POST", "/api/contacts/request", NEEDS_TOKEN, YONDER_STORE_ASK_CONTACT, answer_user },
  { "POST", "/api/contacts/accept", NEEDS_TOKEN, YONDER_STORE_ACCEPT_CONTACT, answer_user },
  { "DELETE", "/api/contacts/", NEEDS_TOKEN | HAS_ID, YONDER_STORE_REMOVE_CONTACT, answer_done },
  { "GET", "/api/webrtc/ice-servers", NEEDS_TOKEN, YONDER_STORE_N_QUESTIONS, answer_ice_servers },
};

/* (nullable): the route of a request; if there is none, the answer is set. */
static const Route *
find_route (SoupServerMessage *message, const char *path)
{
  gboolean is_known = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (routes); i++) {
    gboolean is_here = routes[i].flags & HAS_ID ? g_str_has_prefix (path, routes[i].path) && path[strlen (routes[i].path)]
                                                : strcmp (path, routes[i].path) == 0;

    if (is_here && strcmp (soup_server_message_get_method (message), routes[i].method) == 0)
      return &routes[i];
    is_known = is_known || is_here;
  }
  if (is_known)
    reply_error (message, SOUP_STATUS_METHOD_NOT_ALLOWED, "This cannot be done here.");
  else
    reply_error (message, SOUP_STATUS_NOT_FOUND, "There is nothing here.");
  return NULL;
}

/* Reads what a route may need; what is not there or of another type stays NULL, and the store says what it misses. */
static gboolean
fill_query (Exchange *exchange, GHashTable *parameters, const char *path)
{
  static const struct { const char *name; gsize offset; } fields[] = {
    { "email", G_STRUCT_OFFSET (YonderStoreQuery, email) },       { "fullName", G_STRUCT_OFFSET (YonderStoreQuery, name) },
    { "password", G_STRUCT_OFFSET (YonderStoreQuery, password) }, { "userId", G_STRUCT_OFFSET (YonderStoreQuery, other) },
    { "refreshToken", G_STRUCT_OFFSET (YonderStoreQuery, token) },
  };
  g_autoptr (GBytes) body = yonder_http_get_body (exchange->message);
  g_autoptr (JsonNode) node = NULL;
  const char *text = parameters ? g_hash_table_lookup (parameters, "q") : NULL;
  gsize length;
  const char *bytes;

  if (body == NULL)
    return FALSE;
  bytes = g_bytes_get_data (body, &length);
  if (length > 0 && !(node = yonder_json_parse (bytes, length, MAX_BODY, NULL))) {
    reply_error (exchange->message, SOUP_STATUS_BAD_REQUEST, "The request is no JSON.");
    return FALSE;
  }
  for (guint i = 0; node && i < G_N_ELEMENTS (fields); i++) {
    char **field = &G_STRUCT_MEMBER (char *, exchange->query, fields[i].offset);

    g_set_str (field, yonder_json_get_string (node, fields[i].name, MAX_FIELD, NULL));
  }
  exchange->query->text = g_strndup (text ? text : "", MAX_FIELD);
  if (exchange->route->flags & HAS_ID)
    g_set_str (&exchange->query->other, path + strlen (exchange->route->path));
  return TRUE;
}

static const char *
get_bearer (SoupServerMessage *message)
{
  const char *header = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization");

  return header && g_ascii_strncasecmp (header, "Bearer ", 7) == 0 ? header + 7 : NULL;
}

/* Takes what it is given an exchange for: the answer is set, and the paused message goes on. */
static void
finish (Exchange *exchange, const YonderStoreAnswer *answer, const GError *error)
{
  YonderRestApi *self = exchange->api;

  if (error == NULL)
    yonder_http_reply_json (exchange->message, SOUP_STATUS_OK, exchange->route->answer (exchange, answer));
  else {
    if (exchange->route->flags & IS_SIGN_IN && g_error_matches (error, YONDER_STORE_ERROR, YONDER_STORE_ERROR_UNAUTHORIZED))
      yonder_rate_limit_take (self->failures, exchange->client, yonder_clock_now_us (self->clock));
    reply_error (exchange->message, status_of (error), error->message);
  }
  soup_server_message_unpause (exchange->message);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Exchange) exchange = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderStoreAnswer) answer = yonder_user_store_ask_finish (YONDER_USER_STORE (source), result, &error);

  finish (exchange, answer, error);
}

static void
ask (Exchange *exchange, YonderStoreQuery *query, GAsyncReadyCallback callback)
{
  yonder_user_store_ask_async (exchange->api->store, query, NULL, callback, exchange);
}

/* Who is asking is known now. */
static void
on_token_verified (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Exchange) exchange = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderStoreAnswer) answer = yonder_user_store_ask_finish (YONDER_USER_STORE (source), result, &error);
  YonderStoreQuery *query;

  if (answer == NULL) {
    finish (exchange, NULL, error);
    return;
  }
  exchange->user = g_steal_pointer (&answer->user);
  if (exchange->route->question == YONDER_STORE_N_QUESTIONS) {
    finish (exchange, NULL, NULL);
    return;
  }
  query = g_steal_pointer (&exchange->query);
  g_set_str (&query->user_id, exchange->user->id);
  g_set_str (&query->token, get_bearer (exchange->message));
  ask (g_steal_pointer (&exchange), query, on_answered);
}

static gboolean
check_limits (YonderRestApi *self, SoupServerMessage *message, const Route *route, const char *client)
{
  gint64 now_us = yonder_clock_now_us (self->clock);

  if (route->flags & IS_GUEST && !self->allow_guests) {
    reply_error (message, SOUP_STATUS_FORBIDDEN, "This server has no guests: sign in with an account.");
    return FALSE;
  }
  if (yonder_rate_limit_take (self->requests, client, now_us) &&
      (!(route->flags & IS_SIGN_IN) || (yonder_rate_limit_take (self->sign_ins, client, now_us) &&
                                        yonder_rate_limit_peek (self->failures, client, now_us))))
    return TRUE;
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After", "5");
  reply_error (message, TOO_MANY_REQUESTS, "Too many attempts: wait a minute and try again.");
  return FALSE;
}

static void
on_headers (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *parameters, gpointer data)
{
  YonderRestApi *self = data;

  yonder_http_bound_body (message, MAX_BODY);
  if (yonder_origin_policy_admit (&self->origins, message) &&
      strcmp (soup_server_message_get_method (message), SOUP_METHOD_OPTIONS) == 0)
    yonder_http_reply (message, SOUP_STATUS_NO_CONTENT, "text/plain", "");
}

static void
on_request (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *parameters, gpointer data)
{
  YonderRestApi *self = data;
  const Route *route = find_route (message, path);
  g_autofree char *client = yonder_http_dup_client (soup_server_message_get_remote_host (message));
  g_autoptr (Exchange) exchange = NULL;
  YonderStoreQuery *query;

  if (route == NULL || !check_limits (self, message, route, client))
    return;
  exchange = g_new0 (Exchange, 1);
  exchange->api = g_object_ref (self);
  exchange->message = g_object_ref (message);
  exchange->route = route;
  exchange->client = g_steal_pointer (&client);
  exchange->query = yonder_store_query_new (route->question);
  if (!fill_query (exchange, parameters, path))
    return;

  soup_server_message_pause (message);
  if (route->flags & NEEDS_TOKEN) {
    query = yonder_store_query_new (YONDER_STORE_VERIFY);
    query->token = g_strndup (get_bearer (message), MAX_FIELD);
    ask (g_steal_pointer (&exchange), query, on_token_verified);
  } else {
    query = g_steal_pointer (&exchange->query);
    ask (g_steal_pointer (&exchange), query, on_answered);
  }
}

static void
yonder_rest_api_finalize (GObject *object)
{
  YonderRestApi *self = YONDER_REST_API (object);

  yonder_rate_limit_free (self->requests);
  yonder_rate_limit_free (self->sign_ins);
  yonder_rate_limit_free (self->failures);
  g_clear_object (&self->soup);
  g_object_unref (self->store);
  g_object_unref (self->presence);
  g_object_unref (self->clock);
  G_OBJECT_CLASS (yonder_rest_api_parent_class)->finalize (object);
}

static void
yonder_rest_api_class_init (YonderRestApiClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = yonder_rest_api_finalize;
}

static void
yonder_rest_api_init (YonderRestApi *self)
{
  self->requests = yonder_rate_limit_new (request_rate);
  self->sign_ins = yonder_rate_limit_new (sign_in_rate);
  self->failures = yonder_rate_limit_new (failure_rate);
}

/**
 * yonder_rest_api_new:
 * @soup: the HTTP server to add to
 * @store: the users
 * @presence: who is here
 * @clock: for rate limits
 *
 * Begins to answer below "/api/". Guests are not allowed at first.
 *
 * Returns: (transfer full): the interface
 */
YonderRestApi *
yonder_rest_api_new (SoupServer *soup, YonderUserStore *store, YonderPresenceBook *presence, YonderClock *clock)
{
  YonderRestApi *self = g_object_new (YONDER_TYPE_REST_API, NULL);

  self->soup = g_object_ref (soup);
  self->store = g_object_ref (store);
  self->presence = g_object_ref (presence);
  self->clock = g_object_ref (clock);
  soup_server_add_early_handler (soup, "/api", on_headers, self, NULL);
  soup_server_add_handler (soup, "/api", on_request, self, NULL);
  return self;
}

/**
 * yonder_rest_api_stop:
 * @self: the interface
 *
 * Answers no more, but for what is being looked up.
 */
void
yonder_rest_api_stop (YonderRestApi *self)
{
  if (self->soup != NULL)
    soup_server_remove_handler (self->soup, "/api");
  g_clear_object (&self->soup);
  self->turn = NULL;
}

/**
 * yonder_rest_api_set_origins:
 * @self: the interface
 * @origins: which pages may use it; its string has to stay until yonder_rest_api_stop()
 */
void
yonder_rest_api_set_origins (YonderRestApi *self, const YonderOriginPolicy *origins)
{
  self->origins = *origins;
}

/**
 * yonder_rest_api_set_allow_guests:
 * @self: the interface
 * @allow: whether somebody may sign in by a name alone
 */
void
yonder_rest_api_set_allow_guests (YonderRestApi *self, gboolean allow)
{
  self->allow_guests = allow;
}

/**
 * yonder_rest_api_set_turn:
 * @self: the interface
 * @turn: (nullable): relays to hand out credentials for; has to stay until yonder_rest_api_stop()
 */
void
yonder_rest_api_set_turn (YonderRestApi *self, const YonderTurnConfig *turn)
{
  self->turn = turn;
}
