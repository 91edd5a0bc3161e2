/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderIceServerList - the user's own STUN and TURN servers, in order, with switches: a GListModel of YonderIceEntry.
 *
 * Kept in a JSON file without credentials; those are in the Secret Service, or, where there is none, in memory for the session.
 * Every change is written by itself. A YonderIceProvider as well: what is switched on and complete can be used by calls.
 *
 * Thread: main context. Owned by whoever builds the object graph, who closes it before letting go. Properties: relay-only (rw),
 * is-loaded.
 */

#pragma once

#include "yonder-ice-entry.h"
#include "yonder-ice-provider.h"
#include "yonder-secrets.h"

G_BEGIN_DECLS

#define YONDER_TYPE_ICE_SERVER_LIST (yonder_ice_server_list_get_type ())
G_DECLARE_FINAL_TYPE (YonderIceServerList, yonder_ice_server_list, YONDER, ICE_SERVER_LIST, GObject)

/* chosen: libnice takes 8 TURN entries a component, so that more would only be carried about */
#define YONDER_ICE_SERVER_LIST_MAX 64

YonderIceServerList *yonder_ice_server_list_new            (const char *path, YonderSecrets *secrets);
void                 yonder_ice_server_list_load_async     (YonderIceServerList *self, GCancellable *cancellable,
                                                            GAsyncReadyCallback callback, gpointer user_data);
gboolean             yonder_ice_server_list_load_finish    (YonderIceServerList *self, GAsyncResult *result, GError **error);
gboolean             yonder_ice_server_list_is_loaded      (YonderIceServerList *self);
YonderSecrets       *yonder_ice_server_list_get_secrets    (YonderIceServerList *self);

gboolean             yonder_ice_server_list_insert         (YonderIceServerList *self, guint position, YonderIceEntry *entry);
void                 yonder_ice_server_list_update         (YonderIceServerList *self, YonderIceEntry *entry,
                                                            const char * const *urls,
                                                            const char *username, const char *credential);
guint                yonder_ice_server_list_remove         (YonderIceServerList *self, YonderIceEntry *entry);
gboolean             yonder_ice_server_list_find           (YonderIceServerList *self, YonderIceEntry *entry, guint *position);
void                 yonder_ice_server_list_move           (YonderIceServerList *self, YonderIceEntry *entry, guint position);
gboolean             yonder_ice_server_list_is_relay_only  (YonderIceServerList *self);
void                 yonder_ice_server_list_set_relay_only (YonderIceServerList *self, gboolean relay_only);
char                *yonder_ice_server_list_export         (YonderIceServerList *self);
void                 yonder_ice_server_list_close          (YonderIceServerList *self);

G_END_DECLS
