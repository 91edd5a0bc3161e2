/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderBandwidthEstimator - how fast we may send, from transport-wide feedback of the peer.
 *
 * Sender-side congestion control after draft-ietf-rmcat-gcc-02: a queue that grows (delay gradient) or packets that get lost bring the
 * target down at once, to what the peer really received; quiet lets it rise, fast far from where it last broke, slowly near it. The
 * target covers everything that the peer connection sends: video, audio and retransmissions.
 *
 * Knows neither GStreamer nor a clock: whoever owns it feeds it packet reports and the time. Thread: one at a time, no locks; it is
 * meant to live on the main context, with the reports copied there. The reports may be clamped, wrapped, duplicated or out of order.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* chosen: below this VP8 at 320x240 with sound is no call any more */
#define YONDER_BANDWIDTH_MIN_BPS 120000

/* What the peer's feedback says about one packet that we sent. */
typedef struct {
  guint16 sequence;    /* transport-wide, wraps */
  gint64  sent_us;     /* our clock */
  gint64  received_us; /* the peer's clock, any origin; -1: it did not arrive */
  guint   size_bytes;
} YonderPacketReport;

/* What the path looks like, GCC's three signals and silence. */
typedef enum {
  YONDER_BANDWIDTH_NORMAL,
  YONDER_BANDWIDTH_OVERUSE,  /* a queue is growing */
  YONDER_BANDWIDTH_UNDERUSE, /* a queue is draining */
  YONDER_BANDWIDTH_SILENT,   /* we send, but no feedback comes */
} YonderBandwidthState;

typedef struct _YonderBandwidthEstimator YonderBandwidthEstimator;

YonderBandwidthEstimator *yonder_bandwidth_estimator_new  (guint start_bps, guint cap_bps);
void                      yonder_bandwidth_estimator_free (YonderBandwidthEstimator *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderBandwidthEstimator, yonder_bandwidth_estimator_free)

/* A batch: what one feedback message told, in order of sequence. Returns the new target. */
guint  yonder_bandwidth_estimator_feedback (YonderBandwidthEstimator *self, const YonderPacketReport *reports, gsize n_reports,
                                            gint64 now_us);
/* To be called about ten times a second, also when no feedback comes: silence must bring the target down. */
guint  yonder_bandwidth_estimator_tick     (YonderBandwidthEstimator *self, gint64 now_us);
void   yonder_bandwidth_estimator_set_cap  (YonderBandwidthEstimator *self, guint cap_bps);
/* A fresh path (new peer connection): forget the measurements, begin again from no more than the start rate. */
void   yonder_bandwidth_estimator_reset    (YonderBandwidthEstimator *self);

guint                yonder_bandwidth_estimator_get_target_bps (YonderBandwidthEstimator *self);
guint                yonder_bandwidth_estimator_get_acked_bps  (YonderBandwidthEstimator *self); /* received by the peer, last half second; 0 unknown */
double               yonder_bandwidth_estimator_get_loss       (YonderBandwidthEstimator *self); /* 0 to 1, last second */
YonderBandwidthState yonder_bandwidth_estimator_get_state      (YonderBandwidthEstimator *self);

G_END_DECLS
