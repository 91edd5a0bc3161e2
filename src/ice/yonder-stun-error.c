/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-stun-error.h"

#include <glib/gi18n.h>
#include <string.h>

G_DEFINE_QUARK (yonder-stun-error-quark, yonder_stun_error)

static const struct {
  guint       code;
  const char *words;
} server_words[] = {
  { YONDER_STUN_ERROR_TRY_ALTERNATE, N_("the server sends us to another one") },
  { YONDER_STUN_ERROR_BAD_REQUEST, N_("the server did not understand the request") },
  { YONDER_STUN_ERROR_UNAUTHORIZED, N_("wrong user name or credential") },
  { YONDER_STUN_ERROR_FORBIDDEN, N_("forbidden: the server does not relay to this address, or not for this user") },
  { YONDER_STUN_ERROR_MOBILITY_FORBIDDEN, N_("the server does not let relays move") },
  { YONDER_STUN_ERROR_UNKNOWN_ATTRIBUTE, N_("the server is too old: it does not know what it was asked") },
  { YONDER_STUN_ERROR_ALLOCATION_MISMATCH, N_("the server mixes this relay up with another, or has closed it") },
  { YONDER_STUN_ERROR_STALE_NONCE,
    N_("the server keeps calling our answer stale; its clock or its load balancer may be at fault") },
  { YONDER_STUN_ERROR_FAMILY_NOT_SUPPORTED, N_("the server has no relay address of this kind (IPv4 or IPv6)") },
  { YONDER_STUN_ERROR_WRONG_CREDENTIALS, N_("these are not the credentials that the relay was made with") },
  { YONDER_STUN_ERROR_UNSUPPORTED_TRANSPORT, N_("the server cannot relay UDP") },
  { YONDER_STUN_ERROR_PEER_FAMILY_MISMATCH, N_("the relay is IPv4 and the other side IPv6, or the other way round") },
  { YONDER_STUN_ERROR_CONNECTION_EXISTS, N_("the connection exists already") },
  { YONDER_STUN_ERROR_CONNECTION_FAILED, N_("the server cannot reach the other side") },
  { YONDER_STUN_ERROR_QUOTA_REACHED, N_("allocation quota reached") },
  { YONDER_STUN_ERROR_ROLE_CONFLICT, N_("both sides want to lead") },
  { YONDER_STUN_ERROR_SERVER, N_("the server has a problem of its own; try again later") },
  { YONDER_STUN_ERROR_INSUFFICIENT_CAPACITY, N_("the server is full") },
};

/**
 * yonder_stun_error_from_server:
 * @code: from the server, 300 to 699
 * @reason: (nullable): the server's own words, shown where the code is not known
 *
 * Returns: (transfer full): a %YONDER_STUN_ERROR with @code, as in "401 wrong user name or credential"
 */
GError *
yonder_stun_error_from_server (guint code, const char *reason)
{
  for (guint i = 0; i < G_N_ELEMENTS (server_words); i++)
    if (server_words[i].code == code)
      return g_error_new (YONDER_STUN_ERROR, (int) code, "%u %s", code, _(server_words[i].words));

  return g_error_new (YONDER_STUN_ERROR, (int) code, "%u %s", code,
                      reason != NULL && *reason != '\0' ? reason : _("the server refuses, and does not say why"));
}

/**
 * yonder_stun_error_from_expiry:
 * @username: the user name that was refused
 * @now_s: the time, in seconds since 1970
 *
 * Time-limited user names begin with when they end (draft-uberti-behave-turn-rest, as coturn and most providers do).
 *
 * Returns: (transfer full) (nullable): %YONDER_STUN_ERROR_EXPIRED, or %NULL where the name has no such time, or it has not come
 */
GError *
yonder_stun_error_from_expiry (const char *username, gint64 now_s)
{
  g_autofree char *digits = g_strndup (username, strspn (username, "0123456789"));
  g_autoptr (GDateTime) end = NULL;
  g_autofree char *text = NULL;
  gint64 end_s;

  /* from 2001 on: shorter numbers are names */
  if (!g_ascii_string_to_signed (digits, 10, 1000000000, G_GINT64_CONSTANT (9999999999), &end_s, NULL) || end_s > now_s ||
      (username[strlen (digits)] != '\0' && g_ascii_isalnum (username[strlen (digits)])))
    return NULL;
  end = g_date_time_new_from_unix_local (end_s);
  text = g_date_time_format (end, "%F %R");
  return g_error_new (YONDER_STUN_ERROR, YONDER_STUN_ERROR_EXPIRED,
                      _("401 the credentials expired on %s; new ones must be fetched"), text);
}

static char *
print_end (const char *protocol, guint port)
{
  return g_strdup_printf ("%s %u", protocol, port);
}

/**
 * yonder_stun_error_new_timeout:
 * @protocol: "UDP", "TCP" or "TLS"
 * @host: where
 * @port: which port
 * @was_connected: whether a connection came about, and only the answer stayed away
 */
GError *
yonder_stun_error_new_timeout (const char *protocol, const char *host, guint port, gboolean was_connected)
{
  g_autofree char *end = print_end (protocol, port);

  if (was_connected)
    return g_error_new (YONDER_STUN_ERROR, YONDER_STUN_ERROR_TIMED_OUT,
                        _("timed out: %s took the connection on %s and then said nothing; it may be no STUN or TURN server"),
                        host, end);
  return g_error_new (YONDER_STUN_ERROR, YONDER_STUN_ERROR_TIMED_OUT,
                      _("timed out: %s is blocked on the way to %s, or nothing answers there"), end, host);
}

/**
 * yonder_stun_error_from_socket:
 * @error: what GIO said of the socket
 * @protocol: "UDP", "TCP" or "TLS"
 * @host: where
 * @port: which port
 *
 * Returns: (transfer full): the same in words for people; %G_IO_ERROR_CANCELLED and our own errors stay what they are
 */
GError *
yonder_stun_error_from_socket (const GError *error, const char *protocol, const char *host, guint port)
{
  g_autofree char *end = print_end (protocol, port);

  if (error->domain == YONDER_STUN_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return yonder_stun_error_new_timeout (protocol, host, port, FALSE);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return g_error_new (YONDER_STUN_ERROR, YONDER_STUN_ERROR_REFUSED, _("refused: nothing listens on %s at %s"), end, host);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE))
    return g_error_new (YONDER_STUN_ERROR, YONDER_STUN_ERROR_UNREACHABLE, _("unreachable: this network has no way to %s"), host);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    return g_error_new (YONDER_STUN_ERROR, YONDER_STUN_ERROR_UNREACHABLE, _("forbidden: a firewall on this computer blocks %s"),
                        end);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
    return g_error_new (YONDER_STUN_ERROR, YONDER_STUN_ERROR_CLOSED, _("closed: %s hung up on %s"), host, end);
  if (error->domain == G_TLS_ERROR)
    return g_error_new (YONDER_STUN_ERROR, YONDER_STUN_ERROR_TLS, _("no TLS: %s does not speak it on port %u (%s)"), host, port,
                        error->message);
  return g_error_new (YONDER_STUN_ERROR, YONDER_STUN_ERROR_UNREACHABLE, _("%s on %s: %s"), host, end, error->message);
}

static char *
format_day (GDateTime *time)
{
  g_autoptr (GDateTime) local = time != NULL ? g_date_time_to_local (time) : NULL;

  return local != NULL ? g_date_time_format (local, "%F") : g_strdup (_("an unknown day"));
}

/**
 * yonder_stun_error_from_certificate:
 * @certificate: what the server showed
 * @flags: what is wrong with it; the worst is named
 * @host: the name that it should have been for
 *
 * Returns: (transfer full): %YONDER_STUN_ERROR_CERTIFICATE, as in "certificate expired on 2026-01-31"
 */
GError *
yonder_stun_error_from_certificate (GTlsCertificate *certificate, GTlsCertificateFlags flags, const char *host)
{
  g_autofree char *text = NULL;

  if (flags & G_TLS_CERTIFICATE_EXPIRED) {
    g_autoptr (GDateTime) end = g_tls_certificate_get_not_valid_after (certificate);
    g_autofree char *day = format_day (end);

    text = g_strdup_printf (_("certificate expired on %s"), day);
  } else if (flags & G_TLS_CERTIFICATE_NOT_ACTIVATED) {
    g_autoptr (GDateTime) start = g_tls_certificate_get_not_valid_before (certificate);
    g_autofree char *day = format_day (start);

    text = g_strdup_printf (_("certificate is not valid before %s; is the clock of this computer right?"), day);
  } else if (flags & G_TLS_CERTIFICATE_BAD_IDENTITY) {
    text = g_strdup_printf (_("certificate is not for %s"), host);
  } else if (flags & G_TLS_CERTIFICATE_UNKNOWN_CA) {
    text = g_strdup (_("certificate is from nobody whom this computer trusts"));
  } else if (flags & G_TLS_CERTIFICATE_REVOKED) {
    text = g_strdup (_("certificate was revoked"));
  } else if (flags & G_TLS_CERTIFICATE_INSECURE) {
    text = g_strdup (_("certificate is too weak to be trusted"));
  } else {
    text = g_strdup (_("certificate cannot be checked"));
  }
  return g_error_new_literal (YONDER_STUN_ERROR, YONDER_STUN_ERROR_CERTIFICATE, text);
}
