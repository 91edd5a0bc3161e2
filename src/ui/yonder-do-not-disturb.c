/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-do-not-disturb.h"

#define GNOME_SCHEMA "org.gnome.desktop.notifications"
#define DAEMON "org.freedesktop.Notifications"
#define DAEMON_PATH "/org/freedesktop/Notifications"

/* What notification daemons say of themselves. */
static const struct {
  const char *interface;
  const char *property;
} daemons[] = {
  { "org.freedesktop.Notifications", "Inhibited" }, /* Plasma 5.18 and later */
  { "org.dunstproject.cmd0", "paused" },            /* dunst 1.6 and later */
};

struct _YonderDoNotDisturb
{
  GObject       parent_instance;

  GSettings    *gnome; /* (nullable): where GNOME's schema is not installed */
  GDBusProxy   *proxies[G_N_ELEMENTS (daemons)];
  GCancellable *cancellable;
  gboolean      is_active;
};

G_DEFINE_FINAL_TYPE (YonderDoNotDisturb, yonder_do_not_disturb, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_IS_ACTIVE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean
is_said_by_daemon (YonderDoNotDisturb *self, gsize i)
{
  g_autoptr (GVariant) value = self->proxies[i] != NULL ? g_dbus_proxy_get_cached_property (self->proxies[i], daemons[i].property) : NULL;

  return value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN) && g_variant_get_boolean (value);
}

static void
update (YonderDoNotDisturb *self)
{
  gboolean is_active = self->gnome != NULL && !g_settings_get_boolean (self->gnome, "show-banners");

  for (gsize i = 0; i < G_N_ELEMENTS (daemons); i++)
    is_active |= is_said_by_daemon (self, i);
  if (is_active == self->is_active)
    return;
  self->is_active = is_active;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_ACTIVE]);
}

static void
on_proxy_made (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderDoNotDisturb) self = data;
  g_autoptr (GError) error = NULL;
  GDBusProxy *proxy = g_dbus_proxy_new_finish (result, &error);

  if (proxy == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (daemons); i++)
    if (g_str_equal (g_dbus_proxy_get_interface_name (proxy), daemons[i].interface))
      self->proxies[i] = proxy;
  g_signal_connect_object (proxy, "g-properties-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (proxy, "notify::g-name-owner", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

/* In a sandbox the schema may be there and hold nothing but its defaults; then nothing comes of it. */
static void
watch_gnome (YonderDoNotDisturb *self)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = source != NULL ? g_settings_schema_source_lookup (source, GNOME_SCHEMA, TRUE) : NULL;

  if (schema == NULL || !g_settings_schema_has_key (schema, "show-banners"))
    return;
  self->gnome = g_settings_new_full (schema, NULL, NULL);
  g_signal_connect_object (self->gnome, "changed::show-banners", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

static void
yonder_do_not_disturb_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YonderDoNotDisturb *self = YONDER_DO_NOT_DISTURB (object);

  switch (prop_id) {
  case PROP_IS_ACTIVE:
    g_value_set_boolean (value, self->is_active);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_do_not_disturb_dispose (GObject *object)
{
  YonderDoNotDisturb *self = YONDER_DO_NOT_DISTURB (object);

  g_cancellable_cancel (self->cancellable);
  for (gsize i = 0; i < G_N_ELEMENTS (daemons); i++)
    g_clear_object (&self->proxies[i]);
  g_clear_object (&self->gnome);

  G_OBJECT_CLASS (yonder_do_not_disturb_parent_class)->dispose (object);
}

static void
yonder_do_not_disturb_finalize (GObject *object)
{
  g_clear_object (&YONDER_DO_NOT_DISTURB (object)->cancellable);

  G_OBJECT_CLASS (yonder_do_not_disturb_parent_class)->finalize (object);
}

static void
yonder_do_not_disturb_class_init (YonderDoNotDisturbClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = yonder_do_not_disturb_dispose;
  object_class->finalize = yonder_do_not_disturb_finalize;
  object_class->get_property = yonder_do_not_disturb_get_property;

  properties[PROP_IS_ACTIVE] = g_param_spec_boolean ("is-active", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yonder_do_not_disturb_init (YonderDoNotDisturb *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * yonder_do_not_disturb_new:
 * @bus: (nullable): the session bus
 *
 * Returns: (transfer full): knows at once what the settings say, and a moment later what the notification daemon says
 */
YonderDoNotDisturb *
yonder_do_not_disturb_new (GDBusConnection *bus)
{
  YonderDoNotDisturb *self = g_object_new (YONDER_TYPE_DO_NOT_DISTURB, NULL);

  watch_gnome (self);
  for (gsize i = 0; bus != NULL && i < G_N_ELEMENTS (daemons); i++)
    g_dbus_proxy_new (bus, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START | G_DBUS_PROXY_FLAGS_GET_INVALIDATED_PROPERTIES, NULL,
                      DAEMON, DAEMON_PATH, daemons[i].interface, self->cancellable, on_proxy_made, g_object_ref (self));
  update (self);
  return self;
}

/**
 * yonder_do_not_disturb_is_active:
 * @self: the watch
 *
 * Returns: whether the desktop says that the user wants no sound and no notification
 */
gboolean
yonder_do_not_disturb_is_active (YonderDoNotDisturb *self)
{
  return self->is_active;
}
