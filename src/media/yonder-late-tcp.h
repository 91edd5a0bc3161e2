/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderLateTcp - the peer's candidates of ICE-TCP (RFC 6544), held back until UDP has had its chance.
 *
 * Whoever decides which pair is taken must wait and compare as soon as TCP is among them (RFC 6544 section 8), so libnice gives up aggressive
 * nomination for good when it hears of such a candidate. UDP that works does so within a second, and is better for media: TCP is for those
 * between whom no UDP passes.
 *
 * Thread: main context. Owned by YonderWebrtcPeer.
 */

#pragma once

#include <gst/gst.h>

#include "yonder-clock.h"

G_BEGIN_DECLS

typedef struct _YonderLateTcp YonderLateTcp;

/* @webrtcbin: borrowed, with a remote description before the first candidate comes */
YonderLateTcp *yonder_late_tcp_new  (GstElement *webrtcbin, YonderClock *clock);
void           yonder_late_tcp_free (YonderLateTcp *self);

/* Returns: whether @text, a candidate or "" for the end, is held back */
gboolean yonder_late_tcp_hold (YonderLateTcp *self, guint mline_index, const char *text);
/* There is a path: what is held back is not needed. */
void     yonder_late_tcp_note_path (YonderLateTcp *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderLateTcp, yonder_late_tcp_free)

G_END_DECLS
