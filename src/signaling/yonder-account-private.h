/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an account is, for the files that it is made of: yonder-account.c (who and where), yonder-account-sign-in.c (in and out),
 * yonder-account-refresh.c (a new token for the old one), yonder-account-lists.c (people and ICE servers). The signalling
 * connection of an account uses the functions. Private to this room.
 */

#pragma once

#include "yonder-account.h"
#include "yonder-profile.h"
#include "yonder-rest.h"

G_BEGIN_DECLS

typedef struct _YonderRefresh YonderRefresh;

struct _YonderAccount {
  GObject parent_instance;

  /* owned */
  YonderProfile *profile;
  YonderRest    *rest;
  GTlsDatabase  *tls_database;  /* (nullable) */
  char          *server;
  char          *user_id;       /* (nullable) */
  char          *user_name;     /* (nullable) */
  char          *token;         /* (nullable) */
  char          *refresh_token; /* (nullable) */

  YonderRefresh *refresh; /* (nullable) (borrowed): the one that is under way, for as long as its answer is wanted */
  guint          attempt; /* counts sign-ins and sign-outs: what is answered to an earlier one does not count any more */
};

YonderProfile *yonder_account_get_profile      (YonderAccount *self);
GTlsDatabase  *yonder_account_get_tls_database (YonderAccount *self);

void     yonder_account_set_token     (YonderAccount *self, const char *token);
void     yonder_account_begin_attempt (YonderAccount *self, const char *token);
gboolean yonder_account_take_token    (YonderAccount *self, const char *operation, JsonNode *root);
gboolean yonder_account_take_user     (YonderAccount *self, const char *operation, JsonNode *root);
GError  *yonder_account_misfit        (YonderAccount *self);

void     yonder_account_refresh_async  (YonderAccount *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                        gpointer user_data);
gboolean yonder_account_refresh_finish (YonderAccount *self, GAsyncResult *result, GError **error);

void      yonder_account_load_async  (YonderAccount *self, const char *operation, const char *about, JsonNode *body,
                                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
JsonNode *yonder_account_load_finish (YonderAccount *self, GAsyncResult *result, GError **error);

G_END_DECLS
