/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-nat-probe.h"

#include <glib/gi18n.h>

#include "yonder-stun-client.h"

/* The server has answered before; what a NAT swallows is asked for three times. */
#define ANSWER_MS 1600

/* The questions, all from one port. Those about filtering expect no answer where the NAT filters. */
typedef enum {
  ASK_PRIMARY,      /* RFC 5780 section 4.3, test I */
  ASK_OTHER_HOST,   /* test II: the other address, same port */
  ASK_OTHER_BOTH,   /* test III: the other address and port */
  ASK_SECOND,       /* another server */
  ASK_CHANGE_BOTH,  /* section 4.4, test II: answered from the other address and port */
  ASK_CHANGE_PORT,  /* test III: answered from the other port */
  N_QUESTIONS
} Question;

typedef struct {
  YonderStunTransport *transport;
  YonderStunClient    *client;
  YonderClock         *clock;
  GInetSocketAddress  *server, *other, *second;
  GInetSocketAddress  *local;
  GInetSocketAddress  *mapped[N_QUESTIONS]; /* (nullable) */
  guint                n_waiting;
  gboolean             asked_about_mapping;
  YonderNatKind        kind;
  GError              *error;
} Probe;

typedef struct {
  GTask   *task;
  Question question;
} Asked;

static void
probe_free (gpointer data)
{
  Probe *self = data;

  if (self->transport != NULL)
    yonder_stun_transport_close (self->transport);
  g_clear_object (&self->client);
  g_clear_object (&self->transport);
  g_clear_object (&self->clock);
  g_clear_object (&self->server);
  g_clear_object (&self->other);
  g_clear_object (&self->second);
  g_clear_object (&self->local);
  for (guint i = 0; i < N_QUESTIONS; i++)
    g_clear_object (&self->mapped[i]);
  g_clear_error (&self->error);
  g_free (self);
}

static gboolean
is_same (GInetSocketAddress *one, GInetSocketAddress *other)
{
  return one != NULL && other != NULL && g_inet_socket_address_get_port (one) == g_inet_socket_address_get_port (other) &&
         g_inet_address_equal (g_inet_socket_address_get_address (one), g_inet_socket_address_get_address (other));
}

/* An address of this computer is one that a socket can be bound to. */
static gboolean
is_own (GInetSocketAddress *address)
{
  g_autoptr (GSocketAddress) end = g_inet_socket_address_new (g_inet_socket_address_get_address (address), 0);
  g_autoptr (GSocket) socket = g_socket_new (g_socket_address_get_family (end), G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP,
                                             NULL);

  return socket != NULL && g_socket_bind (socket, end, FALSE, NULL);
}

static YonderNatBehaviour
judge_mapping (Probe *self)
{
  if (is_own (self->mapped[ASK_PRIMARY]) &&
      g_inet_socket_address_get_port (self->mapped[ASK_PRIMARY]) == g_inet_socket_address_get_port (self->local))
    return YONDER_NAT_NONE;
  if (self->mapped[ASK_OTHER_HOST] != NULL) {
    if (is_same (self->mapped[ASK_PRIMARY], self->mapped[ASK_OTHER_HOST]))
      return YONDER_NAT_ENDPOINT_INDEPENDENT;
    return is_same (self->mapped[ASK_OTHER_HOST], self->mapped[ASK_OTHER_BOTH]) ? YONDER_NAT_ADDRESS_DEPENDENT
                                                                                : YONDER_NAT_ADDRESS_AND_PORT_DEPENDENT;
  }
  if (self->mapped[ASK_SECOND] != NULL)
    return is_same (self->mapped[ASK_PRIMARY], self->mapped[ASK_SECOND]) ? YONDER_NAT_ENDPOINT_INDEPENDENT
                                                                         : YONDER_NAT_ADDRESS_AND_PORT_DEPENDENT;
  return YONDER_NAT_UNKNOWN;
}

/* Packets are only let in from who was written to: what filters is known by who still gets through. */
static YonderNatBehaviour
judge_filtering (Probe *self)
{
  if (self->other == NULL)
    return YONDER_NAT_UNKNOWN;
  if (self->mapped[ASK_CHANGE_BOTH] != NULL)
    return YONDER_NAT_ENDPOINT_INDEPENDENT;
  return self->mapped[ASK_CHANGE_PORT] != NULL ? YONDER_NAT_ADDRESS_DEPENDENT : YONDER_NAT_ADDRESS_AND_PORT_DEPENDENT;
}

static void
finish (GTask *task)
{
  Probe *self = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->mapped[ASK_PRIMARY] == NULL) {
    g_task_return_error (task, g_steal_pointer (&self->error));
    return;
  }
  self->kind.mapping = judge_mapping (self);
  self->kind.filtering = judge_filtering (self);
  g_task_return_boolean (task, TRUE);
}

static void ask_about_mapping (GTask *task);

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Asked *asked = data;
  g_autoptr (GTask) task = asked->task;
  Probe *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderStunMessage) answer = yonder_stun_client_request_finish (YONDER_STUN_CLIENT (source), result, NULL, &error);

  if (answer != NULL && answer->message_class == YONDER_STUN_CLASS_SUCCESS)
    g_set_object (&self->mapped[asked->question], answer->mapped);
  else if (self->error == NULL && error != NULL)
    self->error = g_steal_pointer (&error);
  if (--self->n_waiting > 0)
    return;

  /* The questions about filtering come first: once the other address was written to, what comes from there is let in. */
  if (self->mapped[ASK_PRIMARY] != NULL && !self->asked_about_mapping)
    ask_about_mapping (task);
  else
    finish (task);
}

static void
ask (GTask *task, Question question, GInetSocketAddress *to, guint change)
{
  Probe *self = g_task_get_task_data (task);
  g_autoptr (GByteArray) request = NULL;
  guint8 id[YONDER_STUN_ID_SIZE];

  yonder_stun_make_id (id);
  request = yonder_stun_begin (YONDER_STUN_CLASS_REQUEST, YONDER_STUN_METHOD_BINDING, id);
  if (change != 0)
    yonder_stun_add_u32 (request, YONDER_STUN_ATTRIBUTE_CHANGE_REQUEST, change);
  self->n_waiting++;
  yonder_stun_client_request_async (self->client, request, to, NULL, ANSWER_MS, g_task_get_cancellable (task), on_answer,
                                    g_memdup2 (&(Asked) { g_object_ref (task), question }, sizeof (Asked)));
}

static void
ask_about_mapping (GTask *task)
{
  Probe *self = g_task_get_task_data (task);

  self->asked_about_mapping = TRUE;
  if (self->other != NULL) {
    g_autoptr (GSocketAddress) other_host = g_inet_socket_address_new (g_inet_socket_address_get_address (self->other),
                                                                       g_inet_socket_address_get_port (self->server));

    ask (task, ASK_OTHER_HOST, G_INET_SOCKET_ADDRESS (other_host), 0);
    ask (task, ASK_OTHER_BOTH, self->other, 0);
  } else if (self->second != NULL) {
    ask (task, ASK_SECOND, self->second, 0);
  } else {
    finish (task);
  }
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Probe *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (!yonder_stun_transport_open_finish (self->transport, result, &error)) {
    g_task_return_error (task, error);
    return;
  }
  self->client = yonder_stun_client_new (self->transport, self->clock);
  self->local = yonder_stun_transport_dup_local (self->transport);
  ask (task, ASK_PRIMARY, self->server, 0);
  if (self->other != NULL) {
    ask (task, ASK_CHANGE_BOTH, self->server, YONDER_STUN_CHANGE_ADDRESS | YONDER_STUN_CHANGE_PORT);
    ask (task, ASK_CHANGE_PORT, self->server, YONDER_STUN_CHANGE_PORT);
  }
}

/**
 * yonder_nat_probe_async:
 * @server: a STUN server that answers
 * @other: (nullable): what it named as its OTHER-ADDRESS
 * @second: (nullable): another STUN server; of use where @other is %NULL
 * @clock: what bounds the waiting
 * @cancellable: (nullable): to give up
 * @callback: called with the result; its source object is %NULL
 * @user_data: for @callback
 *
 * Takes two round trips, or 3.2 s where the NAT filters.
 */
void
yonder_nat_probe_async (GInetSocketAddress *server, GInetSocketAddress *other, GInetSocketAddress *second, YonderClock *clock,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Probe *self = g_new0 (Probe, 1);
  gboolean has_other = other != NULL && !g_inet_address_equal (g_inet_socket_address_get_address (server),
                                                               g_inet_socket_address_get_address (other));

  self->clock = g_object_ref (clock);
  self->server = g_object_ref (server);
  self->other = has_other ? g_object_ref (other) : NULL;
  self->second = second != NULL ? g_object_ref (second) : NULL;
  self->transport = yonder_stun_transport_new_open (g_socket_address_get_family (G_SOCKET_ADDRESS (server)), clock);
  g_task_set_source_tag (task, yonder_nat_probe_async);
  g_task_set_task_data (task, self, probe_free);
  yonder_stun_transport_open_async (self->transport, ANSWER_MS, cancellable, on_opened, task);
}

gboolean
yonder_nat_probe_finish (GAsyncResult *result, YonderNatKind *kind, GError **error)
{
  Probe *self = g_task_get_task_data (G_TASK (result));

  *kind = self->kind;
  return g_task_propagate_boolean (G_TASK (result), error);
}

const char *
yonder_nat_behaviour_get_name (YonderNatBehaviour behaviour)
{
  static const char * const names[] = { "unknown", "none", "endpoint-independent", "address-dependent",
                                        "address-and-port-dependent" };

  return names[behaviour];
}

/* Returns: (transfer full): what it means for calls, and its name in RFC 4787 */
char *
yonder_nat_kind_describe (const YonderNatKind *kind)
{
  static const char * const mappings[] = {
    [YONDER_NAT_UNKNOWN] = N_("there is a router; how it maps ports cannot be told with this server"),
    [YONDER_NAT_NONE] = N_("no address translation: this computer is on the network with its own address"),
    [YONDER_NAT_ENDPOINT_INDEPENDENT] = N_("friendly to calls (endpoint-independent mapping)"),
    [YONDER_NAT_ADDRESS_DEPENDENT] = N_("strict (symmetric, address-dependent mapping): some calls need a relay"),
    [YONDER_NAT_ADDRESS_AND_PORT_DEPENDENT] =
                                              N_("strict (symmetric, address- and port-dependent mapping): some calls need a "
                                                 "relay"),
  };
  static const char * const filterings[] = {
    [YONDER_NAT_ENDPOINT_INDEPENDENT] = N_("lets everybody in (endpoint-independent filtering)"),
    [YONDER_NAT_ADDRESS_DEPENDENT] = N_("lets in who was written to (address-dependent filtering)"),
    [YONDER_NAT_ADDRESS_AND_PORT_DEPENDENT] =
                                              N_("lets in who was written to, from the same port alone (address- and "
                                                 "port-dependent filtering)"),
  };

  if (kind->filtering == YONDER_NAT_UNKNOWN)
    return g_strdup (_(mappings[kind->mapping]));
  return g_strdup_printf ("%s; %s", _(mappings[kind->mapping]), _(filterings[kind->filtering]));
}
