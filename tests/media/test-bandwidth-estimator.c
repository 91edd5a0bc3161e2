/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The estimator in front of a simulated link: a bottleneck with a queue, a delay and losses, and a sender that does as it is told. */

#include "yonder-bandwidth-estimator.h"

#define MS               G_TIME_SPAN_MILLISECOND
#define FRAME_US         (33 * MS)
#define AUDIO_US         (20 * MS)
#define AUDIO_BYTES      120
#define PACKET_BYTES     1200
#define FEEDBACK_US      (60 * MS)
#define DELAY_US         (20 * MS)
#define BUSY_US          (500 * MS)
#define IN_FLIGHT        65536
/* the peer's clock has nothing to do with ours */
#define PEER_OFFSET_US   (1234567 * G_TIME_SPAN_SECOND)

typedef struct {
  YonderPacketReport report;
  gint64             feedback_us; /* when its report may be sent */
} Sent;

typedef struct {
  YonderBandwidthEstimator *estimator;
  GRand  *random;

  double  rate_bps;
  gint64  queue_limit_us;
  double  loss;
  guint   most_bps; /* of pictures that need no more; 0: they take what they get */
  gint64  busy_from_us; /* the peer's computer is later and later for half a second; 0: never */
  gboolean feedback_is_cut;
  gboolean feedback_is_doubled;

  gint64  now_us;
  gint64  link_free_us; /* when the bottleneck has sent all that waits */
  gint64  next_frame_us, next_audio_us, next_feedback_us;
  guint32 n_sent, n_reported;
  Sent   *sent; /* a ring of IN_FLIGHT */

  guint64 sent_bytes, delivered_bytes, dropped;
  double  queue_sum_ms; /* one for each step */
  guint   n_steps;
} Link;

static Link *
link_new (guint start_bps, guint cap_bps, double rate_bps)
{
  Link *self = g_new0 (Link, 1);

  self->estimator = yonder_bandwidth_estimator_new (start_bps, cap_bps);
  self->random = g_rand_new_with_seed (4711);
  self->rate_bps = rate_bps;
  self->queue_limit_us = 200 * MS;
  self->now_us = 1000 * MS;
  self->next_frame_us = self->next_audio_us = self->next_feedback_us = self->now_us;
  /* the sequence wraps early in every test */
  self->n_sent = self->n_reported = 65000;
  self->sent = g_new0 (Sent, IN_FLIGHT);

  return self;
}

static void
link_free (Link *self)
{
  yonder_bandwidth_estimator_free (self->estimator);
  g_rand_free (self->random);
  g_free (self->sent);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Link, link_free)

static void
send_packet (Link *self, guint size_bytes)
{
  Sent *sent = &self->sent[self->n_sent % IN_FLIGHT];
  gint64 starts_us = MAX (self->now_us, self->link_free_us);
  gboolean is_dropped = starts_us - self->now_us > self->queue_limit_us;

  sent->report = (YonderPacketReport) { (guint16) self->n_sent, self->now_us, -1, size_bytes };
  sent->feedback_us = starts_us + DELAY_US;
  self->n_sent++;
  self->sent_bytes += size_bytes;

  if (!is_dropped) {
    self->link_free_us = starts_us + (gint64) (size_bytes * 8.0 * G_USEC_PER_SEC / self->rate_bps);
    sent->feedback_us = self->link_free_us + DELAY_US;
  }
  if (is_dropped || g_rand_double (self->random) < self->loss) {
    self->dropped++;
    return;
  }

  /* jitter of a real path, and the 250 us steps of the feedback format */
  if (self->busy_from_us > 0 && self->now_us - self->busy_from_us < BUSY_US)
    sent->feedback_us += (self->now_us - self->busy_from_us) / 5;
  sent->report.received_us = (sent->feedback_us + PEER_OFFSET_US + g_rand_int_range (self->random, 0, 2000)) / 250 * 250;
  self->delivered_bytes += size_bytes;
}

/* No pacer: a frame leaves in one burst; its size varies as an encoder's does, and each hundredth is a key frame. */
static void
send_frame (Link *self)
{
  double audio_bps = AUDIO_BYTES * 8.0 * G_USEC_PER_SEC / AUDIO_US;
  double video_bps = MAX (50000, yonder_bandwidth_estimator_get_target_bps (self->estimator) - audio_bps);
  double bytes = (self->most_bps > 0 ? MIN (video_bps, self->most_bps) : video_bps) / 8 * FRAME_US / G_USEC_PER_SEC * g_rand_double_range (self->random, 0.75, 1.25);

  while (bytes > 0) {
    send_packet (self, (guint) CLAMP (bytes, 100, PACKET_BYTES));
    bytes -= PACKET_BYTES;
  }
}

static void
send_feedback (Link *self)
{
  YonderPacketReport reports[512];
  gsize n = 0;

  while (self->n_reported < self->n_sent && n < G_N_ELEMENTS (reports)) {
    Sent *sent = &self->sent[self->n_reported % IN_FLIGHT];

    if (sent->feedback_us > self->now_us - DELAY_US)
      break;
    reports[n++] = sent->report;
    self->n_reported++;
  }

  if (self->feedback_is_cut)
    return;

  yonder_bandwidth_estimator_feedback (self->estimator, reports, n, self->now_us);
  if (self->feedback_is_doubled)
    yonder_bandwidth_estimator_feedback (self->estimator, reports, n, self->now_us + MS);
}

static void
step (Link *self)
{
  self->now_us += MS;

  if (self->now_us >= self->next_frame_us) {
    send_frame (self);
    self->next_frame_us += FRAME_US;
  }
  if (self->now_us >= self->next_audio_us) {
    send_packet (self, AUDIO_BYTES);
    self->next_audio_us += AUDIO_US;
  }
  if (self->now_us >= self->next_feedback_us) {
    send_feedback (self);
    yonder_bandwidth_estimator_tick (self->estimator, self->now_us);
    self->next_feedback_us += FEEDBACK_US;
  }

  self->queue_sum_ms += MAX (0, self->link_free_us - self->now_us) / 1000.0;
  self->n_steps++;
}

/* Runs for @seconds; tells the mean rate that arrived, and for how long without a break the target was more than the link takes while
 * packets had to wait for more than a tenth of a second (on a narrow link a third of that is the burst of one frame). */
static void
run (Link *self, double seconds, double *delivered_bps, double *overdriven_s)
{
  gint64 end_us = self->now_us + (gint64) (seconds * G_USEC_PER_SEC);
  guint64 before = self->delivered_bytes;
  gint64 over_since_us = -1, longest_us = 0;

  while (self->now_us < end_us) {
    step (self);
    if (g_test_verbose () && self->now_us % (250 * MS) == 0)
      g_test_message ("%.2f s: target %u acked %u loss %.2f state %d queue %.0f ms dropped %" G_GUINT64_FORMAT, self->now_us / 1e6,
                      yonder_bandwidth_estimator_get_target_bps (self->estimator),
                      yonder_bandwidth_estimator_get_acked_bps (self->estimator),
                      yonder_bandwidth_estimator_get_loss (self->estimator),
                      yonder_bandwidth_estimator_get_state (self->estimator),
                      MAX (0, self->link_free_us - self->now_us) / 1000.0, self->dropped);

    if (yonder_bandwidth_estimator_get_target_bps (self->estimator) <= self->rate_bps ||
        self->link_free_us - self->now_us < 100 * MS)
      over_since_us = -1;
    else if (over_since_us < 0)
      over_since_us = self->now_us;
    if (over_since_us >= 0)
      longest_us = MAX (longest_us, self->now_us - over_since_us);
  }

  if (delivered_bps != NULL)
    *delivered_bps = (self->delivered_bytes - before) * 8.0 / seconds;
  if (overdriven_s != NULL)
    *overdriven_s = longest_us / (double) G_USEC_PER_SEC;
}

static void
check_narrow (guint start_bps, double rate_bps)
{
  g_autoptr (Link) link = link_new (start_bps, 1700000, rate_bps);
  double delivered_bps, overdriven_s;
  guint64 dropped;
  double queue_ms;

  run (link, 5, NULL, &overdriven_s);
  g_assert_cmpfloat (overdriven_s, <=, 1.0);
  dropped = link->dropped;
  link->queue_sum_ms = link->n_steps = 0;

  run (link, 30, &delivered_bps, &overdriven_s);
  g_assert_cmpfloat (overdriven_s, <=, 1.0);
  g_assert_cmpfloat (delivered_bps, >=, 0.7 * rate_bps);
  queue_ms = link->queue_sum_ms / link->n_steps;
  g_test_message ("from %u: %.0f of %.0f bit/s, overdriven %.2f s, queue %.0f ms, %" G_GUINT64_FORMAT " dropped after the start", start_bps,
                  delivered_bps, rate_bps, overdriven_s, queue_ms, link->dropped - dropped);
  /* Over three thousand packets were sent: the queue may run over now and then, and is not for standing in. */
  g_assert_cmpuint (link->dropped - dropped, <, 20);
  g_assert_cmpfloat (queue_ms, <, 50);
}

static void
test_narrow (void)
{
  static const guint starts_bps[] = { 150000, 600000, 1700000 };
  static const double rates_bps[] = { 300000, 500000, 600000 };

  for (guint s = 0; s < G_N_ELEMENTS (starts_bps); s++)
    for (guint r = 0; r < G_N_ELEMENTS (rates_bps); r++)
      check_narrow (starts_bps[s], rates_bps[r]);
}

/* A path that narrows in mid-call, then is free again. */
static void
test_cut_and_lift (void)
{
  g_autoptr (Link) link = link_new (600000, 1700000, 1e8);
  double delivered_bps, overdriven_s;

  run (link, 15, NULL, NULL);
  g_assert_cmpuint (yonder_bandwidth_estimator_get_target_bps (link->estimator), ==, 1700000);

  link->rate_bps = 500000;
  run (link, 4, NULL, &overdriven_s);
  g_assert_cmpfloat (overdriven_s, <=, 1.0);
  run (link, 15, &delivered_bps, NULL);
  g_assert_cmpfloat (delivered_bps, >=, 0.7 * 500000);

  link->rate_bps = 1e8;
  run (link, 30, NULL, NULL);
  g_assert_cmpuint (yonder_bandwidth_estimator_get_target_bps (link->estimator), ==, 1700000);
}

/* A picture that stands still needs little. A computer that has something else to do for a moment does not make the path narrow. */
static void
test_late_computer (void)
{
  g_autoptr (Link) link = link_new (800000, 1700000, 1e8);

  link->most_bps = 100000;
  run (link, 10, NULL, NULL);
  link->busy_from_us = link->now_us;
  run (link, 2, NULL, NULL);
  g_assert_cmpuint (yonder_bandwidth_estimator_get_target_bps (link->estimator), <, 800000);
  g_assert_cmpuint (yonder_bandwidth_estimator_get_target_bps (link->estimator), >=, 350000);
}

/* What we send is little, and then too much nonetheless. */
static void
test_narrow_for_little (void)
{
  g_autoptr (Link) link = link_new (1700000, 1700000, 1e8);
  double delivered_bps;

  link->most_bps = 600000;
  run (link, 5, NULL, NULL);
  g_assert_cmpuint (yonder_bandwidth_estimator_get_target_bps (link->estimator), ==, 1700000);
  link->rate_bps = 300000;
  run (link, 1.5, NULL, NULL);
  g_assert_cmpuint (yonder_bandwidth_estimator_get_target_bps (link->estimator), <=, 300000);
  run (link, 3, NULL, NULL);
  g_assert_cmpint (link->link_free_us - link->now_us, <, 100 * MS);
  run (link, 15, &delivered_bps, NULL);
  g_assert_cmpfloat (delivered_bps, >=, 0.7 * 300000);
}

static void
test_up_gently (void)
{
  g_autoptr (Link) link = link_new (1000000, 4000000, 1e8);
  guint before;

  /* narrow for a while, so that it has met congestion */
  link->rate_bps = 500000;
  run (link, 8, NULL, NULL);
  link->rate_bps = 1e8;
  run (link, 6, NULL, NULL);

  for (guint i = 0; i < 10; i++) {
    before = yonder_bandwidth_estimator_get_target_bps (link->estimator);
    run (link, 1, NULL, NULL);
    g_assert_cmpuint (yonder_bandwidth_estimator_get_target_bps (link->estimator), >, before);
    g_assert_cmpfloat (yonder_bandwidth_estimator_get_target_bps (link->estimator), <=, 1.12 * before);
  }
}

static void
test_random_loss (void)
{
  g_autoptr (Link) link = link_new (800000, 1700000, 1e8);
  double delivered_bps;

  link->loss = 0.05;
  run (link, 60, NULL, NULL);
  run (link, 20, &delivered_bps, NULL);
  g_assert_cmpfloat (delivered_bps, >=, 0.7 * 800000);
}

/* A policer: drops what is too much and has no queue, so no delay tells of it. */
static void
test_policer (void)
{
  g_autoptr (Link) link = link_new (1700000, 1700000, 500000);
  double delivered_bps;

  link->queue_limit_us = 30 * MS;
  run (link, 5, NULL, NULL);
  run (link, 30, &delivered_bps, NULL);
  g_assert_cmpfloat (delivered_bps, >=, 0.5 * 500000);
  g_assert_cmpfloat (yonder_bandwidth_estimator_get_loss (link->estimator), <, 0.25);
}

static void
test_cut_to_acked (void)
{
  g_autoptr (Link) link = link_new (1700000, 1700000, 500000);
  guint target_bps = 1700000;

  while (target_bps == 1700000) {
    step (link);
    g_assert_cmpint (link->now_us, <, 2000 * MS);
    target_bps = yonder_bandwidth_estimator_get_target_bps (link->estimator);
  }

  /* in one step, not in many */
  g_assert_cmpuint (target_bps, <=, 500000);
  g_assert_cmpuint (target_bps, >=, 350000);
}

static void
test_silence (void)
{
  g_autoptr (Link) link = link_new (1000000, 1000000, 1e8);

  run (link, 5, NULL, NULL);
  g_assert_cmpuint (yonder_bandwidth_estimator_get_target_bps (link->estimator), ==, 1000000);

  link->feedback_is_cut = TRUE;
  run (link, 0.8, NULL, NULL);
  g_assert_cmpuint (yonder_bandwidth_estimator_get_target_bps (link->estimator), ==, 1000000);
  run (link, 20, NULL, NULL);
  g_assert_cmpint (yonder_bandwidth_estimator_get_state (link->estimator), ==, YONDER_BANDWIDTH_SILENT);
  g_assert_cmpuint (yonder_bandwidth_estimator_get_target_bps (link->estimator), ==, YONDER_BANDWIDTH_MIN_BPS);

  /* Only the reports had been lost: back to where it was sooner than by 8 % a second, which takes 27 s. */
  link->feedback_is_cut = FALSE;
  run (link, 15, NULL, NULL);
  g_assert_cmpint (yonder_bandwidth_estimator_get_state (link->estimator), ==, YONDER_BANDWIDTH_NORMAL);
  g_assert_cmpuint (yonder_bandwidth_estimator_get_target_bps (link->estimator), ==, 1000000);
}

static void
test_no_feedback_ever (void)
{
  g_autoptr (YonderBandwidthEstimator) estimator = yonder_bandwidth_estimator_new (500000, 1000000);

  for (gint64 now_us = 0; now_us < 60 * G_USEC_PER_SEC; now_us += 100 * MS)
    g_assert_cmpuint (yonder_bandwidth_estimator_tick (estimator, now_us), ==, 500000);
}

static void
test_doubled_feedback (void)
{
  g_autoptr (Link) link = link_new (1700000, 1700000, 500000);
  double delivered_bps;

  link->feedback_is_doubled = TRUE;
  run (link, 5, NULL, NULL);
  run (link, 20, &delivered_bps, NULL);
  g_assert_cmpfloat (delivered_bps, >=, 0.7 * 500000);
}

/* Whatever the peer reports, the target stays in its bounds; what follows is measured as ever. */
static void
test_nonsense (void)
{
  g_autoptr (Link) link = link_new (500000, 1700000, 500000);
  double delivered_bps;

  for (guint i = 0; i < 20000; i++) {
    YonderPacketReport reports[8];
    guint n = (guint) g_rand_int_range (link->random, 0, G_N_ELEMENTS (reports) + 1), target_bps;

    for (guint k = 0; k < n; k++) {
      reports[k].sequence = (guint16) g_rand_int (link->random);
      reports[k].sent_us = g_rand_boolean (link->random) ? g_rand_int (link->random) : link->now_us;
      reports[k].received_us = g_rand_boolean (link->random) ? -(gint64) g_rand_int (link->random)
                                                              : (gint64) g_rand_int (link->random) << 20;
      reports[k].size_bytes = g_rand_int (link->random) & 0xffff;
    }
    target_bps = yonder_bandwidth_estimator_feedback (link->estimator, reports, n, link->now_us + (gint64) i);
    g_assert_cmpuint (target_bps, >=, YONDER_BANDWIDTH_MIN_BPS);
    g_assert_cmpuint (target_bps, <=, 1700000);
  }

  link->now_us += G_USEC_PER_SEC;
  link->next_frame_us = link->next_audio_us = link->next_feedback_us = link->now_us;
  run (link, 20, NULL, NULL);
  run (link, 20, &delivered_bps, NULL);
  g_assert_cmpfloat (delivered_bps, >=, 0.6 * 500000);
}

static void
test_clock_leap (void)
{
  g_autoptr (YonderBandwidthEstimator) estimator = yonder_bandwidth_estimator_new (800000, 800000);
  gint64 now_us = G_USEC_PER_SEC;

  /* The reference time of the feedback wraps: 12 days back between two packets. */
  for (guint16 i = 0; i < 2000; i++, now_us += 10 * MS) {
    YonderPacketReport report = { i, now_us, now_us + (i < 1000 ? 1100000 : 0) * G_TIME_SPAN_SECOND, 1000 };

    yonder_bandwidth_estimator_feedback (estimator, &report, 1, now_us + 20 * MS);
    g_assert_cmpuint (yonder_bandwidth_estimator_get_target_bps (estimator), ==, 800000);
  }
}

static void
test_cap_and_reset (void)
{
  g_autoptr (Link) link = link_new (500000, 1700000, 1e8);

  run (link, 10, NULL, NULL);
  yonder_bandwidth_estimator_set_cap (link->estimator, 700000);
  g_assert_cmpuint (yonder_bandwidth_estimator_get_target_bps (link->estimator), ==, 700000);
  yonder_bandwidth_estimator_reset (link->estimator);
  g_assert_cmpuint (yonder_bandwidth_estimator_get_target_bps (link->estimator), ==, 500000);
  g_assert_cmpuint (yonder_bandwidth_estimator_get_acked_bps (link->estimator), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/bandwidth-estimator/narrow", test_narrow);
  g_test_add_func ("/media/bandwidth-estimator/cut-and-lift", test_cut_and_lift);
  g_test_add_func ("/media/bandwidth-estimator/late-computer", test_late_computer);
  g_test_add_func ("/media/bandwidth-estimator/narrow-for-little", test_narrow_for_little);
  g_test_add_func ("/media/bandwidth-estimator/up-gently", test_up_gently);
  g_test_add_func ("/media/bandwidth-estimator/random-loss", test_random_loss);
  g_test_add_func ("/media/bandwidth-estimator/policer", test_policer);
  g_test_add_func ("/media/bandwidth-estimator/cut-to-acked", test_cut_to_acked);
  g_test_add_func ("/media/bandwidth-estimator/silence", test_silence);
  g_test_add_func ("/media/bandwidth-estimator/no-feedback-ever", test_no_feedback_ever);
  g_test_add_func ("/media/bandwidth-estimator/doubled-feedback", test_doubled_feedback);
  g_test_add_func ("/media/bandwidth-estimator/nonsense", test_nonsense);
  g_test_add_func ("/media/bandwidth-estimator/clock-leap", test_clock_leap);
  g_test_add_func ("/media/bandwidth-estimator/cap-and-reset", test_cap_and_reset);

  return g_test_run ();
}
