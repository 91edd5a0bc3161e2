/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderIceEntry - one row of the user's list of ICE servers: URLs, user name, credential, and whether it is switched on.
 *
 * It may be unfinished (a TURN server whose password is not known on this computer); to_server() gives what calls can use.
 * Thread: main context. Changed through YonderIceServerList, which keeps it.
 *
 * Properties (all notify): is-enabled (rw), title, subtitle, warning (nullable).
 */

#pragma once

#include "yonder-ice-server.h"

G_BEGIN_DECLS

#define YONDER_TYPE_ICE_ENTRY (yonder_ice_entry_get_type ())
G_DECLARE_FINAL_TYPE (YonderIceEntry, yonder_ice_entry, YONDER, ICE_ENTRY, GObject)

YonderIceEntry     *yonder_ice_entry_new            (const char *id, const char * const *urls, const char *username,
                                                     const char *credential);
const char         *yonder_ice_entry_get_id         (YonderIceEntry *self);
const char * const *yonder_ice_entry_get_urls       (YonderIceEntry *self);
const char         *yonder_ice_entry_get_username   (YonderIceEntry *self); /* (nullable) */
const char         *yonder_ice_entry_get_credential (YonderIceEntry *self); /* (nullable) */
gboolean            yonder_ice_entry_is_enabled     (YonderIceEntry *self);
gboolean            yonder_ice_entry_is_turn        (YonderIceEntry *self);
void                yonder_ice_entry_set_enabled    (YonderIceEntry *self, gboolean is_enabled);
void                yonder_ice_entry_set_server     (YonderIceEntry *self, const char * const *urls, const char *username,
                                                     const char *credential);
void                yonder_ice_entry_set_credential (YonderIceEntry *self, const char *credential);
char               *yonder_ice_entry_dup_title      (YonderIceEntry *self);
char               *yonder_ice_entry_dup_subtitle   (YonderIceEntry *self);
char               *yonder_ice_entry_dup_warning    (YonderIceEntry *self); /* (nullable) */
YonderIceServer    *yonder_ice_entry_to_server      (YonderIceEntry *self); /* (nullable) */

G_END_DECLS
