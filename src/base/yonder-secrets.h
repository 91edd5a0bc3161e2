/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderSecrets - passwords and tokens, kept in the Secret Service and nowhere else.
 *
 * Where there is no Secret Service they last for the life of the object and `persistent` is FALSE, so that a page can say so.
 * A secret is found by server and user. Thread: main context; every call is asynchronous.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define YONDER_TYPE_SECRETS (yonder_secrets_get_type ())
G_DECLARE_FINAL_TYPE (YonderSecrets, yonder_secrets, YONDER, SECRETS, GObject)

YonderSecrets *yonder_secrets_new           (void);
gboolean       yonder_secrets_is_persistent (YonderSecrets *self);

void     yonder_secrets_store_async   (YonderSecrets *self, const char *server, const char *user, const char *secret,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean yonder_secrets_store_finish  (YonderSecrets *self, GAsyncResult *result, GError **error);
void     yonder_secrets_lookup_async  (YonderSecrets *self, const char *server, const char *user,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char    *yonder_secrets_lookup_finish (YonderSecrets *self, GAsyncResult *result, GError **error);
void     yonder_secrets_clear_async   (YonderSecrets *self, const char *server, const char *user,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean yonder_secrets_clear_finish  (YonderSecrets *self, GAsyncResult *result, GError **error);

G_END_DECLS
