/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ICE servers in the form that webrtcbin wants. Thread: main context. */

#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

#include "yonder-ice-server.h"

G_BEGIN_DECLS

/* To be called before the first description is set. */
void  yonder_webrtc_servers_apply    (GstElement *webrtcbin, GListModel *servers, gboolean relay_only);
/* (transfer full) (nullable): "turn://user:password@host:port?transport=udp", a secret; NULL: not a TURN URL that libnice can use */
char *yonder_webrtc_servers_turn_uri (const YonderIceUri *uri, const char *username, const char *credential);
char *yonder_webrtc_servers_stun_uri (const YonderIceUri *uri);

G_END_DECLS
