/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderTurnTunnel - TURN over TLS for a client that speaks it in clear only: a listener on loopback, behind which everything
 * goes to the server over TLS with its certificate verified for its name.
 *
 * Carries bytes as they are; the TURN server's own credentials still decide who may relay. Connections of other processes are
 * refused where the system can tell. Thread: main context. Closing it ends what goes through it. Signal:
 *   failed (GError *error)   a connection to the server did not come about; YonderStunError. The next one may.
 */

#pragma once

#include <gio/gio.h>

#include "yonder-clock.h"

G_BEGIN_DECLS

#define YONDER_TYPE_TURN_TUNNEL (yonder_turn_tunnel_get_type ())
G_DECLARE_FINAL_TYPE (YonderTurnTunnel, yonder_turn_tunnel, YONDER, TURN_TUNNEL, GObject)

/* @tls_database: (nullable): whom to trust instead of those that the system trusts */
YonderTurnTunnel *yonder_turn_tunnel_new      (const char *host, guint port, GTlsDatabase *tls_database, YonderClock *clock,
                                               GError **error);
void              yonder_turn_tunnel_close    (YonderTurnTunnel *self);

const char       *yonder_turn_tunnel_get_host (YonderTurnTunnel *self);
/* Where it listens on 127.0.0.1 and on ::1; 0 where the computer has no such address. */
guint             yonder_turn_tunnel_get_ipv4_port (YonderTurnTunnel *self);
guint             yonder_turn_tunnel_get_ipv6_port (YonderTurnTunnel *self);
guint             yonder_turn_tunnel_get_port      (YonderTurnTunnel *self); /* of the server */
const GError     *yonder_turn_tunnel_get_error     (YonderTurnTunnel *self); /* (nullable): why the last connection failed */

G_END_DECLS
