/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-snapshot.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "yonder-file-words.h"
#include "yonder-file-writer.h"
#include "yonder-fitted-paintable.h"

/* chosen: a picture comes every 33 to 200 ms; where none comes any more the one that is shown is kept */
#define AWAIT_MS 500

/* The data of a task. */
typedef struct {
  GdkPaintable *picture;
  gulong        contents_id; /* while it is awaited in full size */
  guint         timeout_id;
  char         *file_name;
  GdkTexture   *texture; /* (nullable): once it is taken */
  GFile        *file;    /* (nullable): once it is chosen */
} Snapshot;

static void
snapshot_free (gpointer data)
{
  Snapshot *self = data;

  g_clear_signal_handler (&self->contents_id, self->picture);
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_object_unref (self->picture);
  g_clear_object (&self->texture);
  g_clear_object (&self->file);
  g_free (self->file_name);
  g_free (self);
}

/* Returns: (transfer full) (nullable): the picture as it is at this moment */
static GdkTexture *
take_texture (GtkWindow *parent, GdkPaintable *picture)
{
  int width = gdk_paintable_get_intrinsic_width (picture);
  int height = gdk_paintable_get_intrinsic_height (picture);
  GskRenderer *renderer = gtk_native_get_renderer (GTK_NATIVE (parent));
  GtkSnapshot *snapshot;
  g_autoptr (GskRenderNode) node = NULL;

  if (width <= 0 || height <= 0 || renderer == NULL)
    return NULL;
  snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (picture, snapshot, width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  return node != NULL ? gsk_renderer_render_texture (renderer, node, &GRAPHENE_RECT_INIT (0, 0, width, height)) : NULL;
}

/* A name that is a path elsewhere is none here. */
static char *
dup_file_name (const char *name)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *when = g_date_time_format (now, "%Y-%m-%d %H-%M-%S");
  g_autofree char *file_name = g_strdup_printf ("%s %s.png", name, when);

  return g_strdelimit (g_steal_pointer (&file_name), "/\\:", '-');
}

static void
complain (GtkWidget *parent, const char *message)
{
  AdwDialog *dialog = adw_alert_dialog_new (_("The Picture Was Not Saved"), message);

  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _("_Close"));
  adw_dialog_present (dialog, parent);
}

static void
write_png (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Snapshot *self = data;
  g_autoptr (GBytes) png = gdk_texture_save_to_png_bytes (self->texture);
  g_autoptr (GError) error = NULL;

  if (yonder_file_write (self->file, png, G_FILE_CREATE_NONE, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
on_chosen (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  Snapshot *self = g_task_get_task_data (task);

  self->file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (source), result, &error);
  if (self->file != NULL) {
    g_task_run_in_thread (task, write_png);
  } else if (g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_FAILED)) {
    g_task_return_error (task, g_steal_pointer (&error));
  } else {
    /* the user thought better of it, or the window has gone meanwhile */
    g_task_return_boolean (task, FALSE);
  }
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean is_kept = g_task_propagate_boolean (G_TASK (result), &error);

  if (error != NULL)
    complain (GTK_WIDGET (source), yonder_words_for_unsaved_file (error));
  else if (is_kept)
    gtk_accessible_announce (GTK_ACCESSIBLE (source), _("The picture was saved"), GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
ask_for_file (GTask *task)
{
  Snapshot *self = g_task_get_task_data (task);
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  const char *folder = g_get_user_special_dir (G_USER_DIRECTORY_PICTURES);

  gtk_file_dialog_set_title (dialog, _("Save Picture"));
  gtk_file_dialog_set_initial_name (dialog, self->file_name);
  if (folder != NULL) {
    g_autoptr (GFile) pictures = g_file_new_for_path (folder);

    gtk_file_dialog_set_initial_folder (dialog, pictures);
  }
  gtk_file_dialog_save (dialog, g_task_get_source_object (task), NULL, on_chosen, task);
}

static void
take (GTask *task)
{
  Snapshot *self = g_task_get_task_data (task);

  g_clear_signal_handler (&self->contents_id, self->picture);
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  self->texture = take_texture (g_task_get_source_object (task), self->picture);
  if (self->texture != NULL) {
    ask_for_file (task);
  } else {
    complain (g_task_get_source_object (task), _("There is no picture at the moment. Try again once the other side is seen."));
    g_task_return_boolean (task, FALSE);
    g_object_unref (task);
  }
}

static void
on_timeout (gpointer task)
{
  Snapshot *self = g_task_get_task_data (task);

  self->timeout_id = 0;
  take (task);
}

/* One that is made smaller for the window comes as it was sent once it is drawn in that size. */
static void
on_contents (GdkPaintable *picture, GTask *task)
{
  if (yonder_fitted_paintable_draw_whole (YONDER_FITTED_PAINTABLE (picture)))
    take (task);
}

/**
 * yonder_snapshot_save:
 * @parent: the window in which the picture is shown
 * @picture: what to keep, as it is now
 * @name: whose it is, for the file's name
 *
 * Asks where to keep it, below the user's pictures at first, and writes a PNG file. What goes wrong is said in a dialog.
 */
void
yonder_snapshot_save (GtkWindow *parent, GdkPaintable *picture, const char *name)
{
  GTask *task = g_task_new (parent, NULL, on_done, NULL);
  Snapshot *self = g_new0 (Snapshot, 1);

  g_task_set_source_tag (task, yonder_snapshot_save);
  g_task_set_task_data (task, self, snapshot_free);
  self->picture = g_object_ref (picture);
  self->file_name = dup_file_name (name);
  if (YONDER_IS_FITTED_PAINTABLE (picture) && !yonder_fitted_paintable_draw_whole (YONDER_FITTED_PAINTABLE (picture))) {
    self->contents_id = g_signal_connect (picture, "invalidate-contents", G_CALLBACK (on_contents), task);
    self->timeout_id = g_timeout_add_once (AWAIT_MS, on_timeout, task);
  } else {
    take (task);
  }
}
