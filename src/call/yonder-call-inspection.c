/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-call-inspection-private.h"

#include "yonder-ice-config.h"

#include <string.h>

#define SAMPLE_MS 1000
/* chosen: relays are asked, and most checks have failed by then; whoever gives up sooner may have had a path the next moment */
#define ENOUGH_TIME_US (10 * G_USEC_PER_SEC)
/* chosen: both sides give up rebuilding after the same minute, and the one that noticed first ends the call for both */
#define GIVEN_UP_US (50 * G_USEC_PER_SEC)

struct _YonderCallInspection {
  GObject parent_instance;

  YonderClock        *clock;
  YonderSignaling    *signaling;
  YonderTimeline     *timeline;
  GDateTime          *start;
  char               *peer_name;
  char               *call_id;      /* (nullable) */
  YonderCallKind      kind;
  gboolean            is_outgoing;

  YonderMediaSession *media;        /* (nullable): until there is one, and once the call is over */
  GSignalGroup       *media_signals;
  GPtrArray          *remote;       /* (element-type YonderIceCandidate): as the peer sent them, of this generation */
  YonderIceReport    *report;       /* (nullable) */
  char               *servers_from; /* (nullable) */
  gboolean            relay_only;
  guint               n_turn;       /* that were set up, by name and user */
  gboolean            is_expired;

  YonderCallState     state;
  YonderCallState     during;       /* when it ended */
  YonderEndReason     end_reason;
  YonderSignalingState signaling_state;
  YonderIceState      ice_state;
  gboolean            has_description;
  gboolean            has_ice;
  gboolean            is_secured;
  gboolean            has_false_certificate;
  gint64              tried_us;     /* since the click; -1: never was */
  gint64              lost_us;      /* the path, that is being rebuilt */
  gint64              connected_us; /* since the click; -1: never was */
  gint64              ended_us;
  guint               generation;
  guint               n_queued, n_applied;
  YonderDiagnosis    *diagnosis;

  GArray             *samples;      /* (element-type YonderInspectionSample) */
  guint               sample_every; /* seconds */
  guint               n_seconds;
  guint               timer;
};

G_DEFINE_FINAL_TYPE (YonderCallInspection, yonder_call_inspection, G_TYPE_OBJECT)

enum {
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gint64
since_click_us (YonderCallInspection *self)
{
  return yonder_clock_now_us (self->clock) - yonder_timeline_get_start_us (self->timeline);
}

/* --- The diagnosis --- */

static YonderDiagnosisStage
stage_of (YonderCallState state)
{
  switch (state) {
  case YONDER_CALL_STATE_IDLE:
  case YONDER_CALL_STATE_INVITING:
  case YONDER_CALL_STATE_RINGING:
  case YONDER_CALL_STATE_INCOMING:
    return YONDER_DIAGNOSIS_STAGE_WAITING;
  case YONDER_CALL_STATE_ANSWERING:
  case YONDER_CALL_STATE_NEGOTIATING:
    return YONDER_DIAGNOSIS_STAGE_CONNECTING;
  case YONDER_CALL_STATE_CONNECTED:
    return YONDER_DIAGNOSIS_STAGE_CONNECTED;
  case YONDER_CALL_STATE_RECONNECTING:
    return YONDER_DIAGNOSIS_STAGE_RECONNECTING;
  case YONDER_CALL_STATE_ENDED:
    return YONDER_DIAGNOSIS_STAGE_ENDED;
  }
  return YONDER_DIAGNOSIS_STAGE_WAITING;
}

/* A call that somebody ended while it was connected is remembered by how it was connected. */
static void
diagnose (YonderCallInspection *self)
{
  gboolean is_ended = self->state == YONDER_CALL_STATE_ENDED;
  YonderCallState last = is_ended ? self->during : self->state;
  YonderDiagnosisFacts facts = {
    .stage = is_ended && self->during == YONDER_CALL_STATE_CONNECTED ? YONDER_DIAGNOSIS_STAGE_CONNECTED : stage_of (self->state),
    .was_connected = self->connected_us >= 0,
    .was_tried = last >= YONDER_CALL_STATE_ANSWERING,
    .had_time = self->end_reason == YONDER_END_NETWORK || (self->tried_us >= 0 && self->ended_us - self->tried_us >= ENOUGH_TIME_US),
    .has_description = self->has_description,
    .has_ice = self->has_ice,
    .is_secured = self->is_secured,
    .has_false_certificate = self->has_false_certificate,
    .is_relay_only = self->relay_only,
    .is_expired = self->is_expired,
  };

  /* else whoever hung up while it was being rebuilt would read that it could not be */
  if (is_ended && self->during == YONDER_CALL_STATE_RECONNECTING && self->end_reason != YONDER_END_NETWORK
      && !yonder_call_inspection_was_given_up (self))
    facts.stage = YONDER_DIAGNOSIS_STAGE_CONNECTED;
  if (self->has_false_certificate)
    facts.stage = YONDER_DIAGNOSIS_STAGE_ENDED;
  if (self->report != NULL)
    yonder_diagnosis_facts_take_report (&facts, self->report);
  facts.n_turn = MAX (facts.n_turn, self->n_turn);

  g_clear_pointer (&self->diagnosis, yonder_diagnosis_free);
  self->diagnosis = yonder_diagnosis_new (&facts);
}

static gboolean
is_reported (const YonderIceReport *report, YonderIceCandidate *candidate)
{
  for (guint i = 0; i < report->remote->len; i++) {
    const YonderReportCandidate *known = yonder_ice_report_get_remote (report, i);

    if (known->port == yonder_ice_candidate_get_port (candidate)
        && g_str_equal (known->protocol, yonder_ice_candidate_get_protocol (candidate))
        && g_ascii_strcasecmp (known->address, yonder_ice_candidate_get_address (candidate)) == 0)
      return TRUE;
  }
  return FALSE;
}

/* The agent is not told names that cannot be resolved, and tells nothing of a peer connection that is not there yet; what the peer has sent
 * is shown all the same. */
static void
add_sent_candidates (YonderCallInspection *self)
{
  for (guint i = 0; i < self->remote->len; i++) {
    YonderIceCandidate *candidate = g_ptr_array_index (self->remote, i);

    if (!is_reported (self->report, candidate))
      yonder_ice_report_add_remote (self->report, yonder_ice_candidate_get_kind (candidate), yonder_ice_candidate_get_protocol (candidate),
                                    yonder_ice_candidate_get_address (candidate), yonder_ice_candidate_get_port (candidate))->priority =
        yonder_ice_candidate_get_priority (candidate);
  }
}

static void
take_report (YonderCallInspection *self)
{
  YonderIceReport *report = self->media != NULL ? yonder_media_session_dup_ice_report (self->media) : NULL;

  if (report == NULL)
    return;
  g_clear_pointer (&self->report, yonder_ice_report_unref);
  self->report = report;
  add_sent_candidates (self);
}

static void
take_change (YonderCallInspection *self)
{
  take_report (self);
  diagnose (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* --- Figures --- */

/* Drops every other one, so that the whole call stays to be seen. */
static void
thin_out (YonderCallInspection *self)
{
  guint n_kept = 0;

  for (guint i = 0; i < self->samples->len; i += 2)
    g_array_index (self->samples, YonderInspectionSample, n_kept++) = g_array_index (self->samples, YonderInspectionSample, i);
  g_array_set_size (self->samples, n_kept);
  self->sample_every *= 2;
}

/* By RTCP where the other side reports, else by the checks that keep the pair alive; -1 where neither is known yet. */
static double
get_round_trip (YonderCallInspection *self, const YonderMediaStats *stats)
{
  const YonderReportPair *pair = self->report != NULL ? yonder_ice_report_get_selected (self->report) : NULL;

  return stats->rtt_ms < 0.0 && pair != NULL ? pair->rtt_ms : stats->rtt_ms;
}

static void
take_sample (YonderCallInspection *self)
{
  YonderMediaStats stats = { 0 };
  YonderInspectionSample sample;

  yonder_media_session_get_stats (self->media, &stats);
  self->n_queued = stats.candidates_queued;
  self->n_applied = stats.candidates_applied;
  if (self->n_seconds++ % self->sample_every != 0)
    return;

  sample = (YonderInspectionSample) {
    .time_us = since_click_us (self),
    .bitrate_in_bps = stats.bitrate_in_bps,
    .bitrate_out_bps = stats.bitrate_out_bps,
    .target_bitrate_bps = stats.target_bitrate_bps,
    .rtt_ms = get_round_trip (self, &stats),
    .loss_in = stats.loss_in,
    .loss_out = stats.loss_out,
    .jitter_ms = stats.jitter_ms,
    .fps_in = stats.fps_in,
    .fps_out = stats.fps_out,
    .width_in = stats.width_in,
    .height_in = stats.height_in,
    .packets_lost = stats.packets_lost,
    .frames_decoded = stats.frames_decoded,
    .frames_dropped = stats.frames_dropped,
    .freeze_count = stats.freeze_count,
    .freeze_ms = stats.freeze_ms,
  };
  g_array_append_val (self->samples, sample);
  if (self->samples->len >= YONDER_INSPECTION_MAX_SAMPLES)
    thin_out (self);
}

static gboolean
on_second (gpointer user_data)
{
  g_autoptr (YonderCallInspection) self = g_object_ref (YONDER_CALL_INSPECTION (user_data));

  if (self->connected_us >= 0)
    take_sample (self);
  take_change (self);
  return G_SOURCE_CONTINUE;
}

/* --- The media --- */

static void
on_remote_candidate (YonderCallInspection *self, YonderIceCandidate *candidate, gboolean is_queued)
{
  if (!yonder_ice_candidate_is_end (candidate))
    g_ptr_array_add (self->remote, yonder_ice_candidate_ref (candidate));
}

static void
on_ice_state (YonderCallInspection *self, YonderIceState state)
{
  self->ice_state = state;
  self->has_ice |= state == YONDER_ICE_STATE_CONNECTED || state == YONDER_ICE_STATE_COMPLETED;
  take_change (self);
}

static void
on_secured (YonderCallInspection *self)
{
  self->is_secured = TRUE;
  take_change (self);
}

static void
on_signaling_state (YonderCallInspection *self)
{
  if (self->state == YONDER_CALL_STATE_ENDED)
    return;
  self->signaling_state = yonder_signaling_get_state (self->signaling);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* --- The object --- */

static void
yonder_call_inspection_dispose (GObject *object)
{
  YonderCallInspection *self = YONDER_CALL_INSPECTION (object);

  if (self->clock != NULL)
    yonder_clock_clear (self->clock, &self->timer);
  g_signal_group_set_target (self->media_signals, NULL);
  g_clear_object (&self->media);

  G_OBJECT_CLASS (yonder_call_inspection_parent_class)->dispose (object);
}

static void
yonder_call_inspection_finalize (GObject *object)
{
  YonderCallInspection *self = YONDER_CALL_INSPECTION (object);

  g_clear_object (&self->media_signals);
  g_clear_object (&self->signaling);
  g_clear_object (&self->timeline);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->start, g_date_time_unref);
  g_clear_pointer (&self->report, yonder_ice_report_unref);
  g_clear_pointer (&self->diagnosis, yonder_diagnosis_free);
  g_ptr_array_unref (self->remote);
  g_array_unref (self->samples);
  g_free (self->servers_from);
  g_free (self->peer_name);
  g_free (self->call_id);

  G_OBJECT_CLASS (yonder_call_inspection_parent_class)->finalize (object);
}

static void
yonder_call_inspection_class_init (YonderCallInspectionClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = yonder_call_inspection_dispose;
  object_class->finalize = yonder_call_inspection_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
yonder_call_inspection_init (YonderCallInspection *self)
{
  self->remote = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_ice_candidate_unref);
  self->samples = g_array_new (FALSE, FALSE, sizeof (YonderInspectionSample));
  self->sample_every = 1;
  self->tried_us = self->connected_us = -1;
  self->start = g_date_time_new_now_local ();

  self->media_signals = g_signal_group_new (YONDER_TYPE_MEDIA_SESSION);
  g_signal_group_connect_object (self->media_signals, "remote-candidate", G_CALLBACK (on_remote_candidate), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->media_signals, "ice-state", G_CALLBACK (on_ice_state), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->media_signals, "secured", G_CALLBACK (on_secured), self, G_CONNECT_SWAPPED);
}

/* Makes the inspection of a call that begins now. */
YonderCallInspection *
yonder_call_inspection_new (YonderClock *clock, YonderSignaling *signaling, YonderTimeline *timeline, YonderContact *peer)
{
  YonderCallInspection *self = g_object_new (YONDER_TYPE_CALL_INSPECTION, NULL);

  self->clock = g_object_ref (clock);
  self->signaling = g_object_ref (signaling);
  self->timeline = g_object_ref (timeline);
  self->peer_name = g_strdup (yonder_contact_get_name (peer));
  self->signaling_state = yonder_signaling_get_state (signaling);
  g_signal_connect_object (signaling, "notify::state", G_CALLBACK (on_signaling_state), self, G_CONNECT_SWAPPED);
  diagnose (self);
  return self;
}

/* The servers that the next peer connection will use. Nothing of their credentials is kept. */
void
yonder_call_inspection_set_config (YonderCallInspection *self, YonderIceConfig *config)
{
  GListModel *servers = yonder_ice_config_get_servers (config);

  self->relay_only = yonder_ice_config_is_relay_only (config);
  self->n_turn = 0;
  self->is_expired = FALSE;
  g_free (self->servers_from);
  self->servers_from = yonder_ice_config_describe (config);
  for (guint i = 0; i < g_list_model_get_n_items (servers); i++) {
    g_autoptr (YonderIceServer) server = g_list_model_get_item (servers, i);
    GPtrArray *uris = yonder_ice_server_get_uris (server);

    for (guint j = 0; j < uris->len; j++)
      self->n_turn += ((YonderIceUri *) g_ptr_array_index (uris, j))->scheme >= YONDER_ICE_SCHEME_TURN;
    self->is_expired |= yonder_diagnosis_is_expired_name (yonder_ice_server_get_username (server), g_get_real_time () / G_USEC_PER_SEC);
  }
}

void
yonder_call_inspection_set_media (YonderCallInspection *self, YonderMediaSession *media)
{
  if (self->state == YONDER_CALL_STATE_ENDED || !g_set_object (&self->media, media))
    return;

  g_signal_group_set_target (self->media_signals, media);
  if (self->timer == 0)
    self->timer = yonder_clock_add (self->clock, SAMPLE_MS, on_second, self, NULL);
}

/* A fresh peer connection takes the place of the one before, which is not shown any more. */
void
yonder_call_inspection_restart (YonderCallInspection *self)
{
  self->generation++;
  self->ice_state = YONDER_ICE_STATE_NEW;
  self->has_ice = FALSE;
  self->is_secured = FALSE;
  g_ptr_array_set_size (self->remote, 0);
  g_clear_pointer (&self->report, yonder_ice_report_unref);
}

void
yonder_call_inspection_take_error (YonderCallInspection *self, const GError *error)
{
  self->has_false_certificate |= g_error_matches (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FINGERPRINT);
}

void
yonder_call_inspection_update (YonderCallInspection *self, YonderCall *call)
{
  if (self->state == YONDER_CALL_STATE_ENDED)
    return;

  if (yonder_call_get_state (call) == YONDER_CALL_STATE_RECONNECTING && self->state != YONDER_CALL_STATE_RECONNECTING)
    self->lost_us = since_click_us (self);
  self->state = yonder_call_get_state (call);
  self->kind = yonder_call_get_kind (call);
  self->is_outgoing = yonder_call_is_outgoing (call);
  g_set_str (&self->call_id, yonder_call_get_call_id (call));
  if (stage_of (self->state) == YONDER_DIAGNOSIS_STAGE_CONNECTING && self->tried_us < 0)
    self->tried_us = since_click_us (self);
  if (self->state == YONDER_CALL_STATE_CONNECTED && self->connected_us < 0)
    self->connected_us = since_click_us (self);
  take_change (self);
}

void
yonder_call_inspection_end (YonderCallInspection *self, YonderCallState during, YonderEndReason reason, gboolean has_description)
{
  if (self->state == YONDER_CALL_STATE_ENDED)
    return;

  if (self->media != NULL && self->connected_us >= 0)
    take_sample (self);
  take_report (self);
  self->state = YONDER_CALL_STATE_ENDED;
  self->during = during;
  self->end_reason = reason;
  self->has_description = has_description;
  self->ended_us = since_click_us (self);
  yonder_clock_clear (self->clock, &self->timer);
  g_signal_group_set_target (self->media_signals, NULL);
  g_clear_object (&self->media);
  diagnose (self);
}

gboolean
yonder_call_inspection_was_given_up (YonderCallInspection *self)
{
  return self->during == YONDER_CALL_STATE_RECONNECTING
         && (self->end_reason == YONDER_END_NETWORK
             || (self->end_reason == YONDER_END_HUNG_UP_BY_PEER && self->ended_us - self->lost_us >= GIVEN_UP_US));
}

const char *
yonder_call_inspection_get_cause (YonderCallInspection *self)
{
  return self->diagnosis->code > YONDER_DIAGNOSIS_BROKEN || self->diagnosis->blames_relay ? self->diagnosis->explanation : NULL;
}

void
yonder_call_inspection_explain (YonderCallInspection *self, const char *words)
{
  YonderDiagnosisCode code = self->diagnosis->code;

  if (words != NULL && (code == YONDER_DIAGNOSIS_BROKEN || code == YONDER_DIAGNOSIS_NOT_TRIED))
    g_set_str (&self->diagnosis->explanation, words);
  g_signal_emit (self, signals[CHANGED], 0);
}

const char *
yonder_call_inspection_get_peer_name (YonderCallInspection *self)
{
  g_return_val_if_fail (YONDER_IS_CALL_INSPECTION (self), NULL);

  return self->peer_name;
}

gboolean
yonder_call_inspection_is_outgoing (YonderCallInspection *self)
{
  g_return_val_if_fail (YONDER_IS_CALL_INSPECTION (self), FALSE);

  return self->is_outgoing;
}

YonderCallKind
yonder_call_inspection_get_kind (YonderCallInspection *self)
{
  g_return_val_if_fail (YONDER_IS_CALL_INSPECTION (self), YONDER_CALL_KIND_VOICE);

  return self->kind;
}

/**
 * yonder_call_inspection_get_start:
 * @self: the inspection
 *
 * Returns: (transfer none): when the call was dialled or came in
 */
GDateTime *
yonder_call_inspection_get_start (YonderCallInspection *self)
{
  g_return_val_if_fail (YONDER_IS_CALL_INSPECTION (self), NULL);

  return self->start;
}

const char *
yonder_call_inspection_get_call_id (YonderCallInspection *self)
{
  g_return_val_if_fail (YONDER_IS_CALL_INSPECTION (self), NULL);

  return self->call_id;
}

YonderCallState
yonder_call_inspection_get_state (YonderCallInspection *self)
{
  g_return_val_if_fail (YONDER_IS_CALL_INSPECTION (self), YONDER_CALL_STATE_ENDED);

  return self->state;
}

YonderEndReason
yonder_call_inspection_get_end_reason (YonderCallInspection *self)
{
  g_return_val_if_fail (YONDER_IS_CALL_INSPECTION (self), YONDER_END_NONE);

  return self->end_reason;
}

gint64
yonder_call_inspection_get_duration_us (YonderCallInspection *self)
{
  g_return_val_if_fail (YONDER_IS_CALL_INSPECTION (self), 0);

  if (self->connected_us < 0)
    return 0;
  return (self->state == YONDER_CALL_STATE_ENDED ? self->ended_us : since_click_us (self)) - self->connected_us;
}

/**
 * yonder_call_inspection_get_diagnosis:
 * @self: the inspection
 *
 * Returns: (transfer none): how things stand, until "changed" comes
 */
const YonderDiagnosis *
yonder_call_inspection_get_diagnosis (YonderCallInspection *self)
{
  g_return_val_if_fail (YONDER_IS_CALL_INSPECTION (self), NULL);

  return self->diagnosis;
}

/* Of the connection to the call server; of a call that is over, when it ended. */
YonderSignalingState
yonder_call_inspection_get_signaling_state (YonderCallInspection *self)
{
  g_return_val_if_fail (YONDER_IS_CALL_INSPECTION (self), YONDER_SIGNALING_OFFLINE);

  return self->signaling_state;
}

YonderIceState
yonder_call_inspection_get_ice_state (YonderCallInspection *self)
{
  g_return_val_if_fail (YONDER_IS_CALL_INSPECTION (self), YONDER_ICE_STATE_NEW);

  return self->ice_state;
}

/* Whether the encrypted connection is up and the peer's certificate is the one that it announced. */
gboolean
yonder_call_inspection_is_secured (YonderCallInspection *self)
{
  g_return_val_if_fail (YONDER_IS_CALL_INSPECTION (self), FALSE);

  return self->is_secured;
}

/**
 * yonder_call_inspection_get_report:
 * @self: the inspection
 *
 * Returns: (transfer none) (nullable): what ICE has done for the peer connection there is now or was last; %NULL before the first
 */
YonderIceReport *
yonder_call_inspection_get_report (YonderCallInspection *self)
{
  g_return_val_if_fail (YONDER_IS_CALL_INSPECTION (self), NULL);

  return self->report;
}

const char *
yonder_call_inspection_get_servers_from (YonderCallInspection *self)
{
  g_return_val_if_fail (YONDER_IS_CALL_INSPECTION (self), NULL);

  return self->servers_from;
}

guint
yonder_call_inspection_get_generation (YonderCallInspection *self)
{
  g_return_val_if_fail (YONDER_IS_CALL_INSPECTION (self), 0);

  return self->generation;
}

/**
 * yonder_call_inspection_get_early:
 * @self: the inspection
 * @queued: (out): candidates of the peer that came before its description
 * @applied: (out): of these, how many were used once it was there
 */
void
yonder_call_inspection_get_early (YonderCallInspection *self, guint *queued, guint *applied)
{
  g_return_if_fail (YONDER_IS_CALL_INSPECTION (self));

  *queued = self->n_queued;
  *applied = self->n_applied;
}

GListModel *
yonder_call_inspection_get_timeline (YonderCallInspection *self)
{
  g_return_val_if_fail (YONDER_IS_CALL_INSPECTION (self), NULL);

  return G_LIST_MODEL (self->timeline);
}

/**
 * yonder_call_inspection_get_samples:
 * @self: the inspection
 * @n_samples: (out): how many
 *
 * Returns: (transfer none) (array length=n_samples): the figures of the call, oldest first, until "changed" comes
 */
const YonderInspectionSample *
yonder_call_inspection_get_samples (YonderCallInspection *self, guint *n_samples)
{
  g_return_val_if_fail (YONDER_IS_CALL_INSPECTION (self), NULL);

  *n_samples = self->samples->len;
  return (const YonderInspectionSample *) self->samples->data;
}
