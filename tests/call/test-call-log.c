/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls that are over, kept in a file from start to start. */

#include "call-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "yonder-call-log.h"

typedef struct {
  Fixture calls;
  char   *folder;
  char   *path;
} LogFixture;

static void
set_up (LogFixture *fixture, gconstpointer data)
{
  fixture_set_up (&fixture->calls, data);
  fixture->folder = g_dir_make_tmp ("yonder-log-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "kept", "calls.db", NULL);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_tree (child);
  }
  g_remove (path);
}

static void
tear_down (LogFixture *fixture, gconstpointer data)
{
  fixture_tear_down (&fixture->calls, data);
  remove_tree (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

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

/* A log that has read its file, or has told why not. */
static YonderCallLog *
open_log (LogFixture *fixture)
{
  YonderCallLog *log = yonder_call_log_new (fixture->path);
  gboolean has_happened = FALSE;
  guint deadline = g_timeout_add_seconds (60, on_deadline, NULL);

  g_signal_connect_swapped (log, "notify", G_CALLBACK (on_event), &has_happened);
  while (!has_happened)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
  g_signal_handlers_disconnect_by_func (log, on_event, &has_happened);
  yonder_call_log_follow (log, fixture->calls.manager, "kim at calls.example.org");
  return log;
}

static YonderCallRecord *
get_record (YonderCallLog *log, guint position)
{
  YonderCallRecord *record = g_list_model_get_item (G_LIST_MODEL (log), position);

  g_assert_nonnull (record);
  g_object_unref (record);
  return record;
}

static guint
count (YonderCallLog *log)
{
  return g_list_model_get_n_items (G_LIST_MODEL (log));
}

static void
miss_call (LogFixture *fixture, const char *call_id, const char *peer_id)
{
  get_called (&fixture->calls, call_id, peer_id);
  g_signal_emit_by_name (fixture->calls.signaling, "ended", call_id, YONDER_PEER_END_MISSED, NULL, NULL);
  settle ();
}

static void
make_call (LogFixture *fixture, guint seconds)
{
  YonderCall *call = get_connected_out (&fixture->calls);

  yonder_manual_clock_advance (fixture->calls.clock, seconds * 1000);
  yonder_call_hang_up (call);
  settle ();
}

/* What ended is in the list at once, and there again after the next start. */
static void
test_kept (LogFixture *fixture, gconstpointer data)
{
  YonderCallLog *log = open_log (fixture);
  YonderCallRecord *record;

  make_call (fixture, 65);
  miss_call (fixture, "m1", "ann");
  for (guint pass = 0; pass < 2; pass++) {
    g_assert_cmpuint (count (log), ==, 2);
    g_assert_cmpuint (yonder_call_log_get_n_missed (log), ==, 1);

    record = get_record (log, 0);
    g_assert_cmpstr (yonder_call_record_get_peer_id (record), ==, "ann");
    g_assert_true (yonder_call_record_is_missed (record));
    g_assert_cmpint (yonder_call_record_get_duration_s (record), ==, 0);
    g_assert_null (yonder_call_record_get_route (record));

    record = get_record (log, 1);
    g_assert_cmpstr (yonder_call_record_get_peer_name (record), ==, "Bob");
    g_assert_cmpstr (yonder_call_record_get_account (record), ==, "kim at calls.example.org");
    g_assert_true (yonder_call_record_is_outgoing (record));
    g_assert_false (yonder_call_record_is_missed (record));
    g_assert_cmpint (yonder_call_record_get_kind (record), ==, YONDER_CALL_KIND_VIDEO);
    g_assert_cmpint (yonder_call_record_get_duration_s (record), ==, 65);
    g_assert_cmpint (yonder_call_record_get_end_reason (record), ==, YONDER_END_HUNG_UP);
    g_assert_cmpstr (yonder_call_record_get_route (record), ==, "Connected");
    g_assert_cmpint (g_date_time_to_unix (yonder_call_record_get_start (record)), <=, g_get_real_time () / G_USEC_PER_SEC);

    g_assert_finalize_object (log);
    log = open_log (fixture);
  }
  g_assert_null (yonder_call_log_get_problem (log));
  g_assert_finalize_object (log);
}

/* A call that went on before anybody followed its manager is kept as well. */
static void
test_followed_late (LogFixture *fixture, gconstpointer data)
{
  YonderCall *call = get_connected_out (&fixture->calls);
  YonderCallLog *log = open_log (fixture);

  yonder_call_hang_up (call);
  g_assert_cmpuint (count (log), ==, 1);
  g_assert_finalize_object (log);
}

static void
test_seen_and_removed (LogFixture *fixture, gconstpointer data)
{
  YonderCallLog *log = open_log (fixture);

  miss_call (fixture, "m1", "ann");
  miss_call (fixture, "m2", "bea");
  yonder_call_log_see_all (log);
  g_assert_cmpuint (yonder_call_log_get_n_missed (log), ==, 0);
  miss_call (fixture, "m3", "cyd");
  g_assert_cmpuint (yonder_call_log_get_n_missed (log), ==, 1);
  yonder_call_log_remove (log, get_record (log, 1));
  g_assert_cmpuint (count (log), ==, 2);
  g_assert_finalize_object (log);

  log = open_log (fixture);
  g_assert_cmpuint (yonder_call_log_get_n_missed (log), ==, 1);
  g_assert_cmpuint (count (log), ==, 2);
  g_assert_cmpstr (yonder_call_record_get_peer_id (get_record (log, 0)), ==, "cyd");
  g_assert_cmpstr (yonder_call_record_get_peer_id (get_record (log, 1)), ==, "ann");
  yonder_call_log_clear (log);
  g_assert_cmpuint (count (log), ==, 0);
  g_assert_finalize_object (log);

  log = open_log (fixture);
  g_assert_cmpuint (count (log), ==, 0);
  g_assert_finalize_object (log);
}

/* Undone, a removed call is where it was, in the file as well, and is no news. */
static void
test_restored (LogFixture *fixture, gconstpointer data)
{
  YonderCallLog *log = open_log (fixture);
  g_autoptr (YonderCallRecord) removed = NULL;

  miss_call (fixture, "m1", "ann");
  miss_call (fixture, "m2", "bea");
  miss_call (fixture, "m3", "cyd");
  yonder_call_log_see_all (log);
  removed = g_object_ref (get_record (log, 1));
  yonder_call_log_remove (log, removed);
  yonder_call_log_restore (log, removed);
  yonder_call_log_restore (log, removed);
  g_assert_cmpuint (count (log), ==, 3);
  g_assert_true (get_record (log, 1) == removed);
  g_assert_cmpstr (yonder_call_log_find_name (log, "kim at calls.example.org", "bea"), ==, "Somebody");
  g_assert_null (yonder_call_log_find_name (log, "kim elsewhere", "bea"));
  g_assert_finalize_object (log);

  log = open_log (fixture);
  g_assert_cmpuint (count (log), ==, 3);
  g_assert_cmpuint (yonder_call_log_get_n_missed (log), ==, 0);
  g_assert_finalize_object (log);
}

static void
test_quality (LogFixture *fixture, gconstpointer data)
{
  YonderInspectionSample samples[2] = { { .time_us = 0, .rtt_ms = 40, .loss_in = 0.0 },
                                        { .time_us = G_USEC_PER_SEC, .rtt_ms = 40, .loss_in = 0.0 } };

  g_assert_cmpint (yonder_quality_of_sample (&samples[1], &samples[0]), ==, YONDER_QUALITY_EXCELLENT);
  samples[1].rtt_ms = 300;
  g_assert_cmpint (yonder_quality_of_sample (&samples[1], &samples[0]), ==, YONDER_QUALITY_GOOD);
  samples[1].loss_out = 0.1;
  g_assert_cmpint (yonder_quality_of_sample (&samples[1], &samples[0]), ==, YONDER_QUALITY_POOR);
  samples[1].freeze_ms = 900;
  g_assert_cmpint (yonder_quality_of_sample (&samples[1], &samples[0]), ==, YONDER_QUALITY_BAD);
  g_assert_cmpstr (yonder_quality_get_word (YONDER_QUALITY_BAD), ==, "Bad");
  samples[0] = (YonderInspectionSample) { .rtt_ms = -1, .loss_in = -1, .loss_out = -1 };
  g_assert_cmpint (yonder_quality_of_sample (&samples[0], NULL), ==, YONDER_QUALITY_UNKNOWN);
}

/* Files that are not ours to change stay as they are; the calls of this session are in the list all the same. */
static void
test_foreign_file (LogFixture *fixture, gconstpointer data)
{
  const char *sentence = data;
  g_autofree char *folder = g_path_get_dirname (fixture->path);
  g_autofree char *former = NULL;
  g_autofree char *now = NULL;
  gsize former_length, now_length;
  YonderCallLog *log;

  g_mkdir_with_parents (folder, 0700);
  if (strstr (sentence, "newer") != NULL) {
    sqlite3 *db = NULL;

    g_assert_cmpint (sqlite3_open (fixture->path, &db), ==, SQLITE_OK);
    g_assert_cmpint (sqlite3_exec (db, "PRAGMA user_version = 99; CREATE TABLE later (x);", NULL, NULL, NULL), ==, SQLITE_OK);
    sqlite3_close (db);
  } else {
    g_assert_true (g_file_set_contents (fixture->path, "Dear diary, this is no database, and it is longer than a header.", -1, NULL));
  }
  g_assert_true (g_file_get_contents (fixture->path, &former, &former_length, NULL));

  g_test_expect_message ("yonder-call", G_LOG_LEVEL_WARNING, sentence);
  log = open_log (fixture);
  g_test_assert_expected_messages ();
  g_assert_nonnull (yonder_call_log_get_problem (log));

  miss_call (fixture, "m1", "ann");
  g_assert_cmpuint (count (log), ==, 1);
  g_assert_finalize_object (log);
  settle ();

  g_assert_true (g_file_get_contents (fixture->path, &now, &now_length, NULL));
  g_assert_cmpmem (now, now_length, former, former_length);
}

/* For a spreadsheet: quoted, and no name of a stranger is a formula. */
static void
test_csv (LogFixture *fixture, gconstpointer data)
{
  YonderCallLog *log = open_log (fixture);
  g_autofree char *csv = NULL;
  g_auto (GStrv) lines = NULL;

  get_called (&fixture->calls, "m1", "=2+2");
  g_signal_emit_by_name (fixture->calls.signaling, "ended", "m1", YONDER_PEER_END_MISSED, NULL, NULL);
  make_call (fixture, 5);
  csv = yonder_call_log_to_csv (log);
  lines = g_strsplit (csv, "\r\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 4);
  g_assert_true (g_str_has_prefix (lines[0], "start,direction,name,id,kind,duration_s,"));
  g_assert_nonnull (strstr (lines[1], ",\"outgoing\",\"Bob\",\"bob\",\"video\",\"5\",\"hung-up\",\"Connected\","));
  g_assert_nonnull (strstr (lines[2], ",\"missed\",\"Somebody\",\"'=2+2\","));
  g_assert_finalize_object (log);
}

static void
test_search (LogFixture *fixture, gconstpointer data)
{
  YonderCallLog *log = open_log (fixture);

  get_called (&fixture->calls, "m1", "zoe@example.org");
  g_signal_emit_by_name (fixture->calls.signaling, "ended", "m1", YONDER_PEER_END_MISSED, NULL, NULL);
  g_assert_true (yonder_call_record_matches (get_record (log, 0), "some"));
  g_assert_true (yonder_call_record_matches (get_record (log, 0), "ZOE@"));
  g_assert_false (yonder_call_record_matches (get_record (log, 0), "body"));
  g_assert_finalize_object (log);
}

#define add_test(path, data, function) g_test_add ("/call-log/" path, LogFixture, data, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_test ("kept", NULL, test_kept);
  add_test ("followed-late", NULL, test_followed_late);
  add_test ("seen-and-removed", NULL, test_seen_and_removed);
  add_test ("restored", NULL, test_restored);
  add_test ("quality", NULL, test_quality);
  add_test ("newer-file", "*newer Yonder*", test_foreign_file);
  add_test ("no-database", "*cannot be kept in*", test_foreign_file);
  add_test ("csv", NULL, test_csv);
  add_test ("search", NULL, test_search);
  return g_test_run ();
}
