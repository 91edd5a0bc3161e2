/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-webrtc-uri.h"

#include <string.h>

static char *
print_host (const YonderIceUri *uri)
{
  return g_strdup_printf (strchr (uri->host, ':') != NULL ? "[%s]:%u" : "%s:%u", uri->host, uri->port);
}

/* Returns: (transfer full) (nullable): "stun://host:port"; the form of RFC 7064, without slashes, is taken and does nothing */
char *
yonder_webrtc_uri_print_stun (const YonderIceUri *uri)
{
  g_autofree char *host = NULL;

  if (uri->scheme != YONDER_ICE_SCHEME_STUN)
    return NULL;

  host = print_host (uri);
  return g_strdup_printf ("stun://%s", host);
}

/**
 * yonder_webrtc_uri_print_turn:
 * @uri: the server
 * @username: (nullable): its user name, with colons and slashes as it may be
 * @credential: (nullable): its password
 *
 * `turns:` has no such form: libnice would speak plain TURN to that port, in clear.
 *
 * Returns: (transfer full) (nullable): the URI, in which user name and password are escaped each on its own
 */
char *
yonder_webrtc_uri_print_turn (const YonderIceUri *uri, const char *username, const char *credential)
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
