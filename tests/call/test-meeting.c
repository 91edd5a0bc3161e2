/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way out of a call that cannot be connected: both sides come to one room, and nobody else knows it. */

#include "call-fixture.h"

#include <string.h>

#include "yonder-meeting.h"

#define BASE "https://meet.example.org/"
#define ROOM "https://rooms.example.net/r/4711"

static void
test_room (void)
{
  g_autofree char *room = yonder_meeting_dup_room ("https://meet.example.org");
  g_autofree char *other = yonder_meeting_dup_room ("https://meet.example.org");
  g_autofree char *below = yonder_meeting_dup_room ("https://[2001:db8::1]:8080/jitsi?x=1#y");
  g_autofree char *place = yonder_meeting_dup_place (room);

  g_assert_true (g_regex_match_simple ("^https://meet\\.example\\.org/yonder-[0-9a-f]{32}$", room, 0, 0));
  g_assert_cmpstr (room, !=, other);
  g_assert_true (g_str_has_prefix (below, "https://[2001:db8::1]:8080/jitsi/yonder-"));
  g_assert_null (strchr (below, '?'));
  g_assert_cmpstr (place, ==, "meet.example.org");
  g_assert_true (yonder_meeting_is_room (room));
}

static const char * const no_places[] = { "", "meet.example.org", "http://meet.example.org", "file:///etc/passwd", "javascript:alert(1)",
                                          "https://", "https:///x", "%", "https://meet.example.org@evil.example/" };

static void
test_no_place (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (no_places); i++) {
    g_assert_null (yonder_meeting_dup_room (no_places[i]));
    g_assert_false (yonder_meeting_is_room (no_places[i]));
  }
}

/* The room that this side told of, once. */
static char *
take_told_room (Fixture *fixture)
{
  g_autofree char *log = yonder_fake_signaling_take_log (fixture->signaling);
  const char *told = strstr (log, "meeting c1 bob " BASE "yonder-");
  const char *room = told != NULL ? told + strlen ("meeting c1 bob ") : NULL;

  g_assert_nonnull (room);
  g_assert_null (strstr (room, "meeting "));
  return g_strndup (room, strcspn (room, ";"));
}

static void
assert_silent (Fixture *fixture)
{
  g_autofree char *log = yonder_fake_signaling_take_log (fixture->signaling);

  g_assert_null (strstr (log, "meeting "));
}

static YonderCall *
get_to_negotiating (Fixture *fixture)
{
  YonderCall *call = get_to_ringing (fixture);

  g_signal_emit_by_name (fixture->signaling, "accepted", "c1", NULL);
  g_signal_emit_by_name (fixture->signaling, "answer", "c1", SDP_ANSWER, fixture->written);
  yonder_fake_media_complete (media_of (call), "", NULL);
  settle ();
  return call;
}

static YonderCall *
get_to_negotiating_in (Fixture *fixture)
{
  YonderCall *call = get_called (fixture, "c1", "bob");

  yonder_call_accept (call, TRUE);
  g_signal_emit_by_name (fixture->signaling, "offer", "c1", SDP_OFFER, fixture->written);
  yonder_fake_media_complete (media_of (call), SDP_ANSWER, NULL);
  settle ();
  assert_state (call, "negotiating");
  return call;
}

/* The caller tells in time, and both see it only when the call has come to nothing. */
static void
test_caller (Fixture *fixture, gconstpointer data)
{
  YonderCall *call;
  g_autofree char *room = NULL;

  g_object_set (fixture->manager, "meeting-base", BASE, NULL);
  call = get_to_negotiating (fixture);
  yonder_manual_clock_advance (fixture->clock, 2900);
  assert_silent (fixture);
  yonder_manual_clock_advance (fixture->clock, 100);
  room = take_told_room (fixture);
  g_signal_emit_by_name (fixture->signaling, "meeting", "c1", ROOM); /* crossed ours, which stands */
  g_assert_null (yonder_call_get_meeting_uri (call));

  yonder_manual_clock_advance (fixture->clock, 27000);
  assert_ended (call, "network");
  g_assert_cmpstr (yonder_call_get_meeting_uri (call), ==, room);
  assert_silent (fixture);
}

/* A call that works needs no way out. */
static void
test_connected (Fixture *fixture, gconstpointer data)
{
  YonderCall *call;

  g_object_set (fixture->manager, "meeting-base", BASE, NULL);
  call = get_connected_out (fixture);
  yonder_manual_clock_advance (fixture->clock, 60000);
  yonder_call_hang_up (call);
  g_assert_null (yonder_call_get_meeting_uri (call));
  assert_silent (fixture);
}

/* Told by the other side, whose call ended the same way: nothing has to be set up here. */
static void
test_told (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_to_negotiating_in (fixture);

  g_signal_emit_by_name (fixture->signaling, "meeting", "c1", ROOM);
  g_signal_emit_by_name (fixture->signaling, "meeting", "c1", "https://second.example.net/");
  g_assert_null (yonder_call_get_meeting_uri (call));
  g_signal_emit_by_name (fixture->signaling, "ended", "c1", YONDER_PEER_END_FAILED, NULL, NULL);
  assert_state (call, "ended");
  g_assert_cmpstr (yonder_call_get_meeting_uri (call), ==, ROOM);
  assert_silent (fixture);
}

/* A callee whose caller knows of no rooms tells of one a little later. */
static void
test_callee (Fixture *fixture, gconstpointer data)
{
  YonderCall *call;
  g_autofree char *room = NULL;

  g_object_set (fixture->manager, "meeting-base", BASE, NULL);
  call = get_to_negotiating_in (fixture);
  yonder_manual_clock_advance (fixture->clock, 3900);
  assert_silent (fixture);
  yonder_manual_clock_advance (fixture->clock, 26100);
  assert_ended (call, "network");
  room = take_told_room (fixture);
  g_assert_cmpstr (yonder_call_get_meeting_uri (call), ==, room);
}

/* The caller's message came late: its room stands, so that both come to the same. */
static void
test_crossed (Fixture *fixture, gconstpointer data)
{
  YonderCall *call;

  g_object_set (fixture->manager, "meeting-base", BASE, NULL);
  call = get_to_negotiating_in (fixture);
  yonder_manual_clock_advance (fixture->clock, 5000);
  g_free (take_told_room (fixture));
  g_signal_emit_by_name (fixture->signaling, "meeting", "c1", ROOM);
  yonder_manual_clock_advance (fixture->clock, 25000);
  assert_ended (call, "network");
  g_assert_cmpstr (yonder_call_get_meeting_uri (call), ==, ROOM);
}

static void
test_hostile (Fixture *fixture, gconstpointer data)
{
  YonderCall *call = get_to_negotiating_in (fixture);
  g_autofree char *padding = g_strnfill (2000, 'x');
  g_autofree char *huge = g_strconcat ("https://meet.example.org/", padding, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (no_places); i++)
    g_signal_emit_by_name (fixture->signaling, "meeting", "c1", no_places[i]);
  g_signal_emit_by_name (fixture->signaling, "meeting", "c1", huge);
  g_signal_emit_by_name (fixture->signaling, "meeting", "c2", ROOM);
  g_signal_emit_by_name (fixture->signaling, "ended", "c1", YONDER_PEER_END_FAILED, NULL, NULL);
  g_assert_null (yonder_call_get_meeting_uri (call));
}

#define add_test(path, function) g_test_add ("/meeting/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/meeting/room", test_room);
  g_test_add_func ("/meeting/no-place", test_no_place);
  add_test ("caller", test_caller);
  add_test ("connected", test_connected);
  add_test ("told", test_told);
  add_test ("callee", test_callee);
  add_test ("crossed", test_crossed);
  add_test ("hostile", test_hostile);
  return g_test_run ();
}
