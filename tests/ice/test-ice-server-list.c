/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The user's list: order, switches, what is kept where, what calls get of it. Without a Secret Service, so that passwords last for the
 * session: they are in no file. */

#include <glib/gstdio.h>

#include "yonder-ice-import.h"
#include "yonder-ice-server-list.h"

typedef struct {
  char                *folder;
  char                *path;
  YonderSecrets       *secrets;
  YonderIceServerList *list;
  guint                n_changed;
} Fixture;

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  *(gboolean *) data = yonder_ice_server_list_load_finish (YONDER_ICE_SERVER_LIST (source), result, NULL);
}

/* What is under way holds a reference, and ends by itself. */
static void
let_go (gpointer object)
{
  gint64 deadline_us = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  g_object_add_weak_pointer (object, &object);
  g_object_unref (object);
  while (object != NULL) {
    g_assert_cmpint (g_get_monotonic_time (), <, deadline_us);
    g_main_context_iteration (NULL, FALSE);
  }
}

static void
count (guint *n)
{
  (*n)++;
}

static void
open_list (Fixture *fixture)
{
  gboolean is_loaded = FALSE;

  fixture->list = yonder_ice_server_list_new (fixture->path, fixture->secrets);
  g_signal_connect_swapped (fixture->list, "changed", G_CALLBACK (count), &fixture->n_changed);
  yonder_ice_server_list_load_async (fixture->list, NULL, on_loaded, &is_loaded);
  while (!is_loaded)
    g_main_context_iteration (NULL, TRUE);
}

static void
reopen (Fixture *fixture)
{
  yonder_ice_server_list_close (fixture->list);
  let_go (fixture->list);
  open_list (fixture);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("yonder-list-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "sub", "ice-servers.json", NULL);
  fixture->secrets = yonder_secrets_new ();
  open_list (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sub = g_path_get_dirname (fixture->path);

  yonder_ice_server_list_close (fixture->list);
  let_go (fixture->list);
  let_go (fixture->secrets);
  g_unlink (fixture->path);
  g_rmdir (sub);
  g_rmdir (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static YonderIceEntry *
add (Fixture *fixture, const char *url, const char *username, const char *credential)
{
  g_autoptr (YonderIceEntry) entry = yonder_ice_entry_new (NULL, (const char * const[]) { url, NULL }, username, credential);

  g_assert_true (yonder_ice_server_list_insert (fixture->list, G_MAXUINT, entry));
  return entry; /* the list holds it */
}

/* "first, second (off)" */
static char *
titles (Fixture *fixture)
{
  GListModel *model = G_LIST_MODEL (fixture->list);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (YonderIceEntry) entry = g_list_model_get_item (model, i);
    g_autofree char *title = yonder_ice_entry_dup_title (entry);

    g_string_append_printf (text, "%s%s%s", i > 0 ? ", " : "", title, yonder_ice_entry_is_enabled (entry) ? "" : " (off)");
  }
  return g_string_free (text, FALSE);
}

#define assert_titles(fixture, expected) G_STMT_START { \
  g_autofree char *titles_ = titles (fixture); g_assert_cmpstr (titles_, ==, expected); } G_STMT_END

static guint
count_lent (Fixture *fixture)
{
  g_autoptr (YonderIceLease) lease = yonder_ice_provider_peek (YONDER_ICE_PROVIDER (fixture->list));

  return g_list_model_get_n_items (yonder_ice_lease_get_servers (lease));
}

static void
test_persistence (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autoptr (YonderIceEntry) second = NULL;
  YonderIceEntry *entry;

  add (fixture, "stun:a.example", NULL, NULL);
  entry = add (fixture, "turn:b.example", "ada", "very secret");
  yonder_ice_entry_set_enabled (entry, FALSE);
  add (fixture, "turns:c.example", "bob", "also secret");
  yonder_ice_server_list_set_relay_only (fixture->list, TRUE);

  reopen (fixture);
  assert_titles (fixture, "a.example, b.example (off), c.example");
  g_assert_true (yonder_ice_server_list_is_relay_only (fixture->list));
  second = g_list_model_get_item (G_LIST_MODEL (fixture->list), 1);
  g_assert_cmpstr (yonder_ice_entry_get_username (second), ==, "ada");
  g_assert_cmpstr (yonder_ice_entry_get_credential (second), ==, "very secret"); /* from the same YonderSecrets */

  g_assert_true (g_file_get_contents (fixture->path, &text, NULL, NULL));
  g_assert_null (strstr (text, "secret"));
  g_assert_nonnull (strstr (text, "ada"));
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  YonderIceEntry *a = add (fixture, "stun:a.example", NULL, NULL);

  add (fixture, "stun:b.example", NULL, NULL);
  add (fixture, "stun:c.example", NULL, NULL);
  yonder_ice_server_list_move (fixture->list, a, 2);
  assert_titles (fixture, "b.example, c.example, a.example");
  yonder_ice_server_list_move (fixture->list, a, 1);
  assert_titles (fixture, "b.example, a.example, c.example");
  yonder_ice_server_list_move (fixture->list, a, 99);
  reopen (fixture);
  assert_titles (fixture, "b.example, c.example, a.example");
}

static void
test_remove_and_undo (Fixture *fixture, gconstpointer data)
{
  g_autoptr (YonderIceEntry) b = NULL;
  g_autoptr (YonderIceEntry) again = NULL;
  guint position;

  add (fixture, "stun:a.example", NULL, NULL);
  b = g_object_ref (add (fixture, "turn:b.example", "ada", "p"));
  add (fixture, "stun:c.example", NULL, NULL);
  position = yonder_ice_server_list_remove (fixture->list, b);
  g_assert_cmpuint (position, ==, 1);
  assert_titles (fixture, "a.example, c.example");
  yonder_ice_server_list_insert (fixture->list, position, b);
  assert_titles (fixture, "a.example, b.example, c.example");
  reopen (fixture);
  again = g_list_model_get_item (G_LIST_MODEL (fixture->list), 1);
  g_assert_cmpstr (yonder_ice_entry_get_credential (again), ==, "p");
}

/* What calls get: what is switched on and complete, and a word whenever that changes. */
static void
test_lease (Fixture *fixture, gconstpointer data)
{
  YonderIceEntry *entry = add (fixture, "turn:b.example", "ada", "p");
  g_autofree char *warning = NULL;

  add (fixture, "turn:unfinished.example", "ada", NULL);
  g_assert_cmpuint (count_lent (fixture), ==, 1);
  fixture->n_changed = 0;
  yonder_ice_entry_set_enabled (entry, FALSE);
  g_assert_cmpuint (fixture->n_changed, ==, 1);
  g_assert_cmpuint (count_lent (fixture), ==, 0);
  yonder_ice_entry_set_enabled (entry, TRUE);
  yonder_ice_server_list_update (fixture->list, entry, (const char * const[]) { "stun:d.example", NULL }, NULL, NULL);
  g_assert_cmpuint (fixture->n_changed, ==, 3);
  g_assert_cmpuint (count_lent (fixture), ==, 1);
  assert_titles (fixture, "d.example, unfinished.example");
}

static void
test_export (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autoptr (YonderIceImport) import = NULL;

  add (fixture, "stun:a.example", NULL, NULL);
  add (fixture, "turn:b.example", "ada", "very secret");
  text = yonder_ice_server_list_export (fixture->list);
  g_assert_null (strstr (text, "secret"));
  import = yonder_ice_import_text (text, -1, NULL);
  g_assert_cmpuint (import->entries->len, ==, 2);
  g_assert_cmpstr (yonder_ice_entry_get_username (import->entries->pdata[1]), ==, "ada");
}

static void
test_limit (Fixture *fixture, gconstpointer data)
{
  g_autoptr (YonderIceEntry) one_more = yonder_ice_entry_new (NULL, (const char * const[]) { "stun:z.example", NULL }, NULL, NULL);

  for (guint i = 0; i < YONDER_ICE_SERVER_LIST_MAX; i++)
    add (fixture, "stun:a.example", NULL, NULL);
  g_assert_false (yonder_ice_server_list_insert (fixture->list, 0, one_more));
}

/* A file that somebody else wrote, or that was cut off. */
static void
test_bad_file (Fixture *fixture, gconstpointer data)
{
  static const char * const texts[] = {
    "{\"iceServers\": [", "[]", "7", "{\"iceServers\": 7, \"iceTransportPolicy\": []}",
    "{\"iceServers\": [7, {}, {\"urls\": []}, {\"urls\": [7]}, {\"urls\": [\"stun:a.example\"], \"enabled\": \"x\", \"username\": 7}]}",
  };
  static const char * const expected[] = { "", "", "", "", "a.example" };
  g_autofree char *sub = g_path_get_dirname (fixture->path);

  g_mkdir (sub, 0700);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    let_go (fixture->list);
    g_assert_true (g_file_set_contents (fixture->path, texts[i], -1, NULL));
    if (i == 0)
      g_test_expect_message ("yonder-ice", G_LOG_LEVEL_WARNING, "*cannot be read*");
    open_list (fixture);
    if (i == 0)
      g_test_assert_expected_messages ();
    assert_titles (fixture, expected[i]);
  }
}

int
main (int argc, char *argv[])
{
  static const struct { const char *path; void (*test) (Fixture *, gconstpointer); } tests[] = {
    { "/ice-server-list/persistence", test_persistence },
    { "/ice-server-list/order", test_order },
    { "/ice-server-list/remove-and-undo", test_remove_and_undo },
    { "/ice-server-list/lease", test_lease },
    { "/ice-server-list/export", test_export },
    { "/ice-server-list/limit", test_limit },
    { "/ice-server-list/bad-file", test_bad_file },
  };

  /* no bus: passwords last for the session */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);

  return g_test_run ();
}
