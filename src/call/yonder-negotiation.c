/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-negotiation-private.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (YonderNegotiation, yonder_negotiation, G_TYPE_OBJECT)

guint yonder_negotiation_signals[N_SIGNALS];

/* --- A lost path --- */

void
yonder_negotiation_begin_generation (YonderNegotiation *self, gint64 number)
{
  g_autofree char *number_text = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  yonder_clock_clear (self->clock, &self->description_timer);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();

  yonder_generation_advance (&self->generation, number);
  yonder_candidate_ledger_begin (&self->candidates);
  yonder_path_begin (self->path);
  yonder_recovery_begin (self->recovery);
  self->is_described = FALSE;
  g_clear_pointer (&self->sdp, g_free);

  yonder_timeline_add (self->timeline, YONDER_TIMELINE_ICE, _("A fresh peer connection is made (generation %s)"), number_text);
  yonder_media_session_start_generation (self->media, self->generation.media);
  yonder_negotiation_flush_candidates (self);
  g_signal_emit (self, yonder_negotiation_signals[RESTARTED], 0);
}

static void
on_secured (YonderNegotiation *self)
{
  g_signal_emit (self, yonder_negotiation_signals[SECURED], 0);
}

static void
on_path_up (YonderNegotiation *self)
{
  self->n_replies = 0;
  yonder_clock_clear (self->clock, &self->description_timer);
  yonder_recovery_note_up (self->recovery);
  g_signal_emit (self, yonder_negotiation_signals[PATH_UP], 0);
}

static void
on_path_lost (YonderNegotiation *self, YonderPathLoss loss)
{
  g_signal_emit (self, yonder_negotiation_signals[PATH_LOST], 0);
  if (!self->is_closed && yonder_path_was_up (self->path))
    yonder_recovery_note_loss (self->recovery, loss);
}

/* The caller makes an offer; the callee asks for one, and where nothing comes of that makes one too. A peer that knows no generations
 * cannot be asked: it takes our offer on the connection that it has, or never will. */
static void
on_rebuild (YonderNegotiation *self, guint n_before, gboolean is_vain)
{
  if (is_vain && !self->generation.peer_counts) {
    g_signal_emit (self, yonder_negotiation_signals[VAIN], 0);
    if (self->is_closed)
      return;
  }
  if (self->is_caller || !self->generation.peer_counts || n_before > 0) {
    yonder_negotiation_begin_generation (self, self->generation.number + 1);
    if (!self->is_closed)
      yonder_negotiation_create_offer (self);
    return;
  }
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("The caller was asked for a fresh peer connection"));
  yonder_signaling_request_recovery (self->signaling, self->call_id, self->peer_id, self->generation.number + 1);
}

static void
on_restart (YonderNegotiation *self, const char *sdp, gint64 number)
{
  if (sdp != NULL)
    yonder_negotiation_take_offer (self, sdp, number);
  else
    yonder_negotiation_take_recover (self, number);
}

/* --- The media's signals --- */

static void
on_local_candidate (YonderNegotiation *self, YonderIceCandidate *candidate, gint64 media_generation)
{
  if (media_generation != self->generation.media)
    return;

  yonder_candidate_ledger_note_local (&self->candidates, candidate);
  if (yonder_ice_candidate_is_end (candidate))
    yonder_timeline_add (self->timeline, YONDER_TIMELINE_LOCAL_CANDIDATE, _("All local candidates are gathered"));
  else
    yonder_timeline_add (self->timeline, YONDER_TIMELINE_LOCAL_CANDIDATE, "%s %s %s %u",
                         yonder_ice_candidate_get_type_name (candidate), yonder_ice_candidate_get_protocol (candidate),
                         yonder_ice_candidate_get_address (candidate), yonder_ice_candidate_get_port (candidate));

  if (self->is_accepted && self->is_described)
    yonder_negotiation_send_candidate (self, candidate);
  else
    yonder_candidate_ledger_hold (&self->candidates, candidate);
}

static void
on_remote_candidate (YonderNegotiation *self, YonderIceCandidate *candidate, gboolean is_queued)
{
  if (yonder_ice_candidate_is_end (candidate))
    yonder_timeline_add (self->timeline, YONDER_TIMELINE_REMOTE_CANDIDATE, _("The peer has gathered all its candidates"));
  else
    yonder_timeline_add (self->timeline, YONDER_TIMELINE_REMOTE_CANDIDATE, is_queued ? _("%s %s %s %u (queued)") : "%s %s %s %u",
                         yonder_ice_candidate_get_type_name (candidate), yonder_ice_candidate_get_protocol (candidate),
                         yonder_ice_candidate_get_address (candidate), yonder_ice_candidate_get_port (candidate));
}

static void
on_notice (YonderNegotiation *self, YonderMediaNotice notice, const char *device)
{
  g_autoptr (GEnumClass) class = g_type_class_ref (YONDER_TYPE_MEDIA_NOTICE);
  GEnumValue *value = g_enum_get_value (class, notice);

  yonder_timeline_add (self->timeline, YONDER_TIMELINE_MEDIA, "%s%s%s", value != NULL ? value->value_nick : "?",
                       device != NULL ? ": " : "", device != NULL ? device : "");
}

static void
on_media_failed (YonderNegotiation *self, const GError *error)
{
  g_signal_emit (self, yonder_negotiation_signals[FAILED], 0, error);
}

/* --- The object --- */

static void
yonder_negotiation_dispose (GObject *object)
{
  YonderNegotiation *self = YONDER_NEGOTIATION (object);

  yonder_negotiation_close (self);

  G_OBJECT_CLASS (yonder_negotiation_parent_class)->dispose (object);
}

static void
yonder_negotiation_finalize (GObject *object)
{
  YonderNegotiation *self = YONDER_NEGOTIATION (object);

  yonder_candidate_ledger_clear (&self->candidates);
  yonder_generation_clear (&self->generation);
  g_clear_object (&self->recovery);
  g_clear_object (&self->path);
  g_free (self->sdp);
  g_free (self->call_id);
  g_free (self->peer_id);
  g_clear_object (&self->media_signals);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->media);
  g_clear_object (&self->timeline);
  g_clear_object (&self->clock);
  g_clear_object (&self->signaling);

  G_OBJECT_CLASS (yonder_negotiation_parent_class)->finalize (object);
}

static void
yonder_negotiation_class_init (YonderNegotiationClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GType type = G_TYPE_FROM_CLASS (class);

  object_class->dispose = yonder_negotiation_dispose;
  object_class->finalize = yonder_negotiation_finalize;

  yonder_negotiation_signals[OFFER_READY] = g_signal_new ("offer-ready", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  yonder_negotiation_signals[OFFERED] = g_signal_new ("offered", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  yonder_negotiation_signals[RESTARTED] = g_signal_new ("restarted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  yonder_negotiation_signals[SECURED] = g_signal_new ("secured", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  yonder_negotiation_signals[PATH_UP] = g_signal_new ("path-up", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  yonder_negotiation_signals[PATH_LOST] = g_signal_new ("path-lost", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  yonder_negotiation_signals[VAIN] = g_signal_new ("vain", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  yonder_negotiation_signals[LATE] = g_signal_new ("late", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  yonder_negotiation_signals[FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
yonder_negotiation_init (YonderNegotiation *self)
{
  self->cancellable = g_cancellable_new ();
  yonder_candidate_ledger_init (&self->candidates);

  self->media_signals = g_signal_group_new (YONDER_TYPE_MEDIA_SESSION);
  g_signal_group_connect_object (self->media_signals, "candidate", G_CALLBACK (on_local_candidate), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->media_signals, "remote-candidate", G_CALLBACK (on_remote_candidate), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->media_signals, "notice", G_CALLBACK (on_notice), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->media_signals, "failed", G_CALLBACK (on_media_failed), self, G_CONNECT_SWAPPED);
}

/**
 * yonder_negotiation_new:
 * @signaling: what carries messages to the peer
 * @clock: for its waits
 * @timeline: where it writes down what it sees
 * @peer_id: who the peer is
 *
 * Makes a negotiation that waits for its media; what the peer sends until then is kept.
 *
 * Returns: (transfer full): the negotiation
 */
YonderNegotiation *
yonder_negotiation_new (YonderSignaling *signaling, YonderClock *clock, YonderTimeline *timeline, const char *peer_id)
{
  YonderNegotiation *self = g_object_new (YONDER_TYPE_NEGOTIATION, NULL);

  self->signaling = g_object_ref (signaling);
  self->clock = g_object_ref (clock);
  self->timeline = g_object_ref (timeline);
  self->peer_id = g_strdup (peer_id);
  self->path = yonder_path_new (clock, timeline);
  self->recovery = yonder_recovery_new (signaling, clock, timeline);

  g_signal_connect_object (self->path, "secured", G_CALLBACK (on_secured), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->path, "up", G_CALLBACK (on_path_up), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->path, "lost", G_CALLBACK (on_path_lost), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->recovery, "rebuild", G_CALLBACK (on_rebuild), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->recovery, "restart", G_CALLBACK (on_restart), self, G_CONNECT_SWAPPED);
  return self;
}

/* The id by which both sides know the call; with it an offer that waits can go out. */
void
yonder_negotiation_set_call_id (YonderNegotiation *self, const char *call_id)
{
  g_set_str (&self->call_id, call_id);
  yonder_negotiation_send_offer (self);
}

YonderMediaSession *
yonder_negotiation_get_media (YonderNegotiation *self)
{
  return self->media;
}

void
yonder_negotiation_get_facts (YonderNegotiation *self, YonderPathFacts *facts)
{
  facts->n_local = self->candidates.n_local;
  facts->n_remote = self->candidates.n_remote;
  facts->has_local_relay = self->candidates.has_local_relay;
  facts->has_remote_relay = self->candidates.has_remote_relay;
  facts->has_remote_description = self->generation.ufrags != NULL;
  facts->has_ice = yonder_path_has_ice (self->path);
  facts->n_rebuilds = yonder_recovery_get_n_tries (self->recovery);
  facts->n_replies = self->n_replies;
  facts->has_waited_for_server = yonder_recovery_has_waited (self->recovery);
}

/* The call may have ended while it was on the way to its media. */
static gboolean
set_media (YonderNegotiation *self, YonderMediaSession *media)
{
  if (self->is_closed) {
    yonder_media_session_close (media);
    return FALSE;
  }
  self->media = g_object_ref (media);
  g_signal_group_set_target (self->media_signals, media);
  yonder_path_set_media (self->path, media);
  return TRUE;
}

/**
 * yonder_negotiation_start_offering:
 * @self: the negotiation
 * @media: (transfer none): a fresh session
 *
 * As the caller: makes the offer and gathers candidates now, sends them when the call was accepted.
 */
void
yonder_negotiation_start_offering (YonderNegotiation *self, YonderMediaSession *media)
{
  self->is_caller = TRUE;
  if (set_media (self, media))
    yonder_negotiation_create_offer (self);
}

/**
 * yonder_negotiation_start_answering:
 * @self: the negotiation
 * @media: (transfer none): a fresh session
 *
 * As the callee, who has accepted: waits for the offer, or answers the one that is there already.
 */
void
yonder_negotiation_start_answering (YonderNegotiation *self, YonderMediaSession *media)
{
  g_autofree char *sdp = g_steal_pointer (&self->sdp);

  if (!set_media (self, media))
    return;
  self->is_accepted = TRUE;
  self->accepts_by_answer = yonder_signaling_get_flow (self->signaling) == YONDER_SIGNALING_OFFER_FIRST;
  self->phase = PHASE_WAITING;
  yonder_negotiation_flush_candidates (self);
  if (sdp != NULL)
    yonder_negotiation_accept_offer (self, sdp);
}

/**
 * yonder_negotiation_yield:
 * @self: a negotiation that was started offering and not accepted yet
 *
 * Both called each other and the peer's invitation stands: our offer goes, theirs is waited for.
 */
void
yonder_negotiation_yield (YonderNegotiation *self)
{
  self->is_caller = FALSE;
  self->is_accepted = TRUE;
  self->accepts_by_answer = yonder_signaling_get_flow (self->signaling) == YONDER_SIGNALING_OFFER_FIRST;
  yonder_negotiation_begin_generation (self, 0);
  self->phase = PHASE_WAITING;
}

/**
 * yonder_negotiation_allow:
 * @self: a negotiation that was started offering
 * @offer_is_delivered: whether the invitation carried the offer
 *
 * The peer took the call: what was gathered may go out.
 */
void
yonder_negotiation_allow (YonderNegotiation *self, gboolean offer_is_delivered)
{
  if (self->is_closed || self->is_accepted)
    return;

  self->is_accepted = TRUE;
  if (offer_is_delivered && self->phase == PHASE_OFFER_HELD) {
    self->phase = PHASE_OFFERED;
    yonder_negotiation_note_described (self);
  } else {
    yonder_negotiation_send_offer (self);
  }
}

/**
 * yonder_negotiation_recover:
 * @self: the negotiation
 *
 * Rebuilds a path that once was up, until it is up again: the caller by an offer, the callee by asking for one, and where nothing
 * comes, by an offer too. Without a connection to the server it waits for that, since nothing could be told.
 */
void
yonder_negotiation_recover (YonderNegotiation *self)
{
  if (!self->is_closed && yonder_path_was_up (self->path))
    yonder_recovery_start (self->recovery);
}

/**
 * yonder_negotiation_watch:
 * @self: the negotiation of a connected call
 *
 * To be called once a second: sees a path on which nothing comes any more although ICE has not noticed yet.
 */
void
yonder_negotiation_watch (YonderNegotiation *self)
{
  if (!self->is_closed)
    yonder_path_watch (self->path);
}

/**
 * yonder_negotiation_close:
 * @self: the negotiation
 *
 * The call is over: lets go of devices and connection, and hears nothing any more. The session stays to be looked at.
 */
void
yonder_negotiation_close (YonderNegotiation *self)
{
  if (self->is_closed)
    return;

  self->is_closed = TRUE;
  yonder_clock_clear (self->clock, &self->description_timer);
  yonder_path_close (self->path);
  yonder_recovery_close (self->recovery);
  g_cancellable_cancel (self->cancellable);
  g_signal_group_set_target (self->media_signals, NULL);
  if (self->media != NULL)
    yonder_media_session_close (self->media);
}

/* The server can be reached again. */
void
yonder_negotiation_take_online (YonderNegotiation *self)
{
  if (!self->is_closed)
    yonder_recovery_note_online (self->recovery);
}
