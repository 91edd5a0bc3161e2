/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-source-slot.h"

#include "yonder-elements.h"

void
yonder_source_slot_init (YonderSourceSlot *self, GstElement *pipeline, GstElement *bin, GstElement *selector)
{
  *self = (YonderSourceSlot) { .pipeline = pipeline, .bin = bin, .selector = selector };
}

static void
release_pad (YonderSourceSlot *self, GstPad *pad)
{
  g_autoptr (GstPad) target = gst_ghost_pad_get_target (GST_GHOST_PAD (pad));

  gst_pad_set_active (pad, FALSE);
  gst_element_remove_pad (self->bin, pad);
  gst_element_release_request_pad (self->selector, target);
}

static GstPadProbeReturn
drop (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  return GST_PAD_PROBE_DROP;
}

/**
 * yonder_source_slot_swap:
 * @self: the slot
 * @source: (transfer floating): a source bin with a pad "src", stopped or READY
 *
 * Lets @source take the place of the one there is and follow the state of the pipeline.
 *
 * Returns: (transfer full) (nullable): the old source, unlinked but not stopped (yonder_teardown_drop()): stopping a device can take a while
 */
GstElement *
yonder_source_slot_swap (YonderSourceSlot *self, GstElement *source)
{
  g_autoptr (GstPad) src = gst_element_get_static_pad (source, "src");
  g_autoptr (GstPad) target = gst_element_request_pad_simple (self->selector, "sink_%u");
  g_autoptr (GstPad) old_pad = g_steal_pointer (&self->pad);
  GstElement *old = g_steal_pointer (&self->source);

  self->source = gst_object_ref_sink (source);
  self->pad = gst_object_ref_sink (gst_ghost_pad_new (GST_OBJECT_NAME (target), target));
  gst_pad_set_active (self->pad, TRUE);
  gst_element_add_pad (self->bin, self->pad);
  gst_bin_add (GST_BIN (self->pipeline), source);
  gst_pad_link_full (src, self->pad, YONDER_LINK_UNCHECKED);
  g_object_set (self->selector, "active-pad", target, NULL);
  gst_element_sync_state_with_parent (source);

  if (old != NULL) {
    g_autoptr (GstPad) old_src = gst_element_get_static_pad (old, "src");

    /* it may give something until it is stopped, and would complain that nobody takes it */
    gst_pad_add_probe (old_src, GST_PAD_PROBE_TYPE_DATA_DOWNSTREAM, drop, NULL, NULL);
    gst_pad_unlink (old_src, old_pad);
    release_pad (self, old_pad);
  }
  return old;
}

void
yonder_source_slot_clear (YonderSourceSlot *self)
{
  g_clear_object (&self->pad);
  g_clear_object (&self->source);
}

/**
 * yonder_tee_open:
 * @bin: a bin in a pipeline
 *
 * Returns: (transfer full): a source pad of @bin without anything behind it, to be linked and given to yonder_tee_lead_to() then
 */
GstPad *
yonder_tee_open (GstElement *bin)
{
  GstPad *output = gst_object_ref_sink (gst_ghost_pad_new_no_target (NULL, GST_PAD_SRC));

  gst_pad_set_active (output, TRUE);
  gst_element_add_pad (bin, output);
  return output;
}

/**
 * yonder_tee_lead_to:
 * @tee: a tee with allow-not-linked
 * @next: a sink pad, or a pad of yonder_tee_open(); what comes after it is linked already
 *
 * Has what passes @tee flow to @next, from now on. Of a pad that is made or linked while something passes, the next one would miss the caps or
 * the segment, and stop all that flows with its complaint; so this waits until nothing passes. What flows from tees ends in queues that give
 * way, so that is not long.
 *
 * Returns: (transfer full): the new source pad of @tee
 */
GstPad *
yonder_tee_lead_to (GstElement *tee, GstPad *next)
{
  g_autoptr (GstPad) sink = gst_element_get_static_pad (tee, "sink");
  GstPad *pad;

  GST_PAD_STREAM_LOCK (sink);
  pad = gst_element_request_pad_simple (tee, "src_%u");
  if (GST_PAD_IS_SRC (next))
    gst_ghost_pad_set_target (GST_GHOST_PAD (next), pad);
  else
    gst_pad_link_full (pad, next, YONDER_LINK_UNCHECKED);
  GST_PAD_STREAM_UNLOCK (sink);
  return pad;
}

/**
 * yonder_tee_close:
 * @bin: the bin
 * @tee: its tee
 * @output: (transfer full): from yonder_tee_open()
 *
 * Unlinks @output while data flows. A buffer on its way at this moment may still arrive; what its receiver says is ignored.
 */
void
yonder_tee_close (GstElement *bin, GstElement *tee, GstPad *output)
{
  g_autoptr (GstPad) target = gst_ghost_pad_get_target (GST_GHOST_PAD (output));
  g_autoptr (GstPad) peer = gst_pad_get_peer (output);

  if (peer != NULL)
    gst_pad_unlink (output, peer);
  gst_element_release_request_pad (tee, target);
  gst_element_remove_pad (bin, output);
  gst_object_unref (output);
}
