/* SPDX-License-Identifier: GPL-3.0-or-later */

/* No secret in a log, however it is dressed; what is no secret stays readable. */

#include "yonder-log.h"

#include <string.h>

/* Each text has the secret hunter2… somewhere; the words behind it must survive. */
static const struct { const char *text, *kept; } secrets[] = {
  { "{\"token\":\"hunter2abc\",\"user\":\"ada\"}", "\"user\":\"ada\"" },
  { "{\"refreshToken\" : \"hunter2abc\", \"x\":1}", "\"x\":1" },
  { "{\"password\":\"hun\\\"hunter2\\\\\",\"user\":\"ada\"}", "\"user\":\"ada\"" },
  { "{\"credential\":\"hunter2abc", "credential" },
  { "{\"password\":[\"hunter2\"],\"user\":\"ada\"}", "\"user\":\"ada\"" },
  { "{\"token\":{\"value\":\"hunter2\"},\"user\":\"ada\"}", "\"user\":\"ada\"" },
  { "40{\"auth\":{\"hunter2\":{\"deep\":\"hunter2}\"}},\"user\":\"ada\"}", "\"user\":\"ada\"" },
  { "{\"auth\":{\"x\":\"hunter2", "auth" },
  { "40{\"token\":\"hunter2\"}", "40{" },
  { "42[\"login\",{\"body\":\"{\\\"password\\\":\\\"hunter2\\\",\\\"user\\\":\\\"ada\\\"}\"}]", "ada" },
  { "{'password': <'hunter2'>, 'user': <'ada'>}", "ada" },
  { "YONDER_TOKEN=hunter2 yonder-cli call bob", "yonder-cli call bob" },
  { "GET /api/v1/turn/credentials?apiKey=hunter2&region=europe", "region=europe" },
  { "GET https://app.metered.live/api/v1/turn/credential?secretKey=hunter2&x=1", "x=1" },
  { "GET /socket.io/?EIO=4&transport=polling&sid=hunter2abc", "transport=polling" },
  { "password: hunter2 (of ada)", "ada" },
  { "Authorization: Bearer hunter2abcdef\r\nAccept: */*", "Accept: */*" },
  { "authorization: Basic aHVudGVyMg==hunter2\nHost: example.org", "Host: example.org" },
  { "Proxy-Authorization: Digest username=\"ada\", response=\"hunter2\"\r\nHost: example.org", "Host: example.org" },
  { "Set-Cookie: io=hunter2; Path=/\r\nHost: example.org", "Host: example.org" },
  { "sent Bearer hunter2abcdef to example.org", "example.org" },
  { "a=ice-ufrag:abcd\r\na=ice-pwd:hunter2hunter2hunter2\r\na=mid:0", "a=mid:0" },
  { "{\"sdp\":\"v=0\\r\\na=ice-pwd:hunter2\\r\\na=mid:0\\r\\n\"}", "a=mid:0" },
  { "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:hunter2\r\na=mid:0", "a=mid:0" },
  { "a=key-mgmt:mikey hunter2\r\na=mid:0", "a=mid:0" },
  { "turn://1700000000%3Aada:hunter2@turn.example.org:3478?transport=udp", "turn.example.org:3478?transport=udp" },
  { "turns:ada:hunter2@turn.example.org:5349", "turn.example.org:5349" },
  { "http_proxy is http://ada:hunter2@proxy.example.org:3128/", "proxy.example.org:3128" },
  { "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJodW50ZXIyIn0.hunter2hunter2 from example.org", "from example.org" },
  { "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\nand more", "and more" },
  { "-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n-----BEGIN EC PRIVATE KEY-----\nhunter2", "BEGIN CERTIFICATE" },
  { "{\"iceServers\":[{\"urls\":\"turn:turn.example.org\",\"username\":\"ada\",\"credential\":\"hunter2\"}]}",
    "turn:turn.example.org" },
};

static const char * const harmless[] = {
  "Connected to https://calls.example.org:8443/socket.io/ over websocket",
  "ICE candidate candidate:1 1 udp 2130706431 192.0.2.1 50000 typ host ufrag abcd",
  "a=fingerprint:sha-256 00:11:22:33",
  "turn:turn.example.org:3478?transport=tcp answered in 12 ms",
  "[2001:db8::1]:3478: connection refused",
  "Event “webrtc_offer”: offer is missing",
  "The password or user name is wrong",
  "0.5 % loss @ 300 kbit/s",
  "",
};

static void
test_redacted (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++) {
    g_autofree char *clean = yonder_redact (secrets[i].text);
    g_autofree char *again = yonder_redact (clean);

    g_test_message ("%s", clean);
    g_assert_null (strstr (clean, "hunter2"));
    g_assert_nonnull (strstr (clean, secrets[i].kept));
    g_assert_cmpstr (clean, ==, again);
  }
}

static void
test_harmless (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (harmless); i++) {
    g_autofree char *clean = yonder_redact (harmless[i]);

    g_assert_cmpstr (clean, ==, harmless[i]);
  }
}

/* Texts made to keep a regular expression busy, or to get a secret past it. */
static void
test_hostile (void)
{
  static const char * const units[] = { "\"auth\":{", "{\"auth\":{\"", "\\", "\\\"token\\\":\\\"", "a", "eyJaaaa.", "token",
                                        "http:a:", "'" };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++) {
    GString *text = g_string_new (NULL);

    while (text->len < 100000)
      g_string_append (text, units[i]);
    g_autofree char *long_text = g_string_free (text, FALSE);
    g_autofree char *clean = yonder_redact (long_text);
    g_assert_cmpuint (strlen (clean), <, 40000);
    g_assert_true (g_utf8_validate (clean, -1, NULL));
  }

  g_autofree char *invalid = yonder_redact ("\xff{\"token\":\"\xffhunter2\xc3\"}");
  g_assert_null (strstr (invalid, "hunter2"));
  g_assert_true (g_utf8_validate (invalid, -1, NULL));
}

/* The process's own log, its libraries' lines too, and never standard output. */
static void
test_writer (void)
{
  if (g_test_subprocess ()) {
    yonder_log_init (TRUE);
    g_log ("yonder-wire", G_LOG_LEVEL_DEBUG, "debug token=hunter2");
    g_log ("libsoup-http", G_LOG_LEVEL_MESSAGE, "> Authorization: Bearer hunter2abc");
    g_log ("yonder-wire", G_LOG_LEVEL_MESSAGE, "hostile \x1b[2J\x07\xff end\n** Message: forged");
    g_log_structured ("foreign", G_LOG_LEVEL_WARNING, "MESSAGE", "structured {\"password\":\"hunter2\"}");
    return;
  }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_stderr ("*debug token=???\n*");
  g_test_trap_assert_stderr ("*Authorization: ???\n*");
  g_test_trap_assert_stderr ("*structured*");
  g_test_trap_assert_stderr_unmatched ("*hunter2*");
  /* bytes that would steer a terminal are shown, not done; a line break begins no line of its own */
  g_test_trap_assert_stderr ("*hostile \\u001b[2J\\u0007* end\n    ** Message: forged*");
  g_test_trap_assert_stderr_unmatched ("*\x1b*");
  g_test_trap_assert_stdout_unmatched ("*hunter2*");
  g_test_trap_assert_stdout_unmatched ("*structured*");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log/redacted", test_redacted);
  g_test_add_func ("/log/harmless", test_harmless);
  g_test_add_func ("/log/hostile", test_hostile);
  g_test_add_func ("/log/writer", test_writer);

  return g_test_run ();
}
