/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderSioServer - Socket.IO 5 on the sessions of an Engine.IO server.
 *
 * Reads the packets of each connection, asks the admission function of a namespace about each client that wants in, and keeps the
 * sockets of lost connections for a while where that is wanted. What breaks the protocol ends its connection.
 *
 * Thread: main context. Signals:
 *   connection (YonderSioSocket *socket)   a new one, admitted; connect to its signals now
 */

#pragma once

#include "yonder-eio-server.h"
#include "yonder-sio-socket.h"

G_BEGIN_DECLS

/* A plain value. */
typedef struct {
  guint connect_timeout_ms; /* for a client that connects to no namespace */
  guint keep_state_ms;      /* how long a lost client may come back; 0: not at all */
  guint max_kept;
} YonderSioOptions;

/* The times of the reference server. */
#define YONDER_SIO_OPTIONS_INIT { 45000, 120000, 1000 }

#define YONDER_TYPE_SIO_SERVER (yonder_sio_server_get_type ())
G_DECLARE_FINAL_TYPE (YonderSioServer, yonder_sio_server, YONDER, SIO_SERVER, GObject)

/* Looks at who wants in and calls yonder_sio_socket_admit() or yonder_sio_socket_refuse(), now or later. */
typedef void (*YonderSioAdmit) (YonderSioSocket *socket, JsonNode *auth, gpointer data);

YonderSioServer *yonder_sio_server_new           (YonderEioServer *eio, const YonderSioOptions *options, YonderClock *clock);
void             yonder_sio_server_add_namespace (YonderSioServer *self, const char *nsp, YonderSioAdmit admit, gpointer data);
void             yonder_sio_server_stop          (YonderSioServer *self);

G_END_DECLS
