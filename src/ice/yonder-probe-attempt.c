/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-probe-attempt.h"

#include <glib/gi18n.h>

#include "yonder-host-lookup.h"
#include "yonder-relay-trip.h"
#include "yonder-stun-client.h"
#include "yonder-stun-error.h"

/* chosen: three tries of TCP (at 0, 1 and 3 s) */
#define OPEN_MS 4000
/* four datagrams: at 0, 0.5, 1.5 and 3.5 s */
#define ANSWER_MS 4500
/* of several round trips the shortest counts: the first may wait for whatever else begins just then */
#define N_BINDINGS 3
#define RELAY_TRIP_MS 2000
/* the server has answered before: it is polite to say farewell, but nobody waits for the answer */
#define RELEASE_MS 500

struct _YonderProbeAttempt {
  GObject parent_instance;

  YonderIceServer    *server;
  const YonderIceUri *uri; /* borrowed from the server */
  YonderStunProtocol  protocol;
  GTlsDatabase       *tls_database; /* (nullable) */
  YonderClock        *clock;

  /* while it runs */
  GTask               *running;    /* (nullable) */
  GPtrArray           *addresses;  /* (nullable) (element-type GInetAddress) */
  guint                n_tried;
  guint                n_answers;  /* to Binding requests */
  YonderStunTransport *transport;  /* (nullable) */
  YonderStunClient    *client;     /* (nullable) */
  YonderTurnClient    *turn;       /* (nullable) */
  gint64               start_us;

  /* what it learned */
  YonderProbeState     state;
  GError              *error;      /* (nullable) */
  GInetSocketAddress  *server_address; /* (nullable) */
  GInetSocketAddress  *reflexive;  /* (nullable) */
  GInetSocketAddress  *relayed;    /* (nullable) */
  GInetSocketAddress  *other;      /* (nullable) */
  char                *software;   /* (nullable) */
  char                *tls_version; /* (nullable) */
  gint64               rtt_us, relay_rtt_us, elapsed_us;
};

G_DEFINE_FINAL_TYPE (YonderProbeAttempt, yonder_probe_attempt, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (YonderProbeState, yonder_probe_state,
                    G_DEFINE_ENUM_VALUE (YONDER_PROBE_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (YONDER_PROBE_RUNNING, "running"),
                    G_DEFINE_ENUM_VALUE (YONDER_PROBE_WORKS, "works"),
                    G_DEFINE_ENUM_VALUE (YONDER_PROBE_DOUBTFUL, "doubtful"),
                    G_DEFINE_ENUM_VALUE (YONDER_PROBE_FAILED, "failed"))

enum {
  PROP_0,
  PROP_TITLE,
  PROP_STATE,
  PROP_DETAIL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* Returns: (transfer full): address and port as people write them */
char *
yonder_inet_socket_address_print (GInetSocketAddress *address)
{
  GInetAddress *host = g_inet_socket_address_get_address (address);
  g_autofree char *text = g_inet_address_to_string (host);
  gboolean is_ipv6 = g_inet_address_get_family (host) == G_SOCKET_FAMILY_IPV6;

  return g_strdup_printf (is_ipv6 ? "[%s]:%u" : "%s:%u", text, g_inet_socket_address_get_port (address));
}

static void
set_state (YonderProbeAttempt *self, YonderProbeState state)
{
  self->state = state;
  if (state != YONDER_PROBE_RUNNING)
    self->elapsed_us = yonder_clock_now_us (self->clock) - self->start_us;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DETAIL]);
}

static void
on_released (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderStunTransport) transport = data;

  yonder_turn_client_release_finish (YONDER_TURN_CLIENT (source), result, NULL);
  yonder_stun_transport_close (transport);
}

/* The farewell goes on behind the result: what it needs it holds itself. */
static void
let_go (YonderProbeAttempt *self)
{
  if (self->turn != NULL && yonder_turn_client_get_relayed (self->turn) != NULL)
    yonder_turn_client_release_async (self->turn, RELEASE_MS, on_released, g_object_ref (self->transport));
  else if (self->transport != NULL)
    yonder_stun_transport_close (self->transport);
  g_clear_object (&self->turn);
  g_clear_object (&self->client);
  g_clear_object (&self->transport);
  g_clear_pointer (&self->addresses, g_ptr_array_unref);
}

/* @error is taken: why it failed, or why it is doubtful. */
static void
finish (YonderProbeAttempt *self, YonderProbeState state, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->running);

  self->error = error;
  let_go (self);
  set_state (self, state);
  if (state == YONDER_PROBE_FAILED)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_boolean (task, TRUE);
}

static void try_next_address (YonderProbeAttempt *self);

/* A name may have addresses of a kind that this network has no way to, or that the server does not listen on: these cost no
 * time, so that the next one is tried. @error is taken. */
static void
fail_here (YonderProbeAttempt *self, GError *error)
{
  if ((g_error_matches (error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_UNREACHABLE) ||
       g_error_matches (error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_REFUSED)) &&
      self->n_tried < self->addresses->len) {
    g_error_free (error);
    try_next_address (self);
  } else {
    finish (self, YONDER_PROBE_FAILED, error);
  }
}

static void
on_trip_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderProbeAttempt) self = data;
  GError *error = NULL;

  if (yonder_relay_trip_finish (result, &self->relay_rtt_us, &error)) {
    finish (self, YONDER_PROBE_WORKS, NULL);
    return;
  }
  self->relay_rtt_us = -1;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    finish (self, YONDER_PROBE_FAILED, error);
  else
    finish (self, YONDER_PROBE_DOUBTFUL, error);
}

static void
on_allocated (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderProbeAttempt) self = data;
  g_autoptr (GSocketAddress) stun_peer = NULL;
  GError *error = NULL;
  gboolean is_allocated = yonder_turn_client_allocate_finish (self->turn, result, &error);

  g_set_str (&self->software, yonder_turn_client_get_software (self->turn));
  if (!is_allocated) {
    fail_here (self, error);
    return;
  }

  self->rtt_us = yonder_turn_client_get_rtt_us (self->turn);
  g_set_object (&self->relayed, yonder_turn_client_get_relayed (self->turn));
  g_set_object (&self->reflexive, yonder_turn_client_get_mapped (self->turn));
  /* Behind TLS the port for plain STUN is another one. */
  stun_peer = g_inet_socket_address_new (g_inet_socket_address_get_address (self->server_address),
                                         self->protocol == YONDER_STUN_TLS ? YONDER_STUN_PORT : self->uri->port);
  yonder_relay_trip_async (self->turn, G_INET_SOCKET_ADDRESS (stun_peer), self->clock, RELAY_TRIP_MS,
                           g_task_get_cancellable (self->running), on_trip_done, g_object_ref (self));
}

static void ask_binding (YonderProbeAttempt *self);

static void
on_bound (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderProbeAttempt) self = data;
  GError *error = NULL;
  gint64 rtt_us;
  g_autoptr (YonderStunMessage) answer = yonder_stun_client_request_finish (self->client, result, &rtt_us, &error);

  if (answer != NULL)
    g_set_str (&self->software, answer->software);
  if (answer != NULL && answer->message_class == YONDER_STUN_CLASS_ERROR)
    error = yonder_stun_error_from_server (answer->error_code, answer->reason);
  else if (answer != NULL && answer->mapped == NULL)
    error = g_error_new_literal (YONDER_STUN_ERROR, YONDER_STUN_ERROR_MALFORMED,
                                 _("the server answered without saying from where it sees us"));

  if (error != NULL && self->n_answers == 0) {
    fail_here (self, error);
    return;
  }
  if (error == NULL) {
    g_set_object (&self->reflexive, answer->mapped);
    g_set_object (&self->other, answer->other);
    self->rtt_us = self->n_answers == 0 ? rtt_us : MIN (self->rtt_us, rtt_us);
  }
  g_clear_error (&error);
  if (++self->n_answers < N_BINDINGS)
    ask_binding (self);
  else
    finish (self, YONDER_PROBE_WORKS, NULL);
}

static void
ask_binding (YonderProbeAttempt *self)
{
  g_autoptr (GByteArray) request = NULL;
  guint8 id[YONDER_STUN_ID_SIZE];

  yonder_stun_make_id (id);
  request = yonder_stun_begin (YONDER_STUN_CLASS_REQUEST, YONDER_STUN_METHOD_BINDING, id);
  yonder_stun_add_fingerprint (request);
  yonder_stun_client_request_async (self->client, request, NULL, NULL, ANSWER_MS, g_task_get_cancellable (self->running),
                                    on_bound, g_object_ref (self));
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderProbeAttempt) self = data;
  GError *error = NULL;

  if (!yonder_stun_transport_open_finish (self->transport, result, &error)) {
    fail_here (self, error);
    return;
  }

  self->tls_version = yonder_stun_transport_dup_tls_version (self->transport);
  self->client = yonder_stun_client_new (self->transport, self->clock);
  if (!yonder_probe_attempt_is_turn (self)) {
    ask_binding (self);
    return;
  }
  self->turn = yonder_turn_client_new (self->client, yonder_ice_server_get_username (self->server),
                                       yonder_ice_server_get_credential (self->server));
  yonder_turn_client_allocate_async (self->turn, ANSWER_MS, g_task_get_cancellable (self->running), on_allocated,
                                     g_object_ref (self));
}

static void
try_next_address (YonderProbeAttempt *self)
{
  GInetAddress *address = g_ptr_array_index (self->addresses, self->n_tried++);

  g_clear_object (&self->turn);
  g_clear_object (&self->client);
  if (self->transport != NULL)
    yonder_stun_transport_close (self->transport);
  g_clear_object (&self->server_address);
  self->server_address = G_INET_SOCKET_ADDRESS (g_inet_socket_address_new (address, (guint16) self->uri->port));
  g_clear_object (&self->transport);
  self->transport = yonder_stun_transport_new (self->protocol, self->server_address, self->uri->host, self->tls_database,
                                               self->clock);
  yonder_stun_transport_open_async (self->transport, OPEN_MS, g_task_get_cancellable (self->running), on_opened,
                                    g_object_ref (self));
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderProbeAttempt) self = data;
  GError *error = NULL;

  self->addresses = yonder_host_lookup_finish (result, &error);
  if (self->addresses == NULL)
    finish (self, YONDER_PROBE_FAILED, error);
  else
    try_next_address (self);
}

static void
yonder_probe_attempt_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderProbeAttempt *self = YONDER_PROBE_ATTEMPT (object);

  switch (id) {
    case PROP_TITLE: g_value_take_string (value, yonder_probe_attempt_dup_title (self)); break;
    case PROP_STATE: g_value_set_enum (value, self->state); break;
    case PROP_DETAIL: g_value_take_string (value, yonder_probe_attempt_dup_detail (self)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec); break;
  }
}

static void
yonder_probe_attempt_finalize (GObject *object)
{
  YonderProbeAttempt *self = YONDER_PROBE_ATTEMPT (object);

  g_clear_object (&self->server);
  g_clear_object (&self->tls_database);
  g_clear_object (&self->clock);
  g_clear_object (&self->server_address);
  g_clear_object (&self->reflexive);
  g_clear_object (&self->relayed);
  g_clear_object (&self->other);
  g_clear_error (&self->error);
  g_free (self->software);
  g_free (self->tls_version);

  G_OBJECT_CLASS (yonder_probe_attempt_parent_class)->finalize (object);
}

static void
yonder_probe_attempt_class_init (YonderProbeAttemptClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = yonder_probe_attempt_get_property;
  object_class->finalize = yonder_probe_attempt_finalize;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, YONDER_TYPE_PROBE_STATE, YONDER_PROBE_WAITING,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_DETAIL] = g_param_spec_string ("detail", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yonder_probe_attempt_init (YonderProbeAttempt *self)
{
  self->rtt_us = self->relay_rtt_us = self->elapsed_us = -1;
}

/**
 * yonder_probe_attempt_new:
 * @server: the server, for its credentials
 * @uri: one of its URLs
 * @protocol: how to reach it
 * @tls_database: (nullable): whom to trust instead of those that the system trusts
 * @clock: what measures and bounds
 */
YonderProbeAttempt *
yonder_probe_attempt_new (YonderIceServer *server, const YonderIceUri *uri, YonderStunProtocol protocol,
                          GTlsDatabase *tls_database, YonderClock *clock)
{
  YonderProbeAttempt *self = g_object_new (YONDER_TYPE_PROBE_ATTEMPT, NULL);

  self->server = g_object_ref (server);
  self->uri = uri;
  self->protocol = protocol;
  self->tls_database = tls_database != NULL ? g_object_ref (tls_database) : NULL;
  self->clock = g_object_ref (clock);
  return self;
}

/**
 * yonder_probe_attempt_run_async:
 * @self: an attempt that has not run
 * @cancellable: (nullable): to give up
 * @callback: called with the result
 * @user_data: for @callback
 *
 * A STUN server is asked for our address; a TURN server for a relay, through which data goes out and comes back, and which is
 * then given back. Takes 14 s at the most, on a network that swallows everything 8 s.
 */
void
yonder_probe_attempt_run_async (YonderProbeAttempt *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_return_if_fail (self->state == YONDER_PROBE_WAITING);

  self->running = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->running, yonder_probe_attempt_run_async);
  self->start_us = yonder_clock_now_us (self->clock);
  set_state (self, YONDER_PROBE_RUNNING);
  if (self->uri->scheme == YONDER_ICE_SCHEME_TURNS && g_strcmp0 (self->uri->transport, "udp") == 0)
    finish (self, YONDER_PROBE_FAILED, g_error_new_literal (YONDER_STUN_ERROR, YONDER_STUN_ERROR_UNSUPPORTED,
                                                            _("TURN over DTLS is not supported; leave out ?transport=udp")));
  else
    yonder_host_lookup_async (self->uri->host, self->clock, YONDER_HOST_LOOKUP_MS, cancellable, on_looked_up,
                              g_object_ref (self));
}

gboolean
yonder_probe_attempt_run_finish (YonderProbeAttempt *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

YonderIceServer *
yonder_probe_attempt_get_ice_server (YonderProbeAttempt *self)
{
  return self->server;
}

const YonderIceUri *
yonder_probe_attempt_get_uri (YonderProbeAttempt *self)
{
  return self->uri;
}

YonderStunProtocol
yonder_probe_attempt_get_protocol (YonderProbeAttempt *self)
{
  return self->protocol;
}

gboolean
yonder_probe_attempt_is_turn (YonderProbeAttempt *self)
{
  return self->uri->scheme == YONDER_ICE_SCHEME_TURN || self->uri->scheme == YONDER_ICE_SCHEME_TURNS;
}

YonderProbeState
yonder_probe_attempt_get_state (YonderProbeAttempt *self)
{
  return self->state;
}

/* Returns: (transfer full): as in "TURN over TCP" */
char *
yonder_probe_attempt_dup_title (YonderProbeAttempt *self)
{
  return g_strdup_printf (yonder_probe_attempt_is_turn (self) ? _("TURN over %s") : _("STUN over %s"),
                          yonder_stun_protocol_get_name (self->protocol));
}

static char *
describe_success (YonderProbeAttempt *self)
{
  g_autofree char *reflexive = self->reflexive != NULL
                               ? yonder_inet_socket_address_print (self->reflexive)
                               : g_strdup (_("an unknown address"));
  g_autofree char *relayed = self->relayed != NULL ? yonder_inet_socket_address_print (self->relayed) : NULL;

  if (relayed == NULL)
    /* Translators: an address, and milliseconds */
    return g_strdup_printf (_("sees you as %s, %.0f ms"), reflexive, self->rtt_us / 1000.0);
  if (self->relay_rtt_us < 0)
    /* Translators: two addresses, milliseconds, and a sentence */
    return g_strdup_printf (_("relays as %s, sees you as %s, %.0f ms; %s"), relayed, reflexive, self->rtt_us / 1000.0,
                            self->error->message);
  return g_strdup_printf (_("relays as %s, sees you as %s, %.0f ms, %.0f ms through the relay and back"), relayed, reflexive,
                          self->rtt_us / 1000.0, self->relay_rtt_us / 1000.0);
}

/* Returns: (transfer full): what came of it in one line; "" before */
char *
yonder_probe_attempt_dup_detail (YonderProbeAttempt *self)
{
  switch (self->state) {
    case YONDER_PROBE_WORKS:
    case YONDER_PROBE_DOUBTFUL:
      return describe_success (self);
    case YONDER_PROBE_FAILED:
      return g_strdup (self->error->message);
    default:
      return g_strdup ("");
  }
}

const GError *
yonder_probe_attempt_get_error (YonderProbeAttempt *self)
{
  return self->error;
}

GInetSocketAddress *
yonder_probe_attempt_get_server_address (YonderProbeAttempt *self)
{
  return self->server_address;
}

GInetSocketAddress *
yonder_probe_attempt_get_reflexive (YonderProbeAttempt *self)
{
  return self->reflexive;
}

GInetSocketAddress *
yonder_probe_attempt_get_relayed (YonderProbeAttempt *self)
{
  return self->relayed;
}

GInetSocketAddress *
yonder_probe_attempt_get_other (YonderProbeAttempt *self)
{
  return self->other;
}

const char *
yonder_probe_attempt_get_software (YonderProbeAttempt *self)
{
  return self->software;
}

const char *
yonder_probe_attempt_get_tls_version (YonderProbeAttempt *self)
{
  return self->tls_version;
}

gint64
yonder_probe_attempt_get_rtt_us (YonderProbeAttempt *self)
{
  return self->rtt_us;
}

gint64
yonder_probe_attempt_get_relay_rtt_us (YonderProbeAttempt *self)
{
  return self->relay_rtt_us;
}

gint64
yonder_probe_attempt_get_elapsed_us (YonderProbeAttempt *self)
{
  return self->elapsed_us;
}
