/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderCheckStep - one step of the network check: what is tried, how it went, how long it took.
 *
 * Written by YonderNetworkCheck, followed by whoever shows it. Thread: main context. Properties: title, state, detail,
 * elapsed-ms.
 */

#pragma once

#include <gio/gio.h>

#include "yonder-clock.h"

G_BEGIN_DECLS

/* In the order of the ladder. */
typedef enum {
  YONDER_STEP_NAMES,
  YONDER_STEP_SERVER_HTTP,
  YONDER_STEP_SERVER_WEBSOCKET,
  YONDER_STEP_STUN_UDP,
  YONDER_STEP_TURN_UDP,
  YONDER_STEP_TURN_TCP,
  YONDER_STEP_TURN_TLS,
  YONDER_STEP_NAT,
  YONDER_STEP_HIGH_PORTS,
  YONDER_STEP_IPV6,
  YONDER_STEP_LOOP_CALL,
  YONDER_STEP_CAMERA,
  YONDER_STEP_MICROPHONE,
  YONDER_STEP_OFFER,
  YONDER_N_STEPS
} YonderStepId;

typedef enum {
  YONDER_STEP_WAITING,
  YONDER_STEP_RUNNING,
  YONDER_STEP_PASSED,
  YONDER_STEP_WARNING,
  YONDER_STEP_FAILED,
  YONDER_STEP_SKIPPED, /* there is nothing to try; the detail says why */
} YonderStepState;

GType yonder_step_state_get_type (void);
#define YONDER_TYPE_STEP_STATE (yonder_step_state_get_type ())

#define YONDER_TYPE_CHECK_STEP (yonder_check_step_get_type ())
G_DECLARE_FINAL_TYPE (YonderCheckStep, yonder_check_step, YONDER, CHECK_STEP, GObject)

YonderCheckStep *yonder_check_step_new            (YonderStepId id, YonderClock *clock);
void             yonder_check_step_begin          (YonderCheckStep *self);
/* @detail: (transfer full) */
void             yonder_check_step_end            (YonderCheckStep *self, YonderStepState state, char *detail);

YonderStepId     yonder_check_step_get_id         (YonderCheckStep *self);
const char      *yonder_check_step_get_name       (YonderCheckStep *self); /* for programs: "turn-udp" */
const char      *yonder_check_step_get_title      (YonderCheckStep *self); /* for people, translated */
YonderStepState  yonder_check_step_get_state      (YonderCheckStep *self);
const char      *yonder_check_step_get_state_name (YonderCheckStep *self); /* for programs: "passed" */
gboolean         yonder_check_step_is_over        (YonderCheckStep *self);
const char      *yonder_check_step_get_detail     (YonderCheckStep *self); /* "" before it is over */
double           yonder_check_step_get_elapsed_ms (YonderCheckStep *self); /* -1 before it is over, and where it was skipped */

G_END_DECLS
