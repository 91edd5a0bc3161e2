/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kind of NAT (RFC 4787), told by a server with two addresses (RFC 5780 section 4): a real coturn with no NAT before it, and one that
 * answers as it would look through each kind of NAT. */

#include "coturn.h"
#include "stun-script.h"
#include "yonder-ice-probe.h"
#include "yonder-manual-clock.h"
#include "yonder-nat-probe.h"

/* The NAT that the script plays: the outer port depends on where a packet goes, and who was not written to does not get in. */
typedef struct {
  StunScript         *server;
  YonderManualClock  *clock;
  YonderNatBehaviour  mapping, filtering;
  gboolean            was_written[STUN_SCRIPT_MAX_SOCKETS];
  YonderNatKind       kind;
  GError             *error;
  gboolean            is_done;
} Fixture;

static gboolean
lets_in (Fixture *self, guint socket)
{
  switch (self->filtering) {
  case YONDER_NAT_ENDPOINT_INDEPENDENT:
    return TRUE;
  case YONDER_NAT_ADDRESS_DEPENDENT:
    return self->was_written[socket & ~1u] || self->was_written[socket | 1];
  default:
    return self->was_written[socket];
  }
}

/* What the server sees: 203.0.113.7 at a port that the NAT took for this way. */
static GInetSocketAddress *
look_from (Fixture *self, guint socket)
{
  static const guint ports[][STUN_SCRIPT_MAX_SOCKETS] = {
    [YONDER_NAT_ENDPOINT_INDEPENDENT] = { 5000, 5000, 5000, 5000 },
    [YONDER_NAT_ADDRESS_DEPENDENT] = { 5000, 5000, 5001, 5001 },
    [YONDER_NAT_ADDRESS_AND_PORT_DEPENDENT] = { 5000, 5001, 5002, 5003 },
  };

  return G_INET_SOCKET_ADDRESS (g_inet_socket_address_new_from_string ("203.0.113.7", ports[self->mapping][socket]));
}

static void
on_request (StunScript *server, guint socket, const YonderStunMessage *request, GSocketAddress *from, gpointer data)
{
  Fixture *self = data;
  g_autoptr (GBytes) change = stun_script_find (request, YONDER_STUN_ATTRIBUTE_CHANGE_REQUEST);
  guint flags = change != NULL ? ((const guint8 *) g_bytes_get_data (change, NULL))[3] : 0;
  guint answers = socket ^ (flags & YONDER_STUN_CHANGE_ADDRESS ? 2 : 0) ^ (flags & YONDER_STUN_CHANGE_PORT ? 1 : 0);
  g_autoptr (GInetSocketAddress) mapped = look_from (self, socket);
  g_autoptr (GByteArray) answer = yonder_stun_begin (YONDER_STUN_CLASS_SUCCESS, request->method, request->id);

  self->was_written[socket] = TRUE;
  if (!lets_in (self, answers))
    return;
  yonder_stun_add_address (answer, YONDER_STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS, mapped);
  stun_script_send (self->server, answers, answer, from);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->clock = yonder_manual_clock_new ();
  self->server = stun_script_new (TRUE, on_request, self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_error (&self->error);
  stun_script_free (self->server);
  while (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpuint (yonder_manual_clock_count_timers (self->clock), ==, 0);
  g_assert_finalize_object (self->clock);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *self = data;

  self->is_done = TRUE;
  yonder_nat_probe_finish (result, &self->kind, &self->error);
}

/* Time goes on only when all that is under way on loopback has arrived. */
static void
run (Fixture *self, gboolean has_other, gboolean has_second)
{
  GInetSocketAddress *address[STUN_SCRIPT_MAX_SOCKETS];

  for (guint i = 0; i < STUN_SCRIPT_MAX_SOCKETS; i++) {
    address[i] = G_INET_SOCKET_ADDRESS (stun_script_get_address (self->server, i));
    self->was_written[i] = FALSE;
  }
  self->is_done = FALSE;
  g_clear_error (&self->error);
  yonder_nat_probe_async (address[0], has_other ? address[3] : NULL, has_second ? address[2] : NULL, YONDER_CLOCK (self->clock), NULL, on_done, self);
  for (guint i = 0; i < 100 && !self->is_done; i++) {
    for (guint j = 0; j < 50 && !self->is_done; j++) {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (100);
    }
    yonder_manual_clock_advance (self->clock, 100);
  }
  g_assert_true (self->is_done);
}

static void
test_kinds (Fixture *self, gconstpointer data)
{
  static const char * const mapping_words[] = {
    [YONDER_NAT_ENDPOINT_INDEPENDENT] = "friendly to calls (endpoint-independent mapping)",
    [YONDER_NAT_ADDRESS_DEPENDENT] = "strict (symmetric, address-dependent mapping)",
    [YONDER_NAT_ADDRESS_AND_PORT_DEPENDENT] = "strict (symmetric, address- and port-dependent mapping)",
  };
  static const char * const filtering_words[] = {
    [YONDER_NAT_ENDPOINT_INDEPENDENT] = "; lets everybody in (endpoint-independent filtering)",
    [YONDER_NAT_ADDRESS_DEPENDENT] = "; lets in who was written to (address-dependent filtering)",
    [YONDER_NAT_ADDRESS_AND_PORT_DEPENDENT] = "; lets in who was written to, from the same port alone (address- and port-dependent filtering)",
  };

  for (guint mapping = YONDER_NAT_ENDPOINT_INDEPENDENT; mapping <= YONDER_NAT_ADDRESS_AND_PORT_DEPENDENT; mapping++)
    for (guint filtering = YONDER_NAT_ENDPOINT_INDEPENDENT; filtering <= YONDER_NAT_ADDRESS_AND_PORT_DEPENDENT; filtering++) {
      g_autofree char *words = NULL;

      self->mapping = mapping;
      self->filtering = filtering;
      run (self, TRUE, FALSE);
      g_assert_no_error (self->error);
      g_test_message ("%s mapping, %s filtering", yonder_nat_behaviour_get_name (self->kind.mapping),
                      yonder_nat_behaviour_get_name (self->kind.filtering));
      g_assert_cmpint (self->kind.mapping, ==, mapping);
      g_assert_cmpint (self->kind.filtering, ==, filtering);
      words = yonder_nat_kind_describe (&self->kind);
      g_assert_true (g_str_has_prefix (words, mapping_words[mapping]));
      g_assert_true (g_str_has_suffix (words, filtering_words[filtering]));
    }
}

/* Two plain servers tell whether the mapping is the friendly one; one tells nothing, and that is said. */
static void
test_plain_servers (Fixture *self, gconstpointer data)
{
  g_autofree char *words = NULL;

  self->filtering = YONDER_NAT_ENDPOINT_INDEPENDENT;
  self->mapping = YONDER_NAT_ENDPOINT_INDEPENDENT;
  run (self, FALSE, TRUE);
  g_assert_cmpint (self->kind.mapping, ==, YONDER_NAT_ENDPOINT_INDEPENDENT);
  g_assert_cmpint (self->kind.filtering, ==, YONDER_NAT_UNKNOWN);
  self->mapping = YONDER_NAT_ADDRESS_DEPENDENT;
  run (self, FALSE, TRUE);
  g_assert_cmpint (self->kind.mapping, ==, YONDER_NAT_ADDRESS_AND_PORT_DEPENDENT);
  run (self, FALSE, FALSE);
  g_assert_cmpint (self->kind.mapping, ==, YONDER_NAT_UNKNOWN);
  words = yonder_nat_kind_describe (&self->kind);
  g_assert_nonnull (g_strstr_len (words, -1, "cannot be told with this server"));
}

static void
on_probed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_assert_true (yonder_ice_probe_run_finish (YONDER_ICE_PROBE (source), result, NULL));
  *(gboolean *) data = TRUE;
}

/* What coturn says of itself is understood: the address that it names as its other one is the second that it has. */
static void
test_coturn (Fixture *self, gconstpointer data)
{
  g_autoptr (Coturn) coturn = NULL;
  g_autofree char *url = NULL, *other = NULL;
  g_autoptr (YonderIceServer) server = NULL;
  g_autoptr (YonderClock) clock = yonder_clock_new ();
  g_autoptr (YonderIceProbe) probe = NULL;
  g_autoptr (YonderProbeAttempt) attempt = NULL;
  gboolean is_probed = FALSE;

  if (!coturn_is_installed ()) {
    g_test_skip ("turnserver is not installed");
    return;
  }
  coturn = coturn_start ("127.0.0.1", COTURN_CERTIFICATE_GOOD, "--lt-cred-mech --user=alice:secret --listening-ip=127.0.0.2");
  url = g_strdup_printf ("stun:127.0.0.1:%u", coturn->port);
  server = yonder_ice_server_new ((const char * const[]) { url, NULL }, NULL, NULL, NULL);
  probe = yonder_ice_probe_new (server, NULL, clock);
  yonder_ice_probe_run_async (probe, NULL, on_probed, &is_probed);
  while (!is_probed)
    g_main_context_iteration (NULL, TRUE);
  attempt = g_list_model_get_item (yonder_ice_probe_get_attempts (probe), 0);
  g_assert_nonnull (yonder_probe_attempt_get_other (attempt));
  other = yonder_inet_socket_address_print (yonder_probe_attempt_get_other (attempt));
  g_assert_true (g_str_has_prefix (other, "127.0.0.2:"));

  self->is_done = FALSE;
  yonder_nat_probe_async (yonder_probe_attempt_get_server_address (attempt), yonder_probe_attempt_get_other (attempt), NULL, clock, NULL, on_done, self);
  while (!self->is_done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (self->error);
  g_assert_cmpint (self->kind.mapping, ==, YONDER_NAT_NONE);
  g_assert_cmpint (self->kind.filtering, ==, YONDER_NAT_ENDPOINT_INDEPENDENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/ice/nat-probe/kinds", Fixture, NULL, set_up, test_kinds, tear_down);
  g_test_add ("/ice/nat-probe/plain-servers", Fixture, NULL, set_up, test_plain_servers, tear_down);
  g_test_add ("/ice/nat-probe/coturn", Fixture, NULL, set_up, test_coturn, tear_down);
  return g_test_run ();
}
