/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-webrtc-factory.h"

#include "yonder-elements.h"
#include "yonder-media-config.h"
#include "yonder-webrtc-session.h"

struct _YonderWebrtcFactory {
  GObject parent_instance;

  /* owned */
  YonderMediaConfig   config;
  YonderTeardown     *teardown;
  guint               preload_id;
  GThread            *preloading_alone; /* (nullable) */
  GThread            *preloading;       /* (nullable) */
  YonderMakeVideoSink make_sink; /* (nullable) */
  gpointer            sink_data;
  GDestroyNotify      sink_destroy;
};

static void yonder_webrtc_factory_iface_init (YonderMediaFactoryInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderWebrtcFactory, yonder_webrtc_factory, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (YONDER_TYPE_MEDIA_FACTORY, yonder_webrtc_factory_iface_init))

/* chosen: what a webcam and one core manage, and Chromium's rate for it */
#define DEFAULT_WIDTH_PX 640
#define DEFAULT_HEIGHT_PX 480
#define DEFAULT_FPS 30
#define DEFAULT_MAX_BITRATE_BPS 1700000

/* What the first call of a process would otherwise wait for: plug-ins are loaded, and dtlsdec makes an RSA key that nobody will use, which
 * takes from 40 ms to half a second. So it has a thread of its own, and begins first. */
static const char * const preloaded_alone[] = { "dtlsdec", NULL };
static const char * const preloaded[] = {
  "webrtcbin", "nicesrc", "srtpenc", "rtpbin", "sctpenc", "vp8enc", "vp8dec", "opusenc", "opusdec", "rtpvp8pay", "rtpopuspay",
  "videoconvertscale", "videorate", "audioconvert", "audioresample", "volume", "audiotestsrc", "videotestsrc",
  "webrtcechoprobe", NULL
};

static gpointer
preload (gpointer names)
{
  for (const char * const *name = names; *name != NULL; name++) {
    GstElement *element = gst_element_factory_make (*name, NULL);

    if (element != NULL)
      gst_object_unref (gst_object_ref_sink (element));
  }
  return NULL;
}

/* Called when nothing else is to be done: a window is on the screen then, for which the processors are needed first. */
static gboolean
on_idle (gpointer data)
{
  YonderWebrtcFactory *self = data;

  self->preload_id = 0;
  gst_init (NULL, NULL);
  self->preloading_alone = g_thread_new ("preload-dtls", preload, (gpointer) preloaded_alone);
  self->preloading = g_thread_new ("preload", preload, (gpointer) preloaded);
  return G_SOURCE_REMOVE;
}

static GstElement *
make_sink (YonderWebrtcFactory *self, YonderWebrtcSession *session, YonderVideoRole role)
{
  return self->make_sink != NULL ? self->make_sink (YONDER_MEDIA_SESSION (session), role, self->sink_data) : NULL;
}

static YonderMediaSession *
yonder_webrtc_factory_create_session (YonderMediaFactory *factory, const YonderMediaOptions *options, GError **error)
{
  YonderWebrtcFactory *self = YONDER_WEBRTC_FACTORY (factory);
  g_autoptr (YonderWebrtcSession) session = NULL;
  GstElement *remote_sink, *self_view;

  gst_init (NULL, NULL);
  session = yonder_webrtc_session_new (&self->config, options, self->teardown);
  remote_sink = make_sink (self, session, YONDER_VIDEO_ROLE_REMOTE);
  self_view = make_sink (self, session, YONDER_VIDEO_ROLE_SELF);

  if (!yonder_webrtc_session_start (session, remote_sink, self_view, error))
    return NULL;
  return YONDER_MEDIA_SESSION (g_steal_pointer (&session));
}

static void
yonder_webrtc_factory_finalize (GObject *object)
{
  YonderWebrtcFactory *self = YONDER_WEBRTC_FACTORY (object);

  if (self->sink_destroy != NULL)
    self->sink_destroy (self->sink_data);
  g_clear_handle_id (&self->preload_id, g_source_remove);
  g_clear_pointer (&self->preloading_alone, g_thread_join);
  g_clear_pointer (&self->preloading, g_thread_join);
  yonder_teardown_free (self->teardown);
  yonder_media_config_clear (&self->config);

  G_OBJECT_CLASS (yonder_webrtc_factory_parent_class)->finalize (object);
}

static void
yonder_webrtc_factory_iface_init (YonderMediaFactoryInterface *iface)
{
  iface->create_session = yonder_webrtc_factory_create_session;
}

static void
yonder_webrtc_factory_class_init (YonderWebrtcFactoryClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_webrtc_factory_finalize;
}

static void
yonder_webrtc_factory_init (YonderWebrtcFactory *self)
{
  self->preload_id = g_idle_add_full (G_PRIORITY_LOW, on_idle, self, NULL);
  self->teardown = yonder_teardown_new ();
  self->config = (YonderMediaConfig) {
    .source = YONDER_SOURCE_DEVICE,
    .width_px = DEFAULT_WIDTH_PX,
    .height_px = DEFAULT_HEIGHT_PX,
    .fps = DEFAULT_FPS,
    .max_bitrate_bps = DEFAULT_MAX_BITRATE_BPS,
    .play_audio = TRUE,
    .devices = yonder_devices_new (),
    .clock = yonder_clock_new (),
  };
}

/**
 * yonder_webrtc_factory_new:
 *
 * Makes a factory for calls with camera, microphone and loudspeaker. GStreamer is initialized when there is nothing else to do, or for
 * the first session. It has to outlive its sessions; with its last reference it waits for those to stop that were closed.
 *
 * Returns: (transfer full): the factory
 */
YonderWebrtcFactory *
yonder_webrtc_factory_new (void)
{
  return g_object_new (YONDER_TYPE_WEBRTC_FACTORY, NULL);
}

/**
 * yonder_webrtc_factory_set_source:
 * @self: the factory
 * @kind: what sessions made from now on send
 * @file: (nullable): a file name, for %YONDER_SOURCE_FILE
 */
void
yonder_webrtc_factory_set_source (YonderWebrtcFactory *self, YonderSourceKind kind, const char *file)
{
  g_return_if_fail (YONDER_IS_WEBRTC_FACTORY (self));

  self->config.source = kind;
  g_set_str (&self->config.file, file);
}

/**
 * yonder_webrtc_factory_set_video_size:
 * @self: the factory
 * @width_px: width, at least 16; odd numbers become even
 * @height_px: height, likewise
 * @fps: pictures a second, 1 to 60
 *
 * What is sent at most; a slow path gets less.
 */
void
yonder_webrtc_factory_set_video_size (YonderWebrtcFactory *self, guint width_px, guint height_px, guint fps)
{
  g_return_if_fail (YONDER_IS_WEBRTC_FACTORY (self));

  self->config.width_px = CLAMP (width_px & ~1u, 16, 3840);
  self->config.height_px = CLAMP (height_px & ~1u, 16, 2160);
  self->config.fps = CLAMP (fps, 1, 60);
}

/* @bps: of all that a call sends, bits per second */
void
yonder_webrtc_factory_set_max_bitrate (YonderWebrtcFactory *self, guint bps)
{
  g_return_if_fail (YONDER_IS_WEBRTC_FACTORY (self));

  self->config.max_bitrate_bps = MAX (bps, 1);
}

void
yonder_webrtc_factory_set_play_audio (YonderWebrtcFactory *self, gboolean play)
{
  g_return_if_fail (YONDER_IS_WEBRTC_FACTORY (self));

  self->config.play_audio = play;
}

void
yonder_webrtc_factory_set_devices (YonderWebrtcFactory *self, YonderDevices *devices)
{
  g_return_if_fail (YONDER_IS_WEBRTC_FACTORY (self) && YONDER_IS_DEVICES (devices));

  g_set_object (&self->config.devices, devices);
}

void
yonder_webrtc_factory_set_tls_database (YonderWebrtcFactory *self, GTlsDatabase *database)
{
  g_return_if_fail (YONDER_IS_WEBRTC_FACTORY (self));

  g_set_object (&self->config.tls_database, database);
}

/**
 * yonder_webrtc_factory_set_sink_function:
 * @self: the factory
 * @function: (nullable): makes the sinks of a session, called twice while it is made, in a video call
 * @user_data: for @function
 * @destroy: (nullable): frees @user_data
 */
void
yonder_webrtc_factory_set_sink_function (YonderWebrtcFactory *self, YonderMakeVideoSink function, gpointer user_data, GDestroyNotify destroy)
{
  g_return_if_fail (YONDER_IS_WEBRTC_FACTORY (self));

  if (self->sink_destroy != NULL)
    self->sink_destroy (self->sink_data);
  self->make_sink = function;
  self->sink_data = user_data;
  self->sink_destroy = destroy;
}
