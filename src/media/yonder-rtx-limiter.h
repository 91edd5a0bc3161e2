/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderRtxLimiter - which requested retransmissions are worth sending.
 *
 * A peer behind a full queue asks for everything again and again, and answering it keeps the queue full. A token bucket allows
 * retransmissions 15 % of the target rate, and each packet goes out again once per round trip at most.
 *
 * Thread: safe on any; requests come on a streaming thread, the target from the main context.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _YonderRtxLimiter YonderRtxLimiter;

YonderRtxLimiter *yonder_rtx_limiter_new        (guint target_bps);
void              yonder_rtx_limiter_free       (YonderRtxLimiter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderRtxLimiter, yonder_rtx_limiter_free)

void              yonder_rtx_limiter_set_target (YonderRtxLimiter *self, guint target_bps);
void              yonder_rtx_limiter_set_rtt    (YonderRtxLimiter *self, gint64 rtt_us);
/* @size_bytes: of the packet, or 0 where not known (a full packet is assumed) */
gboolean          yonder_rtx_limiter_allow      (YonderRtxLimiter *self, guint32 ssrc, guint16 sequence, guint size_bytes, gint64 now_us);
void              yonder_rtx_limiter_get_counts (YonderRtxLimiter *self, guint64 *n_allowed, guint64 *n_refused);

G_END_DECLS
