/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-sio-packet.h"

#include "yonder-json.h"

#include <string.h>

/* chosen: the reference has no bound */
#define MAX_NSP 256
/* Beyond 2^53 the reference, written in JavaScript, cannot tell ids apart. */
#define MAX_ID (G_GINT64_CONSTANT (1) << 53)

struct _YonderSioDecoder {
  YonderSioPacket *partial; /* (nullable): waits for attachments */
  guint            due;     /* how many */
  gsize            attached; /* bytes that have come */
  gsize            max_attached;
};

/* The words that socket.io keeps for its own signals; an event of that name would be taken for one. */
static const char * const reserved_names[] = {
  "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener", NULL
};

static gboolean
is_binary (YonderSioType type)
{
  return type == YONDER_SIO_BINARY_EVENT || type == YONDER_SIO_BINARY_ACK;
}

/**
 * yonder_sio_is_reserved_name:
 * @name: the name of an event
 *
 * Returns: whether no event may have that name
 */
gboolean
yonder_sio_is_reserved_name (const char *name)
{
  return g_strv_contains (reserved_names, name);
}

/**
 * yonder_sio_packet_new:
 * @type: what it is
 * @nsp: (nullable): the namespace, the main one if %NULL
 * @id: the acknowledgement's id, or -1
 * @data: (transfer full) (nullable): what it carries
 * @attachments: (transfer full) (nullable) (element-type GBytes): what the placeholders in @data stand for; the array frees its
 *   elements
 *
 * Returns: (transfer full): a packet
 */
YonderSioPacket *
yonder_sio_packet_new (YonderSioType type, const char *nsp, gint64 id, JsonNode *data, GPtrArray *attachments)
{
  YonderSioPacket *self = g_new0 (YonderSioPacket, 1);

  if (attachments != NULL && attachments->len > 0 && type == YONDER_SIO_EVENT)
    type = YONDER_SIO_BINARY_EVENT;
  else if (attachments != NULL && attachments->len > 0 && type == YONDER_SIO_ACK)
    type = YONDER_SIO_BINARY_ACK;
  if (is_binary (type) && attachments == NULL)
    attachments = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  self->type = type;
  self->nsp = g_strdup (nsp != NULL && *nsp != '\0' ? nsp : "/");
  self->id = id;
  self->data = data;
  self->attachments = attachments;
  return self;
}

void
yonder_sio_packet_free (YonderSioPacket *self)
{
  g_free (self->nsp);
  g_clear_pointer (&self->data, json_node_unref);
  g_clear_pointer (&self->attachments, g_ptr_array_unref);
  g_free (self);
}

/**
 * yonder_sio_packet_encode:
 * @self: a packet
 *
 * Writes the text part (socket.io-protocol 5, "Packet encoding"). The attachments are to follow, each as one binary message.
 *
 * Returns: (transfer full): the text
 */
char *
yonder_sio_packet_encode (const YonderSioPacket *self)
{
  GString *text = g_string_new (NULL);

  g_string_append_c (text, (char) ('0' + self->type));
  if (is_binary (self->type))
    g_string_append_printf (text, "%u-", self->attachments->len);
  if (strcmp (self->nsp, "/") != 0)
    g_string_append_printf (text, "%s,", self->nsp);
  if (self->id >= 0)
    g_string_append_printf (text, "%" G_GINT64_FORMAT, self->id);
  if (self->data != NULL) {
    g_autofree char *json = yonder_json_print (self->data);

    g_string_append (text, json);
  }
  return g_string_free (text, FALSE);
}

static gboolean
fail (GError **error, const char *message)
{
  g_set_error (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_MALFORMED, "Bad Socket.IO packet: %s", message);
  return FALSE;
}

/* The digits at @at, which is advanced behind them; -1 where there are none or the number is greater than @max. */
static gint64
read_number (const char **at, const char *end, gint64 max)
{
  gint64 number = -1;

  for (; *at < end && g_ascii_isdigit (**at); (*at)++) {
    number = MAX (number, 0) * 10 + g_ascii_digit_value (**at);
    if (number > max)
      return -1;
  }
  return number;
}

static gboolean
read_attachments (const char **at, const char *end, guint *count, GError **error)
{
  gint64 number = read_number (at, end, G_MAXUINT);

  if (number < 0 || *at == end || **at != '-')
    return fail (error, "the number of attachments is missing");
  (*at)++;
  if (number > YONDER_SIO_MAX_ATTACHMENTS) {
    g_set_error (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_TOO_LARGE, "A Socket.IO packet has more than %d attachments",
                 YONDER_SIO_MAX_ATTACHMENTS);
    return FALSE;
  }
  *count = (guint) number;
  return TRUE;
}

static gboolean
read_nsp (const char **at, const char *end, char **nsp, GError **error)
{
  const char *comma;

  if (*at == end || **at != '/') {
    *nsp = g_strdup ("/");
    return TRUE;
  }

  comma = memchr (*at, ',', end - *at);
  if (comma == NULL)
    comma = end;
  if (comma - *at > MAX_NSP)
    return fail (error, "the namespace is too long");
  *nsp = g_strndup (*at, comma - *at);
  *at = comma < end ? comma + 1 : end;
  return TRUE;
}

/* What the reference's isPayloadValid() asks, and that an event or acknowledgement has a payload at all. */
static gboolean
check_payload (YonderSioType type, JsonNode *data, GError **error)
{
  JsonNode *name;

  switch (type) {
  case YONDER_SIO_CONNECT:
    return data == NULL || JSON_NODE_HOLDS_OBJECT (data) || fail (error, "CONNECT carries something else than an object");
  case YONDER_SIO_DISCONNECT:
    return data == NULL || fail (error, "DISCONNECT carries data");
  case YONDER_SIO_CONNECT_ERROR:
    return data == NULL || JSON_NODE_HOLDS_OBJECT (data) || yonder_json_get_string (data, "", G_MAXSIZE, NULL) != NULL ||
           fail (error, "CONNECT_ERROR carries something else than an object");
  case YONDER_SIO_ACK:
  case YONDER_SIO_BINARY_ACK:
    return (data != NULL && JSON_NODE_HOLDS_ARRAY (data)) || fail (error, "an acknowledgement carries no array");
  case YONDER_SIO_EVENT:
  case YONDER_SIO_BINARY_EVENT:
  default:
    break;
  }

  name = data != NULL && JSON_NODE_HOLDS_ARRAY (data) ? yonder_json_find (data, "[0]") : NULL;
  if (name == NULL || !JSON_NODE_HOLDS_VALUE (name))
    return fail (error, "an event has no name");
  if (json_node_get_value_type (name) == G_TYPE_STRING)
    return !yonder_sio_is_reserved_name (json_node_get_string (name)) || fail (error, "an event has a reserved name");
  return json_node_get_value_type (name) != G_TYPE_BOOLEAN || fail (error, "an event has no name");
}

static gboolean check_placeholders (JsonNode *node, guint count);

static gboolean
check_object (JsonObject *object, guint count)
{
  JsonObjectIter iter;
  JsonNode *member = json_object_get_member (object, "_placeholder");
  gboolean is_placeholder = FALSE;
  const char *name;
  gint64 index;

  if (member != NULL && yonder_json_get_boolean (member, "", &is_placeholder, NULL) && is_placeholder)
    return count > 0 && yonder_json_get_int (json_object_get_member (object, "num"), "", 0, count - 1, &index, NULL);

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, &member)) {
    if (!check_placeholders (member, count))
      return FALSE;
  }
  return TRUE;
}

/* Whether every placeholder points at one of @count attachments. Recursion is bounded by YONDER_JSON_MAX_DEPTH. */
static gboolean
check_placeholders (JsonNode *node, guint count)
{
  JsonArray *array;

  if (JSON_NODE_HOLDS_OBJECT (node))
    return check_object (json_node_get_object (node), count);
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return TRUE;

  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    if (!check_placeholders (json_array_get_element (array, i), count))
      return FALSE;
  }
  return TRUE;
}

/* Valid JSON that is too large or too deep for us is told apart from what is no packet at all: a caller can go on after it. */
static JsonNode *
read_data (const char *at, const char *end, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  JsonNode *data = yonder_json_parse (at, end - at, G_MAXSIZE, &local_error);

  if (data == NULL && g_error_matches (local_error, YONDER_JSON_ERROR, YONDER_JSON_ERROR_TOO_DEEP))
    g_set_error_literal (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_TOO_LARGE, local_error->message);
  else if (data == NULL)
    fail (error, local_error->message);
  return data;
}

static YonderSioPacket *
decode_text (const char *text, gsize length, guint *n_attachments, GError **error)
{
  const char *at = text, *end = text + length;
  g_autofree char *nsp = NULL;
  g_autoptr (JsonNode) data = NULL;
  YonderSioType type;
  gint64 id = -1;

  *n_attachments = 0;
  if (length == 0 || *at < '0' || *at > '0' + YONDER_SIO_BINARY_ACK) {
    fail (error, "its type is unknown");
    return NULL;
  }
  type = (YonderSioType) (*at++ - '0');

  if (is_binary (type) && !read_attachments (&at, end, n_attachments, error))
    return NULL;
  if (!read_nsp (&at, end, &nsp, error))
    return NULL;
  if (at < end && g_ascii_isdigit (*at)) {
    id = read_number (&at, end, MAX_ID);
    if (id < 0) {
      fail (error, "the acknowledgement id is too large");
      return NULL;
    }
  }
  if (id < 0 && (type == YONDER_SIO_ACK || type == YONDER_SIO_BINARY_ACK)) {
    fail (error, "an acknowledgement has no id");
    return NULL;
  }
  if (at < end) {
    data = read_data (at, end, error);
    if (data == NULL)
      return NULL;
  }
  if (!check_payload (type, data, error))
    return NULL;
  if (is_binary (type) && !check_placeholders (data, *n_attachments)) {
    fail (error, "a placeholder stands for no attachment");
    return NULL;
  }
  return yonder_sio_packet_new (type, nsp, id, g_steal_pointer (&data), NULL);
}

/**
 * yonder_sio_decoder_new:
 * @max_attached: how many bytes the attachments of one packet may have, taken together
 *
 * Returns: (transfer full): a decoder for one connection
 */
YonderSioDecoder *
yonder_sio_decoder_new (gsize max_attached)
{
  YonderSioDecoder *self = g_new0 (YonderSioDecoder, 1);

  self->max_attached = max_attached;
  return self;
}

void
yonder_sio_decoder_free (YonderSioDecoder *self)
{
  yonder_sio_decoder_reset (self);
  g_free (self);
}

/**
 * yonder_sio_decoder_reset:
 * @self: the decoder
 *
 * Forgets a packet whose attachments have not all come: the connection is gone.
 */
void
yonder_sio_decoder_reset (YonderSioDecoder *self)
{
  g_clear_pointer (&self->partial, yonder_sio_packet_free);
  self->due = 0;
  self->attached = 0;
}

/**
 * yonder_sio_decoder_add_text:
 * @self: the decoder
 * @text: a text message
 * @length: its length in bytes, or -1 where it is NUL-terminated
 * @packet: (out) (transfer full) (nullable): the packet; %NULL while attachments are due
 * @error: return location for a [error@Yonder.WireError]
 *
 * Reads the text part of a packet, as strictly as the reference socket.io-parser 4.2.
 *
 * Returns: %TRUE, or %FALSE with @error set: %YONDER_WIRE_ERROR_MALFORMED, %YONDER_WIRE_ERROR_TOO_LARGE,
 *   %YONDER_WIRE_ERROR_UNEXPECTED while attachments are due. The packet they were due for is forgotten then, as after
 *   [func@Yonder.SioDecoder.reset].
 */
gboolean
yonder_sio_decoder_add_text (YonderSioDecoder *self, const char *text, gssize length, YonderSioPacket **packet, GError **error)
{
  g_autoptr (YonderSioPacket) decoded = NULL;
  guint n_attachments;

  *packet = NULL;
  if (self->due > 0) {
    g_set_error (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_UNEXPECTED, "Text came while %u attachments were due", self->due);
    yonder_sio_decoder_reset (self);
    return FALSE;
  }

  decoded = decode_text (text, length < 0 ? strlen (text) : (gsize) length, &n_attachments, error);
  if (decoded == NULL)
    return FALSE;
  if (n_attachments > 0) {
    self->partial = g_steal_pointer (&decoded);
    self->due = n_attachments;
  }
  *packet = g_steal_pointer (&decoded);
  return TRUE;
}

/**
 * yonder_sio_decoder_add_binary:
 * @self: the decoder
 * @bytes: (transfer none): a binary message
 * @packet: (out) (transfer full) (nullable): the packet; %NULL while more attachments are due
 * @error: return location for a [error@Yonder.WireError]
 *
 * Takes one attachment.
 *
 * Returns: %TRUE, or %FALSE with @error set: %YONDER_WIRE_ERROR_UNEXPECTED where none was due, %YONDER_WIRE_ERROR_TOO_LARGE where
 *   they are too large together; then the packet is forgotten
 */
gboolean
yonder_sio_decoder_add_binary (YonderSioDecoder *self, GBytes *bytes, YonderSioPacket **packet, GError **error)
{
  *packet = NULL;
  if (self->due == 0) {
    g_set_error_literal (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_UNEXPECTED, "An attachment came that was not announced");
    return FALSE;
  }

  if (g_bytes_get_size (bytes) > self->max_attached - self->attached) {
    g_set_error (error, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_TOO_LARGE,
                 "The attachments of a Socket.IO packet have more than %" G_GSIZE_FORMAT " bytes", self->max_attached);
    yonder_sio_decoder_reset (self);
    return FALSE;
  }
  self->attached += g_bytes_get_size (bytes);
  g_ptr_array_add (self->partial->attachments, g_bytes_ref (bytes));
  if (--self->due == 0) {
    self->attached = 0;
    *packet = g_steal_pointer (&self->partial);
  }
  return TRUE;
}
