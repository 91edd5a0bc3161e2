/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-inspector.h"

#include <nice/debug.h>
#include <nice/nice.h>
#include <stdio.h>
#include <string.h>

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

#include "yonder-ice-journal.h"

/* webrtcbin has one stream when everything is bundled, and with a peer that bundles nothing one for each m-line: sound, picture, data. */
#define MAX_STREAMS 4
#define COMPONENT_RTP 1
/* libnice's type preference of a relay that it reaches over UDP (RFC 8445 section 5.1.2.1); over TCP it is 20 */
#define TYPE_PREFERENCE_RELAY_UDP 30

struct _YonderIceInspector {
  GstElement       *webrtcbin; /* (nullable): once closed */
  NiceAgent        *agent;     /* (nullable): once closed */
  YonderIceJournal *journal;
  YonderIceReport  *last;      /* (nullable): until closed */
  YonderWebrtcServers *servers; /* (nullable): borrowed */
};

/* --- Messages --- */

static GMutex journals_lock;
static GHashTable *journals; /* (element-type NiceAgent YonderIceJournal): neither key nor value is referenced */

/* The STUN library tells an error code without saying for whom, in the thread in which the agent then goes on with it. */
static GPrivate stun_code;

static YonderIceJournal *
find_journal (guint64 agent)
{
  YonderIceJournal *journal;

  g_mutex_lock (&journals_lock);
  journal = g_hash_table_lookup (journals, GSIZE_TO_POINTER ((gsize) agent));
  if (journal != NULL)
    yonder_ice_journal_ref (journal);
  g_mutex_unlock (&journals_lock);
  return journal;
}

static void
pass_on (const char *domain, GLogLevelFlags level, const char *message)
{
  if (!g_log_writer_default_would_drop (level, domain))
    g_log_default_handler (domain, level, message, NULL);
}

static void
on_agent_message (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  guint64 agent = 0;
  const char *text = yonder_ice_journal_split_line (message, &agent);
  g_autoptr (YonderIceJournal) journal = text != NULL ? find_journal (agent) : NULL;

  if (journal != NULL)
    yonder_ice_journal_take_text (journal, text, GPOINTER_TO_INT (g_private_get (&stun_code)), g_get_monotonic_time ());
  if (text != NULL)
    g_private_set (&stun_code, NULL);
  pass_on (domain, level, message);
}

static void
on_stun_message (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  int code;

  if (sscanf (message, " STUN error message received (code: %d)", &code) == 1)
    g_private_set (&stun_code, GINT_TO_POINTER (code));
  pass_on (domain, level, message);
}

/* For the life of the process: libnice has one switch for all agents. */
static void
listen_to_libnice (void)
{
  static gsize is_listening = 0;

  if (!g_once_init_enter (&is_listening))
    return;

  journals = g_hash_table_new (NULL, NULL);
  g_log_set_handler ("libnice", G_LOG_LEVEL_DEBUG, on_agent_message, NULL);
  g_log_set_handler ("libnice-stun", G_LOG_LEVEL_DEBUG, on_stun_message, NULL);
  nice_debug_enable (TRUE);
  g_once_init_leave (&is_listening, 1);
}

static void
list_journal (NiceAgent *agent, YonderIceJournal *journal)
{
  g_mutex_lock (&journals_lock);
  if (journal != NULL)
    g_hash_table_insert (journals, agent, journal);
  else
    g_hash_table_remove (journals, agent);
  g_mutex_unlock (&journals_lock);
}

/* --- The report --- */

static const char *
tcp_type_of (NiceCandidateTransport transport)
{
  switch (transport) {
    case NICE_CANDIDATE_TRANSPORT_TCP_ACTIVE:
      return "active";
    case NICE_CANDIDATE_TRANSPORT_TCP_PASSIVE:
      return "passive";
    case NICE_CANDIDATE_TRANSPORT_TCP_SO:
      return "so";
    case NICE_CANDIDATE_TRANSPORT_UDP:
      return NULL;
  }
  return NULL;
}

static YonderCandidateType
kind_of (NiceCandidateType type)
{
  switch (type) {
    case NICE_CANDIDATE_TYPE_HOST:
      return YONDER_CANDIDATE_HOST;
    case NICE_CANDIDATE_TYPE_SERVER_REFLEXIVE:
      return YONDER_CANDIDATE_SRFLX;
    case NICE_CANDIDATE_TYPE_PEER_REFLEXIVE:
      return YONDER_CANDIDATE_PRFLX;
    case NICE_CANDIDATE_TYPE_RELAYED:
      return YONDER_CANDIDATE_RELAY;
  }
  return YONDER_CANDIDATE_HOST;
}

/* @address: of the server, as libnice knows it */
static void
name_by_address (YonderIceInspector *self, const NiceAddress *address, YonderReportCandidate *candidate)
{
  char text[NICE_ADDRESS_STRING_LEN];
  const char *host;
  gboolean is_tls;

  if (!nice_address_is_valid (address))
    return;

  g_clear_pointer (&candidate->server, g_free);
  nice_address_to_string (address, text);
  if (self->servers != NULL && yonder_webrtc_servers_find (self->servers, text, nice_address_get_port (address), &host, NULL, &is_tls)) {
    candidate->server = g_strdup (host);
    if (is_tls && candidate->relay_protocol != NULL)
      candidate->relay_protocol = "tls";
    return;
  }
  candidate->server = yonder_ice_journal_name_server (self->journal, text);
  if (candidate->server == NULL)
    candidate->server = g_strdup (text);
}

/* libnice's copies of candidates have lost which relay they are of (to 0.1.23, git 16b364d2), and asking one for it ends the process. What
 * can be told is told from the list of servers; the selected candidate, which is no copy, is asked later. */
static void
name_server (YonderIceInspector *self, const NiceCandidate *nice, YonderReportCandidate *candidate)
{
  gboolean is_udp = nice->priority >> 24 == TYPE_PREFERENCE_RELAY_UDP;
  NiceAddress address;
  const char *host;
  gboolean is_tls;

  nice_address_init (&address);
  if (nice->type == NICE_CANDIDATE_TYPE_SERVER_REFLEXIVE && nice_candidate_stun_server_address (nice, &address))
    name_by_address (self, &address, candidate);
  if (nice->type != NICE_CANDIDATE_TYPE_RELAYED)
    return;

  candidate->relay_protocol = is_udp ? "udp" : "tcp";
  if (self->servers == NULL || !yonder_webrtc_servers_guess (self->servers, candidate->address, is_udp, &host, &is_tls))
    return;
  candidate->server = g_strdup (host);
  if (is_tls)
    candidate->relay_protocol = "tls";
}

static YonderReportCandidate *
add_candidate (YonderIceReport *report, gboolean is_local, const NiceCandidate *nice)
{
  char address[NICE_ADDRESS_STRING_LEN];
  const char *protocol = nice->transport == NICE_CANDIDATE_TRANSPORT_UDP ? "udp" : "tcp";
  guint port = nice_address_get_port (&nice->addr);
  YonderReportCandidate *candidate;

  nice_address_to_string (&nice->addr, address);
  candidate = is_local ? yonder_ice_report_add_local (report, kind_of (nice->type), protocol, address, port)
                       : yonder_ice_report_add_remote (report, kind_of (nice->type), protocol, address, port);
  candidate->tcp_type = tcp_type_of (nice->transport);
  candidate->priority = nice->priority;
  return candidate;
}

static void
free_candidate (gpointer candidate)
{
  nice_candidate_free (candidate);
}

static void
add_candidates (YonderIceInspector *self, YonderIceReport *report, guint stream)
{
  GSList *local = nice_agent_get_local_candidates (self->agent, stream, COMPONENT_RTP);
  GSList *remote = nice_agent_get_remote_candidates (self->agent, stream, COMPONENT_RTP);

  for (GSList *l = local; l != NULL; l = l->next)
    name_server (self, l->data, add_candidate (report, TRUE, l->data));
  for (GSList *l = remote; l != NULL; l = l->next)
    add_candidate (report, FALSE, l->data);
  g_slist_free_full (local, free_candidate);
  g_slist_free_full (remote, free_candidate);
}

static gboolean
is_candidate (const YonderReportCandidate *candidate, const NiceCandidate *nice)
{
  char address[NICE_ADDRESS_STRING_LEN];

  nice_address_to_string (&nice->addr, address);
  return candidate->port == nice_address_get_port (&nice->addr) && g_str_equal (candidate->address, address)
         && g_str_equal (candidate->protocol, nice->transport == NICE_CANDIDATE_TRANSPORT_UDP ? "udp" : "tcp");
}

static guint
ensure_candidate (YonderIceReport *report, gboolean is_local, const NiceCandidate *nice)
{
  GPtrArray *candidates = is_local ? report->local : report->remote;

  for (guint i = 0; i < candidates->len; i++) {
    if (is_candidate (g_ptr_array_index (candidates, i), nice))
      return i;
  }
  add_candidate (report, is_local, nice);
  return candidates->len - 1;
}

/* It is in the journal already, or is added: the one pair that libnice has a function for. */
static void
mark_selected (YonderIceInspector *self, YonderIceReport *report, guint stream)
{
  double consent_rtt_ms = yonder_ice_journal_get_consent_rtt_ms (self->journal);
  NiceCandidate *nice_local = NULL, *nice_remote = NULL;
  YonderReportPair *selected = NULL;
  guint local, remote;

  if (!nice_agent_get_selected_pair (self->agent, stream, COMPONENT_RTP, &nice_local, &nice_remote))
    return;

  local = ensure_candidate (report, TRUE, nice_local);
  remote = ensure_candidate (report, FALSE, nice_remote);
  for (guint i = report->pairs->len; i > 0 && selected == NULL; i--) {
    YonderReportPair *pair = g_ptr_array_index (report->pairs, i - 1);

    if (pair->local == local && pair->remote == remote)
      selected = pair;
  }
  if (nice_local->type == NICE_CANDIDATE_TYPE_RELAYED) {
    NiceAddress server;

    nice_candidate_relay_address (nice_local, &server);
    name_by_address (self, &server, g_ptr_array_index (report->local, local));
  }
  if (selected == NULL)
    selected = yonder_ice_report_add_pair (report, local, remote, YONDER_PAIR_SUCCEEDED);

  selected->is_selected = selected->is_nominated = TRUE;
  selected->state = YONDER_PAIR_SUCCEEDED;
  if (consent_rtt_ms >= 0.0)
    selected->rtt_ms = consent_rtt_ms;
}

static YonderGatheringState
get_gathering (YonderIceInspector *self)
{
  GstWebRTCICEGatheringState state;

  g_object_get (self->webrtcbin, "ice-gathering-state", &state, NULL);
  switch (state) {
    case GST_WEBRTC_ICE_GATHERING_STATE_NEW:
      return YONDER_GATHERING_NEW;
    case GST_WEBRTC_ICE_GATHERING_STATE_GATHERING:
      return YONDER_GATHERING_RUNNING;
    case GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE:
      return YONDER_GATHERING_COMPLETE;
  }
  return YONDER_GATHERING_NEW;
}

static YonderIceReport *
make_report (YonderIceInspector *self, YonderDtlsState dtls, gboolean is_over)
{
  YonderIceReport *report = yonder_ice_report_new ();

  report->gathering = get_gathering (self);
  report->dtls = dtls;
  for (guint stream = 1; stream <= MAX_STREAMS; stream++)
    add_candidates (self, report, stream);
  yonder_ice_journal_fill_pairs (self->journal, report);
  yonder_ice_journal_fill_servers (self->journal, report, is_over || report->gathering == YONDER_GATHERING_COMPLETE);
  if (self->servers != NULL)
    yonder_webrtc_servers_name_report (self->servers, report);
  for (guint stream = 1; stream <= MAX_STREAMS; stream++)
    mark_selected (self, report, stream);
  return report;
}

YonderIceInspector *
yonder_ice_inspector_new (GstElement *webrtcbin)
{
  YonderIceInspector *self = g_new0 (YonderIceInspector, 1);
  g_autoptr (GObject) ice = NULL;

  listen_to_libnice ();
  self->webrtcbin = gst_object_ref (webrtcbin);
  self->journal = yonder_ice_journal_new ();
  g_object_get (webrtcbin, "ice-agent", &ice, NULL);
  g_object_get (ice, "agent", &self->agent, NULL);
  list_journal (self->agent, self->journal);
  return self;
}

void
yonder_ice_inspector_set_servers (YonderIceInspector *self, YonderWebrtcServers *servers)
{
  self->servers = servers;
}

YonderIceReport *
yonder_ice_inspector_take_report (YonderIceInspector *self, YonderDtlsState dtls)
{
  return self->last != NULL ? yonder_ice_report_ref (self->last) : make_report (self, dtls, FALSE);
}

void
yonder_ice_inspector_close (YonderIceInspector *self, YonderDtlsState dtls)
{
  if (self->last != NULL)
    return;

  self->last = make_report (self, dtls, TRUE);
  self->servers = NULL;
  list_journal (self->agent, NULL);
  g_clear_object (&self->agent);
  gst_clear_object (&self->webrtcbin);
}

void
yonder_ice_inspector_free (YonderIceInspector *self)
{
  if (self->agent != NULL)
    list_journal (self->agent, NULL);
  g_clear_object (&self->agent);
  gst_clear_object (&self->webrtcbin);
  g_clear_pointer (&self->journal, yonder_ice_journal_unref);
  g_clear_pointer (&self->last, yonder_ice_report_unref);
  g_free (self);
}
