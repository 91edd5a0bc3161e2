/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A camera that is there and does not open: in use by another program, or not allowed. The call goes on with another picture. */

#include "media-pair.h"

static const struct {
  const char       *path;
  GstResourceError  code;
  YonderMediaNotice notice;
} cases[] = {
  { "/media/camera/busy", GST_RESOURCE_ERROR_BUSY, YONDER_MEDIA_NOTICE_CAMERA_BUSY },
  { "/media/camera/refused", GST_RESOURCE_ERROR_NOT_AUTHORIZED, YONDER_MEDIA_NOTICE_CAMERA_REFUSED },
};
static GstResourceError code; /* of the case that runs */

/* An element that fails as v4l2src and pipewiresrc do: while it opens. */
typedef struct { GstElement parent; } StubbornSource;
typedef struct { GstElementClass parent_class; } StubbornSourceClass;
static GType stubborn_source_get_type (void);
G_DEFINE_TYPE (StubbornSource, stubborn_source, GST_TYPE_ELEMENT)

static GstStaticPadTemplate source_template = GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-raw"));

static GstStateChangeReturn
stubborn_source_change_state (GstElement *element, GstStateChange transition)
{
  if (transition == GST_STATE_CHANGE_NULL_TO_READY) {
    g_autoptr (GError) error = g_error_new_literal (GST_RESOURCE_ERROR, (int) code, "it does not open");

    gst_element_post_message (element, gst_message_new_error (GST_OBJECT (element), error, NULL));
    return GST_STATE_CHANGE_FAILURE;
  }
  return GST_ELEMENT_CLASS (stubborn_source_parent_class)->change_state (element, transition);
}

static void
stubborn_source_class_init (StubbornSourceClass *class)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (class);

  element_class->change_state = stubborn_source_change_state;
  gst_element_class_add_static_pad_template (element_class, &source_template);
  gst_element_class_set_static_metadata (element_class, "Camera", "Source/Video", "Does not open", "Yonder");
}

static void
stubborn_source_init (StubbornSource *self)
{
  gst_element_add_pad (GST_ELEMENT (self), gst_pad_new_from_static_template (&source_template, "src"));
}

typedef struct { GstDevice parent; } Camera;
typedef struct { GstDeviceClass parent_class; } CameraClass;
static GType camera_get_type (void);
G_DEFINE_TYPE (Camera, camera, GST_TYPE_DEVICE)

static GstElement *
camera_create_element (GstDevice *device, const char *name)
{
  return g_object_new (stubborn_source_get_type (), "name", name, NULL);
}

static void
camera_class_init (CameraClass *class)
{
  GST_DEVICE_CLASS (class)->create_element = camera_create_element;
}

static void
camera_init (Camera *self)
{
}

typedef struct { GstDeviceProvider parent; } Provider;
typedef struct { GstDeviceProviderClass parent_class; } ProviderClass;
static GType provider_get_type (void);
G_DEFINE_TYPE (Provider, provider, GST_TYPE_DEVICE_PROVIDER)

static GList *
provider_probe (GstDeviceProvider *provider)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string ("video/x-raw, width=640, height=480, framerate=30/1");
  g_autoptr (GstStructure) properties = gst_structure_new ("camera", "is-default", G_TYPE_BOOLEAN, TRUE, NULL);

  return g_list_append (NULL, g_object_new (camera_get_type (), "display-name", "Stubborn Camera", "caps", caps, "device-class", "Video/Source",
                                            "properties", properties, NULL));
}

static void
provider_class_init (ProviderClass *class)
{
  GST_DEVICE_PROVIDER_CLASS (class)->probe = provider_probe;
  gst_device_provider_class_set_static_metadata (GST_DEVICE_PROVIDER_CLASS (class), "Cameras", "Source/Video", "One camera", "Yonder");
}

static void
provider_init (Provider *self)
{
}

static void
test_camera (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  MediaPair *pair;

  code = cases[i].code;
  pair = media_pair_new (YONDER_SOURCE_DEVICE, YONDER_SOURCE_TEST, TRUE);
  media_pair_negotiate (pair);
  wait_until (pair->ends[0].notices & (1 << cases[i].notice));
  wait_until (pair->ends[1].n_first_frame > 0);
  media_pair_free (pair);
}

int
main (int argc, char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  gst_device_provider_register (NULL, "stubborncameras", GST_RANK_PRIMARY, provider_get_type ());
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].path, GUINT_TO_POINTER (i), test_camera);
  result = g_test_run ();
  gst_deinit ();
  return result;
}
