/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The states of a call, as data: which event leads from which state to which, how long each state may last, and why it ends then.
 *
 * Pure functions on any thread; YonderCall is the only writer of a state. An event that has no edge in a state is no error: the
 * network sends what it likes. Private to this room and its tests.
 */

#pragma once

#include "yonder-call.h"

G_BEGIN_DECLS

typedef enum {
  /* the user */
  YONDER_CALL_EVENT_DIAL,
  YONDER_CALL_EVENT_ACCEPT,
  YONDER_CALL_EVENT_DECLINE,
  YONDER_CALL_EVENT_HANG_UP,
  /* the server and the peer */
  YONDER_CALL_EVENT_RING,            /* an invitation came */
  YONDER_CALL_EVENT_INVITED,         /* our invitation was delivered */
  YONDER_CALL_EVENT_REFUSED,         /* by the server; the reason comes with it */
  YONDER_CALL_EVENT_GLARE,           /* both invited each other and the peer's invitation stands */
  YONDER_CALL_EVENT_ACCEPTED,        /* somebody took the call */
  YONDER_CALL_EVENT_PEER_HUNG_UP,
  YONDER_CALL_EVENT_PEER_DECLINED,
  YONDER_CALL_EVENT_PEER_MISSED,
  YONDER_CALL_EVENT_PEER_BUSY,
  YONDER_CALL_EVENT_PEER_FAILED,
  YONDER_CALL_EVENT_PEER_ELSEWHERE,  /* answered on another device of this user */
  YONDER_CALL_EVENT_SIGNALING_LOST,  /* for longer than a call without media can wait */
  /* the media */
  YONDER_CALL_EVENT_OFFERED,         /* the peer's offer is being answered */
  YONDER_CALL_EVENT_PATH_UP,
  YONDER_CALL_EVENT_PATH_LOST,
  YONDER_CALL_EVENT_RESTART,         /* a fresh peer connection is being made */
  YONDER_CALL_EVENT_VAIN,            /* the path was rebuilt for a peer that never took it up: it is called again */
  YONDER_CALL_EVENT_MEDIA_FAILED,    /* for good; the reason comes with it */
  /* the clock */
  YONDER_CALL_EVENT_TIMEOUT,         /* of the state */
  YONDER_CALL_EVENT_LATE_DESCRIPTION, /* our own offer or answer was not created in time */
  YONDER_N_CALL_EVENTS
} YonderCallEvent;

#define YONDER_N_CALL_STATES (YONDER_CALL_STATE_ENDED + 1)

/* For our own offer or answer to be created. It needs no network: a device that hangs is what makes it late. */
#define YONDER_CALL_DESCRIPTION_LIMIT_MS (10 * 1000)

gboolean        yonder_call_state_step         (YonderCallState from, YonderCallEvent event, YonderCallState *to, YonderEndReason *reason);
guint           yonder_call_state_get_limit_ms (YonderCallState state);
gboolean        yonder_call_state_is_live      (YonderCallState state);
gboolean        yonder_call_state_is_taken     (YonderCallState state);
const char     *yonder_call_event_to_string    (YonderCallEvent event);

G_END_DECLS
