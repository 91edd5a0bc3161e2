/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-turn-ticket.h"

/**
 * yonder_turn_config_new:
 * @uris: `stun:`, `turn:` and `turns:` addresses (RFC 7064, RFC 7065)
 * @shared_secret: coturn's `static-auth-secret`
 * @ttl_s: how long credentials are good for new allocations
 *
 * Returns: (transfer full): the configuration
 */
YonderTurnConfig *
yonder_turn_config_new (const char *const *uris, const char *shared_secret, guint ttl_s)
{
  YonderTurnConfig *self = g_new0 (YonderTurnConfig, 1);

  self->uris = g_strdupv ((char **) uris);
  self->shared_secret = g_strdup (shared_secret);
  self->ttl_s = ttl_s;
  return self;
}

/**
 * yonder_turn_config_free:
 * @self: (transfer full): the configuration
 */
void
yonder_turn_config_free (YonderTurnConfig *self)
{
  explicit_bzero (self->shared_secret, strlen (self->shared_secret));
  g_free (self->shared_secret);
  g_strfreev (self->uris);
  g_free (self);
}

/* User name "expiry:user", credential base64 of HMAC-SHA1 of it (draft-uberti-behave-turn-rest-00 section 2.2, coturn's
 * turnserver.conf). */
static void
add_credentials (JsonObject *server, const YonderTurnConfig *self, const char *user, gint64 now_s)
{
  g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT ":%s", now_s + self->ttl_s, user);
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA1, (const guchar *) self->shared_secret, strlen (self->shared_secret));
  guint8 digest[20];
  gsize length = sizeof digest;
  g_autofree char *credential = NULL;

  g_hmac_update (hmac, (const guchar *) name, strlen (name));
  g_hmac_get_digest (hmac, digest, &length);
  credential = g_base64_encode (digest, length);
  json_object_set_string_member (server, "username", name);
  json_object_set_string_member (server, "credential", credential);
}

static JsonObject *
build_server (const YonderTurnConfig *self, gboolean is_turn)
{
  JsonObject *server = json_object_new ();
  JsonArray *urls = json_array_new ();

  for (char **uri = self->uris; *uri; uri++)
    if (g_str_has_prefix (*uri, "turn") == is_turn)
      json_array_add_string_element (urls, *uri);
  json_object_set_array_member (server, "urls", urls);
  return server;
}

/**
 * yonder_turn_config_build_ice_servers:
 * @self: (nullable): the configuration; %NULL where there is none
 * @user: for whom, seen in coturn's log
 * @now_s: Unix time
 *
 * Returns: (transfer full): {iceServers, ttl}; no servers and ttl 0 without a configuration
 */
JsonNode *
yonder_turn_config_build_ice_servers (const YonderTurnConfig *self, const char *user, gint64 now_s)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonArray *servers = json_array_new ();

  for (int is_turn = FALSE; self != NULL && is_turn <= TRUE; is_turn++) {
    JsonObject *server = build_server (self, is_turn);

    if (json_array_get_length (json_object_get_array_member (server, "urls")) == 0) {
      json_object_unref (server);
      continue;
    }
    if (is_turn)
      add_credentials (server, self, user, now_s);
    json_array_add_object_element (servers, server);
  }
  json_object_set_array_member (object, "iceServers", servers);
  json_object_set_int_member (object, "ttl", self ? self->ttl_s : 0);
  json_node_take_object (node, object);
  return node;
}
