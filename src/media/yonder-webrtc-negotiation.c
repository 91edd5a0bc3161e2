/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The offers and answers of YonderWebrtcPeer.
 *
 * We offer VP8, which every browser has (RFC 7742 section 5), and H264 after it, where it is installed; an offer of H264 alone is answered with
 * it. Each operation is a GTask that is handed from step to step; its data is the text that it is about.
 */

#include "yonder-webrtc-peer-private.h"

#include "yonder-certificate.h"
#include "yonder-sdp-repair.h"
#include "yonder-webrtc-promise.h"

/* As offerer we choose: what browsers use as well. webrtcbin takes those after 96 for retransmissions. */
#define OPUS_PAYLOAD_TYPE 111
#define TWCC_ID           3

static const guint video_payload_types[YONDER_N_VIDEO_CODECS] = { [YONDER_VIDEO_CODEC_VP8] = 96, [YONDER_VIDEO_CODEC_H264] = 102 };

static GstWebRTCSessionDescription *
make_description (GstWebRTCSDPType type, const char *text, GError **error)
{
  GstSDPMessage *message = NULL;

  if (gst_sdp_message_new_from_text (text, &message) != GST_SDP_OK) {
    g_set_error (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_BAD_SDP, "The session description cannot be read");
    return NULL;
  }
  return gst_webrtc_session_description_new (type, message);
}

static gboolean
add_sender (YonderWebrtcPeer *self, const YonderSenderMedia *media, GError **error)
{
  YonderSender **sender = media->is_video ? &self->video_sender : &self->audio_sender;

  *sender = yonder_sender_new (self->bin, self->webrtcbin, media, error);
  return *sender != NULL;
}

/* What we offer of video: the better codec first. */
static void
list_formats (YonderSenderMedia *video)
{
  for (guint i = 0; i < YONDER_N_VIDEO_CODECS; i++) {
    if (yonder_video_codec_is_available (i))
      video->formats[video->n_formats++] = (YonderSenderFormat) { .codec = i, .payload_type = video_payload_types[i] };
  }
}

/* The m-line of the offer that we can speak, for the sender. */
static gboolean
read_media (const YonderSdp *offer, gboolean is_video, YonderSenderMedia *media)
{
  YonderSenderFormat *format = &media->formats[0];
  const YonderSdpMedia *offered;

  *media = (YonderSenderMedia) { .is_video = is_video, .n_formats = 1 };
  offered = yonder_sdp_find_kind (offer, is_video ? "video" : "audio", &media->mline_index);
  if (offered != NULL)
    format->offered = is_video ? yonder_video_codec_choose (offered, &format->codec) : yonder_sdp_media_find_codec (offered, "opus", 48000);
  if (format->offered == NULL)
    return FALSE;

  format->payload_type = format->offered->payload_type;
  media->twcc_id = yonder_sdp_media_find_extension (offered, YONDER_TWCC_URI);
  /* webrtcbin knows the one-byte form alone (RFC 8285 section 4.2) */
  if (media->twcc_id > 14)
    media->twcc_id = 0;
  return TRUE;
}

/* Of the forms that we offered, the one that the answer puts first. */
static gboolean
choose_video (YonderWebrtcPeer *self, GError **error)
{
  YonderSenderFormat format = { 0 };
  const YonderSdpMedia *answered;
  const YonderSdpCodec *codec;

  if (self->video_sender == NULL || yonder_sender_is_chosen (self->video_sender) ||
      yonder_sender_get_mline (self->video_sender) >= yonder_sdp_get_n_media (self->remote))
    return TRUE;

  answered = yonder_sdp_get_media (self->remote, yonder_sender_get_mline (self->video_sender));
  codec = yonder_sdp_media_is_rejected (answered) ? NULL : yonder_video_codec_find_answered (answered, &format.codec);
  if (codec == NULL)
    return TRUE;

  format.payload_type = codec->payload_type;
  return yonder_sender_choose (self->video_sender, &format, error);
}

/* Without a fingerprint of its own in a hash that is worth anything there is nothing to hold the peer's certificate against. */
static gboolean
check_fingerprints (const YonderSdp *sdp, GError **error)
{
  g_autoptr (GPtrArray) fingerprints = yonder_sdp_collect_fingerprints (sdp);

  for (guint i = 0; i < fingerprints->len; i++) {
    YonderSdpFingerprint *fingerprint = g_ptr_array_index (fingerprints, i);

    if (yonder_certificate_hash_is_acceptable (fingerprint->hash))
      return TRUE;
  }
  g_set_error (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_BAD_SDP,
               "The other side's description names no certificate, so nobody could tell who is speaking");
  return FALSE;
}

static YonderSdp *
read_remote (const char *text, GError **error)
{
  g_autoptr (YonderSdp) sdp = yonder_sdp_parse (text, error);

  if (sdp == NULL || !check_fingerprints (sdp, error))
    return NULL;
  return g_steal_pointer (&sdp);
}

/* Candidates in a description go the same way as those that come one by one: the caller has them, webrtcbin gets none. */
static char *
strip_candidates (const char *text)
{
  g_autoptr (GRegex) regex = g_regex_new ("^a=(candidate:|end-of-candidates)[^\r\n]*\r?\n", G_REGEX_MULTILINE, 0, NULL);

  return g_regex_replace_literal (regex, text, -1, 0, "", 0, NULL);
}

static GstWebRTCSessionDescription *
make_remote_offer (const char *text, GError **error)
{
  g_autofree char *mended = yonder_sdp_mend_remote (text);
  g_autofree char *stripped = strip_candidates (mended);

  return make_description (GST_WEBRTC_SDP_TYPE_OFFER, stripped, error);
}

static GstWebRTCSessionDescription *
make_remote_answer (YonderWebrtcPeer *self, const char *text, GError **error)
{
  g_autofree char *whole = self->local != NULL ? yonder_sdp_reject_left_out (text, self->remote, self->local) : g_strdup (text);
  g_autofree char *mended = yonder_sdp_mend_remote (whole);
  g_autofree char *kept = self->local != NULL ? yonder_sdp_keep_offered_formats (mended, self->local) : g_strdup (mended);
  g_autofree char *stripped = strip_candidates (kept);

  return make_description (GST_WEBRTC_SDP_TYPE_ANSWER, stripped, error);
}

static void
on_local_set (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  YonderWebrtcPeer *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!yonder_webrtc_promise_finish (GST_ELEMENT (source), result, NULL, &error)) {
    g_task_return_error (task, error);
    return;
  }
  yonder_webrtc_peer_watch_transport (self);
  /* an answer is the last of the two */
  if (self->remote != NULL && !yonder_webrtc_peer_take_negotiated (self, &error)) {
    g_task_return_error (task, error);
    return;
  }
  g_task_return_pointer (task, g_strdup (g_task_get_task_data (task)), g_free);
  yonder_webrtc_peer_send_gathered (self);
  yonder_webrtc_peer_check_certificate (self);
}

/* The reply of create-offer or create-answer: mends the fingerprint, which webrtcbin 1.26 takes of certificate and key together. */
static void
on_local_created (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  YonderWebrtcPeer *self = g_task_get_source_object (task);
  g_autoptr (GstStructure) reply = NULL;
  g_autoptr (GstWebRTCSessionDescription) created = NULL;
  g_autoptr (GstWebRTCSessionDescription) mended = NULL;
  g_autofree char *text = NULL;
  GError *error = NULL;
  char *sdp;

  if (!yonder_webrtc_promise_finish (GST_ELEMENT (source), result, &reply, &error)) {
    g_task_return_error (task, error);
    return;
  }

  if (reply == NULL || (!gst_structure_get (reply, "offer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &created, NULL) &&
                        !gst_structure_get (reply, "answer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &created, NULL))) {
    g_task_return_new_error (task, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FAILED, "No session description was made");
    return;
  }

  text = gst_sdp_message_as_text (created->sdp);
  sdp = yonder_sdp_replace_fingerprints (text, self->fingerprint);
  g_task_set_task_data (task, sdp, g_free);
  g_clear_pointer (&self->local, yonder_sdp_free);
  self->local = yonder_sdp_parse (sdp, &error);
  mended = self->local != NULL ? make_description (created->type, sdp, &error) : NULL;
  if (mended == NULL) {
    g_task_return_error (task, error);
    return;
  }
  yonder_webrtc_promise_async (self->webrtcbin, "set-local-description", mended, g_task_get_cancellable (task), on_local_set,
                               g_object_ref (task));
}

/* What the description's making waits for: webrtcbin must know its servers before it makes the stream. FALSE: it is over, and was said. */
static gboolean
finish_preparing (YonderWebrtcPeer *self, GAsyncResult *result, GTask *task)
{
  GError *error = NULL;

  if (yonder_webrtc_servers_prepare_finish (self->servers, result, &error) && !self->is_closed)
    return TRUE;
  if (error == NULL)
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The connection was closed");
  g_task_return_error (task, error);
  return FALSE;
}

static void
on_ready_to_offer (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  YonderWebrtcPeer *self = g_task_get_source_object (task);

  if (!finish_preparing (self, result, task))
    return;
  yonder_webrtc_channel_offer (self->channel);
  yonder_webrtc_promise_async (self->webrtcbin, "create-offer", NULL, g_task_get_cancellable (task), on_local_created, g_object_ref (task));
}

/**
 * yonder_webrtc_peer_create_offer_async:
 * @self: a peer without descriptions
 * @cancellable: (nullable): to give up waiting
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Makes an offer and sets it, which starts gathering.
 */
void
yonder_webrtc_peer_create_offer_async (YonderWebrtcPeer *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  YonderSenderMedia audio = { .twcc_id = TWCC_ID, .formats = { { .payload_type = OPUS_PAYLOAD_TYPE } }, .n_formats = 1 };
  YonderSenderMedia video = { .is_video = TRUE, .mline_index = 1, .twcc_id = TWCC_ID };
  GError *error = NULL;

  g_task_set_source_tag (task, yonder_webrtc_peer_create_offer_async);
  list_formats (&video);
  if (!add_sender (self, &audio, &error) || !add_sender (self, &video, &error)) {
    g_task_return_error (task, error);
    return;
  }
  yonder_webrtc_servers_prepare_async (self->servers, cancellable, on_ready_to_offer, g_object_ref (task));
}

/* What the offer holds besides our two m-lines is neither sent nor received. */
static void
silence_other_media (YonderWebrtcPeer *self)
{
  g_autoptr (GArray) transceivers = NULL;

  g_signal_emit_by_name (self->webrtcbin, "get-transceivers", &transceivers);
  for (guint i = 0; i < transceivers->len; i++) {
    GstWebRTCRTPTransceiver *transceiver = g_array_index (transceivers, GstWebRTCRTPTransceiver *, i);
    guint mline_index;

    g_object_get (transceiver, "mlineindex", &mline_index, NULL);
    if ((self->audio_sender != NULL && yonder_sender_get_mline (self->audio_sender) == mline_index) ||
        (self->video_sender != NULL && yonder_sender_get_mline (self->video_sender) == mline_index))
      continue;
    g_object_set (transceiver, "direction", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_INACTIVE, NULL);
  }
}

static void
on_offer_set (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  YonderWebrtcPeer *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!yonder_webrtc_promise_finish (GST_ELEMENT (source), result, NULL, &error)) {
    g_task_return_error (task, error);
    return;
  }
  silence_other_media (self);
  yonder_webrtc_peer_watch_transport (self);
  yonder_webrtc_promise_async (self->webrtcbin, "create-answer", NULL, g_task_get_cancellable (task), on_local_created,
                               g_object_ref (task));
}

static void
on_ready_to_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  YonderWebrtcPeer *self = g_task_get_source_object (task);

  if (finish_preparing (self, result, task))
    yonder_webrtc_promise_async (self->webrtcbin, "set-remote-description", g_task_get_task_data (task), g_task_get_cancellable (task),
                                 on_offer_set, g_object_ref (task));
}

/* A description that webrtcbin refuses is one that we cannot take, whatever the reason. */
static GstWebRTCSessionDescription *
prepare_offer (YonderWebrtcPeer *self, const char *text, GError **error)
{
  YonderSenderMedia audio, video;
  gboolean has_audio, has_video;

  self->remote = read_remote (text, error);
  if (self->remote == NULL)
    return NULL;

  has_audio = read_media (self->remote, FALSE, &audio);
  has_video = read_media (self->remote, TRUE, &video);
  if (!has_audio && !has_video) {
    g_set_error (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_NO_CODEC,
                 "The other side offers neither sound nor pictures in a form that is understood here");
    return NULL;
  }
  if ((has_audio && !add_sender (self, &audio, error)) || (has_video && !add_sender (self, &video, error)))
    return NULL;
  return make_remote_offer (text, error);
}

/**
 * yonder_webrtc_peer_accept_offer_async:
 * @self: a peer without descriptions
 * @sdp: the peer's offer, as it came from the network
 * @cancellable: (nullable): to give up waiting
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Takes the offer, makes the answer in its payload types and header extensions, and sets both.
 */
void
yonder_webrtc_peer_accept_offer_async (YonderWebrtcPeer *self, const char *sdp, GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GstWebRTCSessionDescription *offer;
  GError *error = NULL;

  g_task_set_source_tag (task, yonder_webrtc_peer_accept_offer_async);
  offer = prepare_offer (self, sdp, &error);
  if (offer == NULL) {
    g_task_return_error (task, error);
    return;
  }
  g_task_set_task_data (task, offer, (GDestroyNotify) gst_webrtc_session_description_free);
  yonder_webrtc_servers_prepare_async (self->servers, cancellable, on_ready_to_answer, g_object_ref (task));
}

static void
on_answer_set (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  YonderWebrtcPeer *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!yonder_webrtc_promise_finish (GST_ELEMENT (source), result, NULL, &error)) {
    g_task_return_error (task, error);
    return;
  }
  if (!choose_video (self, &error) || !yonder_webrtc_peer_take_negotiated (self, &error)) {
    g_task_return_error (task, error);
    return;
  }
  g_task_return_pointer (task, g_strdup (""), g_free);
  yonder_webrtc_peer_check_certificate (self);
}

/**
 * yonder_webrtc_peer_accept_answer_async:
 * @self: a peer with an offer made
 * @sdp: the peer's answer, as it came from the network
 * @cancellable: (nullable): to give up waiting
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Takes the answer.
 */
void
yonder_webrtc_peer_accept_answer_async (YonderWebrtcPeer *self, const char *sdp, GCancellable *cancellable, GAsyncReadyCallback callback,
                                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GstWebRTCSessionDescription) answer = NULL;
  GError *error = NULL;

  g_task_set_source_tag (task, yonder_webrtc_peer_accept_answer_async);
  self->remote = read_remote (sdp, &error);
  answer = self->remote != NULL ? make_remote_answer (self, sdp, &error) : NULL;
  if (answer == NULL) {
    g_task_return_error (task, error);
    return;
  }
  yonder_webrtc_promise_async (self->webrtcbin, "set-remote-description", answer, cancellable, on_answer_set, g_object_ref (task));
}

/* Returns: (transfer full) (nullable): our description, "" after an answer was taken, or %NULL with a [error@Yonder.MediaError] or
 *   %G_IO_ERROR_CANCELLED */
char *
yonder_webrtc_peer_negotiate_finish (YonderWebrtcPeer *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
