/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-high-ports.h"

#include <string.h>

#include "yonder-stun-error.h"
#include "yonder-turn-client.h"

#define OPEN_MS 3000
#define TRIP_MS 2000
#define AGAIN_MS 300
#define RELEASE_MS 500
#define TOKEN_SIZE YONDER_STUN_ID_SIZE

typedef struct {
  YonderClock         *clock;
  YonderIceServer     *server;
  GInetSocketAddress  *reflexive;
  YonderStunTransport *way;      /* to the server */
  YonderStunClient    *client;
  YonderTurnClient    *turn;
  YonderStunTransport *socket;   /* plain UDP */
  GBytes              *token;
  guint                again_id, timeout_id;
  gboolean             went;
  gboolean             is_done;
} Trip;

static void
trip_free (gpointer data)
{
  Trip *self = data;

  yonder_clock_clear (self->clock, &self->again_id);
  yonder_clock_clear (self->clock, &self->timeout_id);
  if (self->socket != NULL)
    yonder_stun_transport_close (self->socket);
  g_clear_object (&self->socket);
  g_clear_object (&self->turn);
  g_clear_object (&self->client);
  g_clear_object (&self->way);
  g_clear_object (&self->server);
  g_clear_object (&self->reflexive);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->token, g_bytes_unref);
  g_free (self);
}

static void
on_released (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderStunTransport) way = data;

  yonder_turn_client_release_finish (YONDER_TURN_CLIENT (source), result, NULL);
  yonder_stun_transport_close (way);
}

/* The task holds one reference to itself until this is called. @error is taken. */
static void
finish (GTask *task, gboolean came_back, GError *error)
{
  Trip *self = g_task_get_task_data (task);

  if (self->is_done) {
    g_clear_error (&error);
    return;
  }
  self->is_done = TRUE;
  yonder_clock_clear (self->clock, &self->again_id);
  yonder_clock_clear (self->clock, &self->timeout_id);
  if (self->socket != NULL)
    g_signal_handlers_disconnect_by_data (self->socket, task);
  if (self->turn != NULL) {
    g_signal_handlers_disconnect_by_data (self->turn, task);
    yonder_turn_client_release_async (self->turn, RELEASE_MS, on_released, g_object_ref (self->way));
  } else {
    yonder_stun_transport_close (self->way);
  }
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, came_back);
  g_object_unref (task);
}

static gboolean
is_token (Trip *self, GBytes *data)
{
  return g_bytes_get_size (data) >= TOKEN_SIZE &&
         memcmp (g_bytes_get_data (data, NULL), g_bytes_get_data (self->token, NULL), TOKEN_SIZE) == 0;
}

/* At the relay: our datagram came. The answer takes the way back. */
static void
on_relayed (YonderTurnClient *turn, GBytes *data, GInetSocketAddress *peer, gpointer user_data)
{
  Trip *self = g_task_get_task_data (user_data);

  if (!is_token (self, data))
    return;
  self->went = TRUE;
  yonder_turn_client_send (turn, self->token, peer);
}

static void
on_datagram (YonderStunTransport *socket, GBytes *data, GInetSocketAddress *from, gpointer user_data)
{
  if (is_token (g_task_get_task_data (user_data), data))
    finish (user_data, TRUE, NULL);
}

static gboolean
on_again (gpointer data)
{
  Trip *self = g_task_get_task_data (data);

  yonder_stun_transport_send (self->socket, self->token, yonder_turn_client_get_relayed (self->turn));
  return G_SOURCE_CONTINUE;
}

static gboolean
on_time_over (gpointer data)
{
  Trip *self = g_task_get_task_data (data);

  self->timeout_id = 0;
  finish (data, FALSE, NULL);
  return G_SOURCE_REMOVE;
}

static void
on_socket_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Trip *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (!yonder_stun_transport_open_finish (self->socket, result, &error)) {
    finish (task, FALSE, error);
    return;
  }
  g_signal_connect (self->socket, "packet", G_CALLBACK (on_datagram), task);
  g_signal_connect (self->turn, "data", G_CALLBACK (on_relayed), task);
  self->timeout_id = yonder_clock_add (self->clock, TRIP_MS, on_time_over, task, NULL);
  self->again_id = yonder_clock_add (self->clock, AGAIN_MS, on_again, task, NULL);
  on_again (task);
}

static void
on_permitted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Trip *self = g_task_get_task_data (task);
  GSocketAddress *relayed;
  GError *error = NULL;

  if (!yonder_turn_client_permit_finish (self->turn, result, &error)) {
    finish (task, FALSE, error);
    return;
  }
  relayed = G_SOCKET_ADDRESS (yonder_turn_client_get_relayed (self->turn));
  self->socket = yonder_stun_transport_new_open (g_socket_address_get_family (relayed), self->clock);
  yonder_stun_transport_open_async (self->socket, OPEN_MS, g_task_get_cancellable (task), on_socket_opened, g_object_ref (task));
}

static void
on_allocated (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Trip *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (!yonder_turn_client_allocate_finish (self->turn, result, &error))
    finish (task, FALSE, error);
  else
    yonder_turn_client_permit_async (self->turn, self->reflexive, OPEN_MS, g_task_get_cancellable (task), on_permitted,
                                     g_object_ref (task));
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Trip *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (!yonder_stun_transport_open_finish (self->way, result, &error)) {
    finish (task, FALSE, error);
    return;
  }
  self->client = yonder_stun_client_new (self->way, self->clock);
  self->turn = yonder_turn_client_new (self->client, yonder_ice_server_get_username (self->server),
                                       yonder_ice_server_get_credential (self->server));
  yonder_turn_client_allocate_async (self->turn, OPEN_MS, g_task_get_cancellable (task), on_allocated, g_object_ref (task));
}

/**
 * yonder_high_ports_async:
 * @relay: a TURN server that has relayed before
 * @clock: what bounds the waiting
 * @cancellable: (nullable): to give up
 * @callback: called with the result; its source object is %NULL
 * @user_data: for @callback
 */
void
yonder_high_ports_async (const YonderHighPortsRelay *relay, YonderClock *clock, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Trip *self = g_new0 (Trip, 1);
  guint8 token[TOKEN_SIZE];

  yonder_stun_make_id (token);
  self->token = g_bytes_new (token, sizeof token);
  self->clock = g_object_ref (clock);
  self->server = g_object_ref (relay->server);
  self->reflexive = g_object_ref (relay->reflexive);
  self->way = yonder_stun_transport_new (relay->protocol, relay->address, relay->host, relay->tls_database, clock);
  g_task_set_source_tag (task, yonder_high_ports_async);
  g_task_set_task_data (task, self, trip_free);
  yonder_stun_transport_open_async (self->way, OPEN_MS, cancellable, on_opened, g_object_ref (task));
}

gboolean
yonder_high_ports_finish (GAsyncResult *result, guint *port, gboolean *went, GError **error)
{
  Trip *self = g_task_get_task_data (G_TASK (result));
  GInetSocketAddress *relayed = self->turn != NULL ? yonder_turn_client_get_relayed (self->turn) : NULL;

  *port = relayed != NULL ? g_inet_socket_address_get_port (relayed) : 0;
  *went = self->went;
  return g_task_propagate_boolean (G_TASK (result), error);
}
