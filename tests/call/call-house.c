/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "call-house.h"

#include <string.h>

gboolean
wake_up (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
house_set_up (House *house)
{
  g_autoptr (GError) error = NULL;

  house->clock = yonder_clock_new ();
  house->server = yonder_server_new (NULL, house->clock);
  yonder_server_set_allow_guests (house->server, TRUE);
  yonder_server_start (house->server, 0, FALSE, &error);
  g_assert_no_error (error);
}

void
house_tear_down (House *house)
{
  if (house->server != NULL)
    yonder_server_stop (house->server);
  g_clear_object (&house->server);
  while (g_main_context_iteration (NULL, FALSE)) {
  }
  g_clear_object (&house->clock);
}

static void
on_incoming (YonderCallManager *manager, YonderCall *call, Person *person)
{
  g_set_object (&person->incoming, call);
  if (person->answers)
    yonder_call_accept (call, TRUE);
}

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  yonder_account_sign_in_finish (YONDER_ACCOUNT (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

Person *
person_new (House *house, const char *name)
{
  Person *person = g_new0 (Person, 1);
  g_autoptr (GError) error = NULL;
  gboolean is_in = FALSE;

  person->account = yonder_account_new (yonder_server_get_uri (house->server), "vigi", &error);
  g_assert_no_error (error);
  yonder_account_sign_in_async (person->account, name, NULL, NULL, on_signed_in, &is_in);
  wait_for (is_in);

  person->signaling = yonder_socket_signaling_new (person->account, house->clock);
  person->contacts = yonder_contact_list_new (person->account, YONDER_SIGNALING (person->signaling));
  yonder_socket_signaling_open (person->signaling);
  wait_for (yonder_signaling_get_state (YONDER_SIGNALING (person->signaling)) == YONDER_SIGNALING_ONLINE);

  person->factory = yonder_webrtc_factory_new ();
  yonder_webrtc_factory_set_source (person->factory, YONDER_SOURCE_TEST, NULL);
  yonder_webrtc_factory_set_video_size (person->factory, 160, 120, 15);
  yonder_webrtc_factory_set_play_audio (person->factory, FALSE);
  person->manager = yonder_call_manager_new (YONDER_SIGNALING (person->signaling), YONDER_MEDIA_FACTORY (person->factory),
                                             person->contacts, house->clock);
  g_signal_connect (person->manager, "incoming", G_CALLBACK (on_incoming), person);
  return person;
}

void
person_free (Person *person)
{
  g_clear_object (&person->incoming);
  g_signal_handlers_disconnect_by_data (person->manager, person);
  g_clear_object (&person->manager);
  g_clear_object (&person->factory);
  g_clear_object (&person->contacts);
  yonder_socket_signaling_close (person->signaling);
  while (g_main_context_iteration (NULL, FALSE)) {
  }
  g_clear_object (&person->signaling);
  g_clear_object (&person->account);
  g_free (person);
}

YonderCall *
person_dial (Person *person, Person *peer, YonderCallKind kind)
{
  const char *id = yonder_account_get_user_id (peer->account);
  YonderContact *contact = yonder_contact_list_ensure (person->contacts, id, yonder_account_get_user_name (peer->account));

  return yonder_call_manager_dial (person->manager, contact, kind);
}

gboolean
call_is (YonderCall *call, const char *state)
{
  return call != NULL && g_str_equal (yonder_call_state_to_string (yonder_call_get_state (call)), state);
}

/* Whether a picture of the other side was decoded, as the timeline tells. */
gboolean
call_has_picture (YonderCall *call)
{
  GListModel *timeline = yonder_call_get_timeline (call);

  for (guint i = 0; i < g_list_model_get_n_items (timeline); i++) {
    g_autoptr (YonderTimelineEntry) entry = g_list_model_get_item (timeline, i);

    if (strstr (yonder_timeline_entry_get_text (entry), "First picture, 160×120") != NULL)
      return TRUE;
  }
  return FALSE;
}

void
print_timeline (YonderCall *call)
{
  GListModel *timeline = yonder_call_get_timeline (call);

  for (guint i = 0; i < g_list_model_get_n_items (timeline); i++) {
    g_autoptr (YonderTimelineEntry) entry = g_list_model_get_item (timeline, i);

    g_test_message ("%8.1f ms  %s", yonder_timeline_entry_get_time_us (entry) / 1000.0, yonder_timeline_entry_get_text (entry));
  }
}
