/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Peer - a YonderSioClient that keeps a record of what it reports, in words:
 *
 *   "connected", "connected recovered", "disconnected REASON", "connect-error CODE retry|final", "event NAME ARGUMENTS",
 *   "bad-packet CODE"
 */

#pragma once

#include "node-server.h"
#include "yonder-sio-client.h"

G_BEGIN_DECLS

typedef struct {
  YonderClock     *clock;
  YonderSioClient *client;
  GPtrArray       *record;     /* of char * */
  GError          *last_error; /* (nullable) */
  GPtrArray       *last_attachments; /* (nullable) */
  gboolean         answers;    /* events with an acknowledgement, by their own arguments */
} Peer;

/* @clock may be NULL for the real one. */
Peer       *peer_new         (const char *uri, const char *nsp, YonderSioTransports transports, YonderClock *clock);
Peer       *peer_new_for     (NodeServer *server, const char *nsp, YonderSioTransports transports);
void        peer_free        (Peer *self);
/* Waits until something that begins so is in the record, and takes it and all before it out. Returns the whole line. */
char       *peer_await       (Peer *self, const char *prefix);
void        peer_expect      (Peer *self, const char *line);
gboolean    peer_has         (Peer *self, const char *prefix);
guint       peer_count       (Peer *self, const char *prefix);
void        peer_emit        (Peer *self, const char *name, const char *arguments);
/* Sends and waits: the answer as JSON, or the error. */
char       *peer_call        (Peer *self, const char *name, const char *arguments, guint timeout_ms, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Peer, peer_free)

G_END_DECLS
