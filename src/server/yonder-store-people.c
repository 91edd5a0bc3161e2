/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-store-private.h"

#define MAX_FOUND 50
#define MAX_CONTACTS 1000

static YonderStoreAnswer *
answer_users (YonderUserStore *self, YonderStatement *select, GError **error)
{
  g_autoptr (YonderStoreAnswer) answer = yonder_store_answer_user (NULL);
  gboolean has_row = TRUE;

  answer->users = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_user_free);
  while (has_row) {
    if (!yonder_store_step (self, select, &has_row, error))
      return NULL;
    if (has_row) {
      YonderUser *user = yonder_store_read_user (select);

      user->contact = sqlite3_column_int (select, 4);
      user->is_known = sqlite3_column_int (select, 5);
      g_ptr_array_add (answer->users, user);
    }
  }
  return g_steal_pointer (&answer);
}

/* By a part of the name or the whole address; guests cannot be found, they are seen when they are here. */
YonderStoreAnswer *
yonder_store_search (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (YonderStatement) select = yonder_store_prepare (self, error,
        "SELECT id, name, email, last_seen, 0, email = ?1 OR EXISTS (SELECT 1 FROM contacts"
        " WHERE accepted AND (user, other) IN (VALUES (id, ?2), (?2, id))) FROM users"
        " WHERE email IS NOT NULL AND ?1 <> ''"
        " AND (instr (lower (name), lower (?1)) > 0 OR email = ?1)"
        " ORDER BY name LIMIT ?3",
        "ssi", query->text, query->user_id, (gint64) MAX_FOUND);

  return answer_users (self, select, error);
}

/* Those who only ask come last: however many ask, they push nobody out. */
YonderStoreAnswer *
yonder_store_list_contacts (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (YonderStatement) select = yonder_store_prepare (self, error,
        "SELECT id, name, email, last_seen,"
        "  CASE WHEN accepted THEN 1 WHEN contacts.user = ?1 THEN 2 ELSE 3 END, accepted"
        " FROM contacts"
        " JOIN users ON id = iif (contacts.user = ?1, other, contacts.user)"
        " WHERE contacts.user = ?1 OR other = ?1 ORDER BY accepted DESC, name LIMIT ?2",
        "si", query->user_id, (gint64) MAX_CONTACTS);

  return answer_users (self, select, error);
}

/* The other user of a question about contacts, by id or address. */
static YonderUser *
find_other (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (YonderStatement) select = yonder_store_prepare (self, error,
        "SELECT id, name, email, last_seen FROM users WHERE id = ?1 OR email = ?1",
        "s", query->other);
  g_autoptr (YonderUser) user = NULL;
  gboolean has_row;

  if (!yonder_store_step (self, select, &has_row, error))
    return NULL;
  user = has_row ? yonder_store_read_user (select) : NULL;
  if (user != NULL)
    user->is_known = g_strcmp0 (user->id, query->other) != 0;
  if (user == NULL || strcmp (user->id, query->user_id) == 0) {
    g_set_error_literal (error, YONDER_STORE_ERROR, YONDER_STORE_ERROR_UNKNOWN, "There is no such user.");
    return NULL;
  }
  return g_steal_pointer (&user);
}

/* Asking somebody who has asked us is an acceptance. */
YonderStoreAnswer *
yonder_store_ask_contact (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (YonderUser) other = find_other (self, query, error);
  g_autoptr (YonderStatement) accept = NULL;
  g_autoptr (YonderStatement) insert = NULL;

  if (other == NULL)
    return NULL;
  accept = yonder_store_prepare (self, error,
        "UPDATE contacts SET accepted = 1 WHERE user = ? AND other = ?", "ss",
        other->id, query->user_id);
  if (!yonder_store_step (self, accept, NULL, error))
    return NULL;
  if (sqlite3_changes (self->db) > 0) {
    other->is_known = TRUE;
    return yonder_store_answer_user (g_steal_pointer (&other));
  }
  insert = yonder_store_prepare (self, error,
        "INSERT OR IGNORE INTO contacts SELECT ?1, ?2, 0 WHERE (SELECT count (*) FROM contacts WHERE user = ?1) < ?3",
        "ssi", query->user_id, other->id, (gint64) MAX_CONTACTS);
  return yonder_store_step (self, insert, NULL, error) ? yonder_store_answer_user (g_steal_pointer (&other)) : NULL;
}

YonderStoreAnswer *
yonder_store_accept_contact (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (YonderUser) other = find_other (self, query, error);
  g_autoptr (YonderStatement) accept = NULL;

  if (other == NULL)
    return NULL;
  accept = yonder_store_prepare (self, error,
        "UPDATE contacts SET accepted = 1 WHERE user = ? AND other = ?", "ss",
        other->id, query->user_id);
  if (!yonder_store_step (self, accept, NULL, error))
    return NULL;
  if (sqlite3_changes (self->db) == 0) {
    g_set_error_literal (error, YONDER_STORE_ERROR, YONDER_STORE_ERROR_UNKNOWN, "This user has not asked to be your contact.");
    return NULL;
  }
  other->is_known = TRUE;
  return yonder_store_answer_user (g_steal_pointer (&other));
}

YonderStoreAnswer *
yonder_store_remove_contact (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (YonderStatement) delete = yonder_store_prepare (self, error,
        "DELETE FROM contacts WHERE (user = ?1 AND other = ?2) OR (user = ?2 AND other = ?1)",
        "ss", query->user_id, query->other);

  return yonder_store_step (self, delete, NULL, error) ? yonder_store_answer_user (NULL) : NULL;
}

YonderStoreAnswer *
yonder_store_note_seen (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (YonderStatement) update = yonder_store_prepare (self, error,
        "UPDATE users SET last_seen = ? WHERE id = ?", "is",
        yonder_store_now_s (),
        query->user_id);

  return yonder_store_step (self, update, NULL, error) ? yonder_store_answer_user (NULL) : NULL;
}
