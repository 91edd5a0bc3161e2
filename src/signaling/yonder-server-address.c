/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-server-address.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>

#include "yonder-sio-client.h"

/**
 * yonder_signaling_parse_server:
 * @uri: http, https, ws or wss, with a path where the server is mounted below one
 * @path: the endpoint below that, such as "/socket.io/", or "" for the server itself
 * @error: return location for %YONDER_SIGNALING_ERROR_INVALID
 *
 * Returns: (transfer full) (nullable): the address that requests go to, as http or https
 */
GUri *
yonder_signaling_parse_server (const char *uri, const char *path, GError **error)
{
  static const struct { const char *given, *used; } schemes[] = {
    { "http", "http" }, { "https", "https" }, { "ws", "http" }, { "wss", "https" },
  };
  g_autoptr (GUri) parsed = g_uri_parse (uri, SOUP_HTTP_URI_FLAGS, NULL);
  const char *scheme = NULL;
  g_autofree char *base = NULL;
  g_autofree char *full = NULL;

  for (gsize i = 0; parsed != NULL && i < G_N_ELEMENTS (schemes); i++)
    if (g_strcmp0 (g_uri_get_scheme (parsed), schemes[i].given) == 0)
      scheme = schemes[i].used;
  if (scheme == NULL || g_uri_get_host (parsed) == NULL || *g_uri_get_host (parsed) == '\0') {
    g_set_error (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_INVALID,
                 _("“%.200s” is no address of a call server. It should look like https://calls.example.org."), uri);
    return NULL;
  }

  base = g_strdup (g_uri_get_path (parsed));
  for (gsize length = strlen (base); length > 0 && base[length - 1] == '/'; length--)
    base[length - 1] = '\0';
  full = g_strconcat (base, *path == '/' || *path == '\0' ? "" : "/", path, NULL);

  return g_uri_build (SOUP_HTTP_URI_FLAGS, scheme, NULL, g_uri_get_host (parsed), g_uri_get_port (parsed), full, NULL, NULL);
}

/**
 * yonder_signaling_host_of:
 * @uri: the address of a server
 *
 * Returns: (transfer full): its host, with the port where it is not the usual one, as a person would write it
 */
char *
yonder_signaling_host_of (GUri *uri)
{
  const char *host = g_uri_get_host (uri);
  gboolean is_ipv6 = host != NULL && strchr (host, ':') != NULL;
  g_autofree char *name = is_ipv6 ? g_strdup_printf ("[%s]", host) : g_strdup (host != NULL ? host : "");

  if (g_uri_get_port (uri) > 0 && g_uri_get_port (uri) != (g_str_equal (g_uri_get_scheme (uri), "https") ? 443 : 80))
    return g_strdup_printf ("%s:%d", name, g_uri_get_port (uri));

  return g_steal_pointer (&name);
}
