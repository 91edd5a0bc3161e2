/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sends data through an allocation and back: to the relay's own address over a channel, and a Binding request to a STUN server
 * as the other side. Whichever comes back first shows that the relay relays. Needs no second way to the network, so that it
 * works where only TLS does.
 *
 * Thread: main context.
 */

#pragma once

#include "yonder-turn-client.h"

G_BEGIN_DECLS

/* @stun_peer: (nullable): a STUN server, as seen from the relay */
void     yonder_relay_trip_async  (YonderTurnClient *turn, GInetSocketAddress *stun_peer, YonderClock *clock, guint timeout_ms,
                                   GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* Errors: YONDER_STUN_ERROR_NO_ROUND_TRIP; YONDER_STUN_ERROR_FORBIDDEN where the server relays to neither, which says nothing of
 * others */
gboolean yonder_relay_trip_finish (GAsyncResult *result, gint64 *rtt_us, GError **error);

G_END_DECLS
