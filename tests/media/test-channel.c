/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data channel of real peer connections: texts both ways, after a rebuilt path too; nothing before the certificate is known to be the
 * peer's; and peers that want no channel, or flood it. */

#include "media-pair.h"

#include "yonder-certificate.h"
#include "yonder-message-limit.h"

#include <string.h>

/* What one end was told. */
typedef struct {
  guint    n_open, n_shut, n_messages, n_speaking;
  char    *last; /* (nullable) */
} Heard;

typedef struct {
  MediaPair *pair;
  Heard      ends[2];
} Fixture;

static void
on_channel (Heard *heard, gboolean is_open)
{
  if (is_open)
    heard->n_open++;
  else
    heard->n_shut++;
}

static void
on_message (Heard *heard, const char *text)
{
  heard->n_messages++;
  g_set_str (&heard->last, text);
}

static void
on_speaking (Heard *heard, gboolean is_speaking)
{
  heard->n_speaking += is_speaking;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, FALSE);
  for (guint i = 0; i < 2; i++) {
    g_signal_connect_swapped (fixture->pair->ends[i].session, "channel", G_CALLBACK (on_channel), &fixture->ends[i]);
    g_signal_connect_swapped (fixture->pair->ends[i].session, "message", G_CALLBACK (on_message), &fixture->ends[i]);
    g_signal_connect_swapped (fixture->pair->ends[i].session, "speaking", G_CALLBACK (on_speaking), &fixture->ends[i]);
  }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  media_pair_free (fixture->pair);
  for (guint i = 0; i < 2; i++)
    g_free (fixture->ends[i].last);
}

static gboolean
send (Fixture *fixture, guint end, const char *text)
{
  return yonder_media_session_send_message (fixture->pair->ends[end].session, text);
}

static void
test_both_ways (Fixture *fixture, gconstpointer data)
{
  g_assert_false (send (fixture, 0, "too early"));
  media_pair_negotiate (fixture->pair);
  for (guint generation = 1; generation <= 2; generation++) {
    wait_until (fixture->ends[0].n_open == generation && fixture->ends[1].n_open == generation);
    for (guint end = 0; end < 2; end++) {
      g_autofree char *text = g_strdup_printf ("„ich“ 🎉 %u of %u", end, generation);

      g_assert_true (send (fixture, end, text));
      wait_until (fixture->ends[1 - end].n_messages == generation);
      g_assert_cmpstr (fixture->ends[1 - end].last, ==, text);
    }
    wait_until (fixture->pair->ends[0].n_first_audio > 0 && fixture->ends[0].n_speaking > 0 && fixture->ends[1].n_speaking > 0);
    if (generation == 1) {
      media_pair_start_generation (fixture->pair, 1);
      g_assert_cmpuint (fixture->ends[0].n_shut, ==, 1);
      g_assert_false (send (fixture, 0, "into the gap"));
      media_pair_negotiate (fixture->pair);
    }
  }
}

static char *
falsify_fingerprint (const char *sdp, gboolean is_offer)
{
  g_autofree char *pem = yonder_certificate_generate (NULL);
  g_autofree char *fingerprint = yonder_certificate_fingerprint (pem, "sha-256", NULL);
  g_autofree char *line = g_strdup_printf ("a=fingerprint:sha-256 %s", fingerprint);
  g_autoptr (GRegex) regex = g_regex_new ("a=fingerprint:[^\r\n]*", 0, 0, NULL);

  return is_offer ? g_strdup (sdp) : g_regex_replace_literal (regex, sdp, -1, 0, line, 0, NULL);
}

/* The offerer was told another certificate than the one that answers: it neither says nor hears anything, whatever the other side does. */
static void
test_false_fingerprint (Fixture *fixture, gconstpointer data)
{
  fixture->pair->alter = falsify_fingerprint;
  media_pair_negotiate (fixture->pair);
  wait_until (fixture->pair->ends[0].error != NULL);
  g_assert_error (fixture->pair->ends[0].error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FINGERPRINT);
  send (fixture, 1, "trust me");
  media_run_for (500);
  g_assert_cmpuint (fixture->ends[0].n_open + fixture->ends[0].n_messages, ==, 0);
  g_assert_cmpuint (fixture->ends[1].n_messages, ==, 0);
  g_assert_false (send (fixture, 0, "to nobody"));
}

/* As a client answers that has no data channels (RFC 8829 section 5.3.1). */
static char *
reject_channel (const char *sdp, gboolean is_offer)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *application = strstr (sdp, "m=application ");
  g_autoptr (GRegex) mids = g_regex_new ("(a=group:BUNDLE [^\r\n]*) application\\d+", 0, 0, NULL);
  g_autoptr (GRegex) mid = g_regex_new ("a=mid:[^\r\n]*", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *ungrouped = NULL;
  g_autofree char *name = NULL;

  if (is_offer)
    return g_strdup (sdp);
  if (application == NULL)
    g_error ("no channel in the answer: %s", sdp);
  g_assert_true (g_regex_match (mid, application, 0, &match));
  name = g_match_info_fetch (match, 0);
  kept = g_strndup (sdp, application - sdp);
  ungrouped = g_regex_replace (mids, kept, -1, 0, "\\1", 0, NULL);
  g_string_append_printf (text, "%sm=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n%s\r\na=inactive\r\n", ungrouped, name);
  return g_string_free_and_steal (g_steal_pointer (&text));
}

/* As an older client answers that leaves out what it does not know. */
static char *
omit_channel (const char *sdp, gboolean is_offer)
{
  g_autofree char *rejected = reject_channel (sdp, is_offer);
  char *application = strstr (rejected, "m=application 0");

  return is_offer ? g_steal_pointer (&rejected) : g_strndup (rejected, application - rejected);
}

/* … and as one that offers has it: there is no channel, and nothing else is missing. */
static char *
offer_without_channel (const char *sdp, gboolean is_offer)
{
  g_autoptr (GRegex) mids = g_regex_new ("(a=group:BUNDLE [^\r\n]*) application\\d+", 0, 0, NULL);
  const char *application = strstr (sdp, "m=application ");
  g_autofree char *kept = NULL;

  if (!is_offer || application == NULL)
    return g_strdup (sdp);
  kept = g_strndup (sdp, application - sdp);
  return g_regex_replace (mids, kept, -1, 0, "\\1", 0, NULL);
}

static void
test_without_channel (Fixture *fixture, gconstpointer alter)
{
  fixture->pair->alter = (char *(*) (const char *, gboolean)) alter;
  media_pair_negotiate (fixture->pair);
  wait_until (fixture->pair->is_negotiated || fixture->pair->negotiation_error != NULL);
  g_assert_no_error (fixture->pair->negotiation_error);
  wait_until (fixture->pair->ends[0].n_first_audio > 0 && fixture->pair->ends[1].n_first_audio > 0);
  media_run_for (500);
  g_assert_no_error (fixture->pair->ends[0].error);
  g_assert_no_error (fixture->pair->ends[1].error);
  g_assert_cmpuint (fixture->ends[0].n_messages + fixture->ends[1].n_messages, ==, 0);
  g_assert_false (send (fixture, 0, "to nobody"));
}

static void
test_flood (Fixture *fixture, gconstpointer data)
{
  g_autofree char *long_text = g_strnfill (YONDER_MESSAGE_LIMIT_BYTES + 1, 'x');
  guint n_sent = 0;

  media_pair_negotiate (fixture->pair);
  wait_until (fixture->ends[0].n_open == 1 && fixture->ends[1].n_open == 1);
  send (fixture, 0, long_text);
  for (guint i = 0; i < 1000; i++)
    n_sent += send (fixture, 0, "{}");
  g_assert_cmpuint (n_sent, >, 100);
  wait_until (fixture->ends[1].n_messages >= YONDER_MESSAGE_LIMIT_BURST - 1);
  media_run_for (1000);
  g_assert_cmpuint (fixture->ends[1].n_messages, <, n_sent / 2);
  g_assert_cmpstr (fixture->ends[1].last, ==, "{}");
  /* and the other way is as open as before */
  g_assert_true (send (fixture, 1, "calm down"));
  wait_until (g_strcmp0 (fixture->ends[0].last, "calm down") == 0);
}

int
main (int argc, char *argv[])
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/channel/both-ways-and-rebuilt", Fixture, NULL, set_up, test_both_ways, tear_down);
  g_test_add ("/channel/false-fingerprint", Fixture, NULL, set_up, test_false_fingerprint, tear_down);
  g_test_add ("/channel/rejected", Fixture, reject_channel, set_up, test_without_channel, tear_down);
  g_test_add ("/channel/left-out", Fixture, omit_channel, set_up, test_without_channel, tear_down);
  g_test_add ("/channel/not-offered", Fixture, offer_without_channel, set_up, test_without_channel, tear_down);
  g_test_add ("/channel/flood", Fixture, NULL, set_up, test_flood, tear_down);
  return g_test_run ();
}
