/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-http-guard.h"

#include "yonder-http.h"

/* Chosen: longer than a browser keeps an idle connection that it will use again, and than the slowest phone sends a request. */
#define REQUEST_MS 60000

/* Chosen: a browser holds six, and a process may have 1024 files open, of which the sessions' WebSockets take most. */
#define MAX_CONNECTIONS 300
#define MAX_CONNECTIONS_OF_CLIENT 100

/* What a request may carry where no handler says otherwise. */
#define MAX_BODY 1024

struct _YonderHttpGuard {
  GObject parent_instance;

  YonderClock *clock;
  GHashTable  *watches; /* GSocket to Watch */
  GHashTable  *clients; /* client to how many of them are its own */
};

/* One connection. */
typedef struct {
  YonderHttpGuard   *guard;   /* borrowed */
  GSocket           *socket;  /* borrowed: it says when it goes */
  /* (nullable) (weak): the request that is under way; it may go without a word, as in a TLS handshake */
  SoupServerMessage *message;
  char              *client;
  guint              timer;
} Watch;

G_DEFINE_FINAL_TYPE (YonderHttpGuard, yonder_http_guard, G_TYPE_OBJECT)

static void
on_socket_gone (gpointer data, GObject *socket)
{
  Watch *watch = data;

  watch->socket = NULL;
  g_hash_table_remove (watch->guard->watches, socket);
}

static void
leave_message (Watch *self)
{
  if (self->message != NULL)
    g_signal_handlers_disconnect_by_data (self->message, self);
  g_clear_weak_pointer (&self->message);
}

static void
watch_free (gpointer data)
{
  Watch *self = data;
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->guard->clients, self->client));

  yonder_clock_clear (self->guard->clock, &self->timer);
  leave_message (self);
  if (self->socket != NULL)
    g_object_weak_unref (G_OBJECT (self->socket), on_socket_gone, self);
  if (n > 1)
    g_hash_table_insert (self->guard->clients, g_strdup (self->client), GUINT_TO_POINTER (n - 1));
  else
    g_hash_table_remove (self->guard->clients, self->client);
  g_free (self->client);
  g_free (self);
}

static gboolean
on_too_slow (gpointer data)
{
  Watch *watch = data;

  watch->timer = 0;
  g_socket_shutdown (watch->socket, TRUE, TRUE, NULL);
  return G_SOURCE_REMOVE;
}

static void
restart_timer (Watch *self)
{
  yonder_clock_clear (self->guard->clock, &self->timer);
  self->timer = yonder_clock_add (self->guard->clock, REQUEST_MS, on_too_slow, self, NULL);
}

/* From here on it is our turn; a poll may wait for its answer for as long as its session lives. */
static void
on_got_body (SoupServerMessage *message, Watch *watch)
{
  yonder_clock_clear (watch->guard->clock, &watch->timer);
}

static void
on_finished (SoupServerMessage *message, Watch *watch)
{
  leave_message (watch);
  restart_timer (watch);
}

static void
on_wrote_informational (SoupServerMessage *message, Watch *watch)
{
  if (soup_server_message_get_status (message) == SOUP_STATUS_SWITCHING_PROTOCOLS)
    g_hash_table_remove (watch->guard->watches, watch->socket);
}

/* (nullable): a new watch, if there is room for one more connection. */
static Watch *
add_watch (YonderHttpGuard *self, SoupServerMessage *message, GSocket *socket)
{
  g_autofree char *client = yonder_http_dup_client (soup_server_message_get_remote_host (message));
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->clients, client));
  Watch *watch;

  if (n >= MAX_CONNECTIONS_OF_CLIENT || g_hash_table_size (self->watches) >= MAX_CONNECTIONS) {
    g_debug ("Refused a connection: there are %u of this client, %u in all", n, g_hash_table_size (self->watches));
    return NULL;
  }
  g_hash_table_insert (self->clients, g_strdup (client), GUINT_TO_POINTER (n + 1));
  watch = g_new0 (Watch, 1);
  watch->guard = self;
  watch->socket = socket;
  watch->client = g_steal_pointer (&client);
  g_object_weak_ref (G_OBJECT (socket), on_socket_gone, watch);
  g_hash_table_insert (self->watches, socket, watch);
  return watch;
}

static void
on_request_started (SoupServer *soup, SoupServerMessage *message, YonderHttpGuard *self)
{
  GSocket *socket = soup_server_message_get_socket (message);
  Watch *watch = socket != NULL ? g_hash_table_lookup (self->watches, socket) : NULL;

  if (socket == NULL)
    return;
  if (watch == NULL)
    watch = add_watch (self, message, socket);
  if (watch == NULL) {
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
    return;
  }
  yonder_http_bound_body (message, MAX_BODY);
  leave_message (watch);
  g_set_weak_pointer (&watch->message, message);
  g_signal_connect (message, "got-body", G_CALLBACK (on_got_body), watch);
  g_signal_connect (message, "finished", G_CALLBACK (on_finished), watch);
  g_signal_connect (message, "wrote-informational", G_CALLBACK (on_wrote_informational), watch);
  restart_timer (watch);
}

static void
yonder_http_guard_dispose (GObject *object)
{
  g_hash_table_remove_all (YONDER_HTTP_GUARD (object)->watches);
  G_OBJECT_CLASS (yonder_http_guard_parent_class)->dispose (object);
}

static void
yonder_http_guard_finalize (GObject *object)
{
  YonderHttpGuard *self = YONDER_HTTP_GUARD (object);

  g_hash_table_unref (self->watches);
  g_hash_table_unref (self->clients);
  g_object_unref (self->clock);
  G_OBJECT_CLASS (yonder_http_guard_parent_class)->finalize (object);
}

static void
yonder_http_guard_class_init (YonderHttpGuardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yonder_http_guard_dispose;
  G_OBJECT_CLASS (klass)->finalize = yonder_http_guard_finalize;
}

static void
yonder_http_guard_init (YonderHttpGuard *self)
{
  self->watches = g_hash_table_new_full (NULL, NULL, NULL, watch_free);
  self->clients = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * yonder_http_guard_new:
 * @soup: a server that does not listen yet
 * @clock: for the patience
 *
 * Begins to watch the requests of @soup.
 *
 * Returns: (transfer full): the guard
 */
YonderHttpGuard *
yonder_http_guard_new (SoupServer *soup, YonderClock *clock)
{
  YonderHttpGuard *self = g_object_new (YONDER_TYPE_HTTP_GUARD, NULL);

  self->clock = g_object_ref (clock);
  g_signal_connect_object (soup, "request-started", G_CALLBACK (on_request_started), self, 0);
  return self;
}
