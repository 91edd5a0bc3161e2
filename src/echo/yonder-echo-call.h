/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderEchoCall - one call that Echo has taken: accepts it, answers every offer, sends the peer's sound, picture and messages back.
 *
 * Owned by YonderEcho, which feeds it what the signalling says of its call and drops it on "over". Private to this room.
 * Thread: main context. Signal: over (), once; the call is ended towards the server by then.
 */

#pragma once

#include "yonder-clock.h"
#include "yonder-media-session.h"
#include "yonder-signaling.h"

G_BEGIN_DECLS

#define YONDER_TYPE_ECHO_CALL (yonder_echo_call_get_type ())
G_DECLARE_FINAL_TYPE (YonderEchoCall, yonder_echo_call, YONDER, ECHO_CALL, GObject)

YonderEchoCall *yonder_echo_call_new             (YonderSignaling *signaling, YonderMediaSession *media, YonderClock *clock,
                                                  const char *call_id, const char *peer_id);
void            yonder_echo_call_start           (YonderEchoCall *self, const char *sdp);
void            yonder_echo_call_take_offer      (YonderEchoCall *self, const char *sdp, gint64 generation);
void            yonder_echo_call_take_candidates (YonderEchoCall *self, GPtrArray *candidates, gint64 generation);
void            yonder_echo_call_hang_up         (YonderEchoCall *self);
void            yonder_echo_call_ended           (YonderEchoCall *self);

G_END_DECLS
