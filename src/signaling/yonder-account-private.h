/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the signalling connection of an account needs of it. Private to this room. */

#pragma once

#include "yonder-account.h"
#include "yonder-profile.h"

G_BEGIN_DECLS

YonderProfile *yonder_account_get_profile      (YonderAccount *self);
GTlsDatabase  *yonder_account_get_tls_database (YonderAccount *self); /* (nullable) */

/* Gets a new token for the old one. */
void     yonder_account_refresh_async  (YonderAccount *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean yonder_account_refresh_finish (YonderAccount *self, GAsyncResult *result, GError **error);

G_END_DECLS
