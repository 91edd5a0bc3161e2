/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded into a program (LD_PRELOAD), it writes to the file that LOOP_WATCH_FILE names how long the main loop was away: one line
 * each time more than 16 ms lie between two waits of GLib in the main thread, with the monotonic clock at the end of it, how long it was
 * away, and how much of that it was ready to run and had no processor (Documentation/scheduler/sched-stats.rst), all in microseconds.
 * Waits of others, such as those for the display server, count as away. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FRAME_US 16000

typedef int (*Ppoll) (struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);

static int
is_glib (void *address)
{
  Dl_info info;

  return dladdr (address, &info) != 0 && strstr (info.dli_fname, "libglib-2.0") != NULL;
}

static int64_t
now_us (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C (1000000) + time.tv_nsec / 1000;
}

/* How long the main thread has been ready to run without a processor, since it began. */
static int64_t
delayed_us (void)
{
  static int file = -1;
  char line[64] = "";
  int64_t ran_ns, delayed_ns = 0;

  if (file < 0)
    file = open ("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
  if (pread (file, line, sizeof line - 1, 0) > 0)
    sscanf (line, "%" SCNd64 " %" SCNd64, &ran_ns, &delayed_ns);
  return delayed_ns / 1000;
}

static void
tell (int64_t now, int64_t away, int64_t delayed)
{
  static int file = -1;

  if (file < 0)
    file = open (getenv ("LOOP_WATCH_FILE"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  dprintf (file, "%" PRId64 " %" PRId64 " %" PRId64 "\n", now, away, delayed);
}

/* What GLib waits with since 2.80 */
int
ppoll (struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *signals)
{
  static Ppoll real;
  static int64_t last, last_delayed;
  int64_t now;
  int result;

  if (real == NULL)
    real = (Ppoll) dlsym (RTLD_NEXT, "ppoll");
  if (gettid () != getpid () || !is_glib (__builtin_return_address (0)))
    return real (fds, n, timeout, signals);
  now = now_us ();
  if (last != 0 && now - last > FRAME_US)
    tell (now, now - last, delayed_us () - last_delayed);
  result = real (fds, n, timeout, signals);
  last = now_us ();
  last_delayed = delayed_us ();
  return result;
}
