/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the processor draws, pictures come to GTK in the size in which they are shown. Needs a screen, and GSK_RENDERER=cairo. */

#include <gst/gst.h>
#include <gtk/gtk.h>

#include "yonder-fitted-paintable.h"
#include "yonder-video-sink.h"

typedef struct {
  GstElement   *pipeline;
  GstElement   *size;    /* borrowed: a capsfilter, what is sent */
  GstElement   *sink;    /* of GTK */
  GdkPaintable *picture;
  GtkWindow    *window;
  int           width, height; /* in which it is drawn */
} Fixture;

/* As a widget does with each picture. */
static void
draw (Fixture *self)
{
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();

  gdk_paintable_snapshot (self->picture, snapshot, self->width, self->height);
}

static void
set_sent (Fixture *self, int width, int height)
{
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "I420", "width", G_TYPE_INT, width,
                                                  "height", G_TYPE_INT, height, NULL);

  g_object_set (self->size, "caps", caps, NULL);
}

static GstElement *
find_sink (GstElement *bin)
{
  g_autoptr (GstIterator) sinks = gst_bin_iterate_sinks (GST_BIN (bin));
  g_auto (GValue) item = G_VALUE_INIT;

  g_assert_cmpint (gst_iterator_next (sinks, &item), ==, GST_ITERATOR_OK);
  return g_value_dup_object (&item);
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    g_error ("%s", error->message);
  }
  return G_SOURCE_CONTINUE;
}

static void
fixture_set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GError) error = NULL;
  GstElement *bin = yonder_video_sink_new (TRUE, &self->picture, &error);
  GstElement *source;

  g_assert_no_error (error);
  source = gst_parse_bin_from_description ("videotestsrc is-live=true ! capsfilter name=size", TRUE, &error);
  g_assert_no_error (error);
  self->size = gst_bin_get_by_name (GST_BIN (source), "size");
  g_object_unref (self->size);
  self->sink = find_sink (bin);
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  bus = gst_pipeline_get_bus (GST_PIPELINE (self->pipeline));
  gst_bus_add_watch (bus, on_message, NULL);
  gst_bin_add_many (GST_BIN (self->pipeline), source, bin, NULL);
  g_assert_true (gst_element_link (source, bin));
  set_sent (self, 1280, 720);

  self->width = 400;
  self->height = 225;
  g_signal_connect_swapped (self->picture, "invalidate-contents", G_CALLBACK (draw), self);
  self->window = GTK_WINDOW (gtk_window_new ());
  gtk_window_present (self->window);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

static void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  g_autoptr (GstBus) bus = gst_pipeline_get_bus (GST_PIPELINE (self->pipeline));

  gst_bus_remove_watch (bus);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_signal_handlers_disconnect_by_data (self->picture, self);
  g_object_unref (self->picture);
  gtk_window_destroy (self->window);
  gst_object_unref (self->sink);
  gst_object_unref (self->pipeline);
}

/* Waits until what comes to GTK has this size, which it must have in the end, or the test does not. */
static void
await_drawn (Fixture *self, int width, int height)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->sink, "sink");
  int is_width = 0, is_height = 0;

  while (is_width != width || is_height != height) {
    g_autoptr (GstCaps) caps = NULL;

    g_main_context_iteration (NULL, TRUE);
    caps = gst_pad_get_current_caps (pad);
    if (caps != NULL)
      gst_structure_get (gst_caps_get_structure (caps, 0), "width", G_TYPE_INT, &is_width, "height", G_TYPE_INT, &is_height, NULL);
  }
}

static void
await_told (Fixture *self, int width, int height)
{
  while (gdk_paintable_get_intrinsic_width (self->picture) != width || gdk_paintable_get_intrinsic_height (self->picture) != height)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_shown_small (Fixture *self, gconstpointer data)
{
  await_drawn (self, 400, 225);
  await_told (self, 1280, 720);
}

static void
test_grows_and_shrinks (Fixture *self, gconstpointer data)
{
  await_drawn (self, 400, 225);
  self->width = 600;
  self->height = 338;
  await_drawn (self, 600, 338);
  self->width = 320;
  self->height = 180;
  await_drawn (self, 320, 180);
  await_told (self, 1280, 720);
}

/* Larger than it is sent GTK makes it. */
static void
test_never_larger (Fixture *self, gconstpointer data)
{
  await_drawn (self, 400, 225);
  set_sent (self, 320, 180);
  await_drawn (self, 320, 180);
  await_told (self, 320, 180);
}

/* A sender that adapts to its path changes the shape too. */
static void
test_sent_otherwise (Fixture *self, gconstpointer data)
{
  await_drawn (self, 400, 225);
  set_sent (self, 800, 600);
  await_told (self, 800, 600);
  self->width = 300;
  await_drawn (self, 300, 225);
  await_told (self, 800, 600);
}

/* As the main thread does, while pictures in another size are between the scaler and the filter. */
static GstPadProbeReturn
want_smaller (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  g_autoptr (GstElement) filter = gst_pad_get_parent_element (pad);
  g_autoptr (GstCaps) caps = gst_caps_from_string ("video/x-raw, format=BGRA, width=320, height=180");

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;
  g_object_set (filter, "caps", caps, NULL);
  return GST_PAD_PROBE_REMOVE;
}

/* What is on its way in one size when another one is wanted is no mistake, of which the sender would have to hear. */
static void
test_on_its_way (Fixture *self, gconstpointer data)
{
  g_autoptr (GstPad) last = gst_element_get_static_pad (self->sink, "sink");
  g_autoptr (GstPad) exit = gst_pad_get_peer (last);
  g_autoptr (GstElement) filter = gst_pad_get_parent_element (exit);
  g_autoptr (GstPad) entry = gst_element_get_static_pad (filter, "sink");

  await_drawn (self, 400, 225);
  gst_pad_add_probe (entry, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, want_smaller, NULL, NULL);
  self->width = 600;
  await_drawn (self, 320, 180);
}

/* Pixels that are not square have another size on the screen than they are many. */
static void
test_wide_pixels (Fixture *self, gconstpointer data)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string ("video/x-raw,format=I420,width=640,height=720,pixel-aspect-ratio=2/1");

  await_drawn (self, 400, 225); /* the source takes no other caps while it agrees on its first ones */
  g_object_set (self->size, "caps", caps, NULL);
  await_told (self, 1280, 720);
  await_drawn (self, 640, 720);
}

static void
test_whole_for_once (Fixture *self, gconstpointer data)
{
  await_drawn (self, 400, 225);
  while (!yonder_fitted_paintable_draw_whole (YONDER_FITTED_PAINTABLE (self->picture)))
    g_main_context_iteration (NULL, TRUE);
  await_drawn (self, 1280, 720);
  await_drawn (self, 400, 225);
}

/* The second of the seven bars of the test picture is yellow. */
static void
test_colours (Fixture *self, gconstpointer data)
{
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  cairo_surface_t *surface;
  cairo_t *cr;
  guint32 pixel;

  await_drawn (self, 400, 225);
  gdk_paintable_snapshot (self->picture, snapshot, 400, 225);
  node = gtk_snapshot_to_node (snapshot);
  g_assert_cmpint (gsk_render_node_get_node_type (node), ==, GSK_TEXTURE_NODE);
  g_assert_cmpint (gdk_texture_get_format (gsk_texture_node_get_texture (node)), ==, GDK_MEMORY_B8G8R8A8_PREMULTIPLIED);

  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 400, 225);
  cr = cairo_create (surface);
  gsk_render_node_draw (node, cr);
  cairo_surface_flush (surface);
  pixel = ((guint32 *) (cairo_image_surface_get_data (surface) + 50 * cairo_image_surface_get_stride (surface)))[400 * 3 / 14];
  g_assert_cmphex (pixel >> 24, ==, 0xff);
  g_assert_cmpint (pixel >> 16 & 0xff, >, 150);
  g_assert_cmpint (pixel >> 8 & 0xff, >, 150);
  g_assert_cmpint (pixel & 0xff, <, 50);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

static void
count (GdkPaintable *picture, guint *n)
{
  *n += 1;
}

/* A picture that nothing follows, as of a shared screen on which nothing moves: it is drawn, if a moment after the page around it. */
static void
test_only_one (Fixture *self, gconstpointer data)
{
  static const guint32 pixels[4 * 4];
  g_autoptr (GBytes) bytes = g_bytes_new_static (pixels, sizeof pixels);
  g_autoptr (GdkTexture) texture = gdk_memory_texture_new (4, 4, GDK_MEMORY_B8G8R8A8_PREMULTIPLIED, bytes, 4 * sizeof *pixels);
  g_autoptr (GstElement) filter = gst_object_ref_sink (gst_element_factory_make ("capsfilter", NULL));
  g_autoptr (GstPad) entry = gst_element_get_static_pad (filter, "sink");
  g_autoptr (GdkPaintable) picture = yonder_fitted_paintable_new (GDK_PAINTABLE (texture), entry, filter);
  g_autoptr (GskRenderNode) node = NULL;
  guint n_told = 0;

  g_signal_connect (picture, "invalidate-contents", G_CALLBACK (count), &n_told);
  for (guint i = 0; i < 2 && node == NULL; i++) {
    g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();

    gdk_paintable_snapshot (picture, snapshot, 4, 4);
    node = gtk_snapshot_to_node (snapshot);
    while (node == NULL && n_told == 0)
      g_main_context_iteration (NULL, TRUE);
  }
  g_assert_nonnull (node);
}

int
main (int argc, char *argv[])
{
  gst_init (NULL, NULL);
  g_test_init (&argc, &argv, NULL);
  gtk_init ();

#define ADD(name, function) g_test_add ("/ui/fitted-paintable/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)
  ADD ("shown-small", test_shown_small);
  ADD ("grows-and-shrinks", test_grows_and_shrinks);
  ADD ("never-larger", test_never_larger);
  ADD ("sent-otherwise", test_sent_otherwise);
  ADD ("on-its-way", test_on_its_way);
  ADD ("wide-pixels", test_wide_pixels);
  ADD ("whole-for-once", test_whole_for_once);
  ADD ("only-one", test_only_one);
  ADD ("colours", test_colours);

  return g_test_run ();
}
