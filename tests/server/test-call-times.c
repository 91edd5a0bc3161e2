/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the server does when time passes: a clock that the test turns, and guests on real connections. */

#include "line-client.h"
#include "yonder-manual-clock.h"

typedef struct {
  YonderManualClock *clock;
  YonderServer      *server;
  LineClient        *anna;
  LineClient        *ben;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->clock = yonder_manual_clock_new ();
  fixture->server = yonder_server_new (NULL, YONDER_CLOCK (fixture->clock));
  yonder_server_set_allow_guests (fixture->server, TRUE);
  yonder_server_start (fixture->server, 0, FALSE, &error);
  g_assert_no_error (error);
  fixture->anna = line_client_new (fixture->server, "Anna");
  fixture->ben = line_client_new (fixture->server, "Ben");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->anna, line_client_free);
  g_clear_pointer (&fixture->ben, line_client_free);
  yonder_server_stop (fixture->server);
  g_assert_cmpuint (yonder_manual_clock_count_timers (fixture->clock), ==, 0);
  g_assert_finalize_object (fixture->server);
  g_clear_object (&fixture->clock);
}

/* In steps, so that those who are connected can answer the server's pings. */
static void
pass (Fixture *fixture, guint seconds, LineClient *first, LineClient *second)
{
  for (guint done = 0; done < seconds; done += MIN (10, seconds - done)) {
    yonder_manual_clock_advance (fixture->clock, MIN (10, seconds - done) * 1000);
    if (first != NULL)
      line_client_settle (first);
    if (second != NULL)
      line_client_settle (second);
  }
}

static char *
open_call (Fixture *fixture)
{
  char *call_id = line_client_invite (fixture->anna, fixture->ben);

  line_client_emit (fixture->ben, "[\"call_answer\",{\"callId\":\"%s\"}]", call_id);
  line_client_wait (fixture->anna, "call_answered");
  line_client_wait (fixture->ben, "call_answered");
  return call_id;
}

static void
assert_ended (LineClient *client, const char *reason)
{
  g_autofree char *wanted = g_strdup_printf ("\"reason\":\"%s\"", reason);

  g_assert_nonnull (strstr (line_client_wait (client, "call_ended"), wanted));
}

static void
test_no_answer (Fixture *fixture, gconstpointer data)
{
  g_autofree char *call_id = line_client_invite (fixture->anna, fixture->ben);

  pass (fixture, 44, fixture->anna, fixture->ben);
  g_assert_null (line_client_peek (fixture->anna, "call_ended"));
  pass (fixture, 1, fixture->anna, fixture->ben);
  assert_ended (fixture->anna, "missed");
  assert_ended (fixture->ben, "missed");
}

static void
test_answered_call_lasts (Fixture *fixture, gconstpointer data)
{
  g_autofree char *call_id = open_call (fixture);

  pass (fixture, 600, fixture->anna, fixture->ben);
  g_assert_null (line_client_peek (fixture->anna, "call_ended"));
  line_client_emit (fixture->anna, "[\"call_end\",{\"callId\":\"%s\"}]", call_id);
  assert_ended (fixture->ben, "ended");
  g_assert_nonnull (strstr (line_client_peek (fixture->ben, "call_ended"), "\"duration\":600"));
}

static void
test_caller_lost_while_ringing (Fixture *fixture, gconstpointer data)
{
  g_autofree char *call_id = line_client_invite (fixture->anna, fixture->ben);

  line_client_drop (fixture->anna);
  pass (fixture, 9, fixture->ben, NULL);
  g_assert_null (line_client_peek (fixture->ben, "call_ended"));
  pass (fixture, 1, fixture->ben, NULL);
  assert_ended (fixture->ben, "missed");
}

static void
test_side_lost_in_call (Fixture *fixture, gconstpointer data)
{
  g_autofree char *call_id = open_call (fixture);

  line_client_drop (fixture->ben);
  pass (fixture, 59, fixture->anna, NULL);
  g_assert_null (line_client_peek (fixture->anna, "call_ended"));
  pass (fixture, 1, fixture->anna, NULL);
  assert_ended (fixture->anna, "failed");
}

static void
test_side_back_in_time (Fixture *fixture, gconstpointer data)
{
  g_autofree char *call_id = open_call (fixture);

  line_client_drop (fixture->ben);
  pass (fixture, 50, fixture->anna, NULL);
  line_client_emit (fixture->anna, "[\"webrtc_recover\",{\"callId\":\"%s\",\"generation\":1}]", call_id);
  line_client_settle (fixture->anna);
  line_client_return (fixture->ben);
  g_assert_true (line_client_was_recovered (fixture->ben));
  line_client_wait (fixture->ben, "webrtc_recover");
  pass (fixture, 120, fixture->anna, fixture->ben);
  g_assert_null (line_client_peek (fixture->anna, "call_ended"));
}

static void
test_short_break_is_not_seen (Fixture *fixture, gconstpointer data)
{
  line_client_settle (fixture->anna);
  line_client_drop (fixture->ben);
  pass (fixture, 4, fixture->anna, NULL);
  line_client_return (fixture->ben);
  pass (fixture, 60, fixture->anna, fixture->ben);
  g_assert_null (strstr (line_client_peek (fixture->anna, "user_status_changed"), "offline"));

  line_client_drop (fixture->ben);
  pass (fixture, 5, fixture->anna, NULL);
  g_assert_nonnull (strstr (line_client_peek (fixture->anna, "user_status_changed"), "offline"));
}

static void
test_state_is_kept_for_two_minutes (Fixture *fixture, gconstpointer data)
{
  line_client_drop (fixture->ben);
  pass (fixture, 119, fixture->anna, NULL);
  line_client_return (fixture->ben);
  g_assert_true (line_client_was_recovered (fixture->ben));

  line_client_drop (fixture->ben);
  pass (fixture, 120, fixture->anna, NULL);
  line_client_return (fixture->ben);
  g_assert_false (line_client_was_recovered (fixture->ben));
}

static void
test_silent_client_is_dropped (Fixture *fixture, gconstpointer data)
{
  yonder_manual_clock_advance (fixture->clock, 45000); /* nobody gets to answer the ping */
  yonder_manual_clock_advance (fixture->clock, 10000); /* nor comes back */
  line_client_free (g_steal_pointer (&fixture->anna));
  fixture->anna = line_client_new (fixture->server, "Anna again");
  g_assert_null (strstr (line_client_peek (fixture->anna, "online_contacts"), line_client_get_id (fixture->ben)));
}

static void
test_calls_in_a_row_are_limited (Fixture *fixture, gconstpointer data)
{
  for (int i = 0; i < 100 && line_client_peek (fixture->anna, "call_error") == NULL; i++) {
    line_client_emit (fixture->anna, "[\"call_initiate\",{\"calleeId\":\"nobody\",\"type\":\"voice\"}]");
    line_client_settle (fixture->anna);
    if (strstr (line_client_peek (fixture->anna, "call_error"), "rate-limited"))
      break;
    line_client_forget (fixture->anna, "call_error");
  }
  g_assert_nonnull (line_client_peek (fixture->anna, "call_error"));
  pass (fixture, 60, fixture->anna, fixture->ben);
  g_free (line_client_invite (fixture->anna, fixture->ben));
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/server/times/no-answer", test_no_answer);
  ADD ("/server/times/answered-call-lasts", test_answered_call_lasts);
  ADD ("/server/times/caller-lost-while-ringing", test_caller_lost_while_ringing);
  ADD ("/server/times/side-lost-in-call", test_side_lost_in_call);
  ADD ("/server/times/side-back-in-time", test_side_back_in_time);
  ADD ("/server/times/short-break-is-not-seen", test_short_break_is_not_seen);
  ADD ("/server/times/state-is-kept-for-two-minutes", test_state_is_kept_for_two_minutes);
  ADD ("/server/times/silent-client-is-dropped", test_silent_client_is_dropped);
  ADD ("/server/times/calls-in-a-row-are-limited", test_calls_in_a_row_are_limited);
  return g_test_run ();
}
