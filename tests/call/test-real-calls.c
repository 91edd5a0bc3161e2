/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls through the embedded server, with real connections and real media. */

#include "call-house.h"

#include "yonder-webrtc-session.h"

static const char *
end_of (YonderCall *call)
{
  return yonder_end_reason_to_string (yonder_call_get_end_reason (call));
}

static void
test_call (void)
{
  House house = { 0 };
  Person *ann;
  Person *ben;
  YonderCall *call;

  house_set_up (&house);
  ann = person_new (&house, "Ann");
  ben = person_new (&house, "Ben");
  wait_for (yonder_contact_list_find (ann->contacts, yonder_account_get_user_id (ben->account)) != NULL);

  call = person_dial (ann, ben, YONDER_CALL_KIND_VIDEO);
  wait_for (ben->incoming != NULL && call_is (call, "ringing"));
  g_assert_cmpstr (yonder_contact_get_name (yonder_call_get_peer (ben->incoming)), ==, "Ann");
  g_assert_cmpstr (yonder_call_get_call_id (call), ==, yonder_call_get_call_id (ben->incoming));
  yonder_call_accept (ben->incoming, TRUE);
  wait_for (call_is (call, "connected") && call_is (ben->incoming, "connected"));
  wait_for (call_has_picture (call) && call_has_picture (ben->incoming));

  yonder_call_hang_up (ben->incoming);
  wait_for (call_is (call, "ended"));
  g_assert_cmpstr (end_of (call), ==, "hung-up-by-peer");
  g_assert_cmpstr (end_of (ben->incoming), ==, "hung-up");

  person_free (ann);
  person_free (ben);
  house_tear_down (&house);
}

static void
test_declined_and_offline (void)
{
  House house = { 0 };
  Person *ann;
  Person *ben;
  YonderCall *call;

  house_set_up (&house);
  ann = person_new (&house, "Ann");
  ben = person_new (&house, "Ben");

  call = person_dial (ann, ben, YONDER_CALL_KIND_VOICE);
  wait_for (ben->incoming != NULL);
  yonder_call_decline (ben->incoming);
  wait_for (call_is (call, "ended"));
  g_assert_cmpstr (end_of (call), ==, "declined");

  call = person_dial (ann, ben, YONDER_CALL_KIND_VOICE);
  wait_for (call_is (ben->incoming, "incoming"));
  yonder_call_hang_up (call);
  wait_for (call_is (ben->incoming, "ended"));

  yonder_socket_signaling_close (ben->signaling);
  wait_for (yonder_contact_get_presence (yonder_call_get_peer (call)) == YONDER_PRESENCE_OFFLINE);
  call = person_dial (ann, ben, YONDER_CALL_KIND_VOICE);
  wait_for (call_is (call, "ended"));
  g_assert_cmpstr (end_of (call), ==, "offline");

  person_free (ann);
  person_free (ben);
  house_tear_down (&house);
}

/* Both dial at the same moment: one call, and nobody hears that the other is busy. */
static void
test_glare (void)
{
  House house = { 0 };
  Person *ann;
  Person *ben;
  YonderCall *hers;
  YonderCall *his;

  house_set_up (&house);
  ann = person_new (&house, "Ann");
  ben = person_new (&house, "Ben");

  hers = person_dial (ann, ben, YONDER_CALL_KIND_VIDEO);
  his = person_dial (ben, ann, YONDER_CALL_KIND_VIDEO);
  wait_for (call_is (hers, "connected") && call_is (his, "connected"));
  wait_for (call_has_picture (hers) && call_has_picture (his));
  g_assert_cmpstr (yonder_call_get_call_id (hers), ==, yonder_call_get_call_id (his));
  g_assert_cmpint (yonder_call_is_outgoing (hers), !=, yonder_call_is_outgoing (his));
  g_assert_null (ann->incoming);
  g_assert_null (ben->incoming);
  yonder_call_hang_up (hers);
  wait_for (call_is (his, "ended"));
  g_assert_cmpstr (end_of (his), ==, "hung-up-by-peer");

  person_free (ann);
  person_free (ben);
  house_tear_down (&house);
}

/* A call that goes on, a second caller who is busy to the first, and two calls between four people at once. */
static void
test_two_calls_at_once (void)
{
  House house = { 0 };
  Person *people[4];
  YonderCall *first;
  YonderCall *second;

  house_set_up (&house);
  for (guint i = 0; i < 4; i++) {
    g_autofree char *name = g_strdup_printf ("Person %u", i);

    people[i] = person_new (&house, name);
    people[i]->answers = TRUE;
  }
  first = person_dial (people[0], people[1], YONDER_CALL_KIND_VIDEO);
  second = person_dial (people[2], people[3], YONDER_CALL_KIND_VIDEO);
  wait_for (call_is (first, "connected") && call_is (second, "connected"));
  wait_for (call_has_picture (first) && call_has_picture (second));
  wait_for (call_has_picture (people[1]->incoming) && call_has_picture (people[3]->incoming));

  yonder_call_hang_up (first);
  wait_for (call_is (people[1]->incoming, "ended"));
  g_assert_true (call_is (second, "connected"));
  for (guint i = 0; i < 4; i++)
    person_free (people[i]);
  house_tear_down (&house);
}

/* The server dies in the middle of a call: sound and picture go on, and both can still end it. */
static void
test_server_killed (void)
{
  House house = { 0 };
  Person *ann;
  Person *ben;
  YonderCall *call;
  guint elapsed_s;

  house_set_up (&house);
  ann = person_new (&house, "Ann");
  ben = person_new (&house, "Ben");
  ben->answers = TRUE;
  call = person_dial (ann, ben, YONDER_CALL_KIND_VIDEO);
  wait_for (call_is (call, "connected") && call_is (ben->incoming, "connected"));

  yonder_server_stop (house.server);
  wait_for (yonder_signaling_get_state (YONDER_SIGNALING (ann->signaling)) != YONDER_SIGNALING_ONLINE);
  wait_for (yonder_signaling_get_state (YONDER_SIGNALING (ben->signaling)) != YONDER_SIGNALING_ONLINE);
  elapsed_s = yonder_call_get_elapsed_s (call);
  wait_for (yonder_call_get_elapsed_s (call) >= elapsed_s + 3);
  g_assert_true (call_is (call, "connected"));
  g_assert_true (call_is (ben->incoming, "connected"));

  /* Nobody new can be called, and that is said. */
  yonder_call_hang_up (call);
  g_assert_cmpstr (end_of (call), ==, "hung-up");
  person_free (ann);
  person_free (ben);
  house_tear_down (&house);
}

/* Another network, as told from outside: the path is rebuilt on the same call, from either side. */
static void
test_rebuilt_path (gconstpointer by_caller)
{
  House house = { 0 };
  Person *ann;
  Person *ben;
  YonderCall *call;

  house_set_up (&house);
  ann = person_new (&house, "Ann");
  ben = person_new (&house, "Ben");
  ben->answers = TRUE;
  call = person_dial (ann, ben, YONDER_CALL_KIND_VIDEO);
  wait_for (call_is (call, "connected") && call_is (ben->incoming, "connected"));

  for (guint i = 0; i < 3; i++) {
    YonderCall *mover = GPOINTER_TO_INT (by_caller) ? call : ben->incoming;

    yonder_call_recover (mover);
    g_assert_true (call_is (mover, "reconnecting"));
    wait_for (call_is (call, "connected") && call_is (ben->incoming, "connected"));
    wait_for (yonder_call_get_elapsed_s (call) > 2 * i);
  }
  yonder_call_hang_up (call);
  wait_for (call_is (ben->incoming, "ended"));
  g_assert_cmpstr (end_of (ben->incoming), ==, "hung-up-by-peer");
  print_timeline (call);
  person_free (ann);
  person_free (ben);
  house_tear_down (&house);
}

static gint64
count_frames (YonderCall *call)
{
  YonderMediaStats stats = { 0 };

  yonder_media_session_get_stats (yonder_call_get_media (call), &stats);
  return stats.frames_decoded;
}

static GstPadProbeReturn
swallow (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  return GST_PAD_PROBE_DROP;
}

/* Nothing that the other side sends comes through any more on the connection there is now, though ICE has not noticed. */
static void
cut_path_to (YonderCall *call)
{
  GstElement *pipeline = yonder_webrtc_session_get_pipeline (YONDER_WEBRTC_SESSION (yonder_call_get_media (call)));
  g_autoptr (GstIterator) sources = gst_bin_iterate_all_by_element_factory_name (GST_BIN (pipeline), "nicesrc");
  g_auto (GValue) item = G_VALUE_INIT;
  guint n = 0;

  while (gst_iterator_next (sources, &item) == GST_ITERATOR_OK) {
    g_autoptr (GstPad) pad = gst_element_get_static_pad (g_value_get_object (&item), "src");

    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, swallow, NULL, NULL);
    g_value_reset (&item);
    n++;
  }
  g_assert_cmpuint (n, >, 0);
}

/* A path falls silent under two real connections: sound and picture come back on the same call without a click. */
static void
test_silent_path (gconstpointer at_caller)
{
  House house = { 0 };
  Person *ann;
  Person *ben;
  YonderCall *call, *cut;
  g_autofree char *call_id = NULL;
  gint64 frames_here, frames_there;

  house_set_up (&house);
  ann = person_new (&house, "Ann");
  ben = person_new (&house, "Ben");
  ben->answers = TRUE;
  call = person_dial (ann, ben, YONDER_CALL_KIND_VIDEO);
  wait_for (call_is (call, "connected") && call_is (ben->incoming, "connected"));
  wait_for (call_has_picture (call) && call_has_picture (ben->incoming));
  wait_for (yonder_call_get_elapsed_s (call) >= 2 && yonder_call_get_elapsed_s (ben->incoming) >= 2);
  call_id = g_strdup (yonder_call_get_call_id (call));

  cut = GPOINTER_TO_INT (at_caller) ? call : ben->incoming;
  cut_path_to (cut);
  wait_for (call_is (cut, "reconnecting"));
  wait_for (call_is (call, "connected") && call_is (ben->incoming, "connected"));
  frames_here = count_frames (call);
  frames_there = count_frames (ben->incoming);
  wait_for (count_frames (call) > frames_here + 15 && count_frames (ben->incoming) > frames_there + 15);
  g_assert_cmpstr (yonder_call_get_call_id (call), ==, call_id);
  g_assert_cmpstr (yonder_call_get_call_id (ben->incoming), ==, call_id);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (ann->manager)), ==, 1);
  print_timeline (cut);

  yonder_call_hang_up (call);
  wait_for (call_is (ben->incoming, "ended"));
  person_free (ann);
  person_free (ben);
  house_tear_down (&house);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  g_test_add_func ("/real-calls/call", test_call);
  g_test_add_func ("/real-calls/declined-and-offline", test_declined_and_offline);
  g_test_add_func ("/real-calls/glare", test_glare);
  g_test_add_func ("/real-calls/two-at-once", test_two_calls_at_once);
  g_test_add_func ("/real-calls/server-killed", test_server_killed);
  g_test_add_data_func ("/real-calls/rebuilt-path/by-caller", GINT_TO_POINTER (TRUE), test_rebuilt_path);
  g_test_add_data_func ("/real-calls/rebuilt-path/by-callee", GINT_TO_POINTER (FALSE), test_rebuilt_path);
  g_test_add_data_func ("/real-calls/silent-path/at-caller", GINT_TO_POINTER (TRUE), test_silent_path);
  g_test_add_data_func ("/real-calls/silent-path/at-callee", GINT_TO_POINTER (FALSE), test_silent_path);
  return g_test_run ();
}
