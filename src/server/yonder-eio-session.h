/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderEioSession - the server's end of one Engine.IO 4 session: messages both ways over polling or a WebSocket, with upgrade.
 *
 * Made by YonderEioServer, which also hands it the requests of its session id. Lives until it is closed: by the client, by
 * silence past the heartbeat, by a breach of the protocol, or by yonder_eio_session_close(). What is sent after that goes
 * nowhere.
 *
 * Thread: main context. Signals:
 *   message (GBytes *data, gboolean is_binary)   text is valid UTF-8
 *   closed (YonderEioEnd why)                    once
 */

#pragma once

#include <libsoup/soup.h>

#include "yonder-clock.h"

G_BEGIN_DECLS

/* Why a session ended; in the words of the reference server by yonder_eio_end_to_string(). */
typedef enum {
  YONDER_EIO_END_TRANSPORT_CLOSE, /* by the client, or its connection went away */
  YONDER_EIO_END_TRANSPORT_ERROR,
  YONDER_EIO_END_PING_TIMEOUT,
  YONDER_EIO_END_PARSE_ERROR,
  YONDER_EIO_END_FORCED_CLOSE,    /* by this side */
} YonderEioEnd;

const char *yonder_eio_end_to_string (YonderEioEnd self);

/* A plain value. */
typedef struct {
  guint ping_interval_ms;
  guint ping_timeout_ms;
  gsize max_payload;
  guint upgrade_timeout_ms;
  gsize max_queued; /* bytes waiting for a client that does not poll or read */
} YonderEioLimits;

#define YONDER_TYPE_EIO_SESSION (yonder_eio_session_get_type ())
G_DECLARE_FINAL_TYPE (YonderEioSession, yonder_eio_session, YONDER, EIO_SESSION, GObject)

const char *yonder_eio_session_get_sid         (YonderEioSession *self);
const char *yonder_eio_session_get_remote_host (YonderEioSession *self);
gboolean    yonder_eio_session_is_open         (YonderEioSession *self);
const char *yonder_eio_session_get_transport   (YonderEioSession *self);
void        yonder_eio_session_send_text       (YonderEioSession *self, const char *text);
void        yonder_eio_session_send_binary     (YonderEioSession *self, GBytes *data);
void        yonder_eio_session_close           (YonderEioSession *self, YonderEioEnd why);

G_END_DECLS
