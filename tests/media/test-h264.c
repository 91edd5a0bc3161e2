/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Peers that know no VP8, or want H264: webrtcbin on its own, with H264 alone in its offer, and sessions that answer ours so. Judged by the
 * pictures that both ends decode. */

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>
#include <string.h>

#include "media-pair.h"
#include "yonder-sdp.h"

#define PEER \
  "webrtcbin name=peer bundle-policy=max-bundle " \
  "videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=30/1 ! openh264enc ! rtph264pay config-interval=-1 mtu=1200 " \
  "! capsfilter caps=application/x-rtp,media=video,encoding-name=H264,payload=102,clock-rate=90000,packetization-mode=(string)1 ! peer."

typedef struct {
  GstElement         *pipeline;
  GstElement         *webrtcbin; /* borrowed */
  YonderMediaSession *session;
  GAsyncQueue        *candidates; /* of webrtcbin's thread: text */
  char               *answer;     /* (nullable) */
  GError             *error;      /* (nullable) */
  gint                n_pictures; /* atomic: decoded by webrtcbin's side */
  gint                sent_width_px, sent_height_px; /* atomic: of these pictures */
  guint               n_first_frame, width_px;
} Fixture;

static void
on_decoded (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer data)
{
  Fixture *self = data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  int width_px = 0, height_px = 0;

  gst_structure_get (gst_caps_get_structure (caps, 0), "width", G_TYPE_INT, &width_px, "height", G_TYPE_INT, &height_px, NULL);
  g_atomic_int_set (&self->sent_width_px, width_px);
  g_atomic_int_set (&self->sent_height_px, height_px);
  g_atomic_int_inc (&self->n_pictures);
}

static void
on_pad_added (GstElement *webrtcbin, GstPad *pad, Fixture *self)
{
  GstElement *decoder = gst_parse_bin_from_description ("rtph264depay ! h264parse ! openh264dec ! fakesink name=sink signal-handoffs=true async=false", TRUE, NULL);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (decoder), "sink");
  g_autoptr (GstPad) entry = gst_element_get_static_pad (decoder, "sink");

  g_signal_connect (sink, "handoff", G_CALLBACK (on_decoded), self);
  gst_bin_add (GST_BIN (self->pipeline), decoder);
  gst_element_sync_state_with_parent (decoder);
  gst_pad_link (pad, entry);
}

static void
on_candidate_of_peer (GstElement *webrtcbin, guint mline_index, const char *text, Fixture *self)
{
  if (text != NULL && text[0] != '\0')
    g_async_queue_push (self->candidates, g_strdup (text));
}

static void
on_candidate_of_session (YonderMediaSession *session, YonderIceCandidate *candidate, gint64 generation, Fixture *self)
{
  if (!yonder_ice_candidate_is_end (candidate))
    g_signal_emit_by_name (self->webrtcbin, "add-ice-candidate", 0, yonder_ice_candidate_get_text (candidate));
}

static void
on_first_frame (YonderMediaSession *session, guint width_px, guint height_px, Fixture *self)
{
  self->n_first_frame++;
  self->width_px = width_px;
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *self = data;

  self->answer = yonder_media_session_accept_offer_finish (YONDER_MEDIA_SESSION (source), result, &self->error);
}

/* The waiting is in a test's thread, which nobody needs meanwhile. */
static GstWebRTCSessionDescription *
request (GstElement *webrtcbin, const char *action, GstWebRTCSessionDescription *description)
{
  g_autoptr (GstPromise) promise = gst_promise_new ();
  GstWebRTCSessionDescription *offer = NULL;
  const GstStructure *reply;

  if (description != NULL)
    g_signal_emit_by_name (webrtcbin, action, description, promise);
  else
    g_signal_emit_by_name (webrtcbin, action, NULL, promise);
  g_assert_cmpint (gst_promise_wait (promise), ==, GST_PROMISE_RESULT_REPLIED);
  reply = gst_promise_get_reply (promise);
  g_assert_false (reply != NULL && gst_structure_has_field (reply, "error"));
  if (reply != NULL)
    gst_structure_get (reply, "offer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &offer, NULL);
  return offer;
}

static void
on_negotiation_needed (GstElement *webrtcbin, gint *is_needed)
{
  g_atomic_int_set (is_needed, TRUE);
}

/* The encoder names the level of its pictures, if any; a browser offers what it can take. */
static char *
replace_profile (const char *sdp, const char *profile)
{
  g_autoptr (GRegex) mode = g_regex_new ("packetization-mode=1[^\r]*", 0, 0, NULL);
  g_autofree char *parameters = g_strconcat ("packetization-mode=1;profile-level-id=", profile, NULL);

  return g_regex_replace_literal (mode, sdp, -1, 0, parameters, 0, NULL);
}

/* Offers, and hands the offer to the session. */
static void
fixture_offer (Fixture *self, const char *profile)
{
  g_autoptr (GstWebRTCSessionDescription) offer = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;
  g_autofree char *text = NULL;
  g_autofree char *altered = NULL;
  gint is_needed = FALSE;

  self->candidates = g_async_queue_new_full (g_free);
  self->pipeline = gst_parse_launch (PEER, &error);
  g_assert_no_error (error);
  self->webrtcbin = gst_bin_get_by_name (GST_BIN (self->pipeline), "peer");

  /* no search for routers on the network of whoever runs this */
  g_object_get (self->webrtcbin, "ice-agent", &ice, NULL);
  g_object_get (ice, "agent", &agent, NULL);
  g_object_set (agent, "upnp", FALSE, NULL);

  g_signal_connect (self->webrtcbin, "pad-added", G_CALLBACK (on_pad_added), self);
  g_signal_connect (self->webrtcbin, "on-ice-candidate", G_CALLBACK (on_candidate_of_peer), self);
  g_signal_connect (self->webrtcbin, "on-negotiation-needed", G_CALLBACK (on_negotiation_needed), &is_needed);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  wait_until (g_atomic_int_get (&is_needed));

  offer = request (self->webrtcbin, "create-offer", NULL);
  request (self->webrtcbin, "set-local-description", offer);
  text = gst_sdp_message_as_text (offer->sdp);
  altered = replace_profile (text, profile);
  g_assert_nonnull (strstr (altered, profile));
  yonder_media_session_accept_offer_async (self->session, altered, NULL, on_answer, self);
  wait_until (self->answer != NULL || self->error != NULL);
}

static void
fixture_clear (Fixture *self)
{
  yonder_media_session_close (self->session);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_object_unref (self->webrtcbin);
  gst_object_unref (self->pipeline);
  g_async_queue_unref (self->candidates);
  g_object_unref (self->session);
  g_free (self->answer);
  g_clear_error (&self->error);
}

static gboolean
skip_without_h264 (void)
{
  if (gst_registry_check_feature_version (gst_registry_get (), "openh264enc", 1, 0, 0))
    return FALSE;

  g_test_skip ("the H264 plug-in is not installed");
  return TRUE;
}

static YonderWebrtcFactory *
make_factory (void)
{
  YonderWebrtcFactory *factory = yonder_webrtc_factory_new ();

  yonder_webrtc_factory_set_source (factory, YONDER_SOURCE_TEST, NULL);
  yonder_webrtc_factory_set_video_size (factory, 320, 240, 30);
  yonder_webrtc_factory_set_play_audio (factory, FALSE);
  return factory;
}

static void
fixture_init (Fixture *self, YonderWebrtcFactory *factory)
{
  YonderMediaOptions options = { .send_video = TRUE };
  g_autoptr (GError) error = NULL;

  self->session = yonder_media_factory_create_session (YONDER_MEDIA_FACTORY (factory), &options, &error);
  g_assert_no_error (error);
  g_signal_connect (self->session, "candidate", G_CALLBACK (on_candidate_of_session), self);
  g_signal_connect (self->session, "first-frame", G_CALLBACK (on_first_frame), self);
}

static void
give_candidates (Fixture *self)
{
  char *text;

  while ((text = g_async_queue_try_pop (self->candidates)) != NULL) {
    g_autoptr (YonderIceCandidate) candidate = yonder_ice_candidate_parse (text, "video0", 0, NULL, NULL);

    g_assert_nonnull (candidate);
    yonder_media_session_add_candidate (self->session, candidate);
    g_free (text);
  }
}

static void
fixture_take_answer (Fixture *self)
{
  g_autoptr (GstSDPMessage) message = NULL;
  GstWebRTCSessionDescription *answer;

  g_assert_cmpint (gst_sdp_message_new_from_text (self->answer, &message), ==, GST_SDP_OK);
  answer = gst_webrtc_session_description_new (GST_WEBRTC_SDP_TYPE_ANSWER, g_steal_pointer (&message));
  request (self->webrtcbin, "set-remote-description", answer);
  gst_webrtc_session_description_free (answer);
}

static gboolean
has_pictures (Fixture *self)
{
  give_candidates (self);
  return self->n_first_frame > 0 && g_atomic_int_get (&self->n_pictures) > 20;
}

/* Both ways in H264, in the offer's payload type and parameters. */
static void
test_offer_of_h264 (void)
{
  g_autoptr (YonderWebrtcFactory) factory = make_factory ();
  Fixture self = { 0 };

  if (skip_without_h264 ())
    return;
  fixture_init (&self, factory);
  fixture_offer (&self, "42e01f");
  g_assert_no_error (self.error);
  g_assert_nonnull (strstr (self.answer, "a=rtpmap:102 H264/90000"));
  g_assert_nonnull (strstr (self.answer, "profile-level-id=42e01f"));

  fixture_take_answer (&self);
  wait_until (has_pictures (&self));
  g_assert_cmpuint (self.width_px, ==, 320);
  fixture_clear (&self);
}

/* Level 3.1 ends at 1280x720. */
static void
test_level (void)
{
  g_autoptr (YonderWebrtcFactory) factory = make_factory ();
  Fixture self = { 0 };

  if (skip_without_h264 ())
    return;
  yonder_webrtc_factory_set_video_size (factory, 1600, 900, 10);
  fixture_init (&self, factory);
  fixture_offer (&self, "42e01f");
  g_assert_no_error (self.error);
  fixture_take_answer (&self);
  wait_until (has_pictures (&self));
  g_assert_cmpint (g_atomic_int_get (&self.sent_width_px), ==, 1280);
  g_assert_cmpint (g_atomic_int_get (&self.sent_height_px), ==, 720);
  fixture_clear (&self);
}

/* High profile: our encoder's pictures would do, but nobody says that our decoder can take theirs. */
static void
test_other_profile (void)
{
  g_autoptr (YonderWebrtcFactory) factory = make_factory ();
  Fixture self = { 0 };

  if (skip_without_h264 ())
    return;
  fixture_init (&self, factory);
  fixture_offer (&self, "64001f");
  g_assert_error (self.error, YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_NO_CODEC);
  fixture_clear (&self);
}

/* What is left of an offer for one who knows no VP8 (96, and 97 for its retransmissions). */
static char *
take_out_vp8 (const char *sdp, gboolean is_offer)
{
  g_autoptr (GRegex) formats = g_regex_new ("(m=video .*SAVPF) 96", 0, 0, NULL);
  g_autoptr (GRegex) lines = g_regex_new ("a=(rtpmap|fmtp|rtcp-fb):96 [^\n]*\n", 0, 0, NULL);
  g_autofree char *rest = NULL;

  if (!is_offer)
    return g_strdup (sdp);
  rest = g_regex_replace (formats, sdp, -1, 0, "\\1", 0, NULL);
  return g_regex_replace_literal (lines, rest, -1, 0, "", 0, NULL);
}

/* An answer that lists both, H264 before VP8, as browsers that prefer it write it. */
static char *
put_vp8_last (const char *sdp, gboolean is_offer)
{
  g_autoptr (GRegex) formats = g_regex_new ("(m=video .*SAVPF[^\r]*)\r\n", 0, 0, NULL);

  if (is_offer)
    return take_out_vp8 (sdp, TRUE);
  return g_regex_replace (formats, sdp, -1, 0, "\\1 96\r\na=rtpmap:96 VP8/90000\r\n", 0, NULL);
}

/* What comes in VP8 after an answer of H264 alone is shown as well: the answerer, which takes our offer for one of both, sends so. */
static char *
claim_h264 (const char *sdp, gboolean is_offer)
{
  static const char h264[] = "m=video 9 UDP/TLS/RTP/SAVPF 102\r\na=rtpmap:102 H264/90000\r\n"
    "a=fmtp:102 packetization-mode=1;profile-level-id=42e01f\r\n";
  g_autoptr (GRegex) vp8 = g_regex_new ("a=(rtpmap|fmtp|rtcp-fb):9[67] [^\n]*\n", 0, 0, NULL);
  g_autoptr (GRegex) media = g_regex_new ("m=video [^\n]*\n", 0, 0, NULL);
  g_autofree char *rest = NULL;

  if (is_offer)
    return g_strdup (sdp);
  rest = g_regex_replace_literal (vp8, sdp, -1, 0, "", 0, NULL);
  return g_regex_replace_literal (media, rest, -1, 0, h264, 0, NULL);
}

static void
test_answer_not_kept (void)
{
  MediaPair *pair;

  if (skip_without_h264 ())
    return;
  pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);
  pair->alter = claim_h264;
  media_pair_negotiate (pair);
  wait_until (pair->is_negotiated);
  g_assert_no_error (pair->negotiation_error);
  wait_until (pair->ends[0].n_first_frame > 0 && pair->ends[0].n_pictures > 20);
  media_pair_free (pair);
}

/* Our offer has VP8 first and H264 after it; from an answer that wants H264 on, both ends send and decode it. */
static void
test_answer_of_h264 (gconstpointer alter)
{
  MediaPair *pair;
  const char *vp8, *h264;

  if (skip_without_h264 ())
    return;
  pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);
  pair->alter = (char *(*) (const char *, gboolean)) alter;
  pair->hold_offer = TRUE;
  media_pair_negotiate (pair);
  wait_until (pair->offer != NULL || pair->negotiation_error != NULL);
  g_assert_no_error (pair->negotiation_error);
  g_assert_null (strstr (pair->offer, "VP8"));

  media_pair_release_offer (pair);
  wait_until (pair->is_negotiated);
  g_assert_no_error (pair->negotiation_error);
  h264 = strstr (pair->answer, "H264/90000");
  vp8 = strstr (pair->answer, "VP8/90000");
  g_assert_nonnull (h264);
  g_assert_true ((vp8 != NULL) == (alter == put_vp8_last));

  for (guint i = 0; i < 2; i++) {
    wait_until (pair->ends[i].n_first_frame > 0 && pair->ends[i].n_pictures > 20 && pair->ends[i].n_first_audio > 0);
    g_assert_cmpuint (pair->ends[i].width_px, ==, 320);
  }
  media_pair_free (pair);
}

/* What everybody has goes first, and whoever knows both gets it; each has its own retransmissions and feedback. */
static void
test_offer_of_both (void)
{
  MediaPair *pair;
  g_autoptr (YonderSdp) offer = NULL;
  const YonderSdpMedia *video;
  const YonderSdpCodec *vp8, *h264;

  if (skip_without_h264 ())
    return;
  pair = media_pair_new (YONDER_SOURCE_TEST, YONDER_SOURCE_TEST, TRUE);
  media_pair_negotiate (pair);
  wait_until (pair->is_negotiated);
  g_assert_no_error (pair->negotiation_error);

  offer = yonder_sdp_parse (pair->offer, NULL);
  video = yonder_sdp_find_kind (offer, "video", NULL);
  vp8 = yonder_sdp_media_find_codec (video, "VP8", 90000);
  h264 = yonder_sdp_media_find_codec (video, "H264", 90000);
  g_assert_true (g_ptr_array_index (video->codecs, 0) == vp8);
  g_assert_nonnull (h264);
  g_assert_nonnull (strstr (h264->fmtp, "packetization-mode=1"));
  g_assert_nonnull (strstr (h264->fmtp, "profile-level-id=42e01f"));
  for (guint i = 0; i < 2; i++) {
    const YonderSdpCodec *codec = i == 0 ? vp8 : h264;

    g_assert_nonnull (yonder_sdp_media_find_rtx (video, codec->payload_type));
    g_assert_true (g_strv_contains ((const char * const *) codec->feedback, "nack"));
    g_assert_true (g_strv_contains ((const char * const *) codec->feedback, "nack pli"));
    g_assert_true (g_strv_contains ((const char * const *) codec->feedback, "transport-cc"));
  }
  for (char *ssrc = strstr (pair->offer, "a=ssrc:"); ssrc != NULL; ssrc = strstr (ssrc + 1, "a=ssrc:")) {
    g_autofree char *line = g_strndup (ssrc, strcspn (ssrc, "\r"));

    g_assert_null (strstr (ssrc + 1, line));
  }
  g_assert_nonnull (strstr (pair->answer, "VP8/90000"));
  g_assert_null (strstr (pair->answer, "H264"));
  wait_until (pair->ends[0].n_pictures > 20 && pair->ends[1].n_pictures > 20);
  media_pair_free (pair);
}

int
main (int argc, char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/media/h264/offer", test_offer_of_h264);
  g_test_add_func ("/media/h264/level", test_level);
  g_test_add_func ("/media/h264/other-profile", test_other_profile);
  g_test_add_func ("/media/h264/offer-of-both", test_offer_of_both);
  g_test_add_func ("/media/h264/answer/not-kept", test_answer_not_kept);
  g_test_add_data_func ("/media/h264/answer/alone", take_out_vp8, test_answer_of_h264);
  g_test_add_data_func ("/media/h264/answer/first", put_vp8_last, test_answer_of_h264);
  result = g_test_run ();
  gst_deinit ();
  return result;
}
