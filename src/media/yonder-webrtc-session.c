/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-webrtc-session.h"

#include <string.h>

#include "yonder-candidate-queue.h"
#include "yonder-capture.h"
#include "yonder-playback.h"
#include "yonder-webrtc-peer.h"
#include "yonder-webrtc-stats.h"

struct _YonderWebrtcSession {
  GObject parent_instance;

  /* owned */
  GstElement           *pipeline;   /* (nullable): before the start and once closed */
  YonderCapture        *capture;
  YonderPlayback       *playback;
  YonderWebrtcPeer     *peer;       /* (nullable): between two generations */
  YonderCandidateQueue *candidates;
  YonderWebrtcStats    *stats;
  YonderIceReport      *last_report; /* (nullable): of the peer that is gone */
  GListModel           *ice_servers; /* (nullable) */
  YonderMediaConfig     config;

  /* borrowed */
  YonderTeardown       *teardown;

  guint                 bus_watch_id;
  gint64                generation;
  gboolean              send_video;
  gboolean              relay_only;
  gboolean              has_channel; /* of the peer there is now, and open */
};

static void yonder_webrtc_session_iface_init (YonderMediaSessionInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderWebrtcSession, yonder_webrtc_session, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (YONDER_TYPE_MEDIA_SESSION, yonder_webrtc_session_iface_init))

static void
fail (YonderWebrtcSession *self, GError *error)
{
  g_signal_emit_by_name (self, "failed", error);
}

static void
apply_candidate (guint mline_index, const char *text, gpointer user_data)
{
  YonderWebrtcSession *self = user_data;

  if (self->peer != NULL)
    yonder_webrtc_peer_apply_candidate (self->peer, mline_index, text);
}

static void
on_peer_candidate (YonderWebrtcPeer *peer, YonderIceCandidate *candidate, YonderWebrtcSession *self)
{
  g_signal_emit_by_name (self, "candidate", candidate, self->generation);
}

static void
on_peer_ice_state (YonderWebrtcPeer *peer, YonderIceState state, YonderWebrtcSession *self)
{
  g_signal_emit_by_name (self, "ice-state", state);
}

static void
on_peer_secured (YonderWebrtcPeer *peer, YonderWebrtcSession *self)
{
  g_signal_emit_by_name (self, "secured");
}

static void
set_channel (YonderWebrtcSession *self, gboolean is_open)
{
  if (self->has_channel == is_open)
    return;
  self->has_channel = is_open;
  g_signal_emit_by_name (self, "channel", is_open);
}

static void
on_peer_channel (YonderWebrtcPeer *peer, gboolean is_open, YonderWebrtcSession *self)
{
  set_channel (self, is_open);
}

static void
on_peer_message (YonderWebrtcPeer *peer, const char *text, YonderWebrtcSession *self)
{
  g_signal_emit_by_name (self, "message", text);
}

static void
on_speaking (YonderPlayback *playback, gboolean is_speaking, YonderWebrtcSession *self)
{
  g_signal_emit_by_name (self, "speaking", is_speaking);
}

static void
on_peer_failed (YonderWebrtcPeer *peer, GError *error, YonderWebrtcSession *self)
{
  fail (self, error);
}

static void
on_first_frame (YonderPlayback *playback, guint width_px, guint height_px, YonderWebrtcSession *self)
{
  g_signal_emit_by_name (self, "first-frame", width_px, height_px);
}

static void
on_first_audio (YonderPlayback *playback, YonderWebrtcSession *self)
{
  g_signal_emit_by_name (self, "first-audio");
}

static void
on_notice (gpointer source, YonderMediaNotice notice, const char *device, YonderWebrtcSession *self)
{
  g_signal_emit_by_name (self, "notice", notice, device);
}

static void
on_notice_over (gpointer source, YonderMediaNotice notice, YonderWebrtcSession *self)
{
  g_signal_emit_by_name (self, "notice-over", notice);
}

static void
on_screen_ended (YonderCapture *capture, YonderWebrtcSession *self)
{
  g_signal_emit_by_name (self, "screen-ended");
}

static void
on_error_message (YonderWebrtcSession *self, GstMessage *message)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *debug = NULL;

  gst_message_parse_error (message, &reason, &debug);
  g_message ("%s: %s (%s)", GST_MESSAGE_SRC_NAME (message), reason->message, debug != NULL ? debug : "no details");
  if (yonder_capture_handle_error (self->capture, message) || yonder_playback_handle_error (self->playback, message))
    return;
  /* else it is of a connection or a source that is being taken down */
  if (self->peer == NULL || !yonder_webrtc_peer_owns (self->peer, GST_MESSAGE_SRC (message)))
    return;
  if (yonder_webrtc_peer_survives (self->peer, GST_MESSAGE_SRC (message)))
    return;

  error = g_error_new (YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FAILED, "Sound and picture stopped: %s", reason->message);
  fail (self, error);
}

static gboolean
on_bus_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  YonderWebrtcSession *self = user_data;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_LATENCY:
      /* without this there are no RTCP reports, so no key frames on request and no round-trip times */
      gst_bin_recalculate_latency (GST_BIN (self->pipeline));
      yonder_playback_update_latency (self->playback);
      break;
    case GST_MESSAGE_ERROR:
      on_error_message (self, message);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

/* Returns: the peer of this generation, made if need be */
static YonderWebrtcPeer *
ensure_peer (YonderWebrtcSession *self, GError **error)
{
  YonderPeerContext context = {
    .pipeline = self->pipeline,
    .teardown = self->teardown,
    .capture = self->capture,
    .playback = self->playback,
    .config = &self->config,
    .ice_servers = self->ice_servers,
    .relay_only = self->relay_only,
  };

  if (self->pipeline == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The call is over");
    return NULL;
  }
  if (self->peer != NULL)
    return self->peer;

  self->peer = yonder_webrtc_peer_new (&context, error);
  if (self->peer == NULL)
    return NULL;

  g_signal_connect_object (self->peer, "candidate", G_CALLBACK (on_peer_candidate), self, 0);
  g_signal_connect_object (self->peer, "ice-state", G_CALLBACK (on_peer_ice_state), self, 0);
  g_signal_connect_object (self->peer, "secured", G_CALLBACK (on_peer_secured), self, 0);
  g_signal_connect_object (self->peer, "channel", G_CALLBACK (on_peer_channel), self, 0);
  g_signal_connect_object (self->peer, "message", G_CALLBACK (on_peer_message), self, 0);
  g_signal_connect_object (self->peer, "failed", G_CALLBACK (on_peer_failed), self, 0);
  yonder_webrtc_stats_set_peer (self->stats, self->peer);
  return self->peer;
}

static void
drop_peer (YonderWebrtcSession *self)
{
  if (self->peer == NULL)
    return;

  yonder_candidate_queue_set_remote (self->candidates, NULL);
  yonder_webrtc_stats_set_peer (self->stats, NULL);
  g_signal_handlers_disconnect_by_data (self->peer, self);
  yonder_webrtc_peer_close (self->peer);
  g_clear_pointer (&self->last_report, yonder_ice_report_unref);
  self->last_report = yonder_webrtc_peer_dup_ice_report (self->peer);
  g_clear_object (&self->peer);
}

static void
yonder_webrtc_session_start_generation (YonderMediaSession *session, gint64 generation)
{
  YonderWebrtcSession *self = YONDER_WEBRTC_SESSION (session);

  self->generation = generation;
  if (self->playback != NULL)
    yonder_playback_pause_meters (self->playback);
  drop_peer (self);
  set_channel (self, FALSE);
}

static void
take_candidate_line (YonderWebrtcSession *self, const char *line, int mline_index, const YonderSdpMedia *media)
{
  g_autoptr (YonderIceCandidate) candidate = NULL;

  if (g_str_has_prefix (line, "a=candidate:"))
    candidate = yonder_ice_candidate_parse (line + strlen ("a="), media->mid, mline_index, media->ufrag, NULL);
  else if (g_str_equal (line, "a=end-of-candidates"))
    candidate = yonder_ice_candidate_new_end (media->mid, mline_index, media->ufrag);
  if (candidate != NULL)
    yonder_media_session_add_candidate (YONDER_MEDIA_SESSION (self), candidate);
}

/* Candidates that stand in the description itself (a peer that does not trickle) go the way of all others. */
static void
take_candidates (YonderWebrtcSession *self, const char *text, const YonderSdp *sdp)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  int mline_index = -1;

  for (guint i = 0; lines[i] != NULL; i++) {
    g_strchomp (lines[i]);
    if (g_str_has_prefix (lines[i], "m="))
      mline_index++;
    else if (mline_index >= 0 && mline_index < (int) yonder_sdp_get_n_media (sdp))
      take_candidate_line (self, lines[i], mline_index, yonder_sdp_get_media (sdp, mline_index));
  }
}

static void
on_negotiated (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  YonderWebrtcSession *self = g_task_get_source_object (task);
  YonderWebrtcPeer *peer = YONDER_WEBRTC_PEER (source);
  GError *error = NULL;
  char *sdp = yonder_webrtc_peer_negotiate_finish (peer, result, &error);

  if (sdp == NULL) {
    g_task_return_error (task, error);
    return;
  }
  if (peer == self->peer && yonder_webrtc_peer_get_remote (peer) != NULL) {
    yonder_candidate_queue_set_remote (self->candidates, yonder_webrtc_peer_get_remote (peer));
    if (g_task_get_task_data (task) != NULL)
      take_candidates (self, g_task_get_task_data (task), yonder_webrtc_peer_get_remote (peer));
  }
  g_task_return_pointer (task, sdp, g_free);
}

/* Returns: (transfer full) (nullable): a task for an operation on the peer; %NULL: it has failed already */
static GTask *
begin (YonderWebrtcSession *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;

  g_task_set_source_tag (task, begin);
  if (ensure_peer (self, &error) != NULL)
    return g_steal_pointer (&task);

  g_task_return_error (task, error);
  return NULL;
}

static char *
negotiate_finish (YonderMediaSession *session, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
yonder_webrtc_session_create_offer_async (YonderMediaSession *session, GCancellable *cancellable, GAsyncReadyCallback callback,
                                          gpointer user_data)
{
  YonderWebrtcSession *self = YONDER_WEBRTC_SESSION (session);
  GTask *task = begin (self, cancellable, callback, user_data);

  if (task != NULL)
    yonder_webrtc_peer_create_offer_async (self->peer, cancellable, on_negotiated, task);
}

static void
yonder_webrtc_session_accept_offer_async (YonderMediaSession *session, const char *sdp, GCancellable *cancellable,
                                          GAsyncReadyCallback callback, gpointer user_data)
{
  YonderWebrtcSession *self = YONDER_WEBRTC_SESSION (session);
  GTask *task = begin (self, cancellable, callback, user_data);

  if (task == NULL)
    return;

  g_task_set_task_data (task, g_strdup (sdp), g_free);
  yonder_webrtc_peer_accept_offer_async (self->peer, sdp, cancellable, on_negotiated, task);
}

static void
yonder_webrtc_session_accept_answer_async (YonderMediaSession *session, const char *sdp, GCancellable *cancellable,
                                           GAsyncReadyCallback callback, gpointer user_data)
{
  YonderWebrtcSession *self = YONDER_WEBRTC_SESSION (session);
  GTask *task = begin (self, cancellable, callback, user_data);

  if (task == NULL)
    return;

  g_task_set_task_data (task, g_strdup (sdp), g_free);
  yonder_webrtc_peer_accept_answer_async (self->peer, sdp, cancellable, on_negotiated, task);
}

static gboolean
yonder_webrtc_session_accept_answer_finish (YonderMediaSession *session, GAsyncResult *result, GError **error)
{
  g_autofree char *sdp = negotiate_finish (session, result, error);

  return sdp != NULL;
}

static void
yonder_webrtc_session_add_candidate (YonderMediaSession *session, YonderIceCandidate *candidate)
{
  YonderWebrtcSession *self = YONDER_WEBRTC_SESSION (session);
  YonderCandidateFate fate = yonder_candidate_queue_add (self->candidates, candidate);

  if (fate != YONDER_CANDIDATE_DROPPED)
    g_signal_emit_by_name (self, "remote-candidate", candidate, fate == YONDER_CANDIDATE_QUEUED);
}

static void
yonder_webrtc_session_set_ice_servers (YonderMediaSession *session, GListModel *ice_servers, gboolean relay_only)
{
  YonderWebrtcSession *self = YONDER_WEBRTC_SESSION (session);

  g_set_object (&self->ice_servers, ice_servers);
  self->relay_only = relay_only;
}

static void
yonder_webrtc_session_set_muted (YonderMediaSession *session, gboolean microphone_muted, gboolean camera_off)
{
  YonderWebrtcSession *self = YONDER_WEBRTC_SESSION (session);

  if (self->pipeline != NULL)
    yonder_capture_set_muted (self->capture, microphone_muted, camera_off);
}

static gboolean
yonder_webrtc_session_can_send_video (YonderMediaSession *session)
{
  YonderWebrtcSession *self = YONDER_WEBRTC_SESSION (session);

  return self->peer == NULL || yonder_webrtc_peer_can_send_video (self->peer);
}

static void
yonder_webrtc_session_set_held (YonderMediaSession *session, gboolean is_held)
{
  YonderWebrtcSession *self = YONDER_WEBRTC_SESSION (session);

  if (self->pipeline == NULL)
    return;
  yonder_capture_set_held (self->capture, is_held);
  yonder_playback_set_held (self->playback, is_held);
}

static void
yonder_webrtc_session_share_screen (YonderMediaSession *session, int remote, guint node_id)
{
  YonderWebrtcSession *self = YONDER_WEBRTC_SESSION (session);

  if (self->pipeline != NULL)
    yonder_capture_share_screen (self->capture, remote, node_id);
}

static void
yonder_webrtc_session_stop_screen (YonderMediaSession *session)
{
  YonderWebrtcSession *self = YONDER_WEBRTC_SESSION (session);

  if (self->pipeline != NULL)
    yonder_capture_stop_screen (self->capture);
}

static gboolean
yonder_webrtc_session_send_message (YonderMediaSession *session, const char *text)
{
  YonderWebrtcSession *self = YONDER_WEBRTC_SESSION (session);

  return self->peer != NULL && yonder_webrtc_peer_send_message (self->peer, text);
}

static void
yonder_webrtc_session_get_stats (YonderMediaSession *session, YonderMediaStats *stats)
{
  YonderWebrtcSession *self = YONDER_WEBRTC_SESSION (session);
  guint n_dropped;

  yonder_webrtc_stats_get (self->stats, stats);
  yonder_candidate_queue_get_counts (self->candidates, &stats->candidates_queued, &stats->candidates_applied, &n_dropped);
}

static YonderIceReport *
yonder_webrtc_session_dup_ice_report (YonderMediaSession *session)
{
  YonderWebrtcSession *self = YONDER_WEBRTC_SESSION (session);

  if (self->peer != NULL)
    return yonder_webrtc_peer_dup_ice_report (self->peer);
  return self->last_report != NULL ? yonder_ice_report_ref (self->last_report) : NULL;
}

static char *
yonder_webrtc_session_dup_safety_code (YonderMediaSession *session)
{
  YonderWebrtcSession *self = YONDER_WEBRTC_SESSION (session);

  return self->peer != NULL ? yonder_webrtc_peer_dup_safety_code (self->peer) : NULL;
}

static void
yonder_webrtc_session_close (YonderMediaSession *session)
{
  YonderWebrtcSession *self = YONDER_WEBRTC_SESSION (session);

  if (self->pipeline == NULL)
    return;

  drop_peer (self);
  yonder_webrtc_stats_close (self->stats);
  if (self->capture != NULL)
    yonder_capture_close (self->capture);
  yonder_playback_close (self->playback);
  g_clear_handle_id (&self->bus_watch_id, g_source_remove);
  yonder_teardown_drop (self->teardown, g_steal_pointer (&self->pipeline));
}

static void
yonder_webrtc_session_dispose (GObject *object)
{
  yonder_webrtc_session_close (YONDER_MEDIA_SESSION (object));

  G_OBJECT_CLASS (yonder_webrtc_session_parent_class)->dispose (object);
}

static void
yonder_webrtc_session_finalize (GObject *object)
{
  YonderWebrtcSession *self = YONDER_WEBRTC_SESSION (object);

  g_clear_object (&self->stats);
  g_clear_pointer (&self->last_report, yonder_ice_report_unref);
  g_clear_object (&self->capture);
  g_clear_object (&self->playback);
  g_clear_pointer (&self->candidates, yonder_candidate_queue_free);
  g_clear_object (&self->ice_servers);
  yonder_media_config_clear (&self->config);

  G_OBJECT_CLASS (yonder_webrtc_session_parent_class)->finalize (object);
}

static void
yonder_webrtc_session_iface_init (YonderMediaSessionInterface *iface)
{
  iface->start_generation = yonder_webrtc_session_start_generation;
  iface->create_offer_async = yonder_webrtc_session_create_offer_async;
  iface->create_offer_finish = negotiate_finish;
  iface->accept_offer_async = yonder_webrtc_session_accept_offer_async;
  iface->accept_offer_finish = negotiate_finish;
  iface->accept_answer_async = yonder_webrtc_session_accept_answer_async;
  iface->accept_answer_finish = yonder_webrtc_session_accept_answer_finish;
  iface->add_candidate = yonder_webrtc_session_add_candidate;
  iface->set_muted = yonder_webrtc_session_set_muted;
  iface->can_send_video = yonder_webrtc_session_can_send_video;
  iface->set_held = yonder_webrtc_session_set_held;
  iface->share_screen = yonder_webrtc_session_share_screen;
  iface->stop_screen = yonder_webrtc_session_stop_screen;
  iface->send_message = yonder_webrtc_session_send_message;
  iface->set_ice_servers = yonder_webrtc_session_set_ice_servers;
  iface->get_stats = yonder_webrtc_session_get_stats;
  iface->dup_ice_report = yonder_webrtc_session_dup_ice_report;
  iface->dup_safety_code = yonder_webrtc_session_dup_safety_code;
  iface->close = yonder_webrtc_session_close;
}

static void
yonder_webrtc_session_class_init (YonderWebrtcSessionClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = yonder_webrtc_session_dispose;
  object_class->finalize = yonder_webrtc_session_finalize;
}

static void
yonder_webrtc_session_init (YonderWebrtcSession *self)
{
  self->candidates = yonder_candidate_queue_new (apply_candidate, self);
}

YonderWebrtcSession *
yonder_webrtc_session_new (const YonderMediaConfig *config, const YonderMediaOptions *options, YonderTeardown *teardown)
{
  YonderWebrtcSession *self = g_object_new (YONDER_TYPE_WEBRTC_SESSION, NULL);

  yonder_media_config_copy (&self->config, config);
  self->send_video = options->send_video;
  self->relay_only = options->relay_only;
  g_set_object (&self->ice_servers, options->ice_servers);
  self->teardown = teardown;
  return self;
}

/**
 * yonder_webrtc_session_start:
 * @self: a new session
 * @remote_sink: (transfer floating) (nullable): shows the peer's picture
 * @self_view: (transfer floating) (nullable): shows what we send
 * @error: return location for a [error@Yonder.MediaError]
 *
 * Makes the pipeline and starts capturing; nothing leaves the computer yet.
 *
 * Returns: %TRUE, or %FALSE with %YONDER_MEDIA_ERROR_MISSING_PLUGIN or %YONDER_MEDIA_ERROR_FAILED, and the session is of no use
 */
gboolean
yonder_webrtc_session_start (YonderWebrtcSession *self, GstElement *remote_sink, GstElement *self_view, GError **error)
{
  g_autoptr (GstElement) remote = remote_sink != NULL ? gst_object_ref_sink (remote_sink) : NULL;
  g_autoptr (GstElement) own = self_view != NULL ? gst_object_ref_sink (self_view) : NULL;
  g_autoptr (GstElement) pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();
  g_autoptr (GstBus) bus = gst_pipeline_get_bus (GST_PIPELINE (pipeline));

  /* one clock for good: loudspeakers that come and go must not change it */
  gst_pipeline_use_clock (GST_PIPELINE (pipeline), clock);
  self->playback = yonder_playback_new (pipeline, self->teardown, &self->config, remote, error);
  self->capture = self->playback != NULL
                  ? yonder_capture_new (pipeline, self->teardown, &self->config, self->send_video, own, error) : NULL;
  if (self->capture == NULL)
    return FALSE;

  self->pipeline = g_steal_pointer (&pipeline);
  self->stats = yonder_webrtc_stats_new (self->capture, self->playback, &self->config);
  self->bus_watch_id = gst_bus_add_watch (bus, on_bus_message, self);
  g_signal_connect_object (self->playback, "first-frame", G_CALLBACK (on_first_frame), self, 0);
  g_signal_connect_object (self->playback, "first-audio", G_CALLBACK (on_first_audio), self, 0);
  g_signal_connect_object (self->playback, "speaking", G_CALLBACK (on_speaking), self, 0);
  g_signal_connect_object (self->playback, "notice", G_CALLBACK (on_notice), self, 0);
  g_signal_connect_object (self->playback, "notice-over", G_CALLBACK (on_notice_over), self, 0);
  g_signal_connect_object (self->capture, "notice", G_CALLBACK (on_notice), self, 0);
  g_signal_connect_object (self->capture, "notice-over", G_CALLBACK (on_notice_over), self, 0);
  g_signal_connect_object (self->capture, "screen-ended", G_CALLBACK (on_screen_ended), self, 0);

  yonder_playback_start (self->playback);
  yonder_capture_start (self->capture, self->playback);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  return TRUE;
}

GstElement *
yonder_webrtc_session_get_pipeline (YonderWebrtcSession *self)
{
  return self->pipeline;
}
