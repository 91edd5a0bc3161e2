/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words of servers and peers, before they stand in a sentence or a terminal. */

#include "yonder-foreign-text.h"

static void
test_clean (void)
{
  static const struct { const char *text, *clean; } cases[] = {
    { "", "" }, { "Allocation Quota Reached", "Allocation Quota Reached" }, { "Gr\u00fc\u00dfe \u65e5\u672c \U0001f600", "Gr\u00fc\u00dfe \u65e5\u672c \U0001f600" },
    { "\x1b[2Jgone", " [2Jgone" }, { "a\r\nb\tc\x7f" "d", "a  b c d" }, { "\xc2\x9b" "31m", " 31m" },
    { "exe.\u202egpj", "exe. gpj" }, { "a\u2028b\u2066c\u200fd", "a b c d" }, { "\xff\xfe", "\ufffd\ufffd" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *clean = yonder_foreign_text_clean (cases[i].text, -1);

    g_assert_cmpstr (clean, ==, cases[i].clean);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/foreign-text/clean", test_clean);

  return g_test_run ();
}
