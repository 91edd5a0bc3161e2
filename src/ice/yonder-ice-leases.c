/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-leases.h"

#include <glib/gi18n.h>

/* chosen: a provider that makes shorter credentials is asked no more often than that */
#define MIN_RENEWAL_S 5

void
yonder_ice_slot_drop (YonderIceSlot *self)
{
  g_clear_pointer (&self->lease, yonder_ice_lease_unref);
}

/* @lease: (transfer full). Renewed at four fifths of its life: what is left is for a provider that does not answer at once. */
void
yonder_ice_slot_take (YonderIceSlot *self, YonderIceLease *lease, gint64 now_us)
{
  gint64 ttl_us = yonder_ice_lease_get_ttl_s (lease) * G_USEC_PER_SEC;

  yonder_ice_slot_drop (self);
  self->lease = lease;
  self->expires_us = ttl_us > 0 ? now_us + ttl_us : G_MAXINT64;
  self->renew_us = ttl_us > 0 ? now_us + MAX (ttl_us / 5 * 4, MIN_RENEWAL_S * G_USEC_PER_SEC) : G_MAXINT64;
}

gboolean
yonder_ice_slot_is_valid (const YonderIceSlot *self, gint64 now_us)
{
  return self->lease != NULL && self->expires_us > now_us;
}

gboolean
yonder_ice_slot_has_servers (const YonderIceSlot *self)
{
  return self->lease != NULL && g_list_model_get_n_items (yonder_ice_lease_get_servers (self->lease)) > 0;
}

char *
yonder_ice_slot_dup_title (const YonderIceSlot *self)
{
  return yonder_ice_provider_dup_title (self->provider);
}

/* Whether what the sources before @source gave will do. */
gboolean
yonder_ice_leases_are_enough (const YonderIceLeases *self, const gboolean *used, guint source)
{
  gboolean is_answered = FALSE;
  gboolean has_any = FALSE;
  gboolean has_turn = FALSE;

  for (guint i = 0; i < source; i++) {
    has_any |= used[i];
    has_turn |= used[i] && yonder_ice_servers_have_turn (yonder_ice_lease_get_servers (self->slots[i].lease));
    is_answered |= i == YONDER_ICE_SOURCE_CALL_SERVER && self->slots[i].lease != NULL;
  }
  if (source == YONDER_ICE_SOURCE_PUBLIC)
    return has_any || is_answered;
  return has_turn || (source > 0 && used[YONDER_ICE_SOURCE_ENVIRONMENT]);
}

/* When the first of those that serve is to be renewed; G_MAXINT64: never */
gint64
yonder_ice_leases_renew_us (const YonderIceLeases *self, const gboolean *used)
{
  gint64 renew_us = G_MAXINT64;

  for (guint i = 0; i < YONDER_N_ICE_SOURCES; i++) {
    if (used[i])
      renew_us = MIN (renew_us, self->slots[i].renew_us);
  }
  return renew_us;
}

/* Fills in what providers know without asking anybody, and tells in @used what serves then. */
void
yonder_ice_leases_peek (YonderIceLeases *self, gboolean *used, gint64 now_us)
{
  for (guint i = 0; i < YONDER_N_ICE_SOURCES && !yonder_ice_leases_are_enough (self, used, i); i++) {
    YonderIceSlot *slot = &self->slots[i];

    if (slot->provider != NULL && !yonder_ice_slot_is_valid (slot, now_us)) {
      YonderIceLease *lease = yonder_ice_provider_peek (slot->provider);

      yonder_ice_slot_drop (slot);
      if (lease != NULL)
        yonder_ice_slot_take (slot, lease, now_us);
    }
    used[i] = yonder_ice_slot_has_servers (slot);
  }
}

static void
append_all (GListStore *servers, GListModel *more)
{
  for (guint i = 0; i < g_list_model_get_n_items (more); i++) {
    g_autoptr (YonderIceServer) server = g_list_model_get_item (more, i);

    g_list_store_append (servers, server);
  }
}

/* @failures: (element-type utf8): sentences for the user */
YonderIceConfig *
yonder_ice_leases_make_config (const YonderIceLeases *self, const gboolean *used, gboolean relay_only, GPtrArray *failures)
{
  g_autoptr (GListStore) servers = g_list_store_new (YONDER_TYPE_ICE_SERVER);
  YonderIceConfig *config = yonder_ice_config_new (G_LIST_MODEL (servers), relay_only);

  for (guint i = 0; i < YONDER_N_ICE_SOURCES; i++) {
    g_autofree char *title = NULL;

    if (!used[i])
      continue;
    title = yonder_ice_slot_dup_title (&self->slots[i]);
    append_all (servers, yonder_ice_lease_get_servers (self->slots[i].lease));
    yonder_ice_config_add_source (config, i, title);
  }
  for (guint i = 0; i < failures->len; i++)
    yonder_ice_config_add_failure (config, failures->pdata[i]);
  if (relay_only && !yonder_ice_servers_have_turn (G_LIST_MODEL (servers)))
    yonder_ice_config_add_failure (config, _("Only relayed calls are allowed, but there is no TURN server. "
                                             "Add one, or allow direct paths."));
  return config;
}
