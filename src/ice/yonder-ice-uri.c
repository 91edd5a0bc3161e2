/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-server.h"

#include <glib/gi18n.h>
#include <string.h>

/* RFC 1035 section 2.3.4 */
#define MAX_HOST_NAME 255

static const struct {
  const char *name;
  guint       default_port;
  gboolean    has_transport; /* RFC 7064 gives stun: no query */
} schemes[] = {
  [YONDER_ICE_SCHEME_STUN] = { "stun", 3478, FALSE },
  [YONDER_ICE_SCHEME_STUNS] = { "stuns", 5349, FALSE },
  [YONDER_ICE_SCHEME_TURN] = { "turn", 3478, TRUE },
  [YONDER_ICE_SCHEME_TURNS] = { "turns", 5349, TRUE },
};

/* The text itself is in no message: people paste URLs with passwords in them. */
static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, YONDER_ICE_ERROR, YONDER_ICE_ERROR_BAD_URI, message);
  return FALSE;
}

static gboolean
is_host_name (const char *host)
{
  gsize label = 0;
  gboolean is_number = TRUE;

  if (g_hostname_is_ip_address (host))
    return strchr (host, ':') == NULL;
  if (*host == '\0' || strlen (host) > MAX_HOST_NAME)
    return FALSE;

  for (const char *at = host; *at != '\0'; at++) {
    if (*at == '.') {
      if (label == 0)
        return FALSE;
      label = 0;
    } else if (++label > 63 || (!g_ascii_isalnum (*at) && *at != '-' && *at != '_')) {
      return FALSE;
    }
    is_number &= g_ascii_isdigit (*at) || *at == '.';
  }
  /* Digits and dots that are no IPv4 address are a typing error, not a name. */
  return !is_number;
}

static gboolean
read_scheme (const char **at, YonderIceScheme *scheme, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++) {
    gsize length = strlen (schemes[i].name);

    if (g_ascii_strncasecmp (*at, schemes[i].name, length) == 0 && (*at)[length] == ':') {
      *scheme = i;
      *at += length + 1;
      return TRUE;
    }
  }
  return fail (error, _("The URL of a server begins with stun:, stuns:, turn: or turns:."));
}

/* host of RFC 3986: a name, an IPv4 address, or an IPv6 address in brackets */
static gboolean
read_host (const char **at, char **host, GError **error)
{
  const char *end;

  if (**at == '[') {
    end = strchr (*at, ']');
    if (end == NULL)
      return fail (error, _("The bracket after the IPv6 address is missing."));
    *host = g_strndup (*at + 1, end - *at - 1);
    *at = end + 1;
    if (strchr (*host, ':') == NULL || strchr (*host, '%') != NULL || !g_hostname_is_ip_address (*host))
      return fail (error, _("What is in brackets is no IPv6 address."));
    return TRUE;
  }

  end = *at + strcspn (*at, ":?");
  *host = g_strndup (*at, end - *at);
  *at = end;
  if (**host == '\0')
    return fail (error, _("The URL names no host, as in turn:turn.example.org:3478."));
  if (strchr (*host, '@') != NULL)
    return fail (error, _("User name and password belong into fields of their own, not into the URL."));
  if (strchr (*host, '/') != NULL)
    return fail (error, _("There are no slashes in the URL of a server, as in turn:turn.example.org:3478."));
  if (!is_host_name (*host))
    return fail (error, _("The host in the URL is neither a name nor an address."));
  return TRUE;
}

static gboolean
read_port (const char **at, guint *port, GError **error)
{
  g_autofree char *digits = NULL;
  guint64 number;
  gsize length;

  if (**at != ':')
    return TRUE;
  (*at)++;
  length = strcspn (*at, "?");
  if (memchr (*at, '@', length) != NULL)
    return fail (error, _("User name and password belong into fields of their own, not into the URL."));
  digits = g_strndup (*at, length);
  if (!g_ascii_isdigit (*digits) || !g_ascii_string_to_unsigned (digits, 10, 1, G_MAXUINT16, &number, NULL))
    return fail (error, _("The port in the URL is no number from 1 to 65535."));
  *port = (guint) number;
  *at += length;
  return TRUE;
}

static gboolean
read_transport (const char *at, const char **transport, GError **error)
{
  if (*at == '\0')
    return TRUE;
  if (g_ascii_strcasecmp (at, "?transport=udp") == 0)
    *transport = "udp";
  else if (g_ascii_strcasecmp (at, "?transport=tcp") == 0)
    *transport = "tcp";
  else
    return fail (error, _("After the port of a server only ?transport=udp or ?transport=tcp may stand."));
  return TRUE;
}

/**
 * yonder_ice_uri_parse:
 * @text: a URL as in an RTCIceServer
 * @error: return location for a [error@Yonder.IceError]
 *
 * Reads a STUN URI (RFC 7064) or TURN URI (RFC 7065).
 *
 * Deviation: a transport is accepted behind stun: too, browsers and some providers' answers have it there; it is dropped.
 *
 * Returns: (transfer full): the URI, or %NULL with %YONDER_ICE_ERROR_BAD_URI
 */
YonderIceUri *
yonder_ice_uri_parse (const char *text, GError **error)
{
  g_autoptr (YonderIceUri) self = g_new0 (YonderIceUri, 1);
  const char *at = text;

  if (!read_scheme (&at, &self->scheme, error) || !read_host (&at, &self->host, error))
    return NULL;
  self->port = schemes[self->scheme].default_port;
  if (!read_port (&at, &self->port, error) || !read_transport (at, &self->transport, error))
    return NULL;

  if (!schemes[self->scheme].has_transport)
    self->transport = NULL;
  return g_steal_pointer (&self);
}

/**
 * yonder_ice_uri_print:
 * @self: a URI
 *
 * Returns: (transfer full): @self with its port, as [func@Yonder.IceUri.parse] reads it
 */
char *
yonder_ice_uri_print (const YonderIceUri *self)
{
  gboolean is_ipv6 = strchr (self->host, ':') != NULL;

  return g_strdup_printf ("%s:%s%s%s:%u%s%s", schemes[self->scheme].name,
                          is_ipv6 ? "[" : "", self->host, is_ipv6 ? "]" : "", self->port,
                          self->transport != NULL ? "?transport=" : "", self->transport != NULL ? self->transport : "");
}

void
yonder_ice_uri_free (YonderIceUri *self)
{
  g_free (self->host);
  g_free (self);
}
