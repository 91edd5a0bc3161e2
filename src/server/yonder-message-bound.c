/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-message-bound.h"

#include "yonder-rate-limit.h"

/* Chosen: a client pings once in some seconds, if at all. libsoup answers each ping, and keeps the answers for one who does not
 * read. */
static const YonderRate control_rate = { 100, 2 };

struct _YonderMessageBound {
  SoupWebsocketExtension parent_instance;

  gsize        max_length;
  gsize        length; /* of the message that is coming in */
  YonderClock *clock;
  YonderBucket control; /* frames */
};

G_DEFINE_FINAL_TYPE (YonderMessageBound, yonder_message_bound, SOUP_TYPE_WEBSOCKET_EXTENSION)

/* RFC 6455 section 5.2: the low half of the first byte is the opcode; 0 continues a message, 8 and above are control frames. */
static GBytes *
yonder_message_bound_process_incoming_message (SoupWebsocketExtension *extension, guint8 *header, GBytes *payload, GError **error)
{
  YonderMessageBound *self = YONDER_MESSAGE_BOUND (extension);
  guint8 opcode = header[0] & 0x0f;

  if (opcode >= 8) {
    if (yonder_bucket_take (&self->control, &control_rate, yonder_clock_now_us (self->clock)))
      return payload;
    g_bytes_unref (payload);
    g_set_error_literal (error, SOUP_WEBSOCKET_ERROR, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "Too many control frames");
    return NULL;
  }
  self->length = (opcode == 0 ? self->length : 0) + g_bytes_get_size (payload);
  if (self->length <= self->max_length)
    return payload;
  g_bytes_unref (payload);
  g_set_error_literal (error, SOUP_WEBSOCKET_ERROR, SOUP_WEBSOCKET_CLOSE_TOO_BIG, "The message is too large");
  return NULL;
}

static void
yonder_message_bound_finalize (GObject *object)
{
  g_object_unref (YONDER_MESSAGE_BOUND (object)->clock);
  G_OBJECT_CLASS (yonder_message_bound_parent_class)->finalize (object);
}

static void
yonder_message_bound_class_init (YonderMessageBoundClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = yonder_message_bound_finalize;
  SOUP_WEBSOCKET_EXTENSION_CLASS (klass)->process_incoming_message = yonder_message_bound_process_incoming_message;
}

static void
yonder_message_bound_init (YonderMessageBound *self)
{
}

/**
 * yonder_message_bound_new:
 * @max_length: the most bytes of one message
 * @clock: for the rate of control frames
 *
 * Returns: (transfer full): a bound for one connection
 */
YonderMessageBound *
yonder_message_bound_new (gsize max_length, YonderClock *clock)
{
  YonderMessageBound *self = g_object_new (YONDER_TYPE_MESSAGE_BOUND, NULL);

  self->clock = g_object_ref (clock);
  self->max_length = max_length;
  return self;
}
