/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderDeviceTrial - shows and lets hear what a call would make of the chosen devices: a picture of oneself, the level of the microphone, three
 * seconds of it played back, and a sound from the loudspeaker.
 *
 * The same capture and playback as in a call, without a peer: what is seen and heard is what others would see and hear. Follows the choice of
 * devices while it goes on. Opens camera and microphone when it is made and lets go of them when it is closed. Thread: main context.
 *
 * Properties (notify): level (double, 0 to 1, as a meter shows it), state (YonderTrialState).
 * Signals: notice (YonderMediaNotice, char *device (nullable)), notice-over (YonderMediaNotice): as of a media session.
 */

#pragma once

#include <gst/gst.h>

#include "yonder-clock.h"
#include "yonder-devices.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_TRIAL_IDLE,
  YONDER_TRIAL_RECORDING,
  YONDER_TRIAL_PLAYING, /* what was recorded, or the sound */
} YonderTrialState;

GType yonder_trial_state_get_type (void);
#define YONDER_TYPE_TRIAL_STATE (yonder_trial_state_get_type ())

#define YONDER_TYPE_DEVICE_TRIAL (yonder_device_trial_get_type ())
G_DECLARE_FINAL_TYPE (YonderDeviceTrial, yonder_device_trial, YONDER, DEVICE_TRIAL, GObject)

/* @self_view: (transfer floating) (nullable): shows the picture; %NULL: no camera is opened */
YonderDeviceTrial *yonder_device_trial_new       (YonderDevices *devices, YonderClock *clock, GstElement *self_view, GError **error);
void               yonder_device_trial_record    (YonderDeviceTrial *self);
void               yonder_device_trial_play_tone (YonderDeviceTrial *self);
void               yonder_device_trial_stop      (YonderDeviceTrial *self);
void               yonder_device_trial_close     (YonderDeviceTrial *self);

G_END_DECLS
