/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-rate-limit.h"

/* chosen: some 600 kB of buckets at the most; past that strangers share one */
#define MAX_KEYS 10000

struct _YonderRateLimit {
  YonderRate  rate;
  GHashTable *buckets; /* key to YonderBucket */
  gint64      swept_us;
};

/* A bucket of zeroes is a full one: at_us 0 lies far back on any monotonic clock, and a level cannot pass the burst. */
static double
level_at (const YonderBucket *self, const YonderRate *rate, gint64 now_us)
{
  if (self->at_us == 0)
    return rate->burst;
  return MIN (rate->burst, self->level + (now_us - self->at_us) / (double) G_USEC_PER_SEC * rate->per_second);
}

/**
 * yonder_bucket_take:
 * @self: the bucket; all zeroes when new
 * @rate: what may be taken from it
 * @now_us: the time, from one monotonic clock
 *
 * Takes one permission.
 *
 * Returns: whether there was one
 */
gboolean
yonder_bucket_take (YonderBucket *self, const YonderRate *rate, gint64 now_us)
{
  double level = level_at (self, rate, now_us);

  self->at_us = MAX (now_us, 1);
  self->level = level >= 1 ? level - 1 : level;
  return level >= 1;
}

typedef struct {
  const YonderRate *rate;
  gint64            now_us;
} Moment;

static gboolean
has_filled_up (gpointer key, gpointer value, gpointer data)
{
  const Moment *moment = data;

  return level_at (value, moment->rate, moment->now_us) >= moment->rate->burst;
}

/**
 * yonder_rate_limit_new:
 * @rate: what each key may do
 *
 * Returns: (transfer full): a limit that no key has used yet
 */
YonderRateLimit *
yonder_rate_limit_new (YonderRate rate)
{
  YonderRateLimit *self = g_new0 (YonderRateLimit, 1);

  self->rate = rate;
  self->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

/**
 * yonder_rate_limit_free:
 * @self: (transfer full): the limit
 */
void
yonder_rate_limit_free (YonderRateLimit *self)
{
  g_hash_table_unref (self->buckets);
  g_free (self);
}

/**
 * yonder_rate_limit_take:
 * @self: the limit
 * @key: whom to charge
 * @now_us: the time, from one monotonic clock
 *
 * Takes one permission of @key. Where there are more keys than can be remembered, the newest share one.
 *
 * Returns: whether there was one
 */
gboolean
yonder_rate_limit_take (YonderRateLimit *self, const char *key, gint64 now_us)
{
  YonderBucket *bucket = g_hash_table_lookup (self->buckets, key);

  if (bucket == NULL && g_hash_table_size (self->buckets) >= MAX_KEYS) {
    Moment moment = { &self->rate, now_us };

    if (now_us - self->swept_us >= G_USEC_PER_SEC) { /* looking at all of them is dear */
      g_hash_table_foreach_remove (self->buckets, has_filled_up, &moment);
      self->swept_us = now_us;
    }
    if (g_hash_table_size (self->buckets) >= MAX_KEYS) {
      key = "";
      bucket = g_hash_table_lookup (self->buckets, key);
    }
  }
  if (bucket == NULL) {
    bucket = g_new0 (YonderBucket, 1);
    g_hash_table_insert (self->buckets, g_strdup (key), bucket);
  }
  return yonder_bucket_take (bucket, &self->rate, now_us);
}

/**
 * yonder_rate_limit_peek:
 * @self: the limit
 * @key: whom to ask about
 * @now_us: the time, from one monotonic clock
 *
 * Returns: whether @key has a permission left; none is taken
 */
gboolean
yonder_rate_limit_peek (YonderRateLimit *self, const char *key, gint64 now_us)
{
  const YonderBucket *bucket = g_hash_table_lookup (self->buckets, key);

  return bucket == NULL || level_at (bucket, &self->rate, now_us) >= 1;
}
