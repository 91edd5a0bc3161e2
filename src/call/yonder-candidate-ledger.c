/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-candidate-ledger.h"

static void
early_candidate_free (YonderEarlyCandidate *early)
{
  yonder_ice_candidate_unref (early->candidate);
  g_free (early);
}

static GPtrArray *
held_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_ice_candidate_unref);
}

static gboolean
is_relay (YonderIceCandidate *candidate)
{
  return !yonder_ice_candidate_is_end (candidate) && yonder_ice_candidate_get_kind (candidate) == YONDER_CANDIDATE_RELAY;
}

void
yonder_candidate_ledger_init (YonderCandidateLedger *self)
{
  *self = (YonderCandidateLedger) { .held = held_new () };
  g_queue_init (&self->early);
}

void
yonder_candidate_ledger_clear (YonderCandidateLedger *self)
{
  g_queue_clear_full (&self->early, (GDestroyNotify) early_candidate_free);
  g_clear_pointer (&self->held, g_ptr_array_unref);
}

/* Another peer connection: ours begin anew; the peer's that wait stay, since they may be for that one. */
void
yonder_candidate_ledger_begin (YonderCandidateLedger *self)
{
  g_ptr_array_set_size (self->held, 0);
  self->n_local = 0;
  self->n_queued = 0;
  self->has_local_relay = FALSE;
  self->has_remote_relay = FALSE;
}

void
yonder_candidate_ledger_note_local (YonderCandidateLedger *self, YonderIceCandidate *candidate)
{
  if (yonder_ice_candidate_is_end (candidate))
    return;
  self->n_local++;
  self->has_local_relay |= is_relay (candidate);
}

void
yonder_candidate_ledger_hold (YonderCandidateLedger *self, YonderIceCandidate *candidate)
{
  g_ptr_array_add (self->held, yonder_ice_candidate_ref (candidate));
}

/* Returns: (transfer full): all that were held, in order */
GPtrArray *
yonder_candidate_ledger_steal_held (YonderCandidateLedger *self)
{
  GPtrArray *held = g_steal_pointer (&self->held);

  self->held = held_new ();
  return held;
}

/* Returns: %FALSE where the peer has sent as many as it may, and this one is to be refused */
gboolean
yonder_candidate_ledger_note_remote (YonderCandidateLedger *self, YonderIceCandidate *candidate)
{
  if (self->n_remote >= YONDER_CANDIDATE_LEDGER_MAX_REMOTE)
    return FALSE;
  self->n_remote++;
  self->has_remote_relay |= is_relay (candidate);
  return TRUE;
}

void
yonder_candidate_ledger_keep (YonderCandidateLedger *self, YonderIceCandidate *candidate, gint64 generation)
{
  YonderEarlyCandidate *early = g_new (YonderEarlyCandidate, 1);

  early->candidate = yonder_ice_candidate_ref (candidate);
  early->generation = generation;
  g_queue_push_tail (&self->early, early);
}

/**
 * yonder_candidate_ledger_steal_early:
 * @self: the ledger
 * @generation: which peer connection there is now
 *
 * Takes out what waited for that connection or one before. They are to be judged and counted again as they are taken.
 *
 * Returns: (transfer full): in the order in which they came
 */
GPtrArray *
yonder_candidate_ledger_steal_early (YonderCandidateLedger *self, gint64 generation)
{
  GPtrArray *now = g_ptr_array_new_with_free_func ((GDestroyNotify) early_candidate_free);

  for (GList *l = self->early.head; l != NULL;) {
    GList *next = l->next;
    YonderEarlyCandidate *early = l->data;

    if (early->generation <= generation) {
      g_queue_delete_link (&self->early, l);
      g_ptr_array_add (now, early);
    }
    l = next;
  }
  self->n_remote = g_queue_get_length (&self->early);
  return now;
}
