/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What kind of NAT stands between this computer and the network (RFC 4787), found out with STUN (RFC 5780).
 *
 * A server that does RFC 5780 tells mapping and filtering; of any other two the mapping can be told. Thread: main context.
 */

#pragma once

#include <gio/gio.h>

#include "yonder-clock.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_NAT_UNKNOWN,
  YONDER_NAT_NONE,                 /* mapping: our own address is seen outside */
  YONDER_NAT_ENDPOINT_INDEPENDENT,
  YONDER_NAT_ADDRESS_DEPENDENT,
  YONDER_NAT_ADDRESS_AND_PORT_DEPENDENT,
} YonderNatBehaviour;

typedef struct {
  YonderNatBehaviour mapping;
  YonderNatBehaviour filtering; /* UNKNOWN where the server cannot show it */
} YonderNatKind;

/* @server: a STUN server; @other: (nullable): its OTHER-ADDRESS; @second: (nullable): another server, where there is no @other */
void          yonder_nat_probe_async  (GInetSocketAddress *server, GInetSocketAddress *other, GInetSocketAddress *second,
                                       YonderClock *clock,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* FALSE: the first server did not answer */
gboolean      yonder_nat_probe_finish (GAsyncResult *result, YonderNatKind *kind, GError **error);

const char   *yonder_nat_behaviour_get_name (YonderNatBehaviour behaviour); /* for programs: "address-dependent" */
char         *yonder_nat_kind_describe      (const YonderNatKind *kind);    /* (transfer full): for people */

G_END_DECLS
