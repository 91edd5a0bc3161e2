/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderIceLeases - what each source of ICE servers gave last, how long it lasts, and what all of it adds up to for a call.
 *
 * A part of YonderIceSources, which decides when whom to ask; nobody is asked here. Times are of the clock that goes on in
 * suspend. Thread: main context.
 */

#pragma once

#include "yonder-ice-config.h"
#include "yonder-ice-provider.h"

G_BEGIN_DECLS

/* One source and what it gave last. */
typedef struct {
  YonderIceProvider *provider;   /* (nullable) */
  YonderIceLease    *lease;      /* (nullable) */
  gint64             expires_us; /* of the lease; G_MAXINT64: never */
  gint64             renew_us;
} YonderIceSlot;

typedef struct {
  YonderIceSlot slots[YONDER_N_ICE_SOURCES];
} YonderIceLeases;

void             yonder_ice_slot_drop        (YonderIceSlot *self);
void             yonder_ice_slot_take        (YonderIceSlot *self, YonderIceLease *lease, gint64 now_us);
gboolean         yonder_ice_slot_is_valid    (const YonderIceSlot *self, gint64 now_us);
gboolean         yonder_ice_slot_has_servers (const YonderIceSlot *self);
char            *yonder_ice_slot_dup_title   (const YonderIceSlot *self);

/* @used: YONDER_N_ICE_SOURCES of them, whether the source's lease serves */
gboolean         yonder_ice_leases_are_enough  (const YonderIceLeases *self, const gboolean *used, guint source);
gint64           yonder_ice_leases_renew_us    (const YonderIceLeases *self, const gboolean *used);
void             yonder_ice_leases_peek        (YonderIceLeases *self, gboolean *used, gint64 now_us);
YonderIceConfig *yonder_ice_leases_make_config (const YonderIceLeases *self, const gboolean *used, gboolean relay_only,
                                                GPtrArray *failures);

G_END_DECLS
