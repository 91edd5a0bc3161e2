/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this computer keeps of people, from start to start, and what follows from it for the contact list and the doorkeeper. */

#include "yonder-fake-signaling.h"
#include "yonder-manual-clock.h"
#include "yonder-people.h"
#include "yonder-vcard.h"

#include <glib/gstdio.h>
#include <string.h>

#define SERVER "https://calls.example.org"

typedef struct {
  char                *folder;
  char                *path;
  YonderFakeSignaling *signaling;
  YonderManualClock   *clock;
  YonderContactList   *contacts;
  YonderDoorkeeper    *doorkeeper;
  YonderPeopleBook    *book;
  YonderPeople        *people;
} Fixture;

static void
on_event (gboolean *has_happened)
{
  *has_happened = TRUE;
}

static gboolean
on_deadline (gpointer data)
{
  g_error ("waited in vain");
  return G_SOURCE_REMOVE;
}

/* A book that has read its file. */
static YonderPeopleBook *
open_book (const char *path)
{
  YonderPeopleBook *book = yonder_people_book_new (path);
  gboolean is_read = FALSE;
  guint deadline = g_timeout_add_seconds (60, on_deadline, NULL);

  g_signal_connect_swapped (book, "changed", G_CALLBACK (on_event), &is_read);
  while (!is_read)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
  g_signal_handlers_disconnect_by_func (book, on_event, &is_read);
  return book;
}

static void
start (Fixture *self, const char *server)
{
  self->signaling = yonder_fake_signaling_new ("kim");
  self->contacts = yonder_contact_list_new (NULL, YONDER_SIGNALING (self->signaling));
  self->doorkeeper = yonder_doorkeeper_new (YONDER_CLOCK (self->clock));
  self->book = open_book (self->path);
  self->people = yonder_people_new (NULL, self->contacts, self->doorkeeper, self->book, server);
}

static void
stop (Fixture *self)
{
  g_assert_finalize_object (self->people);
  g_assert_finalize_object (self->book);
  g_assert_finalize_object (self->doorkeeper);
  g_assert_finalize_object (self->contacts);
  g_assert_finalize_object (self->signaling);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("yonder-people-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "people.json", NULL);
  self->clock = yonder_manual_clock_new ();
  if (data != NULL)
    g_assert_true (g_file_set_contents (self->path, data, -1, NULL));
  start (self, SERVER);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  stop (self);
  g_assert_finalize_object (self->clock);
  g_remove (self->path);
  g_rmdir (self->folder);
  g_free (self->path);
  g_free (self->folder);
}

static void
start_again (Fixture *self, const char *server)
{
  stop (self);
  start (self, server);
}

static void
test_kept (Fixture *self, gconstpointer data)
{
  YonderContact *ann = yonder_contact_list_ensure (self->contacts, "ann", "Ann");
  g_autoptr (YonderContact) bea = yonder_contact_new ("bea", "Bea");
  g_autoptr (YonderContact) mallory = yonder_contact_new ("mallory", "Mallory");

  g_assert_false (yonder_contact_list_knows (self->contacts, "ann"));
  yonder_people_set_favourite (self->people, ann, TRUE);
  yonder_people_add (self->people, bea);
  yonder_people_set_blocked (self->people, mallory, TRUE);
  g_assert_true (yonder_contact_is_favourite (ann));
  g_assert_true (yonder_contact_list_knows (self->contacts, "bea"));
  g_assert_true (yonder_contact_is_blocked (mallory));
  g_assert_cmpint (yonder_doorkeeper_ask (self->doorkeeper, "mallory", FALSE), ==, YONDER_DOOR_SHUT);

  start_again (self, SERVER);
  ann = yonder_contact_list_find (self->contacts, "ann");
  g_assert_true (yonder_contact_is_favourite (ann));
  g_assert_cmpstr (yonder_contact_get_name (yonder_contact_list_find (self->contacts, "bea")), ==, "Bea");
  g_assert_true (yonder_contact_list_knows (self->contacts, "bea"));
  g_assert_null (yonder_contact_list_find (self->contacts, "mallory"));
  g_assert_cmpint (yonder_doorkeeper_ask (self->doorkeeper, "mallory", FALSE), ==, YONDER_DOOR_SHUT);

  /* somebody else's mallory, on another server */
  start_again (self, "https://other.example.org");
  g_assert_cmpint (yonder_doorkeeper_ask (self->doorkeeper, "mallory", FALSE), ==, YONDER_DOOR_RING);
  g_assert_null (yonder_contact_list_find (self->contacts, "bea"));
}

static void
test_taken_back (Fixture *self, gconstpointer data)
{
  g_autoptr (YonderContact) bea = yonder_contact_new ("bea", "Bea");
  g_autoptr (GPtrArray) left = NULL;

  yonder_people_add (self->people, bea);
  yonder_people_set_blocked (self->people, bea, TRUE);
  yonder_people_remove (self->people, bea);
  yonder_people_set_blocked (self->people, bea, FALSE);
  g_assert_null (yonder_contact_list_find (self->contacts, "bea"));
  g_assert_cmpint (yonder_doorkeeper_ask (self->doorkeeper, "bea", FALSE), ==, YONDER_DOOR_RING);

  start_again (self, SERVER);
  left = yonder_people_book_list (self->book, NULL, YONDER_NOTE_ADDED | YONDER_NOTE_BLOCKED | YONDER_NOTE_FAVOURITE);
  g_assert_cmpuint (left->len, ==, 0);
}

/* Ids on the server in this process are others at each start. */
static void
test_passing (Fixture *self, gconstpointer data)
{
  g_autoptr (YonderContact) guest = yonder_contact_new ("guest", "Guest");

  start_again (self, YONDER_PEOPLE_BOOK_PASSING);
  yonder_people_set_blocked (self->people, guest, TRUE);
  g_assert_cmpint (yonder_doorkeeper_ask (self->doorkeeper, "guest", FALSE), ==, YONDER_DOOR_SHUT);
  start_again (self, YONDER_PEOPLE_BOOK_PASSING);
  g_assert_cmpint (yonder_doorkeeper_ask (self->doorkeeper, "guest", FALSE), ==, YONDER_DOOR_RING);
}

/* What can be read of a damaged file counts. */
static void
test_odd_file (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) all = yonder_people_book_list (self->book, NULL, YONDER_NOTE_ADDED | YONDER_NOTE_BLOCKED | YONDER_NOTE_FAVOURITE);

  g_assert_cmpuint (all->len, ==, 1);
  g_assert_cmpint (yonder_doorkeeper_ask (self->doorkeeper, "eve", FALSE), ==, YONDER_DOOR_SHUT);
}

static void
test_vcard (Fixture *self, gconstpointer data)
{
  g_autoptr (YonderContact) evil = yonder_contact_new ("a/b", "Eve;, \\\nEND:VCARD\r\näöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöü");
  g_autofree char *cards = NULL;
  g_auto (GStrv) lines = NULL;
  guint n_ends = 0;

  yonder_contact_list_ensure (self->contacts, "stranger", "Stranger");
  yonder_people_add (self->people, evil);
  cards = yonder_vcard_print (G_LIST_MODEL (self->contacts), SERVER);
  g_assert_true (g_utf8_validate (cards, -1, NULL));
  g_assert_null (strstr (cards, "Stranger"));
  g_assert_nonnull (strstr (cards, "FN:Eve\\;\\, \\\\\\nEND:VCARD\\n"));
  g_assert_nonnull (strstr (cards, "UID:yonder:https%3A%2F%2Fcalls.example.org/a%2Fb\r\n"));

  lines = g_strsplit (cards, "\r\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_assert_cmpuint (strlen (lines[i]), <=, 75);
    g_assert_true (g_utf8_validate (lines[i], -1, NULL));
    n_ends += g_str_equal (lines[i], "END:VCARD");
  }
  g_assert_cmpuint (n_ends, ==, 1);
}

#define add_test(path, data, function) g_test_add ("/people/" path, Fixture, data, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_test ("kept", NULL, test_kept);
  add_test ("taken-back", NULL, test_taken_back);
  add_test ("passing", NULL, test_passing);
  add_test ("odd-file", "{\"people\": [7, {}, {\"server\": 3, \"id\": \"x\", \"blocked\": true}, {\"server\": \"" SERVER "\", \"id\": \"y\"},"
            " {\"server\": \"" SERVER "\", \"id\": \"eve\", \"name\": null, \"blocked\": true, \"added\": \"yes\"}]}", test_odd_file);
  add_test ("vcard", NULL, test_vcard);
  return g_test_run ();
}
