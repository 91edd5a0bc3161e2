/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderEioServer - Engine.IO 4 at one path of a SoupServer.
 *
 * Answers handshakes, finds the session that a request belongs to, and refuses what the protocol, the origin policy or the limits
 * do not allow. Borrows nothing: holds a reference to the SoupServer until yonder_eio_server_stop() or its own end.
 *
 * Thread: main context. Signals:
 *   session (YonderEioSession *session)   a new one, open
 */

#pragma once

#include <libsoup/soup.h>

#include "yonder-clock.h"
#include "yonder-eio-session.h"
#include "yonder-http.h"

G_BEGIN_DECLS

/* A plain value; see YONDER_EIO_OPTIONS_INIT for what is usual. */
typedef struct {
  YonderEioLimits    limits;
  guint              max_sessions;
  guint              max_sessions_of_client; /* those from one address */
  YonderOriginPolicy origins;
} YonderEioOptions;

/* The intervals and the payload limit of the reference server. An office comes from one address; a process may have 1024 files
 * open. */
#define YONDER_EIO_OPTIONS_INIT { { 25000, 20000, 1000000, 10000, 4000000 }, 600, 250, { FALSE, NULL } }

#define YONDER_TYPE_EIO_SERVER (yonder_eio_server_get_type ())
G_DECLARE_FINAL_TYPE (YonderEioServer, yonder_eio_server, YONDER, EIO_SERVER, GObject)

YonderEioServer *yonder_eio_server_new  (SoupServer *soup, const char *path, const YonderEioOptions *options, YonderClock *clock);
void             yonder_eio_server_stop (YonderEioServer *self);

guint            yonder_eio_server_count_sessions (YonderEioServer *self);

G_END_DECLS
