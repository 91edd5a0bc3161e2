/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-call-inside.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (YonderCall, yonder_call, G_TYPE_OBJECT)

static GParamSpec *properties[N_PROPS];

void
yonder_call_notify (YonderCall *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

void
yonder_call_set_call_id (YonderCall *self, const char *call_id)
{
  if (!g_set_str (&self->call_id, call_id))
    return;
  yonder_negotiation_set_call_id (self->negotiation, call_id);
  yonder_call_notify (self, PROP_CALL_ID);
}

void
yonder_call_tell_state (YonderCall *self)
{
  yonder_conversation_set_own_state (self->conversation, &(YonderOwnState) {
    .is_muted = self->is_muted || self->is_held,
    .is_camera_off = (self->is_camera_off && !self->is_sharing) || self->is_held,
    .is_holding = self->is_held,
    .is_sharing = self->is_sharing,
  });
}

static void
mute (YonderCall *self)
{
  YonderMediaSession *media = yonder_negotiation_get_media (self->negotiation);

  if (media != NULL && yonder_call_is_live (self))
    yonder_media_session_set_muted (media, self->is_muted, self->is_camera_off);
  yonder_call_tell_state (self);
}

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
  case PROP_IS_REDIAL:
    g_value_set_boolean (value, self->is_redial);
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
  case PROP_SAFETY_CODE:
    g_value_take_string (value, yonder_call_dup_safety_code (self));
    break;
  case PROP_TIMELINE:
    g_value_set_object (value, self->timeline);
    break;
  case PROP_ICE_CONFIG:
    g_value_set_object (value, self->ice_config);
    break;
  case PROP_CONVERSATION:
    g_value_set_object (value, self->conversation);
    break;
  case PROP_IS_HELD:
    g_value_set_boolean (value, self->is_held);
    break;
  case PROP_IS_SHARING:
    g_value_set_boolean (value, self->is_sharing);
    break;
  case PROP_CAN_SEND_PICTURE:
    g_value_set_boolean (value, yonder_call_can_send_picture (self));
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
  case PROP_IS_HELD:
    yonder_call_set_held (self, g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_call_dispose (GObject *object)
{
  YonderCall *self = YONDER_CALL (object);

  yonder_call_set_ice_sources (self, NULL);
  yonder_call_clear_timers (self);
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
  g_free (self->meeting_base);
  g_free (self->meeting_uri);
  g_clear_object (&self->inspection);
  g_clear_object (&self->conversation);
  g_clear_object (&self->negotiation);
  g_clear_object (&self->timeline);
  g_clear_object (&self->ice_config);
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
  properties[PROP_IS_REDIAL] = g_param_spec_boolean ("is-redial", NULL, NULL, FALSE, ro);
  properties[PROP_PEER] = g_param_spec_object ("peer", NULL, NULL, YONDER_TYPE_CONTACT, ro);
  properties[PROP_CALL_ID] = g_param_spec_string ("call-id", NULL, NULL, NULL, ro);
  properties[PROP_ELAPSED_S] = g_param_spec_uint ("elapsed-s", NULL, NULL, 0, G_MAXUINT, 0, ro);
  properties[PROP_IS_MUTED] = g_param_spec_boolean ("is-muted", NULL, NULL, FALSE, rw);
  properties[PROP_IS_CAMERA_OFF] = g_param_spec_boolean ("is-camera-off", NULL, NULL, FALSE, rw);
  properties[PROP_MEDIA] = g_param_spec_object ("media", NULL, NULL, YONDER_TYPE_MEDIA_SESSION, ro);
  properties[PROP_SAFETY_CODE] = g_param_spec_string ("safety-code", NULL, NULL, NULL, ro);
  properties[PROP_TIMELINE] = g_param_spec_object ("timeline", NULL, NULL, G_TYPE_LIST_MODEL, ro);
  properties[PROP_ICE_CONFIG] = g_param_spec_object ("ice-config", NULL, NULL, YONDER_TYPE_ICE_CONFIG, ro);
  properties[PROP_CONVERSATION] = g_param_spec_object ("conversation", NULL, NULL, YONDER_TYPE_CONVERSATION, ro);
  properties[PROP_IS_HELD] = g_param_spec_boolean ("is-held", NULL, NULL, FALSE, rw);
  properties[PROP_IS_SHARING] = g_param_spec_boolean ("is-sharing", NULL, NULL, FALSE, ro);
  properties[PROP_CAN_SEND_PICTURE] = g_param_spec_boolean ("can-send-picture", NULL, NULL, TRUE, ro);
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
  self->is_camera_off = kind != YONDER_CALL_KIND_VIDEO;
  self->timeline = yonder_timeline_new (clock);
  self->negotiation = yonder_negotiation_new (signaling, clock, self->timeline, yonder_contact_get_id (peer));
  self->conversation = yonder_conversation_new (self->timeline);
  self->inspection = yonder_call_inspection_new (clock, signaling, self->timeline, peer);

  yonder_call_watch (self);
  return self;
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

gboolean
yonder_call_is_redial (YonderCall *self)
{
  g_return_val_if_fail (YONDER_IS_CALL (self), FALSE);

  return self->is_redial;
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
 * yonder_call_dup_safety_code:
 * @self: the call
 *
 * Returns: (transfer full) (nullable): six groups of five digits that both people see alike unless somebody sits between them; another
 *   one whenever the path was rebuilt, and %NULL while there is no secured connection
 */
char *
yonder_call_dup_safety_code (YonderCall *self)
{
  YonderMediaSession *media = yonder_call_get_media (self);

  return media != NULL ? yonder_media_session_dup_safety_code (media) : NULL;
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

/* The call was taken: tells so, and waits for the offer. */
void
yonder_call_start_answering (YonderCall *self)
{
  g_autoptr (YonderMediaSession) media = yonder_call_create_media (self);

  if (media == NULL)
    return;
  if (yonder_signaling_get_flow (self->signaling) == YONDER_SIGNALING_INVITE_FIRST)
    yonder_signaling_accept (self->signaling, self->call_id, NULL);
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("Call accepted"));
  yonder_negotiation_start_answering (self->negotiation, media);
  yonder_call_notify (self, PROP_MEDIA);
}

/**
 * yonder_call_get_conversation:
 * @self: the call
 *
 * Returns: (transfer none): what both sides say beside sound and picture; after the call it can be read
 */
YonderConversation *
yonder_call_get_conversation (YonderCall *self)
{
  g_return_val_if_fail (YONDER_IS_CALL (self), NULL);

  return self->conversation;
}

/**
 * yonder_call_get_inspection:
 * @self: the call
 *
 * Returns: (transfer none): what can be looked at of the call, then and now
 */
YonderCallInspection *
yonder_call_get_inspection (YonderCall *self)
{
  g_return_val_if_fail (YONDER_IS_CALL (self), NULL);

  return self->inspection;
}

/**
 * yonder_call_accept:
 * @self: an incoming call
 * @with_video: whether to send a picture from the start, in a video call
 *
 * Takes the call; a call that goes on ends. Without effect in any other state.
 */
void
yonder_call_accept (YonderCall *self, gboolean with_video)
{
  g_autoptr (YonderCall) alive = NULL;

  g_return_if_fail (YONDER_IS_CALL (self));

  alive = g_object_ref (self);
  if (!yonder_call_handle_simply (self, YONDER_CALL_EVENT_ACCEPT) || !yonder_call_is_live (self))
    return;
  if (!with_video)
    yonder_call_set_camera_off (self, TRUE);

  yonder_call_find_ice_servers (self, yonder_call_start_answering);
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

  yonder_call_handle_simply (self, YONDER_CALL_EVENT_DECLINE);
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

  yonder_call_handle_simply (self, self->state == YONDER_CALL_STATE_INCOMING ? YONDER_CALL_EVENT_DECLINE : YONDER_CALL_EVENT_HANG_UP);
}

void
yonder_call_set_muted (YonderCall *self, gboolean muted)
{
  g_return_if_fail (YONDER_IS_CALL (self));

  if (self->is_muted == !!muted)
    return;
  self->is_muted = !!muted;
  mute (self);
  yonder_call_notify (self, PROP_IS_MUTED);
}

/* A picture came or goes out: from now on this is a video call, whatever it began as. */
void
yonder_call_note_picture (YonderCall *self)
{
  if (self->kind == YONDER_CALL_KIND_VIDEO)
    return;
  self->kind = YONDER_CALL_KIND_VIDEO;
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_MEDIA, _("The voice call has a picture now"));
  yonder_call_notify (self, PROP_KIND);
}

/**
 * yonder_call_set_camera_off:
 * @self: the call
 * @off: whether no picture goes out
 *
 * Turned on, the camera makes a voice call one with a picture. The other side's camera stays as it is. Without effect on what is sent where
 * the other side takes no picture ([property@Yonder.Call:can-send-picture]).
 */
void
yonder_call_set_camera_off (YonderCall *self, gboolean off)
{
  g_return_if_fail (YONDER_IS_CALL (self));

  if (self->is_camera_off == !!off)
    return;
  self->is_camera_off = !!off;
  if (!off && yonder_call_is_live (self))
    yonder_call_note_picture (self);
  mute (self);
  yonder_call_notify (self, PROP_IS_CAMERA_OFF);
}

/* Whether the call is one that can be put on hold: it was connected. */
gboolean
yonder_call_can_hold (YonderCall *self)
{
  g_return_val_if_fail (YONDER_IS_CALL (self), FALSE);

  return self->state == YONDER_CALL_STATE_CONNECTED || self->state == YONDER_CALL_STATE_RECONNECTING;
}

gboolean
yonder_call_is_held (YonderCall *self)
{
  g_return_val_if_fail (YONDER_IS_CALL (self), FALSE);

  return self->is_held;
}

/**
 * yonder_call_set_held:
 * @self: the call
 * @is_held: whether it is on hold
 *
 * On hold the other side is neither heard nor does it hear or see anything, and no screen is shared any more; it is told so, and the connection
 * stays. The call manager
 * sees to it that one call at most is not on hold. Without effect on a call that was not connected.
 */
void
yonder_call_set_held (YonderCall *self, gboolean is_held)
{
  YonderMediaSession *media;

  g_return_if_fail (YONDER_IS_CALL (self));

  if (self->is_held == !!is_held || !yonder_call_can_hold (self))
    return;

  yonder_call_stop_sharing (self);
  media = yonder_call_get_media (self);
  self->is_held = !!is_held;
  yonder_media_session_set_held (media, self->is_held);
  yonder_call_tell_state (self);
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_STATE, "%s", self->is_held ? _("Put on hold") : _("Taken up again"));
  yonder_call_notify (self, PROP_IS_HELD);
}

gboolean
yonder_call_is_sharing (YonderCall *self)
{
  g_return_val_if_fail (YONDER_IS_CALL (self), FALSE);

  return self->is_sharing;
}

/* Not shared any more, whoever ended it. */
static void
on_screen_ended (YonderCall *self)
{
  self->is_sharing = FALSE;
  g_signal_handlers_disconnect_by_func (yonder_call_get_media (self), on_screen_ended, self);
  yonder_call_tell_state (self);
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_MEDIA, _("The screen is shared no more"));
  yonder_call_notify (self, PROP_IS_SHARING);
}

/**
 * yonder_call_share_screen:
 * @self: the call
 * @remote: a connection to PipeWire, as the desktop hands out; borrowed for the call
 * @node_id: the stream of a screen or a window there
 *
 * Shows the other side a screen or a window in place of the camera's picture, in a voice call too, and tells it so; until
 * yonder_call_stop_sharing(), until the stream ends, the call is put on hold or is over ([property@Yonder.Call:is-sharing]). Whether the camera
 * is off is another matter, which counts afterwards. Without effect on a call that is on hold, not connected or takes no picture.
 */
void
yonder_call_share_screen (YonderCall *self, int remote, guint node_id)
{
  YonderMediaSession *media;

  g_return_if_fail (YONDER_IS_CALL (self));

  if (self->is_sharing || self->is_held || !yonder_call_can_hold (self) || !yonder_call_can_send_picture (self))
    return;

  media = yonder_call_get_media (self);
  self->is_sharing = TRUE;
  g_signal_connect_object (media, "screen-ended", G_CALLBACK (on_screen_ended), self, G_CONNECT_SWAPPED);
  yonder_call_note_picture (self);
  yonder_media_session_share_screen (media, remote, node_id);
  yonder_call_tell_state (self);
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_MEDIA, _("A screen or a window is shared"));
  yonder_call_notify (self, PROP_IS_SHARING);
}

void
yonder_call_stop_sharing (YonderCall *self)
{
  g_return_if_fail (YONDER_IS_CALL (self));

  if (!self->is_sharing)
    return;

  yonder_media_session_stop_screen (yonder_call_get_media (self));
  on_screen_ended (self);
}

/* Returns: %FALSE where the other side's program takes no picture in this call */
gboolean
yonder_call_can_send_picture (YonderCall *self)
{
  YonderMediaSession *media = yonder_call_get_media (self);

  return media == NULL || yonder_media_session_can_send_video (media);
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
    yonder_call_handle_simply (self, YONDER_CALL_EVENT_PATH_LOST);
  yonder_negotiation_recover (self->negotiation);
}
