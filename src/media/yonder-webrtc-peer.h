/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderWebrtcPeer - one peer connection: a webrtcbin in a bin of its own, from the first offer to the end of this path.
 *
 * One generation of a call. Takes encoded sound and pictures from YonderCapture, gives decoded ones to YonderPlayback, and opens neither way
 * before the peer's certificate matched its fingerprint. Has a certificate of its own.
 *
 * Thread: main context, signals included:
 *   candidate (YonderIceCandidate *)          gathered here; the last one is end-of-candidates
 *   ice-state (YonderIceState)
 *   secured ()
 *   channel (gboolean)                        texts can be passed, or no more
 *   message (char *)                          from the peer
 *   failed (GError *)                         YonderMediaError
 * Owned by YonderWebrtcSession, which calls yonder_webrtc_peer_close() before it lets go.
 */

#pragma once

#include <gst/gst.h>

#include "yonder-capture.h"
#include "yonder-ice-report.h"
#include "yonder-playback.h"
#include "yonder-rate-control.h"
#include "yonder-sdp.h"

G_BEGIN_DECLS

#define YONDER_TYPE_WEBRTC_PEER (yonder_webrtc_peer_get_type ())
G_DECLARE_FINAL_TYPE (YonderWebrtcPeer, yonder_webrtc_peer, YONDER, WEBRTC_PEER, GObject)

/* The surroundings of a peer, all borrowed and outliving it. */
typedef struct {
  GstElement              *pipeline;
  YonderTeardown          *teardown;
  YonderCapture           *capture;
  YonderPlayback          *playback;
  const YonderMediaConfig *config;
  GListModel              *ice_servers; /* (nullable): of YonderIceServer */
  gboolean                 relay_only;
} YonderPeerContext;

YonderWebrtcPeer *yonder_webrtc_peer_new           (const YonderPeerContext *context, GError **error);
void              yonder_webrtc_peer_close         (YonderWebrtcPeer *self);

void              yonder_webrtc_peer_create_offer_async  (YonderWebrtcPeer *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void              yonder_webrtc_peer_accept_offer_async  (YonderWebrtcPeer *self, const char *sdp, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void              yonder_webrtc_peer_accept_answer_async (YonderWebrtcPeer *self, const char *sdp, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* Of all three: the local SDP, or "" after an answer was accepted */
char             *yonder_webrtc_peer_negotiate_finish    (YonderWebrtcPeer *self, GAsyncResult *result, GError **error);

/* @text: of a candidate that was checked, or empty for the end */
void              yonder_webrtc_peer_apply_candidate (YonderWebrtcPeer *self, guint mline_index, const char *text);
gboolean          yonder_webrtc_peer_send_message  (YonderWebrtcPeer *self, const char *text);
YonderRateControl *yonder_webrtc_peer_get_rate_control (YonderWebrtcPeer *self); /* (transfer none) */
const YonderSdp  *yonder_webrtc_peer_get_remote    (YonderWebrtcPeer *self); /* (transfer none) (nullable) */
YonderIceReport  *yonder_webrtc_peer_dup_ice_report (YonderWebrtcPeer *self); /* (transfer full) */
char             *yonder_webrtc_peer_dup_safety_code (YonderWebrtcPeer *self); /* (transfer full) (nullable) */
GstElement       *yonder_webrtc_peer_get_webrtcbin (YonderWebrtcPeer *self); /* (transfer none) */
gboolean          yonder_webrtc_peer_sends_video   (YonderWebrtcPeer *self); /* secured, and the peer wants it */
gboolean          yonder_webrtc_peer_can_send_video (YonderWebrtcPeer *self); /* FALSE: the peer does not want it */
gboolean          yonder_webrtc_peer_owns          (YonderWebrtcPeer *self, GstObject *object);
gboolean          yonder_webrtc_peer_survives      (YonderWebrtcPeer *self, GstObject *source);

G_END_DECLS
