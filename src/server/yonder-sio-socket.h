/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderSioSocket - one client in one namespace of a Socket.IO 5 server.
 *
 * Made by YonderSioServer when a client asks to be connected; a namespace's admission function looks at it and calls
 * yonder_sio_socket_admit() or yonder_sio_socket_refuse(), at once or later. Where the server keeps connection state, a socket
 * whose connection was lost is suspended: what is emitted to it is kept, and if the client comes back in time it is the same
 * socket again.
 *
 * Thread: main context. Signals:
 *   event (char *name, JsonArray *arguments, GPtrArray *nullable attachments, YonderSioReply *nullable reply)
 *   disconnected (char *reason, gboolean may_return)   reason in the reference server's words
 *   returned ()     a suspended socket is connected again
 *   gone ()         it is over: disconnected and not to return. The last signal.
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _YonderSioReply YonderSioReply; /* boxed; the acknowledgement that the client awaits */
#define YONDER_TYPE_SIO_REPLY (yonder_sio_reply_get_type ())
GType           yonder_sio_reply_get_type (void);
YonderSioReply *yonder_sio_reply_ref      (YonderSioReply *self);
void            yonder_sio_reply_unref    (YonderSioReply *self);
void            yonder_sio_reply_send     (YonderSioReply *self, JsonNode *arguments, GPtrArray *attachments);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderSioReply, yonder_sio_reply_unref)

#define YONDER_TYPE_SIO_SOCKET (yonder_sio_socket_get_type ())
G_DECLARE_FINAL_TYPE (YonderSioSocket, yonder_sio_socket, YONDER, SIO_SOCKET, GObject)

const char *yonder_sio_socket_get_id          (YonderSioSocket *self);
const char *yonder_sio_socket_get_nsp         (YonderSioSocket *self);
const char *yonder_sio_socket_get_remote_host (YonderSioSocket *self);
gboolean    yonder_sio_socket_is_connected    (YonderSioSocket *self);
gboolean    yonder_sio_socket_is_returning    (YonderSioSocket *self);

void        yonder_sio_socket_admit           (YonderSioSocket *self);
void        yonder_sio_socket_refuse          (YonderSioSocket *self, const char *message, JsonNode *data);
void        yonder_sio_socket_disconnect      (YonderSioSocket *self);

void        yonder_sio_socket_emit            (YonderSioSocket *self, const char *name, JsonNode *arguments,
                                               GPtrArray *attachments);
void        yonder_sio_socket_request_async   (YonderSioSocket *self, const char *name, JsonNode *arguments, guint timeout_ms,
                                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
JsonArray  *yonder_sio_socket_request_finish  (YonderSioSocket *self, GAsyncResult *result, GPtrArray **attachments,
                                               GError **error);

G_END_DECLS
