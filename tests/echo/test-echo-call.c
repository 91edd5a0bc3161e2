/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One call of Echo, over signalling and media that the test plays and a clock that it turns. */

#include "yonder-echo-call.h"

#include "yonder-fake-media.h"
#include "yonder-fake-signaling.h"
#include "yonder-manual-clock.h"

#define CANDIDATE(port) "candidate:1 1 udp 2015363327 192.0.2.1 " port " typ host"

typedef struct {
  YonderFakeSignaling *signaling;
  YonderFakeMedia     *media;
  YonderManualClock   *clock;
  YonderEchoCall      *call;
  guint                n_over;
} Fixture;

static void
count_over (Fixture *self)
{
  self->n_over++;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->signaling = yonder_fake_signaling_new ("echo");
  self->media = yonder_fake_media_new ();
  self->clock = yonder_manual_clock_new ();
  self->call = yonder_echo_call_new (YONDER_SIGNALING (self->signaling), YONDER_MEDIA_SESSION (self->media), YONDER_CLOCK (self->clock),
                                     "c1", "anna");
  g_signal_connect_swapped (self->call, "over", G_CALLBACK (count_over), self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->call);
  g_assert_true (yonder_fake_media_is_closed (self->media));
  g_assert_cmpuint (yonder_manual_clock_count_timers (self->clock), ==, 0);
  g_assert_finalize_object (self->media);
  g_assert_finalize_object (self->signaling);
  g_assert_finalize_object (self->clock);
}

static void
assert_said (Fixture *self, const char *expected)
{
  g_autofree char *log = yonder_fake_signaling_take_log (self->signaling);

  g_assert_cmpstr (log, ==, expected);
}

static void
assert_played (Fixture *self, const char *expected)
{
  g_autofree char *log = yonder_fake_media_take_log (self->media);

  g_assert_cmpstr (log, ==, expected);
}

/* Completes what the media has been asked for, and lets the answer arrive. */
static void
complete (Fixture *self, const char *sdp, GError *error)
{
  yonder_fake_media_complete (self->media, sdp, error);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
gather (Fixture *self, const char *text, gint64 media_generation)
{
  g_autoptr (YonderIceCandidate) candidate = yonder_ice_candidate_parse (text, "0", 0, NULL, NULL);

  g_signal_emit_by_name (self->media, "candidate", candidate, media_generation);
}

static void
take_candidate (Fixture *self, const char *text, gint64 generation)
{
  g_autoptr (GPtrArray) candidates = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_ice_candidate_unref);

  g_ptr_array_add (candidates, yonder_ice_candidate_parse (text, "0", 0, NULL, NULL));
  yonder_echo_call_take_candidates (self->call, candidates, generation);
}

static void
connect (Fixture *self)
{
  yonder_echo_call_start (self->call, NULL);
  yonder_echo_call_take_offer (self->call, "offer0", 0);
  complete (self, "answer0", NULL);
  g_signal_emit_by_name (self->media, "ice-state", YONDER_ICE_STATE_CONNECTED);
  g_free (yonder_fake_signaling_take_log (self->signaling));
  g_free (yonder_fake_media_take_log (self->media));
}

static void
test_invite_first (Fixture *self, gconstpointer data)
{
  yonder_echo_call_start (self->call, NULL);
  assert_said (self, "accept c1");

  yonder_echo_call_take_offer (self->call, "offer0", 0);
  assert_played (self, "accept-offer offer0");
  gather (self, CANDIDATE ("1"), 0);
  assert_said (self, "");
  complete (self, "answer0", NULL);
  assert_said (self, "answer c1 anna 0 answer0; candidate c1 anna 0 " CANDIDATE ("1"));
  gather (self, CANDIDATE ("2"), 0);
  assert_said (self, "candidate c1 anna 0 " CANDIDATE ("2"));
  take_candidate (self, CANDIDATE ("3"), 0);
  assert_played (self, "candidate " CANDIDATE ("3"));
  g_assert_cmpuint (self->n_over, ==, 0);
}

/* Where the offer is the invitation, the answer is the acceptance. */
static void
test_offer_first (Fixture *self, gconstpointer data)
{
  yonder_echo_call_start (self->call, "offer0");
  assert_said (self, "");
  complete (self, "answer0", NULL);
  assert_said (self, "accept c1 answer0");

  yonder_echo_call_take_offer (self->call, "offer1", 1);
  complete (self, "answer1", NULL);
  assert_said (self, "answer c1 anna 1 answer1");
}

/* Each further offer is answered from a fresh connection, whether the peer counts its connections or not. */
static void
test_generations (Fixture *self, gconstpointer data)
{
  connect (self);

  yonder_echo_call_take_offer (self->call, "offer3", 3);
  assert_played (self, "generation 1; accept-offer offer3");
  complete (self, "answer3", NULL);
  assert_said (self, "answer c1 anna 3 answer3");

  yonder_echo_call_take_offer (self->call, "restart", 3);
  assert_played (self, "generation 2; accept-offer restart");
  complete (self, "answer-restart", NULL);
  assert_said (self, "answer c1 anna 3 answer-restart");

  /* what the connection before gathered is nothing to this one */
  gather (self, CANDIDATE ("1"), 1);
  assert_said (self, "");
  gather (self, CANDIDATE ("2"), 2);
  assert_said (self, "candidate c1 anna 3 " CANDIDATE ("2"));
}

static void
test_stale (Fixture *self, gconstpointer data)
{
  connect (self);
  yonder_echo_call_take_offer (self->call, "offer2", 2);
  complete (self, "answer2", NULL);
  g_free (yonder_fake_signaling_take_log (self->signaling));
  g_free (yonder_fake_media_take_log (self->media));

  yonder_echo_call_take_offer (self->call, "offer1", 1);
  take_candidate (self, CANDIDATE ("1"), 1);
  assert_played (self, "");
  assert_said (self, "");
}

static void
test_candidates_overtake (Fixture *self, gconstpointer data)
{
  connect (self);
  take_candidate (self, CANDIDATE ("1"), 1);
  take_candidate (self, CANDIDATE ("2"), 1);
  assert_played (self, "");

  yonder_echo_call_take_offer (self->call, "offer1", 1);
  assert_played (self, "generation 1; accept-offer offer1; candidate " CANDIDATE ("1") "; candidate " CANDIDATE ("2"));
  complete (self, "answer1", NULL);
}

static void
test_too_many_candidates (Fixture *self, gconstpointer data)
{
  connect (self);
  for (guint i = 0; i < 1000; i++)
    take_candidate (self, CANDIDATE ("1"), i % 2);
  yonder_echo_call_take_offer (self->call, "offer1", 1);
  complete (self, "answer1", NULL);
  g_assert_cmpuint (yonder_fake_media_count (self->media, "candidate"), ==, 400);
}

static void
test_offer_that_cannot_be_answered (Fixture *self, gconstpointer data)
{
  yonder_echo_call_start (self->call, NULL);
  yonder_echo_call_take_offer (self->call, "nonsense", 0);
  complete (self, NULL, g_error_new (YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_BAD_SDP, "bad"));
  assert_said (self, "accept c1; hang-up c1");
  g_assert_cmpuint (self->n_over, ==, 1);
}

static void
test_ended_while_answering (Fixture *self, gconstpointer data)
{
  yonder_echo_call_start (self->call, NULL);
  yonder_echo_call_take_offer (self->call, "offer0", 0);
  yonder_echo_call_ended (self->call);
  g_assert_false (yonder_fake_media_is_waiting (self->media));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  assert_said (self, "accept c1");
  g_assert_cmpuint (self->n_over, ==, 1);
  g_assert_true (yonder_fake_media_is_closed (self->media));
}

static void
test_media_fails (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = g_error_new (YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FINGERPRINT, "somebody else");

  connect (self);
  g_signal_emit_by_name (self->media, "failed", error);
  assert_said (self, "hang-up c1");
  g_assert_cmpuint (self->n_over, ==, 1);
}

static void
test_no_offer (Fixture *self, gconstpointer data)
{
  yonder_echo_call_start (self->call, NULL);
  yonder_manual_clock_advance (self->clock, 29 * 1000);
  g_assert_cmpuint (self->n_over, ==, 0);
  yonder_manual_clock_advance (self->clock, 2 * 1000);
  assert_said (self, "accept c1; hang-up c1");
  g_assert_cmpuint (self->n_over, ==, 1);
}

static void
test_path_lost (Fixture *self, gconstpointer data)
{
  connect (self);
  g_signal_emit_by_name (self->media, "ice-state", YONDER_ICE_STATE_DISCONNECTED);
  yonder_manual_clock_advance (self->clock, 40 * 1000);
  g_signal_emit_by_name (self->media, "ice-state", YONDER_ICE_STATE_CONNECTED);
  yonder_manual_clock_advance (self->clock, 10 * 60 * 1000);
  g_assert_cmpuint (self->n_over, ==, 0);

  g_signal_emit_by_name (self->media, "ice-state", YONDER_ICE_STATE_DISCONNECTED);
  g_signal_emit_by_name (self->media, "ice-state", YONDER_ICE_STATE_FAILED);
  yonder_manual_clock_advance (self->clock, 61 * 1000);
  assert_said (self, "hang-up c1");
  g_assert_cmpuint (self->n_over, ==, 1);
}

static void
test_forgotten (Fixture *self, gconstpointer data)
{
  connect (self);
  yonder_manual_clock_advance (self->clock, 61 * 60 * 1000);
  assert_said (self, "hang-up c1");
  g_assert_cmpuint (self->n_over, ==, 1);
}

int
main (int argc, char *argv[])
{
  static const struct { const char *name; void (*run) (Fixture *self, gconstpointer data); } tests[] = {
    { "/echo/call/invite-first", test_invite_first },
    { "/echo/call/offer-first", test_offer_first },
    { "/echo/call/generations", test_generations },
    { "/echo/call/stale", test_stale },
    { "/echo/call/candidates-overtake", test_candidates_overtake },
    { "/echo/call/too-many-candidates", test_too_many_candidates },
    { "/echo/call/offer-that-cannot-be-answered", test_offer_that_cannot_be_answered },
    { "/echo/call/ended-while-answering", test_ended_while_answering },
    { "/echo/call/media-fails", test_media_fails },
    { "/echo/call/no-offer", test_no_offer },
    { "/echo/call/path-lost", test_path_lost },
    { "/echo/call/forgotten", test_forgotten },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].run, tear_down);

  return g_test_run ();
}
