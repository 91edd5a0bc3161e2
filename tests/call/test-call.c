/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One call from the click to its end: what is sent when, what is waited for how long, what is refused. */

#include "call-fixture.h"

#include "yonder-call-state.h"

#include <string.h>

static void
gather (YonderCall *call, const char *ufrag, guint port)
{
  g_autoptr (YonderIceCandidate) candidate = make_candidate (ufrag, port);

  g_signal_emit_by_name (media_of (call), "candidate", candidate, (gint64) 0);
}

static void
test_outgoing (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = dial (fixture);
  YonderFakeMedia *media = media_of (call);
  g_autoptr (YonderIceCandidate) end = yonder_ice_candidate_new_end ("0", 0, NULL);

  g_assert_true (yonder_call_is_outgoing (call));
  g_assert_null (yonder_call_get_call_id (call));
  g_assert_true (yonder_fake_media_sends_video (media));
  g_assert_true (yonder_call_manager_get_active (fixture->manager) == call);
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "invite bob video");
  assert_log (yonder_fake_media_take_log (media), "create-offer");

  /* While it rings everything is prepared and nothing is told. */
  yonder_fake_media_complete (media, SDP_OFFER, NULL);
  gather (call, "offr", 1);
  yonder_fake_signaling_answer_invite (fixture->signaling, "c1", NULL);
  assert_state (call, "ringing");
  g_assert_cmpstr (yonder_call_get_call_id (call), ==, "c1");
  gather (call, "offr", 2);
  g_signal_emit_by_name (media, "candidate", end, (gint64) 0);
  yonder_manual_clock_advance (fixture->clock, 44000);
  assert_state (call, "ringing");
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "");

  /* With the answer all of it goes out, in order. */
  g_signal_emit_by_name (fixture->signaling, "accepted", "c1", NULL);
  assert_state (call, "negotiating");
  assert_log (yonder_fake_signaling_take_log (fixture->signaling),
              "offer c1 bob 0 " SDP_OFFER "; candidate c1 bob 0 candidate:1 1 udp 2130706431 192.0.2.1 1 typ host; "
              "candidate c1 bob 0 candidate:1 1 udp 2130706431 192.0.2.1 2 typ host; candidate c1 bob 0 end");

  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER, (gint64) 0);
  assert_log (yonder_fake_media_take_log (media), "accept-answer " SDP_ANSWER);
  yonder_fake_media_complete (media, "", NULL);
  bring_up (call);
  gather (call, "offr", 3); /* late ones go out at once */
  g_assert_cmpuint (yonder_fake_signaling_count (fixture->signaling, "candidate "), ==, 4);

  g_assert_cmpuint (yonder_call_get_elapsed_s (call), ==, 0);
  yonder_manual_clock_advance (fixture->clock, 65000);
  g_assert_cmpuint (yonder_call_get_elapsed_s (call), ==, 65);

  yonder_call_hang_up (call);
  assert_ended (call, "hung-up");
  g_assert_null (yonder_call_get_end_detail (call));
  g_assert_cmpuint (yonder_fake_signaling_count (fixture->signaling, "hang-up c1"), ==, 1);
  g_assert_true (yonder_fake_media_is_closed (media));
  yonder_manual_clock_advance (fixture->clock, 5000);
  g_assert_cmpuint (yonder_call_get_elapsed_s (call), ==, 65);
  g_assert_null (yonder_call_manager_get_active (fixture->manager));
  g_assert_true (timeline_has (call, "First sound"));
}

static void
test_accepted_before_the_offer_is_there (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = dial (fixture);

  yonder_fake_signaling_answer_invite (fixture->signaling, "c1", NULL);
  g_signal_emit_by_name (fixture->signaling, "accepted", "c1", NULL);
  assert_state (call, "negotiating");
  gather (call, "offr", 1);
  g_assert_cmpuint (yonder_fake_signaling_count (fixture->signaling, "candidate"), ==, 0);

  yonder_fake_media_complete (media_of (call), SDP_OFFER, NULL);
  g_assert_cmpuint (yonder_fake_signaling_count (fixture->signaling, "offer c1 bob 0"), ==, 1);
  g_assert_cmpuint (yonder_fake_signaling_count (fixture->signaling, "candidate"), ==, 1);
}

static void
test_incoming (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_called (fixture, "c1", "bob");

  g_assert_false (yonder_call_is_outgoing (call));
  g_assert_cmpstr (yonder_contact_get_id (yonder_call_get_peer (call)), ==, "bob");
  g_assert_cmpuint (yonder_fake_media_factory_get_n_made (fixture->factory), ==, 0); /* no camera before the click */
  g_assert_null (yonder_call_manager_get_active (fixture->manager));

  yonder_call_accept (call, TRUE);
  assert_state (call, "answering");
  g_assert_true (yonder_call_manager_get_active (fixture->manager) == call);
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "accept c1");
  g_signal_emit_by_name (fixture->signaling, "accepted", "c1", NULL);
  assert_state (call, "negotiating");

  g_signal_emit_by_name (fixture->signaling, "offer", "c1", SDP_OFFER, (gint64) 0);
  assert_log (yonder_fake_media_take_log (media_of (call)), "accept-offer " SDP_OFFER);
  gather (call, "answ", 1);
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "");
  yonder_fake_media_complete (media_of (call), SDP_ANSWER, NULL);
  assert_log (yonder_fake_signaling_take_log (fixture->signaling),
              "answer c1 bob 0 " SDP_ANSWER "; candidate c1 bob 0 candidate:1 1 udp 2130706431 192.0.2.1 1 typ host");
  bring_up (call);

  g_signal_emit_by_name (fixture->signaling, "ended", "c1", YONDER_PEER_END_HUNG_UP, "bob", NULL);
  assert_ended (call, "hung-up-by-peer");
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "");
}

static void
test_offer_comes_without_word_of_the_server (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_called (fixture, "c1", "bob");

  yonder_call_accept (call, FALSE);
  g_assert_false (yonder_fake_media_sends_video (media_of (call)));
  g_signal_emit_by_name (fixture->signaling, "offer", "c1", SDP_OFFER, (gint64) 0);
  assert_state (call, "negotiating");
  yonder_fake_media_complete (media_of (call), SDP_ANSWER, NULL);
  bring_up (call);
}

static void
test_offer_first (Fixture *fixture, gconstpointer data)
{
  YonderCall *call;

  yonder_fake_signaling_set_flow (fixture->signaling, YONDER_SIGNALING_OFFER_FIRST);
  call = dial (fixture);
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "");
  yonder_manual_clock_advance (fixture->clock, 9000);
  yonder_fake_media_complete (media_of (call), SDP_OFFER, NULL);
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "invite bob video " SDP_OFFER);
  yonder_manual_clock_advance (fixture->clock, 9000); /* the server has its own ten seconds */
  gather (call, "offr", 1);
  yonder_fake_signaling_answer_invite (fixture->signaling, "c1", NULL);
  assert_state (call, "ringing");
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "");

  g_signal_emit_by_name (fixture->signaling, "accepted", "c1", SDP_ANSWER);
  assert_state (call, "negotiating");
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "accept-answer"), ==, 1);
  assert_log (yonder_fake_signaling_take_log (fixture->signaling),
              "candidate c1 bob 0 candidate:1 1 udp 2130706431 192.0.2.1 1 typ host");
  yonder_fake_media_complete (media_of (call), "", NULL);
  bring_up (call);
}

static void
test_offer_first_incoming (Fixture *fixture, gconstpointer data)
{
  YonderCall *call;

  yonder_fake_signaling_set_flow (fixture->signaling, YONDER_SIGNALING_OFFER_FIRST);
  g_signal_emit_by_name (fixture->signaling, "incoming", "c1", "bob", NULL, YONDER_CALL_KIND_VIDEO, SDP_OFFER);
  call = g_ptr_array_index (fixture->incoming, 0);
  send_candidates (fixture, "c1", "offr", 2, 0);
  g_assert_cmpuint (yonder_fake_media_factory_get_n_made (fixture->factory), ==, 0);

  yonder_call_accept (call, TRUE);
  assert_state (call, "negotiating");
  assert_log (yonder_fake_media_take_log (media_of (call)),
              "candidate candidate:1 1 udp 2130706431 192.0.2.1 1 typ host; "
              "candidate candidate:1 1 udp 2130706431 192.0.2.1 2 typ host; accept-offer " SDP_OFFER);
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "");
  yonder_fake_media_complete (media_of (call), SDP_ANSWER, NULL);
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "accept c1 " SDP_ANSWER);
  g_assert_true (timeline_has (call, "queued 2, applied 2"));
  bring_up (call);
}

static void
test_timeouts (Fixture *fixture, gconstpointer data)
{
  YonderCall *call;

  call = dial (fixture);
  yonder_fake_media_complete (media_of (call), SDP_OFFER, NULL);
  yonder_manual_clock_advance (fixture->clock, 9999);
  assert_state (call, "inviting");
  yonder_manual_clock_advance (fixture->clock, 1);
  assert_ended (call, "signaling-lost");
  g_assert_nonnull (yonder_call_get_end_detail (call));
  /* The server takes the invitation after all: it is taken back, or it would ring for nobody. */
  yonder_fake_signaling_answer_invite (fixture->signaling, "late", NULL);
  g_assert_cmpuint (yonder_fake_signaling_count (fixture->signaling, "hang-up late"), ==, 1);

  call = get_to_ringing (fixture);
  yonder_manual_clock_advance (fixture->clock, 44999);
  assert_state (call, "ringing");
  yonder_manual_clock_advance (fixture->clock, 1);
  assert_ended (call, "no-answer");
  g_assert_cmpuint (yonder_fake_signaling_count (fixture->signaling, "hang-up c1"), ==, 1);

  call = get_called (fixture, "c2", "bob");
  yonder_manual_clock_advance (fixture->clock, 44999);
  assert_state (call, "incoming");
  yonder_manual_clock_advance (fixture->clock, 1);
  assert_ended (call, "no-answer");
  g_assert_cmpuint (yonder_fake_signaling_count (fixture->signaling, "decline"), ==, 0); /* missed, not declined */

  call = get_called (fixture, "c3", "bob");
  yonder_call_accept (call, TRUE);
  yonder_manual_clock_advance (fixture->clock, 9999);
  assert_state (call, "answering");
  yonder_manual_clock_advance (fixture->clock, 1);
  assert_ended (call, "signaling-lost");

  call = get_to_ringing (fixture);
  g_signal_emit_by_name (fixture->signaling, "accepted", "c1", NULL);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER, (gint64) 0);
  yonder_fake_media_complete (media_of (call), "", NULL);
  yonder_manual_clock_advance (fixture->clock, 29999);
  assert_state (call, "negotiating");
  yonder_manual_clock_advance (fixture->clock, 1);
  assert_ended (call, "network");
  g_assert_nonnull (yonder_call_get_end_detail (call));

  call = get_connected_out (fixture);
  g_signal_emit_by_name (media_of (call), "ice-state", YONDER_ICE_STATE_DISCONNECTED);
  assert_state (call, "reconnecting");
  yonder_manual_clock_advance (fixture->clock, 59999);
  assert_state (call, "reconnecting");
  yonder_manual_clock_advance (fixture->clock, 1);
  assert_ended (call, "network");
}

static void
test_late_descriptions (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = dial (fixture);

  yonder_fake_signaling_answer_invite (fixture->signaling, "c1", NULL);
  yonder_manual_clock_advance (fixture->clock, 9999);
  assert_state (call, "ringing");
  yonder_manual_clock_advance (fixture->clock, 1);
  assert_ended (call, "no-media");
  g_assert_nonnull (strstr (yonder_call_get_end_detail (call), "camera"));
  g_assert_cmpuint (yonder_fake_signaling_count (fixture->signaling, "hang-up c1"), ==, 1);

  call = get_called (fixture, "c2", "bob");
  yonder_call_accept (call, TRUE);
  yonder_manual_clock_advance (fixture->clock, 5000);
  g_signal_emit_by_name (fixture->signaling, "offer", "c2", SDP_OFFER, (gint64) 0);
  yonder_manual_clock_advance (fixture->clock, 9999);
  assert_state (call, "negotiating");
  yonder_manual_clock_advance (fixture->clock, 1);
  assert_ended (call, "no-media");
}

/* Brings a fresh call into a state; its id is "c1" from ringing on. */
static YonderCall *
bring_to (Fixture *fixture, YonderCallState state)
{
  YonderCall *call;

  switch (state) {
  case YONDER_CALL_STATE_INVITING:
    return dial (fixture);
  case YONDER_CALL_STATE_RINGING:
    return get_to_ringing (fixture);
  case YONDER_CALL_STATE_INCOMING:
    return get_called (fixture, "c1", "bob");
  case YONDER_CALL_STATE_ANSWERING:
    call = get_called (fixture, "c1", "bob");
    yonder_call_accept (call, TRUE);
    return call;
  case YONDER_CALL_STATE_NEGOTIATING:
    call = get_to_ringing (fixture);
    g_signal_emit_by_name (fixture->signaling, "accepted", "c1", NULL);
    return call;
  case YONDER_CALL_STATE_CONNECTED:
    return get_connected_out (fixture);
  case YONDER_CALL_STATE_RECONNECTING:
    call = get_connected_out (fixture);
    g_signal_emit_by_name (media_of (call), "ice-state", YONDER_ICE_STATE_DISCONNECTED);
    return call;
  case YONDER_CALL_STATE_ENDED:
    call = get_connected_out (fixture);
    yonder_call_hang_up (call);
    return call;
  case YONDER_CALL_STATE_IDLE:
    break;
  }
  g_assert_not_reached ();
}

/* Lets happen outside what the event stands for. FALSE: it cannot happen in that state, as when there is no media that could fail. */
static gboolean
let_happen (Fixture *fixture, YonderCall *call, YonderCallEvent event)
{
  static const int peer_ends[YONDER_N_CALL_EVENTS] = {
    [YONDER_CALL_EVENT_PEER_HUNG_UP] = YONDER_PEER_END_HUNG_UP,
    [YONDER_CALL_EVENT_PEER_DECLINED] = YONDER_PEER_END_DECLINED,
    [YONDER_CALL_EVENT_PEER_MISSED] = YONDER_PEER_END_MISSED,
    [YONDER_CALL_EVENT_PEER_BUSY] = YONDER_PEER_END_BUSY,
    [YONDER_CALL_EVENT_PEER_FAILED] = YONDER_PEER_END_FAILED,
    [YONDER_CALL_EVENT_PEER_ELSEWHERE] = YONDER_PEER_END_ANSWERED_ELSEWHERE,
  };
  YonderCallState state = yonder_call_get_state (call);
  g_autoptr (GError) error = g_error_new (YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_DTLS, "no handshake");

  switch (event) {
  case YONDER_CALL_EVENT_ACCEPT:
    yonder_call_accept (call, TRUE);
    return TRUE;
  case YONDER_CALL_EVENT_DECLINE:
    yonder_call_decline (call);
    return TRUE;
  case YONDER_CALL_EVENT_HANG_UP:
    if (state == YONDER_CALL_STATE_INCOMING) /* means decline there, which test_decline() holds */
      return FALSE;
    yonder_call_hang_up (call);
    return TRUE;
  case YONDER_CALL_EVENT_REFUSED:
    if (state == YONDER_CALL_STATE_INVITING)
      yonder_fake_signaling_answer_invite (fixture->signaling, NULL,
                                           g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED, "no"));
    else
      g_signal_emit_by_name (fixture->signaling, "call-error", "c1", "no");
    return TRUE;
  case YONDER_CALL_EVENT_ACCEPTED:
    g_signal_emit_by_name (fixture->signaling, "accepted", "c1", NULL);
    return TRUE;
  case YONDER_CALL_EVENT_PEER_HUNG_UP:
  case YONDER_CALL_EVENT_PEER_DECLINED:
  case YONDER_CALL_EVENT_PEER_MISSED:
  case YONDER_CALL_EVENT_PEER_BUSY:
  case YONDER_CALL_EVENT_PEER_FAILED:
  case YONDER_CALL_EVENT_PEER_ELSEWHERE:
    g_signal_emit_by_name (fixture->signaling, "ended", "c1", peer_ends[event], "bob", NULL);
    return TRUE;
  case YONDER_CALL_EVENT_SIGNALING_LOST:
    yonder_fake_signaling_set_state (fixture->signaling, YONDER_SIGNALING_OFFLINE);
    yonder_fake_signaling_set_state (fixture->signaling, YONDER_SIGNALING_ONLINE);
    return TRUE;
  case YONDER_CALL_EVENT_PATH_LOST:
    if (media_of (call) == NULL)
      return FALSE;
    g_signal_emit_by_name (media_of (call), "ice-state", YONDER_ICE_STATE_DISCONNECTED);
    return TRUE;
  case YONDER_CALL_EVENT_MEDIA_FAILED:
    if (media_of (call) == NULL)
      return FALSE;
    g_signal_emit_by_name (media_of (call), "failed", error);
    return TRUE;
  case YONDER_CALL_EVENT_TIMEOUT:
    if (yonder_call_state_get_limit_ms (state) == 0)
      return FALSE;
    if (media_of (call) != NULL && yonder_fake_media_is_waiting (media_of (call)))
      yonder_fake_media_complete (media_of (call), SDP_OFFER, NULL);
    yonder_manual_clock_advance (fixture->clock, yonder_call_state_get_limit_ms (state));
    return TRUE;
  default:
    /* What the call or the manager tells itself: the other tests walk these. */
    return FALSE;
  }
}

/* Every event that the outside can bring, in every state, through the whole of the call: its state afterwards is the table's. */
static void
test_every_event_in_every_state (void)
{
  guint n_legal = 0, n_illegal = 0;

  for (guint state = YONDER_CALL_STATE_INVITING; state < YONDER_N_CALL_STATES; state++) {
    for (guint event = 0; event < YONDER_N_CALL_EVENTS; event++) {
      Fixture fixture = { 0 };
      YonderCall *call;
      YonderCallState to = state;
      YonderEndReason reason = YONDER_END_NONE;
      gboolean is_legal = yonder_call_state_step (state, event, &to, &reason);

      fixture_set_up (&fixture, NULL);
      call = bring_to (&fixture, state);
      g_assert_cmpint (yonder_call_get_state (call), ==, state);
      if (let_happen (&fixture, call, event)) {
        if (yonder_call_get_state (call) != to)
          g_error ("%s in state %s led to %s", yonder_call_event_to_string (event), yonder_call_state_to_string (state),
                   yonder_call_state_to_string (yonder_call_get_state (call)));
        if (is_legal && to == YONDER_CALL_STATE_ENDED) {
          g_assert_cmpint (yonder_call_get_end_reason (call), !=, YONDER_END_NONE);
          g_assert_true (reason == YONDER_END_NONE || reason == yonder_call_get_end_reason (call));
          g_assert_true (media_of (call) == NULL || yonder_fake_media_is_closed (media_of (call)));
        }
        if (is_legal)
          n_legal++;
        else
          n_illegal++;
      }
      yonder_fake_signaling_set_state (fixture.signaling, YONDER_SIGNALING_ONLINE);
      fixture_tear_down (&fixture, NULL);
    }
  }
  g_test_message ("%u legal and %u illegal events walked", n_legal, n_illegal);
  g_assert_cmpuint (n_legal, >, 60);
  g_assert_cmpuint (n_illegal, >, 30);
}

static void
refuse_invitation (Fixture *fixture, YonderCall *call, int code, const char *words)
{
  yonder_fake_media_complete (media_of (call), SDP_OFFER, NULL);
  yonder_fake_signaling_answer_invite (fixture->signaling, NULL, g_error_new_literal (YONDER_SIGNALING_ERROR, code, words));
}

static void
test_refused_invitations (Fixture *fixture, gconstpointer data)
{
  YonderCall *call;

  call = dial (fixture);
  refuse_invitation (fixture, call, YONDER_SIGNALING_ERROR_REJECTED, "You have no credit <b>left</b>");
  assert_ended (call, "rejected");
  g_assert_nonnull (strstr (yonder_call_get_end_detail (call), "You have no credit <b>left</b>"));

  call = dial (fixture);
  refuse_invitation (fixture, call, YONDER_SIGNALING_ERROR_REJECTED, "User is busy");
  assert_ended (call, "busy");

  call = dial (fixture);
  refuse_invitation (fixture, call, YONDER_SIGNALING_ERROR_REJECTED, "Callee is not online");
  assert_ended (call, "offline");
  g_assert_nonnull (strstr (yonder_call_get_end_detail (call), "Bob"));

  yonder_contact_set_presence (fixture->bob, YONDER_PRESENCE_OFFLINE);
  call = dial (fixture);
  refuse_invitation (fixture, call, YONDER_SIGNALING_ERROR_REJECTED, "Cannot do that");
  assert_ended (call, "offline");

  call = dial (fixture);
  refuse_invitation (fixture, call, YONDER_SIGNALING_ERROR_LOST, "gone");
  assert_ended (call, "signaling-lost");
  g_assert_cmpuint (yonder_fake_signaling_count (fixture->signaling, "hang-up"), ==, 0);
}

static void
test_decline (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_called (fixture, "c1", "bob");

  yonder_call_decline (call);
  assert_ended (call, "declined");
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "decline c1");
  yonder_call_accept (call, TRUE);
  assert_ended (call, "declined");

  call = get_called (fixture, "c2", "bob");
  yonder_call_hang_up (call);
  assert_ended (call, "declined");
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "decline c2");
}

static void
test_answered_elsewhere (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_called (fixture, "c1", "bob");

  g_signal_emit_by_name (fixture->signaling, "accepted", "c1", NULL);
  assert_ended (call, "answered-elsewhere");
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "");
}

static void
test_hang_up_before_the_server_answers (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = dial (fixture);

  yonder_call_hang_up (call);
  assert_ended (call, "hung-up");
  yonder_fake_signaling_answer_invite (fixture->signaling, "c1", NULL);
  assert_ended (call, "hung-up");
  g_assert_cmpuint (yonder_fake_signaling_count (fixture->signaling, "hang-up c1"), ==, 1);
}

static void
test_signaling_lost_before_media (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_to_ringing (fixture);

  /* A short loss is lived through … */
  yonder_fake_signaling_set_state (fixture->signaling, YONDER_SIGNALING_RECONNECTING);
  yonder_manual_clock_advance (fixture->clock, 9000);
  yonder_fake_signaling_set_state (fixture->signaling, YONDER_SIGNALING_ONLINE);
  yonder_manual_clock_advance (fixture->clock, 20000);
  assert_state (call, "ringing");

  /* … a longer one is not. */
  yonder_fake_signaling_set_state (fixture->signaling, YONDER_SIGNALING_RECONNECTING);
  yonder_manual_clock_advance (fixture->clock, 9999);
  assert_state (call, "ringing");
  yonder_manual_clock_advance (fixture->clock, 1);
  assert_ended (call, "signaling-lost");
  g_assert_nonnull (yonder_call_get_end_detail (call));

  /* Nobody can be called without. */
  yonder_fake_signaling_set_state (fixture->signaling, YONDER_SIGNALING_REFUSED);
  call = yonder_call_manager_dial (fixture->manager, fixture->bob, YONDER_CALL_KIND_VOICE);
  assert_ended (call, "signaling-lost");
  g_assert_cmpuint (yonder_fake_media_factory_get_n_made (fixture->factory), ==, 1);
}

static void
test_signaling_lost_with_media (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_out (fixture);

  yonder_fake_signaling_set_state (fixture->signaling, YONDER_SIGNALING_RECONNECTING);
  yonder_manual_clock_advance (fixture->clock, 10 * 60 * 1000);
  assert_state (call, "connected");
  yonder_fake_signaling_set_state (fixture->signaling, YONDER_SIGNALING_REFUSED);
  assert_state (call, "connected");
  yonder_fake_signaling_set_state (fixture->signaling, YONDER_SIGNALING_ONLINE);

  /* It is taken up again: the peer's word counts as before. */
  g_signal_emit_by_name (fixture->signaling, "ended", "c1", YONDER_PEER_END_HUNG_UP, NULL, NULL);
  assert_ended (call, "hung-up-by-peer");
}

static void
test_signaling_lost_while_it_connects (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_to_ringing (fixture);

  g_signal_emit_by_name (fixture->signaling, "accepted", "c1", NULL);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER, (gint64) 0);
  yonder_fake_media_complete (media_of (call), "", NULL);
  yonder_fake_signaling_set_state (fixture->signaling, YONDER_SIGNALING_RECONNECTING);
  yonder_manual_clock_advance (fixture->clock, 9000);
  bring_up (call);
  yonder_manual_clock_advance (fixture->clock, 60000);
  assert_state (call, "connected");
}

static void
test_early_candidates (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_called (fixture, "c1", "bob");

  /* Before there is a connection, and before the offer: kept, in order. */
  send_candidates (fixture, "c1", "offr", 3, 0);
  yonder_call_accept (call, TRUE);
  send_candidates (fixture, "c1", NULL, 2, 0);
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "candidate"), ==, 5);
  g_signal_emit_by_name (fixture->signaling, "offer", "c1", SDP_OFFER, (gint64) 0);
  assert_log (yonder_fake_media_take_log (media_of (call)),
              "candidate candidate:1 1 udp 2130706431 192.0.2.1 1 typ host; "
              "candidate candidate:1 1 udp 2130706431 192.0.2.1 2 typ host; "
              "candidate candidate:1 1 udp 2130706431 192.0.2.1 3 typ host; "
              "candidate candidate:1 1 udp 2130706431 192.0.2.1 1 typ host; "
              "candidate candidate:1 1 udp 2130706431 192.0.2.1 2 typ host; accept-offer " SDP_OFFER);
  yonder_fake_media_complete (media_of (call), SDP_ANSWER, NULL);
  g_assert_true (timeline_has (call, "queued 5, applied 5"));
  bring_up (call);
}

static void
test_too_many_candidates (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_in (fixture);
  guint n_refused;

  send_candidates (fixture, "c1", "offr", 200, 0);
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "candidate"), ==, 200);
  n_refused = yonder_timeline_get_n_refused (YONDER_TIMELINE (yonder_call_get_timeline (call)));
  g_assert_cmpuint (n_refused, ==, 0);

  send_candidates (fixture, "c1", "offr", 1000, 0);
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "candidate"), ==, 200);
  n_refused = yonder_timeline_get_n_refused (YONDER_TIMELINE (yonder_call_get_timeline (call)));
  g_assert_cmpuint (n_refused, ==, 1000);
  assert_state (call, "connected");

  /* As many as before an offer came; the queue has the same bound. */
  yonder_call_hang_up (call);
  call = get_called (fixture, "c2", "bob");
  send_candidates (fixture, "c2", "offr", 201, 0);
  yonder_call_accept (call, TRUE);
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "candidate"), ==, 200);
}

static void
test_foreign_messages (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_out (fixture);
  g_autofree char *before = yonder_fake_media_take_log (media_of (call));

  g_signal_emit_by_name (fixture->signaling, "ended", "c2", YONDER_PEER_END_HUNG_UP, NULL, NULL);
  g_signal_emit_by_name (fixture->signaling, "offer", "c2", SDP_OFFER, (gint64) 0);
  g_signal_emit_by_name (fixture->signaling, "offer", "c2", SDP_OFFER, (gint64) 1);
  g_signal_emit_by_name (fixture->signaling, "answer", "c2", SDP_ANSWER, (gint64) 0);
  g_signal_emit_by_name (fixture->signaling, "recover", "c2", (gint64) 1);
  g_signal_emit_by_name (fixture->signaling, "accepted", "c2", NULL);
  g_signal_emit_by_name (fixture->signaling, "call-error", "c2", "no");
  g_signal_emit_by_name (fixture->signaling, "call-error", NULL, "no");
  send_candidates (fixture, "c2", NULL, 3, 0);
  assert_state (call, "connected");
  assert_log (yonder_fake_media_take_log (media_of (call)), "");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->manager)), ==, 1);

  /* Nor does anything reach a call that is over. */
  yonder_call_hang_up (call);
  g_signal_emit_by_name (fixture->signaling, "offer", "c1", SDP_OFFER, (gint64) 1);
  send_candidates (fixture, "c1", NULL, 3, 0);
  assert_log (yonder_fake_media_take_log (media_of (call)), "close");
  assert_ended (call, "hung-up");
}

static void
test_unacceptable_descriptions (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_to_ringing (fixture);
  g_autofree char *huge = g_strnfill (256 * 1024 + 1, 'a');
  g_autofree char *largest = g_strnfill (256 * 1024, 'a');

  /* An answer before anybody took the call, or twice, or with nothing in it. */
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER, (gint64) 0);
  g_signal_emit_by_name (fixture->signaling, "accepted", "c1", NULL);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", "", (gint64) 0);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER, (gint64) -2);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER, (gint64) 1);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", huge, (gint64) 0);
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "accept-answer"), ==, 0);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", largest, (gint64) 0);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER, (gint64) 0);
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "accept-answer"), ==, 1);
  assert_state (call, "negotiating");
  g_assert_cmpuint (yonder_timeline_get_n_refused (YONDER_TIMELINE (yonder_call_get_timeline (call))), ==, 6);

  /* Media that cannot make anything of it ends the call, and says so. */
  yonder_fake_media_complete (media_of (call), NULL, g_error_new (YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_BAD_SDP, "no m-line"));
  assert_ended (call, "internal");
  g_assert_nonnull (strstr (yonder_call_get_end_detail (call), "no m-line"));
}

static void
test_refused_by_signaling (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_in (fixture);
  g_autoptr (GError) error = g_error_new (YONDER_ICE_ERROR, YONDER_ICE_ERROR_BAD_CANDIDATE, "no port");

  g_signal_emit_by_name (fixture->signaling, "refused", "c1", error);
  g_signal_emit_by_name (fixture->signaling, "refused", NULL, error);
  g_assert_true (timeline_has (call, "no port"));
  assert_state (call, "connected");
}

static void
count_notified (guint *n_notified)
{
  (*n_notified)++;
}

static void
test_mute (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_called (fixture, "c1", "bob");

  /* Before there is media it is kept, and holds from the first moment on. */
  g_object_set (call, "is-camera-off", TRUE, NULL);
  yonder_call_accept (call, TRUE);
  assert_log (yonder_fake_media_take_log (media_of (call)), "");
  g_assert_false (yonder_fake_media_sends_video (media_of (call)));
  yonder_call_set_muted (call, TRUE);
  yonder_call_set_muted (call, TRUE);
  yonder_call_set_camera_off (call, FALSE);
  assert_log (yonder_fake_media_take_log (media_of (call)), "muted 1 1; muted 1 0");
  /* The other side is told as soon as there is a way to. */
  g_signal_emit_by_name (media_of (call), "channel", TRUE);
  assert_log (yonder_fake_media_take_log (media_of (call)), "send {\"type\":\"state\",\"muted\":true,\"cameraOff\":false}");
  yonder_call_set_camera_off (call, TRUE);
  assert_log (yonder_fake_media_take_log (media_of (call)), "muted 1 1; send {\"type\":\"state\",\"muted\":true,\"cameraOff\":true}");
  yonder_call_set_camera_off (call, FALSE);
  yonder_call_hang_up (call);
  yonder_call_set_muted (call, FALSE);
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "muted"), ==, 4);
}

/* A voice call has no picture until somebody turns a camera on; the other side's stays as it is. */
static void
test_picture_mid_call (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = yonder_call_manager_dial (fixture->manager, fixture->bob, YONDER_CALL_KIND_VOICE);
  gboolean is_off;

  g_assert_false (yonder_fake_media_sends_video (media_of (call)));
  g_object_get (call, "is-camera-off", &is_off, NULL);
  g_assert_true (is_off);
  g_signal_emit_by_name (media_of (call), "channel", TRUE);
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "send {\"type\":\"state\",\"muted\":false,\"cameraOff\":true}"), ==, 1);

  g_free (yonder_fake_media_take_log (media_of (call)));
  yonder_call_set_camera_off (call, FALSE);
  assert_log (yonder_fake_media_take_log (media_of (call)), "muted 0 0; send {\"type\":\"state\",\"muted\":false,\"cameraOff\":false}");
  g_assert_cmpint (yonder_call_get_kind (call), ==, YONDER_CALL_KIND_VIDEO);
  yonder_call_set_camera_off (call, TRUE);
  assert_log (yonder_fake_media_take_log (media_of (call)), "muted 0 1; send {\"type\":\"state\",\"muted\":false,\"cameraOff\":true}");
  yonder_call_hang_up (call);
}

static void
test_picture_of_peer_mid_call (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = yonder_call_manager_dial (fixture->manager, fixture->bob, YONDER_CALL_KIND_VOICE);
  gboolean is_off;

  g_signal_emit_by_name (media_of (call), "first-frame", 640, 480);
  g_assert_cmpint (yonder_call_get_kind (call), ==, YONDER_CALL_KIND_VIDEO);
  g_object_get (call, "is-camera-off", &is_off, NULL);
  g_assert_true (is_off);
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "muted"), ==, 0);
  yonder_call_hang_up (call);
}

/* The other side's description has no place for a picture. */
static void
test_picture_refused (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = yonder_call_manager_dial (fixture->manager, fixture->bob, YONDER_CALL_KIND_VOICE);
  guint n_notified = 0;

  g_assert_true (yonder_call_can_send_picture (call));
  g_signal_connect_swapped (call, "notify::can-send-picture", G_CALLBACK (count_notified), &n_notified);
  yonder_fake_media_refuse_video (media_of (call));
  g_signal_emit_by_name (media_of (call), "secured");
  g_assert_false (yonder_call_can_send_picture (call));
  g_assert_cmpuint (n_notified, ==, 1);
  yonder_call_hang_up (call);
}

/* A screen takes the camera's place, and what is said of the camera counts afterwards; hold and the end of the call end it. */
static void
test_share_screen (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_out (fixture);
  guint n_notified = 0;

  g_signal_connect_swapped (call, "notify::is-sharing", G_CALLBACK (count_notified), &n_notified);
  g_signal_emit_by_name (media_of (call), "channel", TRUE);
  g_free (yonder_fake_media_take_log (media_of (call)));
  yonder_call_share_screen (call, -1, 42);
  g_assert_true (yonder_call_is_sharing (call));
  yonder_call_set_camera_off (call, TRUE);
  assert_log (yonder_fake_media_take_log (media_of (call)),
              "share 42; send {\"type\":\"state\",\"muted\":false,\"cameraOff\":false,\"sharing\":true}; muted 0 1");
  yonder_call_stop_sharing (call);
  g_assert_false (yonder_call_is_sharing (call));
  assert_log (yonder_fake_media_take_log (media_of (call)),
              "share no more; send {\"type\":\"state\",\"muted\":false,\"cameraOff\":true}");
  g_assert_cmpuint (n_notified, ==, 2);

  /* the stream ends by itself */
  yonder_call_share_screen (call, -1, 43);
  g_free (yonder_fake_media_take_log (media_of (call)));
  g_signal_emit_by_name (media_of (call), "screen-ended");
  g_assert_false (yonder_call_is_sharing (call));
  assert_log (yonder_fake_media_take_log (media_of (call)), "send {\"type\":\"state\",\"muted\":false,\"cameraOff\":true}");
  g_assert_cmpuint (n_notified, ==, 4);

  yonder_call_share_screen (call, -1, 44);
  yonder_call_set_held (call, TRUE);
  g_assert_false (yonder_call_is_sharing (call));
  yonder_call_share_screen (call, -1, 45);
  g_assert_false (yonder_call_is_sharing (call));
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "share no more"), ==, 2);

  yonder_call_set_held (call, FALSE);
  yonder_call_share_screen (call, -1, 46);
  g_assert_true (yonder_call_is_sharing (call));
  yonder_call_hang_up (call);
  g_assert_false (yonder_call_is_sharing (call));
  g_assert_cmpuint (n_notified, ==, 8);
}

/* Not before there is somebody to see it, nor where the other side takes no picture; a voice call has one then. */
static void
test_share_screen_in_voice_call (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = yonder_call_manager_dial (fixture->manager, fixture->bob, YONDER_CALL_KIND_VOICE);
  gboolean is_off;

  yonder_call_share_screen (call, -1, 42);
  g_assert_false (yonder_call_is_sharing (call));
  yonder_call_hang_up (call);

  call = get_called (fixture, "c2", "bob");
  yonder_call_accept (call, FALSE);
  g_signal_emit_by_name (fixture->signaling, "offer", "c2", SDP_OFFER, (gint64) 0);
  yonder_fake_media_complete (media_of (call), SDP_ANSWER, NULL);
  bring_up (call);
  yonder_call_share_screen (call, -1, 42);
  g_assert_true (yonder_call_is_sharing (call));
  g_assert_cmpint (yonder_call_get_kind (call), ==, YONDER_CALL_KIND_VIDEO);
  g_object_get (call, "is-camera-off", &is_off, NULL);
  g_assert_true (is_off);

  yonder_call_stop_sharing (call);
  yonder_fake_media_refuse_video (media_of (call));
  yonder_call_share_screen (call, -1, 43);
  g_assert_false (yonder_call_is_sharing (call));
  yonder_call_hang_up (call);
}

static void
test_no_media (Fixture *fixture, gconstpointer data)
{
  YonderCall *call;

  yonder_fake_media_factory_fail_next (fixture->factory, g_error_new (YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_MISSING_PLUGIN,
                                                                      "vp8enc is not installed"));
  call = yonder_call_manager_dial (fixture->manager, fixture->bob, YONDER_CALL_KIND_VIDEO);
  assert_ended (call, "no-media");
  g_assert_cmpstr (yonder_call_get_end_detail (call), ==, "vp8enc is not installed");
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "");

  yonder_fake_media_factory_fail_next (fixture->factory, g_error_new (YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_MISSING_PLUGIN,
                                                                      "vp8enc is not installed"));
  call = get_called (fixture, "c1", "bob");
  yonder_call_accept (call, TRUE);
  assert_ended (call, "no-media");
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "hang-up c1");
}

static void
test_media_fails (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = g_error_new (YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FINGERPRINT, "somebody sits in between");
  YonderCall *call = get_connected_out (fixture);

  g_signal_emit_by_name (media_of (call), "failed", error);
  assert_ended (call, "network");
  g_assert_cmpstr (yonder_call_get_end_detail (call), ==, "somebody sits in between");
  g_assert_cmpuint (yonder_fake_signaling_count (fixture->signaling, "hang-up c1"), ==, 1);
}

static void
test_peer_without_media (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_to_ringing (fixture);

  g_signal_emit_by_name (fixture->signaling, "accepted", "c1", NULL);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER, (gint64) 0);
  yonder_fake_media_complete (media_of (call), "", NULL);
  g_signal_emit_by_name (media_of (call), "secured");
  yonder_manual_clock_advance (fixture->clock, 5000);
  assert_state (call, "negotiating");
  g_signal_emit_by_name (media_of (call), "ice-state", YONDER_ICE_STATE_COMPLETED);
  yonder_manual_clock_advance (fixture->clock, 1999);
  assert_state (call, "negotiating");
  yonder_manual_clock_advance (fixture->clock, 1);
  assert_state (call, "connected");
}

/* What is sent may fail on the spot, and be complained about in the middle of the step that sent it. */
static void
test_complaints_on_the_spot (Fixture *fixture, gconstpointer data)
{
  YonderCall *call;

  yonder_fake_signaling_set_complaint (fixture->signaling, "cannot be sent");
  call = get_called (fixture, "c1", "bob");
  yonder_call_accept (call, TRUE);
  assert_ended (call, "rejected");
  g_assert_cmpuint (yonder_fake_media_factory_get_n_open (fixture->factory), ==, 0);

  call = get_to_ringing (fixture);
  g_signal_emit_by_name (fixture->signaling, "accepted", "c1", NULL);
  assert_ended (call, "rejected");

  call = get_called (fixture, "c2", "bob");
  yonder_call_decline (call);
  assert_ended (call, "declined");

  call = get_to_ringing (fixture);
  yonder_call_hang_up (call);
  assert_ended (call, "hung-up");
}

static void
dismiss (YonderCall *call, GParamSpec *pspec, YonderCallManager *manager)
{
  if (yonder_call_get_state (call) == YONDER_CALL_STATE_ENDED)
    yonder_call_manager_dismiss (manager, call);
}

/* Whoever sees a call end may drop it right there; nothing may go on with it then. */
static void
test_dismissed_as_it_ends (Fixture *fixture, gconstpointer data)
{
  for (guint state = YONDER_CALL_STATE_INVITING; state < YONDER_CALL_STATE_ENDED; state++) {
    for (guint event = 0; event < YONDER_N_CALL_EVENTS; event++) {
      YonderCall *call = bring_to (fixture, state);

      g_signal_connect (call, "notify::state", G_CALLBACK (dismiss), fixture->manager);
      g_ptr_array_set_size (fixture->incoming, 0);
      g_object_add_weak_pointer (G_OBJECT (call), (gpointer *) &call);
      let_happen (fixture, call, event);
      settle ();
      if (call != NULL) {
        g_object_remove_weak_pointer (G_OBJECT (call), (gpointer *) &call);
        yonder_call_hang_up (call);
      }
      settle ();
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->manager)), ==, 0);
      yonder_fake_signaling_set_state (fixture->signaling, YONDER_SIGNALING_ONLINE);
      while (yonder_fake_signaling_has_invitation (fixture->signaling))
        yonder_fake_signaling_answer_invite (fixture->signaling, "x", NULL);
    }
  }
}

#define ADD(path, function) g_test_add ("/call/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("outgoing", test_outgoing);
  ADD ("accepted-before-offer", test_accepted_before_the_offer_is_there);
  ADD ("incoming", test_incoming);
  ADD ("offer-without-word-of-the-server", test_offer_comes_without_word_of_the_server);
  ADD ("offer-first/outgoing", test_offer_first);
  ADD ("offer-first/incoming", test_offer_first_incoming);
  ADD ("timeouts", test_timeouts);
  ADD ("late-descriptions", test_late_descriptions);
  g_test_add_func ("/call/every-event-in-every-state", test_every_event_in_every_state);
  ADD ("refused-invitations", test_refused_invitations);
  ADD ("decline", test_decline);
  ADD ("answered-elsewhere", test_answered_elsewhere);
  ADD ("hang-up-before-the-server-answers", test_hang_up_before_the_server_answers);
  ADD ("signaling-lost/before-media", test_signaling_lost_before_media);
  ADD ("signaling-lost/with-media", test_signaling_lost_with_media);
  ADD ("signaling-lost/while-it-connects", test_signaling_lost_while_it_connects);
  ADD ("candidates/early", test_early_candidates);
  ADD ("candidates/too-many", test_too_many_candidates);
  ADD ("foreign-messages", test_foreign_messages);
  ADD ("unacceptable-descriptions", test_unacceptable_descriptions);
  ADD ("refused-by-signaling", test_refused_by_signaling);
  ADD ("mute", test_mute);
  ADD ("picture-mid-call", test_picture_mid_call);
  ADD ("picture-of-peer-mid-call", test_picture_of_peer_mid_call);
  ADD ("picture-refused", test_picture_refused);
  ADD ("share-screen", test_share_screen);
  ADD ("share-screen/voice", test_share_screen_in_voice_call);
  ADD ("no-media", test_no_media);
  ADD ("media-fails", test_media_fails);
  ADD ("peer-without-media", test_peer_without_media);
  ADD ("complaints-on-the-spot", test_complaints_on_the_spot);
  ADD ("dismissed-as-it-ends", test_dismissed_as_it_ends);
  return g_test_run ();
}
