/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-devices.h"

#include <glib/gstdio.h>

#include "yonder-post.h"

/* GStreamer's providers are one of each in a process, and stop for all when one of those who started them stops them (gstdeviceprovider.c counts
 * one start alone): so they are not started before they have stopped. They are used without a GstDeviceMonitor, which takes a device without
 * caps for a mistake, as a camera of PipeWire that nobody has opened yet. */
typedef enum {
  STATE_IDLE,
  STATE_STARTING,
  STATE_LIVE,
  STATE_STOPPING,
} State;

struct _YonderDevices {
  GObject parent_instance;

  GListStore       *lists[YONDER_N_DEVICE_KINDS];     /* of YonderDevice */
  GStrv             preferred[YONDER_N_DEVICE_KINDS]; /* (nullable) */
  YonderDevice     *picks[YONDER_N_DEVICE_KINDS];     /* (nullable) */
  YonderProcessing  processing;

  GPtrArray        *found;     /* of GstDevice: of all providers */
  GPtrArray        *providers; /* (element-type GstDeviceProvider): none before the first start, whose thread looks for them */
  YonderPost       *post;
  guint             n_holders;
  State             state;
  int               camera_fd;         /* -1: cameras are seen without one, or not yet */
  gboolean          is_camera_guarded; /* there is none without one */
  gboolean          is_camera_asked;   /* an answer is to come */
  gboolean          is_remote_new;     /* the providers that are being started may not know it */
  GPtrArray        *waiting;           /* (element-type Wait): who opens a camera before it is allowed */
};

G_DEFINE_FINAL_TYPE (YonderDevices, yonder_devices, G_TYPE_OBJECT)

enum {
  SIGNAL_PICK_CHANGED,
  SIGNAL_PLUGGED,
  SIGNAL_UNPLUGGED,
  SIGNAL_CAMERA_WANTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Who waits for the leave to open a camera, or for the list of cameras that comes with it. */
typedef struct {
  GTask   *task;
  GSource *cancelled; /* (nullable) */
} Wait;

static void
wait_free (gpointer data)
{
  Wait *self = data;

  if (self->cancelled != NULL) {
    g_source_destroy (self->cancelled);
    g_source_unref (self->cancelled);
  }
  g_object_unref (self->task);
  g_free (self);
}

/* --- The lists --- */

static YonderDevice *
find_in (GListModel *list, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (YonderDevice) device = g_list_model_get_item (list, i);

    if (g_str_equal (yonder_device_get_id (device), id))
      return device; /* the list holds it */
  }
  return NULL;
}

static gboolean
has_id (GPtrArray *devices, const char *id)
{
  for (guint i = 0; i < devices->len; i++)
    if (g_str_equal (yonder_device_get_id (g_ptr_array_index (devices, i)), id))
      return TRUE;
  return FALSE;
}

/* Returns: (transfer full) (element-type YonderDevice): the one to use first */
static GPtrArray *
order_candidates (YonderDevices *self, YonderDeviceKind kind)
{
  GListModel *list = G_LIST_MODEL (self->lists[kind]);
  GPtrArray *devices = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    g_ptr_array_add (devices, g_list_model_get_item (list, i));
  yonder_device_sort (devices, (const char * const *) self->preferred[kind]);
  return devices;
}

/* Returns: whether another one is to be used than before */
static gboolean
update_pick (YonderDevices *self, YonderDeviceKind kind)
{
  g_autoptr (GPtrArray) devices = order_candidates (self, kind);
  YonderDevice *pick = devices->len > 0 ? g_ptr_array_index (devices, 0) : NULL;
  g_autoptr (YonderDevice) former = self->picks[kind];

  self->picks[kind] = pick != NULL ? g_object_ref (pick) : NULL;
  return (pick == NULL) != (former == NULL) ||
         (pick != NULL && !g_str_equal (yonder_device_get_id (pick), yonder_device_get_id (former)));
}

static void
tell_difference (YonderDevices *self, guint signal, GPtrArray *devices, GPtrArray *others)
{
  for (guint i = 0; i < devices->len; i++) {
    YonderDevice *device = g_ptr_array_index (devices, i);

    if (!has_id (others, yonder_device_get_id (device)))
      g_signal_emit (self, signals[signal], 0, device);
  }
}

static gboolean
is_same (GPtrArray *devices, GPtrArray *others)
{
  for (guint i = 0; i < MIN (devices->len, others->len); i++)
    if (!yonder_device_equal (g_ptr_array_index (devices, i), g_ptr_array_index (others, i)))
      return FALSE;
  return devices->len == others->len;
}

static void
refresh_kind (YonderDevices *self, YonderDeviceKind kind, gboolean is_first)
{
  g_autoptr (GPtrArray) before = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) now = yonder_device_sift (kind, self->found);
  guint n_before = g_list_model_get_n_items (G_LIST_MODEL (self->lists[kind]));

  for (guint i = 0; i < n_before; i++)
    g_ptr_array_add (before, g_list_model_get_item (G_LIST_MODEL (self->lists[kind]), i));
  if (is_same (before, now) && !is_first)
    return;

  g_list_store_splice (self->lists[kind], 0, n_before, now->pdata, now->len);
  if (update_pick (self, kind))
    g_signal_emit (self, signals[SIGNAL_PICK_CHANGED], 0, kind);
  if (!is_first) {
    tell_difference (self, SIGNAL_UNPLUGGED, before, now);
    tell_difference (self, SIGNAL_PLUGGED, now, before);
  }
}

static void
refresh (YonderDevices *self, gboolean is_first)
{
  for (YonderDeviceKind kind = 0; kind < YONDER_N_DEVICE_KINDS; kind++)
    refresh_kind (self, kind, is_first);
}

/* --- The providers --- */

static void
on_message (gpointer object, gpointer data)
{
  YonderDevices *self = object;
  GstMessage *message = data;
  g_autoptr (GstDevice) device = NULL;
  g_autoptr (GstDevice) former = NULL;

  /* before that, the providers' own lists are to come */
  if (self->state != STATE_LIVE)
    return;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_DEVICE_ADDED)
    gst_message_parse_device_added (message, &device);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_DEVICE_REMOVED)
    gst_message_parse_device_removed (message, &former);
  else
    gst_message_parse_device_changed (message, &device, &former);

  if (former != NULL)
    g_ptr_array_remove (self->found, former);
  if (device != NULL && !g_ptr_array_find (self->found, device, NULL))
    g_ptr_array_add (self->found, g_steal_pointer (&device));
  refresh (self, FALSE);
}

/* A provider's thread. */
static void
on_sync_message (GstBus *bus, GstMessage *message, gpointer post)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_DEVICE_ADDED || GST_MESSAGE_TYPE (message) == GST_MESSAGE_DEVICE_REMOVED ||
      GST_MESSAGE_TYPE (message) == GST_MESSAGE_DEVICE_CHANGED)
    yonder_post_send (post, on_message, gst_message_ref (message), (GDestroyNotify) gst_message_unref);
}

static void
listen_to (GstDeviceProvider *provider, YonderPost *post)
{
  g_autoptr (GstBus) bus = gst_device_provider_get_bus (provider);

  gst_bus_enable_sync_message_emission (bus);
  g_signal_connect_data (bus, "sync-message", G_CALLBACK (on_sync_message), yonder_post_ref (post), yonder_post_closure_unref, 0);
}

/* Loads their plug-ins, which takes a while. */
static void
find_providers (GPtrArray *providers, YonderPost *post)
{
  GList *factories = gst_device_provider_factory_list_get_device_providers (GST_RANK_MARGINAL);

  for (GList *item = factories; item != NULL; item = item->next) {
    gboolean is_of_use = FALSE;
    GstDeviceProvider *provider;

    for (YonderDeviceKind kind = 0; kind < YONDER_N_DEVICE_KINDS; kind++)
      is_of_use |= gst_device_provider_factory_has_classes (item->data, yonder_device_kind_classes (kind));
    provider = is_of_use ? gst_device_provider_factory_get (item->data) : NULL;
    if (provider == NULL)
      continue;
    listen_to (provider, post);
    g_ptr_array_add (providers, provider);
  }
  gst_plugin_feature_list_free (factories);
}

static void
start_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GPtrArray *providers = data;

  if (providers->len == 0)
    find_providers (providers, YONDER_DEVICES (source)->post);
  /* one that does not start has no server to ask, or nothing to follow: it may still tell what there is */
  for (guint i = 0; i < providers->len; i++)
    gst_device_provider_start (g_ptr_array_index (providers, i));
  g_task_return_boolean (task, TRUE);
}

static void
stop_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GPtrArray *providers = data;

  for (guint i = 0; i < providers->len; i++)
    if (gst_device_provider_is_started (g_ptr_array_index (providers, i)))
      gst_device_provider_stop (g_ptr_array_index (providers, i));
  g_task_return_boolean (task, TRUE);
}

static void start (YonderDevices *self);
static void go_on_with_camera (YonderDevices *self);

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  YonderDevices *self = YONDER_DEVICES (source);

  self->state = STATE_IDLE;
  if (self->n_holders > 0)
    start (self);
  else
    go_on_with_camera (self);
}

static void
run_in_thread (YonderDevices *self, State state, GTaskThreadFunc function, GAsyncReadyCallback callback)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, NULL);

  self->state = state;
  g_task_set_source_tag (task, run_in_thread);
  g_task_set_task_data (task, g_ptr_array_ref (self->providers), (GDestroyNotify) g_ptr_array_unref);
  g_task_run_in_thread (task, function);
}

/* What was found is kept, but not trusted: whoever opens a device then looks for it first. */
static void
stop (YonderDevices *self)
{
  run_in_thread (self, STATE_STOPPING, stop_in_thread, on_stopped);
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer data)
{
  YonderDevices *self = YONDER_DEVICES (source);

  self->state = STATE_LIVE;
  if (self->n_holders == 0 || self->is_remote_new) {
    stop (self);
    return;
  }

  g_ptr_array_set_size (self->found, 0);
  for (guint i = 0; i < self->providers->len; i++) {
    GstDeviceProvider *provider = g_ptr_array_index (self->providers, i);
    GList *devices = gst_device_provider_is_started (provider) ? gst_device_provider_get_devices (provider) : NULL;

    for (GList *item = devices; item != NULL; item = item->next)
      g_ptr_array_add (self->found, item->data);
    g_list_free (devices);
  }
  refresh (self, TRUE);
  go_on_with_camera (self);
}

static void
start (YonderDevices *self)
{
  gst_init (NULL, NULL);
  self->is_remote_new = FALSE;
  run_in_thread (self, STATE_STARTING, start_in_thread, on_started);
}

static void
yonder_devices_finalize (GObject *object)
{
  YonderDevices *self = YONDER_DEVICES (object);

  for (guint i = 0; i < self->providers->len; i++) {
    g_autoptr (GstBus) bus = gst_device_provider_get_bus (g_ptr_array_index (self->providers, i));

    gst_bus_disable_sync_message_emission (bus);
    g_signal_handlers_disconnect_by_data (bus, self->post);
  }
  g_ptr_array_unref (self->providers);
  yonder_post_unref (self->post);
  g_clear_fd (&self->camera_fd, NULL);
  g_ptr_array_unref (self->waiting);
  g_ptr_array_unref (self->found);
  for (YonderDeviceKind kind = 0; kind < YONDER_N_DEVICE_KINDS; kind++) {
    g_clear_object (&self->lists[kind]);
    g_clear_object (&self->picks[kind]);
    g_strfreev (self->preferred[kind]);
  }

  G_OBJECT_CLASS (yonder_devices_parent_class)->finalize (object);
}

static void
yonder_devices_class_init (YonderDevicesClass *class)
{
  GType type = G_TYPE_FROM_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = yonder_devices_finalize;

  signals[SIGNAL_PICK_CHANGED] = g_signal_new ("pick-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, YONDER_TYPE_DEVICE_KIND);
  signals[SIGNAL_CAMERA_WANTED] = g_signal_new ("camera-wanted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_PLUGGED] = g_signal_new ("plugged", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, YONDER_TYPE_DEVICE);
  signals[SIGNAL_UNPLUGGED] = g_signal_new ("unplugged", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, YONDER_TYPE_DEVICE);
}

static void
yonder_devices_init (YonderDevices *self)
{
  self->found = g_ptr_array_new_with_free_func (gst_object_unref);
  self->providers = g_ptr_array_new_with_free_func (gst_object_unref);
  self->waiting = g_ptr_array_new_with_free_func (wait_free);
  self->processing = YONDER_PROCESSING_ALL;
  self->camera_fd = -1;
  self->post = yonder_post_new (self);
  for (YonderDeviceKind kind = 0; kind < YONDER_N_DEVICE_KINDS; kind++)
    self->lists[kind] = g_list_store_new (YONDER_TYPE_DEVICE);
}

/**
 * yonder_devices_new:
 *
 * Returns: (transfer full): devices that nobody follows yet
 */
YonderDevices *
yonder_devices_new (void)
{
  return g_object_new (YONDER_TYPE_DEVICES, NULL);
}

/**
 * yonder_devices_hold:
 * @self: the devices
 *
 * Follows what is plugged and unplugged, until yonder_devices_release(). The lists are filled a moment later.
 */
void
yonder_devices_hold (YonderDevices *self)
{
  g_return_if_fail (YONDER_IS_DEVICES (self));

  self->n_holders++;
  if (self->state == STATE_IDLE)
    start (self);
}

void
yonder_devices_release (YonderDevices *self)
{
  g_return_if_fail (YONDER_IS_DEVICES (self) && self->n_holders > 0);

  self->n_holders--;
  if (self->n_holders == 0 && self->state == STATE_LIVE)
    stop (self);
}

GListModel *
yonder_devices_get_list (YonderDevices *self, YonderDeviceKind kind)
{
  g_return_val_if_fail (YONDER_IS_DEVICES (self) && kind < YONDER_N_DEVICE_KINDS, NULL);

  return G_LIST_MODEL (self->lists[kind]);
}

/* Returns: (transfer none) (nullable): the device that is to be used now, or the last one that was known */
YonderDevice *
yonder_devices_get_pick (YonderDevices *self, YonderDeviceKind kind)
{
  g_return_val_if_fail (YONDER_IS_DEVICES (self) && kind < YONDER_N_DEVICE_KINDS, NULL);

  return self->picks[kind];
}

YonderDevice *
yonder_devices_find (YonderDevices *self, YonderDeviceKind kind, const char *id)
{
  g_return_val_if_fail (YONDER_IS_DEVICES (self) && kind < YONDER_N_DEVICE_KINDS, NULL);

  return find_in (G_LIST_MODEL (self->lists[kind]), id);
}

/**
 * yonder_devices_set_preferred:
 * @self: the devices
 * @kind: of which kind
 * @ids: the dearest first; "" stands for the one that the system would take
 *
 * Has the first of these used that is plugged in; where none is, the system's own choice.
 */
void
yonder_devices_set_preferred (YonderDevices *self, YonderDeviceKind kind, const char * const *ids)
{
  g_return_if_fail (YONDER_IS_DEVICES (self) && kind < YONDER_N_DEVICE_KINDS);

  g_strfreev (self->preferred[kind]);
  self->preferred[kind] = g_strdupv ((char **) ids);
  if (update_pick (self, kind))
    g_signal_emit (self, signals[SIGNAL_PICK_CHANGED], 0, kind);
}

void
yonder_devices_set_processing (YonderDevices *self, YonderProcessing processing)
{
  g_return_if_fail (YONDER_IS_DEVICES (self));

  if (self->processing == processing)
    return;
  self->processing = processing;
  g_signal_emit (self, signals[SIGNAL_PICK_CHANGED], 0, YONDER_DEVICE_MICROPHONE);
}

YonderProcessing
yonder_devices_get_processing (YonderDevices *self)
{
  g_return_val_if_fail (YONDER_IS_DEVICES (self), YONDER_PROCESSING_ALL);

  return self->processing;
}

/* --- Opening --- */

static void
open_in_task (YonderDevices *self, GTask *task, YonderDeviceKind kind)
{
  g_autoptr (GPtrArray) candidates = self->state == STATE_LIVE ? order_candidates (self, kind) : NULL;

  yonder_device_open_in_task (task, kind, candidates, (const char * const *) self->preferred[kind]);
}

/* Once the camera is allowed, and found where somebody follows the devices. */
static void
go_on_with_camera (YonderDevices *self)
{
  gboolean is_found = self->state == STATE_LIVE || (self->state == STATE_IDLE && self->n_holders == 0);

  while (is_found && self->camera_fd >= 0 && self->waiting->len > 0) {
    Wait *wait = g_ptr_array_steal_index (self->waiting, 0);

    open_in_task (self, wait->task, YONDER_DEVICE_CAMERA);
    wait_free (wait);
  }
}

/* Nobody waits for the answer any more; it is told all the same once it comes. */
static gboolean
on_wait_cancelled (GCancellable *cancellable, gpointer data)
{
  Wait *wait = data;
  YonderDevices *self = YONDER_DEVICES (g_task_get_source_object (wait->task));
  g_autoptr (YonderDevices) kept = g_object_ref (self);

  g_task_return_error_if_cancelled (wait->task);
  g_ptr_array_remove (self->waiting, wait);
  return G_SOURCE_REMOVE;
}

static void
wait_for_camera (YonderDevices *self, GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Wait *wait = g_new0 (Wait, 1);

  wait->task = g_object_ref (task);
  if (cancellable != NULL) {
    wait->cancelled = g_cancellable_source_new (cancellable);
    g_source_set_callback (wait->cancelled, G_SOURCE_FUNC (on_wait_cancelled), wait, NULL);
    g_source_attach (wait->cancelled, g_main_context_get_thread_default ());
  }
  g_ptr_array_add (self->waiting, wait);
  if (self->camera_fd >= 0 || self->is_camera_asked)
    return;

  self->is_camera_asked = TRUE;
  g_signal_emit (self, signals[SIGNAL_CAMERA_WANTED], 0);
}

/**
 * yonder_devices_guard_camera:
 * @self: the devices
 *
 * Has whoever opens a camera wait for yonder_devices_set_camera_remote() or yonder_devices_refuse_camera() from now on.
 */
void
yonder_devices_guard_camera (YonderDevices *self)
{
  g_return_if_fail (YONDER_IS_DEVICES (self));

  self->is_camera_guarded = TRUE;
}

/**
 * yonder_devices_set_camera_remote:
 * @self: the devices
 * @fd: (transfer full): a connection to PipeWire
 *
 * Has cameras looked for there. GStreamer's provider is one of its kind and duplicates the descriptor each time it starts.
 */
void
yonder_devices_set_camera_remote (YonderDevices *self, int fd)
{
  g_autoptr (GstDeviceProvider) provider = gst_device_provider_factory_get_by_name ("pipewiredeviceprovider");

  g_return_if_fail (YONDER_IS_DEVICES (self) && fd >= 0);

  self->is_camera_asked = FALSE;
  g_clear_fd (&self->camera_fd, NULL);
  self->camera_fd = fd;
  if (provider == NULL || g_object_class_find_property (G_OBJECT_GET_CLASS (provider), "fd") == NULL) {
    g_warning ("GStreamer's plug-in for PipeWire is missing: there are no cameras");
    go_on_with_camera (self);
    return;
  }
  g_object_set (provider, "fd", fd, NULL);
  /* begun again by on_stopped() */
  self->is_remote_new = self->state == STATE_STARTING;
  if (self->state == STATE_LIVE)
    stop (self);
  go_on_with_camera (self);
}

void
yonder_devices_refuse_camera (YonderDevices *self)
{
  g_autoptr (GPtrArray) refused = NULL;

  g_return_if_fail (YONDER_IS_DEVICES (self));

  self->is_camera_asked = FALSE;
  refused = g_steal_pointer (&self->waiting);
  self->waiting = g_ptr_array_new_with_free_func (wait_free);
  for (guint i = 0; i < refused->len; i++)
    g_task_return_new_error (((Wait *) g_ptr_array_index (refused, i))->task, YONDER_DEVICE_ERROR, YONDER_DEVICE_ERROR_REFUSED,
                             "The user has not allowed the camera");
}

void
yonder_devices_open_async (YonderDevices *self, YonderDeviceKind kind, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, yonder_devices_open_async);
  if (kind == YONDER_DEVICE_CAMERA && self->is_camera_guarded && (self->camera_fd < 0 || self->waiting->len > 0))
    wait_for_camera (self, task);
  else
    open_in_task (self, task, kind);
}
