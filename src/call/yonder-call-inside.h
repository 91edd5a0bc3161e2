/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of YonderCall, shared by the files that make it up: the object and what the user does in yonder-call.c, its steps from state
 * to state in yonder-call-steps.c, invitations and the messages of the other side in yonder-call-messages.c, the STUN and TURN servers in
 * yonder-call-ice.c, the meeting room for a call that comes to nothing in yonder-call-meeting.c. */

#pragma once

#include "yonder-call-inspection-private.h"
#include "yonder-call-private.h"
#include "yonder-call-state.h"
#include "yonder-conversation-private.h"
#include "yonder-negotiation.h"

G_BEGIN_DECLS

struct _YonderCall {
  GObject parent_instance;

  YonderSignaling    *signaling;
  YonderMediaFactory *factory;
  YonderClock        *clock;
  YonderContact      *peer;
  YonderIceSources   *ice_sources; /* (nullable) */
  YonderIceConfig    *ice_config;  /* (nullable): what the media was given last */
  GCancellable       *ice_search;  /* (nullable): while servers are waited for */

  YonderCallState     state;
  YonderEndReason     end_reason;
  char               *end_detail;
  YonderCallKind      kind;
  gboolean            is_outgoing;
  gboolean            is_redial;    /* takes the place of a call that broke */
  gboolean            wants_redial; /* it broke, and another is to take its place */
  char               *call_id;
  gboolean            is_muted;
  gboolean            is_camera_off;
  gboolean            is_held;
  gboolean            is_sharing;

  YonderTimeline     *timeline;
  YonderNegotiation  *negotiation;
  YonderCallInspection *inspection;
  YonderConversation *conversation;

  guint               invitation;   /* number of the one whose answer still counts; 0 for none */
  char               *rival_id;     /* (nullable): the peer's own invitation, which gave way to ours */
  char               *rival_sdp;

  gint64              connected_us; /* 0: never was */
  guint               elapsed_s;

  char               *meeting_base; /* (nullable): where rooms are held */
  char               *meeting_uri;  /* (nullable): of the room, ours or the peer's */
  gboolean            is_own_meeting;
  YonderCallState     ended_during;

  guint               limit_timer;
  guint               grace_timer;
  guint               tick_timer;
  guint               meeting_timer;
};

enum {
  PROP_STATE = 1,
  PROP_END_REASON,
  PROP_END_DETAIL,
  PROP_KIND,
  PROP_IS_OUTGOING,
  PROP_IS_REDIAL,
  PROP_PEER,
  PROP_CALL_ID,
  PROP_ELAPSED_S,
  PROP_IS_MUTED,
  PROP_IS_CAMERA_OFF,
  PROP_MEDIA,
  PROP_SAFETY_CODE,
  PROP_TIMELINE,
  PROP_ICE_CONFIG,
  PROP_CONVERSATION,
  PROP_IS_HELD,
  PROP_IS_SHARING,
  PROP_CAN_SEND_PICTURE,
  N_PROPS
};

void     yonder_call_notify         (YonderCall *self, guint property);
/* Tells the other side whether it hears and sees us. */
void     yonder_call_tell_state     (YonderCall *self);
void     yonder_call_note_picture   (YonderCall *self);
void     yonder_call_set_call_id    (YonderCall *self, const char *call_id);

/* The one writer of the state. Tells whether the event had a place in it; a handler of `notify::state` may have gone on from there. */
gboolean yonder_call_handle         (YonderCall *self, YonderCallEvent event, YonderEndReason told_reason, const char *told);
gboolean yonder_call_handle_simply  (YonderCall *self, YonderCallEvent event);
gboolean yonder_call_is_live        (YonderCall *self);
void     yonder_call_watch          (YonderCall *self); /* the negotiation and the connection to the server */
void     yonder_call_start_limit    (YonderCall *self);
void     yonder_call_clear_timers   (YonderCall *self);

/* Returns: (transfer full) (nullable): a session; without one the call has ended and said why */
YonderMediaSession *yonder_call_create_media (YonderCall *self);

gboolean yonder_call_peer_is_offline  (YonderCall *self);
/* Calls @next at once where there is nobody to ask for servers, else soon, and never once the call has ended. */
typedef void (*YonderCallStep) (YonderCall *self);
void     yonder_call_find_ice_servers (YonderCall *self, YonderCallStep next);
gboolean yonder_call_is_finding_ice_servers (YonderCall *self);
void     yonder_call_stop_finding_ice_servers (YonderCall *self);

void     yonder_call_time_meeting    (YonderCall *self); /* the state is another one */
void     yonder_call_offer_meeting   (YonderCall *self);

void     yonder_call_start_answering (YonderCall *self);
void     yonder_call_take_offer_ready (YonderCall *self, const char *sdp);

G_END_DECLS
