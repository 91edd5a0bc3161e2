/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which servers a call gets, from whom, how soon, and how they are kept fresh. Time is turned by hand; the sources answer when the test
 * says so. */

#include "yonder-fake-ice-provider.h"
#include "yonder-ice-sources.h"
#include "yonder-manual-clock.h"

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE));
}

static void
give (YonderFakeIceProvider *self, const char *urls, gint64 ttl_s)
{
  yonder_fake_ice_provider_give (self, urls, ttl_s);
  settle ();
}

typedef struct {
  YonderManualClock *clock;
  YonderIceSources  *sources;
  YonderFakeIceProvider        *source[YONDER_N_ICE_SOURCES];
  YonderIceConfig   *found;
  GError            *error;
  guint              n_found;
} Fixture;

static void
add (Fixture *fixture, YonderIceSource source, const char *title)
{
  fixture->source[source] = yonder_fake_ice_provider_new (title);
  yonder_ice_sources_set_provider (fixture->sources, source, YONDER_ICE_PROVIDER (fixture->source[source]));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GListModel) stun = yonder_fake_ice_servers ("stun:stun.example.net");
  g_autoptr (YonderIceProvider) public = yonder_ice_fixed_provider_new ("public STUN", stun);

  fixture->clock = yonder_manual_clock_new ();
  fixture->sources = yonder_ice_sources_new (YONDER_CLOCK (fixture->clock));
  add (fixture, YONDER_ICE_SOURCE_CALL_SERVER, "the call server");
  add (fixture, YONDER_ICE_SOURCE_PROVIDER, "Twilio");
  add (fixture, YONDER_ICE_SOURCE_LIST, "your list");
  yonder_ice_sources_set_provider (fixture->sources, YONDER_ICE_SOURCE_PUBLIC, public);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->found);
  g_clear_error (&fixture->error);
  yonder_ice_sources_close (fixture->sources);
  settle ();
  g_assert_finalize_object (fixture->sources);
  for (guint i = 0; i < YONDER_N_ICE_SOURCES; i++) {
    if (fixture->source[i] != NULL)
      g_assert_finalize_object (fixture->source[i]);
  }
  g_assert_cmpuint (yonder_manual_clock_count_timers (fixture->clock), ==, 0);
  g_assert_finalize_object (fixture->clock);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *fixture = data;

  g_clear_object (&fixture->found);
  g_clear_error (&fixture->error);
  fixture->found = yonder_ice_sources_find_finish (YONDER_ICE_SOURCES (source), result, &fixture->error);
  fixture->n_found++;
}

static void
find (Fixture *fixture)
{
  yonder_ice_sources_find_async (fixture->sources, NULL, on_found, fixture);
  settle ();
}

static char *
hosts_of (YonderIceConfig *config)
{
  GListModel *servers = yonder_ice_config_get_servers (config);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (servers); i++) {
    g_autoptr (YonderIceServer) server = g_list_model_get_item (servers, i);
    const YonderIceUri *uri = yonder_ice_server_get_uris (server)->pdata[0];

    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", uri->host);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

#define assert_found(fixture, hosts, from) G_STMT_START { \
  g_autofree char *found_hosts = NULL; \
  g_autofree char *found_from = NULL; \
  g_assert_nonnull ((fixture)->found); \
  found_hosts = hosts_of ((fixture)->found); \
  found_from = yonder_ice_config_dup_sources ((fixture)->found); \
  g_assert_cmpstr (found_hosts, ==, hosts); \
  g_assert_cmpstr (found_from, ==, from); \
} G_STMT_END

static const char *
failure (Fixture *fixture, guint i)
{
  const char * const *failures = yonder_ice_config_get_failures (fixture->found);

  g_assert_cmpuint (g_strv_length ((char **) failures), >, i);
  return failures[i];
}

static void
test_call_server_first (Fixture *fixture, gconstpointer data)
{
  find (fixture);
  g_assert_cmpuint (fixture->n_found, ==, 0);
  give (fixture->source[YONDER_ICE_SOURCE_CALL_SERVER], "stun:a.example turn:b.example", 3600);

  assert_found (fixture, "a.example b.example", "the call server");
  g_assert_true (yonder_ice_config_is_from (fixture->found, YONDER_ICE_SOURCE_CALL_SERVER));
  g_assert_false (yonder_ice_config_is_from (fixture->found, YONDER_ICE_SOURCE_LIST));
  g_assert_cmpuint (yonder_fake_ice_provider_get_n_asked (fixture->source[YONDER_ICE_SOURCE_PROVIDER]), ==, 0);
  g_assert_cmpuint (yonder_fake_ice_provider_get_n_asked (fixture->source[YONDER_ICE_SOURCE_LIST]), ==, 0);

  /* The next call has it at once. */
  find (fixture);
  g_assert_cmpuint (fixture->n_found, ==, 2);
  g_assert_cmpuint (yonder_fake_ice_provider_get_n_asked (fixture->source[YONDER_ICE_SOURCE_CALL_SERVER]), ==, 1);
}

static void
test_each_in_turn (Fixture *fixture, gconstpointer data)
{
  find (fixture);
  give (fixture->source[YONDER_ICE_SOURCE_CALL_SERVER], NULL, 0);
  give (fixture->source[YONDER_ICE_SOURCE_PROVIDER], NULL, 0);
  give (fixture->source[YONDER_ICE_SOURCE_LIST], "", 0);

  assert_found (fixture, "stun.example.net", "public STUN");
  g_assert_cmpstr (failure (fixture, 0), ==, "the call server is on fire.");
  g_assert_cmpstr (failure (fixture, 1), ==, "Twilio is on fire.");
}

static void
test_turn_is_looked_for (Fixture *fixture, gconstpointer data)
{
  g_autofree char *words = NULL;

  find (fixture);
  give (fixture->source[YONDER_ICE_SOURCE_CALL_SERVER], "stun:a.example", 0);
  give (fixture->source[YONDER_ICE_SOURCE_PROVIDER], "", 0);
  give (fixture->source[YONDER_ICE_SOURCE_LIST], "turns:mine.example", 0);

  assert_found (fixture, "a.example mine.example", "the call server and your list");
  words = yonder_ice_config_describe (fixture->found);
  g_assert_cmpstr (words, ==, "1 STUN server and 1 TURN server from the call server and your list.");
}

/* A call server that answers "none" is believed: nobody else learns of the call. */
static void
test_none_is_an_answer (Fixture *fixture, gconstpointer data)
{
  find (fixture);
  give (fixture->source[YONDER_ICE_SOURCE_CALL_SERVER], "", 0);
  give (fixture->source[YONDER_ICE_SOURCE_PROVIDER], "", 0);
  give (fixture->source[YONDER_ICE_SOURCE_LIST], "", 0);

  assert_found (fixture, "", NULL);
}

static void
test_environment_alone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GListModel) servers = yonder_fake_ice_servers ("stun:lab.example");
  g_autoptr (YonderIceProvider) environment = yonder_ice_fixed_provider_new ("the environment", servers);

  yonder_ice_sources_set_provider (fixture->sources, YONDER_ICE_SOURCE_ENVIRONMENT, environment);
  find (fixture);

  assert_found (fixture, "lab.example", "the environment");
  g_assert_cmpuint (yonder_fake_ice_provider_get_n_asked (fixture->source[YONDER_ICE_SOURCE_CALL_SERVER]), ==, 0);
}

static void
test_slow_source (Fixture *fixture, gconstpointer data)
{
  find (fixture);
  yonder_manual_clock_advance (fixture->clock, YONDER_ICE_CALL_LIMIT_MS - 1);
  settle ();
  g_assert_cmpuint (fixture->n_found, ==, 0);
  yonder_manual_clock_advance (fixture->clock, 1);
  settle ();

  /* The call goes on with what is known without asking, */
  assert_found (fixture, "stun.example.net", "public STUN");
  g_assert_cmpstr (failure (fixture, 0), ==, "the call server did not give its servers in time; the call goes without them.");

  /* and the slow answer is there for the next one. */
  give (fixture->source[YONDER_ICE_SOURCE_CALL_SERVER], "turn:b.example", 0);
  find (fixture);
  assert_found (fixture, "b.example", "the call server");
}

static void
test_dead_source (Fixture *fixture, gconstpointer data)
{
  find (fixture);
  yonder_manual_clock_advance (fixture->clock, YONDER_ICE_SOURCE_LIMIT_MS);
  settle ();
  give (fixture->source[YONDER_ICE_SOURCE_PROVIDER], "turn:b.example", 0);
  find (fixture);

  assert_found (fixture, "b.example", "Twilio");
  g_assert_true (g_str_has_prefix (failure (fixture, 0), "the call server did not give its servers within 10 s."));

  /* It is asked again, later and later. */
  yonder_manual_clock_advance (fixture->clock, 12 * 1000);
  settle ();
  g_assert_cmpuint (yonder_fake_ice_provider_get_n_asked (fixture->source[YONDER_ICE_SOURCE_CALL_SERVER]), ==, 2);
  give (fixture->source[YONDER_ICE_SOURCE_CALL_SERVER], "turn:c.example", 0);
  find (fixture);
  assert_found (fixture, "c.example", "the call server");
  g_assert_cmpuint (g_strv_length ((char **) yonder_ice_config_get_failures (fixture->found)), ==, 0);
}

static void
count_notify (guint *n)
{
  (*n)++;
}

static void
test_renewal (Fixture *fixture, gconstpointer data)
{
  YonderFakeIceProvider *server = fixture->source[YONDER_ICE_SOURCE_CALL_SERVER];
  guint n_notified = 0;

  g_signal_connect_swapped (fixture->sources, "notify::config", G_CALLBACK (count_notify), &n_notified);
  find (fixture);
  give (server, "turn:first.example", 600);
  g_assert_cmpuint (n_notified, ==, 1);

  yonder_manual_clock_advance (fixture->clock, 479 * 1000);
  g_assert_cmpuint (yonder_fake_ice_provider_get_n_asked (server), ==, 1);
  yonder_manual_clock_advance (fixture->clock, 1000);
  g_assert_cmpuint (yonder_fake_ice_provider_get_n_asked (server), ==, 2);
  give (server, "turn:second.example", 600);

  /* Whoever is in a call hears of it. */
  g_assert_cmpuint (n_notified, ==, 2);
  find (fixture);
  assert_found (fixture, "second.example", "the call server");
}

/* A renewal that fails takes nothing away before its time. */
static void
test_failed_renewal (Fixture *fixture, gconstpointer data)
{
  YonderFakeIceProvider *server = fixture->source[YONDER_ICE_SOURCE_CALL_SERVER];

  find (fixture);
  give (server, "turn:first.example", 600);
  yonder_manual_clock_advance (fixture->clock, 480 * 1000);
  give (server, NULL, 0);
  find (fixture);
  assert_found (fixture, "first.example", "the call server");
  g_assert_cmpstr (failure (fixture, 0), ==, "the call server is on fire.");

  for (guint i = 0; i < 12; i++) {
    yonder_manual_clock_advance (fixture->clock, 10 * 1000);
    if (yonder_fake_ice_provider_is_asked (server))
      give (server, NULL, 0);
    if (yonder_fake_ice_provider_is_asked (fixture->source[YONDER_ICE_SOURCE_PROVIDER]))
      give (fixture->source[YONDER_ICE_SOURCE_PROVIDER], "turn:other.example", 0);
  }
  find (fixture);
  yonder_manual_clock_advance (fixture->clock, YONDER_ICE_CALL_LIMIT_MS);
  settle ();
  g_assert_cmpuint (yonder_fake_ice_provider_get_n_asked (server), >=, 3);
  if (yonder_fake_ice_provider_is_asked (server))
    give (server, NULL, 0);
  if (yonder_fake_ice_provider_is_asked (fixture->source[YONDER_ICE_SOURCE_PROVIDER]))
    give (fixture->source[YONDER_ICE_SOURCE_PROVIDER], "turn:other.example", 0);
  find (fixture);
  assert_found (fixture, "other.example", "Twilio");
}

/* Timers stand still while the computer sleeps; credentials do not. */
static void
test_after_suspend (Fixture *fixture, gconstpointer data)
{
  YonderFakeIceProvider *server = fixture->source[YONDER_ICE_SOURCE_CALL_SERVER];

  find (fixture);
  give (server, "turn:first.example", 600);
  find (fixture);
  g_assert_cmpuint (fixture->n_found, ==, 2);
  yonder_manual_clock_suspend (fixture->clock, 3600 * 1000);

  find (fixture);
  g_assert_cmpuint (fixture->n_found, ==, 2);
  give (server, "turn:second.example", 600);
  assert_found (fixture, "second.example", "the call server");
}

static void
test_list_changes (Fixture *fixture, gconstpointer data)
{
  YonderFakeIceProvider *list = fixture->source[YONDER_ICE_SOURCE_LIST];

  find (fixture);
  give (fixture->source[YONDER_ICE_SOURCE_CALL_SERVER], NULL, 0);
  give (fixture->source[YONDER_ICE_SOURCE_PROVIDER], "", 0);
  give (list, "turn:mine.example", 0);

  yonder_ice_provider_changed (YONDER_ICE_PROVIDER (list));
  find (fixture);
  g_assert_cmpuint (fixture->n_found, ==, 1);
  give (fixture->source[YONDER_ICE_SOURCE_CALL_SERVER], NULL, 0);
  give (fixture->source[YONDER_ICE_SOURCE_PROVIDER], "", 0);
  give (list, "turn:other.example", 0);
  assert_found (fixture, "other.example", "your list");
}

/* A change while the answer is awaited: the answer that comes is not the one that counts. */
static void
test_change_meanwhile (Fixture *fixture, gconstpointer data)
{
  YonderFakeIceProvider *server = fixture->source[YONDER_ICE_SOURCE_CALL_SERVER];

  find (fixture);
  yonder_ice_sources_set_policy (fixture->sources, YONDER_ICE_POLICY_RELAY);
  settle ();
  g_assert_cmpuint (yonder_fake_ice_provider_get_n_asked (server), ==, 2);
  give (server, "stun:a.example", 0);
  give (fixture->source[YONDER_ICE_SOURCE_PROVIDER], "", 0);
  give (fixture->source[YONDER_ICE_SOURCE_LIST], "", 0);

  assert_found (fixture, "a.example", "the call server");
  g_assert_true (yonder_ice_config_is_relay_only (fixture->found));
  g_assert_true (g_str_has_prefix (failure (fixture, 0), "Only relayed calls are allowed, but there is no TURN server."));
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  yonder_ice_sources_find_async (fixture->sources, cancellable, on_found, fixture);
  settle ();
  g_cancellable_cancel (cancellable);
  settle ();
  g_assert_cmpuint (fixture->n_found, ==, 1);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_close (Fixture *fixture, gconstpointer data)
{
  find (fixture);
  yonder_ice_sources_close (fixture->sources);
  settle ();
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  static const struct { const char *path; void (*test) (Fixture *, gconstpointer); } tests[] = {
    { "/ice-sources/call-server-first", test_call_server_first },
    { "/ice-sources/each-in-turn", test_each_in_turn },
    { "/ice-sources/turn-is-looked-for", test_turn_is_looked_for },
    { "/ice-sources/none-is-an-answer", test_none_is_an_answer },
    { "/ice-sources/environment-alone", test_environment_alone },
    { "/ice-sources/slow-source", test_slow_source },
    { "/ice-sources/dead-source", test_dead_source },
    { "/ice-sources/renewal", test_renewal },
    { "/ice-sources/failed-renewal", test_failed_renewal },
    { "/ice-sources/after-suspend", test_after_suspend },
    { "/ice-sources/list-changes", test_list_changes },
    { "/ice-sources/change-meanwhile", test_change_meanwhile },
    { "/ice-sources/cancel", test_cancel },
    { "/ice-sources/close", test_close },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);

  return g_test_run ();
}
