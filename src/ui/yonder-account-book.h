/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderAccountBook - the accounts that the user keeps, in the order in which they were added: a GListModel of YonderAccountEntry,
 * written to GSettings (key accounts) whenever one changes. Passwords and tokens are no part of it.
 *
 * Thread: main context. Owned by the application.
 */

#pragma once

#include "yonder-account-entry.h"

G_BEGIN_DECLS

/* chosen: nobody has more */
#define YONDER_ACCOUNT_BOOK_MAX 32

#define YONDER_TYPE_ACCOUNT_BOOK (yonder_account_book_get_type ())
G_DECLARE_FINAL_TYPE (YonderAccountBook, yonder_account_book, YONDER, ACCOUNT_BOOK, GObject)

YonderAccountBook  *yonder_account_book_new    (GSettings *settings);
YonderAccountEntry *yonder_account_book_find   (YonderAccountBook *self, const char *server, const char *user); /* (nullable) */
void                yonder_account_book_insert (YonderAccountBook *self, guint position, YonderAccountEntry *entry);
guint               yonder_account_book_remove (YonderAccountBook *self, YonderAccountEntry *entry);
guint               yonder_account_book_count_on (YonderAccountBook *self);

G_END_DECLS
