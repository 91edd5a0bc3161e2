/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sign-in, contacts and ICE servers: YonderAccount against the embedded server, and against answers that no good server gives. */

#include "node-server.h"
#include "test-certificates.h"
#include "yonder-account-private.h"
#include "yonder-ice-server.h"
#include "yonder-json.h"
#include "yonder-server.h"

/* An operation that a test waits for. */
typedef struct {
  YonderAccount *account;
  GAsyncResult  *result;
  GError        *error;
} Operation;

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  ((Operation *) data)->result = g_object_ref (result);
}

static gboolean
is_done (gpointer data)
{
  return ((Operation *) data)->result != NULL;
}

static void
await (Operation *self, const char *what)
{
  test_wait_until (is_done, self, what);
  g_clear_error (&self->error);
}

static gboolean
sign_in (Operation *self, const char *user, const char *password)
{
  gboolean is_in;

  yonder_account_sign_in_async (self->account, user, password, NULL, on_done, self);
  await (self, "the sign-in");
  is_in = yonder_account_sign_in_finish (self->account, self->result, &self->error);
  g_clear_object (&self->result);

  return is_in;
}

static gboolean
sign_in_with_token (Operation *self, const char *token)
{
  gboolean is_in;

  yonder_account_sign_in_with_token_async (self->account, token, NULL, on_done, self);
  await (self, "the sign-in");
  is_in = yonder_account_sign_in_with_token_finish (self->account, self->result, &self->error);
  g_clear_object (&self->result);

  return is_in;
}

static GPtrArray *
load_contacts (Operation *self)
{
  GPtrArray *people;

  yonder_account_load_contacts_async (self->account, NULL, on_done, self);
  await (self, "the contacts");
  people = yonder_account_load_contacts_finish (self->account, self->result, &self->error);
  g_clear_object (&self->result);

  return people;
}

static GPtrArray *
search (Operation *self, const char *query)
{
  GPtrArray *people;

  yonder_account_search_async (self->account, query, NULL, on_done, self);
  await (self, "the search");
  people = yonder_account_search_finish (self->account, self->result, &self->error);
  g_clear_object (&self->result);

  return people;
}

static GListModel *
load_ice_servers (Operation *self, gint64 *ttl_s)
{
  GListModel *servers;

  yonder_account_load_ice_servers_async (self->account, NULL, on_done, self);
  await (self, "the ICE servers");
  servers = yonder_account_load_ice_servers_finish (self->account, self->result, ttl_s, &self->error);
  g_clear_object (&self->result);

  return servers;
}

static void
set_up (Operation *self, const char *uri)
{
  g_autoptr (GError) error = NULL;

  *self = (Operation) { NULL };
  self->account = yonder_account_new (uri, "vigi", &error);
  g_assert_no_error (error);
}

static void
tear_down (Operation *self)
{
  g_clear_error (&self->error);
  g_assert_finalize_object (self->account);
}

static YonderServer *
start_server (void)
{
  static const char * const uris[] = { "turn:turn.example.org:3478?transport=udp", "turns:turn.example.org:5349", NULL };
  g_autoptr (YonderClock) clock = yonder_clock_new ();
  YonderServer *server = yonder_server_new (NULL, clock);
  g_autoptr (GError) error = NULL;

  yonder_server_set_turn (server, uris, "secret", 600);
  yonder_server_start (server, 0, FALSE, &error);
  g_assert_no_error (error);
  yonder_server_add_user (server, "anna@example.org", "Anna Größer", "correct horse", &error);
  g_assert_no_error (error);
  yonder_server_add_user (server, "ben@example.org", "Ben", "battery staple", &error);
  g_assert_no_error (error);

  return server;
}

static void
stop_server (YonderServer *server)
{
  yonder_server_stop (server);
  g_object_unref (server);
}

static void
count_notify (GObject *object, GParamSpec *pspec, gpointer data)
{
  ++*(guint *) data;
}

static void
test_password (void)
{
  YonderServer *server = start_server ();
  Operation self;
  guint notified = 0;

  set_up (&self, yonder_server_get_uri (server));
  g_signal_connect (self.account, "notify::user-id", G_CALLBACK (count_notify), &notified);
  g_assert_null (yonder_account_get_token (self.account));

  g_assert_false (sign_in (&self, "anna@example.org", "wrong horse"));
  g_assert_error (self.error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED);
  g_assert_cmpstr (self.error->message, ==, "The user name or the password is not right. Check both and try again.");
  g_assert_false (sign_in (&self, "nobody@example.org", "correct horse"));
  g_assert_error (self.error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED);
  g_assert_null (yonder_account_get_token (self.account));
  g_assert_cmpuint (notified, ==, 0);

  g_assert_true (sign_in (&self, "anna@example.org", "correct horse"));
  g_assert_no_error (self.error);
  g_assert_cmpstr (yonder_account_get_user_name (self.account), ==, "Anna Größer");
  g_assert_nonnull (yonder_account_get_user_id (self.account));
  g_assert_nonnull (yonder_account_get_token (self.account));
  g_assert_cmpuint (notified, ==, 1);
  tear_down (&self);
  stop_server (server);
}

static void
test_guest (void)
{
  YonderServer *server = start_server ();
  Operation self;

  set_up (&self, yonder_server_get_uri (server));
  yonder_server_set_allow_guests (server, FALSE);
  g_assert_false (sign_in (&self, "Carla", NULL));
  g_assert_cmpint (self.error->domain, ==, YONDER_SIGNALING_ERROR);
  g_test_message ("%s", self.error->message);

  yonder_server_set_allow_guests (server, TRUE);
  g_assert_true (sign_in (&self, "Carla", NULL));
  g_assert_cmpstr (yonder_account_get_user_name (self.account), ==, "Carla");
  tear_down (&self);
  stop_server (server);
}

/* A token is as good as the sign-in that gave it, until it is given back. */
static void
test_token (void)
{
  YonderServer *server = start_server ();
  Operation self;
  Operation later;
  Operation again;
  g_autofree char *token = NULL;
  g_autofree char *id = NULL;

  set_up (&self, yonder_server_get_uri (server));
  g_assert_true (sign_in (&self, "anna@example.org", "correct horse"));
  token = g_strdup (yonder_account_get_token (self.account));
  id = g_strdup (yonder_account_get_user_id (self.account));

  set_up (&later, yonder_server_get_uri (server));
  g_assert_true (sign_in_with_token (&later, token));
  g_assert_cmpstr (yonder_account_get_user_id (later.account), ==, id);
  g_assert_cmpstr (yonder_account_get_user_name (later.account), ==, "Anna Größer");

  yonder_account_sign_out_async (later.account, NULL, on_done, &later);
  g_assert_null (yonder_account_get_token (later.account));
  g_assert_null (yonder_account_get_user_id (later.account));
  await (&later, "the sign-out");
  g_assert_true (yonder_account_sign_out_finish (later.account, later.result, &later.error));
  g_clear_object (&later.result);

  set_up (&again, yonder_server_get_uri (server));
  g_assert_false (sign_in_with_token (&again, token));
  g_assert_error (again.error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED);
  g_assert_null (yonder_account_get_token (again.account));
  tear_down (&again);
  tear_down (&later);
  tear_down (&self);
  stop_server (server);
}

static void
test_people (void)
{
  YonderServer *server = start_server ();
  Operation self;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GPtrArray) contacts = NULL;
  YonderPerson *ben;

  set_up (&self, yonder_server_get_uri (server));
  g_assert_true (sign_in (&self, "anna@example.org", "correct horse"));

  found = search (&self, "Be");
  g_assert_no_error (self.error);
  g_assert_cmpuint (found->len, ==, 1);
  ben = found->pdata[0];
  g_assert_cmpstr (ben->name, ==, "Ben");
  g_assert_nonnull (ben->id);
  g_assert_cmpint (ben->presence, ==, YONDER_PRESENCE_OFFLINE);
  none = search (&self, "&q=b?#/ ☎");
  g_assert_no_error (self.error);
  g_assert_cmpuint (none->len, ==, 0);
  contacts = load_contacts (&self);
  g_assert_no_error (self.error);
  g_assert_cmpuint (contacts->len, ==, 0);
  tear_down (&self);
  stop_server (server);
}

static void
test_ice_servers (void)
{
  YonderServer *server = start_server ();
  Operation self;
  g_autoptr (GListModel) servers = NULL;
  g_autoptr (YonderIceServer) turn = NULL;
  gint64 ttl_s = 0;

  set_up (&self, yonder_server_get_uri (server));
  g_assert_true (sign_in (&self, "anna@example.org", "correct horse"));
  servers = load_ice_servers (&self, &ttl_s);
  g_assert_no_error (self.error);
  g_assert_cmpint (ttl_s, ==, 600);
  g_assert_cmpuint (g_list_model_get_n_items (servers), >=, 1);
  turn = g_list_model_get_item (servers, g_list_model_get_n_items (servers) - 1);
  g_assert_nonnull (yonder_ice_server_get_credential (turn));
  tear_down (&self);
  stop_server (server);
}

static void
test_certificate (void)
{
  g_autoptr (TestAuthority) authority = test_authority_new ();
  g_autofree char *paths = test_authority_issue (authority, "server", "IP:127.0.0.1", 2);
  g_autoptr (JsonNode) files = json_from_string (paths, NULL);
  g_autoptr (YonderClock) clock = yonder_clock_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_files (test_string (files, "cert"),
                                                                              test_string (files, "key"), &error);
  YonderServer *server = yonder_server_new (NULL, clock);
  Operation self;

  g_assert_no_error (error);
  yonder_server_set_tls (server, certificate);
  yonder_server_set_allow_guests (server, TRUE);
  yonder_server_start (server, 0, FALSE, &error);
  g_assert_no_error (error);

  set_up (&self, yonder_server_get_uri (server));
  g_assert_false (sign_in (&self, "Carla", NULL));
  g_assert_error (self.error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_CERTIFICATE);
  g_assert_nonnull (strstr (self.error->message, "does not know who issued it"));
  yonder_account_set_tls_database (self.account, authority->database);
  g_assert_true (sign_in (&self, "Carla", NULL));
  tear_down (&self);
  stop_server (server);
}

static void
test_nobody_there (void)
{
  g_autoptr (GError) error = NULL;
  Operation self;

  set_up (&self, "http://127.0.0.1:1");
  g_assert_false (sign_in (&self, "anna@example.org", "correct horse"));
  g_assert_error (self.error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNREACHABLE);
  g_assert_cmpstr (self.error->message, ==,
                   "Nothing answers at 127.0.0.1:1. Check the address, or ask whether the server is running.");
  tear_down (&self);

  g_assert_null (yonder_account_new ("calls.example.org", "vigi", &error));
  g_assert_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (yonder_account_new ("http://calls.example.org", "no-such-profile", &error));
  g_assert_nonnull (error);
}

static void
test_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  YonderServer *server = start_server ();
  Operation self;

  set_up (&self, yonder_server_get_uri (server));
  yonder_account_sign_in_async (self.account, "anna@example.org", "correct horse", cancellable, on_done, &self);
  g_cancellable_cancel (cancellable);
  await (&self, "the end of what was cancelled");
  g_assert_false (yonder_account_sign_in_finish (self.account, self.result, &self.error));
  g_assert_error (self.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&self.result);
  tear_down (&self);
  stop_server (server);
}

#define LOGIN "\"POST /api/auth/login\": [{\"body\": {\"token\": \"t1\", \"refreshToken\": \"r1\", \"user\": {\"_id\": 42, \"fullName\": \"Anna\"}}}]"

static NodeServer *
start_rest (const char *answers)
{
  g_autofree char *options = g_strdup_printf ("{\"answers\": {%s}}", answers);

  return node_server_start ("fake-server.js", "rest", options);
}

static void
expect_request (NodeServer *server, const char *name, const char *authorization, const char *body)
{
  g_autoptr (JsonNode) request = node_server_await (server, "request");

  g_assert_cmpstr (test_string (request, "name"), ==, name);
  g_assert_cmpstr (test_string (request, "authorization"), ==, authorization);
  g_assert_cmpstr (test_string (request, "body"), ==, body);
}

static gboolean
change_contact (Operation *self, YonderContactChange change, const char *id)
{
  gboolean is_done;

  g_assert_true (yonder_account_can_change_contact (self->account, change));
  yonder_account_change_contact_async (self->account, change, id, NULL, on_done, self);
  await (self, "the change");
  is_done = yonder_account_change_contact_finish (self->account, self->result, &self->error);
  g_clear_object (&self->result);

  return is_done;
}

/* Who asks to be a contact is told apart from who is one, and from who is merely here; the answers to a request go where they should. */
static void
test_contact_requests (void)
{
  g_autoptr (NodeServer) server = NULL;
  g_autofree char *uri = NULL;
  g_autoptr (GPtrArray) people = NULL;
  const YonderRelation relations[] = { YONDER_RELATION_CONTACT, YONDER_RELATION_NONE, YONDER_RELATION_CONTACT, YONDER_RELATION_ASKS };
  Operation self;

  if (!test_have_node ())
    return;
  server = start_rest (LOGIN ", \"GET /api/contacts\": [{\"body\": {\"contacts\": [{\"_id\": \"b\", \"fullName\": \"Ben\"},"
                       " {\"_id\": \"c\", \"relation\": \"none\"}, {\"_id\": \"d\", \"relation\": \"brother\"}],"
                       " \"requests\": [{\"_id\": \"e\", \"fullName\": \"Eve\"}, 7]}}],"
                       "\"POST /api/contacts/request\": [{\"body\": {}}], \"POST /api/contacts/accept\": [{\"body\": {}}],"
                       "\"DELETE /api/contacts/a%2Fb\": [{\"body\": {}}, {\"status\": 404, \"body\": {\"error\": \"There is no such user.\"}}]");
  uri = node_server_dup_uri (server, "http");
  set_up (&self, uri);
  g_assert_true (sign_in (&self, "anna", "x"));
  expect_request (server, "POST /api/auth/login", "", "{\"email\":\"anna\",\"password\":\"x\"}");

  people = load_contacts (&self);
  g_assert_no_error (self.error);
  g_assert_cmpuint (people->len, ==, G_N_ELEMENTS (relations));
  for (guint i = 0; i < people->len; i++)
    g_assert_cmpint (((YonderPerson *) people->pdata[i])->relation, ==, relations[i]);
  expect_request (server, "GET /api/contacts", "Bearer t1", "");

  g_assert_true (change_contact (&self, YONDER_CONTACT_REQUEST, "c"));
  expect_request (server, "POST /api/contacts/request", "Bearer t1", "{\"userId\":\"c\"}");
  g_assert_true (change_contact (&self, YONDER_CONTACT_ACCEPT, "e"));
  expect_request (server, "POST /api/contacts/accept", "Bearer t1", "{\"userId\":\"e\"}");
  g_assert_true (change_contact (&self, YONDER_CONTACT_REMOVE, "a/b"));
  expect_request (server, "DELETE /api/contacts/a%2Fb", "Bearer t1", "");
  g_assert_false (change_contact (&self, YONDER_CONTACT_REMOVE, "a/b"));
  g_assert_error (self.error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED);
  tear_down (&self);
}

static GBytes *
load_picture (Operation *self, const char *address)
{
  GBytes *picture;

  yonder_account_load_picture_async (self->account, address, NULL, on_done, self);
  await (self, "the picture");
  picture = yonder_account_load_picture_finish (self->account, self->result, &self->error);
  g_clear_object (&self->result);

  return picture;
}

/* The token goes to the server that gave it, and nobody else is asked. */
static void
test_picture (void)
{
  static const char * const others[] = { "http://127.0.0.1:1/a.png", "//localhost/a.png", "https://127.0.0.1/a.png", "data:image/png;base64,aaaa",
                                         "file:///etc/passwd", "http://", "" /* the user of it */ };
  g_autoptr (NodeServer) server = NULL;
  g_autofree char *uri = NULL, *whole = NULL, *with_user = NULL;
  g_autoptr (GBytes) picture = NULL, same = NULL;
  Operation self;

  if (!test_have_node ())
    return;
  server = start_rest (LOGIN ", \"GET /a.png\": [{\"text\": \"a\"}], \"GET /large.png\": [{\"bytes\": 1048577}],"
                       "\"GET /moved.png\": [{\"status\": 302, \"text\": \"\", \"headers\": {\"Location\": \"/a.png\"}}]");
  uri = node_server_dup_uri (server, "http");
  set_up (&self, uri);
  g_assert_true (sign_in (&self, "anna", "x"));
  expect_request (server, "POST /api/auth/login", "", "{\"email\":\"anna\",\"password\":\"x\"}");

  picture = load_picture (&self, "/a.png");
  g_assert_no_error (self.error);
  g_assert_cmpmem (g_bytes_get_data (picture, NULL), g_bytes_get_size (picture), "a", 1);
  expect_request (server, "GET /a.png", "Bearer t1", "");
  whole = g_strconcat (uri, "/a.png", NULL);
  same = load_picture (&self, whole);
  g_assert_no_error (self.error);
  expect_request (server, "GET /a.png", "Bearer t1", "");

  with_user = g_strdup_printf ("http://somebody@%s/a.png", uri + strlen ("http://"));
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++) {
    g_assert_null (load_picture (&self, *others[i] != '\0' ? others[i] : with_user));
    g_assert_error (self.error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_INVALID);
  }
  g_assert_null (load_picture (&self, "/large.png"));
  g_assert_error (self.error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_PROTOCOL);
  g_assert_null (load_picture (&self, "/moved.png"));
  g_assert_error (self.error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_NOT_SOCKET_IO);
  tear_down (&self);
}

/* A token that is not valid any more is replaced, once, and the request repeated. */
static void
test_refresh (void)
{
  g_autoptr (NodeServer) server = NULL;
  g_autofree char *uri = NULL;
  g_autoptr (GPtrArray) people = NULL;
  Operation self;

  if (!test_have_node ())
    return;
  server = start_rest (LOGIN ", \"POST /api/auth/refresh\": [{\"body\": {\"token\": \"t2\", \"refreshToken\": \"r2\"}}, {\"status\": 401, \"body\": {\"error\": \"no\"}}],"
                       "\"GET /api/contacts\": [{\"status\": 401, \"body\": {}}, {\"body\": [{\"user\": {\"_id\": \"b\", \"fullName\": \"Ben\", \"status\": \"away\"}}, 7, {}]}, {\"status\": 401, \"body\": {}}]");
  uri = node_server_dup_uri (server, "http");
  set_up (&self, uri);
  g_assert_true (sign_in (&self, "anna", "x"));
  g_assert_cmpstr (yonder_account_get_user_id (self.account), ==, "42");
  expect_request (server, "POST /api/auth/login", "", "{\"email\":\"anna\",\"password\":\"x\"}");

  people = load_contacts (&self);
  g_assert_no_error (self.error);
  g_assert_cmpuint (people->len, ==, 1);
  g_assert_cmpint (((YonderPerson *) people->pdata[0])->presence, ==, YONDER_PRESENCE_AWAY);
  expect_request (server, "GET /api/contacts", "Bearer t1", "");
  expect_request (server, "POST /api/auth/refresh", "Bearer t1", "{\"refreshToken\":\"r1\"}");
  expect_request (server, "GET /api/contacts", "Bearer t2", "");
  g_assert_cmpstr (yonder_account_get_token (self.account), ==, "t2");

  g_assert_null (load_contacts (&self));
  g_assert_error (self.error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED);
  g_assert_cmpstr (self.error->message, ==, "The sign-in is not valid any more. Sign in again.");
  tear_down (&self);
}

/* Several requests find the token expired at the same moment: it is replaced once, and all of them are repeated. */
static void
test_refresh_together (void)
{
  g_autoptr (NodeServer) server = NULL;
  g_autofree char *uri = NULL;
  g_autoptr (GPtrArray) people = NULL;
  g_autoptr (GListModel) servers = NULL;
  g_autoptr (GError) error = NULL;
  Operation self, other = { NULL };

  if (!test_have_node ())
    return;
  server = start_rest (LOGIN ", \"POST /api/auth/refresh\": [{\"body\": {\"token\": \"t2\", \"refreshToken\": \"r2\"}},"
                       " {\"status\": 401, \"body\": {}}],"
                       "\"GET /api/contacts\": [{\"status\": 401, \"body\": {}}, {\"body\": []}],"
                       "\"GET /api/webrtc/ice-servers\": [{\"status\": 401, \"body\": {}},"
                       " {\"body\": {\"iceServers\": [{\"urls\": \"stun:192.0.2.1\"}]}}]");
  uri = node_server_dup_uri (server, "http");
  set_up (&self, uri);
  g_assert_true (sign_in (&self, "anna", "x"));

  yonder_account_load_contacts_async (self.account, NULL, on_done, &self);
  yonder_account_load_ice_servers_async (self.account, NULL, on_done, &other);
  await (&self, "the contacts");
  await (&other, "the ICE servers");
  people = yonder_account_load_contacts_finish (self.account, self.result, &error);
  g_assert_no_error (error);
  servers = yonder_account_load_ice_servers_finish (self.account, other.result, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (yonder_account_get_token (self.account), ==, "t2");
  g_clear_object (&self.result);
  g_clear_object (&other.result);
  tear_down (&self);
}

/* What was on its way when somebody signed out does not sign in again. */
static void
test_late_answers (void)
{
  g_autoptr (NodeServer) server = NULL;
  g_autofree char *uri = NULL;
  g_autoptr (GError) error = NULL;
  Operation self, late = { NULL };

  if (!test_have_node ())
    return;
  server = start_rest (LOGIN ", \"POST /api/auth/refresh\": [{\"body\": {\"token\": \"t2\"}}], \"POST /api/auth/logout\": [{\"body\": {}}]");
  uri = node_server_dup_uri (server, "http");
  set_up (&self, uri);
  for (int is_refresh = 0; is_refresh < 2; is_refresh++) {
    if (is_refresh) {
      g_assert_true (sign_in (&self, "anna", "x"));
      yonder_account_refresh_async (self.account, NULL, on_done, &late);
    } else {
      yonder_account_sign_in_async (self.account, "anna", "x", NULL, on_done, &late);
    }
    yonder_account_sign_out_async (self.account, NULL, on_done, &self);
    await (&self, "the end of the sign-in");
    await (&late, "the late answer");
    g_assert_null (yonder_account_get_token (self.account));
    g_assert_null (yonder_account_get_user_id (self.account));
    g_assert_false (is_refresh ? yonder_account_refresh_finish (self.account, late.result, &error)
                               : yonder_account_sign_in_finish (self.account, late.result, &error));
    g_assert_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_LOST);
    g_clear_error (&error);
    g_clear_object (&self.result);
    g_clear_object (&late.result);
  }
  tear_down (&self);
}

/* What is not the answer of a call server of this kind is said to be that, whatever it is. */
static void
test_other_servers (void)
{
  static const struct { const char *answer; YonderSignalingError code; const char *words; } cases[] = {
    { "{\"status\": 404, \"text\": \"<html>\"}", YONDER_SIGNALING_ERROR_NOT_SOCKET_IO, "no call server of the chosen kind" },
    { "{\"text\": \"<html>\"}", YONDER_SIGNALING_ERROR_NOT_SOCKET_IO, "no call server of the chosen kind" },
    { "{\"text\": \"\"}", YONDER_SIGNALING_ERROR_NOT_SOCKET_IO, "not as a call server" },
    { "{\"body\": {\"token\": 5, \"user\": {}}}", YONDER_SIGNALING_ERROR_NOT_SOCKET_IO, "not as a call server" },
    { "{\"body\": [[[[]]]]}", YONDER_SIGNALING_ERROR_NOT_SOCKET_IO, "not as a call server" },
    { "{\"body\": {\"token\": \"t\", \"user\": {\"_id\": {}}}}", YONDER_SIGNALING_ERROR_NOT_SOCKET_IO, "no call server" },
    { "{\"bytes\": 5000000}", YONDER_SIGNALING_ERROR_PROTOCOL, "more than" },
    { "{\"status\": 500, \"text\": \"\"}", YONDER_SIGNALING_ERROR_UNREACHABLE, "500" },
    { "{\"status\": 429, \"text\": \"\"}", YONDER_SIGNALING_ERROR_REJECTED, "pause" },
    { "{\"status\": 400, \"body\": {\"message\": \"no such e-mail address\"}}", YONDER_SIGNALING_ERROR_REJECTED,
      "no such e-mail address" },
    { "{\"status\": 302, \"text\": \"\", \"headers\": {\"Location\": \"http://127.0.0.1:1/\"}}",
      YONDER_SIGNALING_ERROR_NOT_SOCKET_IO, "302" },
  };

  if (!test_have_node ())
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *answers = g_strdup_printf ("\"POST /api/auth/login\": [%s]", cases[i].answer);
    g_autoptr (NodeServer) server = start_rest (answers);
    g_autofree char *uri = node_server_dup_uri (server, "http");
    Operation self;

    set_up (&self, uri);
    g_assert_false (sign_in (&self, "anna", "x"));
    g_test_message ("%s", self.error->message);
    g_assert_error (self.error, YONDER_SIGNALING_ERROR, (int) cases[i].code);
    g_assert_nonnull (strstr (self.error->message, cases[i].words));
    g_assert_null (yonder_account_get_token (self.account));
    tear_down (&self);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/account/password", test_password);
  g_test_add_func ("/account/guest", test_guest);
  g_test_add_func ("/account/token", test_token);
  g_test_add_func ("/account/people", test_people);
  g_test_add_func ("/account/ice-servers", test_ice_servers);
  g_test_add_func ("/account/certificate", test_certificate);
  g_test_add_func ("/account/nobody-there", test_nobody_there);
  g_test_add_func ("/account/cancel", test_cancel);
  g_test_add_func ("/account/contact-requests", test_contact_requests);
  g_test_add_func ("/account/picture", test_picture);
  g_test_add_func ("/account/refresh", test_refresh);
  g_test_add_func ("/account/refresh-together", test_refresh_together);
  g_test_add_func ("/account/late-answers", test_late_answers);
  g_test_add_func ("/account/other-servers", test_other_servers);

  return g_test_run ();
}
