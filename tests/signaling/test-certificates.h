/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A certificate authority of the test's own, made by openssl, and certificates that it issues. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
  char         *dir;
  GTlsDatabase *database; /* trusts this authority and no other */
} TestAuthority;

TestAuthority *test_authority_new   (void);
void           test_authority_free  (TestAuthority *self);
/* @names as in subjectAltName: "IP:127.0.0.1"; @days may be negative for a certificate that has expired. Returns the "tls" member
 * of a server's options. */
char          *test_authority_issue (TestAuthority *self, const char *file, const char *names, int days);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestAuthority, test_authority_free)

G_END_DECLS
