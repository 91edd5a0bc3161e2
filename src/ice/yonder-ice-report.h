/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderIceReport - what ICE has done for one peer connection so far: candidates of both sides, every pair of them, the servers
 * asked.
 *
 * A picture of one moment, filled in by whoever takes it and not changed after that; reference counted. Holds no credentials.
 * Thread: fill it in on one; read it on any.
 */

#pragma once

#include <glib-object.h>

#include "yonder-ice-candidate.h"

G_BEGIN_DECLS

/* RFC 8445 section 6.1.2.6 */
typedef enum {
  YONDER_PAIR_FROZEN,
  YONDER_PAIR_WAITING,
  YONDER_PAIR_IN_PROGRESS,
  YONDER_PAIR_FAILED,
  YONDER_PAIR_SUCCEEDED,
} YonderPairState;

typedef enum {
  YONDER_SERVER_PENDING,    /* asked, or to be asked */
  YONDER_SERVER_ANSWERED,   /* gave an address */
  YONDER_SERVER_REFUSED,    /* with an error code of STUN or TURN */
  YONDER_SERVER_SILENT,     /* nothing came back */
  YONDER_SERVER_UNRESOLVED, /* its name has no address */
  YONDER_SERVER_UNTRUSTED,  /* its certificate does not prove who it is: nothing was sent to it */
} YonderServerOutcome;

typedef enum {
  YONDER_GATHERING_NEW,
  YONDER_GATHERING_RUNNING,
  YONDER_GATHERING_COMPLETE,
} YonderGatheringState;

typedef enum {
  YONDER_DTLS_NEW,
  YONDER_DTLS_CONNECTING,
  YONDER_DTLS_CONNECTED,
  YONDER_DTLS_CLOSED,
  YONDER_DTLS_FAILED,
} YonderDtlsState;

typedef struct {
  YonderCandidateType kind;
  const char         *protocol;       /* "udp" or "tcp" */
  const char         *tcp_type;       /* (nullable): "active", "passive" or "so" */
  char               *address;        /* an IP address, or a .local name */
  guint               port;
  guint32             priority;
  char               *server;         /* (nullable): the STUN or TURN server that gave it, by the name it was set up with */
  const char         *relay_protocol; /* (nullable): "udp", "tcp" or "tls": how a relay of ours is reached */
} YonderReportCandidate;

typedef struct {
  guint           local;       /* position in the local candidates */
  guint           remote;      /* position in the remote ones */
  YonderPairState state;
  gboolean        is_nominated;
  gboolean        is_selected;
  double          rtt_ms;      /* of the last check that was answered; -1 */
  guint           n_requests;  /* checks sent, retransmissions included */
  guint           n_responses;
} YonderReportPair;

typedef struct {
  char               *host;       /* as it was set up: a name or an address */
  guint               port;
  gboolean            is_turn;
  const char         *transport;  /* "udp", "tcp" or "tls" */
  YonderServerOutcome outcome;
  int                 error_code; /* of YONDER_SERVER_REFUSED, else 0 */
  char               *reason;     /* (nullable): of YONDER_SERVER_UNTRUSTED, as in "certificate expired on 2026-01-31" */
} YonderReportServer;

typedef struct {
  YonderGatheringState gathering;
  YonderDtlsState      dtls;
  GPtrArray           *local;   /* (element-type YonderReportCandidate) */
  GPtrArray           *remote;  /* (element-type YonderReportCandidate) */
  GPtrArray           *pairs;   /* (element-type YonderReportPair) */
  GPtrArray           *servers; /* (element-type YonderReportServer) */
} YonderIceReport;

#define YONDER_TYPE_ICE_REPORT (yonder_ice_report_get_type ())
GType yonder_ice_report_get_type (void);

YonderIceReport       *yonder_ice_report_new            (void);
YonderIceReport       *yonder_ice_report_ref            (YonderIceReport *self);
void                   yonder_ice_report_unref          (YonderIceReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderIceReport, yonder_ice_report_unref)

YonderReportCandidate *yonder_ice_report_add_local      (YonderIceReport *self, YonderCandidateType kind, const char *protocol,
                                                         const char *address, guint port);
YonderReportCandidate *yonder_ice_report_add_remote     (YonderIceReport *self, YonderCandidateType kind, const char *protocol,
                                                         const char *address, guint port);
YonderReportPair      *yonder_ice_report_add_pair       (YonderIceReport *self, guint local, guint remote, YonderPairState state);
YonderReportServer    *yonder_ice_report_add_server     (YonderIceReport *self, gboolean is_turn, const char *host, guint port,
                                                         const char *transport);
const YonderReportPair *yonder_ice_report_get_selected  (const YonderIceReport *self); /* (nullable) */
const YonderReportCandidate *yonder_ice_report_get_local  (const YonderIceReport *self, guint position);
const YonderReportCandidate *yonder_ice_report_get_remote (const YonderIceReport *self, guint position);

/* As webrtc-stats and webrtc-pc write them: "in-progress", "complete", "connected". */
const char *yonder_pair_state_to_string      (YonderPairState state);
const char *yonder_gathering_state_to_string (YonderGatheringState state);
const char *yonder_dtls_state_to_string      (YonderDtlsState state);
const char *yonder_candidate_type_to_string  (YonderCandidateType type);

G_END_DECLS
