/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderCandidateQueue - the peer's candidates, from whenever they come to when they can be applied.
 *
 * They may come before there is a peer connection, before the remote description, or after the path that they are for is gone: the ufrag
 * (RFC 8838 section 10) tells to which description they belong. Applied in order of arrival, at most YONDER_MAX_CANDIDATES a call. A .local
 * name (mDNS) is looked up aside and never holds up another candidate; where it is not found, the peer's own checks bring its address as a
 * peer-reflexive candidate (RFC 8445 section 7.3.1.3).
 *
 * Thread: main context. Owned by YonderWebrtcSession.
 */

#pragma once

#include "yonder-ice-candidate.h"
#include "yonder-sdp.h"

G_BEGIN_DECLS

/* Of the design: what one call may bring */
#define YONDER_MAX_CANDIDATES 200

typedef enum {
  YONDER_CANDIDATE_APPLIED,
  YONDER_CANDIDATE_QUEUED,
  YONDER_CANDIDATE_DROPPED, /* too many, of a path that is gone, or for RTCP alone */
} YonderCandidateFate;

typedef struct _YonderCandidateQueue YonderCandidateQueue;

/* @text is empty for end-of-candidates */
typedef void (*YonderApplyCandidate) (guint mline_index, const char *text, gpointer user_data);

YonderCandidateQueue *yonder_candidate_queue_new        (YonderApplyCandidate apply, gpointer user_data);
void                  yonder_candidate_queue_free       (YonderCandidateQueue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderCandidateQueue, yonder_candidate_queue_free)

YonderCandidateFate   yonder_candidate_queue_add        (YonderCandidateQueue *self, YonderIceCandidate *candidate);
/* The remote description that candidates are for from now on; NULL: the path is gone, wait for the next. Copies what it needs. */
void                  yonder_candidate_queue_set_remote (YonderCandidateQueue *self, const YonderSdp *remote);
void                  yonder_candidate_queue_get_counts (YonderCandidateQueue *self, guint *n_queued, guint *n_applied, guint *n_dropped);

G_END_DECLS
