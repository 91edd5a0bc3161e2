/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderIceServerRow - one server of the user's list: what it is, what is wrong with it, its switch, Test, and what else can be done.
 *
 * Moves its entry within the list by itself; editing and removing are actions of the page around it (network.edit, network.remove). Drags
 * and takes other rows of the same list. Thread: main context.
 */

#pragma once

#include <adwaita.h>

#include "yonder-clock.h"
#include "yonder-ice-server-list.h"

G_BEGIN_DECLS

#define YONDER_TYPE_ICE_SERVER_ROW (yonder_ice_server_row_get_type ())
G_DECLARE_FINAL_TYPE (YonderIceServerRow, yonder_ice_server_row, YONDER, ICE_SERVER_ROW, AdwActionRow)

YonderIceServerRow *yonder_ice_server_row_new (YonderIceServerList *list, YonderIceEntry *entry, YonderClock *clock);

G_END_DECLS
