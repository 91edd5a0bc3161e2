/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-provider-kind.h"

#include <glib/gi18n.h>
#include <string.h>

#include "yonder-ice-check.h"

static const char *
value (GHashTable *values, const char *name)
{
  const char *text = g_hash_table_lookup (values, name);

  return text != NULL ? text : "";
}

static char *
escaped (GHashTable *values, const char *name)
{
  return g_uri_escape_string (value (values, name), NULL, FALSE);
}

static SoupMessage *
new_request (const char *method, const char *uri)
{
  SoupMessage *message = soup_message_new (method, uri);

  if (message == NULL)
    return NULL;
  /* the secret was given for this host, not for one that it points to */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_append (soup_message_get_request_headers (message), "Accept", "application/json");
  return message;
}

static void
set_basic (SoupMessage *message, const char *user, const char *password)
{
  g_autofree char *pair = g_strconcat (user, ":", password, NULL);
  g_autofree char *encoded = g_base64_encode ((const guchar *) pair, strlen (pair));
  g_autofree char *header = g_strconcat ("Basic ", encoded, NULL);

  soup_message_headers_append (soup_message_get_request_headers (message), "Authorization", header);
}

static void
set_bearer (SoupMessage *message, const char *token)
{
  g_autofree char *header = g_strconcat ("Bearer ", token, NULL);

  soup_message_headers_append (soup_message_get_request_headers (message), "Authorization", header);
}

static void
set_json (SoupMessage *message, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  soup_message_set_request_body_from_bytes (message, "application/json", bytes);
}

/* Network Traversal Service: tokens of 24 hours where nothing else is asked for */
static SoupMessage *
ask_twilio (const YonderIceProviderKind *kind, const char *base, GHashTable *values)
{
  g_autofree char *account = escaped (values, "account");
  g_autofree char *uri = g_strconcat (base, "/2010-04-01/Accounts/", account, "/Tokens.json", NULL);
  SoupMessage *message = new_request (SOUP_METHOD_POST, uri);

  if (message != NULL)
    set_basic (message, value (values, "account"), value (values, "secret"));
  return message;
}

/* API version 3 */
static SoupMessage *
ask_xirsys (const YonderIceProviderKind *kind, const char *base, GHashTable *values)
{
  g_autofree char *channel = escaped (values, "channel");
  g_autofree char *uri = g_strconcat (base, "/_turn/", channel, NULL);
  SoupMessage *message = new_request (SOUP_METHOD_PUT, uri);

  if (message == NULL)
    return NULL;
  set_basic (message, value (values, "account"), value (values, "secret"));
  set_json (message, "{\"format\":\"urls\",\"expire\":" G_STRINGIFY (YONDER_ICE_CREDENTIAL_TTL_S) "}");
  return message;
}

/* An application's name is the first label of its host. */
static char *
metered_base (const char *base, GHashTable *values)
{
  return base != NULL ? g_strdup (base) : g_strdup_printf ("https://%s.metered.live", value (values, "account"));
}

static SoupMessage *
read_metered (const YonderIceProviderKind *kind, const char *base, GHashTable *values)
{
  g_autofree char *host = metered_base (base, values);
  g_autofree char *key = escaped (values, g_hash_table_contains (values, "apiKey") ? "apiKey" : "secret");
  g_autofree char *region = escaped (values, "region");
  g_autofree char *uri = g_strconcat (host, "/api/v1/turn/credentials?apiKey=", key, *region != '\0' ? "&region=" : "", region,
                                      NULL);

  return new_request (SOUP_METHOD_GET, uri);
}

static SoupMessage *
make_metered (const YonderIceProviderKind *kind, const char *base, GHashTable *values)
{
  g_autofree char *host = metered_base (base, values);
  g_autofree char *key = escaped (values, "secret");
  g_autofree char *uri = g_strconcat (host, "/api/v1/turn/credential?secretKey=", key, NULL);
  SoupMessage *message = new_request (SOUP_METHOD_POST, uri);

  if (message != NULL)
    set_json (message, "{\"expiryInSeconds\":" G_STRINGIFY (YONDER_ICE_CREDENTIAL_TTL_S) ",\"label\":\"yonder\"}");
  return message;
}

static SoupMessage *
ask_cloudflare (const YonderIceProviderKind *kind, const char *base, GHashTable *values)
{
  g_autofree char *key = escaped (values, "account");
  g_autofree char *uri = g_strconcat (base, "/v1/turn/keys/", key, "/credentials/generate-ice-servers", NULL);
  SoupMessage *message = new_request (SOUP_METHOD_POST, uri);

  if (message == NULL)
    return NULL;
  set_bearer (message, value (values, "secret"));
  set_json (message, "{\"ttl\":" G_STRINGIFY (YONDER_ICE_CREDENTIAL_TTL_S) "}");
  return message;
}

/* draft-uberti-behave-turn-rest-00 section 2.1. Servers differ in the method: POST first, GET where that is not allowed. */
static SoupMessage *
ask_rest (const char *method, const char *base, GHashTable *values)
{
  g_autofree char *user = escaped (values, "account");
  g_autofree char *key = escaped (values, "secret");
  const char *address = base != NULL ? base : value (values, "uri");
  g_autofree char *uri = g_strconcat (address, strchr (address, '?') != NULL ? "&" : "?", "service=turn",
                                      *user != '\0' ? "&username=" : "", user, *key != '\0' ? "&key=" : "", key, NULL);

  return new_request (method, uri);
}

static SoupMessage *
post_rest (const YonderIceProviderKind *kind, const char *base, GHashTable *values)
{
  return ask_rest (SOUP_METHOD_POST, base, values);
}

static SoupMessage *
get_rest (const YonderIceProviderKind *kind, const char *base, GHashTable *values)
{
  return ask_rest (SOUP_METHOD_GET, base, values);
}

static const YonderIceProviderKind kinds[] = {
  { "twilio", N_("Twilio"), N_("Account SID and auth token stand on the first page of the Twilio console."),
    "https://api.twilio.com", TRUE, YONDER_ICE_CREDENTIAL_TTL_S, ask_twilio, NULL,
    { { "account", N_("Account SID"), FALSE, FALSE }, { "secret", N_("Auth token"), TRUE, FALSE } } },
  { "cloudflare", N_("Cloudflare"), N_("Make a TURN key in the Cloudflare dashboard, below Realtime; the token is shown once."),
    "https://rtc.live.cloudflare.com", TRUE, YONDER_ICE_CREDENTIAL_TTL_S, ask_cloudflare, NULL,
    { { "account", N_("TURN key ID"), FALSE, FALSE }, { "secret", N_("API token"), TRUE, FALSE } } },
  { "metered", N_("Metered"), N_("The API key stands on the TURN server page of the Metered dashboard. It is meant to be used "
                                 "by clients."),
    NULL, FALSE, -1, read_metered, NULL,
    { { "account", N_("Application name"), FALSE, FALSE }, { "secret", N_("API key"), TRUE, FALSE },
      { "region", N_("Region"), FALSE, TRUE } } },
  { "metered-secret", N_("Metered, with the secret key"),
    N_("The secret key makes credentials that last for a day. It stands on the Developers page."),
    NULL, TRUE, YONDER_ICE_CREDENTIAL_TTL_S, make_metered, read_metered,
    { { "account", N_("Application name"), FALSE, FALSE }, { "secret", N_("Secret key"), TRUE, FALSE },
      { "region", N_("Region"), FALSE, TRUE } } },
  { "xirsys", N_("Xirsys"), N_("Ident, secret and channel stand in the Xirsys dashboard, behind Static TURN Credentials."),
    "https://global.xirsys.net", TRUE, YONDER_ICE_CREDENTIAL_TTL_S, ask_xirsys, NULL,
    { { "account", N_("Ident"), FALSE, FALSE }, { "channel", N_("Channel"), FALSE, FALSE },
      { "secret", N_("Secret"), TRUE, FALSE } } },
  { "coturn", N_("coturn, with the shared secret"),
    N_("static-auth-secret of turnserver.conf. Whoever has it can use the server without limit."),
    NULL, TRUE, YONDER_ICE_CREDENTIAL_TTL_S, NULL, NULL,
    { { "uri", N_("URLs of the server"), FALSE, FALSE }, { "account", N_("User name"), FALSE, TRUE },
      { "secret", N_("Shared secret"), TRUE, FALSE } } },
  { "turn-rest", N_("TURN REST service"),
    N_("A web service that gives out credentials of a TURN server, as its operator told you."),
    NULL, FALSE, -1, post_rest, get_rest,
    { { "uri", N_("Address"), FALSE, FALSE }, { "account", N_("User name"), FALSE, TRUE },
      { "secret", N_("Key"), TRUE, TRUE } } },
};

const YonderIceProviderKind *
yonder_ice_provider_kinds (guint *n_kinds)
{
  *n_kinds = G_N_ELEMENTS (kinds);
  return kinds;
}

const YonderIceProviderKind *
yonder_ice_provider_kind_find (const char *nick)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (g_strcmp0 (kinds[i].nick, nick) == 0)
      return &kinds[i];
  }
  return NULL;
}

/* A key in clear text across the network is nobody's any more. */
static char *
check_address (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, &error);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : "";
  const char *host = uri != NULL && g_uri_get_host (uri) != NULL ? g_uri_get_host (uri) : "";

  if (uri == NULL || *host == '\0' || (!g_str_equal (scheme, "https") && !g_str_equal (scheme, "http")))
    return g_strdup (_("The address begins with https:// and names a host."));
  if (g_str_equal (scheme, "http") && !g_str_equal (host, "localhost") && !g_str_has_prefix (host, "127.") &&
      !g_str_equal (host, "::1"))
    return g_strdup (_("Use https:// for this address: with http:// everybody on the way can read the credentials."));
  return NULL;
}

/**
 * yonder_ice_provider_kind_check:
 * @self: a kind
 * @values: (element-type utf8 utf8): what was typed in
 *
 * Returns: (transfer full) (nullable): what is missing or wrong, in one sentence; %NULL where it can be tried
 */
char *
yonder_ice_provider_kind_check (const YonderIceProviderKind *self, GHashTable *values)
{
  for (guint i = 0; self->fields[i].name != NULL; i++) {
    if (!self->fields[i].is_optional && *value (values, self->fields[i].name) == '\0')
      /* Translators: %s is a field, as in "Auth token is missing." */
      return g_strdup_printf (_("%s is missing."), _(self->fields[i].label));
  }
  if (g_str_equal (self->nick, "turn-rest"))
    return check_address (value (values, "uri"));
  if (g_str_has_prefix (self->nick, "metered") &&
      strspn (value (values, "account"), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
      != strlen (value (values, "account")))
    return g_strdup (_("The application name is the first part of its address, as in NAME.metered.live."));
  if (g_str_equal (self->nick, "coturn")) {
    g_auto (GStrv) urls = yonder_ice_split_urls (value (values, "uri"));

    for (guint i = 0; urls[i] != NULL; i++) {
      g_autoptr (GError) error = NULL;
      g_autoptr (YonderIceUri) uri = yonder_ice_uri_parse (urls[i], &error);

      if (uri == NULL)
        return g_strdup (error->message);
    }
  }
  return NULL;
}

/**
 * yonder_ice_make_credential:
 * @secret: coturn's `static-auth-secret`
 * @user: who it is for; "" for nobody in particular
 * @expiry_s: Unix time until which a relay can be allocated with it
 * @username: (out): "expiry:user"
 * @credential: (out): base64 of the HMAC-SHA1 of @username with @secret (draft-uberti-behave-turn-rest-00 section 2.2)
 *
 * Makes time-limited credentials for a coturn with `use-auth-secret`.
 */
void
yonder_ice_make_credential (const char *secret, const char *user, gint64 expiry_s, char **username, char **credential)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA1, (const guchar *) secret, strlen (secret));
  guint8 digest[20];
  gsize length = sizeof digest;

  *username = *user != '\0'
              ? g_strdup_printf ("%" G_GINT64_FORMAT ":%s", expiry_s, user)
              : g_strdup_printf ("%" G_GINT64_FORMAT, expiry_s);
  g_hmac_update (hmac, (const guchar *) *username, (gssize) strlen (*username));
  g_hmac_get_digest (hmac, digest, &length);
  *credential = g_base64_encode (digest, length);
}
