/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a call feeds its inspection. Private to this room. */

#pragma once

#include "yonder-call-inspection.h"

G_BEGIN_DECLS

YonderCallInspection *yonder_call_inspection_new   (YonderClock *clock, YonderSignaling *signaling, YonderTimeline *timeline,
                                                    YonderContact *peer);
void yonder_call_inspection_set_config  (YonderCallInspection *self, YonderIceConfig *config);
void yonder_call_inspection_set_media   (YonderCallInspection *self, YonderMediaSession *media);
void yonder_call_inspection_restart     (YonderCallInspection *self);
void yonder_call_inspection_take_error  (YonderCallInspection *self, const GError *error);
/* The call's state, and what else of it is shown, has changed. */
void yonder_call_inspection_update      (YonderCallInspection *self, YonderCall *call);
/* The last look at media that is about to be closed; explain() follows. */
void yonder_call_inspection_end         (YonderCallInspection *self, YonderCallState during, YonderEndReason reason, gboolean has_description);
/* Whether it ended since its path could not be rebuilt, no matter which side said so first. */
gboolean yonder_call_inspection_was_given_up (YonderCallInspection *self);
/* Returns: (transfer none) (nullable): why the network kept the call from being connected, if it did */
const char *yonder_call_inspection_get_cause (YonderCallInspection *self);
/* What the call says of its end, where that is more than the diagnosis knows. */
void yonder_call_inspection_explain     (YonderCallInspection *self, const char *words);

G_END_DECLS
