/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One question to a provider of TURN credentials, of one or two requests, and its answer in words or as servers. Private to this
 * room. Thread: main context.
 */

#pragma once

#include "yonder-ice-account.h"

G_BEGIN_DECLS

void            yonder_ice_fetch_async  (const YonderIceProviderKind *kind, const char *base, GHashTable *values,
                                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
YonderIceLease *yonder_ice_fetch_finish (GAsyncResult *result, GError **error);

G_END_DECLS
