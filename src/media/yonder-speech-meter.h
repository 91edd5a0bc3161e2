/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderSpeechMeter - whether somebody speaks, from how loud their sound is.
 *
 * Looks at a fifth of a second at a time: one that is loud enough is speech, and it takes four quiet ones until it is none any more, since
 * people breathe. A plain value; whoever owns it sees to the thread.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  double  square_sum; /* of the samples since the last verdict, full scale 1 */
  guint64 n_samples;
  guint   n_quiet;
  gboolean is_speaking;
} YonderSpeechMeter;

/* Both tell whether `is_speaking` is another now. */
gboolean yonder_speech_meter_add   (YonderSpeechMeter *self, double square_sum, guint64 n_samples, guint samples_per_second);
gboolean yonder_speech_meter_reset (YonderSpeechMeter *self);

G_END_DECLS
