/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderReceiver - what comes out of webrtcbin: for each incoming stream a valve, a depayloader and a decoder, in the bin of a peer.
 *
 * The newest stream of a kind is the one that plays. Reference counted; safe on any thread: webrtcbin adds pads on its own threads.
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _YonderReceiver YonderReceiver;

/* @bin: outlives it; gets source pads "audio-out" and "video-out" for decoded data */
YonderReceiver *yonder_receiver_new       (GstElement *bin);
void            yonder_receiver_unref     (YonderReceiver *self);
void            yonder_receiver_connect   (YonderReceiver *self, GstElement *webrtcbin);
void            yonder_receiver_open      (YonderReceiver *self);
void            yonder_receiver_close     (YonderReceiver *self);
GstPad         *yonder_receiver_get_exit  (YonderReceiver *self, gboolean video); /* (transfer none) */
void            yonder_receiver_request_keyframe (YonderReceiver *self);

G_END_DECLS
