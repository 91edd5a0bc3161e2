/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-eio-packet.h"

#include "yonder-json.h"

#include <string.h>

#define SEPARATOR '\x1e'
#define BINARY_MARK 'b'

/* chosen: longer than every session id seen, short enough for a URL */
#define MAX_SID 256
/* chosen: a day; the usual values are 25 and 20 seconds */
#define MAX_PING_MS (24 * 60 * 60 * 1000)
/* chosen: 1 GiB; the usual value is 1000000 */
#define MAX_MAX_PAYLOAD (1024 * 1024 * 1024)
#define MAX_UPGRADES 16
#define MAX_HANDSHAKE (16 * 1024)

G_DEFINE_QUARK (yonder-wire-error-quark, yonder_wire_error)

static YonderEioPacket *
take_data (YonderEioType type, gboolean is_binary, GBytes *data)
{
  YonderEioPacket *self = g_new0 (YonderEioPacket, 1);

  self->type = type;
  self->is_binary = is_binary;
  self->data = data;
  return self;
}

/**
 * yonder_eio_packet_new:
 * @type: what it is
 * @text: (nullable): its data, UTF-8
 *
 * Returns: (transfer full): a packet that carries text
 */
YonderEioPacket *
yonder_eio_packet_new (YonderEioType type, const char *text)
{
  return take_data (type, FALSE, g_bytes_new (text, text != NULL ? strlen (text) : 0));
}

/**
 * yonder_eio_packet_new_binary:
 * @data: (transfer none): its data
 *
 * Returns: (transfer full): a message that carries bytes
 */
YonderEioPacket *
yonder_eio_packet_new_binary (GBytes *data)
{
  return take_data (YONDER_EIO_MESSAGE, TRUE, g_bytes_ref (data));
}

void
yonder_eio_packet_free (YonderEioPacket *self)
{
  g_bytes_unref (self->data);
  g_free (self);
}

/**
 * yonder_eio_packet_dup_text:
 * @self: a packet
 *
 * Returns: (transfer full): its data, NUL-terminated; "" where it has none
 */
char *
yonder_eio_packet_dup_text (const YonderEioPacket *self)
{
  gsize length;
  const char *data = g_bytes_get_data (self->data, &length);

  return g_strndup (data != NULL ? data : "", length);
}

static void
append_encoded (GString *text, const YonderEioPacket *packet)
{
  gsize length;
  const guchar *data = g_bytes_get_data (packet->data, &length);

  if (packet->is_binary) {
    g_autofree char *base64 = g_base64_encode (data, length);

    g_string_append_c (text, BINARY_MARK);
    g_string_append (text, base64);
  } else {
    g_string_append_c (text, (char) ('0' + packet->type));
    g_string_append_len (text, (const char *) data, length);
  }
}

/**
 * yonder_eio_packet_encode:
 * @self: a packet
 *
 * Writes @self as text, as in a polling payload. Over a WebSocket text packets look the same; a binary one is its bytes in a
 * frame of their own.
 *
 * Returns: (transfer full): the text
 */
char *
yonder_eio_packet_encode (const YonderEioPacket *self)
{
  GString *text = g_string_new (NULL);

  append_encoded (text, self);
  return g_string_free (text, FALSE);
}

/* The handshake of Engine.IO 3, which put the length before each packet ("97:0{…}"), or, for clients that take binary, 0 or 1,
 * the digits of the length as bytes, and 0xff. */
static gboolean
is_old_payload (const char *text, gsize length)
{
  gsize digits = 0;

  while (digits < length && digits < 10 && g_ascii_isdigit (text[digits]))
    digits++;
  if (digits > 0 && length - digits > 3 && memcmp (text + digits, ":0{", 3) == 0)
    return TRUE;

  return length > 2 && (guchar) text[0] <= 1 && (guchar) text[1] <= 9 &&
         memchr (text, 0xff, MIN (length, 12)) != NULL;
}

/* g_base64_decode() skips what it does not know; here every character must be right, and padding may be absent as in Node.js. */
static GBytes *
decode_base64 (const char *text, gsize length)
{
  g_autofree char *padded = NULL;
  guchar *bytes;
  gsize n_bytes, padded_length = length;

  while (length > 0 && padded_length - length < 2 && text[length - 1] == '=')
    length--;
  if (length < padded_length && padded_length % 4 != 0)
    return NULL;
  for (gsize i = 0; i < length; i++) {
    if (!g_ascii_isalnum (text[i]) && text[i] != '+' && text[i] != '/')
      return NULL;
  }
  if (length % 4 == 1)
    return NULL;

  padded = g_malloc (length + 3);
  memcpy (padded, text, length);
  strcpy (padded + length, length % 4 == 2 ? "==" : length % 4 == 3 ? "=" : "");
  bytes = g_base64_decode (padded, &n_bytes);
  return g_bytes_new_take (bytes, n_bytes);
}

static YonderEioPacket *
decode_packet (const char *text, gsize length, GError **error)
{
  GBytes *data;

  if (length == 0) {
    g_set_error_literal (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_MALFORMED, "An Engine.IO packet is empty");
    return NULL;
  }

  if (text[0] == BINARY_MARK) {
    data = decode_base64 (text + 1, length - 1);
    if (data != NULL)
      return take_data (YONDER_EIO_MESSAGE, TRUE, data);
    g_set_error_literal (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_MALFORMED, "A binary Engine.IO packet is not valid base64");
    return NULL;
  }

  if (text[0] < '0' || text[0] > '0' + YONDER_EIO_NOOP) {
    g_set_error (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_MALFORMED, "0x%02x is no type of an Engine.IO packet",
                 (guchar) text[0]);
    return NULL;
  }
  return take_data ((YonderEioType) (text[0] - '0'), FALSE, g_bytes_new (text + 1, length - 1));
}

static gboolean
check_text (const char *text, gsize length, GError **error)
{
  if (is_old_payload (text, length)) {
    g_set_error_literal (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_OLD_PROTOCOL,
                         "The other side speaks Engine.IO 3 (Socket.IO 2); version 4 (Socket.IO 3 or 4) is needed");
    return FALSE;
  }
  if (!g_utf8_validate_len (text, length, NULL)) {
    g_set_error_literal (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_MALFORMED, "Engine.IO text is not UTF-8");
    return FALSE;
  }
  return TRUE;
}

/* How many bytes of a polling payload it takes: binary data is base64 there, behind a "b". */
gsize
yonder_eio_packet_get_payload_size (const YonderEioPacket *self)
{
  gsize size = g_bytes_get_size (self->data);

  return self->is_binary ? 1 + (size + 2) / 3 * 4 : 1 + size;
}

/**
 * yonder_eio_packet_decode:
 * @text: one packet: a WebSocket text frame, or one part of a payload
 * @length: its length in bytes, or -1 where it is NUL-terminated
 * @error: return location for a [error@Yonder.WireError]
 *
 * Reads one packet (engine.io-protocol 4, "Packet encoding").
 *
 * Returns: (transfer full): the packet, or %NULL with @error set: %YONDER_WIRE_ERROR_MALFORMED, %YONDER_WIRE_ERROR_OLD_PROTOCOL
 */
YonderEioPacket *
yonder_eio_packet_decode (const char *text, gssize length, GError **error)
{
  gsize size = length < 0 ? strlen (text) : (gsize) length;

  return check_text (text, size, error) ? decode_packet (text, size, error) : NULL;
}

/**
 * yonder_eio_payload_encode:
 * @packets: (element-type YonderEioPacket): the packets, in order
 *
 * Returns: (transfer full): the body of a polling request or response
 */
char *
yonder_eio_payload_encode (GPtrArray *packets)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < packets->len; i++) {
    if (i > 0)
      g_string_append_c (text, SEPARATOR);
    append_encoded (text, packets->pdata[i]);
  }
  return g_string_free (text, FALSE);
}

/**
 * yonder_eio_payload_decode:
 * @text: the body of a polling request or response
 * @length: its length in bytes, or -1 where it is NUL-terminated
 * @error: return location for a [error@Yonder.WireError]
 *
 * Reads a payload. One bad packet makes all of it bad, as in the reference server, which then closes the session.
 *
 * Returns: (transfer full) (element-type YonderEioPacket): the packets, at least one, or %NULL with @error set:
 *   %YONDER_WIRE_ERROR_MALFORMED, %YONDER_WIRE_ERROR_TOO_LARGE (more than %YONDER_EIO_MAX_PACKETS),
 *   %YONDER_WIRE_ERROR_OLD_PROTOCOL
 */
GPtrArray *
yonder_eio_payload_decode (const char *text, gssize length, GError **error)
{
  g_autoptr (GPtrArray) packets = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_eio_packet_free);
  gsize size = length < 0 ? strlen (text) : (gsize) length;
  const char *end = text + size;

  if (!check_text (text, size, error))
    return NULL;

  for (const char *at = text;;) {
    const char *separator = memchr (at, SEPARATOR, end - at);
    const char *packet_end = separator != NULL ? separator : end;
    YonderEioPacket *packet = decode_packet (at, packet_end - at, error);

    if (packet == NULL)
      return NULL;
    g_ptr_array_add (packets, packet);
    if (separator == NULL)
      return g_steal_pointer (&packets);
    if (packets->len == YONDER_EIO_MAX_PACKETS) {
      g_set_error (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_TOO_LARGE, "A payload has more than %d packets",
                   YONDER_EIO_MAX_PACKETS);
      return NULL;
    }
    at = separator + 1;
  }
}

static gboolean
handshake_read (YonderEioHandshake *self, JsonNode *root, GError **error)
{
  const char *sid = yonder_json_get_string (root, "sid", MAX_SID, error);
  JsonArray *upgrades;
  gint64 interval, timeout, max_payload = 0;

  if (sid == NULL)
    return FALSE;
  if (*sid == '\0') {
    g_set_error_literal (error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_OUT_OF_RANGE, "sid is empty");
    return FALSE;
  }
  if (!yonder_json_get_int (root, "pingInterval", 1, MAX_PING_MS, &interval, error) ||
      !yonder_json_get_int (root, "pingTimeout", 1, MAX_PING_MS, &timeout, error))
    return FALSE;
  if (yonder_json_has (root, "maxPayload") &&
      !yonder_json_get_int (root, "maxPayload", 0, MAX_MAX_PAYLOAD, &max_payload, error))
    return FALSE;

  upgrades = yonder_json_get_array (root, "upgrades", MAX_UPGRADES, error);
  if (upgrades == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (upgrades); i++) {
    JsonNode *upgrade = json_array_get_element (upgrades, i);

    self->can_upgrade |= g_strcmp0 (yonder_json_get_string (upgrade, "", G_MAXSIZE, NULL), "websocket") == 0;
  }

  self->sid = g_strdup (sid);
  self->ping_interval_ms = (guint) interval;
  self->ping_timeout_ms = (guint) timeout;
  self->max_payload = (gsize) max_payload;
  return TRUE;
}

/**
 * yonder_eio_handshake_parse:
 * @json: the data of an open packet
 * @length: its length in bytes, or -1 where it is NUL-terminated
 * @error: return location for a [error@Yonder.WireError]
 *
 * Reads what the server says at the beginning (engine.io-protocol 4, "Handshake"). A server that tells no maxPayload has 0 there.
 *
 * Returns: (transfer full): the handshake, or %NULL with %YONDER_WIRE_ERROR_MALFORMED and the field that is wrong
 */
YonderEioHandshake *
yonder_eio_handshake_parse (const char *json, gssize length, GError **error)
{
  g_autoptr (YonderEioHandshake) self = g_new0 (YonderEioHandshake, 1);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (JsonNode) root = yonder_json_parse (json, length, MAX_HANDSHAKE, &local_error);

  if (root != NULL && handshake_read (self, root, &local_error))
    return g_steal_pointer (&self);

  g_set_error (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_MALFORMED, "Bad Engine.IO handshake: %s", local_error->message);
  return NULL;
}

/**
 * yonder_eio_handshake_print:
 * @self: what a server has to say
 *
 * Returns: (transfer full): the data of an open packet
 */
char *
yonder_eio_handshake_print (const YonderEioHandshake *self)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonArray *upgrades = json_array_new ();

  if (self->can_upgrade)
    json_array_add_string_element (upgrades, "websocket");
  json_object_set_string_member (object, "sid", self->sid);
  json_object_set_array_member (object, "upgrades", upgrades);
  json_object_set_int_member (object, "pingInterval", self->ping_interval_ms);
  json_object_set_int_member (object, "pingTimeout", self->ping_timeout_ms);
  json_object_set_int_member (object, "maxPayload", (gint64) self->max_payload);
  json_node_take_object (root, object);
  return yonder_json_print (root);
}

void
yonder_eio_handshake_free (YonderEioHandshake *self)
{
  g_free (self->sid);
  g_free (self);
}
