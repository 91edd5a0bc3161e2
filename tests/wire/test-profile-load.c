/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Profiles as files: the shipped ones are whole, a user's own may name things differently, and a wrong one is refused with the
 * place. */

#include "yonder-profile.h"

#include "yonder-json.h"

#include <glib/gstdio.h>
#include <string.h>

#define HEAD "\"name\":\"own\",\"flow\":\"offer-first\",\"socket\":{\"namespace\":\"/calls\",\"path\":\"/io/\",\"auth\":" \
  "{\"headers\":{\"Authorization\":\"Bearer {token}\"},\"version\":2}},\"kinds\":{\"voice\":[false,\"audio\"],\"video\":true}"
#define EVENTS "\"client\":{\"invite\":{\"event\":\"callUser\",\"fields\":{\"to\":\"userToCall\",\"kind\":\"video\",\"sdp\":\"signalData\"}}," \
  "\"accept\":{\"event\":\"answerCall\",\"fields\":{\"to\":\"to\",\"sdp\":\"signal\"}}," \
  "\"hang-up\":{\"event\":\"signal\",\"constants\":{\"type\":\"bye\"},\"fields\":{\"to\":\"target\"}}}," \
  "\"relayed\":{\"candidate\":{\"event\":\"ice-candidate\",\"positional\":true,\"fields\":{\"to\":{\"path\":\"[0]\",\"by\":\"client\"}," \
  "\"from\":{\"path\":\"[0]\",\"by\":\"server\"},\"candidate\":{\"path\":\"[1]\",\"shape\":\"string\"},\"mid\":\"[2].id?\",\"mline-index\":\"[2].label?\"}}}," \
  "\"server\":{\"incoming\":{\"event\":[\"callUser\",\"call-user\"],\"fields\":{\"from\":\"from\",\"name\":\"name?\",\"sdp\":[\"signal\",\"signalData\"]," \
  "\"kind\":\"video?\"}},\"accepted\":{\"event\":\"callAccepted\",\"fields\":{\"from\":\"from\",\"sdp\":\"$\"}}," \
  "\"ended\":[{\"event\":\"signal\",\"constants\":{\"type\":\"bye\"},\"fields\":{\"from\":\"from\"}}," \
  "{\"event\":\"signal\",\"constants\":{\"type\":\"busy\"},\"means\":{\"reason\":\"busy\"},\"fields\":{\"from\":\"from\"}}]}"

/* Where the whole payload is a description there is no room for a peer. */
#define OWN "{" HEAD "," EVENTS "}"

static YonderProfile *
own_profile (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;
  g_auto (GStrv) parts = g_strsplit (OWN, "\"from\":\"from\",\"sdp\":\"$\"", 2);
  YonderProfile *profile;

  json = g_strjoinv ("\"sdp\":\"$\"", parts);
  profile = yonder_profile_parse (json, -1, &error);
  g_assert_no_error (error);
  return profile;
}

static void
test_shipped (void)
{
  g_auto (GStrv) names = yonder_profile_list_shipped ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (g_strv_length (names), ==, 2);
  g_assert_cmpstr (names[0], ==, "dotted");
  g_assert_cmpstr (names[1], ==, "vigi");
  for (guint i = 0; names[i] != NULL; i++) {
    g_autoptr (YonderProfile) profile = yonder_profile_new_shipped (names[i], &error);

    g_assert_no_error (error);
    g_assert_cmpstr (yonder_profile_get_name (profile), ==, names[i]);
    g_assert_cmpstr (yonder_profile_get_namespace (profile), ==, "/");
    g_assert_cmpstr (yonder_profile_get_socket_path (profile), ==, "/socket.io/");
    g_assert_nonnull (yonder_profile_get_rest_path (profile, "login"));
  }

  g_assert_null (yonder_profile_new_shipped ("../vigi", &error));
  g_assert_error (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_UNKNOWN);
}

/* The design's list of paths. */
static void
test_rest (void)
{
  static const struct { const char *operation, *method, *path; } cases[] = {
    { "login", "POST", "/api/auth/login" },
    { "guest", "POST", "/api/auth/guest" },
    { "register", "POST", "/api/auth/register" },
    { "refresh", "POST", "/api/auth/refresh" },
    { "logout", "POST", "/api/auth/logout" },
    { "verify", "GET", "/api/auth/verify" },
    { "me", "GET", "/api/users/me" },
    { "search", "GET", "/api/users/search?q=" },
    { "contacts", "GET", "/api/contacts" },
    { "contact-request", "POST", "/api/contacts/request" },
    { "contact-accept", "POST", "/api/contacts/accept" },
    { "contact-remove", "DELETE", "/api/contacts/" },
    { "ice-servers", "GET", "/api/webrtc/ice-servers" },
  };
  g_autoptr (YonderProfile) profile = yonder_profile_new_shipped ("vigi", NULL);
  g_autoptr (JsonNode) login = NULL, guest = NULL, answer = NULL, wrapped = NULL, row = NULL;
  g_autofree char *login_json = NULL, *guest_json = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_assert_cmpstr (yonder_profile_get_rest_method (profile, cases[i].operation), ==, cases[i].method);
    g_assert_cmpstr (yonder_profile_get_rest_path (profile, cases[i].operation), ==, cases[i].path);
  }
  g_assert_null (yonder_profile_get_rest_path (profile, "teleport"));

  login = yonder_profile_build_request (profile, "login", "user", "ada@example.org", "password", "p", "name", "left out", NULL);
  login_json = yonder_json_print (login);
  g_assert_cmpstr (login_json, ==, "{\"email\":\"ada@example.org\",\"password\":\"p\"}");
  guest = yonder_profile_build_request (profile, "guest", "name", "Ada", "password", NULL, NULL);
  guest_json = yonder_json_print (guest);
  g_assert_cmpstr (guest_json, ==, "{\"fullName\":\"Ada\"}");

  answer = yonder_json_parse ("{\"token\":\"t\",\"user\":{\"_id\":\"u\",\"fullName\":\"Ada\"}}", -1, 1000, NULL);
  wrapped = yonder_json_parse ("{\"data\":{\"accessToken\":\"t\",\"user\":{\"id\":\"u\"}}}", -1, 1000, NULL);
  row = yonder_json_parse ("{\"_id\":\"row\",\"contact\":{\"_id\":\"u\",\"fullName\":\"Ada\"}}", -1, 1000, NULL);
  g_assert_cmpstr (json_node_get_string (yonder_profile_find_answer (profile, "login", "token", answer)), ==, "t");
  g_assert_cmpstr (json_node_get_string (yonder_profile_find_answer (profile, "login", "token", wrapped)), ==, "t");
  g_assert_null (yonder_profile_find_answer (profile, "login", "refresh-token", answer));
  g_assert_cmpstr (json_node_get_string (yonder_profile_find_answer (profile, "person", "id",
                                         yonder_profile_find_answer (profile, "login", "user", answer))), ==, "u");
  g_assert_cmpstr (json_node_get_string (yonder_profile_find_answer (profile, "person", "id", row)), ==, "u");
}

static void
test_auth (void)
{
  g_autoptr (YonderProfile) vigi = yonder_profile_new_shipped ("vigi", NULL), own = own_profile ();
  g_autoptr (JsonNode) plain = yonder_profile_build_auth (vigi, "a\"b{token}", TRUE), nested = yonder_profile_build_auth (own, "abc", FALSE);
  g_autofree char *plain_json = yonder_json_print (plain), *nested_json = yonder_json_print (nested);

  g_assert_cmpstr (plain_json, ==, "{\"token\":\"a\\\"b{token}\",\"callWaiting\":true}");
  g_assert_cmpstr (nested_json, ==, "{\"headers\":{\"Authorization\":\"Bearer abc\"},\"version\":2}");
  g_assert_null (yonder_profile_build_auth (vigi, NULL, FALSE));
}

static YonderEvent *
receive (YonderProfile *profile, const char *name, const char *arguments)
{
  g_autoptr (JsonNode) node = yonder_json_parse (arguments, -1, G_MAXSIZE, NULL);
  g_autoptr (GError) error = NULL;
  YonderEvent *event = yonder_profile_decode (profile, name, json_node_get_array (node), &error);

  g_assert_no_error (error);
  return event;
}

static void
assert_sent (YonderProfile *profile, YonderEvent *event, const char *name, const char *arguments)
{
  g_autofree char *sent_name = NULL, *json = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;

  yonder_profile_encode (profile, event, &sent_name, &node, &error);
  g_assert_no_error (error);
  json = yonder_json_print (node);
  g_assert_cmpstr (sent_name, ==, name);
  g_assert_cmpstr (json, ==, arguments);
}

/* A dialect of public code, with all that the format can say: constants, positional arguments, flat candidates, a payload that is
 * a value. */
static void
test_own (void)
{
  g_autoptr (YonderProfile) profile = own_profile ();
  g_autoptr (YonderEvent) invite = yonder_event_new (YONDER_EVENT_INVITE);
  g_autoptr (YonderEvent) bye = yonder_event_new (YONDER_EVENT_HANG_UP);
  g_autoptr (YonderEvent) candidate = yonder_event_new (YONDER_EVENT_CANDIDATE);
  g_autoptr (YonderEvent) incoming = receive (profile, "call-user",
                                              "[{\"from\":\"s1\",\"signal\":{\"type\":\"offer\",\"sdp\":\"v=0\\r\\n\"},\"video\":true}]");
  g_autoptr (YonderEvent) accepted = receive (profile, "callAccepted", "[{\"type\":\"answer\",\"sdp\":\"v=0\\r\\n\"}]");
  g_autoptr (YonderEvent) ended = receive (profile, "signal", "[{\"type\":\"bye\",\"from\":\"s1\"}]");
  g_autoptr (YonderEvent) busy = receive (profile, "signal", "[{\"type\":\"busy\",\"from\":\"s1\"}]");
  g_autoptr (YonderEvent) flat = receive (profile, "ice-candidate", "[\"s1\",\"candidate:x\",{\"id\":\"0\",\"label\":1}]");
  g_autoptr (YonderEvent) flat_end = receive (profile, "ice-candidate", "[\"s1\"]");
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) other = yonder_json_parse ("[{\"type\":\"wave\",\"from\":\"s1\"}]", -1, 100, NULL);
  YonderEventCandidate *part;

  g_assert_cmpstr (yonder_profile_get_namespace (profile), ==, "/calls");
  g_assert_cmpstr (yonder_profile_get_socket_path (profile), ==, "/io/");
  g_assert_cmpint (yonder_profile_get_flow (profile), ==, YONDER_FLOW_OFFER_FIRST);

  invite->peer_id = g_strdup ("s2");
  invite->sdp = g_strdup ("v=0\r\n");
  invite->kind = g_strdup ("voice");
  assert_sent (profile, invite, "callUser",
               "[{\"userToCall\":\"s2\",\"video\":false,\"signalData\":{\"type\":\"offer\",\"sdp\":\"v=0\\r\\n\"}}]");
  bye->peer_id = g_strdup ("s2");
  assert_sent (profile, bye, "signal", "[{\"type\":\"bye\",\"target\":\"s2\"}]");
  candidate->peer_id = g_strdup ("s2");
  yonder_event_add_candidate (candidate, "candidate:x", "0", 1, NULL);
  assert_sent (profile, candidate, "ice-candidate", "[\"s2\",\"candidate:x\",{\"id\":\"0\",\"label\":1}]");

  g_assert_cmpstr (incoming->kind, ==, "video");
  g_assert_cmpstr (incoming->call_id, ==, "s1");
  g_assert_cmpstr (accepted->sdp, ==, "v=0\r\n");
  g_assert_null (ended->reason);
  g_assert_cmpstr (busy->reason, ==, "busy");
  part = flat->candidates->pdata[0];
  g_assert_cmpstr (part->candidate, ==, "candidate:x");
  g_assert_cmpstr (part->sdp_mid, ==, "0");
  g_assert_cmpint (part->sdp_mline_index, ==, 1);
  g_assert_cmpstr (flat->peer_id, ==, "s1");
  part = flat_end->candidates->pdata[0];
  g_assert_cmpstr (part->candidate, ==, "");

  g_assert_null (yonder_profile_decode (profile, "signal", json_node_get_array (other), &error));
  g_assert_error (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_PAYLOAD);
}

/* A shipped profile with one place replaced; the error names the place. */
static void
test_wrong (void)
{
  static const struct { const char *path, *value, *place; } cases[] = {
    { "name", "7", "name" },
    { "name", "\"\"", "name" },
    { "flow", "\"sideways\"", "flow" },
    { "socket", "[]", "socket" },
    { "socket.path", "\"socket.io\"", "socket: path" },
    { "socket.namespace", "\"a,b\"", "socket: namespace" },
    { "socket.auth", "\"{token}\"", "socket: auth" },
    { "socket.auth.list", "[]", "socket: auth" },
    { "socket.port", "1", "port" },
    { "colour", "1", "colour" },
    { "kinds.hologram", "\"h\"", "hologram" },
    { "kinds.voice", "[]", "kinds" },
    { "kinds.voice", "[{}]", "kinds" },
    { "reasons.bored", "\"b\"", "bored" },
    { "statuses.online", "null", "online" },
    { "client", "[]", "client" },
    { "client.offer", "{}", "offer" },
    { "client.invite.event", "7", "client: invite: event" },
    { "client.invite.event", "[]", "client: invite: event" },
    { "client.invite.event", "\"\"", "client: invite: event" },
    { "client.invite.event", "\"disconnect\"", "disconnect" },
    { "client.invite.fields.too", "\"x\"", "too" },
    { "client.invite.fields.to", "\"a..b\"", "client: invite: fields: to" },
    { "client.invite.fields.to", "[]", "client: invite: fields: to" },
    { "client.invite.fields.to", "[\"a\",\"b[\"]", "client: invite: fields: to" },
    { "client.invite.fields.to", "\"$\"", "client: invite: fields" },
    { "client.invite.fields.to", "\"type.x\"", "client: invite: fields: kind" },
    { "client.invite.fields.to", "{\"by\":\"client\"}", "path" },
    { "client.invite.fields.to", "{\"path\":\"x\",\"by\":\"nobody\"}", "by" },
    { "client.invite.fields.to", "{\"path\":\"x\",\"by\":\"server\"}", "by" },
    { "client.invite.fields.to", "{\"path\":\"x\",\"items\":\"y\"}", "items" },
    { "client.invite.fields.to", "{\"path\":\"x\",\"colour\":1}", "colour" },
    { "relayed.offer.fields.sdp.shape", "\"round\"", "shape" },
    { "relayed.offer.positional", "1", "positional" },
    { "relayed.offer.constants", "{\"x\":[]}", "constants" },
    { "relayed.offer.constants", "{\"callId\":1,\"callId.x\":1}", "constants" },
    { "relayed.offer.means", "{\"reason\":\"bored\"}", "bored" },
    { "server.ended", "[]", "server.ended" },
    { "server.ended", "[7]", "server: ended" },
    { "rest.teleport", "{}", "teleport" },
    { "rest.login.method", "\"BREW\"", "rest: login: method" },
    { "rest.login.path", "\"api\"", "rest: login: path" },
    { "rest.login.request.user", "\"a..b\"", "rest: login: request: user" },
    { "rest.login.answer.token", "7", "rest: login: answer: token" },
    { "person.shoe-size", "\"x\"", "shoe-size" },
  };
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "data", "profiles", "vigi.json", NULL);
  g_autofree char *json = NULL;

  g_assert_true (g_file_get_contents (path, &json, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (JsonNode) root = yonder_json_parse (json, -1, G_MAXSIZE, NULL);
    g_autoptr (GError) error = NULL;
    g_autofree char *changed = NULL;
    g_autofree char *shown = g_strescape (cases[i].value != NULL ? cases[i].value : "", NULL);

    g_test_message ("%s = %s", cases[i].path, shown);
    g_assert_true (yonder_json_set (root, cases[i].path, yonder_json_parse (cases[i].value, -1, 1000, NULL), &error));
    changed = yonder_json_print (root);
    g_assert_null (yonder_profile_parse (changed, -1, &error));
    g_assert_error (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_SYNTAX);
    g_test_message ("%s", error->message);
    g_assert_nonnull (strstr (error->message, cases[i].place));
  }
}

static void
test_incomplete (void)
{
  static const char * const cases[] = { "", "[]", "{}", "{" HEAD "}",
                                        "{\"name\":\"x\",\"flow\":\"invite-first\",\"socket\":{}," EVENTS "}", "null" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (yonder_profile_parse (cases[i], -1, &error));
    g_assert_error (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_SYNTAX);
  }
}

static void
test_file (void)
{
  g_autofree char *directory = g_dir_make_tmp ("yonder-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "own.json", NULL);
  g_autofree char *source = g_test_build_filename (G_TEST_DIST, "..", "data", "profiles", "dotted.json", NULL);
  g_autofree char *json = NULL;
  g_autoptr (YonderProfile) profile = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (yonder_profile_new_from_file (path, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);

  g_assert_true (g_file_get_contents (source, &json, NULL, NULL));
  g_assert_true (g_file_set_contents (path, json, -1, NULL));
  profile = yonder_profile_new_from_file (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (yonder_profile_get_name (profile), ==, "dotted");

  g_assert_true (g_file_set_contents (path, "{", -1, NULL));
  g_assert_null (yonder_profile_new_from_file (path, &error));
  g_assert_error (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_SYNTAX);
  g_assert_nonnull (strstr (error->message, "own.json"));
  g_unlink (path);
  g_rmdir (directory);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/profile-load/shipped", test_shipped);
  g_test_add_func ("/profile-load/rest", test_rest);
  g_test_add_func ("/profile-load/auth", test_auth);
  g_test_add_func ("/profile-load/own", test_own);
  g_test_add_func ("/profile-load/wrong", test_wrong);
  g_test_add_func ("/profile-load/incomplete", test_incomplete);
  g_test_add_func ("/profile-load/file", test_file);

  return g_test_run ();
}
