/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a call goes from state to state: by its clock, its media and the connection to the server. */

#include "yonder-call-inside.h"

#include "yonder-end-words.h"

#include <glib/gi18n.h>

/* How long a call without media outlives the connection to the server. chosen: three tries of a reconnection with backoff */
#define SIGNALING_GRACE_MS (10 * 1000)

/* chosen: a call that was dialled by itself must have lasted that long before it is dialled by itself again */
#define MIN_REDIALLED_S 60

/* --- The clock --- */

static gboolean
on_limit (gpointer user_data)
{
  YonderCall *self = user_data;

  self->limit_timer = 0;
  yonder_call_handle (self, YONDER_CALL_EVENT_TIMEOUT, YONDER_END_NONE, NULL);
  return G_SOURCE_REMOVE;
}

void
yonder_call_start_limit (YonderCall *self)
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
    yonder_call_notify (self, PROP_ELAPSED_S);
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

void
yonder_call_clear_timers (YonderCall *self)
{
  yonder_clock_clear (self->clock, &self->limit_timer);
  yonder_clock_clear (self->clock, &self->grace_timer);
  yonder_clock_clear (self->clock, &self->tick_timer);
  yonder_clock_clear (self->clock, &self->meeting_timer);
}

/* --- The state --- */

gboolean
yonder_call_is_live (YonderCall *self)
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
  case YONDER_CALL_EVENT_VAIN:
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
  yonder_call_inspection_end (self->inspection, during, reason, facts.has_remote_description);
  facts.was_given_up = yonder_call_inspection_was_given_up (self->inspection);
  self->ended_during = during;
  if (reason == YONDER_END_NETWORK && !self->wants_redial)
    yonder_call_offer_meeting (self);
  tell_peer (self, event, during);
  yonder_negotiation_close (self->negotiation);
  yonder_conversation_close (self->conversation);
  yonder_call_stop_sharing (self);
  yonder_call_clear_timers (self);
  g_clear_pointer (&self->rival_id, g_free);
  g_clear_pointer (&self->rival_sdp, g_free);

  self->end_detail = yonder_end_words (reason, during, told, yonder_contact_get_name (self->peer), &facts,
                                       yonder_call_inspection_get_cause (self->inspection));
  yonder_call_inspection_explain (self->inspection, self->end_detail);
  self->end_reason = reason;
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_STATE, _("Ended: %s"), yonder_end_reason_to_string (reason));
  g_debug ("Call %s ended: %s", self->call_id, yonder_end_reason_to_string (reason));

  yonder_call_notify (self, PROP_END_REASON);
  yonder_call_notify (self, PROP_END_DETAIL);
  yonder_call_notify (self, PROP_SAFETY_CODE);
  yonder_call_notify (self, PROP_STATE);
}

static void
enter (YonderCall *self, YonderCallState state)
{
  self->state = state;
  yonder_call_start_limit (self);
  if (state == YONDER_CALL_STATE_CONNECTED) {
    yonder_clock_clear (self->clock, &self->grace_timer);
    start_elapsed (self);
  }
  yonder_call_time_meeting (self);
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_STATE, "%s", yonder_call_state_to_string (state));
  yonder_call_inspection_update (self->inspection, self);
  yonder_call_notify (self, PROP_STATE);
}

gboolean
yonder_call_handle (YonderCall *self, YonderCallEvent event, YonderEndReason told_reason, const char *told)
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

gboolean
yonder_call_handle_simply (YonderCall *self, YonderCallEvent event)
{
  return yonder_call_handle (self, event, YONDER_END_NONE, NULL);
}

/* --- The media --- */

YonderMediaSession *
yonder_call_create_media (YonderCall *self)
{
  YonderMediaOptions options = {
    .send_video = !self->is_camera_off,
    .ice_servers = self->ice_config != NULL ? yonder_ice_config_get_servers (self->ice_config) : NULL,
    .relay_only = self->ice_config != NULL && yonder_ice_config_is_relay_only (self->ice_config),
  };
  g_autoptr (GError) error = NULL;
  YonderMediaSession *media = yonder_media_factory_create_session (self->factory, &options, &error);

  if (media == NULL) {
    yonder_call_handle (self, YONDER_CALL_EVENT_MEDIA_FAILED, YONDER_END_NO_MEDIA, error->message);
    return NULL;
  }
  if (self->is_muted)
    yonder_media_session_set_muted (media, self->is_muted, self->is_camera_off);
  yonder_call_inspection_set_media (self->inspection, media);
  yonder_conversation_set_media (self->conversation, media);
  g_signal_connect_object (media, "first-frame", G_CALLBACK (yonder_call_note_picture), self, G_CONNECT_SWAPPED);
  yonder_call_tell_state (self);
  return media;
}

static void
on_path_up (YonderCall *self)
{
  yonder_call_handle_simply (self, YONDER_CALL_EVENT_PATH_UP);
}

static void
on_path_lost (YonderCall *self)
{
  yonder_call_handle_simply (self, YONDER_CALL_EVENT_PATH_LOST);
}

static void
on_offered (YonderCall *self)
{
  yonder_call_handle_simply (self, YONDER_CALL_EVENT_OFFERED);
}

static void
on_secured (YonderCall *self)
{
  yonder_call_notify (self, PROP_SAFETY_CODE);
  yonder_call_notify (self, PROP_CAN_SEND_PICTURE);
}

static void
on_restarted (YonderCall *self)
{
  yonder_call_inspection_restart (self->inspection);
  yonder_call_notify (self, PROP_SAFETY_CODE);
  yonder_call_handle_simply (self, YONDER_CALL_EVENT_RESTART);
}

/* A client that never heard of rebuilding a path knows at least how to be called. Not for ever: a call that breaks again right after it
 * was dialled by itself is left to its limit. */
static void
on_vain (YonderCall *self)
{
  if (yonder_call_peer_is_offline (self) || (self->is_redial && self->elapsed_s < MIN_REDIALLED_S))
    return;
  self->wants_redial = self->state == YONDER_CALL_STATE_RECONNECTING;
  yonder_call_handle (self, YONDER_CALL_EVENT_VAIN, YONDER_END_NONE,
                      _("The connection broke and the other side did not take it up again, so it is called anew."));
}

static void
on_late (YonderCall *self)
{
  yonder_call_handle_simply (self, YONDER_CALL_EVENT_LATE_DESCRIPTION);
}

static void
on_failed (YonderCall *self, const GError *error)
{
  yonder_call_inspection_take_error (self->inspection, error);
  yonder_call_handle (self, YONDER_CALL_EVENT_MEDIA_FAILED, yonder_end_reason_for_media_error (error), error->message);
}

/* --- The connection to the server --- */

static gboolean
on_grace_ended (gpointer user_data)
{
  YonderCall *self = user_data;

  self->grace_timer = 0;
  yonder_call_handle_simply (self, YONDER_CALL_EVENT_SIGNALING_LOST);
  return G_SOURCE_REMOVE;
}

static void
on_signaling_state (YonderCall *self)
{
  YonderSignalingState state = yonder_signaling_get_state (self->signaling);
  gboolean has_media = self->state == YONDER_CALL_STATE_CONNECTED || self->state == YONDER_CALL_STATE_RECONNECTING;

  if (!yonder_call_is_live (self))
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
    yonder_call_handle_simply (self, YONDER_CALL_EVENT_SIGNALING_LOST);
    break;
  }
}

/* Whose words move the call. */
void
yonder_call_watch (YonderCall *self)
{
  g_signal_connect_object (self->signaling, "notify::state", G_CALLBACK (on_signaling_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->negotiation, "offer-ready", G_CALLBACK (yonder_call_take_offer_ready), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->negotiation, "offered", G_CALLBACK (on_offered), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->negotiation, "restarted", G_CALLBACK (on_restarted), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->negotiation, "secured", G_CALLBACK (on_secured), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->negotiation, "path-up", G_CALLBACK (on_path_up), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->negotiation, "path-lost", G_CALLBACK (on_path_lost), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->negotiation, "vain", G_CALLBACK (on_vain), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->negotiation, "late", G_CALLBACK (on_late), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->negotiation, "failed", G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
}
