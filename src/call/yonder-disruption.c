/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-disruption.h"

#include <sys/socket.h>

/* chosen: a change of network comes as a burst, of routes and addresses, that is over by then */
#define SETTLE_MS 500

struct _YonderDisruption {
  GObject parent_instance;

  GNetworkMonitor      *monitor;
  YonderClock          *clock;
  GDBusConnection      *system_bus;   /* (nullable) */
  guint                 subscription; /* at it */
  YonderAddressFunction get_addresses;
  gpointer              addresses_data;

  char                 *addresses;
  gboolean              was_away;
  guint                 settle_timer;
};

G_DEFINE_FINAL_TYPE (YonderDisruption, yonder_disruption, G_TYPE_OBJECT)

enum {
  DISRUPTED,
  STIRRED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* The address that a packet to @host would be sent from. Connecting a datagram socket sends nothing. */
static char *
dup_source_address (const char *host)
{
  g_autoptr (GSocketAddress) remote = g_inet_socket_address_new_from_string (host, 9);
  g_autoptr (GSocket) socket = g_socket_new (g_socket_address_get_family (remote), G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GSocketAddress) local = NULL;

  if (socket == NULL || !g_socket_connect (socket, remote, NULL, NULL))
    return g_strdup ("none");
  local = g_socket_get_local_address (socket, NULL);
  if (!G_IS_INET_SOCKET_ADDRESS (local))
    return g_strdup ("none");
  return g_inet_address_to_string (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (local)));
}

/* Towards addresses that nobody has (RFC 5737, RFC 3849). */
static char *
dup_own_addresses (gpointer data)
{
  g_autofree char *v4 = dup_source_address ("192.0.2.1");
  g_autofree char *v6 = dup_source_address ("2001:db8::1");

  return g_strconcat (v4, " ", v6, NULL);
}

static gboolean
on_settled (gpointer user_data)
{
  g_autoptr (YonderDisruption) self = g_object_ref (YONDER_DISRUPTION (user_data));
  g_autofree char *addresses = NULL;
  gboolean has_moved;

  self->settle_timer = 0;
  if (!g_network_monitor_get_network_available (self->monitor)) {
    self->was_away = TRUE;
    return G_SOURCE_REMOVE;
  }

  addresses = self->get_addresses (self->addresses_data);
  has_moved = g_set_str (&self->addresses, addresses);
  if (!has_moved && !self->was_away) {
    g_signal_emit (self, signals[STIRRED], 0);
    return G_SOURCE_REMOVE;
  }

  g_debug ("The network is another one, or is back");
  self->was_away = FALSE;
  g_signal_emit (self, signals[DISRUPTED], 0);
  return G_SOURCE_REMOVE;
}

static void
settle (YonderDisruption *self)
{
  yonder_clock_clear (self->clock, &self->settle_timer);
  self->settle_timer = yonder_clock_add (self->clock, SETTLE_MS, on_settled, self, NULL);
}

static void
on_network_changed (YonderDisruption *self, gboolean is_available)
{
  self->was_away |= !is_available;
  settle (self);
}

/* org.freedesktop.login1.Manager: true before the computer sleeps, false when it has woken up. */
static void
on_prepare_for_sleep (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *signal,
                      GVariant *parameters, gpointer user_data)
{
  YonderDisruption *self = user_data;
  gboolean is_before = FALSE;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &is_before);
  if (is_before)
    return;
  self->was_away = TRUE;
  settle (self);
}

static void
yonder_disruption_dispose (GObject *object)
{
  YonderDisruption *self = YONDER_DISRUPTION (object);

  yonder_clock_clear (self->clock, &self->settle_timer);
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->system_bus, self->subscription);
  self->subscription = 0;
  g_clear_object (&self->system_bus);

  G_OBJECT_CLASS (yonder_disruption_parent_class)->dispose (object);
}

static void
yonder_disruption_finalize (GObject *object)
{
  YonderDisruption *self = YONDER_DISRUPTION (object);

  g_free (self->addresses);
  g_clear_object (&self->monitor);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (yonder_disruption_parent_class)->finalize (object);
}

static void
yonder_disruption_class_init (YonderDisruptionClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = yonder_disruption_dispose;
  object_class->finalize = yonder_disruption_finalize;

  signals[DISRUPTED] = g_signal_new ("disrupted", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[STIRRED] = g_signal_new ("stirred", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
yonder_disruption_init (YonderDisruption *self)
{
}

/**
 * yonder_disruption_new:
 * @monitor: what tells that the network changed
 * @clock: for letting it settle
 *
 * Returns: (transfer full): a watch over the network as it is now
 */
YonderDisruption *
yonder_disruption_new (GNetworkMonitor *monitor, YonderClock *clock)
{
  YonderDisruption *self = g_object_new (YONDER_TYPE_DISRUPTION, NULL);

  self->monitor = g_object_ref (monitor);
  self->clock = g_object_ref (clock);
  yonder_disruption_set_addresses (self, dup_own_addresses, NULL);
  g_signal_connect_object (monitor, "network-changed", G_CALLBACK (on_network_changed), self, G_CONNECT_SWAPPED);
  return self;
}

/* What tells the addresses of this computer, instead of the system. */
void
yonder_disruption_set_addresses (YonderDisruption *self, YonderAddressFunction function, gpointer data)
{
  self->get_addresses = function;
  self->addresses_data = data;
  g_free (self->addresses);
  self->addresses = function (data);
}

/**
 * yonder_disruption_watch_sleep:
 * @self: the watch
 * @system_bus: where systemd-logind is; where it is not, nothing comes
 *
 * Tells of a computer that has slept as well.
 */
void
yonder_disruption_watch_sleep (YonderDisruption *self, GDBusConnection *system_bus)
{
  g_return_if_fail (self->system_bus == NULL);

  self->system_bus = g_object_ref (system_bus);
  self->subscription = g_dbus_connection_signal_subscribe (system_bus, "org.freedesktop.login1", "org.freedesktop.login1.Manager",
                                                           "PrepareForSleep", "/org/freedesktop/login1", NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                                           on_prepare_for_sleep, self, NULL);
}

static void
on_system_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (YonderDisruption) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (bus != NULL)
    yonder_disruption_watch_sleep (self, bus);
  else
    g_debug ("No system bus, so nothing tells that the computer slept: %s", error->message);
}

/* The same with the system's own bus, once it is reached. */
void
yonder_disruption_watch_system (YonderDisruption *self)
{
  g_bus_get (G_BUS_TYPE_SYSTEM, NULL, on_system_bus, g_object_ref (self));
}
