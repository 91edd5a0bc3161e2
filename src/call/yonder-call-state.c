/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-call-state.h"

G_DEFINE_ENUM_TYPE (YonderCallState, yonder_call_state,
                    G_DEFINE_ENUM_VALUE (YONDER_CALL_STATE_IDLE, "idle"),
                    G_DEFINE_ENUM_VALUE (YONDER_CALL_STATE_INVITING, "inviting"),
                    G_DEFINE_ENUM_VALUE (YONDER_CALL_STATE_RINGING, "ringing"),
                    G_DEFINE_ENUM_VALUE (YONDER_CALL_STATE_INCOMING, "incoming"),
                    G_DEFINE_ENUM_VALUE (YONDER_CALL_STATE_ANSWERING, "answering"),
                    G_DEFINE_ENUM_VALUE (YONDER_CALL_STATE_NEGOTIATING, "negotiating"),
                    G_DEFINE_ENUM_VALUE (YONDER_CALL_STATE_CONNECTED, "connected"),
                    G_DEFINE_ENUM_VALUE (YONDER_CALL_STATE_RECONNECTING, "reconnecting"),
                    G_DEFINE_ENUM_VALUE (YONDER_CALL_STATE_ENDED, "ended"))

G_DEFINE_ENUM_TYPE (YonderEndReason, yonder_end_reason,
                    G_DEFINE_ENUM_VALUE (YONDER_END_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (YONDER_END_HUNG_UP, "hung-up"),
                    G_DEFINE_ENUM_VALUE (YONDER_END_HUNG_UP_BY_PEER, "hung-up-by-peer"),
                    G_DEFINE_ENUM_VALUE (YONDER_END_DECLINED, "declined"),
                    G_DEFINE_ENUM_VALUE (YONDER_END_BUSY, "busy"),
                    G_DEFINE_ENUM_VALUE (YONDER_END_NO_ANSWER, "no-answer"),
                    G_DEFINE_ENUM_VALUE (YONDER_END_ANSWERED_ELSEWHERE, "answered-elsewhere"),
                    G_DEFINE_ENUM_VALUE (YONDER_END_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (YONDER_END_REJECTED, "rejected"),
                    G_DEFINE_ENUM_VALUE (YONDER_END_NO_MEDIA, "no-media"),
                    G_DEFINE_ENUM_VALUE (YONDER_END_NETWORK, "network"),
                    G_DEFINE_ENUM_VALUE (YONDER_END_SIGNALING_LOST, "signaling-lost"),
                    G_DEFINE_ENUM_VALUE (YONDER_END_INTERNAL, "internal"))

static const char * const event_names[YONDER_N_CALL_EVENTS] = {
  [YONDER_CALL_EVENT_DIAL] = "dial",
  [YONDER_CALL_EVENT_ACCEPT] = "accept",
  [YONDER_CALL_EVENT_DECLINE] = "decline",
  [YONDER_CALL_EVENT_HANG_UP] = "hang-up",
  [YONDER_CALL_EVENT_RING] = "ring",
  [YONDER_CALL_EVENT_INVITED] = "invited",
  [YONDER_CALL_EVENT_REFUSED] = "refused",
  [YONDER_CALL_EVENT_GLARE] = "glare",
  [YONDER_CALL_EVENT_ACCEPTED] = "accepted",
  [YONDER_CALL_EVENT_PEER_HUNG_UP] = "peer-hung-up",
  [YONDER_CALL_EVENT_PEER_DECLINED] = "peer-declined",
  [YONDER_CALL_EVENT_PEER_MISSED] = "peer-missed",
  [YONDER_CALL_EVENT_PEER_BUSY] = "peer-busy",
  [YONDER_CALL_EVENT_PEER_FAILED] = "peer-failed",
  [YONDER_CALL_EVENT_PEER_ELSEWHERE] = "peer-elsewhere",
  [YONDER_CALL_EVENT_SIGNALING_LOST] = "signaling-lost",
  [YONDER_CALL_EVENT_OFFERED] = "offered",
  [YONDER_CALL_EVENT_PATH_UP] = "path-up",
  [YONDER_CALL_EVENT_PATH_LOST] = "path-lost",
  [YONDER_CALL_EVENT_RESTART] = "restart",
  [YONDER_CALL_EVENT_VAIN] = "vain",
  [YONDER_CALL_EVENT_MEDIA_FAILED] = "media-failed",
  [YONDER_CALL_EVENT_TIMEOUT] = "timeout",
  [YONDER_CALL_EVENT_LATE_DESCRIPTION] = "late-description",
};

/* An incoming call rings as long here as the caller lets it ring there. The limit for ICE covers the peer's offer or answer too, since
 * nothing connects without it; our own has YONDER_CALL_DESCRIPTION_LIMIT_MS. */
static const guint limits_ms[YONDER_N_CALL_STATES] = {
  [YONDER_CALL_STATE_INVITING] = 10 * 1000,
  [YONDER_CALL_STATE_RINGING] = 45 * 1000,
  [YONDER_CALL_STATE_INCOMING] = 45 * 1000,
  [YONDER_CALL_STATE_ANSWERING] = 10 * 1000,
  [YONDER_CALL_STATE_NEGOTIATING] = 30 * 1000,
  [YONDER_CALL_STATE_RECONNECTING] = 60 * 1000,
};

#define S(name) YONDER_CALL_STATE_##name
#define E(name) YONDER_CALL_EVENT_##name
#define TO(name) YONDER_CALL_STATE_##name, YONDER_END_NONE
#define END(why) YONDER_CALL_STATE_ENDED, YONDER_END_##why

/* The reason comes with the event, since the event alone does not tell: the server's refusal, the media's error. */
#define END_AS_TOLD YONDER_CALL_STATE_ENDED, YONDER_END_NONE

static const struct {
  YonderCallState from;
  YonderCallEvent on;
  YonderCallState to;
  YonderEndReason reason;
} edges[] = {
  { S (IDLE),         E (DIAL),             TO (INVITING) },
  { S (IDLE),         E (RING),             TO (INCOMING) },

  { S (INVITING),     E (INVITED),          TO (RINGING) },
  { S (INVITING),     E (GLARE),            TO (ANSWERING) },
  { S (INVITING),     E (HANG_UP),          END (HUNG_UP) },
  { S (INVITING),     E (REFUSED),          END_AS_TOLD },
  { S (INVITING),     E (MEDIA_FAILED),     END_AS_TOLD },
  { S (INVITING),     E (LATE_DESCRIPTION), END (NO_MEDIA) },
  { S (INVITING),     E (SIGNALING_LOST),   END (SIGNALING_LOST) },
  { S (INVITING),     E (TIMEOUT),          END (SIGNALING_LOST) },

  { S (RINGING),      E (ACCEPTED),         TO (NEGOTIATING) },
  { S (RINGING),      E (GLARE),            TO (ANSWERING) },
  { S (RINGING),      E (HANG_UP),          END (HUNG_UP) },
  { S (RINGING),      E (PEER_HUNG_UP),     END (HUNG_UP_BY_PEER) },
  { S (RINGING),      E (PEER_DECLINED),    END (DECLINED) },
  { S (RINGING),      E (PEER_MISSED),      END (NO_ANSWER) },
  { S (RINGING),      E (PEER_BUSY),        END (BUSY) },
  { S (RINGING),      E (PEER_FAILED),      END (NETWORK) },
  { S (RINGING),      E (REFUSED),          END_AS_TOLD },
  { S (RINGING),      E (MEDIA_FAILED),     END_AS_TOLD },
  { S (RINGING),      E (LATE_DESCRIPTION), END (NO_MEDIA) },
  { S (RINGING),      E (SIGNALING_LOST),   END (SIGNALING_LOST) },
  { S (RINGING),      E (TIMEOUT),          END (NO_ANSWER) },

  { S (INCOMING),     E (ACCEPT),           TO (ANSWERING) },
  { S (INCOMING),     E (DECLINE),          END (DECLINED) },
  { S (INCOMING),     E (ACCEPTED),         END (ANSWERED_ELSEWHERE) }, /* not by us */
  { S (INCOMING),     E (PEER_ELSEWHERE),   END (ANSWERED_ELSEWHERE) },
  { S (INCOMING),     E (PEER_HUNG_UP),     END (NO_ANSWER) },           /* they gave up */
  { S (INCOMING),     E (PEER_DECLINED),    END (DECLINED) },           /* on another device of ours */
  { S (INCOMING),     E (PEER_MISSED),      END (NO_ANSWER) },
  { S (INCOMING),     E (PEER_BUSY),        END (BUSY) },
  { S (INCOMING),     E (PEER_FAILED),      END (NETWORK) },
  { S (INCOMING),     E (REFUSED),          END_AS_TOLD },
  { S (INCOMING),     E (SIGNALING_LOST),   END (SIGNALING_LOST) },
  { S (INCOMING),     E (TIMEOUT),          END (NO_ANSWER) },

  { S (ANSWERING),    E (ACCEPTED),         TO (NEGOTIATING) },         /* the server told the caller */
  { S (ANSWERING),    E (OFFERED),          TO (NEGOTIATING) },         /* the caller knows it, however that went */
  { S (ANSWERING),    E (HANG_UP),          END (HUNG_UP) },
  { S (ANSWERING),    E (PEER_HUNG_UP),     END (HUNG_UP_BY_PEER) },
  { S (ANSWERING),    E (PEER_DECLINED),    END (HUNG_UP_BY_PEER) },
  { S (ANSWERING),    E (PEER_MISSED),      END (NO_ANSWER) },
  { S (ANSWERING),    E (PEER_BUSY),        END (BUSY) },
  { S (ANSWERING),    E (PEER_FAILED),      END (NETWORK) },
  { S (ANSWERING),    E (PEER_ELSEWHERE),   END (ANSWERED_ELSEWHERE) },
  { S (ANSWERING),    E (REFUSED),          END_AS_TOLD },
  { S (ANSWERING),    E (MEDIA_FAILED),     END_AS_TOLD },
  { S (ANSWERING),    E (LATE_DESCRIPTION), END (NO_MEDIA) },
  { S (ANSWERING),    E (SIGNALING_LOST),   END (SIGNALING_LOST) },
  { S (ANSWERING),    E (TIMEOUT),          END (SIGNALING_LOST) },

  { S (NEGOTIATING),  E (PATH_UP),          TO (CONNECTED) },
  { S (NEGOTIATING),  E (PATH_LOST),        TO (NEGOTIATING) },         /* more candidates may come: the limit decides */
  { S (NEGOTIATING),  E (RESTART),          TO (NEGOTIATING) },
  { S (NEGOTIATING),  E (ACCEPTED),         TO (NEGOTIATING) },
  { S (NEGOTIATING),  E (OFFERED),          TO (NEGOTIATING) },
  { S (NEGOTIATING),  E (HANG_UP),          END (HUNG_UP) },
  { S (NEGOTIATING),  E (PEER_HUNG_UP),     END (HUNG_UP_BY_PEER) },
  { S (NEGOTIATING),  E (PEER_DECLINED),    END (HUNG_UP_BY_PEER) },
  { S (NEGOTIATING),  E (PEER_MISSED),      END (NO_ANSWER) },
  { S (NEGOTIATING),  E (PEER_BUSY),        END (BUSY) },
  { S (NEGOTIATING),  E (PEER_FAILED),      END (NETWORK) },
  { S (NEGOTIATING),  E (PEER_ELSEWHERE),   END (ANSWERED_ELSEWHERE) },
  { S (NEGOTIATING),  E (REFUSED),          END_AS_TOLD },
  { S (NEGOTIATING),  E (MEDIA_FAILED),     END_AS_TOLD },
  { S (NEGOTIATING),  E (LATE_DESCRIPTION), END (NO_MEDIA) },
  { S (NEGOTIATING),  E (SIGNALING_LOST),   END (SIGNALING_LOST) },
  { S (NEGOTIATING),  E (TIMEOUT),          END (NETWORK) },

  /* From here on only the two people and the media end a call: a server that goes or complains does not. */
  { S (CONNECTED),    E (PATH_LOST),        TO (RECONNECTING) },
  { S (CONNECTED),    E (RESTART),          TO (RECONNECTING) },
  { S (CONNECTED),    E (HANG_UP),          END (HUNG_UP) },
  { S (CONNECTED),    E (PEER_HUNG_UP),     END (HUNG_UP_BY_PEER) },
  { S (CONNECTED),    E (PEER_DECLINED),    END (HUNG_UP_BY_PEER) },
  { S (CONNECTED),    E (PEER_MISSED),      END (HUNG_UP_BY_PEER) },
  { S (CONNECTED),    E (PEER_BUSY),        END (HUNG_UP_BY_PEER) },
  { S (CONNECTED),    E (PEER_FAILED),      END (NETWORK) },
  { S (CONNECTED),    E (MEDIA_FAILED),     END_AS_TOLD },

  { S (RECONNECTING), E (PATH_UP),          TO (CONNECTED) },
  { S (RECONNECTING), E (PATH_LOST),        TO (RECONNECTING) },
  { S (RECONNECTING), E (RESTART),          TO (RECONNECTING) },
  { S (RECONNECTING), E (OFFERED),          TO (RECONNECTING) },
  { S (RECONNECTING), E (HANG_UP),          END (HUNG_UP) },
  { S (RECONNECTING), E (PEER_HUNG_UP),     END (HUNG_UP_BY_PEER) },
  { S (RECONNECTING), E (PEER_DECLINED),    END (HUNG_UP_BY_PEER) },
  { S (RECONNECTING), E (PEER_MISSED),      END (HUNG_UP_BY_PEER) },
  { S (RECONNECTING), E (PEER_BUSY),        END (HUNG_UP_BY_PEER) },
  { S (RECONNECTING), E (PEER_FAILED),      END (NETWORK) },
  { S (RECONNECTING), E (VAIN),             END (NETWORK) },
  { S (RECONNECTING), E (MEDIA_FAILED),     END_AS_TOLD },
  { S (RECONNECTING), E (TIMEOUT),          END (NETWORK) },
};

/**
 * yonder_call_state_step:
 * @from: where the call is
 * @event: what happened
 * @to: (out): where that leads
 * @reason: (out): why the call ended, where @to is ended and the event alone tells; else %YONDER_END_NONE
 *
 * Looks a step up.
 *
 * Returns: whether the table has such a step; if not, the event is to be ignored
 */
gboolean
yonder_call_state_step (YonderCallState from, YonderCallEvent event, YonderCallState *to, YonderEndReason *reason)
{
  for (gsize i = 0; i < G_N_ELEMENTS (edges); i++) {
    if (edges[i].from == from && edges[i].on == event) {
      *to = edges[i].to;
      *reason = edges[i].reason;
      return TRUE;
    }
  }
  return FALSE;
}

/* How long a state may last before its TIMEOUT comes; 0 for ever. */
guint
yonder_call_state_get_limit_ms (YonderCallState state)
{
  return limits_ms[state];
}

/* Whether something can still happen to a call in this state. */
gboolean
yonder_call_state_is_live (YonderCallState state)
{
  return state != YONDER_CALL_STATE_IDLE && state != YONDER_CALL_STATE_ENDED;
}

/* Whether there is somebody to speak with, or will be as soon as they answer: such a call needs the microphone. */
gboolean
yonder_call_state_is_taken (YonderCallState state)
{
  return yonder_call_state_is_live (state) && state != YONDER_CALL_STATE_INCOMING;
}

const char *
yonder_call_event_to_string (YonderCallEvent event)
{
  g_return_val_if_fail (event < YONDER_N_CALL_EVENTS, NULL);

  return event_names[event];
}

static const char *
nick_of (GType type, int value)
{
  g_autoptr (GEnumClass) class = g_type_class_ref (type);
  GEnumValue *entry = g_enum_get_value (class, value);

  /* The class of a static enum stays, and with it its strings. */
  return entry != NULL ? entry->value_nick : NULL;
}

/**
 * yonder_call_state_to_string:
 * @state: a state
 *
 * Returns: its name as written in JSON and logs, not translated
 */
const char *
yonder_call_state_to_string (YonderCallState state)
{
  return nick_of (YONDER_TYPE_CALL_STATE, state);
}

/**
 * yonder_end_reason_to_string:
 * @reason: why a call ended
 *
 * Returns: its name as written in JSON and logs, not translated
 */
const char *
yonder_end_reason_to_string (YonderEndReason reason)
{
  return nick_of (YONDER_TYPE_END_REASON, reason);
}
