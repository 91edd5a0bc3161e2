/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderIceProvider - somebody who gives STUN and TURN servers: the call server, a provider of short-lived credentials, the
 * user's list.
 *
 * An interface. What it gives is a YonderIceLease: servers, and how long their credentials last. Who asks which provider, and
 * when anew, is the business of YonderIceSources. Thread: main context.
 *
 * Signals: changed () - what a lease would hold now is not what it held before; ask again.
 */

#pragma once

#include "yonder-ice-server.h"

G_BEGIN_DECLS

/* Immutable, reference counted. */
#define YONDER_TYPE_ICE_LEASE (yonder_ice_lease_get_type ())
typedef struct _YonderIceLease YonderIceLease;
GType           yonder_ice_lease_get_type    (void);
YonderIceLease *yonder_ice_lease_new         (GListModel *servers, gint64 ttl_s);
YonderIceLease *yonder_ice_lease_ref         (YonderIceLease *self);
void            yonder_ice_lease_unref       (YonderIceLease *self);
GListModel     *yonder_ice_lease_get_servers (YonderIceLease *self); /* of YonderIceServer */
gint64          yonder_ice_lease_get_ttl_s   (YonderIceLease *self); /* -1: they do not run out, as far as is known */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderIceLease, yonder_ice_lease_unref)

#define YONDER_TYPE_ICE_PROVIDER (yonder_ice_provider_get_type ())
G_DECLARE_INTERFACE (YonderIceProvider, yonder_ice_provider, YONDER, ICE_PROVIDER, GObject)

struct _YonderIceProviderInterface {
  GTypeInterface parent_interface;

  char           *(*dup_title)    (YonderIceProvider *self);
  YonderIceLease *(*peek)         (YonderIceProvider *self);
  void            (*lease_async)  (YonderIceProvider *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);
  YonderIceLease *(*lease_finish) (YonderIceProvider *self, GAsyncResult *result, GError **error);
};

char           *yonder_ice_provider_dup_title    (YonderIceProvider *self);
YonderIceLease *yonder_ice_provider_peek         (YonderIceProvider *self);
void            yonder_ice_provider_lease_async  (YonderIceProvider *self, GCancellable *cancellable,
                                                  GAsyncReadyCallback callback, gpointer user_data);
YonderIceLease *yonder_ice_provider_lease_finish (YonderIceProvider *self, GAsyncResult *result, GError **error);
void            yonder_ice_provider_changed      (YonderIceProvider *self);

/* Servers that are known beforehand: from the environment, from the command line, public STUN. */
#define YONDER_TYPE_ICE_FIXED_PROVIDER (yonder_ice_fixed_provider_get_type ())
G_DECLARE_FINAL_TYPE (YonderIceFixedProvider, yonder_ice_fixed_provider, YONDER, ICE_FIXED_PROVIDER, GObject)

YonderIceProvider *yonder_ice_fixed_provider_new (const char *title, GListModel *servers);

G_END_DECLS
