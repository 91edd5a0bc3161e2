/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderDeviceMenu - the menus on the controls of a call in which another camera, microphone or loudspeaker is chosen.
 *
 * Holds the devices, so that the menus follow what is plugged in. What is chosen is remembered, and used by the calls that go on.
 * Thread: main context. Owned by the page of the call.
 */

#pragma once

#include <gio/gio.h>

#include "yonder-devices.h"

G_BEGIN_DECLS

#define YONDER_TYPE_DEVICE_MENU (yonder_device_menu_get_type ())
G_DECLARE_FINAL_TYPE (YonderDeviceMenu, yonder_device_menu, YONDER, DEVICE_MENU, GObject)

YonderDeviceMenu *yonder_device_menu_new         (YonderDevices *devices, GSettings *settings);
GMenuModel       *yonder_device_menu_get_cameras (YonderDeviceMenu *self); /* (transfer none) */
GMenuModel       *yonder_device_menu_get_sounds  (YonderDeviceMenu *self); /* (transfer none): microphones, and loudspeakers */
/* (transfer none): to be inserted as "device": camera, microphone and speaker, each with the id that is used as its state */
GActionGroup     *yonder_device_menu_get_actions (YonderDeviceMenu *self);
/* Uses this one from now on. */
void              yonder_device_menu_choose      (YonderDeviceMenu *self, YonderDevice *device);

G_END_DECLS
