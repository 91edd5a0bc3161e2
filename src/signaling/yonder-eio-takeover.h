/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderEioTakeover - a WebSocket that tries to take over an Engine.IO session from polling ("Upgrade" in engine.io-protocol 4).
 *
 * Sends "2probe" over the new transport, waits for "3probe", then pauses polling. Whoever owns it writes nothing while
 * is_pausing(), and sends "5" over what "done" gives. Used once; stop() ends it without a signal. Private to this room. Thread:
 * main context.
 *
 * Signals, one of them, once:
 *   done   (YonderEioTransport *websocket)              polling has paused: the session is the WebSocket's now
 *   failed (GError *nullable error, gboolean is_fatal)  polling goes on; or, where it was paused already, it cannot
 */

#pragma once

#include "yonder-clock.h"
#include "yonder-eio-transport.h"

G_BEGIN_DECLS

#define YONDER_TYPE_EIO_TAKEOVER (yonder_eio_takeover_get_type ())
G_DECLARE_FINAL_TYPE (YonderEioTakeover, yonder_eio_takeover, YONDER, EIO_TAKEOVER, GObject)

YonderEioTakeover *yonder_eio_takeover_new        (YonderEioTransport *polling, YonderEioTransport *websocket,
                                                   YonderClock *clock);
void              yonder_eio_takeover_start      (YonderEioTakeover *self, guint timeout_ms);
void              yonder_eio_takeover_stop       (YonderEioTakeover *self);
gboolean          yonder_eio_takeover_is_pausing (YonderEioTakeover *self);

G_END_DECLS
