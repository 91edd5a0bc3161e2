/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A file that is written in the background: what was given last stays, and is there when the program ends. */

#include "yonder-kept-file.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

typedef struct {
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("yonder-kept-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "sub", "list.json", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sub = g_path_get_dirname (fixture->path);

  while (g_main_context_iteration (NULL, FALSE));
  g_unlink (fixture->path);
  g_rmdir (sub);
  g_assert_no_errno (g_rmdir (fixture->folder));
  g_free (fixture->path);
  g_free (fixture->folder);
}

static void
assert_content (Fixture *fixture, const char *expected)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (fixture->path, &text, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_newest_stays (Fixture *fixture, gconstpointer data)
{
  g_autoptr (YonderKeptFile) file = yonder_kept_file_new (fixture->path);

  for (guint i = 0; i < 300; i++) {
    g_autofree char *last = g_strdup_printf ("last %u", i);

    yonder_kept_file_write (file, g_strdup_printf ("first %u", i));
    /* let the thread get to any point of its way */
    g_usleep (i % 7 * 20);
    yonder_kept_file_write (file, g_strdup (last));
    yonder_kept_file_flush (file);
    assert_content (fixture, last);
    g_usleep (i % 5 * 100);
    assert_content (fixture, last);
  }
}

static void
test_background (Fixture *fixture, gconstpointer data)
{
  g_autoptr (YonderKeptFile) file = yonder_kept_file_new (fixture->path);
  gint64 deadline_us = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;
  struct stat status;

  yonder_kept_file_write (file, g_strdup ("text"));
  while (!g_file_test (fixture->path, G_FILE_TEST_EXISTS)) {
    g_assert_cmpint (g_get_monotonic_time (), <, deadline_us);
    g_usleep (1000);
  }
  g_assert_no_errno (stat (fixture->path, &status));
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
}

static void
test_end_of_program (Fixture *fixture, gconstpointer data)
{
  YonderKeptFile *file = yonder_kept_file_new (fixture->path);

  yonder_kept_file_write (file, g_strdup ("text"));
  g_assert_finalize_object (file);
  assert_content (fixture, "text");
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static char *
read_back (YonderKeptFile *file, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  yonder_kept_file_read_async (file, NULL, on_read, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return yonder_kept_file_read_finish (file, result, error);
}

static void
test_read (Fixture *fixture, gconstpointer data)
{
  g_autoptr (YonderKeptFile) file = yonder_kept_file_new (fixture->path);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_null (read_back (file, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  yonder_kept_file_write (file, g_strdup ("text"));
  yonder_kept_file_flush (file);
  text = read_back (file, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "text");
}

/* Where nothing can be written, that is said, and nothing else breaks. */
static void
test_no_room (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sub = g_path_get_dirname (fixture->path);
  g_autoptr (YonderKeptFile) file = yonder_kept_file_new (fixture->path);

  g_assert_true (g_file_set_contents (sub, "a file where a folder should be", -1, NULL));
  g_test_expect_message ("yonder-base", G_LOG_LEVEL_WARNING, "*list.json was not saved: *");
  yonder_kept_file_write (file, g_strdup ("text"));
  yonder_kept_file_flush (file);
  /* by the thread or by flush, whichever came first */
  g_test_assert_expected_messages ();
  g_unlink (sub);
}

int
main (int argc, char *argv[])
{
  static const struct { const char *path; void (*test) (Fixture *, gconstpointer); } tests[] = {
    { "/kept-file/newest-stays", test_newest_stays },
    { "/kept-file/background", test_background },
    { "/kept-file/end-of-program", test_end_of_program },
    { "/kept-file/read", test_read },
    { "/kept-file/no-room", test_no_room },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);

  return g_test_run ();
}
