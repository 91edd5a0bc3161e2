/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What passes between the two sides of a call: offers, answers, candidates. */

#include "yonder-negotiation-private.h"

#include "yonder-call-state.h"

#include <glib/gi18n.h>
#include <string.h>

/* What an asynchronous operation needs to know when it comes back: whether it still matters. */
typedef struct {
  YonderNegotiation *self;
  gint64             media_generation;
} Operation;

static Operation *
operation_new (YonderNegotiation *self)
{
  Operation *operation = g_new (Operation, 1);

  operation->self = g_object_ref (self);
  operation->media_generation = self->generation.media;
  return operation;
}

static void
operation_free (Operation *operation)
{
  g_object_unref (operation->self);
  g_free (operation);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Operation, operation_free)

static gboolean
operation_matters (const Operation *operation)
{
  return !operation->self->is_closed && operation->media_generation == operation->self->generation.media;
}

static void
refuse (YonderNegotiation *self, const char *why)
{
  g_debug ("Call %s: message refused: %s", self->call_id, why);
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_REFUSED, "%s", why);
}

/* --- Our description and candidates, to the peer --- */

void
yonder_negotiation_send_candidate (YonderNegotiation *self, YonderIceCandidate *candidate)
{
  yonder_signaling_send_candidate (self->signaling, self->call_id, self->peer_id, candidate, self->generation.number);
}

void
yonder_negotiation_note_described (YonderNegotiation *self)
{
  g_autoptr (GPtrArray) held = yonder_candidate_ledger_steal_held (&self->candidates);

  self->is_described = TRUE;
  for (guint i = 0; i < held->len; i++)
    yonder_negotiation_send_candidate (self, g_ptr_array_index (held, i));
}

void
yonder_negotiation_send_offer (YonderNegotiation *self)
{
  if (self->phase != PHASE_OFFER_HELD || !self->is_accepted || self->call_id == NULL)
    return;

  self->phase = PHASE_OFFERED;
  yonder_signaling_send_offer (self->signaling, self->call_id, self->peer_id, self->sdp, self->generation.number);
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("Offer sent"));
  yonder_negotiation_note_described (self);
}

static gboolean
on_description_late (gpointer user_data)
{
  YonderNegotiation *self = user_data;

  self->description_timer = 0;
  g_signal_emit (self, yonder_negotiation_signals[LATE], 0);
  return G_SOURCE_REMOVE;
}

/* A path that is being rebuilt is tried again anyhow; only the first description can be late. */
static void
expect_description (YonderNegotiation *self)
{
  yonder_clock_clear (self->clock, &self->description_timer);
  if (!yonder_path_was_up (self->path))
    self->description_timer = yonder_clock_add (self->clock, YONDER_CALL_DESCRIPTION_LIMIT_MS, on_description_late, self, NULL);
}

/* A peer connection could not be described. What never was connected ends; what was is tried again by the timer that runs. */
static void
on_description_failed (YonderNegotiation *self, const GError *error)
{
  yonder_clock_clear (self->clock, &self->description_timer);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (yonder_path_was_up (self->path))
    yonder_timeline_add (self->timeline, YONDER_TIMELINE_MEDIA, _("The path could not be rebuilt: %s"), error->message);
  else
    g_signal_emit (self, yonder_negotiation_signals[FAILED], 0, error);
}

static void
on_offer_created (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Operation) operation = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sdp = yonder_media_session_create_offer_finish (YONDER_MEDIA_SESSION (source), result, &error);
  YonderNegotiation *self = operation->self;

  if (!operation_matters (operation))
    return;
  if (sdp == NULL) {
    on_description_failed (self, error);
    return;
  }

  yonder_clock_clear (self->clock, &self->description_timer);
  g_set_str (&self->sdp, sdp);
  self->phase = PHASE_OFFER_HELD;
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_MEDIA, _("Offer created"));
  if (self->generation.number == 0)
    g_signal_emit (self, yonder_negotiation_signals[OFFER_READY], 0, sdp);
  yonder_negotiation_send_offer (self);
}

void
yonder_negotiation_create_offer (YonderNegotiation *self)
{
  self->phase = PHASE_OFFERING;
  expect_description (self);
  yonder_media_session_create_offer_async (self->media, self->cancellable, on_offer_created, operation_new (self));
}

/* --- The peer's description and candidates, to us --- */

/* Tells how the candidates fared that came before the description to which they belong. */
static void
note_early_candidates (YonderNegotiation *self)
{
  guint n = self->candidates.n_queued;

  if (n > 0)
    yonder_timeline_add (self->timeline, YONDER_TIMELINE_REMOTE_CANDIDATE, _("Candidates that came early: queued %u, applied %u"), n, n);
}

static void
on_answer_created (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Operation) operation = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sdp = yonder_media_session_accept_offer_finish (YONDER_MEDIA_SESSION (source), result, &error);
  YonderNegotiation *self = operation->self;

  if (!operation_matters (operation))
    return;
  if (sdp == NULL) {
    on_description_failed (self, error);
    return;
  }

  yonder_clock_clear (self->clock, &self->description_timer);
  self->phase = PHASE_STABLE;
  if (self->accepts_by_answer)
    yonder_signaling_accept (self->signaling, self->call_id, sdp);
  else
    yonder_signaling_send_answer (self->signaling, self->call_id, self->peer_id, sdp, self->generation.number);
  self->accepts_by_answer = FALSE;
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("Answer sent"));
  note_early_candidates (self);
  yonder_negotiation_note_described (self);
}

void
yonder_negotiation_accept_offer (YonderNegotiation *self, const char *sdp)
{
  self->phase = PHASE_ANSWERING;
  yonder_generation_describe (&self->generation, sdp);
  self->n_replies += yonder_path_was_up (self->path);
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("Offer received"));
  g_signal_emit (self, yonder_negotiation_signals[OFFERED], 0);
  if (self->is_closed)
    return;

  expect_description (self);
  yonder_media_session_accept_offer_async (self->media, sdp, self->cancellable, on_answer_created, operation_new (self));
}

static void
on_answer_taken (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Operation) operation = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_taken = yonder_media_session_accept_answer_finish (YONDER_MEDIA_SESSION (source), result, &error);
  YonderNegotiation *self = operation->self;

  if (!operation_matters (operation))
    return;
  if (!is_taken) {
    on_description_failed (self, error);
    return;
  }
  self->phase = PHASE_STABLE;
  note_early_candidates (self);
}

static void
take_candidate (YonderNegotiation *self, YonderIceCandidate *candidate, gint64 number)
{
  YonderVerdict verdict = yonder_generation_judge_candidate (&self->generation, candidate, number);
  const char *why_not = yonder_verdict_to_words (verdict);

  if (why_not == NULL && !yonder_candidate_ledger_note_remote (&self->candidates, candidate))
    why_not = _("More candidates came than a call may have");
  if (why_not != NULL) {
    refuse (self, why_not);
    return;
  }

  if (self->phase == PHASE_NONE || verdict == YONDER_VERDICT_KEEP) {
    yonder_candidate_ledger_keep (&self->candidates, candidate, number);
    return;
  }
  self->candidates.n_queued += self->phase != PHASE_STABLE;
  yonder_media_session_add_candidate (self->media, candidate);
}

/* Gives the media what came before there was a peer connection for it, in order. */
void
yonder_negotiation_flush_candidates (YonderNegotiation *self)
{
  g_autoptr (GPtrArray) now = yonder_candidate_ledger_steal_early (&self->candidates, self->generation.number);

  for (guint i = 0; i < now->len; i++) {
    YonderEarlyCandidate *early = g_ptr_array_index (now, i);

    take_candidate (self, early->candidate, early->generation);
  }
}

/* --- What the peer sends --- */

static gboolean
is_acceptable_sdp (YonderNegotiation *self, const char *sdp, gint64 written)
{
  if (sdp == NULL || *sdp == '\0' || written < YONDER_NO_GENERATION) {
    refuse (self, _("A message without a description was refused"));
    return FALSE;
  }
  if (strlen (sdp) > YONDER_NEGOTIATION_MAX_SDP) {
    refuse (self, _("A description larger than 256 KiB was refused"));
    return FALSE;
  }
  return TRUE;
}

static void
restart_for_offer (YonderNegotiation *self, const char *sdp, gint64 generation)
{
  yonder_negotiation_begin_generation (self, MAX (generation, self->generation.number));
  if (!self->is_closed)
    yonder_negotiation_accept_offer (self, sdp);
  if (!self->is_closed && yonder_path_was_up (self->path))
    yonder_recovery_expect (self->recovery);
}

/* How an offer finds us in each phase, as the callee and as the caller. */
static const YonderOfferSituation offer_situations[][2] = {
  [PHASE_OFFERING] = { YONDER_OFFER_OVERRIDES_OURS, YONDER_OFFER_CROSSES_OURS },
  [PHASE_OFFER_HELD] = { YONDER_OFFER_OVERRIDES_OURS, YONDER_OFFER_CROSSES_OURS },
  [PHASE_OFFERED] = { YONDER_OFFER_OVERRIDES_OURS, YONDER_OFFER_CROSSES_OURS },
  [PHASE_TAKING] = { YONDER_OFFER_OVERRIDES_OURS, YONDER_OFFER_CROSSES_OURS },
  [PHASE_WAITING] = { YONDER_OFFER_EXPECTED, YONDER_OFFER_EXPECTED },
  [PHASE_ANSWERING] = { YONDER_OFFER_UNEXPECTED, YONDER_OFFER_UNEXPECTED },
  [PHASE_STABLE] = { YONDER_OFFER_UNEXPECTED, YONDER_OFFER_UNEXPECTED },
};

/**
 * yonder_negotiation_take_offer:
 * @self: the negotiation
 * @sdp: the offer, from the network
 * @written: the number beside it, or %YONDER_NO_GENERATION
 *
 * Answers the peer's offer, on a fresh peer connection where it is not the first. What is late, doubled or too large is refused.
 */
void
yonder_negotiation_take_offer (YonderNegotiation *self, const char *sdp, gint64 written)
{
  YonderVerdict verdict;
  gint64 generation;

  if (self->is_closed || !is_acceptable_sdp (self, sdp, written))
    return;

  generation = yonder_generation_read (&self->generation, written);
  if (self->phase == PHASE_NONE) {
    if (yonder_generation_may_become (&self->generation, generation)) {
      self->generation.number = generation;
      g_set_str (&self->sdp, sdp);
    }
    return;
  }

  verdict = yonder_generation_judge_offer (&self->generation, sdp, generation, offer_situations[self->phase][self->is_caller]);
  if (verdict == YONDER_VERDICT_TAKE)
    yonder_negotiation_accept_offer (self, sdp);
  else if (verdict != YONDER_VERDICT_RESTART)
    refuse (self, yonder_verdict_to_words (verdict));
  else if (yonder_recovery_may_restart (self->recovery, sdp, written))
    restart_for_offer (self, sdp, generation);
}

/**
 * yonder_negotiation_take_answer:
 * @self: the negotiation
 * @sdp: the answer, from the network
 * @written: the number beside it, or %YONDER_NO_GENERATION
 *
 * Takes the answer to our offer; any other is refused.
 */
void
yonder_negotiation_take_answer (YonderNegotiation *self, const char *sdp, gint64 written)
{
  YonderVerdict verdict;

  if (self->is_closed || !is_acceptable_sdp (self, sdp, written))
    return;

  verdict = yonder_generation_judge_answer (&self->generation, sdp, yonder_generation_read (&self->generation, written));
  if (verdict != YONDER_VERDICT_TAKE) {
    refuse (self, yonder_verdict_to_words (verdict));
    return;
  }
  if (self->phase != PHASE_OFFERED) {
    refuse (self, _("An answer to no offer was refused"));
    return;
  }

  self->phase = PHASE_TAKING;
  yonder_generation_describe (&self->generation, sdp);
  self->n_replies += yonder_path_was_up (self->path);
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("Answer received"));
  yonder_media_session_accept_answer_async (self->media, sdp, self->cancellable, on_answer_taken, operation_new (self));
}

/**
 * yonder_negotiation_take_candidates:
 * @self: the negotiation
 * @candidates: (element-type YonderIceCandidate): in the order in which they were sent
 * @written: the number beside them, or %YONDER_NO_GENERATION
 *
 * Takes the peer's candidates; those that come early are kept in order, those of an earlier generation are dropped.
 */
void
yonder_negotiation_take_candidates (YonderNegotiation *self, GPtrArray *candidates, gint64 written)
{
  gint64 generation;

  if (self->is_closed || written < YONDER_NO_GENERATION)
    return;

  generation = yonder_generation_read (&self->generation, written);
  for (guint i = 0; i < candidates->len; i++)
    take_candidate (self, g_ptr_array_index (candidates, i), generation);
}

/**
 * yonder_negotiation_take_recover:
 * @self: the negotiation
 * @generation: what the peer wants to have
 *
 * The peer lost its path and asks for an offer. Where the generation is there already, our offer is on its way.
 */
void
yonder_negotiation_take_recover (YonderNegotiation *self, gint64 generation)
{
  if (self->is_closed || generation < 0 || yonder_generation_read (&self->generation, generation) <= self->generation.number)
    return;
  if (!yonder_path_was_up (self->path) || !yonder_generation_may_become (&self->generation, generation)) {
    refuse (self, _("The peer asked for a fresh connection where none can be made"));
    return;
  }
  if (!yonder_recovery_may_restart (self->recovery, NULL, generation))
    return;

  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("The peer asked for a fresh peer connection"));
  yonder_negotiation_begin_generation (self, generation);
  if (self->is_closed)
    return;
  yonder_negotiation_create_offer (self);
  yonder_recovery_expect (self->recovery);
}
