/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-backoff.h"

/**
 * yonder_backoff_next_ms:
 * @self: the backoff
 *
 * Counts one more attempt. The spread goes both ways and is added after the cap, so that clients which have waited for long
 * stay apart as well.
 *
 * Returns: how long to wait before it, in milliseconds
 */
guint
yonder_backoff_next_ms (YonderBackoff *self)
{
  double spread = CLAMP (self->jitter, 0.0, 1.0);
  guint64 delay = self->initial_ms;

  /* 31 doublings lead beyond every cap that fits its type. */
  delay = MIN (delay << MIN (self->attempts, 31), self->max_ms);
  if (self->attempts < G_MAXUINT)
    self->attempts++;

  if (spread > 0.0)
    delay = (guint64) ((double) delay * (1.0 + g_random_double_range (-spread, spread)));
  return (guint) MIN (delay, G_MAXUINT);
}

/**
 * yonder_backoff_reset:
 * @self: the backoff
 *
 * Begins again with the shortest delay: something worked.
 */
void
yonder_backoff_reset (YonderBackoff *self)
{
  self->attempts = 0;
}
