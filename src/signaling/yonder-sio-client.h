/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderSioClient - a Socket.IO 5 client: one namespace of one server, over Engine.IO 4 (polling and WebSocket).
 *
 * Connects, keeps the connection alive, reconnects with backoff, and carries events both ways. Behaves as socket.io-client 4
 * does: what is emitted while the connection is down is buffered (up to YONDER_SIO_MAX_BUFFERED) unless volatile;
 * acknowledgements that are awaited fail when the connection is lost; "io server disconnect" and CONNECT_ERROR stop automatic
 * reconnection.
 *
 * Thread: main context. Signals:
 *   connected (gboolean recovered)
 *   disconnected (char *reason, GError *nullable)   reason in socket.io-client's words: "transport close", "ping timeout", …
 *   connect-error (GError *error, gboolean will_retry)
 *   event (char *name, JsonArray *arguments, GPtrArray *nullable attachments, YonderSioAck *nullable ack)
 *   bad-packet (GError *error)   refused and counted; the connection went on or closed as the protocol says
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "yonder-clock.h"

G_BEGIN_DECLS

/* What a caller of the connection can do about a failure. */
typedef enum {
  YONDER_SIGNALING_ERROR_UNREACHABLE,   /* no such host, connection refused, no answer in time */
  YONDER_SIGNALING_ERROR_CERTIFICATE,   /* TLS certificate not valid for this server */
  YONDER_SIGNALING_ERROR_NOT_SOCKET_IO, /* something answered, but it is no Socket.IO server */
  YONDER_SIGNALING_ERROR_OLD_PROTOCOL,  /* Socket.IO 2 (Engine.IO 3) */
  YONDER_SIGNALING_ERROR_UNAUTHORIZED,  /* wrong user name or password, or the token is not valid any more */
  YONDER_SIGNALING_ERROR_REJECTED,      /* by the server, in its words */
  YONDER_SIGNALING_ERROR_LOST,          /* the connection went away before the answer came */
  YONDER_SIGNALING_ERROR_TIMED_OUT,
  YONDER_SIGNALING_ERROR_PROTOCOL,      /* the server sent something that it may not */
  YONDER_SIGNALING_ERROR_NOT_ALLOWED,   /* this program may not use the network */
  YONDER_SIGNALING_ERROR_INVALID,       /* bad use: no such profile operation, bad URL, reserved event name */
} YonderSignalingError;

#define YONDER_SIGNALING_ERROR (yonder_signaling_error_quark ())
GQuark yonder_signaling_error_quark (void);

#define YONDER_SIO_MAX_BUFFERED 200

typedef enum {
  YONDER_SIO_TRANSPORTS_BOTH,           /* WebSocket first, polling where that is blocked, with upgrade */
  YONDER_SIO_TRANSPORTS_WEBSOCKET,
  YONDER_SIO_TRANSPORTS_POLLING,
  YONDER_SIO_TRANSPORTS_POLLING_FIRST,  /* polling, then upgrade: what browsers do by default */
} YonderSioTransports;

#define YONDER_TYPE_SIO_CLIENT (yonder_sio_client_get_type ())
G_DECLARE_FINAL_TYPE (YonderSioClient, yonder_sio_client, YONDER, SIO_CLIENT, GObject)

typedef struct _YonderSioAck YonderSioAck; /* boxed; the answer that the server awaits to its event */
#define YONDER_TYPE_SIO_ACK (yonder_sio_ack_get_type ())
GType yonder_sio_ack_get_type (void);
void  yonder_sio_ack_send     (YonderSioAck *self, JsonNode *arguments, GPtrArray *attachments);

YonderSioClient *yonder_sio_client_new        (const char *uri, const char *path, const char *nsp, YonderClock *clock);
void     yonder_sio_client_set_auth           (YonderSioClient *self, JsonNode *auth);
void     yonder_sio_client_set_transports     (YonderSioClient *self, YonderSioTransports transports);
void     yonder_sio_client_set_tls_database   (YonderSioClient *self, GTlsDatabase *database);
void     yonder_sio_client_set_proxy_resolver (YonderSioClient *self, GProxyResolver *resolver);
void     yonder_sio_client_open               (YonderSioClient *self);
void     yonder_sio_client_close              (YonderSioClient *self);
void     yonder_sio_client_check              (YonderSioClient *self);
gboolean yonder_sio_client_is_connected       (YonderSioClient *self);
const char *yonder_sio_client_get_sid         (YonderSioClient *self);
const char *yonder_sio_client_get_transport   (YonderSioClient *self); /* "polling", "websocket" or NULL */
guint       yonder_sio_client_get_n_refused   (YonderSioClient *self); /* how many packets were refused so far */
JsonNode   *yonder_sio_client_get_refusal_data (YonderSioClient *self); /* (nullable): what came with the last CONNECT_ERROR */

gboolean yonder_sio_client_emit          (YonderSioClient *self, const char *name, JsonNode *arguments, GPtrArray *attachments,
                                          GError **error);
gboolean yonder_sio_client_emit_volatile (YonderSioClient *self, const char *name, JsonNode *arguments, GPtrArray *attachments,
                                          GError **error);
void     yonder_sio_client_call_async    (YonderSioClient *self, const char *name, JsonNode *arguments, GPtrArray *attachments,
                                          guint timeout_ms,
                                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
JsonArray *yonder_sio_client_call_finish (YonderSioClient *self, GAsyncResult *result, GPtrArray **attachments, GError **error);

G_END_DECLS
