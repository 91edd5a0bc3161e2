/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderIceInspector - looks into the ICE agent of one webrtcbin and reports what it has done.
 *
 * Candidates and the selected pair come from libnice's functions; the other pairs, and how the servers answered, only from its debug
 * messages (see yonder-ice-journal.h), for which they are switched on. That switch and GLib's log handlers belong to the process, so the
 * table that sends each message to its agent's journal does too. With the messages go the passwords that are in them: they end here, unless
 * somebody asked for them by G_MESSAGES_DEBUG.
 *
 * Thread: main context; the messages come on libnice's threads. Owned by YonderWebrtcPeer.
 */

#pragma once

#include <gst/gst.h>

#include "yonder-ice-report.h"
#include "yonder-webrtc-servers.h"

G_BEGIN_DECLS

typedef struct _YonderIceInspector YonderIceInspector;

/* @webrtcbin: one that has not begun to gather */
YonderIceInspector *yonder_ice_inspector_new         (GstElement *webrtcbin);
void                yonder_ice_inspector_free        (YonderIceInspector *self);
/* @servers: borrowed until it is closed; they name what webrtcbin knows by address alone */
void                yonder_ice_inspector_set_servers (YonderIceInspector *self, YonderWebrtcServers *servers);
/* Returns: (transfer full): what there is now; once closed, what there was */
YonderIceReport    *yonder_ice_inspector_take_report (YonderIceInspector *self, YonderDtlsState dtls);
/* Takes the last report and lets go of the agent. */
void                yonder_ice_inspector_close       (YonderIceInspector *self, YonderDtlsState dtls);

G_END_DECLS
