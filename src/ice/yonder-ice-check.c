/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-check.h"

#include <glib/gi18n.h>
#include <string.h>

#include "yonder-ice-server.h"

/* Hosts that answer STUN requests and relay nothing. */
static const char * const stun_only_hosts[] = {
  "stun.l.google.com", "stun1.l.google.com", "stun2.l.google.com", "stun3.l.google.com", "stun4.l.google.com",
  "stun.cloudflare.com",
  "stun.services.mozilla.com", "stun.stunprotocol.org", "stun.nextcloud.com", "stun.relay.metered.ca", "global.stun.twilio.com",
};

/* Accounts whose password is printed in tutorials: everybody uses them, so that they are slow, blocked or gone. */
static const struct {
  const char *host;     /* (nullable) */
  const char *username; /* (nullable) */
} shared_accounts[] = {
  { NULL, "openrelayproject" },
  { "openrelay.metered.ca", NULL },
  { "numb.viagenie.ca", NULL },
  { "turn.bistri.com", "homeo" },
  { "turn.anyfirewall.com", "webrtc" },
  { "relay.backups.cz", "webrtc" },
};

/* What tutorials leave for the reader to fill in. */
static const char * const placeholders[] = {
  "your-turn-server", "your_turn_server", "yourdomain", "your-domain", "example.com", "your_username", "your-username",
  "your_password",
  "your-password", "changeme", "<",
};

void
yonder_ice_finding_free (YonderIceFinding *self)
{
  g_free (self->message);
  g_free (self);
}

static void
add (GPtrArray *findings, YonderIceSeverity severity, YonderIceField field, char *message)
{
  YonderIceFinding *finding = g_new (YonderIceFinding, 1);

  finding->severity = severity;
  finding->field = field;
  finding->message = message;
  g_ptr_array_add (findings, finding);
}

static void
warn (GPtrArray *findings, YonderIceField field, char *message)
{
  add (findings, YONDER_ICE_FINDING_WARNING, field, message);
}

static gboolean
is_hex (const char *text, gsize length)
{
  return strlen (text) == length && strspn (text, "0123456789abcdefABCDEF") == length;
}

static gboolean
is_turn (const YonderIceUri *uri)
{
  return uri->scheme == YONDER_ICE_SCHEME_TURN || uri->scheme == YONDER_ICE_SCHEME_TURNS;
}

static gboolean
is_below (const char *host, const char *domain)
{
  g_autofree char *suffix = g_strconcat (".", domain, NULL);

  return g_ascii_strcasecmp (host, domain) == 0 || (strlen (host) > strlen (suffix) &&
                                                    g_ascii_strcasecmp (host + strlen (host) - strlen (suffix), suffix) == 0);
}

static gboolean
has_placeholder (const char *text)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);

  for (guint i = 0; i < G_N_ELEMENTS (placeholders); i++) {
    if (strstr (lower, placeholders[i]) != NULL)
      return TRUE;
  }
  return FALSE;
}

static void
check_host (GPtrArray *findings, const YonderIceUri *uri)
{
  for (guint i = 0; i < G_N_ELEMENTS (stun_only_hosts); i++) {
    if (is_turn (uri) && g_ascii_strcasecmp (uri->host, stun_only_hosts[i]) == 0)
      warn (findings, YONDER_ICE_FIELD_URLS,
            g_strdup_printf (_("%s speaks STUN only and relays nothing. Write stun: before it, or name a TURN server."),
                             uri->host));
  }
  if (g_ascii_strcasecmp (uri->host, "localhost") == 0 || g_str_has_prefix (uri->host, "127.") || g_str_equal (uri->host, "::1"))
    warn (findings, YONDER_ICE_FIELD_URLS,
          g_strdup_printf (_("%s is this computer: the other side cannot reach what it gives. Use the server’s public name."),
                           uri->host));
  if (has_placeholder (uri->host))
    warn (findings, YONDER_ICE_FIELD_URLS,
          g_strdup_printf (_("%s stands for a name of your own: put your server’s name there."), uri->host));
}

static void
check_shared (GPtrArray *findings, const YonderIceUri *uri, const char *username)
{
  for (guint i = 0; i < G_N_ELEMENTS (shared_accounts); i++) {
    const char *host = shared_accounts[i].host;
    const char *name = shared_accounts[i].username;

    if ((host != NULL && !is_below (uri->host, host)) || (name != NULL && g_strcmp0 (username, name) != 0))
      continue;
    warn (findings, YONDER_ICE_FIELD_CREDENTIAL,
          g_strdup (_("This is a shared account whose password everybody knows. It is overloaded and can stop at any time: "
                      "use a TURN server of your own or a provider.")));
    return;
  }
}

/* Account numbers and keys, in the shapes that the providers give them. */
static const char *
name_of_account_secret (const YonderIceUri *uri, const char *username, const char *credential)
{
  gboolean is_uuid = g_uuid_string_is_valid (credential);

  if ((g_str_has_prefix (username, "AC") || g_str_has_prefix (username, "SK")) && is_hex (username + 2, 32))
    return _("Twilio");
  if (is_below (uri->host, "cloudflare.com") && is_hex (username, 32))
    return _("Cloudflare");
  /* chosen: an ident is a word, a user name made for a day is long */
  if (is_below (uri->host, "xirsys.com") && is_uuid && strlen (username) < 40)
    return _("Xirsys");
  return NULL;
}

/* A user name made of a shared secret begins with the second at which it runs out (draft-uberti-behave-turn-rest-00 section
 * 2.2). */
static void
check_expiry (GPtrArray *findings, const char *username, gint64 now_s)
{
  g_autofree char *digits = g_strndup (username, strspn (username, "0123456789"));
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *date = NULL;
  char after = username[strlen (digits)];
  gint64 expiry_s;

  if (strlen (digits) != 10 || (after != '\0' && after != ':'))
    return;
  expiry_s = g_ascii_strtoll (digits, NULL, 10);
  time = g_date_time_new_from_unix_local (expiry_s);
  date = g_date_time_format (time, "%x %R");
  warn (findings, YONDER_ICE_FIELD_USERNAME,
        g_strdup_printf (expiry_s <= now_s
                         ? _("These credentials ran out on %s. Ask for new ones, or set up the provider that makes them.")
                                           : _("These credentials run out on %s. A provider renews them by itself."), date));
}

static void
check_account (GPtrArray *findings, const YonderIceUri *uri, const char *username, const char *credential, gint64 now_s)
{
  const char *provider;

  if (*username == '\0' || *credential == '\0') {
    add (findings, YONDER_ICE_FINDING_ERROR, *username == '\0' ? YONDER_ICE_FIELD_USERNAME : YONDER_ICE_FIELD_CREDENTIAL,
         g_strdup (_("A TURN server needs a user name and a password.")));
    return;
  }
  provider = name_of_account_secret (uri, username, credential);
  if (provider != NULL)
    warn (findings, YONDER_ICE_FIELD_CREDENTIAL,
          g_strdup_printf (_("This is the account secret of %s, not a TURN password: it would not work, and whoever sees it can "
                             "use the account. Set up %s as a provider instead."), provider, provider));
  check_shared (findings, uri, username);
  check_expiry (findings, username, now_s);
  if (has_placeholder (username) || has_placeholder (credential))
    warn (findings, YONDER_ICE_FIELD_CREDENTIAL,
          g_strdup (_("User name or password were left as in an example: put your own there.")));
}

/**
 * yonder_ice_check:
 * @urls: (array zero-terminated=1): the URLs of one server
 * @username: (nullable): its user name
 * @credential: (nullable): its password
 * @now_s: Unix time, to tell what ran out
 *
 * Looks for mistakes.
 *
 * Returns: (transfer full) (element-type YonderIceFinding): what there is to say, errors first; empty where nothing is wrong
 */
GPtrArray *
yonder_ice_check (const char * const *urls, const char *username, const char *credential, gint64 now_s)
{
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_ice_finding_free);
  g_autoptr (YonderIceUri) turn = NULL;

  if (urls[0] == NULL)
    add (findings, YONDER_ICE_FINDING_ERROR, YONDER_ICE_FIELD_URLS,
         g_strdup (_("A server needs a URL, as in turn:turn.example.org:3478.")));

  for (guint i = 0; urls[i] != NULL; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (YonderIceUri) uri = yonder_ice_uri_parse (urls[i], &error);

    if (uri == NULL) {
      g_autoptr (GPtrArray) rest = g_steal_pointer (&findings);

      findings = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_ice_finding_free);
      add (findings, YONDER_ICE_FINDING_ERROR, YONDER_ICE_FIELD_URLS, g_strdup (error->message));
      g_ptr_array_extend_and_steal (findings, g_steal_pointer (&rest));
      continue;
    }
    check_host (findings, uri);
    if (is_turn (uri) && turn == NULL)
      turn = g_steal_pointer (&uri);
  }

  if (turn != NULL)
    check_account (findings, turn, username != NULL ? username : "", credential != NULL ? credential : "", now_s);
  else if (findings->len == 0 && ((username != NULL && *username != '\0') || (credential != NULL && *credential != '\0')))
    warn (findings, YONDER_ICE_FIELD_USERNAME, g_strdup (_("A STUN server needs no user name and password; they are not sent.")));
  return g_steal_pointer (&findings);
}

/**
 * yonder_ice_split_urls:
 * @text: URLs with spaces, commas or line ends between them, as people write several into one field
 *
 * Returns: (transfer full): the URLs
 */
GStrv
yonder_ice_split_urls (const char *text)
{
  g_autoptr (GStrvBuilder) urls = g_strv_builder_new ();
  g_auto (GStrv) words = g_strsplit_set (text, " ,;\t\r\n", -1);

  for (guint i = 0; words[i] != NULL; i++) {
    if (*words[i] != '\0')
      g_strv_builder_add (urls, words[i]);
  }
  return g_strv_builder_end (urls);
}
