/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person is told where a file that they chose cannot be written or read. The words of the system go to the log. Pure but for that. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

const char *yonder_words_for_unsaved_file (const GError *error);
const char *yonder_words_for_unread_file  (const GError *error);

G_END_DECLS
