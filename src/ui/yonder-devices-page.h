/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderDevicesPage - the page of the preferences about camera, microphone and loudspeaker: which, what is done to sound, and trying them out.
 *
 * Camera and microphone are open while it shows, and not a moment longer. Thread: main context; owned by the preferences dialog.
 */

#pragma once

#include <adwaita.h>

#include "yonder-clock.h"
#include "yonder-devices.h"

G_BEGIN_DECLS

#define YONDER_TYPE_DEVICES_PAGE (yonder_devices_page_get_type ())
G_DECLARE_FINAL_TYPE (YonderDevicesPage, yonder_devices_page, YONDER, DEVICES_PAGE, AdwPreferencesPage)

YonderDevicesPage *yonder_devices_page_new (GSettings *settings, YonderDevices *devices, YonderClock *clock);

G_END_DECLS
