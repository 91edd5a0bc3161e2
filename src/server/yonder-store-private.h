/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the questions of a user store are answered with: statements on its database, and the answers themselves, one function for
 * each question. Those in yonder-store-accounts.c are about who somebody is, those in yonder-store-people.c about whom somebody
 * knows, those in yonder-store-calls.c about who talks to whom.
 *
 * Thread: any; each answering function takes the lock, and what it calls expects it to be taken. Private to this room.
 */

#pragma once

#include "yonder-user-store.h"

#include <sqlite3.h>

G_BEGIN_DECLS

struct _YonderUserStore {
  GObject parent_instance;

  GMutex       lock; /* around the database; never held while hashing */
  sqlite3     *db;
  GThreadPool *pool; /* of GTask whose data is a YonderStoreQuery */
};

typedef sqlite3_stmt YonderStatement;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderStatement, sqlite3_finalize)

gint64             yonder_store_now_s       (void);
void               yonder_store_set_error   (YonderUserStore *self, GError **error);
YonderStatement   *yonder_store_prepare     (YonderUserStore *self, GError **error, const char *sql, const char *types, ...);
gboolean           yonder_store_step        (YonderUserStore *self, YonderStatement *statement, gboolean *has_row,
                                             GError **error);
YonderUser        *yonder_store_read_user   (YonderStatement *statement);
YonderStoreAnswer *yonder_store_answer_user (YonderUser *user);

gboolean yonder_store_forget_guests (YonderUserStore *self, GError **error);

YonderStoreAnswer *yonder_store_register (YonderUserStore *self, const YonderStoreQuery *query, GError **error);
YonderStoreAnswer *yonder_store_sign_in (YonderUserStore *self, const YonderStoreQuery *query, GError **error);
YonderStoreAnswer *yonder_store_sign_in_guest (YonderUserStore *self, const YonderStoreQuery *query, GError **error);
YonderStoreAnswer *yonder_store_refresh (YonderUserStore *self, const YonderStoreQuery *query, GError **error);
YonderStoreAnswer *yonder_store_sign_out (YonderUserStore *self, const YonderStoreQuery *query, GError **error);
YonderStoreAnswer *yonder_store_verify (YonderUserStore *self, const YonderStoreQuery *query, GError **error);
YonderStoreAnswer *yonder_store_search (YonderUserStore *self, const YonderStoreQuery *query, GError **error);
YonderStoreAnswer *yonder_store_list_contacts (YonderUserStore *self, const YonderStoreQuery *query, GError **error);
YonderStoreAnswer *yonder_store_ask_contact (YonderUserStore *self, const YonderStoreQuery *query, GError **error);
YonderStoreAnswer *yonder_store_accept_contact (YonderUserStore *self, const YonderStoreQuery *query, GError **error);
YonderStoreAnswer *yonder_store_remove_contact (YonderUserStore *self, const YonderStoreQuery *query, GError **error);
YonderStoreAnswer *yonder_store_keep_call (YonderUserStore *self, const YonderStoreQuery *query, GError **error);
YonderStoreAnswer *yonder_store_drop_call (YonderUserStore *self, const YonderStoreQuery *query, GError **error);
YonderStoreAnswer *yonder_store_list_calls (YonderUserStore *self, const YonderStoreQuery *query, GError **error);
YonderStoreAnswer *yonder_store_note_seen (YonderUserStore *self, const YonderStoreQuery *query, GError **error);

G_END_DECLS
