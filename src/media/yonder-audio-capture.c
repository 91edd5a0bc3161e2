/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-audio-capture.h"

#include "yonder-elements.h"
#include "yonder-source-slot.h"

struct _YonderAudioCapture {
  GObject parent_instance;

  /* owned */
  GstElement      *bin; /* in the pipeline */
  YonderSourceSlot slot;

  /* borrowed: of the bin */
  GstElement      *mute;
  GstElement      *encoder;
  GstElement      *encoded;

  int              loss_percent;
};

G_DEFINE_FINAL_TYPE (YonderAudioCapture, yonder_audio_capture, G_TYPE_OBJECT)

static void
yonder_audio_capture_finalize (GObject *object)
{
  YonderAudioCapture *self = YONDER_AUDIO_CAPTURE (object);

  yonder_source_slot_clear (&self->slot);
  g_clear_object (&self->bin);

  G_OBJECT_CLASS (yonder_audio_capture_parent_class)->finalize (object);
}

static void
yonder_audio_capture_class_init (YonderAudioCaptureClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_audio_capture_finalize;
}

static void
yonder_audio_capture_init (YonderAudioCapture *self)
{
}

YonderAudioCapture *
yonder_audio_capture_new (GstElement *pipeline, GError **error)
{
  g_autoptr (YonderAudioCapture) self = g_object_new (YONDER_TYPE_AUDIO_CAPTURE, NULL);
  GstElement *bin;

  bin = yonder_bin_parse ("audio-capture",
                          "input-selector name=selector sync-streams=false ! volume name=mute "
                          "! opusenc name=encoder audio-type=voice frame-size=20 inband-fec=true bitrate=" G_STRINGIFY (YONDER_AUDIO_BITRATE_BPS)
                          " ! tee name=encoded allow-not-linked=true", FALSE, error);
  if (bin == NULL)
    return NULL;

  self->bin = gst_object_ref_sink (bin);
  yonder_source_slot_init (&self->slot, pipeline, bin, yonder_bin_get (bin, "selector"));
  self->mute = yonder_bin_get (bin, "mute");
  self->encoder = yonder_bin_get (bin, "encoder");
  self->encoded = yonder_bin_get (bin, "encoded");
  gst_bin_add (GST_BIN (pipeline), bin);
  return g_steal_pointer (&self);
}

/* See yonder_video_capture_swap_source(). */
GstElement *
yonder_audio_capture_swap_source (YonderAudioCapture *self, GstElement *source)
{
  return yonder_source_slot_swap (&self->slot, source);
}

GstElement *
yonder_audio_capture_get_source (YonderAudioCapture *self)
{
  return self->slot.source;
}

GstPad *
yonder_audio_capture_dup_raw_pad (YonderAudioCapture *self)
{
  return gst_element_get_static_pad (self->mute, "src");
}

/* @entry: where Opus packets are to go. Returns: (transfer full): where they come out, for yonder_audio_capture_close_output() */
GstPad *
yonder_audio_capture_open_output (YonderAudioCapture *self, GstPad *entry)
{
  GstPad *output = yonder_tee_open (self->bin);

  gst_pad_link_full (output, entry, YONDER_LINK_UNCHECKED);
  g_object_unref (yonder_tee_lead_to (self->encoded, output));
  return output;
}

void
yonder_audio_capture_close_output (YonderAudioCapture *self, GstPad *output)
{
  yonder_tee_close (self->bin, self->encoded, output);
}

/* Muted, silence is sent: the peer hears that the line is up, and nothing else changes. */
void
yonder_audio_capture_set_muted (YonderAudioCapture *self, gboolean muted)
{
  g_object_set (self->mute, "mute", muted, NULL);
}

/* How much gets lost on the way, 0 to 1: Opus puts so much of each frame into the next one (RFC 6716 section 2.1.7). */
void
yonder_audio_capture_set_loss (YonderAudioCapture *self, double loss)
{
  int percent = CLAMP ((int) (loss * 100.0 + 0.5), 0, 30);

  if (percent == self->loss_percent)
    return;

  self->loss_percent = percent;
  g_object_set (self->encoder, "packet-loss-percentage", percent, NULL);
}
