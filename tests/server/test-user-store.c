/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-password.h"
#include "yonder-rate-limit.h"
#include "yonder-server.h"
#include "yonder-turn-ticket.h"
#include "yonder-user-store.h"

#include <stdlib.h>
#include <string.h>

static YonderStoreAnswer *
ask (YonderUserStore *store, YonderStoreQuestion question, const char *email, const char *name, const char *password,
     GError **error)
{
  g_autoptr (YonderStoreQuery) query = yonder_store_query_new (question);

  query->email = g_strdup (email);
  query->name = g_strdup (name);
  query->password = g_strdup (password);
  return yonder_user_store_ask (store, query, error);
}

static void
test_accounts_survive (void)
{
  g_autofree char *folder = g_dir_make_tmp ("yonder-store-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "users.db", NULL);
  g_autofree char *id = NULL;
  g_autofree char *command = g_strdup_printf ("rm -r '%s'", folder);

  for (int round = 0; round < 2; round++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (YonderUserStore) store = yonder_user_store_new (path, &error);
    g_autoptr (YonderStoreAnswer) answer = NULL;

    g_assert_no_error (error);
    answer = round == 0 ? ask (store, YONDER_STORE_REGISTER, "anna@example.org", "  Anna ", "correct horse", &error)
                        : ask (store, YONDER_STORE_SIGN_IN, "ANNA@example.org", NULL, "correct horse", &error);
    g_assert_no_error (error);
    g_assert_cmpstr (answer->user->name, ==, "Anna");
    if (round == 0)
      id = g_strdup (answer->user->id);
    g_assert_cmpstr (answer->user->id, ==, id);
  }
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
}

static guint
ask_about_call (YonderUserStore *store, YonderStoreQuestion question, const char *id, const char *caller_id, const char *callee_id)
{
  g_autoptr (YonderStoreQuery) query = yonder_store_query_new (question);
  g_autoptr (YonderStoreAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;

  query->text = g_strdup (id);
  query->user_id = g_strdup (caller_id);
  query->other = g_strdup (callee_id);
  query->name = g_strdup ("video");
  answer = yonder_user_store_ask (store, query, &error);
  g_assert_no_error (error);
  return answer->calls != NULL ? answer->calls->len : 0;
}

/* Those that go on are known when the server is started anew; those that are over are not. */
static void
test_calls_survive (void)
{
  g_autofree char *folder = g_dir_make_tmp ("yonder-store-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "users.db", NULL);
  g_autofree char *command = g_strdup_printf ("rm -r '%s'", folder);
  g_autoptr (YonderUserStore) store = yonder_user_store_new (path, NULL);
  g_autoptr (YonderStoreAnswer) anna = ask (store, YONDER_STORE_SIGN_IN_GUEST, NULL, "Anna", NULL, NULL);
  g_autoptr (YonderStoreAnswer) bert = ask (store, YONDER_STORE_SIGN_IN_GUEST, NULL, "Bert", NULL, NULL);

  ask_about_call (store, YONDER_STORE_KEEP_CALL, "one", anna->user->id, bert->user->id);
  ask_about_call (store, YONDER_STORE_KEEP_CALL, "two", bert->user->id, anna->user->id);
  ask_about_call (store, YONDER_STORE_DROP_CALL, "one", NULL, NULL);
  g_clear_object (&store);
  store = yonder_user_store_new (path, NULL);
  g_assert_cmpuint (ask_about_call (store, YONDER_STORE_CALLS, NULL, NULL, NULL), ==, 1);
  ask_about_call (store, YONDER_STORE_DROP_CALL, "two", NULL, NULL);
  g_assert_cmpuint (ask_about_call (store, YONDER_STORE_CALLS, NULL, NULL, NULL), ==, 0);
  g_clear_object (&store);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
}

/* Neither passwords nor tokens can be read from the files. */
static void
test_no_secrets_on_disk (void)
{
  g_autofree char *folder = g_dir_make_tmp ("yonder-store-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "users.db", NULL);
  g_autofree char *command = g_strdup_printf ("rm -r '%s'", folder);
  g_autoptr (YonderUserStore) store = yonder_user_store_new (path, NULL);
  g_autoptr (YonderStoreAnswer) answer = ask (store, YONDER_STORE_REGISTER, "anna@example.org", "Anna", "correct horse", NULL);
  static const char *const endings[] = { "", "-wal" };
  gboolean found_hash = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *file = g_strconcat (path, endings[i], NULL);
    g_autofree char *content = NULL;
    gsize length;

    g_assert_true (g_file_get_contents (file, &content, &length, NULL));
    g_assert_null (memmem (content, length, "correct horse", 13));
    g_assert_null (memmem (content, length, answer->token, strlen (answer->token)));
    g_assert_null (memmem (content, length, answer->refresh_token, strlen (answer->refresh_token)));
    found_hash |= memmem (content, length, "$y$", 3) != NULL;
  }
  g_assert_true (found_hash);
  g_clear_object (&store);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
}

static void
test_what_is_refused (void)
{
  g_autoptr (YonderUserStore) store = yonder_user_store_new (NULL, NULL);
  g_autoptr (YonderStoreAnswer) answer = ask (store, YONDER_STORE_REGISTER, "anna@example.org", "Anna", "correct horse", NULL);
  static const struct { YonderStoreQuestion question; const char *email, *name, *password; YonderStoreError code; } cases[] = {
    { YONDER_STORE_SIGN_IN, "anna@example.org", NULL, "correct hors", YONDER_STORE_ERROR_UNAUTHORIZED },
    { YONDER_STORE_SIGN_IN, "anna@example.org", NULL, NULL, YONDER_STORE_ERROR_UNAUTHORIZED },
    { YONDER_STORE_SIGN_IN, "ben@example.org", NULL, "correct horse", YONDER_STORE_ERROR_UNAUTHORIZED },
    { YONDER_STORE_SIGN_IN, NULL, NULL, "correct horse", YONDER_STORE_ERROR_UNAUTHORIZED },
    { YONDER_STORE_REGISTER, "Anna@Example.org", "Anna", "correct horse", YONDER_STORE_ERROR_TAKEN },
    { YONDER_STORE_REGISTER, "x' OR 1=1 --", "Eve", "correct horse", YONDER_STORE_ERROR_INVALID },
    { YONDER_STORE_SIGN_IN_GUEST, NULL, "\n", NULL, YONDER_STORE_ERROR_INVALID },
    { YONDER_STORE_SIGN_IN_GUEST, NULL, "An\xff", NULL, YONDER_STORE_ERROR_INVALID },
    { YONDER_STORE_VERIFY, NULL, NULL, NULL, YONDER_STORE_ERROR_UNAUTHORIZED },
    { YONDER_STORE_REFRESH, NULL, NULL, NULL, YONDER_STORE_ERROR_UNAUTHORIZED },
  };

  g_assert_nonnull (answer);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (ask (store, cases[i].question, cases[i].email, cases[i].name, cases[i].password, &error));
    g_assert_error (error, YONDER_STORE_ERROR, (int) cases[i].code);
    g_assert_cmpint (strlen (error->message), >, 10);
  }
}

static gboolean
is_signed_in (YonderUserStore *store, const char *token)
{
  g_autoptr (YonderStoreQuery) query = yonder_store_query_new (YONDER_STORE_VERIFY);
  g_autoptr (YonderStoreAnswer) answer = NULL;

  query->token = g_strdup (token);
  answer = yonder_user_store_ask (store, query, NULL);
  return answer != NULL;
}

static YonderStoreAnswer *
ask_about (YonderUserStore *store, YonderStoreQuestion question, const char *user_id, const char *other)
{
  g_autoptr (YonderStoreQuery) query = yonder_store_query_new (question);

  query->user_id = g_strdup (user_id);
  query->other = g_strdup (other);
  return yonder_user_store_ask (store, query, NULL);
}

/* To be a guest costs nothing, so the oldest are forgotten when there are too many; accounts are not concerned. */
static void
test_guests_have_an_end (void)
{
  g_autoptr (YonderUserStore) store = yonder_user_store_new (NULL, NULL);
  g_autoptr (YonderStoreAnswer) account = ask (store, YONDER_STORE_REGISTER, "anna@example.org", "Anna", "correct horse", NULL);
  g_autoptr (YonderStoreAnswer) first = ask (store, YONDER_STORE_SIGN_IN_GUEST, NULL, "Guest", NULL, NULL);
  g_autoptr (YonderStoreAnswer) last = NULL;

  g_assert_true (is_signed_in (store, first->token));
  for (guint i = 0; i < 6000; i++) {
    g_clear_pointer (&last, yonder_store_answer_free);
    last = ask (store, YONDER_STORE_SIGN_IN_GUEST, NULL, "Guest", NULL, NULL);
    g_assert_nonnull (last);
  }
  g_assert_false (is_signed_in (store, first->token));
  g_assert_true (is_signed_in (store, last->token));
  g_assert_true (is_signed_in (store, account->token));
}

/* However many ask to be contacts, those who are stay in the list. */
static void
test_askers_push_nobody_out (void)
{
  g_autoptr (YonderUserStore) store = yonder_user_store_new (NULL, NULL);
  g_autoptr (YonderStoreAnswer) anna = ask (store, YONDER_STORE_REGISTER, "anna@example.org", "Anna", "correct horse", NULL);
  g_autoptr (YonderStoreAnswer) zoe = ask (store, YONDER_STORE_REGISTER, "zoe@example.org", "Zoe", "correct horse", NULL);
  g_autoptr (YonderStoreAnswer) contacts = NULL;
  gboolean is_found = FALSE;

  yonder_store_answer_free (ask_about (store, YONDER_STORE_ASK_CONTACT, anna->user->id, zoe->user->id));
  yonder_store_answer_free (ask_about (store, YONDER_STORE_ACCEPT_CONTACT, zoe->user->id, anna->user->id));
  for (guint i = 0; i < 1100; i++) {
    g_autoptr (YonderStoreAnswer) guest = ask (store, YONDER_STORE_SIGN_IN_GUEST, NULL, "Bore", NULL, NULL);

    yonder_store_answer_free (ask_about (store, YONDER_STORE_ASK_CONTACT, guest->user->id, anna->user->id));
  }
  contacts = ask_about (store, YONDER_STORE_CONTACTS, anna->user->id, NULL);
  for (guint i = 0; i < contacts->users->len; i++)
    is_found |= g_str_equal (((YonderUser *) contacts->users->pdata[i])->name, "Zoe");
  g_assert_true (is_found);
}

/* Each sign-in leaves tokens behind; the oldest go. */
static void
test_sign_ins_have_an_end (void)
{
  g_autoptr (YonderUserStore) store = yonder_user_store_new (NULL, NULL);
  g_autoptr (YonderStoreQuery) verify = yonder_store_query_new (YONDER_STORE_VERIFY);
  g_autoptr (YonderStoreAnswer) last = NULL, verified = NULL;

  last = ask (store, YONDER_STORE_REGISTER, "anna@example.org", "Anna", "correct horse", NULL);
  verify->token = g_strdup (last->token);
  for (guint i = 0; i < 55; i++) {
    g_clear_pointer (&last, yonder_store_answer_free);
    last = ask (store, YONDER_STORE_SIGN_IN, "anna@example.org", NULL, "correct horse", NULL);
    g_assert_nonnull (last);
  }
  g_assert_null (yonder_user_store_ask (store, verify, NULL));
  g_set_str (&verify->token, last->token);
  verified = yonder_user_store_ask (store, verify, NULL);
  g_assert_nonnull (verified);
}

static void
test_database_of_another_kind (void)
{
  g_autofree char *folder = g_dir_make_tmp ("yonder-store-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "users.db", NULL);
  g_autofree char *command = g_strdup_printf ("rm -r '%s'", folder);
  g_autoptr (YonderClock) clock = yonder_clock_new ();
  g_autoptr (YonderServer) server = yonder_server_new (path, clock);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "This is no database, but long enough to be looked at as one.", -1, NULL));
  g_assert_false (yonder_server_start (server, 0, FALSE, &error));
  g_assert_error (error, YONDER_SERVER_ERROR, YONDER_SERVER_ERROR_STORE);
  g_assert_nonnull (strstr (error->message, path));
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
}

static void
test_taken_port (void)
{
  g_autoptr (YonderClock) clock = yonder_clock_new ();
  g_autoptr (YonderServer) first = yonder_server_new (NULL, clock);
  g_autoptr (YonderServer) second = yonder_server_new (NULL, clock);
  g_autoptr (GError) error = NULL;
  guint port;

  g_assert_true (yonder_server_start (first, 0, FALSE, NULL));
  port = atoi (strrchr (yonder_server_get_uri (first), ':') + 1);
  g_assert_false (yonder_server_start (second, port, FALSE, &error));
  g_assert_error (error, YONDER_SERVER_ERROR, YONDER_SERVER_ERROR_ADDRESS_IN_USE);
  yonder_server_stop (first);
  g_clear_error (&error);
  yonder_server_start (second, port, FALSE, &error);
  g_assert_no_error (error);
}

static void
test_passwords (void)
{
  g_autofree char *one = yonder_password_hash ("correct horse");
  g_autofree char *other = yonder_password_hash ("correct horse");

  g_assert_true (g_str_has_prefix (one, "$y$"));
  g_assert_cmpstr (one, !=, other);
  g_assert_true (yonder_password_check ("correct horse", one));
  g_assert_true (yonder_password_check ("correct horse", other));
  g_assert_false (yonder_password_check ("correct hors", one));
  g_assert_false (yonder_password_check ("", one));
  g_assert_false (yonder_password_check ("correct horse", NULL));
  g_assert_false (yonder_password_check ("correct horse", "$y$nonsense"));
}

/* User name, secret and result worked out by openssl: printf '1700003600:anna' | openssl dgst -sha1 -hmac north -binary |
 * base64 */
static void
test_turn_credentials (void)
{
  static const char *const uris[] = { "turn:relay.example.org?transport=tcp", NULL };
  g_autoptr (YonderTurnConfig) config = yonder_turn_config_new (uris, "north", 3600);
  g_autoptr (JsonNode) node = yonder_turn_config_build_ice_servers (config, "anna", 1700000000);
  g_autoptr (JsonNode) none = yonder_turn_config_build_ice_servers (NULL, "anna", 1700000000);
  JsonObject *server = json_array_get_object_element (json_object_get_array_member (json_node_get_object (node), "iceServers"),
                                                      0);

  g_assert_cmpstr (json_object_get_string_member (server, "username"), ==, "1700003600:anna");
  g_assert_cmpstr (json_object_get_string_member (server, "credential"), ==, "+MLxLOEoYnWwCOD+2dzOXWFtASg=");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (json_node_get_object (none), "iceServers")), ==, 0);
}

static void
test_rates (void)
{
  const YonderRate rate = { 3, 1 };
  g_autoptr (YonderRateLimit) limit = yonder_rate_limit_new (rate);
  gint64 now_us = 1000 * G_USEC_PER_SEC;

  for (int i = 0; i < 3; i++)
    g_assert_true (yonder_rate_limit_take (limit, "anna", now_us));
  g_assert_false (yonder_rate_limit_take (limit, "anna", now_us));
  g_assert_true (yonder_rate_limit_take (limit, "ben", now_us));
  g_assert_false (yonder_rate_limit_peek (limit, "anna", now_us + G_USEC_PER_SEC / 2));
  g_assert_true (yonder_rate_limit_take (limit, "anna", now_us + G_USEC_PER_SEC));
  g_assert_false (yonder_rate_limit_take (limit, "anna", now_us + G_USEC_PER_SEC));
  for (int i = 0; i < 30000; i++) /* somebody changes keys; those who were there before keep theirs */
    {
      g_autofree char *key = g_strdup_printf ("%d", i);

      yonder_rate_limit_take (limit, key, now_us + G_USEC_PER_SEC);
    }
  g_assert_false (yonder_rate_limit_take (limit, "anna", now_us + G_USEC_PER_SEC));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server/store/accounts-survive", test_accounts_survive);
  g_test_add_func ("/server/store/calls-survive", test_calls_survive);
  g_test_add_func ("/server/store/no-secrets-on-disk", test_no_secrets_on_disk);
  g_test_add_func ("/server/store/what-is-refused", test_what_is_refused);
  g_test_add_func ("/server/store/guests-have-an-end", test_guests_have_an_end);
  g_test_add_func ("/server/store/askers-push-nobody-out", test_askers_push_nobody_out);
  g_test_add_func ("/server/store/sign-ins-have-an-end", test_sign_ins_have_an_end);
  g_test_add_func ("/server/store/database-of-another-kind", test_database_of_another_kind);
  g_test_add_func ("/server/taken-port", test_taken_port);
  g_test_add_func ("/server/passwords", test_passwords);
  g_test_add_func ("/server/turn-credentials", test_turn_credentials);
  g_test_add_func ("/server/rates", test_rates);
  return g_test_run ();
}
