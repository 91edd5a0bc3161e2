/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fake-devices.h"

/* What is plugged in, kept while no monitor runs. */
static GPtrArray *plugged; /* of GstDevice */
static int peak;

/* --- A device --- */

typedef struct {
  GstDevice         parent;
  const FakeDevice *what;
} Device;
typedef struct { GstDeviceClass parent_class; } DeviceClass;
static GType device_get_type (void);
G_DEFINE_TYPE (Device, device, GST_TYPE_DEVICE)

/* Streaming thread. */
static GstPadProbeReturn
on_played (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstMapInfo map;
  int loudest = 0;

  gst_buffer_map (GST_PAD_PROBE_INFO_BUFFER (info), &map, GST_MAP_READ);
  for (gsize i = 0; i < map.size / sizeof (gint16); i++)
    loudest = MAX (loudest, ABS (((const gint16 *) map.data)[i]));
  gst_buffer_unmap (GST_PAD_PROBE_INFO_BUFFER (info), &map);
  if (loudest > g_atomic_int_get (&peak))
    g_atomic_int_set (&peak, loudest);
  return GST_PAD_PROBE_OK;
}

/* Whoever asks pulsesink what it takes waits for the sound server. */
static GstPadProbeReturn
on_asked (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  if (GST_QUERY_TYPE (GST_PAD_PROBE_INFO_QUERY (info)) == GST_QUERY_CAPS)
    g_assert_false (g_main_context_is_owner (NULL));
  return GST_PAD_PROBE_OK;
}

static GstElement *
device_create_element (GstDevice *device, const char *name)
{
  const FakeDevice *what = ((Device *) device)->what;
  g_autoptr (GError) error = NULL;
  GstElement *bin = gst_parse_bin_from_description (what->description, TRUE, &error);
  g_autoptr (GstPad) sink = NULL;

  g_assert_no_error (error);
  sink = gst_element_get_static_pad (bin, "sink");
  if (sink != NULL) {
    gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER, on_played, NULL, NULL);
    gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, on_asked, NULL, NULL);
  }
  return bin;
}

static void
device_class_init (DeviceClass *class)
{
  GST_DEVICE_CLASS (class)->create_element = device_create_element;
}

static void
device_init (Device *self)
{
}

static GstDevice *
device_new (const FakeDevice *what)
{
  g_autoptr (GstCaps) caps = gst_caps_new_any ();
  g_autoptr (GstStructure) properties = gst_structure_new ("device", "node.name", G_TYPE_STRING, what->id,
                                                           "is-default", G_TYPE_BOOLEAN, what->is_default, NULL);
  Device *device;

  if (what->is_monitor)
    gst_structure_set (properties, "device.class", G_TYPE_STRING, "monitor", NULL);
  if (what->path != NULL)
    gst_structure_set (properties, "device.path", G_TYPE_STRING, what->path, NULL);
  device = g_object_new (device_get_type (), "display-name", what->name, "caps", caps, "device-class", what->classes,
                         "properties", properties, NULL);
  device->what = what;
  return gst_object_ref_sink (device);
}

/* --- Who tells of them --- */

typedef struct { GstDeviceProvider parent; } Provider;
typedef struct { GstDeviceProviderClass parent_class; } ProviderClass;
static GType provider_get_type (void);
G_DEFINE_TYPE (Provider, provider, GST_TYPE_DEVICE_PROVIDER)

static Provider *running; /* (nullable) */

static gboolean
provider_start (GstDeviceProvider *provider)
{
  running = (Provider *) provider;
  for (guint i = 0; i < plugged->len; i++)
    gst_device_provider_device_add (provider, g_ptr_array_index (plugged, i));
  return TRUE;
}

static void
provider_stop (GstDeviceProvider *provider)
{
  running = NULL;
}

static GList *
provider_probe (GstDeviceProvider *provider)
{
  GList *devices = NULL;

  for (guint i = 0; i < plugged->len; i++)
    devices = g_list_append (devices, gst_object_ref (g_ptr_array_index (plugged, i)));
  return devices;
}

static void
provider_class_init (ProviderClass *class)
{
  GST_DEVICE_PROVIDER_CLASS (class)->probe = provider_probe;
  GST_DEVICE_PROVIDER_CLASS (class)->start = provider_start;
  GST_DEVICE_PROVIDER_CLASS (class)->stop = provider_stop;
  gst_device_provider_class_set_static_metadata (GST_DEVICE_PROVIDER_CLASS (class), "Fake Devices", "Source/Sink/Audio/Video",
                                                 "What a test plugs in", "Yonder");
}

static void
provider_init (Provider *self)
{
}

void
fake_devices_register (void)
{
  plugged = g_ptr_array_new_with_free_func (gst_object_unref);
  gst_device_provider_register (NULL, "fakedevices", GST_RANK_PRIMARY, provider_get_type ());
}

void
fake_devices_plug (const FakeDevice *what)
{
  GstDevice *device = device_new (what);

  g_ptr_array_add (plugged, device);
  if (running != NULL)
    gst_device_provider_device_add (GST_DEVICE_PROVIDER (running), device);
}

static void
unplug_at (guint i)
{
  if (running != NULL)
    gst_device_provider_device_remove (GST_DEVICE_PROVIDER (running), g_ptr_array_index (plugged, i));
  g_ptr_array_remove_index (plugged, i);
}

void
fake_devices_unplug (const FakeDevice *what)
{
  for (guint i = 0; i < plugged->len; i++)
    if (((Device *) g_ptr_array_index (plugged, i))->what == what) {
      unplug_at (i);
      return;
    }
}

void
fake_devices_unplug_all (void)
{
  while (plugged->len > 0)
    unplug_at (plugged->len - 1);
}

int
fake_devices_get_peak (void)
{
  int loudest = g_atomic_int_get (&peak);

  g_atomic_int_set (&peak, 0);
  return loudest;
}
