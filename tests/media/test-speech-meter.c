/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When somebody is said to speak, by levels as they come from a decoder: 20 ms of mono sound at 48 kHz at a time. */

#include "yonder-speech-meter.h"

#include <math.h>

#define RATE 48000
#define N    (RATE / 50)

/* Returns: after how many packets the verdict changed, 0: it did not */
static guint
feed (YonderSpeechMeter *meter, double dbov, guint n_packets)
{
  guint changed = 0;

  for (guint i = 1; i <= n_packets; i++) {
    if (yonder_speech_meter_add (meter, pow (10.0, dbov / 10.0) * N, N, RATE) && changed == 0)
      changed = i;
  }
  return changed;
}

static void
test_speech (void)
{
  YonderSpeechMeter meter = { 0 };

  g_assert_cmpuint (feed (&meter, -127.0, 100), ==, 0);
  g_assert_cmpuint (feed (&meter, -25.0, 100), ==, 10);
  g_assert_true (meter.is_speaking);
  /* a breath is no end, silence is */
  g_assert_cmpuint (feed (&meter, -70.0, 30), ==, 0);
  g_assert_cmpuint (feed (&meter, -25.0, 10), ==, 0);
  g_assert_cmpuint (feed (&meter, -70.0, 100), ==, 40);
  g_assert_false (meter.is_speaking);
}

static void
test_noise (void)
{
  YonderSpeechMeter meter = { 0 };

  g_assert_cmpuint (feed (&meter, -50.0, 500), ==, 0);
  g_assert_false (meter.is_speaking);
}

static void
test_end_of_sound (void)
{
  YonderSpeechMeter meter = { 0 };

  g_assert_cmpuint (feed (&meter, -20.0, 10), ==, 10);
  g_assert_true (yonder_speech_meter_reset (&meter));
  g_assert_false (meter.is_speaking);
  g_assert_false (yonder_speech_meter_reset (&meter));
  /* a format without samples is no reason to divide by none */
  g_assert_false (yonder_speech_meter_add (&meter, 0.0, 0, 0));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/speech-meter/speech", test_speech);
  g_test_add_func ("/speech-meter/noise", test_noise);
  g_test_add_func ("/speech-meter/end-of-sound", test_end_of_sound);
  return g_test_run ();
}
