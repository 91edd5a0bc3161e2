/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderCameraAccess - asks the user for the camera through the desktop's Camera portal, where Yonder runs in a sandbox and sees none by itself.
 *
 * Asks when a camera is wanted until it was allowed once, and hands what it was given to YonderDevices. The desktop remembers a refusal and
 * tells it at once, until the user has changed their mind in the Settings. Outside of a sandbox it does nothing.
 * Thread: main context; owned by the application.
 */

#pragma once

#include "yonder-devices.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CAMERA_ACCESS (yonder_camera_access_get_type ())
G_DECLARE_FINAL_TYPE (YonderCameraAccess, yonder_camera_access, YONDER, CAMERA_ACCESS, GObject)

YonderCameraAccess *yonder_camera_access_new (YonderDevices *devices);

G_END_DECLS
