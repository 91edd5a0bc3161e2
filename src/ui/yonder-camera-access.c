/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-camera-access.h"

#include <libportal/portal.h>
#include <libportal/camera.h> /* needs the other */

struct _YonderCameraAccess
{
  GObject        parent_instance;

  YonderDevices *devices;
  XdpPortal     *portal; /* (nullable): none outside of a sandbox */
  GCancellable  *cancellable;
};

G_DEFINE_FINAL_TYPE (YonderCameraAccess, yonder_camera_access, G_TYPE_OBJECT)

/* The call to the portal that fetches the descriptor blocks. */
static void
open_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_task_return_int (task, xdp_portal_open_pipewire_remote_for_camera (task_data));
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  YonderCameraAccess *self = YONDER_CAMERA_ACCESS (source);
  int fd = (int) g_task_propagate_int (G_TASK (result), NULL);

  if (fd >= 0)
    yonder_devices_set_camera_remote (self->devices, fd);
  else
    yonder_devices_refuse_camera (self->devices);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderCameraAccess) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GTask) task = NULL;

  if (!xdp_portal_access_camera_finish (XDP_PORTAL (source), result, &error)) {
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && g_cancellable_is_cancelled (self->cancellable))
      return;
    g_message ("no camera from the portal: %s", error != NULL ? error->message : "refused");
    yonder_devices_refuse_camera (self->devices);
    return;
  }
  task = g_task_new (self, self->cancellable, on_opened, NULL);
  g_task_set_source_tag (task, on_answered);
  g_task_set_task_data (task, g_object_ref (self->portal), g_object_unref);
  g_task_run_in_thread (task, open_in_thread);
}

static void
on_camera_wanted (YonderCameraAccess *self)
{
  xdp_portal_access_camera (self->portal, NULL, XDP_CAMERA_FLAG_NONE, self->cancellable, on_answered, g_object_ref (self));
}

static void
yonder_camera_access_dispose (GObject *object)
{
  YonderCameraAccess *self = YONDER_CAMERA_ACCESS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->portal);
  g_clear_object (&self->devices);

  G_OBJECT_CLASS (yonder_camera_access_parent_class)->dispose (object);
}

static void
yonder_camera_access_class_init (YonderCameraAccessClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yonder_camera_access_dispose;
}

static void
yonder_camera_access_init (YonderCameraAccess *self)
{
  self->cancellable = g_cancellable_new ();
}

/**
 * yonder_camera_access_new:
 * @devices: (transfer none): who wants a camera, and is given it
 *
 * Returns: (transfer full): who asks for the camera where that is needed
 */
YonderCameraAccess *
yonder_camera_access_new (YonderDevices *devices)
{
  YonderCameraAccess *self = g_object_new (YONDER_TYPE_CAMERA_ACCESS, NULL);

  self->devices = g_object_ref (devices);
  if (xdp_portal_running_under_sandbox ())
    self->portal = xdp_portal_initable_new (NULL);
  if (self->portal != NULL) {
    g_signal_connect_object (devices, "camera-wanted", G_CALLBACK (on_camera_wanted), self, G_CONNECT_SWAPPED);
    yonder_devices_guard_camera (devices);
  }
  return self;
}
