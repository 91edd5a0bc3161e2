/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "call-fixture.h"

#include <string.h>

static void
on_incoming (YonderCallManager *manager, YonderCall *call, GPtrArray *incoming)
{
  g_ptr_array_add (incoming, g_object_ref (call));
}

void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  fixture->clock = yonder_manual_clock_new ();
  fixture->signaling = yonder_fake_signaling_new ("kim");
  fixture->factory = yonder_fake_media_factory_new ();
  fixture->bob = yonder_contact_new ("bob", "Bob");
  yonder_contact_set_presence (fixture->bob, YONDER_PRESENCE_ONLINE);
  fixture->incoming = g_ptr_array_new_with_free_func (g_object_unref);
  fixture->manager = yonder_call_manager_new (YONDER_SIGNALING (fixture->signaling), YONDER_MEDIA_FACTORY (fixture->factory), NULL,
                                              YONDER_CLOCK (fixture->clock));
  g_signal_connect (fixture->manager, "incoming", G_CALLBACK (on_incoming), fixture->incoming);
}

/* Nothing may be left: no call, no open media, no timer. */
void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  GListModel *calls = G_LIST_MODEL (fixture->manager);

  yonder_call_manager_hang_up_all (fixture->manager);
  g_clear_pointer (&fixture->incoming, g_ptr_array_unref);
  /* An invitation keeps its call, to be taken back. */
  while (yonder_fake_signaling_has_invitation (fixture->signaling))
    yonder_fake_signaling_answer_invite (fixture->signaling, "too-late", NULL);
  settle ();
  while (g_list_model_get_n_items (calls) > 0) {
    YonderCall *call = g_list_model_get_item (calls, 0);

    yonder_call_manager_dismiss (fixture->manager, call);
    settle ();
    g_assert_finalize_object (call);
  }
  g_assert_cmpuint (yonder_fake_media_factory_get_n_open (fixture->factory), ==, 0);
  g_assert_cmpuint (yonder_manual_clock_count_timers (fixture->clock), ==, 0);
  g_assert_finalize_object (fixture->manager);
  g_assert_finalize_object (fixture->factory);
  g_assert_finalize_object (fixture->signaling);
  g_assert_finalize_object (fixture->bob);
  g_assert_finalize_object (fixture->clock);
}

void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE)) {
  }
}

YonderFakeMedia *
media_of (YonderCall *call)
{
  return YONDER_FAKE_MEDIA (yonder_call_get_media (call));
}

YonderCall *
dial (Fixture *fixture)
{
  YonderCall *call = yonder_call_manager_dial (fixture->manager, fixture->bob, YONDER_CALL_KIND_VIDEO);

  assert_state (call, "inviting");
  return call;
}

YonderCall *
get_to_ringing (Fixture *fixture)
{
  YonderCall *call = dial (fixture);

  yonder_fake_media_complete (media_of (call), SDP_OFFER, NULL);
  yonder_fake_signaling_answer_invite (fixture->signaling, "c1", NULL);
  assert_state (call, "ringing");
  return call;
}

YonderCall *
get_called (Fixture *fixture, const char *call_id, const char *peer_id)
{
  guint n = fixture->incoming->len;
  YonderCall *call;

  g_signal_emit_by_name (fixture->signaling, "incoming", call_id, peer_id, "Somebody", YONDER_CALL_KIND_VIDEO, NULL);
  g_assert_cmpuint (fixture->incoming->len, ==, n + 1);
  call = g_ptr_array_index (fixture->incoming, n);
  assert_state (call, "incoming");
  return call;
}

void
bring_up (YonderCall *call)
{
  YonderFakeMedia *media = media_of (call);

  assert_state (call, "negotiating");
  g_signal_emit_by_name (media, "ice-state", YONDER_ICE_STATE_CHECKING);
  g_signal_emit_by_name (media, "ice-state", YONDER_ICE_STATE_CONNECTED);
  g_signal_emit_by_name (media, "secured");
  assert_state (call, "negotiating");
  g_signal_emit_by_name (media, "first-audio");
  assert_state (call, "connected");
}

YonderCall *
get_connected_out (Fixture *fixture)
{
  YonderCall *call = get_to_ringing (fixture);

  g_signal_emit_by_name (fixture->signaling, "accepted", "c1", NULL);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER, fixture->written);
  yonder_fake_media_complete (media_of (call), "", NULL);
  bring_up (call);
  return call;
}

YonderCall *
get_connected_in (Fixture *fixture)
{
  YonderCall *call = get_called (fixture, "c1", "bob");

  yonder_call_accept (call, TRUE);
  g_signal_emit_by_name (fixture->signaling, "offer", "c1", SDP_OFFER, fixture->written);
  yonder_fake_media_complete (media_of (call), SDP_ANSWER, NULL);
  bring_up (call);
  return call;
}

YonderIceCandidate *
make_candidate (const char *ufrag, guint port)
{
  g_autofree char *text = g_strdup_printf ("candidate:1 1 udp 2130706431 192.0.2.1 %u typ host", port);
  g_autoptr (GError) error = NULL;
  YonderIceCandidate *candidate = yonder_ice_candidate_parse (text, "0", 0, ufrag, &error);

  g_assert_no_error (error);
  return candidate;
}

void
add_candidate (GPtrArray *candidates, const char *ufrag, guint port)
{
  g_ptr_array_add (candidates, make_candidate (ufrag, port));
}

/* As the server sends them, from port 1 on. */
void
send_candidates (Fixture *fixture, const char *call_id, const char *ufrag, guint n, gint64 generation)
{
  g_autoptr (GPtrArray) candidates = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_ice_candidate_unref);

  for (guint i = 0; i < n; i++)
    add_candidate (candidates, ufrag, i + 1);
  g_signal_emit_by_name (fixture->signaling, "candidates", call_id, candidates, generation);
}

/* Whether an entry of the timeline contains a text. */
gboolean
timeline_has (YonderCall *call, const char *text)
{
  GListModel *timeline = yonder_call_get_timeline (call);

  for (guint i = 0; i < g_list_model_get_n_items (timeline); i++) {
    g_autoptr (YonderTimelineEntry) entry = g_list_model_get_item (timeline, i);

    if (strstr (yonder_timeline_entry_get_text (entry), text) != NULL)
      return TRUE;
  }
  return FALSE;
}
