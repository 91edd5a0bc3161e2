/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-store-private.h"

/* Unix time. */
gint64
yonder_store_now_s (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

/* Says that the database does not work. */
void
yonder_store_set_error (YonderUserStore *self, GError **error)
{
  g_set_error (error, YONDER_STORE_ERROR, YONDER_STORE_ERROR_FAILED,
               "The user database does not work: %s. Check the disk and start the server again.", sqlite3_errmsg (self->db));
}

/* A statement with its parameters. @types: one letter for each parameter that follows, s for a string (or NULL), i for a
 * gint64. */
YonderStatement *
yonder_store_prepare (YonderUserStore *self, GError **error, const char *sql, const char *types, ...)
{
  YonderStatement *statement = NULL;
  va_list values;

  if (sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL) != SQLITE_OK) {
    yonder_store_set_error (self, error);
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
gboolean
yonder_store_step (YonderUserStore *self, YonderStatement *statement, gboolean *has_row, GError **error)
{
  int result;

  if (statement == NULL)
    return FALSE;
  result = sqlite3_step (statement);
  if (has_row != NULL)
    *has_row = result == SQLITE_ROW;
  if (result == SQLITE_ROW || result == SQLITE_DONE)
    return TRUE;
  yonder_store_set_error (self, error);
  return FALSE;
}

/* For statements that select id, name, email, last_seen first, for the user itself. */
YonderUser *
yonder_store_read_user (YonderStatement *statement)
{
  YonderUser *user = g_new0 (YonderUser, 1);

  user->id = g_strdup ((const char *) sqlite3_column_text (statement, 0));
  user->name = g_strdup ((const char *) sqlite3_column_text (statement, 1));
  user->email = g_strdup ((const char *) sqlite3_column_text (statement, 2));
  user->last_seen = sqlite3_column_int64 (statement, 3);
  user->is_known = TRUE;
  return user;
}

/* Takes @user. */
YonderStoreAnswer *
yonder_store_answer_user (YonderUser *user)
{
  YonderStoreAnswer *answer = g_new0 (YonderStoreAnswer, 1);

  answer->user = user;
  return answer;
}
