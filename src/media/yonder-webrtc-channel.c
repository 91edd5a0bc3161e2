/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-webrtc-channel.h"

#include "yonder-message-limit.h"
#include "yonder-post.h"

#define LABEL "yonder"

/* chosen: more than that in a queue is a path that carries nothing */
#define MAX_BUFFERED_BYTES (4 * YONDER_MESSAGE_LIMIT_BYTES)

/* What webrtcbin's thread works on; the channel's closures hold it, until they are disconnected. */
typedef struct {
  YonderPost           *post;
  GMutex                mutex;
  GstWebRTCDataChannel *channel; /* (nullable): the first of our label */
  YonderMessageLimit    limit;
} Intake;

struct _YonderWebrtcChannel {
  GObject parent_instance;

  Intake                 *intake;
  GstElement             *webrtcbin; /* (nullable): once closed */
  GstWebRTCDataChannel   *channel;   /* (nullable): once open */
  GstWebRTCDTLSTransport *checked;   /* (nullable): the transport whose certificate is the peer's */
  GQueue                  held;      /* (element-type utf8): what came before that was known */
  gboolean                is_ready;
};

enum {
  OPEN,
  SHUT,
  MESSAGE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (YonderWebrtcChannel, yonder_webrtc_channel, G_TYPE_OBJECT)

static void
intake_clear (gpointer data)
{
  Intake *intake = data;

  yonder_post_unref (intake->post);
  g_clear_object (&intake->channel);
  g_mutex_clear (&intake->mutex);
}

static void
intake_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, intake_clear);
}

static void
intake_closure_unref (gpointer data, GClosure *closure)
{
  intake_unref (data);
}

/* --- The main context --- */

/* A description may put the channel on a transport of its own, with a certificate that nobody has looked at. */
static gboolean
is_on_checked_transport (YonderWebrtcChannel *self)
{
  g_autoptr (GObject) sctp = NULL;
  g_autoptr (GstWebRTCDTLSTransport) transport = NULL;

  g_object_get (self->webrtcbin, "sctp-transport", &sctp, NULL);
  if (sctp != NULL)
    g_object_get (sctp, "transport", &transport, NULL);
  return transport != NULL && transport == self->checked;
}

static void
open_up (YonderWebrtcChannel *self)
{
  g_autoptr (YonderWebrtcChannel) alive = g_object_ref (self);
  char *text;

  if (self->channel != NULL || !self->is_ready || self->checked == NULL || self->webrtcbin == NULL)
    return;
  if (!is_on_checked_transport (self)) {
    g_message ("The data channel is not on the connection whose certificate was checked: it is not used");
    return;
  }

  g_mutex_lock (&self->intake->mutex);
  g_set_object (&self->channel, self->intake->channel);
  g_mutex_unlock (&self->intake->mutex);
  if (self->channel == NULL)
    return;

  g_signal_emit (self, signals[OPEN], 0);
  while ((text = g_queue_pop_head (&self->held)) != NULL) {
    g_signal_emit (self, signals[MESSAGE], 0, text);
    g_free (text);
  }
}

static void
take_open (gpointer object, gpointer data)
{
  YonderWebrtcChannel *self = object;

  self->is_ready = TRUE;
  open_up (self);
}

static void
take_shut (gpointer object, gpointer data)
{
  YonderWebrtcChannel *self = object;
  gboolean was_open = self->channel != NULL;

  self->is_ready = FALSE;
  g_clear_object (&self->channel);
  if (was_open && self->webrtcbin != NULL)
    g_signal_emit (self, signals[SHUT], 0);
}

static void
take_message (gpointer object, gpointer data)
{
  YonderWebrtcChannel *self = object;

  if (self->webrtcbin == NULL)
    return;
  if (self->channel != NULL)
    g_signal_emit (self, signals[MESSAGE], 0, data);
  else if (g_queue_get_length (&self->held) < YONDER_MESSAGE_LIMIT_BURST)
    g_queue_push_tail (&self->held, g_strdup (data));
}

/* --- webrtcbin's thread --- */

static void
on_open (GstWebRTCDataChannel *channel, Intake *intake)
{
  yonder_post_send (intake->post, take_open, NULL, NULL);
}

static void
on_close (GstWebRTCDataChannel *channel, Intake *intake)
{
  yonder_post_send (intake->post, take_shut, NULL, NULL);
}

static void
on_message_string (GstWebRTCDataChannel *channel, const char *text, Intake *intake)
{
  gboolean is_admitted;

  g_mutex_lock (&intake->mutex);
  is_admitted = yonder_message_limit_admit (&intake->limit, text, g_get_monotonic_time ());
  g_mutex_unlock (&intake->mutex);
  if (is_admitted)
    yonder_post_send (intake->post, take_message, g_strdup (text), g_free);
}

static void
adopt (Intake *intake, GstWebRTCDataChannel *channel)
{
  GstWebRTCDataChannelState state;
  gboolean is_first;

  g_mutex_lock (&intake->mutex);
  is_first = intake->channel == NULL;
  if (is_first)
    intake->channel = g_object_ref (channel);
  g_mutex_unlock (&intake->mutex);
  if (!is_first)
    return;

  g_signal_connect_data (channel, "on-open", G_CALLBACK (on_open), g_atomic_rc_box_acquire (intake), intake_closure_unref, 0);
  g_signal_connect_data (channel, "on-close", G_CALLBACK (on_close), g_atomic_rc_box_acquire (intake), intake_closure_unref, 0);
  g_signal_connect_data (channel, "on-message-string", G_CALLBACK (on_message_string), g_atomic_rc_box_acquire (intake),
                         intake_closure_unref, 0);
  g_object_get (channel, "ready-state", &state, NULL);
  if (state == GST_WEBRTC_DATA_CHANNEL_STATE_OPEN)
    yonder_post_send (intake->post, take_open, NULL, NULL);
}

static void
on_data_channel (GstElement *webrtcbin, GstWebRTCDataChannel *channel, Intake *intake)
{
  g_autofree char *label = NULL;

  g_object_get (channel, "label", &label, NULL);
  if (g_strcmp0 (label, LABEL) == 0)
    adopt (intake, channel);
}

/* --- The object --- */

static void
yonder_webrtc_channel_dispose (GObject *object)
{
  yonder_webrtc_channel_close (YONDER_WEBRTC_CHANNEL (object));

  G_OBJECT_CLASS (yonder_webrtc_channel_parent_class)->dispose (object);
}

static void
yonder_webrtc_channel_finalize (GObject *object)
{
  intake_unref (YONDER_WEBRTC_CHANNEL (object)->intake);

  G_OBJECT_CLASS (yonder_webrtc_channel_parent_class)->finalize (object);
}

static void
yonder_webrtc_channel_class_init (YonderWebrtcChannelClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GType type = G_TYPE_FROM_CLASS (class);

  object_class->dispose = yonder_webrtc_channel_dispose;
  object_class->finalize = yonder_webrtc_channel_finalize;

  signals[OPEN] = g_signal_new ("open", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SHUT] = g_signal_new ("shut", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MESSAGE] = g_signal_new ("message", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
yonder_webrtc_channel_init (YonderWebrtcChannel *self)
{
  g_queue_init (&self->held);
  self->intake = g_atomic_rc_box_new0 (Intake);
  self->intake->post = yonder_post_new (self);
  g_mutex_init (&self->intake->mutex);
  yonder_message_limit_init (&self->intake->limit, g_get_monotonic_time ());
}

/**
 * yonder_webrtc_channel_new:
 * @webrtcbin: (transfer none): a connection without descriptions
 *
 * Listens for the peer's channel from now on.
 *
 * Returns: (transfer full): the channel, not open
 */
YonderWebrtcChannel *
yonder_webrtc_channel_new (GstElement *webrtcbin)
{
  YonderWebrtcChannel *self = g_object_new (YONDER_TYPE_WEBRTC_CHANNEL, NULL);

  self->webrtcbin = gst_object_ref (webrtcbin);
  g_signal_connect_data (webrtcbin, "on-data-channel", G_CALLBACK (on_data_channel), g_atomic_rc_box_acquire (self->intake),
                         intake_closure_unref, 0);
  return self;
}

/**
 * yonder_webrtc_channel_offer:
 * @self: a channel whose connection has no description yet
 *
 * Has the offer ask for a channel. Without SCTP in this installation there is none, and the call is as good without it.
 */
void
yonder_webrtc_channel_offer (YonderWebrtcChannel *self)
{
  g_autoptr (GstElementFactory) encoder = gst_element_factory_find ("sctpenc");
  g_autoptr (GstElementFactory) decoder = gst_element_factory_find ("sctpdec");
  g_autoptr (GstWebRTCDataChannel) channel = NULL;

  if (encoder == NULL || decoder == NULL || self->webrtcbin == NULL)
    return;
  g_signal_emit_by_name (self->webrtcbin, "create-data-channel", LABEL, NULL, &channel);
  if (channel != NULL)
    adopt (self->intake, channel);
}

/**
 * yonder_webrtc_channel_allow:
 * @self: the channel
 * @checked: (transfer none): the transport whose certificate was found to be the peer's
 *
 * Lets texts through, in the order in which they came.
 */
void
yonder_webrtc_channel_allow (YonderWebrtcChannel *self, GstWebRTCDTLSTransport *checked)
{
  g_set_object (&self->checked, checked);
  open_up (self);
}

/**
 * yonder_webrtc_channel_send:
 * @self: the channel
 * @text: UTF-8 of at most `YONDER_MESSAGE_LIMIT_BYTES`
 *
 * Never waits.
 *
 * Returns: %FALSE where it cannot be sent: the channel is not open, or what was sent before has not left yet
 */
gboolean
yonder_webrtc_channel_send (YonderWebrtcChannel *self, const char *text)
{
  g_autoptr (GError) error = NULL;
  guint64 n_buffered;

  if (self->channel == NULL)
    return FALSE;
  g_object_get (self->channel, "buffered-amount", &n_buffered, NULL);
  if (n_buffered > MAX_BUFFERED_BYTES)
    return FALSE;
  if (gst_webrtc_data_channel_send_string_full (self->channel, text, &error))
    return TRUE;
  g_message ("A text was not sent: %s", error != NULL ? error->message : "the channel is closed");
  return FALSE;
}

/**
 * yonder_webrtc_channel_handle_error:
 * @self: the channel
 * @source: what has failed, in the same connection
 *
 * A browser that closes its connection aborts the association, which comes here as an error, and before word of the hang-up does. Sound and
 * picture do not need the channel, so its errors end nothing else: it is shut.
 *
 * Returns: whether the channel is all that has failed
 */
gboolean
yonder_webrtc_channel_handle_error (YonderWebrtcChannel *self, GstObject *source)
{
  static const char * const parts[] = { "sctpenc", "sctpdec", "appsrc", "appsink", NULL };
  GstElementFactory *factory = GST_IS_ELEMENT (source) ? gst_element_get_factory (GST_ELEMENT (source)) : NULL;

  if (factory == NULL || !g_strv_contains (parts, GST_OBJECT_NAME (factory)))
    return FALSE;
  take_shut (self, NULL);
  return TRUE;
}

/* No signal comes any more. Calling it again does nothing. */
void
yonder_webrtc_channel_close (YonderWebrtcChannel *self)
{
  g_autoptr (GstWebRTCDataChannel) adopted = NULL;
  g_autoptr (GstElement) webrtcbin = g_steal_pointer (&self->webrtcbin);

  if (webrtcbin == NULL)
    return;

  g_signal_handlers_disconnect_by_data (webrtcbin, self->intake);
  g_mutex_lock (&self->intake->mutex);
  adopted = g_steal_pointer (&self->intake->channel);
  g_mutex_unlock (&self->intake->mutex);
  if (adopted != NULL)
    g_signal_handlers_disconnect_by_data (adopted, self->intake);
  g_clear_object (&self->channel);
  g_clear_object (&self->checked);
  g_queue_clear_full (&self->held, g_free);
}
