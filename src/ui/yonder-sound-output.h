/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderSoundOutput - a loudspeaker or headset that can be chosen for ringing: what it is called, and by what it is found again.
 *
 * Looking for them asks the sound server and can take its time, so that it is done in a thread. A value; immutable.
 */

#pragma once

#include <gio/gio.h>
#include <gst/gst.h>

G_BEGIN_DECLS

#define YONDER_TYPE_SOUND_OUTPUT (yonder_sound_output_get_type ())
G_DECLARE_FINAL_TYPE (YonderSoundOutput, yonder_sound_output, YONDER, SOUND_OUTPUT, GObject)

const char *yonder_sound_output_get_id      (YonderSoundOutput *self);
const char *yonder_sound_output_get_name    (YonderSoundOutput *self);

void        yonder_sound_output_list_async  (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray  *yonder_sound_output_list_finish (GAsyncResult *result, GError **error);

/* Blocks: for threads. (transfer floating): plays at the output of that id, or at the system's where it is gone; "" is the system's. */
GstElement *yonder_sound_output_make_sink   (const char *id);

G_END_DECLS
