/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invitations, ours and the peer's, and what the server and the peer say of the call. */

#include "yonder-call-inside.h"

#include "yonder-end-words.h"

#include <glib/gi18n.h>

/* An invitation under way. It is not cancelled with its call: when the server has taken it, it must be taken back. */
typedef struct {
  YonderCall *self;
  guint       number;
} Invitation;

gboolean
yonder_call_peer_is_offline (YonderCall *self)
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

  if (!yonder_call_is_live (self) || invitation->number != self->invitation) {
    if (call_id != NULL)
      yonder_signaling_hang_up (self->signaling, call_id);
    return;
  }
  if (call_id == NULL) {
    if (!take_rival (self))
      yonder_call_handle (self, YONDER_CALL_EVENT_REFUSED, yonder_end_reason_for_invite_error (error, yonder_call_peer_is_offline (self)),
                          error->message);
    return;
  }

  yonder_call_set_call_id (self, call_id);
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("The server took the invitation"));
  yonder_call_handle_simply (self, YONDER_CALL_EVENT_INVITED);
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
void
yonder_call_take_offer_ready (YonderCall *self, const char *sdp)
{
  if (self->state != YONDER_CALL_STATE_INVITING || self->invitation > 0
      || yonder_signaling_get_flow (self->signaling) != YONDER_SIGNALING_OFFER_FIRST)
    return;
  yonder_call_start_limit (self);
  invite (self, sdp);
}

/* The media is prepared while it rings there, so that the answer connects at once. */
static void
start_offering (YonderCall *self)
{
  g_autoptr (YonderMediaSession) media = yonder_call_create_media (self);

  if (media == NULL)
    return;
  /* The invitation waits for the offer in the one flow, and so does its limit. */
  if (yonder_signaling_get_flow (self->signaling) == YONDER_SIGNALING_OFFER_FIRST)
    yonder_clock_clear (self->clock, &self->limit_timer);
  else
    invite (self, NULL);
  yonder_negotiation_start_offering (self->negotiation, media);
  yonder_call_notify (self, PROP_MEDIA);
}

/* Calls the peer, with the STUN and TURN servers that are known now or in a moment. */
void
yonder_call_dial (YonderCall *self)
{
  YonderSignalingState state = yonder_signaling_get_state (self->signaling);

  self->is_outgoing = TRUE;
  yonder_call_notify (self, PROP_IS_OUTGOING);
  if (!yonder_call_handle_simply (self, YONDER_CALL_EVENT_DIAL))
    return;
  if (state == YONDER_SIGNALING_OFFLINE || state == YONDER_SIGNALING_REFUSED) {
    yonder_call_handle (self, YONDER_CALL_EVENT_SIGNALING_LOST, YONDER_END_NONE, NULL);
    return;
  }

  yonder_call_find_ice_servers (self, start_offering);
}

/* Before it is dialled: it is there since @former broke, and goes on where that was. */
void
yonder_call_replace (YonderCall *self, YonderCall *former)
{
  self->is_redial = TRUE;
  self->is_muted = former->is_muted;
  self->is_camera_off = former->is_camera_off;
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_STATE, _("The connection broke, so the other side is called again"));
  yonder_call_notify (self, PROP_IS_REDIAL);
}

/* Whether the call broke in such a way that dialling again may help. */
gboolean
yonder_call_wants_redial (YonderCall *self)
{
  return self->wants_redial;
}

/* The peer calls. @sdp: (nullable): its offer, in the offer-first flow */
void
yonder_call_ring (YonderCall *self, const char *call_id, const char *sdp)
{
  yonder_call_set_call_id (self, call_id);
  if (sdp != NULL)
    yonder_negotiation_take_offer (self->negotiation, sdp, YONDER_NO_GENERATION);
  yonder_call_handle_simply (self, YONDER_CALL_EVENT_RING);
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
  yonder_call_set_call_id (self, call_id);
  yonder_call_notify (self, PROP_IS_OUTGOING);
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("Both called each other; the peer’s invitation stands"));
  if (!yonder_call_handle_simply (self, YONDER_CALL_EVENT_GLARE))
    return;

  if (yonder_call_is_finding_ice_servers (self)) {
    if (sdp != NULL)
      yonder_negotiation_take_offer (self->negotiation, sdp, 0);
    yonder_call_find_ice_servers (self, yonder_call_start_answering);
    return;
  }
  if (yonder_call_is_live (self) && yonder_signaling_get_flow (self->signaling) == YONDER_SIGNALING_INVITE_FIRST)
    yonder_signaling_accept (self->signaling, call_id, NULL);
  if (!yonder_call_is_live (self))
    return;
  yonder_negotiation_yield (self->negotiation);
  if (sdp != NULL)
    yonder_negotiation_take_offer (self->negotiation, sdp, YONDER_NO_GENERATION);
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

  if (!yonder_call_handle_simply (self, YONDER_CALL_EVENT_ACCEPTED) || !was_ringing || !yonder_call_is_live (self))
    return;

  yonder_negotiation_allow (self->negotiation, yonder_signaling_get_flow (self->signaling) == YONDER_SIGNALING_OFFER_FIRST);
  if (sdp != NULL)
    yonder_negotiation_take_answer (self->negotiation, sdp, YONDER_NO_GENERATION);
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
  yonder_call_handle (self, events[why], YONDER_END_NONE, text != NULL && *text != '\0' ? text : NULL);
}

/* The server complains about something that we sent. */
void
yonder_call_take_error (YonderCall *self, const char *text)
{
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("The server says: %s"), text);
  yonder_call_handle (self, YONDER_CALL_EVENT_REFUSED, yonder_end_reason_for_words (text, FALSE), text);
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
