/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-server.h"

#include "yonder-call-desk.h"
#include "yonder-eio-server.h"
#include "yonder-http-guard.h"
#include "yonder-json.h"
#include "yonder-page.h"
#include "yonder-rest-api.h"
#include "yonder-sio-server.h"
#include "yonder-turn-ticket.h"
#include "yonder-vigi.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#define SOCKET_PATH "/socket.io/"

struct _YonderServer {
  GObject parent_instance;

  char               *database; /* (nullable) */
  YonderClock        *clock;
  gboolean            allow_guests;
  GTlsCertificate    *certificate; /* (nullable) */
  YonderTurnConfig   *turn; /* (nullable) */
  YonderOriginPolicy  origins;
  YonderUserStore    *store; /* once it was needed */

  /* While it runs: */
  SoupServer         *soup;
  YonderHttpGuard    *guard;
  YonderEioServer    *eio;
  YonderSioServer    *sio;
  YonderPresenceBook *presence;
  YonderCallDesk     *desk;
  YonderVigi         *vigi;
  YonderRestApi      *rest;
  char               *uri;
  char               *own_uri;
  guint               port;
  gboolean            is_everywhere;
};

G_DEFINE_FINAL_TYPE (YonderServer, yonder_server, G_TYPE_OBJECT)
G_DEFINE_QUARK (yonder-server-error-quark, yonder_server_error)

static void
yonder_server_dispose (GObject *object)
{
  yonder_server_stop (YONDER_SERVER (object));
  G_OBJECT_CLASS (yonder_server_parent_class)->dispose (object);
}

static void
yonder_server_finalize (GObject *object)
{
  YonderServer *self = YONDER_SERVER (object);

  g_clear_object (&self->store);
  g_clear_object (&self->certificate);
  g_clear_pointer (&self->turn, yonder_turn_config_free);
  yonder_origin_policy_clear (&self->origins);
  g_object_unref (self->clock);
  g_free (self->database);
  G_OBJECT_CLASS (yonder_server_parent_class)->finalize (object);
}

static void
yonder_server_class_init (YonderServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = yonder_server_dispose;
  object_class->finalize = yonder_server_finalize;
}

static void
yonder_server_init (YonderServer *self)
{
}

/**
 * yonder_server_new:
 * @database: (nullable): path of the SQLite file of accounts; %NULL for accounts that last as long as the server
 * @clock: for heartbeats, ringing and grace periods
 *
 * Makes a server that does not run yet and has no guests.
 *
 * Returns: (transfer full): the server
 */
YonderServer *
yonder_server_new (const char *database, YonderClock *clock)
{
  YonderServer *self = g_object_new (YONDER_TYPE_SERVER, NULL);

  self->database = g_strdup (database);
  self->clock = g_object_ref (clock);
  return self;
}

/**
 * yonder_server_set_allow_guests:
 * @self: the server
 * @allow: whether somebody may sign in by a name alone
 */
void
yonder_server_set_allow_guests (YonderServer *self, gboolean allow)
{
  self->allow_guests = allow;
  if (self->rest != NULL)
    yonder_rest_api_set_allow_guests (self->rest, allow);
}

/**
 * yonder_server_set_tls:
 * @self: a server that does not run
 * @certificate: (nullable): with its private key; %NULL for plain HTTP
 *
 * Browsers let a page use camera and microphone only over HTTPS, unless it comes from their own computer.
 */
void
yonder_server_set_tls (YonderServer *self, GTlsCertificate *certificate)
{
  g_set_object (&self->certificate, certificate);
}

/**
 * yonder_server_set_turn:
 * @self: a server that does not run
 * @uris: (nullable): `stun:`, `turn:` and `turns:` addresses to give to clients; %NULL for none
 * @shared_secret: coturn's `static-auth-secret`
 * @ttl_s: how long the credentials that clients get are good
 */
void
yonder_server_set_turn (YonderServer *self, const char * const *uris, const char *shared_secret, guint ttl_s)
{
  g_clear_pointer (&self->turn, yonder_turn_config_free);
  if (uris != NULL)
    self->turn = yonder_turn_config_new (uris, shared_secret, ttl_s);
}

/**
 * yonder_server_set_public_origin:
 * @self: a server that does not run
 * @origin: (nullable): what browsers have in their address bar where a proxy or a DNS name stands before the server, as in
 *   "https://calls.example.org". Addresses, "localhost" and the computer's own name need not be told.
 */
void
yonder_server_set_public_origin (YonderServer *self, const char *origin)
{
  g_set_str (&self->origins.public_origin, origin);
}

static gboolean
open_store (YonderServer *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (self->store == NULL)
    self->store = yonder_user_store_new (self->database, &local_error);
  if (self->store == NULL)
    g_set_error_literal (error, YONDER_SERVER_ERROR, YONDER_SERVER_ERROR_STORE, local_error->message);
  return self->store != NULL;
}

static void
on_health (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  YonderServer *self = data;
  g_autoptr (GBytes) body = yonder_http_get_body (message);
  JsonNode *node;
  JsonObject *object;

  if (body == NULL)
    return;
  node = json_node_new (JSON_NODE_OBJECT);
  object = json_object_new ();
  json_object_set_string_member (object, "status", "ok");
  json_object_set_int_member (object, "sessions", yonder_eio_server_count_sessions (self->eio));
  json_object_set_int_member (object, "calls", yonder_call_desk_count (self->desk));
  json_object_set_int_member (object, "refused", yonder_vigi_count_refused (self->vigi));
  json_node_take_object (node, object);
  yonder_http_reply_json (message, SOUP_STATUS_OK, node);
}

static gboolean
listen_at (YonderServer *self, guint port, gboolean everywhere, SoupServerListenOptions options, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean is_listening;

  is_listening = everywhere ? soup_server_listen_all (self->soup, port, options, &local_error)
                            : soup_server_listen_local (self->soup, port, options, &local_error);
  if (is_listening)
    return TRUE;
  if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    g_set_error (error, YONDER_SERVER_ERROR, YONDER_SERVER_ERROR_ADDRESS_IN_USE,
                 "Port %u is taken by another program: choose another port, or end that program.", port);
  else
    g_set_error (error, YONDER_SERVER_ERROR, YONDER_SERVER_ERROR_LISTEN, "The server cannot listen on port %u: %s.", port,
                 local_error->message);
  return FALSE;
}

static guint
find_port (YonderServer *self, const char *scheme)
{
  g_autoslist (GUri) uris = soup_server_get_uris (self->soup);

  for (GSList *l = uris; l != NULL; l = l->next)
    if (g_str_equal (g_uri_get_scheme (l->data), scheme))
      return (guint) g_uri_get_port (l->data);
  return 0;
}

/* A certificate is for a name that others use. What belongs to this process comes in without it, at a port of loopback alone. */
static gboolean
open_doors (YonderServer *self, guint port, gboolean everywhere, GError **error)
{
  const char *scheme = self->certificate != NULL ? "https" : "http";

  if (!listen_at (self, port, everywhere, self->certificate != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0, error) ||
      (self->certificate != NULL && !listen_at (self, 0, FALSE, 0, error)))
    return FALSE;
  self->port = find_port (self, scheme);
  self->is_everywhere = everywhere;
  self->uri = g_strdup_printf ("%s://127.0.0.1:%u", scheme, self->port);
  self->own_uri = g_strdup_printf ("http://127.0.0.1:%u", find_port (self, "http"));
  return TRUE;
}

static void
assemble (YonderServer *self)
{
  YonderEioOptions eio_options = YONDER_EIO_OPTIONS_INIT;
  YonderSioOptions sio_options = YONDER_SIO_OPTIONS_INIT;

  eio_options.origins = self->origins;
  self->guard = yonder_http_guard_new (self->soup, self->clock);
  self->presence = yonder_presence_book_new (self->clock);
  self->desk = yonder_call_desk_new (self->presence, self->store, self->clock);
  self->eio = yonder_eio_server_new (self->soup, SOCKET_PATH, &eio_options, self->clock);
  self->sio = yonder_sio_server_new (self->eio, &sio_options, self->clock);
  self->vigi = yonder_vigi_new (self->sio, self->store, self->presence, self->desk, self->clock);
  self->rest = yonder_rest_api_new (self->soup, self->store, self->presence, self->clock);
  yonder_rest_api_set_origins (self->rest, &self->origins);
  yonder_rest_api_set_allow_guests (self->rest, self->allow_guests);
  yonder_rest_api_set_turn (self->rest, self->turn);
  soup_server_add_handler (self->soup, "/health", on_health, self, NULL);
  yonder_page_serve (self->soup);
}

/**
 * yonder_server_start:
 * @self: a server that does not run
 * @port: where to listen; 0 for any free port
 * @everywhere: whether other computers can reach it; if not, loopback only
 * @error: return location for a [error@Yonder.ServerError]
 *
 * Opens the accounts and begins to serve.
 *
 * Returns: whether it runs; if not, @error says why and the server can be started again: %YONDER_SERVER_ERROR_ADDRESS_IN_USE,
 *   %YONDER_SERVER_ERROR_LISTEN, %YONDER_SERVER_ERROR_STORE
 */
gboolean
yonder_server_start (YonderServer *self, guint port, gboolean everywhere, GError **error)
{
  if (self->soup != NULL) {
    g_set_error_literal (error, YONDER_SERVER_ERROR, YONDER_SERVER_ERROR_LISTEN, "The server is running already.");
    return FALSE;
  }
  if (!open_store (self, error))
    return FALSE;
  self->soup = soup_server_new ("server-header", "Yonder", NULL);
  if (self->certificate != NULL)
    soup_server_set_tls_certificate (self->soup, self->certificate);
  assemble (self);
  if (!open_doors (self, port, everywhere, error)) {
    yonder_server_stop (self);
    return FALSE;
  }
  g_message ("Serving calls at %s%s", self->uri, everywhere ? " and this computer's other addresses" : "");
  return TRUE;
}

/**
 * yonder_server_stop:
 * @self: the server
 *
 * Ends every connection and call and stops listening. Accounts stay; without a database, until the object's end.
 */
void
yonder_server_stop (YonderServer *self)
{
  if (self->soup == NULL)
    return;
  yonder_call_desk_clear (self->desk);
  yonder_presence_book_clear (self->presence);
  yonder_sio_server_stop (self->sio);
  yonder_eio_server_stop (self->eio);
  yonder_rest_api_stop (self->rest);
  soup_server_disconnect (self->soup);
  g_clear_object (&self->guard);
  g_clear_object (&self->vigi);
  g_clear_object (&self->rest);
  g_clear_object (&self->sio);
  g_clear_object (&self->eio);
  g_clear_object (&self->desk);
  g_clear_object (&self->presence);
  g_clear_object (&self->soup);
  g_clear_pointer (&self->uri, g_free);
  g_clear_pointer (&self->own_uri, g_free);
}

/**
 * yonder_server_get_uri:
 * @self: the server
 *
 * Returns: (transfer none) (nullable): where this computer reaches it, or %NULL while it does not run
 */
const char *
yonder_server_get_uri (YonderServer *self)
{
  return self->uri;
}

/**
 * yonder_server_get_own_uri:
 * @self: the server
 *
 * Returns: (transfer none) (nullable): where programs of this computer reach it without TLS, whatever name the certificate is for, or
 *   %NULL while it does not run
 */
const char *
yonder_server_get_own_uri (YonderServer *self)
{
  return self->own_uri;
}

/* (nullable): an address that means the same on other computers: not of loopback, and not of one link alone */
static char *
dup_address (const struct ifaddrs *interface, sa_family_t family)
{
  g_autoptr (GSocketAddress) address = NULL;
  GInetAddress *inet;

  if (interface->ifa_addr == NULL || !(interface->ifa_flags & IFF_UP) || interface->ifa_addr->sa_family != family)
    return NULL;
  address = g_socket_address_new_from_native (interface->ifa_addr, sizeof (struct sockaddr_in6));
  inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  if (g_inet_address_get_is_loopback (inet) || g_inet_address_get_is_link_local (inet))
    return NULL;
  return g_inet_address_to_string (inet);
}

/**
 * yonder_server_list_uris:
 * @self: the server
 *
 * Returns: (transfer full) (array zero-terminated=1): where other computers reach it, at each address that this one has now, those of
 *   IPv4 first; none where it does not run, or for this computer alone
 */
char **
yonder_server_list_uris (YonderServer *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const struct { sa_family_t family; const char *format; } kinds[] = { { AF_INET, "%s://%s:%u" }, { AF_INET6, "%s://[%s]:%u" } };
  struct ifaddrs *interfaces = NULL;

  if (self->soup == NULL || !self->is_everywhere || getifaddrs (&interfaces) != 0)
    return g_strv_builder_end (builder);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (struct ifaddrs *l = interfaces; l != NULL; l = l->ifa_next) {
      g_autofree char *address = dup_address (l, kinds[i].family);

      if (address != NULL)
        g_strv_builder_take (builder, g_strdup_printf (kinds[i].format, self->certificate != NULL ? "https" : "http", address, self->port));
    }
  freeifaddrs (interfaces);
  return g_strv_builder_end (builder);
}

/**
 * yonder_server_add_user:
 * @self: the server
 * @email: by what the user signs in
 * @name: what others see
 * @password: the password
 * @error: return location for a [error@Yonder.ServerError]
 *
 * Makes an account, for scripts and tests. Blocks for as long as hashing takes.
 *
 * Returns: whether there is one now; if not, %YONDER_SERVER_ERROR_STORE
 */
gboolean
yonder_server_add_user (YonderServer *self, const char *email, const char *name, const char *password, GError **error)
{
  g_autoptr (YonderStoreQuery) query = yonder_store_query_new (YONDER_STORE_REGISTER);
  g_autoptr (YonderStoreAnswer) answer = NULL;
  g_autoptr (GError) local_error = NULL;

  if (!open_store (self, error))
    return FALSE;
  query->email = g_strdup (email);
  query->name = g_strdup (name);
  query->password = g_strdup (password);
  answer = yonder_user_store_ask (self->store, query, &local_error);
  if (answer == NULL)
    g_set_error_literal (error, YONDER_SERVER_ERROR, YONDER_SERVER_ERROR_STORE, local_error->message);
  return answer != NULL;
}
