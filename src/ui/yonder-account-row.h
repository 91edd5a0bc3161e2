/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderAccountRow - one account in the preferences: where and as whom, how it stands in words, a switch, and what can be done.
 *
 * Thread: main context. Signals:
 *   switched (gboolean is_on)    the user wants it on or off
 *   chosen (const char *what)    what the user wants: "mend", "copy-link", "edit", "sign-out", "remove"
 */

#pragma once

#include <adwaita.h>

#include "yonder-account-entry.h"

G_BEGIN_DECLS

#define YONDER_TYPE_ACCOUNT_ROW (yonder_account_row_get_type ())
G_DECLARE_FINAL_TYPE (YonderAccountRow, yonder_account_row, YONDER, ACCOUNT_ROW, AdwActionRow)

YonderAccountRow   *yonder_account_row_new       (YonderAccountEntry *entry);
YonderAccountEntry *yonder_account_row_get_entry (YonderAccountRow *self);
void                yonder_account_row_update    (YonderAccountRow *self);

G_END_DECLS
