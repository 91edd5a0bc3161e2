/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderAccountDialog - the sign-in page in a dialog: for another account, for one whose sign-in has run out, or for one that changes.
 *
 * Whoever presents it does what its page asks for, and closes it. Thread: main context. */

#pragma once

#include <adwaita.h>

#include "yonder-account-entry.h"
#include "yonder-sign-in-page.h"

G_BEGIN_DECLS

#define YONDER_TYPE_ACCOUNT_DIALOG (yonder_account_dialog_get_type ())
G_DECLARE_FINAL_TYPE (YonderAccountDialog, yonder_account_dialog, YONDER, ACCOUNT_DIALOG, AdwDialog)

YonderAccountDialog *yonder_account_dialog_new      (YonderSignInPurpose purpose, YonderAccountEntry *entry); /* (nullable) */
YonderSignInPage    *yonder_account_dialog_get_page (YonderAccountDialog *self);
YonderAccountEntry  *yonder_account_dialog_get_replaced (YonderAccountDialog *self); /* (nullable): what changes */

G_END_DECLS
