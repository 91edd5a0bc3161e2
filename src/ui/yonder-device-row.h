/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderDeviceRow - a row of the preferences in which one of the devices of a kind is chosen; follows what is plugged in. Thread: main context. */

#pragma once

#include <adwaita.h>

#include "yonder-devices.h"

G_BEGIN_DECLS

#define YONDER_TYPE_DEVICE_ROW (yonder_device_row_get_type ())
G_DECLARE_FINAL_TYPE (YonderDeviceRow, yonder_device_row, YONDER, DEVICE_ROW, AdwComboRow)

/* Once. @key: of the settings, in which the choice is kept. Whoever shows the row has @devices held. */
void yonder_device_row_set_up (YonderDeviceRow *self, YonderDevices *devices, YonderDeviceKind kind, GSettings *settings, const char *key);

G_END_DECLS
