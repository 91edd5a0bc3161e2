/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Call after call in one process: what a call takes it gives back. test-soak [-- CALLS] */

#include "media-pair.h"

#include <malloc.h>
#include <stdlib.h>

/* It goes up and down by 1.5 MiB from call to call (measured over 150); 100 calls that leave 40 KiB each would show. */
#define MAX_GROWTH_KIB 4096

static guint n_calls = 20;

static guint
count_entries (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
print_threads (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename ("/proc/self/task", name, "comm", NULL);
    g_autofree char *command = NULL;

    if (g_file_get_contents (path, &command, NULL, NULL))
      g_test_message ("thread %s", g_strchomp (command));
  }
}

/* What is allocated; the resident size would tell as much of the holes between. */
static gsize
heap_kib (void)
{
  return mallinfo2 ().uordblks / 1024;
}

static void
make_call (void)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);

  media_pair_negotiate (pair);
  wait_until (pair->ends[0].n_first_frame > 0 && pair->ends[1].n_first_frame > 0);
  wait_until (pair->ends[0].n_first_audio > 0 && pair->ends[1].n_first_audio > 0);
  media_pair_free (pair);
}

/* Threads of pools (GLib's, GTask's) end by themselves after a while: only those are allowed that the first calls left as well. */
static void
test_calls_in_a_row (void)
{
  guint threads, descriptors;
  gsize heap;

  for (guint i = 0; i < MAX (n_calls / 2, 3); i++)
    make_call ();
  threads = count_entries ("/proc/self/task");
  descriptors = count_entries ("/proc/self/fd");
  heap = heap_kib ();

  for (guint i = 0; i < n_calls; i++)
    make_call ();
  g_test_message ("%u calls: threads %u, then %u; descriptors %u, then %u; heap %" G_GSIZE_FORMAT ", then %" G_GSIZE_FORMAT " KiB", n_calls,
                  threads, count_entries ("/proc/self/task"), descriptors, count_entries ("/proc/self/fd"), heap, heap_kib ());
  print_threads ();
  wait_until (count_entries ("/proc/self/task") <= threads);
  wait_until (count_entries ("/proc/self/fd") <= descriptors);
#ifndef __SANITIZE_ADDRESS__ /* which keeps what was freed for a while */
  g_assert_cmpuint (heap_kib (), <, heap + MAX_GROWTH_KIB);
#endif
}

int
main (int argc, char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  if (argc > 1)
    n_calls = CLAMP (atoi (argv[argc - 1]), 1, 10000);
  g_test_add_func ("/media/soak/calls-in-a-row", test_calls_in_a_row);
  result = g_test_run ();
  gst_deinit ();
  return result;
}
