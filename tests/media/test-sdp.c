/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yonder-sdp-repair.h"
#include "yonder-sdp.h"

#include "yonder-media-session.h"

#include <string.h>

#define TWCC "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
#define FP_A "AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99"
#define FP_B "0A:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99"
#define UFRAG "EsAw"
#define PWD   "P2uYro0UCOQ4zxjKXaWCBui1"

/* Shortened, in the shape of Chromium's offers: everything at media level. */
static const char chromium[] =
  "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\na=extmap-allow-mixed\r\n"
  "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 110\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:" UFRAG "\r\na=ice-pwd:" PWD "\r\n"
  "a=ice-options:trickle\r\na=fingerprint:sha-256 " FP_A "\r\na=setup:actpass\r\na=mid:0\r\n"
  "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=extmap:3 " TWCC "\r\na=sendrecv\r\na=rtcp-mux\r\n"
  "a=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\na=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:63 red/48000/2\r\n"
  "a=fmtp:63 111/111\r\na=rtpmap:9 G722/8000\r\na=rtpmap:110 telephone-event/48000\r\n"
  "m=video 9 UDP/TLS/RTP/SAVPF 96 97 103 104\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:" UFRAG "\r\na=ice-pwd:" PWD "\r\n"
  "a=fingerprint:sha-256 " FP_A "\r\na=setup:actpass\r\na=mid:1\r\na=extmap:14/recvonly urn:ietf:params:rtp-hdrext:toffset\r\na=extmap:3 " TWCC "\r\n"
  "a=recvonly\r\na=rtcp-mux\r\na=rtpmap:96 VP8/90000\r\na=rtcp-fb:* ccm fir\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\na=rtpmap:97 rtx/90000\r\n"
  "a=fmtp:97 apt=96\r\na=rtpmap:103 H264/90000\r\na=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1; profile-level-id=42001f\r\n"
  "a=rtpmap:104 rtx/90000\r\na=fmtp:104 apt=103\r\n";

/* Firefox: fingerprint and direction at session level; an answer that takes the sound and not the picture. */
static const char firefox[] =
  "v=0\r\no=mozilla 6 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=sendrecv\r\na=fingerprint:sha-256 " FP_A "\r\na=group:BUNDLE 0\r\n"
  "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=recvonly\r\na=ice-pwd:" PWD "\r\na=ice-ufrag:" UFRAG "\r\na=mid:0\r\na=rtcp-mux\r\n"
  "a=rtpmap:111 opus/48000/2\r\na=setup:active\r\n"
  "m=video 0 UDP/TLS/RTP/SAVPF 120\r\nc=IN IP4 0.0.0.0\r\na=inactive\r\na=mid:1\r\na=rtpmap:120 VP8/90000\r\n";

static void
test_chromium (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderSdp) sdp = yonder_sdp_parse (chromium, &error);
  g_autofree char *profile = NULL;
  g_autofree char *nothing = NULL;
  const YonderSdpMedia *audio, *video;
  guint index = 99;

  g_assert_no_error (error);
  g_assert_cmpuint (yonder_sdp_get_n_media (sdp), ==, 2);

  audio = yonder_sdp_find_kind (sdp, "audio", &index);
  g_assert_cmpuint (index, ==, 0);
  g_assert_cmpstr (audio->mid, ==, "0");
  g_assert_cmpstr (audio->ufrag, ==, UFRAG);
  g_assert_cmpstr (audio->pwd, ==, PWD);
  g_assert_cmpstr (audio->setup, ==, "actpass");
  g_assert_cmpint (audio->direction, ==, YONDER_SDP_SENDRECV);
  g_assert_true (audio->has_rtcp_mux);
  g_assert_cmpuint (audio->codecs->len, ==, 5);
  g_assert_cmpuint (yonder_sdp_media_find_codec (audio, "OPUS", 48000)->payload_type, ==, 111);
  g_assert_cmpuint (yonder_sdp_media_find_codec (audio, "opus", 0)->channels, ==, 2);
  g_assert_cmpuint (yonder_sdp_media_find_codec (audio, "PCMU", 8000)->payload_type, ==, 0);
  g_assert_null (yonder_sdp_media_find_codec (audio, "opus", 16000));
  g_assert_cmpuint (yonder_sdp_media_find_extension (audio, TWCC), ==, 3);
  g_assert_cmpuint (yonder_sdp_media_find_extension (audio, "urn:x"), ==, 0);

  video = yonder_sdp_find_kind (sdp, "video", &index);
  g_assert_cmpuint (index, ==, 1);
  g_assert_cmpint (video->direction, ==, YONDER_SDP_RECVONLY);
  g_assert_cmpuint (yonder_sdp_media_find_rtx (video, 96)->payload_type, ==, 97);
  g_assert_cmpuint (yonder_sdp_media_find_rtx (video, 103)->payload_type, ==, 104);
  g_assert_null (yonder_sdp_media_find_rtx (video, 97));
  g_assert_cmpuint (yonder_sdp_media_find_extension (video, "urn:ietf:params:rtp-hdrext:toffset"), ==, 14);
  g_assert_true (g_strv_contains ((const char * const *) yonder_sdp_media_find_codec (video, "VP8", 90000)->feedback, "nack pli"));
  g_assert_true (g_strv_contains ((const char * const *) yonder_sdp_media_find_codec (video, "H264", 90000)->feedback, "ccm fir"));

  profile = yonder_sdp_codec_dup_parameter (yonder_sdp_media_find_codec (video, "h264", 0), "Profile-Level-Id");
  g_assert_cmpstr (profile, ==, "42001f");
  nothing = yonder_sdp_codec_dup_parameter (yonder_sdp_media_find_codec (video, "h264", 0), "profile");
  g_assert_null (nothing);
  g_assert_null (yonder_sdp_find_kind (sdp, "application", NULL));
}

static void
test_session_level (void)
{
  g_autoptr (YonderSdp) sdp = yonder_sdp_parse (firefox, NULL);
  const YonderSdpMedia *audio = yonder_sdp_get_media (sdp, 0);
  const YonderSdpMedia *video = yonder_sdp_get_media (sdp, 1);
  const YonderSdpFingerprint *fingerprint = g_ptr_array_index (audio->fingerprints, 0);

  g_assert_cmpstr (fingerprint->hash, ==, "sha-256");
  g_assert_cmpstr (fingerprint->value, ==, FP_A);
  g_assert_cmpint (audio->direction, ==, YONDER_SDP_RECVONLY);
  g_assert_cmpint (video->direction, ==, YONDER_SDP_INACTIVE);
  g_assert_true (yonder_sdp_media_is_rejected (video));
  g_assert_false (yonder_sdp_media_is_rejected (audio));
  g_assert_null (yonder_sdp_find_kind (sdp, "video", NULL));
}

/* LF alone, as some servers and hands make of it, is read as well. */
static void
test_line_ends (void)
{
  g_auto (GStrv) lines = g_strsplit (chromium, "\r\n", -1);
  g_autofree char *with_lf = g_strjoinv ("\n", lines);
  g_autoptr (YonderSdp) sdp = yonder_sdp_parse (with_lf, NULL);

  g_assert_nonnull (sdp);
  g_assert_cmpstr (yonder_sdp_get_media (sdp, 1)->mid, ==, "1");
}

static void
test_fingerprints (void)
{
  g_autoptr (YonderSdp) same = yonder_sdp_parse (chromium, NULL);
  g_autoptr (GPtrArray) one = yonder_sdp_collect_fingerprints (same);
  g_autoptr (YonderSdp) several = yonder_sdp_parse (
    "v=0\r\na=fingerprint:sha-256 " FP_B "\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=fingerprint:SHA-256 aa:bb\r\na=fingerprint:sha-1 00:01\r\n"
    "m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=fingerprint:sha-256 0A:0B\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n", NULL);
  g_autoptr (GPtrArray) three = yonder_sdp_collect_fingerprints (several);
  g_autoptr (YonderSdp) without = yonder_sdp_parse ("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", NULL);
  g_autoptr (GPtrArray) none = yonder_sdp_collect_fingerprints (without);

  g_assert_cmpuint (one->len, ==, 1);
  g_assert_cmpuint (none->len, ==, 0);

  /* The audio's own, not the session's; the rejected video's is worth nothing; the last takes the session's. */
  g_assert_cmpuint (three->len, ==, 3);
  g_assert_cmpstr (((YonderSdpFingerprint *) three->pdata[0])->value, ==, "AA:BB");
  g_assert_cmpstr (((YonderSdpFingerprint *) three->pdata[0])->hash, ==, "sha-256");
  g_assert_cmpstr (((YonderSdpFingerprint *) three->pdata[1])->hash, ==, "sha-1");
  g_assert_cmpstr (((YonderSdpFingerprint *) three->pdata[2])->value, ==, FP_B);
}

static void
assert_bad (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderSdp) sdp = yonder_sdp_parse (text, &error);

  g_assert_null (sdp);
  g_assert_error (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_BAD_SDP);
}

static void
test_bad (void)
{
  static const char * const bad[] = {
    "", "v=1\r\n", "v=0", "v=0\r\n", "{\"type\":\"offer\"}", "v=0\r\nnonsense\r\n", "v=0\r\n=x\r\nm=audio 9 X 1\r\n",
    "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF\r\n", "v=0\r\nm=audio 65536 UDP/TLS/RTP/SAVPF 0\r\n", "v=0\r\nm=audio -1 UDP/TLS/RTP/SAVPF 0\r\n",
    "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 128\r\n", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111 111\r\n", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF x\r\n",
    "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 1\r\na=rtpmap:1\r\n", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 1\r\na=rtpmap:1 opus\r\n",
    "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 1\r\na=rtpmap:1 opus/0\r\n", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 1\r\na=rtpmap:1 opus/48000/x\r\n",
    "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 1\r\na=ice-ufrag:abc\r\n", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 1\r\na=ice-pwd:tooshort\r\n",
    "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 1\r\na=ice-ufrag:ab cd\r\n", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 1\r\na=setup:server\r\n",
    "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 1\r\na=fingerprint:sha-256\r\n", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 1\r\na=fingerprint:sha-256 ZZ\r\n",
    "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 1\r\na=extmap:0 urn:x\r\n", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 1\r\na=extmap:x\r\n",
    "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 1\r\na=mid:\r\n", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 1\r\na=mid\r\n",
    "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 1\r\na=x\ra=y\r\n", "v=0\r\ns=\xff\xfe\r\nm=audio 9 UDP/TLS/RTP/SAVPF 1\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_bad (bad[i]);
}

static char *
repeated (const char *head, const char *line, guint n)
{
  GString *text = g_string_new (head);

  for (guint i = 0; i < n; i++)
    g_string_append (text, line);

  return g_string_free (text, FALSE);
}

static void
test_bounds (void)
{
  static const char head[] = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 1\r\n";
  g_autofree char *many_lines = repeated (head, "a=x\r\n", YONDER_SDP_MAX_LINES);
  g_autofree char *many_media = repeated ("v=0\r\n", "m=audio 9 UDP/TLS/RTP/SAVPF 1\r\n", YONDER_SDP_MAX_MEDIA + 1);
  g_autofree char *long_line = repeated ("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 1\r\na=", "x", YONDER_SDP_MAX_LINE);
  g_autofree char *long_text = repeated (head, "a=candidate:1 1 udp 1 127.0.0.1 9 typ host generation 0 network-id 1\r\n", 4000);
  g_autofree char *many_fingerprints = repeated (head, "a=fingerprint:sha-256 AA:BB\r\n", 100);
  g_autofree char *many_extensions = repeated (head, "a=extmap:5 urn:x\r\n", 100);
  g_autofree char *much_feedback = repeated (head, "a=rtcp-fb:1 nack\r\n", 1000);
  g_autoptr (YonderSdp) sdp = NULL;

  assert_bad (many_lines);
  assert_bad (many_media);
  assert_bad (long_line);
  assert_bad (long_text);
  assert_bad (many_fingerprints);
  assert_bad (many_extensions);

  sdp = yonder_sdp_parse (much_feedback, NULL);
  g_assert_cmpuint (g_strv_length (((YonderSdpCodec *) yonder_sdp_get_media (sdp, 0)->codecs->pdata[0])->feedback), <=, 64);
}

/* Whatever is changed in a good description, reading it ends in a description or an error (and the sanitizer's silence). */
static void
test_mutations (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (2);
  guint n_good = 0;

  for (guint run = 0; run < 3000; run++) {
    g_autofree char *text = g_strdup (chromium);
    g_autofree char *mended = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (YonderSdp) sdp = NULL;
    gsize length = strlen (text);

    for (gint i = g_rand_int_range (random, 1, 4); i > 0; i--)
      text[g_rand_int_range (random, 5, (gint32) length)] = (char) g_rand_int_range (random, 1, 256);
    if (run % 3 == 0)
      text[g_rand_int_range (random, 5, (gint32) length)] = '\0';

    sdp = yonder_sdp_parse (text, &error);
    g_assert_true ((sdp == NULL) == (error != NULL));
    if (sdp == NULL)
      continue;

    n_good++;
    mended = yonder_sdp_mend_remote (text);
    g_clear_pointer (&sdp, yonder_sdp_free);
    sdp = yonder_sdp_parse (mended, &error);
    g_assert_no_error (error);
  }

  g_assert_cmpuint (n_good, >, 100);
}

static void
test_replace_fingerprints (void)
{
  g_autofree char *replaced = yonder_sdp_replace_fingerprints (chromium, FP_B);
  g_auto (GStrv) before = g_strsplit (chromium, "a=fingerprint:sha-256 " FP_A, -1);
  g_autofree char *expected = g_strjoinv ("a=fingerprint:sha-256 " FP_B, before);
  g_autofree char *two = yonder_sdp_replace_fingerprints (
    "v=0\r\nm=audio 9 X 1\r\na=fingerprint:sha-256 AA\r\na=fingerprint:sha-512 BB\r\nm=video 9 X 1\r\na=fingerprint:sha-1 CC\r\n", "DD");

  g_assert_cmpstr (replaced, ==, expected);
  g_assert_cmpstr (two, ==, "v=0\r\nm=audio 9 X 1\r\na=fingerprint:sha-256 DD\r\nm=video 9 X 1\r\na=fingerprint:sha-256 DD\r\n");
}

static void
test_mend_rejected (void)
{
  g_autofree char *mended = yonder_sdp_mend_remote (firefox);
  g_autofree char *again = yonder_sdp_mend_remote (mended);
  g_autoptr (YonderSdp) sdp = yonder_sdp_parse (mended, NULL);
  const YonderSdpMedia *video = yonder_sdp_get_media (sdp, 1);
  const char *video_text = strstr (mended, "m=video");

  g_assert_true (yonder_sdp_media_is_rejected (video));
  g_assert_nonnull (strstr (video_text, "a=ice-ufrag:" UFRAG "\r\n"));
  g_assert_nonnull (strstr (video_text, "a=ice-pwd:" PWD "\r\n"));
  g_assert_nonnull (strstr (video_text, "a=setup:active\r\n"));
  /* the fingerprint stays where it was, at one level */
  g_assert_null (strstr (video_text, "a=fingerprint"));
  g_assert_nonnull (strstr (mended, "a=fingerprint:sha-256 " FP_A "\r\na=group"));
  g_assert_cmpstr (mended, ==, again);
}

static void
test_mend_leaves_the_good_alone (void)
{
  g_autofree char *mended = yonder_sdp_mend_remote (chromium);
  g_autofree char *bundle_only = yonder_sdp_mend_remote ("v=0\r\na=group:BUNDLE a b\r\nm=audio 9 X 1\r\na=mid:a\r\na=ice-ufrag:aaaa\r\n"
                                                         "m=video 0 X 1\r\na=mid:b\r\na=bundle-only\r\n");

  g_assert_cmpstr (mended, ==, chromium);
  g_assert_null (strstr (strstr (bundle_only, "m=video"), "a=ice-ufrag"));
}

/* The transport is that of the bundle's first, wherever it stands. */
static void
test_mend_takes_from_the_bundle (void)
{
  g_autofree char *mended = yonder_sdp_mend_remote (
    "v=0\r\na=group:BUNDLE v\r\nm=audio 0 X 1\r\na=mid:a\r\nm=application 9 X y\r\na=mid:d\r\na=ice-ufrag:dddd\r\n"
    "m=video 9 X 1\r\na=mid:v\r\na=ice-ufrag:vvvv\r\na=fingerprint:sha-256 AA\r\n");

  g_assert_true (g_str_has_prefix (mended, "v=0\r\na=group:BUNDLE v\r\nm=audio 0 X 1\r\na=mid:a\r\na=ice-ufrag:vvvv\r\n"
                                           "a=fingerprint:sha-256 AA\r\nm=application"));
}

static void
test_mend_two_levels (void)
{
  g_autofree char *mended = yonder_sdp_mend_remote (
    "v=0\r\na=fingerprint:sha-256 AA\r\nm=audio 9 X 1\r\na=fingerprint:sha-256 AA\r\nm=video 9 X 1\r\na=mid:1\r\n");

  g_assert_cmpstr (mended, ==, "v=0\r\nm=audio 9 X 1\r\na=fingerprint:sha-256 AA\r\nm=video 9 X 1\r\na=mid:1\r\na=fingerprint:sha-256 AA\r\n");
}

/* Behind what the answer names come the offer's other formats of pictures; a rejected picture stays so, sound is left alone. */
static void
test_keep_offered_formats (void)
{
  static const char answer[] = "v=0\r\nm=audio 9 X 63\r\na=rtpmap:63 red/48000/2\r\nm=video %u X 103\r\na=rtpmap:103 H264/90000\r\n";
  static const char kept[] = "v=0\r\nm=audio 9 X 63\r\na=rtpmap:63 red/48000/2\r\nm=video 9 X 103 96 97 104\r\na=rtpmap:103 H264/90000\r\n"
    "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 ccm fir\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n"
    "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=rtcp-fb:97 ccm fir\r\na=rtpmap:104 rtx/90000\r\na=fmtp:104 apt=103\r\na=rtcp-fb:104 ccm fir\r\n";
  g_autoptr (YonderSdp) offer = yonder_sdp_parse (chromium, NULL);
  g_autofree char *taken = g_strdup_printf (answer, 9);
  g_autofree char *rejected = g_strdup_printf (answer, 0);
  g_autofree char *of_taken = yonder_sdp_keep_offered_formats (taken, offer);
  g_autofree char *of_rejected = yonder_sdp_keep_offered_formats (rejected, offer);
  g_autofree char *longer = yonder_sdp_keep_offered_formats ("v=0\r\nm=audio 9 X 1\r\nm=video\r\nm=video 9 X 1\r\n", offer);

  g_assert_cmpstr (of_taken, ==, kept);
  g_assert_cmpstr (of_rejected, ==, rejected);
  g_assert_cmpstr (longer, ==, "v=0\r\nm=audio 9 X 1\r\nm=video\r\nm=video 9 X 1\r\n");
}

static void
test_blank (void)
{
  g_autofree char *relay = yonder_sdp_blank_related_addresses (
    "candidate:7 1 udp 505413887 10.9.0.1 50000 typ relay raddr 192.168.1.7 rport 41234 generation 0 ufrag abcd");
  g_autofree char *six = yonder_sdp_blank_related_addresses ("candidate:7 1 udp 5 2001:db8::1 50000 typ srflx raddr fd00::1 rport 4");
  g_autofree char *host = yonder_sdp_blank_related_addresses ("candidate:1 1 UDP 2015363327 192.168.1.7 40000 typ host");
  g_autofree char *sdp = yonder_sdp_blank_related_addresses (
    "v=0\r\nm=audio 9 X 1\r\na=x:raddr 1.2.3.4\r\na=candidate:7 1 udp 5 10.9.0.1 50000 typ relay raddr 192.168.1.7 rport 41234\r\n");

  g_assert_cmpstr (relay, ==, "candidate:7 1 udp 505413887 10.9.0.1 50000 typ relay raddr 0.0.0.0 rport 9 generation 0 ufrag abcd");
  g_assert_cmpstr (six, ==, "candidate:7 1 udp 5 2001:db8::1 50000 typ srflx raddr :: rport 9");
  g_assert_cmpstr (host, ==, "candidate:1 1 UDP 2015363327 192.168.1.7 40000 typ host");
  g_assert_cmpstr (sdp, ==, "v=0\r\nm=audio 9 X 1\r\na=x:raddr 1.2.3.4\r\na=candidate:7 1 udp 5 10.9.0.1 50000 typ relay raddr 0.0.0.0 rport 9\r\n");
}

static void
test_restart (void)
{
  g_auto (GStrv) parts = g_strsplit (chromium, "a=ice-ufrag:" UFRAG, -1);
  g_autofree char *restarted_text = g_strjoinv ("a=ice-ufrag:Nxt1", parts);
  g_autoptr (YonderSdp) before = yonder_sdp_parse (chromium, NULL);
  g_autoptr (YonderSdp) restarted = yonder_sdp_parse (restarted_text, NULL);
  g_autoptr (YonderSdp) rejected = yonder_sdp_parse (firefox, NULL);

  g_assert_true (yonder_sdp_has_ice_restart (before, restarted));
  g_assert_false (yonder_sdp_has_ice_restart (before, before));
  g_assert_false (yonder_sdp_has_ice_restart (before, rejected));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/sdp/chromium", test_chromium);
  g_test_add_func ("/media/sdp/session-level", test_session_level);
  g_test_add_func ("/media/sdp/line-ends", test_line_ends);
  g_test_add_func ("/media/sdp/fingerprints", test_fingerprints);
  g_test_add_func ("/media/sdp/bad", test_bad);
  g_test_add_func ("/media/sdp/bounds", test_bounds);
  g_test_add_func ("/media/sdp/mutations", test_mutations);
  g_test_add_func ("/media/sdp/replace-fingerprints", test_replace_fingerprints);
  g_test_add_func ("/media/sdp/mend-rejected", test_mend_rejected);
  g_test_add_func ("/media/sdp/mend-leaves-the-good-alone", test_mend_leaves_the_good_alone);
  g_test_add_func ("/media/sdp/mend-takes-from-the-bundle", test_mend_takes_from_the_bundle);
  g_test_add_func ("/media/sdp/mend-two-levels", test_mend_two_levels);
  g_test_add_func ("/media/sdp/keep-offered-formats", test_keep_offered_formats);
  g_test_add_func ("/media/sdp/blank", test_blank);
  g_test_add_func ("/media/sdp/restart", test_restart);

  return g_test_run ();
}
