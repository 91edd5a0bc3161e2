/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-profile.h"

static void
candidate_free (YonderEventCandidate *candidate)
{
  g_free (candidate->candidate);
  g_free (candidate->sdp_mid);
  g_free (candidate->username_fragment);
  g_free (candidate);
}

/**
 * yonder_event_new:
 * @type: which event
 *
 * Returns: (transfer full): an event without content
 */
YonderEvent *
yonder_event_new (YonderEventType type)
{
  YonderEvent *self = g_new0 (YonderEvent, 1);

  self->type = type;
  self->generation = -1;
  self->duration_s = -1;
  return self;
}

void
yonder_event_free (YonderEvent *self)
{
  g_free (self->call_id);
  g_free (self->peer_id);
  g_free (self->self_id);
  g_free (self->peer_name);
  g_free (self->peer_avatar);
  g_free (self->uri);
  g_free (self->kind);
  g_free (self->sdp);
  g_free (self->reason);
  g_free (self->ended_by);
  g_free (self->text);
  g_free (self->status);
  g_clear_pointer (&self->candidates, g_ptr_array_unref);
  g_clear_pointer (&self->users, g_ptr_array_unref);
  g_free (self);
}

/**
 * yonder_event_add_candidate:
 * @self: an event
 * @candidate: the attribute's value, or "" for the end of candidates
 * @sdp_mid: (nullable): the media id
 * @sdp_mline_index: the index of the media line, or -1
 * @username_fragment: (nullable): which generation of ICE it belongs to
 *
 * Appends a copy of a candidate.
 */
void
yonder_event_add_candidate (YonderEvent *self, const char *candidate, const char *sdp_mid, int sdp_mline_index,
                            const char *username_fragment)
{
  YonderEventCandidate *copy = g_new0 (YonderEventCandidate, 1);

  copy->candidate = g_strdup (candidate);
  copy->sdp_mid = g_strdup (sdp_mid);
  copy->sdp_mline_index = sdp_mline_index;
  copy->username_fragment = g_strdup (username_fragment);

  if (self->candidates == NULL)
    self->candidates = g_ptr_array_new_with_free_func ((GDestroyNotify) candidate_free);
  g_ptr_array_add (self->candidates, copy);
}
