/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each step of the network check does. When a step may begin, and what all of them come to, is in yonder-network-check.c. */

#include "yonder-network-check-private.h"

#include <glib/gi18n.h>

#include "yonder-high-ports.h"
#include "yonder-host-lookup.h"
#include "yonder-probe-attempt.h"
#include "yonder-stun-error.h"

#define IPV6_ANSWER_MS 2000

/* What a step that is under way holds: the check, and which run of it, so that what was cancelled comes too late. */
typedef struct {
  YonderNetworkCheck *check;
  YonderStepId        id;
  guint               run;
} Way;

static Way *
way_new (YonderNetworkCheck *self, YonderStepId id)
{
  return g_memdup2 (&(Way) { g_object_ref (self), id, self->run }, sizeof (Way));
}

static void
way_free (Way *way)
{
  g_object_unref (way->check);
  g_free (way);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Way, way_free)

static gboolean
is_stale (const Way *way)
{
  return way->run != way->check->run || !way->check->is_running;
}

/* @detail is taken. */
static void
end (YonderNetworkCheck *self, YonderStepId id, YonderStepState state, char *detail)
{
  yonder_check_step_end (yonder_network_check_get_step (self, id), state, detail);
}

static void
end_on_way (const Way *way, YonderStepState state, char *detail)
{
  end (way->check, way->id, state, detail);
  yonder_network_check_advance (way->check);
}

/* --- Names --- */

/* A name that is looked up. */
typedef struct {
  Way  *way;
  guint port;
} Name;

static void
add_address (YonderNetworkCheck *self, GInetAddress *address, guint port)
{
  g_ptr_array_add (self->addresses, g_inet_socket_address_new (address, (guint16) port));
}

static void
on_name_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Name *name = data;
  g_autoptr (Way) way = name->way;
  YonderNetworkCheck *self = way->check;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) addresses = yonder_host_lookup_finish (result, &error);

  if (is_stale (way))
    return;
  if (addresses == NULL) {
    g_set_str (&self->name_error, error->message);
    self->n_names_lost++;
  }
  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    add_address (self, g_ptr_array_index (addresses, i), name->port);
  if (--self->n_names_waiting > 0)
    return;

  if (self->n_names_lost == 0)
    end_on_way (way, YONDER_STEP_PASSED,
                g_strdup_printf (ngettext ("%u name, %u addresses", "%u names, %u addresses", self->n_names), self->n_names,
                                 self->addresses->len));
  else
    end_on_way (way, self->n_names_lost < self->n_names ? YONDER_STEP_WARNING : YONDER_STEP_FAILED, g_strdup (self->name_error));
}

/* Where the server answers datagrams, 0 where it does not. */
static guint
udp_port_of (YonderProbeAttempt *attempt)
{
  return yonder_probe_attempt_get_protocol (attempt) == YONDER_STUN_UDP ? yonder_probe_attempt_get_uri (attempt)->port : 0;
}

static void
look_up_names (YonderNetworkCheck *self)
{
  g_autoptr (GHashTable) ports = g_hash_table_new (g_str_hash, g_str_equal); /* by name */
  GHashTableIter iter;
  gpointer host, port;

  for (guint i = 0; i < self->attempts->len; i++) {
    YonderProbeAttempt *attempt = g_ptr_array_index (self->attempts, i);
    const char *name = yonder_probe_attempt_get_uri (attempt)->host;
    g_autoptr (GInetAddress) address = g_inet_address_new_from_string (name);

    if (address != NULL)
      add_address (self, address, udp_port_of (attempt));
    else if (udp_port_of (attempt) != 0 || !g_hash_table_contains (ports, name))
      g_hash_table_replace (ports, (gpointer) name, GUINT_TO_POINTER (udp_port_of (attempt)));
  }
  self->n_names = self->n_names_waiting = g_hash_table_size (ports);
  if (self->n_names == 0) {
    end (self, YONDER_STEP_NAMES, YONDER_STEP_SKIPPED, g_strdup (_("no server is known by name")));
    return;
  }
  g_hash_table_iter_init (&iter, ports);
  while (g_hash_table_iter_next (&iter, &host, &port))
    yonder_host_lookup_async (host, self->clock, YONDER_HOST_LOOKUP_MS, self->cancellable, on_name_found,
                              g_memdup2 (&(Name) { way_new (self, YONDER_STEP_NAMES), GPOINTER_TO_UINT (port) }, sizeof (Name)));
}

/* --- STUN and TURN --- */

static YonderStepId
step_of (YonderProbeAttempt *attempt)
{
  static const YonderStepId turn[] = { YONDER_STEP_TURN_UDP, YONDER_STEP_TURN_TCP, YONDER_STEP_TURN_TLS };

  return yonder_probe_attempt_is_turn (attempt) ? turn[yonder_probe_attempt_get_protocol (attempt)] : YONDER_STEP_STUN_UDP;
}

/* Ends a STUN or TURN step whose attempts are all over: it passed where one works, with a warning where another does not. */
static void
judge_attempts (const Way *way)
{
  YonderNetworkCheck *self = way->check;
  YonderProbeAttempt *best = NULL, *worst = NULL;

  for (guint i = 0; i < self->attempts->len; i++) {
    YonderProbeAttempt *attempt = g_ptr_array_index (self->attempts, i);
    YonderProbeState state = yonder_probe_attempt_get_state (attempt);

    if (step_of (attempt) != way->id)
      continue;
    if (state < YONDER_PROBE_WORKS)
      return;
    if (best == NULL || state < yonder_probe_attempt_get_state (best))
      best = attempt;
    if (worst == NULL || state > yonder_probe_attempt_get_state (worst))
      worst = attempt;
  }

  if (yonder_probe_attempt_get_state (best) == YONDER_PROBE_FAILED) {
    end_on_way (way, YONDER_STEP_FAILED, yonder_probe_attempt_dup_detail (best));
  } else if (yonder_probe_attempt_get_state (worst) == YONDER_PROBE_FAILED) {
    g_autofree char *good = yonder_probe_attempt_dup_detail (best);
    g_autofree char *bad = yonder_probe_attempt_dup_detail (worst);

    end_on_way (way, YONDER_STEP_WARNING, g_strdup_printf ("%s; %s: %s", good, yonder_probe_attempt_get_uri (worst)->host, bad));
  } else {
    /* A relay that forbids its own address could not be tried, and may be a good one all the same. */
    gboolean is_lost = yonder_probe_attempt_get_state (best) == YONDER_PROBE_DOUBTFUL &&
                       !g_error_matches (yonder_probe_attempt_get_error (best), YONDER_STUN_ERROR, YONDER_STUN_ERROR_FORBIDDEN);

    end_on_way (way, is_lost ? YONDER_STEP_WARNING : YONDER_STEP_PASSED, yonder_probe_attempt_dup_detail (best));
  }
}

static void
on_attempt_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Way) way = data;

  /* the attempt keeps its error */
  yonder_probe_attempt_run_finish (YONDER_PROBE_ATTEMPT (source), result, NULL);
  if (!is_stale (way))
    judge_attempts (way);
}

static void
run_attempts (YonderNetworkCheck *self, YonderStepId id)
{
  guint n = 0;

  for (guint i = 0; i < self->attempts->len; i++) {
    YonderProbeAttempt *attempt = g_ptr_array_index (self->attempts, i);

    if (step_of (attempt) != id)
      continue;
    n++;
    yonder_probe_attempt_run_async (attempt, self->cancellable, on_attempt_done, way_new (self, id));
  }
  if (n > 0)
    return;
  if (id == YONDER_STEP_STUN_UDP)
    end (self, id, YONDER_STEP_SKIPPED, g_strdup (_("no STUN server is set up")));
  else
    end (self, id, YONDER_STEP_SKIPPED, g_strdup (self->has_turn
                                                  ? _("no TURN server is set up for this")
                                                  : _("no TURN server is set up")));
}

static YonderProbeAttempt *
find_working (YonderNetworkCheck *self, gboolean turn, YonderProbeAttempt *except)
{
  for (guint i = 0; i < self->attempts->len; i++) {
    YonderProbeAttempt *attempt = g_ptr_array_index (self->attempts, i);
    YonderProbeState state = yonder_probe_attempt_get_state (attempt);

    if ((state == YONDER_PROBE_WORKS || state == YONDER_PROBE_DOUBTFUL) && yonder_probe_attempt_is_turn (attempt) == turn &&
        attempt != except && (turn || yonder_probe_attempt_get_protocol (attempt) == YONDER_STUN_UDP))
      return attempt;
  }
  return NULL;
}

/* --- NAT --- */

static void
on_nat_known (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Way) way = data;
  YonderNatKind kind = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean is_known = yonder_nat_probe_finish (result, &kind, &error);

  if (is_stale (way))
    return;
  if (!is_known) {
    end_on_way (way, YONDER_STEP_WARNING, g_strdup (error->message));
    return;
  }
  way->check->nat = kind;
  end_on_way (way, kind.mapping >= YONDER_NAT_ADDRESS_DEPENDENT ? YONDER_STEP_WARNING : YONDER_STEP_PASSED,
              yonder_nat_kind_describe (&kind));
}

static void
find_nat (YonderNetworkCheck *self)
{
  YonderProbeAttempt *first = find_working (self, FALSE, NULL);
  YonderProbeAttempt *second = NULL;

  /* a server that does RFC 5780 tells more than two others */
  for (guint i = 0; i < self->attempts->len; i++) {
    YonderProbeAttempt *attempt = g_ptr_array_index (self->attempts, i);

    if (yonder_probe_attempt_get_other (attempt) != NULL)
      first = attempt;
  }
  if (first == NULL) {
    end (self, YONDER_STEP_NAT, YONDER_STEP_SKIPPED, g_strdup (_("no STUN server answers over UDP")));
    return;
  }
  second = find_working (self, FALSE, first);
  yonder_nat_probe_async (yonder_probe_attempt_get_server_address (first), yonder_probe_attempt_get_other (first),
                          second != NULL ? yonder_probe_attempt_get_server_address (second) : NULL,
                          self->clock, self->cancellable, on_nat_known,
                          way_new (self, YONDER_STEP_NAT));
}

/* --- High ports --- */

static void
on_high_ports_tried (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Way) way = data;
  g_autoptr (GError) error = NULL;
  gboolean went, came_back;
  guint port;

  came_back = yonder_high_ports_finish (result, &port, &went, &error);
  if (is_stale (way))
    return;
  if (error != NULL)
    end_on_way (way, YONDER_STEP_SKIPPED, g_strdup (error->message));
  else if (came_back)
    end_on_way (way, YONDER_STEP_PASSED, g_strdup_printf (_("a datagram went to port %u and came back"), port));
  else if (went)
    end_on_way (way, YONDER_STEP_FAILED, g_strdup_printf (_("a datagram went to port %u, but none came back"), port));
  else
    end_on_way (way, YONDER_STEP_FAILED, g_strdup_printf (_("no datagram got to port %u"), port));
}

static void
try_high_ports (YonderNetworkCheck *self)
{
  YonderProbeAttempt *turn = find_working (self, TRUE, NULL);
  YonderProbeAttempt *stun = find_working (self, FALSE, NULL);
  YonderHighPortsRelay relay = { NULL };

  if (turn == NULL) {
    end (self, YONDER_STEP_HIGH_PORTS, YONDER_STEP_SKIPPED, g_strdup (_("needs a TURN server to be tried with")));
    return;
  }
  relay.server = yonder_probe_attempt_get_ice_server (turn);
  relay.address = yonder_probe_attempt_get_server_address (turn);
  relay.host = yonder_probe_attempt_get_uri (turn)->host;
  relay.protocol = yonder_probe_attempt_get_protocol (turn);
  relay.reflexive = yonder_probe_attempt_get_reflexive (stun != NULL ? stun : turn);
  relay.tls_database = self->tls_database;
  if (relay.reflexive == NULL)
    end (self, YONDER_STEP_HIGH_PORTS, YONDER_STEP_SKIPPED, g_strdup (_("the server does not say from where it sees us")));
  else
    yonder_high_ports_async (&relay, self->clock, self->cancellable, on_high_ports_tried, way_new (self, YONDER_STEP_HIGH_PORTS));
}

/* --- IPv6 --- */

/* Looks up a route, sends nothing (connect(2) on a datagram socket); the address is one of a STUN server's or of the
 * documentation. */
static gboolean
has_ipv6_route (void)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV6, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr (GSocketAddress) far = g_inet_socket_address_new_from_string ("2001:db8::1", YONDER_STUN_PORT);

  return socket != NULL && g_socket_connect (socket, far, NULL, NULL);
}

static void
on_ipv6_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Way) way = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderStunMessage) answer = yonder_stun_client_request_finish (YONDER_STUN_CLIENT (source), result, NULL, &error);

  yonder_stun_transport_close (yonder_stun_client_get_transport (YONDER_STUN_CLIENT (source)));
  if (is_stale (way))
    return;
  if (answer != NULL && answer->mapped != NULL) {
    g_autofree char *address = yonder_inet_socket_address_print (answer->mapped);

    end_on_way (way, YONDER_STEP_PASSED, g_strdup_printf (_("sees you as %s"), address));
  } else {
    end_on_way (way, YONDER_STEP_WARNING, g_strdup_printf (_("this computer has IPv6, but no answer comes over it: %s"),
                                                           error != NULL
                                                           ? error->message
                                                           : _("the server did not say from where it sees us")));
  }
}

static void
on_ipv6_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Way) way = data;
  YonderNetworkCheck *self = way->check;
  YonderStunTransport *transport = YONDER_STUN_TRANSPORT (source);
  g_autoptr (YonderStunClient) client = NULL;
  g_autoptr (GByteArray) request = NULL;
  g_autoptr (GError) error = NULL;
  guint8 id[YONDER_STUN_ID_SIZE];

  if (!yonder_stun_transport_open_finish (transport, result, &error)) {
    if (!is_stale (way))
      end_on_way (way, YONDER_STEP_SKIPPED, g_strdup (_("this network has no IPv6; calls use IPv4")));
    return;
  }
  client = yonder_stun_client_new (transport, self->clock);
  yonder_stun_make_id (id);
  request = yonder_stun_begin (YONDER_STUN_CLASS_REQUEST, YONDER_STUN_METHOD_BINDING, id);
  yonder_stun_client_request_async (client, request, NULL, NULL, IPV6_ANSWER_MS, self->cancellable, on_ipv6_answer,
                                    g_steal_pointer (&way));
}

static void
try_ipv6 (YonderNetworkCheck *self)
{
  for (guint i = 0; i < self->addresses->len; i++) {
    GInetSocketAddress *server = g_ptr_array_index (self->addresses, i);
    GInetAddress *address = g_inet_socket_address_get_address (server);
    g_autoptr (YonderStunTransport) transport = NULL;
    g_autofree char *host = NULL;

    if (g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6 || g_inet_address_get_is_loopback (address) ||
        g_inet_socket_address_get_port (server) == 0)
      continue;
    host = g_inet_address_to_string (address);
    transport = yonder_stun_transport_new (YONDER_STUN_UDP, server, host, NULL, self->clock);
    yonder_stun_transport_open_async (transport, 1000, self->cancellable, on_ipv6_opened, way_new (self, YONDER_STEP_IPV6));
    return;
  }
  if (has_ipv6_route ())
    end (self, YONDER_STEP_IPV6, YONDER_STEP_PASSED, g_strdup (_("this computer has it; no server is there to try it with")));
  else
    end (self, YONDER_STEP_IPV6, YONDER_STEP_SKIPPED, g_strdup (_("this network has no IPv6; calls use IPv4")));
}

/* --- What other rooms do --- */

static void
on_errand_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Way) way = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *detail = yonder_check_helper_run_finish (YONDER_CHECK_HELPER (source), result, &error);

  if (is_stale (way))
    return;
  if (detail != NULL)
    end_on_way (way, YONDER_STEP_PASSED, g_steal_pointer (&detail));
  else
    end_on_way (way, YONDER_STEP_FAILED, g_strdup (error->message));
}

static void
run_errand (YonderNetworkCheck *self, YonderStepId id, YonderCheckErrand errand)
{
  if (self->helpers[errand] == NULL)
    end (self, id, YONDER_STEP_SKIPPED,
         g_strdup (errand == YONDER_CHECK_HTTP || errand == YONDER_CHECK_WEBSOCKET ? _("no call server is named")
                                                                                   : _("not part of this check")));
  else if (errand == YONDER_CHECK_LOOP_CALL && find_working (self, TRUE, NULL) == NULL)
    end (self, id, YONDER_STEP_SKIPPED, g_strdup (_("needs a TURN server that works")));
  else
    yonder_check_helper_run_async (self->helpers[errand], errand, self->servers, self->cancellable, on_errand_done,
                                   way_new (self, id));
}

/* Begins a step; where there is nothing to try it is over at once. */
void
yonder_network_check_run_step (YonderNetworkCheck *self, YonderStepId id)
{
  switch (id) {
    case YONDER_STEP_NAMES: look_up_names (self); break;
    case YONDER_STEP_SERVER_HTTP: run_errand (self, id, YONDER_CHECK_HTTP); break;
    case YONDER_STEP_SERVER_WEBSOCKET: run_errand (self, id, YONDER_CHECK_WEBSOCKET); break;
    case YONDER_STEP_STUN_UDP:
    case YONDER_STEP_TURN_UDP:
    case YONDER_STEP_TURN_TCP:
    case YONDER_STEP_TURN_TLS: run_attempts (self, id); break;
    case YONDER_STEP_NAT: find_nat (self); break;
    case YONDER_STEP_HIGH_PORTS: try_high_ports (self); break;
    case YONDER_STEP_IPV6: try_ipv6 (self); break;
    case YONDER_STEP_LOOP_CALL: run_errand (self, id, YONDER_CHECK_LOOP_CALL); break;
    case YONDER_STEP_CAMERA: run_errand (self, id, YONDER_CHECK_CAMERA); break;
    case YONDER_STEP_MICROPHONE: run_errand (self, id, YONDER_CHECK_MICROPHONE); break;
    case YONDER_STEP_OFFER: run_errand (self, id, YONDER_CHECK_OFFER); break;
    default: g_assert_not_reached ();
  }
}
