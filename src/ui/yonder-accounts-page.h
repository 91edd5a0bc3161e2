/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderAccountsPage - the preferences of accounts: add one, switch it off, edit it, sign out, remove it (and take that back).
 *
 * Uses app.add-account, app.edit-account, app.sign-in-again and app.reconnect. Thread: main context. */

#pragma once

#include <adwaita.h>

#include "yonder-switchboard.h"

G_BEGIN_DECLS

#define YONDER_TYPE_ACCOUNTS_PAGE (yonder_accounts_page_get_type ())
G_DECLARE_FINAL_TYPE (YonderAccountsPage, yonder_accounts_page, YONDER, ACCOUNTS_PAGE, AdwPreferencesPage)

YonderAccountsPage *yonder_accounts_page_new (YonderSwitchboard *switchboard);

G_END_DECLS
