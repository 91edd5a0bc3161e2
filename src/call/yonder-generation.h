/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderGeneration - which of the peer connections of one call there is now, and which messages of the peer belong to it.
 *
 * Two numbers count peer connections. The one that both sides write beside the call id may skip some at the peer's wish. The media
 * generation is what the session is told, one more for each connection, since a browser that restarts ICE by itself keeps its number.
 * A client that knows no generations writes no number, which is taken for 0; its messages are told apart by their ICE user name fragments.
 *
 * A plain struct without signals or clock, owned by YonderNegotiation. Private to this room. Thread: main context.
 */

#pragma once

#include "yonder-ice-candidate.h"

G_BEGIN_DECLS

typedef struct {
  gint64   number;
  gint64   media;
  gboolean peer_counts;   /* it has written a number once, so it knows how to rebuild a path */
  GStrv    ufrags;        /* (nullable): of the peer's description */
  GStrv    former_ufrags; /* (nullable): of the one before */
} YonderGeneration;

/* What to do with a message. All that are not in the first group are refusals, for which there are words. */
typedef enum {
  YONDER_VERDICT_TAKE,
  YONDER_VERDICT_KEEP,         /* it belongs to a peer connection that is not there yet */
  YONDER_VERDICT_RESTART,      /* it asks for a fresh peer connection */

  YONDER_VERDICT_STALE_OFFER,
  YONDER_VERDICT_OFFER_AGAIN,
  YONDER_VERDICT_OFFER_GLARE,
  YONDER_VERDICT_OFFER_TOO_FAR,
  YONDER_VERDICT_FOREIGN_ANSWER,
  YONDER_VERDICT_STALE_CANDIDATE,
  YONDER_VERDICT_FOREIGN_CANDIDATE,
  YONDER_VERDICT_CANDIDATE_TOO_FAR,
} YonderVerdict;

/* How an offer of the peer finds us. */
typedef enum {
  YONDER_OFFER_EXPECTED,
  YONDER_OFFER_UNEXPECTED,
  YONDER_OFFER_CROSSES_OURS,   /* and gives way, since ours is the caller's */
  YONDER_OFFER_OVERRIDES_OURS,
} YonderOfferSituation;

void          yonder_generation_clear           (YonderGeneration *self);
void          yonder_generation_advance         (YonderGeneration *self, gint64 number);
void          yonder_generation_describe        (YonderGeneration *self, const char *sdp);
gint64        yonder_generation_read            (YonderGeneration *self, gint64 written);
gboolean      yonder_generation_may_become      (const YonderGeneration *self, gint64 number);
YonderVerdict yonder_generation_judge_offer     (const YonderGeneration *self, const char *sdp, gint64 number, YonderOfferSituation situation);
YonderVerdict yonder_generation_judge_answer    (const YonderGeneration *self, const char *sdp, gint64 number);
YonderVerdict yonder_generation_judge_candidate (const YonderGeneration *self, YonderIceCandidate *candidate, gint64 number);
const char   *yonder_verdict_to_words           (YonderVerdict verdict);

G_END_DECLS
