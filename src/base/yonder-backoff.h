/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Exponential backoff with jitter: how long to wait before the next try.
 *
 * A value, to be embedded. Starts at @initial_ms, doubles up to @max_ms, and spreads each delay by +-@jitter (0 to 1), so that
 * the clients of a server that comes back do not all come at once. The defaults of socket.io-client are 1000, 5000, 0.5.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  guint  initial_ms;
  guint  max_ms;
  double jitter;
  guint  attempts; /* since the last reset */
} YonderBackoff;

#define YONDER_BACKOFF_INIT(initial, max, spread) { (initial), (max), (spread), 0 }

guint yonder_backoff_next_ms (YonderBackoff *self);
void  yonder_backoff_reset   (YonderBackoff *self);

G_END_DECLS
