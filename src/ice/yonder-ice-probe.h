/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderIceProbe - what one STUN or TURN server really gives from this network: every URL of it over every protocol that it
 * names, at once.
 *
 * Uses sockets of its own, never a call's. One probe, one answer: make a new one to ask again. Thread: main context.
 * Ownership: whoever awaits it; it keeps the server. Shows nothing: rows follow the attempts, or print the summary.
 */

#pragma once

#include "yonder-probe-attempt.h"

G_BEGIN_DECLS

#define YONDER_TYPE_ICE_PROBE (yonder_ice_probe_get_type ())
G_DECLARE_FINAL_TYPE (YonderIceProbe, yonder_ice_probe, YONDER, ICE_PROBE, GObject)

YonderIceProbe  *yonder_ice_probe_new          (YonderIceServer *server, GTlsDatabase *tls_database, YonderClock *clock);
YonderIceServer *yonder_ice_probe_get_server   (YonderIceProbe *self); /* (transfer none) */
/* (transfer none): of YonderProbeAttempt, in the order of the URLs */
GListModel      *yonder_ice_probe_get_attempts (YonderIceProbe *self);

void             yonder_ice_probe_run_async    (YonderIceProbe *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                                gpointer user_data);
gboolean         yonder_ice_probe_run_finish   (YonderIceProbe *self, GAsyncResult *result, GError **error);

/* The worst state of all, WAITING and RUNNING before all are done. */
YonderProbeState yonder_ice_probe_get_state    (YonderIceProbe *self);
char            *yonder_ice_probe_dup_summary  (YonderIceProbe *self); /* (transfer full): one sentence */

G_END_DECLS
