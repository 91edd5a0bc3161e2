/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One action of webrtcbin as an asynchronous operation.
 *
 * webrtcbin answers a GstPromise from a thread of its own, or drops it without an answer when it is stopped. Here the answer comes on
 * the main context of the caller, exactly once, also when webrtcbin is stopped (yonder_webrtc_promise_cancel_all()) or the operation is cancelled.
 */

#pragma once

#include <gio/gio.h>
#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

G_BEGIN_DECLS

/* @description: (nullable): of a set-…-description */
void          yonder_webrtc_promise_async  (GstElement *webrtcbin, const char *action, GstWebRTCSessionDescription *description,
                                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* @reply: (out) (optional) (nullable): what webrtcbin answered */
gboolean      yonder_webrtc_promise_finish (GstElement *webrtcbin, GAsyncResult *result, GstStructure **reply, GError **error);
void          yonder_webrtc_promise_cancel_all (GstElement *webrtcbin);

G_END_DECLS
