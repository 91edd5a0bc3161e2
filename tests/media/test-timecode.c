/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yonder-timecode.h"

#include <string.h>

typedef struct {
  YonderPixels pixels;
  guint8      *memory;
  gsize        size;
} Picture;

/* Strides are wider than the picture, and what lies behind the last plane is watched over by the sanitizer. */
static Picture *
picture_new (YonderPixelFormat format, guint width_px, guint height_px)
{
  Picture *self = g_new0 (Picture, 1);
  gsize stride = format == YONDER_PIXELS_BGRX ? width_px * 4 + 12 : width_px + 6;
  gsize chroma_stride = format == YONDER_PIXELS_I420 ? stride / 2 + 1 : format == YONDER_PIXELS_NV12 ? stride + 2 : 0;
  gsize chroma_rows = (height_px + 1) / 2;

  self->size = stride * height_px + (format == YONDER_PIXELS_I420 ? 2 : 1) * chroma_stride * chroma_rows;
  self->memory = g_malloc (self->size);
  self->pixels = (YonderPixels) { format, width_px, height_px, { self->memory }, { stride, chroma_stride, chroma_stride } };
  self->pixels.planes[1] = self->memory + stride * height_px;
  self->pixels.planes[2] = self->pixels.planes[1] + chroma_stride * chroma_rows;
  for (gsize i = 0; i < self->size; i++)
    self->memory[i] = (guint8) (i * 31 + i / 977);

  return self;
}

static void
picture_free (Picture *self)
{
  g_free (self->memory);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Picture, picture_free)

static void
test_round_trip (void)
{
  static const guint32 times_ms[] = { 0, 1, 0x80000000, 0xffffffff, 0x12345678, 0x5a5a5a5a, 1795259658 };
  static const struct { guint width_px, height_px; } sizes[] = { { 640, 480 }, { 1280, 720 }, { 320, 180 }, { 40, 1 }, { 41, 3 }, { 121, 91 } };

  for (YonderPixelFormat format = YONDER_PIXELS_I420; format <= YONDER_PIXELS_BGRX; format++)
    for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
      for (guint t = 0; t < G_N_ELEMENTS (times_ms); t++) {
        g_autoptr (Picture) picture = picture_new (format, sizes[s].width_px, sizes[s].height_px);
        guint32 read_ms = 99;

        g_assert_true (yonder_timecode_write (&picture->pixels, times_ms[t]));
        g_assert_true (yonder_timecode_read (&picture->pixels, &read_ms));
        g_assert_cmpuint (read_ms, ==, times_ms[t]);
      }
}

static void
test_none_there (void)
{
  g_autoptr (Picture) noise = picture_new (YONDER_PIXELS_I420, 640, 480);
  g_autoptr (Picture) small = picture_new (YONDER_PIXELS_I420, 39, 480);
  g_autoptr (Picture) flat = picture_new (YONDER_PIXELS_BGRX, 640, 480);
  guint32 time_ms;

  g_assert_false (yonder_timecode_read (&noise->pixels, &time_ms));
  g_assert_false (yonder_timecode_read (&small->pixels, &time_ms));
  g_assert_false (yonder_timecode_write (&small->pixels, 5));
  for (guint level = 0; level < 256; level += 51) {
    memset (flat->memory, (int) level, flat->size);
    g_assert_false (yonder_timecode_read (&flat->pixels, &time_ms));
  }
}

/* What a codec does at a low rate: noise, less contrast, edges that ring. */
static void
test_damaged (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint run = 0; run < 200; run++) {
    g_autoptr (Picture) picture = picture_new (YONDER_PIXELS_I420, 320, 240);
    YonderPixels *pixels = &picture->pixels;
    guint32 time_ms = g_rand_int (random), read_ms;

    yonder_timecode_write (pixels, time_ms);
    for (guint y = 0; y < 8; y++)
      for (guint x = 0; x < 320; x++) {
        guint8 *at = pixels->planes[0] + y * pixels->strides[0] + x;
        gboolean is_edge = x % 8 == 0 || x % 8 == 7;
        int value = 70 + *at / 2 + g_rand_int_range (random, -25, 26);

        *at = (guint8) (is_edge ? g_rand_int_range (random, 0, 256) : CLAMP (value, 0, 255));
      }
    g_assert_true (yonder_timecode_read (pixels, &read_ms));
    g_assert_cmpuint (read_ms, ==, time_ms);
  }
}

/* One cell that is wrong is a picture without a time, never one with a wrong time. */
static void
test_check (void)
{
  for (guint cell = 0; cell < YONDER_TIMECODE_CELLS; cell++) {
    g_autoptr (Picture) picture = picture_new (YONDER_PIXELS_NV12, 640, 480);
    guint32 time_ms;

    yonder_timecode_write (&picture->pixels, 0x12345678);
    for (guint y = 0; y < 16; y++)
      for (guint x = 0; x < 16; x++) {
        guint8 *at = picture->pixels.planes[0] + y * picture->pixels.strides[0] + cell * 16 + x;

        *at = *at > 128 ? 16 : 235;
      }
    g_assert_false (yonder_timecode_read (&picture->pixels, &time_ms));
  }
}

/* The layout is a contract with browser pages and the laboratory: highest bit first, then XOR of the bytes and 0x5a. */
static void
test_layout (void)
{
  g_autoptr (Picture) picture = picture_new (YONDER_PIXELS_I420, 400, 100);
  guint64 expected = ((guint64) 0x89abcdef << 8) | (0x89 ^ 0xab ^ 0xcd ^ 0xef ^ 0x5a);

  yonder_timecode_write (&picture->pixels, 0x89abcdef);
  for (guint cell = 0; cell < YONDER_TIMECODE_CELLS; cell++) {
    gboolean is_white = picture->pixels.planes[0][5 * picture->pixels.strides[0] + cell * 10 + 5] > 128;

    g_assert_cmpint (is_white, ==, (expected >> (39 - cell)) & 1);
  }
}

static void
test_latency (void)
{
  g_assert_cmpint (yonder_timecode_latency_ms (1000, 1042), ==, 42);
  g_assert_cmpint (yonder_timecode_latency_ms (0xfffffff0, 0x10), ==, 32);
  g_assert_cmpint (yonder_timecode_latency_ms (1042, 1000), ==, -1);
  g_assert_cmpint (yonder_timecode_latency_ms (1000, 1000 + 3600 * 1000), ==, -1);
  g_assert_cmpint (yonder_timecode_latency_ms (yonder_timecode_now (), yonder_timecode_now ()), >=, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/timecode/round-trip", test_round_trip);
  g_test_add_func ("/media/timecode/none-there", test_none_there);
  g_test_add_func ("/media/timecode/damaged", test_damaged);
  g_test_add_func ("/media/timecode/check", test_check);
  g_test_add_func ("/media/timecode/layout", test_layout);
  g_test_add_func ("/media/timecode/latency", test_latency);

  return g_test_run ();
}
