/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-signaling-error.h"

#include <glib/gi18n.h>

#include "yonder-eio-packet.h"
#include "yonder-foreign-text.h"
#include "yonder-json.h"
#include "yonder-server-address.h"

/* Bounds on what is quoted of a server's own words. */
#define MAX_WORDS 512
#define MAX_ERROR_BODY (64 * 1024)

/* The worst finding first: a certificate may have several. */
static const struct {
  GTlsCertificateFlags flag;
  const char *words;
} certificate_words[] = {
  { G_TLS_CERTIFICATE_BAD_IDENTITY, N_("it was issued for another name") },
  { G_TLS_CERTIFICATE_EXPIRED, N_("it has expired") },
  { G_TLS_CERTIFICATE_NOT_ACTIVATED, N_("it is not valid yet; check the clock of this computer") },
  { G_TLS_CERTIFICATE_REVOKED, N_("it was revoked") },
  { G_TLS_CERTIFICATE_INSECURE, N_("it uses methods that are not secure any more") },
  { G_TLS_CERTIFICATE_UNKNOWN_CA, N_("this computer does not know who issued it") },
};

static const char *
describe_certificate (SoupMessage *message)
{
  GTlsCertificateFlags flags = message != NULL ? soup_message_get_tls_peer_certificate_errors (message) : 0;

  for (gsize i = 0; i < G_N_ELEMENTS (certificate_words); i++)
    if (flags & certificate_words[i].flag)
      return _(certificate_words[i].words);

  return _("it is not valid");
}

static GError *
from_tls (const GError *cause, SoupMessage *message, const char *host)
{
  if (g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE))
    return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_CERTIFICATE,
                        _("The certificate of %s cannot be trusted: %s. Nothing was sent. Ask the operator of the server."),
                        host, describe_certificate (message));

  if (g_error_matches (cause, G_TLS_ERROR, G_TLS_ERROR_NOT_TLS))
    return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNREACHABLE,
                        _("%s does not speak TLS. Check the port, or whether the address begins with http:// there."), host);

  return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNREACHABLE,
                      _("No secure connection to %s could be made (%s). Perhaps the address begins with http:// there."), host,
                      cause->message);
}

static GError *
from_resolver (const GError *cause, const char *host)
{
  if (cause->code == G_RESOLVER_ERROR_NOT_FOUND)
    return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNREACHABLE,
                        _("There is no server called %s. Check the address."), host);

  return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNREACHABLE,
                      _("The name %s cannot be looked up now. Check your network connection."), host);
}

/* Sentences with one %s, the host. */
static const struct {
  int code;
  const char *sentence;
} io_sentences[] = {
  { G_IO_ERROR_CONNECTION_REFUSED, N_("Nothing answers at %s. Check the address, or ask whether the server is running.") },
  { G_IO_ERROR_HOST_UNREACHABLE, N_("There is no way to %s from here. Check your network connection.") },
  { G_IO_ERROR_NETWORK_UNREACHABLE, N_("There is no way to %s from here. Check your network connection.") },
  { G_IO_ERROR_HOST_NOT_FOUND, N_("There is no server called %s. Check the address.") },
  { G_IO_ERROR_TIMED_OUT, N_("%s did not answer in time. Check your network connection, or try again later.") },
  { G_IO_ERROR_PROXY_FAILED, N_("The proxy of this network could not connect to %s. Ask whoever runs this network.") },
  { G_IO_ERROR_PROXY_NOT_ALLOWED,
    N_("The proxy of this network does not allow connections to %s. Ask whoever runs this network.") },
  { G_IO_ERROR_PROXY_NEED_AUTH,
    N_("The proxy of this network wants a password before it connects to %s. Set it in the system's settings.") },
  { G_IO_ERROR_PROXY_AUTH_FAILED,
    N_("The proxy of this network refused the password on the way to %s. Check it in the system's settings.") },
};

/* In a sandbox that has no network the portal that is asked for the way through a proxy says so. */
static gboolean
is_without_permission (const GError *cause)
{
  g_autofree char *remote = g_dbus_error_get_remote_error (cause);

  return g_strcmp0 (remote, "org.freedesktop.portal.Error.NotAllowed") == 0;
}

/**
 * yonder_signaling_error_from_network:
 * @cause: what GIO, the TLS library or libsoup reported
 * @message: (nullable): the request that failed, for what it knows of the certificate
 * @host: the server, as the user would write it
 *
 * Returns: (transfer full): an error of [error@Yonder.SignalingError] with %YONDER_SIGNALING_ERROR_UNREACHABLE,
 *   %YONDER_SIGNALING_ERROR_NOT_ALLOWED or %YONDER_SIGNALING_ERROR_CERTIFICATE; a cancellation and an error that is of this
 *   domain already are returned as they are
 */
GError *
yonder_signaling_error_from_network (const GError *cause, SoupMessage *message, const char *host)
{
  if (cause->domain == YONDER_SIGNALING_ERROR || g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (cause);
  if (cause->domain == G_TLS_ERROR)
    return from_tls (cause, message, host);
  if (cause->domain == G_RESOLVER_ERROR)
    return from_resolver (cause, host);
  if (is_without_permission (cause))
    return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_NOT_ALLOWED,
                        _("There is no way to %s: Yonder is not allowed to use the network. Allow it (flatpak: --share=network), "
                          "and start Yonder again."), host);

  if (cause->domain == G_IO_ERROR)
    for (gsize i = 0; i < G_N_ELEMENTS (io_sentences); i++)
      if (cause->code == io_sentences[i].code) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        g_autofree char *sentence = g_strdup_printf (_(io_sentences[i].sentence), host);
#pragma GCC diagnostic pop
        return g_error_new_literal (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNREACHABLE, sentence);
      }

  return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNREACHABLE,
                      _("The connection to %s broke off: %s"), host, cause->message);
}

/* The codes of Engine.IO 4's refusals, {"code": …, "message": …}; -1 where the body is none. */
static int
engine_code (GBytes *body, char **words)
{
  g_autoptr (JsonNode) root = NULL;
  gsize length = body != NULL ? g_bytes_get_size (body) : 0;
  const char *text;
  gint64 code;

  if (length == 0)
    return -1;
  root = yonder_json_parse (g_bytes_get_data (body, NULL), (gssize) length, MAX_ERROR_BODY, NULL);
  if (root == NULL || !yonder_json_get_int (root, "code", 0, 1000, &code, NULL))
    return -1;
  text = yonder_json_get_string (root, "message", MAX_WORDS, NULL);
  *words = yonder_foreign_text_clean (text != NULL ? text : "", -1);

  return (int) code;
}

/**
 * yonder_signaling_error_from_status:
 * @message: a request to an Engine.IO endpoint that was answered by something else than 200 (or, for a WebSocket, 101)
 * @body: (nullable): what came with it
 *
 * Returns: (transfer full): why, as an error of [error@Yonder.SignalingError]
 */
GError *
yonder_signaling_error_from_status (SoupMessage *message, GBytes *body)
{
  g_autofree char *host = yonder_signaling_host_of (soup_message_get_uri (message));
  g_autofree char *words = NULL;
  const char *location = soup_message_headers_get_one (soup_message_get_response_headers (message), "Location");
  guint status = soup_message_get_status (message);
  int code = engine_code (body, &words);

  if (code == 5)
    return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_OLD_PROTOCOL,
                        _("The Socket.IO server at %s speaks another version than Yonder (Socket.IO 3 or 4 is needed)."), host);
  if (code == 1)
    return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_LOST,
                        _("The server at %s does not know this session any more."), host);
  if (code == 4 || status == SOUP_STATUS_UNAUTHORIZED || status == SOUP_STATUS_FORBIDDEN)
    return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED,
                        _("The server at %s refused the connection: %s"), host,
                        words != NULL ? words : soup_status_get_phrase (status));
  if (code >= 0)
    return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_PROTOCOL,
                        _("The server at %s did not accept a request: %s"), host, words);
  if (status == SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE)
    return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_PROTOCOL,
                        _("A message was too large for the server at %s."), host);
  if (status == SOUP_STATUS_PROXY_UNAUTHORIZED)
    return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNREACHABLE,
                        _("The proxy of this network wants a password before it connects to %s. Set it in the system's "
                          "settings."), host);
  if (status == 429 || status >= 500)
    return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNREACHABLE,
                        _("The server at %s cannot work now (%u %s). Try again later."), host, status,
                        soup_status_get_phrase (status));
  if (SOUP_STATUS_IS_REDIRECTION (status) && location != NULL)
    return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_NOT_SOCKET_IO,
                        _("The server at %s points elsewhere (%.200s). Use that address instead."), host, location);

  return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_NOT_SOCKET_IO,
                      _("Something answers at %s, but it is no Socket.IO server (%u %s). Check the address."),
                      host, status, soup_status_get_phrase (status));
}

/**
 * yonder_signaling_error_from_wire:
 * @cause: an error of [error@Yonder.WireError]
 * @host: the server, as the user would write it
 * @was_open: whether the server has shown before that it speaks Engine.IO
 *
 * Returns: (transfer full): the same as an error of [error@Yonder.SignalingError]
 */
GError *
yonder_signaling_error_from_wire (const GError *cause, const char *host, gboolean was_open)
{
  if (g_error_matches (cause, YONDER_WIRE_ERROR, YONDER_WIRE_ERROR_OLD_PROTOCOL))
    return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_OLD_PROTOCOL,
                        _("The server at %s runs Socket.IO 2, which is too old for Yonder. Ask its operator for version 3 or "
                          "newer."), host);
  if (!was_open)
    return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_NOT_SOCKET_IO,
                        _("Something answers at %s, but it is no Socket.IO server. Check the address."), host);

  return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_PROTOCOL,
                      _("The server at %s sent something that it may not: %s"), host, cause->message);
}

/**
 * yonder_signaling_error_no_answer:
 * @host: the server, as the user would write it
 * @waited_ms: for how long it was waited for
 *
 * Returns: (transfer full): %YONDER_SIGNALING_ERROR_UNREACHABLE
 */
GError *
yonder_signaling_error_no_answer (const char *host, guint waited_ms)
{
  return g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNREACHABLE,
                      _("%s did not answer within %u seconds. Check the address and your network, or try again later."),
                      host, waited_ms / 1000);
}

/* Whether another transport, or another try a moment later, would meet the same failure. */
gboolean
yonder_signaling_error_is_final (const GError *error)
{
  return g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_OLD_PROTOCOL) ||
         g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_INVALID);
}
