/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making and unmaking pieces of pipelines.
 *
 * Thread: main context, but for what says otherwise.
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The name by which webrtcdsp finds webrtcechoprobe: one of each per pipeline. */
#define YONDER_ECHO_PROBE_NAME "echo-probe"

/* For links of elements that go together in any case. To compare the caps of either side, which asks all elements that are linked already, takes
 * milliseconds of the main thread each time, and longer than the sound server takes to answer pulsesink; what does not fit says so once data
 * flows. */
#define YONDER_LINK_UNCHECKED GST_PAD_LINK_CHECK_NOTHING

GstElement *yonder_bin_parse      (const char *name, const char *description, gboolean ghost_unlinked_pads, GError **error);
GstElement *yonder_bin_get        (GstElement *bin, const char *name);
GstElement *yonder_element_make   (const char *factory, GError **error);
void        yonder_sink_configure (GstElement *sink, gboolean sync);
void        yonder_sink_set_offset (GstElement *sink, gint64 offset_ns);
void        yonder_request_keyframe (GstPad *pad);

/* Elements that stop in a thread of their own, since a device may take its time. */
typedef struct _YonderTeardown YonderTeardown;

YonderTeardown *yonder_teardown_new   (void);
void            yonder_teardown_drop  (YonderTeardown *self, GstElement *element);
void            yonder_teardown_free  (YonderTeardown *self);

G_END_DECLS
