/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a session is, for the files that it is made of: yonder-eio-session.c (its life, its heartbeat and what is sent),
 * yonder-eio-polls.c (carried by HTTP requests) and yonder-eio-carriage.c (carried by a WebSocket, or about to be). Private to this room.
 */

#pragma once

#include "yonder-eio-session.h"
#include "yonder-eio-session-private.h"

#include "yonder-eio-packet.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_EIO_SESSION_OPEN,
  YONDER_EIO_SESSION_LINGERING, /* closed by this side; the next poll gets what was sent before and a close packet */
  YONDER_EIO_SESSION_SPENT,
} YonderEioSessionState;

struct _YonderEioSession {
  GObject parent_instance;

  char           *sid;
  char           *remote_host;
  YonderEioLimits limits;
  YonderClock    *clock;
  YonderEioSessionState           state;

  SoupServerMessage *poll; /* the GET in flight */
  GSource           *poll_watch;
  SoupServerMessage *post; /* the POST in flight */
  GPtrArray         *queue; /* of YonderEioPacket, until something can carry them */
  gsize              queued;

  SoupWebsocketConnection *websocket; /* the transport, if it is not polling */
  guint64                  sent;      /* through it, with the heads of frames */
  SoupWebsocketConnection *candidate; /* may become it */
  gboolean                 is_probed; /* the candidate has been asked and answered: polling is to pause */

  guint  heartbeat; /* timer: the next ping, or the yonder_eio_session_end if no pong comes */
  guint  upgrade_timer;
  guint  probed_poll_timer;
  guint  linger_timer;
  gint64 expires_us; /* when the session is over, unless a pong comes */
};

void               yonder_eio_session_end                (YonderEioSession *self, YonderEioEnd why);
void               yonder_eio_session_spend              (YonderEioSession *self, YonderEioEnd why, const char *last);
void               yonder_eio_session_end_unread         (YonderEioSession *self);
void               yonder_eio_session_flush              (YonderEioSession *self);
gboolean           yonder_eio_session_receive            (YonderEioSession *self, const YonderEioPacket *packet);

SoupServerMessage *yonder_eio_session_release_poll       (YonderEioSession *self);
void               yonder_eio_session_answer_poll        (YonderEioSession *self, const char *text);
void               yonder_eio_session_refuse_moved       (SoupServerMessage *message);

void               yonder_eio_session_use_websocket      (YonderEioSession *self, SoupWebsocketConnection *websocket);
void               yonder_eio_session_flush_to_websocket (YonderEioSession *self);
void               yonder_eio_session_drop_websocket     (YonderEioSession *self, SoupWebsocketConnection **pointer);
void               yonder_eio_session_drop_candidate     (YonderEioSession *self);

G_END_DECLS
