/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-account-ice.h"

#include <glib/gi18n.h>

#include "yonder-json.h"

struct _YonderAccountIce {
  GObject parent_instance;

  YonderAccount *account;
};

static char *
yonder_account_ice_dup_title (YonderIceProvider *provider)
{
  const char *server = yonder_account_get_server (YONDER_ACCOUNT_ICE (provider)->account);
  g_autoptr (GUri) uri = g_uri_parse (server, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  /* Translators: where ICE servers come from, in a sentence; %s is a host */
  return g_strdup_printf (_("the call server at %s"), host != NULL ? host : server);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  gint64 ttl_s = 0;
  g_autoptr (GListModel) servers = yonder_account_load_ice_servers_finish (YONDER_ACCOUNT (source), result, &ttl_s, &error);

  if (servers != NULL)
    g_task_return_pointer (task, yonder_ice_lease_new (servers, ttl_s), (GDestroyNotify) yonder_ice_lease_unref);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (error->domain == YONDER_JSON_ERROR || error->domain == YONDER_ICE_ERROR)
    g_task_return_new_error (task, error->domain, error->code,
                             _("The call server lends no STUN or TURN servers: its answer is no list of them (%s)."),
                             error->message);
  else
    g_task_return_new_error (task, error->domain, error->code, _("The call server lends no STUN or TURN servers: %s"),
                             error->message);
}

static void
yonder_account_ice_lease_async (YonderIceProvider *provider, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task = g_task_new (provider, cancellable, callback, user_data);

  g_task_set_source_tag (task, yonder_account_ice_lease_async);
  yonder_account_load_ice_servers_async (YONDER_ACCOUNT_ICE (provider)->account, cancellable, on_loaded, task);
}

static YonderIceLease *
yonder_account_ice_lease_finish (YonderIceProvider *provider, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
yonder_account_ice_provider_init (YonderIceProviderInterface *iface)
{
  iface->dup_title = yonder_account_ice_dup_title;
  iface->lease_async = yonder_account_ice_lease_async;
  iface->lease_finish = yonder_account_ice_lease_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderAccountIce, yonder_account_ice, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (YONDER_TYPE_ICE_PROVIDER, yonder_account_ice_provider_init))

static void
yonder_account_ice_finalize (GObject *object)
{
  g_clear_object (&YONDER_ACCOUNT_ICE (object)->account);

  G_OBJECT_CLASS (yonder_account_ice_parent_class)->finalize (object);
}

static void
yonder_account_ice_class_init (YonderAccountIceClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_account_ice_finalize;
}

static void
yonder_account_ice_init (YonderAccountIce *self)
{
}

/**
 * yonder_account_ice_new:
 * @account: a signed-in account
 *
 * Returns: (transfer full): what its call server lends
 */
YonderIceProvider *
yonder_account_ice_new (YonderAccount *account)
{
  YonderAccountIce *self = g_object_new (YONDER_TYPE_ACCOUNT_ICE, NULL);

  self->account = g_object_ref (account);
  return YONDER_ICE_PROVIDER (self);
}
