/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderEioWebsocket - Engine.IO over a WebSocket: one packet a frame. Private to this room. */

#pragma once

#include "yonder-eio-transport.h"

G_BEGIN_DECLS

#define YONDER_TYPE_EIO_WEBSOCKET (yonder_eio_websocket_get_type ())
G_DECLARE_FINAL_TYPE (YonderEioWebsocket, yonder_eio_websocket, YONDER, EIO_WEBSOCKET, YonderEioTransport)

YonderEioTransport *yonder_eio_websocket_new (SoupSession *session, GUri *uri);

G_END_DECLS
