/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-negotiation.h"

#include "yonder-call-state.h"

#include <glib/gi18n.h>
#include <string.h>

/* Disconnected often heals by itself within this time; then the path is rebuilt (design, "Recovery"). */
#define PATIENCE_MS 3000
/* A rebuilt path that is not up by then is rebuilt again. */
#define RETRY_MS (10 * 1000)
/* A peer without camera and microphone sends nothing, and is connected all the same. chosen: first sound is there 0.3 s after DTLS */
#define FIRST_MEDIA_MS 2000
/* Seconds without a received byte, where there were some, after which a path counts as lost although ICE does not say so. */
#define SILENT_S 3
/* A peer may count faster than we do, but not to the end of the number. */
#define MAX_GENERATION_STEP 16
/* chosen: a peer that restarts more often than that keeps us from ever being connected. The last of what comes sooner waits for its time,
 * since two changes of the network within a second are nothing rare. */
#define MIN_RESTART_MS 1000

typedef enum {
  PHASE_NONE,      /* no media yet; an offer of the peer is kept */
  PHASE_OFFERING,  /* our offer is being created */
  PHASE_OFFER_HELD, /* … is there, and nobody took the call yet */
  PHASE_OFFERED,   /* … was sent: the answer is due */
  PHASE_TAKING,    /* the answer is being set */
  PHASE_WAITING,   /* the peer's offer is due */
  PHASE_ANSWERING, /* … is being answered */
  PHASE_STABLE,
} Phase;

typedef struct {
  YonderIceCandidate *candidate;
  gint64              generation;
} EarlyCandidate;

struct _YonderNegotiation {
  GObject parent_instance;

  YonderSignaling    *signaling;
  YonderClock        *clock;
  YonderTimeline     *timeline;
  char               *peer_id;
  char               *call_id;     /* (nullable): until the server gave one */
  YonderMediaSession *media;       /* (nullable): until started */
  GSignalGroup       *media_signals;
  GCancellable       *cancellable; /* of what runs on the peer connection there is now */

  Phase     phase;
  gboolean  is_caller;     /* makes the offers; its offer stands where both make one */
  gboolean  is_accepted;   /* our addresses may go out */
  gboolean  accepts_by_answer; /* the first answer is the acceptance, in the offer-first flow */
  gboolean  is_described;  /* our description of this generation is sent */
  gboolean  was_up;
  gboolean  is_closed;
  gboolean  wants_path;    /* rebuild when the server is there again */
  guint     n_tries;       /* of rebuilding since the path was lost */
  char     *sdp;           /* (nullable): our held offer, or the peer's in PHASE_NONE */

  gint64    generation;
  gint64    media_generation;
  gboolean  peer_counts;   /* it has written a generation once */
  gint64    restarted_us;  /* the last time that the peer made us restart */
  gint64    deferred;      /* the generation that it wants next, too soon yet; with deferred_sdp it offers, without it asks */
  char     *deferred_sdp;  /* (nullable) */

  GPtrArray *held_local;   /* (element-type YonderIceCandidate): not to be sent yet */
  GQueue     early;        /* (element-type EarlyCandidate): for a peer connection that is not there yet */
  GStrv      ufrags;       /* (nullable): of the peer's description */
  GStrv      former_ufrags; /* (nullable): of the one before */
  guint      n_local;
  guint      n_remote;
  guint      n_early;      /* of these came before the peer's description */
  gboolean   has_local_relay, has_remote_relay;

  gboolean  has_ice;
  gboolean  is_secured;
  gboolean  has_media;
  guint     n_silent_s;
  gboolean  was_flowing;

  guint     description_timer;
  guint     patience_timer;
  guint     retry_timer;
  guint     media_timer;
  guint     deferred_timer;
};

G_DEFINE_FINAL_TYPE (YonderNegotiation, yonder_negotiation, G_TYPE_OBJECT)

enum {
  OFFER_READY,
  OFFERED,
  RESTARTED,
  PATH_UP,
  PATH_LOST,
  LATE,
  FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

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
  operation->media_generation = self->media_generation;
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
  return !operation->self->is_closed && operation->media_generation == operation->self->media_generation;
}

static void
early_candidate_free (EarlyCandidate *early)
{
  yonder_ice_candidate_unref (early->candidate);
  g_free (early);
}

static void
clear_timers (YonderNegotiation *self)
{
  yonder_clock_clear (self->clock, &self->description_timer);
  yonder_clock_clear (self->clock, &self->patience_timer);
  yonder_clock_clear (self->clock, &self->retry_timer);
  yonder_clock_clear (self->clock, &self->media_timer);
}

static void
refuse (YonderNegotiation *self, const char *why)
{
  g_debug ("Call %s: message refused: %s", self->call_id, why);
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_REFUSED, "%s", why);
}

/* The ice-ufrag attributes of a description (RFC 8839 section 5.4); with bundled media there is one, without there may be more. */
static GStrv
parse_ufrags (const char *sdp)
{
  static const char attribute[] = "a=ice-ufrag:";
  g_autoptr (GStrvBuilder) ufrags = g_strv_builder_new ();

  for (const char *line = sdp; line != NULL; line = strchr (line, '\n')) {
    line += *line == '\n';
    if (g_str_has_prefix (line, attribute)) {
      const char *value = line + strlen (attribute);

      g_strv_builder_take (ufrags, g_strndup (value, strcspn (value, " \t\r\n")));
    }
  }
  return g_strv_builder_end (ufrags);
}

static gboolean
share_an_ufrag (GStrv a, GStrv b)
{
  for (guint i = 0; a != NULL && b != NULL && a[i] != NULL; i++) {
    if (g_strv_contains ((const char * const *) b, a[i]))
      return TRUE;
  }
  return FALSE;
}

/* --- Our description and candidates, to the peer --- */

static void
send_candidate (YonderNegotiation *self, YonderIceCandidate *candidate)
{
  yonder_signaling_send_candidate (self->signaling, self->call_id, self->peer_id, candidate, self->generation);
}

static void
on_described (YonderNegotiation *self)
{
  self->is_described = TRUE;
  for (guint i = 0; i < self->held_local->len; i++)
    send_candidate (self, g_ptr_array_index (self->held_local, i));
  g_ptr_array_set_size (self->held_local, 0);
}

static void
send_offer (YonderNegotiation *self)
{
  if (self->phase != PHASE_OFFER_HELD || !self->is_accepted || self->call_id == NULL)
    return;

  self->phase = PHASE_OFFERED;
  yonder_signaling_send_offer (self->signaling, self->call_id, self->peer_id, self->sdp, self->generation);
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("Offer sent"));
  on_described (self);
}

static gboolean
on_description_late (gpointer user_data)
{
  YonderNegotiation *self = user_data;

  self->description_timer = 0;
  g_signal_emit (self, signals[LATE], 0);
  return G_SOURCE_REMOVE;
}

/* A path that is being rebuilt is tried again anyhow; only the first description can be late. */
static void
expect_description (YonderNegotiation *self)
{
  yonder_clock_clear (self->clock, &self->description_timer);
  if (!self->was_up)
    self->description_timer = yonder_clock_add (self->clock, YONDER_CALL_DESCRIPTION_LIMIT_MS, on_description_late, self, NULL);
}

/* A peer connection could not be described. What never was connected ends; what was is tried again by the timer that runs. */
static void
on_description_failed (YonderNegotiation *self, const GError *error)
{
  yonder_clock_clear (self->clock, &self->description_timer);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (self->was_up)
    yonder_timeline_add (self->timeline, YONDER_TIMELINE_MEDIA, _("The path could not be rebuilt: %s"), error->message);
  else
    g_signal_emit (self, signals[FAILED], 0, error);
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
  if (self->generation == 0)
    g_signal_emit (self, signals[OFFER_READY], 0, sdp);
  send_offer (self);
}

static void
create_offer (YonderNegotiation *self)
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
  if (self->n_early > 0)
    yonder_timeline_add (self->timeline, YONDER_TIMELINE_REMOTE_CANDIDATE, _("Candidates that came early: queued %u, applied %u"),
                         self->n_early, self->n_early);
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
    yonder_signaling_send_answer (self->signaling, self->call_id, self->peer_id, sdp, self->generation);
  self->accepts_by_answer = FALSE;
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("Answer sent"));
  note_early_candidates (self);
  on_described (self);
}

static void
accept_offer (YonderNegotiation *self, const char *sdp)
{
  self->phase = PHASE_ANSWERING;
  g_strfreev (self->ufrags);
  self->ufrags = parse_ufrags (sdp);
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("Offer received"));
  g_signal_emit (self, signals[OFFERED], 0);
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
add_candidate (YonderNegotiation *self, YonderIceCandidate *candidate)
{
  if (self->phase != PHASE_STABLE)
    self->n_early++;
  yonder_media_session_add_candidate (self->media, candidate);
}

/* Whether a message belongs to the peer connection there is now, so far as its number and its ufrag (nullable) tell. A client that
 * knows no generations writes none, which reads as 0: then the ufrag must be one that we have not seen die. */
static gboolean
is_of_this_generation (YonderNegotiation *self, gint64 generation, GStrv ufrags)
{
  if (generation == self->generation)
    return TRUE;
  return generation == 0 && !self->peer_counts && ufrags != NULL && ufrags[0] != NULL
         && !share_an_ufrag (ufrags, self->former_ufrags);
}

static void
take_candidate (YonderNegotiation *self, YonderIceCandidate *candidate, gint64 generation)
{
  const char *ufrag = yonder_ice_candidate_get_ufrag (candidate);
  char *one[] = { (char *) ufrag, NULL };
  GStrv ufrags = ufrag != NULL && *ufrag != '\0' ? one : NULL;

  if (generation < self->generation && !is_of_this_generation (self, generation, ufrags)) {
    refuse (self, _("A candidate of an earlier peer connection was dropped"));
    return;
  }
  if (ufrags != NULL && self->ufrags != NULL && self->ufrags[0] != NULL && generation <= self->generation
      && !share_an_ufrag (ufrags, self->ufrags)) {
    refuse (self, _("A candidate of another peer connection was dropped, as its ufrag tells"));
    return;
  }
  if (generation > self->generation + MAX_GENERATION_STEP) {
    refuse (self, _("A candidate of a generation far ahead was refused"));
    return;
  }
  if (self->n_remote >= YONDER_NEGOTIATION_MAX_CANDIDATES) {
    refuse (self, _("More candidates came than a call may have"));
    return;
  }

  self->n_remote++;
  if (!yonder_ice_candidate_is_end (candidate) && yonder_ice_candidate_get_kind (candidate) == YONDER_CANDIDATE_RELAY)
    self->has_remote_relay = TRUE;
  if (self->phase == PHASE_NONE || generation > self->generation) {
    EarlyCandidate *early = g_new (EarlyCandidate, 1);

    early->candidate = yonder_ice_candidate_ref (candidate);
    early->generation = generation;
    g_queue_push_tail (&self->early, early);
  } else {
    add_candidate (self, candidate);
  }
}

/* Gives the media what came before there was a peer connection for it, in order. */
static void
flush_early_candidates (YonderNegotiation *self)
{
  g_autoptr (GPtrArray) now = g_ptr_array_new_with_free_func ((GDestroyNotify) early_candidate_free);

  for (GList *l = self->early.head; l != NULL;) {
    GList *next = l->next;
    EarlyCandidate *early = l->data;

    if (early->generation <= self->generation) {
      g_queue_delete_link (&self->early, l);
      g_ptr_array_add (now, early);
    }
    l = next;
  }
  /* They are counted again as they are taken. */
  self->n_remote = g_queue_get_length (&self->early);
  for (guint i = 0; i < now->len; i++) {
    EarlyCandidate *early = g_ptr_array_index (now, i);

    take_candidate (self, early->candidate, early->generation);
  }
}

/* --- Generations --- */

static void
begin_generation (YonderNegotiation *self, gint64 generation)
{
  clear_timers (self);
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();

  self->generation = generation;
  self->media_generation++;
  self->is_described = FALSE;
  self->has_ice = FALSE;
  self->is_secured = FALSE;
  self->n_local = 0;
  self->n_early = 0;
  self->has_local_relay = FALSE;
  self->has_remote_relay = FALSE;
  g_clear_pointer (&self->sdp, g_free);
  g_ptr_array_set_size (self->held_local, 0);
  if (self->ufrags != NULL) {
    g_strfreev (self->former_ufrags);
    self->former_ufrags = g_steal_pointer (&self->ufrags);
  }

  yonder_timeline_add (self->timeline, YONDER_TIMELINE_ICE, _("A fresh peer connection is made (generation %" G_GINT64_FORMAT ")"),
                       generation);
  yonder_media_session_start_generation (self->media, self->media_generation);
  flush_early_candidates (self);
  g_signal_emit (self, signals[RESTARTED], 0);
}

static gboolean
on_retry (gpointer user_data)
{
  g_autoptr (YonderNegotiation) self = g_object_ref (YONDER_NEGOTIATION (user_data));

  self->retry_timer = 0;
  yonder_negotiation_recover (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_patience_ended (gpointer user_data)
{
  g_autoptr (YonderNegotiation) self = g_object_ref (YONDER_NEGOTIATION (user_data));

  self->patience_timer = 0;
  yonder_negotiation_recover (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_deferred (gpointer user_data)
{
  g_autoptr (YonderNegotiation) self = g_object_ref (YONDER_NEGOTIATION (user_data));
  g_autofree char *sdp = g_steal_pointer (&self->deferred_sdp);

  self->deferred_timer = 0;
  if (sdp != NULL)
    yonder_negotiation_take_offer (self, sdp, self->deferred);
  else
    yonder_negotiation_take_recover (self, self->deferred);
  return G_SOURCE_REMOVE;
}

/* Tells whether the peer may make us restart now; if not, its wish is kept, in the place of an older one. */
static gboolean
may_restart (YonderNegotiation *self, const char *sdp, gint64 generation)
{
  gint64 now_us = yonder_clock_now_us (self->clock);
  gint64 wait_us = self->restarted_us + MIN_RESTART_MS * 1000 - now_us;

  if (wait_us <= 0) {
    self->restarted_us = now_us;
    return TRUE;
  }

  if (self->deferred_timer != 0)
    refuse (self, _("The peer asks for fresh connections too often"));
  if (self->deferred_timer == 0 || generation >= self->deferred) {
    self->deferred = generation;
    g_set_str (&self->deferred_sdp, sdp);
  }
  if (self->deferred_timer == 0)
    self->deferred_timer = yonder_clock_add (self->clock, wait_us / 1000 + 1, on_deferred, self, NULL);
  return FALSE;
}

typedef enum {
  OFFER_TAKE,
  OFFER_RESTART,
  OFFER_STALE,
  OFFER_AGAIN,
  OFFER_GLARE,
  OFFER_TOO_FAR,
} OfferVerdict;

static const char * const offer_refusals[] = {
  [OFFER_STALE] = N_("An offer of an earlier peer connection was dropped"),
  [OFFER_AGAIN] = N_("An offer came twice; the second was dropped"),
  [OFFER_GLARE] = N_("Both sides made an offer; the caller’s stands"),
  [OFFER_TOO_FAR] = N_("An offer of a generation far ahead was refused"),
};

static OfferVerdict
judge_offer (YonderNegotiation *self, const char *sdp, gint64 generation)
{
  g_auto (GStrv) ufrags = parse_ufrags (sdp);
  gboolean we_offer = self->phase >= PHASE_OFFERING && self->phase <= PHASE_TAKING;

  if (generation < self->generation && !is_of_this_generation (self, generation, ufrags))
    return OFFER_STALE;
  if (generation > self->generation + MAX_GENERATION_STEP)
    return OFFER_TOO_FAR;
  if (generation > self->generation)
    return OFFER_RESTART;
  if (self->phase == PHASE_WAITING)
    return OFFER_TAKE;
  if (we_offer)
    return self->is_caller ? OFFER_GLARE : OFFER_RESTART;
  return share_an_ufrag (ufrags, self->ufrags) || ufrags[0] == NULL ? OFFER_AGAIN : OFFER_RESTART;
}

/* --- The media's signals --- */

static void
on_local_candidate (YonderNegotiation *self, YonderIceCandidate *candidate, gint64 media_generation)
{
  if (media_generation != self->media_generation)
    return;

  if (yonder_ice_candidate_is_end (candidate)) {
    yonder_timeline_add (self->timeline, YONDER_TIMELINE_LOCAL_CANDIDATE, _("All local candidates are gathered"));
  } else {
    self->n_local++;
    self->has_local_relay |= yonder_ice_candidate_get_kind (candidate) == YONDER_CANDIDATE_RELAY;
    yonder_timeline_add (self->timeline, YONDER_TIMELINE_LOCAL_CANDIDATE, "%s %s %s %u",
                         yonder_ice_candidate_get_type_name (candidate), yonder_ice_candidate_get_protocol (candidate),
                         yonder_ice_candidate_get_address (candidate), yonder_ice_candidate_get_port (candidate));
  }

  if (self->is_accepted && self->is_described)
    send_candidate (self, candidate);
  else
    g_ptr_array_add (self->held_local, yonder_ice_candidate_ref (candidate));
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
come_up (YonderNegotiation *self)
{
  clear_timers (self);
  self->was_up = TRUE;
  self->wants_path = FALSE;
  self->n_tries = 0;
  self->n_silent_s = 0;
  g_signal_emit (self, signals[PATH_UP], 0);
}

static gboolean
on_no_media_to_expect (gpointer user_data)
{
  YonderNegotiation *self = user_data;

  self->media_timer = 0;
  self->has_media = TRUE;
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_MEDIA, _("Connected, but the peer sends neither sound nor picture yet"));
  come_up (self);
  return G_SOURCE_REMOVE;
}

static void
check_path (YonderNegotiation *self)
{
  if (!self->has_ice || !self->is_secured)
    return;

  if (!self->has_media && !self->was_up) {
    if (self->media_timer == 0)
      self->media_timer = yonder_clock_add (self->clock, FIRST_MEDIA_MS, on_no_media_to_expect, self, NULL);
    return;
  }
  come_up (self);
}

static void
lose_path (YonderNegotiation *self)
{
  self->has_ice = FALSE;
  yonder_clock_clear (self->clock, &self->media_timer);
  g_signal_emit (self, signals[PATH_LOST], 0);
}

static void
on_ice_state (YonderNegotiation *self, YonderIceState state)
{
  g_autoptr (GEnumClass) class = g_type_class_ref (YONDER_TYPE_ICE_STATE);
  GEnumValue *value = g_enum_get_value (class, state);

  yonder_timeline_add (self->timeline, YONDER_TIMELINE_ICE, _("ICE: %s"), value != NULL ? value->value_nick : "?");
  switch (state) {
  case YONDER_ICE_STATE_CONNECTED:
  case YONDER_ICE_STATE_COMPLETED:
    if (!self->has_ice) {
      self->has_ice = TRUE;
      check_path (self);
    }
    break;
  case YONDER_ICE_STATE_DISCONNECTED:
    lose_path (self);
    if (!self->is_closed && self->was_up && self->patience_timer == 0 && self->retry_timer == 0)
      self->patience_timer = yonder_clock_add (self->clock, PATIENCE_MS, on_patience_ended, self, NULL);
    break;
  case YONDER_ICE_STATE_FAILED:
    lose_path (self);
    if (!self->is_closed && self->was_up && self->retry_timer == 0)
      yonder_negotiation_recover (self);
    break;
  case YONDER_ICE_STATE_NEW:
  case YONDER_ICE_STATE_CHECKING:
  case YONDER_ICE_STATE_CLOSED:
    break;
  }
}

static void
on_secured (YonderNegotiation *self)
{
  self->is_secured = TRUE;
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_MEDIA, _("Encrypted, and the peer’s certificate is the one it announced"));
  check_path (self);
}

static void
on_media_came (YonderNegotiation *self)
{
  if (self->has_media)
    return;
  self->has_media = TRUE;
  check_path (self);
}

static void
on_first_audio (YonderNegotiation *self)
{
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_MEDIA, _("First sound"));
  on_media_came (self);
}

static void
on_first_frame (YonderNegotiation *self, guint width_px, guint height_px)
{
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_MEDIA, _("First picture, %u×%u"), width_px, height_px);
  on_media_came (self);
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
  g_signal_emit (self, signals[FAILED], 0, error);
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

  g_queue_clear_full (&self->early, (GDestroyNotify) early_candidate_free);
  g_ptr_array_unref (self->held_local);
  g_strfreev (self->ufrags);
  g_strfreev (self->former_ufrags);
  g_free (self->sdp);
  g_free (self->deferred_sdp);
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

  signals[OFFER_READY] = g_signal_new ("offer-ready", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[OFFERED] = g_signal_new ("offered", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RESTARTED] = g_signal_new ("restarted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PATH_UP] = g_signal_new ("path-up", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PATH_LOST] = g_signal_new ("path-lost", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[LATE] = g_signal_new ("late", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
yonder_negotiation_init (YonderNegotiation *self)
{
  self->cancellable = g_cancellable_new ();
  self->held_local = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_ice_candidate_unref);
  self->restarted_us = G_MININT64 / 2;

  self->media_signals = g_signal_group_new (YONDER_TYPE_MEDIA_SESSION);
  g_signal_group_connect_object (self->media_signals, "candidate", G_CALLBACK (on_local_candidate), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->media_signals, "remote-candidate", G_CALLBACK (on_remote_candidate), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->media_signals, "ice-state", G_CALLBACK (on_ice_state), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->media_signals, "secured", G_CALLBACK (on_secured), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->media_signals, "first-audio", G_CALLBACK (on_first_audio), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->media_signals, "first-frame", G_CALLBACK (on_first_frame), self, G_CONNECT_SWAPPED);
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
  return self;
}

/* The id by which both sides know the call; with it an offer that waits can go out. */
void
yonder_negotiation_set_call_id (YonderNegotiation *self, const char *call_id)
{
  g_set_str (&self->call_id, call_id);
  send_offer (self);
}

YonderMediaSession *
yonder_negotiation_get_media (YonderNegotiation *self)
{
  return self->media;
}

void
yonder_negotiation_get_facts (YonderNegotiation *self, YonderPathFacts *facts)
{
  facts->n_local = self->n_local;
  facts->n_remote = self->n_remote;
  facts->has_local_relay = self->has_local_relay;
  facts->has_remote_relay = self->has_remote_relay;
  facts->has_remote_description = self->ufrags != NULL;
  facts->has_ice = self->has_ice;
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
    create_offer (self);
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
  flush_early_candidates (self);
  if (sdp != NULL)
    accept_offer (self, sdp);
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
  begin_generation (self, 0);
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
    on_described (self);
  } else {
    send_offer (self);
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
  if (self->is_closed || !self->was_up)
    return;

  yonder_clock_clear (self->clock, &self->patience_timer);
  yonder_clock_clear (self->clock, &self->retry_timer);
  if (yonder_signaling_get_state (self->signaling) != YONDER_SIGNALING_ONLINE) {
    if (!self->wants_path)
      yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("The path is rebuilt as soon as the server can be reached"));
    self->wants_path = TRUE;
    return;
  }

  self->wants_path = FALSE;
  if (self->is_caller || self->n_tries++ > 0) {
    begin_generation (self, self->generation + 1);
    if (self->is_closed)
      return;
    create_offer (self);
  } else {
    yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("The caller was asked for a fresh peer connection"));
    yonder_signaling_request_recovery (self->signaling, self->call_id, self->peer_id, self->generation + 1);
  }
  self->retry_timer = yonder_clock_add (self->clock, RETRY_MS, on_retry, self, NULL);
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
  YonderMediaStats stats = { 0 };

  if (self->is_closed || !self->has_ice)
    return;

  yonder_media_session_get_stats (self->media, &stats);
  if (stats.bitrate_in_bps != 0) {
    self->was_flowing = stats.bitrate_in_bps > 0;
    self->n_silent_s = 0;
  } else if (self->was_flowing && ++self->n_silent_s >= SILENT_S) {
    self->was_flowing = FALSE;
    yonder_timeline_add (self->timeline, YONDER_TIMELINE_MEDIA, _("Nothing came from the peer for %d seconds"), SILENT_S);
    lose_path (self);
    yonder_negotiation_recover (self);
  }
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
  clear_timers (self);
  yonder_clock_clear (self->clock, &self->deferred_timer);
  g_cancellable_cancel (self->cancellable);
  g_signal_group_set_target (self->media_signals, NULL);
  if (self->media != NULL)
    yonder_media_session_close (self->media);
}

static gboolean
is_acceptable_sdp (YonderNegotiation *self, const char *sdp, gint64 generation)
{
  if (sdp == NULL || *sdp == '\0' || generation < 0) {
    refuse (self, _("A message without a description was refused"));
    return FALSE;
  }
  if (strlen (sdp) > YONDER_NEGOTIATION_MAX_SDP) {
    refuse (self, _("A description larger than 256 KiB was refused"));
    return FALSE;
  }
  return TRUE;
}

/**
 * yonder_negotiation_take_offer:
 * @self: the negotiation
 * @sdp: the offer, from the network
 * @generation: the number beside it, 0 where there was none
 *
 * Answers the peer's offer, on a fresh peer connection where it is not the first. What is late, doubled or too large is refused.
 */
void
yonder_negotiation_take_offer (YonderNegotiation *self, const char *sdp, gint64 generation)
{
  OfferVerdict verdict;

  if (self->is_closed || !is_acceptable_sdp (self, sdp, generation))
    return;

  if (self->phase == PHASE_NONE) {
    if (generation >= self->generation && generation <= self->generation + MAX_GENERATION_STEP) {
      self->generation = generation;
      g_set_str (&self->sdp, sdp);
    }
    return;
  }

  verdict = judge_offer (self, sdp, generation);
  self->peer_counts |= verdict == OFFER_RESTART && generation > 0;
  if (verdict == OFFER_RESTART && !may_restart (self, sdp, generation))
    return;
  switch (verdict) {
  case OFFER_RESTART:
    begin_generation (self, MAX (generation, self->generation));
    if (!self->is_closed)
      accept_offer (self, sdp);
    if (!self->is_closed && self->was_up)
      self->retry_timer = yonder_clock_add (self->clock, RETRY_MS, on_retry, self, NULL);
    break;
  case OFFER_TAKE:
    accept_offer (self, sdp);
    break;
  default:
    refuse (self, _(offer_refusals[verdict]));
  }
}

/**
 * yonder_negotiation_take_answer:
 * @self: the negotiation
 * @sdp: the answer, from the network
 * @generation: the number beside it, 0 where there was none
 *
 * Takes the answer to our offer; any other is refused.
 */
void
yonder_negotiation_take_answer (YonderNegotiation *self, const char *sdp, gint64 generation)
{
  g_auto (GStrv) ufrags = NULL;

  if (self->is_closed || !is_acceptable_sdp (self, sdp, generation))
    return;

  ufrags = parse_ufrags (sdp);
  if (!is_of_this_generation (self, generation, ufrags)) {
    refuse (self, _("An answer of another peer connection was dropped"));
    return;
  }
  if (self->phase != PHASE_OFFERED) {
    refuse (self, _("An answer to no offer was refused"));
    return;
  }

  self->peer_counts |= generation > 0;
  self->phase = PHASE_TAKING;
  g_strfreev (self->ufrags);
  self->ufrags = g_steal_pointer (&ufrags);
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("Answer received"));
  yonder_media_session_accept_answer_async (self->media, sdp, self->cancellable, on_answer_taken, operation_new (self));
}

/**
 * yonder_negotiation_take_candidates:
 * @self: the negotiation
 * @candidates: (element-type YonderIceCandidate): in the order in which they were sent
 * @generation: the number beside them, 0 where there was none
 *
 * Takes the peer's candidates; those that come early are kept in order, those of an earlier generation are dropped.
 */
void
yonder_negotiation_take_candidates (YonderNegotiation *self, GPtrArray *candidates, gint64 generation)
{
  if (self->is_closed || generation < 0)
    return;

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
  if (self->is_closed || generation <= self->generation)
    return;
  if (!self->was_up || generation > self->generation + MAX_GENERATION_STEP) {
    refuse (self, _("The peer asked for a fresh connection where none can be made"));
    return;
  }
  self->peer_counts = TRUE;
  if (!may_restart (self, NULL, generation))
    return;

  yonder_timeline_add (self->timeline, YONDER_TIMELINE_SIGNALING, _("The peer asked for a fresh peer connection"));
  begin_generation (self, generation);
  if (self->is_closed)
    return;
  create_offer (self);
  self->retry_timer = yonder_clock_add (self->clock, RETRY_MS, on_retry, self, NULL);
}

/* The server can be reached again. */
void
yonder_negotiation_take_online (YonderNegotiation *self)
{
  if (self->wants_path)
    yonder_negotiation_recover (self);
}
