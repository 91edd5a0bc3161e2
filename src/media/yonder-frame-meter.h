/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderFrameMeter - how smoothly pictures come: frames of the last second, freezes.
 *
 * A freeze as in W3C webrtc-stats (#dom-rtcinboundrtpstreamstats-freezecount): the gap between two rendered frames is at least the
 * greater of three times the average gap and that average plus 150 ms, the average being of the last 30 frames.
 * Thread: safe on any; frames come on a streaming thread, questions from the main context. Times are of one monotonic clock.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _YonderFrameMeter YonderFrameMeter;

typedef struct {
  guint64 n_frames;
  double  fps;          /* over the last second */
  guint64 freeze_count; /* a freeze that still goes on counts already */
  gint64  freeze_us;
} YonderFrameCounts;

YonderFrameMeter *yonder_frame_meter_new    (void);
void              yonder_frame_meter_free   (YonderFrameMeter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderFrameMeter, yonder_frame_meter_free)

void              yonder_frame_meter_frame  (YonderFrameMeter *self, gint64 now_us);
/* The stream was paused on purpose (camera off, new peer connection): the gap to the next frame is no freeze. */
void              yonder_frame_meter_pause  (YonderFrameMeter *self);
void              yonder_frame_meter_get    (YonderFrameMeter *self, gint64 now_us, YonderFrameCounts *counts);

G_END_DECLS
