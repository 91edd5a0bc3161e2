/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderWebrtcChannel - the data channel of one peer connection: short texts beside sound and picture.
 *
 * The offerer makes it, under the label "yonder"; any other label is not ours and is left alone. It tells nothing and sends nothing before
 * yonder_webrtc_channel_allow() has said whose certificate is behind it: what comes earlier waits, and goes with a peer that is refused.
 *
 * Thread: main context, signals included:
 *   open ()           texts can be sent
 *   shut ()           no more: the peer closed it
 *   message (char *)  from the peer: UTF-8, bounded in size and number, and anything else but checked
 * Owned by YonderWebrtcPeer, which closes it.
 */

#pragma once

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

G_BEGIN_DECLS

#define YONDER_TYPE_WEBRTC_CHANNEL (yonder_webrtc_channel_get_type ())
G_DECLARE_FINAL_TYPE (YonderWebrtcChannel, yonder_webrtc_channel, YONDER, WEBRTC_CHANNEL, GObject)

YonderWebrtcChannel *yonder_webrtc_channel_new   (GstElement *webrtcbin);
void                 yonder_webrtc_channel_offer (YonderWebrtcChannel *self);
void                 yonder_webrtc_channel_allow (YonderWebrtcChannel *self, GstWebRTCDTLSTransport *checked);
gboolean             yonder_webrtc_channel_send  (YonderWebrtcChannel *self, const char *text);
gboolean             yonder_webrtc_channel_handle_error (YonderWebrtcChannel *self, GstObject *source);
void                 yonder_webrtc_channel_close (YonderWebrtcChannel *self);

G_END_DECLS
