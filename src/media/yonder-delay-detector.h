/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderDelayDetector - whether a queue on the path is growing, from when packets were sent and when they arrived.
 *
 * The delay gradient of draft-ietf-rmcat-gcc-02 section 4 and 5, with a line fitted through the delay of the last packet groups (the
 * "trendline" of libwebrtc since 2016) instead of the Kalman filter. The gradient does not see a queue that is full and stays full, so
 * the least delay of the last moments is compared with the least of the last many seconds as well. A value to be embedded; no locks.
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

/* The least value of the present and of the previous stretch of time. */
typedef struct {
  gint64 length_us;
  gint64 began_us; /* in our clock */
  gint64 current_us, previous_us; /* G_MAXINT64: none */
} YonderLeast;

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
  YonderLeast          base;   /* one-way delay, of any origin, over many seconds */
  YonderLeast          recent; /* the same over a few hundred milliseconds */
  YonderBandwidthState state;
} YonderDelayDetector;

void                 yonder_delay_detector_init   (YonderDelayDetector *self);
/* Packets in the order of sending. */
YonderBandwidthState yonder_delay_detector_add    (YonderDelayDetector *self, gint64 sent_us, gint64 received_us);
gint64               yonder_delay_detector_get_queue_us (const YonderDelayDetector *self);
/* The present delay is the path's own: another route, or a queue that others fill. */
void                 yonder_delay_detector_rebase (YonderDelayDetector *self);

G_END_DECLS
