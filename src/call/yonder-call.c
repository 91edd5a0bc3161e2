/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-call-private.h"

#include "yonder-call-state.h"
#include "yonder-end-words.h"
#include "yonder-negotiation.h"
#include "yonder-timeline.h"

#include <glib/gi18n.h>

/* How long a call without media outlives the connection to the server. chosen: three tries of a reconnection with backoff */
#define SIGNALING_GRACE_MS (10 * 1000)

struct _YonderCall {
  GObject parent_instance;

  YonderSignaling    *signaling;
  YonderMediaFactory *factory;
  YonderClock        *clock;
  YonderContact      *peer;
  GListModel         *ice_servers; /* (nullable) */
  gboolean            relay_only;

  YonderCallState     state;
  YonderEndReason     end_reason;
  char               *end_detail;
  YonderCallKind      kind;
  gboolean            is_outgoing;
  char               *call_id;
  gboolean            is_muted;
  gboolean            is_camera_off;

  YonderTimeline     *timeline;
  YonderNegotiation  *negotiation;

  guint               invitation;   /* number of the one whose answer still counts; 0 for none */
  char               *rival_id;     /* (nullable): the peer's own invitation, which gave way to ours */
  char               *rival_sdp;

  gint64              connected_us; /* 0: never was */
  guint               elapsed_s;

  guint               limit_timer;
  guint               grace_timer;
  guint               tick_timer;
};

G_DEFINE_FINAL_TYPE (YonderCall, yonder_call, G_TYPE_OBJECT)

enum {
  PROP_STATE = 1,
  PROP_END_REASON,
  PROP_END_DETAIL,
  PROP_KIND,
  PROP_IS_OUTGOING,
  PROP_PEER,
  PROP_CALL_ID,
  PROP_ELAPSED_S,
  PROP_IS_MUTED,
  PROP_IS_CAMERA_OFF,
  PROP_MEDIA,
  PROP_TIMELINE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* An invitation under way. It is not cancelled with its call: when the server has taken it, it must be taken back. */
typedef struct {
  YonderCall *self;
  guint       number;
} Invitation;

static gboolean handle (YonderCall *self, YonderCallEvent event, YonderEndReason told_reason, const char *told);

static void
notify (YonderCall *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
set_call_id (YonderCall *self, const char *call_id)
{
  if (!g_set_str (&self->call_id, call_id))
    return;
  yonder_negotiation_set_call_id (self->negotiation, call_id);
  notify (self, PROP_CALL_ID);
}

/* --- The clock --- */

static gboolean
on_limit (gpointer user_data)
{
  YonderCall *self = user_data;

  self->limit_timer = 0;
  handle (self, YONDER_CALL_EVENT_TIMEOUT, YONDER_END_NONE, NULL);
  return G_SOURCE_REMOVE;
}

static void
start_limit (YonderCall *self)
{
  guint limit_ms = yonder_call_state_get_limit_ms (self->state);

  yonder_clock_clear (self->clock, &self->limit_timer);
  if (limit_ms > 0)
    self->limit_timer = yonder_clock_add (self->clock, limit_ms, on_limit, self, NULL);
}

static gboolean
on_tick (gpointer user_data)
{
  g_autoptr (YonderCall) self = g_object_ref (YONDER_CALL (user_data));
  guint elapsed_s = (yonder_clock_now_us (self->clock) - self->connected_us) / G_USEC_PER_SEC;

  if (elapsed_s != self->elapsed_s) {
    self->elapsed_s = elapsed_s;
    notify (self, PROP_ELAPSED_S);
  }
  if (self->state == YONDER_CALL_STATE_CONNECTED)
    yonder_negotiation_watch (self->negotiation);
  return G_SOURCE_CONTINUE;
}

static void
start_elapsed (YonderCall *self)
{
  if (self->connected_us != 0)
    return;
  self->connected_us = yonder_clock_now_us (self->clock);
  self->tick_timer = yonder_clock_add (self->clock, 1000, on_tick, self, NULL);
}

static void
clear_timers (YonderCall *self)
{
  yonder_clock_clear (self->clock, &self->limit_timer);
  yonder_clock_clear (self->clock, &self->grace_timer);
  yonder_clock_clear (self->clock, &self->tick_timer);
}

/* --- The state --- */

static gboolean
is_live (YonderCall *self)
{
  return yonder_call_state_is_live (self->state);
}

/* Whoever did not end it has to be told. A call that the other side or the server ended is over there already; one that nobody
 * answered is ended by the caller, whose limit is the same. */
static void
tell_peer (YonderCall *self, YonderCallEvent event, YonderCallState during)
{
  if (self->call_id == NULL)
    return;

  switch (event) {
  case YONDER_CALL_EVENT_DECLINE:
    yonder_signaling_decline (self->signaling, self->call_id);
    break;
  case YONDER_CALL_EVENT_TIMEOUT:
    if (during != YONDER_CALL_STATE_INCOMING)
      yonder_signaling_hang_up (self->signaling, self->call_id);
    break;
  case YONDER_CALL_EVENT_HANG_UP:
  case YONDER_CALL_EVENT_MEDIA_FAILED:
  case YONDER_CALL_EVENT_LATE_DESCRIPTION:
  case YONDER_CALL_EVENT_SIGNALING_LOST:
    yonder_signaling_hang_up (self->signaling, self->call_id);
    break;
  default:
    break;
  }
}

static void
finish (YonderCall *self, YonderCallEvent event, YonderEndReason reason, const char *told)
{
  YonderCallState during = self->state;
  YonderPathFacts facts = { 0 };

  /* First, since sending can fail on the spot and come back here as the server's complaint. */
  self->state = YONDER_CALL_STATE_ENDED;
  yonder_negotiation_get_facts (self->negotiation, &facts);
  tell_peer (self, event, during);
  yonder_negotiation_close (self->negotiation);
  clear_timers (self);
  g_clear_pointer (&self->rival_id, g_free);
  g_clear_pointer (&self->rival_sdp, g_free);

  self->end_detail = yonder_end_words (reason, during, told, yonder_contact_get_name (self->peer), &facts);
  self->end_reason = reason;
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_STATE, _("Ended: %s"), yonder_end_reason_to_string (reason));
  g_debug ("Call %s ended: %s", self->call_id, yonder_end_reason_to_string (reason));

  notify (self, PROP_END_REASON);
  notify (self, PROP_END_DETAIL);
  notify (self, PROP_STATE);
}

static void
enter (YonderCall *self, YonderCallState state)
{
  self->state = state;
  start_limit (self);
  if (state == YONDER_CALL_STATE_CONNECTED) {
    yonder_clock_clear (self->clock, &self->grace_timer);
    start_elapsed (self);
  }
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_STATE, "%s", yonder_call_state_to_string (state));
  notify (self, PROP_STATE);
}

/* The one writer of the state. Tells whether the event had a place in it; a handler of `notify::state` may have gone on from there. */
static gboolean
handle (YonderCall *self, YonderCallEvent event, YonderEndReason told_reason, const char *told)
{
  g_autoptr (YonderCall) alive = g_object_ref (self);
  YonderEndReason reason;
  YonderCallState to;

  if (!yonder_call_state_step (self->state, event, &to, &reason)) {
    g_debug ("Call %s: %s has no place in state %s", self->call_id, yonder_call_event_to_string (event),
             yonder_call_state_to_string (self->state));
    return FALSE;
  }

  g_object_freeze_notify (G_OBJECT (self));
  if (to == YONDER_CALL_STATE_ENDED)
    finish (self, event, reason != YONDER_END_NONE ? reason : told_reason, told);
  else if (to != self->state)
    enter (self, to);
  g_object_thaw_notify (G_OBJECT (self));
  return TRUE;
}

static gboolean
handle_simply (YonderCall *self, YonderCallEvent event)
{
  return handle (self, event, YONDER_END_NONE, NULL);
}

/* --- The media --- */

static YonderMediaSession *
create_media (YonderCall *self, gboolean with_video)
{
  YonderMediaOptions options = { .send_video = with_video, .ice_servers = self->ice_servers, .relay_only = self->relay_only };
  g_autoptr (GError) error = NULL;
  YonderMediaSession *media = yonder_media_factory_create_session (self->factory, &options, &error);

  if (media == NULL) {
    handle (self, YONDER_CALL_EVENT_MEDIA_FAILED, YONDER_END_NO_MEDIA, error->message);
    return NULL;
  }
  if (self->is_muted || self->is_camera_off)
    yonder_media_session_set_muted (media, self->is_muted, self->is_camera_off);
  return media;
}

static void
mute (YonderCall *self)
{
  YonderMediaSession *media = yonder_negotiation_get_media (self->negotiation);

  if (media != NULL && is_live (self))
    yonder_media_session_set_muted (media, self->is_muted, self->is_camera_off);
}

static void
on_path_up (YonderCall *self)
{
  handle_simply (self, YONDER_CALL_EVENT_PATH_UP);
}

static void
on_path_lost (YonderCall *self)
{
  handle_simply (self, YONDER_CALL_EVENT_PATH_LOST);
}

static void
on_offered (YonderCall *self)
{
  handle_simply (self, YONDER_CALL_EVENT_OFFERED);
}

static void
on_restarted (YonderCall *self)
{
  handle_simply (self, YONDER_CALL_EVENT_RESTART);
}

static void
on_late (YonderCall *self)
{
  handle_simply (self, YONDER_CALL_EVENT_LATE_DESCRIPTION);
}

static void
on_failed (YonderCall *self, const GError *error)
{
  handle (self, YONDER_CALL_EVENT_MEDIA_FAILED, yonder_end_reason_for_media_error (error), error->message);
}

/* --- Invitations --- */

static gboolean
peer_is_offline (YonderCall *self)
{
  return yonder_contact_get_presence (self->peer) == YONDER_PRESENCE_OFFLINE;
}

/* Our invitation came to nothing. If the peer's own is there, which had given way to ours, the two want to talk all the same. */
static gboolean
take_rival (YonderCall *self)
{
  g_autofree char *rival_id = g_steal_pointer (&self->rival_id);
  g_autofree char *rival_sdp = g_steal_pointer (&self->rival_sdp);

  if (rival_id == NULL || (self->state != YONDER_CALL_STATE_INVITING && self->state != YONDER_CALL_STATE_RINGING))
    return FALSE;
  yonder_call_adopt (self, rival_id, rival_sdp);
  return TRUE;
}

static void
on_invited (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Invitation *invitation = user_data;
  g_autoptr (YonderCall) self = invitation->self;
  g_autoptr (GError) error = NULL;
  g_autofree char *call_id = yonder_signaling_invite_finish (YONDER_SIGNALING (source), result, &error);

  if (!is_live (self) || invitation->number != self->invitation) {
    if (call_id != NULL)
      yonder_signaling_hang_up (self->signaling, call_id);
    return;
  }
  if (call_id == NULL) {
    if (!take_rival (self))
      handle (self, YONDER_CALL_EVENT_REFUSED, yonder_end_reason_for_invite_error (error, peer_is_offline (self)), error->message);
    return;
  }

  set_call_id (self, call_id);
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("The server took the invitation"));
  handle_simply (self, YONDER_CALL_EVENT_INVITED);
}

static void
invite (YonderCall *self, const char *sdp)
{
  Invitation *invitation = g_new (Invitation, 1);

  invitation->self = g_object_ref (self);
  invitation->number = ++self->invitation;
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("Invitation sent"));
  yonder_signaling_invite_async (self->signaling, yonder_contact_get_id (self->peer), self->kind, sdp, NULL, on_invited, invitation);
}

/* In the offer-first flow the offer is the invitation. Its own limit is over; now the server has as long as in the other flow. */
static void
on_offer_ready (YonderCall *self, const char *sdp)
{
  if (self->state != YONDER_CALL_STATE_INVITING || self->invitation > 0
      || yonder_signaling_get_flow (self->signaling) != YONDER_SIGNALING_OFFER_FIRST)
    return;
  start_limit (self);
  invite (self, sdp);
}

/* --- The connection to the server --- */

static gboolean
on_grace_ended (gpointer user_data)
{
  YonderCall *self = user_data;

  self->grace_timer = 0;
  handle_simply (self, YONDER_CALL_EVENT_SIGNALING_LOST);
  return G_SOURCE_REMOVE;
}

static void
on_signaling_state (YonderCall *self)
{
  YonderSignalingState state = yonder_signaling_get_state (self->signaling);
  gboolean has_media = self->state == YONDER_CALL_STATE_CONNECTED || self->state == YONDER_CALL_STATE_RECONNECTING;

  if (!is_live (self))
    return;

  switch (state) {
  case YONDER_SIGNALING_ONLINE:
    yonder_clock_clear (self->clock, &self->grace_timer);
    yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("Connected to the server"));
    yonder_negotiation_take_online (self->negotiation);
    break;
  case YONDER_SIGNALING_CONNECTING:
  case YONDER_SIGNALING_RECONNECTING:
    yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("The connection to the server is lost; trying again"));
    if (!has_media && self->grace_timer == 0)
      self->grace_timer = yonder_clock_add (self->clock, SIGNALING_GRACE_MS, on_grace_ended, self, NULL);
    break;
  case YONDER_SIGNALING_OFFLINE:
  case YONDER_SIGNALING_REFUSED:
    yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("No connection to the server any more"));
    handle_simply (self, YONDER_CALL_EVENT_SIGNALING_LOST);
    break;
  }
}

/* --- The object --- */

static void
yonder_call_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderCall *self = YONDER_CALL (object);

  switch (id) {
  case PROP_STATE:
    g_value_set_enum (value, self->state);
    break;
  case PROP_END_REASON:
    g_value_set_enum (value, self->end_reason);
    break;
  case PROP_END_DETAIL:
    g_value_set_string (value, self->end_detail);
    break;
  case PROP_KIND:
    g_value_set_enum (value, self->kind);
    break;
  case PROP_IS_OUTGOING:
    g_value_set_boolean (value, self->is_outgoing);
    break;
  case PROP_PEER:
    g_value_set_object (value, self->peer);
    break;
  case PROP_CALL_ID:
    g_value_set_string (value, self->call_id);
    break;
  case PROP_ELAPSED_S:
    g_value_set_uint (value, self->elapsed_s);
    break;
  case PROP_IS_MUTED:
    g_value_set_boolean (value, self->is_muted);
    break;
  case PROP_IS_CAMERA_OFF:
    g_value_set_boolean (value, self->is_camera_off);
    break;
  case PROP_MEDIA:
    g_value_set_object (value, yonder_call_get_media (self));
    break;
  case PROP_TIMELINE:
    g_value_set_object (value, self->timeline);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_call_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  YonderCall *self = YONDER_CALL (object);

  switch (id) {
  case PROP_IS_MUTED:
    yonder_call_set_muted (self, g_value_get_boolean (value));
    break;
  case PROP_IS_CAMERA_OFF:
    yonder_call_set_camera_off (self, g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_call_dispose (GObject *object)
{
  YonderCall *self = YONDER_CALL (object);

  clear_timers (self);
  if (self->negotiation != NULL)
    yonder_negotiation_close (self->negotiation);

  G_OBJECT_CLASS (yonder_call_parent_class)->dispose (object);
}

static void
yonder_call_finalize (GObject *object)
{
  YonderCall *self = YONDER_CALL (object);

  g_free (self->end_detail);
  g_free (self->call_id);
  g_free (self->rival_id);
  g_free (self->rival_sdp);
  g_clear_object (&self->negotiation);
  g_clear_object (&self->timeline);
  g_clear_object (&self->ice_servers);
  g_clear_object (&self->peer);
  g_clear_object (&self->clock);
  g_clear_object (&self->factory);
  g_clear_object (&self->signaling);

  G_OBJECT_CLASS (yonder_call_parent_class)->finalize (object);
}

static void
yonder_call_class_init (YonderCallClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags ro = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GParamFlags rw = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = yonder_call_get_property;
  object_class->set_property = yonder_call_set_property;
  object_class->dispose = yonder_call_dispose;
  object_class->finalize = yonder_call_finalize;

  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, YONDER_TYPE_CALL_STATE, YONDER_CALL_STATE_IDLE, ro);
  properties[PROP_END_REASON] = g_param_spec_enum ("end-reason", NULL, NULL, YONDER_TYPE_END_REASON, YONDER_END_NONE, ro);
  properties[PROP_END_DETAIL] = g_param_spec_string ("end-detail", NULL, NULL, NULL, ro);
  properties[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, YONDER_TYPE_CALL_KIND, YONDER_CALL_KIND_VOICE, ro);
  properties[PROP_IS_OUTGOING] = g_param_spec_boolean ("is-outgoing", NULL, NULL, FALSE, ro);
  properties[PROP_PEER] = g_param_spec_object ("peer", NULL, NULL, YONDER_TYPE_CONTACT, ro);
  properties[PROP_CALL_ID] = g_param_spec_string ("call-id", NULL, NULL, NULL, ro);
  properties[PROP_ELAPSED_S] = g_param_spec_uint ("elapsed-s", NULL, NULL, 0, G_MAXUINT, 0, ro);
  properties[PROP_IS_MUTED] = g_param_spec_boolean ("is-muted", NULL, NULL, FALSE, rw);
  properties[PROP_IS_CAMERA_OFF] = g_param_spec_boolean ("is-camera-off", NULL, NULL, FALSE, rw);
  properties[PROP_MEDIA] = g_param_spec_object ("media", NULL, NULL, YONDER_TYPE_MEDIA_SESSION, ro);
  properties[PROP_TIMELINE] = g_param_spec_object ("timeline", NULL, NULL, G_TYPE_LIST_MODEL, ro);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yonder_call_init (YonderCall *self)
{
}

/* Makes a call that does nothing yet. Private to the room. */
YonderCall *
yonder_call_new (YonderSignaling *signaling, YonderMediaFactory *media, YonderClock *clock, YonderContact *peer, YonderCallKind kind)
{
  YonderCall *self = g_object_new (YONDER_TYPE_CALL, NULL);

  self->signaling = g_object_ref (signaling);
  self->factory = g_object_ref (media);
  self->clock = g_object_ref (clock);
  self->peer = g_object_ref (peer);
  self->kind = kind;
  self->timeline = yonder_timeline_new (clock);
  self->negotiation = yonder_negotiation_new (signaling, clock, self->timeline, yonder_contact_get_id (peer));

  g_signal_connect_object (signaling, "notify::state", G_CALLBACK (on_signaling_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->negotiation, "offer-ready", G_CALLBACK (on_offer_ready), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->negotiation, "offered", G_CALLBACK (on_offered), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->negotiation, "restarted", G_CALLBACK (on_restarted), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->negotiation, "path-up", G_CALLBACK (on_path_up), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->negotiation, "path-lost", G_CALLBACK (on_path_lost), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->negotiation, "late", G_CALLBACK (on_late), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->negotiation, "failed", G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
  return self;
}

/* The servers that the media will use; without effect once it is there. */
void
yonder_call_set_ice_servers (YonderCall *self, GListModel *ice_servers, gboolean relay_only)
{
  g_set_object (&self->ice_servers, ice_servers);
  self->relay_only = relay_only;
}

/* Calls the peer. The media is prepared while it rings there, so that the answer connects at once. */
void
yonder_call_dial (YonderCall *self)
{
  g_autoptr (YonderMediaSession) media = NULL;
  YonderSignalingState state = yonder_signaling_get_state (self->signaling);

  self->is_outgoing = TRUE;
  notify (self, PROP_IS_OUTGOING);
  if (!handle_simply (self, YONDER_CALL_EVENT_DIAL))
    return;
  if (state == YONDER_SIGNALING_OFFLINE || state == YONDER_SIGNALING_REFUSED) {
    handle (self, YONDER_CALL_EVENT_SIGNALING_LOST, YONDER_END_NONE, NULL);
    return;
  }

  media = create_media (self, self->kind == YONDER_CALL_KIND_VIDEO);
  if (media == NULL)
    return;
  /* The invitation waits for the offer in the one flow, and so does its limit. */
  if (yonder_signaling_get_flow (self->signaling) == YONDER_SIGNALING_OFFER_FIRST)
    yonder_clock_clear (self->clock, &self->limit_timer);
  else
    invite (self, NULL);
  yonder_negotiation_start_offering (self->negotiation, media);
  notify (self, PROP_MEDIA);
}

/* The peer calls. @sdp: (nullable): its offer, in the offer-first flow */
void
yonder_call_ring (YonderCall *self, const char *call_id, const char *sdp)
{
  set_call_id (self, call_id);
  if (sdp != NULL)
    yonder_negotiation_take_offer (self->negotiation, sdp, 0);
  handle_simply (self, YONDER_CALL_EVENT_RING);
}

/* Both called each other and the peer's invitation stands: this outgoing call becomes the incoming one, taken already. */
void
yonder_call_adopt (YonderCall *self, const char *call_id, const char *sdp)
{
  g_autoptr (YonderCall) alive = g_object_ref (self);
  g_autofree char *former_id = g_strdup (self->call_id);

  if (self->state != YONDER_CALL_STATE_INVITING && self->state != YONDER_CALL_STATE_RINGING)
    return;

  self->invitation++; /* what comes back for the one before is taken back */
  if (former_id != NULL)
    yonder_signaling_hang_up (self->signaling, former_id);
  self->is_outgoing = FALSE;
  set_call_id (self, call_id);
  notify (self, PROP_IS_OUTGOING);
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("Both called each other; the peer’s invitation stands"));
  if (!handle_simply (self, YONDER_CALL_EVENT_GLARE))
    return;

  if (is_live (self) && yonder_signaling_get_flow (self->signaling) == YONDER_SIGNALING_INVITE_FIRST)
    yonder_signaling_accept (self->signaling, call_id, NULL);
  if (!is_live (self))
    return;
  yonder_negotiation_yield (self->negotiation);
  if (sdp != NULL)
    yonder_negotiation_take_offer (self->negotiation, sdp, 0);
}

/* Both called each other and our invitation stands; the peer's is kept in case that the server thinks otherwise. */
void
yonder_call_set_rival (YonderCall *self, const char *call_id, const char *sdp)
{
  g_set_str (&self->rival_id, call_id);
  g_set_str (&self->rival_sdp, sdp);
  if (call_id != NULL)
    yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("Both called each other; our invitation stands"));
}

const char *
yonder_call_get_rival (YonderCall *self)
{
  return self->rival_id;
}

/* Somebody took the call. @sdp: (nullable): the answer, in the offer-first flow */
void
yonder_call_take_accepted (YonderCall *self, const char *sdp)
{
  gboolean was_ringing = self->state == YONDER_CALL_STATE_RINGING;

  if (!handle_simply (self, YONDER_CALL_EVENT_ACCEPTED) || !was_ringing || !is_live (self))
    return;

  yonder_negotiation_allow (self->negotiation, yonder_signaling_get_flow (self->signaling) == YONDER_SIGNALING_OFFER_FIRST);
  if (sdp != NULL)
    yonder_negotiation_take_answer (self->negotiation, sdp, 0);
}

/* The server or the peer says that the call is over. */
void
yonder_call_take_ended (YonderCall *self, YonderPeerEnd why, const char *text)
{
  static const YonderCallEvent events[] = {
    [YONDER_PEER_END_HUNG_UP] = YONDER_CALL_EVENT_PEER_HUNG_UP,
    [YONDER_PEER_END_DECLINED] = YONDER_CALL_EVENT_PEER_DECLINED,
    [YONDER_PEER_END_MISSED] = YONDER_CALL_EVENT_PEER_MISSED,
    [YONDER_PEER_END_BUSY] = YONDER_CALL_EVENT_PEER_BUSY,
    [YONDER_PEER_END_FAILED] = YONDER_CALL_EVENT_PEER_FAILED,
    [YONDER_PEER_END_ANSWERED_ELSEWHERE] = YONDER_CALL_EVENT_PEER_ELSEWHERE,
  };

  g_return_if_fail (why < G_N_ELEMENTS (events));

  if (why == YONDER_PEER_END_BUSY && take_rival (self))
    return;
  handle (self, events[why], YONDER_END_NONE, text != NULL && *text != '\0' ? text : NULL);
}

/* The server complains about something that we sent. */
void
yonder_call_take_error (YonderCall *self, const char *text)
{
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("The server says: %s"), text);
  handle (self, YONDER_CALL_EVENT_REFUSED, yonder_end_reason_for_words (text, FALSE), text);
}

void
yonder_call_take_offer (YonderCall *self, const char *sdp, gint64 generation)
{
  yonder_negotiation_take_offer (self->negotiation, sdp, generation);
}

void
yonder_call_take_answer (YonderCall *self, const char *sdp, gint64 generation)
{
  yonder_negotiation_take_answer (self->negotiation, sdp, generation);
}

void
yonder_call_take_candidates (YonderCall *self, GPtrArray *candidates, gint64 generation)
{
  yonder_negotiation_take_candidates (self->negotiation, candidates, generation);
}

void
yonder_call_take_recover (YonderCall *self, gint64 generation)
{
  yonder_negotiation_take_recover (self->negotiation, generation);
}

/* A message for this call was not acceptable to the signalling already. */
void
yonder_call_take_refused (YonderCall *self, const GError *error)
{
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_REFUSED, "%s", error->message);
}

YonderCallState
yonder_call_get_state (YonderCall *self)
{
  g_return_val_if_fail (YONDER_IS_CALL (self), YONDER_CALL_STATE_ENDED);

  return self->state;
}

YonderEndReason
yonder_call_get_end_reason (YonderCall *self)
{
  g_return_val_if_fail (YONDER_IS_CALL (self), YONDER_END_NONE);

  return self->end_reason;
}

/**
 * yonder_call_get_end_detail:
 * @self: the call
 *
 * Returns: (transfer none) (nullable): one or two translated sentences for the user, where the reason alone does not say what happened
 *   and what to do; text, never markup
 */
const char *
yonder_call_get_end_detail (YonderCall *self)
{
  g_return_val_if_fail (YONDER_IS_CALL (self), NULL);

  return self->end_detail;
}

YonderCallKind
yonder_call_get_kind (YonderCall *self)
{
  g_return_val_if_fail (YONDER_IS_CALL (self), YONDER_CALL_KIND_VOICE);

  return self->kind;
}

gboolean
yonder_call_is_outgoing (YonderCall *self)
{
  g_return_val_if_fail (YONDER_IS_CALL (self), FALSE);

  return self->is_outgoing;
}

YonderContact *
yonder_call_get_peer (YonderCall *self)
{
  g_return_val_if_fail (YONDER_IS_CALL (self), NULL);

  return self->peer;
}

/**
 * yonder_call_get_call_id:
 * @self: the call
 *
 * Returns: (transfer none) (nullable): the id that both sides and the server know; %NULL before the server gave one
 */
const char *
yonder_call_get_call_id (YonderCall *self)
{
  g_return_val_if_fail (YONDER_IS_CALL (self), NULL);

  return self->call_id;
}

/* Whole seconds since the first time that it was connected; stands still once it has ended. */
guint
yonder_call_get_elapsed_s (YonderCall *self)
{
  g_return_val_if_fail (YONDER_IS_CALL (self), 0);

  return self->elapsed_s;
}

/**
 * yonder_call_get_media:
 * @self: the call
 *
 * Returns: (transfer none) (nullable): the session, closed but readable after the call; %NULL before the call was dialled or accepted
 */
YonderMediaSession *
yonder_call_get_media (YonderCall *self)
{
  g_return_val_if_fail (YONDER_IS_CALL (self), NULL);

  return yonder_negotiation_get_media (self->negotiation);
}

/**
 * yonder_call_get_timeline:
 * @self: the call
 *
 * Returns: (transfer none): a list of [class@Yonder.TimelineEntry], oldest first
 */
GListModel *
yonder_call_get_timeline (YonderCall *self)
{
  g_return_val_if_fail (YONDER_IS_CALL (self), NULL);

  return G_LIST_MODEL (self->timeline);
}

/**
 * yonder_call_accept:
 * @self: an incoming call
 * @with_video: whether to send and take a picture, in a video call
 *
 * Takes the call; a call that goes on ends. Without effect in any other state.
 */
void
yonder_call_accept (YonderCall *self, gboolean with_video)
{
  g_autoptr (YonderCall) alive = NULL;
  g_autoptr (YonderMediaSession) media = NULL;

  g_return_if_fail (YONDER_IS_CALL (self));

  alive = g_object_ref (self);
  if (!handle_simply (self, YONDER_CALL_EVENT_ACCEPT) || !is_live (self))
    return;
  if (!with_video && self->kind == YONDER_CALL_KIND_VIDEO) {
    self->kind = YONDER_CALL_KIND_VOICE;
    notify (self, PROP_KIND);
  }

  media = create_media (self, self->kind == YONDER_CALL_KIND_VIDEO);
  if (media == NULL)
    return;
  if (yonder_signaling_get_flow (self->signaling) == YONDER_SIGNALING_INVITE_FIRST)
    yonder_signaling_accept (self->signaling, self->call_id, NULL);
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("Call accepted"));
  yonder_negotiation_start_answering (self->negotiation, media);
  notify (self, PROP_MEDIA);
}

/**
 * yonder_call_decline:
 * @self: an incoming call
 *
 * Refuses the call. Without effect in any other state.
 */
void
yonder_call_decline (YonderCall *self)
{
  g_return_if_fail (YONDER_IS_CALL (self));

  handle_simply (self, YONDER_CALL_EVENT_DECLINE);
}

/**
 * yonder_call_hang_up:
 * @self: the call
 *
 * Ends the call, whatever it is doing; an incoming one that was not taken is declined.
 */
void
yonder_call_hang_up (YonderCall *self)
{
  g_return_if_fail (YONDER_IS_CALL (self));

  handle_simply (self, self->state == YONDER_CALL_STATE_INCOMING ? YONDER_CALL_EVENT_DECLINE : YONDER_CALL_EVENT_HANG_UP);
}

void
yonder_call_set_muted (YonderCall *self, gboolean muted)
{
  g_return_if_fail (YONDER_IS_CALL (self));

  if (self->is_muted == !!muted)
    return;
  self->is_muted = !!muted;
  mute (self);
  notify (self, PROP_IS_MUTED);
}

void
yonder_call_set_camera_off (YonderCall *self, gboolean off)
{
  g_return_if_fail (YONDER_IS_CALL (self));

  if (self->is_camera_off == !!off)
    return;
  self->is_camera_off = !!off;
  mute (self);
  notify (self, PROP_IS_CAMERA_OFF);
}

/**
 * yonder_call_recover:
 * @self: the call
 *
 * Rebuilds the path now, since something outside tells that it is gone: another network, a resume from suspend. Without effect on a
 * call that was not connected.
 */
void
yonder_call_recover (YonderCall *self)
{
  g_autoptr (YonderCall) alive = NULL;

  g_return_if_fail (YONDER_IS_CALL (self));

  alive = g_object_ref (self);
  if (self->state != YONDER_CALL_STATE_CONNECTED && self->state != YONDER_CALL_STATE_RECONNECTING)
    return;
  if (self->state == YONDER_CALL_STATE_CONNECTED)
    handle_simply (self, YONDER_CALL_EVENT_PATH_LOST);
  yonder_negotiation_recover (self->negotiation);
}
