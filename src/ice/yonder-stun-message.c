/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-stun-message.h"

#include <string.h>
#include <sys/random.h>

#include "yonder-foreign-text.h"
#include "yonder-stun-error.h"

#define MAGIC_COOKIE 0x2112a442u
/* RFC 8489 section 14.7 */
#define FINGERPRINT_XOR 0x5354554eu
#define SHA1_SIZE 20
#define ATTRIBUTE_HEADER 4
/* RFC 8489 sections 14.9 and 14.10 allow 763 bytes, and reason and software as much */
#define MAX_TEXT 763
/* RFC 8489 section 14.8 */
#define MIN_ERROR_CODE 300
#define MAX_ERROR_CODE 699

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_MALFORMED, message);
  return FALSE;
}

static guint16
read_u16 (const guint8 *at)
{
  return (guint16) (at[0] << 8 | at[1]);
}

static guint32
read_u32 (const guint8 *at)
{
  return (guint32) read_u16 (at) << 16 | read_u16 (at + 2);
}

static void
write_u16 (guint8 *at, guint value)
{
  at[0] = (guint8) (value >> 8);
  at[1] = (guint8) value;
}

static void
write_u32 (guint8 *at, guint32 value)
{
  write_u16 (at, value >> 16);
  write_u16 (at + 2, value & 0xffff);
}

static gsize
pad (gsize length)
{
  return (length + 3) & ~(gsize) 3;
}

/* The CRC-32 of ITU V.42, which the fingerprint is made of. */
static guint32
crc32_of (const guint8 *data, gsize length)
{
  guint32 crc = 0xffffffffu;

  for (gsize i = 0; i < length; i++) {
    crc ^= data[i];
    for (guint bit = 0; bit < 8; bit++)
      crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1u)));
  }
  return ~crc;
}

/* HMAC-SHA1 of @data with the length field that the message has when the integrity attribute is its last (RFC 8489 section
 * 14.5). */
static void
compute_integrity (const guint8 *data, gsize length, GBytes *key, guint8 *digest)
{
  gsize key_length, digest_length = SHA1_SIZE;
  const guint8 *key_data = g_bytes_get_data (key, &key_length);
  GHmac *hmac = g_hmac_new (G_CHECKSUM_SHA1, key_data, key_length);
  guint8 header[4];

  memcpy (header, data, sizeof header);
  write_u16 (header + 2, (guint) (length + ATTRIBUTE_HEADER + SHA1_SIZE - YONDER_STUN_HEADER_SIZE));
  g_hmac_update (hmac, header, sizeof header);
  g_hmac_update (hmac, data + sizeof header, (gssize) (length - sizeof header));
  g_hmac_get_digest (hmac, digest, &digest_length);
  g_hmac_unref (hmac);
}

/**
 * yonder_stun_frame_length:
 * @data: what came from a stream
 * @length: how much of it
 *
 * Finds the end of the first message of a stream: a STUN message (RFC 8489 section 6.2.2), or ChannelData with its padding (RFC
 * 8656 section 12.5).
 *
 * Returns: how many bytes it takes; 0 where more must come before that can be said; -1 where it is neither
 */
gssize
yonder_stun_frame_length (const guint8 *data, gsize length)
{
  if (length < 4)
    return 0;
  if (data[0] < 0x40)
    return read_u16 (data + 2) % 4 == 0 ? YONDER_STUN_HEADER_SIZE + read_u16 (data + 2) : -1;
  if (data[0] < 0x50)
    return (gssize) pad (4u + read_u16 (data + 2));
  return -1;
}

/* An address attribute, XORed or not (RFC 8489 sections 14.1 and 14.2). */
static GInetSocketAddress *
read_address (const guint8 *message, const guint8 *value, gsize length, gboolean is_xored)
{
  GSocketFamily family = length == 8 && value[1] == 1 ? G_SOCKET_FAMILY_IPV4
                         : length == 20 && value[1] == 2 ? G_SOCKET_FAMILY_IPV6 : G_SOCKET_FAMILY_INVALID;
  g_autoptr (GInetAddress) address = NULL;
  guint8 bytes[16];
  guint16 port;

  if (family == G_SOCKET_FAMILY_INVALID)
    return NULL;

  port = read_u16 (value + 2);
  memcpy (bytes, value + 4, length - 4);
  if (is_xored) {
    port ^= MAGIC_COOKIE >> 16;
    /* cookie and transaction id stand one after the other */
    for (gsize i = 0; i < length - 4; i++)
      bytes[i] ^= message[4 + i];
  }
  address = g_inet_address_new_from_bytes (bytes, family);
  return G_INET_SOCKET_ADDRESS (g_inet_socket_address_new (address, port));
}

/* Text to be sent back as it is, but bounded. */
static char *
read_text (const guint8 *value, gsize length)
{
  if (length > MAX_TEXT || memchr (value, '\0', length) != NULL)
    return NULL;
  return g_utf8_make_valid ((const char *) value, (gssize) length);
}

static gboolean
take_text (char **field, const guint8 *value, gsize length, GError **error)
{
  if (*field != NULL)
    return TRUE;
  *field = read_text (value, length);
  return *field != NULL || fail (error, "A text in a STUN message is too long, or is none");
}

/* For people alone. */
static gboolean
take_words (char **field, const guint8 *value, gsize length, GError **error)
{
  g_autofree char *text = NULL;

  if (*field != NULL)
    return TRUE;
  if (!take_text (&text, value, length, error))
    return FALSE;
  *field = yonder_foreign_text_clean (text, -1);
  return TRUE;
}

static gboolean
take_address (GInetSocketAddress **field, const guint8 *message, const guint8 *value, gsize length, gboolean is_xored,
              GError **error)
{
  if (*field != NULL)
    return TRUE;
  *field = read_address (message, value, length, is_xored);
  return *field != NULL || fail (error, "An address in a STUN message is none");
}

static gboolean
take_error_code (YonderStunMessage *self, const guint8 *value, gsize length, GError **error)
{
  guint code;

  if (self->error_code != 0)
    return TRUE;
  code = length >= 4 ? (value[2] & 7u) * 100 + value[3] : 0;
  if (code < MIN_ERROR_CODE || code > MAX_ERROR_CODE || value[3] > 99)
    return fail (error, "The error code in a STUN message is none");
  self->error_code = code;
  return take_words (&self->reason, value + 4, length - 4, error);
}

static gboolean
take_u32 (gint64 *field, const guint8 *value, gsize length, GError **error)
{
  if (length != 4)
    return fail (error, "A number in a STUN message has the wrong length");
  *field = read_u32 (value);
  return TRUE;
}

/* Of several attributes of a type the first counts (RFC 8489 section 14). */
static gboolean
take_attribute (YonderStunMessage *self, const guint8 *message, guint type, const guint8 *value, gsize length, GError **error)
{
  switch (type) {
    case YONDER_STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS:
      g_clear_object (&self->mapped);
      return take_address (&self->mapped, message, value, length, TRUE, error);
    case YONDER_STUN_ATTRIBUTE_MAPPED_ADDRESS:
      return take_address (&self->mapped, message, value, length, FALSE, error);
    case YONDER_STUN_ATTRIBUTE_XOR_RELAYED_ADDRESS:
      return take_address (&self->relayed, message, value, length, TRUE, error);
    case YONDER_STUN_ATTRIBUTE_XOR_PEER_ADDRESS:
      return take_address (&self->peer, message, value, length, TRUE, error);
    case YONDER_STUN_ATTRIBUTE_OTHER_ADDRESS:
      return take_address (&self->other, message, value, length, FALSE, error);
    case YONDER_STUN_ATTRIBUTE_ALTERNATE_SERVER:
      return take_address (&self->alternate, message, value, length, FALSE, error);
    case YONDER_STUN_ATTRIBUTE_ERROR_CODE:
      return take_error_code (self, value, length, error);
    case YONDER_STUN_ATTRIBUTE_REALM:
      return take_text (&self->realm, value, length, error);
    case YONDER_STUN_ATTRIBUTE_NONCE:
      return take_text (&self->nonce, value, length, error);
    case YONDER_STUN_ATTRIBUTE_SOFTWARE:
      return take_words (&self->software, value, length, error);
    case YONDER_STUN_ATTRIBUTE_LIFETIME:
      return take_u32 (&self->lifetime_s, value, length, error);
    case YONDER_STUN_ATTRIBUTE_DATA:
      if (self->data == NULL)
        self->data = g_bytes_new (value, length);
      return TRUE;
    case YONDER_STUN_ATTRIBUTE_MESSAGE_INTEGRITY:
      if (length != SHA1_SIZE)
        return fail (error, "The integrity of a STUN message has the wrong length");
      self->has_integrity = TRUE;
      self->integrity_at = (gsize) (value - message) - ATTRIBUTE_HEADER;
      return TRUE;
    case YONDER_STUN_ATTRIBUTE_FINGERPRINT:
      if (length != 4 || read_u32 (value) != (crc32_of (message, (gsize) (value - message) - ATTRIBUTE_HEADER) ^ FINGERPRINT_XOR))
        return fail (error, "The fingerprint of a STUN message is wrong");
      return TRUE;
    default:
      return TRUE;
  }
}

/* What comes behind the integrity is not protected by it: only the fingerprint may stand there (RFC 8489 section 14.5). */
static gboolean
read_attributes (YonderStunMessage *self, const guint8 *message, gsize length, GError **error)
{
  gsize at = YONDER_STUN_HEADER_SIZE;

  while (at < length) {
    guint type = read_u16 (message + at);
    gsize value_length = read_u16 (message + at + 2);

    if (pad (value_length) > length - at - ATTRIBUTE_HEADER)
      return fail (error, "An attribute of a STUN message is longer than the message");
    if ((!self->has_integrity || type == YONDER_STUN_ATTRIBUTE_FINGERPRINT) &&
        !take_attribute (self, message, type, message + at + ATTRIBUTE_HEADER, value_length, error))
      return FALSE;
    at += ATTRIBUTE_HEADER + pad (value_length);
  }
  return TRUE;
}

/**
 * yonder_stun_message_parse:
 * @bytes: one datagram, or one frame of a stream
 * @error: return location for a [error@Yonder.StunError]
 *
 * Reads a message. Attributes that are not known here are passed over, also those that a server thinks must be understood: they
 * do not change what is asked of it.
 *
 * Returns: (transfer full) (nullable): the message, or %NULL with %YONDER_STUN_ERROR_MALFORMED
 */
YonderStunMessage *
yonder_stun_message_parse (GBytes *bytes, GError **error)
{
  g_autoptr (YonderStunMessage) self = g_new0 (YonderStunMessage, 1);
  gsize length;
  const guint8 *message = g_bytes_get_data (bytes, &length);
  guint type;

  if (length < YONDER_STUN_HEADER_SIZE || message[0] >= 0x40 || read_u32 (message + 4) != MAGIC_COOKIE ||
      read_u16 (message + 2) % 4 != 0 || read_u16 (message + 2) != length - YONDER_STUN_HEADER_SIZE) {
    fail (error, "This is no STUN message");
    return NULL;
  }

  type = read_u16 (message);
  self->message_class = (YonderStunClass) ((type >> 4 & 1) | (type >> 7 & 2));
  self->method = (type & 0xf) | (type >> 1 & 0x70) | (type >> 2 & 0xf80);
  memcpy (self->id, message + 8, YONDER_STUN_ID_SIZE);
  self->lifetime_s = -1;
  self->bytes = g_bytes_ref (bytes);
  if (!read_attributes (self, message, length, error))
    return NULL;
  if (self->message_class == YONDER_STUN_CLASS_ERROR && self->error_code == 0) {
    fail (error, "A STUN error has no code");
    return NULL;
  }
  return g_steal_pointer (&self);
}

/**
 * yonder_stun_message_check_integrity:
 * @self: a message
 * @key: the key that both sides know
 *
 * Returns: whether the message has a MESSAGE-INTEGRITY, and whoever made it knows @key
 */
gboolean
yonder_stun_message_check_integrity (const YonderStunMessage *self, GBytes *key)
{
  const guint8 *message = g_bytes_get_data (self->bytes, NULL);
  guint8 digest[SHA1_SIZE];

  if (!self->has_integrity)
    return FALSE;
  compute_integrity (message, self->integrity_at, key, digest);
  return memcmp (digest, message + self->integrity_at + ATTRIBUTE_HEADER, SHA1_SIZE) == 0;
}

void
yonder_stun_message_free (YonderStunMessage *self)
{
  g_clear_object (&self->mapped);
  g_clear_object (&self->relayed);
  g_clear_object (&self->peer);
  g_clear_object (&self->other);
  g_clear_object (&self->alternate);
  g_clear_pointer (&self->data, g_bytes_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->reason);
  g_free (self->realm);
  g_free (self->nonce);
  g_free (self->software);
  g_free (self);
}

static void
update_length (GByteArray *message)
{
  write_u16 (message->data + 2, message->len - YONDER_STUN_HEADER_SIZE);
}

/**
 * yonder_stun_begin:
 * @message_class: what kind of message
 * @method: what it asks for
 * @id: its transaction, %YONDER_STUN_ID_SIZE bytes
 *
 * Returns: (transfer full): a message without attributes
 */
GByteArray *
yonder_stun_begin (YonderStunClass message_class, YonderStunMethod method, const guint8 *id)
{
  GByteArray *message = g_byte_array_new ();
  guint type = (method & 0xf) | (method & 0x70) << 1 | (method & 0xf80) << 2 |
               ((guint) message_class & 1) << 4 | ((guint) message_class & 2) << 7;

  g_byte_array_set_size (message, YONDER_STUN_HEADER_SIZE);
  write_u16 (message->data, type);
  write_u32 (message->data + 4, MAGIC_COOKIE);
  memcpy (message->data + 8, id, YONDER_STUN_ID_SIZE);
  update_length (message);
  return message;
}

void
yonder_stun_add (GByteArray *message, guint type, const void *value, gsize length)
{
  static const guint8 zeroes[4];
  guint8 header[ATTRIBUTE_HEADER];

  g_return_if_fail (message->len + ATTRIBUTE_HEADER + pad (length) <= G_MAXUINT16);

  write_u16 (header, type);
  write_u16 (header + 2, (guint) length);
  g_byte_array_append (message, header, sizeof header);
  if (length > 0)
    g_byte_array_append (message, value, (guint) length);
  if (pad (length) > length)
    g_byte_array_append (message, zeroes, (guint) (pad (length) - length));
  update_length (message);
}

void
yonder_stun_add_u32 (GByteArray *message, guint type, guint32 value)
{
  guint8 bytes[4];

  write_u32 (bytes, value);
  yonder_stun_add (message, type, bytes, sizeof bytes);
}

void
yonder_stun_add_string (GByteArray *message, guint type, const char *value)
{
  yonder_stun_add (message, type, value, strlen (value));
}

void
yonder_stun_add_address (GByteArray *message, guint type, GInetSocketAddress *address)
{
  GInetAddress *host = g_inet_socket_address_get_address (address);
  gsize size = g_inet_address_get_native_size (host);
  const guint8 *bytes = g_inet_address_to_bytes (host);
  guint8 value[20] = { 0 };

  value[1] = g_inet_address_get_family (host) == G_SOCKET_FAMILY_IPV6 ? 2 : 1;
  write_u16 (value + 2, g_inet_socket_address_get_port (address) ^ (MAGIC_COOKIE >> 16));
  for (gsize i = 0; i < size; i++)
    value[4 + i] = bytes[i] ^ message->data[4 + i];
  yonder_stun_add (message, type, value, 4 + size);
}

void
yonder_stun_add_integrity (GByteArray *message, GBytes *key)
{
  guint8 digest[SHA1_SIZE];

  compute_integrity (message->data, message->len, key, digest);
  yonder_stun_add (message, YONDER_STUN_ATTRIBUTE_MESSAGE_INTEGRITY, digest, sizeof digest);
}

void
yonder_stun_add_fingerprint (GByteArray *message)
{
  /* the length field already counts the fingerprint when it is computed */
  write_u16 (message->data + 2, message->len + 8 - YONDER_STUN_HEADER_SIZE);
  yonder_stun_add_u32 (message, YONDER_STUN_ATTRIBUTE_FINGERPRINT, crc32_of (message->data, message->len) ^ FINGERPRINT_XOR);
}

/* A transaction id that nobody on the way can guess (RFC 8489 section 5). */
void
yonder_stun_make_id (guint8 *id)
{
  /* Requests of up to 256 bytes are never cut short (getrandom(2)); only a signal during early boot can interrupt. */
  while (getrandom (id, YONDER_STUN_ID_SIZE, 0) != YONDER_STUN_ID_SIZE)
    ;
}

/**
 * yonder_stun_make_key:
 * @username: the user name
 * @realm: what the server named
 * @password: the password
 *
 * Deviation: names and passwords are taken as they are, without the profile of RFC 8265; nor do browsers, libnice and coturn use
 * it.
 *
 * Returns: (transfer full): the key of long-term credentials (RFC 8489 section 9.2.2)
 */
GBytes *
yonder_stun_make_key (const char *username, const char *realm, const char *password)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_MD5);
  guint8 digest[16];
  gsize length = sizeof digest;

  g_checksum_update (checksum, (const guchar *) username, -1);
  g_checksum_update (checksum, (const guchar *) ":", 1);
  g_checksum_update (checksum, (const guchar *) realm, -1);
  g_checksum_update (checksum, (const guchar *) ":", 1);
  g_checksum_update (checksum, (const guchar *) password, -1);
  g_checksum_get_digest (checksum, digest, &length);
  return g_bytes_new (digest, length);
}
