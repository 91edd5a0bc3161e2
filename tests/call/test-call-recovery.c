/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A path that breaks: when it is rebuilt, by whom, and which messages belong to which peer connection. */

#include "call-fixture.h"

#include <string.h>

#define SDP_OFFER_1  "v=0\r\na=ice-ufrag:off1\r\n"
#define SDP_ANSWER_1 "v=0\r\na=ice-ufrag:ans1\r\n"

static void
set_ice (YonderCall *call, YonderIceState state)
{
  g_signal_emit_by_name (media_of (call), "ice-state", state);
}

static void
come_up_again (YonderCall *call)
{
  set_ice (call, YONDER_ICE_STATE_CONNECTED);
  g_signal_emit_by_name (media_of (call), "secured");
  assert_state (call, "connected");
}

static guint
get_n_refused (YonderCall *call)
{
  return yonder_timeline_get_n_refused (YONDER_TIMELINE (yonder_call_get_timeline (call)));
}

static void
forget_logs (Fixture *fixture, YonderCall *call)
{
  g_free (yonder_fake_signaling_take_log (fixture->signaling));
  g_free (yonder_fake_media_take_log (media_of (call)));
}

/* Most losses heal by themselves: nothing is rebuilt within three seconds. */
static void
test_short_loss (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_out (fixture);

  forget_logs (fixture, call);
  set_ice (call, YONDER_ICE_STATE_DISCONNECTED);
  assert_state (call, "reconnecting");
  yonder_manual_clock_advance (fixture->clock, 2999);
  set_ice (call, YONDER_ICE_STATE_CONNECTED);
  assert_state (call, "connected");
  yonder_manual_clock_advance (fixture->clock, 60000);
  assert_log (yonder_fake_media_take_log (media_of (call)), "");
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "");
}

static void
test_caller_offers_again (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_out (fixture);
  YonderFakeMedia *media = media_of (call);
  g_autoptr (YonderIceCandidate) old = make_candidate ("offr", 7);
  g_autoptr (YonderIceCandidate) new = make_candidate ("off1", 8);

  forget_logs (fixture, call);
  set_ice (call, YONDER_ICE_STATE_DISCONNECTED);
  yonder_manual_clock_advance (fixture->clock, 3000);
  assert_log (yonder_fake_media_take_log (media), "generation 1; create-offer");

  /* What the connection before still gathers is not sent any more. */
  g_signal_emit_by_name (media, "candidate", old, (gint64) 0);
  g_signal_emit_by_name (media, "candidate", new, (gint64) 1);
  yonder_fake_media_complete (media, SDP_OFFER_1, NULL);
  assert_log (yonder_fake_signaling_take_log (fixture->signaling),
              "offer c1 bob 1 " SDP_OFFER_1 "; candidate c1 bob 1 candidate:1 1 udp 2130706431 192.0.2.1 8 typ host");

  /* The peer's late words about the connection before are dropped. */
  send_candidates (fixture, "c1", "answ", 3, 0);
  send_candidates (fixture, "c1", NULL, 3, 0);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER, (gint64) 0);
  g_assert_cmpuint (get_n_refused (call), ==, 7);
  assert_log (yonder_fake_media_take_log (media), "");

  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER_1, (gint64) 1);
  yonder_fake_media_complete (media, "", NULL);
  send_candidates (fixture, "c1", "answ", 1, 1); /* the right number, the wrong connection */
  send_candidates (fixture, "c1", "ans1", 1, 1);
  assert_log (yonder_fake_media_take_log (media),
              "accept-answer " SDP_ANSWER_1 "; candidate candidate:1 1 udp 2130706431 192.0.2.1 1 typ host");
  assert_state (call, "reconnecting");
  come_up_again (call);
  yonder_manual_clock_advance (fixture->clock, 60000);
  g_assert_cmpuint (yonder_fake_media_count (media, "generation"), ==, 1);
}

static void
test_failure_is_rebuilt_at_once (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_out (fixture);

  set_ice (call, YONDER_ICE_STATE_DISCONNECTED);
  set_ice (call, YONDER_ICE_STATE_FAILED);
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "generation 1"), ==, 1);
  set_ice (call, YONDER_ICE_STATE_FAILED);
  yonder_manual_clock_advance (fixture->clock, 9999);
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "generation"), ==, 1);

  /* Nothing came of it: once more, until the minute is over. */
  yonder_manual_clock_advance (fixture->clock, 1);
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "generation 2"), ==, 1);
  yonder_manual_clock_advance (fixture->clock, 50000);
  assert_ended (call, "network");
  g_assert_cmpuint (yonder_fake_signaling_count (fixture->signaling, "hang-up c1"), ==, 1);
}

static void
test_description_that_fails_is_tried_again (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_out (fixture);

  set_ice (call, YONDER_ICE_STATE_FAILED);
  yonder_fake_media_complete (media_of (call), NULL, g_error_new (YONDER_MEDIA_ERROR, YONDER_MEDIA_ERROR_FAILED, "not now"));
  assert_state (call, "reconnecting");
  yonder_manual_clock_advance (fixture->clock, 10000);
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "create-offer"), ==, 3);
}

static void
test_callee_asks (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_in (fixture);
  YonderFakeMedia *media = media_of (call);

  forget_logs (fixture, call);
  set_ice (call, YONDER_ICE_STATE_FAILED);
  assert_state (call, "reconnecting");
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "recover c1 bob 1");
  assert_log (yonder_fake_media_take_log (media), "");

  /* Candidates may overtake the offer. */
  send_candidates (fixture, "c1", "off1", 2, 1);
  assert_log (yonder_fake_media_take_log (media), "");
  g_signal_emit_by_name (fixture->signaling, "offer", "c1", SDP_OFFER_1, (gint64) 1);
  assert_log (yonder_fake_media_take_log (media),
              "generation 1; candidate candidate:1 1 udp 2130706431 192.0.2.1 1 typ host; "
              "candidate candidate:1 1 udp 2130706431 192.0.2.1 2 typ host; accept-offer " SDP_OFFER_1);
  yonder_fake_media_complete (media, SDP_ANSWER_1, NULL);
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "answer c1 bob 1 " SDP_ANSWER_1);
  come_up_again (call);
}

/* A peer that knows what it is asked, and does not do it. */
static void
test_callee_offers_where_asking_does_not_help (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_in (fixture);
  YonderFakeMedia *media = media_of (call);

  forget_logs (fixture, call);
  set_ice (call, YONDER_ICE_STATE_FAILED);
  yonder_manual_clock_advance (fixture->clock, 10000);
  assert_log (yonder_fake_media_take_log (media), "generation 1; create-offer");
  yonder_fake_media_complete (media, SDP_OFFER_1, NULL);
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "recover c1 bob 1; offer c1 bob 1 " SDP_OFFER_1);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER_1, (gint64) 1);
  yonder_fake_media_complete (media, "", NULL);
  come_up_again (call);
}

/* A web client that writes no generations cannot be asked. It may heal by an offer. */
static void
test_peer_without_generations (Fixture *fixture, gconstpointer data)
{
  YonderFakeMedia *media;
  YonderCall *call;

  fixture->written = YONDER_NO_GENERATION;
  call = get_connected_in (fixture);
  media = media_of (call);
  forget_logs (fixture, call);
  set_ice (call, YONDER_ICE_STATE_FAILED);
  assert_log (yonder_fake_media_take_log (media), "generation 1; create-offer");
  yonder_fake_media_complete (media, SDP_OFFER_1, NULL);
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "offer c1 bob 1 " SDP_OFFER_1);

  /* It answers without a number: new is what has a new ufrag. */
  send_candidates (fixture, "c1", "offr", 1, YONDER_NO_GENERATION);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_OFFER, (gint64) YONDER_NO_GENERATION);
  g_assert_cmpuint (get_n_refused (call), ==, 2);
  send_candidates (fixture, "c1", "ans1", 1, YONDER_NO_GENERATION);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER_1, (gint64) YONDER_NO_GENERATION);
  assert_log (yonder_fake_media_take_log (media),
              "candidate candidate:1 1 udp 2130706431 192.0.2.1 1 typ host; accept-answer " SDP_ANSWER_1);
  yonder_fake_media_complete (media, "", NULL);
  come_up_again (call);
}

static void
on_redialled (YonderCallManager *manager, YonderCall *former, YonderCall *call, YonderCall **redialled)
{
  assert_ended (former, "network");
  g_assert_true (yonder_call_is_redial (call));
  *redialled = call;
}

/* … or it never understands it: then the call is ended after ten seconds and dialled again, by whichever side. */
static void
test_redial (Fixture *fixture, gconstpointer is_caller)
{
  g_autoptr (YonderCall) redialled = NULL;
  YonderCall *call;

  fixture->written = YONDER_NO_GENERATION;
  call = GPOINTER_TO_INT (is_caller) ? get_connected_out (fixture) : get_connected_in (fixture);
  g_signal_connect (fixture->manager, "redialled", G_CALLBACK (on_redialled), &redialled);
  yonder_contact_set_presence (yonder_call_get_peer (call), YONDER_PRESENCE_ONLINE);
  yonder_call_set_muted (call, TRUE);
  set_ice (call, YONDER_ICE_STATE_FAILED);
  yonder_fake_media_complete (media_of (call), SDP_OFFER_1, NULL);
  /* Signalling works, and so may even ICE: it is sound and picture that count. */
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER_1, (gint64) YONDER_NO_GENERATION);
  yonder_fake_media_complete (media_of (call), "", NULL);
  set_ice (call, YONDER_ICE_STATE_CONNECTED);
  forget_logs (fixture, call);
  yonder_manual_clock_advance (fixture->clock, 9999);
  assert_state (call, "reconnecting");
  yonder_manual_clock_advance (fixture->clock, 1);

  assert_ended (call, "network");
  g_assert_nonnull (redialled);
  g_object_ref (redialled);
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "hang-up c1; invite bob video");
  assert_state (redialled, "inviting");
  g_assert_true (yonder_call_is_outgoing (redialled));
  g_assert_true (yonder_call_manager_get_active (fixture->manager) == redialled);
  g_assert_cmpuint (yonder_fake_media_factory_get_n_open (fixture->factory), ==, 1);
  assert_log (yonder_fake_media_take_log (media_of (redialled)), "muted 1 0; create-offer");

  /* What breaks again at once is not dialled again: that would ring there all day. */
  yonder_fake_media_complete (media_of (redialled), SDP_OFFER, NULL);
  yonder_fake_signaling_answer_invite (fixture->signaling, "c2", NULL);
  g_signal_emit_by_name (fixture->signaling, "accepted", "c2", NULL);
  g_signal_emit_by_name (fixture->signaling, "answer", "c2", SDP_ANSWER, (gint64) YONDER_NO_GENERATION);
  yonder_fake_media_complete (media_of (redialled), "", NULL);
  bring_up (redialled);
  set_ice (redialled, YONDER_ICE_STATE_FAILED);
  yonder_manual_clock_advance (fixture->clock, 59999);
  assert_state (redialled, "reconnecting");
  yonder_manual_clock_advance (fixture->clock, 1);
  assert_ended (redialled, "network");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->manager)), ==, 2);
}

/* Somebody who is not there cannot be called; they may come back within the minute. */
static void
test_no_redial_of_who_is_offline (Fixture *fixture, gconstpointer data)
{
  YonderCall *call;

  fixture->written = YONDER_NO_GENERATION;
  call = get_connected_out (fixture);
  yonder_contact_set_presence (fixture->bob, YONDER_PRESENCE_OFFLINE);
  set_ice (call, YONDER_ICE_STATE_FAILED);
  yonder_manual_clock_advance (fixture->clock, 35000);
  assert_state (call, "reconnecting");
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "generation"), ==, 4);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->manager)), ==, 1);
}

/* A connection to the server that is found dead after the rebuilding was asked for: it is asked for again as soon as it is back. */
static void
test_server_was_gone_already (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_out (fixture);
  YonderFakeMedia *media = media_of (call);

  set_ice (call, YONDER_ICE_STATE_FAILED);
  yonder_fake_media_complete (media, SDP_OFFER_1, NULL);
  yonder_fake_signaling_set_state (fixture->signaling, YONDER_SIGNALING_RECONNECTING);
  yonder_manual_clock_advance (fixture->clock, 4000);
  forget_logs (fixture, call);
  yonder_fake_signaling_set_state (fixture->signaling, YONDER_SIGNALING_ONLINE);
  assert_log (yonder_fake_media_take_log (media), "generation 2; create-offer");
}

/* What the end says was tried. */
static void
assert_told (YonderCall *call, const char *words)
{
  assert_ended (call, "network");
  if (strstr (yonder_call_get_end_detail (call), words) == NULL)
    g_error ("the end says “%s”, not “%s”", yonder_call_get_end_detail (call), words);
}

static void
test_end_tells_what_was_tried (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_out (fixture);

  set_ice (call, YONDER_ICE_STATE_FAILED);
  yonder_manual_clock_advance (fixture->clock, 60000);
  assert_told (call, "tried 6 times within a minute, but the other side never answered");

  call = get_connected_out (fixture);
  yonder_fake_signaling_set_state (fixture->signaling, YONDER_SIGNALING_RECONNECTING);
  set_ice (call, YONDER_ICE_STATE_FAILED);
  yonder_manual_clock_advance (fixture->clock, 60000);
  assert_told (call, "the call server could not be reached");
  yonder_fake_signaling_set_state (fixture->signaling, YONDER_SIGNALING_ONLINE);

  call = get_connected_out (fixture);
  set_ice (call, YONDER_ICE_STATE_FAILED);
  yonder_fake_media_complete (media_of (call), SDP_OFFER_1, NULL);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER_1, (gint64) 1);
  yonder_manual_clock_advance (fixture->clock, 60000);
  assert_told (call, "no relay is set up");

  /* What was tried in an earlier break does not count for this one. */
  call = get_connected_out (fixture);
  set_ice (call, YONDER_ICE_STATE_FAILED);
  yonder_fake_media_complete (media_of (call), SDP_OFFER_1, NULL);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER_1, (gint64) 1);
  yonder_fake_media_complete (media_of (call), "", NULL);
  come_up_again (call);
  set_ice (call, YONDER_ICE_STATE_FAILED);
  yonder_manual_clock_advance (fixture->clock, 60000);
  assert_told (call, "tried 6 times within a minute, but the other side never answered");
}

/* The relay refuses while the path is rebuilt: the end names it. */
static void
test_end_names_the_relay (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_out (fixture);
  YonderIceReport *report = yonder_ice_report_new ();
  YonderReportServer *turn = yonder_ice_report_add_server (report, TRUE, "turn.example.org", 3478, "udp");

  turn->outcome = YONDER_SERVER_REFUSED;
  turn->error_code = 401;
  set_ice (call, YONDER_ICE_STATE_FAILED);
  yonder_fake_media_complete (media_of (call), SDP_OFFER_1, NULL);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER_1, (gint64) 1);
  yonder_fake_media_set_report (media_of (call), report);
  yonder_manual_clock_advance (fixture->clock, 59999);
  assert_state (call, "reconnecting");
  yonder_manual_clock_advance (fixture->clock, 1);
  assert_ended (call, "network");
  assert_told (call, "tried 6 times within a minute, but none was found. The relay turn.example.org was needed, but it does not accept");
}

/* The other side's minute is over first. Who was away for a moment only was hung up on by a person. */
static void
test_peer_gives_up_first (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_out (fixture);

  set_ice (call, YONDER_ICE_STATE_FAILED);
  yonder_manual_clock_advance (fixture->clock, 59000);
  g_signal_emit_by_name (fixture->signaling, "ended", "c1", YONDER_PEER_END_HUNG_UP, "bob", NULL);
  assert_ended (call, "hung-up-by-peer");
  g_assert_nonnull (strstr (yonder_call_get_end_detail (call), "tried 6 times within a minute"));

  call = get_connected_out (fixture);
  set_ice (call, YONDER_ICE_STATE_FAILED);
  yonder_manual_clock_advance (fixture->clock, 20000);
  g_signal_emit_by_name (fixture->signaling, "ended", "c1", YONDER_PEER_END_HUNG_UP, "bob", NULL);
  assert_ended (call, "hung-up-by-peer");
  g_assert_null (yonder_call_get_end_detail (call));
}

static void
test_peer_restarts (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_in (fixture);
  YonderFakeMedia *media = media_of (call);

  forget_logs (fixture, call);
  yonder_manual_clock_advance (fixture->clock, 5000);

  /* A higher number, with holes. */
  g_signal_emit_by_name (fixture->signaling, "offer", "c1", SDP_OFFER_1, (gint64) 3);
  assert_state (call, "reconnecting");
  assert_log (yonder_fake_media_take_log (media), "generation 1; accept-offer " SDP_OFFER_1);
  yonder_fake_media_complete (media, SDP_ANSWER_1, NULL);
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "answer c1 bob 3 " SDP_ANSWER_1);
  come_up_again (call);
  yonder_manual_clock_advance (fixture->clock, 5000);

  /* Older, the same again, far ahead: dropped. */
  g_signal_emit_by_name (fixture->signaling, "offer", "c1", SDP_OFFER_1, (gint64) 2);
  g_signal_emit_by_name (fixture->signaling, "offer", "c1", SDP_OFFER_1, (gint64) 3);
  g_signal_emit_by_name (fixture->signaling, "offer", "c1", SDP_OFFER_1, G_MAXINT64);
  g_signal_emit_by_name (fixture->signaling, "offer", "c1", SDP_OFFER_1, (gint64) 20);
  send_candidates (fixture, "c1", NULL, 1, G_MAXINT64);
  g_assert_cmpuint (get_n_refused (call), ==, 5);
  assert_log (yonder_fake_media_take_log (media), "");
  assert_state (call, "connected");

  /* A browser that restarts ICE by itself keeps the number. */
  g_signal_emit_by_name (fixture->signaling, "offer", "c1", "v=0\r\na=ice-ufrag:off2\r\n", (gint64) 3);
  assert_log (yonder_fake_media_take_log (media), "generation 2; accept-offer v=0\r\na=ice-ufrag:off2\r\n");
  yonder_fake_media_complete (media, "v=0\r\na=ice-ufrag:ans2\r\n", NULL);
  g_assert_cmpuint (yonder_fake_signaling_count (fixture->signaling, "answer c1 bob 3"), ==, 2);
  come_up_again (call);
}

static void
test_restarts_have_a_rate (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_in (fixture);

  for (guint i = 1; i <= 100; i++) {
    g_autofree char *sdp = g_strdup_printf ("v=0\r\na=ice-ufrag:x%u\r\n", i);

    g_signal_emit_by_name (fixture->signaling, "offer", "c1", sdp, (gint64) 0);
    g_signal_emit_by_name (fixture->signaling, "recover", "c1", (gint64) (1 + i % 3));
  }
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "generation"), ==, 1);
  g_assert_cmpuint (get_n_refused (call), ==, 198);
  /* The last wish is granted when its time has come, and only that. */
  yonder_manual_clock_advance (fixture->clock, 2000);
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "generation"), ==, 2);
}

/* The network changes twice within a second: the second offer waits, and is answered without anybody asking again. */
static void
test_second_restart_waits (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_in (fixture);
  YonderFakeMedia *media = media_of (call);

  g_signal_emit_by_name (fixture->signaling, "offer", "c1", SDP_OFFER_1, (gint64) 1);
  yonder_fake_media_complete (media, SDP_ANSWER_1, NULL);
  come_up_again (call);
  forget_logs (fixture, call);
  yonder_manual_clock_advance (fixture->clock, 300);

  g_signal_emit_by_name (fixture->signaling, "offer", "c1", "v=0\r\na=ice-ufrag:off2\r\n", (gint64) 2);
  send_candidates (fixture, "c1", "off2", 1, 2);
  assert_log (yonder_fake_media_take_log (media), "");
  yonder_manual_clock_advance (fixture->clock, 701);
  assert_log (yonder_fake_media_take_log (media), "generation 2; candidate candidate:1 1 udp 2130706431 192.0.2.1 1 typ host; "
              "accept-offer v=0\r\na=ice-ufrag:off2\r\n");
  g_assert_cmpuint (get_n_refused (call), ==, 0);
}

static void
test_peer_asks (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_out (fixture);
  YonderFakeMedia *media = media_of (call);

  forget_logs (fixture, call);
  g_signal_emit_by_name (fixture->signaling, "recover", "c1", (gint64) 1);
  assert_state (call, "reconnecting");
  assert_log (yonder_fake_media_take_log (media), "generation 1; create-offer");
  /* Both noticed: the second word for the same generation changes nothing. */
  yonder_manual_clock_advance (fixture->clock, 1500);
  g_signal_emit_by_name (fixture->signaling, "recover", "c1", (gint64) 1);
  set_ice (call, YONDER_ICE_STATE_FAILED);
  assert_log (yonder_fake_media_take_log (media), "");
  /* Where both make an offer the caller's stands. */
  g_signal_emit_by_name (fixture->signaling, "offer", "c1", SDP_OFFER_1, (gint64) 1);
  assert_log (yonder_fake_media_take_log (media), "");
  yonder_fake_media_complete (media, SDP_OFFER_1, NULL);
  g_assert_cmpuint (yonder_fake_signaling_count (fixture->signaling, "offer c1 bob 1"), ==, 1);
}

static void
test_callee_gives_way (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_in (fixture);
  YonderFakeMedia *media = media_of (call);

  set_ice (call, YONDER_ICE_STATE_FAILED);
  yonder_manual_clock_advance (fixture->clock, 10000);
  yonder_fake_media_complete (media, SDP_ANSWER_1, NULL);
  forget_logs (fixture, call);
  g_signal_emit_by_name (fixture->signaling, "offer", "c1", SDP_OFFER_1, (gint64) 1);
  assert_log (yonder_fake_media_take_log (media), "generation 2; accept-offer " SDP_OFFER_1);
}

static void
test_recover_before_it_was_up (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_to_ringing (fixture);

  g_signal_emit_by_name (fixture->signaling, "recover", "c1", (gint64) 1);
  g_signal_emit_by_name (fixture->signaling, "accepted", "c1", NULL);
  g_signal_emit_by_name (fixture->signaling, "recover", "c1", (gint64) 1);
  set_ice (call, YONDER_ICE_STATE_FAILED);
  assert_state (call, "negotiating"); /* more candidates may come */
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "generation"), ==, 0);
  yonder_call_recover (call);
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "generation"), ==, 0);
}

/* Without a server nothing can be told; as soon as it is there the path is rebuilt. */
static void
test_both_lost (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_out (fixture);
  YonderFakeMedia *media = media_of (call);

  forget_logs (fixture, call);
  yonder_fake_signaling_set_state (fixture->signaling, YONDER_SIGNALING_RECONNECTING);
  set_ice (call, YONDER_ICE_STATE_DISCONNECTED);
  set_ice (call, YONDER_ICE_STATE_FAILED);
  yonder_manual_clock_advance (fixture->clock, 40000);
  assert_state (call, "reconnecting");
  assert_log (yonder_fake_media_take_log (media), "");

  yonder_fake_signaling_set_state (fixture->signaling, YONDER_SIGNALING_ONLINE);
  assert_log (yonder_fake_media_take_log (media), "generation 1; create-offer");
  yonder_fake_media_complete (media, SDP_OFFER_1, NULL);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER_1, (gint64) 1);
  yonder_fake_media_complete (media, "", NULL);
  come_up_again (call);
}

static void
test_network_changed (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_out (fixture);

  yonder_call_manager_recover_all (fixture->manager);
  assert_state (call, "reconnecting");
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "generation 1"), ==, 1);
}

/* Something about the network changed: a path that works is left alone, one that is lost is tried at once. */
static void
test_network_stirred (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_out (fixture);

  yonder_call_manager_recover_lost (fixture->manager);
  assert_state (call, "connected");
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "generation"), ==, 0);

  set_ice (call, YONDER_ICE_STATE_FAILED);
  yonder_manual_clock_advance (fixture->clock, 1000);
  yonder_call_manager_recover_lost (fixture->manager);
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "generation 2"), ==, 1);
}

/* Nothing comes any more although ICE has not noticed: three seconds of patience. */
static void
test_silence (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_out (fixture);
  YonderFakeMedia *media = media_of (call);

  /* A peer that never sent anything is not silent. */
  yonder_fake_media_set_bitrate (media, 0);
  yonder_manual_clock_advance (fixture->clock, 10000);
  assert_state (call, "connected");

  yonder_fake_media_set_bitrate (media, 500000);
  yonder_manual_clock_advance (fixture->clock, 2000);
  yonder_fake_media_set_bitrate (media, 0);
  yonder_manual_clock_advance (fixture->clock, 2000);
  assert_state (call, "connected");
  yonder_manual_clock_advance (fixture->clock, 1000);
  assert_state (call, "reconnecting");
  g_assert_cmpuint (yonder_fake_media_count (media, "generation 1"), ==, 1);
}

/* What the peer sends comes, but it tells no more of what it gets: the way there is lost. */
static void
test_unheard (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_out (fixture);
  YonderFakeMedia *media = media_of (call);

  yonder_fake_media_set_bitrate (media, 500000);
  yonder_fake_media_set_unheard (media, 60000);
  yonder_manual_clock_advance (fixture->clock, 2000);
  yonder_fake_media_set_unheard (media, 100);
  yonder_manual_clock_advance (fixture->clock, 10000);
  assert_state (call, "connected");

  yonder_fake_media_set_unheard (media, 1500);
  yonder_manual_clock_advance (fixture->clock, 2000);
  assert_state (call, "connected");
  yonder_manual_clock_advance (fixture->clock, 1000);
  assert_state (call, "reconnecting");
}

/* Thirty seconds for a first path, whatever ICE, the peer and the server say meanwhile. */
static void
test_first_path_has_a_limit (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_called (fixture, "c1", "bob");

  yonder_call_accept (call, TRUE);
  g_signal_emit_by_name (fixture->signaling, "offer", "c1", SDP_OFFER, (gint64) 0);
  assert_state (call, "negotiating");
  for (gint64 second = 1; second < 30; second++) {
    g_autofree char *offer = g_strdup_printf ("v=0\r\na=ice-ufrag:again%02d\r\n", (int) second);

    yonder_fake_media_complete (media_of (call), SDP_ANSWER, NULL);
    set_ice (call, second % 2 ? YONDER_ICE_STATE_FAILED : YONDER_ICE_STATE_CHECKING);
    yonder_fake_signaling_set_state (fixture->signaling, second % 3 ? YONDER_SIGNALING_ONLINE : YONDER_SIGNALING_RECONNECTING);
    yonder_manual_clock_advance (fixture->clock, 1000);
    g_signal_emit_by_name (fixture->signaling, "offer", "c1", offer, second);
    assert_state (call, "negotiating");
  }
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "generation"), >, 10);
  yonder_fake_media_complete (media_of (call), SDP_ANSWER, NULL);
  yonder_manual_clock_advance (fixture->clock, 999);
  assert_state (call, "negotiating");
  yonder_manual_clock_advance (fixture->clock, 1);
  assert_ended (call, "network");
  g_assert_cmpuint (yonder_fake_signaling_count (fixture->signaling, "hang-up c1"), ==, 1);
}

static void
test_mute_and_time_go_on (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_out (fixture);

  yonder_manual_clock_advance (fixture->clock, 5000);
  set_ice (call, YONDER_ICE_STATE_DISCONNECTED);
  yonder_call_set_muted (call, TRUE);
  yonder_manual_clock_advance (fixture->clock, 2000);
  g_assert_cmpuint (yonder_call_get_elapsed_s (call), ==, 7);
  g_assert_cmpuint (yonder_fake_media_count (media_of (call), "muted 1 0"), ==, 1);
}

#define ADD(path, function) g_test_add ("/call-recovery/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("short-loss", test_short_loss);
  ADD ("caller-offers-again", test_caller_offers_again);
  ADD ("failure-is-rebuilt-at-once", test_failure_is_rebuilt_at_once);
  ADD ("description-that-fails", test_description_that_fails_is_tried_again);
  ADD ("callee-asks", test_callee_asks);
  ADD ("callee-offers", test_callee_offers_where_asking_does_not_help);
  ADD ("peer-without-generations", test_peer_without_generations);
  g_test_add ("/call-recovery/redial/by-caller", Fixture, GINT_TO_POINTER (TRUE), fixture_set_up, test_redial, fixture_tear_down);
  g_test_add ("/call-recovery/redial/by-callee", Fixture, GINT_TO_POINTER (FALSE), fixture_set_up, test_redial, fixture_tear_down);
  ADD ("redial/not-who-is-offline", test_no_redial_of_who_is_offline);
  ADD ("server-was-gone-already", test_server_was_gone_already);
  ADD ("end-tells-what-was-tried", test_end_tells_what_was_tried);
  ADD ("end-names-the-relay", test_end_names_the_relay);
  ADD ("peer-gives-up-first", test_peer_gives_up_first);
  ADD ("peer-restarts", test_peer_restarts);
  ADD ("restarts-have-a-rate", test_restarts_have_a_rate);
  ADD ("second-restart-waits", test_second_restart_waits);
  ADD ("peer-asks", test_peer_asks);
  ADD ("callee-gives-way", test_callee_gives_way);
  ADD ("recover-before-it-was-up", test_recover_before_it_was_up);
  ADD ("both-lost", test_both_lost);
  ADD ("network-changed", test_network_changed);
  ADD ("network-stirred", test_network_stirred);
  ADD ("silence", test_silence);
  ADD ("unheard", test_unheard);
  ADD ("first-path-has-a-limit", test_first_path_has_a_limit);
  ADD ("mute-and-time-go-on", test_mute_and_time_go_on);
  return g_test_run ();
}
