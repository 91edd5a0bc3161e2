/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderCallRecord - what is kept of a call that is over.
 *
 * Immutable, but for whether it was seen. Names come from the network: text, never markup. Thread: main context.
 * Properties (for bindings): account, peer-id, peer-name, kind, is-outgoing, is-missed, is-seen (notifies), start, duration-s, end-reason,
 * end-detail, route, quality.
 */

#pragma once

#include "yonder-call-inspection.h"
#include "yonder-quality.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CALL_RECORD (yonder_call_record_get_type ())
G_DECLARE_FINAL_TYPE (YonderCallRecord, yonder_call_record, YONDER, CALL_RECORD, GObject)

YonderCallRecord *yonder_call_record_new_for_call (const char *account, YonderCall *call);

const char     *yonder_call_record_get_account    (YonderCallRecord *self);
const char     *yonder_call_record_get_peer_id    (YonderCallRecord *self);
const char     *yonder_call_record_get_peer_name  (YonderCallRecord *self);
YonderCallKind  yonder_call_record_get_kind       (YonderCallRecord *self);
gboolean        yonder_call_record_is_outgoing    (YonderCallRecord *self);
gboolean        yonder_call_record_is_missed      (YonderCallRecord *self); /* came in, and nobody answered it anywhere */
gboolean        yonder_call_record_is_seen        (YonderCallRecord *self);
GDateTime      *yonder_call_record_get_start      (YonderCallRecord *self); /* of the click or the first ring, local time */
gint64          yonder_call_record_get_duration_s (YonderCallRecord *self); /* 0: never connected */
YonderEndReason yonder_call_record_get_end_reason (YonderCallRecord *self);
const char     *yonder_call_record_get_end_detail (YonderCallRecord *self); /* (nullable) */
const char     *yonder_call_record_get_route      (YonderCallRecord *self); /* (nullable): how it was connected, in words */
YonderQuality   yonder_call_record_get_quality    (YonderCallRecord *self);
gboolean        yonder_call_record_matches        (YonderCallRecord *self, const char *words);

G_END_DECLS
