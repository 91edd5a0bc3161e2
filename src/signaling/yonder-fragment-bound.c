/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-fragment-bound.h"

#include "yonder-eio-transport.h"

#define EXTENSIONS "Sec-WebSocket-Extensions"
#define NAME "x-yonder-fragment-bound"

struct _YonderFragmentBound {
  SoupWebsocketExtension parent_instance;

  gsize length; /* of the message that is coming in */
};

G_DEFINE_FINAL_TYPE (YonderFragmentBound, yonder_fragment_bound, SOUP_TYPE_WEBSOCKET_EXTENSION)

/* RFC 6455 section 5.2: the low half of the first byte is the opcode; 0 continues a message, 8 and above are control frames. */
static GBytes *
yonder_fragment_bound_process_incoming_message (SoupWebsocketExtension *extension, guint8 *header, GBytes *payload,
                                                GError **error)
{
  YonderFragmentBound *self = YONDER_FRAGMENT_BOUND (extension);
  guint8 opcode = header[0] & 0x0f;

  if (opcode >= 8)
    return payload;
  self->length = (opcode == 0 ? self->length : 0) + g_bytes_get_size (payload);
  if (self->length <= YONDER_EIO_MAX_INCOMING)
    return payload;

  g_bytes_unref (payload);
  g_set_error_literal (error, SOUP_WEBSOCKET_ERROR, SOUP_WEBSOCKET_CLOSE_TOO_BIG, "The message is too large");
  return NULL;
}

static void
yonder_fragment_bound_class_init (YonderFragmentBoundClass *klass)
{
  SOUP_WEBSOCKET_EXTENSION_CLASS (klass)->name = NAME;
  SOUP_WEBSOCKET_EXTENSION_CLASS (klass)->process_incoming_message = yonder_fragment_bound_process_incoming_message;
}

static void
yonder_fragment_bound_init (YonderFragmentBound *self)
{
}

static void
on_got_informational (SoupMessage *handshake, gpointer data)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (handshake);

  /* In place of what the server may have thought up by itself: nothing was offered to it. */
  if (soup_message_get_status (handshake) == SOUP_STATUS_SWITCHING_PROTOCOLS)
    soup_message_headers_replace (headers, EXTENSIONS, NAME);
}

/**
 * yonder_fragment_bound_add_to:
 * @session: what will make WebSockets
 *
 * Lets @session know of the bound; once.
 */
void
yonder_fragment_bound_add_to (SoupSession *session)
{
  if (!soup_session_has_feature (session, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER))
    soup_session_add_feature_by_type (session, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
  soup_session_add_feature_by_type (session, YONDER_TYPE_FRAGMENT_BOUND);
}

/**
 * yonder_fragment_bound_prepare:
 * @handshake: a request of such a session, which soup_session_websocket_connect_async() is to be called with next
 *
 * Has the connection bounded that comes of @handshake.
 */
void
yonder_fragment_bound_prepare (SoupMessage *handshake)
{
  g_signal_connect (handshake, "got-informational", G_CALLBACK (on_got_informational), NULL);
}

/**
 * yonder_fragment_bound_hide:
 * @handshake: a request that soup_session_websocket_connect_async() was called with just now
 *
 * Takes back what libsoup wrote into the request: the server has nothing to do with it.
 */
void
yonder_fragment_bound_hide (SoupMessage *handshake)
{
  soup_message_headers_remove (soup_message_get_request_headers (handshake), EXTENSIONS);
}
