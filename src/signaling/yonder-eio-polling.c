/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-eio-polling.h"

#include "yonder-http-exchange.h"
#include "yonder-signaling-error.h"

#define CONTENT_TYPE "text/plain;charset=UTF-8"

struct _YonderEioPolling {
  YonderEioTransport parent_instance;

  GCancellable *cancellable;
  gboolean      is_getting;
  gboolean      is_posting;
  gboolean      is_pausing;
};

G_DEFINE_FINAL_TYPE (YonderEioPolling, yonder_eio_polling, YONDER_TYPE_EIO_TRANSPORT)

static void start_get (YonderEioPolling *self);

static void
check_paused (YonderEioPolling *self)
{
  if (self->is_pausing && !self->is_getting && !self->is_posting)
    yonder_eio_transport_done_pausing (YONDER_EIO_TRANSPORT (self));
}

/* The body of a 200, or NULL after the transport was ended with the reason. */
static GBytes *
finish (YonderEioPolling *self, GObject *session, GAsyncResult *result)
{
  YonderEioTransport *transport = YONDER_EIO_TRANSPORT (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;
  SoupMessage *message;

  body = yonder_http_exchange_finish (SOUP_SESSION (session), result, &message, &error);
  if (body == NULL)
    yonder_eio_transport_end (transport, g_steal_pointer (&error));
  else if (soup_message_get_status (message) != SOUP_STATUS_OK)
    yonder_eio_transport_end (transport, yonder_signaling_error_from_status (message, body));
  else
    return g_steal_pointer (&body);

  return NULL;
}

static void
on_got (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderEioPolling) self = data;
  YonderEioTransport *transport = YONDER_EIO_TRANSPORT (self);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GPtrArray) packets = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *text;

  self->is_getting = FALSE;
  body = finish (self, source, result);
  if (body == NULL)
    return;

  text = g_bytes_get_data (body, &length);
  packets = yonder_eio_payload_decode (text != NULL ? text : "", (gssize) length, &error);
  if (packets == NULL) {
    yonder_eio_transport_end (transport, yonder_signaling_error_from_wire (error, yonder_eio_transport_get_host (transport),
                                                                           yonder_eio_transport_has_sid (transport)));
    return;
  }

  if (!self->is_posting)
    yonder_eio_transport_set_writable (transport, TRUE);
  for (guint i = 0; i < packets->len; i++)
    yonder_eio_transport_deliver (transport, g_ptr_array_index (packets, i));

  if (self->is_pausing)
    check_paused (self);
  else if (!yonder_eio_transport_is_closed (transport))
    start_get (self);
}

static void
start_get (YonderEioPolling *self)
{
  YonderEioTransport *transport = YONDER_EIO_TRANSPORT (self);
  g_autoptr (SoupMessage) message = yonder_eio_transport_make_request (transport, SOUP_METHOD_GET);

  self->is_getting = TRUE;
  yonder_http_exchange_async (yonder_eio_transport_get_session (transport), message, YONDER_EIO_MAX_INCOMING,
                              self->cancellable, on_got, g_object_ref (self));
}

static void
on_posted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderEioPolling) self = data;
  g_autoptr (GBytes) body = finish (self, source, result);

  self->is_posting = FALSE;
  if (body == NULL)
    return;

  if (self->is_pausing)
    check_paused (self);
  else
    yonder_eio_transport_set_writable (YONDER_EIO_TRANSPORT (self), TRUE);
}

static SoupMessage *
make_post (YonderEioPolling *self, GPtrArray *packets)
{
  g_autofree char *payload = yonder_eio_payload_encode (packets);
  g_autoptr (GBytes) bytes = g_bytes_new (payload, strlen (payload));
  SoupMessage *message = yonder_eio_transport_make_request (YONDER_EIO_TRANSPORT (self), SOUP_METHOD_POST);

  soup_message_set_request_body_from_bytes (message, CONTENT_TYPE, bytes);

  return message;
}

static void
yonder_eio_polling_open (YonderEioTransport *transport)
{
  start_get (YONDER_EIO_POLLING (transport));
}

static void
yonder_eio_polling_send (YonderEioTransport *transport, GPtrArray *packets)
{
  YonderEioPolling *self = YONDER_EIO_POLLING (transport);
  g_autoptr (SoupMessage) message = make_post (self, packets);

  self->is_posting = TRUE;
  yonder_eio_transport_set_writable (transport, FALSE);
  yonder_http_exchange_async (yonder_eio_transport_get_session (transport), message, YONDER_EIO_MAX_INCOMING,
                              self->cancellable, on_posted, g_object_ref (self));
}

static void
yonder_eio_polling_pause (YonderEioTransport *transport)
{
  YonderEioPolling *self = YONDER_EIO_POLLING (transport);

  self->is_pausing = TRUE;
  yonder_eio_transport_set_writable (transport, FALSE);
  check_paused (self);
}

/* Nobody waits for the answer to the close packet; the request keeps what it needs alive. */
static void
yonder_eio_polling_close (YonderEioTransport *transport, gboolean was_writable)
{
  YonderEioPolling *self = YONDER_EIO_POLLING (transport);

  g_cancellable_cancel (self->cancellable);
  if (was_writable && yonder_eio_transport_has_sid (transport)) {
    g_autoptr (GPtrArray) packets = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_eio_packet_free);
    g_autoptr (SoupMessage) message = NULL;

    g_ptr_array_add (packets, yonder_eio_packet_new (YONDER_EIO_CLOSE, ""));
    message = make_post (self, packets);
    soup_session_send_async (yonder_eio_transport_get_session (transport), message, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  }
}

static void
yonder_eio_polling_finalize (GObject *object)
{
  g_clear_object (&YONDER_EIO_POLLING (object)->cancellable);

  G_OBJECT_CLASS (yonder_eio_polling_parent_class)->finalize (object);
}

static void
yonder_eio_polling_class_init (YonderEioPollingClass *klass)
{
  YonderEioTransportClass *transport_class = YONDER_EIO_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = yonder_eio_polling_finalize;
  transport_class->name = "polling";
  transport_class->open = yonder_eio_polling_open;
  transport_class->send = yonder_eio_polling_send;
  transport_class->pause = yonder_eio_polling_pause;
  transport_class->close = yonder_eio_polling_close;
}

static void
yonder_eio_polling_init (YonderEioPolling *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * yonder_eio_polling_new:
 * @session: carries the requests
 * @uri: the endpoint, http or https
 *
 * Returns: (transfer full): a transport that was not opened yet
 */
YonderEioTransport *
yonder_eio_polling_new (SoupSession *session, GUri *uri)
{
  return g_object_new (YONDER_TYPE_EIO_POLLING, "session", session, "uri", uri, NULL);
}
