/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderWebrtcStats - once a second, what the last second of a call was like.
 *
 * Puts together what webrtcbin counts (packets, round trip, the selected pair), what the rate control estimates and what capture and playback
 * measure. Thread: main context. Owned by YonderWebrtcSession.
 */

#pragma once

#include "yonder-webrtc-peer.h"

G_BEGIN_DECLS

#define YONDER_TYPE_WEBRTC_STATS (yonder_webrtc_stats_get_type ())
G_DECLARE_FINAL_TYPE (YonderWebrtcStats, yonder_webrtc_stats, YONDER, WEBRTC_STATS, GObject)

YonderWebrtcStats *yonder_webrtc_stats_new      (YonderCapture *capture, YonderPlayback *playback, const YonderMediaConfig *config);
/* @peer: (nullable): whose counters are read from now on; borrowed until it is taken back */
void               yonder_webrtc_stats_set_peer (YonderWebrtcStats *self, YonderWebrtcPeer *peer);
void               yonder_webrtc_stats_close    (YonderWebrtcStats *self);
void               yonder_webrtc_stats_get      (YonderWebrtcStats *self, YonderMediaStats *stats);

G_END_DECLS
