/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-call-inside.h"

/* What goes on once the servers are known. */
typedef struct {
  YonderCall    *call;
  GCancellable  *cancellable;
  YonderCallStep next;
} Search;

static void
search_free (Search *search)
{
  g_object_unref (search->call);
  g_object_unref (search->cancellable);
  g_free (search);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Search, search_free)

static void
take_config (YonderCall *self, YonderIceConfig *config)
{
  g_autofree char *description = NULL;
  const char * const *failures;

  if (config == self->ice_config)
    return;
  g_set_object (&self->ice_config, config);
  yonder_call_inspection_set_config (self->inspection, config);

  description = yonder_ice_config_describe (config);
  yonder_timeline_add (self->timeline, YONDER_TIMELINE_ICE, "%s", description);
  failures = yonder_ice_config_get_failures (config);
  for (guint i = 0; failures[i] != NULL; i++)
    yonder_timeline_add (self->timeline, YONDER_TIMELINE_ICE, "%s", failures[i]);
  yonder_call_notify (self, PROP_ICE_CONFIG);
}

/* Renewed credentials serve the next path that is built; the one there is goes on with those that it began with. */
static void
on_sources_changed (YonderCall *self)
{
  YonderMediaSession *media = yonder_call_get_media (self);
  YonderIceConfig *config = yonder_ice_sources_get_config (self->ice_sources);

  if (media == NULL || config == NULL || config == self->ice_config || !yonder_call_is_live (self))
    return;
  take_config (self, config);
  yonder_media_session_set_ice_servers (media, yonder_ice_config_get_servers (config), yonder_ice_config_is_relay_only (config));
}

/* Where the call finds its STUN and TURN servers; without sources it has none. */
void
yonder_call_set_ice_sources (YonderCall *self, YonderIceSources *sources)
{
  yonder_call_stop_finding_ice_servers (self);
  if (self->ice_sources != NULL)
    g_signal_handlers_disconnect_by_data (self->ice_sources, self);
  g_set_object (&self->ice_sources, sources);
  if (sources != NULL)
    g_signal_connect_object (sources, "notify::config", G_CALLBACK (on_sources_changed), self, G_CONNECT_SWAPPED);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Search) search = data;
  YonderCall *self = search->call;
  g_autoptr (YonderIceConfig) config = yonder_ice_sources_find_finish (YONDER_ICE_SOURCES (source), result, NULL);

  if (self->ice_search != search->cancellable)
    return;
  g_clear_object (&self->ice_search);
  if (!yonder_call_is_live (self))
    return;
  if (config != NULL)
    take_config (self, config);
  search->next (self);
}

void
yonder_call_find_ice_servers (YonderCall *self, YonderCallStep next)
{
  Search *search;

  yonder_call_stop_finding_ice_servers (self);
  if (self->ice_sources == NULL) {
    next (self);
    return;
  }

  self->ice_search = g_cancellable_new ();
  search = g_new0 (Search, 1);
  search->call = g_object_ref (self);
  search->cancellable = g_object_ref (self->ice_search);
  search->next = next;
  yonder_ice_sources_find_async (self->ice_sources, self->ice_search, on_found, search);
}

gboolean
yonder_call_is_finding_ice_servers (YonderCall *self)
{
  return self->ice_search != NULL;
}

void
yonder_call_stop_finding_ice_servers (YonderCall *self)
{
  g_autoptr (GCancellable) search = g_steal_pointer (&self->ice_search);

  if (search != NULL)
    g_cancellable_cancel (search);
}

/**
 * yonder_call_get_ice_config:
 * @self: the call
 *
 * Returns: (transfer none) (nullable): the servers that the media was given last and who gave them; %NULL before there is media, or
 *   where nobody was to be asked
 */
YonderIceConfig *
yonder_call_get_ice_config (YonderCall *self)
{
  g_return_val_if_fail (YONDER_IS_CALL (self), NULL);

  return self->ice_config;
}
