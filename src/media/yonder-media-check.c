/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-media-check.h"

#include <glib/gi18n.h>

#include "yonder-device.h"
#include "yonder-elements.h"
#include "yonder-errand.h"
#include "yonder-loop-call.h"
#include "yonder-webrtc-factory.h"

/* The design's bound for making an offer: it needs no network, so that one that takes longer hangs on a device or a plug-in. */
#define OFFER_MS 10000
#define DEVICE_MS 6000

struct _YonderMediaCheck {
  GObject parent_instance;

  YonderWebrtcFactory *factory; /* sends a test picture */
  YonderTeardown      *teardown;
  YonderClock         *clock;
};

/* The state of an errand. */
typedef struct {
  YonderMediaSession *session; /* (nullable): the one that makes an offer */
  gboolean            is_camera;
} Trial;

static void yonder_media_check_helper_init (YonderCheckHelperInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderMediaCheck, yonder_media_check, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (YONDER_TYPE_CHECK_HELPER, yonder_media_check_helper_init))

static void
settle (GTask *errand)
{
  Trial *self = yonder_errand_get_state (errand);

  if (self->session != NULL)
    yonder_media_session_close (self->session);
}

static void
trial_free (gpointer data)
{
  Trial *self = data;

  g_clear_object (&self->session);
  g_free (self);
}

static const YonderErrandClass trial_class = { settle, trial_free };

static void
succeed (GTask *errand, char *detail)
{
  yonder_errand_return_pointer (errand, detail, g_free);
}

static void
fail (GTask *errand, YonderMediaError code, const char *words)
{
  yonder_errand_return_error (errand, g_error_new_literal (YONDER_MEDIA_ERROR, code, words));
}

static void
limit (GTask *errand, guint limit_ms, const char *words)
{
  yonder_errand_set_limit (errand, limit_ms, g_error_new_literal (YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_TIMED_OUT, words));
}

/* --- Devices --- */

static const char *
device_words (gboolean is_camera, const GError *error)
{
  if (g_error_matches (error, YONDER_DEVICE_ERROR, YONDER_DEVICE_ERROR_MISSING))
    return is_camera ? _("no camera was found") : _("no microphone was found");
  if (g_error_matches (error, YONDER_DEVICE_ERROR, YONDER_DEVICE_ERROR_BUSY))
    return is_camera ? _("another program uses the camera") : _("another program uses the microphone");
  if (g_error_matches (error, YONDER_DEVICE_ERROR, YONDER_DEVICE_ERROR_REFUSED))
    return is_camera ? _("Yonder may not use the camera") : _("Yonder may not use the microphone");
  return error->message;
}

static void
on_device_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Trial *self = yonder_errand_get_state (task);
  YonderMediaCheck *check = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  GstElement *device = yonder_device_open_finish (result, NULL, &error);

  if (device == NULL) {
    fail (task, YONDER_MEDIA_ERROR_FAILED, device_words (self->is_camera, error));
    return;
  }
  yonder_teardown_drop (check->teardown, device);
  succeed (task, g_strdup (self->is_camera ? _("a camera is there and opens") : _("a microphone is there and opens")));
}

/* --- The offer --- */

static void
on_offered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autofree char *offer = yonder_media_session_create_offer_finish (YONDER_MEDIA_SESSION (source), result, &error);

  if (offer == NULL)
    yonder_errand_return_error (task, error);
  else
    succeed (task, g_strdup (_("sound and picture can be offered")));
}

static void
make_offer (YonderMediaCheck *self, GTask *task)
{
  Trial *trial = yonder_errand_get_state (task);
  YonderMediaOptions options = { .send_video = TRUE };
  GError *error = NULL;

  trial->session = yonder_media_factory_create_session (YONDER_MEDIA_FACTORY (self->factory), &options, &error);
  if (trial->session == NULL) {
    yonder_errand_return_error (task, error);
    return;
  }
  yonder_media_session_start_generation (trial->session, 1);
  yonder_media_session_create_offer_async (trial->session, yonder_errand_get_inner (task), on_offered, g_object_ref (task));
}

/* --- The call --- */

static void
on_called (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (YonderLoopCallResult) call = yonder_loop_call_run_finish (YONDER_LOOP_CALL (source), result, &error);
  g_autofree char *protocol = call != NULL && call->relay_protocol != NULL ? g_ascii_strup (call->relay_protocol, -1) : NULL;

  if (call == NULL)
    yonder_errand_return_error (task, error);
  else if (call->first_frame_ms < 0)
    fail (task, YONDER_MEDIA_ERROR_FAILED, _("the call was connected through the relay, but no picture came through"));
  else if (call->server != NULL && protocol != NULL)
    succeed (task, g_strdup_printf (_("through %s over %s: picture after %.0f ms, %.1f Mbit/s each way"), call->server, protocol,
                                    call->first_frame_ms, (double) call->bitrate_bps / 1e6));
  else
    succeed (task, g_strdup_printf (_("picture after %.0f ms, %.1f Mbit/s each way"), call->first_frame_ms,
                                    (double) call->bitrate_bps / 1e6));
}

static void
yonder_media_check_run_async (YonderCheckHelper *helper, YonderCheckErrand which, GListModel *ice_servers, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  YonderMediaCheck *self = YONDER_MEDIA_CHECK (helper);
  Trial *trial = g_new0 (Trial, 1);
  GTask *task = yonder_errand_begin (self, &trial_class, trial, self->clock, cancellable, callback, user_data);
  GCancellable *inner = yonder_errand_get_inner (task);
  g_autoptr (YonderLoopCall) call = NULL;

  trial->is_camera = which == YONDER_CHECK_CAMERA;
  switch (which) {
    case YONDER_CHECK_LOOP_CALL:
      call = yonder_loop_call_new (YONDER_MEDIA_FACTORY (self->factory), ice_servers, self->clock);
      yonder_loop_call_run_async (call, inner, on_called, g_object_ref (task));
      break;
    case YONDER_CHECK_CAMERA:
    case YONDER_CHECK_MICROPHONE:
      limit (task, DEVICE_MS, _("the device does not answer; another program may hold it"));
      yonder_device_open_async (trial->is_camera ? YONDER_DEVICE_CAMERA : YONDER_DEVICE_MICROPHONE, NULL, NULL, inner, on_device_opened,
                                g_object_ref (task));
      break;
    case YONDER_CHECK_OFFER:
      limit (task, OFFER_MS, _("no offer was made within 10 seconds; a device or a plug-in of GStreamer hangs"));
      make_offer (self, task);
      break;
    default:
      yonder_errand_return_error (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "This is no errand for media"));
      break;
  }
}

static char *
yonder_media_check_run_finish (YonderCheckHelper *helper, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
yonder_media_check_finalize (GObject *object)
{
  YonderMediaCheck *self = YONDER_MEDIA_CHECK (object);

  yonder_teardown_free (self->teardown);
  g_clear_object (&self->factory);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (yonder_media_check_parent_class)->finalize (object);
}

static void
yonder_media_check_helper_init (YonderCheckHelperInterface *iface)
{
  iface->run_async = yonder_media_check_run_async;
  iface->run_finish = yonder_media_check_run_finish;
}

static void
yonder_media_check_class_init (YonderMediaCheckClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_media_check_finalize;
}

static void
yonder_media_check_init (YonderMediaCheck *self)
{
}

YonderMediaCheck *
yonder_media_check_new (GTlsDatabase *tls_database, YonderClock *clock)
{
  YonderMediaCheck *self = g_object_new (YONDER_TYPE_MEDIA_CHECK, NULL);

  gst_init (NULL, NULL);
  self->clock = g_object_ref (clock);
  self->teardown = yonder_teardown_new ();
  self->factory = yonder_webrtc_factory_new ();
  yonder_webrtc_factory_set_source (self->factory, YONDER_SOURCE_TEST, NULL);
  yonder_webrtc_factory_set_play_audio (self->factory, FALSE);
  yonder_webrtc_factory_set_tls_database (self->factory, tls_database);
  return self;
}
