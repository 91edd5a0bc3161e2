/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The time in the picture: the wall clock as a row of 40 black and white cells, so that the delay from one camera's side to the other
 * screen can be measured between any two clients on one machine.
 *
 * Each cell is floor(width/40) pixels square, at the top left: 32 bits of milliseconds since 1970 modulo 2^32, highest first, then
 * 8 bits of check: the XOR of the four bytes and 0x5a. White is 1. Pure functions on raw pixels, any thread.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define YONDER_TIMECODE_CELLS 40

typedef enum {
  YONDER_PIXELS_I420, /* and other formats that begin with a plane of 8 bit luma */
  YONDER_PIXELS_NV12,
  YONDER_PIXELS_BGRX, /* and the like: 4 bytes a pixel, of which the first three count */
} YonderPixelFormat;

/* A picture in memory that belongs to somebody else. I420 has three planes, NV12 two, BGRX one; strides in bytes. */
typedef struct {
  YonderPixelFormat format;
  guint             width_px, height_px;
  guint8           *planes[3];
  gsize             strides[3];
} YonderPixels;

gboolean yonder_timecode_write      (const YonderPixels *pixels, guint32 time_ms);
gboolean yonder_timecode_read       (const YonderPixels *pixels, guint32 *time_ms);
/* The wall clock as it is drawn: g_get_real_time() in milliseconds modulo 2^32. */
guint32  yonder_timecode_now        (void);
/* @now_ms - @time_ms over the wrap; -1 where that is not between 0 and 60 s, so no latency */
gint     yonder_timecode_latency_ms (guint32 time_ms, guint32 now_ms);

G_END_DECLS
