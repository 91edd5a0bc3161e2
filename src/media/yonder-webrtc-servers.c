/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-webrtc-servers.h"

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>
#include <string.h>

/* libnice takes so many entries a component (NICE_CANDIDATE_MAX_TURN_SERVERS), and a URL without transport makes two. */
#define MAX_TURN_ENTRIES 8

static char *
print_host (const YonderIceUri *uri)
{
  return strchr (uri->host, ':') != NULL ? g_strdup_printf ("[%s]:%u", uri->host, uri->port) : g_strdup_printf ("%s:%u", uri->host, uri->port);
}

/* Returns: (transfer full) (nullable): "stun://host:port"; the form of RFC 7064, without slashes, is taken and does nothing */
char *
yonder_webrtc_servers_stun_uri (const YonderIceUri *uri)
{
  g_autofree char *host = NULL;

  if (uri->scheme != YONDER_ICE_SCHEME_STUN)
    return NULL;

  host = print_host (uri);
  return g_strdup_printf ("stun://%s", host);
}

/**
 * yonder_webrtc_servers_turn_uri:
 * @uri: the server
 * @username: (nullable): its user name, with colons and slashes as it may be
 * @credential: (nullable): its password
 *
 * `turns:` has no such form: libnice would speak plain TURN to that port, in clear.
 *
 * Returns: (transfer full) (nullable): the URI, in which user name and password are escaped each on its own
 */
char *
yonder_webrtc_servers_turn_uri (const YonderIceUri *uri, const char *username, const char *credential)
{
  g_autofree char *user = NULL;
  g_autofree char *password = NULL;
  g_autofree char *host = NULL;

  if (uri->scheme != YONDER_ICE_SCHEME_TURN || username == NULL || credential == NULL)
    return NULL;

  user = g_uri_escape_string (username, NULL, FALSE);
  password = g_uri_escape_string (credential, NULL, FALSE);
  host = print_host (uri);
  return g_strdup_printf ("turn://%s:%s@%s%s%s", user, password, host, uri->transport != NULL ? "?transport=" : "",
                          uri->transport != NULL ? uri->transport : "");
}

static void
apply_uri (GstElement *webrtcbin, YonderIceServer *server, const YonderIceUri *uri, gboolean *has_stun, guint *n_turn)
{
  g_autofree char *stun = yonder_webrtc_servers_stun_uri (uri);
  g_autofree char *turn = yonder_webrtc_servers_turn_uri (uri, yonder_ice_server_get_username (server),
                                                          yonder_ice_server_get_credential (server));
  guint n_entries = uri->transport != NULL ? 1 : 2;
  gboolean added = FALSE;

  if (stun != NULL && !*has_stun) {
    g_object_set (webrtcbin, "stun-server", stun, NULL);
    *has_stun = TRUE;
  } else if (turn != NULL && *n_turn + n_entries <= MAX_TURN_ENTRIES) {
    g_signal_emit_by_name (webrtcbin, "add-turn-server", turn, &added);
    if (added)
      *n_turn += n_entries;
    else
      g_warning ("the TURN server %s was not accepted", uri->host);
  } else if (uri->scheme == YONDER_ICE_SCHEME_TURNS) {
    g_message ("%s is not used: TURN over TLS needs the tunnel", uri->host);
  }
}

/**
 * yonder_webrtc_servers_apply:
 * @webrtcbin: a webrtcbin without descriptions
 * @servers: (nullable): of [class@Yonder.IceServer], in order of preference
 * @relay_only: no path but through a relay
 *
 * libnice knows one STUN server: the first is taken. TURN servers answer STUN requests as well.
 */
void
yonder_webrtc_servers_apply (GstElement *webrtcbin, GListModel *servers, gboolean relay_only)
{
  guint n_servers = servers != NULL ? g_list_model_get_n_items (servers) : 0;
  gboolean has_stun = FALSE;
  guint n_turn = 0;

  for (guint i = 0; i < n_servers; i++) {
    g_autoptr (YonderIceServer) server = g_list_model_get_item (servers, i);
    GPtrArray *uris = yonder_ice_server_get_uris (server);

    for (guint j = 0; j < uris->len; j++)
      apply_uri (webrtcbin, server, g_ptr_array_index (uris, j), &has_stun, &n_turn);
  }
  g_object_set (webrtcbin, "ice-transport-policy",
                relay_only ? GST_WEBRTC_ICE_TRANSPORT_POLICY_RELAY : GST_WEBRTC_ICE_TRANSPORT_POLICY_ALL, NULL);
}
