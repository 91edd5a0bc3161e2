/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of states, held against the documentation, which was written from the design and not from the table. */

#include "yonder-call-state.h"

/* docs/calls.md, where each state has a line of steps that may go on in the next ones, and a row of the table of waits. */
static char *
read_documentation (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "docs", "calls.md", NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

/* The words that the list of steps has for @state. */
static GStrv
find_steps (char **lines, const char *state)
{
  g_autoptr (GStrvBuilder) steps = g_strv_builder_new ();
  gboolean is_there = FALSE;

  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) words = g_strsplit_set (lines[i], " ", -1);
    gboolean is_head = g_str_has_prefix (lines[i], "    ") && lines[i][4] != ' ' && g_str_equal (words[4], state);

    if (is_there && !g_str_has_prefix (lines[i], "                  "))
      return g_strv_builder_end (steps);
    is_there |= is_head;
    for (guint j = is_head ? 5 : 0; is_there && words[j] != NULL; j++) {
      if (*words[j] != '\0')
        g_strv_builder_add (steps, words[j]);
    }
  }
  g_assert_true (is_there);
  return g_strv_builder_end (steps);
}

/* The cell with the limit in the row that the table of waits has for @state; %NULL where it has none. */
static char *
find_limit (char **lines, const char *state)
{
  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) cells = g_strsplit (lines[i], "|", -1);

    if (g_strv_length (cells) >= 4 && g_str_equal (g_strstrip (cells[1]), state))
      return g_strdup (g_strstrip (cells[3]));
  }
  return NULL;
}

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
  g_autofree char *text = read_documentation ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n_steps = 0;

  for (guint state = 0; state < YONDER_N_CALL_STATES; state++) {
    const char *name = yonder_call_state_to_string (state);
    g_auto (GStrv) steps = find_steps (lines, name);
    guint n_found = 0;

    for (guint event = 0; event < YONDER_N_CALL_EVENTS; event++) {
      g_autofree char *step = describe_step (state, event);

      g_assert_nonnull (yonder_call_event_to_string (event));
      if (step == NULL)
        continue;
      n_found++;
      if (!g_strv_contains ((const char * const *) steps, step))
        g_error ("in state %s, %s is not as documented", name, step);
    }
    if (n_found != g_strv_length (steps))
      g_error ("state %s has %u steps, %u are documented", name, n_found, g_strv_length (steps));
    n_steps += n_found;
  }
  g_test_message ("%u legal steps, %u events without effect", n_steps, YONDER_N_CALL_STATES * YONDER_N_CALL_EVENTS - n_steps);
  g_assert_cmpuint (n_steps, >, 80);
}

static void
test_limits (void)
{
  static const guint limits_ms[] = { 0, 10000, 45000, 45000, 10000, 30000, 0, 60000, 0 };
  g_autofree char *text = read_documentation ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint state = 0; state < YONDER_N_CALL_STATES; state++) {
    g_autofree char *documented = find_limit (lines, yonder_call_state_to_string (state));
    g_autofree char *actual = limits_ms[state] > 0 ? g_strdup_printf ("%u s", limits_ms[state] / 1000) : g_strdup ("");
    YonderCallState to;
    YonderEndReason reason;

    g_assert_cmpuint (yonder_call_state_get_limit_ms (state), ==, limits_ms[state]);
    g_assert_cmpstr (documented != NULL ? documented : "", ==, actual);
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
