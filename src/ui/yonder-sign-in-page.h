/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderSignInPage - asks for a server, a name and perhaps a password, and says in one sentence why signing in failed.
 *
 * While somebody types an address, it finds out what answers there and says so. Thread: main context. Signals:
 *   sign-in (char *server, char *profile, char *user, char *nullable password, char *nullable token)
 *                                                                  the fields are complete and the user wants to sign in
 *   host ()                                                        the user wants to host for other computers
 *   try-echo ()                                                    the user wants the server that Yonder brings along
 * Properties: busy, error (nullable), check (nullable): what answers at the address.
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

typedef enum {
  YONDER_SIGN_IN_FIRST,   /* nobody is signed in */
  YONDER_SIGN_IN_ANOTHER, /* another account */
  YONDER_SIGN_IN_AGAIN,   /* one whose sign-in has run out */
  YONDER_SIGN_IN_OTHERWISE, /* one that changes: at another address, or as somebody else */
} YonderSignInPurpose;

#define YONDER_TYPE_SIGN_IN_PAGE (yonder_sign_in_page_get_type ())
G_DECLARE_FINAL_TYPE (YonderSignInPage, yonder_sign_in_page, YONDER, SIGN_IN_PAGE, AdwBin)

void yonder_sign_in_page_set_purpose (YonderSignInPage *self, YonderSignInPurpose purpose);
void yonder_sign_in_page_set_fields (YonderSignInPage *self, const char *server, const char *user);
void yonder_sign_in_page_set_profile (YonderSignInPage *self, const char *profile);
void yonder_sign_in_page_set_busy   (YonderSignInPage *self, gboolean busy);
void yonder_sign_in_page_set_error  (YonderSignInPage *self, const char *error);

G_END_DECLS
