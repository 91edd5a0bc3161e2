/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-device.h"

#include <string.h>

#include "yonder-elements.h"

/* chosen: more than that are not tried, so that a broken one costs no minutes */
#define MAX_TRIES 8
/* chosen: more than that fit into no menu */
#define MAX_DEVICES 32
/* What is played waits no longer in the loudspeaker's buffer than it must: GStreamer's default is 200 ms. */
#define SPEAKER_BUFFER_US 50000
#define PERIOD_US 10000
/* What has opened is put in after the window was drawn (GDK_PRIORITY_REDRAW is G_PRIORITY_HIGH_IDLE + 20), and one device after the other: each
 * takes milliseconds of the main loop. */
#define OPENED_PRIORITY (G_PRIORITY_HIGH_IDLE + 30)

struct _YonderDevice {
  GObject parent_instance;

  YonderDeviceKind kind;
  char            *id;
  char            *name;
  gboolean         is_default;
  GstDevice       *device;
};

G_DEFINE_FINAL_TYPE (YonderDevice, yonder_device, G_TYPE_OBJECT)

G_DEFINE_QUARK (yonder-device-error-quark, yonder_device_error)

G_DEFINE_ENUM_TYPE (YonderDeviceKind, yonder_device_kind,
                    G_DEFINE_ENUM_VALUE (YONDER_DEVICE_CAMERA, "camera"),
                    G_DEFINE_ENUM_VALUE (YONDER_DEVICE_MICROPHONE, "microphone"),
                    G_DEFINE_ENUM_VALUE (YONDER_DEVICE_SPEAKER, "speaker"))

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

static void
yonder_device_finalize (GObject *object)
{
  YonderDevice *self = YONDER_DEVICE (object);

  g_free (self->id);
  g_free (self->name);
  gst_clear_object (&self->device);

  G_OBJECT_CLASS (yonder_device_parent_class)->finalize (object);
}

static void
yonder_device_class_init (YonderDeviceClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_device_finalize;
}

static void
yonder_device_init (YonderDevice *self)
{
}

YonderDeviceKind
yonder_device_get_kind (YonderDevice *self)
{
  return self->kind;
}

/* Returns: (transfer none): by what it is found again after a start, or when it is plugged in again; never empty */
const char *
yonder_device_get_id (YonderDevice *self)
{
  return self->id;
}

/* Returns: (transfer none): what the system calls it, for the user */
const char *
yonder_device_get_name (YonderDevice *self)
{
  return self->name;
}

/* Returns: whether the system would take it */
gboolean
yonder_device_is_default (YonderDevice *self)
{
  return self->is_default;
}

gboolean
yonder_device_equal (YonderDevice *self, YonderDevice *other)
{
  return self->device == other->device && self->is_default == other->is_default && g_str_equal (self->id, other->id) &&
         g_str_equal (self->name, other->name);
}

const char *
yonder_device_kind_classes (YonderDeviceKind kind)
{
  return kinds[kind].classes;
}

/* --- What there is --- */

static gboolean
is_of_pipewire (GstDevice *device)
{
  return strstr (G_OBJECT_TYPE_NAME (device), "PipeWire") != NULL;
}

static gboolean
is_of_sound_server (GstDevice *device)
{
  return is_of_pipewire (device) || strstr (G_OBJECT_TYPE_NAME (device), "Pulse") != NULL;
}

/* The same hardware shows up by several providers; this is the order in which they are worth trying. PipeWire's own sound is the last
 * choice but one: its sink answers no sooner than the one for PulseAudio, which PipeWire speaks as well, and loses memory each time it is
 * opened (libgstpipewire 1.4). */
static int
rank_provider (YonderDeviceKind kind, GstDevice *device)
{
  if (is_of_pipewire (device))
    return kind == YONDER_DEVICE_CAMERA ? 0 : 1;
  return is_of_sound_server (device) ? 0 : 2;
}

/* Returns: (transfer full) (nullable): the first of these properties that is there */
static char *
dup_property (GstDevice *device, const char * const *names)
{
  g_autoptr (GstStructure) properties = gst_device_get_properties (device);
  const char *value = NULL;

  for (guint i = 0; properties != NULL && value == NULL && names[i] != NULL; i++)
    value = gst_structure_get_string (properties, names[i]);
  return g_strdup (value);
}

static gboolean
has_flag (GstDevice *device, const char *name)
{
  g_autoptr (GstStructure) properties = gst_device_get_properties (device);
  gboolean flag = FALSE;

  return properties != NULL && gst_structure_get_boolean (properties, name, &flag) && flag;
}

/* What records what is played is no microphone. */
static gboolean
is_monitor (GstDevice *device)
{
  static const char * const class[] = { "device.class", NULL };
  g_autofree char *value = dup_property (device, class);

  return g_strcmp0 (value, "monitor") == 0;
}

/* A screen that somebody shares is a source of pictures, too (xdg-desktop-portal-wlr); what is a camera, PipeWire says. */
static gboolean
is_screen (YonderDeviceKind kind, GstDevice *device)
{
  static const char * const role[] = { "media.role", NULL };
  g_autofree char *value = dup_property (device, role);

  return kind == YONDER_DEVICE_CAMERA && is_of_pipewire (device) && g_strcmp0 (value, "Camera") != 0;
}

/* What the sound server calls it stays the same from one start to the next; the name for the user need not be unique. */
static char *
dup_id (GstDevice *device)
{
  static const char * const names[] = { "node.name", "device.bus_path", "device.path", NULL };
  g_autofree char *internal = NULL;
  char *id;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (device), "internal-name") != NULL)
    g_object_get (device, "internal-name", &internal, NULL);
  if (internal != NULL && *internal != '\0')
    return g_steal_pointer (&internal);
  id = dup_property (device, names);
  return id != NULL ? id : gst_device_get_display_name (device);
}

/* By this the same hardware is known whoever tells of it. */
static char *
dup_place (YonderDeviceKind kind, GstDevice *device)
{
  static const char * const names[] = { "api.v4l2.path", "device.path", NULL };
  char *path = kind == YONDER_DEVICE_CAMERA ? dup_property (device, names) : NULL;

  return path != NULL ? path : dup_id (device);
}

static int
compare_providers (gconstpointer a, gconstpointer b, gpointer user_data)
{
  YonderDeviceKind kind = GPOINTER_TO_INT (user_data);

  return rank_provider (kind, (GstDevice *) a) - rank_provider (kind, (GstDevice *) b);
}

static YonderDevice *
device_new (YonderDeviceKind kind, GstDevice *device)
{
  YonderDevice *self = g_object_new (YONDER_TYPE_DEVICE, NULL);

  self->kind = kind;
  self->id = dup_id (device);
  self->name = gst_device_get_display_name (device);
  self->is_default = has_flag (device, "is-default");
  self->device = gst_object_ref (device);
  return self;
}

static int
compare_defaults (gconstpointer a, gconstpointer b)
{
  return ((const YonderDevice *) b)->is_default - ((const YonderDevice *) a)->is_default;
}

/**
 * yonder_device_sift:
 * @kind: what is wanted
 * @devices: (element-type GstDevice): what the providers tell of, of any kind
 *
 * Makes a list for people out of what GStreamer finds: each device once, nothing that records what is played, no screen, and no bare sound
 * card where a sound server holds it. Any thread.
 *
 * Returns: (transfer full) (element-type YonderDevice): the system's default first
 */
GPtrArray *
yonder_device_sift (YonderDeviceKind kind, GPtrArray *devices)
{
  g_autoptr (GPtrArray) ranked = g_ptr_array_new ();
  g_autoptr (GHashTable) places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *sifted = g_ptr_array_new_with_free_func (g_object_unref);
  gboolean has_sound_server = FALSE;

  for (guint i = 0; i < devices->len; i++) {
    GstDevice *device = g_ptr_array_index (devices, i);

    if (gst_device_has_classes (device, kinds[kind].classes) && !is_monitor (device) && !is_screen (kind, device))
      g_ptr_array_add (ranked, device);
  }
  g_ptr_array_sort_values_with_data (ranked, compare_providers, GINT_TO_POINTER (kind));

  for (guint i = 0; i < ranked->len && sifted->len < MAX_DEVICES; i++) {
    GstDevice *device = g_ptr_array_index (ranked, i);

    has_sound_server |= kind != YONDER_DEVICE_CAMERA && is_of_sound_server (device);
    if (has_sound_server && !is_of_sound_server (device))
      break;
    if (g_hash_table_add (places, dup_place (kind, device)))
      g_ptr_array_add (sifted, device_new (kind, device));
  }
  g_ptr_array_sort_values (sifted, compare_defaults);
  return sifted;
}

static int
rank_preference (YonderDevice *device, const char * const *preferred)
{
  int rank = 0;

  while (preferred[rank] != NULL && !g_str_equal (preferred[rank], device->id) && !(device->is_default && *preferred[rank] == '\0'))
    rank++;
  return rank;
}

static int
compare_preferences (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return rank_preference ((YonderDevice *) a, user_data) - rank_preference ((YonderDevice *) b, user_data);
}

void
yonder_device_sort (GPtrArray *devices, const char * const *preferred)
{
  if (preferred != NULL)
    g_ptr_array_sort_values_with_data (devices, compare_preferences, (gpointer) preferred);
}

/* Asked while sound devices come, PipeWire's provider (1.4) names some that it has not made yet, as NULL. Its sound server names them too. */
#define PIPEWIRE_PROVIDER "pipewiredeviceprovider"

/* Blocks. Without a monitor, which would silence that of YonderDevices. Returns: (transfer full) (element-type YonderDevice) */
static GPtrArray *
probe (YonderDeviceKind kind)
{
  GList *factories = gst_device_provider_factory_list_get_device_providers (GST_RANK_MARGINAL);
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (gst_object_unref);

  for (GList *item = factories; item != NULL; item = item->next) {
    g_autoptr (GstDeviceProvider) provider = NULL;
    GList *found;

    if (!gst_device_provider_factory_has_classes (item->data, kinds[kind].classes) ||
        (kind != YONDER_DEVICE_CAMERA && g_str_equal (GST_OBJECT_NAME (item->data), PIPEWIRE_PROVIDER)))
      continue;
    provider = gst_device_provider_factory_get (item->data);
    found = provider != NULL ? gst_device_provider_get_devices (provider) : NULL;
    for (GList *device = found; device != NULL; device = device->next)
      if (device->data != NULL)
        g_ptr_array_add (devices, device->data);
    g_list_free (found);
  }
  gst_plugin_feature_list_free (factories);
  return yonder_device_sift (kind, devices);
}

/* --- Opening --- */

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
tune (YonderDeviceKind kind, GstElement *element)
{
  GObjectClass *class = G_OBJECT_GET_CLASS (element);

  /* What PipeWire lends goes with the device (1.4), while the encoder may still read a picture. */
  if (g_object_class_find_property (class, "always-copy") != NULL)
    g_object_set (element, "always-copy", TRUE, NULL);

  if (kind == YONDER_DEVICE_SPEAKER && g_object_class_find_property (class, "buffer-time") != NULL)
    g_object_set (element, "buffer-time", (gint64) SPEAKER_BUFFER_US, NULL);
  if (kind != YONDER_DEVICE_CAMERA && g_object_class_find_property (class, "latency-time") != NULL)
    g_object_set (element, "latency-time", (gint64) PERIOD_US, NULL);
}

/* Returns: (transfer full) (nullable): the element, READY, so that the device is open */
static GstElement *
open_device (YonderDevice *device, GError **error)
{
  g_autoptr (GstElement) element = gst_device_create_element (device->device, NULL);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) reason = NULL;

  if (element == NULL) {
    g_set_error (error, YONDER_DEVICE_ERROR, YONDER_DEVICE_ERROR_MISSING, "A device cannot be used");
    return NULL;
  }

  gst_object_ref_sink (element);
  tune (device->kind, element);
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

/* What is to be opened, and then what was. */
typedef struct {
  YonderDeviceKind kind;
  GPtrArray       *candidates; /* (nullable) */
  GStrv            preferred;  /* (nullable) */
  GstElement      *element;    /* (nullable) */
  YonderDevice    *device;     /* (nullable) */
} Opening;

static void
opening_free (gpointer data)
{
  Opening *self = data;

  g_clear_pointer (&self->candidates, g_ptr_array_unref);
  g_strfreev (self->preferred);
  if (self->element != NULL)
    gst_element_set_state (self->element, GST_STATE_NULL);
  gst_clear_object (&self->element);
  g_clear_object (&self->device);
  g_free (self);
}

static void
open_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Opening *wanted = data;
  g_autoptr (GPtrArray) devices = wanted->candidates != NULL ? g_ptr_array_ref (wanted->candidates) : probe (wanted->kind);
  g_autoptr (GError) first_error = NULL;

  if (wanted->candidates == NULL)
    yonder_device_sort (devices, (const char * const *) wanted->preferred);
  for (guint i = 0; i < MIN (devices->len, MAX_TRIES) && !g_cancellable_is_cancelled (cancellable); i++) {
    g_autoptr (GError) error = NULL;
    GstElement *element = open_device (g_ptr_array_index (devices, i), &error);

    if (element != NULL) {
      Opening *opened = g_new0 (Opening, 1);

      opened->element = element;
      opened->device = g_object_ref (g_ptr_array_index (devices, i));
      g_task_return_pointer (task, opened, opening_free);
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
 * @candidates: (nullable) (element-type YonderDevice): whom to try, in this order; %NULL: looked for first
 * @preferred: (nullable): where they are looked for: ids, see yonder_device_sort()
 * @cancellable: answered at once, though the thread may go on for a while
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Opens the first device that opens.
 */
void
yonder_device_open_async (YonderDeviceKind kind, GPtrArray *candidates, const char * const *preferred, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, yonder_device_open_async);
  yonder_device_open_in_task (task, kind, candidates, preferred);
}

void
yonder_device_open_in_task (GTask *task, YonderDeviceKind kind, GPtrArray *candidates, const char * const *preferred)
{
  Opening *wanted = g_new0 (Opening, 1);

  wanted->kind = kind;
  wanted->candidates = candidates != NULL ? g_ptr_array_ref (candidates) : NULL;
  wanted->preferred = g_strdupv ((char **) preferred);
  g_task_set_task_data (task, wanted, opening_free);
  g_task_set_priority (task, OPENED_PRIORITY + kind);
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, open_in_thread);
}

/**
 * yonder_device_open_finish:
 * @result: what the callback was given
 * @device: (out) (optional) (transfer full): which one it is; untouched where there is none
 * @error: return location for a [error@Yonder.DeviceError] or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): a source or sink in READY, to be set to %GST_STATE_NULL in the end
 */
GstElement *
yonder_device_open_finish (GAsyncResult *result, YonderDevice **device, GError **error)
{
  Opening *opened = g_task_propagate_pointer (G_TASK (result), error);
  GstElement *element;

  if (opened == NULL)
    return NULL;
  element = g_steal_pointer (&opened->element);
  if (device != NULL)
    *device = g_steal_pointer (&opened->device);
  opening_free (opened);
  return element;
}

static GstElement *
make_element_of (GPtrArray *devices, const char *id)
{
  for (guint i = 0; i < devices->len; i++) {
    YonderDevice *device = g_ptr_array_index (devices, i);

    if (g_str_equal (device->id, id))
      return gst_device_create_element (device->device, NULL);
  }
  return NULL;
}

GstElement *
yonder_device_make_sink (const char * const *ids)
{
  gboolean is_chosen = ids[0] != NULL && *ids[0] != '\0';
  g_autoptr (GPtrArray) speakers = is_chosen ? probe (YONDER_DEVICE_SPEAKER) : NULL;
  GstElement *sink = NULL;

  for (guint i = 0; speakers != NULL && sink == NULL && ids[i] != NULL && *ids[i] != '\0'; i++)
    sink = make_element_of (speakers, ids[i]);
  return sink != NULL ? sink : gst_element_factory_make ("autoaudiosink", NULL);
}

YonderMediaNotice
yonder_device_notice (YonderDeviceKind kind, const GError *error)
{
  YonderDeviceError code = error->domain == YONDER_DEVICE_ERROR ? (YonderDeviceError) error->code : classify (error);

  return kinds[kind].notices[code];
}
