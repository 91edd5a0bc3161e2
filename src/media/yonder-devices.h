/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderDevices - the cameras, microphones and loudspeakers that there are right now, and which of them the user wants.
 *
 * Follows plugging and unplugging while somebody holds it; else nobody asks the system for anything. What the user wants is told by whoever
 * remembers it (ids, the dearest first), and holds for calls that go on too: they follow "pick-changed". Of two in a process that are held at
 * once, the one that is held longer notices nothing any more. Thread: main context. Owned by whoever builds the object graph; sessions
 * hold it as long as they capture.
 *
 * Signals: pick-changed (YonderDeviceKind): another device is to be used, or how a microphone is to be processed;
 *   camera-wanted (): somebody waits for one, until yonder_devices_set_camera_remote() or yonder_devices_refuse_camera();
 *   plugged (YonderDevice), unplugged (YonderDevice): after pick-changed; not for what is there when somebody begins to hold.
 */

#pragma once

#include "yonder-device.h"

G_BEGIN_DECLS

/* What is done to the sound of a microphone before it is sent. */
typedef enum {
  YONDER_PROCESSING_NONE = 0,
  YONDER_PROCESSING_ECHO = 1 << 0,  /* what our loudspeaker plays is taken out */
  YONDER_PROCESSING_NOISE = 1 << 1, /* what is no voice is made softer */
  YONDER_PROCESSING_GAIN = 1 << 2,  /* who speaks softly is made louder */
} YonderProcessing;
#define YONDER_PROCESSING_ALL (YONDER_PROCESSING_ECHO | YONDER_PROCESSING_NOISE | YONDER_PROCESSING_GAIN)

#define YONDER_TYPE_DEVICES (yonder_devices_get_type ())
G_DECLARE_FINAL_TYPE (YonderDevices, yonder_devices, YONDER, DEVICES, GObject)

YonderDevices    *yonder_devices_new            (void);
void              yonder_devices_hold           (YonderDevices *self);
void              yonder_devices_release        (YonderDevices *self);

GListModel       *yonder_devices_get_list       (YonderDevices *self, YonderDeviceKind kind); /* (transfer none): of YonderDevice */
YonderDevice     *yonder_devices_get_pick       (YonderDevices *self, YonderDeviceKind kind); /* (transfer none) (nullable) */
YonderDevice     *yonder_devices_find           (YonderDevices *self, YonderDeviceKind kind, const char *id); /* (transfer none) (nullable) */

void              yonder_devices_set_preferred  (YonderDevices *self, YonderDeviceKind kind, const char * const *ids);
void              yonder_devices_set_processing (YonderDevices *self, YonderProcessing processing);
YonderProcessing  yonder_devices_get_processing (YonderDevices *self);

/* Where the system shows no cameras but through a connection to PipeWire that the user allows: whoever opens one waits for it. */
void              yonder_devices_guard_camera   (YonderDevices *self);
void              yonder_devices_set_camera_remote (YonderDevices *self, int fd); /* @fd: (transfer full) */
/* The user does not allow it now; whoever opens one later has them asked again. */
void              yonder_devices_refuse_camera  (YonderDevices *self);

/* Opens the one that is picked, or another; for yonder_device_open_finish(). */
void              yonder_devices_open_async     (YonderDevices *self, YonderDeviceKind kind, GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);

G_END_DECLS
