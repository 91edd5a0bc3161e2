/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderDelayDetector - whether a queue on the path is growing, from when packets were sent and when they arrived.
 *
 * The delay gradient of draft-ietf-rmcat-gcc-02 section 4 and 5, with a line fitted through the delay of the last packet groups (the
 * "trendline" of libwebrtc since 2016) instead of the Kalman filter. A value to be embedded, about 1 KiB; no locks.
 */

#pragma once

#include <glib.h>

#include "yonder-bandwidth-estimator.h"

G_BEGIN_DECLS

/* Packets that were sent in one burst, taken as one. */
typedef struct {
  gint64 first_sent_us;
  gint64 last_sent_us;
  gint64 last_received_us;
} YonderPacketGroup;

#define YONDER_TREND_GROUPS 20

typedef struct {
  YonderPacketGroup    current;
  YonderPacketGroup    previous;
  guint                n_groups; /* begun since the last reset */
  double               accumulated_ms;
  double               smoothed_ms;
  double               times_ms[YONDER_TREND_GROUPS];  /* rings, by n_deltas */
  double               delays_ms[YONDER_TREND_GROUPS];
  guint64              n_deltas;
  double               origin_ms;
  double               threshold;
  double               last_slope;
  double               overusing_ms; /* -1: not */
  YonderBandwidthState state;
} YonderDelayDetector;

void                 yonder_delay_detector_init  (YonderDelayDetector *self);
/* Packets in the order of sending. */
YonderBandwidthState yonder_delay_detector_add   (YonderDelayDetector *self, gint64 sent_us, gint64 received_us);

G_END_DECLS
