/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderEioClient - one Engine.IO 4 session with one server: handshake, heartbeat, upgrade, and the way down.
 *
 * Lives from open() to "closed" and is not used again; whoever wants to reconnect makes a new one. Chooses the transport:
 * WebSocket first and polling where that does not get through, or polling first with an upgrade. Private to this room. Thread:
 * main context.
 *
 * Signals:
 *   opened  ()                                   the handshake is done
 *   message (gpointer packet)                    a YonderEioPacket of type message, borrowed
 *   refused (GError *error)                      a queued message was dropped: larger than the server takes
 *   closed  (char *reason, GError *nullable)     reason in socket.io-client's words
 */

#pragma once

#include <gio/gio.h>

#include "yonder-clock.h"
#include "yonder-eio-packet.h"
#include "yonder-sio-client.h"

G_BEGIN_DECLS

#define YONDER_TYPE_EIO_CLIENT (yonder_eio_client_get_type ())
G_DECLARE_FINAL_TYPE (YonderEioClient, yonder_eio_client, YONDER, EIO_CLIENT, GObject)

YonderEioClient *yonder_eio_client_new (GUri *endpoint, YonderSioTransports transports, YonderClock *clock);
void        yonder_eio_client_set_tls_database  (YonderEioClient *self, GTlsDatabase *database);
void        yonder_eio_client_set_proxy_resolver (YonderEioClient *self, GProxyResolver *resolver);
void        yonder_eio_client_open              (YonderEioClient *self);
void        yonder_eio_client_close             (YonderEioClient *self);
void        yonder_eio_client_check             (YonderEioClient *self);
void        yonder_eio_client_abort             (YonderEioClient *self, const char *reason, const GError *error);
gboolean    yonder_eio_client_can_send          (YonderEioClient *self, YonderEioPacket *packet, GError **error);
void        yonder_eio_client_send              (YonderEioClient *self, YonderEioPacket *packet);
gboolean    yonder_eio_client_is_writable       (YonderEioClient *self);
gboolean    yonder_eio_client_is_stale          (YonderEioClient *self);
gboolean    yonder_eio_client_fell_back         (YonderEioClient *self);
const char *yonder_eio_client_get_transport     (YonderEioClient *self);

G_END_DECLS
