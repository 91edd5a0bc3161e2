/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-device-row.h"

#include <glib/gi18n.h>

#include "yonder-device-memory.h"

struct _YonderDeviceRow
{
  AdwComboRow    parent_instance;

  GListModel    *devices;
  GSettings     *settings;
  char          *key;
  GPtrArray     *ids;        /* of char: of each item */
  GtkStringList *names;
  gboolean       is_filling; /* what changes is no choice of the user's */
};

G_DEFINE_FINAL_TYPE (YonderDeviceRow, yonder_device_row, ADW_TYPE_COMBO_ROW)

static void
add_item (YonderDeviceRow *self, const char *id, const char *name)
{
  gtk_string_list_append (self->names, name);
  g_ptr_array_add (self->ids, g_strdup (id));
}

/* One that was chosen stays in the list while it is unplugged. */
static void
fill (YonderDeviceRow *self)
{
  g_autofree char *chosen = NULL;
  g_autofree char *chosen_name = NULL;
  guint selected = 0;

  yonder_device_memory_dup_choice (self->settings, self->key, &chosen, &chosen_name);
  g_clear_object (&self->names);
  self->names = gtk_string_list_new (NULL);
  g_ptr_array_set_size (self->ids, 0);
  add_item (self, "", _("System Default"));
  for (guint i = 0; i < g_list_model_get_n_items (self->devices); i++) {
    g_autoptr (YonderDevice) device = g_list_model_get_item (self->devices, i);

    if (g_str_equal (yonder_device_get_id (device), chosen))
      selected = self->ids->len;
    add_item (self, yonder_device_get_id (device), yonder_device_get_name (device));
  }
  if (*chosen != '\0' && selected == 0) {
    /* Translators: %s is a camera, a microphone, a loudspeaker or a headset that is unplugged */
    g_autofree char *name = g_strdup_printf (_("%s (not connected)"), *chosen_name != '\0' ? chosen_name : chosen);

    selected = self->ids->len;
    add_item (self, chosen, name);
  }

  self->is_filling = TRUE;
  adw_combo_row_set_model (ADW_COMBO_ROW (self), G_LIST_MODEL (self->names));
  adw_combo_row_set_selected (ADW_COMBO_ROW (self), selected);
  self->is_filling = FALSE;
}

/* The list stays as it is while the user chooses from it. */
static void
show_choice (YonderDeviceRow *self)
{
  g_autofree char *chosen = NULL;
  g_autofree char *chosen_name = NULL;
  guint position;

  yonder_device_memory_dup_choice (self->settings, self->key, &chosen, &chosen_name);
  if (!g_ptr_array_find_with_equal_func (self->ids, chosen, g_str_equal, &position)) {
    fill (self);
    return;
  }
  self->is_filling = TRUE;
  adw_combo_row_set_selected (ADW_COMBO_ROW (self), position);
  self->is_filling = FALSE;
}

static void
on_selected (YonderDeviceRow *self)
{
  guint position = adw_combo_row_get_selected (ADW_COMBO_ROW (self));
  g_autofree char *chosen = NULL;
  g_autofree char *chosen_name = NULL;

  if (self->is_filling || self->ids == NULL || position >= self->ids->len)
    return;
  yonder_device_memory_dup_choice (self->settings, self->key, &chosen, &chosen_name);
  if (!g_str_equal (chosen, g_ptr_array_index (self->ids, position)))
    yonder_device_memory_choose (self->settings, self->key, g_ptr_array_index (self->ids, position),
                                 position > 0 ? gtk_string_list_get_string (self->names, position) : "");
}

static void
yonder_device_row_dispose (GObject *object)
{
  YonderDeviceRow *self = YONDER_DEVICE_ROW (object);

  self->is_filling = TRUE;
  g_clear_object (&self->devices);
  g_clear_object (&self->settings);
  g_clear_object (&self->names);

  G_OBJECT_CLASS (yonder_device_row_parent_class)->dispose (object);
}

static void
yonder_device_row_finalize (GObject *object)
{
  YonderDeviceRow *self = YONDER_DEVICE_ROW (object);

  g_clear_pointer (&self->ids, g_ptr_array_unref);
  g_free (self->key);

  G_OBJECT_CLASS (yonder_device_row_parent_class)->finalize (object);
}

static void
yonder_device_row_class_init (YonderDeviceRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yonder_device_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = yonder_device_row_finalize;
}

static void
yonder_device_row_init (YonderDeviceRow *self)
{
  self->ids = g_ptr_array_new_with_free_func (g_free);
}

/**
 * yonder_device_row_set_up:
 * @self: a new row
 * @devices: (transfer none): those that there are
 * @kind: which of them
 * @settings: (transfer none): where the choice is kept
 * @key: under which key
 *
 * Lets the user choose among the devices of that kind.
 */
void
yonder_device_row_set_up (YonderDeviceRow *self, YonderDevices *devices, YonderDeviceKind kind, GSettings *settings, const char *key)
{
  g_autofree char *changed = g_strconcat ("changed::", key, NULL);

  self->devices = g_object_ref (yonder_devices_get_list (devices, kind));
  self->settings = g_object_ref (settings);
  self->key = g_strdup (key);
  fill (self);
  g_signal_connect_object (self->devices, "items-changed", G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, changed, G_CALLBACK (show_choice), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::selected", G_CALLBACK (on_selected), NULL);
}
