/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderDisruption - tells that whatever goes over the network should be looked after: the computer has another address, the network is
 * back, or the computer has slept.
 *
 * It listens to a GNetworkMonitor and to systemd-logind. Not every change matters: a bridge or a container that comes and goes leaves the
 * way into the world as it was. Thread: main context. Signals: disrupted (), when the network is there again and has settled; stirred (),
 * when something changed, and the way into the world is the same: reason enough to try again what did not work, since the system does not
 * tell of every link that was down for a while.
 */

#pragma once

#include <gio/gio.h>

#include "yonder-clock.h"

G_BEGIN_DECLS

#define YONDER_TYPE_DISRUPTION (yonder_disruption_get_type ())
G_DECLARE_FINAL_TYPE (YonderDisruption, yonder_disruption, YONDER, DISRUPTION, GObject)

/* (transfer full): the addresses from which this computer reaches the world, in words that differ where they do. */
typedef char *(*YonderAddressFunction) (gpointer data);

YonderDisruption *yonder_disruption_new             (GNetworkMonitor *monitor, YonderClock *clock);
void              yonder_disruption_set_addresses   (YonderDisruption *self, YonderAddressFunction function, gpointer data);
void              yonder_disruption_watch_sleep     (YonderDisruption *self, GDBusConnection *system_bus);
void              yonder_disruption_watch_system    (YonderDisruption *self);

G_END_DECLS
