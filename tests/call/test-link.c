/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Links: what is read from them, what is refused, and that what is written reads the same. */

#include "yonder-link.h"

static void
test_reads (void)
{
  static const struct {
    const char *text, *server, *user, *name;
    YonderCallKind kind;
  } cases[] = {
    { "yonder://calls.example.org/?call=42", "https://calls.example.org", "42", NULL, YONDER_CALL_KIND_VOICE },
    { "yonder://calls.example.org?call=ada%40example.org&name=Ada%20L&kind=video", "https://calls.example.org", "ada@example.org", "Ada L",
      YONDER_CALL_KIND_VIDEO },
    { "YONDER://calls.example.org:8443/office/", "https://calls.example.org:8443/office", NULL, NULL, YONDER_CALL_KIND_VOICE },
    { "yonder://127.0.0.1:8080/?call=a", "http://127.0.0.1:8080", "a", NULL, YONDER_CALL_KIND_VOICE },
    { "yonder://[::1]:8080/?call=a", "http://[::1]:8080", "a", NULL, YONDER_CALL_KIND_VOICE },
    { "yonder://192.168.1.2/?call=a&tls=no&later=x", "http://192.168.1.2", "a", NULL, YONDER_CALL_KIND_VOICE },
    { "https://calls.example.org/?call=42&name=Z%C3%BCrich", "https://calls.example.org", "42", "Zürich", YONDER_CALL_KIND_VOICE },
    { "bob@example.org", NULL, "bob@example.org", NULL, YONDER_CALL_KIND_VOICE },
    { "Bob Builder", NULL, "Bob Builder", NULL, YONDER_CALL_KIND_VOICE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (YonderLink) link = yonder_link_parse (cases[i].text, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (link->server, ==, cases[i].server);
    g_assert_cmpstr (link->user, ==, cases[i].user);
    g_assert_cmpstr (link->name, ==, cases[i].name);
    g_assert_cmpint (link->kind, ==, cases[i].kind);
  }
}

static void
test_refuses (void)
{
  static const char * const texts[] = {
    "", "yonder:", "yonder:bob", "yonder:///?call=a", "yonder://user:secret@host/?call=a", "yonder://host/?call=a#part",
    "yonder://host/?call=a&call=b", "yonder://host/?call=", "yonder://host/?call=%00", "yonder://host/?call=a%0Ab", "yonder://host/?call=%FF",
    "yonder://host/?call=a&name=%E2%80%AEgro", "yonder://host/?call=a&kind=fax", "yonder://host/?call=a&tls=yes", "yonder://ho st/?call=a",
    "https://example.org/", "https://example.org/?q=a", "file:///etc/passwd", "javascript:alert(1)",
    "a\nb", "../bob", "a/b",
  };
  g_autofree char *long_user = g_strnfill (YONDER_LINK_MAX_USER + 1, 'a');
  g_autofree char *long_link = g_strconcat ("yonder://host/?call=", long_user, NULL);
  g_autofree char *longest = g_strnfill (YONDER_LINK_MAX + 1, 'a');
  const char *long_texts[] = { long_user, long_link, longest };

  for (gsize i = 0; i < G_N_ELEMENTS (texts) + G_N_ELEMENTS (long_texts); i++) {
    const char *text = i < G_N_ELEMENTS (texts) ? texts[i] : long_texts[i - G_N_ELEMENTS (texts)];
    g_autoptr (GError) error = NULL;
    g_autoptr (YonderLink) link = yonder_link_parse (text, &error);

    if (link != NULL)
      g_test_message ("accepted: %s", text);
    g_assert_null (link);
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  }
}

static void
test_writes (void)
{
  static const struct { const char *server, *uri, *page; } cases[] = {
    { "https://calls.example.org", "yonder://calls.example.org/?call=4%262&name=Ada%20%26%20Co&kind=video",
      "https://calls.example.org/?call=4%262&name=Ada%20%26%20Co&kind=video" },
    { "http://127.0.0.1:99/x", "yonder://127.0.0.1:99/x/?call=4%262&name=Ada%20%26%20Co&kind=video",
      "http://127.0.0.1:99/x/?call=4%262&name=Ada%20%26%20Co&kind=video" },
    { "http://10.0.0.1:99", "yonder://10.0.0.1:99/?call=4%262&name=Ada%20%26%20Co&kind=video&tls=no",
      "http://10.0.0.1:99/?call=4%262&name=Ada%20%26%20Co&kind=video" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (YonderLink) link = yonder_link_new (cases[i].server, "4&2", "Ada & Co", YONDER_CALL_KIND_VIDEO);
    g_autofree char *uri = yonder_link_to_uri (link);
    g_autofree char *page = yonder_link_to_page (link);

    g_assert_cmpstr (uri, ==, cases[i].uri);
    g_assert_cmpstr (page, ==, cases[i].page);
    for (guint j = 0; j < 2; j++) {
      g_autoptr (YonderLink) again = yonder_link_parse (j == 0 ? uri : page, NULL);

      g_assert_nonnull (again);
      g_assert_cmpstr (again->server, ==, link->server);
      g_assert_cmpstr (again->user, ==, link->user);
      g_assert_cmpstr (again->name, ==, link->name);
      g_assert_cmpint (again->kind, ==, link->kind);
    }
  }
}

static void
test_same_server (void)
{
  g_autoptr (YonderLink) link = yonder_link_parse ("yonder://calls.example.org/?call=a", NULL);

  g_assert_true (yonder_link_is_of (link, "https://Calls.Example.org/"));
  g_assert_true (yonder_link_is_of (link, "wss://calls.example.org:443"));
  g_assert_false (yonder_link_is_of (link, "http://calls.example.org"));
  g_assert_false (yonder_link_is_of (link, "https://calls.example.org:8443"));
  g_assert_false (yonder_link_is_of (link, "https://calls.example.org/office"));
  g_assert_false (yonder_link_is_of (link, "https://calls.example.org.evil.example"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/link/reads", test_reads);
  g_test_add_func ("/link/refuses", test_refuses);
  g_test_add_func ("/link/writes", test_writes);
  g_test_add_func ("/link/same-server", test_same_server);
  return g_test_run ();
}
