/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two sessions talk to one another over real sockets on this machine; judged by decoded pictures and sound. */

#include "media-pair.h"

#include <glib/gstdio.h>
#include <string.h>

#include "yonder-webrtc-session.h"

/* Both hear a tone and see pictures that move. */
static void
assert_media_flows (MediaPair *pair, gboolean video)
{
  for (guint i = 0; i < 2; i++) {
    MediaEnd *end = &pair->ends[i];
    guint n_pictures = end->n_pictures;

    wait_until (media_stats (end).audio_level_in_dbov > -30.0);
    if (video)
      wait_until (end->n_pictures > n_pictures + 20);
    g_assert_no_error (end->error);
  }
}

static void
test_video_call (void)
{
  gint64 begin_us = g_get_monotonic_time ();
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);

  g_test_message ("sessions made after %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - begin_us) / 1000);
  media_pair_negotiate (pair);
  wait_until (pair->is_negotiated);
  g_assert_no_error (pair->negotiation_error);
  g_test_message ("negotiated after %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - begin_us) / 1000);
  wait_until (pair->ends[0].n_secured > 0 && pair->ends[1].n_secured > 0);
  g_test_message ("secured after %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - begin_us) / 1000);
  wait_until (pair->ends[0].n_first_frame > 0 && pair->ends[1].n_first_frame > 0);
  g_test_message ("first frames after %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - begin_us) / 1000);
  assert_media_flows (pair, TRUE);
  for (guint i = 0; i < 2; i++) {
    MediaEnd *end = &pair->ends[i];

    g_assert_cmpuint (end->n_secured, ==, 1);
    g_assert_cmpuint (end->n_first_frame, ==, 1);
    g_assert_cmpuint (end->n_first_audio, ==, 1);
    g_assert_cmpuint (end->width_px, ==, 320);
    g_assert_cmpuint (end->height_px, ==, 240);
    wait_until (end->n_ends > 0);
    wait_until (end->ice_state == YONDER_ICE_STATE_COMPLETED || end->ice_state == YONDER_ICE_STATE_CONNECTED);
  }
  media_pair_free (pair);
}

static void
negotiate (MediaPair *pair)
{
  media_pair_negotiate (pair);
  wait_until (pair->is_negotiated);
}

/* No picture goes either way until a camera is turned on; then it does on the connection that there is, and the other camera stays off. */
static void
test_voice_call_gets_pictures (void)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, FALSE);

  negotiate (pair);
  g_assert_no_error (pair->negotiation_error);
  assert_media_flows (pair, FALSE);
  media_run_for (1500);
  for (guint i = 0; i < 2; i++) {
    g_assert_cmpuint (pair->ends[i].n_first_frame, ==, 0);
    g_assert_cmpfloat (media_stats (&pair->ends[i]).fps_out, ==, 0.0);
    g_assert_true (yonder_media_session_can_send_video (pair->ends[i].session));
  }

  for (guint i = 0; i < 2; i++) {
    MediaEnd *other = &pair->ends[1 - i];

    yonder_media_session_set_muted (pair->ends[i].session, FALSE, FALSE);
    wait_until (other->n_first_frame == 1 && other->n_pictures > 20);
    g_assert_cmpuint (other->width_px, ==, 320);
    g_assert_cmpuint (pair->ends[i].n_first_frame, ==, i);
  }
  assert_media_flows (pair, TRUE);

  /* and back */
  yonder_media_session_set_muted (pair->ends[0].session, FALSE, TRUE);
  wait_until (pair->ends[1].luma < 20);
  assert_media_flows (pair, FALSE);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpuint (pair->ends[i].n_secured, ==, 1);
  media_pair_free (pair);
}

/* On hold the other side gets silence and black, and afterwards what it got before. */
static void
test_hold (void)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);

  negotiate (pair);
  assert_media_flows (pair, TRUE);
  yonder_media_session_set_held (pair->ends[0].session, TRUE);
  wait_until (pair->ends[1].luma < 20 && media_stats (&pair->ends[1]).audio_level_in_dbov < -60.0);
  wait_until (media_stats (&pair->ends[0]).audio_level_in_dbov > -30.0); /* the other one goes on */

  /* what is said of microphone and camera meanwhile holds afterwards */
  yonder_media_session_set_muted (pair->ends[0].session, FALSE, FALSE);
  yonder_media_session_set_muted (pair->ends[0].session, TRUE, FALSE);
  media_run_for (1500);
  g_assert_cmpfloat (media_stats (&pair->ends[1]).audio_level_in_dbov, <, -60.0);
  g_assert_cmpint (pair->ends[1].luma, <, 20);
  yonder_media_session_set_muted (pair->ends[0].session, FALSE, FALSE);
  media_run_for (1500);
  g_assert_cmpfloat (media_stats (&pair->ends[1]).audio_level_in_dbov, <, -60.0);
  yonder_media_session_set_held (pair->ends[0].session, FALSE);
  wait_until (pair->ends[1].luma > 40);
  assert_media_flows (pair, TRUE);
  media_pair_free (pair);
}

/* One side leaves its camera off: it gets the other's picture and gives none. */
static void
test_answer_without_camera (void)
{
  MediaPair *pair = media_pair_new_mixed (YONDER_SOURCE_TEST, TRUE, YONDER_SOURCE_TEST, FALSE);

  negotiate (pair);
  g_assert_no_error (pair->negotiation_error);
  assert_media_flows (pair, FALSE);
  wait_until (pair->ends[1].n_pictures > 20);
  g_assert_cmpuint (pair->ends[0].n_first_frame, ==, 0);
  g_assert_cmpfloat (media_stats (&pair->ends[1]).fps_out, ==, 0.0);
  media_pair_free (pair);
}

/* The second direction of the description is that of the picture. */
static char *
take_no_picture (const char *sdp, gboolean is_offer)
{
  GString *text = g_string_new (sdp);
  char *direction;

  if (!is_offer)
    return g_string_free_and_steal (text);
  direction = strstr (strstr (text->str, "m=video"), "a=sendrecv");
  memcpy (direction, "a=sendonly", strlen ("a=sendonly"));
  return g_string_free_and_steal (text);
}

static void
test_peer_takes_no_picture (void)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, FALSE);

  pair->alter = take_no_picture;
  g_assert_true (yonder_media_session_can_send_video (pair->ends[1].session));
  negotiate (pair);
  g_assert_no_error (pair->negotiation_error);
  assert_media_flows (pair, FALSE);
  g_assert_false (yonder_media_session_can_send_video (pair->ends[1].session));
  yonder_media_session_set_muted (pair->ends[1].session, FALSE, FALSE);
  media_run_for (1500);
  g_assert_cmpuint (pair->ends[0].n_first_frame, ==, 0);
  g_assert_cmpfloat (media_stats (&pair->ends[1]).fps_out, ==, 0.0);
  media_pair_free (pair);
}

/* The callee's candidates reach the caller before its answer, the caller's reach the callee before the offer. */
static void
test_early_candidates (void)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);
  YonderMediaStats stats;

  pair->hold_offer = pair->hold_answer = TRUE;
  media_pair_negotiate (pair);
  wait_until (pair->offer != NULL && pair->ends[0].n_ends > 0);
  g_assert_cmpuint (pair->ends[1].n_queued, ==, pair->ends[0].n_candidates + pair->ends[0].n_ends);
  g_assert_cmpuint (pair->ends[1].n_direct, ==, 0);

  media_pair_release_offer (pair);
  wait_until (pair->answer != NULL && pair->ends[1].n_ends > 0);
  g_assert_cmpuint (pair->ends[0].n_queued, ==, pair->ends[1].n_candidates + pair->ends[1].n_ends);
  stats = media_stats (&pair->ends[1]);
  g_assert_cmpuint (stats.candidates_queued, ==, pair->ends[1].n_queued);
  g_assert_cmpuint (stats.candidates_applied, ==, pair->ends[1].n_queued);
  g_assert_cmpuint (media_stats (&pair->ends[0]).candidates_applied, ==, 0);

  media_pair_release_answer (pair);
  wait_until (pair->is_negotiated);
  g_assert_cmpuint (media_stats (&pair->ends[0]).candidates_applied, ==, pair->ends[0].n_queued);
  assert_media_flows (pair, TRUE);
  media_pair_free (pair);
}

/* All candidates come after both descriptions. */
static void
test_late_candidates (void)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);

  pair->hold_candidates = TRUE;
  negotiate (pair);
  g_assert_no_error (pair->negotiation_error);
  wait_until (pair->ends[0].n_ends > 0 && pair->ends[1].n_ends > 0);
  g_assert_cmpuint (pair->ends[0].n_secured, ==, 0);

  media_pair_release (pair, 0);
  media_pair_release (pair, 1);
  pair->hold_candidates = FALSE;
  assert_media_flows (pair, TRUE);
  g_assert_cmpuint (pair->ends[0].n_queued, ==, 0);
  g_assert_cmpuint (pair->ends[1].n_queued, ==, 0);
  media_pair_free (pair);
}

/* An offer that has its candidates in it, as peers without trickle send them. */
static void
test_candidates_in_description (void)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);

  pair->hold_candidates = pair->hold_offer = TRUE;
  media_pair_negotiate (pair);
  wait_until (pair->offer != NULL && pair->ends[0].n_ends > 0);
  media_pair_write_candidates (pair, 0);
  media_pair_release_offer (pair);
  wait_until (pair->is_negotiated);
  g_assert_no_error (pair->negotiation_error);
  g_assert_cmpuint (pair->ends[1].n_direct, ==, pair->ends[0].n_candidates + pair->ends[0].n_ends);
  media_pair_release (pair, 0);
  assert_media_flows (pair, TRUE);
  media_pair_free (pair);
}

static GstPadProbeReturn
refuse (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  gst_clear_buffer ((GstBuffer **) &info->data);
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = GST_FLOW_NOT_NEGOTIATED;
  return GST_PAD_PROBE_HANDLED;
}

/* What is wrong with the view of oneself is not wrong with the call. */
static void
test_broken_view (void)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);
  g_autoptr (GstPad) entry = gst_element_get_static_pad (pair->ends[0].view, "sink");
  guint n_pictures;

  negotiate (pair);
  assert_media_flows (pair, TRUE);
  gst_pad_add_probe (entry, GST_PAD_PROBE_TYPE_BUFFER, refuse, NULL, NULL);
  n_pictures = pair->ends[1].n_pictures;
  wait_until (pair->ends[1].n_pictures > n_pictures + 60);
  g_assert_cmpuint (pair->ends[0].n_notices, ==, 0);
  media_pair_free (pair);
}

/* A candidate with a name that nobody can look up must not hold up the others. */
static void
test_mdns_candidate (void)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderIceCandidate) candidate =
    yonder_ice_candidate_parse ("candidate:1 1 udp 2122260223 0b1e3f0e-7f57-4b3f-8b0c-0a8f6f2e3c11.local 50000 typ host", NULL, 0, NULL, &error);

  g_assert_no_error (error);
  yonder_media_session_add_candidate (pair->ends[1].session, candidate);
  negotiate (pair);
  assert_media_flows (pair, TRUE);
  media_pair_free (pair);
}

/* Only names where addresses should be, as a browser writes them that may not use the camera: the peer is found by its own checks. */
static void
test_hidden_addresses (void)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);

  pair->hide_addresses = TRUE;
  negotiate (pair);
  g_assert_no_error (pair->negotiation_error);
  assert_media_flows (pair, TRUE);
  media_pair_free (pair);
}

#define ZEROS_8 "00:00:00:00:00:00:00:00:"
#define ZEROS_64 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 "00:00:00:00:00:00:00:00"

/* Each changes the fingerprints of one description. */
static const struct {
  const char *name;
  const char *pattern, *replacement;
} fingerprint_cases[] = {
  { "false", "sha-256 [0-9A-F:]{6}", "sha-256 00:00:" },
  /* RFC 8122 section 6.2: of each hash one must match */
  { "other-hash-differs", "a=fingerprint:.*", "\\0\r\na=fingerprint:sha-512 " ZEROS_64 },
  { "same-hash-differs", "(a=fingerprint:sha-256 )([0-9A-F:]{6})(.*)", "\\1\\2\\3\r\n\\g<1>00:00:\\3" },
};

static const char *fingerprint_case_name;

static char *
alter_fingerprints (const char *sdp, gboolean is_offer)
{
  for (guint i = 0; i < G_N_ELEMENTS (fingerprint_cases); i++) {
    g_autoptr (GRegex) regex = g_regex_new (fingerprint_cases[i].pattern, G_REGEX_NEWLINE_CRLF, 0, NULL);

    if (g_str_has_prefix (fingerprint_case_name, fingerprint_cases[i].name) && is_offer == g_str_has_suffix (fingerprint_case_name, "/offer"))
      return g_regex_replace (regex, sdp, -1, 0, fingerprint_cases[i].replacement, 0, NULL);
  }
  return g_strdup (sdp);
}

/* A description names another certificate than the peer has: who reads it sends nothing and shows nothing. */
static void
test_fingerprints (gconstpointer data)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);
  gboolean is_offer = g_str_has_suffix (data, "/offer");
  MediaEnd *deceived = &pair->ends[is_offer ? 1 : 0];
  MediaEnd *other = &pair->ends[is_offer ? 0 : 1];
  gboolean is_accepted = g_str_has_prefix (data, "same-hash");

  fingerprint_case_name = data;
  pair->alter = alter_fingerprints;
  negotiate (pair);
  g_assert_no_error (pair->negotiation_error);
  if (is_accepted) {
    assert_media_flows (pair, TRUE);
  } else {
    wait_until (deceived->error != NULL && other->n_secured > 0);
    g_assert_error (deceived->error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FINGERPRINT);

    media_run_for (1000);
    g_assert_cmpuint (deceived->n_secured, ==, 0);
    for (guint i = 0; i < 2; i++)
      g_assert_cmpuint (pair->ends[i].n_first_frame + pair->ends[i].n_first_audio + pair->ends[i].n_pictures, ==, 0);
  }
  media_pair_free (pair);
}

static char *
drop_fingerprint (const char *sdp, gboolean is_offer)
{
  g_autoptr (GRegex) regex = g_regex_new ("a=fingerprint:[^\r\n]*\r\n", 0, 0, NULL);

  return g_regex_replace_literal (regex, sdp, -1, 0, "", 0, NULL);
}

static char *
drop_fingerprint_of_answer (const char *sdp, gboolean is_offer)
{
  return is_offer ? g_strdup (sdp) : drop_fingerprint (sdp, is_offer);
}

/* A hash that can be forged proves nothing (RFC 8122 section 5.1). */
static char *
weaken_fingerprint (const char *sdp, gboolean is_offer)
{
  g_autoptr (GRegex) regex = g_regex_new ("sha-256 ([0-9A-F:]{59}).*", G_REGEX_NEWLINE_CRLF, 0, NULL);

  return g_regex_replace (regex, sdp, -1, 0, "sha-1 \\1", 0, NULL);
}

static void
test_missing_fingerprint (gconstpointer data)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);

  pair->alter = data;
  negotiate (pair);
  g_assert_error (pair->negotiation_error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_BAD_SDP);
  media_run_for (500);
  g_assert_cmpuint (pair->ends[0].n_secured + pair->ends[1].n_secured, ==, 0);
  g_assert_cmpuint (pair->ends[0].n_pictures + pair->ends[1].n_pictures, ==, 0);
  media_pair_free (pair);
}

/* Each peer connection of a process has a certificate of its own, so that calls cannot be linked to one another. */
static void
test_own_certificates (void)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, FALSE);
  const char *offered, *answered;

  negotiate (pair);
  offered = strstr (pair->offer, "a=fingerprint:");
  answered = strstr (pair->answer, "a=fingerprint:");
  g_assert_cmpint (strncmp (offered, answered, strlen ("a=fingerprint:sha-256 ") + 95), !=, 0);
  media_pair_free (pair);
}

/* The path is replaced in the middle of the call: sound and picture come again, and the first connection's candidates are of no use. */
static void
test_new_generation (void)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);
  g_autofree char *first_offer = NULL;

  negotiate (pair);
  assert_media_flows (pair, TRUE);
  first_offer = g_strdup (pair->offer);

  for (gint64 generation = 1; generation <= 2; generation++) {
    media_pair_start_generation (pair, generation);
    negotiate (pair);
    g_assert_no_error (pair->negotiation_error);
    wait_until (pair->ends[0].n_secured == generation + 1 && pair->ends[1].n_secured == generation + 1);
    assert_media_flows (pair, TRUE);
  }
  g_assert_cmpstr (strstr (first_offer, "a=ice-ufrag"), !=, strstr (pair->offer, "a=ice-ufrag"));
  g_assert_cmpuint (pair->ends[0].n_first_frame, ==, 1);
  media_pair_free (pair);
}

/* A candidate of the connection before is told by its ufrag. */
static void
test_stale_candidate (void)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, FALSE);
  g_autoptr (YonderIceCandidate) stale = NULL;
  guint n_taken;

  pair->hold_candidates = TRUE;
  negotiate (pair);
  wait_until (pair->ends[0].held->len > 0);
  stale = yonder_ice_candidate_ref (g_ptr_array_index (pair->ends[0].held, 0));
  media_pair_start_generation (pair, 1);
  pair->hold_candidates = FALSE;
  negotiate (pair);
  wait_until (pair->ends[1].n_secured == 1);

  n_taken = pair->ends[1].n_direct + pair->ends[1].n_queued;
  yonder_media_session_add_candidate (pair->ends[1].session, stale);
  g_assert_cmpuint (pair->ends[1].n_direct + pair->ends[1].n_queued, ==, n_taken);
  media_pair_free (pair);
}

/* What one sends to the echo comes back: its own picture and its own tone. */
static void
test_echo (void)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TIMECODE, YONDER_SOURCE_ECHO, TRUE);
  YonderMediaStats stats;

  negotiate (pair);
  assert_media_flows (pair, TRUE);
  wait_until (media_stats (&pair->ends[0]).latency_ms >= 0.0 && media_stats (&pair->ends[1]).latency_ms >= 0.0);
  media_run_for (2500);
  /* both ends read the caller's clock, the caller the older one */
  stats = media_stats (&pair->ends[0]);
  g_test_message ("round trip of a picture: %.0f ms, one way %.0f ms", stats.latency_ms, media_stats (&pair->ends[1]).latency_ms);
  media_pair_free (pair);
}

static void
test_muted (void)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);

  negotiate (pair);
  assert_media_flows (pair, TRUE);
  g_assert_cmpint (pair->ends[1].luma, >, 40);

  yonder_media_session_set_muted (pair->ends[0].session, TRUE, TRUE);
  wait_until (media_stats (&pair->ends[1]).audio_level_in_dbov < -80.0);
  wait_until (pair->ends[1].luma < 20);
  g_assert_cmpfloat (media_stats (&pair->ends[0]).audio_level_in_dbov, >, -30.0);

  yonder_media_session_set_muted (pair->ends[0].session, FALSE, FALSE);
  wait_until (media_stats (&pair->ends[1]).audio_level_in_dbov > -30.0);
  wait_until (pair->ends[1].luma > 40);
  assert_media_flows (pair, TRUE);
  media_pair_free (pair);
}

/* On a machine without camera, microphone and loudspeaker the call comes up all the same, and says what is missing. */
static void
test_missing_devices (void)
{
  MediaPair *pair;
  MediaEnd *end;

  if (media_has_devices ()) {
    g_test_skip ("there is a camera, a microphone or a loudspeaker on this machine");
    return;
  }
  pair = media_pair_new (YONDER_SOURCE_DEVICE, YONDER_SOURCE_TEST, TRUE);
  end = &pair->ends[0];
  wait_until (end->notices & (1 << YONDER_MEDIA_NOTICE_CAMERA_MISSING) && end->notices & (1 << YONDER_MEDIA_NOTICE_MICROPHONE_MISSING) &&
              end->notices & (1 << YONDER_MEDIA_NOTICE_SPEAKER_MISSING));
  g_assert_cmpuint (end->n_notices, ==, 3);
  negotiate (pair);
  wait_until (pair->ends[1].n_pictures > 20 && pair->ends[0].n_pictures > 20);
  g_assert_cmpint (pair->ends[1].luma, >, 40);
  wait_until (media_stats (end).audio_level_in_dbov > -30.0);
  g_assert_no_error (end->error);
  media_pair_free (pair);
}

/* What stands between the packet and the screen or loudspeaker; a new element may add to it without a word. */
static void
test_pipeline_latency (void)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  GstElement *pipeline;
  gboolean is_live;
  GstClockTime min, max;

  negotiate (pair);
  assert_media_flows (pair, TRUE);
  pipeline = yonder_webrtc_session_get_pipeline (YONDER_WEBRTC_SESSION (pair->ends[0].session));
  g_assert_true (gst_element_query (pipeline, query));
  gst_query_parse_latency (query, &is_live, &min, &max);
  g_test_message ("latency %" GST_TIME_FORMAT, GST_TIME_ARGS (min));
  g_assert_true (is_live);
  g_assert_cmpuint (min, <=, 65 * GST_MSECOND);
  media_pair_free (pair);
}

static char *
accept_description (const char *sdp, gboolean is_offer)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);
  char *message;

  pair->hold_offer = pair->hold_answer = TRUE;
  media_pair_negotiate (pair);
  wait_until (pair->offer != NULL);
  if (is_offer) {
    g_set_str (&pair->offer, sdp);
    media_pair_release_offer (pair);
  } else {
    g_set_str (&pair->answer, sdp);
    media_pair_release_answer (pair);
  }
  wait_until (pair->is_negotiated);
  g_assert_nonnull (pair->negotiation_error);
  g_assert_true (pair->negotiation_error->domain == YONDER_MEDIA_ERROR);
  message = g_strdup (pair->negotiation_error->message);
  media_pair_free (pair);
  return message;
}

/* Whatever the network sends as a description is refused in one sentence, and the session can be closed as usual. */
static void
test_bad_descriptions (void)
{
  static const char * const texts[] = {
    "", "x", "v=0\r\n", "{\"type\":\"offer\"}",
    "v=0\r\no=- 1 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n",
    "v=0\r\no=- 1 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=fingerprint:sha-256 "
    "00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdabcdabcdabcdabcdabcd\r\n"
    "a=setup:actpass\r\na=rtpmap:0 PCMU/8000\r\n",
  };
  g_autofree char *huge = g_strnfill (300 * 1024, 'a');

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    for (guint is_offer = 0; is_offer < 2; is_offer++) {
      g_autofree char *message = accept_description (texts[i], is_offer);

      g_assert_cmpuint (strlen (message), >, 10);
    }
  }
  g_free (accept_description (huge, TRUE));
  g_free (accept_description (huge, FALSE));
}

static char *
reject_video (const char *sdp, gboolean is_offer)
{
  g_autoptr (GRegex) media = g_regex_new ("m=video 9 .*", G_REGEX_DOTALL, 0, NULL);

  if (is_offer)
    return g_strdup (sdp);
  /* as Firefox does */
  return g_regex_replace_literal (media, sdp, -1, 0, "m=video 0 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=inactive\r\na=mid:video1\r\n"
                                  "a=rtpmap:96 VP8/90000\r\n", 0, NULL);
}

/* A peer that rejects the picture gets the sound. */
static void
test_rejected_video (void)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);

  pair->alter = reject_video;
  negotiate (pair);
  g_assert_no_error (pair->negotiation_error);
  assert_media_flows (pair, FALSE);
  g_assert_cmpuint (pair->ends[1].n_pictures, ==, 0);
  media_pair_free (pair);
}

/* Closing is possible at any time; what is under way then ends as cancelled, and nothing comes afterwards. */
static void
test_close_at_each_stage (void)
{
  for (guint stage = 0; stage < 9; stage++) {
    MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);

    pair->hold_offer = pair->hold_answer = TRUE;
    if (stage >= 1)
      media_pair_negotiate (pair); /* 1: create-offer under way */
    if (stage >= 2)
      wait_until (pair->offer != NULL);
    if (stage >= 3)
      media_pair_release_offer (pair); /* 3: set-remote under way */
    if (stage >= 4)
      wait_until (pair->answer != NULL);
    if (stage >= 5)
      media_pair_release_answer (pair);
    if (stage >= 6)
      wait_until (pair->is_negotiated);
    if (stage >= 7)
      wait_until (pair->ends[0].n_secured > 0);
    if (stage >= 8)
      wait_until (pair->ends[1].n_first_frame > 0);
    media_pair_close (pair);
    if (stage == 1 || stage == 3 || stage == 5)
      g_assert_error (pair->negotiation_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    media_pair_free (pair);
  }
}

static void
on_cancelled_offer (GObject *source, GAsyncResult *result, gpointer data)
{
  GError **error = data;

  g_assert_null (yonder_media_session_create_offer_finish (YONDER_MEDIA_SESSION (source), result, error));
}

static void
test_cancel (void)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  yonder_media_session_create_offer_async (pair->ends[0].session, cancellable, on_cancelled_offer, &error);
  g_cancellable_cancel (cancellable);
  wait_until (error != NULL);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  media_pair_free (pair);
}

/* A file is sent at its own rate, over and over: what comes out is as long as one waits, not as long as the file. */
static void
test_file (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "yonder-test-film.mkv", NULL);
  g_autofree char *description = NULL;
  g_autoptr (GstElement) recorder = NULL;
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  MediaPair *pair;

  description = g_strdup_printf ("matroskamux name=mux ! filesink location=%s "
                                 "videotestsrc num-buffers=25 pattern=ball ! video/x-raw,width=160,height=120,framerate=25/1 ! vp8enc ! queue ! mux. "
                                 "audiotestsrc num-buffers=50 samplesperbuffer=960 volume=0.5 ! audio/x-raw,rate=48000 ! opusenc ! queue ! mux.", path);
  recorder = gst_parse_launch (description, &error);
  g_assert_no_error (error);
  gst_element_set_state (recorder, GST_STATE_PLAYING);
  bus = gst_element_get_bus (recorder);
  message = gst_bus_timed_pop_filtered (bus, 20 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
  gst_element_set_state (recorder, GST_STATE_NULL);

  pair = media_pair_new_file (path, YONDER_SOURCE_TEST);
  negotiate (pair);
  wait_until (pair->ends[1].n_pictures > 10);
  wait_until (media_stats (&pair->ends[1]).audio_level_in_dbov > -30.0);
  /* the file lasts one second */
  media_run_for (2500);
  wait_until (pair->ends[1].n_pictures > 60);
  wait_until (media_stats (&pair->ends[1]).audio_level_in_dbov > -30.0);
  g_assert_no_error (pair->ends[0].error);
  media_pair_free (pair);
  g_remove (path);
}

/* A file that is not there is no reason not to talk. */
static void
test_missing_file (void)
{
  MediaPair *pair = media_pair_new_file ("/nowhere/film.y4m", YONDER_SOURCE_TEST);

  negotiate (pair);
  assert_media_flows (pair, TRUE);
  media_pair_free (pair);
}

int
main (int argc, char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/media/session/video-call", test_video_call);
  g_test_add_func ("/media/session/voice-call-gets-pictures", test_voice_call_gets_pictures);
  g_test_add_func ("/media/session/hold", test_hold);
  g_test_add_func ("/media/session/answer-without-camera", test_answer_without_camera);
  g_test_add_func ("/media/session/peer-takes-no-picture", test_peer_takes_no_picture);
  g_test_add_func ("/media/session/early-candidates", test_early_candidates);
  g_test_add_func ("/media/session/late-candidates", test_late_candidates);
  g_test_add_func ("/media/session/candidates-in-description", test_candidates_in_description);
  g_test_add_func ("/media/session/broken-view", test_broken_view);
  g_test_add_func ("/media/session/mdns-candidate", test_mdns_candidate);
  g_test_add_func ("/media/session/stale-candidate", test_stale_candidate);
  g_test_add_func ("/media/session/hidden-addresses", test_hidden_addresses);
  g_test_add_data_func ("/media/session/fingerprints/false/offer", "false/offer", test_fingerprints);
  g_test_add_data_func ("/media/session/fingerprints/false/answer", "false/answer", test_fingerprints);
  g_test_add_data_func ("/media/session/fingerprints/other-hash-differs", "other-hash-differs/offer", test_fingerprints);
  g_test_add_data_func ("/media/session/fingerprints/same-hash-differs", "same-hash-differs/offer", test_fingerprints);
  g_test_add_data_func ("/media/session/fingerprints/weak-hash", weaken_fingerprint, test_missing_fingerprint);
  g_test_add_data_func ("/media/session/missing-fingerprint/offer", drop_fingerprint, test_missing_fingerprint);
  g_test_add_data_func ("/media/session/missing-fingerprint/answer", drop_fingerprint_of_answer, test_missing_fingerprint);
  g_test_add_func ("/media/session/own-certificates", test_own_certificates);
  g_test_add_func ("/media/session/new-generation", test_new_generation);
  g_test_add_func ("/media/session/echo", test_echo);
  g_test_add_func ("/media/session/muted", test_muted);
  g_test_add_func ("/media/session/missing-devices", test_missing_devices);
  g_test_add_func ("/media/session/pipeline-latency", test_pipeline_latency);
  g_test_add_func ("/media/session/bad-descriptions", test_bad_descriptions);
  g_test_add_func ("/media/session/rejected-video", test_rejected_video);
  g_test_add_func ("/media/session/close-at-each-stage", test_close_at_each_stage);
  g_test_add_func ("/media/session/cancel", test_cancel);
  g_test_add_func ("/media/session/file", test_file);
  g_test_add_func ("/media/session/missing-file", test_missing_file);
  result = g_test_run ();
  gst_deinit ();
  return result;
}
