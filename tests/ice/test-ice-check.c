/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said about a server that was typed in, and what is read from text that was pasted. */

#include "yonder-ice-check.h"
#include "yonder-ice-import.h"

#define NOW 1700000000
#define HEX32 "0123456789abcdef0123456789abcdef"

static void
test_check (void)
{
  static const struct { const char *urls, *username, *credential, *severity, *words; } cases[] = {
    { "stun:stun.example.org", NULL, NULL, NULL, NULL },
    { "turn:turn.example.org turns:turn.example.org:443", "ada", "p", NULL, NULL },
    /* mistakes */
    { "", NULL, NULL, "error", "needs a URL" },
    { "tur", NULL, NULL, "error", "begins with stun:" },
    { "https://turn.example.org", NULL, NULL, "error", "begins with stun:" },
    { "turn://turn.example.org", "ada", "p", "error", "no slashes" },
    { "turn:ada:p@turn.example.org", "ada", "p", "error", "fields of their own" },
    { "turn:turn.example.org:99999", "ada", "p", "error", "1 to 65535" },
    { "turn:turn.example.org", NULL, NULL, "error", "needs a user name and a password" },
    { "turn:turn.example.org", "ada", "", "error", "needs a user name and a password" },
    { "stun:stun.example.org", "ada", "p", "warning", "needs no user name" },
    /* a TURN server that is none */
    { "turn:stun.l.google.com:19302", "ada", "p", "warning", "speaks STUN only" },
    { "turns:stun.cloudflare.com", "ada", "p", "warning", "speaks STUN only" },
    { "stun:stun.l.google.com:19302", NULL, NULL, NULL, NULL },
    /* passwords that everybody has */
    { "turn:openrelay.metered.ca:80", "openrelayproject", "openrelayproject", "warning", "everybody knows" },
    { "turn:turn.example.org", "openrelayproject", "x", "warning", "everybody knows" },
    { "turn:global.openrelay.metered.ca", "x", "y", "warning", "everybody knows" },
    { "turn:numb.viagenie.ca", "a@b.example", "y", "warning", "everybody knows" },
    { "turn:notopenrelay.metered.ca.example.net", "x", "y", NULL, NULL },
    /* account secrets */
    { "turn:global.turn.twilio.com:3478", "AC" HEX32, HEX32, "warning", "account secret of Twilio" },
    { "turn:global.turn.twilio.com:3478", "SK" HEX32, "x", "warning", "account secret of Twilio" },
    { "turn:turn.cloudflare.com:3478", HEX32, HEX32 HEX32, "warning", "account secret of Cloudflare" },
    { "turn:turn.cloudflare.com:3478", HEX32 HEX32 HEX32, HEX32 HEX32, NULL, NULL },
    { "turn:ss-turn1.xirsys.com:80", "ada", "01234567-89ab-11ee-8000-0123456789ab", "warning", "account secret of Xirsys" },
    /* time-limited names */
    { "turn:turn.example.org", "1699999999:ada", "p", "warning", "ran out on" },
    { "turn:turn.example.org", "1700003600:ada", "p", "warning", "run out on" },
    { "turn:turn.example.org", "1700003600", "p", "warning", "run out on" },
    { "turn:turn.example.org", "17000036001", "p", NULL, NULL },
    /* left from an example */
    { "turn:your-turn-server.com", "ada", "p", "warning", "stands for a name" },
    { "turn:turn.example.org", "your_username", "p", "warning", "as in an example" },
    { "turn:localhost:3478", "ada", "p", "warning", "is this computer" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (GStrv) urls = yonder_ice_split_urls (cases[i].urls);
    g_autoptr (GPtrArray) findings = yonder_ice_check ((const char * const *) urls, cases[i].username, cases[i].credential, NOW);
    YonderIceFinding *first = findings->len > 0 ? findings->pdata[0] : NULL;

    g_test_message ("%s %s: %s", cases[i].urls, cases[i].username, first != NULL ? first->message : "fine");
    if (cases[i].severity == NULL) {
      g_assert_null (first);
      continue;
    }
    g_assert_nonnull (first);
    g_assert_cmpint (first->severity, ==, g_str_equal (cases[i].severity, "error") ? YONDER_ICE_FINDING_ERROR : YONDER_ICE_FINDING_WARNING);
    g_assert_nonnull (strstr (first->message, cases[i].words));
    /* a sentence about a secret does not repeat it */
    g_assert_null (strstr (first->message, HEX32));
  }
}

/* "host,host(user/password) host" */
static char *
describe (YonderIceImport *import)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < import->entries->len; i++) {
    YonderIceEntry *entry = import->entries->pdata[i];
    g_autofree char *urls = g_strjoinv (",", (char **) yonder_ice_entry_get_urls (entry));

    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", urls);
    if (yonder_ice_entry_get_username (entry) != NULL)
      g_string_append_printf (text, "(%s/%s)", yonder_ice_entry_get_username (entry), yonder_ice_entry_get_credential (entry));
  }
  return g_string_free (text, FALSE);
}

#define S "stun:s.example"
#define T "turn:t.example"

static void
test_import (void)
{
  static const struct { const char *text, *servers, *note; } cases[] = {
    /* JSON in every shape */
    { "[{\"urls\":\"" S "\"},{\"urls\":[\"" T "\"],\"username\":\"ada\",\"credential\":\"p\"}]", S " " T "(ada/p)", NULL },
    { " \n{\"iceServers\":[{\"url\":\"" S "\"}]}", S, NULL },
    { "{\"ice_servers\":[{\"url\":\"" S "\"}],\"ttl\":\"86400\"}", S, NULL },
    { "{\"v\":{\"iceServers\":{\"urls\":[\"" S "\",\"" T "\"],\"username\":\"ada\",\"credential\":\"p\"}},\"s\":\"ok\"}", S "," T "(ada/p)", NULL },
    { "{\"username\":\"ada\",\"password\":\"p\",\"ttl\":86400,\"uris\":[\"" T "\"]}", T "(ada/p)", NULL },
    { "{\"urls\":\"" T "\",\"username\":\"ada\",\"credential\":\"p\"}", T "(ada/p)", NULL },
    /* what Yonder exports: without passwords */
    { "{\"iceServers\":[{\"urls\":[\"" T "\"],\"username\":\"ada\"}]}", T "(ada/(null))", NULL },
    /* .env */
    { "VITE_ICE_SERVERS='[{\"urls\":\"" S "\"}]'\n", S, NULL },
    { "ICE_SERVERS=\"[{\\\"urls\\\":\\\"" S "\\\"}]\"\nPORT=3000\n", S, NULL },
    { "# servers\nexport TURN_SERVERS=[{\"urls\":\"" T "\",\"username\":\"ada\",\"credential\":\"p\"}]\r\n", T "(ada/p)", NULL },
    { "NEXT_PUBLIC_ICE_SERVERS='[\n  {\"urls\": \"" S "\"},\n  {\"urls\": \"stun:z.example\"}\n]'\n", S " stun:z.example", NULL },
    { "REACT_APP_TURN_URL=" T "\nREACT_APP_TURN_USERNAME=ada\nREACT_APP_TURN_CREDENTIAL=\"p#1\" # secret\n", T "(ada/p#1)", NULL },
    { "A_TURN_URL=" T "\nB_TURN_URL=turn:b.example\nB_TURN_USERNAME=bob\nA_TURN_USERNAME=ada\nA_TURN_PASSWORD=p\nB_TURN_PASSWORD=q",
      T "(ada/p) turn:b.example(bob/q)", NULL },
    { "TURN_URL_1=" T "\nTURN_USERNAME_1=ada\nTURN_CREDENTIAL_1=p\nTURN_URL_2=turn:b.example\nTURN_USERNAME_2=bob\nTURN_CREDENTIAL_2=q\n",
      T "(ada/p) turn:b.example(bob/q)", NULL },
    { "TURN_URLS=" T ",turns:t.example\nTURN_USER=ada\nTURN_PASS=p\nSTUN_URL=" S, T ",turns:t.example(ada/p) " S, NULL },
    { "TURN_HOST=t.example:3478\nTURN_USERNAME=ada\nTURN_CREDENTIAL=p", "turn:t.example:3478(ada/p)", NULL },
    { "ICE_SERVERS=" S "," T, S "," T, NULL },
    /* URLs */
    { S "\n" T "\n", S " " T, NULL },
    /* account secrets are pointed out, never taken */
    { "STUN_URL=" S "\nTWILIO_ACCOUNT_SID=AC1\nTWILIO_AUTH_TOKEN=topsecret\n", S, "TWILIO_AUTH_TOKEN is an account secret of Twilio, not" },
    { "VITE_TWILIO_AUTH_TOKEN=topsecret\n", "", "every visitor can read it" },
    { "TURN_SECRET=topsecret\n", "", "account secret of coturn" },
    { "TURN_SERVERS=[nonsense\nSTUN_URL=" S, S, "TURN_SERVERS was not taken:" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (YonderIceImport) import = yonder_ice_import_text (cases[i].text, -1, &error);
    g_autofree char *servers = NULL;
    g_autofree char *shown = g_strescape (cases[i].text, NULL);

    g_test_message ("%s", shown);
    g_assert_no_error (error);
    servers = describe (import);
    g_assert_cmpstr (servers, ==, cases[i].servers);
    if (cases[i].note == NULL) {
      g_assert_cmpuint (g_strv_length (import->notes), ==, 0);
      continue;
    }
    g_assert_cmpuint (g_strv_length (import->notes), ==, 1);
    g_assert_nonnull (strstr (import->notes[0], cases[i].note));
    g_assert_null (strstr (import->notes[0], "topsecret"));
  }
}

static void
test_bad_import (void)
{
  static const struct { const char *text, *words; } cases[] = {
    { "", "no ICE servers" }, { "hello", "no ICE servers" }, { "PORT=3000\nHOST=x", "no ICE servers" }, { "{}", "" }, { "[]", "no ICE servers" },
    { "[{ urls: 'stun:s.example' }]", "JavaScript, not JSON" }, { "[{", "" }, { "\xff\xfe", "no text" }, { "stun:", NULL },
    { "[{\"urls\":\"http://x\"}]", "begins with stun:" },
  };
  g_autofree char *long_text = g_strnfill (300 * 1024, ' ');
  g_autoptr (GError) long_error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (YonderIceImport) import = yonder_ice_import_text (cases[i].text, -1, &error);
    g_autofree char *shown = g_strescape (cases[i].text, NULL);

    g_test_message ("%s: %s", shown, error != NULL ? error->message : "taken");
    if (cases[i].words == NULL) {
      g_assert_nonnull (import); /* an entry with a warning of its own */
      continue;
    }
    g_assert_null (import);
    g_assert_nonnull (strstr (error->message, cases[i].words));
  }
  g_assert_null (yonder_ice_import_text (long_text, -1, &long_error));
  g_assert_nonnull (long_error);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ice-check/findings", test_check);
  g_test_add_func ("/ice-import/shapes", test_import);
  g_test_add_func ("/ice-import/bad", test_bad_import);

  return g_test_run ();
}
