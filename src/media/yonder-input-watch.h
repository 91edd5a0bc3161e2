/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderInputWatch - whether a microphone gives anything but silence, and a camera anything but black.
 *
 * A microphone that a switch or a setting turned off gives noughts, or nothing at all; a camera behind its cover gives black. One that works
 * has noise of its own even in a quiet, dark room. Thread: main context; what flows is looked at on its streaming thread. Owned by YonderCapture.
 */

#pragma once

#include <gst/gst.h>

#include "yonder-clock.h"
#include "yonder-device.h"

G_BEGIN_DECLS

typedef struct _YonderInputWatch YonderInputWatch;

/* Called when it has become dead, and when it lives again */
typedef void (*YonderInputWatchFunc) (YonderDeviceKind kind, gboolean is_dead, gpointer user_data);

YonderInputWatch *yonder_input_watch_new    (YonderDeviceKind kind, YonderClock *clock, YonderInputWatchFunc function, gpointer user_data);
void              yonder_input_watch_free   (YonderInputWatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderInputWatch, yonder_input_watch_free)

/* @pad: (nullable): what is watched from now on, in place of what was: S16LE samples or I420 pictures; %NULL: nothing */
void              yonder_input_watch_follow (YonderInputWatch *self, GstPad *pad);

G_END_DECLS
