/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose certificate it is: what a description may name, what it must not, and the code that both sides can compare. */

#include "media-pair.h"
#include "yonder-certificate.h"
#include "yonder-webrtc-session.h"

/* The pair whose descriptions are altered; the hook is given nothing else. */
static MediaPair *altered_pair;

static void
set_up (MediaPair **pair, gconstpointer data)
{
  *pair = altered_pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, FALSE);
}

static void
tear_down (MediaPair **pair, gconstpointer data)
{
  altered_pair = NULL;
  media_pair_free (*pair);
}

/* The fingerprint of the certificate with which an end really encrypts. */
static char *
dup_true_fingerprint (guint end, const char *hash)
{
  GstElement *pipeline = yonder_webrtc_session_get_pipeline (YONDER_WEBRTC_SESSION (altered_pair->ends[end].session));
  g_autoptr (GstIterator) decoders = gst_bin_iterate_all_by_element_factory_name (GST_BIN (pipeline), "dtlssrtpdec");
  g_auto (GValue) item = G_VALUE_INIT;
  g_autofree char *pem = NULL;
  g_autoptr (GError) error = NULL;
  char *fingerprint;

  g_assert_cmpint (gst_iterator_next (decoders, &item), ==, GST_ITERATOR_OK);
  g_object_get (g_value_get_object (&item), "pem", &pem, NULL);
  fingerprint = yonder_certificate_fingerprint (pem, hash, &error);
  g_assert_no_error (error);
  return fingerprint;
}

/* Each fingerprint line in place of @lines. */
static char *
replace_lines (const char *sdp, const char *lines)
{
  g_autoptr (GRegex) regex = g_regex_new ("a=fingerprint:[^\r\n]*\r\n", 0, 0, NULL);

  return g_regex_replace_literal (regex, sdp, -1, 0, lines, 0, NULL);
}

static char *
use_sha_512 (const char *sdp, gboolean is_offer)
{
  g_autofree char *fingerprint = dup_true_fingerprint (is_offer ? 0 : 1, "sha-512");
  g_autofree char *line = g_strdup_printf ("a=fingerprint:SHA-512 %s\r\n", fingerprint);

  return replace_lines (sdp, line);
}

static char *
use_sha_384 (const char *sdp, gboolean is_offer)
{
  g_autofree char *fingerprint = dup_true_fingerprint (is_offer ? 0 : 1, "sha-384");
  g_autofree char *line = g_strdup_printf ("a=fingerprint:sha-384 %s\r\n", fingerprint);

  return replace_lines (sdp, line);
}

/* Of one hash it is enough that one of them is right (RFC 8122 section 5.1: more than one certificate may be in use). */
static char *
use_two_of_one_hash (const char *sdp, gboolean is_offer)
{
  g_autofree char *fingerprint = dup_true_fingerprint (is_offer ? 0 : 1, "sha-256");
  g_autofree char *other = yonder_certificate_generate (NULL);
  g_autofree char *false_one = yonder_certificate_fingerprint (other, "sha-256", NULL);
  g_autofree char *lines = g_strdup_printf ("a=fingerprint:sha-256 %s\r\na=fingerprint:sha-256 %s\r\n", false_one, fingerprint);

  return replace_lines (sdp, lines);
}

/* A hash that nobody trusts any more neither helps nor harms. */
static char *
add_weak_hash (const char *sdp, gboolean is_offer)
{
  g_autofree char *fingerprint = dup_true_fingerprint (is_offer ? 0 : 1, "sha-256");
  g_autofree char *lines = g_strdup_printf ("a=fingerprint:sha-1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33\r\n"
                                            "a=fingerprint:sha-256 %s\r\n", fingerprint);

  return replace_lines (sdp, lines);
}

static void
negotiate (MediaPair *pair)
{
  media_pair_negotiate (pair);
  wait_until (pair->is_negotiated || pair->negotiation_error != NULL);
}

static void
test_accepted (MediaPair **fixture, gconstpointer alter)
{
  MediaPair *pair = *fixture;

  pair->alter = alter;
  negotiate (pair);
  g_assert_no_error (pair->negotiation_error);
  wait_until (pair->ends[0].n_first_audio > 0 && pair->ends[1].n_first_audio > 0);
  g_assert_no_error (pair->ends[0].error);
  g_assert_no_error (pair->ends[1].error);
}

/* Two hashes that do not belong to the same certificate: one of them was put there by somebody else. */
static char *
use_hashes_that_differ (const char *sdp, gboolean is_offer)
{
  g_autofree char *fingerprint = dup_true_fingerprint (is_offer ? 0 : 1, "sha-256");
  g_autofree char *other = yonder_certificate_generate (NULL);
  g_autofree char *false_one = yonder_certificate_fingerprint (other, "sha-512", NULL);
  g_autofree char *lines = g_strdup_printf ("a=fingerprint:sha-256 %s\r\na=fingerprint:sha-512 %s\r\n", fingerprint, false_one);

  return is_offer ? replace_lines (sdp, lines) : g_strdup (sdp);
}

static char *
use_false_sha_512 (const char *sdp, gboolean is_offer)
{
  g_autofree char *other = yonder_certificate_generate (NULL);
  g_autofree char *false_one = yonder_certificate_fingerprint (other, "sha-512", NULL);
  g_autofree char *line = g_strdup_printf ("a=fingerprint:sha-512 %s\r\n", false_one);

  return is_offer ? replace_lines (sdp, line) : g_strdup (sdp);
}

static void
test_refused (MediaPair **fixture, gconstpointer alter)
{
  MediaPair *pair = *fixture;
  g_autofree char *code = NULL;

  pair->alter = alter;
  negotiate (pair);
  g_assert_no_error (pair->negotiation_error);
  wait_until (pair->ends[1].error != NULL);
  g_assert_error (pair->ends[1].error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FINGERPRINT);
  media_run_for (1000);
  code = yonder_media_session_dup_safety_code (pair->ends[1].session);
  g_assert_null (code);
  g_assert_cmpuint (pair->ends[1].n_secured, ==, 0);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpuint (pair->ends[i].n_first_frame + pair->ends[i].n_first_audio + pair->ends[i].n_pictures, ==, 0);
}

static char *
use_weak_hash_alone (const char *sdp, gboolean is_offer)
{
  return replace_lines (sdp, "a=fingerprint:sha-1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33\r\n");
}

static void
test_weak_hash_alone (MediaPair **fixture, gconstpointer data)
{
  MediaPair *pair = *fixture;

  pair->alter = use_weak_hash_alone;
  negotiate (pair);
  g_assert_error (pair->negotiation_error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_BAD_SDP);
}

/* Both sides have the same code, as long as the connection lives, and another one for the next. */
static void
test_safety_code (MediaPair **fixture, gconstpointer data)
{
  MediaPair *pair = *fixture;
  g_autofree char *before = yonder_media_session_dup_safety_code (pair->ends[0].session);
  g_autofree char *here = NULL;
  g_autofree char *there = NULL;
  g_autofree char *next = NULL;

  g_assert_null (before);
  negotiate (pair);
  wait_until (pair->ends[0].n_secured == 1 && pair->ends[1].n_secured == 1);
  here = yonder_media_session_dup_safety_code (pair->ends[0].session);
  there = yonder_media_session_dup_safety_code (pair->ends[1].session);
  g_assert_nonnull (here);
  g_assert_cmpstr (here, ==, there);

  media_pair_start_generation (pair, 1);
  next = yonder_media_session_dup_safety_code (pair->ends[0].session);
  g_assert_null (next);
  negotiate (pair);
  wait_until (pair->ends[0].n_secured == 2 && pair->ends[1].n_secured == 2);
  next = yonder_media_session_dup_safety_code (pair->ends[0].session);
  g_clear_pointer (&there, g_free);
  there = yonder_media_session_dup_safety_code (pair->ends[1].session);
  g_assert_cmpstr (next, ==, there);
  g_assert_cmpstr (next, !=, here);
}

#define ADD(path, data, function) g_test_add ("/media/fingerprints/" path, MediaPair *, data, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  ADD ("sha-512", use_sha_512, test_accepted);
  ADD ("sha-384", use_sha_384, test_accepted);
  ADD ("two-of-one-hash", use_two_of_one_hash, test_accepted);
  ADD ("weak-hash-beside", add_weak_hash, test_accepted);
  ADD ("weak-hash-alone", NULL, test_weak_hash_alone);
  ADD ("hashes-that-differ", use_hashes_that_differ, test_refused);
  ADD ("false-sha-512", use_false_sha_512, test_refused);
  ADD ("safety-code", NULL, test_safety_code);
  return g_test_run ();
}
