/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-portrait.h"

#include <string.h>

/* chosen: the largest portrait, on a screen with twice the pixels */
#define SIDE 256
/* chosen: a picture takes 64 MB while it is decoded; a file of a few bytes can be of more pixels than there is memory */
#define MAX_SIDE 4096
/* so that little was decoded when it turns out to be too large */
#define PIECE 4096
/* on the file: what came of decoding it, for all that show it later */
#define TEXTURE "yonder-texture"

struct _YonderPortrait
{
  AdwBin         parent_instance;

  YonderContact *contact; /* (nullable) */
  AdwAvatar     *avatar;
  GSignalGroup  *signals;
};

G_DEFINE_FINAL_TYPE (YonderPortrait, yonder_portrait, ADW_TYPE_BIN)

enum {
  PROP_CONTACT = 1,
  PROP_SIZE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* Decoding, in a thread */

static gboolean
is_at (const guint8 *data, gsize length, gsize place, const char *what)
{
  return place <= length && length - place >= strlen (what) && memcmp (data + place, what, strlen (what)) == 0;
}

/* (nullable): the format by its first bytes; others are not tried, as they come from anybody on the server. GdkPixbuf takes a PNG that is torn
 * off for a whole one, with whatever was in its memory: such a one has no chunk IEND as its last, which is 12 bytes long. */
static const char *
find_format (const guint8 *data, gsize length)
{
  if (is_at (data, length, 0, "\x89PNG\r\n\x1a\n"))
    return is_at (data, length, length - 8, "IEND") ? "png" : NULL;
  if (is_at (data, length, 0, "\xff\xd8\xff"))
    return "jpeg";
  return is_at (data, length, 0, "GIF8") ? "gif" : NULL;
}

static void
on_size (GdkPixbufLoader *loader, int width, int height, gboolean *is_too_large)
{
  double scale = (double) SIDE / MAX (1, MIN (width, height));

  *is_too_large = width > MAX_SIDE || height > MAX_SIDE;
  if (!*is_too_large && scale < 1)
    gdk_pixbuf_loader_set_size (loader, MAX (1, (int) (width * scale)), MAX (1, (int) (height * scale)));
}

static gboolean
feed (GdkPixbufLoader *loader, const guint8 *data, gsize length, GError **error)
{
  gboolean is_too_large = FALSE, is_good = TRUE;

  g_signal_connect (loader, "size-prepared", G_CALLBACK (on_size), &is_too_large);
  for (gsize done = 0; is_good && done < length; done += MIN (PIECE, length - done)) {
    is_good = gdk_pixbuf_loader_write (loader, data + done, MIN (PIECE, length - done), error);
    if (is_good && is_too_large) {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "it has too many pixels");
      is_good = FALSE;
    }
  }
  if (!gdk_pixbuf_loader_close (loader, is_good ? error : NULL))
    is_good = FALSE;
  g_signal_handlers_disconnect_by_data (loader, &is_too_large);
  return is_good;
}

static GdkTexture *
texture_of_pixbuf (GdkPixbuf *pixbuf)
{
  g_autoptr (GBytes) bytes = gdk_pixbuf_read_pixel_bytes (pixbuf);
  GdkMemoryFormat format = gdk_pixbuf_get_has_alpha (pixbuf) ? GDK_MEMORY_R8G8B8A8 : GDK_MEMORY_R8G8B8;

  return gdk_memory_texture_new (gdk_pixbuf_get_width (pixbuf), gdk_pixbuf_get_height (pixbuf), format, bytes,
                                 (gsize) gdk_pixbuf_get_rowstride (pixbuf));
}

static void
decode (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (g_bytes_icon_get_bytes (task_data), &length);
  const char *format = find_format (data, length);
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbufLoader) loader = format != NULL ? gdk_pixbuf_loader_new_with_type (format, &error) : NULL;

  if (loader != NULL && feed (loader, data, length, &error) && gdk_pixbuf_loader_get_pixbuf (loader) != NULL)
    g_task_return_pointer (task, texture_of_pixbuf (gdk_pixbuf_loader_get_pixbuf (loader)), g_object_unref);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s", error != NULL ? error->message : "it is of another format");
}

/* Showing */

static void
show_picture (YonderPortrait *self)
{
  GBytesIcon *picture = self->contact != NULL ? yonder_contact_get_picture (self->contact) : NULL;

  adw_avatar_set_custom_image (self->avatar, picture != NULL ? g_object_get_data (G_OBJECT (picture), TEXTURE) : NULL);
}

static void
on_decoded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = g_task_propagate_pointer (G_TASK (result), &error);
  GObject *picture = g_task_get_task_data (G_TASK (result));

  if (texture == NULL) {
    g_info ("A picture cannot be shown: %s", error->message);
    return;
  }
  g_object_set_data_full (picture, TEXTURE, g_steal_pointer (&texture), g_object_unref);
  show_picture (YONDER_PORTRAIT (source));
}

static void
on_picture_changed (YonderPortrait *self)
{
  GBytesIcon *picture = self->contact != NULL ? yonder_contact_get_picture (self->contact) : NULL;
  g_autoptr (GTask) task = NULL;

  show_picture (self);
  if (picture == NULL || g_object_get_data (G_OBJECT (picture), TEXTURE) != NULL)
    return;
  task = g_task_new (self, NULL, on_decoded, NULL);
  g_task_set_source_tag (task, on_picture_changed);
  g_task_set_task_data (task, g_object_ref (picture), g_object_unref);
  g_task_run_in_thread (task, decode);
}

static void
on_name_changed (YonderPortrait *self)
{
  adw_avatar_set_text (self->avatar, self->contact != NULL ? yonder_contact_get_name (self->contact) : NULL);
}

static void
on_avatar_changed (YonderPortrait *self)
{
  if (self->contact != NULL)
    yonder_contact_want_picture (self->contact);
}

static void
set_contact (YonderPortrait *self, YonderContact *contact)
{
  if (!g_set_object (&self->contact, contact))
    return;
  g_signal_group_set_target (self->signals, contact);
  on_name_changed (self);
  on_picture_changed (self);
  on_avatar_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTACT]);
}

static void
yonder_portrait_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YonderPortrait *self = YONDER_PORTRAIT (object);

  switch (prop_id) {
  case PROP_CONTACT:
    g_value_set_object (value, self->contact);
    break;
  case PROP_SIZE:
    g_value_set_int (value, adw_avatar_get_size (self->avatar));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_portrait_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  YonderPortrait *self = YONDER_PORTRAIT (object);

  switch (prop_id) {
  case PROP_CONTACT:
    set_contact (self, g_value_get_object (value));
    break;
  case PROP_SIZE:
    adw_avatar_set_size (self->avatar, g_value_get_int (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_portrait_dispose (GObject *object)
{
  YonderPortrait *self = YONDER_PORTRAIT (object);

  g_clear_object (&self->signals);
  g_clear_object (&self->contact);

  G_OBJECT_CLASS (yonder_portrait_parent_class)->dispose (object);
}

static void
yonder_portrait_class_init (YonderPortraitClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = yonder_portrait_dispose;
  object_class->get_property = yonder_portrait_get_property;
  object_class->set_property = yonder_portrait_set_property;

  properties[PROP_CONTACT] = g_param_spec_object ("contact", NULL, NULL, YONDER_TYPE_CONTACT,
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SIZE] = g_param_spec_int ("size", NULL, NULL, 1, G_MAXINT, 40, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yonder_portrait_init (YonderPortrait *self)
{
  self->avatar = ADW_AVATAR (adw_avatar_new (40, NULL, TRUE));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->avatar));

  self->signals = g_signal_group_new (YONDER_TYPE_CONTACT);
  g_signal_group_connect_object (self->signals, "notify::name", G_CALLBACK (on_name_changed), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->signals, "notify::avatar", G_CALLBACK (on_avatar_changed), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->signals, "notify::picture", G_CALLBACK (on_picture_changed), self, G_CONNECT_SWAPPED);
}
