/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-device-memory.h"

/* chosen: more desks than that nobody has */
#define MAX_CHOICES 16

static const char * const keys[] = {
  [YONDER_DEVICE_CAMERA] = "cameras",
  [YONDER_DEVICE_MICROPHONE] = "microphones",
  [YONDER_DEVICE_SPEAKER] = "speakers",
};

static const struct {
  const char      *key;
  YonderProcessing processing;
} switches[] = {
  { "cancel-echo", YONDER_PROCESSING_ECHO },
  { "suppress-noise", YONDER_PROCESSING_NOISE },
  { "control-gain", YONDER_PROCESSING_GAIN },
};

/**
 * yonder_device_memory_get_key:
 * @kind: a kind of device
 *
 * Returns: (transfer none): the settings' key for those used in calls
 */
const char *
yonder_device_memory_get_key (YonderDeviceKind kind)
{
  return keys[kind];
}

/**
 * yonder_device_memory_dup_ids:
 * @settings: where choices are kept
 * @key: of which kind
 *
 * Returns: (transfer full): whom to use, the dearest first; an empty one stands for the system's choice
 */
GStrv
yonder_device_memory_dup_ids (GSettings *settings, const char *key)
{
  g_autoptr (GVariant) choices = g_settings_get_value (settings, key);
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  const char *id, *name;
  GVariantIter iter;

  g_variant_iter_init (&iter, choices);
  while (g_variant_iter_next (&iter, "(&s&s)", &id, &name))
    g_strv_builder_add (ids, id);
  return g_strv_builder_end (ids);
}

void
yonder_device_memory_dup_choice (GSettings *settings, const char *key, char **id, char **name)
{
  g_autoptr (GVariant) choices = g_settings_get_value (settings, key);

  *id = *name = NULL;
  if (g_variant_n_children (choices) > 0)
    g_variant_get_child (choices, 0, "(ss)", id, name);
  else
    *id = g_strdup (""), *name = g_strdup ("");
}

/**
 * yonder_device_memory_choose:
 * @settings: where choices are kept
 * @key: of which kind
 * @id: the device's; empty for the one that the system would take
 * @name: what people call it
 *
 * Has this one used from now on, wherever it is plugged in.
 */
void
yonder_device_memory_choose (GSettings *settings, const char *key, const char *id, const char *name)
{
  g_autoptr (GVariant) choices = g_settings_get_value (settings, key);
  const char *other_id, *other_name;
  GVariantBuilder builder;
  GVariantIter iter;
  guint n = 1;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ss)"));
  g_variant_builder_add (&builder, "(ss)", id, name);
  g_variant_iter_init (&iter, choices);
  while (g_variant_iter_next (&iter, "(&s&s)", &other_id, &other_name) && n < MAX_CHOICES)
    if (!g_str_equal (other_id, id)) {
      g_variant_builder_add (&builder, "(ss)", other_id, other_name);
      n++;
    }
  g_settings_set_value (settings, key, g_variant_builder_end (&builder));
}

static void
on_changed (YonderDevices *devices, const char *changed, GSettings *settings)
{
  YonderProcessing processing = YONDER_PROCESSING_NONE;

  for (YonderDeviceKind kind = 0; kind < G_N_ELEMENTS (keys); kind++) {
    g_auto (GStrv) ids = yonder_device_memory_dup_ids (settings, keys[kind]);

    if (changed == NULL || g_str_equal (changed, keys[kind]))
      yonder_devices_set_preferred (devices, kind, (const char * const *) ids);
  }
  for (guint i = 0; i < G_N_ELEMENTS (switches); i++)
    if (g_settings_get_boolean (settings, switches[i].key))
      processing |= switches[i].processing;
  yonder_devices_set_processing (devices, processing);
}

void
yonder_device_memory_attach (GSettings *settings, YonderDevices *devices)
{
  g_signal_connect_object (settings, "changed", G_CALLBACK (on_changed), devices, G_CONNECT_SWAPPED);
  on_changed (devices, NULL, settings);
}
