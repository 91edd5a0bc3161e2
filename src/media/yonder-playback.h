/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderPlayback - where decoded pictures and sound of the peer go: to the screen, the loudspeaker, the meters, and back for the echo.
 *
 * Runs as long as the session; peer connections come and go at its two entries, so that the last picture stays while a path is rebuilt.
 * Thread: main context. Signals: first-frame (guint width_px, guint height_px), first-audio (), speaking (gboolean is_speaking),
 * notice (YonderMediaNotice, char *device), notice-over (YonderMediaNotice).
 * Owned by YonderWebrtcSession.
 */

#pragma once

#include <gst/gst.h>

#include "yonder-elements.h"
#include "yonder-media-config.h"

G_BEGIN_DECLS

#define YONDER_TYPE_PLAYBACK (yonder_playback_get_type ())
G_DECLARE_FINAL_TYPE (YonderPlayback, yonder_playback, YONDER, PLAYBACK, GObject)

/* @pipeline, @teardown: borrowed, outlive it; @sink: (transfer floating) (nullable): for pictures */
YonderPlayback *yonder_playback_new             (GstElement *pipeline, YonderTeardown *teardown, const YonderMediaConfig *config, GstElement *sink, GError **error);
/* Looks for a loudspeaker, if sound is to be played. */
void            yonder_playback_start           (YonderPlayback *self);
void            yonder_playback_close           (YonderPlayback *self);
GstPad         *yonder_playback_get_entry       (YonderPlayback *self, gboolean video); /* (transfer full): a sink pad for decoded data */
/* @audio, @video: (nullable): sources to which all that comes in is handed, see yonder_feed_source_push() */
void            yonder_playback_set_feeds       (YonderPlayback *self, GstElement *audio, GstElement *video);
/* How unevenly packets come: pictures are held back by as much as that asks for, and no more. */
void            yonder_playback_set_jitter      (YonderPlayback *self, double jitter_ms);
/* The latency of the pipeline was computed anew. */
void            yonder_playback_update_latency  (YonderPlayback *self);
void            yonder_playback_set_held        (YonderPlayback *self, gboolean is_held);
void            yonder_playback_pause_meters    (YonderPlayback *self);
void            yonder_playback_get_stats       (YonderPlayback *self, YonderMediaStats *stats);
gboolean        yonder_playback_handle_error    (YonderPlayback *self, GstMessage *message);

G_END_DECLS
