/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-sound-output.h"

#include <string.h>

/* chosen: more than that fit into no list */
#define MAX_OUTPUTS 32

struct _YonderSoundOutput
{
  GObject    parent_instance;

  char      *id;
  char      *name;
  GstDevice *device;
};

G_DEFINE_FINAL_TYPE (YonderSoundOutput, yonder_sound_output, G_TYPE_OBJECT)

/* What the sound server calls it stays the same from one start to the next; the name for the user need not be unique. */
static char *
id_of_device (GstDevice *device)
{
  g_autoptr (GstStructure) properties = gst_device_get_properties (device);
  const char *node = properties != NULL ? gst_structure_get_string (properties, "node.name") : NULL;
  g_autofree char *internal = NULL;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (device), "internal-name") != NULL)
    g_object_get (device, "internal-name", &internal, NULL);
  if (internal != NULL)
    return g_steal_pointer (&internal);
  return node != NULL ? g_strdup (node) : gst_device_get_display_name (device);
}

static YonderSoundOutput *
output_of_device (GstDevice *device)
{
  YonderSoundOutput *self = g_object_new (YONDER_TYPE_SOUND_OUTPUT, NULL);

  self->id = id_of_device (device);
  self->name = gst_device_get_display_name (device);
  self->device = gst_object_ref (device);
  return self;
}

static gboolean
has_id (gconstpointer output, gconstpointer id)
{
  return g_str_equal (((const YonderSoundOutput *) output)->id, id);
}

/* The same hardware shows up by several providers. PipeWire's own is the last choice: its sink answers no sooner than the one for
 * PulseAudio, which PipeWire speaks as well, and loses memory each time it is opened (libgstpipewire 1.4). */
static void
add_outputs (GPtrArray *outputs, GList *devices, gboolean is_pipewire)
{
  for (GList *item = devices; item != NULL && outputs->len < MAX_OUTPUTS; item = item->next) {
    g_autoptr (YonderSoundOutput) output = NULL;

    if ((strstr (G_OBJECT_TYPE_NAME (item->data), "PipeWire") != NULL) != is_pipewire)
      continue;
    output = output_of_device (item->data);
    if (!g_ptr_array_find_with_equal_func (outputs, output->id, has_id, NULL))
      g_ptr_array_add (outputs, g_steal_pointer (&output));
  }
}

static GPtrArray *
list_outputs (void)
{
  g_autoptr (GstDeviceMonitor) monitor = gst_device_monitor_new ();
  GPtrArray *outputs = g_ptr_array_new_with_free_func (g_object_unref);
  GList *devices;

  /* PipeWire would hide the others */
  gst_device_monitor_set_show_all_devices (monitor, TRUE);
  gst_device_monitor_add_filter (monitor, "Audio/Sink", NULL);
  if (!gst_device_monitor_start (monitor))
    return outputs;

  devices = gst_device_monitor_get_devices (monitor);
  add_outputs (outputs, devices, FALSE);
  add_outputs (outputs, devices, TRUE);
  g_list_free_full (devices, gst_object_unref);
  gst_device_monitor_stop (monitor);
  return outputs;
}

static void
list_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_task_return_pointer (task, list_outputs (), (GDestroyNotify) g_ptr_array_unref);
}

static void
yonder_sound_output_finalize (GObject *object)
{
  YonderSoundOutput *self = YONDER_SOUND_OUTPUT (object);

  g_free (self->id);
  g_free (self->name);
  g_clear_pointer (&self->device, gst_object_unref);

  G_OBJECT_CLASS (yonder_sound_output_parent_class)->finalize (object);
}

static void
yonder_sound_output_class_init (YonderSoundOutputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = yonder_sound_output_finalize;
}

static void
yonder_sound_output_init (YonderSoundOutput *self)
{
}

/**
 * yonder_sound_output_get_id:
 * @self: an output
 *
 * Returns: (transfer none): by what it is found again; never empty
 */
const char *
yonder_sound_output_get_id (YonderSoundOutput *self)
{
  return self->id;
}

/**
 * yonder_sound_output_get_name:
 * @self: an output
 *
 * Returns: (transfer none): what the system calls it, for the user
 */
const char *
yonder_sound_output_get_name (YonderSoundOutput *self)
{
  return self->name;
}

/**
 * yonder_sound_output_list_async:
 * @cancellable: (nullable): nobody waits any more
 * @callback: called with what there is
 * @user_data: for @callback
 *
 * Looks for loudspeakers and headsets.
 */
void
yonder_sound_output_list_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, yonder_sound_output_list_async);
  g_task_run_in_thread (task, list_in_thread);
}

/**
 * yonder_sound_output_list_finish:
 * @result: what the callback was given
 * @error: return location for a %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable) (element-type YonderSoundOutput): those that there are, which may be none
 */
GPtrArray *
yonder_sound_output_list_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

GstElement *
yonder_sound_output_make_sink (const char *id)
{
  g_autoptr (GPtrArray) outputs = *id != '\0' ? list_outputs () : NULL;
  GstElement *sink = NULL;
  guint position;

  if (outputs != NULL && g_ptr_array_find_with_equal_func (outputs, id, has_id, &position))
    sink = gst_device_create_element (YONDER_SOUND_OUTPUT (g_ptr_array_index (outputs, position))->device, NULL);

  return sink != NULL ? sink : gst_element_factory_make ("autoaudiosink", NULL);
}
