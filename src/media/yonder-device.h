/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding and opening cameras, microphones and loudspeakers.
 *
 * Looking for devices and opening one can block for seconds, so that it is done in a thread. Thread of the callers: main context.
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

/* Why there is none: the codes are those of the notices that tell it. */
#define YONDER_DEVICE_ERROR (yonder_device_error_quark ())
GQuark yonder_device_error_quark (void);
typedef enum {
  YONDER_DEVICE_ERROR_MISSING,
  YONDER_DEVICE_ERROR_BUSY,
  YONDER_DEVICE_ERROR_REFUSED,
} YonderDeviceError;

void        yonder_device_open_async  (YonderDeviceKind kind, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GstElement *yonder_device_open_finish (GAsyncResult *result, GError **error);

/* What to tell the user of an error: of yonder_device_open_finish(), or one that an element of the device posted */
YonderMediaNotice yonder_device_notice (YonderDeviceKind kind, const GError *error);

G_END_DECLS
