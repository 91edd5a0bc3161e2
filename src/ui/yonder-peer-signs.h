/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderPeerSigns - what is seen of the other side beside its picture: that it speaks, that its microphone or camera is off, and
 * reactions of both sides, which go after a while. It lies over the picture and takes no clicks.
 *
 * Thread: main context. Property: call (YonderCall, nullable).
 */

#pragma once

#include <adwaita.h>

#include "yonder-call.h"
#include "yonder-clock.h"

G_BEGIN_DECLS

#define YONDER_TYPE_PEER_SIGNS (yonder_peer_signs_get_type ())
G_DECLARE_FINAL_TYPE (YonderPeerSigns, yonder_peer_signs, YONDER, PEER_SIGNS, AdwBin)

void yonder_peer_signs_set_clock (YonderPeerSigns *self, YonderClock *clock);

G_END_DECLS
