/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Links: what is accepted is bounded, one line in each part, names a server as http(s) or none, and reads the same again. */

#include "fuzz.h"

#include "yonder-link.h"

#include <string.h>

static void
check_text (const char *text, gsize max_length)
{
  if (text == NULL)
    return;
  g_assert_cmpuint (strlen (text), >, 0);
  g_assert_cmpuint (strlen (text), <=, max_length);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_null (strpbrk (text, "\r\n\t\x1b\x7f"));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderLink) link = yonder_link_parse (text, &error);
  g_autoptr (YonderLink) again = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *page = NULL;

  g_assert_true ((link == NULL) == (error != NULL));
  if (link == NULL)
    return 0;
  check_text (link->user, YONDER_LINK_MAX_USER);
  check_text (link->name, YONDER_LINK_MAX_NAME);
  if (link->server == NULL) {
    g_assert_nonnull (link->user);
    return 0;
  }

  g_assert_true (g_str_has_prefix (link->server, "https://") || g_str_has_prefix (link->server, "http://"));
  g_assert_null (strpbrk (link->server, "@?# \\"));
  g_assert_true (yonder_link_is_of (link, link->server));
  uri = yonder_link_to_uri (link);
  page = yonder_link_to_page (link);
  g_assert_nonnull (uri);
  g_assert_nonnull (page);
  again = yonder_link_parse (uri, NULL);
  if (again == NULL) /* a name in which every letter takes nine characters is longer than a link may be */
    return 0;
  g_assert_cmpstr (again->user, ==, link->user);
  g_assert_cmpstr (again->server, ==, link->server);
  if (link->user != NULL) {
    g_assert_cmpstr (again->name, ==, link->name);
    g_assert_cmpint (again->kind, ==, link->kind);
  }
  return 0;
}
