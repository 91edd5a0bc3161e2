/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-kept-file.h"

/* Shared with the thread that writes, which may outlive the object. */
typedef struct {
  char  *path;
  GMutex disk;    /* held while something is written: one after another */
  GMutex lock;    /* of what follows, never held for long */
  char  *pending; /* (nullable): what shall be in the file and is not yet */
} Store;

struct _YonderKeptFile {
  GObject parent_instance;

  Store *store;
};

G_DEFINE_FINAL_TYPE (YonderKeptFile, yonder_kept_file, G_TYPE_OBJECT)

static void
store_clear (gpointer data)
{
  Store *store = data;

  g_mutex_clear (&store->disk);
  g_mutex_clear (&store->lock);
  g_free (store->path);
  g_free (store->pending);
}

static void
store_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, store_clear);
}

/* Writes the newest text, unless somebody else has done so. On any thread. */
static void
write_pending (Store *store)
{
  g_autoptr (GMutexLocker) on_disk = g_mutex_locker_new (&store->disk);
  g_autofree char *folder = g_path_get_dirname (store->path);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_mutex_lock (&store->lock);
  text = g_steal_pointer (&store->pending);
  g_mutex_unlock (&store->lock);
  if (text == NULL)
    return;

  g_mkdir_with_parents (folder, 0700);
  if (!g_file_set_contents_full (store->path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    g_warning ("%s was not saved: %s", store->path, error->message);
}

static void
write_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  write_pending (data);
  g_task_return_boolean (task, TRUE);
}

static void
yonder_kept_file_finalize (GObject *object)
{
  YonderKeptFile *self = YONDER_KEPT_FILE (object);

  if (self->store != NULL)
    yonder_kept_file_flush (self);
  g_clear_pointer (&self->store, store_unref);

  G_OBJECT_CLASS (yonder_kept_file_parent_class)->finalize (object);
}

static void
yonder_kept_file_class_init (YonderKeptFileClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_kept_file_finalize;
}

static void
yonder_kept_file_init (YonderKeptFile *self)
{
}

/**
 * yonder_kept_file_new:
 * @path: where; need not be there
 *
 * Returns: (transfer full): a file of which nothing was read or written yet
 */
YonderKeptFile *
yonder_kept_file_new (const char *path)
{
  YonderKeptFile *self = g_object_new (YONDER_TYPE_KEPT_FILE, NULL);

  self->store = g_atomic_rc_box_new0 (Store);
  self->store->path = g_strdup (path);
  g_mutex_init (&self->store->disk);
  g_mutex_init (&self->store->lock);
  return self;
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  char *text;

  if (g_file_load_contents_finish (G_FILE (source), result, &text, NULL, NULL, &error))
    g_task_return_pointer (task, text, g_free);
  else
    g_task_return_error (task, error);
}

/**
 * yonder_kept_file_read_async:
 * @self: the file
 * @cancellable: (nullable): to stop waiting
 * @callback: called on the main context
 * @user_data: for @callback
 *
 * Reads what is in the file.
 */
void
yonder_kept_file_read_async (YonderKeptFile *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GFile) file = g_file_new_for_path (self->store->path);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, yonder_kept_file_read_async);
  g_file_load_contents_async (file, cancellable, on_read, task);
}

/**
 * yonder_kept_file_read_finish:
 * @self: the file
 * @result: what the callback was given
 * @error: return location for a #GIOErrorEnum; %G_IO_ERROR_NOT_FOUND where nothing was ever kept
 *
 * Returns: (transfer full) (nullable): its text, which somebody else may have changed
 */
char *
yonder_kept_file_read_finish (YonderKeptFile *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * yonder_kept_file_write:
 * @self: the file
 * @text: (transfer full): all that shall be in it
 *
 * Writes in the background; what was given before and waits still is left out. A failure is logged.
 */
void
yonder_kept_file_write (YonderKeptFile *self, char *text)
{
  g_autofree char *former = NULL;
  g_autoptr (GTask) task = NULL;

  g_mutex_lock (&self->store->lock);
  former = g_steal_pointer (&self->store->pending);
  self->store->pending = text;
  g_mutex_unlock (&self->store->lock);
  if (former != NULL)
    return; /* the thread that was to write it finds this text instead */

  task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_source_tag (task, yonder_kept_file_write);
  g_task_set_task_data (task, g_atomic_rc_box_acquire (self->store), store_unref);
  g_task_run_in_thread (task, write_in_thread);
}

/**
 * yonder_kept_file_flush:
 * @self: the file
 *
 * Returns when all that was given is in the file: for a program that ends.
 */
void
yonder_kept_file_flush (YonderKeptFile *self)
{
  write_pending (self->store);
}
