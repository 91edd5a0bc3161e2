/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderAccountBanner - says which account is not connected, and why, with a button for what can be done (actions
 * app.sign-in-again and app.reconnect, both with server and user). With several in trouble it is about the one that needs the user most.
 * Thread: main context. */

#pragma once

#include <adwaita.h>

#include "yonder-account-book.h"

G_BEGIN_DECLS

#define YONDER_TYPE_ACCOUNT_BANNER (yonder_account_banner_get_type ())
G_DECLARE_FINAL_TYPE (YonderAccountBanner, yonder_account_banner, YONDER, ACCOUNT_BANNER, AdwBin)

void yonder_account_banner_set_book (YonderAccountBanner *self, YonderAccountBook *book);
void yonder_account_banner_update   (YonderAccountBanner *self);

G_END_DECLS
