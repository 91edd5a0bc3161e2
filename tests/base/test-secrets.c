/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Secrets with and without a Secret Service. The program is run twice: with no session bus, and (argument "service") inside a bus
 * session in which a real keyring was unlocked; tests/base/with-keyring makes that. */

#include "yonder-secrets.h"

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
store (YonderSecrets *secrets, const char *server, const char *user, const char *secret)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  yonder_secrets_store_async (secrets, server, user, secret, NULL, on_done, &result);
  g_assert_true (yonder_secrets_store_finish (secrets, wait_for (&result), &error));
  g_assert_no_error (error);
}

static void
assert_kept (YonderSecrets *secrets, const char *server, const char *user, const char *secret)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *kept = NULL;

  yonder_secrets_lookup_async (secrets, server, user, NULL, on_done, &result);
  kept = yonder_secrets_lookup_finish (secrets, wait_for (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (kept, ==, secret);
}

static void
forget (YonderSecrets *secrets, const char *server, const char *user)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  yonder_secrets_clear_async (secrets, server, user, NULL, on_done, &result);
  g_assert_true (yonder_secrets_clear_finish (secrets, wait_for (&result), &error));
  g_assert_no_error (error);
}

static void
use (YonderSecrets *secrets)
{
  assert_kept (secrets, "https://calls.example.org", "ada", NULL);
  store (secrets, "https://calls.example.org", "ada", "first");
  store (secrets, "https://calls.example.org", "ada", "hunter2 \u00e4");
  store (secrets, "https://calls.example.org", "bob", "b");
  store (secrets, "https://other.example.org", "ada", "o");
  assert_kept (secrets, "https://calls.example.org", "ada", "hunter2 \u00e4");
  assert_kept (secrets, "https://calls.example.org", "bob", "b");
  assert_kept (secrets, "https://other.example.org", "ada", "o");
  assert_kept (secrets, "https://other.example.org", "bob", NULL);
  forget (secrets, "https://calls.example.org", "ada");
  assert_kept (secrets, "https://calls.example.org", "ada", NULL);
  assert_kept (secrets, "https://calls.example.org", "bob", "b");
  forget (secrets, "https://calls.example.org", "ada");
}

static void
count (guint *times)
{
  (*times)++;
}

static void
test_session_only (void)
{
  g_autoptr (YonderSecrets) secrets = yonder_secrets_new ();
  g_autoptr (YonderSecrets) later = yonder_secrets_new ();
  guint notified = 0;

  g_signal_connect_swapped (secrets, "notify::persistent", G_CALLBACK (count), &notified);
  g_assert_true (yonder_secrets_is_persistent (secrets));
  use (secrets);
  g_assert_false (yonder_secrets_is_persistent (secrets));
  g_assert_cmpuint (notified, ==, 1);
  assert_kept (later, "https://calls.example.org", "bob", NULL);
}

static void
test_persistent (void)
{
  g_autoptr (YonderSecrets) secrets = yonder_secrets_new ();
  g_autoptr (YonderSecrets) later = yonder_secrets_new ();

  use (secrets);
  g_assert_true (yonder_secrets_is_persistent (secrets));
  assert_kept (later, "https://calls.example.org", "bob", "b");
}

static void
test_cancelled (void)
{
  g_autoptr (YonderSecrets) secrets = yonder_secrets_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  yonder_secrets_store_async (secrets, "s", "u", "x", cancellable, on_done, &result);
  g_assert_false (yonder_secrets_store_finish (secrets, wait_for (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (yonder_secrets_is_persistent (secrets));
  assert_kept (secrets, "s", "u", NULL);
}

/* Taken out and put back at once, as by an undo: what was asked for last is what is there. */
static void
test_in_order (void)
{
  g_autoptr (YonderSecrets) secrets = yonder_secrets_new ();
  g_autoptr (GAsyncResult) stored = NULL, cleared = NULL, stored_again = NULL;

  yonder_secrets_store_async (secrets, "s", "u", "first", NULL, on_done, &stored);
  yonder_secrets_clear_async (secrets, "s", "u", NULL, on_done, &cleared);
  yonder_secrets_store_async (secrets, "s", "u", "second", NULL, on_done, &stored_again);
  g_assert_true (yonder_secrets_store_finish (secrets, wait_for (&stored_again), NULL));
  g_assert_true (yonder_secrets_store_finish (secrets, wait_for (&stored), NULL));
  g_assert_true (yonder_secrets_clear_finish (secrets, wait_for (&cleared), NULL));
  assert_kept (secrets, "s", "u", "second");
  forget (secrets, "s", "u");
}

int
main (int argc, char *argv[])
{
  gboolean has_service;

  g_test_init (&argc, &argv, NULL);
  has_service = argc > 1 && g_str_equal (argv[1], "service");
  if (has_service) {
    g_test_add_func ("/secrets/persistent", test_persistent);
  } else {
    g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);
    g_test_add_func ("/secrets/session-only", test_session_only);
  }
  g_test_add_func ("/secrets/in-order", test_in_order);
  g_test_add_func ("/secrets/cancelled", test_cancelled);

  return g_test_run ();
}
