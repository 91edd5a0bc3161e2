/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What webrtcbin is told of a server: user name and password escaped each on its own, and never a turns: URL, which it would use in clear. */

#include "yonder-webrtc-uri.h"

static void
test_turn (void)
{
  static const struct { const char *url, *username, *credential, *expected; } cases[] = {
    { "turn:turn.example.org", "ada", "p", "turn://ada:p@turn.example.org:3478" },
    { "turn:turn.example.org:80?transport=tcp", "ada", "p", "turn://ada:p@turn.example.org:80?transport=tcp" },
    /* of a shared secret: "expiry:user" and base64 */
    { "turn:t.example?transport=udp", "1700000000:ada", "ndZ8/r+T1wh=", "turn://1700000000%3Aada:ndZ8%2Fr%2BT1wh%3D@t.example:3478?transport=udp" },
    { "turn:t.example", "a@b/c?d#e", "p:@[]% \u00e4", "turn://a%40b%2Fc%3Fd%23e:p%3A%40%5B%5D%25%20%C3%A4@t.example:3478" },
    { "turn:[2001:db8::1]:443", "ada", "p", "turn://ada:p@[2001:db8::1]:443" },
    /* these are not for webrtcbin */
    { "turns:t.example", "ada", "p", NULL },
    { "stun:t.example", "ada", "p", NULL },
    { "turn:t.example", NULL, "p", NULL },
    { "turn:t.example", "ada", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (YonderIceUri) uri = yonder_ice_uri_parse (cases[i].url, NULL);
    g_autofree char *text = yonder_webrtc_uri_print_turn (uri, cases[i].username, cases[i].credential);

    g_assert_cmpstr (text, ==, cases[i].expected);
  }
}

static void
test_stun (void)
{
  static const struct { const char *url, *expected; } cases[] = {
    { "stun:stun.example.org", "stun://stun.example.org:3478" },
    { "stun:[2001:db8::1]:19302", "stun://[2001:db8::1]:19302" },
    { "stuns:stun.example.org", NULL },
    { "turn:turn.example.org", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (YonderIceUri) uri = yonder_ice_uri_parse (cases[i].url, NULL);
    g_autofree char *text = yonder_webrtc_uri_print_stun (uri);

    g_assert_cmpstr (text, ==, cases[i].expected);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/webrtc-uri/turn", test_turn);
  g_test_add_func ("/media/webrtc-uri/stun", test_stun);
  return g_test_run ();
}
