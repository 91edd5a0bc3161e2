/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderWebrtcSession - the media of one call on GStreamer: one pipeline, in which capture and playback stay while peer connections change.
 *
 * Implements YonderMediaSession, see there for thread and signals. Made by YonderWebrtcFactory; closed by whoever owns it before the last
 * reference goes.
 */

#pragma once

#include "yonder-elements.h"
#include "yonder-media-config.h"
#include "yonder-media-session.h"

G_BEGIN_DECLS

#define YONDER_TYPE_WEBRTC_SESSION (yonder_webrtc_session_get_type ())
G_DECLARE_FINAL_TYPE (YonderWebrtcSession, yonder_webrtc_session, YONDER, WEBRTC_SESSION, GObject)

/* @teardown: borrowed, outlives the session */
YonderWebrtcSession *yonder_webrtc_session_new   (const YonderMediaConfig *config, const YonderMediaOptions *options, YonderTeardown *teardown);
/* @remote_sink, @self_view: (transfer floating) (nullable) */
gboolean             yonder_webrtc_session_start (YonderWebrtcSession *self, GstElement *remote_sink, GstElement *self_view, GError **error);
/* For tests, and for the inspection of a running pipeline: (transfer none) */
GstElement          *yonder_webrtc_session_get_pipeline (YonderWebrtcSession *self);

G_END_DECLS
