/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several calls at once: who has the microphone, who called whom first, how many may ring. */

#include "call-fixture.h"

static guint
count_calls (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->manager));
}

/* This side is "kim". "bob" sorts lower, so his invitation stands and ours gives way. */
static void
test_glare_theirs_stands (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_to_ringing (fixture);
  YonderFakeMedia *media = media_of (call);

  g_signal_emit_by_name (fixture->signaling, "incoming", "theirs", "bob", "Bob", YONDER_CALL_KIND_VIDEO, NULL);
  g_assert_cmpuint (fixture->incoming->len, ==, 0); /* one call, and no ringing here */
  g_assert_cmpuint (count_calls (fixture), ==, 1);
  assert_state (call, "answering");
  g_assert_cmpstr (yonder_call_get_call_id (call), ==, "theirs");
  g_assert_false (yonder_call_is_outgoing (call));
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "invite bob video; hang-up c1; accept theirs");

  /* The server's end of our own invitation is no business of this call any more. */
  g_signal_emit_by_name (fixture->signaling, "ended", "c1", YONDER_PEER_END_HUNG_UP, "kim", NULL);
  g_signal_emit_by_name (fixture->signaling, "accepted", "theirs", NULL);
  g_signal_emit_by_name (fixture->signaling, "offer", "theirs", SDP_OFFER, (gint64) 0);
  assert_log (yonder_fake_media_take_log (media), "create-offer; generation 1; accept-offer " SDP_OFFER);
  yonder_fake_media_complete (media, SDP_ANSWER, NULL);
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "answer theirs bob 0 " SDP_ANSWER);
  bring_up (call);
  g_assert_cmpuint (yonder_fake_media_factory_get_n_made (fixture->factory), ==, 1);
}

/* The same before the server has told the id of our invitation: it is taken back when it comes. */
static void
test_glare_while_inviting (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = dial (fixture);

  g_signal_emit_by_name (fixture->signaling, "incoming", "theirs", "bob", "Bob", YONDER_CALL_KIND_VIDEO, NULL);
  assert_state (call, "answering");
  yonder_fake_signaling_answer_invite (fixture->signaling, "ours", NULL);
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "invite bob video; accept theirs; hang-up ours");
  assert_state (call, "answering");
  g_assert_cmpstr (yonder_call_get_call_id (call), ==, "theirs");
}

static void
test_glare_ours_stands (Fixture *fixture, gconstpointer data)
{
  g_autoptr (YonderContact) zoe = yonder_contact_new ("zoe", "Zoe");
  YonderCall *call = yonder_call_manager_dial (fixture->manager, zoe, YONDER_CALL_KIND_VIDEO);

  g_signal_emit_by_name (fixture->signaling, "incoming", "theirs", "zoe", "Zoe", YONDER_CALL_KIND_VIDEO, NULL);
  g_assert_cmpuint (fixture->incoming->len, ==, 0);
  g_assert_cmpuint (count_calls (fixture), ==, 1);
  yonder_fake_signaling_answer_invite (fixture->signaling, "ours", NULL);
  assert_state (call, "ringing");

  /* She takes hers back and takes ours. */
  g_signal_emit_by_name (fixture->signaling, "ended", "theirs", YONDER_PEER_END_HUNG_UP, "zoe", NULL);
  g_signal_emit_by_name (fixture->signaling, "accepted", "ours", NULL);
  assert_state (call, "negotiating");
  g_assert_true (yonder_call_is_outgoing (call));
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "invite zoe video");
}

/* A server that knows no glare takes the first of the two and calls the second busy. Then the first has to do. */
static void
test_glare_the_server_decides (Fixture *fixture, gconstpointer data)
{
  g_autoptr (YonderContact) zoe = yonder_contact_new ("zoe", "Zoe");
  YonderCall *call = yonder_call_manager_dial (fixture->manager, zoe, YONDER_CALL_KIND_VIDEO);

  g_signal_emit_by_name (fixture->signaling, "incoming", "theirs", "zoe", "Zoe", YONDER_CALL_KIND_VIDEO, NULL);
  assert_state (call, "inviting");
  yonder_fake_signaling_answer_invite (fixture->signaling, NULL,
                                       g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED, "User is busy"));
  assert_state (call, "answering");
  g_assert_cmpstr (yonder_call_get_call_id (call), ==, "theirs");
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "invite zoe video; accept theirs");
  yonder_call_hang_up (call);

  call = yonder_call_manager_dial (fixture->manager, zoe, YONDER_CALL_KIND_VIDEO);
  g_signal_emit_by_name (fixture->signaling, "incoming", "theirs-2", "zoe", "Zoe", YONDER_CALL_KIND_VIDEO, NULL);
  yonder_fake_signaling_answer_invite (fixture->signaling, "ours-2", NULL);
  g_signal_emit_by_name (fixture->signaling, "ended", "ours-2", YONDER_PEER_END_BUSY, NULL, NULL);
  assert_state (call, "answering");
  g_assert_cmpstr (yonder_call_get_call_id (call), ==, "theirs-2");
}

static void
test_glare_offer_first (Fixture *fixture, gconstpointer data)
{
  YonderCall *call;

  yonder_fake_signaling_set_flow (fixture->signaling, YONDER_SIGNALING_OFFER_FIRST);
  call = dial (fixture);
  yonder_fake_media_complete (media_of (call), SDP_OFFER, NULL);
  g_signal_emit_by_name (fixture->signaling, "incoming", "theirs", "bob", "Bob", YONDER_CALL_KIND_VIDEO, "v=0\r\na=ice-ufrag:bobs\r\n");
  assert_state (call, "negotiating");
  assert_log (yonder_fake_media_take_log (media_of (call)), "create-offer; generation 1; accept-offer v=0\r\na=ice-ufrag:bobs\r\n");
  yonder_fake_media_complete (media_of (call), SDP_ANSWER, NULL);
  g_assert_cmpuint (yonder_fake_signaling_count (fixture->signaling, "accept theirs " SDP_ANSWER), ==, 1);
  bring_up (call);
}

static void
test_second_caller_declined (Fixture *fixture, gconstpointer data)
{
  YonderCall *first = get_connected_out (fixture);
  YonderCall *second = get_called (fixture, "c2", "zoe");

  g_assert_cmpstr (yonder_contact_get_name (yonder_call_get_peer (second)), ==, "Somebody");
  assert_state (first, "connected");
  g_assert_true (yonder_call_manager_get_active (fixture->manager) == first);
  yonder_call_decline (second);
  assert_ended (second, "declined");
  assert_state (first, "connected");
  g_assert_true (yonder_call_manager_get_active (fixture->manager) == first);
}

static void
test_second_caller_answered (Fixture *fixture, gconstpointer data)
{
  YonderCall *first = get_connected_out (fixture);
  YonderCall *second = get_called (fixture, "c2", "zoe");

  yonder_call_accept (second, TRUE);
  assert_ended (first, "hung-up");
  g_assert_true (yonder_fake_media_is_closed (media_of (first)));
  assert_state (second, "answering");
  g_assert_true (yonder_call_manager_get_active (fixture->manager) == second);
  g_assert_cmpuint (yonder_fake_media_factory_get_n_open (fixture->factory), ==, 1);
  /* The microphone is given back before it is asked for again. */
  g_assert_cmpuint (yonder_fake_signaling_count (fixture->signaling, "hang-up c1"), ==, 1);
  g_assert_cmpuint (yonder_fake_signaling_count (fixture->signaling, "accept c2"), ==, 1);
}

static void
test_caller_gone (Fixture *fixture, gconstpointer data)
{
  YonderCall *first = get_connected_out (fixture);
  YonderCall *second = get_called (fixture, "c2", "zoe");

  g_signal_emit_by_name (fixture->signaling, "ended", "c2", YONDER_PEER_END_HUNG_UP, "zoe", NULL);
  assert_ended (second, "no-answer");
  assert_state (first, "connected");
}

static void
test_dial_again (Fixture *fixture, gconstpointer data)
{
  g_autoptr (YonderContact) zoe = yonder_contact_new ("zoe", "Zoe");
  YonderCall *call = get_connected_out (fixture);
  YonderCall *other;

  /* The same person: the call that there is. */
  g_assert_true (yonder_call_manager_dial (fixture->manager, fixture->bob, YONDER_CALL_KIND_VOICE) == call);
  assert_state (call, "connected");

  /* Somebody who is calling right now: their call. */
  other = get_called (fixture, "c2", "zoe");
  g_assert_true (yonder_call_manager_dial (fixture->manager, zoe, YONDER_CALL_KIND_VIDEO) == other);
  assert_state (other, "answering");
  assert_ended (call, "hung-up");

  /* Somebody else: the call that there is ends. */
  call = yonder_call_manager_dial (fixture->manager, fixture->bob, YONDER_CALL_KIND_VOICE);
  assert_ended (other, "hung-up");
  g_assert_false (yonder_fake_media_sends_video (media_of (call)));
  g_assert_cmpuint (yonder_fake_media_factory_get_n_open (fixture->factory), ==, 1);
}

static void
assert_held (YonderCall *call, gboolean is_held)
{
  assert_state (call, "connected");
  g_assert_cmpint (yonder_call_is_held (call), ==, is_held);
}

/* Zoe calls during a call with Bob, which is put on hold; connected. */
static YonderCall *
take_second (Fixture *fixture)
{
  YonderCall *second = get_called (fixture, "c2", "zoe");

  yonder_call_manager_hold_and_accept (fixture->manager, second, TRUE);
  g_signal_emit_by_name (fixture->signaling, "offer", "c2", SDP_OFFER, (gint64) 0);
  yonder_fake_media_complete (media_of (second), SDP_ANSWER, NULL);
  bring_up (second);
  assert_held (second, FALSE);
  return second;
}

static void
test_hold_and_answer (Fixture *fixture, gconstpointer data)
{
  YonderCall *first = get_connected_out (fixture);
  YonderCall *second;

  g_signal_emit_by_name (media_of (first), "channel", TRUE);
  g_free (yonder_fake_media_take_log (media_of (first)));
  second = take_second (fixture);
  assert_held (first, TRUE);
  assert_log (yonder_fake_media_take_log (media_of (first)),
              "held 1; send {\"type\":\"state\",\"muted\":true,\"cameraOff\":true,\"held\":true}");
  g_assert_true (yonder_call_manager_get_active (fixture->manager) == second);
  g_assert_cmpuint (yonder_fake_media_factory_get_n_open (fixture->factory), ==, 2);

  /* what is turned off meanwhile is off afterwards */
  yonder_call_set_muted (first, TRUE);
  g_signal_emit_by_name (fixture->signaling, "ended", "c2", YONDER_PEER_END_HUNG_UP, "zoe", NULL);
  assert_held (first, FALSE);
  assert_log (yonder_fake_media_take_log (media_of (first)),
              "muted 1 0; held 0; send {\"type\":\"state\",\"muted\":true,\"cameraOff\":false}");
  g_assert_true (yonder_call_manager_get_active (fixture->manager) == first);
}

static void
test_switch (Fixture *fixture, gconstpointer data)
{
  YonderCall *first = get_connected_out (fixture);
  YonderCall *second = take_second (fixture);

  yonder_call_set_held (first, FALSE);
  assert_held (first, FALSE);
  assert_held (second, TRUE);
  g_assert_true (yonder_call_manager_get_active (fixture->manager) == first);
  g_assert_true (yonder_call_manager_dial (fixture->manager, yonder_call_get_peer (second), YONDER_CALL_KIND_VOICE) == second);
  assert_held (first, TRUE);
  assert_held (second, FALSE);

  yonder_call_hang_up (first);
  assert_held (second, FALSE);
  yonder_call_hang_up (second);
  g_assert_null (yonder_call_manager_get_active (fixture->manager));
}

/* Whom the user put on hold stays there until the user says otherwise. */
static void
test_held_by_hand (Fixture *fixture, gconstpointer data)
{
  YonderCall *first = get_connected_out (fixture);
  YonderCall *second;

  yonder_call_set_held (first, TRUE);
  g_assert_true (yonder_call_manager_get_active (fixture->manager) == first);
  second = get_called (fixture, "c2", "zoe");
  yonder_call_decline (second);
  assert_held (first, TRUE);
  second = get_called (fixture, "c3", "zoe");
  yonder_call_accept (second, FALSE);
  assert_held (first, TRUE);
  yonder_call_hang_up (second);
  assert_held (first, TRUE);
  yonder_call_set_held (first, FALSE);
  assert_held (first, FALSE);
}

/* On hold a path breaks and is rebuilt as ever, and the call is still on hold; or it is given up, and nobody else notices. */
static void
test_held_path_breaks (Fixture *fixture, gconstpointer data)
{
  YonderCall *first = get_connected_out (fixture);
  YonderCall *second = take_second (fixture);

  g_free (yonder_fake_media_take_log (media_of (first)));
  g_signal_emit_by_name (media_of (first), "channel", FALSE);
  g_signal_emit_by_name (media_of (first), "ice-state", YONDER_ICE_STATE_FAILED);
  assert_state (first, "reconnecting");
  g_assert_true (yonder_call_is_held (first));
  g_signal_emit_by_name (media_of (first), "channel", TRUE);
  g_assert_cmpuint (yonder_fake_media_count (media_of (first),
                                             "send {\"type\":\"state\",\"muted\":true,\"cameraOff\":true,\"held\":true}"), ==, 1);

  yonder_manual_clock_advance (fixture->clock, 60 * 1000);
  assert_ended (first, "network");
  assert_held (second, FALSE);
  yonder_call_hang_up (second);
  g_assert_null (yonder_call_manager_get_active (fixture->manager));
}

/* Zoe calls on another account during a call with Bob: there is one microphone for both. */
static void
test_two_accounts (Fixture *fixture, gconstpointer data)
{
  Fixture other;
  YonderCall *first, *second;

  fixture_set_up (&other, NULL);
  yonder_call_manager_set_floor (other.manager, yonder_call_manager_get_floor (fixture->manager));
  first = get_connected_out (fixture);
  second = take_second (&other);
  assert_held (first, TRUE);
  g_assert_true (yonder_call_floor_get_active (yonder_call_manager_get_floor (fixture->manager)) == second);
  g_assert_true (yonder_call_manager_get_active (fixture->manager) == first);

  yonder_call_set_held (first, FALSE);
  assert_held (second, TRUE);
  yonder_call_set_held (second, FALSE);
  assert_held (first, TRUE);
  yonder_call_manager_hang_up_all (other.manager);
  assert_ended (second, "hung-up");
  assert_held (first, FALSE);

  /* answered without holding, and called: the other account's call ends */
  yonder_call_accept (get_called (&other, "c3", "zoe"), FALSE);
  assert_ended (first, "hung-up");
  dial (fixture);
  g_assert_null (yonder_call_manager_get_active (other.manager));
  fixture_tear_down (&other, NULL);
}

/* One that only rings at the other end cannot wait. */
static void
test_hold_too_early (Fixture *fixture, gconstpointer data)
{
  YonderCall *first = yonder_call_manager_dial (fixture->manager, fixture->bob, YONDER_CALL_KIND_VIDEO);
  YonderCall *second = get_called (fixture, "c2", "zoe");

  g_assert_false (yonder_call_can_hold (first));
  yonder_call_set_held (first, TRUE);
  g_assert_false (yonder_call_is_held (first));
  yonder_call_manager_hold_and_accept (fixture->manager, second, TRUE);
  assert_ended (first, "hung-up");
  assert_state (second, "answering");
  yonder_call_manager_hold_and_accept (fixture->manager, first, TRUE);
  assert_ended (first, "hung-up");
}

static void
test_flood (Fixture *fixture, gconstpointer data)
{
  YonderCall *first = get_connected_out (fixture);

  for (guint i = 0; i < 1000; i++) {
    g_autofree char *id = g_strdup_printf ("flood-%u", i);
    g_autofree char *peer = g_strdup_printf ("peer-%u", i / 10);

    g_signal_emit_by_name (fixture->signaling, "incoming", id, peer, "Flood", YONDER_CALL_KIND_VIDEO, NULL);
    g_signal_emit_by_name (fixture->signaling, "incoming", id, peer, "Flood", YONDER_CALL_KIND_VIDEO, NULL); /* twice the same */
  }
  /* Two of one caller, four in all. */
  g_assert_cmpuint (fixture->incoming->len, ==, 4);
  g_assert_cmpuint (count_calls (fixture), ==, 5);
  g_assert_cmpstr (yonder_call_get_call_id (g_ptr_array_index (fixture->incoming, 1)), ==, "flood-1");
  g_assert_cmpstr (yonder_call_get_call_id (g_ptr_array_index (fixture->incoming, 2)), ==, "flood-10");
  assert_state (first, "connected");

  /* Those who call and give up, all day. */
  yonder_call_manager_hang_up_all (fixture->manager);
  for (guint i = 0; i < 1000; i++) {
    g_autofree char *id = g_strdup_printf ("again-%u", i);

    get_called (fixture, id, "zoe");
    g_signal_emit_by_name (fixture->signaling, "ended", id, YONDER_PEER_END_HUNG_UP, "zoe", NULL);
    g_ptr_array_set_size (fixture->incoming, 0);
  }
  g_assert_cmpuint (count_calls (fixture), <=, 52);
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, GPtrArray *mirror)
{
  g_ptr_array_remove_range (mirror, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (mirror, position + i, g_list_model_get_item (model, position + i));
}

static void
test_list (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) mirror = g_ptr_array_new_with_free_func (g_object_unref);
  YonderCall *first;
  YonderCall *second;

  g_signal_connect (fixture->manager, "items-changed", G_CALLBACK (on_items_changed), mirror);
  first = get_called (fixture, "c1", "bob");
  second = get_called (fixture, "c2", "zoe");
  g_assert_cmpuint (mirror->len, ==, 2);
  g_assert_true (g_ptr_array_index (mirror, 0) == first);

  yonder_call_decline (first);
  g_assert_cmpuint (mirror->len, ==, 2); /* it stays to be looked at */
  yonder_call_manager_dismiss (fixture->manager, first);
  g_assert_cmpuint (mirror->len, ==, 1);
  g_assert_true (g_ptr_array_index (mirror, 0) == second);
  yonder_call_manager_dismiss (fixture->manager, second);
  g_assert_cmpuint (mirror->len, ==, 0);
  assert_ended (second, "declined");
}

static void
test_ends_with_the_manager (void)
{
  Fixture fixture = { 0 };
  YonderCall *call;

  fixture_set_up (&fixture, NULL);
  call = g_object_ref (get_connected_out (&fixture));
  g_assert_finalize_object (g_steal_pointer (&fixture.manager));
  assert_ended (call, "hung-up");
  settle ();
  g_assert_finalize_object (call);
  g_assert_cmpuint (yonder_fake_media_factory_get_n_open (fixture.factory), ==, 0);
  g_assert_cmpuint (yonder_manual_clock_count_timers (fixture.clock), ==, 0);

  fixture.manager = yonder_call_manager_new (YONDER_SIGNALING (fixture.signaling), YONDER_MEDIA_FACTORY (fixture.factory), NULL,
                                             YONDER_CLOCK (fixture.clock));
  fixture_tear_down (&fixture, NULL);
}

static void
test_known_callers (void)
{
  g_autoptr (YonderFakeSignaling) signaling = yonder_fake_signaling_new ("kim");
  g_autoptr (YonderFakeMediaFactory) factory = yonder_fake_media_factory_new ();
  g_autoptr (YonderManualClock) clock = yonder_manual_clock_new ();
  g_autoptr (YonderContactList) contacts = yonder_contact_list_new (NULL, YONDER_SIGNALING (signaling));
  YonderContact *bob = yonder_contact_list_ensure (contacts, "bob", "Bob whom I know");
  g_autoptr (YonderCallManager) manager = yonder_call_manager_new (YONDER_SIGNALING (signaling), YONDER_MEDIA_FACTORY (factory),
                                                                   contacts, YONDER_CLOCK (clock));
  g_autoptr (YonderCall) known = NULL;
  g_autoptr (YonderCall) stranger = NULL;

  g_signal_emit_by_name (signaling, "incoming", "c1", "bob", "An impostor's name", YONDER_CALL_KIND_VOICE, NULL);
  g_signal_emit_by_name (signaling, "incoming", "c2", "eve", "Eve", YONDER_CALL_KIND_VOICE, NULL);
  known = g_list_model_get_item (G_LIST_MODEL (manager), 0);
  stranger = g_list_model_get_item (G_LIST_MODEL (manager), 1);
  g_assert_true (yonder_call_get_peer (known) == bob);
  g_assert_cmpstr (yonder_contact_get_name (yonder_call_get_peer (stranger)), ==, "Eve");
  /* Nobody gets into the list by calling. */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (contacts)), ==, 1);
}

#define ADD(path, function) g_test_add ("/call-manager/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("glare/theirs-stands", test_glare_theirs_stands);
  ADD ("glare/while-inviting", test_glare_while_inviting);
  ADD ("glare/ours-stands", test_glare_ours_stands);
  ADD ("glare/the-server-decides", test_glare_the_server_decides);
  ADD ("glare/offer-first", test_glare_offer_first);
  ADD ("second-caller/declined", test_second_caller_declined);
  ADD ("second-caller/answered", test_second_caller_answered);
  ADD ("second-caller/gone", test_caller_gone);
  ADD ("hold-and-answer", test_hold_and_answer);
  ADD ("switch", test_switch);
  ADD ("held-by-hand", test_held_by_hand);
  ADD ("held-path-breaks", test_held_path_breaks);
  ADD ("hold-too-early", test_hold_too_early);
  ADD ("two-accounts", test_two_accounts);
  ADD ("dial-again", test_dial_again);
  ADD ("flood", test_flood);
  ADD ("list", test_list);
  g_test_add_func ("/call-manager/ends-with-the-manager", test_ends_with_the_manager);
  g_test_add_func ("/call-manager/known-callers", test_known_callers);
  return g_test_run ();
}
