/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every sentence about a connection, from the facts that lead to it. */

#include "yonder-diagnosis.h"

#include <string.h>

/* A pair of addresses, and what is said of a call over them. */
typedef struct {
  const char         *name;
  YonderCandidateType local_kind, remote_kind;
  const char         *protocol;
  const char         *local, *remote;
  const char         *server, *relay_protocol;
  const char         *code, *sentence;
} PathCase;

#define HOST YONDER_CANDIDATE_HOST
#define SRFLX YONDER_CANDIDATE_SRFLX
#define PRFLX YONDER_CANDIDATE_PRFLX
#define RELAY YONDER_CANDIDATE_RELAY

static const PathCase paths[] = {
  { "same-computer", HOST, HOST, "udp", "192.168.1.4", "192.168.1.4", NULL, NULL, "direct-same-computer", "Direct, on this computer" },
  { "same-computer-ipv6", HOST, HOST, "udp", "fe80::1", "fe80::1", NULL, NULL, "direct-same-computer", "Direct, on this computer" },
  { "same-network", HOST, HOST, "udp", "192.168.1.4", "192.168.1.9", NULL, NULL, "direct-same-network", "Direct, same network" },
  { "same-network-tcp", HOST, HOST, "tcp", "192.168.1.4", "192.168.1.9", NULL, NULL, "direct-same-network", "Direct, same network, over TCP" },
  { "routed-office", HOST, HOST, "udp", "10.1.0.4", "10.2.0.9", NULL, NULL, "direct-same-network", "Direct, same network" },
  { "neighbours-with-public-addresses", HOST, HOST, "udp", "198.51.100.4", "198.51.100.9", NULL, NULL, "direct-same-network",
    "Direct, same network" },
  { "ipv6-neighbours", HOST, HOST, "udp", "2001:db8:1:2::4", "2001:db8:1:2::9", NULL, NULL, "direct-same-network", "Direct, same network" },
  { "hidden-neighbour", HOST, PRFLX, "udp", "192.168.1.4", "192.168.1.9", NULL, NULL, "direct-same-network", "Direct, same network" },
  { "ipv6-across", HOST, HOST, "udp", "2001:db8:1::4", "2001:db8:2::9", NULL, NULL, "direct", "Direct over the internet" },
  { "ipv6-across-tcp", HOST, HOST, "tcp", "2001:db8:1::4", "2001:db8:2::9", NULL, NULL, "direct", "Direct over the internet, by TCP" },
  { "two-homes", SRFLX, SRFLX, "udp", "198.51.100.4", "203.0.113.9", NULL, NULL, "direct-nat", "Direct through NAT" },
  { "two-homes-tcp", PRFLX, SRFLX, "tcp", "198.51.100.4", "203.0.113.9", NULL, NULL, "direct-nat", "Direct through NAT, over TCP" },
  { "symmetric-peer", HOST, PRFLX, "udp", "192.168.1.4", "203.0.113.9", NULL, NULL, "direct-nat", "Direct through NAT" },
  { "one-carrier", SRFLX, PRFLX, "udp", "198.51.100.4", "198.51.100.9", NULL, NULL, "direct-nat", "Direct through NAT" },
  { "one-home", SRFLX, SRFLX, "udp", "198.51.100.4", "198.51.100.4", NULL, NULL, "direct-nat", "Direct through NAT" },
  { "private-to-public", HOST, HOST, "udp", "192.168.1.4", "203.0.113.9", NULL, NULL, "direct-nat", "Direct through NAT" },
  { "relay-udp", RELAY, HOST, "udp", "203.0.113.1", "192.168.1.9", "turn.example.org", "udp", "relayed",
    "Relayed by turn.example.org over UDP" },
  { "relay-tls", RELAY, RELAY, "udp", "203.0.113.1", "203.0.113.1", "turn.example.org", "tls", "relayed",
    "Relayed by turn.example.org over TLS" },
  { "relay-somehow", RELAY, HOST, "udp", "203.0.113.1", "192.168.1.9", "turn.example.org", NULL, "relayed", "Relayed by turn.example.org" },
  { "relay-of-nobody", RELAY, HOST, "udp", "203.0.113.1", "192.168.1.9", NULL, NULL, "relayed", "Relayed by a TURN server" },
  { "relay-of-the-peer", PRFLX, RELAY, "udp", "198.51.100.4", "203.0.113.1", NULL, NULL, "relayed-by-peer",
    "Relayed by the other side’s server 203.0.113.1" },
};

static void
test_path (gconstpointer data)
{
  const PathCase *path = data;
  g_autoptr (YonderIceReport) report = yonder_ice_report_new ();
  g_autoptr (YonderDiagnosis) diagnosis = NULL;
  g_autofree char *sentence = NULL;
  YonderDiagnosisFacts facts = { .stage = YONDER_DIAGNOSIS_STAGE_CONNECTED, .was_connected = TRUE };
  YonderReportCandidate *local = yonder_ice_report_add_local (report, path->local_kind, path->protocol, path->local, 1000);

  local->server = g_strdup (path->server);
  local->relay_protocol = path->relay_protocol;
  yonder_ice_report_add_remote (report, path->remote_kind, path->protocol, path->remote, 2000);
  yonder_ice_report_add_pair (report, 0, 0, YONDER_PAIR_SUCCEEDED)->is_selected = TRUE;
  yonder_diagnosis_facts_take_report (&facts, report);

  diagnosis = yonder_diagnosis_new (&facts);
  sentence = yonder_diagnosis_to_sentence (diagnosis);
  g_assert_cmpstr (sentence, ==, path->sentence);
  g_assert_cmpstr (yonder_diagnosis_code_to_string (diagnosis->code), ==, path->code);
  g_assert_false (yonder_diagnosis_is_failure (diagnosis->code));
}

/* What failed, told by what changes from a call that has everything but a relay: its sentence is that TURN is missing. */
typedef struct {
  const char *name;
  void      (*spoil) (YonderDiagnosisFacts *facts, YonderReportServer *turn);
  const char *code;
  const char *words; /* that the sentence must have */
} FailureCase;

static void spoil_nothing (YonderDiagnosisFacts *facts, YonderReportServer *turn) { }
static void spoil_try (YonderDiagnosisFacts *facts, YonderReportServer *turn) { facts->was_tried = FALSE; }
static void spoil_time_given (YonderDiagnosisFacts *facts, YonderReportServer *turn) { facts->had_time = FALSE; }
static void spoil_path (YonderDiagnosisFacts *facts, YonderReportServer *turn) { facts->was_connected = TRUE; }
static void spoil_description (YonderDiagnosisFacts *facts, YonderReportServer *turn) { facts->has_description = FALSE; }
static void spoil_certificate (YonderDiagnosisFacts *facts, YonderReportServer *turn) { facts->has_false_certificate = TRUE; }
static void spoil_dtls (YonderDiagnosisFacts *facts, YonderReportServer *turn) { facts->has_ice = TRUE; }

static void
spoil_network (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  facts->local = (YonderDiagnosisSide) { 0 };
}

static void
spoil_policy (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  facts->local = (YonderDiagnosisSide) { 0 };
  facts->is_relay_only = TRUE;
}

static void
spoil_remote (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  facts->remote = (YonderDiagnosisSide) { 0 };
}

static void
spoil_names (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  facts->remote = (YonderDiagnosisSide) { .n_candidates = 2, .n_hidden = 2 };
}

static void
spoil_family (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  facts->remote.has_ipv4 = FALSE;
  facts->remote.has_ipv6 = TRUE;
}

static void
spoil_family_the_other_way (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  facts->local.has_ipv4 = FALSE;
  facts->local.has_ipv6 = TRUE;
}

static void
spoil_udp (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  facts->stun_outcome = YONDER_SERVER_SILENT;
  facts->local.has_reflexive = FALSE;
}

static void
spoil_turn (YonderDiagnosisFacts *facts, YonderReportServer *turn, YonderServerOutcome outcome, int code)
{
  facts->n_turn = 1;
  facts->failed_turn = turn;
  turn->outcome = outcome;
  turn->error_code = code;
}

static void
spoil_password (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  spoil_turn (facts, turn, YONDER_SERVER_REFUSED, 401);
}

static void
spoil_time (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  spoil_turn (facts, turn, YONDER_SERVER_REFUSED, 401);
  facts->is_expired = TRUE;
}

static void
spoil_permission (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  spoil_turn (facts, turn, YONDER_SERVER_REFUSED, 403);
}

static void
spoil_quota (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  spoil_turn (facts, turn, YONDER_SERVER_REFUSED, 486);
}

static void
spoil_capacity (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  spoil_turn (facts, turn, YONDER_SERVER_REFUSED, 508);
}

static void
spoil_allocation (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  spoil_turn (facts, turn, YONDER_SERVER_REFUSED, 442);
}

static void
spoil_name (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  spoil_turn (facts, turn, YONDER_SERVER_UNRESOLVED, 0);
}

static void
spoil_trust (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  spoil_turn (facts, turn, YONDER_SERVER_UNTRUSTED, 0);
  turn->reason = g_strdup ("certificate expired on 2026-01-31");
}

static void
spoil_answer (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  spoil_turn (facts, turn, YONDER_SERVER_SILENT, 0);
}

static void
spoil_only_relay (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  spoil_password (facts, turn);
  spoil_policy (facts, turn);
}

static void
spoil_relay (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  facts->n_turn = 1;
  facts->local.has_relay = TRUE;
}

/* One server of two refuses, but the other has given a relay: it is not the password. */
static void
spoil_one_of_two (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  spoil_password (facts, turn);
  facts->local.has_relay = TRUE;
}

static void
spoil_path_and_password (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  spoil_path (facts, turn);
  spoil_password (facts, turn);
}

static void
spoil_path_and_silence (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  spoil_path (facts, turn);
  spoil_answer (facts, turn);
}

/* A server that is still being asked has refused nothing. */
static void
spoil_path_while_asking (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  spoil_path (facts, turn);
  spoil_turn (facts, turn, YONDER_SERVER_PENDING, 0);
}

static void
spoil_path_and_one_of_two (YonderDiagnosisFacts *facts, YonderReportServer *turn)
{
  spoil_path (facts, turn);
  spoil_one_of_two (facts, turn);
}

static const FailureCase failures[] = {
  { "not-tried", spoil_try, "not-tried", "before a path" },
  { "not-finished", spoil_time_given, "not-finished", "still being looked for" },
  { "broken", spoil_path, "broken", "could not be rebuilt" },
  { "broken-and-refused", spoil_path_and_password, "broken", "does not accept the user name or credential (401)" },
  { "broken-and-silent", spoil_path_and_silence, "broken", "turn.example.org was needed, but does not answer" },
  { "broken-while-asking", spoil_path_while_asking, "broken", "could not be rebuilt" },
  { "broken-beside-a-bad-relay", spoil_path_and_one_of_two, "broken", "could not be rebuilt" },
  { "no-description", spoil_description, "no-description", "reload its page" },
  { "false-certificate", spoil_certificate, "false-certificate", "listening in" },
  { "dtls", spoil_dtls, "dtls-failed", "could not agree on encryption" },
  { "no-network", spoil_network, "no-network", "no network address" },
  { "relay-only", spoil_policy, "relay-only-without-turn", "no TURN server is set up" },
  { "no-remote", spoil_remote, "no-remote-candidates", "sent no address" },
  { "hidden", spoil_names, "remote-hidden", ".local names" },
  { "family", spoil_family, "address-family", "This computer has IPv4 addresses only" },
  { "family-the-other-way", spoil_family_the_other_way, "address-family", "This computer has IPv6 addresses only" },
  { "turn-expired", spoil_time, "turn-expired", "turn.example.org was needed, but its credentials have expired" },
  { "turn-unauthorized", spoil_password, "turn-unauthorized", "does not accept the user name or credential (401)" },
  { "turn-forbidden", spoil_permission, "turn-forbidden", "does not serve this computer (403)" },
  { "turn-quota", spoil_quota, "turn-quota", "quota is reached (486)" },
  { "turn-capacity", spoil_capacity, "turn-quota", "quota is reached (508)" },
  { "turn-refused", spoil_allocation, "turn-refused", "refused with error 442" },
  { "turn-untrusted", spoil_trust, "turn-untrusted", "turn.example.org was needed, but cannot prove who it is (certificate expired on 2026-01-31)" },
  { "turn-unresolved", spoil_name, "turn-unresolved", "there is no such name" },
  { "turn-silent", spoil_answer, "turn-silent", "does not answer over UDP. It may be down, or this network blocks port 3478" },
  { "turn-of-relay-only", spoil_only_relay, "turn-unauthorized", "(401)" },
  { "udp-blocked", spoil_udp, "udp-blocked", "port 443" },
  { "turn-missing", spoil_nothing, "turn-missing", "no relay is set up" },
  { "relay-failed", spoil_relay, "relay-failed", "not even through the relay" },
  { "relay-failed-beside-a-bad-one", spoil_one_of_two, "relay-failed", "not even through the relay" },
};

static void
test_failure (gconstpointer data)
{
  const FailureCase *failure = data;
  g_autoptr (YonderIceReport) report = yonder_ice_report_new ();
  YonderReportServer *turn = yonder_ice_report_add_server (report, TRUE, "turn.example.org", 3478, "udp");
  g_autoptr (YonderDiagnosis) diagnosis = NULL;
  g_autofree char *sentence = NULL;
  YonderDiagnosisFacts facts = {
    .stage = YONDER_DIAGNOSIS_STAGE_ENDED,
    .was_tried = TRUE,
    .had_time = TRUE,
    .has_description = TRUE,
    .local = { .n_candidates = 2, .has_ipv4 = TRUE, .has_reflexive = TRUE },
    .remote = { .n_candidates = 2, .has_ipv4 = TRUE, .has_reflexive = TRUE },
    .has_stun = TRUE,
    .stun_outcome = YONDER_SERVER_ANSWERED,
  };

  failure->spoil (&facts, turn);
  diagnosis = yonder_diagnosis_new (&facts);
  sentence = yonder_diagnosis_to_sentence (diagnosis);
  g_test_message ("%s", sentence);
  g_assert_cmpstr (yonder_diagnosis_code_to_string (diagnosis->code), ==, failure->code);
  g_assert_true (g_str_has_prefix (sentence, "Not connected: "));
  g_assert_nonnull (strstr (sentence, failure->words));
  g_assert_true (yonder_diagnosis_is_failure (diagnosis->code));
}

static void
test_under_way (void)
{
  static const struct { YonderDiagnosisStage stage; const char *code, *headline; } stages[] = {
    { YONDER_DIAGNOSIS_STAGE_WAITING, "waiting", "Not connected yet" },
    { YONDER_DIAGNOSIS_STAGE_CONNECTING, "connecting", "Connecting…" },
    { YONDER_DIAGNOSIS_STAGE_RECONNECTING, "reconnecting", "Reconnecting…" },
    { YONDER_DIAGNOSIS_STAGE_CONNECTED, "connected", "Connected" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (stages); i++) {
    YonderDiagnosisFacts facts = { .stage = stages[i].stage };
    g_autoptr (YonderDiagnosis) diagnosis = yonder_diagnosis_new (&facts);

    g_assert_cmpstr (yonder_diagnosis_code_to_string (diagnosis->code), ==, stages[i].code);
    g_assert_cmpstr (diagnosis->headline, ==, stages[i].headline);
    g_assert_false (yonder_diagnosis_is_failure (diagnosis->code));
  }
}

/* What a report says of both sides: names that hide addresses, families, relays, and which server did not serve. */
static void
test_facts (void)
{
  g_autoptr (YonderIceReport) report = yonder_ice_report_new ();
  YonderDiagnosisFacts facts = { 0 };
  YonderReportServer *refusing;

  yonder_ice_report_add_local (report, HOST, "udp", "192.168.1.4", 1);
  yonder_ice_report_add_local (report, HOST, "udp", "fe80::4", 1);
  yonder_ice_report_add_local (report, RELAY, "udp", "203.0.113.1", 2);
  yonder_ice_report_add_remote (report, HOST, "udp", "0b1f0a4c-9e5d-4c6c-a0f5-2f9c1a1f7c3e.local", 3);
  yonder_ice_report_add_remote (report, SRFLX, "udp", "2001:db8::9", 3);
  yonder_ice_report_add_server (report, FALSE, "stun.example.org", 3478, "udp")->outcome = YONDER_SERVER_SILENT;
  yonder_ice_report_add_server (report, TRUE, "one.example.org", 3478, "udp")->outcome = YONDER_SERVER_ANSWERED;
  yonder_ice_report_add_server (report, TRUE, "two.example.org", 3478, "udp")->outcome = YONDER_SERVER_SILENT;
  refusing = yonder_ice_report_add_server (report, TRUE, "three.example.org", 3478, "udp");
  refusing->outcome = YONDER_SERVER_REFUSED;

  yonder_diagnosis_facts_take_report (&facts, report);
  g_assert_cmpuint (facts.local.n_candidates, ==, 3);
  g_assert_true (facts.local.has_relay && facts.local.has_ipv4);
  g_assert_false (facts.local.has_ipv6);
  g_assert_false (facts.local.has_reflexive);
  g_assert_cmpuint (facts.remote.n_candidates, ==, 2);
  g_assert_cmpuint (facts.remote.n_hidden, ==, 1);
  g_assert_true (facts.remote.has_ipv6 && facts.remote.has_reflexive);
  g_assert_false (facts.remote.has_ipv4);
  g_assert_true (facts.has_stun);
  g_assert_cmpint (facts.stun_outcome, ==, YONDER_SERVER_SILENT);
  g_assert_cmpuint (facts.n_turn, ==, 3);
  g_assert_true (facts.failed_turn == refusing);
  g_assert_null (facts.selected_local);

  facts = (YonderDiagnosisFacts) { .is_relay_only = TRUE };
  yonder_diagnosis_facts_take_report (&facts, report);
  g_assert_cmpuint (facts.local.n_candidates, ==, 1);
}

static void
test_expired_names (void)
{
  g_assert_true (yonder_diagnosis_is_expired_name ("1700000000:kim", 1700000001));
  g_assert_true (yonder_diagnosis_is_expired_name ("1700000000", 1700000001));
  g_assert_false (yonder_diagnosis_is_expired_name ("1700000000:kim", 1699999999));
  g_assert_false (yonder_diagnosis_is_expired_name ("1700000000kim", 1800000000));
  g_assert_false (yonder_diagnosis_is_expired_name ("42:kim", 1800000000));
  g_assert_false (yonder_diagnosis_is_expired_name ("kim", 1800000000));
  g_assert_false (yonder_diagnosis_is_expired_name (NULL, 1800000000));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autofree char *name = g_strdup_printf ("/diagnosis/path/%s", paths[i].name);

    g_test_add_data_func (name, &paths[i], test_path);
  }
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++) {
    g_autofree char *name = g_strdup_printf ("/diagnosis/failure/%s", failures[i].name);

    g_test_add_data_func (name, &failures[i], test_failure);
  }
  g_test_add_func ("/diagnosis/under-way", test_under_way);
  g_test_add_func ("/diagnosis/facts", test_facts);
  g_test_add_func ("/diagnosis/expired-names", test_expired_names);

  return g_test_run ();
}
