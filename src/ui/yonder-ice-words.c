/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-words.h"

#include <glib/gi18n.h>
#include <string.h>

const char *
yonder_icon_for_diagnosis (YonderDiagnosisCode code)
{
  if (yonder_diagnosis_is_failure (code))
    return "network-error-symbolic";
  if (code <= YONDER_DIAGNOSIS_RECONNECTING)
    return "network-idle-symbolic";
  return "network-transmit-receive-symbolic";
}

const char *
yonder_words_for_signaling (YonderSignalingState state)
{
  switch (state) {
  case YONDER_SIGNALING_ONLINE:
    return _("Connected");
  case YONDER_SIGNALING_CONNECTING:
    return _("Connecting");
  case YONDER_SIGNALING_RECONNECTING:
    return _("Connection lost; trying again");
  case YONDER_SIGNALING_OFFLINE:
    return _("Not connected");
  case YONDER_SIGNALING_REFUSED:
    return _("Refused by the server");
  }
  return "";
}

const char *
yonder_words_for_gathering (YonderGatheringState state)
{
  static const char * const words[] = { N_("Not begun"), N_("Under way"), N_("Complete") };

  return _(words[state]);
}

const char *
yonder_words_for_ice (YonderIceState state)
{
  switch (state) {
  case YONDER_ICE_STATE_NEW:
    return _("Not begun");
  case YONDER_ICE_STATE_CHECKING:
    return _("Checking");
  case YONDER_ICE_STATE_CONNECTED:
    return _("Connected");
  case YONDER_ICE_STATE_COMPLETED:
    return _("Connected, checks complete");
  case YONDER_ICE_STATE_DISCONNECTED:
    return _("Interrupted");
  case YONDER_ICE_STATE_FAILED:
    return _("Failed");
  case YONDER_ICE_STATE_CLOSED:
    return _("Closed");
  }
  return "";
}

const char *
yonder_words_for_dtls (YonderDtlsState state, gboolean is_secured)
{
  static const char * const words[] = { N_("Not begun"), N_("Under way"), N_("Connected, certificate not checked yet"), N_("Closed"), N_("Failed") };

  return is_secured ? _("Encrypted, certificate as announced") : _(words[state]);
}

/* Who only dials out over TCP has no port that could be reached: 0 here, 9 on the wire (RFC 6544, section 4.5). */
static gboolean
only_dials_out (const YonderReportCandidate *candidate)
{
  return g_str_equal (candidate->protocol, "tcp") && (candidate->port == 0 || candidate->port == 9);
}

char *
yonder_words_for_candidate_address (const YonderReportCandidate *candidate)
{
  const char *address = candidate->address;
  guint port = candidate->port;

  if (only_dials_out (candidate))
    return g_strdup (address);
  return strchr (address, ':') != NULL ? g_strdup_printf ("[%s]:%u", address, port) : g_strdup_printf ("%s:%u", address, port);
}

static const char *
words_for_kind (YonderCandidateType kind)
{
  static const char * const words[] = { N_("own interface (host)"), N_("seen by a STUN server (srflx)"), N_("seen by the peer (prflx)"), N_("relay") };

  return _(words[kind]);
}

char *
yonder_words_for_candidate (const YonderReportCandidate *candidate)
{
  g_autofree char *protocol = g_ascii_strup (candidate->protocol, -1);
  g_autofree char *relay = candidate->relay_protocol != NULL ? g_ascii_strup (candidate->relay_protocol, -1) : NULL;

  if (candidate->server != NULL && relay != NULL)
    /* Translators: of a relay: "UDP, relay, turn.example.org over TLS" */
    return g_strdup_printf (_("%s, %s, %s over %s"), protocol, words_for_kind (candidate->kind), candidate->server, relay);
  if (candidate->server != NULL)
    return g_strdup_printf ("%s, %s, %s", protocol, words_for_kind (candidate->kind), candidate->server);
  if (only_dials_out (candidate))
    return g_strdup_printf (_("%s, dials out only, %s"), protocol, words_for_kind (candidate->kind));
  return g_strdup_printf ("%s, %s", protocol, words_for_kind (candidate->kind));
}

char *
yonder_words_for_candidates (GPtrArray *candidates)
{
  guint counts[4] = { 0 };
  g_autoptr (GString) words = g_string_new (NULL);

  for (guint i = 0; i < candidates->len; i++)
    counts[((YonderReportCandidate *) g_ptr_array_index (candidates, i))->kind]++;
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++) {
    if (counts[i] > 0)
      g_string_append_printf (words, "%s%u %s", words->len > 0 ? ", " : "", counts[i], yonder_candidate_type_to_string (i));
  }
  return words->len > 0 ? g_strdup (words->str) : g_strdup (C_("candidates", "None"));
}

char *
yonder_words_for_pair (const YonderIceReport *report, const YonderReportPair *pair)
{
  const YonderReportCandidate *local = yonder_ice_report_get_local (report, pair->local);
  const YonderReportCandidate *remote = yonder_ice_report_get_remote (report, pair->remote);
  g_autofree char *from = yonder_words_for_candidate_address (local);
  g_autofree char *to = yonder_words_for_candidate_address (remote);

  return g_strdup_printf ("%s → %s", from, to);
}

static const char *
words_for_pair_state (const YonderReportPair *pair)
{
  static const char * const words[] = { N_("not tried"), N_("waiting"), N_("being checked"), N_("failed"), N_("works") };

  return pair->is_selected ? _("selected") : _(words[pair->state]);
}

char *
yonder_words_for_pair_state (const YonderIceReport *report, const YonderReportPair *pair)
{
  const YonderReportCandidate *local = yonder_ice_report_get_local (report, pair->local);
  const YonderReportCandidate *remote = yonder_ice_report_get_remote (report, pair->remote);
  g_autofree char *protocol = g_ascii_strup (local->protocol, -1);
  g_autofree char *rtt = pair->rtt_ms >= 0.0 ? g_strdup_printf (_(", %.1f ms"), pair->rtt_ms) : g_strdup ("");

  /* Translators: state of a pair, types of its candidates, protocol, round trip: "selected, host – srflx, UDP, 12.0 ms" */
  return g_strdup_printf (_("%s, %s – %s, %s%s"), words_for_pair_state (pair), yonder_candidate_type_to_string (local->kind),
                          yonder_candidate_type_to_string (remote->kind), protocol, rtt);
}

char *
yonder_words_for_pairs (const YonderIceReport *report)
{
  guint n_works = 0, n_failed = 0;

  for (guint i = 0; i < report->pairs->len; i++) {
    const YonderReportPair *pair = g_ptr_array_index (report->pairs, i);

    n_works += pair->state == YONDER_PAIR_SUCCEEDED;
    n_failed += pair->state == YONDER_PAIR_FAILED;
  }
  if (report->pairs->len == 0)
    return g_strdup (C_("candidate pairs", "None"));
  return g_strdup_printf (_("Pairs: %u, working: %u, failed: %u"), report->pairs->len, n_works, n_failed);
}

char *
yonder_words_for_server (const YonderReportServer *server)
{
  g_autofree char *transport = g_ascii_strup (server->transport, -1);
  const char *kind = server->is_turn ? "TURN" : "STUN";

  switch (server->outcome) {
  case YONDER_SERVER_PENDING:
    return g_strdup_printf (_("%s over %s: being asked"), kind, transport);
  case YONDER_SERVER_ANSWERED:
    return g_strdup_printf (_("%s over %s: answered"), kind, transport);
  case YONDER_SERVER_REFUSED:
    return g_strdup_printf (_("%s over %s: refused with error %d"), kind, transport, server->error_code);
  case YONDER_SERVER_SILENT:
    return g_strdup_printf (_("%s over %s: did not answer"), kind, transport);
  case YONDER_SERVER_UNRESOLVED:
    return g_strdup_printf (_("%s over %s: no such name"), kind, transport);
  case YONDER_SERVER_UNTRUSTED:
    return g_strdup_printf (_("%s over %s: %s"), kind, transport, server->reason);
  }
  return NULL;
}

char *
yonder_words_for_entry (YonderTimelineEntry *entry)
{
  const char *text = yonder_timeline_entry_get_text (entry);

  /* a name of the protocol, not a sentence */
  if (!g_ascii_islower (*text))
    return g_strdup (text);
  if (yonder_timeline_entry_get_kind (entry) == YONDER_TIMELINE_LOCAL_CANDIDATE)
    return g_strdup_printf (_("Own address: %s"), text);
  if (yonder_timeline_entry_get_kind (entry) == YONDER_TIMELINE_REMOTE_CANDIDATE)
    return g_strdup_printf (_("Other side’s address: %s"), text);

  return g_strdup_printf ("%c%s", g_ascii_toupper (*text), text + 1);
}

char *
yonder_words_for_timeline (GListModel *timeline)
{
  guint n = g_list_model_get_n_items (timeline);
  g_autoptr (YonderTimelineEntry) last = n > 0 ? g_list_model_get_item (timeline, n - 1) : NULL;

  if (last == NULL)
    return g_strdup (_("Nothing has happened yet"));
  return g_strdup_printf (ngettext ("%u event in %.1f s", "%u events in %.1f s", n), n, yonder_timeline_entry_get_time_us (last) / 1e6);
}

char *
yonder_words_for_bitrate (double bps)
{
  if (bps >= 1e6)
    return g_strdup_printf (_("%.1f Mbit/s"), bps / 1e6);
  return g_strdup_printf (_("%.0f kbit/s"), bps / 1e3);
}

char *
yonder_words_for_milliseconds (double ms)
{
  return g_strdup_printf (_("%.0f ms"), ms);
}

char *
yonder_words_for_percent (double percent)
{
  return g_strdup_printf (_("%.1f %%"), percent);
}

char *
yonder_words_for_frame_rate (double fps)
{
  /* Translators: frames per second */
  return g_strdup_printf (_("%.0f/s"), fps);
}
