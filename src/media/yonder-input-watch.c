/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-input-watch.h"

#include <gst/video/video.h>

#define LOOK_MS 1000
/* chosen: who listens for that long behind a noise gate is rare, and is told nothing worse than that; a cover is seen at once */
#define SILENT_LOOKS 8
#define BLACK_LOOKS 4
/* chosen: -84 dBFS; the noise of a microphone that is on lies above */
#define SILENT_SAMPLE 2
/* Black is 16 (ITU-R BT.601); chosen: above that is what a camera makes of a dark room */
#define BLACK_MEAN 20
#define BLACK_PEAK 40
/* chosen: every so many pixels of every so many lines are looked at */
#define PIXEL_STEP 8

/* What both threads see. */
typedef struct {
  YonderDeviceKind kind;
  int              is_asked; /* the next picture is to be looked at */
  int              is_alive; /* something was heard or seen since the last question */
} Sense;

struct _YonderInputWatch {
  YonderDeviceKind     kind;
  YonderClock         *clock;
  YonderInputWatchFunc function;
  gpointer             user_data;
  GstPad              *pad;   /* (nullable) */
  gulong               probe;
  Sense               *sense; /* (nullable): of @pad */
  guint                timer;
  guint                n_dead_looks;
  gboolean             is_dead;
};

static gboolean
is_sound (GstBuffer *buffer)
{
  GstMapInfo map;
  gboolean found = FALSE;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return FALSE;
  for (gsize i = 0; i < map.size / sizeof (gint16) && !found; i++)
    found = ABS (((const gint16 *) map.data)[i]) > SILENT_SAMPLE;
  gst_buffer_unmap (buffer, &map);
  return found;
}

static gboolean
is_bright (GstVideoFrame *frame)
{
  const guint8 *line = GST_VIDEO_FRAME_PLANE_DATA (frame, 0);
  guint64 sum = 0;
  guint n = 0;
  guint8 peak = 0;

  for (int y = 0; y < GST_VIDEO_FRAME_HEIGHT (frame); y += PIXEL_STEP)
    for (int x = 0; x < GST_VIDEO_FRAME_WIDTH (frame); x += PIXEL_STEP, n++) {
      guint8 luma = line[y * GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0) + x];

      sum += luma;
      peak = MAX (peak, luma);
    }
  return n > 0 && (sum / n > BLACK_MEAN || peak > BLACK_PEAK);
}

static gboolean
is_picture (GstPad *pad, GstBuffer *buffer)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstVideoInfo info;
  GstVideoFrame frame;
  gboolean found;

  if (caps == NULL || !gst_video_info_from_caps (&info, caps) || !gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ))
    return FALSE;
  found = is_bright (&frame);
  gst_video_frame_unmap (&frame);
  return found;
}

/* Streaming thread. */
static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Sense *sense = data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

  if (g_atomic_int_get (&sense->is_alive))
    return GST_PAD_PROBE_OK;
  if (sense->kind == YONDER_DEVICE_MICROPHONE)
    g_atomic_int_set (&sense->is_alive, is_sound (buffer));
  else if (g_atomic_int_compare_and_exchange (&sense->is_asked, TRUE, FALSE))
    g_atomic_int_set (&sense->is_alive, is_picture (pad, buffer));
  return GST_PAD_PROBE_OK;
}

static void
set_dead (YonderInputWatch *self, gboolean is_dead)
{
  if (self->is_dead == is_dead)
    return;

  self->is_dead = is_dead;
  self->function (self->kind, is_dead, self->user_data);
}

static gboolean
on_look (gpointer data)
{
  YonderInputWatch *self = data;
  guint limit = self->kind == YONDER_DEVICE_MICROPHONE ? SILENT_LOOKS : BLACK_LOOKS;

  self->timer = yonder_clock_add (self->clock, LOOK_MS, on_look, self, NULL);
  if (g_atomic_int_compare_and_exchange (&self->sense->is_alive, TRUE, FALSE))
    self->n_dead_looks = 0;
  else
    self->n_dead_looks++;
  g_atomic_int_set (&self->sense->is_asked, TRUE);
  set_dead (self, self->n_dead_looks >= limit);
  return G_SOURCE_REMOVE;
}

static void
sense_unref (gpointer sense)
{
  g_atomic_rc_box_release (sense);
}

void
yonder_input_watch_follow (YonderInputWatch *self, GstPad *pad)
{
  yonder_clock_clear (self->clock, &self->timer);
  if (self->pad != NULL)
    gst_pad_remove_probe (self->pad, self->probe);
  gst_clear_object (&self->pad);
  g_clear_pointer (&self->sense, sense_unref);
  self->n_dead_looks = 0;
  set_dead (self, FALSE);
  if (pad == NULL)
    return;

  self->pad = gst_object_ref (pad);
  self->sense = g_atomic_rc_box_new0 (Sense);
  self->sense->kind = self->kind;
  self->sense->is_asked = TRUE;
  self->probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, g_atomic_rc_box_acquire (self->sense), sense_unref);
  self->timer = yonder_clock_add (self->clock, LOOK_MS, on_look, self, NULL);
}

YonderInputWatch *
yonder_input_watch_new (YonderDeviceKind kind, YonderClock *clock, YonderInputWatchFunc function, gpointer user_data)
{
  YonderInputWatch *self = g_new0 (YonderInputWatch, 1);

  self->kind = kind;
  self->clock = g_object_ref (clock);
  self->function = function;
  self->user_data = user_data;
  return self;
}

/* Nothing is told any more. */
void
yonder_input_watch_free (YonderInputWatch *self)
{
  self->is_dead = FALSE;
  yonder_input_watch_follow (self, NULL);
  g_object_unref (self->clock);
  g_free (self);
}
