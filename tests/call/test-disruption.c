/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What counts as another network, what does not, and a computer that slept. */

#include "yonder-disruption.h"
#include "yonder-manual-clock.h"

/* A network that the test plugs and unplugs. */
#define TEST_TYPE_MONITOR (test_monitor_get_type ())
G_DECLARE_FINAL_TYPE (TestMonitor, test_monitor, TEST, MONITOR, GObject)

struct _TestMonitor {
  GObject  parent_instance;
  gboolean is_available;
};

enum {
  PROP_AVAILABLE = 1,
  PROP_METERED,
  PROP_CONNECTIVITY,
};

static void
test_monitor_init_monitor (GNetworkMonitorInterface *iface)
{
}

static gboolean
init_nothing (GInitable *initable, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
test_monitor_init_initable (GInitableIface *iface)
{
  iface->init = init_nothing;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestMonitor, test_monitor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, test_monitor_init_initable)
                               G_IMPLEMENT_INTERFACE (G_TYPE_NETWORK_MONITOR, test_monitor_init_monitor))

static void
test_monitor_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case PROP_AVAILABLE:
    g_value_set_boolean (value, TEST_MONITOR (object)->is_available);
    break;
  case PROP_METERED:
    g_value_set_boolean (value, FALSE);
    break;
  case PROP_CONNECTIVITY:
    g_value_set_enum (value, G_NETWORK_CONNECTIVITY_FULL);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
test_monitor_class_init (TestMonitorClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = test_monitor_get_property;
  g_object_class_override_property (object_class, PROP_AVAILABLE, "network-available");
  g_object_class_override_property (object_class, PROP_METERED, "network-metered");
  g_object_class_override_property (object_class, PROP_CONNECTIVITY, "connectivity");
}

static void
test_monitor_init (TestMonitor *self)
{
  self->is_available = TRUE;
}

typedef struct {
  YonderManualClock *clock;
  TestMonitor       *monitor;
  YonderDisruption  *disruption;
  const char        *addresses;
  guint              n_disrupted;
  guint              n_stirred;
} Fixture;

static char *
tell_addresses (gpointer data)
{
  return g_strdup (((Fixture *) data)->addresses);
}

static void
on_disrupted (Fixture *fixture)
{
  fixture->n_disrupted++;
}

static void
on_stirred (Fixture *fixture)
{
  fixture->n_stirred++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->clock = yonder_manual_clock_new ();
  fixture->monitor = g_object_new (TEST_TYPE_MONITOR, NULL);
  fixture->disruption = yonder_disruption_new (G_NETWORK_MONITOR (fixture->monitor), YONDER_CLOCK (fixture->clock));
  fixture->addresses = "192.0.2.7 none";
  yonder_disruption_set_addresses (fixture->disruption, tell_addresses, fixture);
  g_signal_connect_swapped (fixture->disruption, "disrupted", G_CALLBACK (on_disrupted), fixture);
  g_signal_connect_swapped (fixture->disruption, "stirred", G_CALLBACK (on_stirred), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->disruption);
  g_assert_cmpuint (yonder_manual_clock_count_timers (fixture->clock), ==, 0);
  g_assert_finalize_object (fixture->monitor);
  g_assert_finalize_object (fixture->clock);
}

static void
change (Fixture *fixture, gboolean is_available, const char *addresses)
{
  fixture->addresses = addresses;
  fixture->monitor->is_available = is_available;
  g_signal_emit_by_name (fixture->monitor, "network-changed", is_available);
}

static void
test_address (Fixture *fixture, gconstpointer data)
{
  /* A burst is one change, told when it is over. */
  change (fixture, TRUE, "198.51.100.7 none");
  yonder_manual_clock_advance (fixture->clock, 400);
  change (fixture, TRUE, "198.51.100.7 2001:db8::7");
  yonder_manual_clock_advance (fixture->clock, 499);
  g_assert_cmpuint (fixture->n_disrupted, ==, 0);
  yonder_manual_clock_advance (fixture->clock, 1);
  g_assert_cmpuint (fixture->n_disrupted, ==, 1);

  /* A bridge that comes up is none of our business, unless something does not work anyway. */
  g_assert_cmpuint (fixture->n_stirred, ==, 0);
  change (fixture, TRUE, "198.51.100.7 2001:db8::7");
  yonder_manual_clock_advance (fixture->clock, 5000);
  g_assert_cmpuint (fixture->n_disrupted, ==, 1);
  g_assert_cmpuint (fixture->n_stirred, ==, 1);
}

/* The cable is pulled, and plugged again: the same address, but what waited for the network must not wait longer. */
static void
test_away_and_back (Fixture *fixture, gconstpointer data)
{
  change (fixture, FALSE, "none none");
  yonder_manual_clock_advance (fixture->clock, 5000);
  g_assert_cmpuint (fixture->n_disrupted, ==, 0);
  change (fixture, TRUE, "192.0.2.7 none");
  yonder_manual_clock_advance (fixture->clock, 500);
  g_assert_cmpuint (fixture->n_disrupted, ==, 1);

  /* So short that it is over before it has settled. */
  change (fixture, FALSE, "none none");
  change (fixture, TRUE, "192.0.2.7 none");
  yonder_manual_clock_advance (fixture->clock, 500);
  g_assert_cmpuint (fixture->n_disrupted, ==, 2);
}

static gboolean
has_settling (Fixture *fixture)
{
  return yonder_manual_clock_count_timers (fixture->clock) > 0;
}

static void
say_sleep (GDBusConnection *bus, GVariant *parameters)
{
  g_autoptr (GError) error = NULL;

  g_dbus_connection_emit_signal (bus, NULL, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep", parameters,
                                 &error);
  g_assert_no_error (error);
}

static void
on_name (GDBusConnection *bus, const char *name, gpointer data)
{
  *(gboolean *) data = TRUE;
}

/* On a bus of the test's own, where the test is systemd-logind. */
static void
test_sleep (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GTestDBus) dbus = g_test_dbus_new (G_TEST_DBUS_NONE);
  GDBusConnection *bus, *logind;
  g_autoptr (GError) error = NULL;
  gboolean has_name = FALSE;
  guint owner;

  g_test_dbus_up (dbus);
  bus = g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (dbus),
                                                G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, &error);
  g_assert_no_error (error);
  logind = g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (dbus),
                                                   G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                   G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, &error);
  g_assert_no_error (error);
  yonder_disruption_watch_sleep (fixture->disruption, bus);
  owner = g_bus_own_name_on_connection (logind, "org.freedesktop.login1", G_BUS_NAME_OWNER_FLAGS_NONE, on_name, NULL, &has_name, NULL);
  while (!has_name)
    g_main_context_iteration (NULL, TRUE);

  say_sleep (logind, g_variant_new ("(b)", TRUE));
  say_sleep (logind, g_variant_new ("(s)", "nonsense"));
  say_sleep (logind, g_variant_new ("(b)", FALSE));
  while (!has_settling (fixture))
    g_main_context_iteration (NULL, TRUE);
  yonder_manual_clock_advance (fixture->clock, 500);
  g_assert_cmpuint (fixture->n_disrupted, ==, 1);

  /* It wakes up where there is no network: that is told when there is one. */
  fixture->monitor->is_available = FALSE;
  say_sleep (logind, g_variant_new ("(b)", FALSE));
  while (!has_settling (fixture))
    g_main_context_iteration (NULL, TRUE);
  yonder_manual_clock_advance (fixture->clock, 500);
  g_assert_cmpuint (fixture->n_disrupted, ==, 1);
  change (fixture, TRUE, "192.0.2.7 none");
  yonder_manual_clock_advance (fixture->clock, 500);
  g_assert_cmpuint (fixture->n_disrupted, ==, 2);

  g_bus_unown_name (owner);
  g_object_run_dispose (G_OBJECT (fixture->disruption));
  g_dbus_connection_close_sync (logind, NULL, NULL);
  g_dbus_connection_close_sync (bus, NULL, NULL);
  g_object_unref (logind);
  g_object_unref (bus);
  g_test_dbus_down (dbus);
}

/* With the real addresses of this computer, which stay as they are. */
static void
test_own_addresses (void)
{
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (TestMonitor) monitor = g_object_new (TEST_TYPE_MONITOR, NULL);
  g_autoptr (YonderDisruption) disruption = yonder_disruption_new (G_NETWORK_MONITOR (monitor), YONDER_CLOCK (clock));
  Fixture fixture = { 0 };

  g_signal_connect_swapped (disruption, "disrupted", G_CALLBACK (on_disrupted), &fixture);
  g_signal_emit_by_name (monitor, "network-changed", TRUE);
  yonder_manual_clock_advance (clock, 500);
  g_assert_cmpuint (fixture.n_disrupted, ==, 0);
}

#define ADD(path, function) g_test_add ("/disruption/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("address", test_address);
  ADD ("away-and-back", test_away_and_back);
  ADD ("sleep", test_sleep);
  g_test_add_func ("/disruption/own-addresses", test_own_addresses);
  return g_test_run ();
}
