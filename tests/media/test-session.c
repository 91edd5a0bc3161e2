/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two sessions talk to one another over real sockets on this machine; judged by decoded pictures and sound. */

#include "media-pair.h"

/* Both hear a tone and see pictures that move. */
static void
assert_media_flows (MediaPair *pair, gboolean video)
{
  for (guint i = 0; i < 2; i++) {
    MediaEnd *end = &pair->ends[i];
    guint n_pictures = end->n_pictures;

    wait_until (media_stats (end).audio_level_in_dbov > -30.0);
    if (video)
      wait_until (end->n_pictures > n_pictures + 20);
    g_assert_no_error (end->error);
  }
}

static void
test_video_call (void)
{
  MediaPair *pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);

  media_pair_negotiate (pair);
  wait_until (pair->is_negotiated);
  g_assert_no_error (pair->negotiation_error);
  assert_media_flows (pair, TRUE);
  for (guint i = 0; i < 2; i++) {
    MediaEnd *end = &pair->ends[i];

    g_assert_cmpuint (end->n_secured, ==, 1);
    g_assert_cmpuint (end->n_first_frame, ==, 1);
    g_assert_cmpuint (end->n_first_audio, ==, 1);
    g_assert_cmpuint (end->width_px, ==, 320);
    g_assert_cmpuint (end->height_px, ==, 240);
    wait_until (end->n_ends > 0);
    wait_until (end->ice_state == YONDER_ICE_STATE_COMPLETED || end->ice_state == YONDER_ICE_STATE_CONNECTED);
  }
  media_pair_free (pair);
}

int
main (int argc, char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/media/session/video-call", test_video_call);
  result = g_test_run ();
  gst_deinit ();
  return result;
}
