/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderIceServerDialog - types in a STUN or TURN server, or changes one; says what is wrong while one types.
 *
 * Puts the server into the list itself. Thread: main context.
 */

#pragma once

#include <adwaita.h>

#include "yonder-ice-server-list.h"

G_BEGIN_DECLS

#define YONDER_TYPE_ICE_SERVER_DIALOG (yonder_ice_server_dialog_get_type ())
G_DECLARE_FINAL_TYPE (YonderIceServerDialog, yonder_ice_server_dialog, YONDER, ICE_SERVER_DIALOG, AdwDialog)

YonderIceServerDialog *yonder_ice_server_dialog_new (YonderIceServerList *list, YonderIceEntry *entry);

G_END_DECLS
