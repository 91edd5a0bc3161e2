/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Socket.IO protocol 5: packets and their text and binary parts. Pure; no sockets, no main loop.
 *
 * Source: socket.io-protocol, revision 5. In a packet's data a binary value stands as the object
 * {"_placeholder": true, "num": n}, n being its index among the attachments.
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "yonder-eio-packet.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_SIO_CONNECT,
  YONDER_SIO_DISCONNECT,
  YONDER_SIO_EVENT,
  YONDER_SIO_ACK,
  YONDER_SIO_CONNECT_ERROR,
  YONDER_SIO_BINARY_EVENT,
  YONDER_SIO_BINARY_ACK,
} YonderSioType;

/* The reference parser's bound. */
#define YONDER_SIO_MAX_ATTACHMENTS 10

typedef struct {
  YonderSioType type;
  char         *nsp;         /* "/" for the main namespace */
  gint64        id;          /* acknowledgement id, or -1 */
  /* (nullable): object for CONNECT, object or string for CONNECT_ERROR, array for events and acknowledgements */
  JsonNode     *data;
  GPtrArray    *attachments; /* (nullable) (element-type GBytes): of binary packets, which always have one, if an empty one */
} YonderSioPacket;

/* Takes @data and @attachments. An event or acknowledgement with attachments becomes a binary one. */
YonderSioPacket *yonder_sio_packet_new  (YonderSioType type, const char *nsp, gint64 id, JsonNode *data, GPtrArray *attachments);
void             yonder_sio_packet_free (YonderSioPacket *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderSioPacket, yonder_sio_packet_free)

gboolean         yonder_sio_is_reserved_name (const char *name);

/* The text part; the attachments follow it, each as one binary message. */
char            *yonder_sio_packet_encode (const YonderSioPacket *self);

/* YonderSioDecoder - puts packets together from text and binary messages, in the order in which these came. */
typedef struct _YonderSioDecoder YonderSioDecoder;

YonderSioDecoder *yonder_sio_decoder_new        (gsize max_attached);
void              yonder_sio_decoder_free       (YonderSioDecoder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderSioDecoder, yonder_sio_decoder_free)
gboolean          yonder_sio_decoder_add_text   (YonderSioDecoder *self, const char *text, gssize length,
                                                 YonderSioPacket **packet, GError **error);
gboolean          yonder_sio_decoder_add_binary (YonderSioDecoder *self, GBytes *bytes,
                                                 YonderSioPacket **packet, GError **error);
void              yonder_sio_decoder_reset      (YonderSioDecoder *self);

G_END_DECLS
