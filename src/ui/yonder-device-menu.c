/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-device-menu.h"

#include <glib/gi18n.h>

#include "yonder-device-memory.h"

struct _YonderDeviceMenu
{
  GObject             parent_instance;

  YonderDevices      *devices;
  GSettings          *settings;
  GMenu              *sections[YONDER_N_DEVICE_KINDS];
  GMenu              *cameras;
  GMenu              *sounds;
  GSimpleActionGroup *actions;
};

G_DEFINE_FINAL_TYPE (YonderDeviceMenu, yonder_device_menu, G_TYPE_OBJECT)

static const char * const action_names[] = {
  [YONDER_DEVICE_CAMERA] = "camera",
  [YONDER_DEVICE_MICROPHONE] = "microphone",
  [YONDER_DEVICE_SPEAKER] = "speaker",
};

/* A name is no mnemonic. */
static char *
label_of_name (const char *name)
{
  g_auto (GStrv) parts = g_strsplit (name, "_", -1);

  return g_strjoinv ("__", parts);
}

static void
fill_section (YonderDeviceMenu *self, YonderDeviceKind kind)
{
  GListModel *list = yonder_devices_get_list (self->devices, kind);
  g_autofree char *action = g_strconcat ("device.", action_names[kind], NULL);

  g_menu_remove_all (self->sections[kind]);
  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (YonderDevice) device = g_list_model_get_item (list, i);
    g_autofree char *label = label_of_name (yonder_device_get_name (device));
    g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

    g_menu_item_set_action_and_target (item, action, "s", yonder_device_get_id (device));
    g_menu_append_item (self->sections[kind], item);
  }
  if (g_list_model_get_n_items (list) == 0)
    g_menu_append (self->sections[kind], _("None Is Plugged In"), "device.none");
}

static void
on_list_changed (YonderDeviceMenu *self, guint position, guint removed, guint added, GListModel *list)
{
  for (YonderDeviceKind kind = 0; kind < YONDER_N_DEVICE_KINDS; kind++)
    if (yonder_devices_get_list (self->devices, kind) == list)
      fill_section (self, kind);
}

static void
on_pick_changed (YonderDeviceMenu *self, YonderDeviceKind kind)
{
  YonderDevice *pick = yonder_devices_get_pick (self->devices, kind);
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), action_names[kind]);

  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_string (pick != NULL ? yonder_device_get_id (pick) : ""));
}

static void
on_change_state (YonderDeviceMenu *self, GVariant *value, GSimpleAction *action)
{
  for (YonderDeviceKind kind = 0; kind < YONDER_N_DEVICE_KINDS; kind++) {
    YonderDevice *device = yonder_devices_find (self->devices, kind, g_variant_get_string (value, NULL));

    if (device != NULL && g_str_equal (g_action_get_name (G_ACTION (action)), action_names[kind]))
      yonder_device_menu_choose (self, device);
  }
}

static void
yonder_device_menu_dispose (GObject *object)
{
  YonderDeviceMenu *self = YONDER_DEVICE_MENU (object);

  if (self->devices != NULL)
    yonder_devices_release (self->devices);
  g_clear_object (&self->devices);
  g_clear_object (&self->settings);
  for (YonderDeviceKind kind = 0; kind < YONDER_N_DEVICE_KINDS; kind++)
    g_clear_object (&self->sections[kind]);
  g_clear_object (&self->cameras);
  g_clear_object (&self->sounds);
  g_clear_object (&self->actions);

  G_OBJECT_CLASS (yonder_device_menu_parent_class)->dispose (object);
}

static void
yonder_device_menu_class_init (YonderDeviceMenuClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yonder_device_menu_dispose;
}

static void
yonder_device_menu_init (YonderDeviceMenu *self)
{
  for (YonderDeviceKind kind = 0; kind < YONDER_N_DEVICE_KINDS; kind++)
    self->sections[kind] = g_menu_new ();
  self->cameras = g_menu_new ();
  self->sounds = g_menu_new ();
  self->actions = g_simple_action_group_new ();
  g_menu_append_section (self->cameras, _("Camera"), G_MENU_MODEL (self->sections[YONDER_DEVICE_CAMERA]));
  g_menu_append_section (self->sounds, _("Microphone"), G_MENU_MODEL (self->sections[YONDER_DEVICE_MICROPHONE]));
  g_menu_append_section (self->sounds, _("Loudspeaker"), G_MENU_MODEL (self->sections[YONDER_DEVICE_SPEAKER]));
}

static void
add_kind (YonderDeviceMenu *self, YonderDeviceKind kind)
{
  g_autoptr (GSimpleAction) action = g_simple_action_new_stateful (action_names[kind], G_VARIANT_TYPE_STRING, g_variant_new_string (""));

  g_signal_connect_object (action, "change-state", G_CALLBACK (on_change_state), self, G_CONNECT_SWAPPED);
  g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (action));
  g_signal_connect_object (yonder_devices_get_list (self->devices, kind), "items-changed", G_CALLBACK (on_list_changed), self, G_CONNECT_SWAPPED);
  fill_section (self, kind);
  on_pick_changed (self, kind);
}

/**
 * yonder_device_menu_new:
 * @devices: (transfer none): those that there are; they follow the settings
 * @settings: (transfer none): where choices are kept
 *
 * Returns: (transfer full): menus that follow
 */
YonderDeviceMenu *
yonder_device_menu_new (YonderDevices *devices, GSettings *settings)
{
  YonderDeviceMenu *self = g_object_new (YONDER_TYPE_DEVICE_MENU, NULL);

  self->devices = g_object_ref (devices);
  self->settings = g_object_ref (settings);
  yonder_devices_hold (devices);
  for (YonderDeviceKind kind = 0; kind < YONDER_N_DEVICE_KINDS; kind++)
    add_kind (self, kind);
  g_signal_connect_object (devices, "pick-changed", G_CALLBACK (on_pick_changed), self, G_CONNECT_SWAPPED);
  return self;
}

GMenuModel *
yonder_device_menu_get_cameras (YonderDeviceMenu *self)
{
  return G_MENU_MODEL (self->cameras);
}

GMenuModel *
yonder_device_menu_get_sounds (YonderDeviceMenu *self)
{
  return G_MENU_MODEL (self->sounds);
}

GActionGroup *
yonder_device_menu_get_actions (YonderDeviceMenu *self)
{
  return G_ACTION_GROUP (self->actions);
}

void
yonder_device_menu_choose (YonderDeviceMenu *self, YonderDevice *device)
{
  yonder_device_memory_choose (self->settings, yonder_device_memory_get_key (yonder_device_get_kind (device)), yonder_device_get_id (device),
                               yonder_device_get_name (device));
}
