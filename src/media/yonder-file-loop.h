/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderFileLoop - plays a file over and over, at its own rate, into the sources of a call.
 *
 * Has a pipeline of its own, so that a seek to the beginning leaves the call's timestamps alone. Thread: main context.
 * Signals: found-picture (), found-sound (): the first of each has come, its feed can take the place of what is sent.
 *          failed (GError *): the file cannot be played (any further)
 */

#pragma once

#include <gst/gst.h>

#include "yonder-elements.h"

G_BEGIN_DECLS

#define YONDER_TYPE_FILE_LOOP (yonder_file_loop_get_type ())
G_DECLARE_FINAL_TYPE (YonderFileLoop, yonder_file_loop, YONDER, FILE_LOOP, GObject)

/* @sound_feed, @picture_feed: (nullable): from yonder-media-source.h */
YonderFileLoop *yonder_file_loop_new   (const char *file, GstElement *sound_feed, GstElement *picture_feed, GError **error);
void            yonder_file_loop_start (YonderFileLoop *self);
void            yonder_file_loop_close (YonderFileLoop *self, YonderTeardown *teardown);

G_END_DECLS
