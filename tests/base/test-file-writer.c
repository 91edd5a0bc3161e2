/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file of the user's choice on a disk with no room left: what was there stays. */

#include "yonder-file-writer.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

/* chosen: a disk that takes no more than this of a file */
#define LIMIT 4096

typedef struct {
  char  *folder;
  GFile *file;
} Place;

static void
set_up (Place *place, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  place->folder = g_dir_make_tmp ("yonder-XXXXXX", &error);
  g_assert_no_error (error);
  place->file = g_file_new_build_filename (place->folder, "calls.csv", NULL);
}

static guint
count_files (Place *place)
{
  g_autoptr (GDir) folder = g_dir_open (place->folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (folder) != NULL)
    n++;
  return n;
}

static void
tear_down (Place *place, gconstpointer data)
{
  g_file_delete (place->file, NULL, NULL);
  g_assert_cmpint (g_rmdir (place->folder), ==, 0);
  g_object_unref (place->file);
  g_free (place->folder);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  GAsyncResult **kept = data;

  *kept = g_object_ref (result);
}

static gboolean
write_bytes (Place *place, gsize size, GError **error)
{
  g_autofree char *text = g_strnfill (size, 'x');
  g_autoptr (GBytes) content = g_bytes_new (text, size);
  g_autoptr (GAsyncResult) result = NULL;

  yonder_file_write_async (place->file, content, G_FILE_CREATE_PRIVATE, NULL, on_written, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return yonder_file_write_finish (place->file, result, error);
}

static void
fail_to_write (Place *place)
{
  struct rlimit limit;
  g_autoptr (GError) error = NULL;
  rlim_t former;

  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &limit);
  former = limit.rlim_cur;
  limit.rlim_cur = LIMIT;
  setrlimit (RLIMIT_FSIZE, &limit);
  g_assert_false (write_bytes (place, 10 * LIMIT, &error));
  g_assert_nonnull (error);
  limit.rlim_cur = former;
  setrlimit (RLIMIT_FSIZE, &limit);
}

static void
test_written (Place *place, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (write_bytes (place, 10 * LIMIT, &error));
  g_assert_true (write_bytes (place, 3, &error)); /* over what is there */
  g_assert_no_error (error);
  g_assert_true (g_file_load_contents (place->file, NULL, &text, NULL, NULL, &error));
  g_assert_cmpstr (text, ==, "xxx");
  g_assert_cmpuint (count_files (place), ==, 1);
}

static void
test_former_stays (Place *place, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_replace_contents (place->file, "former", strlen ("former"), NULL, FALSE, 0, NULL, NULL, &error));
  fail_to_write (place);
  g_assert_true (g_file_load_contents (place->file, NULL, &text, NULL, NULL, &error));
  g_assert_cmpstr (text, ==, "former");
  g_assert_cmpuint (count_files (place), ==, 1);
}

static void
test_nothing_is_left (Place *place, gconstpointer data)
{
  fail_to_write (place);
  g_assert_cmpuint (count_files (place), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/file-writer/written", Place, NULL, set_up, test_written, tear_down);
  g_test_add ("/file-writer/former-stays", Place, NULL, set_up, test_former_stays, tear_down);
  g_test_add ("/file-writer/nothing-is-left", Place, NULL, set_up, test_nothing_is_left, tear_down);
  return g_test_run ();
}
