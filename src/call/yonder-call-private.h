/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What YonderCallManager alone does with a call: makes it, starts it and hands it the messages that bear its id. */

#pragma once

#include "yonder-call.h"
#include "yonder-clock.h"
#include "yonder-ice-sources.h"

G_BEGIN_DECLS

YonderCall *yonder_call_new             (YonderSignaling *signaling, YonderMediaFactory *media, YonderClock *clock, YonderContact *peer,
                                         YonderCallKind kind);
void        yonder_call_set_ice_sources (YonderCall *self, YonderIceSources *sources);
void        yonder_call_set_meeting_base (YonderCall *self, const char *base);

void        yonder_call_dial            (YonderCall *self);
void        yonder_call_replace         (YonderCall *self, YonderCall *former);
gboolean    yonder_call_wants_redial    (YonderCall *self);
void        yonder_call_ring            (YonderCall *self, const char *call_id, const char *sdp);
void        yonder_call_adopt           (YonderCall *self, const char *call_id, const char *sdp);
void        yonder_call_set_rival       (YonderCall *self, const char *call_id, const char *sdp);
const char *yonder_call_get_rival       (YonderCall *self); /* (nullable): call id */

void        yonder_call_take_accepted   (YonderCall *self, const char *sdp);
void        yonder_call_take_ended      (YonderCall *self, YonderPeerEnd why, const char *text);
void        yonder_call_take_error      (YonderCall *self, const char *text);
void        yonder_call_take_offer      (YonderCall *self, const char *sdp, gint64 generation);
void        yonder_call_take_answer     (YonderCall *self, const char *sdp, gint64 generation);
void        yonder_call_take_candidates (YonderCall *self, GPtrArray *candidates, gint64 generation);
void        yonder_call_take_recover    (YonderCall *self, gint64 generation);
void        yonder_call_take_meeting    (YonderCall *self, const char *uri);
void        yonder_call_take_refused    (YonderCall *self, const GError *error);

G_END_DECLS
