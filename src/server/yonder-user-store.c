/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-user-store.h"

#include "yonder-password.h"
#include "yonder-token.h"

#include <sqlite3.h>

/* Chosen: a working day is covered without a refresh, and a lost laptop is locked out within a month. */
#define TOKEN_LIFE_S ((gint64) 24 * 60 * 60)
#define REFRESH_LIFE_S ((gint64) 30 * 24 * 60 * 60)

#define MAX_THREADS 4
#define MAX_WAITING 256
#define MAX_FOUND 50
#define MAX_CONTACTS 1000
#define MAX_EMAIL 254 /* RFC 5321 section 4.5.3.1.3, less the brackets */

struct _YonderUserStore {
  GObject parent_instance;

  GMutex       lock; /* around the database; never held while hashing */
  sqlite3     *db;
  GThreadPool *pool; /* of GTask whose data is a YonderStoreQuery */
};

G_DEFINE_FINAL_TYPE (YonderUserStore, yonder_user_store, G_TYPE_OBJECT)
G_DEFINE_QUARK (yonder-store-error-quark, yonder_store_error)

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
  "CREATE INDEX IF NOT EXISTS contacts_other ON contacts (other);";

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
  free_secret (self->token);
  free_secret (self->refresh_token);
  g_free (self);
}

static gint64
now_s (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static void
set_database_error (YonderUserStore *self, GError **error)
{
  g_set_error (error, YONDER_STORE_ERROR, YONDER_STORE_ERROR_FAILED,
               "The user database does not work: %s. Check the disk and start the server again.", sqlite3_errmsg (self->db));
}

typedef sqlite3_stmt Statement;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Statement, sqlite3_finalize)

/* @types: one letter for each parameter that follows, s for a string (or NULL), i for a gint64. */
static Statement *
prepare (YonderUserStore *self, GError **error, const char *sql, const char *types, ...)
{
  Statement *statement = NULL;
  va_list values;

  if (sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL) != SQLITE_OK) {
    set_database_error (self, error);
    return NULL;
  }
  va_start (values, types);
  for (int i = 0; types[i]; i++)
    if (types[i] == 's')
      sqlite3_bind_text (statement, i + 1, va_arg (values, const char *), -1, SQLITE_TRANSIENT);
    else
      sqlite3_bind_int64 (statement, i + 1, va_arg (values, gint64));
  va_end (values);
  return statement;
}

/* Runs a statement to its next row, or to its end. */
static gboolean
step (YonderUserStore *self, Statement *statement, gboolean *has_row, GError **error)
{
  int result;

  if (statement == NULL)
    return FALSE;
  result = sqlite3_step (statement);
  if (has_row != NULL)
    *has_row = result == SQLITE_ROW;
  if (result == SQLITE_ROW || result == SQLITE_DONE)
    return TRUE;
  set_database_error (self, error);
  return FALSE;
}

/* For statements that select id, name, email, last_seen first. */
static YonderUser *
read_user (Statement *statement)
{
  YonderUser *user = g_new0 (YonderUser, 1);

  user->id = g_strdup ((const char *) sqlite3_column_text (statement, 0));
  user->name = g_strdup ((const char *) sqlite3_column_text (statement, 1));
  user->email = g_strdup ((const char *) sqlite3_column_text (statement, 2));
  user->last_seen = sqlite3_column_int64 (statement, 3);
  return user;
}

/* Takes @user. */
static YonderStoreAnswer *
answer_user (YonderUser *user)
{
  YonderStoreAnswer *answer = g_new0 (YonderStoreAnswer, 1);

  answer->user = user;
  return answer;
}

/* Takes @user. */
static YonderStoreAnswer *
answer_with_tokens (YonderUserStore *self, YonderUser *user, GError **error)
{
  g_autoptr (YonderStoreAnswer) answer = answer_user (user);
  g_autoptr (Statement) clean = NULL;
  g_autoptr (Statement) insert = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *refresh_hash = NULL;

  answer->token = yonder_token_new ();
  answer->refresh_token = yonder_token_new ();
  answer->expires_in_s = TOKEN_LIFE_S;
  hash = yonder_token_hash (answer->token);
  refresh_hash = yonder_token_hash (answer->refresh_token);
  clean = prepare (self, error, "DELETE FROM tokens WHERE refresh_expires < ?", "i", now_s ());
  if (!step (self, clean, NULL, error))
    return NULL;
  insert = prepare (self, error, "INSERT INTO tokens VALUES (?, ?, ?, ?, ?)", "sssii", hash, refresh_hash, answer->user->id,
                    now_s () + TOKEN_LIFE_S, now_s () + REFRESH_LIFE_S);
  if (!step (self, insert, NULL, error))
    return NULL;
  return g_steal_pointer (&answer);
}

/* A name without spaces around it, or NULL with @error set. Shown to others: no control characters, no tricks with direction. */
static char *
check_name (const char *name, GError **error)
{
  g_autofree char *stripped = name ? g_strstrip (g_strdup (name)) : NULL;
  glong length = stripped && g_utf8_validate (stripped, -1, NULL) ? g_utf8_strlen (stripped, -1) : 0;

  for (const char *c = stripped; length > 0 && *c; c = g_utf8_next_char (c)) {
    gunichar letter = g_utf8_get_char (c);

    if (g_unichar_iscntrl (letter) || (letter >= 0x202a && letter <= 0x202e) || (letter >= 0x2066 && letter <= 0x2069))
      length = 0;
  }
  if (length < 1 || length > YONDER_USER_MAX_NAME) {
    g_set_error (error, YONDER_STORE_ERROR, YONDER_STORE_ERROR_INVALID,
                 "A name has 1 to %d letters: choose another one.", YONDER_USER_MAX_NAME);
    return NULL;
  }
  return g_steal_pointer (&stripped);
}

static gboolean
check_email (const char *email, GError **error)
{
  const char *at = email ? strchr (email, '@') : NULL;
  gboolean is_good = at != NULL && at != email && at[1] && strlen (email) <= MAX_EMAIL && g_utf8_validate (email, -1, NULL);

  for (const char *c = email; is_good && *c; c++)
    is_good = !g_ascii_iscntrl (*c) && !g_ascii_isspace (*c);
  if (!is_good)
    g_set_error_literal (error, YONDER_STORE_ERROR, YONDER_STORE_ERROR_INVALID, "This is no e-mail address: write it as name@example.org.");
  return is_good;
}

static gboolean
check_password (const char *password, GError **error)
{
  gsize length = password ? strlen (password) : 0;

  if (length >= YONDER_USER_MIN_PASSWORD && length <= YONDER_USER_MAX_PASSWORD)
    return TRUE;
  g_set_error (error, YONDER_STORE_ERROR, YONDER_STORE_ERROR_INVALID, "A password has %d to %d letters: choose another one.",
               YONDER_USER_MIN_PASSWORD, YONDER_USER_MAX_PASSWORD);
  return FALSE;
}

/* Takes @name. */
static YonderUser *
insert_user (YonderUserStore *self, const char *email, char *name, const char *hash, GError **error)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *owned_name = name;
  g_autoptr (Statement) insert = prepare (self, error, "INSERT INTO users VALUES (?, ?, ?, ?, ?, 0)", "ssssi", id, email, name, hash,
                                          now_s ());
  YonderUser *user;

  if (insert != NULL && sqlite3_step (insert) == SQLITE_CONSTRAINT) {
    g_set_error_literal (error, YONDER_STORE_ERROR, YONDER_STORE_ERROR_TAKEN,
                         "There is an account of this e-mail address already: sign in with its password.");
    return NULL;
  }
  if (insert == NULL || sqlite3_changes (self->db) != 1) {
    if (error && *error == NULL)
      set_database_error (self, error);
    return NULL;
  }
  user = g_new0 (YonderUser, 1);
  user->id = g_steal_pointer (&id);
  user->name = g_steal_pointer (&owned_name);
  user->email = g_strdup (email);
  return user;
}

static YonderStoreAnswer *
register_user (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  g_autofree char *name = NULL;
  g_autofree char *hash = NULL;
  YonderUser *user;

  if (!check_email (query->email, error) || !check_password (query->password, error) || !(name = check_name (query->name, error)))
    return NULL;
  hash = yonder_password_hash (query->password);
  if (hash == NULL) {
    g_set_error_literal (error, YONDER_STORE_ERROR, YONDER_STORE_ERROR_INVALID, "This password cannot be used: choose another one.");
    return NULL;
  }
  locker = g_mutex_locker_new (&self->lock);
  user = insert_user (self, query->email, g_steal_pointer (&name), hash, error);
  return user ? answer_with_tokens (self, user, error) : NULL;
}

static YonderStoreAnswer *
sign_in_guest (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  char *name = check_name (query->name, error);
  YonderUser *user;

  if (name == NULL)
    return NULL;
  locker = g_mutex_locker_new (&self->lock);
  user = insert_user (self, NULL, name, NULL, error);
  return user ? answer_with_tokens (self, user, error) : NULL;
}

static YonderStoreAnswer *
sign_in (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (YonderUser) user = NULL;
  g_autofree char *hash = NULL;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (Statement) select = prepare (self, error, "SELECT id, name, email, last_seen, password FROM users WHERE email = ?", "s",
                                          query->email);
  gboolean has_row, is_right;

  if (!step (self, select, &has_row, error))
    return NULL;
  if (has_row) {
    user = read_user (select);
    hash = g_strdup ((const char *) sqlite3_column_text (select, 4));
  }
  g_clear_pointer (&select, sqlite3_finalize);
  g_clear_pointer (&locker, g_mutex_locker_free);

  is_right = query->password && strlen (query->password) <= YONDER_USER_MAX_PASSWORD && yonder_password_check (query->password, hash);
  if (!is_right) {
    g_set_error_literal (error, YONDER_STORE_ERROR, YONDER_STORE_ERROR_UNAUTHORIZED,
                         "Wrong e-mail address or password: check both and try again.");
    return NULL;
  }
  locker = g_mutex_locker_new (&self->lock);
  return answer_with_tokens (self, g_steal_pointer (&user), error);
}

/* The user of a token, by the column it is in. */
static YonderUser *
find_token (YonderUserStore *self, const char *token, gboolean is_refresh, GError **error)
{
  g_autofree char *hash = token ? yonder_token_hash (token) : NULL;
  g_autoptr (Statement) select = NULL;
  gboolean has_row;

  select = prepare (self, error,
                    is_refresh ? "SELECT id, name, email, last_seen FROM users JOIN tokens ON id = user"
                                 " WHERE refresh_hash = ? AND refresh_expires >= ?"
                               : "SELECT id, name, email, last_seen FROM users JOIN tokens ON id = user WHERE hash = ? AND expires >= ?",
                    "si", hash, now_s ());
  if (!step (self, select, &has_row, error))
    return NULL;
  if (has_row)
    return read_user (select);
  g_set_error_literal (error, YONDER_STORE_ERROR, YONDER_STORE_ERROR_UNAUTHORIZED, "You are not signed in (any more): sign in again.");
  return NULL;
}

static YonderStoreAnswer *
refresh (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (YonderUser) user = find_token (self, query->token, TRUE, error);
  g_autofree char *hash = query->token ? yonder_token_hash (query->token) : NULL;
  g_autoptr (Statement) delete = NULL;

  if (user == NULL)
    return NULL;
  delete = prepare (self, error, "DELETE FROM tokens WHERE refresh_hash = ?", "s", hash);
  return step (self, delete, NULL, error) ? answer_with_tokens (self, g_steal_pointer (&user), error) : NULL;
}

static YonderStoreAnswer *
sign_out (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autofree char *hash = query->token ? yonder_token_hash (query->token) : NULL;
  g_autoptr (Statement) delete = prepare (self, error, "DELETE FROM tokens WHERE hash = ?", "s", hash);

  return step (self, delete, NULL, error) ? answer_user (NULL) : NULL;
}

static YonderStoreAnswer *
verify (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  YonderUser *user = find_token (self, query->token, FALSE, error);

  return user ? answer_user (user) : NULL;
}

static YonderStoreAnswer *
answer_users (YonderUserStore *self, Statement *select, GError **error)
{
  g_autoptr (YonderStoreAnswer) answer = answer_user (NULL);
  gboolean has_row = TRUE;

  answer->users = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_user_free);
  while (has_row) {
    if (!step (self, select, &has_row, error))
      return NULL;
    if (has_row) {
      YonderUser *user = read_user (select);

      user->contact = sqlite3_column_int (select, 4);
      g_ptr_array_add (answer->users, user);
    }
  }
  return g_steal_pointer (&answer);
}

/* By a part of the name or the whole address; guests cannot be found, they are seen when they are here. */
static YonderStoreAnswer *
search (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (Statement) select = prepare (self, error,
                                          "SELECT id, name, email, last_seen, 0 FROM users"
                                          " WHERE email IS NOT NULL AND (instr (lower (name), lower (?)) > 0 OR email = ?)"
                                          " ORDER BY name LIMIT ?",
                                          "ssi", query->text, query->text, (gint64) MAX_FOUND);

  return answer_users (self, select, error);
}

static YonderStoreAnswer *
list_contacts (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (Statement) select = prepare (self, error,
                                          "SELECT id, name, email, last_seen, CASE WHEN accepted THEN 1 WHEN contacts.user = ?1 THEN 2"
                                          " ELSE 3 END FROM contacts JOIN users ON id = iif (contacts.user = ?1, other, contacts.user)"
                                          " WHERE contacts.user = ?1 OR other = ?1 ORDER BY name LIMIT ?2",
                                          "si", query->user_id, (gint64) MAX_CONTACTS);

  return answer_users (self, select, error);
}

/* The other user of a question about contacts, by id or address. */
static YonderUser *
find_other (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (Statement) select = prepare (self, error, "SELECT id, name, email, last_seen FROM users WHERE id = ?1 OR email = ?1", "s",
                                          query->other);
  g_autoptr (YonderUser) user = NULL;
  gboolean has_row;

  if (!step (self, select, &has_row, error))
    return NULL;
  user = has_row ? read_user (select) : NULL;
  if (user == NULL || strcmp (user->id, query->user_id) == 0) {
    g_set_error_literal (error, YONDER_STORE_ERROR, YONDER_STORE_ERROR_UNKNOWN, "There is no such user.");
    return NULL;
  }
  return g_steal_pointer (&user);
}

/* Asking somebody who has asked us is an acceptance. */
static YonderStoreAnswer *
ask_contact (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (YonderUser) other = find_other (self, query, error);
  g_autoptr (Statement) accept = NULL;
  g_autoptr (Statement) insert = NULL;

  if (other == NULL)
    return NULL;
  accept = prepare (self, error, "UPDATE contacts SET accepted = 1 WHERE user = ? AND other = ?", "ss", other->id, query->user_id);
  if (!step (self, accept, NULL, error))
    return NULL;
  if (sqlite3_changes (self->db) == 0) {
    insert = prepare (self, error, "INSERT OR IGNORE INTO contacts VALUES (?, ?, 0)", "ss", query->user_id, other->id);
    if (!step (self, insert, NULL, error))
      return NULL;
  }
  return answer_user (g_steal_pointer (&other));
}

static YonderStoreAnswer *
accept_contact (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (YonderUser) other = find_other (self, query, error);
  g_autoptr (Statement) accept = NULL;

  if (other == NULL)
    return NULL;
  accept = prepare (self, error, "UPDATE contacts SET accepted = 1 WHERE user = ? AND other = ?", "ss", other->id, query->user_id);
  if (!step (self, accept, NULL, error))
    return NULL;
  if (sqlite3_changes (self->db) == 0) {
    g_set_error_literal (error, YONDER_STORE_ERROR, YONDER_STORE_ERROR_UNKNOWN, "This user has not asked to be your contact.");
    return NULL;
  }
  return answer_user (g_steal_pointer (&other));
}

static YonderStoreAnswer *
remove_contact (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (Statement) delete = prepare (self, error,
                                          "DELETE FROM contacts WHERE (user = ?1 AND other = ?2) OR (user = ?2 AND other = ?1)", "ss",
                                          query->user_id, query->other);

  return step (self, delete, NULL, error) ? answer_user (NULL) : NULL;
}

static YonderStoreAnswer *
note_seen (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (Statement) update = prepare (self, error, "UPDATE users SET last_seen = ? WHERE id = ?", "is", now_s (), query->user_id);

  return step (self, update, NULL, error) ? answer_user (NULL) : NULL;
}

static YonderStoreAnswer *(*const handlers[]) (YonderUserStore *, const YonderStoreQuery *, GError **) = {
  [YONDER_STORE_REGISTER] = register_user,
  [YONDER_STORE_SIGN_IN] = sign_in,
  [YONDER_STORE_SIGN_IN_GUEST] = sign_in_guest,
  [YONDER_STORE_REFRESH] = refresh,
  [YONDER_STORE_SIGN_OUT] = sign_out,
  [YONDER_STORE_VERIFY] = verify,
  [YONDER_STORE_SEARCH] = search,
  [YONDER_STORE_CONTACTS] = list_contacts,
  [YONDER_STORE_ASK_CONTACT] = ask_contact,
  [YONDER_STORE_ACCEPT_CONTACT] = accept_contact,
  [YONDER_STORE_REMOVE_CONTACT] = remove_contact,
  [YONDER_STORE_SEEN] = note_seen,
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
  /* Write-ahead logging syncs at checkpoints only; what a power cut may lose is the last sign-ins. */
  g_autofree char *settings = g_strdup_printf ("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;"
                                               "PRAGMA busy_timeout = 5000; %s"
                                               "DELETE FROM users WHERE email IS NULL AND NOT EXISTS (SELECT 1 FROM tokens WHERE"
                                               " user = users.id AND refresh_expires >= %" G_GINT64_FORMAT ");", schema, now_s ());

  if (sqlite3_open_v2 (path ? path : ":memory:", &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL)
        != SQLITE_OK || sqlite3_exec (self->db, settings, NULL, NULL, NULL) != SQLITE_OK) {
    g_set_error (error, YONDER_STORE_ERROR, YONDER_STORE_ERROR_FAILED, "The user database %s cannot be opened: %s.",
                 path ? path : "in memory", sqlite3_errmsg (self->db));
    return NULL;
  }
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
    g_task_return_new_error_literal (task, YONDER_STORE_ERROR, YONDER_STORE_ERROR_BUSY, "The server is busy: try again in a moment.");
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
