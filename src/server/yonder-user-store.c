/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-store-private.h"

#define MAX_THREADS 4
#define MAX_WAITING 256

G_DEFINE_FINAL_TYPE (YonderUserStore, yonder_user_store, G_TYPE_OBJECT)
G_DEFINE_QUARK (yonder-store-error-quark, yonder_store_error)

/* Write-ahead logging syncs at checkpoints only; what a power cut may lose is the last sign-ins. */
static const char settings[] =
  "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;";

static const char schema[] =
  "CREATE TABLE IF NOT EXISTS users ("
  "  id TEXT PRIMARY KEY, email TEXT UNIQUE COLLATE NOCASE, name TEXT NOT NULL, password TEXT,"
  "  created INTEGER NOT NULL, last_seen INTEGER NOT NULL DEFAULT 0) STRICT;"
  "CREATE TABLE IF NOT EXISTS tokens ("
  "  hash TEXT PRIMARY KEY, refresh_hash TEXT UNIQUE NOT NULL, user TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,"
  "  expires INTEGER NOT NULL, refresh_expires INTEGER NOT NULL) STRICT;"
  "CREATE TABLE IF NOT EXISTS contacts ("
  "  user TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, other TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,"
  "  accepted INTEGER NOT NULL, PRIMARY KEY (user, other)) STRICT;"
  "CREATE TABLE IF NOT EXISTS calls ("
  "  id TEXT PRIMARY KEY, caller TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,"
  "  callee TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, kind TEXT NOT NULL, answered INTEGER NOT NULL) STRICT;"
  "CREATE INDEX IF NOT EXISTS contacts_other ON contacts (other);"
  "CREATE INDEX IF NOT EXISTS tokens_user ON tokens (user);";

/**
 * yonder_user_copy:
 * @self: a user
 *
 * Returns: (transfer full): a copy
 */
YonderUser *
yonder_user_copy (const YonderUser *self)
{
  YonderUser *copy = g_memdup2 (self, sizeof *self);

  copy->id = g_strdup (self->id);
  copy->name = g_strdup (self->name);
  copy->email = g_strdup (self->email);
  return copy;
}

/**
 * yonder_user_free:
 * @self: (transfer full): a user
 */
void
yonder_user_free (YonderUser *self)
{
  g_free (self->id);
  g_free (self->name);
  g_free (self->email);
  g_free (self);
}

/**
 * yonder_store_query_new:
 * @question: what to ask
 *
 * Returns: (transfer full): a query whose other fields are to be filled in
 */
YonderStoreQuery *
yonder_store_query_new (YonderStoreQuestion question)
{
  YonderStoreQuery *self = g_new0 (YonderStoreQuery, 1);

  self->question = question;
  return self;
}

static void
free_secret (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/**
 * yonder_store_query_free:
 * @self: (transfer full): a query
 *
 * Frees it, and wipes the secrets in it.
 */
void
yonder_store_query_free (YonderStoreQuery *self)
{
  g_free (self->user_id);
  g_free (self->other);
  g_free (self->email);
  g_free (self->name);
  g_free (self->text);
  free_secret (self->token);
  free_secret (self->password);
  g_free (self);
}

/**
 * yonder_store_answer_free:
 * @self: (transfer full): an answer
 */
void
yonder_store_answer_free (YonderStoreAnswer *self)
{
  g_clear_pointer (&self->user, yonder_user_free);
  g_clear_pointer (&self->users, g_ptr_array_unref);
  g_clear_pointer (&self->calls, g_ptr_array_unref);
  free_secret (self->token);
  free_secret (self->refresh_token);
  g_free (self);
}

static YonderStoreAnswer *(*const handlers[]) (YonderUserStore *, const YonderStoreQuery *, GError **) = {
  [YONDER_STORE_REGISTER] = yonder_store_register,
  [YONDER_STORE_SIGN_IN] = yonder_store_sign_in,
  [YONDER_STORE_SIGN_IN_GUEST] = yonder_store_sign_in_guest,
  [YONDER_STORE_REFRESH] = yonder_store_refresh,
  [YONDER_STORE_SIGN_OUT] = yonder_store_sign_out,
  [YONDER_STORE_VERIFY] = yonder_store_verify,
  [YONDER_STORE_SEARCH] = yonder_store_search,
  [YONDER_STORE_CONTACTS] = yonder_store_list_contacts,
  [YONDER_STORE_ASK_CONTACT] = yonder_store_ask_contact,
  [YONDER_STORE_ACCEPT_CONTACT] = yonder_store_accept_contact,
  [YONDER_STORE_REMOVE_CONTACT] = yonder_store_remove_contact,
  [YONDER_STORE_SEEN] = yonder_store_note_seen,
  [YONDER_STORE_KEEP_CALL] = yonder_store_keep_call,
  [YONDER_STORE_DROP_CALL] = yonder_store_drop_call,
  [YONDER_STORE_CALLS] = yonder_store_list_calls,
};
G_STATIC_ASSERT (G_N_ELEMENTS (handlers) == YONDER_STORE_N_QUESTIONS);

static void
work (gpointer data, gpointer user_data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  YonderStoreAnswer *answer = yonder_user_store_ask (g_task_get_source_object (task), g_task_get_task_data (task), &error);

  if (answer != NULL)
    g_task_return_pointer (task, answer, (GDestroyNotify) yonder_store_answer_free);
  else
    g_task_return_error (task, error);
}

/* The last reference can be dropped by a worker thread, which cannot wait for itself. */
static void
yonder_user_store_finalize (GObject *object)
{
  YonderUserStore *self = YONDER_USER_STORE (object);

  g_thread_pool_free (self->pool, FALSE, FALSE);
  sqlite3_close (self->db);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (yonder_user_store_parent_class)->finalize (object);
}

static void
yonder_user_store_class_init (YonderUserStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = yonder_user_store_finalize;
}

static void
yonder_user_store_init (YonderUserStore *self)
{
  g_mutex_init (&self->lock);
  self->pool = g_thread_pool_new (work, NULL, MAX_THREADS, FALSE, NULL);
}

/**
 * yonder_user_store_new:
 * @path: (nullable): the SQLite file, made if it is not there; %NULL for a store that ends with the object
 * @error: return location for a [error@Yonder.StoreError]
 *
 * Opens a store. Blocks for as long as the disk takes. Guests whose tokens have run out are forgotten.
 *
 * Returns: (transfer full) (nullable): the store, or %NULL with %YONDER_STORE_ERROR_FAILED
 */
YonderUserStore *
yonder_user_store_new (const char *path, GError **error)
{
  g_autoptr (YonderUserStore) self = g_object_new (YONDER_TYPE_USER_STORE, NULL);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

  if (sqlite3_open_v2 (path ? path : ":memory:", &self->db, flags, NULL) != SQLITE_OK ||
      sqlite3_exec (self->db, settings, NULL, NULL, NULL) != SQLITE_OK ||
      sqlite3_exec (self->db, schema, NULL, NULL, NULL) != SQLITE_OK) {
    g_set_error (error, YONDER_STORE_ERROR, YONDER_STORE_ERROR_FAILED, "The user database %s cannot be opened: %s.",
                 path ? path : "in memory", sqlite3_errmsg (self->db));
    return NULL;
  }
  if (!yonder_store_forget_guests (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * yonder_user_store_ask:
 * @self: the store
 * @query: what to ask
 * @error: return location for a [error@Yonder.StoreError]
 *
 * Asks and waits: for worker threads and for programs before their main loop runs. Callable on any thread.
 *
 * Returns: (transfer full) (nullable): the answer, or %NULL with @error set, whose message is for the user
 */
YonderStoreAnswer *
yonder_user_store_ask (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  return handlers[query->question] (self, query, error);
}

/**
 * yonder_user_store_ask_async:
 * @self: the store
 * @query: (transfer full): what to ask
 * @cancellable: (nullable): only keeps the answer from coming
 * @callback: called with the answer
 * @user_data: for @callback
 */
void
yonder_user_store_ask_async (YonderUserStore *self, YonderStoreQuery *query, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, yonder_user_store_ask_async);
  g_task_set_task_data (task, query, (GDestroyNotify) yonder_store_query_free);
  if (g_thread_pool_unprocessed (self->pool) >= MAX_WAITING)
    g_task_return_new_error_literal (task, YONDER_STORE_ERROR, YONDER_STORE_ERROR_BUSY,
                                     "The server is busy: try again in a moment.");
  else
    g_thread_pool_push (self->pool, g_steal_pointer (&task), NULL);
}

/**
 * yonder_user_store_ask_finish:
 * @self: the store
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.StoreError], or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the answer, or %NULL with @error set, whose message is for the user
 */
YonderStoreAnswer *
yonder_user_store_ask_finish (YonderUserStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
