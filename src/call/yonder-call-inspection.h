/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderCallInspection - what can be looked at of one call, while it goes on and after it: states, servers, candidates and pairs,
 * the timeline, figures second by second, and what all of it means in one sentence.
 *
 * Made and fed by its YonderCall; outlives it, so that a call can still be looked at when it is gone. Holds no credentials.
 * Thread: main context. Signals: changed () - something is different now; at most once a second for figures.
 */

#pragma once

#include "yonder-call.h"
#include "yonder-diagnosis.h"

G_BEGIN_DECLS

/* A call of an hour keeps a figure for every other second, and so on. */
#define YONDER_INSPECTION_MAX_SAMPLES 1800

/* What there was at one moment; -1 where not known. */
typedef struct {
  gint64 time_us;          /* since the click */
  gint64 bitrate_in_bps, bitrate_out_bps, target_bitrate_bps;
  double rtt_ms, loss_in, loss_out, jitter_ms;
  double fps_in, fps_out;
  int    width_in, height_in;
  gint64 packets_lost, frames_decoded, frames_dropped;
  gint64 freeze_count, freeze_ms;
} YonderInspectionSample;

#define YONDER_TYPE_CALL_INSPECTION (yonder_call_inspection_get_type ())
G_DECLARE_FINAL_TYPE (YonderCallInspection, yonder_call_inspection, YONDER, CALL_INSPECTION, GObject)

const char        *yonder_call_inspection_get_peer_name    (YonderCallInspection *self);
gboolean           yonder_call_inspection_is_outgoing      (YonderCallInspection *self);
YonderCallKind     yonder_call_inspection_get_kind         (YonderCallInspection *self);
GDateTime         *yonder_call_inspection_get_start        (YonderCallInspection *self); /* of the click, local time */
const char        *yonder_call_inspection_get_call_id      (YonderCallInspection *self); /* (nullable) */
YonderCallState    yonder_call_inspection_get_state        (YonderCallInspection *self);
YonderEndReason    yonder_call_inspection_get_end_reason   (YonderCallInspection *self);
gint64             yonder_call_inspection_get_duration_us  (YonderCallInspection *self); /* connected; 0: never was */

const YonderDiagnosis *yonder_call_inspection_get_diagnosis (YonderCallInspection *self);
YonderSignalingState yonder_call_inspection_get_signaling_state (YonderCallInspection *self);
YonderIceState     yonder_call_inspection_get_ice_state    (YonderCallInspection *self);
gboolean           yonder_call_inspection_is_secured       (YonderCallInspection *self);
YonderIceReport   *yonder_call_inspection_get_report       (YonderCallInspection *self); /* (nullable) */
const char        *yonder_call_inspection_get_servers_from (YonderCallInspection *self); /* (nullable): a sentence: how many, from whom */
guint              yonder_call_inspection_get_generation   (YonderCallInspection *self); /* fresh peer connections so far */
void               yonder_call_inspection_get_early        (YonderCallInspection *self, guint *queued, guint *applied);
GListModel        *yonder_call_inspection_get_timeline     (YonderCallInspection *self); /* of YonderTimelineEntry */
const YonderInspectionSample *yonder_call_inspection_get_samples (YonderCallInspection *self, guint *n_samples); /* (array length=n_samples) */

G_END_DECLS
