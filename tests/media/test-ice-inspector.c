/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the inspector sees of agents that really talk to one another, and to a TURN server. */

#include "media-pair.h"

#include <string.h>

static void
print_report (const YonderIceReport *report)
{
  g_test_message ("gathering %s, dtls %s", yonder_gathering_state_to_string (report->gathering), yonder_dtls_state_to_string (report->dtls));
  for (guint i = 0; i < report->servers->len; i++) {
    const YonderReportServer *server = g_ptr_array_index (report->servers, i);

    g_test_message ("server %s:%u %s: outcome %d, code %d", server->host, server->port, server->transport, server->outcome, server->error_code);
  }
  for (guint i = 0; i < report->pairs->len; i++) {
    const YonderReportPair *pair = g_ptr_array_index (report->pairs, i);
    const YonderReportCandidate *local = yonder_ice_report_get_local (report, pair->local);
    const YonderReportCandidate *remote = yonder_ice_report_get_remote (report, pair->remote);

    g_test_message ("%s %s [%s]:%u - %s %s [%s]:%u: %s%s%s, %.2f ms, %u/%u", yonder_candidate_type_to_string (local->kind), local->protocol,
                    local->address, local->port, yonder_candidate_type_to_string (remote->kind), remote->protocol, remote->address,
                    remote->port, yonder_pair_state_to_string (pair->state), pair->is_nominated ? " nominated" : "",
                    pair->is_selected ? " selected" : "", pair->rtt_ms, pair->n_responses, pair->n_requests);
  }
}

static guint
count_pairs (const YonderIceReport *report, YonderPairState state)
{
  guint n = 0;

  for (guint i = 0; i < report->pairs->len; i++)
    n += ((YonderReportPair *) g_ptr_array_index (report->pairs, i))->state == state;
  return n;
}

/* A call on one machine: several pairs are checked, one is selected, and both ends agree which. */
static void
test_pairs (void)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, FALSE);
  YonderIceReport *reports[2];
  const YonderReportCandidate *local, *remote;

  g_assert_null (yonder_media_session_dup_ice_report (pair->ends[0].session));
  media_pair_negotiate (pair);
  wait_until (pair->ends[0].n_secured > 0 && pair->ends[1].n_secured > 0);
  wait_until (pair->ends[0].n_ends > 0 && pair->ends[1].n_ends > 0);

  for (guint i = 0; i < 2; i++) {
    const YonderReportPair *selected;

    reports[i] = yonder_media_session_dup_ice_report (pair->ends[i].session);
    print_report (reports[i]);
    g_assert_cmpint (reports[i]->gathering, ==, YONDER_GATHERING_COMPLETE);
    g_assert_cmpint (reports[i]->dtls, ==, YONDER_DTLS_CONNECTED);
    g_assert_cmpuint (reports[i]->local->len, >=, pair->ends[i].n_candidates);
    g_assert_cmpuint (reports[i]->pairs->len, >, 1);
    selected = yonder_ice_report_get_selected (reports[i]);
    g_assert_nonnull (selected);
    g_assert_true (selected->is_nominated);
    g_assert_cmpint (selected->state, ==, YONDER_PAIR_SUCCEEDED);
    g_assert_cmpfloat (selected->rtt_ms, >=, 0.0);
    g_assert_cmpfloat (selected->rtt_ms, <, 1000.0);
    g_assert_cmpuint (selected->n_requests, >=, selected->n_responses);
  }

  local = yonder_ice_report_get_local (reports[0], yonder_ice_report_get_selected (reports[0])->local);
  remote = yonder_ice_report_get_remote (reports[1], yonder_ice_report_get_selected (reports[1])->remote);
  g_assert_cmpstr (local->address, ==, remote->address);
  g_assert_cmpuint (local->port, ==, remote->port);
  yonder_ice_report_unref (reports[0]);
  yonder_ice_report_unref (reports[1]);
  media_pair_free (pair);
}

/* Nobody answers: every pair is tried, and none succeeds. What there was stays to be seen after the call. */
static void
test_no_answer (void)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, FALSE);
  g_autoptr (YonderIceCandidate) nowhere = yonder_ice_candidate_parse ("candidate:1 1 udp 2122260223 127.0.0.1 9 typ host", "0", 0, NULL, NULL);
  g_autoptr (YonderIceReport) report = NULL;

  pair->hold_candidates = TRUE;
  media_pair_negotiate (pair);
  wait_until (pair->is_negotiated);
  yonder_media_session_add_candidate (pair->ends[0].session, nowhere);
  do {
    g_clear_pointer (&report, yonder_ice_report_unref);
    report = yonder_media_session_dup_ice_report (pair->ends[0].session);
    media_wait_a_little ();
  } while (count_pairs (report, YONDER_PAIR_IN_PROGRESS) == 0);
  g_clear_pointer (&report, yonder_ice_report_unref);

  yonder_media_session_close (pair->ends[0].session);
  report = yonder_media_session_dup_ice_report (pair->ends[0].session);
  print_report (report);
  g_assert_cmpuint (report->pairs->len, >, 0);
  g_assert_cmpuint (count_pairs (report, YONDER_PAIR_SUCCEEDED), ==, 0);
  g_assert_null (yonder_ice_report_get_selected (report));
  g_assert_cmpstr (yonder_ice_report_get_remote (report, 0)->address, ==, "127.0.0.1");
  media_pair_free (pair);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/ice-inspector/pairs", test_pairs);
  g_test_add_func ("/media/ice-inspector/no-answer", test_no_answer);

  return g_test_run ();
}
