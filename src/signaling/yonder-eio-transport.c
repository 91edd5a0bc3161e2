/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-eio-transport.h"

#include "yonder-server-address.h"
#include "yonder-signaling-error.h"

typedef struct {
  SoupSession *session;
  GUri        *uri; /* of the endpoint, http or https, without query */
  char        *host;
  char        *sid; /* (nullable) */
  guint        n_requests;
  gboolean     is_writable;
  gboolean     is_closed;
} YonderEioTransportPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (YonderEioTransport, yonder_eio_transport, G_TYPE_OBJECT)

#define PRIVATE(self) ((YonderEioTransportPrivate *) yonder_eio_transport_get_instance_private (self))

enum {
  PROP_0,
  PROP_SESSION,
  PROP_URI,
  N_PROPS
};

enum {
  PACKET,
  WRITABLE,
  PAUSED,
  ALIVE,
  CLOSED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
yonder_eio_transport_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  YonderEioTransportPrivate *priv = PRIVATE (YONDER_EIO_TRANSPORT (object));

  switch (id) {
  case PROP_SESSION:
    priv->session = g_value_dup_object (value);
    break;
  case PROP_URI:
    priv->uri = g_value_dup_boxed (value);
    priv->host = yonder_signaling_host_of (priv->uri);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_eio_transport_finalize (GObject *object)
{
  YonderEioTransportPrivate *priv = PRIVATE (YONDER_EIO_TRANSPORT (object));

  g_clear_object (&priv->session);
  g_clear_pointer (&priv->uri, g_uri_unref);
  g_clear_pointer (&priv->host, g_free);
  g_clear_pointer (&priv->sid, g_free);

  G_OBJECT_CLASS (yonder_eio_transport_parent_class)->finalize (object);
}

/* What a transport that cannot be paused, like a WebSocket, does: nothing is ever under way in it that could not be left. */
static void
pause_at_once (YonderEioTransport *self)
{
  yonder_eio_transport_done_pausing (self);
}

static void
yonder_eio_transport_class_init (YonderEioTransportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = yonder_eio_transport_set_property;
  object_class->finalize = yonder_eio_transport_finalize;
  klass->pause = pause_at_once;

  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, SOUP_TYPE_SESSION,
                                                  G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_URI] = g_param_spec_boxed ("uri", NULL, NULL, G_TYPE_URI,
                                             G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[PACKET] = g_signal_new ("packet", YONDER_TYPE_EIO_TRANSPORT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_POINTER);
  signals[WRITABLE] = g_signal_new ("writable", YONDER_TYPE_EIO_TRANSPORT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                    0);
  signals[PAUSED] = g_signal_new ("paused", YONDER_TYPE_EIO_TRANSPORT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ALIVE] = g_signal_new ("alive", YONDER_TYPE_EIO_TRANSPORT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CLOSED] = g_signal_new ("closed", YONDER_TYPE_EIO_TRANSPORT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_ERROR);
}

static void
yonder_eio_transport_init (YonderEioTransport *self)
{
}

/* Starts it; once only. "writable" tells that it is open. */
void
yonder_eio_transport_open (YonderEioTransport *self)
{
  YONDER_EIO_TRANSPORT_GET_CLASS (self)->open (self);
}

/**
 * yonder_eio_transport_send:
 * @self: a transport that is writable
 * @packets: (element-type YonderEioPacket): not empty
 *
 * Sends packets in this order. "writable" is emitted when more may follow, perhaps before this returns.
 */
void
yonder_eio_transport_send (YonderEioTransport *self, GPtrArray *packets)
{
  g_return_if_fail (yonder_eio_transport_is_writable (self) && packets->len > 0);

  YONDER_EIO_TRANSPORT_GET_CLASS (self)->send (self, packets);
}

/* Lets what is under way finish and begins nothing new; "paused" answers. */
void
yonder_eio_transport_pause (YonderEioTransport *self)
{
  YONDER_EIO_TRANSPORT_GET_CLASS (self)->pause (self);
}

/**
 * yonder_eio_transport_check:
 * @self: an open transport
 *
 * Asks the other end for a sign of life; "alive" is the answer.
 *
 * Returns: %FALSE where this transport cannot ask, or is known to be dead
 */
gboolean
yonder_eio_transport_check (YonderEioTransport *self)
{
  YonderEioTransportClass *class = YONDER_EIO_TRANSPORT_GET_CLASS (self);

  return class->check != NULL && class->check (self);
}

/* Ends it without a further signal; the server is told where that is possible at once. */
void
yonder_eio_transport_close (YonderEioTransport *self)
{
  YonderEioTransportPrivate *priv = PRIVATE (self);
  gboolean was_writable = priv->is_writable;

  if (priv->is_closed)
    return;

  priv->is_closed = TRUE;
  priv->is_writable = FALSE;
  YONDER_EIO_TRANSPORT_GET_CLASS (self)->close (self, was_writable);
}

gboolean
yonder_eio_transport_is_writable (YonderEioTransport *self)
{
  return PRIVATE (self)->is_writable;
}

const char *
yonder_eio_transport_get_name (YonderEioTransport *self)
{
  return YONDER_EIO_TRANSPORT_GET_CLASS (self)->name;
}

/* The session that requests from now on belong to. */
void
yonder_eio_transport_set_sid (YonderEioTransport *self, const char *sid)
{
  g_set_str (&PRIVATE (self)->sid, sid);
}

SoupSession *
yonder_eio_transport_get_session (YonderEioTransport *self)
{
  return PRIVATE (self)->session;
}

const char *
yonder_eio_transport_get_host (YonderEioTransport *self)
{
  return PRIVATE (self)->host;
}

gboolean
yonder_eio_transport_is_closed (YonderEioTransport *self)
{
  return PRIVATE (self)->is_closed;
}

gboolean
yonder_eio_transport_has_sid (YonderEioTransport *self)
{
  return PRIVATE (self)->sid != NULL;
}

/* A request to the endpoint (engine.io-protocol 4, "HTTP long-polling"). It is not redirected: the token that follows was given
 * for this server. The parameter t keeps caches on the way from answering. */
SoupMessage *
yonder_eio_transport_make_request (YonderEioTransport *self, const char *method)
{
  YonderEioTransportPrivate *priv = PRIVATE (self);
  g_autoptr (GString) query = g_string_new ("EIO=4&transport=");
  g_autoptr (GUri) uri = NULL;
  SoupMessage *message;

  g_string_append (query, yonder_eio_transport_get_name (self));
  if (priv->sid != NULL) {
    g_string_append (query, "&sid=");
    g_string_append_uri_escaped (query, priv->sid, NULL, FALSE);
  }
  g_string_append_printf (query, "&t=%" G_GINT64_MODIFIER "x.%u", g_get_real_time (), priv->n_requests++);

  uri = soup_uri_copy (priv->uri, SOUP_URI_QUERY, query->str, SOUP_URI_NONE);
  message = soup_message_new_from_uri (method, uri);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);

  return message;
}

void
yonder_eio_transport_set_writable (YonderEioTransport *self, gboolean writable)
{
  YonderEioTransportPrivate *priv = PRIVATE (self);

  if (priv->is_closed || priv->is_writable == writable)
    return;

  priv->is_writable = writable;
  if (writable)
    g_signal_emit (self, signals[WRITABLE], 0);
}

void
yonder_eio_transport_deliver (YonderEioTransport *self, YonderEioPacket *packet)
{
  if (!PRIVATE (self)->is_closed)
    g_signal_emit (self, signals[PACKET], 0, packet);
}

void
yonder_eio_transport_done_pausing (YonderEioTransport *self)
{
  if (!PRIVATE (self)->is_closed)
    g_signal_emit (self, signals[PAUSED], 0);
}

void
yonder_eio_transport_note_alive (YonderEioTransport *self)
{
  if (!PRIVATE (self)->is_closed)
    g_signal_emit (self, signals[ALIVE], 0);
}

/**
 * yonder_eio_transport_end:
 * @self: a transport
 * @error: (transfer full) (nullable): why
 *
 * Reports, once, that the transport has ended by itself.
 */
void
yonder_eio_transport_end (YonderEioTransport *self, GError *error)
{
  g_autoptr (GError) owned = error;
  YonderEioTransportPrivate *priv = PRIVATE (self);

  if (priv->is_closed)
    return;

  priv->is_closed = TRUE;
  priv->is_writable = FALSE;
  g_signal_emit (self, signals[CLOSED], 0, owned);
}
