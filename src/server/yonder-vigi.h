/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderVigi - the `vigi` events of the server: reads what clients emit, checks every field, and hands it to the call desk.
 *
 * What is malformed, too large, too frequent or not allowed is refused with `call_error` {error, code, event, callId}, counted,
 * and logged without its content; the connection goes on, but for a client that keeps flooding. An event that the client wants
 * acknowledged is answered {callId} or the same {error, code}.
 *
 * Thread: main context.
 */

#pragma once

#include "yonder-call-desk.h"
#include "yonder-sio-server.h"

G_BEGIN_DECLS

void     yonder_vigi_emit              (YonderSioSocket *socket, const char *event, JsonObject *payload);
gboolean yonder_vigi_takes_second_call (YonderSioSocket *socket); /* beside one that goes on there */

#define YONDER_TYPE_VIGI (yonder_vigi_get_type ())
G_DECLARE_FINAL_TYPE (YonderVigi, yonder_vigi, YONDER, VIGI, GObject)

YonderVigi *yonder_vigi_new           (YonderSioServer *sio, YonderUserStore *store, YonderPresenceBook *presence,
                                       YonderCallDesk *desk,
                                       YonderClock *clock);
guint64     yonder_vigi_count_refused (YonderVigi *self);

G_END_DECLS
