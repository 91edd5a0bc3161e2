/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-quality.h"

#include <glib/gi18n.h>

G_DEFINE_ENUM_TYPE (YonderQuality, yonder_quality,
                    G_DEFINE_ENUM_VALUE (YONDER_QUALITY_UNKNOWN, "unknown"),
                    G_DEFINE_ENUM_VALUE (YONDER_QUALITY_BAD, "bad"),
                    G_DEFINE_ENUM_VALUE (YONDER_QUALITY_POOR, "poor"),
                    G_DEFINE_ENUM_VALUE (YONDER_QUALITY_GOOD, "good"),
                    G_DEFINE_ENUM_VALUE (YONDER_QUALITY_EXCELLENT, "excellent"))

/* Talking over one another begins at a way there and back of 300 ms (ITU-T G.114); Opus and VP8 with retransmissions hide 2 % of loss. */
static const struct {
  YonderQuality quality;
  double        max_loss;
  double        max_rtt_ms;
  double        max_freeze;  /* share of the time in which the picture stood still */
} limits[] = {
  { YONDER_QUALITY_EXCELLENT, 0.02, 200, 0.02 },
  { YONDER_QUALITY_GOOD, 0.05, 350, 0.2 },
  { YONDER_QUALITY_POOR, 0.15, 700, 0.6 },
};

static double
frozen_share (const YonderInspectionSample *sample, const YonderInspectionSample *previous)
{
  if (previous == NULL || previous->freeze_ms < 0 || sample->freeze_ms < previous->freeze_ms || sample->time_us <= previous->time_us)
    return 0;
  return (double) (sample->freeze_ms - previous->freeze_ms) * 1000.0 / (double) (sample->time_us - previous->time_us);
}

/**
 * yonder_quality_of_sample:
 * @sample: a second of a call, or more
 * @previous: (nullable): the one before
 *
 * Returns: how good that time was, both ways; %YONDER_QUALITY_UNKNOWN where nothing is known
 */
YonderQuality
yonder_quality_of_sample (const YonderInspectionSample *sample, const YonderInspectionSample *previous)
{
  double loss = MAX (sample->loss_in, sample->loss_out);
  double frozen = frozen_share (sample, previous);

  if (loss < 0 && sample->rtt_ms < 0)
    return YONDER_QUALITY_UNKNOWN;
  for (guint i = 0; i < G_N_ELEMENTS (limits); i++) {
    if (loss <= limits[i].max_loss && sample->rtt_ms <= limits[i].max_rtt_ms && frozen <= limits[i].max_freeze)
      return limits[i].quality;
  }
  return YONDER_QUALITY_BAD;
}

/**
 * yonder_quality_of_call:
 * @inspection: a call, over or not
 *
 * Nine tenths of the call were at least as good: what people remember of a call is its bad moments.
 *
 * Returns: how good the call was
 */
YonderQuality
yonder_quality_of_call (YonderCallInspection *inspection)
{
  guint counts[YONDER_QUALITY_EXCELLENT + 1] = { 0 };
  guint n_samples, n_known, n_worse = 0;
  const YonderInspectionSample *samples = yonder_call_inspection_get_samples (inspection, &n_samples);

  for (guint i = 0; i < n_samples; i++)
    counts[yonder_quality_of_sample (&samples[i], i > 0 ? &samples[i - 1] : NULL)]++;

  n_known = n_samples - counts[YONDER_QUALITY_UNKNOWN];
  for (YonderQuality quality = YONDER_QUALITY_BAD; n_known > 0 && quality <= YONDER_QUALITY_EXCELLENT; quality++) {
    n_worse += counts[quality];
    if (n_worse * 10 > n_known)
      return quality;
  }
  return YONDER_QUALITY_UNKNOWN;
}

/**
 * yonder_quality_get_word:
 * @self: a quality
 *
 * Returns: (transfer none): what a person calls it, translated
 */
const char *
yonder_quality_get_word (YonderQuality self)
{
  static const char * const words[] = {
    [YONDER_QUALITY_UNKNOWN] = NC_("call quality", "Unknown"),
    [YONDER_QUALITY_BAD] = NC_("call quality", "Bad"),
    [YONDER_QUALITY_POOR] = NC_("call quality", "Poor"),
    [YONDER_QUALITY_GOOD] = NC_("call quality", "Good"),
    [YONDER_QUALITY_EXCELLENT] = NC_("call quality", "Excellent"),
  };

  g_return_val_if_fail (self <= YONDER_QUALITY_EXCELLENT, NULL);

  return g_dpgettext2 (NULL, "call quality", words[self]);
}
