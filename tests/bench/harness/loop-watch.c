/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Preloaded into a program (LD_PRELOAD), it writes to the file that LOOP_WATCH_FILE names how long the main loop was away: one line
 * each time more than 16 ms lie between two waits of GLib in the main thread, with the monotonic clock at the end of it, both in
 * microseconds. Waits of others, such as those for the display server, count as away. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
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

static void
tell (int64_t now, int64_t away)
{
  static int file = -1;

  if (file < 0)
    file = open (getenv ("LOOP_WATCH_FILE"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  dprintf (file, "%lld %lld\n", (long long) now, (long long) away);
}

/* What GLib waits with since 2.80 */
int
ppoll (struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *signals)
{
  static Ppoll real;
  static int64_t last;
  int64_t now;
  int result;

  if (real == NULL)
    real = (Ppoll) dlsym (RTLD_NEXT, "ppoll");
  if (gettid () != getpid () || !is_glib (__builtin_return_address (0)))
    return real (fds, n, timeout, signals);
  now = now_us ();
  if (last != 0 && now - last > FRAME_US)
    tell (now, now - last);
  result = real (fds, n, timeout, signals);
  last = now_us ();
  return result;
}
