/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Token buckets: how often somebody may do something.
 *
 * YonderBucket is a value to be embedded where its owner lives (a connection). YonderRateLimit keeps a bucket for each key (an
 * address, a user) and forgets those that have filled up again, so that it cannot be made to grow by changing keys.
 * Thread: the one of the clock whose time is passed in.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  double burst;      /* how many at once */
  double per_second; /* how many in the long run */
} YonderRate;

typedef struct {
  double level; /* what may still be taken */
  gint64 at_us;
} YonderBucket;

gboolean yonder_bucket_take (YonderBucket *self, const YonderRate *rate, gint64 now_us);

typedef struct _YonderRateLimit YonderRateLimit;

YonderRateLimit *yonder_rate_limit_new  (YonderRate rate);
void             yonder_rate_limit_free (YonderRateLimit *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderRateLimit, yonder_rate_limit_free)
gboolean         yonder_rate_limit_take (YonderRateLimit *self, const char *key, gint64 now_us);
gboolean         yonder_rate_limit_peek (YonderRateLimit *self, const char *key, gint64 now_us);

G_END_DECLS
