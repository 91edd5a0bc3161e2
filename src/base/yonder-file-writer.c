/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-file-writer.h"

typedef struct {
  GBytes          *content;
  GFileCreateFlags flags;
} Order;

static void
order_free (gpointer data)
{
  Order *self = data;

  g_bytes_unref (self->content);
  g_free (self);
}

/**
 * yonder_file_write:
 * @file: the file, which may be there
 * @content: what is to be in it
 * @flags: for [method@Gio.File.replace]
 * @cancellable: (nullable): stops it
 * @error: return location for an error
 *
 * Writes a file. Where that fails, what was there before stays as it was, and nothing is left where there was nothing;
 * g_file_replace_contents() of GLib 2.84 would put what it has got so far in its place. Any thread; blocks.
 *
 * Returns: %TRUE, or %FALSE with a [error@Gio.IOErrorEnum]
 */
gboolean
yonder_file_write (GFile *file, GBytes *content, GFileCreateFlags flags, GCancellable *cancellable, GError **error)
{
  gboolean is_new = !g_file_query_exists (file, cancellable);
  g_autoptr (GFileOutputStream) stream = g_file_replace (file, NULL, FALSE, flags, cancellable, error);
  g_autoptr (GCancellable) cancelled = NULL;

  if (stream == NULL)
    return FALSE;
  if (g_output_stream_write_all (G_OUTPUT_STREAM (stream), g_bytes_get_data (content, NULL), g_bytes_get_size (content), NULL,
                                 cancellable, error) &&
      g_output_stream_close (G_OUTPUT_STREAM (stream), cancellable, error))
    return TRUE;

  /* GIO's way to have nothing replaced */
  cancelled = g_cancellable_new ();
  g_cancellable_cancel (cancelled);
  g_output_stream_close (G_OUTPUT_STREAM (stream), cancelled, NULL);
  if (is_new)
    g_file_delete (file, NULL, NULL);
  return FALSE;
}

static void
write_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Order *self = data;
  GError *error = NULL;

  if (yonder_file_write (source, self->content, self->flags, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * yonder_file_write_async:
 * @file: the file, which may be there
 * @content: what is to be in it
 * @flags: for [method@Gio.File.replace]
 * @cancellable: (nullable): stops it
 * @callback: told when it is over, in the thread-default main context
 * @user_data: for @callback
 *
 * As yonder_file_write(), without blocking.
 */
void
yonder_file_write_async (GFile *file, GBytes *content, GFileCreateFlags flags, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (file, cancellable, callback, user_data);
  Order *order = g_new0 (Order, 1);

  order->content = g_bytes_ref (content);
  order->flags = flags;
  g_task_set_source_tag (task, yonder_file_write_async);
  g_task_set_task_data (task, order, order_free);
  g_task_run_in_thread (task, write_in_thread);
}

/**
 * yonder_file_write_finish:
 * @file: the file
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: as yonder_file_write()
 */
gboolean
yonder_file_write_finish (GFile *file, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, file), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
