/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderWebrtcServers - the ICE servers of one webrtcbin: names looked up, `turns:` put through tunnels, all in the form that it wants.
 *
 * webrtcbin is only ever handed addresses: libnice never ends gathering where a STUN name does not resolve. Whoever makes a description waits
 * for yonder_webrtc_servers_prepare_async() first; a TURN server whose name takes longer than that is added when it is there.
 *
 * Thread: main context. Owned by YonderWebrtcPeer, which closes it with itself. Keeps no reference to the webrtcbin.
 */

#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

#include "yonder-clock.h"
#include "yonder-ice-report.h"
#include "yonder-ice-server.h"

G_BEGIN_DECLS

/* chosen: name servers that answer do so in a tenth of it; whoever waits for a call does not wait for one that is dead */
#define YONDER_WEBRTC_SERVERS_WAIT_MS 1500

#define YONDER_TYPE_WEBRTC_SERVERS (yonder_webrtc_servers_get_type ())
G_DECLARE_FINAL_TYPE (YonderWebrtcServers, yonder_webrtc_servers, YONDER, WEBRTC_SERVERS, GObject)

/* @servers: (nullable): of YonderIceServer; @tls_database: (nullable): whom to trust instead of those that the system trusts */
YonderWebrtcServers *yonder_webrtc_servers_new   (GstElement *webrtcbin, GListModel *servers, gboolean relay_only,
                                                  GTlsDatabase *tls_database, YonderClock *clock);
void                 yonder_webrtc_servers_close (YonderWebrtcServers *self);

void     yonder_webrtc_servers_prepare_async  (YonderWebrtcServers *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                               gpointer user_data);
/* FALSE only where it was cancelled: a server that cannot be found is no reason not to call */
gboolean yonder_webrtc_servers_prepare_finish (YonderWebrtcServers *self, GAsyncResult *result, GError **error);

/* Which server stands behind an address that webrtcbin knows: its host and port as they were set up, and whether TLS goes there. */
gboolean yonder_webrtc_servers_find        (YonderWebrtcServers *self, const char *address, guint port, const char **host, guint *server_port,
                                            gboolean *is_tls);
/* The same for a relay of which only its own address is known; FALSE where it may be of several servers. */
gboolean yonder_webrtc_servers_guess       (YonderWebrtcServers *self, const char *relayed, gboolean is_udp, const char **host, gboolean *is_tls);
/* Puts the servers' own names into a report, and adds those whose names were not found. */
void     yonder_webrtc_servers_name_report (YonderWebrtcServers *self, YonderIceReport *report);

G_END_DECLS
