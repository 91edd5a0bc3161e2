/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of states, held against a second list that was written from the design and not from the table. */

#include "yonder-call-state.h"

/* For each state every event that may do something in it, with where that leads: a state, "=" for the same one, or the end reason ("?"
 * where the reason comes with the event). What is not listed must have no effect. */
static const struct {
  const char *state;
  const char *steps;
} expected[] = {
  { "idle", "dial>inviting ring>incoming" },
  { "inviting", "invited>ringing glare>answering hang-up:hung-up refused:? media-failed:? late-description:no-media "
                "signaling-lost:signaling-lost timeout:signaling-lost" },
  { "ringing", "accepted>negotiating glare>answering hang-up:hung-up peer-hung-up:hung-up-by-peer peer-declined:declined "
               "peer-missed:no-answer peer-busy:busy peer-failed:network refused:? media-failed:? late-description:no-media "
               "signaling-lost:signaling-lost timeout:no-answer" },
  { "incoming", "accept>answering decline:declined accepted:answered-elsewhere peer-elsewhere:answered-elsewhere "
                "peer-hung-up:hung-up-by-peer peer-declined:declined peer-missed:no-answer peer-busy:busy peer-failed:network "
                "refused:? signaling-lost:signaling-lost timeout:no-answer" },
  { "answering", "accepted>negotiating offered>negotiating hang-up:hung-up peer-hung-up:hung-up-by-peer "
                 "peer-declined:hung-up-by-peer peer-missed:no-answer peer-busy:busy peer-failed:network "
                 "peer-elsewhere:answered-elsewhere refused:? media-failed:? late-description:no-media "
                 "signaling-lost:signaling-lost timeout:signaling-lost" },
  { "negotiating", "path-up>connected path-lost= restart= accepted= offered= hang-up:hung-up peer-hung-up:hung-up-by-peer "
                   "peer-declined:hung-up-by-peer peer-missed:no-answer peer-busy:busy peer-failed:network "
                   "peer-elsewhere:answered-elsewhere refused:? media-failed:? late-description:no-media "
                   "signaling-lost:signaling-lost timeout:network" },
  { "connected", "path-lost>reconnecting restart>reconnecting hang-up:hung-up peer-hung-up:hung-up-by-peer "
                 "peer-declined:hung-up-by-peer peer-missed:hung-up-by-peer peer-busy:hung-up-by-peer peer-failed:network "
                 "media-failed:?" },
  { "reconnecting", "path-up>connected path-lost= restart= offered= hang-up:hung-up peer-hung-up:hung-up-by-peer "
                    "peer-declined:hung-up-by-peer peer-missed:hung-up-by-peer peer-busy:hung-up-by-peer peer-failed:network "
                    "media-failed:? timeout:network" },
  { "ended", "" },
};

static char *
describe_step (YonderCallState from, YonderCallEvent event)
{
  YonderCallState to = YONDER_CALL_STATE_IDLE;
  YonderEndReason reason = YONDER_END_NONE;
  const char *name = yonder_call_event_to_string (event);

  if (!yonder_call_state_step (from, event, &to, &reason))
    return NULL;
  if (to == from)
    return g_strdup_printf ("%s=", name);
  if (to != YONDER_CALL_STATE_ENDED)
    return g_strdup_printf ("%s>%s", name, yonder_call_state_to_string (to));
  return g_strdup_printf ("%s:%s", name, reason == YONDER_END_NONE ? "?" : yonder_end_reason_to_string (reason));
}

static void
test_table (void)
{
  guint n_steps = 0;

  g_assert_cmpuint (G_N_ELEMENTS (expected), ==, YONDER_N_CALL_STATES);
  for (guint state = 0; state < YONDER_N_CALL_STATES; state++) {
    g_auto (GStrv) steps = g_strsplit (expected[state].steps, " ", -1);
    guint n_found = 0;

    g_assert_cmpstr (yonder_call_state_to_string (state), ==, expected[state].state);
    for (guint event = 0; event < YONDER_N_CALL_EVENTS; event++) {
      g_autofree char *step = describe_step (state, event);

      g_assert_nonnull (yonder_call_event_to_string (event));
      if (step == NULL)
        continue;
      n_found++;
      if (!g_strv_contains ((const char * const *) steps, step))
        g_error ("in state %s, %s is not as the design says", expected[state].state, step);
    }
    if (n_found != g_strv_length (steps))
      g_error ("state %s has %u steps, %u are expected", expected[state].state, n_found, g_strv_length (steps));
    n_steps += n_found;
  }
  g_test_message ("%u legal steps, %u events without effect", n_steps, YONDER_N_CALL_STATES * YONDER_N_CALL_EVENTS - n_steps);
}

static void
test_limits (void)
{
  static const guint limits_ms[] = { 0, 10000, 45000, 45000, 10000, 30000, 0, 60000, 0 };

  for (guint state = 0; state < YONDER_N_CALL_STATES; state++) {
    YonderCallState to;
    YonderEndReason reason;

    g_assert_cmpuint (yonder_call_state_get_limit_ms (state), ==, limits_ms[state]);
    /* A limit that nothing follows from would be a call that never ends, and the other way round a rule without use. */
    g_assert_cmpint (limits_ms[state] > 0, ==, yonder_call_state_step (state, YONDER_CALL_EVENT_TIMEOUT, &to, &reason));
  }
  g_assert_cmpuint (YONDER_CALL_DESCRIPTION_LIMIT_MS, ==, 10000);
}

static void
test_every_wait_ends_and_every_live_call_can_be_ended (void)
{
  for (guint state = YONDER_CALL_STATE_INVITING; state < YONDER_CALL_STATE_ENDED; state++) {
    YonderCallEvent by_user = state == YONDER_CALL_STATE_INCOMING ? YONDER_CALL_EVENT_DECLINE : YONDER_CALL_EVENT_HANG_UP;
    YonderCallState to;
    YonderEndReason reason;

    g_assert_true (yonder_call_state_is_live (state));
    g_assert_true (yonder_call_state_step (state, by_user, &to, &reason));
    g_assert_cmpint (to, ==, YONDER_CALL_STATE_ENDED);
    g_assert_cmpint (reason, !=, YONDER_END_NONE);
  }
  g_assert_false (yonder_call_state_is_live (YONDER_CALL_STATE_IDLE));
  g_assert_false (yonder_call_state_is_live (YONDER_CALL_STATE_ENDED));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/call-state/table", test_table);
  g_test_add_func ("/call-state/limits", test_limits);
  g_test_add_func ("/call-state/ends", test_every_wait_ends_and_every_live_call_can_be_ended);
  return g_test_run ();
}
