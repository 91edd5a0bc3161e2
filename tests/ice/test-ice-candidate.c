/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Candidates: those that browsers and RFCs write are read, and nothing that RFC 8839 does not allow gets through, since what does not
 * parse means the end of candidates to webrtcbin. */

#include "yonder-ice-candidate.h"

static YonderIceCandidate *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  YonderIceCandidate *candidate = yonder_ice_candidate_parse (text, NULL, -1, NULL, &error);

  g_assert_no_error (error);
  return candidate;
}

static void
test_valid (void)
{
  static const struct {
    const char *text, *type, *protocol, *address;
    guint       port, component, priority;
    const char *ufrag;
    gboolean    is_mdns;
  } cases[] = {
    /* RFC 8839 section 5.1 */
    { "candidate:1 1 UDP 2130706431 203.0.113.141 8998 typ host", "host", "udp", "203.0.113.141", 8998, 1, 2130706431, NULL, FALSE },
    { "candidate:2 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr 203.0.113.141 rport 8998",
      "srflx", "udp", "192.0.2.3", 45664, 1, 1694498815, NULL, FALSE },
    /* Chromium */
    { "candidate:3885250869 1 udp 2122260223 192.168.1.2 58421 typ host generation 0 ufrag kYIa network-id 1 network-cost 10",
      "host", "udp", "192.168.1.2", 58421, 1, 2122260223, "kYIa", FALSE },
    { "candidate:1467250027 1 udp 2122260223 2b1b4d9c-6b8e-4a29-9c1d-000000000000.local 46154 typ host generation 0 ufrag yGIw network-cost 999",
      "host", "udp", "2b1b4d9c-6b8e-4a29-9c1d-000000000000.local", 46154, 1, 2122260223, "yGIw", TRUE },
    { "candidate:4179549701 1 tcp 1518280447 192.168.1.2 9 typ host tcptype active generation 0 ufrag kYIa network-id 1",
      "host", "tcp", "192.168.1.2", 9, 1, 1518280447, "kYIa", FALSE },
    { "candidate:842163049 1 udp 1677729535 198.51.100.7 54321 typ srflx raddr 0.0.0.0 rport 0 generation 0 ufrag kYIa",
      "srflx", "udp", "198.51.100.7", 54321, 1, 1677729535, "kYIa", FALSE },
    /* Firefox */
    { "candidate:0 1 UDP 2122187007 192.168.1.2 46416 typ host", "host", "udp", "192.168.1.2", 46416, 1, 2122187007, NULL, FALSE },
    { "candidate:1 1 TCP 2105458943 192.168.1.2 9 typ host tcptype active", "host", "tcp", "192.168.1.2", 9, 1, 2105458943, NULL, FALSE },
    { "candidate:3 2 UDP 92086015 203.0.113.9 62113 typ relay raddr 203.0.113.9 rport 62113",
      "relay", "udp", "203.0.113.9", 62113, 2, 92086015, NULL, FALSE },
    /* libnice */
    { "candidate:6 1 UDP 2015363327 2001:db8::1 40000 typ host", "host", "udp", "2001:db8::1", 40000, 1, 2015363327, NULL, FALSE },
    { "candidate:7 1 TCP 1015021823 fe80::1 9 typ host tcptype active", "host", "tcp", "fe80::1", 9, 1, 1015021823, NULL, FALSE },
    { "candidate:8 1 TCP 1010827519 192.0.2.1 40001 typ host tcptype passive", "host", "tcp", "192.0.2.1", 40001, 1, 1010827519, NULL, FALSE },
    { "candidate:8 1 TCP 1010827519 192.0.2.1 40001 typ prflx raddr 10.0.0.1 rport 5 tcptype so", "prflx", "tcp", "192.0.2.1", 40001, 1, 1010827519, NULL, FALSE },
    /* The edges of the grammar */
    { "candidate:+/aA0123456789012345678901234567 256 udp 4294967295 turn.example.org 65535 typ relay raddr turn_1.local. rport 65535",
      "relay", "udp", "turn.example.org", 65535, 256, 4294967295, NULL, FALSE },
    { "candidate:1 1 udp 1 X.LOCAL 1 typ host new-thing value", "host", "udp", "X.LOCAL", 1, 1, 1, NULL, TRUE },
    { "candidate:1 1 tcp 1 192.0.2.1 0 typ host tcptype active", "host", "tcp", "192.0.2.1", 0, 1, 1, NULL, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *line = g_strdup_printf ("a=%s\r\n", cases[i].text);
    g_autoptr (YonderIceCandidate) candidate = parse (cases[i].text), same = parse (line);

    g_assert_false (yonder_ice_candidate_is_end (candidate));
    g_assert_cmpstr (yonder_ice_candidate_get_text (candidate), ==, cases[i].text);
    g_assert_cmpstr (yonder_ice_candidate_get_text (same), ==, cases[i].text);
    g_assert_cmpstr (yonder_ice_candidate_get_type_name (candidate), ==, cases[i].type);
    g_assert_cmpstr (yonder_ice_candidate_get_protocol (candidate), ==, cases[i].protocol);
    g_assert_cmpstr (yonder_ice_candidate_get_address (candidate), ==, cases[i].address);
    g_assert_cmpuint (yonder_ice_candidate_get_port (candidate), ==, cases[i].port);
    g_assert_cmpuint (yonder_ice_candidate_get_component (candidate), ==, cases[i].component);
    g_assert_cmpuint (yonder_ice_candidate_get_priority (candidate), ==, cases[i].priority);
    g_assert_cmpstr (yonder_ice_candidate_get_ufrag (candidate), ==, cases[i].ufrag);
    g_assert_cmpint (yonder_ice_candidate_is_mdns (candidate), ==, cases[i].is_mdns);
    g_assert_cmpint (yonder_ice_candidate_get_mline_index (candidate), ==, -1);
  }
}

static void
test_invalid (void)
{
  static const char * const cases[] = {
    "candidate", "candidate:", "Candidate:1 1 udp 1 192.0.2.1 1 typ host", "1 1 udp 1 192.0.2.1 1 typ host", " candidate:1 1 udp 1 192.0.2.1 1 typ host",
    "null", "undefined", "[object Object]", "a=", "a=b=candidate:1 1 udp 1 192.0.2.1 1 typ host", "end-of-candidates ", "end",
    /* too few words, too many blanks */
    "candidate:1 1 udp 1 192.0.2.1 1 typ", "candidate:1 1 udp 1 192.0.2.1 1", "candidate:1", "candidate:1  1 udp 1 192.0.2.1 1 typ host",
    "candidate: 1 1 udp 1 192.0.2.1 1 typ host", "candidate:1 1 udp 1 192.0.2.1 1 typ host ", "candidate:1\t1 udp 1 192.0.2.1 1 typ host",
    /* foundation */
    "candidate:012345678901234567890123456789012 1 udp 1 192.0.2.1 1 typ host", "candidate:a-b 1 udp 1 192.0.2.1 1 typ host",
    "candidate:\u00e4 1 udp 1 192.0.2.1 1 typ host",
    /* component, priority, port */
    "candidate:1 0 udp 1 192.0.2.1 1 typ host", "candidate:1 257 udp 1 192.0.2.1 1 typ host", "candidate:1 -1 udp 1 192.0.2.1 1 typ host",
    "candidate:1 1.0 udp 1 192.0.2.1 1 typ host", "candidate:1 x udp 1 192.0.2.1 1 typ host", "candidate:1 1x udp 1 192.0.2.1 1 typ host",
    "candidate:1 1 udp 0 192.0.2.1 1 typ host", "candidate:1 1 udp 4294967296 192.0.2.1 1 typ host", "candidate:1 1 udp -1 192.0.2.1 1 typ host",
    "candidate:1 1 udp +1 192.0.2.1 1 typ host", "candidate:1 1 udp 99999999999999999999999 192.0.2.1 1 typ host",
    "candidate:1 1 udp 1 192.0.2.1 0 typ host", "candidate:1 1 udp 1 192.0.2.1 65536 typ host", "candidate:1 1 udp 1 192.0.2.1 -5 typ host",
    "candidate:1 1 udp 1 192.0.2.1 0x50 typ host",
    /* transport */
    "candidate:1 1 sctp 1 192.0.2.1 1 typ host", "candidate:1 1 ssltcp 1 192.0.2.1 1 typ host", "candidate:1 1 udpx 1 192.0.2.1 1 typ host",
    "candidate:1 1 tcp 1 192.0.2.1 1 typ host", "candidate:1 1 tcp 1 192.0.2.1 1 typ host tcptype", "candidate:1 1 tcp 1 192.0.2.1 1 typ host tcptype loud",
    /* address */
    "candidate:1 1 udp 1 192.0.2 1 typ host", "candidate:1 1 udp 1 192.0.2.256 1 typ host", "candidate:1 1 udp 1 1.2.3.4.5 1 typ host",
    "candidate:1 1 udp 1 12345 1 typ host", "candidate:1 1 udp 1 [2001:db8::1] 1 typ host", "candidate:1 1 udp 1 2001:db8:::1 1 typ host",
    "candidate:1 1 udp 1 fe80::1%eth0 1 typ host", "candidate:1 1 udp 1 a..local 1 typ host", "candidate:1 1 udp 1 .local 1 typ host",
    "candidate:1 1 udp 1 a/b 1 typ host", "candidate:1 1 udp 1 ex\u00e4mple 1 typ host", "candidate:1 1 udp 1 a:b 1 typ host",
    "candidate:1 1 udp 1 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.local 1 typ host",
    /* type and extensions */
    "candidate:1 1 udp 1 192.0.2.1 1 type host", "candidate:1 1 udp 1 192.0.2.1 1 typ", "candidate:1 1 udp 1 192.0.2.1 1 typ HOST",
    "candidate:1 1 udp 1 192.0.2.1 1 typ local", "candidate:1 1 udp 1 192.0.2.1 1 typ host x", "candidate:1 1 udp 1 192.0.2.1 1 typ host x  y",
    "candidate:1 1 udp 1 192.0.2.1 1 typ srflx raddr", "candidate:1 1 udp 1 192.0.2.1 1 typ srflx raddr 1.2.3 rport 1",
    "candidate:1 1 udp 1 192.0.2.1 1 typ srflx raddr 192.0.2.1 rport x", "candidate:1 1 udp 1 192.0.2.1 1 typ srflx raddr 192.0.2.1 rport 65536",
    "candidate:1 1 udp 1 192.0.2.1 1 typ host ufrag a:b",
    /* lines within the line */
    "candidate:1 1 udp 1 192.0.2.1 1 typ host\r\na=ice-pwd:x", "candidate:1 1 udp 1 192.0.2.1 1 typ host\nx y", "candidate:1 1 udp 1 192.0.2.1 1 typ host\n\n",
    "candidate:1 1 udp 1 192.0.2.1 1 typ host x \x7f", "candidate:1 1 udp 1 192.0.2.1 1 typ host x \x01",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (YonderIceCandidate) candidate = yonder_ice_candidate_parse (cases[i], "0", 0, NULL, &error);
    g_autofree char *shown = g_strescape (cases[i], NULL);

    /* "a=" alone is an empty attribute, and so is what browsers send at the end. */
    if (g_str_equal (cases[i], "a=")) {
      g_assert_true (yonder_ice_candidate_is_end (candidate));
      continue;
    }
    g_test_message ("%s", shown);
    g_assert_null (candidate);
    g_assert_error (error, YONDER_ICE_ERROR, YONDER_ICE_ERROR_BAD_CANDIDATE);
  }
}

static void
test_length (void)
{
  g_autoptr (GString) text = g_string_new ("candidate:1 1 udp 1 192.0.2.1 1 typ host x ");
  g_autoptr (GString) words = g_string_new ("candidate:1 1 udp 1 192.0.2.1 1 typ host");
  g_autoptr (GError) error = NULL;

  while (text->len < 2048)
    g_string_append_c (text, 'y');
  g_autoptr (YonderIceCandidate) longest = parse (text->str);
  g_string_append_c (text, 'y');
  g_assert_null (yonder_ice_candidate_parse (text->str, NULL, -1, NULL, &error));
  g_assert_error (error, YONDER_ICE_ERROR, YONDER_ICE_ERROR_BAD_CANDIDATE);
  g_clear_error (&error);

  for (guint i = 0; i < 28; i++)
    g_string_append (words, " a b");
  g_autoptr (YonderIceCandidate) most = parse (words->str);
  g_string_append (words, " a b");
  g_assert_null (yonder_ice_candidate_parse (words->str, NULL, -1, NULL, &error));
  g_assert_error (error, YONDER_ICE_ERROR, YONDER_ICE_ERROR_BAD_CANDIDATE);
}

static void
test_end (void)
{
  static const char * const cases[] = { "", "\r\n", "a=end-of-candidates", "end-of-candidates\r\n" };
  g_autoptr (YonderIceCandidate) made = yonder_ice_candidate_new_end ("0", 0, "abcd");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (YonderIceCandidate) end = parse (cases[i]);

    g_assert_true (yonder_ice_candidate_is_end (end));
    g_assert_cmpstr (yonder_ice_candidate_get_text (end), ==, "");
    g_assert_cmpstr (yonder_ice_candidate_get_address (end), ==, "");
  }
  g_assert_true (yonder_ice_candidate_is_end (made));
  g_assert_cmpstr (yonder_ice_candidate_get_mid (made), ==, "0");
  g_assert_cmpstr (yonder_ice_candidate_get_ufrag (made), ==, "abcd");
}

/* What stands beside the text in an RTCIceCandidateInit. */
static void
test_place (void)
{
  static const char text[] = "candidate:1 1 udp 1 192.0.2.1 1 typ host ufrag abcd";
  static const struct { const char *mid; int index; const char *ufrag; } good[] = {
    { "0", 0, NULL }, { "audio0", 1, "abcd" }, { NULL, 1023, "" }, { "", -1, "+/" }, { "a-b.c_d!", 0, NULL },
  };
  static const struct { const char *mid; int index; const char *ufrag; } bad[] = {
    { "a b", 0, NULL }, { "a\r\nb", 0, NULL }, { "\u00e4", 0, NULL }, { "0", -2, NULL }, { "0", 1024, NULL }, { "0", G_MAXINT, NULL },
    { "0", 0, "a b" }, { "0", 0, "a:b" }, { "0", 0, "a\n" }, { "01234567890123456789012345678901234567890123456789012345678901234", 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (YonderIceCandidate) candidate = yonder_ice_candidate_parse (text, good[i].mid, good[i].index, good[i].ufrag, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (yonder_ice_candidate_get_mid (candidate), ==, g_strcmp0 (good[i].mid, "") == 0 ? NULL : good[i].mid);
    g_assert_cmpint (yonder_ice_candidate_get_mline_index (candidate), ==, good[i].index);
    g_assert_cmpstr (yonder_ice_candidate_get_ufrag (candidate), ==, good[i].ufrag == NULL || *good[i].ufrag == '\0' ? "abcd" : good[i].ufrag);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (yonder_ice_candidate_parse (text, bad[i].mid, bad[i].index, bad[i].ufrag, &error));
    g_assert_error (error, YONDER_ICE_ERROR, YONDER_ICE_ERROR_BAD_CANDIDATE);
    g_clear_error (&error);
    g_assert_null (yonder_ice_candidate_parse ("", bad[i].mid, bad[i].index, bad[i].ufrag, &error));
    g_assert_error (error, YONDER_ICE_ERROR, YONDER_ICE_ERROR_BAD_CANDIDATE);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ice-candidate/valid", test_valid);
  g_test_add_func ("/ice-candidate/invalid", test_invalid);
  g_test_add_func ("/ice-candidate/length", test_length);
  g_test_add_func ("/ice-candidate/end", test_end);
  g_test_add_func ("/ice-candidate/place", test_place);

  return g_test_run ();
}
