/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where credentials are kept: in a real keyring (tests/base/with-keyring makes one), and in no file and no line of the log. */

#include <glib/gstdio.h>
#include <string.h>

#include "yonder-ice-account.h"
#include "yonder-ice-server-list.h"

static const char * const hidden[] = { "turn-password-1", "turn-password-2", "account-secret-3" };

typedef struct {
  char                *folder;
  YonderSecrets       *secrets;
  YonderIceServerList *list;
  YonderIceAccount    *account;
} Fixture;

static GMutex log_lock;
static GString *log_lines;

static void
keep_line (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
  g_mutex_lock (&log_lock);
  g_string_append_printf (log_lines, "%s: %s\n", domain, message);
  g_mutex_unlock (&log_lock);
  if (level & (G_LOG_LEVEL_WARNING | G_LOG_LEVEL_CRITICAL))
    g_printerr ("%s: %s\n", domain, message);
}

static GLogWriterOutput
keep_fields (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  g_autofree char *line = g_log_writer_format_fields (level, fields, n_fields, FALSE);

  keep_line ("structured", level, line, data);
  return G_LOG_WRITER_HANDLED;
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(gboolean *) data = TRUE;
}

/* As when the program begins: nothing is known but what was kept. */
static void
begin (Fixture *self)
{
  g_autofree char *list = g_build_filename (self->folder, "ice-servers.json", NULL);
  g_autofree char *account = g_build_filename (self->folder, "ice-account.json", NULL);
  gboolean has_list = FALSE, has_account = FALSE;

  self->secrets = yonder_secrets_new ();
  self->list = yonder_ice_server_list_new (list, self->secrets);
  self->account = yonder_ice_account_new (account, self->secrets);
  yonder_ice_server_list_load_async (self->list, NULL, on_done, &has_list);
  yonder_ice_account_load_async (self->account, NULL, on_done, &has_account);
  while (!has_list || !has_account)
    g_main_context_iteration (NULL, TRUE);
}

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

/* As when the program ends, and the keyring has had its time. */
static void
end (Fixture *self)
{
  yonder_ice_server_list_close (self->list);
  let_go (self->account);
  let_go (self->list);
  let_go (self->secrets);
}

static YonderIceEntry *
get_entry (Fixture *self, guint position)
{
  g_autoptr (YonderIceEntry) entry = g_list_model_get_item (G_LIST_MODEL (self->list), position);

  return entry; /* the list holds it */
}

static void
set_account (Fixture *self, const char *secret)
{
  g_autoptr (GHashTable) values = g_hash_table_new (g_str_hash, g_str_equal);

  g_hash_table_insert (values, (gpointer) "account", (gpointer) "AC1");
  g_hash_table_insert (values, (gpointer) "secret", (gpointer) secret);
  yonder_ice_account_set (self->account, yonder_ice_provider_kind_find ("twilio"), values);
}

static void
assert_hidden (const char *text, const char *where)
{
  for (guint i = 0; i < G_N_ELEMENTS (hidden); i++)
    if (strstr (text, hidden[i]) != NULL)
      g_assertion_message (G_LOG_DOMAIN, __FILE__, __LINE__, G_STRFUNC, where);
}

static void
assert_in_no_file (Fixture *self)
{
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, NULL);
  const char *name;
  guint n_files = 0;

  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *path = g_build_filename (self->folder, name, NULL);
    g_autofree char *text = NULL;

    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
    assert_hidden (text, name);
    n_files++;
  }
  g_assert_cmpuint (n_files, ==, 2);
}

static void
test_kept (Fixture *self, gconstpointer data)
{
  g_autoptr (YonderIceEntry) first = NULL, second = NULL;
  g_autofree char *exported = NULL;

  first = yonder_ice_entry_new (NULL, (const char * const[]) { "turn:a.example", NULL }, "ada", hidden[0]);
  second = yonder_ice_entry_new (NULL, (const char * const[]) { "turns:b.example", NULL }, "ada", hidden[1]);
  begin (self);
  yonder_ice_server_list_insert (self->list, 0, first);
  yonder_ice_server_list_insert (self->list, 1, second);
  set_account (self, hidden[2]);
  end (self);
  assert_in_no_file (self);

  /* the next day */
  begin (self);
  g_assert_true (yonder_secrets_is_persistent (self->secrets));
  g_assert_cmpstr (yonder_ice_entry_get_credential (get_entry (self, 0)), ==, hidden[0]);
  g_assert_cmpstr (yonder_ice_entry_get_credential (get_entry (self, 1)), ==, hidden[1]);
  g_assert_cmpstr (yonder_ice_account_get_value (self->account, "secret"), ==, hidden[2]);
  exported = yonder_ice_server_list_export (self->list);
  assert_hidden (exported, "what is exported");

  /* taken out and put back at once; taken out for good; another password; another provider */
  yonder_ice_server_list_remove (self->list, get_entry (self, 0));
  yonder_ice_server_list_insert (self->list, 0, first);
  yonder_ice_server_list_update (self->list, get_entry (self, 1), (const char * const[]) { "turns:b.example", NULL }, "ada", hidden[0]);
  yonder_ice_account_set (self->account, NULL, NULL);
  end (self);
  begin (self);
  g_assert_cmpstr (yonder_ice_entry_get_credential (get_entry (self, 0)), ==, hidden[0]);
  g_assert_cmpstr (yonder_ice_entry_get_credential (get_entry (self, 1)), ==, hidden[0]);
  g_assert_null (yonder_ice_account_get_kind (self->account));
  set_account (self, "");
  yonder_ice_server_list_remove (self->list, get_entry (self, 0));
  yonder_ice_server_list_remove (self->list, get_entry (self, 0));
  end (self);
  assert_in_no_file (self);
}

/* What was removed is in the keyring no more. */
static void
test_forgotten (Fixture *self, gconstpointer data)
{
  g_autoptr (YonderIceEntry) entry = yonder_ice_entry_new ("known", (const char * const[]) { "turn:a.example", NULL }, "ada", hidden[0]);
  g_autoptr (YonderIceEntry) same = yonder_ice_entry_new ("known", (const char * const[]) { "turn:a.example", NULL }, "ada", NULL);

  begin (self);
  yonder_ice_server_list_insert (self->list, 0, entry);
  set_account (self, hidden[2]);
  end (self);
  begin (self);
  yonder_ice_server_list_remove (self->list, get_entry (self, 0));
  yonder_ice_server_list_insert (self->list, 0, same);
  yonder_ice_account_set (self->account, NULL, NULL);
  set_account (self, "");
  end (self);
  begin (self);
  g_assert_null (yonder_ice_entry_get_credential (get_entry (self, 0)));
  g_assert_null (yonder_ice_account_get_value (self->account, "secret"));
  end (self);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_debug ("everything is heard");
  self->folder = g_dir_make_tmp ("yonder-secrets-XXXXXX", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  static const char * const names[] = { "ice-servers.json", "ice-account.json" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (self->folder, names[i], NULL);

    g_unlink (path);
  }
  g_assert_no_errno (g_rmdir (self->folder));
  g_free (self->folder);
  g_assert_nonnull (strstr (log_lines->str, "everything is heard"));
  assert_hidden (log_lines->str, "the log");
}

int
main (int argc, char *argv[])
{
  log_lines = g_string_new (NULL);
  g_test_init (&argc, &argv, NULL);
  /* all that anybody says, at every level, before anything is taken out of it */
  g_log_set_default_handler (keep_line, NULL);
  g_log_set_writer_func (keep_fields, NULL, NULL);
  g_test_add ("/ice-secrets/kept", Fixture, NULL, set_up, test_kept, tear_down);
  g_test_add ("/ice-secrets/forgotten", Fixture, NULL, set_up, test_forgotten, tear_down);
  return g_test_run ();
}
