/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of YonderNegotiation, shared by the files that make it up: its life and its generations in yonder-negotiation.c, offers,
 * answers and candidates in yonder-negotiation-exchange.c. */

#pragma once

#include "yonder-candidate-ledger.h"
#include "yonder-generation.h"
#include "yonder-negotiation.h"
#include "yonder-path.h"
#include "yonder-recovery.h"

G_BEGIN_DECLS

typedef enum {
  PHASE_NONE,      /* no media yet; an offer of the peer is kept */
  PHASE_OFFERING,  /* our offer is being created */
  PHASE_OFFER_HELD, /* … is there, and nobody took the call yet */
  PHASE_OFFERED,   /* … was sent: the answer is due */
  PHASE_TAKING,    /* the answer is being set */
  PHASE_WAITING,   /* the peer's offer is due */
  PHASE_ANSWERING, /* … is being answered */
  PHASE_STABLE,
} Phase;

struct _YonderNegotiation {
  GObject parent_instance;

  YonderSignaling      *signaling;
  YonderClock          *clock;
  YonderTimeline       *timeline;
  char                 *peer_id;
  char                 *call_id;     /* (nullable): until the server gave one */
  YonderMediaSession   *media;       /* (nullable): until started */
  GSignalGroup         *media_signals;
  GCancellable         *cancellable; /* of what runs on the peer connection there is now */

  YonderGeneration      generation;
  YonderCandidateLedger candidates;
  YonderPath           *path;
  YonderRecovery       *recovery;

  Phase     phase;
  gboolean  is_caller;     /* makes the offers; its offer stands where both make one */
  gboolean  is_accepted;   /* our addresses may go out */
  gboolean  accepts_by_answer; /* the first answer is the acceptance, in the offer-first flow */
  gboolean  is_described;  /* our description of this generation is sent */
  gboolean  is_closed;
  guint     n_replies;     /* descriptions of the peer since the path was lost */
  char     *sdp;           /* (nullable): our held offer, or the peer's in PHASE_NONE */
  guint     description_timer;
};

enum {
  OFFER_READY,
  OFFERED,
  RESTARTED,
  SECURED,
  PATH_UP,
  PATH_LOST,
  VAIN,
  LATE,
  FAILED,
  N_SIGNALS
};

extern guint yonder_negotiation_signals[N_SIGNALS];

/* A fresh peer connection takes the place of the one before. The call may have ended when this returns. */
void yonder_negotiation_begin_generation (YonderNegotiation *self, gint64 number);

void yonder_negotiation_create_offer     (YonderNegotiation *self);
void yonder_negotiation_send_offer       (YonderNegotiation *self); /* if it is there, and may go out */
void yonder_negotiation_note_described   (YonderNegotiation *self); /* the peer has our description */
void yonder_negotiation_accept_offer     (YonderNegotiation *self, const char *sdp);
void yonder_negotiation_send_candidate   (YonderNegotiation *self, YonderIceCandidate *candidate);
void yonder_negotiation_flush_candidates (YonderNegotiation *self);

G_END_DECLS
