/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-fitted-paintable.h"

#include <gtk/gtk.h>
#include <math.h>

#include "yonder-post.h"

/* chosen: half a second; a window that is dragged smaller, or a second and smaller one beside it, does not change the size each time */
#define SHRINK_AFTER_PICTURES 15

struct _YonderFittedPaintable
{
  GObject       parent_instance;

  GdkPaintable *picture;
  GstPad       *entry;    /* where pictures come in as they are sent */
  GstElement   *filter;   /* a capsfilter, with a scaler and a converter ahead of it */
  YonderPost   *post;

  int           width_px, height_px;               /* of the picture as it came; 0: not known yet */
  int           fitted_width_px, fitted_height_px; /* 0: it is not made smaller */
  int           drawn_width_px, drawn_height_px;   /* the largest that was drawn since the last picture */
  guint         n_smaller;                         /* pictures that were all drawn smaller than they are */
  guint         first_drawing;
  gboolean      has_filter;
  gboolean      is_drawn;
};

static void yonder_fitted_paintable_iface_init (GdkPaintableInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderFittedPaintable, yonder_fitted_paintable, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GDK_TYPE_PAINTABLE, yonder_fitted_paintable_iface_init))

/* Returns: device pixels per pixel of GTK's where windows are drawn by the processor; 0 where a graphics processor does it */
static double
get_software_scale (void)
{
  GListModel *windows = gtk_window_get_toplevels ();
  double scale = 0;

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkNative) window = g_list_model_get_item (windows, i);

    if (gtk_native_get_renderer (window) != NULL && GSK_IS_CAIRO_RENDERER (gtk_native_get_renderer (window)))
      scale = MAX (scale, gdk_surface_get_scale (gtk_native_get_surface (window)));
  }
  return scale;
}

static void
set_filter (YonderFittedPaintable *self, int width_px, int height_px)
{
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("video/x-raw", "format", G_TYPE_STRING, "BGRA", NULL);

  if (self->has_filter && width_px == self->fitted_width_px && height_px == self->fitted_height_px)
    return;

  self->has_filter = TRUE;
  self->n_smaller = 0;
  self->fitted_width_px = width_px;
  self->fitted_height_px = height_px;
  if (width_px > 0)
    gst_caps_set_simple (caps, "width", G_TYPE_INT, width_px, "height", G_TYPE_INT, height_px,
                         "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);
  g_object_set (self->filter, "caps", caps, NULL);
}

/* Not so where its pixels are not square, or it is turned: then it is shown at another size than it has. */
static gboolean
comes_as_shown (YonderFittedPaintable *self)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (self->entry);
  int width, height;

  return caps != NULL &&
         gst_structure_get (gst_caps_get_structure (caps, 0), "width", G_TYPE_INT, &width, "height", G_TYPE_INT, &height, NULL) &&
         width == self->width_px && height == self->height_px;
}

/* Larger at once, smaller once it has been drawn smaller for a while. Larger than it came GTK makes it. */
static void
fit (YonderFittedPaintable *self)
{
  gboolean is_smaller = self->fitted_width_px > 0 && self->drawn_width_px < self->fitted_width_px && self->drawn_height_px < self->fitted_height_px;

  if (self->drawn_width_px == 0)
    return;
  self->n_smaller = is_smaller ? self->n_smaller + 1 : 0;
  if (is_smaller && self->n_smaller < SHRINK_AFTER_PICTURES)
    return;

  if (self->drawn_width_px < self->width_px && self->drawn_height_px < self->height_px && comes_as_shown (self))
    set_filter (self, self->drawn_width_px, self->drawn_height_px);
  else
    set_filter (self, 0, 0);
}

static void
on_contents (YonderFittedPaintable *self)
{
  fit (self);
  self->drawn_width_px = 0;
  self->drawn_height_px = 0;
  gdk_paintable_invalidate_contents (GDK_PAINTABLE (self));
}

static void
on_size (YonderFittedPaintable *self)
{
  int width_px = gdk_paintable_get_intrinsic_width (self->picture);
  int height_px = gdk_paintable_get_intrinsic_height (self->picture);

  if (self->fitted_width_px > 0 || (width_px == self->width_px && height_px == self->height_px))
    return;

  self->width_px = width_px;
  self->height_px = height_px;
  gdk_paintable_invalidate_size (GDK_PAINTABLE (self));
}

/* The sender has changed the size: what it is now is known once one has come as it is. */
static void
take_new_caps (gpointer object, gpointer data)
{
  YonderFittedPaintable *self = object;

  if (self->fitted_width_px > 0)
    set_filter (self, 0, 0);
}

/* The streaming thread. */
static void
on_caps (GstPad *entry, GParamSpec *pspec, gpointer post)
{
  yonder_post_send (post, take_new_caps, NULL, NULL);
}

/* Returns: (transfer full) (nullable): the same pixels, said to be multiplied by their opacity already: as they all are opaque, they are the same.
 * %NULL for what is not in the memory as the filter made it. */
static GdkTexture *
premultiply (GdkTexture *texture)
{
  g_autoptr (GdkTextureDownloader) downloader = gdk_texture_downloader_new (texture);
  g_autoptr (GdkMemoryTextureBuilder) builder = gdk_memory_texture_builder_new ();
  g_autoptr (GBytes) pixels = NULL;
  gsize stride;

  if (!GDK_IS_MEMORY_TEXTURE (texture) || gdk_texture_get_format (texture) != GDK_MEMORY_B8G8R8A8)
    return NULL;

  gdk_texture_downloader_set_format (downloader, GDK_MEMORY_B8G8R8A8);
  gdk_texture_downloader_set_color_state (downloader, gdk_texture_get_color_state (texture));
  pixels = gdk_texture_downloader_download_bytes (downloader, &stride); /* the texture's own */
  gdk_memory_texture_builder_set_width (builder, gdk_texture_get_width (texture));
  gdk_memory_texture_builder_set_height (builder, gdk_texture_get_height (texture));
  gdk_memory_texture_builder_set_format (builder, GDK_MEMORY_B8G8R8A8_PREMULTIPLIED);
  gdk_memory_texture_builder_set_color_state (builder, gdk_texture_get_color_state (texture));
  gdk_memory_texture_builder_set_bytes (builder, pixels);
  gdk_memory_texture_builder_set_stride (builder, stride);
  return gdk_memory_texture_builder_build (builder);
}

/* Cairo takes premultiplied pixels alone: GTK would make them, of each picture, on the main thread. */
static void
snapshot_for_cairo (YonderFittedPaintable *self, GtkSnapshot *snapshot, double width, double height)
{
  g_autoptr (GtkSnapshot) drawing = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  gdk_paintable_snapshot (self->picture, drawing, width, height);
  node = gtk_snapshot_to_node (drawing);
  if (node == NULL)
    return;
  if (gsk_render_node_get_node_type (node) == GSK_TEXTURE_NODE)
    texture = premultiply (gsk_texture_node_get_texture (node));
  if (texture != NULL)
    gtk_snapshot_append_texture (snapshot, texture, &GRAPHENE_RECT_INIT (0, 0, width, height));
  else
    gtk_snapshot_append_node (snapshot, node);
}

static gboolean
draw_first (gpointer data)
{
  YonderFittedPaintable *self = data;

  self->first_drawing = 0;
  self->is_drawn = TRUE;
  gdk_paintable_invalidate_contents (GDK_PAINTABLE (self));
  return G_SOURCE_REMOVE;
}

static void
yonder_fitted_paintable_snapshot (GdkPaintable *paintable, GdkSnapshot *snapshot, double width, double height)
{
  YonderFittedPaintable *self = YONDER_FITTED_PAINTABLE (paintable);
  double scale = get_software_scale ();

  if (scale > 0 && !self->is_drawn && self->first_drawing == 0)
    /* the page around it is new as well: the processor draws the two one after the other */
    self->first_drawing = g_idle_add_full (G_PRIORITY_LOW, draw_first, self, NULL);
  else if (scale > 0)
    snapshot_for_cairo (self, GTK_SNAPSHOT (snapshot), width, height);
  else
    gdk_paintable_snapshot (self->picture, snapshot, width, height);
  self->drawn_width_px = MAX (self->drawn_width_px, (int) ceil (width * scale));
  self->drawn_height_px = MAX (self->drawn_height_px, (int) ceil (height * scale));
}

static GdkPaintable *
yonder_fitted_paintable_get_current_image (GdkPaintable *paintable)
{
  return gdk_paintable_get_current_image (YONDER_FITTED_PAINTABLE (paintable)->picture);
}

static int
yonder_fitted_paintable_get_intrinsic_width (GdkPaintable *paintable)
{
  return YONDER_FITTED_PAINTABLE (paintable)->width_px;
}

static int
yonder_fitted_paintable_get_intrinsic_height (GdkPaintable *paintable)
{
  return YONDER_FITTED_PAINTABLE (paintable)->height_px;
}

static void
yonder_fitted_paintable_finalize (GObject *object)
{
  YonderFittedPaintable *self = YONDER_FITTED_PAINTABLE (object);

  /* the caps that it remembers it frees with the mode, not with itself (gstcapsfilter.c) */
  gst_util_set_object_arg (G_OBJECT (self->filter), "caps-change-mode", "immediate");
  g_clear_handle_id (&self->first_drawing, g_source_remove);
  g_signal_handlers_disconnect_by_func (self->entry, on_caps, self->post);
  yonder_post_unref (self->post);
  g_object_unref (self->picture);
  gst_object_unref (self->entry);
  gst_object_unref (self->filter);

  G_OBJECT_CLASS (yonder_fitted_paintable_parent_class)->finalize (object);
}

static void
yonder_fitted_paintable_iface_init (GdkPaintableInterface *iface)
{
  iface->snapshot = yonder_fitted_paintable_snapshot;
  iface->get_current_image = yonder_fitted_paintable_get_current_image;
  iface->get_intrinsic_width = yonder_fitted_paintable_get_intrinsic_width;
  iface->get_intrinsic_height = yonder_fitted_paintable_get_intrinsic_height;
}

static void
yonder_fitted_paintable_class_init (YonderFittedPaintableClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = yonder_fitted_paintable_finalize;
}

static void
yonder_fitted_paintable_init (YonderFittedPaintable *self)
{
  self->post = yonder_post_new (self);
}

/**
 * yonder_fitted_paintable_new:
 * @picture: what the sink draws
 * @entry: where pictures come to the scaler ahead of @filter
 * @filter: a capsfilter right ahead of the sink
 *
 * Returns: (transfer full): the paintable to show instead of @picture
 */
GdkPaintable *
yonder_fitted_paintable_new (GdkPaintable *picture, GstPad *entry, GstElement *filter)
{
  YonderFittedPaintable *self = g_object_new (YONDER_TYPE_FITTED_PAINTABLE, NULL);

  self->picture = g_object_ref (picture);
  self->entry = gst_object_ref (entry);
  self->filter = gst_object_ref (filter);
  /* what is on its way in the size that was wanted before is no mistake, by which all that comes from the same source would stop */
  gst_util_set_object_arg (G_OBJECT (filter), "caps-change-mode", "delayed");
  if (get_software_scale () > 0)
    set_filter (self, 0, 0);
  g_signal_connect_object (picture, "invalidate-contents", G_CALLBACK (on_contents), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (picture, "invalidate-size", G_CALLBACK (on_size), self, G_CONNECT_SWAPPED);
  g_signal_connect_data (entry, "notify::caps", G_CALLBACK (on_caps), yonder_post_ref (self->post), yonder_post_closure_unref, 0);
  return GDK_PAINTABLE (self);
}

/**
 * yonder_fitted_paintable_draw_whole:
 * @self: the paintable
 *
 * Has the next pictures come as they were sent, as if they were drawn that large. To be called again with each until one is.
 *
 * Returns: whether the picture that is there is as it was sent
 */
gboolean
yonder_fitted_paintable_draw_whole (YonderFittedPaintable *self)
{
  g_return_val_if_fail (YONDER_IS_FITTED_PAINTABLE (self), FALSE);

  self->drawn_width_px = MAX (self->drawn_width_px, self->width_px);
  self->drawn_height_px = MAX (self->drawn_height_px, self->height_px);
  return gdk_paintable_get_intrinsic_width (self->picture) == self->width_px &&
         gdk_paintable_get_intrinsic_height (self->picture) == self->height_px;
}
