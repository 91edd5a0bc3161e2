/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderRest - requests to the HTTP interface of a call server: JSON in, JSON out, every failure one sentence.
 *
 * Knows the methods and paths of a profile and carries a bearer token, but not what the answers mean, which is YonderAccount's
 * job. Private to this room. Thread: main context.
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "yonder-profile.h"

G_BEGIN_DECLS

#define YONDER_TYPE_REST (yonder_rest_get_type ())
G_DECLARE_FINAL_TYPE (YonderRest, yonder_rest, YONDER, REST, GObject)

YonderRest *yonder_rest_new              (const char *server, YonderProfile *profile, GError **error);
void        yonder_rest_set_tls_database (YonderRest *self, GTlsDatabase *database);
void        yonder_rest_set_token        (YonderRest *self, const char *token);
gboolean    yonder_rest_has              (YonderRest *self, const char *operation);

void      yonder_rest_ask_async  (YonderRest *self, const char *operation, const char *about, JsonNode *body,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
JsonNode *yonder_rest_ask_finish (YonderRest *self, GAsyncResult *result, GError **error);

void      yonder_rest_fetch_async  (YonderRest *self, const char *address, gsize max_length,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GBytes   *yonder_rest_fetch_finish (YonderRest *self, GAsyncResult *result, GError **error);

G_END_DECLS
