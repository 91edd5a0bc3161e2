/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-soak [N]: N video calls in a row in one process, after a fifth as many to warm up. Afterwards there must be no more threads and
 * file descriptors than before, and no memory that grows with the calls. */

#include "call-house.h"

#include <malloc.h>
#include <stdlib.h>

/* chosen: what allocators and caches waver by; a leaked pipeline is some 500 KiB, a leaked call 20 */
#define MAX_GROWTH_PER_CALL (4 * 1024)
#define MAX_WAVER (2 * 1024 * 1024)

typedef struct {
  guint   threads;
  guint   fds;
  guint64 bytes;
} Usage;

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  guint n = 0;

  g_assert_nonnull (directory);
  while (g_dir_read_name (directory) != NULL)
    n++;
  return n;
}

/* Of AddressSanitizer, whose allocator mallinfo2() does not know. */
extern gsize __sanitizer_get_current_allocated_bytes (void) __attribute__ ((weak));

static Usage
measure (void)
{
  Usage usage;

  usage.threads = count_entries ("/proc/self/task");
  usage.fds = count_entries ("/proc/self/fd");
  usage.bytes = __sanitizer_get_current_allocated_bytes != NULL ? __sanitizer_get_current_allocated_bytes () : mallinfo2 ().uordblks;
  return usage;
}

static void
make_a_call (Person *caller, Person *callee, gboolean caller_hangs_up)
{
  YonderCall *call = person_dial (caller, callee, YONDER_CALL_KIND_VIDEO);
  YonderCall *answered;

  wait_for (call_is (call, "connected") && call_is (callee->incoming, "connected"));
  answered = callee->incoming;
  wait_for (call_has_picture (call) && call_has_picture (answered));
  yonder_call_hang_up (caller_hangs_up ? call : answered);
  wait_for (call_is (call, "ended") && call_is (answered, "ended"));
  g_assert_cmpstr (yonder_end_reason_to_string (yonder_call_get_end_reason (call)), ==,
                   caller_hangs_up ? "hung-up" : "hung-up-by-peer");

  yonder_call_manager_dismiss (callee->manager, answered);
  g_clear_object (&callee->incoming);
  g_object_add_weak_pointer (G_OBJECT (call), (gpointer *) &call);
  yonder_call_manager_dismiss (caller->manager, call);
  wait_for (call == NULL);
}

/* Pipelines stop in threads of their own, and idle threads of pools stay for a while: what counts is where it comes to rest. */
static Usage
measure_at_rest (const Usage *before)
{
  Usage usage = measure ();
  gint64 until = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;
  guint wake = g_timeout_add (100, wake_up, NULL);
  guint n_same = 0;

  while (g_get_monotonic_time () < until && n_same < 20) {
    Usage now;

    g_main_context_iteration (NULL, TRUE);
    now = measure ();
    n_same = now.threads == usage.threads && now.fds == usage.fds ? n_same + 1 : 0;
    if (before != NULL && (now.threads > before->threads || now.fds > before->fds))
      n_same = 0;
    usage = now;
  }
  g_source_remove (wake);
  return usage;
}

int
main (int argc, char **argv)
{
  guint n_calls = argc > 1 ? strtoul (argv[1], NULL, 10) : 100;
  House house = { 0 };
  Person *ann;
  Person *ben;
  Usage before, after;
  double growth;

  gst_init (NULL, NULL);
  g_print ("TAP version 14\n1..3\n");
  house_set_up (&house);
  ann = person_new (&house, "Ann");
  ben = person_new (&house, "Ben");
  ann->answers = TRUE;
  ben->answers = TRUE;

  for (guint i = 0; i < MAX (5, n_calls / 5); i++)
    make_a_call (i % 2 ? ann : ben, i % 2 ? ben : ann, i % 3 == 0);
  before = measure_at_rest (NULL);
  for (guint i = 0; i < n_calls; i++) {
    make_a_call (i % 2 ? ann : ben, i % 2 ? ben : ann, i % 3 == 0);
    if ((i + 1) % 10 == 0) {
      Usage now = measure ();

      g_print ("# %u calls: %u threads, %u descriptors, %.1f MiB\n", i + 1, now.threads, now.fds, now.bytes / 1048576.0);
    }
  }
  after = measure_at_rest (&before);
  growth = (double) after.bytes - before.bytes;

  g_print ("# before: %u threads, %u descriptors, %.2f MiB\n", before.threads, before.fds, before.bytes / 1048576.0);
  g_print ("# after %u calls: %u threads, %u descriptors, %.2f MiB, %.0f bytes a call\n", n_calls, after.threads, after.fds,
           after.bytes / 1048576.0, growth / n_calls);
  g_print ("%sok 1 - no thread is left\n", after.threads <= before.threads ? "" : "not ");
  g_print ("%sok 2 - no descriptor is left\n", after.fds <= before.fds ? "" : "not ");
  g_print ("%sok 3 - memory does not grow with the calls\n", growth <= MAX_WAVER + (double) n_calls * MAX_GROWTH_PER_CALL ? "" : "not ");

  person_free (ann);
  person_free (ben);
  house_tear_down (&house);
  return 0;
}
