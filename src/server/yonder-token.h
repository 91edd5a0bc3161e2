/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random names that nobody can guess: session ids, call ids, sign-in tokens. Pure functions, callable on any thread. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *yonder_token_new  (void);
char *yonder_token_hash (const char *token);

G_END_DECLS
