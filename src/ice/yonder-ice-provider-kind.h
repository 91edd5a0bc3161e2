/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderIceProviderKind - what Yonder knows of one provider of TURN credentials: which fields an account has there, how it is
 * asked, what it answers. A table of constants; pure but for making requests. Any thread.
 */

#pragma once

#include <libsoup/soup.h>

#include "yonder-ice-server.h"

G_BEGIN_DECLS

#define YONDER_ICE_KIND_MAX_FIELDS 4

typedef struct {
  const char *name;        /* under which it is kept */
  const char *label;       /* N_ */
  gboolean    is_secret;   /* goes to the Secret Service; one field at most */
  gboolean    is_optional;
} YonderIceKindField;

typedef struct _YonderIceProviderKind YonderIceProviderKind;

/* The values of an account's fields: name to text. Those without value are missing. */
typedef SoupMessage *(*YonderIceKindRequest) (const YonderIceProviderKind *kind, const char *base, GHashTable *values);

struct _YonderIceProviderKind {
  const char          *nick;  /* under which it is kept */
  const char          *title; /* N_ */
  const char          *hint;  /* N_: where to find what the fields ask for */
  const char          *base;  /* (nullable): of its URLs; NULL where the account names one, or nobody is asked */
  gboolean             belongs_on_server; /* its secret is not meant for clients */
  gint64               ttl_s; /* what is asked for, where the answer does not say; -1: they do not run out */
  YonderIceKindRequest request;       /* (nullable): nobody is asked, the credentials are made here */
  YonderIceKindRequest second_request; /* (nullable): where the first was not allowed, or gave only the key to it */
  YonderIceKindField   fields[YONDER_ICE_KIND_MAX_FIELDS + 1];
};

/* chosen: what draft-uberti advises; no call lasts longer */
#define YONDER_ICE_CREDENTIAL_TTL_S 86400

const YonderIceProviderKind *yonder_ice_provider_kinds     (guint *n_kinds);
const YonderIceProviderKind *yonder_ice_provider_kind_find (const char *nick);
char                        *yonder_ice_provider_kind_check (const YonderIceProviderKind *self, GHashTable *values);

void yonder_ice_make_credential (const char *secret, const char *user, gint64 expiry_s, char **username, char **credential);

G_END_DECLS
