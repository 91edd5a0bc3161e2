/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderContactsPage - who can be called, and the calls there were: the contacts of all lines by section and name, the log, search
 * (which asks the servers as well), and which account is not connected.
 *
 * Thread: main context. Properties: place (string), n-contacts, is-searching.
 */

#pragma once

#include <adwaita.h>

#include "yonder-account-book.h"
#include "yonder-call-history.h"
#include "yonder-call-log.h"
#include "yonder-line.h"
#include "yonder-people.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CONTACTS_PAGE (yonder_contacts_page_get_type ())
G_DECLARE_FINAL_TYPE (YonderContactsPage, yonder_contacts_page, YONDER, CONTACTS_PAGE, AdwBin)

void yonder_contacts_page_set_log      (YonderContactsPage *self, YonderCallLog *log, YonderCallHistory *history);
void yonder_contacts_page_set_lines    (YonderContactsPage *self, GListModel *lines, YonderAccountBook *book);
void yonder_contacts_page_update_accounts (YonderContactsPage *self);
void yonder_contacts_page_end_search   (YonderContactsPage *self);
void yonder_contacts_page_start_search (YonderContactsPage *self);
void yonder_contacts_page_show_calls   (YonderContactsPage *self);
void yonder_contacts_page_add_toast    (YonderContactsPage *self, AdwToast *toast);

G_END_DECLS
