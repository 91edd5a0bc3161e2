/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many messages of the other side are listened to, and which not at all. */

#include "yonder-message-limit.h"

#include <string.h>

static guint
count_admitted (YonderMessageLimit *limit, guint n, gint64 now_us)
{
  guint n_admitted = 0;

  for (guint i = 0; i < n; i++)
    n_admitted += yonder_message_limit_admit (limit, "{}", now_us);
  return n_admitted;
}

static void
test_rate (void)
{
  YonderMessageLimit limit;

  yonder_message_limit_init (&limit, 0);
  g_assert_cmpuint (count_admitted (&limit, 1000, 0), ==, YONDER_MESSAGE_LIMIT_BURST);
  g_assert_cmpuint (limit.n_refused, ==, 1000 - YONDER_MESSAGE_LIMIT_BURST);
  g_assert_cmpuint (count_admitted (&limit, 1000, G_USEC_PER_SEC), ==, YONDER_MESSAGE_LIMIT_PER_SECOND);
  /* however long nobody spoke, the bucket holds no more */
  g_assert_cmpuint (count_admitted (&limit, 1000, 3600 * (gint64) G_USEC_PER_SEC), ==, YONDER_MESSAGE_LIMIT_BURST);
  /* time that goes back gives nothing */
  g_assert_cmpuint (count_admitted (&limit, 1000, 0), ==, 0);
}

static void
test_form (void)
{
  YonderMessageLimit limit;
  g_autofree char *longest = g_strnfill (YONDER_MESSAGE_LIMIT_BYTES, 'x');
  g_autofree char *longer = g_strnfill (YONDER_MESSAGE_LIMIT_BYTES + 1, 'x');

  yonder_message_limit_init (&limit, 0);
  g_assert_true (yonder_message_limit_admit (&limit, longest, 0));
  g_assert_false (yonder_message_limit_admit (&limit, longer, 0));
  g_assert_false (yonder_message_limit_admit (&limit, "", 0));
  g_assert_false (yonder_message_limit_admit (&limit, NULL, 0));
  g_assert_false (yonder_message_limit_admit (&limit, "\xc3\x28", 0));
  g_assert_cmpuint (limit.n_refused, ==, 4);
}

/* What is refused counts as well: nobody is kept busy by it. */
static void
test_refusals_count (void)
{
  YonderMessageLimit limit;

  yonder_message_limit_init (&limit, 0);
  for (guint i = 0; i < YONDER_MESSAGE_LIMIT_BURST; i++)
    g_assert_false (yonder_message_limit_admit (&limit, "\xff", 0));
  g_assert_false (yonder_message_limit_admit (&limit, "{}", 0));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message-limit/rate", test_rate);
  g_test_add_func ("/message-limit/form", test_form);
  g_test_add_func ("/message-limit/refusals-count", test_refusals_count);
  return g_test_run ();
}
