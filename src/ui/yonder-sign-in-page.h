/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderSignInPage - asks for a server, a name and perhaps a password, and says in one sentence why signing in failed.
 *
 * Thread: main context. Signals:
 *   sign-in (char *server, char *user, char *nullable password)   the fields are complete and the user wants to sign in
 *   try-echo ()                                                    the user wants the server that Yonder brings along
 * Properties: busy, error (nullable).
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define YONDER_TYPE_SIGN_IN_PAGE (yonder_sign_in_page_get_type ())
G_DECLARE_FINAL_TYPE (YonderSignInPage, yonder_sign_in_page, YONDER, SIGN_IN_PAGE, AdwBin)

void yonder_sign_in_page_set_fields (YonderSignInPage *self, const char *server, const char *user);
void yonder_sign_in_page_set_busy   (YonderSignInPage *self, gboolean busy);
void yonder_sign_in_page_set_error  (YonderSignInPage *self, const char *error);

G_END_DECLS
