/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderRateControl - how much one peer connection sends: feedback in, encoder settings and refused retransmissions out.
 *
 * Hangs the estimator on webrtcbin's transport-wide feedback and the limiter on its retransmission, and sets the encoders accordingly.
 * One per peer connection: a fresh path is measured afresh. Thread: main context. Owned by YonderWebrtcPeer.
 */

#pragma once

#include <gst/gst.h>

#include "yonder-capture.h"

G_BEGIN_DECLS

#define YONDER_TYPE_RATE_CONTROL (yonder_rate_control_get_type ())
G_DECLARE_FINAL_TYPE (YonderRateControl, yonder_rate_control, YONDER, RATE_CONTROL, GObject)

/* @capture: borrowed, outlives it */
YonderRateControl *yonder_rate_control_new            (YonderCapture *capture, const YonderMediaConfig *config);
void               yonder_rate_control_watch_elements (YonderRateControl *self, GstElement *webrtcbin);
void               yonder_rate_control_watch_feedback (YonderRateControl *self, GstPad *pad);
void               yonder_rate_control_close          (YonderRateControl *self);
void               yonder_rate_control_set_rtt        (YonderRateControl *self, double rtt_ms);
double             yonder_rate_control_get_unheard_ms (YonderRateControl *self);
guint              yonder_rate_control_get_target_bps (YonderRateControl *self);
double             yonder_rate_control_get_loss       (YonderRateControl *self);

G_END_DECLS
