/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a call's STUN and TURN servers come from: waited for a moment, renewed while it goes on, told to whoever looks. */

#include "call-fixture.h"
#include "yonder-fake-ice-provider.h"

typedef struct {
  Fixture                base;
  YonderIceSources      *sources;
  YonderFakeIceProvider *server;
} IceFixture;

static void
set_up (IceFixture *fixture, gconstpointer data)
{
  g_autoptr (GListModel) stun = yonder_fake_ice_servers ("stun:public.example");
  g_autoptr (YonderIceProvider) public = yonder_ice_fixed_provider_new ("public STUN", stun);

  fixture_set_up (&fixture->base, data);
  fixture->server = yonder_fake_ice_provider_new ("the call server");
  fixture->sources = yonder_ice_sources_new (YONDER_CLOCK (fixture->base.clock));
  yonder_ice_sources_set_provider (fixture->sources, YONDER_ICE_SOURCE_CALL_SERVER, YONDER_ICE_PROVIDER (fixture->server));
  yonder_ice_sources_set_provider (fixture->sources, YONDER_ICE_SOURCE_PUBLIC, public);
  yonder_call_manager_set_ice_sources (fixture->base.manager, fixture->sources);
}

static void
tear_down (IceFixture *fixture, gconstpointer data)
{
  yonder_call_manager_set_ice_sources (fixture->base.manager, NULL);
  yonder_ice_sources_close (fixture->sources);
  settle ();
  /* the calls hold it, and it holds the clock */
  g_object_add_weak_pointer (G_OBJECT (fixture->sources), (gpointer *) &fixture->sources);
  g_object_unref (fixture->sources);
  fixture_tear_down (&fixture->base, data);
  g_assert_null (fixture->sources);
  g_assert_finalize_object (fixture->server);
}

static void
give (IceFixture *fixture, const char *urls, gint64 ttl_s)
{
  yonder_fake_ice_provider_give (fixture->server, urls, ttl_s);
  settle ();
}

static char *
sources_of (YonderCall *call)
{
  g_assert_nonnull (yonder_call_get_ice_config (call));
  return yonder_ice_config_dup_sources (yonder_call_get_ice_config (call));
}

/* Nothing is sent before the servers are there: a peer that answers at once would get an offer without relays. */
static void
test_dial_waits (IceFixture *fixture, gconstpointer data)
{
  YonderCall *call = dial (&fixture->base);

  g_assert_null (yonder_call_get_media (call));
  assert_log (yonder_fake_signaling_take_log (fixture->base.signaling), "");
  give (fixture, "stun:a.example turn:b.example", 600);

  assert_log (yonder_fake_signaling_take_log (fixture->base.signaling), "invite bob video");
  g_assert_nonnull (yonder_call_get_media (call));
  assert_log (sources_of (call), "the call server");
  g_assert_true (timeline_has (call, "1 STUN server and 1 TURN server from the call server."));
}

static void
test_dial_waits_not_long (IceFixture *fixture, gconstpointer data)
{
  YonderCall *call = dial (&fixture->base);

  yonder_manual_clock_advance (fixture->base.clock, YONDER_ICE_CALL_LIMIT_MS);
  settle ();
  assert_log (yonder_fake_signaling_take_log (fixture->base.signaling), "invite bob video");
  assert_log (sources_of (call), "public STUN");
  g_assert_true (timeline_has (call, "the call server did not give its servers in time; the call goes without them."));
}

static void
test_hung_up_meanwhile (IceFixture *fixture, gconstpointer data)
{
  YonderCall *call = dial (&fixture->base);

  yonder_call_hang_up (call);
  assert_ended (call, "hung-up");
  give (fixture, "turn:b.example", 600);
  assert_log (yonder_fake_signaling_take_log (fixture->base.signaling), "");
  g_assert_cmpuint (yonder_fake_media_factory_get_n_made (fixture->base.factory), ==, 0);
}

/* "bob" calls while we still look for servers to call him: his invitation stands, ours was never sent. */
static void
test_glare_meanwhile (IceFixture *fixture, gconstpointer data)
{
  YonderCall *call = dial (&fixture->base);

  g_signal_emit_by_name (fixture->base.signaling, "incoming", "c9", "bob", "Bob", YONDER_CALL_KIND_VIDEO, NULL);
  assert_state (call, "answering");
  give (fixture, "turn:b.example", 600);
  assert_log (yonder_fake_signaling_take_log (fixture->base.signaling), "accept c9");
  g_signal_emit_by_name (fixture->base.signaling, "offer", "c9", SDP_OFFER, (gint64) 0);
  assert_log (yonder_fake_media_take_log (media_of (call)), "accept-offer " SDP_OFFER);
}

/* Whoever is called has the servers by the time that he answers. */
static void
test_fetched_while_it_rings (IceFixture *fixture, gconstpointer data)
{
  YonderCall *call = get_called (&fixture->base, "c1", "bob");

  g_assert_true (yonder_fake_ice_provider_is_asked (fixture->server));
  give (fixture, "turn:b.example", 600);
  yonder_call_accept (call, TRUE);
  settle ();
  assert_log (yonder_fake_signaling_take_log (fixture->base.signaling), "accept c1");
  assert_log (sources_of (call), "the call server");
}

static void
test_accepted_before (IceFixture *fixture, gconstpointer data)
{
  YonderCall *call = get_called (&fixture->base, "c1", "bob");

  yonder_call_accept (call, TRUE);
  assert_state (call, "answering");
  g_assert_null (yonder_call_get_media (call));
  give (fixture, "turn:b.example", 600);
  g_assert_nonnull (yonder_call_get_media (call));
  assert_log (yonder_fake_signaling_take_log (fixture->base.signaling), "accept c1");
}

/* Credentials are renewed in the call, before they run out, and the next path is built with the new ones. */
static void
test_renewed_in_call (IceFixture *fixture, gconstpointer data)
{
  YonderCall *call = dial (&fixture->base);
  YonderFakeMedia *media;

  give (fixture, "turn:b.example", 600);
  media = media_of (call);
  g_free (yonder_fake_media_take_log (media));
  yonder_fake_media_complete (media, SDP_OFFER, NULL);
  yonder_fake_signaling_answer_invite (fixture->base.signaling, "c1", NULL);
  g_signal_emit_by_name (fixture->base.signaling, "accepted", "c1", NULL);
  g_signal_emit_by_name (fixture->base.signaling, "answer", "c1", SDP_ANSWER, (gint64) 0);
  yonder_fake_media_complete (media, "", NULL);
  bring_up (call);
  g_free (yonder_fake_media_take_log (media));

  yonder_fake_media_set_bitrate (media, 100000);
  yonder_manual_clock_advance (fixture->base.clock, 479 * 1000);
  g_assert_cmpuint (yonder_fake_media_count (media, "ice-servers"), ==, 0);
  yonder_manual_clock_advance (fixture->base.clock, 1000);
  give (fixture, "turn:b.example turn:c.example", 600);
  g_assert_cmpuint (yonder_fake_media_count (media, "ice-servers 2"), ==, 1);
  assert_state (call, "connected");

  /* A call that is over is left alone. */
  yonder_call_hang_up (call);
  yonder_manual_clock_advance (fixture->base.clock, 480 * 1000);
  give (fixture, "turn:d.example", 600);
  g_assert_cmpuint (yonder_fake_media_count (media, "ice-servers"), ==, 1);
  assert_log (sources_of (call), "the call server");
}

static void
test_relay_only (IceFixture *fixture, gconstpointer data)
{
  YonderCall *call;

  yonder_ice_sources_set_policy (fixture->sources, YONDER_ICE_POLICY_RELAY);
  call = dial (&fixture->base);
  give (fixture, "turn:b.example", 600);
  g_assert_true (yonder_ice_config_is_relay_only (yonder_call_get_ice_config (call)));
}

int
main (int argc, char *argv[])
{
  static const struct { const char *path; void (*test) (IceFixture *, gconstpointer); } tests[] = {
    { "/call-ice/dial-waits", test_dial_waits },
    { "/call-ice/dial-waits-not-long", test_dial_waits_not_long },
    { "/call-ice/hung-up-meanwhile", test_hung_up_meanwhile },
    { "/call-ice/glare-meanwhile", test_glare_meanwhile },
    { "/call-ice/fetched-while-it-rings", test_fetched_while_it_rings },
    { "/call-ice/accepted-before", test_accepted_before },
    { "/call-ice/renewed-in-call", test_renewed_in_call },
    { "/call-ice/relay-only", test_relay_only },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, IceFixture, NULL, set_up, tests[i].test, tear_down);

  return g_test_run ();
}
