/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderRecovery - when a lost path is rebuilt: after how much patience, how often, whether the server can carry the messages for it, and
 * how often the peer may make us do it.
 *
 * It decides when, not how: YonderNegotiation owns it, tells it of losses and successes, and does what its signals say. Private to this
 * room. Thread: main context.
 *
 * Signals:
 *   rebuild (guint n_before, gboolean is_vain) now; n_before times it was tried since the path was lost, the last time in vain: nothing
 *                                            came of it within 10 s, though the server was there all the time
 *   restart (char *nullable sdp, gint64 n)   a wish of the peer for generation n that came too soon; its time is now
 */

#pragma once

#include "yonder-clock.h"
#include "yonder-path.h"
#include "yonder-signaling.h"
#include "yonder-timeline.h"

G_BEGIN_DECLS

#define YONDER_TYPE_RECOVERY (yonder_recovery_get_type ())
G_DECLARE_FINAL_TYPE (YonderRecovery, yonder_recovery, YONDER, RECOVERY, GObject)

YonderRecovery *yonder_recovery_new         (YonderSignaling *signaling, YonderClock *clock, YonderTimeline *timeline);
void            yonder_recovery_start       (YonderRecovery *self);
void            yonder_recovery_expect      (YonderRecovery *self);
void            yonder_recovery_note_loss   (YonderRecovery *self, YonderPathLoss loss);
void            yonder_recovery_note_up     (YonderRecovery *self);
void            yonder_recovery_note_online (YonderRecovery *self);
void            yonder_recovery_begin       (YonderRecovery *self);
gboolean        yonder_recovery_may_restart (YonderRecovery *self, const char *sdp, gint64 number);
void            yonder_recovery_close       (YonderRecovery *self);

guint           yonder_recovery_get_n_tries (YonderRecovery *self);
gboolean        yonder_recovery_has_waited  (YonderRecovery *self);

G_END_DECLS
