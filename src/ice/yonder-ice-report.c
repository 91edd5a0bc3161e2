/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-report.h"

typedef struct {
  YonderIceReport report; /* first, so that the one is the other */
  gatomicrefcount ref_count;
} Counted;

G_DEFINE_BOXED_TYPE (YonderIceReport, yonder_ice_report, yonder_ice_report_ref, yonder_ice_report_unref)

static void
candidate_free (gpointer data)
{
  YonderReportCandidate *candidate = data;

  g_free (candidate->address);
  g_free (candidate->server);
  g_free (candidate);
}

static void
server_free (gpointer data)
{
  YonderReportServer *server = data;

  g_free (server->host);
  g_free (server->reason);
  g_free (server);
}

/**
 * yonder_ice_report_new:
 *
 * Returns: (transfer full): a report of a connection for which nothing has been done
 */
YonderIceReport *
yonder_ice_report_new (void)
{
  Counted *self = g_new0 (Counted, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->report.local = g_ptr_array_new_with_free_func (candidate_free);
  self->report.remote = g_ptr_array_new_with_free_func (candidate_free);
  self->report.pairs = g_ptr_array_new_with_free_func (g_free);
  self->report.servers = g_ptr_array_new_with_free_func (server_free);
  return &self->report;
}

YonderIceReport *
yonder_ice_report_ref (YonderIceReport *self)
{
  g_atomic_ref_count_inc (&((Counted *) self)->ref_count);
  return self;
}

void
yonder_ice_report_unref (YonderIceReport *self)
{
  if (!g_atomic_ref_count_dec (&((Counted *) self)->ref_count))
    return;

  g_ptr_array_unref (self->local);
  g_ptr_array_unref (self->remote);
  g_ptr_array_unref (self->pairs);
  g_ptr_array_unref (self->servers);
  g_free (self);
}

static YonderReportCandidate *
add_candidate (GPtrArray *candidates, YonderCandidateType kind, const char *protocol, const char *address, guint port)
{
  YonderReportCandidate *candidate = g_new0 (YonderReportCandidate, 1);

  candidate->kind = kind;
  candidate->protocol = g_intern_string (protocol);
  candidate->address = g_strdup (address);
  candidate->port = port;
  g_ptr_array_add (candidates, candidate);
  return candidate;
}

/**
 * yonder_ice_report_add_local:
 * @self: a report that is being filled in
 * @kind: the candidate's type
 * @protocol: "udp" or "tcp"
 * @address: its address
 * @port: its port
 *
 * Returns: (transfer none): the candidate, the last of the local ones, to be completed
 */
YonderReportCandidate *
yonder_ice_report_add_local (YonderIceReport *self, YonderCandidateType kind, const char *protocol, const char *address,
                             guint port)
{
  return add_candidate (self->local, kind, protocol, address, port);
}

YonderReportCandidate *
yonder_ice_report_add_remote (YonderIceReport *self, YonderCandidateType kind, const char *protocol, const char *address,
                              guint port)
{
  return add_candidate (self->remote, kind, protocol, address, port);
}

/**
 * yonder_ice_report_add_pair:
 * @self: a report that is being filled in
 * @local: position of a local candidate that is there already
 * @remote: position of a remote one
 * @state: how its check stands
 *
 * Returns: (transfer none): the pair, to be completed
 */
YonderReportPair *
yonder_ice_report_add_pair (YonderIceReport *self, guint local, guint remote, YonderPairState state)
{
  YonderReportPair *pair;

  g_return_val_if_fail (local < self->local->len && remote < self->remote->len, NULL);

  pair = g_new0 (YonderReportPair, 1);
  pair->local = local;
  pair->remote = remote;
  pair->state = state;
  pair->rtt_ms = -1.0;
  g_ptr_array_add (self->pairs, pair);
  return pair;
}

YonderReportServer *
yonder_ice_report_add_server (YonderIceReport *self, gboolean is_turn, const char *host, guint port, const char *transport)
{
  YonderReportServer *server = g_new0 (YonderReportServer, 1);

  server->is_turn = is_turn;
  server->host = g_strdup (host);
  server->port = port;
  server->transport = g_intern_string (transport);
  g_ptr_array_add (self->servers, server);
  return server;
}

/**
 * yonder_ice_report_get_selected:
 * @self: a report
 *
 * Returns: (transfer none) (nullable): the pair on which media goes, if there is one
 */
const YonderReportPair *
yonder_ice_report_get_selected (const YonderIceReport *self)
{
  for (guint i = 0; i < self->pairs->len; i++) {
    const YonderReportPair *pair = g_ptr_array_index (self->pairs, i);

    if (pair->is_selected)
      return pair;
  }
  return NULL;
}

const YonderReportCandidate *
yonder_ice_report_get_local (const YonderIceReport *self, guint position)
{
  return g_ptr_array_index (self->local, position);
}

const YonderReportCandidate *
yonder_ice_report_get_remote (const YonderIceReport *self, guint position)
{
  return g_ptr_array_index (self->remote, position);
}

const char *
yonder_pair_state_to_string (YonderPairState state)
{
  static const char * const names[] = { "frozen", "waiting", "in-progress", "failed", "succeeded" };

  return names[state];
}

const char *
yonder_gathering_state_to_string (YonderGatheringState state)
{
  static const char * const names[] = { "new", "gathering", "complete" };

  return names[state];
}

const char *
yonder_dtls_state_to_string (YonderDtlsState state)
{
  static const char * const names[] = { "new", "connecting", "connected", "closed", "failed" };

  return names[state];
}

const char *
yonder_candidate_type_to_string (YonderCandidateType type)
{
  static const char * const names[] = { "host", "srflx", "prflx", "relay" };

  return names[type];
}
