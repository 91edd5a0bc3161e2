/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-message-limit.h"

#include <string.h>

/* With a full bucket. */
void
yonder_message_limit_init (YonderMessageLimit *self, gint64 now_us)
{
  *self = (YonderMessageLimit) { .n_allowed = YONDER_MESSAGE_LIMIT_BURST, .filled_us = now_us };
}

static gboolean
is_fit (const char *text)
{
  gsize length = text != NULL ? strnlen (text, YONDER_MESSAGE_LIMIT_BYTES + 1) : 0;

  return length > 0 && length <= YONDER_MESSAGE_LIMIT_BYTES && g_utf8_validate_len (text, length, NULL);
}

/**
 * yonder_message_limit_admit:
 * @self: the limit
 * @text: (nullable): what the other side sent
 * @now_us: the time
 *
 * Even a message that is none takes its share, so that nobody is kept busy by refusing.
 *
 * Returns: whether to look at it: it is UTF-8, neither empty nor too long, and not one too many
 */
gboolean
yonder_message_limit_admit (YonderMessageLimit *self, const char *text, gint64 now_us)
{
  double seconds = MAX (now_us - self->filled_us, 0) / (double) G_USEC_PER_SEC;

  self->n_allowed = MIN (self->n_allowed + seconds * YONDER_MESSAGE_LIMIT_PER_SECOND, YONDER_MESSAGE_LIMIT_BURST);
  self->filled_us = MAX (self->filled_us, now_us);
  if (self->n_allowed >= 1.0) {
    self->n_allowed -= 1.0;
    if (is_fit (text))
      return TRUE;
  }
  self->n_refused++;
  return FALSE;
}
