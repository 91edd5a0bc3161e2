/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What YonderSioServer does with the sockets that it made. */

#pragma once

#include "yonder-clock.h"
#include "yonder-eio-session.h"
#include "yonder-sio-packet.h"
#include "yonder-sio-socket.h"

G_BEGIN_DECLS

YonderSioSocket *yonder_sio_socket_new         (YonderEioSession *session, const char *nsp, gboolean is_recoverable,
                                                YonderClock *clock);
const char      *yonder_sio_socket_get_pid     (YonderSioSocket *self);
gboolean         yonder_sio_socket_can_resume  (YonderSioSocket *self, const char *offset);
void             yonder_sio_socket_resume      (YonderSioSocket *self, YonderEioSession *session, const char *offset);
gboolean         yonder_sio_socket_handle      (YonderSioSocket *self, const YonderSioPacket *packet);
void             yonder_sio_socket_lose        (YonderSioSocket *self, const char *reason, gboolean may_return);
void             yonder_sio_socket_expire      (YonderSioSocket *self);

void             yonder_sio_session_send       (YonderEioSession *session, const YonderSioPacket *packet);

G_END_DECLS
