/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "media-pair.h"

#include <gst/video/video.h>

static gboolean
on_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* One turn of the main loop, at most 10 ms long. */
void
media_wait_a_little (void)
{
  guint id = g_timeout_add (10, on_tick, NULL);

  g_main_context_iteration (NULL, TRUE);
  g_source_remove (id);
}

/* To see that something does not happen. */
void
media_run_for (guint ms)
{
  gint64 end = g_get_monotonic_time () + ms * 1000;

  while (g_get_monotonic_time () < end)
    media_wait_a_little ();
}

YonderMediaStats
media_stats (MediaEnd *end)
{
  YonderMediaStats stats;

  yonder_media_session_get_stats (end->session, &stats);
  return stats;
}

gboolean
media_has_devices (void)
{
  g_autoptr (GstDeviceMonitor) monitor = gst_device_monitor_new ();
  GList *devices;
  gboolean found;

  gst_device_monitor_add_filter (monitor, "Video/Source", NULL);
  gst_device_monitor_add_filter (monitor, "Audio/Source", NULL);
  gst_device_monitor_add_filter (monitor, "Audio/Sink", NULL);
  gst_device_monitor_start (monitor);
  devices = gst_device_monitor_get_devices (monitor);
  found = devices != NULL;
  g_list_free_full (devices, gst_object_unref);
  gst_device_monitor_stop (monitor);
  return found;
}

static MediaEnd *
other (MediaEnd *end)
{
  return end == &end->pair->ends[0] ? &end->pair->ends[1] : &end->pair->ends[0];
}

/* As mDNS candidates are written (draft-ietf-mmusic-mdns-ice-candidates section 3.1.1). */
static YonderIceCandidate *
hide_address (YonderIceCandidate *candidate)
{
  g_autoptr (GRegex) regex = g_regex_new ("^((?:\\S+ ){4})\\S+", 0, 0, NULL);
  g_autofree char *name = g_uuid_string_random ();
  g_autofree char *replacement = g_strdup_printf ("\\g<1>%s.local", name);
  g_autofree char *text = g_regex_replace (regex, yonder_ice_candidate_get_text (candidate), -1, 0, replacement, 0, NULL);
  g_autoptr (GError) error = NULL;
  YonderIceCandidate *hidden = yonder_ice_candidate_parse (text, yonder_ice_candidate_get_mid (candidate), 0, NULL, &error);

  g_assert_no_error (error);
  return hidden;
}

static void
on_candidate (YonderMediaSession *session, YonderIceCandidate *candidate, gint64 generation, MediaEnd *end)
{
  g_assert_cmpint (generation, ==, end->pair->generation);
  if (yonder_ice_candidate_is_end (candidate))
    end->n_ends++;
  else
    end->n_candidates++;

  if (end->pair->hide_addresses && end == &end->pair->ends[0] && !yonder_ice_candidate_is_end (candidate)) {
    g_autoptr (YonderIceCandidate) hidden = hide_address (candidate);

    yonder_media_session_add_candidate (other (end)->session, hidden);
    return;
  }
  if (end->pair->hold_candidates)
    g_ptr_array_add (end->held, yonder_ice_candidate_ref (candidate));
  else if (other (end)->session != NULL)
    yonder_media_session_add_candidate (other (end)->session, candidate);
}

static void
on_remote_candidate (YonderMediaSession *session, YonderIceCandidate *candidate, gboolean queued, MediaEnd *end)
{
  if (queued)
    end->n_queued++;
  else
    end->n_direct++;
}

static void
on_ice_state (YonderMediaSession *session, YonderIceState state, MediaEnd *end)
{
  end->ice_state = state;
}

static void
on_secured (YonderMediaSession *session, MediaEnd *end)
{
  end->n_secured++;
}

static void
on_first_audio (YonderMediaSession *session, MediaEnd *end)
{
  end->n_first_audio++;
}

static void
on_first_frame (YonderMediaSession *session, guint width_px, guint height_px, MediaEnd *end)
{
  end->n_first_frame++;
  end->width_px = width_px;
  end->height_px = height_px;
}

static void
on_notice (YonderMediaSession *session, YonderMediaNotice notice, const char *device, MediaEnd *end)
{
  end->n_notices++;
  end->notices |= 1 << notice;
}

static void
on_failed (YonderMediaSession *session, GError *error, MediaEnd *end)
{
  g_test_message ("failed: %s", error->message);
  if (end->error == NULL)
    end->error = g_error_copy (error);
}

/* A streaming thread; the numbers are only read, and each is one word. */
static void
on_handoff (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer user_data)
{
  MediaEnd *end = user_data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstVideoInfo info;
  GstVideoFrame frame;
  guint32 hash = 5381;
  guint64 sum = 0;
  guint n = 0;

  if (!gst_video_info_from_caps (&info, caps) || !gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ))
    return;

  for (int y = 0; y < GST_VIDEO_FRAME_HEIGHT (&frame); y += 8) {
    const guint8 *line = (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0) + y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0);

    for (int x = 0; x < GST_VIDEO_FRAME_WIDTH (&frame); x += 8, n++) {
      hash = hash * 33 + line[x];
      sum += line[x];
    }
  }
  gst_video_frame_unmap (&frame);

  end->luma = sum / MAX (n, 1);
  if (hash != end->hash)
    g_atomic_int_inc ((gint *) &end->n_pictures);
  end->hash = hash;
}

static GstElement *
make_sink (YonderMediaSession *session, YonderVideoRole role, gpointer user_data)
{
  MediaEnd *end = user_data;
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);

  if (role != YONDER_VIDEO_ROLE_REMOTE) {
    end->view = sink;
    return sink;
  }
  g_object_set (sink, "signal-handoffs", TRUE, NULL);
  g_signal_connect (sink, "handoff", G_CALLBACK (on_handoff), user_data);
  return sink;
}

static void
media_end_init (MediaPair *self, guint index, YonderSourceKind source, const char *file, gboolean video)
{
  MediaEnd *end = &self->ends[index];
  YonderMediaOptions options = { .send_video = video };
  g_autoptr (GError) error = NULL;

  end->pair = self;
  end->held = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_ice_candidate_unref);
  self->factories[index] = yonder_webrtc_factory_new ();
  yonder_webrtc_factory_set_source (self->factories[index], source, file);
  yonder_webrtc_factory_set_video_size (self->factories[index], 320, 240, 30);
  yonder_webrtc_factory_set_play_audio (self->factories[index], source == YONDER_SOURCE_DEVICE);
  yonder_webrtc_factory_set_sink_function (self->factories[index], make_sink, end, NULL);
  end->session = yonder_media_factory_create_session (YONDER_MEDIA_FACTORY (self->factories[index]), &options, &error);
  g_assert_no_error (error);

  g_signal_connect (end->session, "candidate", G_CALLBACK (on_candidate), end);
  g_signal_connect (end->session, "remote-candidate", G_CALLBACK (on_remote_candidate), end);
  g_signal_connect (end->session, "ice-state", G_CALLBACK (on_ice_state), end);
  g_signal_connect (end->session, "secured", G_CALLBACK (on_secured), end);
  g_signal_connect (end->session, "first-audio", G_CALLBACK (on_first_audio), end);
  g_signal_connect (end->session, "first-frame", G_CALLBACK (on_first_frame), end);
  g_signal_connect (end->session, "notice", G_CALLBACK (on_notice), end);
  g_signal_connect (end->session, "failed", G_CALLBACK (on_failed), end);
}

MediaPair *
media_pair_new_mixed (YonderSourceKind first, gboolean first_video, YonderSourceKind second, gboolean second_video)
{
  MediaPair *self = g_new0 (MediaPair, 1);

  media_end_init (self, 0, first, NULL, first_video);
  media_end_init (self, 1, second, NULL, second_video);
  return self;
}

MediaPair *
media_pair_new_file (const char *file, YonderSourceKind second)
{
  MediaPair *self = g_new0 (MediaPair, 1);

  media_end_init (self, 0, YONDER_SOURCE_FILE, file, TRUE);
  media_end_init (self, 1, second, NULL, TRUE);
  return self;
}

MediaPair *
media_pair_new (YonderSourceKind first, YonderSourceKind second, gboolean video)
{
  return media_pair_new_mixed (first, video, second, video);
}

/* Closes both ends; each session must have no other owner than the pair. */
void
media_pair_close (MediaPair *self)
{
  for (guint i = 0; i < 2; i++) {
    if (self->ends[i].session == NULL)
      continue;
    yonder_media_session_close (self->ends[i].session);
  }
  /* what was cancelled tells so */
  media_run_for (50);
  for (guint i = 0; i < 2; i++) {
    YonderMediaSession *session = g_steal_pointer (&self->ends[i].session);

    if (session != NULL)
      g_assert_finalize_object (session);
  }
}

void
media_pair_free (MediaPair *self)
{
  media_pair_close (self);
  for (guint i = 0; i < 2; i++) {
    g_assert_finalize_object (self->factories[i]);
    g_ptr_array_unref (self->ends[i].held);
    g_clear_error (&self->ends[i].error);
  }
  g_clear_error (&self->negotiation_error);
  g_free (self->offer);
  g_free (self->answer);
  g_free (self);
}

static char *
deliver (MediaPair *self, char *sdp, gboolean is_offer)
{
  char *altered;

  if (self->alter == NULL)
    return sdp;

  altered = self->alter (sdp, is_offer);
  g_free (sdp);
  return altered;
}

static void
on_answer_accepted (GObject *source, GAsyncResult *result, gpointer data)
{
  MediaPair *self = data;

  yonder_media_session_accept_answer_finish (YONDER_MEDIA_SESSION (source), result, &self->negotiation_error);
  self->is_negotiated = TRUE;
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  MediaPair *self = data;
  char *sdp = yonder_media_session_accept_offer_finish (YONDER_MEDIA_SESSION (source), result, &self->negotiation_error);

  if (sdp == NULL || self->ends[0].session == NULL) {
    self->is_negotiated = TRUE;
    g_free (sdp);
    return;
  }
  g_free (self->answer);
  self->answer = deliver (self, sdp, FALSE);
  if (!self->hold_answer)
    media_pair_release_answer (self);
}

void
media_pair_release_answer (MediaPair *self)
{
  yonder_media_session_accept_answer_async (self->ends[0].session, self->answer, NULL, on_answer_accepted, self);
}

static void
on_offer (GObject *source, GAsyncResult *result, gpointer data)
{
  MediaPair *self = data;
  char *sdp = yonder_media_session_create_offer_finish (YONDER_MEDIA_SESSION (source), result, &self->negotiation_error);

  if (sdp == NULL || self->ends[1].session == NULL) {
    self->is_negotiated = TRUE;
    g_free (sdp);
    return;
  }
  g_free (self->offer);
  self->offer = deliver (self, sdp, TRUE);
  if (!self->hold_offer)
    media_pair_release_offer (self);
}

void
media_pair_release_offer (MediaPair *self)
{
  yonder_media_session_accept_offer_async (self->ends[1].session, self->offer, NULL, on_answer, self);
}

/* Offer, answer, done: `is_negotiated`, with `negotiation_error` where something was refused. */
void
media_pair_negotiate (MediaPair *self)
{
  self->is_negotiated = FALSE;
  yonder_media_session_create_offer_async (self->ends[0].session, NULL, on_offer, self);
}

/* Delivers to @end what the other one gathered. */
void
media_pair_release (MediaPair *self, guint end)
{
  GPtrArray *held = self->ends[1 - end].held;

  for (guint i = 0; i < held->len; i++)
    yonder_media_session_add_candidate (self->ends[end].session, g_ptr_array_index (held, i));
  g_ptr_array_set_size (held, 0);
}

/* As a peer does that does not trickle: the candidates stand in the first m-line. */
void
media_pair_write_candidates (MediaPair *self, guint end)
{
  GPtrArray *held = self->ends[end].held;
  char **sdp = end == 0 ? &self->offer : &self->answer;
  g_autoptr (GString) text = g_string_new (*sdp);
  g_autoptr (GString) lines = g_string_new (NULL);

  for (guint i = 0; i < held->len; i++) {
    YonderIceCandidate *candidate = g_ptr_array_index (held, i);

    if (yonder_ice_candidate_is_end (candidate))
      g_string_append (lines, "a=end-of-candidates\r\n");
    else
      g_string_append_printf (lines, "a=%s\r\n", yonder_ice_candidate_get_text (candidate));
  }
  g_string_append (lines, "a=ice-ufrag:");
  g_string_replace (text, "a=ice-ufrag:", lines->str, 1);
  g_ptr_array_set_size (held, 0);
  g_free (*sdp);
  *sdp = g_string_free (g_steal_pointer (&text), FALSE);
}

void
media_pair_start_generation (MediaPair *self, gint64 generation)
{
  self->generation = generation;
  for (guint i = 0; i < 2; i++) {
    g_ptr_array_set_size (self->ends[i].held, 0);
    yonder_media_session_start_generation (self->ends[i].session, generation);
  }
}
