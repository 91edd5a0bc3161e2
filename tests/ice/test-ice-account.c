/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Providers of TURN credentials, played by a web server that answers byte for byte as they document: what is asked, what becomes of the
 * answer, what is said when it is none. */

#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>

#include "yonder-ice-account.h"

typedef struct {
  guint       status;
  const char *body;
} Answer;

typedef struct {
  SoupServer       *server;
  char             *base;
  const Answer     *answers;  /* in the order of the requests */
  guint             n_asked;
  gboolean          is_silent;
  GPtrArray        *held;     /* (element-type SoupServerMessage): requests without answer */
  GString          *requests; /* "METHOD path?query authorization body" a line */
  YonderIceAccount *account;
  GHashTable       *values;

  gboolean          is_done;
  YonderIceLease   *lease;
  GError           *error;
} Fixture;

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  Fixture *fixture = data;
  GUri *uri = soup_server_message_get_uri (message);
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  const char *authorization = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization");
  const Answer *answer = &fixture->answers[fixture->n_asked++];

  g_string_append_printf (fixture->requests, "%s %s%s%s %s %.*s\n", soup_server_message_get_method (message), path,
                          g_uri_get_query (uri) != NULL ? "?" : "", g_uri_get_query (uri) != NULL ? g_uri_get_query (uri) : "",
                          authorization != NULL ? authorization : "-", (int) body->length, body->data != NULL ? body->data : "");
  if (fixture->is_silent) {
    soup_server_message_pause (message);
    g_ptr_array_add (fixture->held, g_object_ref (message));
    return;
  }
  soup_server_message_set_status (message, answer->status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, answer->body, strlen (answer->body));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoslist (GUri) uris = NULL;

  fixture->server = soup_server_new (NULL, NULL);
  fixture->requests = g_string_new (NULL);
  fixture->held = g_ptr_array_new_with_free_func (g_object_unref);
  soup_server_add_handler (fixture->server, NULL, on_request, fixture, NULL);
  soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (fixture->server);
  fixture->base = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  fixture->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  fixture->account = yonder_ice_account_new (NULL, NULL);
  yonder_ice_account_set_base (fixture->account, fixture->base);
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->lease, yonder_ice_lease_unref);
  g_clear_error (&fixture->error);
  g_assert_finalize_object (fixture->account);
  soup_server_disconnect (fixture->server);
  settle ();
  g_ptr_array_unref (fixture->held);
  g_object_unref (fixture->server);
  settle ();
  g_hash_table_unref (fixture->values);
  g_string_free (fixture->requests, TRUE);
  g_free (fixture->base);
}

static void
on_leased (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *fixture = data;

  fixture->lease = yonder_ice_provider_lease_finish (YONDER_ICE_PROVIDER (source), result, &fixture->error);
  fixture->is_done = TRUE;
}

static void
ask_with (Fixture *fixture, GCancellable *cancellable)
{
  fixture->is_done = FALSE;
  g_clear_pointer (&fixture->lease, yonder_ice_lease_unref);
  g_clear_error (&fixture->error);
  yonder_ice_provider_lease_async (YONDER_ICE_PROVIDER (fixture->account), cancellable, on_leased, fixture);
}

static void
ask (Fixture *fixture, const Answer *answers)
{
  fixture->answers = answers;
  fixture->n_asked = 0;
  g_string_truncate (fixture->requests, 0);
  ask_with (fixture, NULL);
  while (!fixture->is_done)
    g_main_context_iteration (NULL, TRUE);
}

static void
use (Fixture *fixture, const char *kind, ...)
{
  va_list list;
  const char *name;

  g_hash_table_remove_all (fixture->values);
  va_start (list, kind);
  while ((name = va_arg (list, const char *)) != NULL)
    g_hash_table_replace (fixture->values, g_strdup (name), g_strdup (va_arg (list, const char *)));
  va_end (list);
  yonder_ice_account_set (fixture->account, yonder_ice_provider_kind_find (kind), fixture->values);
}

/* Every URL with its credentials, and the life of them */
static char *
describe (YonderIceLease *lease)
{
  GListModel *servers = yonder_ice_lease_get_servers (lease);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (servers); i++) {
    g_autoptr (YonderIceServer) server = g_list_model_get_item (servers, i);
    GPtrArray *uris = yonder_ice_server_get_uris (server);

    for (guint j = 0; j < uris->len; j++) {
      g_autofree char *uri = yonder_ice_uri_print (uris->pdata[j]);

      g_string_append_printf (text, "%s ", uri);
    }
    if (yonder_ice_server_get_username (server) != NULL)
      g_string_append_printf (text, "(%s/%s) ", yonder_ice_server_get_username (server), yonder_ice_server_get_credential (server));
  }
  g_string_append_printf (text, "%" G_GINT64_FORMAT, yonder_ice_lease_get_ttl_s (lease));
  return g_string_free (text, FALSE);
}

#define assert_lease(fixture, expected) G_STMT_START { \
  g_autofree char *lease_ = NULL; g_assert_no_error ((fixture)->error); lease_ = describe ((fixture)->lease); \
  g_assert_cmpstr (lease_, ==, expected); } G_STMT_END

#define TWILIO "{\"username\": \"dc2d2894d5a9023620c467b0e71cfa6a35457e6679785ed6ae9856fe5bdfa269\", \"date_updated\": \"Fri, 01 May 2020 01:42:57 +0000\", " \
  "\"ttl\": \"86400\", \"date_created\": \"Fri, 01 May 2020 01:42:57 +0000\", \"account_sid\": \"ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", " \
  "\"password\": \"tE2DajzSJwnsSbc123\", \"ice_servers\": [" \
  "{\"url\": \"stun:global.stun.twilio.com:3478\", \"urls\": \"stun:global.stun.twilio.com:3478\"}, " \
  "{\"username\": \"dc2d\", \"credential\": \"tE2D\", \"url\": \"turn:global.turn.twilio.com:3478?transport=udp\", \"urls\": \"turn:global.turn.twilio.com:3478?transport=udp\"}, " \
  "{\"username\": \"dc2d\", \"credential\": \"tE2D\", \"url\": \"turn:global.turn.twilio.com:443?transport=tcp\", \"urls\": \"turn:global.turn.twilio.com:443?transport=tcp\"}]}"

static void
test_twilio (Fixture *fixture, gconstpointer data)
{
  use (fixture, "twilio", "account", "AC1", "secret", "to:ken", NULL);
  ask (fixture, (const Answer[]) { { 201, TWILIO } });
  g_assert_cmpstr (fixture->requests->str, ==, "POST /2010-04-01/Accounts/AC1/Tokens.json Basic QUMxOnRvOmtlbg== \n");
  assert_lease (fixture, "stun:global.stun.twilio.com:3478 turn:global.turn.twilio.com:3478?transport=udp (dc2d/tE2D) "
                         "turn:global.turn.twilio.com:443?transport=tcp (dc2d/tE2D) 86400");

  ask (fixture, (const Answer[]) { { 401, "{\"code\":20003,\"message\":\"Authenticate\",\"more_info\":\"https://www.twilio.com/docs/errors/20003\",\"status\":401}" } });
  g_assert_error (fixture->error, YONDER_ICE_PROVIDER_ERROR, YONDER_ICE_PROVIDER_ERROR_REFUSED);
  g_assert_cmpstr (fixture->error->message, ==, "Twilio does not accept the account (401: Authenticate). Check it in the preferences.");
}

static void
test_xirsys (Fixture *fixture, gconstpointer data)
{
  use (fixture, "xirsys", "account", "ada", "channel", "my channel", "secret", "01-02", NULL);
  /* as asked for, one object; as the provider's own page shows, one a URL */
  ask (fixture, (const Answer[]) { { 200, "{\"v\":{\"iceServers\":{\"username\":\"u\",\"urls\":[\"stun:ss-turn1.xirsys.com\",\"turn:ss-turn1.xirsys.com:80?transport=udp\","
                                          "\"turns:ss-turn1.xirsys.com:443?transport=tcp\"],\"credential\":\"c\"}},\"s\":\"ok\"}" } });
  g_assert_cmpstr (fixture->requests->str, ==, "PUT /_turn/my channel Basic YWRhOjAxLTAy {\"format\":\"urls\",\"expire\":86400}\n");
  assert_lease (fixture, "stun:ss-turn1.xirsys.com:3478 turn:ss-turn1.xirsys.com:80?transport=udp turns:ss-turn1.xirsys.com:443?transport=tcp (u/c) 86400");
  ask (fixture, (const Answer[]) { { 200, "{\"s\":\"ok\",\"v\":{\"iceServers\":[{\"url\":\"stun:ss-turn1.xirsys.com\"},"
                                          "{\"username\":\"u\",\"url\":\"turn:ss-turn1.xirsys.com:80?transport=udp\",\"credential\":\"c\"}]}}" } });
  assert_lease (fixture, "stun:ss-turn1.xirsys.com:3478 turn:ss-turn1.xirsys.com:80?transport=udp (u/c) 86400");

  ask (fixture, (const Answer[]) { { 200, "{\"s\":\"error\",\"v\":\"unauthorized\"}" } });
  g_assert_error (fixture->error, YONDER_ICE_PROVIDER_ERROR, YONDER_ICE_PROVIDER_ERROR_REFUSED);
  g_assert_cmpstr (fixture->error->message, ==, "Xirsys refused: unauthorized. Check the account in the preferences.");
}

#define METERED "[{\"urls\":\"stun:stun.relay.metered.ca:80\"},{\"urls\":\"turn:global.relay.metered.ca:80\",\"username\":\"u\",\"credential\":\"c\"}," \
  "{\"urls\":\"turn:global.relay.metered.ca:80?transport=tcp\",\"username\":\"u\",\"credential\":\"c\"}]"
#define METERED_LEASE "stun:stun.relay.metered.ca:80 turn:global.relay.metered.ca:80 (u/c) turn:global.relay.metered.ca:80?transport=tcp (u/c) "

static void
test_metered (Fixture *fixture, gconstpointer data)
{
  use (fixture, "metered", "account", "ourapp", "secret", "k&y", NULL);
  ask (fixture, (const Answer[]) { { 200, METERED } });
  g_assert_cmpstr (fixture->requests->str, ==, "GET /api/v1/turn/credentials?apiKey=k%26y - \n");
  assert_lease (fixture, METERED_LEASE "-1");

  use (fixture, "metered", "account", "ourapp", "secret", "key", "region", "europe", NULL);
  ask (fixture, (const Answer[]) { { 401, "{\"error\":\"Invalid API Key\"}" } });
  g_assert_cmpstr (fixture->requests->str, ==, "GET /api/v1/turn/credentials?apiKey=key&region=europe - \n");
  g_assert_cmpstr (fixture->error->message, ==, "Metered does not accept the account (401: Invalid API Key). Check it in the preferences.");
  ask (fixture, (const Answer[]) { { 400, "{\"error\":\"Please specify API Key\"}" } });
  g_assert_cmpstr (fixture->error->message, ==, "Metered refused (400: Please specify API Key). Check the account in the preferences.");
}

/* The secret key makes a credential; the key that comes with it opens the list. */
static void
test_metered_secret (Fixture *fixture, gconstpointer data)
{
  use (fixture, "metered-secret", "account", "ourapp", "secret", "s", NULL);
  ask (fixture, (const Answer[]) { { 200, "{\"username\":\"u\",\"password\":\"c\",\"expiryInSeconds\":14400,\"label\":\"yonder\",\"apiKey\":\"ak\"}" }, { 200, METERED } });
  g_assert_cmpstr (fixture->requests->str, ==, "POST /api/v1/turn/credential?secretKey=s - {\"expiryInSeconds\":86400,\"label\":\"yonder\"}\n"
                                               "GET /api/v1/turn/credentials?apiKey=ak - \n");
  assert_lease (fixture, METERED_LEASE "14400");
  ask (fixture, (const Answer[]) { { 400, "{\"message\":\"expiryInSeconds must be a number\"}" } });
  g_assert_nonnull (strstr (fixture->error->message, "expiryInSeconds must be a number"));
}

static void
test_cloudflare (Fixture *fixture, gconstpointer data)
{
  use (fixture, "cloudflare", "account", "keyid", "secret", "token", NULL);
  ask (fixture, (const Answer[]) { { 201, "{\"iceServers\":[{\"urls\":[\"stun:stun.cloudflare.com:3478\"]},{\"urls\":["
    "\"turn:turn.cloudflare.com:3478?transport=udp\",\"turn:turn.cloudflare.com:3478?transport=tcp\",\"turns:turn.cloudflare.com:5349?transport=tcp\","
    "\"turn:turn.cloudflare.com:53?transport=udp\",\"turn:turn.cloudflare.com:80?transport=tcp\",\"turns:turn.cloudflare.com:443?transport=tcp\"],"
    "\"username\":\"u\",\"credential\":\"c\"}]}" } });
  g_assert_cmpstr (fixture->requests->str, ==, "POST /v1/turn/keys/keyid/credentials/generate-ice-servers Bearer token {\"ttl\":86400}\n");
  assert_lease (fixture, "stun:stun.cloudflare.com:3478 turn:turn.cloudflare.com:3478?transport=udp turn:turn.cloudflare.com:3478?transport=tcp "
                         "turns:turn.cloudflare.com:5349?transport=tcp turn:turn.cloudflare.com:53?transport=udp turn:turn.cloudflare.com:80?transport=tcp "
                         "turns:turn.cloudflare.com:443?transport=tcp (u/c) 86400");

  ask (fixture, (const Answer[]) { { 401, "{\"success\":false,\"errors\":[{\"code\":10000,\"message\":\"Authentication error\"}]}" } });
  g_assert_cmpstr (fixture->error->message, ==, "Cloudflare does not accept the account (401: Authentication error). Check it in the preferences.");
}

static void
test_turn_rest (Fixture *fixture, gconstpointer data)
{
  static const char answer[] = "{\"username\":\"1433895918:ada\",\"password\":\"c+/=\",\"ttl\":86400,\"uris\":[\"turn:1.2.3.4:9991?transport=udp\",\"turn:1.2.3.4:9992?transport=tcp\"]}";

  yonder_ice_account_set_base (fixture->account, NULL);
  g_autofree char *uri = g_strconcat (fixture->base, "/turn", NULL);
  use (fixture, "turn-rest", "uri", uri, "account", "ada", "secret", "k", NULL);
  ask (fixture, (const Answer[]) { { 200, answer } });
  g_assert_cmpstr (fixture->requests->str, ==, "POST /turn?service=turn&username=ada&key=k - \n");
  assert_lease (fixture, "turn:1.2.3.4:9991?transport=udp turn:1.2.3.4:9992?transport=tcp (1433895918:ada/c+/=) 86400");

  /* servers that know GET only */
  ask (fixture, (const Answer[]) { { 405, "" }, { 200, answer } });
  g_assert_cmpstr (fixture->requests->str, ==, "POST /turn?service=turn&username=ada&key=k - \nGET /turn?service=turn&username=ada&key=k - \n");
  assert_lease (fixture, "turn:1.2.3.4:9991?transport=udp turn:1.2.3.4:9992?transport=tcp (1433895918:ada/c+/=) 86400");

  use (fixture, "turn-rest", "uri", "http://turn.example.org/", NULL);
  ask (fixture, NULL);
  g_assert_error (fixture->error, YONDER_ICE_PROVIDER_ERROR, YONDER_ICE_PROVIDER_ERROR_INCOMPLETE);
  g_assert_nonnull (strstr (fixture->error->message, "Use https://"));
}

/* Figures of openssl: printf 1700000000:ada | openssl dgst -sha1 -hmac north -binary | base64 */
static void
test_shared_secret (Fixture *fixture, gconstpointer data)
{
  g_autofree char *username = NULL, *credential = NULL, *nobody = NULL, *nobodys = NULL;
  g_autofree char *words = NULL;

  yonder_ice_make_credential ("north", "ada", 1700000000, &username, &credential);
  g_assert_cmpstr (username, ==, "1700000000:ada");
  g_assert_cmpstr (credential, ==, "ndZ88ryT1whVxdkcRLepT9D1MpM=");
  yonder_ice_make_credential ("north", "", 1700000000, &nobody, &nobodys);
  g_assert_cmpstr (nobody, ==, "1700000000");

  use (fixture, "coturn", "uri", "turn:t.example turns:t.example:443", "account", "ada", "secret", "north", NULL);
  ask (fixture, NULL);
  g_assert_no_error (fixture->error);
  g_assert_cmpint (yonder_ice_lease_get_ttl_s (fixture->lease), ==, 86400);
  words = describe (fixture->lease);
  g_assert_true (g_str_has_prefix (words, "turn:t.example:3478 turns:t.example:443 ("));
  g_assert_cmpuint (fixture->n_asked, ==, 0);
}

/* An account at each provider that is asked over HTTP. */
static const char * const asked_kinds[][2] = {
  { "twilio", "Twilio" }, { "cloudflare", "Cloudflare" }, { "metered", "Metered" }, { "metered-secret", "Metered" }, { "xirsys", "Xirsys" },
  { "turn-rest", "TURN REST service" },
};

static void
use_kind (Fixture *fixture, const char *kind)
{
  g_autofree char *uri = g_strconcat (fixture->base, "/turn", NULL);

  use (fixture, kind, "account", "ac1", "secret", "hush", "channel", "c", "uri", uri, NULL);
}

static void
test_bad_answers (Fixture *fixture, gconstpointer data)
{
  static const struct { guint status; const char *body; int code; const char *words; } cases[] = {
    { 200, "<html>welcome</html>", YONDER_ICE_PROVIDER_ERROR_BAD_ANSWER, "no list of servers" },
    { 200, "", YONDER_ICE_PROVIDER_ERROR_BAD_ANSWER, "no list of servers" },
    { 200, "\xff\xfe\x1b[2J", YONDER_ICE_PROVIDER_ERROR_BAD_ANSWER, "no list of servers" },
    { 200, "[]", YONDER_ICE_PROVIDER_ERROR_BAD_ANSWER, "gives no servers" },
    { 200, "{}", YONDER_ICE_PROVIDER_ERROR_BAD_ANSWER, "gives no servers" },
    { 200, "7", YONDER_ICE_PROVIDER_ERROR_BAD_ANSWER, "gives no servers" },
    { 200, "null", YONDER_ICE_PROVIDER_ERROR_BAD_ANSWER, "gives no servers" },
    { 200, "{\"iceServers\":\"turn:t.example\",\"ice_servers\":7}", YONDER_ICE_PROVIDER_ERROR_BAD_ANSWER, "gives no servers" },
    { 200, "[{\"urls\":\"turn:t.example\"}]", YONDER_ICE_PROVIDER_ERROR_BAD_ANSWER, "gives no servers" },
    { 200, "[{\"urls\":\"turn:t.example\",\"username\":[],\"credential\":{}}]", YONDER_ICE_PROVIDER_ERROR_BAD_ANSWER, "gives no servers" },
    { 200, "{\"v\":[[[[]]]],\"apiKey\":7}", YONDER_ICE_PROVIDER_ERROR_BAD_ANSWER, "gives no servers" },
    { 401, "{}", YONDER_ICE_PROVIDER_ERROR_REFUSED, "does not accept the account (401: Unauthorized)" },
    { 403, "", YONDER_ICE_PROVIDER_ERROR_REFUSED, "does not accept the account (403: Forbidden)" },
    { 403, "{\"message\":\"a\\u001b[2Jb\\r\\nc\"}", YONDER_ICE_PROVIDER_ERROR_REFUSED, "(403: a [2Jb  c)" },
    { 410, "nonsense", YONDER_ICE_PROVIDER_ERROR_REFUSED, "(410: Gone)" },
    { 429, "{\"message\":\"slow down\"}", YONDER_ICE_PROVIDER_ERROR_UNREACHABLE, "wants a pause" },
    { 500, "{\"message\":7}", YONDER_ICE_PROVIDER_ERROR_UNREACHABLE, "cannot work now (500: Internal Server Error)" },
    { 503, "", YONDER_ICE_PROVIDER_ERROR_UNREACHABLE, "cannot work now" },
    { 302, "", YONDER_ICE_PROVIDER_ERROR_BAD_ANSWER, "another address" },
  };
  g_autofree char *blank = g_strnfill (300 * 1024, ' ');
  g_autofree char *huge = g_strconcat ("{\"iceServers\":", METERED, blank, "}", NULL);

  for (guint kind = 0; kind < G_N_ELEMENTS (asked_kinds); kind++) {
    yonder_ice_account_set_base (fixture->account, kind < 5 ? fixture->base : NULL);
    use_kind (fixture, asked_kinds[kind][0]);
    for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
      g_autofree char *shown = g_strescape (cases[i].body, NULL);

      ask (fixture, (const Answer[]) { { cases[i].status, cases[i].body } });
      g_test_message ("%s, %u %s: %s", asked_kinds[kind][0], cases[i].status, shown, fixture->error != NULL ? fixture->error->message : "taken");
      g_assert_error (fixture->error, YONDER_ICE_PROVIDER_ERROR, cases[i].code);
      g_assert_true (g_str_has_prefix (fixture->error->message, asked_kinds[kind][1]));
      g_assert_nonnull (strstr (fixture->error->message, cases[i].words));
      g_assert_null (strstr (fixture->error->message, "hush"));
      g_assert_cmpuint (fixture->n_asked, ==, 1);
    }
    ask (fixture, (const Answer[]) { { 200, huge } });
    g_assert_error (fixture->error, YONDER_ICE_PROVIDER_ERROR, YONDER_ICE_PROVIDER_ERROR_BAD_ANSWER);
    g_assert_nonnull (strstr (fixture->error->message, "far more than a list of servers"));
  }

  use (fixture, "twilio", "account", "AC1", NULL);
  ask (fixture, NULL);
  g_assert_error (fixture->error, YONDER_ICE_PROVIDER_ERROR, YONDER_ICE_PROVIDER_ERROR_INCOMPLETE);
  g_assert_cmpstr (fixture->error->message, ==, "Auth token is missing.");
}

/* Hangs up in the middle of the answer. */
static void
on_cut_off (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  static const char half[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{\"iceServers\":[{";
  g_autoptr (GIOStream) connection = soup_server_message_steal_connection (message);

  g_output_stream_write_all (g_io_stream_get_output_stream (connection), half, strlen (half), NULL, NULL, NULL);
  g_io_stream_close (connection, NULL, NULL);
}

static void
test_cut_off (Fixture *fixture, gconstpointer data)
{
  soup_server_add_handler (fixture->server, "/_turn", on_cut_off, fixture, NULL);
  use_kind (fixture, "xirsys");
  ask (fixture, NULL);
  g_test_message ("%s", fixture->error->message);
  g_assert_true (g_error_matches (fixture->error, YONDER_ICE_PROVIDER_ERROR, YONDER_ICE_PROVIDER_ERROR_UNREACHABLE) ||
                 g_error_matches (fixture->error, YONDER_ICE_PROVIDER_ERROR, YONDER_ICE_PROVIDER_ERROR_BAD_ANSWER));
}

/* A provider that takes the question and says nothing: whoever asked can go. */
static void
test_silent (Fixture *fixture, gconstpointer data)
{
  fixture->answers = (const Answer[]) { { 0, NULL } };
  fixture->is_silent = TRUE;
  for (guint kind = 0; kind < G_N_ELEMENTS (asked_kinds); kind++) {
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();

    use_kind (fixture, asked_kinds[kind][0]);
    yonder_ice_account_set_base (fixture->account, kind < 5 ? fixture->base : NULL);
    fixture->n_asked = 0;
    ask_with (fixture, cancellable);
    while (fixture->held->len <= kind)
      g_main_context_iteration (NULL, TRUE);
    g_assert_false (fixture->is_done);
    g_cancellable_cancel (cancellable);
    while (!fixture->is_done)
      g_main_context_iteration (NULL, TRUE);
    g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  }
}

static void
test_unreachable (Fixture *fixture, gconstpointer data)
{
  use (fixture, "twilio", "account", "AC1", "secret", "x", NULL);
  soup_server_disconnect (fixture->server);
  ask (fixture, NULL);
  g_assert_error (fixture->error, YONDER_ICE_PROVIDER_ERROR, YONDER_ICE_PROVIDER_ERROR_UNREACHABLE);
  g_assert_true (g_str_has_prefix (fixture->error->message, "Twilio cannot be reached:"));
}

/* Which account there is outlives the program; its secret is in no file. */
static void
test_kept (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("yonder-account-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "account.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr (YonderSecrets) secrets = yonder_secrets_new ();
  YonderIceAccount *kept = yonder_ice_account_new (path, secrets);

  use (fixture, "twilio", "account", "AC1", "secret", "hush", NULL);
  yonder_ice_account_set (kept, yonder_ice_provider_kind_find ("twilio"), fixture->values);
  g_assert_finalize_object (kept);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "AC1"));
  g_assert_null (strstr (text, "hush"));

  g_object_unref (fixture->account);
  fixture->account = yonder_ice_account_new (path, secrets);
  yonder_ice_account_set_base (fixture->account, fixture->base);
  ask (fixture, (const Answer[]) { { 201, TWILIO } });
  g_assert_no_error (fixture->error);
  g_assert_cmpstr (fixture->requests->str, ==, "POST /2010-04-01/Accounts/AC1/Tokens.json Basic QUMxOmh1c2g= \n");
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_no_account (Fixture *fixture, gconstpointer data)
{
  ask (fixture, NULL);
  assert_lease (fixture, "-1");
}

int
main (int argc, char *argv[])
{
  static const struct { const char *path; void (*test) (Fixture *, gconstpointer); } tests[] = {
    { "/ice-account/twilio", test_twilio },
    { "/ice-account/xirsys", test_xirsys },
    { "/ice-account/metered", test_metered },
    { "/ice-account/metered-secret", test_metered_secret },
    { "/ice-account/cloudflare", test_cloudflare },
    { "/ice-account/turn-rest", test_turn_rest },
    { "/ice-account/shared-secret", test_shared_secret },
    { "/ice-account/bad-answers", test_bad_answers },
    { "/ice-account/cut-off", test_cut_off },
    { "/ice-account/silent", test_silent },
    { "/ice-account/unreachable", test_unreachable },
    { "/ice-account/kept", test_kept },
    { "/ice-account/no-account", test_no_account },
  };

  /* no bus: secrets last for the session; no proxy: the server is here */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_setenv ("no_proxy", "*", TRUE);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);

  return g_test_run ();
}
