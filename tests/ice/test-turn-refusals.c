/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every way in which a TURN server says no (RFC 8489 section 14.8, RFC 8656 section 19), and what the user reads then. */

#include "stun-script.h"
#include "yonder-ice-probe.h"
#include "yonder-manual-clock.h"
#include "yonder-stun-error.h"

#include <string.h>

/* What the server makes of a request that is signed: refuses it, or, where it is to refuse a later step, gives a relay first. */
typedef struct {
  guint            code;
  const char      *reason;
  YonderStunMethod method;
} Plan;

typedef struct {
  YonderManualClock *clock;
  StunScript        *server;
  GBytes            *key;
  Plan               plan;
  guint              n_asked;
  YonderIceProbe    *probe;
  GError            *error;
  gboolean           is_done;
} Fixture;

static void
challenge (Fixture *self, const YonderStunMessage *request, GSocketAddress *from, guint code)
{
  g_autoptr (GByteArray) answer = stun_script_refuse (request, code, "");

  yonder_stun_add_string (answer, YONDER_STUN_ATTRIBUTE_REALM, "yonder.test");
  yonder_stun_add_string (answer, YONDER_STUN_ATTRIBUTE_NONCE, self->n_asked % 2 == 0 ? "one" : "other");
  stun_script_send (self->server, 0, answer, from);
}

static void
succeed (Fixture *self, const YonderStunMessage *request, GSocketAddress *from)
{
  g_autoptr (GByteArray) answer = yonder_stun_begin (YONDER_STUN_CLASS_SUCCESS, request->method, request->id);
  g_autoptr (GSocketAddress) relayed = g_inet_socket_address_new_from_string ("127.0.0.1", 49152);

  if (request->method == YONDER_STUN_METHOD_ALLOCATE) {
    yonder_stun_add_address (answer, YONDER_STUN_ATTRIBUTE_XOR_RELAYED_ADDRESS, G_INET_SOCKET_ADDRESS (relayed));
    yonder_stun_add_address (answer, YONDER_STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS, G_INET_SOCKET_ADDRESS (from));
    yonder_stun_add_u32 (answer, YONDER_STUN_ATTRIBUTE_LIFETIME, 600);
  }
  yonder_stun_add_integrity (answer, self->key);
  stun_script_send (self->server, 0, answer, from);
}

static void
on_request (StunScript *server, guint socket, const YonderStunMessage *request, GSocketAddress *from, gpointer data)
{
  Fixture *self = data;

  self->n_asked++;
  if (!request->has_integrity) {
    challenge (self, request, from, YONDER_STUN_ERROR_UNAUTHORIZED);
  } else if (self->plan.code == YONDER_STUN_ERROR_STALE_NONCE) {
    challenge (self, request, from, YONDER_STUN_ERROR_STALE_NONCE);
  } else if (request->method == self->plan.method ||
             (self->plan.method == YONDER_STUN_METHOD_CREATE_PERMISSION && request->method == YONDER_STUN_METHOD_CHANNEL_BIND)) {
    g_autoptr (GByteArray) answer = stun_script_refuse (request, self->plan.code, self->plan.reason);

    stun_script_send (self->server, 0, answer, from);
  } else {
    succeed (self, request, from);
  }
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *self = data;

  self->is_done = TRUE;
  yonder_ice_probe_run_finish (YONDER_ICE_PROBE (source), result, &self->error);
}

/* The clock stands still: no answer is late, none is asked for twice. */
static void
probe (Fixture *self, const Plan *plan)
{
  GInetSocketAddress *address = G_INET_SOCKET_ADDRESS (stun_script_get_address (self->server, 0));
  g_autofree char *url = g_strdup_printf ("turn:127.0.0.1:%u?transport=udp", g_inet_socket_address_get_port (address));
  g_autoptr (YonderIceServer) server = yonder_ice_server_new ((const char * const[]) { url, NULL }, "alice", "secret", NULL);
  gint64 deadline_us = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  self->plan = *plan;
  self->n_asked = 0;
  self->is_done = FALSE;
  g_clear_error (&self->error);
  g_clear_object (&self->probe);
  self->probe = yonder_ice_probe_new (server, NULL, YONDER_CLOCK (self->clock));
  yonder_ice_probe_run_async (self->probe, NULL, on_done, self);
  while (!self->is_done) {
    g_assert_cmpint (g_get_monotonic_time (), <, deadline_us);
    g_main_context_iteration (NULL, FALSE);
  }
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->clock = yonder_manual_clock_new ();
  self->key = yonder_stun_make_key ("alice", "yonder.test", "secret");
  self->server = stun_script_new (FALSE, on_request, self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->probe);
  g_clear_error (&self->error);
  /* the farewell to the server is answered or runs out */
  while (g_main_context_iteration (NULL, FALSE));
  yonder_manual_clock_advance (self->clock, 1000);
  while (g_main_context_iteration (NULL, FALSE));
  stun_script_free (self->server);
  g_bytes_unref (self->key);
  g_assert_finalize_object (self->clock);
}

static const YonderProbeAttempt *
attempt_of (Fixture *self)
{
  g_autoptr (YonderProbeAttempt) attempt = g_list_model_get_item (yonder_ice_probe_get_attempts (self->probe), 0);

  return attempt; /* the probe holds it */
}

static void
test_allocate (Fixture *self, gconstpointer data)
{
  static const struct { guint code; const char *reason, *sentence; } cases[] = {
    { 300, "", "300 the server sends us to another one" },
    { 400, "", "400 the server did not understand the request" },
    { 401, "Unauthorized", "401 wrong user name or credential" },
    { 403, "Forbidden", "403 forbidden: the server does not relay to this address, or not for this user" },
    { 420, "", "420 the server is too old: it does not know what it was asked" },
    { 437, "Allocation Mismatch", "437 the server mixes this relay up with another, or has closed it" },
    { 438, "Stale Nonce", "438 the server keeps calling our answer stale; its clock or its load balancer may be at fault" },
    { 440, "", "440 the server has no relay address of this kind (IPv4 or IPv6)" },
    { 441, "Wrong Credentials", "441 these are not the credentials that the relay was made with" },
    { 442, "Unsupported Transport Protocol", "442 the server cannot relay UDP" },
    { 486, "Allocation Quota Reached", "486 allocation quota reached" },
    { 500, "Server Error", "500 the server has a problem of its own; try again later" },
    { 508, "Insufficient Capacity", "508 the server is full" },
    /* nobody has heard of this one */
    { 599, "Gone Fishing", "599 Gone Fishing" },
    { 599, "", "599 the server refuses, and does not say why" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *summary = NULL, *expected = g_strconcat ("Does not work: ", cases[i].sentence, NULL);

    probe (self, &(Plan) { cases[i].code, cases[i].reason, YONDER_STUN_METHOD_ALLOCATE });
    g_assert_error (self->error, YONDER_STUN_ERROR, (int) cases[i].code);
    g_assert_cmpstr (self->error->message, ==, cases[i].sentence);
    summary = yonder_ice_probe_dup_summary (self->probe);
    g_assert_cmpstr (summary, ==, expected);
    /* asked without signature and with it; a stale nonce is renewed a few times, not for ever */
    if (cases[i].code == 438)
      g_assert_cmpuint (self->n_asked, >, 2);
    else
      g_assert_cmpuint (self->n_asked, ==, 2);
    g_assert_cmpuint (self->n_asked, <=, 5);
  }
}

/* A relay is given, but nothing may be sent through it. */
static void
test_permission (Fixture *self, gconstpointer data)
{
  static const struct { guint code; const char *words; } cases[] = {
    { 403, "403 forbidden: the server does not relay to this address" },
    { 437, "437 the server mixes this relay up with another, or has closed it" },
    { 441, "441 these are not the credentials" },
    { 443, "443 the relay is IPv4 and the other side IPv6" },
    { 508, "508 the server is full" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const GError *error;

    probe (self, &(Plan) { cases[i].code, "", YONDER_STUN_METHOD_CREATE_PERMISSION });
    error = yonder_probe_attempt_get_error ((YonderProbeAttempt *) attempt_of (self));
    g_assert_cmpint (yonder_ice_probe_get_state (self->probe), ==, YONDER_PROBE_DOUBTFUL);
    g_assert_error (error, YONDER_STUN_ERROR, (int) cases[i].code);
    g_assert_true (g_str_has_prefix (error->message, cases[i].words));
  }
}

/* The server's own words are shown as words: without what would steer a terminal. */
static void
test_hostile_reason (Fixture *self, gconstpointer data)
{
  probe (self, &(Plan) { 599, "\x1b[2J\x07 spam \r\n more", YONDER_STUN_METHOD_ALLOCATE });
  g_assert_error (self->error, YONDER_STUN_ERROR, 599);
  for (const char *at = self->error->message; *at != '\0'; at++)
    g_assert_false (g_ascii_iscntrl (*at));
  g_assert_nonnull (strstr (self->error->message, "spam"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/ice/turn-refusals/allocate", Fixture, NULL, set_up, test_allocate, tear_down);
  g_test_add ("/ice/turn-refusals/permission", Fixture, NULL, set_up, test_permission, tear_down);
  g_test_add ("/ice/turn-refusals/hostile-reason", Fixture, NULL, set_up, test_hostile_reason, tear_down);
  return g_test_run ();
}
