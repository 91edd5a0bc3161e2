/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yonder-rtx-limiter.h"

/* Measured with Chromium over 500 kbit/s: at 15 % the call lives, without a bound the retransmissions alone fill the queue. */
#define SHARE          0.15
#define BURST_PACKETS  20
#define PACKET_BYTES   1200
/* rtprtxsend keeps 500 packets by default; older entries would never be asked for with success */
#define MAX_REMEMBERED 512
/* until the first report tells: longer than most round trips, shorter than a picture that has become useless */
#define DEFAULT_RTT_US (100 * G_TIME_SPAN_MILLISECOND)
#define MIN_RTT_US     (10 * G_TIME_SPAN_MILLISECOND)
#define MAX_RTT_US     (2 * G_TIME_SPAN_SECOND)

typedef struct {
  guint64 key;
  gint64  sent_us;
} Sent;

struct _YonderRtxLimiter {
  GMutex   lock;
  double   target_bps;
  gint64   rtt_us;
  double   tokens_bytes;
  gint64   filled_us; /* -1 before the first request */
  Sent     ring[MAX_REMEMBERED]; /* in the order of sending */
  guint    ring_next;
  GHashTable *last_sent; /* key to its newest entry in the ring */
  guint64  n_allowed;
  guint64  n_refused;
};

/**
 * yonder_rtx_limiter_new:
 * @target_bps: what the bandwidth estimator allows at first
 *
 * Returns: (transfer full): a limiter with a full bucket
 */
YonderRtxLimiter *
yonder_rtx_limiter_new (guint target_bps)
{
  YonderRtxLimiter *self = g_new0 (YonderRtxLimiter, 1);

  g_mutex_init (&self->lock);
  self->target_bps = target_bps;
  self->rtt_us = DEFAULT_RTT_US;
  self->tokens_bytes = BURST_PACKETS * PACKET_BYTES;
  self->filled_us = -1;
  self->last_sent = g_hash_table_new (g_int64_hash, g_int64_equal);

  return self;
}

void
yonder_rtx_limiter_free (YonderRtxLimiter *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->last_sent);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * yonder_rtx_limiter_set_target:
 * @self: the limiter
 * @target_bps: the bandwidth estimator's target, of everything that is sent
 */
void
yonder_rtx_limiter_set_target (YonderRtxLimiter *self, guint target_bps)
{
  g_mutex_lock (&self->lock);
  self->target_bps = target_bps;
  g_mutex_unlock (&self->lock);
}

/**
 * yonder_rtx_limiter_set_rtt:
 * @self: the limiter
 * @rtt_us: the round trip time of the path, held between 10 ms and 2 s
 *
 * A packet that was sent again less than this ago can not have been missed by the peer a second time.
 */
void
yonder_rtx_limiter_set_rtt (YonderRtxLimiter *self, gint64 rtt_us)
{
  g_mutex_lock (&self->lock);
  self->rtt_us = CLAMP (rtt_us, MIN_RTT_US, MAX_RTT_US);
  g_mutex_unlock (&self->lock);
}

static void
fill (YonderRtxLimiter *self, gint64 now_us)
{
  gint64 passed_us = self->filled_us < 0 ? 0 : now_us - self->filled_us;

  if (passed_us > 0)
    self->tokens_bytes += SHARE * self->target_bps / 8.0 * passed_us / G_USEC_PER_SEC;

  self->tokens_bytes = MIN (self->tokens_bytes, BURST_PACKETS * PACKET_BYTES);
  self->filled_us = MAX (self->filled_us, now_us);
}

static void
remember (YonderRtxLimiter *self, guint64 key, gint64 now_us)
{
  Sent *entry = &self->ring[self->ring_next];

  if (g_hash_table_lookup (self->last_sent, &entry->key) == entry)
    g_hash_table_remove (self->last_sent, &entry->key);

  entry->key = key;
  entry->sent_us = now_us;
  g_hash_table_replace (self->last_sent, &entry->key, entry);
  self->ring_next = (self->ring_next + 1) % MAX_REMEMBERED;
}

/**
 * yonder_rtx_limiter_allow:
 * @self: the limiter
 * @ssrc: the stream of the packet that is asked for
 * @sequence: its RTP sequence number
 * @size_bytes: its size, or 0 where not known
 * @now_us: monotonic time
 *
 * Decides on one request. An allowed one is taken from the bucket and remembered.
 *
 * Returns: whether to send the packet again
 */
gboolean
yonder_rtx_limiter_allow (YonderRtxLimiter *self, guint32 ssrc, guint16 sequence, guint size_bytes, gint64 now_us)
{
  guint64 key = ((guint64) ssrc << 16) | sequence;
  double cost_bytes = size_bytes > 0 ? MIN (size_bytes, 2 * PACKET_BYTES) : PACKET_BYTES;
  gboolean is_allowed;
  Sent *last;

  g_mutex_lock (&self->lock);

  fill (self, now_us);
  last = g_hash_table_lookup (self->last_sent, &key);
  is_allowed = (last == NULL || now_us - last->sent_us >= self->rtt_us) && self->tokens_bytes >= cost_bytes;

  if (is_allowed) {
    self->tokens_bytes -= cost_bytes;
    remember (self, key, now_us);
    self->n_allowed++;
  } else {
    self->n_refused++;
  }

  g_mutex_unlock (&self->lock);

  return is_allowed;
}

/**
 * yonder_rtx_limiter_get_counts:
 * @self: the limiter
 * @n_allowed: (out) (optional): requests that were answered
 * @n_refused: (out) (optional): requests that were not
 */
void
yonder_rtx_limiter_get_counts (YonderRtxLimiter *self, guint64 *n_allowed, guint64 *n_refused)
{
  g_mutex_lock (&self->lock);

  if (n_allowed != NULL)
    *n_allowed = self->n_allowed;
  if (n_refused != NULL)
    *n_refused = self->n_refused;

  g_mutex_unlock (&self->lock);
}
