/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Password hashes: yescrypt, by libxcrypt. Slow on purpose: not for the main loop. Pure functions, callable on any thread. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char    *yonder_password_hash  (const char *password);
gboolean yonder_password_check (const char *password, const char *hash);

G_END_DECLS
