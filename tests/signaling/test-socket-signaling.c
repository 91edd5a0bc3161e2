/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderSocketSignaling: calls between two users of the embedded server, and what it makes of a server that says anything (npm's
 * socket.io, steered by the test). */

#include <glib/gstdio.h>
#include <unistd.h>

#include "node-server.h"
#include "yonder-account.h"
#include "yonder-json.h"
#include "yonder-manual-clock.h"
#include "yonder-server.h"

#define CANDIDATE "candidate:1 1 udp 2122260223 192.0.2.1 54321 typ host"

/* A user with a record of what the signalling reports, in words. */
typedef struct {
  YonderClock           *clock;
  YonderAccount         *account;
  YonderSocketSignaling *socket;
  YonderSignaling       *signaling;
  GPtrArray             *record;
  GAsyncResult          *result; /* (nullable): of an invitation or a sign-in */
} User;

static void
note (User *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (self->record, g_strdup_vprintf (format, args));
  va_end (args);
}

static const char *
nick (GType type, int value)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);

  return g_enum_get_value (klass, value)->value_nick;
}

static void
on_state (YonderSignaling *signaling, GParamSpec *pspec, User *self)
{
  note (self, "state %s", nick (YONDER_TYPE_SIGNALING_STATE, yonder_signaling_get_state (signaling)));
}

static void
on_incoming (YonderSignaling *signaling, const char *call_id, const char *peer_id, const char *name, YonderCallKind kind,
             const char *sdp, User *self)
{
  note (self, "incoming %s %s %s%s%s", call_id, name != NULL ? name : peer_id, kind == YONDER_CALL_KIND_VIDEO ? "video" : "voice",
        sdp != NULL ? " " : "", sdp != NULL ? sdp : "");
}

static void
on_accepted (YonderSignaling *signaling, const char *call_id, const char *sdp, User *self)
{
  note (self, "accepted %s%s%s", call_id, sdp != NULL ? " " : "", sdp != NULL ? sdp : "");
}

static void
on_ended (YonderSignaling *signaling, const char *call_id, YonderPeerEnd why, const char *by, const char *text, User *self)
{
  note (self, "ended %s %s", call_id, nick (YONDER_TYPE_PEER_END, why));
}

static void
on_offer (YonderSignaling *signaling, const char *call_id, const char *sdp, gint64 generation, User *self)
{
  note (self, "offer %s %s %d", call_id, sdp, (int) generation);
}

static void
on_answer (YonderSignaling *signaling, const char *call_id, const char *sdp, gint64 generation, User *self)
{
  note (self, "answer %s %s %d", call_id, sdp, (int) generation);
}

static void
on_candidates (YonderSignaling *signaling, const char *call_id, GPtrArray *candidates, gint64 generation, User *self)
{
  for (guint i = 0; i < candidates->len; i++)
    note (self, "candidate %s %s %s %d", call_id,
          yonder_ice_candidate_is_end (candidates->pdata[i]) ? "end" : yonder_ice_candidate_get_address (candidates->pdata[i]),
          yonder_ice_candidate_get_mid (candidates->pdata[i]), (int) generation);
}

static void
on_recover (YonderSignaling *signaling, const char *call_id, gint64 generation, User *self)
{
  note (self, "recover %s %d", call_id, (int) generation);
}

static void
on_meeting (YonderSignaling *signaling, const char *call_id, const char *uri, User *self)
{
  note (self, "meeting %s %s", call_id, uri);
}

static void
on_call_error (YonderSignaling *signaling, const char *call_id, const char *text, User *self)
{
  note (self, "call-error %s %s", call_id != NULL ? call_id : "-", text);
}

static void
on_online (YonderSignaling *signaling, char **ids, User *self)
{
  note (self, "online %u", g_strv_length (ids));
}

static void
on_presence (YonderSignaling *signaling, const char *id, YonderPresence presence, User *self)
{
  note (self, "presence %s %s", id, nick (YONDER_TYPE_PRESENCE, presence));
}

static void
on_refused (YonderSignaling *signaling, const char *call_id, GError *error, User *self)
{
  note (self, "refused %s", call_id != NULL ? call_id : "-");
}

static void
on_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
is_there (gpointer data)
{
  return *(gpointer *) data != NULL;
}

static User *
user_new (const char *uri, const char *profile, YonderClock *clock)
{
  static const struct { const char *signal; GCallback callback; } signals[] = {
    { "notify::state", G_CALLBACK (on_state) }, { "incoming", G_CALLBACK (on_incoming) },
      { "accepted", G_CALLBACK (on_accepted) },
    { "ended", G_CALLBACK (on_ended) }, { "offer", G_CALLBACK (on_offer) }, { "answer", G_CALLBACK (on_answer) },
    { "candidates", G_CALLBACK (on_candidates) }, { "recover", G_CALLBACK (on_recover) },
    { "meeting", G_CALLBACK (on_meeting) }, { "call-error", G_CALLBACK (on_call_error) },
    { "online", G_CALLBACK (on_online) }, { "presence", G_CALLBACK (on_presence) }, { "refused", G_CALLBACK (on_refused) },
  };
  User *self = g_new0 (User, 1);
  g_autoptr (GError) error = NULL;

  self->clock = clock != NULL ? g_object_ref (clock) : yonder_clock_new ();
  self->record = g_ptr_array_new_with_free_func (g_free);
  self->account = yonder_account_new (uri, profile, &error);
  g_assert_no_error (error);
  self->socket = yonder_socket_signaling_new (self->account, self->clock);
  self->signaling = YONDER_SIGNALING (self->socket);
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_signal_connect (self->socket, signals[i].signal, signals[i].callback, self);

  return self;
}

static void
user_free (User *self)
{
  g_signal_handlers_disconnect_by_data (self->socket, self);
  yonder_socket_signaling_close (self->socket);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&self->result);
  g_assert_finalize_object (self->socket);
  g_assert_finalize_object (self->account);
  g_object_unref (self->clock);
  g_ptr_array_unref (self->record);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (User, user_free)

static gboolean
has_record (gpointer data)
{
  return ((User *) data)->record->len > 0;
}

/* The next thing in the record is this. */
static void
expect (User *self, const char *line)
{
  g_autofree char *next = NULL;

  test_wait_until (has_record, self, line);
  next = g_ptr_array_steal_index (self->record, 0);
  g_assert_cmpstr (next, ==, line);
}

/* The same with the call's id between two words. */
static void
expect_call (User *self, const char *before, const char *call_id, const char *after)
{
  g_autofree char *line = g_strconcat (before, " ", call_id, *after != '\0' ? " " : "", after, NULL);

  expect (self, line);
}

/* Waits for it, whatever comes before. */
static void
await (User *self, const char *prefix)
{
  for (;;) {
    g_autofree char *next = NULL;

    test_wait_until (has_record, self, prefix);
    next = g_ptr_array_steal_index (self->record, 0);
    if (g_str_has_prefix (next, prefix))
      return;
    g_test_message ("before %s: %.200s", prefix, next);
  }
}

static void
sign_in (User *self, const char *name)
{
  g_autoptr (GError) error = NULL;

  yonder_account_sign_in_async (self->account, name, NULL, NULL, on_result, &self->result);
  test_wait_until (is_there, &self->result, "the sign-in");
  yonder_account_sign_in_finish (self->account, self->result, &error);
  g_assert_no_error (error);
  g_clear_object (&self->result);
  yonder_socket_signaling_open (self->socket);
  expect (self, "state connecting");
  expect (self, "state online");
}

static char *
finish_invitation (User *self, GAsyncResult **result, GError **error)
{
  char *call_id;

  test_wait_until (is_there, result, "the invitation's answer");
  call_id = yonder_signaling_invite_finish (self->signaling, *result, error);
  g_clear_object (result);

  return call_id;
}

static char *
invite (User *self, const char *peer_id, YonderCallKind kind, GError **error)
{
  yonder_signaling_invite_async (self->signaling, peer_id, kind, NULL, NULL, on_result, &self->result);

  return finish_invitation (self, &self->result, error);
}

static void
send_candidate (User *self, const char *call_id, const char *peer_id, const char *text)
{
  g_autoptr (YonderIceCandidate) candidate = *text != '\0' ? yonder_ice_candidate_parse (text, "0", 0, "abcd", NULL)
                                                           : yonder_ice_candidate_new_end ("0", 0, "abcd");

  g_assert_nonnull (candidate);
  yonder_signaling_send_candidate (self->signaling, call_id, peer_id, candidate, 2);
}

typedef struct {
  YonderServer *server;
  User         *anna;
  User         *ben;
  char         *anna_id;
  char         *ben_id;
} Two;

static void
two_set_up (Two *self)
{
  g_autoptr (YonderClock) clock = yonder_clock_new ();
  g_autoptr (GError) error = NULL;

  self->server = yonder_server_new (NULL, clock);
  yonder_server_set_allow_guests (self->server, TRUE);
  yonder_server_start (self->server, 0, FALSE, &error);
  g_assert_no_error (error);
  self->anna = user_new (yonder_server_get_uri (self->server), "vigi", NULL);
  self->ben = user_new (yonder_server_get_uri (self->server), "vigi", NULL);
  sign_in (self->anna, "Anna");
  self->anna_id = yonder_signaling_dup_user_id (self->anna->signaling);
  await (self->anna, "online");
  sign_in (self->ben, "Ben");
  self->ben_id = yonder_signaling_dup_user_id (self->ben->signaling);
  await (self->ben, "online");
  expect_call (self->anna, "presence", self->ben_id, "online");
}

static void
two_tear_down (Two *self)
{
  g_clear_pointer (&self->anna, user_free);
  g_clear_pointer (&self->ben, user_free);
  yonder_server_stop (self->server);
  g_object_unref (self->server);
  g_free (self->anna_id);
  g_free (self->ben_id);
}

static void
test_call (void)
{
  Two two;
  g_autofree char *call_id = NULL;
  g_autoptr (GError) error = NULL;

  two_set_up (&two);
  call_id = invite (two.anna, two.ben_id, YONDER_CALL_KIND_VIDEO, &error);
  g_assert_no_error (error);
  expect_call (two.ben, "incoming", call_id, "Anna video");
  yonder_signaling_accept (two.ben->signaling, call_id, NULL);
  expect_call (two.anna, "accepted", call_id, "");
  expect_call (two.ben, "accepted", call_id, "");

  yonder_signaling_send_offer (two.anna->signaling, call_id, two.ben_id, "v=0 offer", 0);
  expect_call (two.ben, "offer", call_id, "v=0 offer 0");
  yonder_signaling_send_answer (two.ben->signaling, call_id, two.anna_id, "v=0 answer", 0);
  expect_call (two.anna, "answer", call_id, "v=0 answer 0");
  for (int i = 0; i < 3; i++)
    send_candidate (two.anna, call_id, two.ben_id, CANDIDATE);
  send_candidate (two.anna, call_id, two.ben_id, "");
  for (int i = 0; i < 3; i++)
    expect_call (two.ben, "candidate", call_id, "192.0.2.1 0 2");
  expect_call (two.ben, "candidate", call_id, "end 0 2");
  yonder_signaling_request_recovery (two.ben->signaling, call_id, two.anna_id, 1);
  expect_call (two.anna, "recover", call_id, "1");
  yonder_signaling_send_meeting (two.anna->signaling, call_id, two.ben_id, "https://meet.example.org/x");
  expect_call (two.ben, "meeting", call_id, "https://meet.example.org/x");
  yonder_signaling_send_offer (two.anna->signaling, call_id, two.ben_id, "v=0 again", 1);
  expect_call (two.ben, "offer", call_id, "v=0 again 1");

  yonder_signaling_hang_up (two.ben->signaling, call_id);
  expect_call (two.anna, "ended", call_id, "hung-up");
  expect_call (two.ben, "ended", call_id, "hung-up");
  two_tear_down (&two);
}

static void
test_decline_and_offline (void)
{
  Two two;
  g_autofree char *call_id = NULL;
  g_autofree char *none = NULL;
  g_autoptr (GError) error = NULL;

  two_set_up (&two);
  call_id = invite (two.anna, two.ben_id, YONDER_CALL_KIND_VOICE, &error);
  g_assert_no_error (error);
  expect_call (two.ben, "incoming", call_id, "Anna voice");
  yonder_signaling_decline (two.ben->signaling, call_id);
  expect_call (two.anna, "ended", call_id, "declined");

  yonder_socket_signaling_close (two.ben->socket);
  await (two.ben, "state offline");
  expect_call (two.anna, "presence", two.ben_id, "offline");
  none = invite (two.anna, two.ben_id, YONDER_CALL_KIND_VOICE, &error);
  g_assert_null (none);
  g_assert_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED);
  g_test_message ("%s", error->message);
  two_tear_down (&two);
}

/* The rest is against a server that says what the test says. */

static User *
start_user (NodeServer *server, const char *profile, YonderManualClock *clock)
{
  g_autofree char *uri = node_server_dup_uri (server, "http");
  User *user = user_new (uri, profile, YONDER_CLOCK (clock));

  yonder_socket_signaling_open (user->socket);
  expect (user, "state connecting");
  expect (user, "state online");

  return user;
}

static void
emit (NodeServer *server, const char *name, const char *arguments)
{
  g_autofree char *command = g_strdup_printf ("{\"do\": \"emit\", \"name\": \"%s\", \"args\": %s}", name, arguments);

  json_node_unref (node_server_ask (server, command));
}

static void
expect_got (NodeServer *server, const char *name, const char *arguments)
{
  g_autofree char *event = g_strconcat ("got:", name, NULL);
  g_autoptr (JsonNode) got = node_server_await (server, event);

  g_assert_true (test_json_equals (yonder_json_find (got, "args"), arguments));
}

/* Servers answer invitations in order, and do not say which. */
static void
test_invitations (void)
{
  g_autoptr (NodeServer) server = NULL;
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (User) user = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *results[4] = { NULL };
  g_autofree char *first = NULL;
  g_autofree char *third = NULL;
  g_autoptr (GError) error = NULL;

  if (!test_have_node ())
    return;
  server = node_server_start ("server.js", NULL, NULL);
  user = start_user (server, "vigi", clock);
  for (int i = 0; i < 4; i++) {
    g_autofree char *peer = g_strdup_printf ("peer%d", i);

    yonder_signaling_invite_async (user->signaling, peer, YONDER_CALL_KIND_VIDEO, NULL, i == 2 ? cancellable : NULL, on_result,
                                   &results[i]);
  }
  for (int i = 0; i < 4; i++) {
    g_autofree char *expected = g_strdup_printf ("[{\"calleeId\": \"peer%d\", \"type\": \"video\"}]", i);

    expect_got (server, "call_initiate", expected);
  }

  emit (server, "call_initiated", "[{\"callId\": \"c0\"}]");
  first = finish_invitation (user, &results[0], &error);
  g_assert_no_error (error);
  g_assert_cmpstr (first, ==, "c0");
  emit (server, "call_error", "[{\"error\": \"Peer 1 is not known here\"}]");
  g_assert_null (finish_invitation (user, &results[1], &error));
  g_assert_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED);
  g_assert_cmpstr (error->message, ==, "Peer 1 is not known here");
  g_clear_error (&error);

  /* given up after it went out: its answer is not taken for the next one's, and nobody goes on ringing */
  g_cancellable_cancel (cancellable);
  g_assert_null (finish_invitation (user, &results[2], &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  emit (server, "call_initiated", "[{\"callId\": \"c2\"}]");
  expect_got (server, "call_end", "[{\"callId\": \"c2\"}]");
  emit (server, "call_initiated", "[{\"callId\": \"c3\"}]");
  third = finish_invitation (user, &results[3], &error);
  g_assert_no_error (error);
  g_assert_cmpstr (third, ==, "c3");

  /* an answer to nothing, and an error about a call and about nothing */
  emit (server, "call_initiated", "[{\"callId\": \"c4\"}]");
  expect (user, "refused c4");
  emit (server, "call_error", "[{\"callId\": \"c3\", \"error\": \"gone\"}]");
  expect (user, "call-error c3 gone");
  emit (server, "call_error", "[{\"error\": \"tired\"}]");
  expect (user, "call-error - tired");
}

static void
test_too_many_invitations (void)
{
  g_autoptr (NodeServer) server = NULL;
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (User) user = NULL;
  GAsyncResult *results[9] = { NULL };
  g_autoptr (GError) error = NULL;

  if (!test_have_node ())
    return;
  server = node_server_start ("server.js", NULL, NULL);
  user = start_user (server, "vigi", clock);
  for (int i = 0; i < 9; i++)
    yonder_signaling_invite_async (user->signaling, "peer", YONDER_CALL_KIND_VIDEO, NULL, NULL, on_result, &results[i]);
  g_assert_null (finish_invitation (user, &results[8], &error));
  g_assert_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED);
  g_clear_error (&error);

  /* the rest is lost with the connection */
  json_node_unref (node_server_ask (server, "{\"do\": \"cut\"}"));
  for (int i = 0; i < 8; i++) {
    g_assert_null (finish_invitation (user, &results[i], &error));
    g_assert_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_LOST);
    g_clear_error (&error);
  }
}

/* Messages wait for the connection, in order; an invitation that was given up meanwhile does not go out at all. */
static void
test_reconnecting (void)
{
  g_autoptr (NodeServer) server = NULL;
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (User) user = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *given_up = NULL;
  GAsyncResult *kept = NULL;
  g_autofree char *call_id = NULL;
  g_autoptr (GError) error = NULL;

  if (!test_have_node ())
    return;
  server = node_server_start ("server.js", NULL, NULL);
  user = start_user (server, "vigi", clock);
  g_assert_null (yonder_socket_signaling_get_last_error (user->socket));
  json_node_unref (node_server_ask (server, "{\"do\": \"cut\"}"));
  expect (user, "state reconnecting");
  g_assert_nonnull (yonder_socket_signaling_get_last_error (user->socket));

  yonder_signaling_send_offer (user->signaling, "c", "peer", "sdp", 1);
  for (int i = 0; i < 3; i++)
    send_candidate (user, "c", "peer", CANDIDATE);
  yonder_signaling_hang_up (user->signaling, "c");
  yonder_signaling_invite_async (user->signaling, "given up", YONDER_CALL_KIND_VIDEO, NULL, cancellable, on_result, &given_up);
  yonder_signaling_invite_async (user->signaling, "kept", YONDER_CALL_KIND_VOICE, NULL, NULL, on_result, &kept);
  g_cancellable_cancel (cancellable);
  g_assert_null (finish_invitation (user, &given_up, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  yonder_manual_clock_advance (clock, 1500);
  expect (user, "state online");
  g_assert_null (yonder_socket_signaling_get_last_error (user->socket));
  expect_got (server, "webrtc_offer", "[{\"callId\": \"c\", \"offer\": {\"type\": \"offer\", \"sdp\": \"sdp\"}, \"generation\": 1, \"to\": \"peer\"}]");
  for (int i = 0; i < 3; i++)
    json_node_unref (node_server_await (server, "got:webrtc_ice_candidate"));
  expect_got (server, "call_end", "[{\"callId\": \"c\"}]");
  expect_got (server, "call_initiate", "[{\"calleeId\": \"kept\", \"type\": \"voice\"}]");
  emit (server, "call_initiated", "[{\"callId\": \"k\"}]");
  call_id = finish_invitation (user, &kept, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (call_id, ==, "k");
  g_assert_cmpuint (node_server_count (server, "got:call_initiate"), ==, 0);
}

/* The server says go: REFUSED, in words, until the user wants it again. */
static void
test_server_says_go (void)
{
  g_autoptr (NodeServer) server = NULL;
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (User) user = NULL;
  g_autoptr (GError) error = NULL;

  if (!test_have_node ())
    return;
  server = node_server_start ("server.js", NULL, NULL);
  user = start_user (server, "vigi", clock);
  json_node_unref (node_server_ask (server, "{\"do\": \"disconnect\"}"));
  expect (user, "state refused");
  g_assert_nonnull (yonder_socket_signaling_get_last_error (user->socket));
  g_assert_null (invite (user, "peer", YONDER_CALL_KIND_VIDEO, &error));
  g_assert_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_LOST);
  yonder_manual_clock_advance (clock, 100000);
  g_assert_cmpuint (user->record->len, ==, 0);
  yonder_socket_signaling_open (user->socket);
  expect (user, "state connecting");
  expect (user, "state online");
}

/* The vigi profile with another namespace, in a file. */
static char *
write_guarded_profile (void)
{
  g_autoptr (GFile) source = g_file_new_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "data", "profiles", "vigi.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GString) changed = NULL;
  g_autoptr (GError) error = NULL;
  char *path = NULL;
  int fd = g_file_open_tmp ("yonder-profile-XXXXXX.json", &path, &error);

  g_assert_no_error (error);
  close (fd);
  g_file_load_contents (source, NULL, &text, NULL, NULL, &error);
  g_assert_no_error (error);
  changed = g_string_new (text);
  g_assert_cmpuint (g_string_replace (changed, "\"namespace\": \"/\"", "\"namespace\": \"/guarded\"", 0), ==, 1);
  g_file_set_contents (path, changed->str, -1, &error);
  g_assert_no_error (error);

  return path;
}

/* A token that the server does not take any more is replaced once, and then the user is told. */
static void
test_token_replaced (void)
{
  static const char options[] =
    "{\"answers\": {\"GET /api/auth/verify\": [{\"body\": {\"user\": {\"_id\": \"a\", \"fullName\": \"Anna\"}}}],"
    "\"POST /api/auth/refresh\": [{\"body\": {\"token\": \"good\"}}, {\"status\": 401, \"body\": {\"error\": \"no\"}}]}}";
  g_autoptr (NodeServer) server = NULL;
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (User) user = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *profile = NULL;
  g_autoptr (GError) error = NULL;

  if (!test_have_node ())
    return;
  server = node_server_start ("server.js", NULL, options);
  uri = node_server_dup_uri (server, "http");
  profile = write_guarded_profile ();
  user = user_new (uri, profile, YONDER_CLOCK (clock));
  for (int round = 0; round < 2; round++) {
    yonder_account_sign_in_with_token_async (user->account, "stale", NULL, on_result, &user->result);
    test_wait_until (is_there, &user->result, "the sign-in");
    yonder_account_sign_in_with_token_finish (user->account, user->result, &error);
    g_assert_no_error (error);
    g_clear_object (&user->result);
    yonder_socket_signaling_open (user->socket);
    expect (user, "state connecting");
    if (round == 0) {
      expect (user, "state online");
      g_assert_cmpstr (yonder_account_get_token (user->account), ==, "good");
      yonder_socket_signaling_close (user->socket);
      expect (user, "state offline");
    }
  }
  expect (user, "state refused");
  g_assert_nonnull (strstr (yonder_socket_signaling_get_last_error (user->socket)->message, "not authorized"));
  g_remove (profile);
}

static const struct {
  const char *name;
  const char *arguments;
  const char *refused;
} hostile[] = {
  { "no_such_event", "[]", "refused -" },
  { "incoming_call", "[]", "refused -" },
  { "incoming_call", "[null]", "refused -" },
  { "incoming_call", "[{\"callId\": \"c\"}]", "refused -" },
  { "incoming_call", "[{\"callId\": {}, \"caller\": {\"_id\": \"p\"}, \"type\": \"video\"}]", "refused -" },
  { "incoming_call", "[[[[[{}]]]]]", "refused -" },
  { "webrtc_offer", "[{\"callId\": \"c\"}]", "refused -" },
  { "webrtc_offer", "[{\"callId\": \"c\", \"offer\": {\"type\": \"offer\", \"sdp\": 5}}]", "refused -" },
  { "webrtc_ice_candidate", "[{\"callId\": \"c\", \"candidate\": {\"candidate\": \"rm -rf\", \"sdpMid\": \"0\"}}]", "refused c" },
  { "webrtc_ice_candidate", "[{\"callId\": \"c\", \"candidate\": {\"candidate\": \"candidate:1 1 udp 99999999999 x y typ host\", \"sdpMid\": \"0\"}}]", "refused c" },
  { "call_ended", "[7]", "refused -" },
  { "online_contacts", "[{\"a\": 1}]", "refused -" },
  { "user_status_changed", "[{\"status\": \"online\"}]", "refused -" },
};

static void
test_hostile_messages (void)
{
  g_autoptr (NodeServer) server = NULL;
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (User) user = NULL;
  g_autofree char *large = g_strnfill (300 * 1024, 'v');
  g_autofree char *large_offer = g_strdup_printf ("[{\"callId\": \"c\", \"offer\": {\"type\": \"offer\", \"sdp\": \"%s\"}}]",
                                                  large);

  if (!test_have_node ())
    return;
  server = node_server_start ("server.js", NULL, NULL);
  user = start_user (server, "vigi", clock);
  for (gsize i = 0; i < G_N_ELEMENTS (hostile); i++) {
    g_test_message ("%s %s", hostile[i].name, hostile[i].arguments);
    emit (server, hostile[i].name, hostile[i].arguments);
    expect (user, hostile[i].refused);
  }
  emit (server, "webrtc_offer", large_offer);
  expect (user, "refused -");

  /* of a batch, what is good is taken */
  emit (server, "ice_candidates", "[{\"callId\": \"c\", \"candidates\": [{\"candidate\": \"" CANDIDATE "\", \"sdpMid\": \"0\"}, {\"candidate\": \"bad\", \"sdpMid\": \"0\"}, {\"candidate\": \"\", \"sdpMid\": \"0\"}]}]");
  expect (user, "refused c");
  expect (user, "candidate c 192.0.2.1 0 -1");
  expect (user, "candidate c end 0 -1");
  emit (server, "call_ended", "[{\"callId\": \"c\", \"reason\": \"bored\"}]");
  expect (user, "ended c hung-up");
  emit (server, "incoming_call", "[{\"callId\": \"d\", \"caller\": {\"_id\": \"p\", \"fullName\": \"<b>P</b>\"}, \"type\": \"video\"}]");
  expect (user, "incoming d <b>P</b> video");
  g_assert_cmpint (yonder_signaling_get_state (user->signaling), ==, YONDER_SIGNALING_ONLINE);
}

/* A flood is cut off, reported once, and over when the server keeps quiet for a second. */
static void
test_flood (void)
{
  g_autoptr (NodeServer) server = NULL;
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (User) user = NULL;

  if (!test_have_node ())
    return;
  server = node_server_start ("server.js", NULL, NULL);
  user = start_user (server, "vigi", clock);
  json_node_unref (node_server_ask (server,
                                    "{\"do\": \"repeat\", \"times\": 600, \"name\": \"user_status_changed\", \"args\": [{\"userId\": \"p\", \"status\": \"away\"}]}"));
  json_node_unref (node_server_ask (server, "{\"do\": \"ask\", \"name\": \"sync\", \"timeout\": 100}"));
  for (int i = 0; i < 500; i++)
    expect (user, "presence p away");
  expect (user, "refused -");
  g_assert_cmpuint (user->record->len, ==, 0);
  yonder_manual_clock_advance (clock, 1000);
  emit (server, "user_status_changed", "[{\"userId\": \"p\", \"status\": \"online\"}]");
  expect (user, "presence p online");
}

/* A server without call ids whose offer is the invitation, and which never says that it took one. */
static void
test_offer_first (void)
{
  g_autoptr (NodeServer) server = NULL;
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (User) user = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *call_id = NULL;

  if (!test_have_node ())
    return;
  server = node_server_start ("server.js", NULL, NULL);
  user = start_user (server, "dotted", clock);
  g_assert_cmpint (yonder_signaling_get_flow (user->signaling), ==, YONDER_SIGNALING_OFFER_FIRST);

  yonder_signaling_invite_async (user->signaling, "ben@example.org", YONDER_CALL_KIND_VIDEO, "v=0", NULL, on_result,
                                 &user->result);
  call_id = finish_invitation (user, &user->result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (call_id, ==, "ben@example.org");
  expect_got (server, "call.offer", "[{\"to\": \"ben@example.org\", \"sdp\": \"v=0\", \"kind\": \"video\"}]");
  emit (server, "call.answer", "[{\"from\": \"ben@example.org\", \"sdp\": \"v=0 one\"}]");
  expect (user, "accepted ben@example.org v=0 one");
  emit (server, "call.ice", "[{\"from\": \"ben@example.org\", \"candidate\": {\"candidate\": \"" CANDIDATE "\", \"sdpMid\": \"0\"}}]");
  expect (user, "candidate ben@example.org 192.0.2.1 0 -1");
  yonder_signaling_hang_up (user->signaling, call_id);
  expect_got (server, "call.end", "[{\"to\": \"ben@example.org\"}]");

  emit (server, "call.offer", "[{\"from\": \"carla@example.org\", \"sdp\": \"v=0 two\", \"kind\": \"audio\"}]");
  expect (user, "incoming carla@example.org carla@example.org voice v=0 two");
  yonder_signaling_accept (user->signaling, "carla@example.org", "v=0 three");
  expect_got (server, "call.answer", "[{\"to\": \"carla@example.org\", \"sdp\": \"v=0 three\"}]");
  emit (server, "call.reject", "[{\"from\": \"carla@example.org\"}]");
  expect (user, "ended carla@example.org declined");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/socket-signaling/call", test_call);
  g_test_add_func ("/socket-signaling/decline-and-offline", test_decline_and_offline);
  g_test_add_func ("/socket-signaling/invitations", test_invitations);
  g_test_add_func ("/socket-signaling/too-many-invitations", test_too_many_invitations);
  g_test_add_func ("/socket-signaling/reconnecting", test_reconnecting);
  g_test_add_func ("/socket-signaling/server-says-go", test_server_says_go);
  g_test_add_func ("/socket-signaling/token-replaced", test_token_replaced);
  g_test_add_func ("/socket-signaling/hostile-messages", test_hostile_messages);
  g_test_add_func ("/socket-signaling/flood", test_flood);
  g_test_add_func ("/socket-signaling/offer-first", test_offer_first);

  return g_test_run ();
}
