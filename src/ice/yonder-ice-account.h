/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderIceAccount - the user's account at a provider of short-lived TURN credentials; none at first.
 *
 * A YonderIceProvider: each lease is a fresh answer of the provider. Which provider and whose account is kept in a JSON file,
 * the secret in the Secret Service. Thread: main context. Owned by whoever builds the object graph. Properties: kind (nullable
 * nick; notifies whenever the account changes).
 */

#pragma once

#include "yonder-ice-provider-kind.h"
#include "yonder-ice-provider.h"
#include "yonder-secrets.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_ICE_PROVIDER_ERROR_UNREACHABLE, /* no answer, or the provider cannot work now: try again later */
  YONDER_ICE_PROVIDER_ERROR_REFUSED,     /* the account is not right */
  YONDER_ICE_PROVIDER_ERROR_BAD_ANSWER,  /* what it says is no list of servers */
  YONDER_ICE_PROVIDER_ERROR_INCOMPLETE,  /* something has to be typed in first */
} YonderIceProviderError;

#define YONDER_ICE_PROVIDER_ERROR (yonder_ice_provider_error_quark ())
GQuark yonder_ice_provider_error_quark (void);

#define YONDER_TYPE_ICE_ACCOUNT (yonder_ice_account_get_type ())
G_DECLARE_FINAL_TYPE (YonderIceAccount, yonder_ice_account, YONDER, ICE_ACCOUNT, GObject)

/* @path and @secrets may be NULL: an account that is tried and not kept. */
YonderIceAccount            *yonder_ice_account_new        (const char *path, YonderSecrets *secrets);
void                         yonder_ice_account_set_base   (YonderIceAccount *self, const char *base);
void                         yonder_ice_account_set        (YonderIceAccount *self, const YonderIceProviderKind *kind,
                                                            GHashTable *values);
const YonderIceProviderKind *yonder_ice_account_get_kind   (YonderIceAccount *self); /* (nullable) */
const char                  *yonder_ice_account_get_value  (YonderIceAccount *self, const char *name); /* (nullable) */
void                         yonder_ice_account_load_async  (YonderIceAccount *self, GCancellable *cancellable,
                                                             GAsyncReadyCallback callback,
                                                            gpointer user_data);
gboolean                     yonder_ice_account_load_finish (YonderIceAccount *self, GAsyncResult *result, GError **error);

G_END_DECLS
