/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-file-words.h"

#include <glib/gi18n.h>

/**
 * yonder_words_for_unsaved_file:
 * @error: why a file was not written
 *
 * Returns: (transfer none): one sentence with what to do, translated
 */
const char *
yonder_words_for_unsaved_file (const GError *error)
{
  g_message ("A file was not saved: %s", error->message);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    return _("The disk is full. Free some space, or choose another folder.");
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_READ_ONLY))
    return _("You are not allowed to save there. Choose another folder.");
  return _("Nothing can be saved there. Choose another folder.");
}

/**
 * yonder_words_for_unread_file:
 * @error: why a file was not read
 *
 * Returns: (transfer none): one sentence with what to do, translated
 */
const char *
yonder_words_for_unread_file (const GError *error)
{
  g_message ("A file was not read: %s", error->message);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    return _("You are not allowed to read this file. Choose another one.");
  return _("This file cannot be read. Choose another one.");
}
