/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderVideoCapture - the pictures that we send, from the source to encoded frames.
 *
 * source > selector > tee (> self view) > YonderVideoEncoder. Runs as long as the session; peer connections come and go at the encoder.
 * The source can be swapped while it runs. Thread: main context, but for what says otherwise. Owned by YonderCapture.
 */

#pragma once

#include <gst/gst.h>

#include "yonder-elements.h"
#include "yonder-media-config.h"
#include "yonder-video-codec.h"
#include "yonder-video-ladder.h"
#include "yonder-video-limits.h"

G_BEGIN_DECLS

#define YONDER_TYPE_VIDEO_CAPTURE (yonder_video_capture_get_type ())
G_DECLARE_FINAL_TYPE (YonderVideoCapture, yonder_video_capture, YONDER, VIDEO_CAPTURE, GObject)

/* @pipeline and @teardown: borrowed, outlive it; @self_view: (transfer floating) (nullable): the sink of what we send */
YonderVideoCapture *yonder_video_capture_new          (GstElement *pipeline, YonderTeardown *teardown, const YonderMediaConfig *config,
                                                        GstElement *self_view, GError **error);
/* @source: (transfer floating): takes the place of the one there is; returned: (transfer full) (nullable): the old one, out of the pipeline */
GstElement         *yonder_video_capture_swap_source  (YonderVideoCapture *self, GstElement *source);
GstElement         *yonder_video_capture_get_source   (YonderVideoCapture *self); /* (transfer none) (nullable) */
void                yonder_video_capture_set_full     (YonderVideoCapture *self, const YonderVideoSize *full, YonderVideoContent content);
GstPad             *yonder_video_capture_open_output  (YonderVideoCapture *self, YonderVideoCodec codec, const YonderVideoLimits *limits,
                                                        GstPad *entry, GError **error);
void                yonder_video_capture_close_output (YonderVideoCapture *self, GstPad *output);
void                yonder_video_capture_set_bitrate  (YonderVideoCapture *self, guint bps);
void                yonder_video_capture_force_keyframe (YonderVideoCapture *self);
double              yonder_video_capture_get_fps      (YonderVideoCapture *self);

G_END_DECLS
