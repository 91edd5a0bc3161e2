/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may ring, and what becomes of those who may not. */

#include "call-fixture.h"

#include "yonder-doorkeeper.h"

#define MINUTE_MS (60 * 1000)

static YonderDoorkeeper *
employ (Fixture *fixture)
{
  YonderDoorkeeper *keeper = yonder_doorkeeper_new (YONDER_CLOCK (fixture->clock));

  yonder_call_manager_set_doorkeeper (fixture->manager, keeper);
  g_object_unref (keeper);
  return keeper;
}

static void
call_us (Fixture *fixture, const char *call_id, const char *peer_id)
{
  g_signal_emit_by_name (fixture->signaling, "incoming", call_id, peer_id, "Somebody", YONDER_CALL_KIND_VOICE, NULL);
}

static void
call_in_vain (Fixture *fixture, guint number, const char *peer_id)
{
  g_autofree char *call_id = g_strdup_printf ("c%u", number);

  call_us (fixture, call_id, peer_id);
  g_signal_emit_by_name (fixture->signaling, "ended", call_id, YONDER_PEER_END_MISSED, NULL, NULL);
}

/* Declined, as if by hand, so that the line is free for others; nothing is there to see. */
static void
test_blocked (Fixture *fixture, gconstpointer data)
{
  YonderDoorkeeper *keeper = employ (fixture);

  yonder_doorkeeper_set_blocked (keeper, "mallory", TRUE);
  call_us (fixture, "c1", "mallory");
  g_assert_cmpuint (fixture->incoming->len, ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->manager)), ==, 0);
  assert_log (yonder_fake_signaling_take_log (fixture->signaling), "decline c1");

  call_us (fixture, "c2", "ann");
  g_assert_cmpuint (fixture->incoming->len, ==, 1);

  yonder_doorkeeper_set_blocked (keeper, "mallory", FALSE);
  call_us (fixture, "c3", "mallory");
  g_assert_cmpuint (fixture->incoming->len, ==, 2);
}

/* A stranger is heard of only afterwards. The manager of the fixture has no contacts. */
static void
test_contacts_only (Fixture *fixture, gconstpointer data)
{
  YonderDoorkeeper *keeper = employ (fixture);
  g_autoptr (YonderCall) call = NULL;

  g_object_set (keeper, "contacts-only", TRUE, NULL);
  g_assert_cmpint (yonder_doorkeeper_ask (keeper, "bob", TRUE), ==, YONDER_DOOR_RING);
  call_us (fixture, "c1", "stranger");
  g_assert_cmpuint (fixture->incoming->len, ==, 0);
  call = g_list_model_get_item (G_LIST_MODEL (fixture->manager), 0);
  g_signal_emit_by_name (fixture->signaling, "ended", "c1", YONDER_PEER_END_MISSED, NULL, NULL);
  assert_ended (call, "no-answer");
}

static void
on_silenced (guint *n_silenced)
{
  (*n_silenced)++;
}

/* Four times in ten minutes, and the fifth is silent, which is told; a later one rings again. */
static void
test_again_and_again (Fixture *fixture, gconstpointer data)
{
  guint n_silenced = 0;

  employ (fixture);
  g_signal_connect_swapped (fixture->manager, "silenced", G_CALLBACK (on_silenced), &n_silenced);

  for (guint i = 0; i < 6; i++) {
    call_in_vain (fixture, i, "ann");
    yonder_manual_clock_advance (fixture->clock, MINUTE_MS);
  }
  g_assert_cmpuint (fixture->incoming->len, ==, 4);
  g_assert_cmpuint (n_silenced, ==, 2);
  call_in_vain (fixture, 6, "bea");
  g_assert_cmpuint (fixture->incoming->len, ==, 5);

  yonder_manual_clock_advance (fixture->clock, 4 * MINUTE_MS);
  call_in_vain (fixture, 7, "ann");
  g_assert_cmpuint (fixture->incoming->len, ==, 6);
}

/* Whoever was talked to is welcome. */
static void
test_forgiven (Fixture *fixture, gconstpointer data)
{
  YonderDoorkeeper *keeper = employ (fixture);

  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (yonder_doorkeeper_ask (keeper, "bob", FALSE), ==, YONDER_DOOR_RING);
  g_assert_cmpint (yonder_doorkeeper_ask (keeper, "bob", FALSE), ==, YONDER_DOOR_ENOUGH);
  yonder_call_hang_up (get_connected_out (fixture));
  g_assert_cmpint (yonder_doorkeeper_ask (keeper, "bob", FALSE), ==, YONDER_DOOR_RING);
}

/* However many there are, they take no more room. */
static void
test_flood (Fixture *fixture, gconstpointer data)
{
  YonderDoorkeeper *keeper = employ (fixture);

  for (guint i = 0; i < 2000; i++) {
    g_autofree char *id = g_strdup_printf ("stranger %u", i);

    g_assert_cmpint (yonder_doorkeeper_ask (keeper, id, FALSE), ==, YONDER_DOOR_RING);
    yonder_manual_clock_advance (fixture->clock, 1);
  }
  for (guint i = 0; i < 4; i++)
    yonder_doorkeeper_ask (keeper, "stranger 1999", FALSE);
  g_assert_cmpint (yonder_doorkeeper_ask (keeper, "stranger 1999", FALSE), ==, YONDER_DOOR_ENOUGH);
}

#define add_test(path, function) g_test_add ("/doorkeeper/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_test ("blocked", test_blocked);
  add_test ("contacts-only", test_contacts_only);
  add_test ("again-and-again", test_again_and_again);
  add_test ("forgiven", test_forgiven);
  add_test ("flood", test_flood);
  return g_test_run ();
}
