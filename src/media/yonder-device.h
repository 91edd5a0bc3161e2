/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderDevice - a camera, a microphone or a loudspeaker that is there: what it is called, by what it is found again, and how it is opened.
 *
 * A value; immutable. Looking for devices and opening one can block for seconds, so that it is done in a thread. Thread of the callers: main
 * context, but for what says otherwise.
 */

#pragma once

#include <gst/gst.h>

#include "yonder-media-session.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_DEVICE_CAMERA,
  YONDER_DEVICE_MICROPHONE,
  YONDER_DEVICE_SPEAKER,
} YonderDeviceKind;
#define YONDER_N_DEVICE_KINDS (YONDER_DEVICE_SPEAKER + 1)

GType yonder_device_kind_get_type (void);
#define YONDER_TYPE_DEVICE_KIND (yonder_device_kind_get_type ())

/* Why there is none: the codes are those of the notices that tell it. */
#define YONDER_DEVICE_ERROR (yonder_device_error_quark ())
GQuark yonder_device_error_quark (void);
typedef enum {
  YONDER_DEVICE_ERROR_MISSING,
  YONDER_DEVICE_ERROR_BUSY,
  YONDER_DEVICE_ERROR_REFUSED,
} YonderDeviceError;

#define YONDER_TYPE_DEVICE (yonder_device_get_type ())
G_DECLARE_FINAL_TYPE (YonderDevice, yonder_device, YONDER, DEVICE, GObject)

YonderDeviceKind yonder_device_get_kind   (YonderDevice *self);
const char      *yonder_device_get_id     (YonderDevice *self);
const char      *yonder_device_get_name   (YonderDevice *self);
gboolean         yonder_device_is_default (YonderDevice *self);
gboolean         yonder_device_equal      (YonderDevice *self, YonderDevice *other); /* told of by the same provider, too */

/* For a monitor of devices of that kind: "Video/Source" and the like */
const char      *yonder_device_kind_classes (YonderDeviceKind kind);
/* (transfer full) (element-type YonderDevice): of that kind among @devices (element-type GstDevice), each once; the system's default first */
GPtrArray       *yonder_device_sift       (YonderDeviceKind kind, GPtrArray *devices);
/* Puts first whom @preferred (nullable) names, in that order; "" there stands for the system's default. */
void             yonder_device_sort       (GPtrArray *devices, const char * const *preferred);

void             yonder_device_open_async (YonderDeviceKind kind, GPtrArray *candidates, const char * const *preferred,
                                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* The same in a task of the caller's own, whose result is for yonder_device_open_finish() */
void             yonder_device_open_in_task (GTask *task, YonderDeviceKind kind, GPtrArray *candidates, const char * const *preferred);
GstElement      *yonder_device_open_finish (GAsyncResult *result, YonderDevice **device, GError **error);

/* Blocks: for threads. (transfer floating): plays at the first loudspeaker of these ids that is there, else at the system's; "" is that, too. */
GstElement      *yonder_device_make_sink  (const char * const *ids);

/* What to tell the user of an error: of yonder_device_open_finish(), or one that an element of the device posted */
YonderMediaNotice yonder_device_notice    (YonderDeviceKind kind, const GError *error);

G_END_DECLS
