/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderRemoteTap - looks at everything that was decoded, on the streaming threads: counts, level, timecode, echo.
 *
 * Reference counted: the pads hold it as well as YonderPlayback. Thread: safe on any.
 */

#pragma once

#include <gst/gst.h>

#include "yonder-media-session.h"
#include "yonder-post.h"

G_BEGIN_DECLS

typedef struct _YonderRemoteTap YonderRemoteTap;

/* The functions are sent by @post: @on_frame with a guint[2] of width and height, @on_audio with NULL, each once;
 * @on_speaking with a gboolean whenever it is another. */
YonderRemoteTap *yonder_remote_tap_new       (YonderPost *post, YonderPostFunc on_frame, YonderPostFunc on_audio, YonderPostFunc on_speaking);
void             yonder_remote_tap_unref     (YonderRemoteTap *self);
void             yonder_remote_tap_watch     (YonderRemoteTap *self, GstPad *pad, gboolean video);
void             yonder_remote_tap_set_feeds (YonderRemoteTap *self, GstElement *audio, GstElement *video);
/* By how much pictures are shown before the latency of the pipeline is over, see yonder_sink_set_offset(). */
void             yonder_remote_tap_set_offset (YonderRemoteTap *self, gint64 offset_ns);
gint64           yonder_remote_tap_get_latency (YonderRemoteTap *self); /* of the pipeline, nanoseconds; -1 before it is known */
void             yonder_remote_tap_pause     (YonderRemoteTap *self);
void             yonder_remote_tap_get_stats (YonderRemoteTap *self, YonderMediaStats *stats);

G_END_DECLS
