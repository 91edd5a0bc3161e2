/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-entry.h"

#include <glib/gi18n.h>
#include <string.h>

#include "yonder-ice-check.h"

struct _YonderIceEntry {
  GObject parent_instance;

  char    *id;
  GStrv    urls;
  char    *username;   /* (nullable) */
  char    *credential; /* (nullable) */
  gboolean is_enabled;
};

G_DEFINE_FINAL_TYPE (YonderIceEntry, yonder_ice_entry, G_TYPE_OBJECT)

enum {
  PROP_IS_ENABLED = 1,
  PROP_TITLE,
  PROP_SUBTITLE,
  PROP_WARNING,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
clear_credential (YonderIceEntry *self)
{
  if (self->credential != NULL)
    explicit_bzero (self->credential, strlen (self->credential));
  g_clear_pointer (&self->credential, g_free);
}

static void
yonder_ice_entry_finalize (GObject *object)
{
  YonderIceEntry *self = YONDER_ICE_ENTRY (object);

  g_free (self->id);
  g_strfreev (self->urls);
  g_free (self->username);
  clear_credential (self);

  G_OBJECT_CLASS (yonder_ice_entry_parent_class)->finalize (object);
}

static void
yonder_ice_entry_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderIceEntry *self = YONDER_ICE_ENTRY (object);

  switch (id) {
  case PROP_IS_ENABLED:
    g_value_set_boolean (value, self->is_enabled);
    break;
  case PROP_TITLE:
    g_value_take_string (value, yonder_ice_entry_dup_title (self));
    break;
  case PROP_SUBTITLE:
    g_value_take_string (value, yonder_ice_entry_dup_subtitle (self));
    break;
  case PROP_WARNING:
    g_value_take_string (value, yonder_ice_entry_dup_warning (self));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_ice_entry_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case PROP_IS_ENABLED:
    yonder_ice_entry_set_enabled (YONDER_ICE_ENTRY (object), g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_ice_entry_class_init (YonderIceEntryClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags ro = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = yonder_ice_entry_finalize;
  object_class->get_property = yonder_ice_entry_get_property;
  object_class->set_property = yonder_ice_entry_set_property;

  properties[PROP_IS_ENABLED] = g_param_spec_boolean ("is-enabled", NULL, NULL, TRUE,
                                                      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, ro);
  properties[PROP_SUBTITLE] = g_param_spec_string ("subtitle", NULL, NULL, NULL, ro);
  properties[PROP_WARNING] = g_param_spec_string ("warning", NULL, NULL, NULL, ro);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yonder_ice_entry_init (YonderIceEntry *self)
{
  self->is_enabled = TRUE;
}

static char *
dup_filled (const char *text)
{
  return text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

/**
 * yonder_ice_entry_new:
 * @id: (nullable): what its credential is kept under; %NULL makes a new one
 * @urls: (array zero-terminated=1): its URLs
 * @username: (nullable): its user name
 * @credential: (nullable): its password
 *
 * Returns: (transfer full): an entry that is switched on
 */
YonderIceEntry *
yonder_ice_entry_new (const char *id, const char * const *urls, const char *username, const char *credential)
{
  YonderIceEntry *self = g_object_new (YONDER_TYPE_ICE_ENTRY, NULL);

  self->id = id != NULL ? g_strdup (id) : g_uuid_string_random ();
  self->urls = g_strdupv ((char **) urls);
  self->username = dup_filled (username);
  self->credential = dup_filled (credential);
  return self;
}

const char *
yonder_ice_entry_get_id (YonderIceEntry *self)
{
  return self->id;
}

const char * const *
yonder_ice_entry_get_urls (YonderIceEntry *self)
{
  return (const char * const *) self->urls;
}

const char *
yonder_ice_entry_get_username (YonderIceEntry *self)
{
  return self->username;
}

const char *
yonder_ice_entry_get_credential (YonderIceEntry *self)
{
  return self->credential;
}

gboolean
yonder_ice_entry_is_enabled (YonderIceEntry *self)
{
  return self->is_enabled;
}

gboolean
yonder_ice_entry_is_turn (YonderIceEntry *self)
{
  for (guint i = 0; self->urls[i] != NULL; i++) {
    if (g_ascii_strncasecmp (self->urls[i], "turn", 4) == 0)
      return TRUE;
  }
  return FALSE;
}

void
yonder_ice_entry_set_enabled (YonderIceEntry *self, gboolean is_enabled)
{
  if (self->is_enabled == is_enabled)
    return;
  self->is_enabled = is_enabled;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_ENABLED]);
}

static void
notify_words (YonderIceEntry *self)
{
  for (guint i = PROP_TITLE; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
}

void
yonder_ice_entry_set_server (YonderIceEntry *self, const char * const *urls, const char *username, const char *credential)
{
  g_auto (GStrv) former = g_steal_pointer (&self->urls);
  g_autofree char *new_username = dup_filled (username);
  g_autofree char *new_credential = dup_filled (credential);

  self->urls = g_strdupv ((char **) urls);
  g_free (self->username);
  self->username = g_steal_pointer (&new_username);
  clear_credential (self);
  self->credential = g_steal_pointer (&new_credential);
  notify_words (self);
}

void
yonder_ice_entry_set_credential (YonderIceEntry *self, const char *credential)
{
  char *copy = dup_filled (credential);

  clear_credential (self);
  self->credential = copy;
  notify_words (self);
}

/**
 * yonder_ice_entry_dup_title:
 * @self: an entry
 *
 * Returns: (transfer full): its host, or its hosts
 */
char *
yonder_ice_entry_dup_title (YonderIceEntry *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) hosts = NULL;
  g_autofree char *last = NULL;

  for (guint i = 0; self->urls[i] != NULL; i++) {
    g_autoptr (YonderIceUri) uri = yonder_ice_uri_parse (self->urls[i], NULL);

    if (uri == NULL || g_strcmp0 (last, uri->host) == 0)
      continue;
    g_strv_builder_add (builder, uri->host);
    g_set_str (&last, uri->host);
  }
  hosts = g_strv_builder_end (builder);
  return hosts[0] != NULL ? g_strjoinv (", ", hosts) : g_strdup (self->urls[0]);
}

/* "TURN over UDP, TCP and TLS" is what matters to somebody who looks for a way through a firewall. */
static char *
print_ways (YonderIceEntry *self)
{
  gboolean has_udp = FALSE, has_tcp = FALSE, has_tls = FALSE;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) ways = NULL;

  for (guint i = 0; self->urls[i] != NULL; i++) {
    g_autoptr (YonderIceUri) uri = yonder_ice_uri_parse (self->urls[i], NULL);

    if (uri == NULL || (uri->scheme != YONDER_ICE_SCHEME_TURN && uri->scheme != YONDER_ICE_SCHEME_TURNS))
      continue;
    has_tls |= uri->scheme == YONDER_ICE_SCHEME_TURNS;
    has_udp |= uri->scheme == YONDER_ICE_SCHEME_TURN && g_strcmp0 (uri->transport, "tcp") != 0;
    has_tcp |= uri->scheme == YONDER_ICE_SCHEME_TURN && g_strcmp0 (uri->transport, "udp") != 0;
  }
  if (has_udp)
    g_strv_builder_add (builder, "UDP");
  if (has_tcp)
    g_strv_builder_add (builder, "TCP");
  if (has_tls)
    g_strv_builder_add (builder, "TLS");
  ways = g_strv_builder_end (builder);
  return g_strjoinv (", ", ways);
}

/**
 * yonder_ice_entry_dup_subtitle:
 * @self: an entry
 *
 * Returns: (transfer full): what kind of server it is, over which protocols, and for whom
 */
char *
yonder_ice_entry_dup_subtitle (YonderIceEntry *self)
{
  g_autofree char *ways = NULL;

  if (!yonder_ice_entry_is_turn (self))
    return g_strdup (_("STUN"));
  ways = print_ways (self);
  if (self->username == NULL)
    /* Translators: a TURN server and the protocols over which it is reached */
    return g_strdup_printf (_("TURN over %s"), ways);
  /* Translators: a TURN server, the protocols over which it is reached, the user name there */
  return g_strdup_printf (_("TURN over %s, as %s"), ways, self->username);
}

/**
 * yonder_ice_entry_dup_warning:
 * @self: an entry
 *
 * Returns: (transfer full) (nullable): what is wrong with it, the worst first, in words
 */
char *
yonder_ice_entry_dup_warning (YonderIceEntry *self)
{
  g_autoptr (GPtrArray) findings = yonder_ice_check ((const char * const *) self->urls, self->username, self->credential,
                                                     g_get_real_time () / G_USEC_PER_SEC);

  if (findings->len == 0)
    return NULL;
  if (yonder_ice_entry_is_turn (self) && self->username != NULL && self->credential == NULL)
    return g_strdup (_("The password is not known on this computer. Type it in again to use this server."));
  return g_strdup (((YonderIceFinding *) findings->pdata[0])->message);
}

/**
 * yonder_ice_entry_to_server:
 * @self: an entry
 *
 * Returns: (transfer full) (nullable): what a call can use; %NULL while something is missing
 */
YonderIceServer *
yonder_ice_entry_to_server (YonderIceEntry *self)
{
  return yonder_ice_server_new ((const char * const *) self->urls, self->username, self->credential, NULL);
}
