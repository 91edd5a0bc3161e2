/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-webrtc-peer-private.h"

#include "yonder-certificate.h"
#include "yonder-ice-tuning.h"
#include "yonder-sdp-repair.h"
#include "yonder-webrtc-promise.h"
#include "yonder-webrtc-servers.h"

G_DEFINE_FINAL_TYPE (YonderWebrtcPeer, yonder_webrtc_peer, G_TYPE_OBJECT)

static guint signals[YONDER_PEER_N_SIGNALS];

/* How long the jitter buffer waits for a packet: pictures are later by as much, and a retransmission must fit in. */
#define JITTER_LATENCY_MS 60

static void
gathered_free (gpointer data)
{
  YonderGathered *gathered = data;

  g_free (gathered->text);
  g_free (gathered);
}

void
yonder_webrtc_peer_fail (YonderWebrtcPeer *self, GError *error)
{
  g_signal_emit (self, signals[YONDER_PEER_SIGNAL_FAILED], 0, error);
}

/* Candidates of ours that came before our description had a text: their mid and ufrag stand there. */
void
yonder_webrtc_peer_send_gathered (YonderWebrtcPeer *self)
{
  while (self->local != NULL && self->gathered->len > 0) {
    g_autoptr (GError) error = NULL;
    g_autoptr (YonderIceCandidate) candidate = NULL;
    YonderGathered *gathered = g_ptr_array_steal_index (self->gathered, 0);
    const YonderSdpMedia *media = gathered->mline_index < yonder_sdp_get_n_media (self->local)
                                  ? yonder_sdp_get_media (self->local, gathered->mline_index) : NULL;
    const char *mid = media != NULL ? media->mid : NULL;
    const char *ufrag = media != NULL ? media->ufrag : NULL;

    if (gathered->text[0] == '\0') {
      candidate = yonder_ice_candidate_new_end (mid, gathered->mline_index, ufrag);
    } else {
      g_autofree char *text = self->context.relay_only ? yonder_sdp_blank_related_addresses (gathered->text) : g_strdup (gathered->text);

      candidate = yonder_ice_candidate_parse (text, mid, gathered->mline_index, ufrag, &error);
    }
    if (candidate != NULL)
      g_signal_emit (self, signals[YONDER_PEER_SIGNAL_CANDIDATE], 0, candidate);
    else
      g_message ("a candidate of our own was not understood: %s", error->message);
    gathered_free (gathered);
  }
}

/* --- The ICE agent --- */

static void
take_gathered (gpointer object, gpointer data)
{
  YonderWebrtcPeer *self = object;
  YonderGathered *gathered = data;

  if (self->is_closed)
    return;

  g_ptr_array_add (self->gathered, g_memdup2 (&(YonderGathered) { gathered->mline_index, g_strdup (gathered->text) }, sizeof *gathered));
  yonder_webrtc_peer_send_gathered (self);
}

static void
on_ice_candidate (GstElement *webrtcbin, guint mline_index, const char *text, gpointer post)
{
  YonderGathered *gathered = g_new (YonderGathered, 1);

  *gathered = (YonderGathered) { mline_index, g_strdup (text != NULL ? text : "") };
  yonder_post_send (post, take_gathered, gathered, gathered_free);
}

/* GStreamer numbers the states otherwise than webrtc-pc. */
static YonderIceState
ice_state_from_gst (GstWebRTCICEConnectionState state)
{
  switch (state) {
    case GST_WEBRTC_ICE_CONNECTION_STATE_NEW: return YONDER_ICE_STATE_NEW;
    case GST_WEBRTC_ICE_CONNECTION_STATE_CHECKING: return YONDER_ICE_STATE_CHECKING;
    case GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED: return YONDER_ICE_STATE_CONNECTED;
    case GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED: return YONDER_ICE_STATE_COMPLETED;
    case GST_WEBRTC_ICE_CONNECTION_STATE_FAILED: return YONDER_ICE_STATE_FAILED;
    case GST_WEBRTC_ICE_CONNECTION_STATE_DISCONNECTED: return YONDER_ICE_STATE_DISCONNECTED;
    case GST_WEBRTC_ICE_CONNECTION_STATE_CLOSED: return YONDER_ICE_STATE_CLOSED;
    default: return YONDER_ICE_STATE_NEW;
  }
}

static void
take_ice_state (gpointer object, gpointer data)
{
  YonderWebrtcPeer *self = object;
  YonderIceState state = ice_state_from_gst (GPOINTER_TO_INT (data));

  if (self->is_closed)
    return;
  if (state == YONDER_ICE_STATE_CONNECTED || state == YONDER_ICE_STATE_COMPLETED) {
    yonder_ice_tuning_note_path (self->webrtcbin);
    yonder_late_tcp_note_path (self->late_tcp);
  }
  g_signal_emit (self, signals[YONDER_PEER_SIGNAL_ICE_STATE], 0, state);
}

static void
on_ice_connection_state (GstElement *webrtcbin, GParamSpec *pspec, gpointer post)
{
  GstWebRTCICEConnectionState state;

  g_object_get (webrtcbin, "ice-connection-state", &state, NULL);
  yonder_post_send (post, take_ice_state, GINT_TO_POINTER (state), NULL);
}

/* Whether the peer wants what @sender sends: webrtcbin would send it in any case. */
static gboolean
is_wanted (YonderWebrtcPeer *self, YonderSender *sender)
{
  const YonderSdpMedia *media;

  if (sender == NULL || !yonder_sender_is_chosen (sender) || yonder_sender_get_mline (sender) >= yonder_sdp_get_n_media (self->remote))
    return FALSE;

  media = yonder_sdp_get_media (self->remote, yonder_sender_get_mline (sender));
  return !yonder_sdp_media_is_rejected (media) &&
         (media->direction == YONDER_SDP_SENDRECV || media->direction == YONDER_SDP_RECVONLY);
}

static void
open_ways (YonderWebrtcPeer *self)
{
  gboolean send_audio = is_wanted (self, self->audio_sender);
  gboolean send_video = is_wanted (self, self->video_sender);
  YonderSender *measured = send_video ? self->video_sender : send_audio ? self->audio_sender : NULL;

  self->is_secured = TRUE;
  yonder_receiver_open (self->receiver);
  if (send_audio)
    yonder_sender_set_open (self->audio_sender, TRUE);
  if (send_video) {
    yonder_sender_set_open (self->video_sender, TRUE);
    yonder_video_capture_force_keyframe (yonder_capture_get_video (self->context.capture));
  }
  if (measured != NULL && yonder_sender_has_feedback (measured))
    yonder_rate_control_watch_feedback (self->rate_control, yonder_sender_get_exit (measured));
  g_signal_emit (self, signals[YONDER_PEER_SIGNAL_SECURED], 0);
  if (!self->is_closed)
    yonder_webrtc_channel_allow (self->channel, self->transport);
}

/* RFC 8122 section 6.2, RFC 8827 section 6.5: of each hash that is strong enough one fingerprint must be that of the certificate. */
static gboolean
matches_fingerprints (const YonderSdp *remote, const char *pem, GError **error)
{
  g_autoptr (GPtrArray) fingerprints = yonder_sdp_collect_fingerprints (remote);
  g_autoptr (GHashTable) matched = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < fingerprints->len; i++) {
    YonderSdpFingerprint *fingerprint = g_ptr_array_index (fingerprints, i);

    if (!yonder_certificate_hash_is_acceptable (fingerprint->hash))
      continue;
    if (!g_hash_table_contains (matched, fingerprint->hash))
      g_hash_table_insert (matched, fingerprint->hash, GINT_TO_POINTER (FALSE));
    if (yonder_certificate_check (pem, fingerprint->hash, fingerprint->value, NULL))
      g_hash_table_insert (matched, fingerprint->hash, GINT_TO_POINTER (TRUE));
  }

  if (g_hash_table_size (matched) > 0) {
    GHashTableIter iter;
    gpointer is_matched;

    g_hash_table_iter_init (&iter, matched);
    while (g_hash_table_iter_next (&iter, NULL, &is_matched)) {
      if (!is_matched)
        goto refuse;
    }
    return TRUE;
  }

refuse:
  g_set_error (error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FINGERPRINT,
               "The other side's certificate is not the one that its description named: somebody may be listening in");
  return FALSE;
}

/* Opens both ways once the descriptions are set and the peer's certificate agrees with its own. webrtcbin 1.26 compares nothing. */
void
yonder_webrtc_peer_check_certificate (YonderWebrtcPeer *self)
{
  g_autoptr (GError) error = NULL;

  if (self->is_closed || self->is_secured || !self->is_negotiated || self->remote_pem == NULL)
    return;

  if (matches_fingerprints (self->remote, self->remote_pem, &error))
    open_ways (self);
  else
    yonder_webrtc_peer_fail (self, error);
}

static void
take_certificate (gpointer object, gpointer data)
{
  YonderWebrtcPeer *self = object;

  if (self->remote_pem != NULL)
    return;

  self->remote_pem = g_strdup (data);
  yonder_webrtc_peer_check_certificate (self);
}

static void
take_dtls_failure (gpointer object, gpointer data)
{
  YonderWebrtcPeer *self = object;

  if (!self->is_closed) {
    g_autoptr (GError) error = g_error_new_literal (YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_DTLS,
                                                    "The encrypted connection to the other side could not be set up");

    yonder_webrtc_peer_fail (self, error);
  }
}

static void
on_dtls_state (GstWebRTCDTLSTransport *transport, GParamSpec *pspec, gpointer post)
{
  GstWebRTCDTLSTransportState state;
  char *pem = NULL;

  g_object_get (transport, "state", &state, NULL);
  if (state == GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED) {
    g_object_get (transport, "remote-certificate", &pem, NULL);
    if (pem != NULL)
      yonder_post_send (post, take_certificate, pem, g_free);
  } else if (state == GST_WEBRTC_DTLS_TRANSPORT_STATE_FAILED) {
    yonder_post_send (post, take_dtls_failure, NULL, NULL);
  }
}

static YonderDtlsState
get_dtls_state (YonderWebrtcPeer *self)
{
  GstWebRTCDTLSTransportState state = GST_WEBRTC_DTLS_TRANSPORT_STATE_NEW;

  if (self->transport != NULL)
    g_object_get (self->transport, "state", &state, NULL);
  switch (state) {
    case GST_WEBRTC_DTLS_TRANSPORT_STATE_NEW:
      return YONDER_DTLS_NEW;
    case GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTING:
      return YONDER_DTLS_CONNECTING;
    case GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED:
      return YONDER_DTLS_CONNECTED;
    case GST_WEBRTC_DTLS_TRANSPORT_STATE_CLOSED:
      return YONDER_DTLS_CLOSED;
    case GST_WEBRTC_DTLS_TRANSPORT_STATE_FAILED:
      return YONDER_DTLS_FAILED;
  }
  return YONDER_DTLS_NEW;
}

/* The transport of the bundle is there once a description is made or set; until then this does nothing. */
void
yonder_webrtc_peer_watch_transport (YonderWebrtcPeer *self)
{
  g_autoptr (GArray) transceivers = NULL;

  if (self->transport != NULL || self->is_closed)
    return;

  g_signal_emit_by_name (self->webrtcbin, "get-transceivers", &transceivers);
  for (guint i = 0; i < transceivers->len && self->transport == NULL; i++) {
    GstWebRTCRTPTransceiver *transceiver = g_array_index (transceivers, GstWebRTCRTPTransceiver *, i);
    g_autoptr (GstWebRTCRTPSender) sender = NULL;

    g_object_get (transceiver, "sender", &sender, NULL);
    if (sender != NULL)
      g_object_get (sender, "transport", &self->transport, NULL);
  }
  if (self->transport == NULL)
    return;

  g_signal_connect_data (self->transport, "notify::state", G_CALLBACK (on_dtls_state), yonder_post_ref (self->post),
                         yonder_post_closure_unref, 0);
  on_dtls_state (self->transport, NULL, self->post);
}

/* webrtcbin's thread. Without this every peer connection of the process would have the same certificate; and clocksync would hold every
 * packet back by the latency of its source, which is already paced. */
static void
on_deep_element_added (GstBin *webrtcbin, GstBin *parent, GstElement *element, gpointer pem)
{
  GstElementFactory *factory = gst_element_get_factory (element);
  const char *name = factory != NULL ? GST_OBJECT_NAME (factory) : "";

  if (g_str_equal (name, "dtlssrtpdec"))
    g_object_set (element, "pem", pem, NULL);
  else if (g_str_equal (name, "clocksync"))
    g_object_set (element, "sync", FALSE, NULL);
}

static void
free_closure_data (gpointer data, GClosure *closure)
{
  g_free (data);
}

static void
on_channel_open (YonderWebrtcPeer *self)
{
  g_signal_emit (self, signals[YONDER_PEER_SIGNAL_CHANNEL], 0, TRUE);
}

static void
on_channel_shut (YonderWebrtcPeer *self)
{
  g_signal_emit (self, signals[YONDER_PEER_SIGNAL_CHANNEL], 0, FALSE);
}

static void
on_channel_message (YonderWebrtcPeer *self, const char *text)
{
  g_signal_emit (self, signals[YONDER_PEER_SIGNAL_MESSAGE], 0, text);
}

static void
connect_channel (YonderWebrtcPeer *self)
{
  g_signal_connect_object (self->channel, "open", G_CALLBACK (on_channel_open), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->channel, "shut", G_CALLBACK (on_channel_shut), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->channel, "message", G_CALLBACK (on_channel_message), self, G_CONNECT_SWAPPED);
}

static void
connect_webrtcbin (YonderWebrtcPeer *self)
{
  g_signal_connect_data (self->webrtcbin, "deep-element-added", G_CALLBACK (on_deep_element_added), g_strdup (self->pem),
                         free_closure_data, 0);
  g_signal_connect_data (self->webrtcbin, "on-ice-candidate", G_CALLBACK (on_ice_candidate), yonder_post_ref (self->post),
                         yonder_post_closure_unref, 0);
  g_signal_connect_data (self->webrtcbin, "notify::ice-connection-state", G_CALLBACK (on_ice_connection_state),
                         yonder_post_ref (self->post), yonder_post_closure_unref, 0);
  yonder_rate_control_watch_elements (self->rate_control, self->webrtcbin);
  yonder_receiver_connect (self->receiver, self->webrtcbin);
}

static void
connect_receiver (YonderWebrtcPeer *self)
{
  for (guint video = 0; video < 2; video++) {
    g_autoptr (GstPad) entry = yonder_playback_get_entry (self->context.playback, video);

    gst_pad_link_full (yonder_receiver_get_exit (self->receiver, video), entry, YONDER_LINK_UNCHECKED);
  }
}

/* What the peer takes of the pictures that it agreed to. */
static void
read_limits (YonderWebrtcPeer *self, YonderVideoLimits *limits)
{
  YonderVideoCodec codec = yonder_sender_get_codec (self->video_sender);
  guint mline = yonder_sender_get_mline (self->video_sender);
  const YonderSdpCodec *format = mline < yonder_sdp_get_n_media (self->remote)
                                 ? yonder_video_codec_find (yonder_sdp_get_media (self->remote, mline), codec) : NULL;

  if (format != NULL)
    yonder_video_limits_read (limits, codec, format);
}

static gboolean
connect_senders (YonderWebrtcPeer *self, GError **error)
{
  YonderCapture *capture = self->context.capture;
  YonderVideoLimits limits = { 0 };

  if (self->audio_sender != NULL)
    self->audio_output = yonder_audio_capture_open_output (yonder_capture_get_audio (capture), yonder_sender_get_entry (self->audio_sender));
  if (self->video_sender != NULL && yonder_sender_is_chosen (self->video_sender)) {
    read_limits (self, &limits);
    self->video_output = yonder_video_capture_open_output (yonder_capture_get_video (capture), yonder_sender_get_codec (self->video_sender),
                                                           &limits, yonder_sender_get_entry (self->video_sender), error);
    if (self->video_output == NULL)
      return FALSE;
  }
  return TRUE;
}

/**
 * yonder_webrtc_peer_take_negotiated:
 * @self: the peer, both of whose descriptions are set now
 * @error: return location for a [error@Yonder.MediaError]
 *
 * Leads what is encoded as far as the senders' valves, so that webrtcbin makes ready for it while ICE is at work. From now on
 * yonder_webrtc_peer_check_certificate() may open them.
 *
 * Returns: %TRUE, or %FALSE with %YONDER_MEDIA_ERROR_MISSING_PLUGIN or %YONDER_MEDIA_ERROR_FAILED
 */
gboolean
yonder_webrtc_peer_take_negotiated (YonderWebrtcPeer *self, GError **error)
{
  if (self->is_negotiated)
    return TRUE;
  if (!connect_senders (self, error))
    return FALSE;

  self->is_negotiated = TRUE;
  yonder_webrtc_peer_watch_transport (self);
  return TRUE;
}

static void
disconnect_senders (YonderWebrtcPeer *self)
{
  if (self->audio_output != NULL)
    yonder_audio_capture_close_output (yonder_capture_get_audio (self->context.capture), g_steal_pointer (&self->audio_output));
  if (self->video_output != NULL)
    yonder_video_capture_close_output (yonder_capture_get_video (self->context.capture), g_steal_pointer (&self->video_output));
}

static void
yonder_webrtc_peer_dispose (GObject *object)
{
  yonder_webrtc_peer_close (YONDER_WEBRTC_PEER (object));

  G_OBJECT_CLASS (yonder_webrtc_peer_parent_class)->dispose (object);
}

static void
yonder_webrtc_peer_finalize (GObject *object)
{
  YonderWebrtcPeer *self = YONDER_WEBRTC_PEER (object);

  g_clear_pointer (&self->receiver, yonder_receiver_unref);
  g_clear_object (&self->rate_control);
  g_clear_pointer (&self->inspector, yonder_ice_inspector_free);
  g_clear_object (&self->servers);
  g_clear_object (&self->channel);
  g_clear_pointer (&self->audio_sender, yonder_sender_free);
  g_clear_pointer (&self->video_sender, yonder_sender_free);
  g_clear_object (&self->transport);
  g_clear_pointer (&self->remote, yonder_sdp_free);
  g_clear_pointer (&self->local, yonder_sdp_free);
  g_clear_pointer (&self->gathered, g_ptr_array_unref);
  g_clear_pointer (&self->post, yonder_post_unref);
  g_free (self->pem);
  g_free (self->fingerprint);
  g_free (self->remote_pem);

  G_OBJECT_CLASS (yonder_webrtc_peer_parent_class)->finalize (object);
}

static void
yonder_webrtc_peer_class_init (YonderWebrtcPeerClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GType type = G_TYPE_FROM_CLASS (class);

  object_class->dispose = yonder_webrtc_peer_dispose;
  object_class->finalize = yonder_webrtc_peer_finalize;

  signals[YONDER_PEER_SIGNAL_CANDIDATE] = g_signal_new ("candidate", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                                        YONDER_TYPE_ICE_CANDIDATE);
  signals[YONDER_PEER_SIGNAL_ICE_STATE] = g_signal_new ("ice-state", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                                        YONDER_TYPE_ICE_STATE);
  signals[YONDER_PEER_SIGNAL_SECURED] = g_signal_new ("secured", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[YONDER_PEER_SIGNAL_CHANNEL] = g_signal_new ("channel", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[YONDER_PEER_SIGNAL_MESSAGE] = g_signal_new ("message", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[YONDER_PEER_SIGNAL_FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
yonder_webrtc_peer_init (YonderWebrtcPeer *self)
{
  self->gathered = g_ptr_array_new_with_free_func (gathered_free);
  self->post = yonder_post_new (self);
}

/**
 * yonder_webrtc_peer_new:
 * @context: the surroundings; copied
 * @error: return location for a [error@Yonder.MediaError]
 *
 * Puts a fresh webrtcbin with a certificate of its own into the pipeline. Nothing is gathered or sent before a description is made.
 *
 * Returns: (transfer full) (nullable): the peer, or %NULL with %YONDER_MEDIA_ERROR_MISSING_PLUGIN or %YONDER_MEDIA_ERROR_FAILED
 */
YonderWebrtcPeer *
yonder_webrtc_peer_new (const YonderPeerContext *context, GError **error)
{
  g_autoptr (YonderWebrtcPeer) self = g_object_new (YONDER_TYPE_WEBRTC_PEER, NULL);

  self->context = *context;
  self->pem = yonder_certificate_generate (error);
  if (self->pem == NULL)
    return NULL;
  self->fingerprint = yonder_certificate_fingerprint (self->pem, "sha-256", error);
  if (self->fingerprint == NULL)
    return NULL;
  self->webrtcbin = yonder_element_make ("webrtcbin", error);
  if (self->webrtcbin == NULL)
    return NULL;

  g_object_set (self->webrtcbin, "bundle-policy", GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE, "latency", JITTER_LATENCY_MS, NULL);
  yonder_ice_tuning_apply (self->webrtcbin);
  self->late_tcp = yonder_late_tcp_new (self->webrtcbin, context->config->clock);
  self->inspector = yonder_ice_inspector_new (self->webrtcbin);
  self->servers = yonder_webrtc_servers_new (self->webrtcbin, context->ice_servers, context->relay_only, context->config->tls_database,
                                             context->config->clock);
  yonder_ice_inspector_set_servers (self->inspector, self->servers);
  self->channel = yonder_webrtc_channel_new (self->webrtcbin);
  connect_channel (self);

  self->bin = gst_object_ref_sink (gst_bin_new (NULL));
  gst_bin_add (GST_BIN (self->bin), self->webrtcbin);
  self->receiver = yonder_receiver_new (self->bin);
  self->rate_control = yonder_rate_control_new (context->capture, context->config);
  connect_webrtcbin (self);

  gst_bin_add (GST_BIN (context->pipeline), self->bin);
  connect_receiver (self);
  gst_element_sync_state_with_parent (self->bin);
  return g_steal_pointer (&self);
}

/**
 * yonder_webrtc_peer_close:
 * @self: the peer
 *
 * Takes the connection out of the pipeline, which goes on without it, and lets it stop in a thread of its own. What waits on it ends with
 * %G_IO_ERROR_CANCELLED; no signal comes any more. Calling it again does nothing.
 */
void
yonder_webrtc_peer_close (YonderWebrtcPeer *self)
{
  if (self->is_closed)
    return;

  self->is_closed = TRUE;
  g_clear_pointer (&self->late_tcp, yonder_late_tcp_free);
  if (self->bin == NULL)
    return;

  yonder_ice_inspector_close (self->inspector, get_dtls_state (self));
  yonder_webrtc_servers_close (self->servers);
  yonder_webrtc_channel_close (self->channel);
  yonder_rate_control_close (self->rate_control);
  yonder_receiver_close (self->receiver);
  yonder_webrtc_promise_cancel_all (self->webrtcbin);
  disconnect_senders (self);
  for (guint video = 0; video < 2; video++) {
    g_autoptr (GstPad) entry = yonder_playback_get_entry (self->context.playback, video);

    gst_pad_unlink (yonder_receiver_get_exit (self->receiver, video), entry);
  }
  self->webrtcbin = NULL;
  yonder_teardown_drop (self->context.teardown, g_steal_pointer (&self->bin));
}

/**
 * yonder_webrtc_peer_apply_candidate:
 * @self: the peer, with a remote description
 * @mline_index: the m-line that it is for
 * @text: a candidate that was checked (webrtcbin takes anything else for the end), or "" for the end
 */
void
yonder_webrtc_peer_apply_candidate (YonderWebrtcPeer *self, guint mline_index, const char *text)
{
  if (!self->is_closed && !yonder_late_tcp_hold (self->late_tcp, mline_index, text))
    g_signal_emit_by_name (self->webrtcbin, "add-ice-candidate", mline_index, text);
}

/* Returns: whether it is on its way; %FALSE where there is no channel, or not yet */
gboolean
yonder_webrtc_peer_send_message (YonderWebrtcPeer *self, const char *text)
{
  return !self->is_closed && yonder_webrtc_channel_send (self->channel, text);
}

YonderRateControl *
yonder_webrtc_peer_get_rate_control (YonderWebrtcPeer *self)
{
  return self->rate_control;
}

/* Returns: (transfer full): what ICE has done; of a closed connection, what it did */
YonderIceReport *
yonder_webrtc_peer_dup_ice_report (YonderWebrtcPeer *self)
{
  return yonder_ice_inspector_take_report (self->inspector, get_dtls_state (self));
}

const YonderSdp *
yonder_webrtc_peer_get_remote (YonderWebrtcPeer *self)
{
  return self->remote;
}

/* Returns: (transfer full) (nullable): made of the certificates that are really in use; %NULL before the peer's was checked */
char *
yonder_webrtc_peer_dup_safety_code (YonderWebrtcPeer *self)
{
  return self->is_secured ? yonder_certificate_safety_code (self->pem, self->remote_pem, NULL) : NULL;
}

/* Returns: (transfer none) (nullable): %NULL once closed */
GstElement *
yonder_webrtc_peer_get_webrtcbin (YonderWebrtcPeer *self)
{
  return self->webrtcbin;
}

gboolean
yonder_webrtc_peer_sends_video (YonderWebrtcPeer *self)
{
  return self->is_secured && is_wanted (self, self->video_sender);
}

/* Before the certificate is known to be the peer's nobody has said anything that counts. */
gboolean
yonder_webrtc_peer_can_send_video (YonderWebrtcPeer *self)
{
  return !self->is_secured || is_wanted (self, self->video_sender);
}

/* Returns: whether sound and picture go on after an error of @source, which is a part of this connection */
gboolean
yonder_webrtc_peer_survives (YonderWebrtcPeer *self, GstObject *source)
{
  return yonder_webrtc_channel_handle_error (self->channel, source);
}

/* Returns: whether @object is a part of this connection */
gboolean
yonder_webrtc_peer_owns (YonderWebrtcPeer *self, GstObject *object)
{
  return self->bin != NULL && gst_object_has_as_ancestor (object, GST_OBJECT (self->bin));
}
