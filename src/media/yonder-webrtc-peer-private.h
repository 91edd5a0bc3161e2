/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of YonderWebrtcPeer, shared by the files that make it up: connection, negotiation, candidates. */

#pragma once

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

#include "yonder-ice-inspector.h"
#include "yonder-late-tcp.h"
#include "yonder-post.h"
#include "yonder-rate-control.h"
#include "yonder-sdp.h"
#include "yonder-webrtc-channel.h"
#include "yonder-webrtc-peer.h"
#include "yonder-webrtc-receiver.h"
#include "yonder-webrtc-sender.h"
#include "yonder-webrtc-servers.h"

G_BEGIN_DECLS

/* What webrtcbin says of one candidate of ours. */
typedef struct {
  guint mline_index;
  char *text; /* empty: the last */
} YonderGathered;

typedef enum {
  YONDER_PEER_SIGNAL_CANDIDATE,
  YONDER_PEER_SIGNAL_ICE_STATE,
  YONDER_PEER_SIGNAL_SECURED,
  YONDER_PEER_SIGNAL_CHANNEL,
  YONDER_PEER_SIGNAL_MESSAGE,
  YONDER_PEER_SIGNAL_FAILED,
  YONDER_PEER_N_SIGNALS
} YonderPeerSignal;

struct _YonderWebrtcPeer {
  GObject parent_instance;

  YonderPeerContext    context; /* borrowed */

  /* owned */
  GstElement          *bin;     /* in the pipeline until closed */
  YonderPost          *post;
  YonderReceiver      *receiver;
  YonderRateControl   *rate_control;
  YonderIceInspector  *inspector;
  YonderWebrtcServers *servers;
  YonderWebrtcChannel *channel;
  YonderLateTcp       *late_tcp; /* (nullable): once closed */
  YonderSender        *audio_sender; /* (nullable): before the negotiation, or where the peer wants no sound */
  YonderSender        *video_sender; /* (nullable) */
  GstPad              *audio_output; /* (nullable): of the capture, linked to the sender */
  GstPad              *video_output; /* (nullable) */
  GstWebRTCDTLSTransport *transport; /* (nullable): before the negotiation */
  char                *pem;          /* certificate and private key */
  char                *fingerprint;  /* of it, sha-256 */
  char                *remote_pem;   /* (nullable): once DTLS is up */
  YonderSdp           *remote;       /* (nullable): the description that the peer sent */
  YonderSdp           *local;        /* (nullable): ours */
  GPtrArray           *gathered;     /* (element-type YonderGathered): before our description was known */

  /* borrowed: of the bin */
  GstElement          *webrtcbin;

  gboolean             is_negotiated; /* both descriptions are set */
  gboolean             is_secured;
  gboolean             is_closed;
};

void yonder_webrtc_peer_fail             (YonderWebrtcPeer *self, GError *error);
void yonder_webrtc_peer_watch_transport  (YonderWebrtcPeer *self);
void yonder_webrtc_peer_check_certificate (YonderWebrtcPeer *self);
void yonder_webrtc_peer_send_gathered    (YonderWebrtcPeer *self);
gboolean yonder_webrtc_peer_take_negotiated (YonderWebrtcPeer *self, GError **error);

G_END_DECLS
