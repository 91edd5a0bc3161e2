/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether UDP passes between this computer and the high ports that relays and other people's computers use: a datagram to a
 * relay of our own and one back. The relay is made over whichever protocol works. Thread: main context.
 */

#pragma once

#include <gio/gio.h>

#include "yonder-ice-server.h"
#include "yonder-stun-transport.h"

G_BEGIN_DECLS

typedef struct {
  YonderIceServer     *server;
  GInetSocketAddress  *address;   /* the server's, that answered before */
  const char          *host;
  YonderStunProtocol   protocol;
  GInetSocketAddress  *reflexive; /* where datagrams of ours come from */
  GTlsDatabase        *tls_database; /* (nullable) */
} YonderHighPortsRelay;

/* Everything in @relay is borrowed for the call only. */
void     yonder_high_ports_async  (const YonderHighPortsRelay *relay, YonderClock *clock, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
/* @port: (out): the relay's; @went: (out): whether our datagram got there. Returns: whether the answer came back as well */
gboolean yonder_high_ports_finish (GAsyncResult *result, guint *port, gboolean *went, GError **error);

G_END_DECLS
