/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-store-private.h"

#include "yonder-password.h"
#include "yonder-token.h"

/* Chosen: a working day is covered without a refresh, and a lost laptop is locked out within a month. */
#define TOKEN_LIFE_S ((gint64) 24 * 60 * 60)
#define REFRESH_LIFE_S ((gint64) 30 * 24 * 60 * 60)

/* Chosen: more people than one machine serves, and more devices than anybody has. */
#define MAX_GUESTS 5000
#define MAX_SIGN_INS 50

#define MAX_EMAIL 254 /* RFC 5321 section 4.5.3.1.3, less the brackets */

/* Takes @user. */
static YonderStoreAnswer *
answer_with_tokens (YonderUserStore *self, YonderUser *user, GError **error)
{
  g_autoptr (YonderStoreAnswer) answer = yonder_store_answer_user (user);
  g_autoptr (YonderStatement) clean = NULL;
  g_autoptr (YonderStatement) forget = NULL;
  g_autoptr (YonderStatement) insert = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *refresh_hash = NULL;

  answer->token = yonder_token_new ();
  answer->refresh_token = yonder_token_new ();
  answer->expires_in_s = TOKEN_LIFE_S;
  hash = yonder_token_hash (answer->token);
  refresh_hash = yonder_token_hash (answer->refresh_token);
  clean = yonder_store_prepare (self, error,
        "DELETE FROM tokens WHERE refresh_expires < ?", "i", yonder_store_now_s ());
  if (!yonder_store_step (self, clean, NULL, error))
    return NULL;
  forget = yonder_store_prepare (self, error,
        "DELETE FROM tokens WHERE user = ?1 AND rowid NOT IN"
        " (SELECT rowid FROM tokens WHERE user = ?1 ORDER BY rowid DESC LIMIT ?2)",
        "si", answer->user->id, (gint64) MAX_SIGN_INS - 1);
  if (!yonder_store_step (self, forget, NULL, error))
    return NULL;
  insert = yonder_store_prepare (self, error,
        "INSERT INTO tokens VALUES (?, ?, ?, ?, ?)",
        "sssii", hash, refresh_hash, answer->user->id,
        yonder_store_now_s () + TOKEN_LIFE_S, yonder_store_now_s () + REFRESH_LIFE_S);
  if (!yonder_store_step (self, insert, NULL, error))
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
    g_set_error_literal (error, YONDER_STORE_ERROR, YONDER_STORE_ERROR_INVALID,
                         "This is no e-mail address: write it as name@example.org.");
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
  g_autoptr (YonderStatement) insert = yonder_store_prepare (self, error,
        "INSERT INTO users VALUES (?, ?, ?, ?, ?, 0)", "ssssi",
        id, email, name, hash, yonder_store_now_s ());
  YonderUser *user;

  if (insert != NULL && sqlite3_step (insert) == SQLITE_CONSTRAINT) {
    g_set_error_literal (error, YONDER_STORE_ERROR, YONDER_STORE_ERROR_TAKEN,
                         "There is an account of this e-mail address already: sign in with its password.");
    return NULL;
  }
  if (insert == NULL || sqlite3_changes (self->db) != 1) {
    if (error && *error == NULL)
      yonder_store_set_error (self, error);
    return NULL;
  }
  user = g_new0 (YonderUser, 1);
  user->id = g_steal_pointer (&id);
  user->name = g_steal_pointer (&owned_name);
  user->email = g_strdup (email);
  return user;
}

YonderStoreAnswer *
yonder_store_register (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  g_autofree char *name = NULL;
  g_autofree char *hash = NULL;
  YonderUser *user;

  if (!check_email (query->email, error) || !check_password (query->password, error) || !(name = check_name (query->name, error)))
    return NULL;
  hash = yonder_password_hash (query->password);
  if (hash == NULL) {
    g_set_error_literal (error, YONDER_STORE_ERROR, YONDER_STORE_ERROR_INVALID,
                         "This password cannot be used: choose another one.");
    return NULL;
  }
  locker = g_mutex_locker_new (&self->lock);
  user = insert_user (self, query->email, g_steal_pointer (&name), hash, error);
  return user ? answer_with_tokens (self, user, error) : NULL;
}

/* Guests whose tokens have run out are gone. */
gboolean
yonder_store_forget_guests (YonderUserStore *self, GError **error)
{
  g_autoptr (YonderStatement) delete = yonder_store_prepare (self, error,
        "DELETE FROM users WHERE email IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM tokens WHERE user = users.id AND refresh_expires >= ?)",
        "i", yonder_store_now_s ());

  return yonder_store_step (self, delete, NULL, error);
}

/* To be a guest costs nothing, so there is an end to how many are kept: those who were not seen for longest go. */
static gboolean
make_room_for_guest (YonderUserStore *self, GError **error)
{
  g_autoptr (YonderStatement) count = yonder_store_prepare (self, error, "SELECT count (*) FROM users WHERE email IS NULL", "");
  g_autoptr (YonderStatement) delete = NULL;

  if (!yonder_store_step (self, count, NULL, error))
    return FALSE;
  if (sqlite3_column_int (count, 0) < MAX_GUESTS)
    return TRUE;
  g_clear_pointer (&count, sqlite3_finalize);
  delete = yonder_store_prepare (self, error,
        "DELETE FROM users WHERE id IN (SELECT id FROM users WHERE email IS NULL ORDER BY max (created, last_seen), rowid LIMIT ?)",
        "i", (gint64) MAX_GUESTS / 10);
  return yonder_store_step (self, delete, NULL, error);
}

YonderStoreAnswer *
yonder_store_sign_in_guest (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  g_autofree char *name = check_name (query->name, error);
  YonderUser *user;

  if (name == NULL)
    return NULL;
  locker = g_mutex_locker_new (&self->lock);
  if (!make_room_for_guest (self, error))
    return NULL;
  user = insert_user (self, NULL, g_steal_pointer (&name), NULL, error);
  return user ? answer_with_tokens (self, user, error) : NULL;
}

YonderStoreAnswer *
yonder_store_sign_in (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (YonderUser) user = NULL;
  g_autofree char *hash = NULL;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (YonderStatement) select = yonder_store_prepare (self, error,
        "SELECT id, name, email, last_seen, password FROM users WHERE email = ?",
        "s", query->email);
  gboolean has_row, is_right;

  if (!yonder_store_step (self, select, &has_row, error))
    return NULL;
  if (has_row) {
    user = yonder_store_read_user (select);
    hash = g_strdup ((const char *) sqlite3_column_text (select, 4));
  }
  g_clear_pointer (&select, sqlite3_finalize);
  g_clear_pointer (&locker, g_mutex_locker_free);

  is_right = query->password && strlen (query->password) <= YONDER_USER_MAX_PASSWORD &&
    yonder_password_check (query->password, hash);
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
  g_autoptr (YonderStatement) select = NULL;
  gboolean has_row;

  select = yonder_store_prepare (self, error,
        is_refresh ? "SELECT id, name, email, last_seen FROM users JOIN tokens ON id = user"
                     " WHERE refresh_hash = ? AND refresh_expires >= ?"
                   : "SELECT id, name, email, last_seen FROM users JOIN tokens ON id = user"
                     " WHERE hash = ? AND expires >= ?",
        "si", hash, yonder_store_now_s ());
  if (!yonder_store_step (self, select, &has_row, error))
    return NULL;
  if (has_row)
    return yonder_store_read_user (select);
  g_set_error_literal (error, YONDER_STORE_ERROR, YONDER_STORE_ERROR_UNAUTHORIZED,
                       "You are not signed in (any more): sign in again.");
  return NULL;
}

YonderStoreAnswer *
yonder_store_refresh (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (YonderUser) user = find_token (self, query->token, TRUE, error);
  g_autofree char *hash = query->token ? yonder_token_hash (query->token) : NULL;
  g_autoptr (YonderStatement) delete = NULL;

  if (user == NULL)
    return NULL;
  delete = yonder_store_prepare (self, error,
        "DELETE FROM tokens WHERE refresh_hash = ?", "s", hash);
  return yonder_store_step (self, delete, NULL, error) ? answer_with_tokens (self, g_steal_pointer (&user), error) : NULL;
}

YonderStoreAnswer *
yonder_store_sign_out (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autofree char *hash = query->token ? yonder_token_hash (query->token) : NULL;
  g_autoptr (YonderStatement) delete = yonder_store_prepare (self, error,
        "DELETE FROM tokens WHERE hash = ?", "s", hash);

  return yonder_store_step (self, delete, NULL, error) ? yonder_store_answer_user (NULL) : NULL;
}

YonderStoreAnswer *
yonder_store_verify (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  YonderUser *user = find_token (self, query->token, FALSE, error);

  return user ? yonder_store_answer_user (user) : NULL;
}
