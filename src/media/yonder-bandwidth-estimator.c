/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yonder-bandwidth-estimator.h"

#include "yonder-delay-detector.h"

#include <math.h>

/* A power of two; at 5 Mbit/s some eight seconds of packets. */
#define HISTORY            4096
#define LOSS_WINDOW_US     G_USEC_PER_SEC
#define USE_WINDOW_US      G_USEC_PER_SEC
#define RATE_WINDOW_US     (300 * G_TIME_SPAN_MILLISECOND)
/* below this many packets a share of loss tells nothing */
#define MIN_LOSS_PACKETS   20
#define MIN_RATE_PACKETS   5

/* draft-ietf-rmcat-gcc-02 sections 5.5 and 6 */
#define HIGH_LOSS          0.10
#define LOW_LOSS           0.02
#define BETA               0.85
#define GROWTH             1.08
/* chosen: a path that drops a quarter is full, whatever the cause; only what gets through counts then */
#define HOPELESS_LOSS      0.25
/* chosen: until the path has broken once, and back to what it carried before a silence, there is no reason to creep */
#define FAST_GROWTH        1.25
/* section 5.5: never far beyond what was proven, or a still picture would raise the target without end */
#define ACKED_FACTOR       1.5
#define ACKED_SLACK_BPS    10000
/* Deviation: the draft adds half a packet a round trip, which below 1 Mbit/s is more than the multiplicative step. A share of the known
 * capacity keeps the queue that is built before the next cut as short on a narrow path as on a wide one. */
#define NEAR_STEP          0.02
#define MIN_NEAR_STEP_BPS  4000.0
#define CAPACITY_SMOOTHING 0.05
/* as shares of the capacity squared: three deviations are 6 to 15 % */
#define MIN_VARIANCE       0.0004
#define MAX_VARIANCE       0.0025

/* libwebrtc's AlrDetector: who sends less than this share of the target has nothing more to send */
#define IDLE_SHARE         0.65
/* chosen: so much of it came through as fast as it was sent, or the path is full nonetheless */
#define IDLE_CARRIED       0.85

/* chosen: feedback comes ten to twenty times a second */
#define SILENCE_US         G_USEC_PER_SEC
#define SILENCE_STEP_US    (500 * G_TIME_SPAN_MILLISECOND)
#define SILENCE_FACTOR     0.8
#define MAX_STEP_US        G_USEC_PER_SEC
#define DEFAULT_RTT_US     (100 * G_TIME_SPAN_MILLISECOND)
/* chosen: a queue that stands this high is heard in a conversation; it gets a second to drain after a cut, and where two cuts did not
 * lower it by a third it is not ours */
#define STANDING_QUEUE_US  (60 * G_TIME_SPAN_MILLISECOND)
#define SOME_QUEUE_US      (30 * G_TIME_SPAN_MILLISECOND)
#define DRAIN_US           G_USEC_PER_SEC
#define DRAINED_SHARE      0.67
#define MAX_VAIN_CUTS      2
#define MIN_CUT_GAP_US     (100 * G_TIME_SPAN_MILLISECOND)
/* half a sequence space cannot be told from the other half; half of that is surely odd */
#define MAX_SEQUENCE_LEAP  16384

typedef struct {
  gint64 sequence; /* unwrapped, or -1 */
  gint64 sent_us;
  gint64 received_us; /* -1: lost so far */
  guint  size_bytes;
} Packet;

struct _YonderBandwidthEstimator {
  double start_bps;
  double cap_bps;
  double target_bps;

  Packet history[HISTORY]; /* by sequence */
  gint64 newest;           /* sequence, or -1 */
  YonderDelayDetector detector;

  gint64 rtt_us;
  double acked_bps; /* 0: unknown */
  gboolean is_idle; /* we sent clearly less than the target, and the path carried it */
  double loss;
  guint  loss_packets;

  double capacity_bps;      /* mean of what was acked at each congestion; 0: unknown */
  double capacity_variance; /* relative */
  double known_good_bps;    /* carried before a silence; 0: nothing known */
  gboolean has_congested;
  gint64 queue_at_cut_us; /* of the last cut for a standing queue; 0: it drained */
  guint  n_vain_cuts;

  gint64 last_feedback_us; /* -1: never */
  gint64 last_growth_us;   /* -1 */
  gint64 last_cut_us;      /* -1 */
  gint64 last_silence_us;  /* -1 */
  gboolean is_silent;
};

static void
forget_measurements (YonderBandwidthEstimator *self)
{
  for (guint i = 0; i < HISTORY; i++)
    self->history[i].sequence = -1;

  self->newest = -1;
  yonder_delay_detector_init (&self->detector);
  self->rtt_us = DEFAULT_RTT_US;
  self->acked_bps = 0;
  self->is_idle = FALSE;
  self->loss = 0;
  self->loss_packets = 0;
  self->capacity_bps = 0;
  self->capacity_variance = 0;
  self->known_good_bps = 0;
  self->has_congested = FALSE;
  self->queue_at_cut_us = 0;
  self->n_vain_cuts = 0;
  self->last_feedback_us = -1;
  self->last_growth_us = -1;
  self->last_cut_us = -1;
  self->last_silence_us = -1;
  self->is_silent = FALSE;
}

static void
set_target (YonderBandwidthEstimator *self, double bps)
{
  self->target_bps = CLAMP (bps, YONDER_BANDWIDTH_MIN_BPS, self->cap_bps);
}

/**
 * yonder_bandwidth_estimator_new:
 * @start_bps: the target as long as nothing is known of the path
 * @cap_bps: the target never exceeds it; not below %YONDER_BANDWIDTH_MIN_BPS
 *
 * Returns: (transfer full): an estimator whose target is @start_bps
 */
YonderBandwidthEstimator *
yonder_bandwidth_estimator_new (guint start_bps, guint cap_bps)
{
  YonderBandwidthEstimator *self = g_new0 (YonderBandwidthEstimator, 1);

  forget_measurements (self);
  self->start_bps = start_bps;
  self->cap_bps = MAX (cap_bps, YONDER_BANDWIDTH_MIN_BPS);
  set_target (self, start_bps);

  return self;
}

void
yonder_bandwidth_estimator_free (YonderBandwidthEstimator *self)
{
  g_free (self);
}

static gint64
unwrap (YonderBandwidthEstimator *self, guint16 sequence)
{
  return self->newest < 0 ? sequence + G_MAXUINT16 + 1 : self->newest + (gint16) (sequence - (guint16) self->newest);
}

/* What is known already (feedback is sent again, and overlaps) changes nothing, but a packet that was missing may turn up later.
 * Returns whether it arrived now for the first time. */
static gboolean
remember (YonderBandwidthEstimator *self, const YonderPacketReport *report)
{
  gint64 sequence = unwrap (self, report->sequence);
  Packet *packet;

  if (ABS (sequence - self->newest) > MAX_SEQUENCE_LEAP && self->newest >= 0) {
    /* The peer counts anew or talks nonsense; either way the old packets tell nothing any more. */
    for (guint i = 0; i < HISTORY; i++)
      self->history[i].sequence = -1;
    self->newest = -1;
    sequence = unwrap (self, report->sequence);
  }

  if (sequence <= self->newest - HISTORY || sequence < 0)
    return FALSE;

  packet = &self->history[sequence % HISTORY];
  if (packet->sequence == sequence && (packet->received_us >= 0 || report->received_us < 0))
    return FALSE;

  *packet = (Packet) { sequence, report->sent_us, MAX (report->received_us, -1), report->size_bytes };
  self->newest = MAX (self->newest, sequence);

  return report->received_us >= 0;
}

static void
take_reports (YonderBandwidthEstimator *self, const YonderPacketReport *reports, gsize n_reports, gint64 now_us)
{
  gint64 newest_sent_us = -1;

  for (gsize i = 0; i < n_reports; i++)
    if (remember (self, &reports[i])) {
      yonder_delay_detector_add (&self->detector, reports[i].sent_us, reports[i].received_us);
      newest_sent_us = MAX (newest_sent_us, reports[i].sent_us);
    }

  /* From sending to feedback: the round trip and the peer's wait, which is part of how long any change takes to show. */
  if (newest_sent_us >= 0 && now_us > newest_sent_us)
    self->rtt_us = (7 * self->rtt_us + MIN (now_us - newest_sent_us, MAX_STEP_US)) / 8;
}

/* Share of loss over the last second, of what was sent after the last cut: earlier losses have had their answer. */
static void
measure_loss (YonderBandwidthEstimator *self)
{
  gint64 newest_sent_us = self->history[self->newest % HISTORY].sent_us;
  gint64 since_us = MAX (newest_sent_us - LOSS_WINDOW_US, self->last_cut_us);
  guint n_lost = 0, n = 0;

  for (gint64 sequence = self->newest; sequence > self->newest - HISTORY && sequence >= 0; sequence--) {
    const Packet *packet = &self->history[sequence % HISTORY];

    if (packet->sequence != sequence)
      continue;
    if (packet->sent_us < since_us)
      break;
    n++;
    n_lost += packet->received_us < 0;
  }

  self->loss_packets = n;
  self->loss = n >= MIN_LOSS_PACKETS ? n_lost / (double) n : 0;
}

/* What arrived in the last half second, by the peer's clock, which does not know of feedback that came late. */
static void
measure_rate (YonderBandwidthEstimator *self)
{
  gint64 newest_us = -1, oldest_us = G_MAXINT64;
  guint64 bytes = 0;
  guint oldest_bytes = 0, n = 0;

  for (gint64 sequence = self->newest; sequence > self->newest - HISTORY && sequence >= 0; sequence--) {
    const Packet *packet = &self->history[sequence % HISTORY];

    if (packet->sequence != sequence || packet->received_us < 0)
      continue;
    if (newest_us < 0)
      newest_us = packet->received_us;
    if (ABS (newest_us - packet->received_us) > RATE_WINDOW_US)
      break;
    newest_us = MAX (newest_us, packet->received_us);
    if (packet->received_us < oldest_us) {
      oldest_us = packet->received_us;
      oldest_bytes = packet->size_bytes;
    }
    bytes += packet->size_bytes;
    n++;
  }

  if (n < MIN_RATE_PACKETS)
    return;

  /* The oldest packet came before the time that is counted. Less than a fifth of the window is a burst, not a rate. */
  self->acked_bps = (bytes - oldest_bytes) * 8.0 * G_USEC_PER_SEC / MAX (newest_us - oldest_us, RATE_WINDOW_US / 5);
}

/* Whether what we sent in the last second says nothing of what the path can carry: a picture that stands still needs little. */
static void
measure_use (YonderBandwidthEstimator *self)
{
  gint64 newest_us = self->history[self->newest % HISTORY].sent_us;
  gint64 first_sent_us = newest_us, first_received_us = G_MAXINT64, last_received_us = G_MININT64, span_us;
  double sent_bytes = 0, received_bytes = 0;

  for (gint64 sequence = self->newest; sequence > self->newest - HISTORY && sequence >= 0; sequence--) {
    const Packet *packet = &self->history[sequence % HISTORY];

    if (packet->sequence != sequence)
      continue;
    if (packet->sent_us < newest_us - USE_WINDOW_US || packet->sent_us > newest_us)
      break;
    first_sent_us = packet->sent_us;
    sent_bytes += packet->size_bytes;
    if (packet->received_us < 0)
      continue;
    received_bytes += packet->size_bytes;
    first_received_us = MIN (first_received_us, packet->received_us);
    last_received_us = MAX (last_received_us, packet->received_us);
  }

  span_us = newest_us - first_sent_us;
  self->is_idle = span_us > USE_WINDOW_US / 2 && received_bytes > 0 &&
                  sent_bytes * 8 * G_USEC_PER_SEC / span_us < IDLE_SHARE * self->target_bps &&
                  received_bytes * span_us > IDLE_CARRIED * sent_bytes * (last_received_us - first_received_us);
}

static double
capacity_spread (YonderBandwidthEstimator *self)
{
  return 3 * sqrt (CLAMP (self->capacity_variance, MIN_VARIANCE, MAX_VARIANCE)) * self->capacity_bps;
}

/* Mean and spread of what came through whenever the path was full (section 5.5). */
static void
note_capacity (YonderBandwidthEstimator *self)
{
  double error;

  if (self->capacity_bps == 0 || self->acked_bps < self->capacity_bps - capacity_spread (self)) {
    self->capacity_bps = self->acked_bps;
    self->capacity_variance = MIN_VARIANCE;
    return;
  }

  error = self->acked_bps - self->capacity_bps;
  self->capacity_bps += CAPACITY_SMOOTHING * error;
  self->capacity_variance = (1 - CAPACITY_SMOOTHING) * self->capacity_variance +
                            CAPACITY_SMOOTHING * error * error / (self->capacity_bps * self->capacity_bps);
}

static gboolean
is_near_capacity (YonderBandwidthEstimator *self)
{
  double spread = capacity_spread (self);

  if (self->capacity_bps == 0)
    return FALSE;

  /* Far above: the path has changed, and what was known of it is worth nothing. */
  if (self->acked_bps > self->capacity_bps + spread) {
    self->capacity_bps = 0;
    return FALSE;
  }

  return self->acked_bps > self->capacity_bps - spread;
}

static void
cut_to (YonderBandwidthEstimator *self, double bps, gint64 now_us)
{
  set_target (self, MIN (bps, self->target_bps));
  self->has_congested = TRUE;
  self->known_good_bps = 0;
  self->last_cut_us = now_us;
  self->last_growth_us = now_us;
}

static void
cut_for_delay (YonderBandwidthEstimator *self, gint64 now_us)
{
  double proven_bps = self->acked_bps > 0 ? self->acked_bps : self->target_bps;

  /* Deviation, as libwebrtc's backoff where the application limits the rate: what came through is not what the path can carry, and a delay
   * that grows though the path carried all may be that of a computer that is late. Where the path is full nonetheless, the next cut is not long
   * after. */
  if (self->is_idle)
    proven_bps = MAX (proven_bps, self->target_bps);
  else if (self->acked_bps > 0)
    note_capacity (self);

  cut_to (self, BETA * proven_bps, now_us);
}

/* A queue that is full and stays full has no gradient. Where cuts do not lower it, somebody else fills it or the route has changed:
 * giving way for ever would leave us nothing. */
static void
cut_for_standing_queue (YonderBandwidthEstimator *self, gint64 queue_us, gint64 now_us)
{
  if (self->queue_at_cut_us > 0 && queue_us > DRAINED_SHARE * self->queue_at_cut_us)
    self->n_vain_cuts++;

  if (self->n_vain_cuts >= MAX_VAIN_CUTS) {
    yonder_delay_detector_rebase (&self->detector);
    self->n_vain_cuts = 0;
    self->queue_at_cut_us = 0;
    return;
  }

  self->queue_at_cut_us = queue_us;
  cut_for_delay (self, now_us);
}

static void
cut_for_loss (YonderBandwidthEstimator *self, gint64 now_us)
{
  double bps = self->target_bps * (1 - 0.5 * self->loss);

  if (self->loss > HOPELESS_LOSS && self->acked_bps > 0)
    bps = MIN (bps, BETA * self->acked_bps);

  cut_to (self, bps, now_us);
}

static void
grow (YonderBandwidthEstimator *self, gint64 now_us)
{
  double passed_s = self->last_growth_us < 0 ? 0 : CLAMP (now_us - self->last_growth_us, 0, MAX_STEP_US) / (double) G_USEC_PER_SEC;
  double bps;

  self->last_growth_us = now_us;
  if (passed_s == 0)
    return;

  if (is_near_capacity (self))
    bps = self->target_bps + MAX (MIN_NEAR_STEP_BPS, NEAR_STEP * self->capacity_bps) * passed_s;
  else if (!self->has_congested || self->target_bps < self->known_good_bps)
    bps = self->target_bps * pow (FAST_GROWTH, passed_s);
  else
    bps = self->target_bps * pow (GROWTH, passed_s);

  if (self->acked_bps > 0)
    bps = MIN (bps, MAX (ACKED_FACTOR * self->acked_bps + ACKED_SLACK_BPS, self->target_bps));

  set_target (self, bps);
}

/* What can be wrong with the path, worst first; the first that holds decides. */
static void
decide (YonderBandwidthEstimator *self, gint64 now_us)
{
  gint64 since_cut_us = self->last_cut_us < 0 ? G_MAXINT64 : now_us - self->last_cut_us;
  gboolean may_cut = since_cut_us >= MAX (self->rtt_us, MIN_CUT_GAP_US);
  gint64 queue_us = yonder_delay_detector_get_queue_us (&self->detector);

  if (queue_us < STANDING_QUEUE_US) {
    self->queue_at_cut_us = 0;
    self->n_vain_cuts = 0;
  }

  if (self->detector.state == YONDER_BANDWIDTH_OVERUSE) {
    if (may_cut)
      cut_for_delay (self, now_us);
  } else if (self->loss > HIGH_LOSS) {
    if (may_cut)
      cut_for_loss (self, now_us);
  } else if (queue_us >= STANDING_QUEUE_US) {
    if (since_cut_us >= DRAIN_US)
      cut_for_standing_queue (self, queue_us, now_us);
    self->last_growth_us = now_us;
  } else if (self->loss > LOW_LOSS || queue_us >= SOME_QUEUE_US || self->detector.state == YONDER_BANDWIDTH_UNDERUSE) {
    /* A queue has to drain first; a little loss may be the radio's. */
    self->last_growth_us = now_us;
  } else {
    grow (self, now_us);
  }
}

/**
 * yonder_bandwidth_estimator_feedback:
 * @self: the estimator
 * @reports: (array length=n_reports): what one feedback message told, in the order of sending
 * @n_reports: how many
 * @now_us: our clock
 *
 * Takes in a batch and decides anew. Packets that were reported before are passed over.
 *
 * Returns: the target in bits per second
 */
guint
yonder_bandwidth_estimator_feedback (YonderBandwidthEstimator *self, const YonderPacketReport *reports, gsize n_reports, gint64 now_us)
{
  gboolean was_silent = self->is_silent;

  if (n_reports == 0)
    return (guint) self->target_bps;

  self->last_feedback_us = now_us;
  self->is_silent = FALSE;
  if (was_silent)
    self->last_growth_us = now_us;

  take_reports (self, reports, n_reports, now_us);
  if (self->newest < 0)
    return (guint) self->target_bps;

  measure_loss (self);
  measure_rate (self);
  measure_use (self);
  decide (self, now_us);

  return (guint) self->target_bps;
}

/**
 * yonder_bandwidth_estimator_tick:
 * @self: the estimator
 * @now_us: our clock
 *
 * Notices silence: after a second without feedback the target falls by a fifth each half second. Before the first feedback there is no
 * silence: perhaps nothing is being sent yet, or the peer gives no such feedback at all.
 *
 * Returns: the target in bits per second
 */
guint
yonder_bandwidth_estimator_tick (YonderBandwidthEstimator *self, gint64 now_us)
{
  if (self->last_feedback_us < 0 || now_us - self->last_feedback_us < SILENCE_US)
    return (guint) self->target_bps;

  if (!self->is_silent) {
    self->is_silent = TRUE;
    self->known_good_bps = MAX (self->known_good_bps, self->target_bps);
    self->last_silence_us = -1;
  }

  if (self->last_silence_us < 0 || now_us - self->last_silence_us >= SILENCE_STEP_US) {
    set_target (self, SILENCE_FACTOR * self->target_bps);
    self->last_silence_us = now_us;
  }

  return (guint) self->target_bps;
}

/**
 * yonder_bandwidth_estimator_set_cap:
 * @self: the estimator
 * @cap_bps: the new upper bound; not below %YONDER_BANDWIDTH_MIN_BPS
 */
void
yonder_bandwidth_estimator_set_cap (YonderBandwidthEstimator *self, guint cap_bps)
{
  self->cap_bps = MAX (cap_bps, YONDER_BANDWIDTH_MIN_BPS);
  set_target (self, self->target_bps);
}

/**
 * yonder_bandwidth_estimator_reset:
 * @self: the estimator
 *
 * Begins again on a fresh path. The target is what it was or the start rate, whichever is less.
 */
void
yonder_bandwidth_estimator_reset (YonderBandwidthEstimator *self)
{
  forget_measurements (self);
  set_target (self, MIN (self->start_bps, self->target_bps));
}

guint
yonder_bandwidth_estimator_get_target_bps (YonderBandwidthEstimator *self)
{
  return (guint) self->target_bps;
}

guint
yonder_bandwidth_estimator_get_acked_bps (YonderBandwidthEstimator *self)
{
  return (guint) self->acked_bps;
}

double
yonder_bandwidth_estimator_get_loss (YonderBandwidthEstimator *self)
{
  return self->loss;
}

YonderBandwidthState
yonder_bandwidth_estimator_get_state (YonderBandwidthEstimator *self)
{
  return self->is_silent ? YONDER_BANDWIDTH_SILENT : self->detector.state;
}
