/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of YonderNetworkCheck, shared by the files that run it and that print it. */

#pragma once

#include "yonder-network-check.h"
#include "yonder-stun-client.h"

G_BEGIN_DECLS

struct _YonderNetworkCheck {
  GObject parent_instance;

  YonderClock       *clock;
  GListModel        *servers;      /* (nullable) */
  GTlsDatabase      *tls_database; /* (nullable) */
  YonderCheckHelper *helpers[YONDER_CHECK_WEBSOCKET + 1]; /* (nullable) each */
  GListStore        *steps;        /* of YonderCheckStep, by id */

  /* of one run */
  guint              run;          /* which one; what belongs to another comes too late */
  GCancellable      *cancellable;
  GPtrArray         *attempts;     /* (element-type YonderProbeAttempt) */
  GPtrArray         *addresses;    /* (element-type GInetSocketAddress): of all servers; port 0 where it takes no UDP */
  guint              n_names, n_names_waiting, n_names_lost;
  char              *name_error;   /* (nullable) */
  gboolean           has_turn;
  YonderNatKind      nat;
  YonderCheckAdvice *advice;       /* (nullable) */
  gint64             start_us;
  double             elapsed_ms;
  gboolean           is_running;
  gboolean           is_advancing;
};

YonderCheckStep *yonder_network_check_get_step (YonderNetworkCheck *self, YonderStepId id); /* (transfer none) */
void             yonder_network_check_run_step (YonderNetworkCheck *self, YonderStepId id);
void             yonder_network_check_advance  (YonderNetworkCheck *self);

G_END_DECLS
