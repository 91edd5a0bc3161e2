/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderTurnClient - one allocation on a TURN server (RFC 8656), made over an open transport, used to send data to and fro, and
 * given back.
 *
 * Knows long-term credentials (RFC 8489 section 9.2): a 401 is answered with them, a 438 with the new nonce. Keeps nothing alive
 * by itself: an allocation lasts ten minutes, longer than any check. Thread: main context. Signal:
 *   data (GBytes *bytes, GInetSocketAddress *peer)   what a peer sent to the relayed address
 */

#pragma once

#include "yonder-stun-client.h"

G_BEGIN_DECLS

#define YONDER_TYPE_TURN_CLIENT (yonder_turn_client_get_type ())
G_DECLARE_FINAL_TYPE (YonderTurnClient, yonder_turn_client, YONDER, TURN_CLIENT, GObject)

YonderTurnClient *yonder_turn_client_new (YonderStunClient *client, const char *username, const char *credential);

void     yonder_turn_client_allocate_async  (YonderTurnClient *self, guint timeout_ms, GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);
gboolean yonder_turn_client_allocate_finish (YonderTurnClient *self, GAsyncResult *result, GError **error);
void     yonder_turn_client_permit_async    (YonderTurnClient *self, GInetSocketAddress *peer, guint timeout_ms,
                                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean yonder_turn_client_permit_finish   (YonderTurnClient *self, GAsyncResult *result, GError **error);
void     yonder_turn_client_bind_async      (YonderTurnClient *self, GInetSocketAddress *peer, guint timeout_ms,
                                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean yonder_turn_client_bind_finish     (YonderTurnClient *self, GAsyncResult *result, GError **error);
void     yonder_turn_client_send            (YonderTurnClient *self, GBytes *data, GInetSocketAddress *peer);
/* Gives the allocation back; ends well also where the server does not answer any more. */
void     yonder_turn_client_release_async   (YonderTurnClient *self, guint timeout_ms, GAsyncReadyCallback callback,
                                             gpointer user_data);
gboolean yonder_turn_client_release_finish  (YonderTurnClient *self, GAsyncResult *result, GError **error);

/* Once allocated: */
GInetSocketAddress *yonder_turn_client_get_relayed    (YonderTurnClient *self); /* (transfer none) (nullable) */
/* (transfer none) (nullable): as the server sees us */
GInetSocketAddress *yonder_turn_client_get_mapped     (YonderTurnClient *self);
const char         *yonder_turn_client_get_software   (YonderTurnClient *self); /* (nullable) */
gint64              yonder_turn_client_get_rtt_us     (YonderTurnClient *self); /* of the last request */
gint64              yonder_turn_client_get_lifetime_s (YonderTurnClient *self);

G_END_DECLS
