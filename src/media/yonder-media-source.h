/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The beginnings of the sending side: bins with one source pad "src", which gives pictures or sound in the form that the encoder wants.
 *
 * Pictures: I420 of the size and rate asked for; sound: 48 kHz, one channel, 16 bits. A source bin never sends EOS on: a file that ends or a
 * device that goes must not end the call. Any thread.
 */

#pragma once

#include <gst/gst.h>

#include "yonder-media-config.h"

G_BEGIN_DECLS

#define YONDER_AUDIO_RATE 48000

typedef enum {
  YONDER_PICTURE_TEST,
  YONDER_PICTURE_BLACK,
} YonderPicture;

typedef enum {
  YONDER_SOUND_TONE,
  YONDER_SOUND_SILENCE,
} YonderSound;

GstElement *yonder_picture_source_new (const YonderMediaConfig *config, YonderPicture picture, GError **error);
GstElement *yonder_sound_source_new   (YonderSound sound, GError **error);
/* What was decoded elsewhere: see yonder_feed_source_push(). */
GstElement *yonder_picture_feed_new   (const YonderMediaConfig *config, GError **error);
GstElement *yonder_sound_feed_new     (GError **error);
void        yonder_feed_source_push   (GstElement *feed, GstPad *pad, GstBuffer *buffer);
/* The same with caps of the sample and a running time of the call's pipeline */
void        yonder_feed_source_push_sample (GstElement *feed, GstSample *sample, GstClockTime time);
/* @device: (transfer floating): an element with one source pad */
GstElement *yonder_picture_device_new (const YonderMediaConfig *config, GstElement *device, GError **error);
GstElement *yonder_sound_device_new   (GstElement *device, YonderProcessing processing, GError **error);
/* (transfer full): of such a bin: where the sound of the microphone passes as it is */
GstPad     *yonder_sound_device_get_raw_pad (GstElement *source);

G_END_DECLS
