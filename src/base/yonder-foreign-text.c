/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-foreign-text.h"

/* What steers a terminal, begins a line, or turns the direction of what follows. */
static gboolean
is_unfit (gunichar letter)
{
  return g_unichar_iscntrl (letter) || g_unichar_type (letter) == G_UNICODE_LINE_SEPARATOR ||
         g_unichar_type (letter) == G_UNICODE_PARAGRAPH_SEPARATOR || letter == 0x200e || letter == 0x200f ||
         (letter >= 0x202a && letter <= 0x202e) || (letter >= 0x2066 && letter <= 0x2069);
}

/**
 * yonder_foreign_text_clean:
 * @text: from somebody else
 * @length: its length in bytes, or -1
 *
 * Returns: (transfer full): the same as one line of valid UTF-8, without characters that do something
 */
char *
yonder_foreign_text_clean (const char *text, gssize length)
{
  g_autofree char *valid = g_utf8_make_valid (text, length);
  g_autoptr (GString) clean = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar letter = g_utf8_get_char (at);

    g_string_append_unichar (clean, is_unfit (letter) ? ' ' : letter);
  }
  return g_string_free (g_steal_pointer (&clean), FALSE);
}
