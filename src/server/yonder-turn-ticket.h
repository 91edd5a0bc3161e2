/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time-limited TURN credentials from a secret shared with coturn (`use-auth-secret`). Pure; callable on any thread. */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A plain value that owns its strings. */
typedef struct {
  char **uris;
  char  *shared_secret;
  guint  ttl_s;
} YonderTurnConfig;

YonderTurnConfig *yonder_turn_config_new  (const char *const *uris, const char *shared_secret, guint ttl_s);
void              yonder_turn_config_free (YonderTurnConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderTurnConfig, yonder_turn_config_free)

JsonNode         *yonder_turn_config_build_ice_servers (const YonderTurnConfig *self, const char *user, gint64 now_s);

G_END_DECLS
