/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ICE server URLs (RFC 7064, RFC 7065) and lists of servers in every shape that providers send. */

#include "yonder-ice-server.h"

#include "yonder-json.h"

#include <string.h>

static void
test_uris (void)
{
  static const struct { const char *text; YonderIceScheme scheme; const char *host; guint port; const char *transport, *printed; } cases[] = {
    /* RFC 7064 and RFC 7065, appendices */
    { "stun:example.org", YONDER_ICE_SCHEME_STUN, "example.org", 3478, NULL, "stun:example.org:3478" },
    { "stuns:example.org", YONDER_ICE_SCHEME_STUNS, "example.org", 5349, NULL, "stuns:example.org:5349" },
    { "stun:example.org:8000", YONDER_ICE_SCHEME_STUN, "example.org", 8000, NULL, "stun:example.org:8000" },
    { "turn:example.org", YONDER_ICE_SCHEME_TURN, "example.org", 3478, NULL, "turn:example.org:3478" },
    { "turns:example.org", YONDER_ICE_SCHEME_TURNS, "example.org", 5349, NULL, "turns:example.org:5349" },
    { "turn:example.org:8000", YONDER_ICE_SCHEME_TURN, "example.org", 8000, NULL, "turn:example.org:8000" },
    { "turn:example.org?transport=udp", YONDER_ICE_SCHEME_TURN, "example.org", 3478, "udp", "turn:example.org:3478?transport=udp" },
    { "turn:example.org?transport=tcp", YONDER_ICE_SCHEME_TURN, "example.org", 3478, "tcp", "turn:example.org:3478?transport=tcp" },
    { "turns:example.org?transport=tcp", YONDER_ICE_SCHEME_TURNS, "example.org", 5349, "tcp", "turns:example.org:5349?transport=tcp" },
    /* literals */
    { "stun:192.0.2.1", YONDER_ICE_SCHEME_STUN, "192.0.2.1", 3478, NULL, "stun:192.0.2.1:3478" },
    { "turn:[2001:db8::1]", YONDER_ICE_SCHEME_TURN, "2001:db8::1", 3478, NULL, "turn:[2001:db8::1]:3478" },
    { "turns:[::1]:443?transport=tcp", YONDER_ICE_SCHEME_TURNS, "::1", 443, "tcp", "turns:[::1]:443?transport=tcp" },
    /* what people type */
    { "TURN:Turn.Example.Org:65535?TRANSPORT=TCP", YONDER_ICE_SCHEME_TURN, "Turn.Example.Org", 65535, "tcp", "turn:Turn.Example.Org:65535?transport=tcp" },
    { "stun:localhost:1", YONDER_ICE_SCHEME_STUN, "localhost", 1, NULL, "stun:localhost:1" },
    { "stun:a_b.example.org.", YONDER_ICE_SCHEME_STUN, "a_b.example.org.", 3478, NULL, "stun:a_b.example.org.:3478" },
    { "stun:example.org?transport=udp", YONDER_ICE_SCHEME_STUN, "example.org", 3478, NULL, "stun:example.org:3478" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (YonderIceUri) uri = yonder_ice_uri_parse (cases[i].text, &error);
    g_autofree char *printed = NULL, *reprinted = NULL;

    g_assert_no_error (error);
    g_assert_cmpint (uri->scheme, ==, cases[i].scheme);
    g_assert_cmpstr (uri->host, ==, cases[i].host);
    g_assert_cmpuint (uri->port, ==, cases[i].port);
    g_assert_cmpstr (uri->transport, ==, cases[i].transport);
    printed = yonder_ice_uri_print (uri);
    g_assert_cmpstr (printed, ==, cases[i].printed);

    g_autoptr (YonderIceUri) again = yonder_ice_uri_parse (printed, &error);
    g_assert_no_error (error);
    reprinted = yonder_ice_uri_print (again);
    g_assert_cmpstr (reprinted, ==, printed);
  }
}

static void
test_bad_uris (void)
{
  static const char * const cases[] = {
    "", ":", "stun", "stun:", "turn::3478", "http:example.org", "stunx:example.org", " stun:example.org", "stun:example.org ", "stun :example.org",
    "stun://example.org", "turn://user:pass@example.org", "turn:user:pass@example.org", "turn:user@example.org", "turn:user@example.org:3478",
    "turn:example.org:", "turn:example.org:0", "turn:example.org:65536", "turn:example.org:-1", "turn:example.org:x", "turn:example.org:34 78",
    "turn:example.org:3478/", "turn:example.org:99999999999999999999", "turn:example.org:+5",
    "turn:example.org?", "turn:example.org?transport", "turn:example.org?transport=", "turn:example.org?transport=tls", "turn:example.org?x=y",
    "turn:example.org?transport=udp&x=y", "turn:example.org?transport=udp?transport=udp", "turn:example.org#x",
    "turn:[2001:db8::1", "turn:[]", "turn:[192.0.2.1]", "turn:[::1]x", "turn:[fe80::1%eth0]", "turn:[x]", "turn:2001:db8::1", "turn:::1",
    "turn:192.0.2", "turn:192.0.2.256", "turn:1.2.3.4.5", "turn:12345", "turn:.example.org", "turn:a..b", "turn:ex\u00e4mple.org", "turn:a b", "turn:a\nb",
    "turn:a,b", "turn:\"a\"",
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *label = g_strnfill (64, 'a');
  g_autofree char *long_label = g_strconcat ("turn:", label, ".org", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *shown = g_strescape (cases[i], NULL);

    g_test_message ("%s", shown);
    g_assert_null (yonder_ice_uri_parse (cases[i], &error));
    g_assert_error (error, YONDER_ICE_ERROR, YONDER_ICE_ERROR_BAD_URI);
    g_assert_null (strstr (error->message, "pass@"));
    g_clear_error (&error);
  }
  g_assert_null (yonder_ice_uri_parse (long_label, &error));
  g_assert_error (error, YONDER_ICE_ERROR, YONDER_ICE_ERROR_BAD_URI);
}

static void
test_server (void)
{
  static const char * const stun[] = { "stun:example.org", NULL }, * const turn[] = { "stun:example.org", "turn:example.org", NULL };
  static const char * const none[] = { NULL }, * const bad[] = { "turn:example.org", "nonsense", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderIceServer) plain = yonder_ice_server_new (stun, NULL, NULL, &error), relay = NULL;
  g_autofree char *endless = g_strnfill (2000, 'x');

  g_assert_no_error (error);
  g_assert_cmpuint (yonder_ice_server_get_uris (plain)->len, ==, 1);
  g_assert_null (yonder_ice_server_get_username (plain));
  relay = yonder_ice_server_new (turn, "1700000000:ada", "p+/=", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (yonder_ice_server_get_uris (relay)->len, ==, 2);
  g_assert_cmpstr (yonder_ice_server_get_username (relay), ==, "1700000000:ada");
  g_assert_cmpstr (yonder_ice_server_get_credential (relay), ==, "p+/=");

  g_assert_null (yonder_ice_server_new (turn, NULL, NULL, &error));
  g_assert_error (error, YONDER_ICE_ERROR, YONDER_ICE_ERROR_BAD_SERVER);
  g_clear_error (&error);
  g_assert_null (yonder_ice_server_new (turn, "ada", "", &error));
  g_assert_error (error, YONDER_ICE_ERROR, YONDER_ICE_ERROR_BAD_SERVER);
  g_clear_error (&error);
  g_assert_null (yonder_ice_server_new (none, "ada", "p", &error));
  g_assert_error (error, YONDER_ICE_ERROR, YONDER_ICE_ERROR_BAD_SERVER);
  g_clear_error (&error);
  g_assert_null (yonder_ice_server_new (turn, endless, "p", &error));
  g_assert_error (error, YONDER_ICE_ERROR, YONDER_ICE_ERROR_BAD_SERVER);
  g_clear_error (&error);
  g_assert_null (yonder_ice_server_new (bad, "ada", "p", &error));
  g_assert_error (error, YONDER_ICE_ERROR, YONDER_ICE_ERROR_BAD_URI);
}

/* The list as text, one server a word, its credential in brackets. */
static char *
describe (GListStore *list)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++) {
    g_autoptr (YonderIceServer) server = g_list_model_get_item (G_LIST_MODEL (list), i);
    GPtrArray *uris = yonder_ice_server_get_uris (server);

    g_string_append (text, i > 0 ? " " : "");
    for (guint j = 0; j < uris->len; j++) {
      g_autofree char *uri = yonder_ice_uri_print (uris->pdata[j]);

      g_string_append_printf (text, "%s%s", j > 0 ? "," : "", uri);
    }
    if (yonder_ice_server_get_credential (server) != NULL)
      g_string_append_printf (text, "(%s/%s)", yonder_ice_server_get_username (server), yonder_ice_server_get_credential (server));
  }
  return g_string_free (text, FALSE);
}

#define STUN "stun:example.org:3478"
#define TURN "turn:example.org:3478(ada/p)"

static void
test_lists (void)
{
  static const struct { const char *json, *servers; gint64 ttl_s; } cases[] = {
    /* RTCIceServer[], RTCConfiguration */
    { "[{\"urls\":\"stun:example.org\"}]", STUN, -1 },
    { "[{\"urls\":[\"stun:example.org\"]},{\"urls\":[\"turn:example.org\"],\"username\":\"ada\",\"credential\":\"p\"}]", STUN " " TURN, -1 },
    { "{\"iceServers\":[{\"url\":\"stun:example.org\"}],\"iceTransportPolicy\":\"relay\"}", STUN, -1 },
    { "[]", "", -1 },
    { "[\"stun:example.org\"]", STUN, -1 },
    /* the call server's endpoint */
    { "{\"iceServers\":[{\"urls\":\"stun:example.org\",\"username\":null,\"credential\":\"\"}],\"ttl\":3600}", STUN, 3600 },
    { "{\"data\":{\"iceServers\":[{\"urls\":\"stun:example.org\"}],\"ttl\":60}}", STUN, 60 },
    /* Twilio */
    { "{\"username\":\"x\",\"password\":\"y\",\"ttl\":\"86400\",\"ice_servers\":[{\"url\":\"stun:example.org\",\"urls\":\"stun:example.org\"},"
      "{\"url\":\"turn:example.org\",\"username\":\"ada\",\"urls\":\"turn:example.org\",\"credential\":\"p\"}]}", STUN " " TURN, 86400 },
    /* Xirsys, both ways */
    { "{\"v\":{\"iceServers\":[{\"url\":\"stun:example.org\"},{\"username\":\"ada\",\"url\":\"turn:example.org\",\"credential\":\"p\"}]},\"s\":\"ok\"}",
      STUN " " TURN, -1 },
    { "{\"v\":{\"iceServers\":{\"username\":\"ada\",\"urls\":[\"stun:example.org\",\"turn:example.org\"],\"credential\":\"p\"}},\"s\":\"ok\"}",
      "stun:example.org:3478,turn:example.org:3478(ada/p)", -1 },
    { "{\"d\":{\"iceServers\":[{\"url\":\"stun:example.org\"}]},\"s\":200}", STUN, -1 },
    /* coturn, draft-uberti-behave-turn-rest */
    { "{\"username\":\"ada\",\"password\":\"p\",\"ttl\":86400,\"uris\":[\"turn:example.org\"]}", TURN, 86400 },
    /* Cloudflare, older than a browser would like */
    { "{\"iceServers\":[{\"urls\":[\"turn:example.org?transport=udp\",\"turn:example.org:53?transport=udp\"],\"username\":\"ada\",\"credential\":\"p\"}]}",
      "turn:example.org:3478?transport=udp,turn:example.org:53?transport=udp(ada/p)", -1 },
    /* one bad entry, one bad URL */
    { "[{\"urls\":\"nonsense\"},{\"urls\":\"stun:example.org\"},7,{\"urls\":\"turn:example.org\"}]", STUN, -1 },
    { "[{\"urls\":[\"turn:example.org?transport=quic\",\"turn:example.org\"],\"username\":\"ada\",\"credential\":\"p\"}]", TURN, -1 },
    /* a ttl that is none */
    { "{\"iceServers\":[],\"ttl\":-5}", "", -1 },
    { "{\"iceServers\":[],\"ttl\":\"soon\"}", "", -1 },
    { "{\"iceServers\":[],\"ttl\":1e300}", "", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (JsonNode) root = yonder_json_parse (cases[i].json, -1, G_MAXSIZE, NULL);
    g_autoptr (GError) error = NULL;
    gint64 ttl_s = 0;
    g_autoptr (GListStore) list = yonder_ice_servers_parse (root, &ttl_s, &error);
    g_autofree char *servers = NULL;

    g_assert_no_error (error);
    servers = describe (list);
    g_assert_cmpstr (servers, ==, cases[i].servers);
    g_assert_cmpint (ttl_s, ==, cases[i].ttl_s);
  }
}

static void
test_bad_lists (void)
{
  static const char * const cases[] = {
    "null", "7", "true", "{}", "{\"iceServers\":7}", "{\"iceServers\":\"stun\"}", "{\"error\":\"Invalid API Key\"}", "{\"s\":\"error\",\"v\":\"no\"}",
    "[7]", "[null]", "[[]]", "[{}]", "[{\"urls\":7}]", "[{\"urls\":[7]}]", "[{\"urls\":[]}]", "[{\"urls\":\"\"}]", "[{\"urls\":{}}]",
    "[{\"urls\":\"turn:example.org\"}]", "[{\"urls\":\"turn:example.org\",\"username\":7,\"credential\":\"p\"}]",
    "[{\"urls\":\"turn:example.org\",\"username\":\"ada\",\"credential\":{\"macKey\":\"x\",\"accessToken\":\"y\"}}]",
  };
  g_autoptr (GString) many = g_string_new ("[\"stun:example.org\"");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (JsonNode) root = yonder_json_parse (cases[i], -1, G_MAXSIZE, NULL);
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", cases[i]);
    g_assert_null (yonder_ice_servers_parse (root, NULL, &error));
    g_assert_nonnull (error);
  }

  for (guint i = 0; i < 64; i++)
    g_string_append (many, ",\"stun:example.org\"");
  g_string_append (many, "]");
  g_autoptr (JsonNode) root = yonder_json_parse (many->str, -1, G_MAXSIZE, NULL);
  g_autoptr (GError) error = NULL;
  g_assert_null (yonder_ice_servers_parse (root, NULL, &error));
  g_assert_error (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_TOO_LARGE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ice-server/uris", test_uris);
  g_test_add_func ("/ice-server/bad-uris", test_bad_uris);
  g_test_add_func ("/ice-server/server", test_server);
  g_test_add_func ("/ice-server/lists", test_lists);
  g_test_add_func ("/ice-server/bad-lists", test_bad_lists);

  return g_test_run ();
}
