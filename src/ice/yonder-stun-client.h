/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderStunClient - requests and their answers over one transport: transaction ids, retransmission, time out, round-trip time.
 *
 * Owns nothing but its waiting requests; the transport is opened by whoever made it. When the transport closes every waiting
 * request fails.
 * Thread: main context. Signal:
 *   packet (GBytes *bytes, GInetSocketAddress *from)   what is no answer: indications, ChannelData, and what is no STUN at all
 */

#pragma once

#include "yonder-stun-message.h"
#include "yonder-stun-transport.h"

G_BEGIN_DECLS

#define YONDER_TYPE_STUN_CLIENT (yonder_stun_client_get_type ())
G_DECLARE_FINAL_TYPE (YonderStunClient, yonder_stun_client, YONDER, STUN_CLIENT, GObject)

YonderStunClient    *yonder_stun_client_new            (YonderStunTransport *transport, YonderClock *clock);
YonderStunTransport *yonder_stun_client_get_transport  (YonderStunClient *self); /* (transfer none) */

/* @request: whole, with its integrity; @to: (nullable): where the transport is open to anybody; @key: (nullable): what the
 * answer is held against */
void               yonder_stun_client_request_async  (YonderStunClient *self, GByteArray *request, GInetSocketAddress *to,
                                                      GBytes *key,
                                                      guint timeout_ms, GCancellable *cancellable, GAsyncReadyCallback callback,
                                                      gpointer user_data);
YonderStunMessage *yonder_stun_client_request_finish (YonderStunClient *self, GAsyncResult *result, gint64 *rtt_us,
                                                      GError **error);
void               yonder_stun_client_send           (YonderStunClient *self, GByteArray *message);

G_END_DECLS
