/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words that somebody else wrote (a server, a peer), made fit to stand in a sentence, a list or a terminal. Any thread. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *yonder_foreign_text_clean (const char *text, gssize length);

G_END_DECLS
