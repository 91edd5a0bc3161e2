/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderCliRecorder - where the peer's pictures go when there is no window: kept one at a time, the last one written as PNG.
 *
 * Thread: made, asked and freed on the main context; pictures come on streaming threads. It outlives the sinks that it made.
 */

#pragma once

#include "yonder-webrtc-factory.h"

G_BEGIN_DECLS

typedef struct _YonderCliRecorder YonderCliRecorder;

/* @keep: FALSE: pictures are taken and forgotten */
YonderCliRecorder *yonder_cli_recorder_new       (gboolean keep);
void               yonder_cli_recorder_free      (YonderCliRecorder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderCliRecorder, yonder_cli_recorder_free)

/* A YonderMakeVideoSink; @user_data is the recorder. */
GstElement        *yonder_cli_recorder_make_sink (YonderMediaSession *session, YonderVideoRole role, gpointer user_data);
gboolean           yonder_cli_recorder_has_picture (YonderCliRecorder *self);
gboolean           yonder_cli_recorder_write     (YonderCliRecorder *self, const char *path, GError **error);

G_END_DECLS
