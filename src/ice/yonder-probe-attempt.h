/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderProbeAttempt - one URL of a server tried over one protocol, from the name lookup to the data that came back through the
 * relay.
 *
 * Runs once; what it learned stays readable. Thread: main context. Properties, for lists: title, state, detail (one line, no
 * secret in it).
 */

#pragma once

#include "yonder-clock.h"
#include "yonder-ice-server.h"
#include "yonder-stun-transport.h"
#include "yonder-turn-client.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_PROBE_WAITING,
  YONDER_PROBE_RUNNING,
  YONDER_PROBE_WORKS,
  YONDER_PROBE_DOUBTFUL, /* a relay was given, but data through it did not come back */
  YONDER_PROBE_FAILED,
} YonderProbeState;

GType yonder_probe_state_get_type (void);
#define YONDER_TYPE_PROBE_STATE (yonder_probe_state_get_type ())

#define YONDER_TYPE_PROBE_ATTEMPT (yonder_probe_attempt_get_type ())
G_DECLARE_FINAL_TYPE (YonderProbeAttempt, yonder_probe_attempt, YONDER, PROBE_ATTEMPT, GObject)

/* @uri is borrowed from @server */
YonderProbeAttempt *yonder_probe_attempt_new (YonderIceServer *server, const YonderIceUri *uri, YonderStunProtocol protocol,
                                              GTlsDatabase *tls_database, YonderClock *clock);
void     yonder_probe_attempt_run_async  (YonderProbeAttempt *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                          gpointer user_data);
/* FALSE with the reason where it FAILED; TRUE where it is DOUBTFUL */
gboolean yonder_probe_attempt_run_finish (YonderProbeAttempt *self, GAsyncResult *result, GError **error);

YonderIceServer    *yonder_probe_attempt_get_ice_server (YonderProbeAttempt *self); /* (transfer none) */
const YonderIceUri *yonder_probe_attempt_get_uri      (YonderProbeAttempt *self);
YonderStunProtocol  yonder_probe_attempt_get_protocol (YonderProbeAttempt *self);
gboolean            yonder_probe_attempt_is_turn      (YonderProbeAttempt *self);
YonderProbeState    yonder_probe_attempt_get_state    (YonderProbeAttempt *self);
char               *yonder_probe_attempt_dup_title    (YonderProbeAttempt *self);  /* "TURN over TCP" */
char               *yonder_probe_attempt_dup_detail   (YonderProbeAttempt *self);
const GError       *yonder_probe_attempt_get_error    (YonderProbeAttempt *self);  /* (nullable): why it failed, or is doubtful */
GInetSocketAddress *yonder_probe_attempt_get_server_address (YonderProbeAttempt *self); /* (nullable) */
GInetSocketAddress *yonder_probe_attempt_get_reflexive (YonderProbeAttempt *self); /* (nullable) */
GInetSocketAddress *yonder_probe_attempt_get_relayed  (YonderProbeAttempt *self);  /* (nullable) */
/* (nullable): where the server does RFC 5780 */
GInetSocketAddress *yonder_probe_attempt_get_other    (YonderProbeAttempt *self);
const char         *yonder_probe_attempt_get_software (YonderProbeAttempt *self);  /* (nullable) */
const char         *yonder_probe_attempt_get_tls_version (YonderProbeAttempt *self); /* (nullable) */
gint64              yonder_probe_attempt_get_rtt_us   (YonderProbeAttempt *self);  /* to the server, -1 */
gint64              yonder_probe_attempt_get_relay_rtt_us (YonderProbeAttempt *self); /* through the relay and back, -1 */
gint64              yonder_probe_attempt_get_elapsed_us (YonderProbeAttempt *self); /* -1 */

JsonNode *yonder_probe_attempt_to_json (YonderProbeAttempt *self); /* (transfer full) */

char *yonder_inet_socket_address_print (GInetSocketAddress *address); /* "192.0.2.1:3478", "[2001:db8::1]:3478" */

G_END_DECLS
