/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every HTTP handler of the server needs: bounded bodies, answers, and which origins may ask.
 *
 * Thread: main context, where the SoupServer runs.
 */

#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Which web pages may talk to the server. A page of the server itself always may, and so may programs, which send no Origin. */
typedef struct {
  gboolean any;           /* every origin: only for servers that know no secrets */
  char    *public_origin; /* (nullable): "https://calls.example.org", where a proxy or a DNS name stands before the server */
} YonderOriginPolicy;

void        yonder_origin_policy_clear (YonderOriginPolicy *self);
gboolean    yonder_origin_policy_admit (const YonderOriginPolicy *self, SoupServerMessage *message);

void        yonder_http_bound_body     (SoupServerMessage *message, gsize max_length);
GBytes     *yonder_http_get_body       (SoupServerMessage *message);

char       *yonder_http_dup_client     (const char *host);

void        yonder_http_reply          (SoupServerMessage *message, guint status, const char *content_type, const char *text);
void        yonder_http_reply_json     (SoupServerMessage *message, guint status, JsonNode *node);

G_END_DECLS
