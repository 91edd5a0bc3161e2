/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderIceServer - one STUN or TURN server: URLs, user name and credential (W3C RTCIceServer; RFC 7064, RFC 7065).
 *
 * Immutable GObject, so that a list of them is a GListModel. Its credential appears in no string made here but those that say so.
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "yonder-ice-candidate.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_ICE_SCHEME_STUN,
  YONDER_ICE_SCHEME_STUNS,
  YONDER_ICE_SCHEME_TURN,
  YONDER_ICE_SCHEME_TURNS,
} YonderIceScheme;

/* One parsed URL. Ports have their defaults (3478, with TLS 5349); an IPv6 literal has no brackets in @host. */
typedef struct {
  YonderIceScheme scheme;
  char           *host;
  guint           port;
  const char     *transport; /* (nullable): "udp" or "tcp"; NULL where the URL does not say */
} YonderIceUri;

YonderIceUri *yonder_ice_uri_parse    (const char *text, GError **error);
char         *yonder_ice_uri_print    (const YonderIceUri *self);
void          yonder_ice_uri_free     (YonderIceUri *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderIceUri, yonder_ice_uri_free)

#define YONDER_TYPE_ICE_SERVER (yonder_ice_server_get_type ())
G_DECLARE_FINAL_TYPE (YonderIceServer, yonder_ice_server, YONDER, ICE_SERVER, GObject)

YonderIceServer    *yonder_ice_server_new            (const char * const *urls, const char *username, const char *credential,
                                                      GError **error);
GPtrArray          *yonder_ice_server_get_uris       (YonderIceServer *self); /* (element-type YonderIceUri) */
const char         *yonder_ice_server_get_username   (YonderIceServer *self); /* (nullable) */
const char         *yonder_ice_server_get_credential (YonderIceServer *self); /* (nullable) */

/* The tolerant reader: RTCIceServer[], {iceServers}, {ice_servers}, {v:{iceServers}}, {username,password,uris,ttl}; url or
 * urls. */
GListStore         *yonder_ice_servers_parse         (JsonNode *root, gint64 *ttl_s, GError **error);

gint64              yonder_ice_servers_read_ttl      (JsonNode *root);

/* The same, with servers whose credentials are missing. */
typedef gboolean (*YonderIceServerFunc) (const char * const *urls, const char *username, const char *credential, gpointer data,
                                         GError **error);
gboolean            yonder_ice_servers_read          (JsonNode *root, YonderIceServerFunc take, gpointer data, gint64 *ttl_s,
                                                      GError **error);

G_END_DECLS
