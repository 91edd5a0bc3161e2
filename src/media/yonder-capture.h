/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderCapture - what we send: which source feeds sound and picture, muting, and what is done when a device is missing.
 *
 * Runs as long as the session, whatever peer connections do. Thread: main context.
 * Signals: notice (YonderMediaNotice, char *device (nullable)), notice-over (YonderMediaNotice), screen-ended (). Owned by YonderWebrtcSession.
 */

#pragma once

#include <gst/gst.h>

#include "yonder-audio-capture.h"
#include "yonder-elements.h"
#include "yonder-playback.h"
#include "yonder-video-capture.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CAPTURE (yonder_capture_get_type ())
G_DECLARE_FINAL_TYPE (YonderCapture, yonder_capture, YONDER, CAPTURE, GObject)

/* @pipeline, @teardown: borrowed, outlive it; @self_view: (transfer floating) (nullable) */
YonderCapture      *yonder_capture_new          (GstElement *pipeline, YonderTeardown *teardown, const YonderMediaConfig *config,
                                                 gboolean send_video, GstElement *self_view, GError **error);
void                yonder_capture_start        (YonderCapture *self, YonderPlayback *playback);
void                yonder_capture_close        (YonderCapture *self);
YonderAudioCapture *yonder_capture_get_audio    (YonderCapture *self); /* (transfer none) */
YonderVideoCapture *yonder_capture_get_video    (YonderCapture *self); /* (transfer none) */
void                yonder_capture_set_muted    (YonderCapture *self, gboolean microphone_muted, gboolean camera_off);
void                yonder_capture_set_held     (YonderCapture *self, gboolean is_held);
void                yonder_capture_share_screen (YonderCapture *self, int remote, guint node_id);
void                yonder_capture_stop_screen  (YonderCapture *self);
/* TRUE: @message came from a source; something else is sent instead */
gboolean            yonder_capture_handle_error (YonderCapture *self, GstMessage *message);

G_END_DECLS
