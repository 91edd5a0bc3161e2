/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-network-check.h"

#include <glib/gi18n.h>

#include "yonder-high-ports.h"
#include "yonder-host-lookup.h"
#include "yonder-network-check-private.h"
#include "yonder-probe-attempt.h"
#include "yonder-stun-error.h"

G_DEFINE_FINAL_TYPE (YonderNetworkCheck, yonder_network_check, G_TYPE_OBJECT)

#define IPV6_ANSWER_MS 2000

enum {
  PROP_0,
  PROP_IS_RUNNING,
  N_PROPS
};

enum {
  SIGNAL_FINISHED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

#define AFTER(id) (1u << YONDER_STEP_##id)

/* What must be over before a step begins. What takes the processor (an encoder starts) is kept away from what measures round trips only by
 * this: the devices are looked for one after another, the test call comes last. */
static const guint prerequisites[YONDER_N_STEPS] = {
  [YONDER_STEP_SERVER_WEBSOCKET] = AFTER (SERVER_HTTP),
  [YONDER_STEP_STUN_UDP] = AFTER (NAMES),
  [YONDER_STEP_TURN_UDP] = AFTER (NAMES),
  [YONDER_STEP_TURN_TCP] = AFTER (NAMES),
  [YONDER_STEP_TURN_TLS] = AFTER (NAMES),
  [YONDER_STEP_NAT] = AFTER (STUN_UDP),
  [YONDER_STEP_HIGH_PORTS] = AFTER (STUN_UDP) | AFTER (TURN_UDP) | AFTER (TURN_TCP) | AFTER (TURN_TLS),
  [YONDER_STEP_IPV6] = AFTER (NAMES),
  [YONDER_STEP_LOOP_CALL] = AFTER (HIGH_PORTS) | AFTER (NAT) | AFTER (OFFER) | AFTER (IPV6),
  [YONDER_STEP_MICROPHONE] = AFTER (CAMERA),
  [YONDER_STEP_OFFER] = AFTER (MICROPHONE),
};

YonderCheckStep *
yonder_network_check_get_step (YonderNetworkCheck *self, YonderStepId id)
{
  g_autoptr (YonderCheckStep) step = g_list_model_get_item (G_LIST_MODEL (self->steps), id);

  return step; /* the list holds it */
}

static gboolean
is_ready (YonderNetworkCheck *self, YonderStepId id)
{
  if (yonder_check_step_get_state (yonder_network_check_get_step (self, id)) != YONDER_STEP_WAITING)
    return FALSE;
  for (guint other = 0; other < YONDER_N_STEPS; other++)
    if ((prerequisites[id] & (1u << other)) && !yonder_check_step_is_over (yonder_network_check_get_step (self, other)))
      return FALSE;
  return TRUE;
}

/* --- A step's life --- */

static void advance (YonderNetworkCheck *self);

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
  advance (way->check);
}

/* --- Names --- */

static void
on_name_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Way) way = data;
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
    g_ptr_array_add (self->addresses, g_object_ref (g_ptr_array_index (addresses, i)));
  if (--self->n_names_waiting > 0)
    return;

  if (self->n_names_lost == 0)
    end_on_way (way, YONDER_STEP_PASSED, g_strdup_printf (g_dngettext (NULL, "%u name, %u addresses", "%u names, %u addresses", self->n_names),
                                                          self->n_names, self->addresses->len));
  else
    end_on_way (way, self->n_names_lost < self->n_names ? YONDER_STEP_WARNING : YONDER_STEP_FAILED, g_strdup (self->name_error));
}

static void
look_up_names (YonderNetworkCheck *self)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer name;

  for (guint i = 0; i < self->attempts->len; i++) {
    const char *host = yonder_probe_attempt_get_uri (g_ptr_array_index (self->attempts, i))->host;

    if (!g_hostname_is_ip_address (host))
      g_hash_table_add (names, (gpointer) host);
    else
      g_ptr_array_add (self->addresses, g_inet_address_new_from_string (host));
  }
  self->n_names = self->n_names_waiting = g_hash_table_size (names);
  if (self->n_names == 0) {
    end (self, YONDER_STEP_NAMES, YONDER_STEP_SKIPPED, g_strdup (_("no server is known by name")));
    return;
  }
  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    yonder_host_lookup_async (name, self->clock, YONDER_HOST_LOOKUP_MS, self->cancellable, on_name_found, way_new (self, YONDER_STEP_NAMES));
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
    end (self, id, YONDER_STEP_SKIPPED, g_strdup (self->has_turn ? _("no TURN server is set up for this") : _("no TURN server is set up")));
}

static YonderProbeAttempt *
find_working (YonderNetworkCheck *self, gboolean turn, YonderProbeAttempt *except)
{
  for (guint i = 0; i < self->attempts->len; i++) {
    YonderProbeAttempt *attempt = g_ptr_array_index (self->attempts, i);
    YonderProbeState state = yonder_probe_attempt_get_state (attempt);

    if ((state == YONDER_PROBE_WORKS || state == YONDER_PROBE_DOUBTFUL) && yonder_probe_attempt_is_turn (attempt) == turn && attempt != except &&
        (turn || yonder_probe_attempt_get_protocol (attempt) == YONDER_STUN_UDP))
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
  end_on_way (way, kind.mapping >= YONDER_NAT_ADDRESS_DEPENDENT ? YONDER_STEP_WARNING : YONDER_STEP_PASSED, yonder_nat_kind_describe (&kind));
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
                          second != NULL ? yonder_probe_attempt_get_server_address (second) : NULL, self->clock, self->cancellable, on_nat_known,
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

/* Looks up a route, sends nothing (connect(2) on a datagram socket); the address is one of a STUN server's or of the documentation. */
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
                                                           error != NULL ? error->message : _("the server did not say from where it sees us")));
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
  yonder_stun_client_request_async (client, request, NULL, NULL, IPV6_ANSWER_MS, self->cancellable, on_ipv6_answer, g_steal_pointer (&way));
}

static void
try_ipv6 (YonderNetworkCheck *self)
{
  for (guint i = 0; i < self->addresses->len; i++) {
    GInetAddress *address = g_ptr_array_index (self->addresses, i);
    g_autoptr (GSocketAddress) server = NULL;
    g_autoptr (YonderStunTransport) transport = NULL;
    g_autofree char *host = NULL;

    if (g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6 || g_inet_address_get_is_loopback (address))
      continue;
    host = g_inet_address_to_string (address);
    server = g_inet_socket_address_new (address, (guint16) self->ipv6_port);
    transport = yonder_stun_transport_new (YONDER_STUN_UDP, G_INET_SOCKET_ADDRESS (server), host, NULL, self->clock);
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
    end (self, id, YONDER_STEP_SKIPPED, g_strdup (errand == YONDER_CHECK_HTTP || errand == YONDER_CHECK_WEBSOCKET ? _("no call server is named")
                                                                                                                  : _("not part of this check")));
  else if (errand == YONDER_CHECK_LOOP_CALL && find_working (self, TRUE, NULL) == NULL)
    end (self, id, YONDER_STEP_SKIPPED, g_strdup (_("needs a TURN server that works")));
  else
    yonder_check_helper_run_async (self->helpers[errand], errand, self->servers, self->cancellable, on_errand_done, way_new (self, id));
}

/* --- The check --- */

static void
run_step (YonderNetworkCheck *self, YonderStepId id)
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

static void
set_running (YonderNetworkCheck *self, gboolean is_running)
{
  self->is_running = is_running;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_RUNNING]);
}

static void
judge (YonderNetworkCheck *self)
{
  YonderCheckFacts facts = { .has_turn = self->has_turn, .nat = self->nat };

  for (guint id = 0; id < YONDER_N_STEPS; id++) {
    facts.state[id] = yonder_check_step_get_state (yonder_network_check_get_step (self, id));
    facts.detail[id] = yonder_check_step_get_detail (yonder_network_check_get_step (self, id));
  }
  for (guint i = 0; i < self->attempts->len; i++) {
    YonderProbeAttempt *attempt = g_ptr_array_index (self->attempts, i);
    const GError *error = yonder_probe_attempt_get_error (attempt);

    if (yonder_probe_attempt_is_turn (attempt) && error != NULL && error->domain == YONDER_STUN_ERROR)
      facts.turn_error = MAX (facts.turn_error, error->code);
  }
  self->advice = yonder_check_advice_new (&facts);
}

static void
advance (YonderNetworkCheck *self)
{
  gboolean began, is_over = TRUE;

  if (!self->is_running || self->is_advancing)
    return;
  /* A step may be over as soon as it begins, and let others begin. */
  self->is_advancing = TRUE;
  do {
    began = FALSE;
    for (guint id = 0; id < YONDER_N_STEPS; id++)
      if (is_ready (self, id)) {
        began = TRUE;
        yonder_check_step_begin (yonder_network_check_get_step (self, id));
        run_step (self, id);
      }
  } while (began);
  self->is_advancing = FALSE;

  for (guint id = 0; id < YONDER_N_STEPS; id++)
    is_over &= yonder_check_step_is_over (yonder_network_check_get_step (self, id));
  if (!is_over)
    return;
  self->elapsed_ms = (yonder_clock_now_us (self->clock) - self->start_us) / 1000.0;
  judge (self);
  set_running (self, FALSE);
  g_signal_emit (self, signals[SIGNAL_FINISHED], 0);
}

static void
add_attempts (YonderNetworkCheck *self, YonderIceServer *server)
{
  GPtrArray *uris = yonder_ice_server_get_uris (server);

  for (guint i = 0; i < uris->len; i++) {
    const YonderIceUri *uri = g_ptr_array_index (uris, i);
    gboolean is_tls = uri->scheme == YONDER_ICE_SCHEME_TURNS || uri->scheme == YONDER_ICE_SCHEME_STUNS;
    gboolean is_turn = uri->scheme == YONDER_ICE_SCHEME_TURNS || uri->scheme == YONDER_ICE_SCHEME_TURN;

    self->has_turn |= is_turn;
    if (!is_tls)
      self->ipv6_port = uri->port;
    if (is_tls && is_turn)
      g_ptr_array_add (self->attempts, yonder_probe_attempt_new (server, uri, YONDER_STUN_TLS, self->tls_database, self->clock));
    if (!is_tls && g_strcmp0 (uri->transport, "tcp") != 0)
      g_ptr_array_add (self->attempts, yonder_probe_attempt_new (server, uri, YONDER_STUN_UDP, NULL, self->clock));
    if (is_turn && !is_tls && g_strcmp0 (uri->transport, "udp") != 0)
      g_ptr_array_add (self->attempts, yonder_probe_attempt_new (server, uri, YONDER_STUN_TCP, NULL, self->clock));
  }
}

static void
reset (YonderNetworkCheck *self)
{
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint id = 0; id < YONDER_N_STEPS; id++)
    g_ptr_array_add (steps, yonder_check_step_new (id, self->clock));
  g_list_store_splice (self->steps, 0, g_list_model_get_n_items (G_LIST_MODEL (self->steps)), steps->pdata, steps->len);

  g_ptr_array_set_size (self->attempts, 0);
  g_ptr_array_set_size (self->addresses, 0);
  g_clear_pointer (&self->advice, yonder_check_advice_free);
  g_clear_pointer (&self->name_error, g_free);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->nat = (YonderNatKind) { 0 };
  self->n_names_lost = 0;
  self->has_turn = FALSE;
  self->ipv6_port = YONDER_STUN_PORT;
}

static void
yonder_network_check_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderNetworkCheck *self = YONDER_NETWORK_CHECK (object);

  switch (id) {
    case PROP_IS_RUNNING: g_value_set_boolean (value, self->is_running); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec); break;
  }
}

static void
yonder_network_check_finalize (GObject *object)
{
  YonderNetworkCheck *self = YONDER_NETWORK_CHECK (object);

  g_cancellable_cancel (self->cancellable);
  for (guint i = 0; i < G_N_ELEMENTS (self->helpers); i++)
    g_clear_object (&self->helpers[i]);
  g_clear_object (&self->steps);
  g_clear_object (&self->servers);
  g_clear_object (&self->tls_database);
  g_clear_object (&self->clock);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->attempts, g_ptr_array_unref);
  g_clear_pointer (&self->addresses, g_ptr_array_unref);
  g_clear_pointer (&self->advice, yonder_check_advice_free);
  g_free (self->name_error);

  G_OBJECT_CLASS (yonder_network_check_parent_class)->finalize (object);
}

static void
yonder_network_check_class_init (YonderNetworkCheckClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = yonder_network_check_get_property;
  object_class->finalize = yonder_network_check_finalize;

  properties[PROP_IS_RUNNING] = g_param_spec_boolean ("is-running", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_FINISHED] = g_signal_new ("finished", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
yonder_network_check_init (YonderNetworkCheck *self)
{
  self->steps = g_list_store_new (YONDER_TYPE_CHECK_STEP);
  self->attempts = g_ptr_array_new_with_free_func (g_object_unref);
  self->addresses = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * yonder_network_check_new:
 * @clock: what measures and bounds
 *
 * Returns: (transfer full): a check that has not begun; its steps are there, waiting
 */
YonderNetworkCheck *
yonder_network_check_new (YonderClock *clock)
{
  YonderNetworkCheck *self = g_object_new (YONDER_TYPE_NETWORK_CHECK, NULL);

  self->clock = g_object_ref (clock);
  reset (self);
  return self;
}

void
yonder_network_check_set_servers (YonderNetworkCheck *self, GListModel *servers)
{
  g_set_object (&self->servers, servers);
}

void
yonder_network_check_set_tls_database (YonderNetworkCheck *self, GTlsDatabase *database)
{
  g_set_object (&self->tls_database, database);
}

void
yonder_network_check_set_helper (YonderNetworkCheck *self, YonderCheckErrand errand, YonderCheckHelper *helper)
{
  g_set_object (&self->helpers[errand], helper);
}

GListModel *
yonder_network_check_get_steps (YonderNetworkCheck *self)
{
  return G_LIST_MODEL (self->steps);
}

gboolean
yonder_network_check_is_running (YonderNetworkCheck *self)
{
  return self->is_running;
}

/**
 * yonder_network_check_start:
 * @self: a check that does not run
 *
 * Begins, with new steps; "finished" comes at the end. Does nothing where it runs already.
 */
void
yonder_network_check_start (YonderNetworkCheck *self)
{
  if (self->is_running)
    return;
  reset (self);
  for (guint i = 0; self->servers != NULL && i < g_list_model_get_n_items (self->servers); i++) {
    g_autoptr (YonderIceServer) server = g_list_model_get_item (self->servers, i);

    add_attempts (self, server);
  }
  self->run++;
  self->start_us = yonder_clock_now_us (self->clock);
  set_running (self, TRUE);
  advance (self);
}

void
yonder_network_check_cancel (YonderNetworkCheck *self)
{
  if (!self->is_running)
    return;
  set_running (self, FALSE);
  self->run++;
  g_cancellable_cancel (self->cancellable);
  for (guint id = 0; id < YONDER_N_STEPS; id++)
    if (!yonder_check_step_is_over (yonder_network_check_get_step (self, id)))
      end (self, id, YONDER_STEP_SKIPPED, g_strdup (_("cancelled")));
  self->elapsed_ms = (yonder_clock_now_us (self->clock) - self->start_us) / 1000.0;
  g_signal_emit (self, signals[SIGNAL_FINISHED], 0);
}

const YonderCheckAdvice *
yonder_network_check_get_advice (YonderNetworkCheck *self)
{
  return self->advice;
}

const YonderNatKind *
yonder_network_check_get_nat (YonderNetworkCheck *self)
{
  return &self->nat;
}

double
yonder_network_check_get_elapsed_ms (YonderNetworkCheck *self)
{
  return self->elapsed_ms;
}

GPtrArray *
yonder_network_check_get_attempts (YonderNetworkCheck *self)
{
  return self->attempts;
}
