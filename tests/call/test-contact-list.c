/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-contact.h"
#include "yonder-fake-signaling.h"

static void
count (guint *n)
{
  (*n)++;
}

static void
test_presence (void)
{
  YonderFakeSignaling *signaling = yonder_fake_signaling_new ("kim");
  YonderContactList *list = yonder_contact_list_new (NULL, YONDER_SIGNALING (signaling));
  YonderContact *bob = yonder_contact_list_ensure (list, "bob", "Bob");
  YonderContact *zoe = yonder_contact_list_ensure (list, "zoe", NULL);
  const char * const online[] = { "zoe", "nobody-we-know", NULL };
  guint n_notified = 0;

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 2);
  g_assert_true (yonder_contact_list_ensure (list, "bob", "Robert") == bob);
  g_assert_cmpstr (yonder_contact_get_name (bob), ==, "Bob");
  g_assert_cmpstr (yonder_contact_get_name (zoe), ==, "zoe");
  g_signal_connect_swapped (bob, "notify::presence", G_CALLBACK (count), &n_notified);

  g_signal_emit_by_name (signaling, "presence", "bob", YONDER_PRESENCE_AWAY);
  g_signal_emit_by_name (signaling, "presence", "bob", YONDER_PRESENCE_AWAY);
  g_signal_emit_by_name (signaling, "presence", "nobody-we-know", YONDER_PRESENCE_ONLINE);
  g_assert_cmpint (yonder_contact_get_presence (bob), ==, YONDER_PRESENCE_AWAY);
  g_assert_cmpuint (n_notified, ==, 1);

  /* The whole list says who is not there, too. */
  g_signal_emit_by_name (signaling, "online", online);
  g_assert_cmpint (yonder_contact_get_presence (bob), ==, YONDER_PRESENCE_OFFLINE);
  g_assert_cmpint (yonder_contact_get_presence (zoe), ==, YONDER_PRESENCE_ONLINE);
  g_assert_null (yonder_contact_list_find (list, "nobody-we-know"));

  /* Without a connection nobody is known to be there. */
  yonder_fake_signaling_set_state (signaling, YONDER_SIGNALING_RECONNECTING);
  g_assert_cmpint (yonder_contact_get_presence (zoe), ==, YONDER_PRESENCE_OFFLINE);

  g_assert_finalize_object (list);
  g_assert_finalize_object (signaling);
}

static void
test_update (void)
{
  YonderContact *contact = yonder_contact_new ("bob", NULL);
  YonderPerson person = { .id = (char *) "bob", .name = (char *) "<b>Bob</b>", .avatar = (char *) "/a.png",
                          .presence = YONDER_PRESENCE_ONLINE };
  YonderPerson nameless = { .id = (char *) "bob", .name = (char *) "", .email = (char *) "bob@example.org" };
  guint n_notified = 0;

  g_signal_connect_swapped (contact, "notify::name", G_CALLBACK (count), &n_notified);
  yonder_contact_update (contact, &person);
  yonder_contact_update (contact, &person);
  g_assert_cmpuint (n_notified, ==, 1);
  g_assert_cmpstr (yonder_contact_get_name (contact), ==, "<b>Bob</b>");
  g_assert_cmpstr (yonder_contact_get_avatar (contact), ==, "/a.png");
  g_assert_cmpint (yonder_contact_get_presence (contact), ==, YONDER_PRESENCE_ONLINE);

  yonder_contact_update (contact, &nameless);
  g_assert_cmpstr (yonder_contact_get_name (contact), ==, "<b>Bob</b>");
  g_assert_cmpstr (yonder_contact_get_email (contact), ==, "bob@example.org");
  g_assert_null (yonder_contact_get_avatar (contact));
  g_assert_finalize_object (contact);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contact/update", test_update);
  g_test_add_func ("/contact-list/presence", test_presence);
  return g_test_run ();
}
