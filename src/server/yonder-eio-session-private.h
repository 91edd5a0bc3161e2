/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What YonderEioServer hands to a session: the requests and WebSockets that carry its id.
 *
 * Its caller holds a reference during each call. One more signal, "spent": nothing can come of the session any more, not even a
 * last poll, so its id can be forgotten.
 */

#pragma once

#include "yonder-eio-session.h"

G_BEGIN_DECLS

YonderEioSession *yonder_eio_session_new              (const YonderEioLimits *limits, YonderClock *clock,
                                                       const char *remote_host);
void              yonder_eio_session_open_polling     (YonderEioSession *self, SoupServerMessage *message);
void              yonder_eio_session_open_websocket   (YonderEioSession *self, SoupWebsocketConnection *websocket);

gboolean          yonder_eio_session_is_spent         (YonderEioSession *self);
void              yonder_eio_session_poll             (YonderEioSession *self, SoupServerMessage *message);
gboolean          yonder_eio_session_begin_post       (YonderEioSession *self, SoupServerMessage *message);
void              yonder_eio_session_finish_post      (YonderEioSession *self, SoupServerMessage *message);
void              yonder_eio_session_add_websocket    (YonderEioSession *self, SoupWebsocketConnection *websocket);

G_END_DECLS
