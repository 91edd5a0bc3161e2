/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderFakeSignaling - a call server that says what the test says, and writes down what it was asked.
 *
 * The log has one line for each request, as in "invite bob video", "accept c1", "offer c1 bob 0 v=0…", "candidate c1 bob 0
 * candidate:…" ("end" for end-of-candidates), "recover c1 bob 1"; an SDP that is not given is left out. The test emits the signals
 * of YonderSignaling itself (g_signal_emit_by_name) and answers invitations, oldest first. Thread: one.
 */

#pragma once

#include "yonder-signaling.h"

G_BEGIN_DECLS

#define YONDER_TYPE_FAKE_SIGNALING (yonder_fake_signaling_get_type ())
G_DECLARE_FINAL_TYPE (YonderFakeSignaling, yonder_fake_signaling, YONDER, FAKE_SIGNALING, GObject)

YonderFakeSignaling *yonder_fake_signaling_new           (const char *user_id);
void                 yonder_fake_signaling_set_state     (YonderFakeSignaling *self, YonderSignalingState state);
void                 yonder_fake_signaling_set_flow      (YonderFakeSignaling *self, YonderSignalingFlow flow);
/* Answers the oldest invitation that waits: with @call_id, or with @error, which is taken. */
void                 yonder_fake_signaling_answer_invite (YonderFakeSignaling *self, const char *call_id, GError *error);
gboolean             yonder_fake_signaling_has_invitation (YonderFakeSignaling *self);
/* What was asked since the last time, joined by "; ". */
char                *yonder_fake_signaling_take_log      (YonderFakeSignaling *self);
/* How many lines of the log, taken or not, begin so. */
guint                yonder_fake_signaling_count         (YonderFakeSignaling *self, const char *prefix);
/* Every request that can complain does: with the signal "call-error" for its call, on the spot. */
void                 yonder_fake_signaling_set_complaint (YonderFakeSignaling *self, const char *text);

G_END_DECLS
