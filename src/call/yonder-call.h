/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderCall - one call, as a state machine over signalling and media.
 *
 *   outgoing: idle > inviting > ringing > negotiating > connected <> reconnecting > ended
 *   incoming: idle > incoming > answering > negotiating > connected <> reconnecting > ended
 *
 * The table of legal steps is in yonder-call-state.c; what is not in it is ignored and logged, since the network sends it.
 * Every wait has a limit and an end reason of its own. Thread: main context. Owned by YonderCallManager until it has ended.
 *
 * Properties (all notify): state, end-reason, end-detail (nullable), kind, is-outgoing, is-redial, peer (YonderContact), call-id (nullable),
 * elapsed-s (since connected), is-muted (rw), is-camera-off (rw), is-held (rw), is-sharing (a screen in place of the camera),
 * can-send-picture (the other side takes one), media (YonderMediaSession, nullable), safety-code (nullable), timeline (GListModel of
 * YonderTimelineEntry), conversation (YonderConversation: texts, and what the other side tells of its microphone and camera), ice-config
 * (YonderIceConfig, nullable: the servers that the media was given, and who gave them).
 */

#pragma once

#include "yonder-contact.h"
#include "yonder-conversation.h"
#include "yonder-ice-config.h"
#include "yonder-media-session.h"
#include "yonder-signaling.h"
#include "yonder-timeline.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_CALL_STATE_IDLE,
  YONDER_CALL_STATE_INVITING,
  YONDER_CALL_STATE_RINGING,
  YONDER_CALL_STATE_INCOMING,
  YONDER_CALL_STATE_ANSWERING,
  YONDER_CALL_STATE_NEGOTIATING,
  YONDER_CALL_STATE_CONNECTED,
  YONDER_CALL_STATE_RECONNECTING,
  YONDER_CALL_STATE_ENDED,
} YonderCallState;

typedef enum {
  YONDER_END_NONE,
  YONDER_END_HUNG_UP,
  YONDER_END_HUNG_UP_BY_PEER,
  YONDER_END_DECLINED,
  YONDER_END_BUSY,
  YONDER_END_NO_ANSWER,
  YONDER_END_ANSWERED_ELSEWHERE,
  YONDER_END_OFFLINE,
  YONDER_END_REJECTED,
  YONDER_END_NO_MEDIA,
  YONDER_END_NETWORK,
  YONDER_END_SIGNALING_LOST,
  YONDER_END_INTERNAL,
} YonderEndReason;

GType yonder_call_state_get_type (void);
GType yonder_end_reason_get_type (void);
#define YONDER_TYPE_CALL_STATE (yonder_call_state_get_type ())
#define YONDER_TYPE_END_REASON (yonder_end_reason_get_type ())

#define YONDER_TYPE_CALL (yonder_call_get_type ())
G_DECLARE_FINAL_TYPE (YonderCall, yonder_call, YONDER, CALL, GObject)

typedef struct _YonderCallInspection YonderCallInspection;

YonderCallState     yonder_call_get_state      (YonderCall *self);
YonderEndReason     yonder_call_get_end_reason (YonderCall *self);
const char         *yonder_call_get_end_detail (YonderCall *self); /* (nullable): the server's or the diagnosis' words */
YonderCallKind      yonder_call_get_kind       (YonderCall *self);
gboolean            yonder_call_is_outgoing    (YonderCall *self);
gboolean            yonder_call_is_redial      (YonderCall *self); /* dialled by itself, since the call before it broke */
YonderContact      *yonder_call_get_peer       (YonderCall *self);
const char         *yonder_call_get_call_id    (YonderCall *self); /* (nullable) */
guint               yonder_call_get_elapsed_s  (YonderCall *self);
YonderMediaSession *yonder_call_get_media      (YonderCall *self); /* (nullable) */
char               *yonder_call_dup_safety_code (YonderCall *self); /* (nullable): the same on both sides if nobody sits between them */
const char         *yonder_call_get_meeting_uri (YonderCall *self); /* (nullable): where to meet, after a call that came to nothing */
GListModel         *yonder_call_get_timeline   (YonderCall *self); /* of YonderTimelineEntry */
YonderIceConfig    *yonder_call_get_ice_config (YonderCall *self); /* (nullable) */
YonderConversation *yonder_call_get_conversation (YonderCall *self); /* outlives the call */
YonderCallInspection *yonder_call_get_inspection (YonderCall *self); /* outlives the call; see yonder-call-inspection.h */

void yonder_call_accept         (YonderCall *self, gboolean with_video);
void yonder_call_decline        (YonderCall *self);
void yonder_call_hang_up        (YonderCall *self);
void yonder_call_set_muted      (YonderCall *self, gboolean muted);
void yonder_call_set_camera_off (YonderCall *self, gboolean off);
gboolean yonder_call_can_send_picture (YonderCall *self);
gboolean yonder_call_can_hold       (YonderCall *self);
gboolean yonder_call_is_held        (YonderCall *self);
void yonder_call_set_held       (YonderCall *self, gboolean is_held);
gboolean yonder_call_is_sharing     (YonderCall *self);
void yonder_call_share_screen   (YonderCall *self, int remote, guint node_id);
void yonder_call_stop_sharing   (YonderCall *self);
/* The network changed or the computer slept: rebuild the path now. */
void yonder_call_recover        (YonderCall *self);

/* The nick of an end reason as it is written in JSON and logs: "hung-up-by-peer". */
const char *yonder_end_reason_to_string (YonderEndReason reason);
const char *yonder_call_state_to_string (YonderCallState state);

G_END_DECLS
