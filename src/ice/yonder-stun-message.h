/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderStunMessage - STUN and TURN messages, bytes to fields and back (RFC 8489 sections 5 and 14, RFC 8656 section 18, RFC
 * 5780 section 7).
 *
 * Pure functions without sockets, usable on any thread. What comes in is hostile: a message that is not whole and well formed
 * never becomes a YonderStunMessage, and what an attribute says is bounded.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define YONDER_STUN_HEADER_SIZE 20
#define YONDER_STUN_ID_SIZE     12
#define YONDER_STUN_PORT        3478
#define YONDER_STUN_TLS_PORT    5349

typedef enum {
  YONDER_STUN_CLASS_REQUEST,
  YONDER_STUN_CLASS_INDICATION,
  YONDER_STUN_CLASS_SUCCESS,
  YONDER_STUN_CLASS_ERROR,
} YonderStunClass;

typedef enum {
  YONDER_STUN_METHOD_BINDING = 0x001,
  YONDER_STUN_METHOD_ALLOCATE = 0x003,
  YONDER_STUN_METHOD_REFRESH = 0x004,
  YONDER_STUN_METHOD_SEND = 0x006,
  YONDER_STUN_METHOD_DATA = 0x007,
  YONDER_STUN_METHOD_CREATE_PERMISSION = 0x008,
  YONDER_STUN_METHOD_CHANNEL_BIND = 0x009,
} YonderStunMethod;

typedef enum {
  YONDER_STUN_ATTRIBUTE_MAPPED_ADDRESS = 0x0001,
  YONDER_STUN_ATTRIBUTE_CHANGE_REQUEST = 0x0003,
  YONDER_STUN_ATTRIBUTE_USERNAME = 0x0006,
  YONDER_STUN_ATTRIBUTE_MESSAGE_INTEGRITY = 0x0008,
  YONDER_STUN_ATTRIBUTE_ERROR_CODE = 0x0009,
  YONDER_STUN_ATTRIBUTE_UNKNOWN_ATTRIBUTES = 0x000a,
  YONDER_STUN_ATTRIBUTE_CHANNEL_NUMBER = 0x000c,
  YONDER_STUN_ATTRIBUTE_LIFETIME = 0x000d,
  YONDER_STUN_ATTRIBUTE_XOR_PEER_ADDRESS = 0x0012,
  YONDER_STUN_ATTRIBUTE_DATA = 0x0013,
  YONDER_STUN_ATTRIBUTE_REALM = 0x0014,
  YONDER_STUN_ATTRIBUTE_NONCE = 0x0015,
  YONDER_STUN_ATTRIBUTE_XOR_RELAYED_ADDRESS = 0x0016,
  YONDER_STUN_ATTRIBUTE_REQUESTED_ADDRESS_FAMILY = 0x0017,
  YONDER_STUN_ATTRIBUTE_REQUESTED_TRANSPORT = 0x0019,
  YONDER_STUN_ATTRIBUTE_MESSAGE_INTEGRITY_SHA256 = 0x001c,
  YONDER_STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS = 0x0020,
  YONDER_STUN_ATTRIBUTE_SOFTWARE = 0x8022,
  YONDER_STUN_ATTRIBUTE_ALTERNATE_SERVER = 0x8023,
  YONDER_STUN_ATTRIBUTE_FINGERPRINT = 0x8028,
  YONDER_STUN_ATTRIBUTE_RESPONSE_ORIGIN = 0x802b,
  YONDER_STUN_ATTRIBUTE_OTHER_ADDRESS = 0x802c,
} YonderStunAttribute;

/* RFC 5780 section 7.2 */
#define YONDER_STUN_CHANGE_PORT    0x2
#define YONDER_STUN_CHANGE_ADDRESS 0x4

/* A message that came in. What it does not hold is NULL, -1 for the lifetime, 0 for the error code. */
typedef struct {
  YonderStunClass     message_class;
  guint               method;
  guint8              id[YONDER_STUN_ID_SIZE];
  GInetSocketAddress *mapped;    /* XOR-MAPPED-ADDRESS, or MAPPED-ADDRESS of an old server */
  GInetSocketAddress *relayed;
  GInetSocketAddress *peer;
  GInetSocketAddress *other;     /* OTHER-ADDRESS: the server does RFC 5780 */
  GInetSocketAddress *alternate;
  guint               error_code;
  char               *reason;    /* text for people, from the server */
  char               *realm;
  char               *nonce;
  char               *software;
  gint64              lifetime_s;
  GBytes             *data;
  gboolean            has_integrity;
  GBytes             *bytes;     /* the whole message */
  gsize               integrity_at;
} YonderStunMessage;

gssize             yonder_stun_frame_length            (const guint8 *data, gsize length);
YonderStunMessage *yonder_stun_message_parse           (GBytes *bytes, GError **error);
gboolean           yonder_stun_message_check_integrity (const YonderStunMessage *self, GBytes *key);
void               yonder_stun_message_free            (YonderStunMessage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderStunMessage, yonder_stun_message_free)

/* A message to be sent grows in a byte array; integrity comes last but for the fingerprint. */
GByteArray *yonder_stun_begin         (YonderStunClass message_class, YonderStunMethod method, const guint8 *id);
void        yonder_stun_add           (GByteArray *message, guint type, const void *value, gsize length);
void        yonder_stun_add_u32       (GByteArray *message, guint type, guint32 value);
void        yonder_stun_add_string    (GByteArray *message, guint type, const char *value);
void        yonder_stun_add_address   (GByteArray *message, guint type, GInetSocketAddress *address); /* XORed */
void        yonder_stun_add_integrity (GByteArray *message, GBytes *key);
void        yonder_stun_add_fingerprint (GByteArray *message);
void        yonder_stun_make_id       (guint8 *id);
GBytes     *yonder_stun_make_key      (const char *username, const char *realm, const char *password);

G_END_DECLS
