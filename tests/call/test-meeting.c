/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way out: both sides find the same room, and nobody else does. */

#include "yonder-meeting.h"

static void
test_room (void)
{
  g_autofree char *here = yonder_meeting_dup_uri ("https://meet.example.org", "c1");
  g_autofree char *there = yonder_meeting_dup_uri ("https://meet.example.org/", "c1");
  g_autofree char *other = yonder_meeting_dup_uri ("https://meet.example.org", "c2");
  g_autofree char *below = yonder_meeting_dup_uri ("http://[2001:db8::1]:8080/jitsi?x=1#y", "c1");

  g_assert_true (g_regex_match_simple ("^https://meet\\.example\\.org/yonder-[0-9a-f]{24}$", here, 0, 0));
  g_assert_cmpstr (here, ==, there);
  g_assert_cmpstr (here, !=, other);
  g_assert_true (g_str_has_prefix (below, "http://[2001:db8::1]:8080/jitsi/yonder-"));
  g_assert_null (strchr (below, '?'));
}

static void
test_no_place (void)
{
  static const char * const bases[] = { "", "meet.example.org", "file:///etc/passwd", "javascript:alert(1)", "https://", "https:///x", "%" };

  for (guint i = 0; i < G_N_ELEMENTS (bases); i++)
    g_assert_null (yonder_meeting_dup_uri (bases[i], "c1"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/meeting/room", test_room);
  g_test_add_func ("/meeting/no-place", test_no_place);
  return g_test_run ();
}
