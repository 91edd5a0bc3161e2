/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-fake-ice-provider.h"

struct _YonderFakeIceProvider {
  GObject parent_instance;

  char  *title;
  GTask *task; /* (nullable): the question that waits */
  guint  n_asked;
};

static char *
dup_title (YonderIceProvider *provider)
{
  return g_strdup (YONDER_FAKE_ICE_PROVIDER (provider)->title);
}

static void
on_cancelled (GCancellable *cancellable, YonderFakeIceProvider *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (task != NULL)
    g_task_return_error_if_cancelled (task);
}

static void
lease_async (YonderIceProvider *provider, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  YonderFakeIceProvider *self = YONDER_FAKE_ICE_PROVIDER (provider);

  g_assert_null (self->task);
  self->n_asked++;
  self->task = g_task_new (self, cancellable, callback, user_data);
  g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (on_cancelled), self, 0);
}

static YonderIceLease *
lease_finish (YonderIceProvider *provider, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
provider_init (YonderIceProviderInterface *iface)
{
  iface->dup_title = dup_title;
  iface->lease_async = lease_async;
  iface->lease_finish = lease_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderFakeIceProvider, yonder_fake_ice_provider, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (YONDER_TYPE_ICE_PROVIDER, provider_init))

static void
yonder_fake_ice_provider_finalize (GObject *object)
{
  g_free (YONDER_FAKE_ICE_PROVIDER (object)->title);

  G_OBJECT_CLASS (yonder_fake_ice_provider_parent_class)->finalize (object);
}

static void
yonder_fake_ice_provider_class_init (YonderFakeIceProviderClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_fake_ice_provider_finalize;
}

static void
yonder_fake_ice_provider_init (YonderFakeIceProvider *self)
{
}

GListModel *
yonder_fake_ice_servers (const char *urls)
{
  GListStore *servers = g_list_store_new (YONDER_TYPE_ICE_SERVER);
  g_auto (GStrv) words = g_strsplit (urls, " ", -1);

  for (guint i = 0; words[i] != NULL && *urls != '\0'; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (YonderIceServer) server = yonder_ice_server_new ((const char * const[]) { words[i], NULL }, "ada", "p", &error);

    g_assert_no_error (error);
    g_list_store_append (servers, server);
  }
  return G_LIST_MODEL (servers);
}

YonderFakeIceProvider *
yonder_fake_ice_provider_new (const char *title)
{
  YonderFakeIceProvider *self = g_object_new (YONDER_TYPE_FAKE_ICE_PROVIDER, NULL);

  self->title = g_strdup (title);
  return self;
}

gboolean
yonder_fake_ice_provider_is_asked (YonderFakeIceProvider *self)
{
  return self->task != NULL;
}

guint
yonder_fake_ice_provider_get_n_asked (YonderFakeIceProvider *self)
{
  return self->n_asked;
}

void
yonder_fake_ice_provider_give (YonderFakeIceProvider *self, const char *urls, gint64 ttl_s)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);
  g_autoptr (GListModel) servers = NULL;

  g_assert_nonnull (task);
  if (urls == NULL) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s is on fire.", self->title);
  } else {
    servers = yonder_fake_ice_servers (urls);
    g_task_return_pointer (task, yonder_ice_lease_new (servers, ttl_s), (GDestroyNotify) yonder_ice_lease_unref);
  }
}
