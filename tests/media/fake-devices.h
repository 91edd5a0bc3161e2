/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Devices that a test plugs in and out: real elements behind a GstDeviceProvider of our own, which GStreamer's monitors find like any other. */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct {
  const char *id;          /* by which it is found again */
  const char *name;
  const char *classes;     /* "Audio/Source" and the like */
  const char *description; /* of a bin with one pad, in the language of gst-launch-1.0 */
  gboolean    is_default;
  gboolean    is_monitor;  /* records what is played */
  const char *path;        /* (nullable): of a camera */
} FakeDevice;

void fake_devices_register (void);                     /* once, after gst_init() */
void fake_devices_plug     (const FakeDevice *device); /* borrowed until it is unplugged */
void fake_devices_unplug   (const FakeDevice *device); /* does nothing where it is not plugged in */
void fake_devices_unplug_all (void);
int  fake_devices_get_peak (void);                     /* the loudest sample at "Audio/Sink" since the last question, of 32767 */

G_END_DECLS
