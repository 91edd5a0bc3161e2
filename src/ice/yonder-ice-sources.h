/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderIceSources - finds the STUN and TURN servers for calls, and keeps them fresh.
 *
 * Asks its sources in the order of YonderIceSource. The first one that has servers serves; where those do not relay, the next
 * ones are asked for a TURN server, and both are used. What the environment or the command line names stands alone. Public STUN
 * serves only where nobody else answered: a call server that says "none" is believed.
 *
 * Credentials are renewed at four fifths of their life, in a call as well; while a source does not answer, its last lease is
 * used as long as it lasts. Whoever starts a call waits YONDER_ICE_CALL_LIMIT_MS at most, and gets what there is then.
 *
 * Thread: main context. Owned by whoever builds the object graph. Properties: config (YonderIceConfig, nullable): what a call
 * would use now; notifies on every renewal.
 */

#pragma once

#include "yonder-clock.h"
#include "yonder-ice-config.h"
#include "yonder-ice-provider.h"

G_BEGIN_DECLS

/* chosen: nobody who clicked waits longer before the line rings */
#define YONDER_ICE_CALL_LIMIT_MS 3000
/* chosen: a source that takes longer is as good as dead */
#define YONDER_ICE_SOURCE_LIMIT_MS 10000

typedef enum {
  YONDER_ICE_POLICY_ALL,
  YONDER_ICE_POLICY_RELAY,
} YonderIcePolicy;

#define YONDER_TYPE_ICE_SOURCES (yonder_ice_sources_get_type ())
G_DECLARE_FINAL_TYPE (YonderIceSources, yonder_ice_sources, YONDER, ICE_SOURCES, GObject)

YonderIceSources *yonder_ice_sources_new          (YonderClock *clock);
void              yonder_ice_sources_set_provider (YonderIceSources *self, YonderIceSource source, YonderIceProvider *provider);
void              yonder_ice_sources_set_policy   (YonderIceSources *self, YonderIcePolicy policy);
YonderIceConfig  *yonder_ice_sources_get_config   (YonderIceSources *self); /* (nullable) */
void              yonder_ice_sources_refresh      (YonderIceSources *self);
void              yonder_ice_sources_freshen      (YonderIceSources *self);
YonderIceConfig  *yonder_ice_sources_dup_at_once  (YonderIceSources *self);
void              yonder_ice_sources_find_async   (YonderIceSources *self, GCancellable *cancellable,
                                                   GAsyncReadyCallback callback, gpointer user_data);
YonderIceConfig  *yonder_ice_sources_find_finish  (YonderIceSources *self, GAsyncResult *result, GError **error);
void              yonder_ice_sources_close        (YonderIceSources *self);

GListModel       *yonder_ice_public_stun_servers  (void);

G_END_DECLS
