/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The servers that a call server lends: what is asked, in which shapes the answer may come, and what becomes of the call where there is none. */

#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>
#include <unistd.h>

#include "yonder-account-ice.h"
#include "yonder-ice-sources.h"
#include "yonder-manual-clock.h"

typedef struct {
  SoupServer        *server;
  char              *uri;
  guint              status;
  const char        *body;   /* (nullable): nothing is answered at all */
  GString           *asked;  /* authorization of each question, a line each */
  GPtrArray         *held;   /* (element-type SoupServerMessage): without an answer */
  YonderAccount     *account;
  YonderIceProvider *provider;

  GAsyncResult      *result;
} Fixture;

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  Fixture *fixture = data;
  const char *authorization = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization");
  const char *login = "{\"token\": \"t1\", \"user\": {\"_id\": \"7\", \"fullName\": \"Anna\"}}";

  if (g_str_equal (path, "/api/auth/login")) {
    soup_server_message_set_status (message, 200, NULL);
    soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC, login, strlen (login));
    return;
  }
  g_string_append_printf (fixture->asked, "%s %s %s\n", soup_server_message_get_method (message), path, authorization);
  if (fixture->body == NULL) {
    soup_server_message_pause (message);
    g_ptr_array_add (fixture->held, g_object_ref (message));
    return;
  }
  soup_server_message_set_status (message, fixture->status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, fixture->body, strlen (fixture->body));
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  ((Fixture *) data)->result = g_object_ref (result);
}

static void
await (Fixture *fixture)
{
  while (fixture->result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
sign_in (Fixture *fixture, const char *profile)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&fixture->provider);
  g_clear_object (&fixture->account);
  fixture->account = yonder_account_new (fixture->uri, profile, &error);
  g_assert_no_error (error);
  yonder_account_sign_in_async (fixture->account, "anna", "x", NULL, on_done, fixture);
  await (fixture);
  g_assert_true (yonder_account_sign_in_finish (fixture->account, fixture->result, &error));
  g_clear_object (&fixture->result);
  fixture->provider = yonder_account_ice_new (fixture->account);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoslist (GUri) uris = NULL;

  fixture->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (fixture->server, NULL, on_request, fixture, NULL);
  g_assert_true (soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (fixture->server);
  fixture->uri = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  fixture->asked = g_string_new (NULL);
  fixture->held = g_ptr_array_new_with_free_func (g_object_unref);
  fixture->status = 200;
  sign_in (fixture, "vigi");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->provider);
  g_assert_finalize_object (fixture->account);
  soup_server_disconnect (fixture->server);
  while (g_main_context_iteration (NULL, FALSE));
  g_ptr_array_unref (fixture->held);
  g_object_unref (fixture->server);
  while (g_main_context_iteration (NULL, FALSE));
  g_string_free (fixture->asked, TRUE);
  g_free (fixture->uri);
}

static YonderIceLease *
ask (Fixture *fixture, guint status, const char *body, GError **error)
{
  YonderIceLease *lease;

  fixture->status = status;
  fixture->body = body;
  yonder_ice_provider_lease_async (fixture->provider, NULL, on_done, fixture);
  await (fixture);
  lease = yonder_ice_provider_lease_finish (fixture->provider, fixture->result, error);
  g_clear_object (&fixture->result);
  return lease;
}

#define SERVERS "[{\"urls\":\"stun:a.example\"},{\"urls\":[\"turn:b.example\"],\"username\":\"u\",\"credential\":\"c\"}]"

static void
test_answers (Fixture *fixture, gconstpointer data)
{
  static const struct { const char *body; guint n_servers; gint64 ttl_s; } cases[] = {
    { "{\"iceServers\":" SERVERS ",\"ttl\":600}", 2, 600 },
    { "{\"success\":true,\"data\":{\"iceServers\":" SERVERS ",\"ttl\":\"600\"}}", 2, 600 },
    { "{\"iceServers\":" SERVERS "}", 2, 0 },
    { SERVERS, 2, 0 },
    { "{\"iceServers\":[],\"ttl\":600}", 0, 600 },
    { "{\"iceServers\":[{\"urls\":\"turn:b.example\"},{\"urls\":\"stun:a.example\"}]}", 1, 0 }, /* without password: left out */
  };
  g_autofree char *title = yonder_ice_provider_dup_title (fixture->provider);

  g_assert_cmpstr (title, ==, "the call server at 127.0.0.1");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (YonderIceLease) lease = NULL;

    g_string_truncate (fixture->asked, 0);
    lease = ask (fixture, 200, cases[i].body, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (fixture->asked->str, ==, "GET /api/webrtc/ice-servers Bearer t1\n");
    g_assert_cmpuint (g_list_model_get_n_items (yonder_ice_lease_get_servers (lease)), ==, cases[i].n_servers);
    g_assert_cmpint (MAX (yonder_ice_lease_get_ttl_s (lease), 0), ==, cases[i].ttl_s);
  }
}

static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  static const struct { guint status; const char *body, *words; } cases[] = {
    { 401, "{}", "The sign-in is not valid any more. Sign in again." },
    { 403, "{\"error\":\"guests get none\"}", "refused: guests get none" },
    { 404, "<html>", "no call server of the chosen kind (404 Not Found)" },
    { 429, "{}", "wants a pause" },
    { 500, "{\"error\":\"trace\"}", "cannot work now (500" },
    { 503, "", "cannot work now (503" },
    { 200, "<html>welcome</html>", "" },
    { 200, "", "its answer is no list of them" },
    { 200, "7", "its answer is no list of them" },
    { 200, "{\"iceServers\":7}", "its answer is no list of them" },
    { 200, "{\"iceServers\":[{\"urls\":7}]}", "its answer is no list of them" },
    { 200, "{\"iceServers\":{\"urls\":{}}}", "its answer is no list of them" },
    { 200, "{\"iceServers\":[{\"urls\":\"http://a.example\"}]}", "its answer is no list of them" },
  };
  g_autofree char *huge = g_strnfill (5 * 1024 * 1024, ' ');
  g_autoptr (GError) huge_error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (ask (fixture, cases[i].status, cases[i].body, &error));
    g_test_message ("%u %s: %s", cases[i].status, cases[i].body, error->message);
    g_assert_true (g_str_has_prefix (error->message, "The call server lends no STUN or TURN servers: "));
    g_assert_nonnull (strstr (error->message, cases[i].words));
    g_assert_null (strstr (error->message, "t1"));
  }
  g_assert_null (ask (fixture, 200, huge, &huge_error));
  g_assert_nonnull (strstr (huge_error->message, "which is not accepted"));
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  yonder_ice_provider_lease_async (fixture->provider, cancellable, on_done, fixture);
  while (fixture->held->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (fixture->result);
  g_cancellable_cancel (cancellable);
  await (fixture);
  g_assert_null (yonder_ice_provider_lease_finish (fixture->provider, fixture->result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&fixture->result);
}

/* A profile of the user's own that points at the list alone. */
static void
test_own_profile (Fixture *fixture, gconstpointer data)
{
  g_autofree char *shipped = g_test_build_filename (G_TEST_DIST, "..", "data", "profiles", "vigi.json", NULL);
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "yonder-test-profile-XXXXXX", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GString) changed = NULL;
  g_autoptr (YonderIceLease) lease = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_mkstemp (path);

  g_assert_true (g_file_get_contents (shipped, &text, NULL, NULL));
  changed = g_string_new (text);
  g_assert_cmpuint (g_string_replace (changed, "\"path\": \"/api/webrtc/ice-servers\", \"answer\": { \"items\": \"$\" }",
                                      "\"path\": \"/api/webrtc/ice-servers\", \"answer\": { \"items\": \"iceServers\" }", 1), ==, 1);
  g_assert_true (g_file_set_contents (path, changed->str, -1, NULL));
  sign_in (fixture, path);
  lease = ask (fixture, 200, "{\"iceServers\":" SERVERS ",\"ttl\":600}", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (yonder_ice_lease_get_servers (lease)), ==, 2);
  g_assert_cmpint (yonder_ice_lease_get_ttl_s (lease), ==, 600);
  g_assert_no_errno (g_unlink (path));
  close (fd);
}

/* A call goes on with public STUN, and says why; what the server lends later is asked for again, and before it runs out anew. */
static void
test_sources (Fixture *fixture, gconstpointer data)
{
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  YonderIceSources *sources = yonder_ice_sources_new (YONDER_CLOCK (clock));
  g_autoptr (GListModel) stun = yonder_ice_public_stun_servers ();
  g_autoptr (YonderIceProvider) public = yonder_ice_fixed_provider_new ("public STUN servers", stun);
  g_autoptr (YonderIceConfig) config = NULL;
  g_autofree char *words = NULL;

  yonder_ice_sources_set_provider (sources, YONDER_ICE_SOURCE_CALL_SERVER, fixture->provider);
  yonder_ice_sources_set_provider (sources, YONDER_ICE_SOURCE_PUBLIC, public);
  fixture->status = 503;
  fixture->body = "";
  yonder_ice_sources_find_async (sources, NULL, on_done, fixture);
  await (fixture);
  config = yonder_ice_sources_find_finish (sources, fixture->result, NULL);
  g_clear_object (&fixture->result);
  words = yonder_ice_config_describe (config);
  g_assert_cmpstr (words, ==, "2 STUN servers from public STUN servers, and no TURN server: calls between strict networks will fail.");
  g_assert_true (g_str_has_prefix (yonder_ice_config_get_failures (config)[0], "The call server lends no STUN or TURN servers: "));

  fixture->status = 200;
  fixture->body = "{\"iceServers\":" SERVERS ",\"ttl\":600}";
  yonder_manual_clock_advance (clock, 15000);
  while (!yonder_ice_config_is_from (yonder_ice_sources_get_config (sources), YONDER_ICE_SOURCE_CALL_SERVER))
    g_main_context_iteration (NULL, TRUE);
  g_string_truncate (fixture->asked, 0);
  yonder_manual_clock_advance (clock, 479 * 1000);
  g_assert_cmpstr (fixture->asked->str, ==, "");
  yonder_manual_clock_advance (clock, 1000);
  while (fixture->asked->len == 0)
    g_main_context_iteration (NULL, TRUE);
  yonder_ice_sources_close (sources);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_finalize_object (sources);
}

int
main (int argc, char *argv[])
{
  static const struct { const char *path; void (*test) (Fixture *, gconstpointer); } tests[] = {
    { "/account-ice/answers", test_answers },
    { "/account-ice/refusals", test_refusals },
    { "/account-ice/cancel", test_cancel },
    { "/account-ice/own-profile", test_own_profile },
    { "/account-ice/sources", test_sources },
  };

  g_setenv ("no_proxy", "*", TRUE);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);

  return g_test_run ();
}
