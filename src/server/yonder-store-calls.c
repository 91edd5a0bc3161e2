/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answered calls of a server, which go on while it is started anew: sound and picture do not need it. */

#include "yonder-store-private.h"

/* chosen: nobody talks longer; what is older was left behind by a power cut */
#define MAX_AGE_S (24 * 60 * 60)
/* Those that the desk holds at the most. */
#define MAX_CALLS 5000

void
yonder_stored_call_free (YonderStoredCall *self)
{
  g_free (self->id);
  g_free (self->caller_id);
  g_free (self->callee_id);
  g_free (self->kind);
  g_free (self);
}

static char *
dup_column (YonderStatement *statement, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, column));
}

YonderStoreAnswer *
yonder_store_keep_call (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (YonderStatement) insert = yonder_store_prepare (self, error, "INSERT OR IGNORE INTO calls VALUES (?, ?, ?, ?, ?)", "ssssi",
                                                             query->text, query->user_id, query->other, query->name,
                                                             yonder_store_now_s ());

  return yonder_store_step (self, insert, NULL, error) ? yonder_store_answer_user (NULL) : NULL;
}

YonderStoreAnswer *
yonder_store_drop_call (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (YonderStatement) delete = yonder_store_prepare (self, error, "DELETE FROM calls WHERE id = ?", "s", query->text);

  return yonder_store_step (self, delete, NULL, error) ? yonder_store_answer_user (NULL) : NULL;
}

YonderStoreAnswer *
yonder_store_list_calls (YonderUserStore *self, const YonderStoreQuery *query, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (YonderStoreAnswer) answer = yonder_store_answer_user (NULL);
  g_autoptr (YonderStatement) select = yonder_store_prepare (self, error,
        "SELECT id, caller, callee, kind, answered FROM calls WHERE answered >= ? LIMIT ?", "ii",
        yonder_store_now_s () - MAX_AGE_S, (gint64) MAX_CALLS);
  gboolean has_row;

  answer->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_stored_call_free);
  while (yonder_store_step (self, select, &has_row, error)) {
    YonderStoredCall *call;

    if (!has_row)
      return g_steal_pointer (&answer);
    call = g_new0 (YonderStoredCall, 1);
    call->id = dup_column (select, 0);
    call->caller_id = dup_column (select, 1);
    call->callee_id = dup_column (select, 2);
    call->kind = dup_column (select, 3);
    call->age_s = MAX (0, yonder_store_now_s () - sqlite3_column_int64 (select, 4));
    g_ptr_array_add (answer->calls, call);
  }
  return NULL;
}
