/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-config.h"

#include <glib/gi18n.h>

struct _YonderIceConfig {
  GObject parent_instance;

  GListModel *servers;
  gboolean    relay_only;
  GPtrArray  *titles;   /* (element-type utf8): of the sources that served */
  GPtrArray  *failures; /* (element-type utf8), ends with NULL */
  guint       sources;  /* one bit each */
};

G_DEFINE_FINAL_TYPE (YonderIceConfig, yonder_ice_config, G_TYPE_OBJECT)

static void
yonder_ice_config_finalize (GObject *object)
{
  YonderIceConfig *self = YONDER_ICE_CONFIG (object);

  g_clear_object (&self->servers);
  g_ptr_array_unref (self->titles);
  g_ptr_array_unref (self->failures);

  G_OBJECT_CLASS (yonder_ice_config_parent_class)->finalize (object);
}

static void
yonder_ice_config_class_init (YonderIceConfigClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_ice_config_finalize;
}

static void
yonder_ice_config_init (YonderIceConfig *self)
{
  self->titles = g_ptr_array_new_with_free_func (g_free);
  self->failures = g_ptr_array_new_null_terminated (1, g_free, TRUE);
}

/**
 * yonder_ice_config_new:
 * @servers: of [class@Yonder.IceServer]; does not change any more
 * @relay_only: whether only paths through a relay may be used
 *
 * Returns: (transfer full): a configuration; whoever makes it adds sources and failures before giving it away
 */
YonderIceConfig *
yonder_ice_config_new (GListModel *servers, gboolean relay_only)
{
  YonderIceConfig *self = g_object_new (YONDER_TYPE_ICE_CONFIG, NULL);

  self->servers = g_object_ref (servers);
  self->relay_only = relay_only;
  return self;
}

void
yonder_ice_config_add_source (YonderIceConfig *self, YonderIceSource source, const char *title)
{
  self->sources |= 1u << source;
  g_ptr_array_add (self->titles, g_strdup (title));
}

void
yonder_ice_config_add_failure (YonderIceConfig *self, const char *sentence)
{
  g_ptr_array_add (self->failures, g_strdup (sentence));
}

GListModel *
yonder_ice_config_get_servers (YonderIceConfig *self)
{
  return self->servers;
}

gboolean
yonder_ice_config_is_relay_only (YonderIceConfig *self)
{
  return self->relay_only;
}

gboolean
yonder_ice_config_has_turn (YonderIceConfig *self)
{
  return yonder_ice_servers_have_turn (self->servers);
}

gboolean
yonder_ice_config_is_from (YonderIceConfig *self, YonderIceSource source)
{
  return (self->sources & 1u << source) != 0;
}

const char * const *
yonder_ice_config_get_failures (YonderIceConfig *self)
{
  return (const char * const *) self->failures->pdata;
}

/**
 * yonder_ice_config_dup_sources:
 * @self: a configuration
 *
 * Returns: (transfer full) (nullable): who gave the servers, for a sentence; %NULL where nobody did
 */
char *
yonder_ice_config_dup_sources (YonderIceConfig *self)
{
  GPtrArray *titles = self->titles;

  switch (titles->len) {
  case 0:
    return NULL;
  case 1:
    return g_strdup (titles->pdata[0]);
  case 2:
    /* Translators: two sources of ICE servers, as in "calls.example.org and Twilio" */
    return g_strdup_printf (_("%s and %s"), (const char *) titles->pdata[0], (const char *) titles->pdata[1]);
  default:
    /* Translators: three sources of ICE servers */
    return g_strdup_printf (_("%s, %s and %s"), (const char *) titles->pdata[0], (const char *) titles->pdata[1],
                            (const char *) titles->pdata[2]);
  }
}

static gboolean
relays (YonderIceServer *server)
{
  GPtrArray *uris = yonder_ice_server_get_uris (server);

  for (guint i = 0; i < uris->len; i++) {
    const YonderIceUri *uri = uris->pdata[i];

    if (uri->scheme == YONDER_ICE_SCHEME_TURN || uri->scheme == YONDER_ICE_SCHEME_TURNS)
      return TRUE;
  }
  return FALSE;
}

static guint
count_turn (GListModel *servers)
{
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (servers); i++) {
    g_autoptr (YonderIceServer) server = g_list_model_get_item (servers, i);

    n += relays (server);
  }
  return n;
}

gboolean
yonder_ice_servers_have_turn (GListModel *servers)
{
  return count_turn (servers) > 0;
}

/**
 * yonder_ice_config_describe:
 * @self: a configuration
 *
 * Returns: (transfer full): one sentence about which servers are used and who gave them
 */
char *
yonder_ice_config_describe (YonderIceConfig *self)
{
  guint n_turn = count_turn (self->servers);
  guint n_stun = g_list_model_get_n_items (self->servers) - n_turn;
  g_autofree char *sources = yonder_ice_config_dup_sources (self);
  g_autofree char *turn = g_strdup_printf (ngettext ("%u TURN server", "%u TURN servers", n_turn), n_turn);
  g_autofree char *stun = g_strdup_printf (ngettext ("%u STUN server", "%u STUN servers", n_stun), n_stun);

  if (sources == NULL)
    return g_strdup (_("No STUN or TURN server is used: calls connect within one network only."));
  if (n_turn > 0 && n_stun > 0)
    /* Translators: "1 STUN server and 2 TURN servers from calls.example.org." */
    return g_strdup_printf (_("%s and %s from %s."), stun, turn, sources);
  if (n_turn > 0)
    return g_strdup_printf (_("%s from %s."), turn, sources);
  return g_strdup_printf (_("%s from %s, and no TURN server: calls between strict networks will fail."), stun, sources);
}
