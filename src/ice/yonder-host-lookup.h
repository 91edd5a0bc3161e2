/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Looks up a host name within a bound of time. Thread: main context. Nothing here blocks. */

#pragma once

#include <gio/gio.h>

#include "yonder-clock.h"

G_BEGIN_DECLS

/* chosen: resolvers ask a second time after 1 to 5 s; who needs longer cannot be called */
#define YONDER_HOST_LOOKUP_MS 3000

void       yonder_host_lookup_async  (const char *host, YonderClock *clock, guint timeout_ms, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) (element-type GInetAddress): at least one; errors: YonderStunError */
GPtrArray *yonder_host_lookup_finish (GAsyncResult *result, GError **error);

G_END_DECLS
