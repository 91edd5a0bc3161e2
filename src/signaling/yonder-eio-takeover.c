/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-eio-takeover.h"

struct _YonderEioTakeover {
  GObject parent_instance;

  YonderEioTransport *polling;
  YonderEioTransport *websocket; /* (nullable) once it is over */
  YonderClock        *clock;
  guint               timer;
  gboolean            is_pausing;
};

G_DEFINE_FINAL_TYPE (YonderEioTakeover, yonder_eio_takeover, G_TYPE_OBJECT)

enum {
  DONE,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Returns: (transfer full) (nullable): the WebSocket, nobody's any more */
static YonderEioTransport *
let_go (YonderEioTakeover *self)
{
  if (self->websocket == NULL)
    return NULL;

  yonder_clock_clear (self->clock, &self->timer);
  g_signal_handlers_disconnect_by_data (self->websocket, self);
  g_signal_handlers_disconnect_by_data (self->polling, self);
  return g_steal_pointer (&self->websocket);
}

static void
fail (YonderEioTakeover *self, const GError *error)
{
  g_autoptr (YonderEioTakeover) alive = g_object_ref (self);

  yonder_eio_takeover_stop (self);
  g_signal_emit (self, signals[FAILED], 0, error, self->is_pausing);
}

static void
on_paused (YonderEioTransport *polling, YonderEioTakeover *self)
{
  g_autoptr (YonderEioTakeover) alive = g_object_ref (self);
  g_autoptr (YonderEioTransport) websocket = let_go (self);

  if (websocket == NULL)
    return;
  self->is_pausing = FALSE;
  g_signal_emit (self, signals[DONE], 0, websocket);
}

static void
on_packet (YonderEioTransport *websocket, YonderEioPacket *packet, YonderEioTakeover *self)
{
  g_autofree char *text = yonder_eio_packet_dup_text (packet);

  if (self->is_pausing)
    return;
  if (packet->type != YONDER_EIO_PONG || g_strcmp0 (text, "probe") != 0) {
    fail (self, NULL);
    return;
  }

  self->is_pausing = TRUE;
  g_signal_connect_object (self->polling, "paused", G_CALLBACK (on_paused), self, G_CONNECT_DEFAULT);
  yonder_eio_transport_pause (self->polling);
}

static void
on_writable (YonderEioTransport *websocket, YonderEioTakeover *self)
{
  g_autoptr (GPtrArray) packets = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_eio_packet_free);

  g_ptr_array_add (packets, yonder_eio_packet_new (YONDER_EIO_PING, "probe"));
  yonder_eio_transport_send (websocket, packets);
}

static void
on_closed (YonderEioTransport *websocket, GError *error, YonderEioTakeover *self)
{
  fail (self, error);
}

static gboolean
on_timeout (gpointer data)
{
  YonderEioTakeover *self = data;

  self->timer = 0;
  fail (self, NULL);
  return G_SOURCE_REMOVE;
}

static void
yonder_eio_takeover_dispose (GObject *object)
{
  YonderEioTakeover *self = YONDER_EIO_TAKEOVER (object);

  yonder_eio_takeover_stop (self);
  g_clear_object (&self->polling);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (yonder_eio_takeover_parent_class)->dispose (object);
}

static void
yonder_eio_takeover_class_init (YonderEioTakeoverClass *class)
{
  G_OBJECT_CLASS (class)->dispose = yonder_eio_takeover_dispose;

  signals[DONE] = g_signal_new ("done", YONDER_TYPE_EIO_TAKEOVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                YONDER_TYPE_EIO_TRANSPORT);
  signals[FAILED] = g_signal_new ("failed", YONDER_TYPE_EIO_TAKEOVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                  G_TYPE_ERROR, G_TYPE_BOOLEAN);
}

static void
yonder_eio_takeover_init (YonderEioTakeover *self)
{
}

/**
 * yonder_eio_takeover_new:
 * @polling: the transport that has the session
 * @websocket: one of the same session that was not opened yet
 * @clock: tells when it took too long
 *
 * Returns: (transfer full): an upgrade that did not begin
 */
YonderEioTakeover *
yonder_eio_takeover_new (YonderEioTransport *polling, YonderEioTransport *websocket, YonderClock *clock)
{
  YonderEioTakeover *self = g_object_new (YONDER_TYPE_EIO_TAKEOVER, NULL);

  self->polling = g_object_ref (polling);
  self->websocket = g_object_ref (websocket);
  self->clock = g_object_ref (clock);
  return self;
}

/* Begins; "done" or "failed" answers within @timeout_ms. */
void
yonder_eio_takeover_start (YonderEioTakeover *self, guint timeout_ms)
{
  g_signal_connect_object (self->websocket, "packet", G_CALLBACK (on_packet), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->websocket, "writable", G_CALLBACK (on_writable), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->websocket, "closed", G_CALLBACK (on_closed), self, G_CONNECT_DEFAULT);
  self->timer = yonder_clock_add (self->clock, timeout_ms, on_timeout, self, NULL);
  yonder_eio_transport_open (self->websocket);
}

/* Gives it up without a signal. */
void
yonder_eio_takeover_stop (YonderEioTakeover *self)
{
  g_autoptr (YonderEioTransport) websocket = let_go (self);

  if (websocket != NULL)
    yonder_eio_transport_close (websocket);
}

/* Whether polling is being paused: what is written now would get lost between the two. */
gboolean
yonder_eio_takeover_is_pausing (YonderEioTakeover *self)
{
  return self->is_pausing;
}
