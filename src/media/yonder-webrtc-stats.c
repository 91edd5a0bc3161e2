/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-webrtc-stats.h"

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

#include "yonder-webrtc-promise.h"

#define INTERVAL_MS 1000

/* What webrtcbin has counted since the peer connection began. */
typedef struct {
  gint64  time_us;
  guint64 bytes_in, bytes_out;
  guint64 packets_in;
  gint64  packets_lost;
  double  jitter_s;     /* the worst */
  double  rtt_s;        /* of the last report; -1 */
  double  fraction_lost; /* of what we send, as the peer reports it; -1 */
  char   *pair_id;      /* (nullable): of the selected pair */
} Counters;

struct _YonderWebrtcStats {
  GObject parent_instance;

  /* owned */
  YonderClock      *clock;
  guint             timer_id;

  /* borrowed */
  YonderCapture    *capture;
  YonderPlayback   *playback;
  YonderWebrtcPeer *peer; /* (nullable) */

  Counters          last;
  gint64            lost_before; /* on peer connections that are gone */
  gboolean          is_asking;
  YonderMediaStats  stats;
};

G_DEFINE_FINAL_TYPE (YonderWebrtcStats, yonder_webrtc_stats, G_TYPE_OBJECT)

static void
stats_clear (YonderMediaStats *stats)
{
  *stats = (YonderMediaStats) {
    .fps_in = -1.0, .fps_out = -1.0, .width_in = -1, .height_in = -1, .bitrate_in_bps = -1, .bitrate_out_bps = -1,
    .target_bitrate_bps = -1, .packets_lost = -1, .loss_in = -1.0, .loss_out = -1.0, .jitter_ms = -1.0, .rtt_ms = -1.0, .unheard_ms = -1.0,
    .freeze_count = -1, .freeze_ms = -1, .frames_decoded = -1, .frames_dropped = -1, .latency_ms = -1.0, .audio_level_in_dbov = -127.0,
  };
}

static void
read_inbound (const GstStructure *part, Counters *counters)
{
  guint64 bytes = 0, packets = 0;
  gint lost = 0;
  gint64 lost_wide = 0;
  double jitter = 0.0;

  gst_structure_get_uint64 (part, "bytes-received", &bytes);
  gst_structure_get_uint64 (part, "packets-received", &packets);
  gst_structure_get_double (part, "jitter", &jitter);
  if (gst_structure_get_int (part, "packets-lost", &lost))
    counters->packets_lost += MAX (lost, 0);
  else if (gst_structure_get_int64 (part, "packets-lost", &lost_wide))
    counters->packets_lost += MAX (lost_wide, 0);
  counters->bytes_in += bytes;
  counters->packets_in += packets;
  counters->jitter_s = MAX (counters->jitter_s, jitter);
}

static void
read_remote_inbound (const GstStructure *part, Counters *counters)
{
  double rtt, fraction;

  if (gst_structure_get_double (part, "round-trip-time", &rtt) && rtt >= 0.0)
    counters->rtt_s = MAX (counters->rtt_s, rtt);
  if (gst_structure_get_double (part, "fraction-lost", &fraction) && fraction >= 0.0)
    counters->fraction_lost = MAX (counters->fraction_lost, fraction);
}

static gboolean
read_counters (const GstIdStr *field, const GValue *value, gpointer user_data)
{
  Counters *counters = user_data;
  const GstStructure *part = GST_VALUE_HOLDS_STRUCTURE (value) ? gst_value_get_structure (value) : NULL;
  GstWebRTCStatsType type;
  guint64 bytes = 0;

  if (part == NULL || !gst_structure_get (part, "type", GST_TYPE_WEBRTC_STATS_TYPE, &type, NULL))
    return TRUE;

  switch (type) {
    case GST_WEBRTC_STATS_INBOUND_RTP:
      read_inbound (part, counters);
      break;
    case GST_WEBRTC_STATS_OUTBOUND_RTP:
      gst_structure_get_uint64 (part, "bytes-sent", &bytes);
      counters->bytes_out += bytes;
      break;
    case GST_WEBRTC_STATS_REMOTE_INBOUND_RTP:
      read_remote_inbound (part, counters);
      break;
    case GST_WEBRTC_STATS_TRANSPORT:
      if (counters->pair_id == NULL)
        counters->pair_id = g_strdup (gst_structure_get_string (part, "selected-candidate-pair-id"));
      break;
    default:
      break;
  }
  return TRUE;
}

static const GstStructure *
find_part (const GstStructure *reply, const char *id)
{
  const GValue *value = id != NULL ? gst_structure_get_value (reply, id) : NULL;

  return value != NULL && GST_VALUE_HOLDS_STRUCTURE (value) ? gst_value_get_structure (value) : NULL;
}

/* webrtcbin tells nothing of relay protocols of servers that were added one by one: "none" is as good as unknown. */
static void
read_pair (const GstStructure *reply, const char *pair_id, YonderMediaStats *stats)
{
  const GstStructure *pair = find_part (reply, pair_id);
  const GstStructure *local = pair != NULL ? find_part (reply, gst_structure_get_string (pair, "local-candidate-id")) : NULL;
  const GstStructure *remote = pair != NULL ? find_part (reply, gst_structure_get_string (pair, "remote-candidate-id")) : NULL;

  if (local != NULL) {
    const char *relay_protocol = gst_structure_get_string (local, "relay-protocol");

    stats->local_type = g_intern_string (gst_structure_get_string (local, "candidate-type"));
    stats->protocol = g_intern_string (gst_structure_get_string (local, "protocol"));
    stats->relay_protocol = g_strcmp0 (relay_protocol, "none") != 0 ? g_intern_string (relay_protocol) : NULL;
  }
  if (remote != NULL)
    stats->remote_type = g_intern_string (gst_structure_get_string (remote, "candidate-type"));
}

static void
take_counters (YonderWebrtcStats *self, const Counters *now)
{
  YonderMediaStats *stats = &self->stats;
  double elapsed_s = (now->time_us - self->last.time_us) / (double) G_USEC_PER_SEC;

  stats->packets_lost = self->lost_before + now->packets_lost;
  stats->jitter_ms = now->packets_in > 0 ? now->jitter_s * 1000.0 : -1.0;
  stats->rtt_ms = now->rtt_s >= 0.0 ? now->rtt_s * 1000.0 : -1.0;
  stats->loss_out = now->fraction_lost;
  if (self->last.time_us > 0 && elapsed_s > 0.0) {
    gint64 received = (gint64) (now->packets_in - self->last.packets_in);
    gint64 lost = MAX (now->packets_lost - self->last.packets_lost, 0);

    stats->bitrate_in_bps = MAX ((gint64) (now->bytes_in - self->last.bytes_in), 0) * 8 / elapsed_s;
    stats->bitrate_out_bps = MAX ((gint64) (now->bytes_out - self->last.bytes_out), 0) * 8 / elapsed_s;
    stats->loss_in = received + lost > 0 ? (double) lost / (received + lost) : 0.0;
  }
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderWebrtcStats) self = data;
  g_autoptr (GstStructure) reply = NULL;
  g_autofree char *pair_id = NULL;
  Counters now = { .time_us = g_get_monotonic_time (), .rtt_s = -1.0, .fraction_lost = -1.0 };

  self->is_asking = FALSE;
  if (!yonder_webrtc_promise_finish (GST_ELEMENT (source), result, &reply, NULL) || reply == NULL)
    return;
  if (self->peer == NULL || yonder_webrtc_peer_get_webrtcbin (self->peer) != GST_ELEMENT (source))
    return;

  gst_structure_foreach_id_str (reply, read_counters, &now);
  pair_id = g_steal_pointer (&now.pair_id);
  read_pair (reply, pair_id, &self->stats);
  take_counters (self, &now);
  self->last = now;
  yonder_playback_set_jitter (self->playback, self->stats.jitter_ms);
  yonder_rate_control_set_rtt (yonder_webrtc_peer_get_rate_control (self->peer), self->stats.rtt_ms);
}

static gboolean
on_second (gpointer data)
{
  YonderWebrtcStats *self = data;
  YonderMediaStats *stats = &self->stats;

  stats->time_us = g_get_monotonic_time ();
  yonder_playback_get_stats (self->playback, stats);
  if (self->peer == NULL)
    return G_SOURCE_CONTINUE;

  stats->fps_out = yonder_webrtc_peer_sends_video (self->peer) ? yonder_video_capture_get_fps (yonder_capture_get_video (self->capture)) : 0.0;
  stats->unheard_ms = yonder_rate_control_get_unheard_ms (yonder_webrtc_peer_get_rate_control (self->peer));
  stats->target_bitrate_bps = yonder_rate_control_get_target_bps (yonder_webrtc_peer_get_rate_control (self->peer));
  if (!self->is_asking) {
    self->is_asking = TRUE;
    yonder_webrtc_promise_async (yonder_webrtc_peer_get_webrtcbin (self->peer), "get-stats", NULL, NULL, on_answered,
                                 g_object_ref (self));
  }
  return G_SOURCE_CONTINUE;
}

static void
yonder_webrtc_stats_finalize (GObject *object)
{
  YonderWebrtcStats *self = YONDER_WEBRTC_STATS (object);

  yonder_webrtc_stats_close (self);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (yonder_webrtc_stats_parent_class)->finalize (object);
}

static void
yonder_webrtc_stats_class_init (YonderWebrtcStatsClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_webrtc_stats_finalize;
}

static void
yonder_webrtc_stats_init (YonderWebrtcStats *self)
{
  stats_clear (&self->stats);
}

YonderWebrtcStats *
yonder_webrtc_stats_new (YonderCapture *capture, YonderPlayback *playback, const YonderMediaConfig *config)
{
  YonderWebrtcStats *self = g_object_new (YONDER_TYPE_WEBRTC_STATS, NULL);

  self->capture = capture;
  self->playback = playback;
  self->clock = g_object_ref (config->clock);
  self->timer_id = yonder_clock_add (self->clock, INTERVAL_MS, on_second, self, NULL);
  return self;
}

void
yonder_webrtc_stats_set_peer (YonderWebrtcStats *self, YonderWebrtcPeer *peer)
{
  self->peer = peer;
  self->lost_before += self->last.packets_lost;
  self->last = (Counters) { 0 };
  self->stats.local_type = self->stats.remote_type = self->stats.protocol = self->stats.relay_protocol = NULL;
}

/* The last figures stay; nothing is asked any more. */
void
yonder_webrtc_stats_close (YonderWebrtcStats *self)
{
  self->peer = NULL;
  yonder_clock_clear (self->clock, &self->timer_id);
}

void
yonder_webrtc_stats_get (YonderWebrtcStats *self, YonderMediaStats *stats)
{
  *stats = self->stats;
}
