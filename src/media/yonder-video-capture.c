/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-video-capture.h"

#include "yonder-source-slot.h"
#include "yonder-video-encoder.h"

struct _YonderVideoCapture {
  GObject parent_instance;

  /* owned */
  GstElement         *bin;    /* in the pipeline */
  YonderSourceSlot    slot;
  YonderVideoEncoder *encoder;
  GstPad             *encoder_pad; /* of the tee of raw pictures, to the encoder */
  YonderMediaConfig   config;

  /* borrowed */
  GstElement         *raw;    /* the tee, of the bin */
  YonderTeardown     *teardown;

  guint               bitrate_bps; /* 0: not yet said */
  YonderVideoSize     full;        /* of the source */
  YonderVideoContent  content;
};

G_DEFINE_FINAL_TYPE (YonderVideoCapture, yonder_video_capture, G_TYPE_OBJECT)

/* The streaming thread of the source. Whatever goes wrong in the view, what is sent goes on: the queue would answer each picture with the
 * mistake of one of them, and the tee would stop the source. */
static GstPadProbeReturn
drop_where_broken (GstPad *entry, GstPadProbeInfo *info, gpointer exit)
{
  return gst_pad_get_last_flow_return (exit) < GST_FLOW_EOS ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

static gboolean
add_self_view (YonderVideoCapture *self, GstElement *sink, GError **error)
{
  g_autoptr (GstElement) branch = NULL;
  g_autoptr (GstPad) pad = NULL;
  GstElement *queue, *last;

  branch = yonder_bin_parse ("self-view", "queue name=queue leaky=downstream max-size-buffers=1 ! videoconvert name=last", FALSE, error);
  if (branch == NULL)
    return FALSE;

  gst_object_ref_sink (branch);
  yonder_sink_configure (sink, FALSE);
  gst_bin_add (GST_BIN (branch), sink);
  last = yonder_bin_get (branch, "last");
  if (!gst_element_link_pads_full (last, "src", sink, "sink", YONDER_LINK_UNCHECKED)) {
    g_set_error (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FAILED, "The self view takes no pictures");
    return FALSE;
  }
  queue = yonder_bin_get (branch, "queue");
  pad = gst_element_get_static_pad (queue, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, drop_where_broken, gst_element_get_static_pad (queue, "src"), gst_object_unref);
  gst_element_add_pad (branch, gst_ghost_pad_new ("sink", pad));
  gst_bin_add (GST_BIN (self->bin), branch);
  return gst_element_link_pads_full (self->raw, "src_%u", branch, "sink", YONDER_LINK_UNCHECKED);
}

static void
yonder_video_capture_finalize (GObject *object)
{
  YonderVideoCapture *self = YONDER_VIDEO_CAPTURE (object);

  yonder_source_slot_clear (&self->slot);
  g_clear_object (&self->encoder_pad);
  g_clear_pointer (&self->encoder, yonder_video_encoder_free);
  g_clear_object (&self->bin);
  yonder_media_config_clear (&self->config);

  G_OBJECT_CLASS (yonder_video_capture_parent_class)->finalize (object);
}

static void
yonder_video_capture_class_init (YonderVideoCaptureClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_video_capture_finalize;
}

static void
yonder_video_capture_init (YonderVideoCapture *self)
{
}

static gboolean
add_encoder (YonderVideoCapture *self, YonderVideoCodec codec, GError **error)
{
  YonderVideoEncoder *encoder = yonder_video_encoder_new (codec, &self->config, error);
  g_autoptr (GstPad) sink = NULL;

  if (encoder == NULL)
    return FALSE;

  self->encoder = encoder;
  yonder_video_encoder_set_full (encoder, &self->full, self->content);
  if (self->bitrate_bps > 0)
    yonder_video_encoder_set_bitrate (encoder, self->bitrate_bps);
  gst_bin_add (GST_BIN (self->bin), yonder_video_encoder_get_bin (encoder));
  sink = gst_element_get_static_pad (yonder_video_encoder_get_bin (encoder), "sink");
  gst_element_sync_state_with_parent (yonder_video_encoder_get_bin (encoder));
  self->encoder_pad = yonder_tee_lead_to (self->raw, sink);
  return TRUE;
}

/* A picture on its way at this moment may still arrive: the tee does not mind what becomes of it. */
static void
remove_encoder (YonderVideoCapture *self)
{
  g_autoptr (YonderVideoEncoder) encoder = g_steal_pointer (&self->encoder);
  g_autoptr (GstPad) pad = g_steal_pointer (&self->encoder_pad);
  g_autoptr (GstPad) sink = gst_pad_get_peer (pad);

  gst_pad_unlink (pad, sink);
  gst_element_release_request_pad (self->raw, pad);
  yonder_teardown_drop (self->teardown, gst_object_ref (yonder_video_encoder_get_bin (encoder)));
}

YonderVideoCapture *
yonder_video_capture_new (GstElement *pipeline, YonderTeardown *teardown, const YonderMediaConfig *config, GstElement *self_view,
                          GError **error)
{
  g_autoptr (YonderVideoCapture) self = g_object_new (YONDER_TYPE_VIDEO_CAPTURE, NULL);
  g_autoptr (GstElement) sink = self_view != NULL ? gst_object_ref_sink (self_view) : NULL;
  GstElement *bin;

  bin = yonder_bin_parse ("video-capture", "input-selector name=selector sync-streams=false ! tee name=raw allow-not-linked=true", FALSE, error);
  if (bin == NULL)
    return NULL;

  self->bin = gst_object_ref_sink (bin);
  self->teardown = teardown;
  yonder_media_config_copy (&self->config, config);
  self->full = (YonderVideoSize) { config->width_px, config->height_px, config->fps };
  yonder_source_slot_init (&self->slot, pipeline, bin, yonder_bin_get (bin, "selector"));
  self->raw = yonder_bin_get (bin, "raw");
  if (!config->is_preview && !add_encoder (self, YONDER_VIDEO_CODEC_VP8, error))
    return NULL;
  if (sink != NULL && !add_self_view (self, sink, error))
    return NULL;

  gst_bin_add (GST_BIN (pipeline), bin);
  return g_steal_pointer (&self);
}

/**
 * yonder_video_capture_swap_source:
 * @self: the capture
 * @source: (transfer floating): a source bin of yonder-media-source.h, of which READY may have been reached already
 *
 * Lets @source take the place of the one there is. What is sent goes on without a new negotiation, from a key frame.
 *
 * Returns: (transfer full) (nullable): the old source, unlinked but not stopped (yonder_teardown_drop())
 */
GstElement *
yonder_video_capture_swap_source (YonderVideoCapture *self, GstElement *source)
{
  GstElement *old = yonder_source_slot_swap (&self->slot, source);

  yonder_video_capture_force_keyframe (self);
  return old;
}

GstElement *
yonder_video_capture_get_source (YonderVideoCapture *self)
{
  return self->slot.source;
}

/* @full: what the source gives, where that is not what the configuration says; see yonder_video_encoder_set_full() */
void
yonder_video_capture_set_full (YonderVideoCapture *self, const YonderVideoSize *full, YonderVideoContent content)
{
  self->full = *full;
  self->content = content;
  if (self->encoder != NULL)
    yonder_video_encoder_set_full (self->encoder, full, content);
}

/**
 * yonder_video_capture_open_output:
 * @self: the capture
 * @codec: what is wanted
 * @limits: what the peer takes of it
 * @entry: where encoded frames are to go
 * @error: return location for a [error@Yonder.MediaError]
 *
 * Makes way for a peer connection. With another codec than before the encoder is replaced; no other output may be open then.
 *
 * Returns: (transfer full) (nullable): where they come out, for yonder_video_capture_close_output()
 */
GstPad *
yonder_video_capture_open_output (YonderVideoCapture *self, YonderVideoCodec codec, const YonderVideoLimits *limits, GstPad *entry,
                                  GError **error)
{
  g_autoptr (GstPad) inner = NULL;
  GstPad *output;

  if (self->encoder != NULL && yonder_video_encoder_get_codec (self->encoder) != codec)
    remove_encoder (self);
  if (self->encoder == NULL && !add_encoder (self, codec, error))
    return NULL;
  yonder_video_encoder_set_limits (self->encoder, limits);
  inner = yonder_tee_open (yonder_video_encoder_get_bin (self->encoder));
  output = yonder_tee_open (self->bin);
  gst_pad_link_full (output, entry, YONDER_LINK_UNCHECKED);
  gst_ghost_pad_set_target (GST_GHOST_PAD (output), inner);
  g_object_unref (yonder_tee_lead_to (yonder_video_encoder_get_tee (self->encoder), inner));
  return output;
}

void
yonder_video_capture_close_output (YonderVideoCapture *self, GstPad *output)
{
  GstPad *inner = gst_ghost_pad_get_target (GST_GHOST_PAD (output));
  GstPad *peer = gst_pad_get_peer (output);

  if (peer != NULL) {
    gst_pad_unlink (output, peer);
    gst_object_unref (peer);
  }
  gst_ghost_pad_set_target (GST_GHOST_PAD (output), NULL);
  gst_element_remove_pad (self->bin, output);
  gst_object_unref (output);
  yonder_tee_close (yonder_video_encoder_get_bin (self->encoder), yonder_video_encoder_get_tee (self->encoder), inner);
}

/* @bps: what the encoder may use, bits per second; see yonder_video_encoder_set_bitrate() */
void
yonder_video_capture_set_bitrate (YonderVideoCapture *self, guint bps)
{
  self->bitrate_bps = bps;
  if (self->encoder != NULL)
    yonder_video_encoder_set_bitrate (self->encoder, bps);
}

/* The next frame is one that a decoder can begin with. */
void
yonder_video_capture_force_keyframe (YonderVideoCapture *self)
{
  if (self->encoder != NULL)
    yonder_video_encoder_force_keyframe (self->encoder);
}

/* Returns: encoded frames of the last second */
double
yonder_video_capture_get_fps (YonderVideoCapture *self)
{
  return self->encoder != NULL ? yonder_video_encoder_get_fps (self->encoder) : 0.0;
}
