/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where to meet in the browser, should a call come to nothing. The caller thinks of a room once the call takes suspiciously long: early
 * enough for its message to be there before the call ends on either side. The callee does a little later, where it was told of none; should
 * the two messages cross, the caller's room stands. */

#include "yonder-call-inside.h"

#include "yonder-meeting.h"

#include <glib/gi18n.h>

/* chosen: calls that can be connected are within two seconds; Firefox gives up after five, the others after thirty */
#define CALLER_WAITS_MS 3000
#define CALLEE_WAITS_MS 4000

static gboolean
is_without_path (YonderCallState state)
{
  return state == YONDER_CALL_STATE_NEGOTIATING || state == YONDER_CALL_STATE_RECONNECTING;
}

/* Thinks of a room and tells the peer, unless there is one. */
void
yonder_call_offer_meeting (YonderCall *self)
{
  if (self->meeting_uri != NULL || self->meeting_base == NULL || self->call_id == NULL)
    return;
  self->meeting_uri = yonder_meeting_dup_room (self->meeting_base);
  if (self->meeting_uri == NULL)
    return;
  self->is_own_meeting = TRUE;
  yonder_signaling_send_meeting (self->signaling, self->call_id, yonder_contact_get_id (self->peer), self->meeting_uri);
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("Told the other side where to meet in the browser"));
}

static gboolean
on_suspicious (gpointer user_data)
{
  YonderCall *self = user_data;

  self->meeting_timer = 0;
  yonder_call_offer_meeting (self);
  return G_SOURCE_REMOVE;
}

void
yonder_call_time_meeting (YonderCall *self)
{
  yonder_clock_clear (self->clock, &self->meeting_timer);
  if (self->meeting_base != NULL && self->meeting_uri == NULL && is_without_path (self->state))
    self->meeting_timer = yonder_clock_add (self->clock, self->is_outgoing ? CALLER_WAITS_MS : CALLEE_WAITS_MS, on_suspicious, self, NULL);
}

/* The peer tells of a room, which is shown only after the call, and opened only by a click. */
void
yonder_call_take_meeting (YonderCall *self, const char *uri)
{
  if (!is_without_path (self->state) && self->state != YONDER_CALL_STATE_CONNECTED)
    return;
  if ((self->meeting_uri != NULL && (self->is_outgoing || !self->is_own_meeting)) || !yonder_meeting_is_room (uri)) {
    yonder_timeline_add (self->timeline, YONDER_TIMELINE_REFUSED, _("A meeting room that is none, or one too many"));
    return;
  }
  g_set_str (&self->meeting_uri, uri);
  self->is_own_meeting = FALSE;
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("The other side told where to meet in the browser"));
}

/* @base: (nullable): where rooms are held */
void
yonder_call_set_meeting_base (YonderCall *self, const char *base)
{
  g_set_str (&self->meeting_base, base != NULL && *base != '\0' ? base : NULL);
}

/**
 * yonder_call_get_meeting_uri:
 * @self: the call
 *
 * Returns: (transfer none) (nullable): an https address at which both sides can meet, once a call has ended for want of a way through the
 *   network; it may come from the other side, so its host is to be shown, and it is to be opened by the user alone
 */
const char *
yonder_call_get_meeting_uri (YonderCall *self)
{
  g_return_val_if_fail (YONDER_IS_CALL (self), NULL);

  if (self->state != YONDER_CALL_STATE_ENDED || !is_without_path (self->ended_during) || self->end_reason == YONDER_END_HUNG_UP)
    return NULL;
  return self->meeting_uri;
}
