/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderStunTransport - the way to one address of a STUN or TURN server: UDP, TCP, or TLS with the certificate verified.
 *
 * Carries whole messages; over a stream it cuts them out. Opened once, closed once. No proxy is used: neither does a call.
 * Thread: main context. Signals:
 *   packet (GBytes *bytes, GInetSocketAddress *from)   one message or ChannelData, as it came
 *   closed (GError *error)                             the server hung up or the way broke; YonderStunError
 */

#pragma once

#include <gio/gio.h>

#include "yonder-clock.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_STUN_UDP,
  YONDER_STUN_TCP,
  YONDER_STUN_TLS,
} YonderStunProtocol;

const char *yonder_stun_protocol_get_name (YonderStunProtocol protocol); /* "UDP", "TCP", "TLS" */

#define YONDER_TYPE_STUN_TRANSPORT (yonder_stun_transport_get_type ())
G_DECLARE_FINAL_TYPE (YonderStunTransport, yonder_stun_transport, YONDER, STUN_TRANSPORT, GObject)

YonderStunTransport *yonder_stun_transport_new (YonderStunProtocol protocol, GInetSocketAddress *server, const char *host,
                                                GTlsDatabase *tls_database, YonderClock *clock);
/* UDP that takes from and sends to anybody */
YonderStunTransport *yonder_stun_transport_new_open (GSocketFamily family, YonderClock *clock);

void     yonder_stun_transport_open_async  (YonderStunTransport *self, guint timeout_ms, GCancellable *cancellable,
                                            GAsyncReadyCallback callback, gpointer user_data);
gboolean yonder_stun_transport_open_finish (YonderStunTransport *self, GAsyncResult *result, GError **error);
void     yonder_stun_transport_send        (YonderStunTransport *self, GBytes *packet, GInetSocketAddress *to);
void     yonder_stun_transport_close       (YonderStunTransport *self);

YonderStunProtocol  yonder_stun_transport_get_protocol (YonderStunTransport *self);
const char         *yonder_stun_transport_get_host     (YonderStunTransport *self);
GInetSocketAddress *yonder_stun_transport_get_server   (YonderStunTransport *self); /* (transfer none) (nullable) */
GInetSocketAddress *yonder_stun_transport_dup_local    (YonderStunTransport *self); /* (transfer full) (nullable): once open */
char               *yonder_stun_transport_dup_tls_version (YonderStunTransport *self); /* (nullable) */

G_END_DECLS
