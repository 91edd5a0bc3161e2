/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-recorder.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <gst/video/video.h>

#define ENCODE_LIMIT (10 * GST_SECOND)

struct _YonderCliRecorder {
  gboolean   keep;
  GMutex     lock;
  GstSample *last; /* (nullable) */
};

YonderCliRecorder *
yonder_cli_recorder_new (gboolean keep)
{
  YonderCliRecorder *self = g_new0 (YonderCliRecorder, 1);

  self->keep = keep;
  g_mutex_init (&self->lock);

  return self;
}

void
yonder_cli_recorder_free (YonderCliRecorder *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->last, gst_sample_unref);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* The sink's own last-sample is gone when the call's pipeline stops, which is when it is asked for. */
static void
on_picture (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer user_data)
{
  YonderCliRecorder *self = user_data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstSample *sample, *former;

  if (caps == NULL)
    return;

  sample = gst_sample_new (buffer, caps, NULL, NULL);
  g_mutex_lock (&self->lock);
  former = self->last;
  self->last = sample;
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&former, gst_sample_unref);
}

/**
 * yonder_cli_recorder_make_sink:
 * @session: whose pictures
 * @role: the peer's or our own; our own are not looked at
 * @user_data: the recorder
 *
 * Makes a sink that shows pictures when they are due, as a window would, so that latency means the same.
 *
 * Returns: (transfer floating) (nullable): the sink, or %NULL for our own pictures
 */
GstElement *
yonder_cli_recorder_make_sink (YonderMediaSession *session, YonderVideoRole role, gpointer user_data)
{
  YonderCliRecorder *self = user_data;
  GstElement *sink;

  if (role != YONDER_VIDEO_ROLE_REMOTE)
    return NULL;

  sink = gst_element_factory_make ("fakesink", NULL);
  if (sink == NULL)
    return NULL;

  g_object_set (sink, "sync", TRUE, "enable-last-sample", FALSE, "signal-handoffs", self->keep, NULL);
  if (self->keep)
    g_signal_connect (sink, "handoff", G_CALLBACK (on_picture), self);

  return sink;
}

gboolean
yonder_cli_recorder_has_picture (YonderCliRecorder *self)
{
  gboolean has_picture;

  g_mutex_lock (&self->lock);
  has_picture = self->last != NULL;
  g_mutex_unlock (&self->lock);

  return has_picture;
}

/**
 * yonder_cli_recorder_write:
 * @self: a recorder that keeps pictures
 * @path: the file to write
 * @error: return location for a [error@Gio.IOErrorEnum] or a GStreamer error
 *
 * Writes the last picture as PNG. Takes some ten milliseconds, and is for when the call is over.
 *
 * Returns: %FALSE where no picture came, or the file cannot be written
 */
gboolean
yonder_cli_recorder_write (YonderCliRecorder *self, const char *path, GError **error)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("image/png");
  g_autoptr (GstSample) last = NULL;
  g_autoptr (GstSample) png = NULL;
  GstMapInfo map;
  gboolean is_written;

  g_mutex_lock (&self->lock);
  last = self->last != NULL ? gst_sample_ref (self->last) : NULL;
  g_mutex_unlock (&self->lock);

  if (last == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("No picture was received, so %s was not written."), path);
    return FALSE;
  }

  png = gst_video_convert_sample (last, caps, ENCODE_LIMIT, error);
  if (png == NULL) {
    g_prefix_error (error, _("The last picture could not be made a PNG: "));
    return FALSE;
  }

  if (!gst_buffer_map (gst_sample_get_buffer (png), &map, GST_MAP_READ)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("The last picture could not be read."));
    return FALSE;
  }
  is_written = g_file_set_contents (path, (const char *) map.data, (gssize) map.size, error);
  gst_buffer_unmap (gst_sample_get_buffer (png), &map);

  return is_written;
}
