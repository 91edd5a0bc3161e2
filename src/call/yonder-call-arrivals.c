/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the call server says: who calls, and which call each message is about. */

#include "yonder-call-manager-inside.h"

#include "yonder-call-private.h"
#include "yonder-call-state.h"

/* chosen: more cannot be shown in any useful way, and each one rings */
#define MAX_INCOMING 4
/* One, and the next one of somebody whose first call hangs on the server still. */
#define MAX_INCOMING_PER_PEER 2

gboolean
yonder_call_is_of_peer (YonderCall *call, const char *peer_id)
{
  return g_strcmp0 (yonder_contact_get_id (yonder_call_get_peer (call)), peer_id) == 0;
}

static YonderCall *
find_call (YonderCallManager *self, const char *call_id)
{
  for (guint i = 0; call_id != NULL && i < self->calls->len; i++) {
    YonderCall *call = g_ptr_array_index (self->calls, i);

    if (yonder_call_get_state (call) != YONDER_CALL_STATE_ENDED && g_strcmp0 (yonder_call_get_call_id (call), call_id) == 0)
      return call;
  }
  return NULL;
}

/* Owned, since whoever sees it end may dismiss it. */
static YonderCall *
dup_call (YonderCallManager *self, const char *call_id)
{
  YonderCall *call = find_call (self, call_id);

  return call != NULL ? g_object_ref (call) : NULL;
}

static YonderCall *
find_by_rival (YonderCallManager *self, const char *call_id)
{
  for (guint i = 0; call_id != NULL && i < self->calls->len; i++) {
    YonderCall *call = g_ptr_array_index (self->calls, i);

    if (g_strcmp0 (yonder_call_get_rival (call), call_id) == 0)
      return call;
  }
  return NULL;
}

static YonderCall *
find_in_state (YonderCallManager *self, const char *peer_id, gboolean (*matches) (YonderCallState state))
{
  for (guint i = 0; i < self->calls->len; i++) {
    YonderCall *call = g_ptr_array_index (self->calls, i);

    if ((peer_id == NULL || yonder_call_is_of_peer (call, peer_id)) && matches (yonder_call_get_state (call)))
      return call;
  }
  return NULL;
}

static gboolean
is_calling (YonderCallState state)
{
  return state == YONDER_CALL_STATE_INVITING || state == YONDER_CALL_STATE_RINGING;
}

static gboolean
is_incoming (YonderCallState state)
{
  return state == YONDER_CALL_STATE_INCOMING;
}

static gboolean
is_answering (YonderCallState state)
{
  return state == YONDER_CALL_STATE_ANSWERING;
}

YonderCall *
yonder_call_manager_find_incoming (YonderCallManager *self, const char *peer_id)
{
  return find_in_state (self, peer_id, is_incoming);
}

static guint
count_incoming (YonderCallManager *self, const char *peer_id)
{
  guint n = 0;

  for (guint i = 0; i < self->calls->len; i++) {
    YonderCall *call = g_ptr_array_index (self->calls, i);

    n += is_incoming (yonder_call_get_state (call)) && (peer_id == NULL || yonder_call_is_of_peer (call, peer_id));
  }
  return n;
}

static YonderContact *
dup_contact (YonderCallManager *self, const char *id, const char *name)
{
  YonderContact *contact = self->contacts != NULL ? yonder_contact_list_find (self->contacts, id) : NULL;

  return contact != NULL ? g_object_ref (contact) : yonder_contact_new (id, name);
}

/* Both called each other: the invitation of the one whose id sorts lower stands, which both sides see alike. */
static void
resolve_glare (YonderCallManager *self, YonderCall *ours, const char *call_id, const char *peer_id, const char *sdp)
{
  g_autofree char *own_id = yonder_signaling_dup_user_id (self->signaling);

  if (g_strcmp0 (own_id, peer_id) < 0)
    yonder_call_set_rival (ours, call_id, sdp);
  else
    yonder_call_adopt (ours, call_id, sdp);
}

static gboolean
is_contact (YonderCallManager *self, const char *peer_id)
{
  return self->contacts != NULL && yonder_contact_list_knows (self->contacts, peer_id);
}

static void
on_incoming (YonderCallManager *self, const char *call_id, const char *peer_id, const char *peer_name, YonderCallKind kind,
             const char *sdp)
{
  g_autoptr (YonderContact) peer = NULL;
  g_autoptr (YonderCall) call = NULL;
  YonderCall *ours;
  YonderDoor door;

  if (call_id == NULL || peer_id == NULL || find_call (self, call_id) != NULL || find_by_rival (self, call_id) != NULL) {
    g_debug ("An invitation that is known already was dropped");
    return;
  }

  ours = find_in_state (self, peer_id, is_calling);
  if (ours != NULL && yonder_call_get_rival (ours) == NULL) {
    resolve_glare (self, ours, call_id, peer_id, sdp);
    return;
  }
  door = self->doorkeeper != NULL ? yonder_doorkeeper_ask (self->doorkeeper, peer_id, is_contact (self, peer_id)) : YONDER_DOOR_RING;
  if (door == YONDER_DOOR_SHUT) {
    g_debug ("Somebody who is blocked calls");
    yonder_signaling_decline (self->signaling, call_id);
    return;
  }
  if (count_incoming (self, NULL) >= MAX_INCOMING || count_incoming (self, peer_id) >= MAX_INCOMING_PER_PEER) {
    g_message ("More calls come in than can be shown; one was declined");
    yonder_signaling_decline (self->signaling, call_id);
    return;
  }

  peer = dup_contact (self, peer_id, peer_name);
  call = g_object_ref (yonder_call_manager_add_call (self, peer, kind));
  /* so that there are fresh servers when somebody takes it */
  if (self->ice_sources != NULL)
    yonder_ice_sources_freshen (self->ice_sources);
  yonder_call_ring (call, call_id, sdp);
  if (door == YONDER_DOOR_RING)
    g_signal_emit_by_name (self, "incoming", call);
  else if (door == YONDER_DOOR_ENOUGH)
    g_signal_emit_by_name (self, "silenced", call);
}

static void
on_accepted (YonderCallManager *self, const char *call_id, const char *sdp)
{
  g_autoptr (YonderCall) call = dup_call (self, call_id);

  if (call != NULL)
    yonder_call_take_accepted (call, sdp);
}

static void
on_ended (YonderCallManager *self, const char *call_id, YonderPeerEnd why, const char *by, const char *text)
{
  g_autoptr (YonderCall) call = dup_call (self, call_id);
  YonderCall *rivalled = find_by_rival (self, call_id);

  if (call != NULL)
    yonder_call_take_ended (call, why, text);
  else if (rivalled != NULL)
    yonder_call_set_rival (rivalled, NULL, NULL);
}

static void
on_offer (YonderCallManager *self, const char *call_id, const char *sdp, gint64 generation)
{
  g_autoptr (YonderCall) call = dup_call (self, call_id);

  if (call != NULL)
    yonder_call_take_offer (call, sdp, generation);
}

static void
on_answer (YonderCallManager *self, const char *call_id, const char *sdp, gint64 generation)
{
  g_autoptr (YonderCall) call = dup_call (self, call_id);

  if (call != NULL)
    yonder_call_take_answer (call, sdp, generation);
}

static void
on_candidates (YonderCallManager *self, const char *call_id, GPtrArray *candidates, gint64 generation)
{
  g_autoptr (YonderCall) call = dup_call (self, call_id);

  if (call != NULL)
    yonder_call_take_candidates (call, candidates, generation);
}

static void
on_recover (YonderCallManager *self, const char *call_id, gint64 generation)
{
  g_autoptr (YonderCall) call = dup_call (self, call_id);

  if (call != NULL)
    yonder_call_take_recover (call, generation);
}

static void
on_meeting (YonderCallManager *self, const char *call_id, const char *uri)
{
  g_autoptr (YonderCall) call = dup_call (self, call_id);

  if (call != NULL)
    yonder_call_take_meeting (call, uri);
}

/* A complaint that names no call is about the answer that we have just given, if there is one. */
static void
on_call_error (YonderCallManager *self, const char *call_id, const char *text)
{
  YonderCall *call = call_id != NULL ? find_call (self, call_id) : find_in_state (self, NULL, is_answering);
  g_autoptr (YonderCall) alive = call != NULL ? g_object_ref (call) : NULL;

  if (call != NULL)
    yonder_call_take_error (call, text);
  else
    g_message ("The call server says: %s", text);
}

static void
on_refused (YonderCallManager *self, const char *call_id, const GError *error)
{
  g_autoptr (YonderCall) call = dup_call (self, call_id);

  if (call != NULL)
    yonder_call_take_refused (call, error);
}

/* Hears what the call server says from now on. */
void
yonder_call_manager_hear (YonderCallManager *self)
{
  g_signal_connect_object (self->signaling, "incoming", G_CALLBACK (on_incoming), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->signaling, "accepted", G_CALLBACK (on_accepted), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->signaling, "ended", G_CALLBACK (on_ended), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->signaling, "offer", G_CALLBACK (on_offer), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->signaling, "answer", G_CALLBACK (on_answer), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->signaling, "candidates", G_CALLBACK (on_candidates), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->signaling, "recover", G_CALLBACK (on_recover), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->signaling, "meeting", G_CALLBACK (on_meeting), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->signaling, "call-error", G_CALLBACK (on_call_error), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->signaling, "refused", G_CALLBACK (on_refused), self, G_CONNECT_SWAPPED);
}
