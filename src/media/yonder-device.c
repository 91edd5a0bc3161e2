/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-device.h"

#include <string.h>

#include "yonder-elements.h"

G_DEFINE_QUARK (yonder-device-error-quark, yonder_device_error)

/* chosen: more than that are not tried, so that a broken one costs no minutes */
#define MAX_TRIES 8
/* What is played waits no longer in the loudspeaker's buffer than it must: GStreamer's default is 200 ms. */
#define SPEAKER_BUFFER_US 50000
#define PERIOD_US 10000

static const struct {
  const char       *classes;
  YonderMediaNotice notices[3]; /* by YonderDeviceError */
} kinds[] = {
  [YONDER_DEVICE_CAMERA] = { "Video/Source", { YONDER_MEDIA_NOTICE_CAMERA_MISSING, YONDER_MEDIA_NOTICE_CAMERA_BUSY,
                                               YONDER_MEDIA_NOTICE_CAMERA_REFUSED } },
  [YONDER_DEVICE_MICROPHONE] = { "Audio/Source", { YONDER_MEDIA_NOTICE_MICROPHONE_MISSING, YONDER_MEDIA_NOTICE_MICROPHONE_BUSY,
                                                   YONDER_MEDIA_NOTICE_MICROPHONE_REFUSED } },
  [YONDER_DEVICE_SPEAKER] = { "Audio/Sink", { YONDER_MEDIA_NOTICE_SPEAKER_MISSING, YONDER_MEDIA_NOTICE_SPEAKER_MISSING,
                                              YONDER_MEDIA_NOTICE_SPEAKER_MISSING } },
};

/* The same hardware shows up by several providers; this is the order in which they are worth trying. */
static int
rank_provider (YonderDeviceKind kind, GstDevice *device)
{
  const char *type = G_OBJECT_TYPE_NAME (device);

  if (strstr (type, "PipeWire") != NULL)
    return kind == YONDER_DEVICE_CAMERA ? 0 : 1;
  if (strstr (type, "Pulse") != NULL)
    return 0;
  return 2;
}

static gboolean
has_property (GstDevice *device, const char *name, const char *value)
{
  g_autoptr (GstStructure) properties = gst_device_get_properties (device);
  gboolean flag = FALSE;

  if (properties == NULL)
    return FALSE;
  if (value != NULL)
    return g_strcmp0 (gst_structure_get_string (properties, name), value) == 0;
  return gst_structure_get_boolean (properties, name, &flag) && flag;
}

static int
compare_devices (gconstpointer a, gconstpointer b, gpointer user_data)
{
  GstDevice *first = (GstDevice *) a;
  GstDevice *second = (GstDevice *) b;
  YonderDeviceKind kind = GPOINTER_TO_INT (user_data);
  gboolean first_default = has_property (first, "is-default", NULL);
  gboolean second_default = has_property (second, "is-default", NULL);

  if (first_default != second_default)
    return first_default ? -1 : 1;
  return rank_provider (kind, first) - rank_provider (kind, second);
}

/* Returns: (element-type GstDevice): the best first; without those that record what is played */
static GPtrArray *
list_devices (YonderDeviceKind kind)
{
  g_autoptr (GstDeviceMonitor) monitor = gst_device_monitor_new ();
  GPtrArray *devices = g_ptr_array_new_with_free_func (gst_object_unref);
  GList *all;

  gst_device_monitor_add_filter (monitor, kinds[kind].classes, NULL);
  if (!gst_device_monitor_start (monitor))
    return devices;

  all = gst_device_monitor_get_devices (monitor);
  for (GList *item = all; item != NULL; item = item->next) {
    if (!has_property (item->data, "device.class", "monitor"))
      g_ptr_array_add (devices, gst_object_ref (item->data));
  }
  g_list_free_full (all, gst_object_unref);
  gst_device_monitor_stop (monitor);
  g_ptr_array_sort_values_with_data (devices, compare_devices, GINT_TO_POINTER (kind));
  return devices;
}

static YonderDeviceError
classify (const GError *error)
{
  if (error == NULL)
    return YONDER_DEVICE_ERROR_MISSING;
  if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_BUSY))
    return YONDER_DEVICE_ERROR_BUSY;
  if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED) ||
      g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ) ||
      g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ_WRITE))
    return YONDER_DEVICE_ERROR_REFUSED;
  return YONDER_DEVICE_ERROR_MISSING;
}

static void
set_latency (YonderDeviceKind kind, GstElement *element)
{
  GObjectClass *class = G_OBJECT_GET_CLASS (element);

  if (kind == YONDER_DEVICE_SPEAKER && g_object_class_find_property (class, "buffer-time") != NULL)
    g_object_set (element, "buffer-time", (gint64) SPEAKER_BUFFER_US, NULL);
  if (kind != YONDER_DEVICE_CAMERA && g_object_class_find_property (class, "latency-time") != NULL)
    g_object_set (element, "latency-time", (gint64) PERIOD_US, NULL);
}

/* Returns: (transfer full) (nullable): the element, READY, so that the device is open */
static GstElement *
open_device (YonderDeviceKind kind, GstDevice *device, GError **error)
{
  g_autoptr (GstElement) element = gst_device_create_element (device, NULL);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) reason = NULL;

  if (element == NULL) {
    g_set_error (error, YONDER_DEVICE_ERROR, YONDER_DEVICE_ERROR_MISSING, "A device cannot be used");
    return NULL;
  }

  gst_object_ref_sink (element);
  set_latency (kind, element);
  gst_element_set_bus (element, bus);
  if (gst_element_set_state (element, GST_STATE_READY) != GST_STATE_CHANGE_FAILURE) {
    gst_element_set_bus (element, NULL);
    return g_steal_pointer (&element);
  }

  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  if (message != NULL)
    gst_message_parse_error (message, &reason, NULL);
  g_set_error (error, YONDER_DEVICE_ERROR, classify (reason), "%s", reason != NULL ? reason->message : "The device does not open");
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
  return NULL;
}

static void
element_free (gpointer data)
{
  gst_element_set_state (data, GST_STATE_NULL);
  gst_object_unref (data);
}

static void
open_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  YonderDeviceKind kind = GPOINTER_TO_INT (data);
  g_autoptr (GPtrArray) devices = list_devices (kind);
  g_autoptr (GError) first_error = NULL;

  for (guint i = 0; i < MIN (devices->len, MAX_TRIES) && !g_cancellable_is_cancelled (cancellable); i++) {
    g_autoptr (GError) error = NULL;
    GstElement *element = open_device (kind, g_ptr_array_index (devices, i), &error);

    if (element != NULL) {
      g_task_return_pointer (task, element, element_free);
      return;
    }
    if (first_error == NULL)
      first_error = g_steal_pointer (&error);
  }

  if (first_error != NULL)
    g_task_return_error (task, g_steal_pointer (&first_error));
  else
    g_task_return_new_error (task, YONDER_DEVICE_ERROR, YONDER_DEVICE_ERROR_MISSING, "There is no such device");
}

/**
 * yonder_device_open_async:
 * @kind: what to open
 * @cancellable: (nullable): answered at once, though the thread may go on for a while
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Opens the default device of its kind, or else the first that opens.
 */
void
yonder_device_open_async (YonderDeviceKind kind, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, yonder_device_open_async);
  g_task_set_task_data (task, GINT_TO_POINTER (kind), NULL);
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, open_in_thread);
}

/* Returns: (transfer full) (nullable): a source or sink in READY, to be set to %GST_STATE_NULL in the end; or %NULL with
 *   a [error@Yonder.DeviceError] or %G_IO_ERROR_CANCELLED */
GstElement *
yonder_device_open_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

YonderMediaNotice
yonder_device_notice (YonderDeviceKind kind, const GError *error)
{
  YonderDeviceError code = error->domain == YONDER_DEVICE_ERROR ? (YonderDeviceError) error->code : classify (error);

  return kinds[kind].notices[code];
}
