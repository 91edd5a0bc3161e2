/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-provider.h"

struct _YonderIceLease {
  GListModel *servers;
  gint64      ttl_s;
};

static void
lease_clear (gpointer data)
{
  YonderIceLease *self = data;

  g_object_unref (self->servers);
}

G_DEFINE_BOXED_TYPE (YonderIceLease, yonder_ice_lease, yonder_ice_lease_ref, yonder_ice_lease_unref)

/**
 * yonder_ice_lease_new:
 * @servers: of [class@Yonder.IceServer]; does not change any more
 * @ttl_s: how long their credentials last from now on, in seconds; 0 or less where they do not run out or nobody says
 *
 * Returns: (transfer full): a lease
 */
YonderIceLease *
yonder_ice_lease_new (GListModel *servers, gint64 ttl_s)
{
  YonderIceLease *self = g_atomic_rc_box_new0 (YonderIceLease);

  self->servers = g_object_ref (servers);
  self->ttl_s = ttl_s > 0 ? ttl_s : -1;
  return self;
}

YonderIceLease *
yonder_ice_lease_ref (YonderIceLease *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
yonder_ice_lease_unref (YonderIceLease *self)
{
  g_atomic_rc_box_release_full (self, lease_clear);
}

GListModel *
yonder_ice_lease_get_servers (YonderIceLease *self)
{
  return self->servers;
}

gint64
yonder_ice_lease_get_ttl_s (YonderIceLease *self)
{
  return self->ttl_s;
}

G_DEFINE_INTERFACE (YonderIceProvider, yonder_ice_provider, G_TYPE_OBJECT)

enum {
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static YonderIceLease *
peek_nothing (YonderIceProvider *self)
{
  return NULL;
}

static void
yonder_ice_provider_default_init (YonderIceProviderInterface *iface)
{
  iface->peek = peek_nothing;
  signals[CHANGED] = g_signal_new ("changed", YONDER_TYPE_ICE_PROVIDER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

/**
 * yonder_ice_provider_dup_title:
 * @self: a provider
 *
 * Returns: (transfer full): who gives, for a sentence: "Twilio", "your list", a host's name
 */
char *
yonder_ice_provider_dup_title (YonderIceProvider *self)
{
  return YONDER_ICE_PROVIDER_GET_IFACE (self)->dup_title (self);
}

/**
 * yonder_ice_provider_peek:
 * @self: a provider
 *
 * Returns: (transfer full) (nullable): what it can give without waiting for anybody, for a call that can wait no longer
 */
YonderIceLease *
yonder_ice_provider_peek (YonderIceProvider *self)
{
  return YONDER_ICE_PROVIDER_GET_IFACE (self)->peek (self);
}

/**
 * yonder_ice_provider_lease_async:
 * @self: a provider
 * @cancellable: (nullable): to stop waiting
 * @callback: called on the main context
 * @user_data: for @callback
 *
 * Asks for servers, with credentials made for this occasion where the provider does so.
 */
void
yonder_ice_provider_lease_async (YonderIceProvider *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  YONDER_ICE_PROVIDER_GET_IFACE (self)->lease_async (self, cancellable, callback, user_data);
}

/**
 * yonder_ice_provider_lease_finish:
 * @self: a provider
 * @result: what the callback was given
 * @error: return location for an error whose message is one sentence for the user
 *
 * Returns: (transfer full) (nullable): a lease, empty where there are no servers to give; %NULL with @error set
 */
YonderIceLease *
yonder_ice_provider_lease_finish (YonderIceProvider *self, GAsyncResult *result, GError **error)
{
  return YONDER_ICE_PROVIDER_GET_IFACE (self)->lease_finish (self, result, error);
}

/* For implementations. */
void
yonder_ice_provider_changed (YonderIceProvider *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

struct _YonderIceFixedProvider {
  GObject parent_instance;

  char           *title;
  YonderIceLease *lease;
};

static char *
yonder_ice_fixed_provider_dup_title (YonderIceProvider *provider)
{
  return g_strdup (YONDER_ICE_FIXED_PROVIDER (provider)->title);
}

static YonderIceLease *
yonder_ice_fixed_provider_peek (YonderIceProvider *provider)
{
  return yonder_ice_lease_ref (YONDER_ICE_FIXED_PROVIDER (provider)->lease);
}

static void
yonder_ice_fixed_provider_lease_async (YonderIceProvider *provider, GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (provider, cancellable, callback, user_data);

  g_task_set_source_tag (task, yonder_ice_fixed_provider_lease_async);
  g_task_return_pointer (task, yonder_ice_fixed_provider_peek (provider), (GDestroyNotify) yonder_ice_lease_unref);
}

static YonderIceLease *
yonder_ice_fixed_provider_lease_finish (YonderIceProvider *provider, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
yonder_ice_fixed_provider_provider_init (YonderIceProviderInterface *iface)
{
  iface->dup_title = yonder_ice_fixed_provider_dup_title;
  iface->peek = yonder_ice_fixed_provider_peek;
  iface->lease_async = yonder_ice_fixed_provider_lease_async;
  iface->lease_finish = yonder_ice_fixed_provider_lease_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderIceFixedProvider, yonder_ice_fixed_provider, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (YONDER_TYPE_ICE_PROVIDER, yonder_ice_fixed_provider_provider_init))

static void
yonder_ice_fixed_provider_finalize (GObject *object)
{
  YonderIceFixedProvider *self = YONDER_ICE_FIXED_PROVIDER (object);

  g_free (self->title);
  g_clear_pointer (&self->lease, yonder_ice_lease_unref);

  G_OBJECT_CLASS (yonder_ice_fixed_provider_parent_class)->finalize (object);
}

static void
yonder_ice_fixed_provider_class_init (YonderIceFixedProviderClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_ice_fixed_provider_finalize;
}

static void
yonder_ice_fixed_provider_init (YonderIceFixedProvider *self)
{
}

/**
 * yonder_ice_fixed_provider_new:
 * @title: where the servers come from, for a sentence
 * @servers: of [class@Yonder.IceServer]
 *
 * Returns: (transfer full): a provider that always gives @servers
 */
YonderIceProvider *
yonder_ice_fixed_provider_new (const char *title, GListModel *servers)
{
  YonderIceFixedProvider *self = g_object_new (YONDER_TYPE_ICE_FIXED_PROVIDER, NULL);

  self->title = g_strdup (title);
  self->lease = yonder_ice_lease_new (servers, -1);
  return YONDER_ICE_PROVIDER (self);
}
