/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderIceTuning - what the ICE agent of a webrtcbin is told to do otherwise than webrtcbin has it.
 *
 * Thread: main context.
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* @webrtcbin: one that has not begun to gather */
void yonder_ice_tuning_apply     (GstElement *webrtcbin);
/* Before a candidate of TCP is added: pairs are compared before one is taken (RFC 6544 section 8). */
void yonder_ice_tuning_compare   (GstElement *webrtcbin);
/* The path is up: what is asked from now on renews a relay or keeps the path alive, and may be asked more often. */
void yonder_ice_tuning_note_path (GstElement *webrtcbin);

G_END_DECLS
