/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-pictures.h"

#include "yonder-video-sink.h"

#define N_ROLES (YONDER_VIDEO_ROLE_SELF + 1)

struct _YonderPictures
{
  GObject       parent_instance;

  GdkPaintable *awaited[N_ROLES]; /* of a new sink that has no picture yet */
  GdkPaintable *shown[N_ROLES];
};

G_DEFINE_FINAL_TYPE (YonderPictures, yonder_pictures, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_REMOTE,
  PROP_SELF_VIEW,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const guint property_of_role[N_ROLES] = {
  [YONDER_VIDEO_ROLE_REMOTE] = PROP_REMOTE,
  [YONDER_VIDEO_ROLE_SELF] = PROP_SELF_VIEW,
};

static void
stop_awaiting (YonderPictures *self, YonderVideoRole role)
{
  if (self->awaited[role] != NULL)
    g_signal_handlers_disconnect_by_data (self->awaited[role], self);
  g_clear_object (&self->awaited[role]);
}

static void
on_size_changed (YonderPictures *self, GdkPaintable *paintable)
{
  if (gdk_paintable_get_intrinsic_width (paintable) <= 0)
    return;

  for (YonderVideoRole role = 0; role < N_ROLES; role++)
    if (self->awaited[role] == paintable) {
      g_set_object (&self->shown[role], paintable);
      stop_awaiting (self, role);
      g_object_notify_by_pspec (G_OBJECT (self), properties[property_of_role[role]]);
      return;
    }
}

static void
await (YonderPictures *self, YonderVideoRole role, GdkPaintable *paintable)
{
  stop_awaiting (self, role);
  self->awaited[role] = g_object_ref (paintable);
  g_signal_connect_object (paintable, "invalidate-size", G_CALLBACK (on_size_changed), self, G_CONNECT_SWAPPED);
  on_size_changed (self, paintable);
}

static void
yonder_pictures_dispose (GObject *object)
{
  YonderPictures *self = YONDER_PICTURES (object);

  for (YonderVideoRole role = 0; role < N_ROLES; role++) {
    stop_awaiting (self, role);
    g_clear_object (&self->shown[role]);
  }

  G_OBJECT_CLASS (yonder_pictures_parent_class)->dispose (object);
}

static void
yonder_pictures_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YonderPictures *self = YONDER_PICTURES (object);

  switch (prop_id) {
  case PROP_REMOTE:
    g_value_set_object (value, self->shown[YONDER_VIDEO_ROLE_REMOTE]);
    break;
  case PROP_SELF_VIEW:
    g_value_set_object (value, self->shown[YONDER_VIDEO_ROLE_SELF]);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_pictures_class_init (YonderPicturesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = yonder_pictures_dispose;
  object_class->get_property = yonder_pictures_get_property;

  properties[PROP_REMOTE] = g_param_spec_object ("remote", NULL, NULL, GDK_TYPE_PAINTABLE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SELF_VIEW] = g_param_spec_object ("self-view", NULL, NULL, GDK_TYPE_PAINTABLE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yonder_pictures_init (YonderPictures *self)
{
}

/**
 * yonder_pictures_of_session:
 * @session: the media of a call
 *
 * Returns: (transfer none): the pictures of that session, made at the first question
 */
YonderPictures *
yonder_pictures_of_session (YonderMediaSession *session)
{
  static const char key[] = "yonder-pictures";
  YonderPictures *self = g_object_get_data (G_OBJECT (session), key);

  if (self == NULL) {
    self = g_object_new (YONDER_TYPE_PICTURES, NULL);
    g_object_set_data_full (G_OBJECT (session), key, self, g_object_unref);
  }

  return self;
}

/**
 * yonder_pictures_get_remote:
 * @self: the pictures of a session
 *
 * Returns: (transfer none) (nullable): what the other side sends; %NULL until the first picture came
 */
GdkPaintable *
yonder_pictures_get_remote (YonderPictures *self)
{
  return self->shown[YONDER_VIDEO_ROLE_REMOTE];
}

/**
 * yonder_pictures_get_self_view:
 * @self: the pictures of a session
 *
 * Returns: (transfer none) (nullable): what is sent from here; %NULL until the first picture came
 */
GdkPaintable *
yonder_pictures_get_self_view (YonderPictures *self)
{
  return self->shown[YONDER_VIDEO_ROLE_SELF];
}

/**
 * yonder_pictures_make_sink:
 * @session: the session whose picture it will be
 * @role: which of its pictures
 * @user_data: not used
 *
 * Makes the sink for one picture of a session and has [class@Yonder.Pictures] show it. Main thread.
 *
 * Returns: (transfer floating) (nullable): a sink; %NULL where GTK's sink is not installed, so that the call goes on without pictures
 */
GstElement *
yonder_pictures_make_sink (YonderMediaSession *session, YonderVideoRole role, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPaintable) paintable = NULL;
  GstElement *sink;

  g_return_val_if_fail ((guint) role < N_ROLES, NULL);

  sink = yonder_video_sink_new (role == YONDER_VIDEO_ROLE_SELF, &paintable, &error);
  if (sink == NULL) {
    g_warning ("%s", error->message);
    return NULL;
  }

  await (yonder_pictures_of_session (session), role, paintable);
  return sink;
}
