/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderDiagnosis - how a call is connected, or why it is not and what to do, in plain words, from facts alone.
 *
 * Pure: the same facts give the same sentence. Programs go by the code, people by the words. Thread: any.
 */

#pragma once

#include "yonder-ice-report.h"

G_BEGIN_DECLS

/* The order is that in which a path comes about; of several things that lack, the first is told. */
typedef enum {
  /* under way */
  YONDER_DIAGNOSIS_WAITING,            /* nobody took the call yet */
  YONDER_DIAGNOSIS_CONNECTING,
  YONDER_DIAGNOSIS_RECONNECTING,
  /* connected */
  YONDER_DIAGNOSIS_SAME_COMPUTER,
  YONDER_DIAGNOSIS_SAME_NETWORK,
  YONDER_DIAGNOSIS_NO_NAT,
  YONDER_DIAGNOSIS_NAT,
  YONDER_DIAGNOSIS_RELAY,
  YONDER_DIAGNOSIS_PEER_RELAY,
  YONDER_DIAGNOSIS_UNKNOWN_PATH,
  /* not connected */
  YONDER_DIAGNOSIS_NOT_TRIED,          /* it ended before a path was looked for */
  YONDER_DIAGNOSIS_NOT_FINISHED,       /* … and before it could be found */
  YONDER_DIAGNOSIS_BROKEN,             /* there was a path, and it could not be rebuilt */
  YONDER_DIAGNOSIS_NO_DESCRIPTION,
  YONDER_DIAGNOSIS_FALSE_CERTIFICATE,
  YONDER_DIAGNOSIS_DTLS,
  YONDER_DIAGNOSIS_NO_NETWORK,         /* no local candidate */
  YONDER_DIAGNOSIS_RELAY_ONLY,         /* nothing but relays may be used, and there is none */
  YONDER_DIAGNOSIS_NO_REMOTE,          /* no remote candidate */
  YONDER_DIAGNOSIS_HIDDEN,             /* remote candidates are .local names */
  YONDER_DIAGNOSIS_FAMILY,             /* one side IPv4, the other IPv6 */
  YONDER_DIAGNOSIS_TURN_EXPIRED,
  YONDER_DIAGNOSIS_TURN_UNAUTHORIZED,
  YONDER_DIAGNOSIS_TURN_FORBIDDEN,
  YONDER_DIAGNOSIS_TURN_QUOTA,
  YONDER_DIAGNOSIS_TURN_REFUSED,       /* with another code */
  YONDER_DIAGNOSIS_TURN_UNTRUSTED,     /* its certificate does not prove who it is */
  YONDER_DIAGNOSIS_TURN_UNRESOLVED,
  YONDER_DIAGNOSIS_TURN_SILENT,
  YONDER_DIAGNOSIS_UDP_BLOCKED,        /* STUN does not answer, and there is no TURN */
  YONDER_DIAGNOSIS_TURN_MISSING,
  YONDER_DIAGNOSIS_RELAY_FAILED,       /* a relay was there, and led nowhere */
} YonderDiagnosisCode;

/* What a call is doing, as far as it matters here. */
typedef enum {
  YONDER_DIAGNOSIS_STAGE_WAITING,
  YONDER_DIAGNOSIS_STAGE_CONNECTING,
  YONDER_DIAGNOSIS_STAGE_CONNECTED,
  YONDER_DIAGNOSIS_STAGE_RECONNECTING,
  YONDER_DIAGNOSIS_STAGE_ENDED,
} YonderDiagnosisStage;

/* What is known of one side. */
typedef struct {
  guint    n_candidates;
  guint    n_hidden;       /* of these: .local names */
  gboolean has_ipv4, has_ipv6;
  gboolean has_reflexive;
  gboolean has_relay;
} YonderDiagnosisSide;

typedef struct {
  YonderDiagnosisStage stage;
  gboolean             was_connected;
  gboolean             was_tried;       /* descriptions were to be exchanged */
  gboolean             had_time;        /* to find a path, had there been one */
  gboolean             has_description; /* the peer's */
  gboolean             has_ice;
  gboolean             is_secured;
  gboolean             has_false_certificate;
  gboolean             is_relay_only;

  YonderDiagnosisSide  local, remote;

  /* the selected pair */
  const YonderReportCandidate *selected_local;  /* (nullable) */
  const YonderReportCandidate *selected_remote; /* (nullable) */

  /* the servers: of STUN the one there is, of TURN the first that did not serve */
  gboolean                  has_stun;
  YonderServerOutcome       stun_outcome;
  guint                     n_turn;      /* that were set up */
  const YonderReportServer *failed_turn; /* (nullable) */
  gboolean                  is_expired;  /* its credentials were for a time that is over */
} YonderDiagnosisFacts;

typedef struct {
  YonderDiagnosisCode code;
  char               *headline;    /* "Direct through NAT", "Not connected" */
  char               *explanation; /* (nullable): why, and what to do */
  gboolean            blames_relay; /* of a path that broke: why no relay could take its place */
} YonderDiagnosis;

YonderDiagnosis *yonder_diagnosis_new         (const YonderDiagnosisFacts *facts);
void             yonder_diagnosis_free        (YonderDiagnosis *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderDiagnosis, yonder_diagnosis_free)

/* "Not connected: …", or the headline where it says all; (transfer full) */
char            *yonder_diagnosis_to_sentence (const YonderDiagnosis *self);
gboolean         yonder_diagnosis_is_failure  (YonderDiagnosisCode code);
const char      *yonder_diagnosis_code_to_string (YonderDiagnosisCode code); /* "turn-unauthorized" */

/* Reads from a report what it says of both sides, the selected pair and the servers. What it points to belongs to @report. */
void             yonder_diagnosis_facts_take_report (YonderDiagnosisFacts *facts, const YonderIceReport *report);
/* An "expiry:user" name of draft-uberti-behave-turn-rest whose time is over; @now_s: Unix time */
gboolean         yonder_diagnosis_is_expired_name   (const char *username, gint64 now_s);

G_END_DECLS
