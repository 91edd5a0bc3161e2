/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderLateRelays - TURN servers that one webrtcbin asks only after its STUN server.
 *
 * libnice 0.1.22 tries what a server answers on each question that it has asked over the same socket, in their order, and stops at one of
 * TURN (RFC 5389, with the magic cookie) when the answer is one of STUN, which it asks as RFC 3489 had it, without. By itself it asks TURN
 * first, since it looks the STUN server up. With a TURN server in the list there is then no reflexive address but that which an allocation
 * tells, and a relay that refuses or is down keeps two people apart whose routers would let them meet. Asked in the other order, both
 * answers are understood.
 *
 * Thread: filled on the main context; handed over in webrtcbin's thread as soon as that gathers. Owned by YonderWebrtcServers.
 */

#pragma once

#include <gst/gst.h>

#include "yonder-ice-server.h"

G_BEGIN_DECLS

typedef struct _YonderLateRelays YonderLateRelays;

/* @webrtcbin: one without descriptions */
YonderLateRelays *yonder_late_relays_new  (GstElement *webrtcbin);
void              yonder_late_relays_free (YonderLateRelays *self);

/* @uri: of an address; FALSE: it gathers already, so that "add-turn-server" is the way */
gboolean yonder_late_relays_add (YonderLateRelays *self, const YonderIceUri *uri, const char *username, const char *credential);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderLateRelays, yonder_late_relays_free)

G_END_DECLS
