/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which devices the user chose, in the settings: for each kind those that were chosen, the last one first, so that what was chosen at one desk is
 * taken again at it, and what was chosen at another is not forgotten. Functions. Thread: main context.
 */

#pragma once

#include <gio/gio.h>

#include "yonder-devices.h"

G_BEGIN_DECLS

/* Has @devices follow what the settings say. */
void        yonder_device_memory_attach  (GSettings *settings, YonderDevices *devices);

const char *yonder_device_memory_get_key (YonderDeviceKind kind);
/* An empty @id: the one that the system would take */
void        yonder_device_memory_choose  (GSettings *settings, const char *key, const char *id, const char *name);
GStrv       yonder_device_memory_dup_ids (GSettings *settings, const char *key);
/* The last choice: (out) (transfer full); empty where there was none */
void        yonder_device_memory_dup_choice (GSettings *settings, const char *key, char **id, char **name);

G_END_DECLS
