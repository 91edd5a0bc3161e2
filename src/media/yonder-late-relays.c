/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-late-relays.h"

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>
#include <nice/agent.h>

/* All media of a call are bundled in one. */
#define STREAM 1

typedef struct {
  char         *address;
  guint         port;
  char         *username;
  char         *credential;
  NiceRelayType type;
} Relay;

/* Shared with webrtcbin's thread. */
typedef struct {
  GMutex     lock;
  GPtrArray *relays; /* (nullable) (element-type Relay): NULL once they are handed over */
} Shelf;

struct _YonderLateRelays {
  Shelf   *shelf;
  GWeakRef webrtcbin;
  gulong   handler;
};

/* On the way to the agent, in its thread. */
typedef struct {
  GWeakRef      agent;
  GMainContext *context;
  GPtrArray    *relays; /* (element-type Relay) */
  gboolean      is_due; /* what the agent had to do before is done */
} Delivery;

static void
relay_free (gpointer data)
{
  Relay *relay = data;

  g_free (relay->address);
  g_free (relay->username);
  g_free (relay->credential);
  g_free (relay);
}

static void
shelf_clear (gpointer data)
{
  Shelf *shelf = data;

  g_clear_pointer (&shelf->relays, g_ptr_array_unref);
  g_mutex_clear (&shelf->lock);
}

static void
shelf_release (gpointer data, GClosure *closure)
{
  g_atomic_rc_box_release_full (data, shelf_clear);
}

static void
delivery_free (gpointer data)
{
  Delivery *delivery = data;

  g_weak_ref_clear (&delivery->agent);
  g_clear_pointer (&delivery->relays, g_ptr_array_unref);
  g_free (delivery);
}

static gboolean deliver (gpointer data);

static void
dispatch (Delivery *delivery)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver, delivery, delivery_free);
  g_source_attach (source, delivery->context);
}

/* In the agent's thread. The first time, it has just begun to look up the STUN server, which is an address and so takes it one turn of
 * its loop; the second time it has put that server first. */
static gboolean
deliver (gpointer data)
{
  Delivery *delivery = data;
  g_autoptr (GObject) agent = g_weak_ref_get (&delivery->agent);

  if (agent == NULL)
    return G_SOURCE_REMOVE;
  if (!delivery->is_due) {
    Delivery *next = g_new0 (Delivery, 1);

    g_weak_ref_init (&next->agent, agent);
    next->context = delivery->context;
    next->relays = g_steal_pointer (&delivery->relays);
    next->is_due = TRUE;
    dispatch (next);
    return G_SOURCE_REMOVE;
  }

  for (guint i = 0; i < delivery->relays->len; i++) {
    const Relay *relay = g_ptr_array_index (delivery->relays, i);

    if (!nice_agent_set_relay_info (NICE_AGENT (agent), STREAM, NICE_COMPONENT_TYPE_RTP, relay->address, relay->port, relay->username,
                                    relay->credential, relay->type))
      g_warning ("the TURN server %s was not accepted", relay->address);
  }
  return G_SOURCE_REMOVE;
}

/* In webrtcbin's thread, right after it told the agent to gather. */
static void
on_gathering (GstElement *webrtcbin, GParamSpec *pspec, gpointer data)
{
  Shelf *shelf = data;
  GstWebRTCICEGatheringState state = GST_WEBRTC_ICE_GATHERING_STATE_NEW;
  g_autoptr (GPtrArray) relays = NULL;
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;
  Delivery *delivery;

  g_object_get (webrtcbin, "ice-gathering-state", &state, NULL);
  if (state == GST_WEBRTC_ICE_GATHERING_STATE_NEW)
    return;
  g_mutex_lock (&shelf->lock);
  relays = g_steal_pointer (&shelf->relays);
  g_mutex_unlock (&shelf->lock);
  if (relays == NULL || relays->len == 0)
    return;

  g_object_get (webrtcbin, "ice-agent", &ice, NULL);
  g_object_get (ice, "agent", &agent, NULL);
  delivery = g_new0 (Delivery, 1);
  g_weak_ref_init (&delivery->agent, agent);
  g_object_get (agent, "main-context", &delivery->context, NULL);
  delivery->relays = g_steal_pointer (&relays);
  dispatch (delivery);
}

YonderLateRelays *
yonder_late_relays_new (GstElement *webrtcbin)
{
  YonderLateRelays *self = g_new0 (YonderLateRelays, 1);

  self->shelf = g_atomic_rc_box_new0 (Shelf);
  g_mutex_init (&self->shelf->lock);
  self->shelf->relays = g_ptr_array_new_with_free_func (relay_free);
  g_weak_ref_init (&self->webrtcbin, webrtcbin);
  self->handler = g_signal_connect_data (webrtcbin, "notify::ice-gathering-state", G_CALLBACK (on_gathering),
                                         g_atomic_rc_box_acquire (self->shelf), shelf_release, 0);
  return self;
}

void
yonder_late_relays_free (YonderLateRelays *self)
{
  g_autoptr (GstElement) webrtcbin = g_weak_ref_get (&self->webrtcbin);

  if (webrtcbin != NULL)
    g_signal_handler_disconnect (webrtcbin, self->handler);
  g_weak_ref_clear (&self->webrtcbin);
  g_atomic_rc_box_release_full (self->shelf, shelf_clear);
  g_free (self);
}

static void
add (GPtrArray *relays, const YonderIceUri *uri, const char *username, const char *credential, NiceRelayType type)
{
  g_ptr_array_add (relays, g_memdup2 (&(Relay) { g_strdup (uri->host), uri->port, g_strdup (username), g_strdup (credential), type },
                                      sizeof (Relay)));
}

/**
 * yonder_late_relays_add:
 * @self: the relays
 * @uri: a TURN server by its address, without TLS; one without transport is asked over UDP and over TCP
 * @username: its user name
 * @credential: its password
 *
 * Returns: whether it is kept until webrtcbin gathers; %FALSE where that has begun
 */
gboolean
yonder_late_relays_add (YonderLateRelays *self, const YonderIceUri *uri, const char *username, const char *credential)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->shelf->lock);

  if (self->shelf->relays == NULL)
    return FALSE;
  if (g_strcmp0 (uri->transport, "tcp") != 0)
    add (self->shelf->relays, uri, username, credential, NICE_RELAY_TYPE_TURN_UDP);
  if (g_strcmp0 (uri->transport, "udp") != 0)
    add (self->shelf->relays, uri, username, credential, NICE_RELAY_TYPE_TURN_TCP);
  return TRUE;
}
