/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of devices follows what is plugged; of what there is, the one that the user wants is used. */

#include <sys/socket.h>
#include <unistd.h>

#include "fake-devices.h"
#include "media-pair.h"
#include "yonder-devices.h"

static const FakeDevice built_in = { "built-in", "Built-in", "Audio/Source", "audiotestsrc is-live=true", TRUE };
static const FakeDevice headset = { "headset", "Headset", "Audio/Source", "audiotestsrc is-live=true" };
static const FakeDevice dock = { "dock", "Dock", "Audio/Source", "audiotestsrc is-live=true" };
static const FakeDevice monitor = { "speakers.monitor", "Monitor of Speakers", "Audio/Source", "audiotestsrc is-live=true", FALSE, TRUE };
static const FakeDevice speakers = { "speakers", "Speakers", "Audio/Sink", "fakesink", TRUE };
static const FakeDevice camera = { "camera", "Camera", "Video/Source", "videotestsrc is-live=true", FALSE, FALSE, "/dev/video0" };
static const FakeDevice same_camera = { "v4l2-camera", "Camera (V4L2)", "Video/Source", "videotestsrc is-live=true", FALSE, FALSE, "/dev/video0" };

typedef struct {
  YonderDevices *devices;
  guint          n_picks[YONDER_N_DEVICE_KINDS];
  GString       *said; /* "+id" and "-id" in turn */
} Fixture;

static void
on_pick_changed (Fixture *self, YonderDeviceKind kind)
{
  self->n_picks[kind]++;
}

static void
on_plugged (Fixture *self, YonderDevice *device)
{
  g_string_append_printf (self->said, "+%s", yonder_device_get_id (device));
}

static void
on_unplugged (Fixture *self, YonderDevice *device)
{
  g_string_append_printf (self->said, "-%s", yonder_device_get_id (device));
}

static guint
n_of (Fixture *self, YonderDeviceKind kind)
{
  return g_list_model_get_n_items (yonder_devices_get_list (self->devices, kind));
}

static const char *
picked (Fixture *self)
{
  YonderDevice *pick = yonder_devices_get_pick (self->devices, YONDER_DEVICE_MICROPHONE);

  return pick != NULL ? yonder_device_get_id (pick) : "none";
}

static gboolean
is_picked (Fixture *self, const char *id)
{
  return g_str_equal (picked (self), id);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->devices = yonder_devices_new ();
  self->said = g_string_new (NULL);
  g_signal_connect_swapped (self->devices, "pick-changed", G_CALLBACK (on_pick_changed), self);
  g_signal_connect_swapped (self->devices, "plugged", G_CALLBACK (on_plugged), self);
  g_signal_connect_swapped (self->devices, "unplugged", G_CALLBACK (on_unplugged), self);
  fake_devices_plug (&built_in);
  fake_devices_plug (&monitor);
  fake_devices_plug (&speakers);
  yonder_devices_hold (self->devices);
  wait_until (is_picked (self, "built-in"));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  yonder_devices_release (self->devices);
  fake_devices_unplug_all ();
  g_object_add_weak_pointer (G_OBJECT (self->devices), (gpointer *) &self->devices);
  g_object_unref (self->devices);
  wait_until (self->devices == NULL);
  g_string_free (self->said, TRUE);
}

static void
test_lists (Fixture *self, gconstpointer data)
{
  g_autoptr (YonderDevice) microphone = g_list_model_get_item (yonder_devices_get_list (self->devices, YONDER_DEVICE_MICROPHONE), 0);

  /* what records what is played is no microphone, and nobody is told of what was there from the beginning */
  g_assert_cmpuint (n_of (self, YONDER_DEVICE_MICROPHONE), ==, 1);
  g_assert_cmpuint (n_of (self, YONDER_DEVICE_SPEAKER), ==, 1);
  g_assert_cmpuint (n_of (self, YONDER_DEVICE_CAMERA), ==, 0);
  g_assert_cmpstr (yonder_device_get_name (microphone), ==, "Built-in");
  g_assert_true (yonder_device_is_default (microphone));
  g_assert_cmpstr (self->said->str, ==, "");

  /* told of by two, it is there once */
  fake_devices_plug (&camera);
  fake_devices_plug (&same_camera);
  fake_devices_plug (&headset);
  wait_until (n_of (self, YONDER_DEVICE_MICROPHONE) == 2);
  g_assert_cmpuint (n_of (self, YONDER_DEVICE_CAMERA), ==, 1);
}

static void
test_plugging (Fixture *self, gconstpointer data)
{
  fake_devices_plug (&headset);
  wait_until (n_of (self, YONDER_DEVICE_MICROPHONE) == 2);
  g_assert_cmpstr (self->said->str, ==, "+headset");
  /* nobody asked for it: the system's own goes on */
  g_assert_cmpstr (picked (self), ==, "built-in");

  fake_devices_unplug (&built_in);
  wait_until (is_picked (self, "headset"));
  fake_devices_unplug (&headset);
  wait_until (is_picked (self, "none"));
  fake_devices_plug (&dock);
  wait_until (is_picked (self, "dock"));
  g_assert_cmpstr (self->said->str, ==, "+headset-built-in-headset+dock");
  g_assert_cmpuint (self->n_picks[YONDER_DEVICE_MICROPHONE], ==, 4);
  g_assert_cmpuint (self->n_picks[YONDER_DEVICE_SPEAKER], ==, 1);
}

/* What was chosen at one desk is taken again there, and the next best in between. */
static void
test_preferred (Fixture *self, gconstpointer data)
{
  const char * const chosen[] = { "headset", "dock", NULL };
  const char * const systems[] = { "", "headset", NULL };
  guint n;

  yonder_devices_set_preferred (self->devices, YONDER_DEVICE_MICROPHONE, chosen);
  g_assert_cmpstr (picked (self), ==, "built-in");
  fake_devices_plug (&dock);
  wait_until (is_picked (self, "dock"));
  fake_devices_plug (&headset);
  wait_until (is_picked (self, "headset"));
  fake_devices_unplug (&headset);
  wait_until (is_picked (self, "dock"));

  fake_devices_plug (&headset);
  wait_until (is_picked (self, "headset"));
  n = self->n_picks[YONDER_DEVICE_MICROPHONE];
  yonder_devices_set_preferred (self->devices, YONDER_DEVICE_MICROPHONE, systems);
  g_assert_cmpstr (picked (self), ==, "built-in");
  g_assert_cmpuint (self->n_picks[YONDER_DEVICE_MICROPHONE], ==, n + 1);
  /* chosen twice, nothing changes */
  yonder_devices_set_preferred (self->devices, YONDER_DEVICE_MICROPHONE, systems);
  g_assert_cmpuint (self->n_picks[YONDER_DEVICE_MICROPHONE], ==, n + 1);
}

/* Nobody is told of what happens while nobody asks; afterwards it is known again. */
static void
test_holding (Fixture *self, gconstpointer data)
{
  yonder_devices_release (self->devices);
  fake_devices_unplug (&built_in);
  fake_devices_plug (&headset);
  yonder_devices_hold (self->devices);
  yonder_devices_hold (self->devices);
  wait_until (is_picked (self, "headset"));
  yonder_devices_release (self->devices);
  fake_devices_plug (&dock);
  wait_until (n_of (self, YONDER_DEVICE_MICROPHONE) == 2);
  g_assert_cmpstr (self->said->str, ==, "+dock");
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  GAsyncResult **kept = data;

  *kept = g_object_ref (result);
}

/* One that was taken out a moment ago is not opened; the next one is. */
static void
test_opening (Fixture *self, gconstpointer data)
{
  const char * const chosen[] = { "headset", NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (YonderDevice) device = NULL;
  g_autoptr (GError) error = NULL;
  GstElement *element;

  yonder_devices_set_preferred (self->devices, YONDER_DEVICE_MICROPHONE, chosen);
  yonder_devices_open_async (self->devices, YONDER_DEVICE_MICROPHONE, NULL, on_opened, &result);
  wait_until (result != NULL);
  element = yonder_device_open_finish (result, &device, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (yonder_device_get_id (device), ==, "built-in");
  gst_element_set_state (element, GST_STATE_NULL);
  gst_object_unref (element);

  g_clear_object (&result);
  yonder_devices_open_async (self->devices, YONDER_DEVICE_CAMERA, NULL, on_opened, &result);
  wait_until (result != NULL);
  g_assert_null (yonder_device_open_finish (result, NULL, &error));
  g_assert_error (error, YONDER_DEVICE_ERROR, YONDER_DEVICE_ERROR_MISSING);
}

static void
on_camera_wanted (guint *n_asked)
{
  (*n_asked)++;
}

/* In a sandbox the user is asked first: who refuses is asked again the next time, and who gives up waiting is answered at once. */
static void
test_leave (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) other = NULL;
  g_autoptr (GError) error = NULL;
  guint n_asked = 0;

  fake_devices_plug (&camera);
  wait_until (n_of (self, YONDER_DEVICE_CAMERA) == 1);
  g_signal_connect_swapped (self->devices, "camera-wanted", G_CALLBACK (on_camera_wanted), &n_asked);
  yonder_devices_guard_camera (self->devices);
  yonder_devices_open_async (self->devices, YONDER_DEVICE_CAMERA, NULL, on_opened, &result);
  yonder_devices_open_async (self->devices, YONDER_DEVICE_CAMERA, cancellable, on_opened, &other);
  g_assert_cmpuint (n_asked, ==, 1);
  g_cancellable_cancel (cancellable);
  wait_until (other != NULL);
  g_assert_null (yonder_device_open_finish (other, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (result);

  yonder_devices_refuse_camera (self->devices);
  wait_until (result != NULL);
  g_assert_null (yonder_device_open_finish (result, NULL, &error));
  g_assert_error (error, YONDER_DEVICE_ERROR, YONDER_DEVICE_ERROR_REFUSED);
  g_clear_error (&error);
  g_clear_object (&result);
  yonder_devices_open_async (self->devices, YONDER_DEVICE_CAMERA, NULL, on_opened, &result);
  g_assert_cmpuint (n_asked, ==, 2);
  yonder_devices_refuse_camera (self->devices);
  wait_until (result != NULL);
  g_assert_null (yonder_device_open_finish (result, NULL, &error));
}

/* Once it is allowed the one who waits is given the camera, and nobody is asked again. */
static void
test_allowed (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  guint n_asked = 0;
  int ends[2];

  fake_devices_plug (&camera);
  wait_until (n_of (self, YONDER_DEVICE_CAMERA) == 1);
  g_signal_connect_swapped (self->devices, "camera-wanted", G_CALLBACK (on_camera_wanted), &n_asked);
  yonder_devices_guard_camera (self->devices);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;
    GstElement *element;

    g_clear_object (&result);
    yonder_devices_open_async (self->devices, YONDER_DEVICE_CAMERA, NULL, on_opened, &result);
    g_assert_cmpuint (n_asked, ==, 1);
    if (i == 0) {
      /* a PipeWire that says nothing more */
      g_assert_no_errno (socketpair (AF_UNIX, SOCK_STREAM, 0, ends));
      close (ends[1]);
      yonder_devices_set_camera_remote (self->devices, ends[0]);
    }
    wait_until (result != NULL);
    element = yonder_device_open_finish (result, NULL, &error);
    g_assert_no_error (error);
    gst_element_set_state (element, GST_STATE_NULL);
    gst_object_unref (element);
  }
}

int
main (int argc, char *argv[])
{
  int result;

  /* the devices of the machine are none of ours */
  g_setenv ("XDG_RUNTIME_DIR", "/nonexistent", TRUE);
  g_unsetenv ("PULSE_SERVER");
  g_unsetenv ("PIPEWIRE_REMOTE");
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  fake_devices_register ();
  g_test_add ("/media/devices/lists", Fixture, NULL, set_up, test_lists, tear_down);
  g_test_add ("/media/devices/plugging", Fixture, NULL, set_up, test_plugging, tear_down);
  g_test_add ("/media/devices/preferred", Fixture, NULL, set_up, test_preferred, tear_down);
  g_test_add ("/media/devices/holding", Fixture, NULL, set_up, test_holding, tear_down);
  g_test_add ("/media/devices/opening", Fixture, NULL, set_up, test_opening, tear_down);
  g_test_add ("/media/devices/leave", Fixture, NULL, set_up, test_leave, tear_down);
  g_test_add ("/media/devices/allowed", Fixture, NULL, set_up, test_allowed, tear_down);
  result = g_test_run ();
  return result;
}
