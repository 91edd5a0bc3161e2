/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yonder-delay-detector.h"

#include <math.h>

/* draft-ietf-rmcat-gcc-02 section 5.2 */
#define BURST_US           (5 * G_TIME_SPAN_MILLISECOND)
/* libwebrtc: groups that stick together are one burst no longer than this */
#define MAX_BURST_US       (100 * G_TIME_SPAN_MILLISECOND)
/* libwebrtc's trendline estimator: smoothing, and the factor that makes the slope comparable with the threshold */
#define SMOOTHING          0.9
#define GAIN               4.0
#define MAX_DELTAS         60
/* draft-ietf-rmcat-gcc-02 section 5.4 and table 1; the overuse time and the bounds of the threshold are those of the text */
#define INITIAL_THRESHOLD  12.5
#define MIN_THRESHOLD      6.0
#define MAX_THRESHOLD      600.0
#define THRESHOLD_UP       0.01
#define THRESHOLD_DOWN     0.00018
#define MAX_ADAPTED        15.0
#define MAX_ADAPT_MS       100.0
#define OVERUSE_MS         10.0
/* chosen: a leap this far in one clock and not in the other is no queue but a wrapped or clamped timestamp, or a new path */
#define MAX_LEAP_US        (3 * G_USEC_PER_SEC)
/* chosen: clocks drift less than 1 ms in the first; the second spans several frames, so that a burst is no queue */
#define BASE_US            (10 * G_USEC_PER_SEC)
#define RECENT_US          (150 * G_TIME_SPAN_MILLISECOND)

static void
least_init (YonderLeast *self, gint64 length_us)
{
  *self = (YonderLeast) { length_us, G_MININT64, G_MAXINT64, G_MAXINT64 };
}

static void
least_add (YonderLeast *self, gint64 now_us, gint64 value_us)
{
  if (self->began_us == G_MININT64 || now_us - self->began_us >= self->length_us) {
    self->previous_us = self->current_us;
    self->current_us = G_MAXINT64;
    self->began_us = now_us;
  }

  self->current_us = MIN (self->current_us, value_us);
}

static gint64
least_get (const YonderLeast *self)
{
  return MIN (self->current_us, self->previous_us);
}

void
yonder_delay_detector_init (YonderDelayDetector *self)
{
  *self = (YonderDelayDetector) { .threshold = INITIAL_THRESHOLD, .overusing_ms = -1, .state = YONDER_BANDWIDTH_NORMAL };
  least_init (&self->base, BASE_US);
  least_init (&self->recent, RECENT_US);
}

/* The slope of the line through the delays by least squares: ms of queue a ms, so the share by which we send too much. */
static double
fit_slope (const YonderDelayDetector *self, guint n)
{
  double mean_x = 0, mean_y = 0, numerator = 0, denominator = 0;

  for (guint i = 0; i < n; i++) {
    mean_x += self->times_ms[i] / n;
    mean_y += self->delays_ms[i] / n;
  }

  for (guint i = 0; i < n; i++) {
    double x = self->times_ms[i] - mean_x;

    numerator += x * (self->delays_ms[i] - mean_y);
    denominator += x * x;
  }

  return denominator > 0 ? numerator / denominator : 0;
}

/* The threshold follows the trend, quickly up and slowly down: else a flow beside ours that fills the queue would starve us, and a path
 * with jitter would look full (section 5.4). */
static void
adapt_threshold (YonderDelayDetector *self, double trend, double passed_ms)
{
  double distance = fabs (trend) - self->threshold;
  double factor = distance < 0 ? THRESHOLD_DOWN : THRESHOLD_UP;

  if (distance > MAX_ADAPTED)
    return;

  self->threshold = CLAMP (self->threshold + factor * distance * MIN (passed_ms, MAX_ADAPT_MS), MIN_THRESHOLD, MAX_THRESHOLD);
}

static void
judge (YonderDelayDetector *self, double slope, double passed_ms)
{
  double trend = MIN (self->n_deltas, MAX_DELTAS) * slope * GAIN;

  if (trend > self->threshold) {
    self->overusing_ms = self->overusing_ms < 0 ? passed_ms / 2 : self->overusing_ms + passed_ms;
    if (self->overusing_ms > OVERUSE_MS && slope >= self->last_slope) {
      self->overusing_ms = 0;
      self->state = YONDER_BANDWIDTH_OVERUSE;
    }
  } else {
    self->overusing_ms = -1;
    self->state = trend < -self->threshold ? YONDER_BANDWIDTH_UNDERUSE : YONDER_BANDWIDTH_NORMAL;
  }

  self->last_slope = slope;
  adapt_threshold (self, trend, passed_ms);
}

static void
add_delta (YonderDelayDetector *self, gint64 sent_us, gint64 received_us)
{
  double delta_ms = (received_us - sent_us) / 1000.0;
  double now_ms = self->current.last_received_us / 1000.0;
  guint slot = self->n_deltas % YONDER_TREND_GROUPS;

  if (self->n_deltas == 0)
    self->origin_ms = now_ms;

  self->accumulated_ms += delta_ms;
  self->smoothed_ms = SMOOTHING * self->smoothed_ms + (1 - SMOOTHING) * self->accumulated_ms;
  self->times_ms[slot] = now_ms - self->origin_ms;
  self->delays_ms[slot] = self->smoothed_ms;
  self->n_deltas++;

  if (self->n_deltas >= YONDER_TREND_GROUPS)
    judge (self, fit_slope (self, YONDER_TREND_GROUPS), MAX (received_us, 0) / 1000.0);
}

static void
finish_group (YonderDelayDetector *self)
{
  if (self->n_groups > 1)
    add_delta (self, self->current.last_sent_us - self->previous.last_sent_us,
               self->current.last_received_us - self->previous.last_received_us);

  self->previous = self->current;
}

/**
 * yonder_delay_detector_add:
 * @self: the detector
 * @sent_us: when the packet was sent, our clock; one that was sent before the last one is ignored
 * @received_us: when it arrived, the peer's clock
 *
 * Takes in one packet that arrived. A timestamp that leaps starts the measurement anew.
 *
 * Returns: what the path looks like now
 */
YonderBandwidthState
yonder_delay_detector_add (YonderDelayDetector *self, gint64 sent_us, gint64 received_us)
{
  YonderPacketGroup *group = &self->current;
  gint64 sent_delta_us = sent_us - group->last_sent_us;
  gint64 received_delta_us = received_us - group->last_received_us;

  if (self->n_groups > 0 && sent_delta_us < 0)
    return self->state;

  if (self->n_groups > 0 && (ABS (received_delta_us - sent_delta_us) > MAX_LEAP_US || sent_delta_us > MAX_LEAP_US)) {
    double threshold = self->threshold;

    yonder_delay_detector_init (self);
    self->threshold = threshold;
  }

  least_add (&self->base, sent_us, received_us - sent_us);
  least_add (&self->recent, sent_us, received_us - sent_us);

  /* What a link lets through in one go after it had stalled is one burst, too (section 5.2). */
  if (self->n_groups > 0 && (sent_us - group->first_sent_us <= BURST_US ||
                             (received_delta_us <= BURST_US && received_delta_us < sent_delta_us &&
                              sent_us - group->first_sent_us < MAX_BURST_US))) {
    group->last_sent_us = sent_us;
    group->last_received_us = MAX (group->last_received_us, received_us);
    return self->state;
  }

  if (self->n_groups > 0)
    finish_group (self);

  *group = (YonderPacketGroup) { sent_us, sent_us, received_us };
  self->n_groups++;

  return self->state;
}

/**
 * yonder_delay_detector_get_queue_us:
 * @self: the detector
 *
 * Returns: for how long packets have to wait now at the least, beyond what the path itself takes; 0 where not known
 */
gint64
yonder_delay_detector_get_queue_us (const YonderDelayDetector *self)
{
  gint64 recent_us = least_get (&self->recent);

  return recent_us == G_MAXINT64 ? 0 : recent_us - least_get (&self->base);
}

void
yonder_delay_detector_rebase (YonderDelayDetector *self)
{
  gint64 recent_us = least_get (&self->recent);

  if (recent_us == G_MAXINT64)
    return;

  self->base.previous_us = G_MAXINT64;
  self->base.current_us = recent_us;
}
