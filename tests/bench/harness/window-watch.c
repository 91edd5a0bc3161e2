/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Waits for a window that is drawn, on a screen without one, and writes when that was, in µs of CLOCK_MONOTONIC: a window that is only on the
 * screen is of no use. Ends after a minute in any case. */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <X11/Xlib.h>
#include <X11/Xutil.h>

#define SMALLEST_PX 200 /* chosen: helpers of toolkits are smaller */
#define LOOK_EVERY_US 2000
#define LIMIT_S 60
#define N_COLORS 8      /* chosen: more than an empty window has, fewer than a line of text */

static long long
now_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

/* What goes away meanwhile is no fault. */
static int
on_error (Display *display, XErrorEvent *event)
{
  return 0;
}

static int
has_colors (XImage *image)
{
  unsigned long colors[N_COLORS];
  int n = 0;

  for (int y = 0; y < image->height; y += 2)
    for (int x = 0; x < image->width; x += 2) {
      unsigned long color = XGetPixel (image, x, y);
      int i = 0;

      while (i < n && colors[i] != color)
        i++;
      if (i == n)
        colors[n++] = color;
      if (n == N_COLORS)
        return 1;
    }
  return 0;
}

static int
is_drawn (Display *display, Window window)
{
  XWindowAttributes attributes;
  XImage *image;
  int is;

  if (!XGetWindowAttributes (display, window, &attributes) || attributes.map_state != IsViewable ||
      attributes.width < SMALLEST_PX || attributes.height < SMALLEST_PX)
    return 0;
  image = XGetImage (display, window, 0, 0, attributes.width, attributes.height, AllPlanes, ZPixmap);
  if (image == NULL)
    return 0;
  is = has_colors (image);
  XDestroyImage (image);
  return is;
}

static int
is_any_drawn (Display *display)
{
  Window root, parent, *windows;
  unsigned int n_windows;
  int is = 0;

  if (!XQueryTree (display, DefaultRootWindow (display), &root, &parent, &windows, &n_windows))
    return 0;
  for (unsigned int i = 0; i < n_windows && !is; i++)
    is = is_drawn (display, windows[i]);
  if (windows != NULL)
    XFree (windows);
  return is;
}

int
main (void)
{
  Display *display = XOpenDisplay (NULL);

  if (display == NULL)
    return EXIT_FAILURE;
  XSetErrorHandler (on_error);
  alarm (LIMIT_S);
  while (!is_any_drawn (display))
    usleep (LOOK_EVERY_US);
  printf ("%lld\n", now_us ());
  XCloseDisplay (display);
  return EXIT_SUCCESS;
}
