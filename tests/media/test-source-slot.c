/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One source takes the place of another while data flows. */

#include <gst/gst.h>

#include "yonder-source-slot.h"

#define N_PICTURES 10

static GstElement *
make_source (void)
{
  g_autoptr (GError) error = NULL;
  GstElement *source = gst_parse_bin_from_description ("videotestsrc is-live=true name=picture", FALSE, &error);
  g_autoptr (GstElement) picture = gst_bin_get_by_name (GST_BIN (source), "picture");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (picture, "src");

  g_assert_no_error (error);
  gst_element_add_pad (source, gst_ghost_pad_new ("src", pad));
  return source;
}

static GstPadProbeReturn
count (GstPad *pad, GstPadProbeInfo *info, gpointer n_pictures)
{
  g_atomic_int_inc ((gint *) n_pictures);
  return GST_PAD_PROBE_OK;
}

/* Waits until @source has given some; nobody may complain meanwhile. */
static void
await_pictures (GstElement *pipeline, GstElement *source)
{
  g_autoptr (GstElement) picture = gst_bin_get_by_name (GST_BIN (source), "picture");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (picture, "src");
  g_autoptr (GstBus) bus = gst_pipeline_get_bus (GST_PIPELINE (pipeline));
  g_autoptr (GstMessage) message = NULL;
  gint n_pictures = 0;
  gulong probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, count, &n_pictures, NULL);

  while (message == NULL && g_atomic_int_get (&n_pictures) < N_PICTURES)
    message = gst_bus_timed_pop_filtered (bus, GST_SECOND / 30, GST_MESSAGE_ERROR);
  g_assert_null (message);
  gst_pad_remove_probe (pad, probe);
}

/* A device that takes long to stop gives pictures until it has. */
static void
test_old_source_goes_on (void)
{
  g_autoptr (GstElement) pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  GstElement *bin = gst_parse_bin_from_description ("input-selector name=selector ! fakesink", FALSE, NULL);
  g_autoptr (GstElement) selector = gst_bin_get_by_name (GST_BIN (bin), "selector");
  g_autoptr (GstElement) old = NULL;
  YonderSourceSlot slot;

  gst_bin_add (GST_BIN (pipeline), bin);
  yonder_source_slot_init (&slot, pipeline, bin, selector);
  g_assert_null (yonder_source_slot_swap (&slot, make_source ()));
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  await_pictures (pipeline, slot.source);

  old = yonder_source_slot_swap (&slot, make_source ());
  await_pictures (pipeline, old);
  await_pictures (pipeline, slot.source);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  yonder_source_slot_clear (&slot);
}

int
main (int argc, char *argv[])
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/source-slot/old-source-goes-on", test_old_source_goes_on);

  return g_test_run ();
}
