/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderNetworkCheck - everything that a call needs of the network and of this computer, tried step by step, and what it comes
 * to.
 *
 * The steps are a list in a fixed order; those that do not need one another run at once, so that a healthy network is done in
 * some 5 s and a dead one in less than 20. Can be cancelled, and run again: the steps are then new ones (the list says so). Runs
 * on sockets of its own, and through the helpers. Thread: main context. Owned by whoever shows it. Properties: is-running;
 * signal: finished ().
 */

#pragma once

#include "yonder-check-advice.h"
#include "yonder-check-helper.h"
#include "yonder-check-step.h"
#include "yonder-ice-server.h"

G_BEGIN_DECLS

#define YONDER_TYPE_NETWORK_CHECK (yonder_network_check_get_type ())
G_DECLARE_FINAL_TYPE (YonderNetworkCheck, yonder_network_check, YONDER, NETWORK_CHECK, GObject)

YonderNetworkCheck *yonder_network_check_new (YonderClock *clock);
/* What is checked; read when it begins. @servers: (nullable): of YonderIceServer */
void                yonder_network_check_set_servers      (YonderNetworkCheck *self, GListModel *servers);
void                yonder_network_check_set_tls_database (YonderNetworkCheck *self, GTlsDatabase *database);
/* @helper: (nullable): who does it; an errand without one is skipped */
void                yonder_network_check_set_helper       (YonderNetworkCheck *self, YonderCheckErrand errand,
                                                           YonderCheckHelper *helper);

GListModel         *yonder_network_check_get_steps        (YonderNetworkCheck *self); /* (transfer none): of YonderCheckStep */
gboolean            yonder_network_check_is_running       (YonderNetworkCheck *self);
void                yonder_network_check_start            (YonderNetworkCheck *self);
/* What runs is skipped, "cancelled"; "finished" comes at once, without an advice. */
void                yonder_network_check_cancel           (YonderNetworkCheck *self);

/* Once it is finished, and was not cancelled: */
const YonderCheckAdvice *yonder_network_check_get_advice  (YonderNetworkCheck *self); /* (nullable) */
const YonderNatKind     *yonder_network_check_get_nat     (YonderNetworkCheck *self);
double                   yonder_network_check_get_elapsed_ms (YonderNetworkCheck *self);
/* The attempts of the STUN and TURN steps. */
GPtrArray               *yonder_network_check_get_attempts (YonderNetworkCheck *self); /* (element-type YonderProbeAttempt) */

/* (transfer full): the report, as a table for people and as JSON; no credentials in it */
char *yonder_network_check_print_text (YonderNetworkCheck *self);
char *yonder_network_check_print_json (YonderNetworkCheck *self);

G_END_DECLS
