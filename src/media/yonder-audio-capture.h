/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderAudioCapture - the sound that we send, from the source to Opus packets.
 *
 * source > selector > mute > Opus > tee. Runs as long as the session; peer connections come and go at the tee.
 * Thread: main context. Owned by YonderCapture.
 */

#pragma once

#include <gst/gst.h>

#include "yonder-media-config.h"

G_BEGIN_DECLS

/* What Opus is set to, without headers: good speech, full band */
#define YONDER_AUDIO_BITRATE_BPS 32000

#define YONDER_TYPE_AUDIO_CAPTURE (yonder_audio_capture_get_type ())
G_DECLARE_FINAL_TYPE (YonderAudioCapture, yonder_audio_capture, YONDER, AUDIO_CAPTURE, GObject)

/* @pipeline: borrowed, outlives it */
YonderAudioCapture *yonder_audio_capture_new          (GstElement *pipeline, GError **error);
GstElement         *yonder_audio_capture_swap_source  (YonderAudioCapture *self, GstElement *source);
GstElement         *yonder_audio_capture_get_source   (YonderAudioCapture *self); /* (transfer none) (nullable) */
GstPad             *yonder_audio_capture_dup_raw_pad  (YonderAudioCapture *self); /* (transfer full): S16LE samples pass, whatever the source */
GstPad             *yonder_audio_capture_open_output  (YonderAudioCapture *self, GstPad *entry);
void                yonder_audio_capture_close_output (YonderAudioCapture *self, GstPad *output);
void                yonder_audio_capture_set_muted    (YonderAudioCapture *self, gboolean muted);
void                yonder_audio_capture_set_loss     (YonderAudioCapture *self, double loss);

G_END_DECLS
