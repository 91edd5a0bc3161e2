/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of the ICE panel: states, candidates, pairs, servers and figures. Pure; all translated. */

#pragma once

#include "yonder-call-inspection.h"

G_BEGIN_DECLS

const char *yonder_icon_for_diagnosis  (YonderDiagnosisCode code);
const char *yonder_words_for_signaling (YonderSignalingState state);
const char *yonder_words_for_gathering (YonderGatheringState state);
const char *yonder_words_for_ice       (YonderIceState state);
const char *yonder_words_for_dtls      (YonderDtlsState state, gboolean is_secured);

/* (transfer full), all of them */
char *yonder_words_for_candidate     (const YonderReportCandidate *candidate);
char *yonder_words_for_candidate_address (const YonderReportCandidate *candidate);
char *yonder_words_for_candidates    (GPtrArray *candidates);
char *yonder_words_for_pair          (const YonderIceReport *report, const YonderReportPair *pair);
char *yonder_words_for_pair_state    (const YonderIceReport *report, const YonderReportPair *pair);
char *yonder_words_for_pairs         (const YonderIceReport *report);
char *yonder_words_for_server        (const YonderReportServer *server);
char *yonder_words_for_entry         (YonderTimelineEntry *entry);
char *yonder_words_for_timeline      (GListModel *timeline);
char *yonder_words_for_bitrate       (double bps);
char *yonder_words_for_milliseconds  (double ms);
char *yonder_words_for_percent       (double percent);
char *yonder_words_for_frame_rate    (double fps);

G_END_DECLS
