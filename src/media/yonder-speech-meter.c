/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-speech-meter.h"

#include <math.h>

/* chosen: people at a microphone with automatic gain are at -20 to -30 dBov, the fan of their computer at -55 */
#define LOUD_DBOV        (-42.0)
#define WINDOWS_A_SECOND 5
#define QUIET_WINDOWS    4

static gboolean
become (YonderSpeechMeter *self, gboolean is_speaking)
{
  gboolean is_other = self->is_speaking != is_speaking;

  self->is_speaking = is_speaking;
  return is_other;
}

/**
 * yonder_speech_meter_add:
 * @self: the meter
 * @square_sum: of some samples, of which full scale is 1
 * @n_samples: how many they are, over all channels
 * @samples_per_second: over all channels
 *
 * Returns: whether `is_speaking` has changed by it
 */
gboolean
yonder_speech_meter_add (YonderSpeechMeter *self, double square_sum, guint64 n_samples, guint samples_per_second)
{
  gboolean is_loud;

  self->square_sum += square_sum;
  self->n_samples += n_samples;
  if (self->n_samples == 0 || self->n_samples < samples_per_second / WINDOWS_A_SECOND)
    return FALSE;

  is_loud = self->square_sum > 0.0 && 10.0 * log10 (self->square_sum / self->n_samples) > LOUD_DBOV;
  self->square_sum = 0.0;
  self->n_samples = 0;
  self->n_quiet = is_loud ? 0 : self->n_quiet + 1;
  if (is_loud)
    return become (self, TRUE);
  return self->n_quiet >= QUIET_WINDOWS && become (self, FALSE);
}

/* Nothing comes any more. */
gboolean
yonder_speech_meter_reset (YonderSpeechMeter *self)
{
  self->square_sum = 0.0;
  self->n_samples = 0;
  self->n_quiet = 0;
  return become (self, FALSE);
}
