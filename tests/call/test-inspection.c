/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What can be looked at of a call, while it goes on and when it is gone; and the list of the last calls. */

#include "call-fixture.h"

#include "yonder-call-export.h"
#include "yonder-call-history.h"
#include "yonder-call-inspection.h"
#include "yonder-json.h"

#include <string.h>

static void
on_changed (YonderCallInspection *inspection, guint *n_changes)
{
  (*n_changes)++;
}

static YonderIceReport *
make_report (void)
{
  YonderIceReport *report = yonder_ice_report_new ();
  YonderReportCandidate *local = yonder_ice_report_add_local (report, YONDER_CANDIDATE_RELAY, "udp", "203.0.113.1", 50000);

  local->server = g_strdup ("turn.example.org");
  local->relay_protocol = "tls";
  yonder_ice_report_add_remote (report, YONDER_CANDIDATE_SRFLX, "udp", "198.51.100.9", 40000);
  yonder_ice_report_add_pair (report, 0, 0, YONDER_PAIR_SUCCEEDED)->is_selected = TRUE;
  return report;
}

static const char *
headline_of (YonderCallInspection *inspection)
{
  return yonder_call_inspection_get_diagnosis (inspection)->headline;
}

/* The sentence follows the call; figures come once a second; all of it stays when the call is gone. */
static void
test_call (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_to_ringing (fixture);
  g_autoptr (YonderCallInspection) inspection = g_object_ref (yonder_call_get_inspection (call));
  guint n_samples, n_changes = 0;

  g_assert_cmpstr (headline_of (inspection), ==, "Not connected yet");
  g_assert_cmpstr (yonder_call_inspection_get_peer_name (inspection), ==, yonder_contact_get_name (fixture->bob));
  g_assert_true (yonder_call_inspection_is_outgoing (inspection));
  g_signal_connect (inspection, "changed", G_CALLBACK (on_changed), &n_changes);

  g_signal_emit_by_name (fixture->signaling, "accepted", "c1", NULL);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER, fixture->written);
  yonder_fake_media_complete (media_of (call), "", NULL);
  bring_up (call);
  g_assert_cmpint (yonder_call_inspection_get_state (inspection), ==, YONDER_CALL_STATE_CONNECTED);
  g_assert_cmpstr (headline_of (inspection), ==, "Connected");
  g_assert_true (yonder_call_inspection_is_secured (inspection));
  g_assert_cmpuint (n_changes, >, 0);

  yonder_fake_media_set_report (media_of (call), make_report ());
  yonder_fake_media_set_bitrate (media_of (call), 640000);
  yonder_manual_clock_advance (fixture->clock, 3000);
  g_assert_cmpstr (headline_of (inspection), ==, "Relayed by turn.example.org over TLS");
  g_assert_cmpint (yonder_call_inspection_get_samples (inspection, &n_samples)[2].bitrate_in_bps, ==, 640000);
  g_assert_cmpuint (n_samples, ==, 3);

  yonder_call_hang_up (call);
  yonder_call_manager_dismiss (fixture->manager, call);
  g_assert_cmpstr (headline_of (inspection), ==, "Relayed by turn.example.org over TLS");
  g_assert_cmpint (yonder_call_inspection_get_state (inspection), ==, YONDER_CALL_STATE_ENDED);
  g_assert_cmpint (yonder_call_inspection_get_duration_us (inspection), ==, 3 * G_USEC_PER_SEC);
  g_assert_cmpuint (yonder_call_inspection_get_report (inspection)->pairs->len, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (yonder_call_inspection_get_timeline (inspection)), >, 5);

  n_changes = 0;
  yonder_manual_clock_advance (fixture->clock, 5000);
  g_assert_cmpuint (n_changes, ==, 0);
}

/* A long call keeps all of its time within bounds. */
static void
test_long_call (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_out (fixture);
  YonderCallInspection *inspection = yonder_call_get_inspection (call);
  const YonderInspectionSample *samples;
  guint n_samples;

  for (guint i = 0; i < 3 * YONDER_INSPECTION_MAX_SAMPLES; i++)
    yonder_manual_clock_advance (fixture->clock, 1000);
  samples = yonder_call_inspection_get_samples (inspection, &n_samples);
  g_assert_cmpuint (n_samples, <, YONDER_INSPECTION_MAX_SAMPLES);
  g_assert_cmpuint (n_samples, >, YONDER_INSPECTION_MAX_SAMPLES / 2);
  g_assert_cmpint ((samples[n_samples - 1].time_us - samples[0].time_us) / G_USEC_PER_SEC, >=, 3 * YONDER_INSPECTION_MAX_SAMPLES - 10);
}

/* No path within 30 s, and both sides have nothing but reflexive addresses: the call says what lacks, and so does its inspection. */
static void
test_failure (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_to_ringing (fixture);
  g_autoptr (YonderCallInspection) inspection = g_object_ref (yonder_call_get_inspection (call));
  YonderIceReport *report = yonder_ice_report_new ();
  const YonderDiagnosis *diagnosis;

  yonder_ice_report_add_local (report, YONDER_CANDIDATE_SRFLX, "udp", "203.0.113.1", 50000);
  yonder_ice_report_add_remote (report, YONDER_CANDIDATE_SRFLX, "udp", "198.51.100.9", 40000);
  yonder_ice_report_add_pair (report, 0, 0, YONDER_PAIR_FAILED);
  yonder_fake_media_set_report (media_of (call), report);
  g_signal_emit_by_name (fixture->signaling, "accepted", "c1", NULL);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER, fixture->written);
  yonder_fake_media_complete (media_of (call), "", NULL);
  settle ();
  g_assert_cmpstr (headline_of (inspection), ==, "Connecting…");

  yonder_manual_clock_advance (fixture->clock, 30000);
  assert_ended (call, "network");
  diagnosis = yonder_call_inspection_get_diagnosis (inspection);
  g_assert_cmpstr (yonder_diagnosis_code_to_string (diagnosis->code), ==, "turn-missing");
  g_assert_cmpstr (yonder_call_get_end_detail (call), ==, diagnosis->explanation);
}

/* Names that only the other side's network knows never reach the agent; they are shown all the same, and explain the failure. */
static void
test_hidden_names (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_to_ringing (fixture);
  YonderCallInspection *inspection = yonder_call_get_inspection (call);
  g_autoptr (YonderIceCandidate) hidden =
    yonder_ice_candidate_parse ("candidate:1 1 udp 2113937151 0b1f0a4c-9e5d-4c6c-a0f5-2f9c1a1f7c3e.local 50001 typ host", "0", 0, "answ", NULL);
  YonderIceReport *report = yonder_ice_report_new ();

  yonder_ice_report_add_local (report, YONDER_CANDIDATE_HOST, "udp", "192.168.1.4", 50000);
  yonder_fake_media_set_report (media_of (call), report);
  g_signal_emit_by_name (fixture->signaling, "accepted", "c1", NULL);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER, fixture->written);
  yonder_fake_media_complete (media_of (call), "", NULL);
  settle ();
  g_signal_emit_by_name (media_of (call), "remote-candidate", hidden, FALSE);
  yonder_manual_clock_advance (fixture->clock, 30000);

  assert_ended (call, "network");
  g_assert_cmpint (yonder_call_inspection_get_diagnosis (inspection)->code, ==, YONDER_DIAGNOSIS_HIDDEN);
  g_assert_true (g_str_has_suffix (yonder_ice_report_get_remote (yonder_call_inspection_get_report (inspection), 0)->address, ".local"));
}

/* What ended before any path was looked for has no diagnosis of the network, but the words of its end. */
static void
test_no_answer (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_to_ringing (fixture);
  YonderCallInspection *inspection = yonder_call_get_inspection (call);

  yonder_manual_clock_advance (fixture->clock, 45000);
  assert_ended (call, "no-answer");
  g_assert_cmpint (yonder_call_inspection_get_diagnosis (inspection)->code, ==, YONDER_DIAGNOSIS_NOT_TRIED);
  g_assert_cmpstr (headline_of (inspection), ==, "Not connected");
}

/* The newest first, twenty at most, and they stay when their calls are dismissed. */
static void
test_history (Fixture *fixture, gconstpointer data)
{
  g_autoptr (YonderCallHistory) history = yonder_call_history_new ();
  GListModel *list = G_LIST_MODEL (history);
  g_autoptr (YonderCallInspection) first = NULL, newest = NULL;

  yonder_call_history_follow (history, fixture->manager);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 0);
  for (guint i = 0; i < YONDER_CALL_HISTORY_LENGTH + 5; i++) {
    YonderCall *call = dial (fixture);

    g_assert_cmpuint (g_list_model_get_n_items (list), ==, MIN (i + 1, YONDER_CALL_HISTORY_LENGTH));
    g_clear_object (&newest);
    newest = g_object_ref (yonder_call_get_inspection (call));
    yonder_call_hang_up (call);
    yonder_call_manager_dismiss (fixture->manager, call);
    settle ();
  }
  first = g_list_model_get_item (list, 0);
  g_assert_true (first == newest);

  yonder_call_history_clear (history);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 0);
}

static const char *
get_text (JsonNode *root, const char *path)
{
  g_autoptr (GError) error = NULL;
  const char *text = yonder_json_get_string (root, path, 10000, &error);

  g_assert_no_error (error);
  return text;
}

/* The shape that viewers of webrtc-internals dumps read: series as JSON text, ids that refer to one another, and a log. */
static void
test_export (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_out (fixture);
  YonderCallInspection *inspection = yonder_call_get_inspection (call);
  g_autoptr (YonderIceCandidate) candidate = make_candidate ("answ", 7);
  g_autoptr (JsonNode) full = NULL, values = NULL;
  g_autofree char *with = NULL, *without = NULL;
  JsonObject *stats;
  JsonNode *series;

  yonder_fake_media_set_report (media_of (call), make_report ());
  yonder_fake_media_set_bitrate (media_of (call), 640000);
  g_signal_emit_by_name (media_of (call), "remote-candidate", candidate, FALSE);
  yonder_manual_clock_advance (fixture->clock, 2000);

  with = yonder_call_export (inspection, TRUE);
  full = yonder_json_parse (with, -1, 1000000, NULL);
  g_assert_nonnull (full);
  g_assert_cmpstr (get_text (full, "UserAgent"), ==, "Yonder");
  stats = json_node_get_object (yonder_json_find (full, "PeerConnections.1-1.stats"));
  series = json_object_get_member (stats, "IT01V-[bytesReceived_in_bits/s]");
  g_assert_cmpstr (get_text (series, "statsType"), ==, "inbound-rtp");
  g_assert_cmpstr (get_text (series, "values"), ==, "[640000,640000]");
  g_assert_cmpstr (get_text (json_object_get_member (stats, "CP0-localCandidateId"), "values"), ==, "[\"L0\"]");
  g_assert_cmpstr (get_text (json_object_get_member (stats, "L0-address"), "values"), ==, "[\"203.0.113.1\"]");
  g_assert_cmpstr (get_text (json_object_get_member (stats, "T01-selectedCandidatePairId"), "values"), ==, "[\"CP0\"]");
  g_assert_nonnull (strstr (with, "192.0.2.1"));

  without = yonder_call_export (inspection, FALSE);
  g_assert_null (strstr (without, "203.0.113.1"));
  g_assert_null (strstr (without, "198.51.100.9"));
  g_assert_null (strstr (without, "192.0.2.1"));
  g_assert_nonnull (strstr (without, "address-1"));
}

int
main (int argc, char **argv)
{
  static const struct { const char *name; void (*test) (Fixture *fixture, gconstpointer data); } tests[] = {
    { "/inspection/call", test_call },
    { "/inspection/long-call", test_long_call },
    { "/inspection/failure", test_failure },
    { "/inspection/hidden-names", test_hidden_names },
    { "/inspection/no-answer", test_no_answer },
    { "/inspection/history", test_history },
    { "/inspection/export", test_export },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, fixture_set_up, tests[i].test, fixture_tear_down);
  return g_test_run ();
}
