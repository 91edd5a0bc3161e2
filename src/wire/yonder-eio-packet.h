/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Engine.IO protocol 4: packets, polling payloads and the handshake. Pure functions; no sockets, no main loop.
 *
 * Source: engine.io-protocol, revision 4. A packet of a WebSocket is one frame; a polling payload holds packets joined by 0x1e,
 * binary ones as "b" and base64.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  YONDER_WIRE_ERROR_MALFORMED,   /* the bytes are no packet of this protocol */
  YONDER_WIRE_ERROR_TOO_LARGE,
  YONDER_WIRE_ERROR_UNEXPECTED,  /* a packet that may not come now: text while attachments are due, say */
  YONDER_WIRE_ERROR_OLD_PROTOCOL, /* the other side speaks Engine.IO 3 / Socket.IO 2 */
} YonderWireError;

#define YONDER_WIRE_ERROR (yonder_wire_error_quark ())
GQuark yonder_wire_error_quark (void);

/* chosen: a megabyte of the shortest messages that make sense fits; a megabyte of pings does not */
#define YONDER_EIO_MAX_PACKETS 65536

typedef enum {
  YONDER_EIO_OPEN,
  YONDER_EIO_CLOSE,
  YONDER_EIO_PING,
  YONDER_EIO_PONG,
  YONDER_EIO_MESSAGE,
  YONDER_EIO_UPGRADE,
  YONDER_EIO_NOOP,
} YonderEioType;

/* One packet; a plain value that owns its data. */
typedef struct {
  YonderEioType type;
  gboolean      is_binary; /* only messages are */
  GBytes       *data;      /* never NULL; text is UTF-8, not NUL-terminated */
} YonderEioPacket;

YonderEioPacket *yonder_eio_packet_new        (YonderEioType type, const char *text);
YonderEioPacket *yonder_eio_packet_new_binary (GBytes *data);
void             yonder_eio_packet_free       (YonderEioPacket *self);
char            *yonder_eio_packet_dup_text   (const YonderEioPacket *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderEioPacket, yonder_eio_packet_free)

char            *yonder_eio_packet_encode     (const YonderEioPacket *self);
YonderEioPacket *yonder_eio_packet_decode     (const char *text, gssize length, GError **error);
gsize            yonder_eio_packet_get_payload_size (const YonderEioPacket *self);
char            *yonder_eio_payload_encode    (GPtrArray *packets);
GPtrArray       *yonder_eio_payload_decode    (const char *text, gssize length, GError **error);

/* What the server's open packet says. */
typedef struct {
  char    *sid;
  gboolean can_upgrade; /* "websocket" is among the upgrades */
  guint    ping_interval_ms;
  guint    ping_timeout_ms;
  gsize    max_payload; /* bytes; 0 where the server does not say */
} YonderEioHandshake;

YonderEioHandshake *yonder_eio_handshake_parse (const char *json, gssize length, GError **error);
char               *yonder_eio_handshake_print (const YonderEioHandshake *self);
void                yonder_eio_handshake_free  (YonderEioHandshake *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderEioHandshake, yonder_eio_handshake_free)

G_END_DECLS
