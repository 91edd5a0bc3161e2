/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderCandidateLedger - candidates of one call on their way: ours until they may be told, the peer's until there is a peer connection
 * for them; and what of them is known, for the diagnosis.
 *
 * Everything counts for the generation there is now, and is bounded. A plain struct, owned by YonderNegotiation. Private to this room.
 * Thread: main context.
 */

#pragma once

#include "yonder-ice-candidate.h"

G_BEGIN_DECLS

/* Design, "Trust". Counted for each generation anew: a call that recovers all day is not to run out of candidates. */
#define YONDER_CANDIDATE_LEDGER_MAX_REMOTE 200

typedef struct {
  YonderIceCandidate *candidate;
  gint64              generation;
} YonderEarlyCandidate;

typedef struct {
  GPtrArray *held;   /* (element-type YonderIceCandidate): ours, not to be sent yet */
  GQueue     early;  /* (element-type YonderEarlyCandidate): the peer's, for a peer connection that is not there yet */
  guint      n_local, n_remote;
  guint      n_queued; /* of the peer's: came before its description */
  gboolean   has_local_relay, has_remote_relay;
} YonderCandidateLedger;

void       yonder_candidate_ledger_init        (YonderCandidateLedger *self);
void       yonder_candidate_ledger_clear       (YonderCandidateLedger *self);
void       yonder_candidate_ledger_begin       (YonderCandidateLedger *self);

void       yonder_candidate_ledger_note_local  (YonderCandidateLedger *self, YonderIceCandidate *candidate);
void       yonder_candidate_ledger_hold        (YonderCandidateLedger *self, YonderIceCandidate *candidate);
GPtrArray *yonder_candidate_ledger_steal_held  (YonderCandidateLedger *self); /* (element-type YonderIceCandidate) */

gboolean   yonder_candidate_ledger_note_remote (YonderCandidateLedger *self, YonderIceCandidate *candidate);
void       yonder_candidate_ledger_keep        (YonderCandidateLedger *self, YonderIceCandidate *candidate, gint64 generation);
GPtrArray *yonder_candidate_ledger_steal_early (YonderCandidateLedger *self, gint64 generation); /* (element-type YonderEarlyCandidate) */

G_END_DECLS
