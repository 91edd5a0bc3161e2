/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderNegotiation - carries descriptions and candidates of one call between its media and the peer, generation by generation.
 *
 * It knows what may be sent when (nothing about our network before the call is accepted), which messages of the peer belong to the
 * peer connection there is now, and how a lost path is rebuilt. It does not know the states of the call: YonderCall owns it,
 * starts it, feeds it and is told by signals what came of it. Private to this room. Thread: main context.
 *
 * Its parts are YonderGeneration (which messages count), YonderCandidateLedger (what waits), YonderPath (whether there is one) and
 * YonderRecovery (when it is rebuilt); here they are put together with the offers and answers.
 *
 * Signals:
 *   offer-ready (char *sdp)   our first offer is there: an invitation can carry it
 *   offered     ()            an offer of the peer is being answered
 *   restarted   ()            a fresh peer connection took the place of the one before
 *   secured     ()            the peer is who its description says
 *   path-up     ()            ICE is connected, the peer is who its description says, and media came (or none is to be expected)
 *   path-lost   ()
 *   vain        ()            a path was rebuilt in vain, and the peer is one that may never understand it; else it is tried again
 *   late        ()            our first offer or answer was not created in time
 *   failed      (GError *error)   YonderMediaError: no media any more
 */

#pragma once

#include "yonder-clock.h"
#include "yonder-media-session.h"
#include "yonder-signaling.h"
#include "yonder-timeline.h"

G_BEGIN_DECLS

/* Design, "Trust". */
#define YONDER_NEGOTIATION_MAX_SDP (256 * 1024)

/* What is known about why there is no path. */
typedef struct {
  guint    n_local, n_remote;           /* candidates of the generation there is now */
  gboolean has_local_relay, has_remote_relay;
  gboolean has_remote_description;
  gboolean has_ice;                     /* so that it is DTLS that lacks */
  guint    n_rebuilds, n_replies;       /* since a path that was there was lost */
  gboolean has_waited_for_server;
  gboolean was_given_up;                /* by us or by the peer, whose time was over too; for the call to fill in */
} YonderPathFacts;

#define YONDER_TYPE_NEGOTIATION (yonder_negotiation_get_type ())
G_DECLARE_FINAL_TYPE (YonderNegotiation, yonder_negotiation, YONDER, NEGOTIATION, GObject)

YonderNegotiation  *yonder_negotiation_new         (YonderSignaling *signaling, YonderClock *clock, YonderTimeline *timeline,
                                                    const char *peer_id);
void                yonder_negotiation_set_call_id (YonderNegotiation *self, const char *call_id);
YonderMediaSession *yonder_negotiation_get_media   (YonderNegotiation *self); /* (nullable) */
void                yonder_negotiation_get_facts   (YonderNegotiation *self, YonderPathFacts *facts);

void yonder_negotiation_start_offering  (YonderNegotiation *self, YonderMediaSession *media);
void yonder_negotiation_start_answering (YonderNegotiation *self, YonderMediaSession *media);
void yonder_negotiation_yield           (YonderNegotiation *self);
void yonder_negotiation_allow           (YonderNegotiation *self, gboolean offer_is_delivered);
void yonder_negotiation_recover         (YonderNegotiation *self);
void yonder_negotiation_watch           (YonderNegotiation *self);
void yonder_negotiation_close           (YonderNegotiation *self);

void yonder_negotiation_take_offer      (YonderNegotiation *self, const char *sdp, gint64 generation);
void yonder_negotiation_take_answer     (YonderNegotiation *self, const char *sdp, gint64 generation);
void yonder_negotiation_take_candidates (YonderNegotiation *self, GPtrArray *candidates, gint64 generation);
void yonder_negotiation_take_recover    (YonderNegotiation *self, gint64 generation);
void yonder_negotiation_take_online     (YonderNegotiation *self);

G_END_DECLS
