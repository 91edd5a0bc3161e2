/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a socket is, for the files that it is made of: yonder-sio-socket.c (its life, and events both ways) and
 * yonder-sio-request.c (events that somebody is to acknowledge: ours to the client, and the client's to us). Private to this
 * room.
 */

#pragma once

#include "yonder-sio-socket-private.h"

G_BEGIN_DECLS

typedef enum {
  STATE_ASKING,    /* for admission */
  STATE_CONNECTED,
  STATE_SUSPENDED, /* its connection was lost; may come back */
  STATE_RETURNING, /* has come back and asks for admission again */
  STATE_GONE,
} State;

/* An event that was sent, or is to be sent when the client is back. */
typedef struct {
  guint64    offset;
  GPtrArray *messages; /* GBytes: the text part, then the attachments */
  gsize      size;
} Logged;

struct _YonderSioSocket {
  GObject parent_instance;

  State             state;
  YonderClock      *clock;
  YonderEioSession *session; /* (nullable) */
  char             *remote_host;
  char             *id;
  char             *pid; /* (nullable): secret by which it may come back */
  char             *nsp;

  GQueue     log; /* of Logged */
  gsize      logged_bytes;
  guint64    last_offset;
  guint64    resume_offset; /* what a returning client has seen */
  GHashTable *pending; /* acknowledgement id to GTask */
  gint64     last_request;
};

void            yonder_sio_socket_send          (YonderSioSocket *self, YonderSioType type, gint64 id, JsonNode *data,
                                                 GPtrArray *attachments);
JsonNode       *yonder_sio_socket_build_event   (const char *name, JsonNode *arguments);

void            yonder_sio_socket_fail_requests (YonderSioSocket *self);
gboolean        yonder_sio_socket_handle_ack    (YonderSioSocket *self, const YonderSioPacket *packet);
YonderSioReply *yonder_sio_reply_new            (YonderSioSocket *socket, gint64 id);

G_END_DECLS
