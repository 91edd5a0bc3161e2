/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-webrtc-servers.h"

#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

#include "yonder-host-lookup.h"
#include "yonder-late-relays.h"
#include "yonder-stun-error.h"
#include "yonder-turn-tunnel.h"
#include "yonder-webrtc-uri.h"

/* libnice takes so many entries a component (NICE_CANDIDATE_MAX_TURN_SERVERS), and a URL without transport makes two. */
#define MAX_TURN_ENTRIES 8
/* how often a server that came late looks whether it can be added */
#define LATE_MS 100

/* One URL of the list. */
typedef struct {
  YonderWebrtcServers *owner;     /* borrowed */
  YonderIceServer     *server;
  const YonderIceUri  *uri;       /* borrowed from the server */
  GPtrArray           *addresses; /* (nullable) (element-type GInetAddress): once looked up */
  YonderTurnTunnel    *tunnel;    /* (nullable): of turns: */
  gboolean             is_waiting; /* for its name */
  gboolean             is_lost;    /* its name was not found */
  gboolean             is_applied;
} Entry;

/* An address that webrtcbin was given for an entry. */
typedef struct {
  char        *address;
  guint        port;
  const Entry *entry;
} Alias;

struct _YonderWebrtcServers {
  GObject parent_instance;

  YonderLateRelays *late_relays; /* (nullable): where there is a STUN server to be asked before them */
  GWeakRef      webrtcbin;
  YonderClock  *clock;
  GPtrArray    *entries;   /* (element-type Entry), in order of preference */
  GPtrArray    *aliases;   /* (element-type Alias) */
  GPtrArray    *preparing; /* (element-type GTask) */
  GCancellable *cancellable;
  guint         n_waiting;
  guint         wait_id;
  guint         late_id;
  guint         n_turn;
  gboolean      relay_only;
  gboolean      is_applied;
  gboolean      is_closed;
};

G_DEFINE_FINAL_TYPE (YonderWebrtcServers, yonder_webrtc_servers, G_TYPE_OBJECT)

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  if (entry->tunnel != NULL)
    yonder_turn_tunnel_close (entry->tunnel);
  g_clear_object (&entry->tunnel);
  g_clear_object (&entry->server);
  g_clear_pointer (&entry->addresses, g_ptr_array_unref);
  g_free (entry);
}

static void
alias_free (gpointer data)
{
  Alias *alias = data;

  g_free (alias->address);
  g_free (alias);
}

static void
add_alias (YonderWebrtcServers *self, const Entry *entry, const char *address, guint port)
{
  g_ptr_array_add (self->aliases, g_memdup2 (&(Alias) { g_strdup (address), port, entry }, sizeof (Alias)));
}

static gboolean
is_turn (const Entry *entry)
{
  return entry->uri->scheme == YONDER_ICE_SCHEME_TURN || entry->uri->scheme == YONDER_ICE_SCHEME_TURNS;
}

static void
add_turn (YonderWebrtcServers *self, GstElement *webrtcbin, const Entry *entry, const YonderIceUri *uri)
{
  guint n_entries = uri->transport != NULL ? 1 : 2;
  g_autofree char *text = yonder_webrtc_uri_print_turn (uri, yonder_ice_server_get_username (entry->server),
                                                          yonder_ice_server_get_credential (entry->server));
  gboolean added = FALSE;

  if (text == NULL || self->n_turn + n_entries > MAX_TURN_ENTRIES)
    return;
  if (self->late_relays != NULL)
    added = yonder_late_relays_add (self->late_relays, uri, yonder_ice_server_get_username (entry->server),
                                    yonder_ice_server_get_credential (entry->server));
  if (!added)
    g_signal_emit_by_name (webrtcbin, "add-turn-server", text, &added);
  if (!added) {
    g_warning ("the TURN server %s was not accepted", entry->uri->host);
    return;
  }
  self->n_turn += n_entries;
  add_alias (self, entry, uri->host, uri->port);
}

/* libnice pairs a server with host candidates of its family. */
static gboolean
has_address (GSocketFamily family)
{
  struct ifaddrs *interfaces = NULL;
  gboolean found = FALSE;

  if (getifaddrs (&interfaces) != 0)
    return TRUE;
  for (struct ifaddrs *i = interfaces; i != NULL && !found; i = i->ifa_next) {
    found = i->ifa_addr != NULL && i->ifa_addr->sa_family == (int) family && (i->ifa_flags & IFF_UP) && !(i->ifa_flags & IFF_LOOPBACK);
    if (found && family == G_SOCKET_FAMILY_IPV6)
      found = !IN6_IS_ADDR_LINKLOCAL (&((struct sockaddr_in6 *) i->ifa_addr)->sin6_addr);
  }
  freeifaddrs (interfaces);
  return found;
}

static gboolean
add_stun (YonderWebrtcServers *self, GstElement *webrtcbin, const Entry *entry, GSocketFamily family)
{
  for (guint i = 0; entry->addresses != NULL && i < entry->addresses->len; i++) {
    GInetAddress *address = g_ptr_array_index (entry->addresses, i);
    g_autofree char *host = g_inet_address_to_string (address);
    YonderIceUri uri = *entry->uri;
    g_autofree char *text = NULL;

    if (g_inet_address_get_family (address) != family)
      continue;
    uri.host = host;
    text = yonder_webrtc_uri_print_stun (&uri);
    g_object_set (webrtcbin, "stun-server", text, NULL);
    add_alias (self, entry, host, uri.port);
    return TRUE;
  }
  return FALSE;
}

/* libnice takes one address: of IPv4 where this computer has that, since it is there that routers translate addresses. */
static gboolean
apply_stun (YonderWebrtcServers *self, GstElement *webrtcbin)
{
  static const GSocketFamily families[] = { G_SOCKET_FAMILY_IPV4, G_SOCKET_FAMILY_IPV6 };

  for (guint i = 0; i < G_N_ELEMENTS (families); i++) {
    for (guint j = 0; has_address (families[i]) && j < self->entries->len; j++) {
      const Entry *entry = g_ptr_array_index (self->entries, j);

      if (entry->uri->scheme == YONDER_ICE_SCHEME_STUN && add_stun (self, webrtcbin, entry, families[i]))
        return TRUE;
    }
  }
  return FALSE;
}

/* A network without IPv4 has no partner for 127.0.0.1. */
static void
apply_tunnel (YonderWebrtcServers *self, GstElement *webrtcbin, Entry *entry)
{
  guint ipv4_port = yonder_turn_tunnel_get_ipv4_port (entry->tunnel);
  guint ipv6_port = yonder_turn_tunnel_get_ipv6_port (entry->tunnel);
  gboolean is_ipv4 = ipv6_port == 0 || (ipv4_port != 0 && has_address (G_SOCKET_FAMILY_IPV4));
  char *loopback = (char *) (is_ipv4 ? "127.0.0.1" : "::1");

  add_turn (self, webrtcbin, entry, &(YonderIceUri) { YONDER_ICE_SCHEME_TURN, loopback, is_ipv4 ? ipv4_port : ipv6_port, "tcp" });
}

/* One address of each family: more would use up the few entries that libnice has. */
static void
apply_addresses (YonderWebrtcServers *self, GstElement *webrtcbin, Entry *entry)
{
  gboolean has_family[2] = { FALSE, FALSE };

  for (guint i = 0; i < entry->addresses->len; i++) {
    GInetAddress *address = g_ptr_array_index (entry->addresses, i);
    gboolean is_ipv6 = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6;
    g_autofree char *text = g_inet_address_to_string (address);
    YonderIceUri uri = *entry->uri;

    if (has_family[is_ipv6])
      continue;
    has_family[is_ipv6] = TRUE;
    uri.host = text;
    add_turn (self, webrtcbin, entry, &uri);
  }
}

static void
apply_entry (YonderWebrtcServers *self, GstElement *webrtcbin, Entry *entry)
{
  if (!is_turn (entry) || entry->is_applied || entry->is_waiting || entry->is_lost)
    return;
  entry->is_applied = TRUE;
  if (entry->tunnel != NULL)
    apply_tunnel (self, webrtcbin, entry);
  else if (entry->addresses != NULL)
    apply_addresses (self, webrtcbin, entry);
}

static void
apply_all (YonderWebrtcServers *self)
{
  g_autoptr (GstElement) webrtcbin = g_weak_ref_get (&self->webrtcbin);
  g_autoptr (GPtrArray) tasks = g_steal_pointer (&self->preparing);

  if (webrtcbin != NULL && !self->is_applied && apply_stun (self, webrtcbin) && !self->relay_only)
    self->late_relays = yonder_late_relays_new (webrtcbin);
  self->is_applied = TRUE;
  self->preparing = g_ptr_array_new_with_free_func (g_object_unref);
  yonder_clock_clear (self->clock, &self->wait_id);
  for (guint i = 0; webrtcbin != NULL && i < self->entries->len; i++)
    apply_entry (self, webrtcbin, g_ptr_array_index (self->entries, i));
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_boolean (g_ptr_array_index (tasks, i), TRUE);
}

/* webrtcbin's own thread reads its list of servers while it makes the stream; from when on it gathers, servers go straight to the agent. */
static gboolean
on_late (gpointer data)
{
  YonderWebrtcServers *self = data;
  g_autoptr (GstElement) webrtcbin = g_weak_ref_get (&self->webrtcbin);
  GstWebRTCICEGatheringState state = GST_WEBRTC_ICE_GATHERING_STATE_NEW;

  if (webrtcbin != NULL)
    g_object_get (webrtcbin, "ice-gathering-state", &state, NULL);
  if (webrtcbin != NULL && state == GST_WEBRTC_ICE_GATHERING_STATE_NEW)
    return G_SOURCE_CONTINUE;

  self->late_id = 0;
  apply_all (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_waited (gpointer data)
{
  YonderWebrtcServers *self = data;

  self->wait_id = 0;
  g_message ("%u ICE servers have no address yet: the call goes on without them", self->n_waiting);
  apply_all (self);
  return G_SOURCE_REMOVE;
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer data)
{
  Entry *entry = data;
  g_autoptr (YonderWebrtcServers) self = entry->owner; /* the lookup's reference, which keeps the entry */
  g_autoptr (GError) error = NULL;

  entry->addresses = yonder_host_lookup_finish (result, &error);
  entry->is_waiting = FALSE;
  self->n_waiting--;
  if (self->is_closed)
    return;
  if (entry->addresses == NULL) {
    entry->is_lost = TRUE;
    g_message ("ICE server: %s", error->message);
  }

  if (!self->is_applied && self->n_waiting == 0)
    apply_all (self);
  else if (self->is_applied && !entry->is_lost && is_turn (entry) && self->late_id == 0)
    self->late_id = yonder_clock_add (self->clock, LATE_MS, on_late, self, NULL);
}

static void
add_entry (YonderWebrtcServers *self, YonderIceServer *server, const YonderIceUri *uri, GTlsDatabase *tls_database)
{
  g_autoptr (GError) error = NULL;
  Entry *entry = g_new0 (Entry, 1);

  entry->owner = self;
  entry->server = g_object_ref (server);
  entry->uri = uri;
  g_ptr_array_add (self->entries, entry);
  if (uri->scheme == YONDER_ICE_SCHEME_TURNS && g_strcmp0 (uri->transport, "udp") != 0) {
    entry->tunnel = yonder_turn_tunnel_new (uri->host, uri->port, tls_database, self->clock, &error);
    if (entry->tunnel == NULL)
      g_message ("%s is not used: %s", uri->host, error->message);
  } else if (uri->scheme == YONDER_ICE_SCHEME_STUN || uri->scheme == YONDER_ICE_SCHEME_TURN) {
    if (g_hostname_is_ip_address (uri->host)) {
      entry->addresses = g_ptr_array_new_with_free_func (g_object_unref);
      g_ptr_array_add (entry->addresses, g_inet_address_new_from_string (uri->host));
    } else {
      entry->is_waiting = TRUE;
      self->n_waiting++;
    }
  } else {
    g_message ("%s is not used: neither STUN over TLS nor TURN over DTLS is understood", uri->host);
  }
}

static void
yonder_webrtc_servers_finalize (GObject *object)
{
  YonderWebrtcServers *self = YONDER_WEBRTC_SERVERS (object);

  yonder_webrtc_servers_close (self);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_clear_pointer (&self->aliases, g_ptr_array_unref);
  g_clear_pointer (&self->preparing, g_ptr_array_unref);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->clock);
  g_weak_ref_clear (&self->webrtcbin);

  G_OBJECT_CLASS (yonder_webrtc_servers_parent_class)->finalize (object);
}

static void
yonder_webrtc_servers_class_init (YonderWebrtcServersClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_webrtc_servers_finalize;
}

static void
yonder_webrtc_servers_init (YonderWebrtcServers *self)
{
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->aliases = g_ptr_array_new_with_free_func (alias_free);
  self->preparing = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
  g_weak_ref_init (&self->webrtcbin, NULL);
}

/**
 * yonder_webrtc_servers_new:
 * @webrtcbin: one without descriptions
 * @servers: (nullable): of [class@Yonder.IceServer], in order of preference
 * @relay_only: no path but through a relay
 * @tls_database: (nullable): whom to trust instead of those that the system trusts
 * @clock: what bounds the waiting
 *
 * Begins to look up the names. libnice knows one STUN server: the first that has an address of a kind that this computer has too.
 *
 * Returns: (transfer full): the servers
 */
YonderWebrtcServers *
yonder_webrtc_servers_new (GstElement *webrtcbin, GListModel *servers, gboolean relay_only, GTlsDatabase *tls_database, YonderClock *clock)
{
  YonderWebrtcServers *self = g_object_new (YONDER_TYPE_WEBRTC_SERVERS, NULL);
  guint n_servers = servers != NULL ? g_list_model_get_n_items (servers) : 0;

  g_weak_ref_set (&self->webrtcbin, webrtcbin);
  self->clock = g_object_ref (clock);
  self->relay_only = relay_only;
  g_object_set (webrtcbin, "ice-transport-policy",
                relay_only ? GST_WEBRTC_ICE_TRANSPORT_POLICY_RELAY : GST_WEBRTC_ICE_TRANSPORT_POLICY_ALL, NULL);
  for (guint i = 0; i < n_servers; i++) {
    g_autoptr (YonderIceServer) server = g_list_model_get_item (servers, i);
    GPtrArray *uris = yonder_ice_server_get_uris (server);

    for (guint j = 0; j < uris->len; j++)
      add_entry (self, server, g_ptr_array_index (uris, j), tls_database);
  }

  if (self->n_waiting == 0) {
    apply_all (self);
    return self;
  }
  self->wait_id = yonder_clock_add (clock, YONDER_WEBRTC_SERVERS_WAIT_MS, on_waited, self, NULL);
  for (guint i = 0; i < self->entries->len; i++) {
    Entry *entry = g_ptr_array_index (self->entries, i);

    if (entry->is_waiting) {
      g_object_ref (self);
      yonder_host_lookup_async (entry->uri->host, clock, 2 * YONDER_HOST_LOOKUP_MS, self->cancellable, on_looked_up, entry);
    }
  }
  return self;
}

/* Ends lookups and tunnels, and what goes through them. Calling it again does nothing. */
void
yonder_webrtc_servers_close (YonderWebrtcServers *self)
{
  g_autoptr (GPtrArray) tasks = NULL;

  if (self->is_closed)
    return;
  self->is_closed = TRUE;
  g_cancellable_cancel (self->cancellable);
  yonder_clock_clear (self->clock, &self->wait_id);
  yonder_clock_clear (self->clock, &self->late_id);
  g_clear_pointer (&self->late_relays, yonder_late_relays_free);
  for (guint i = 0; i < self->entries->len; i++) {
    Entry *entry = g_ptr_array_index (self->entries, i);

    if (entry->tunnel != NULL)
      yonder_turn_tunnel_close (entry->tunnel);
  }
  tasks = g_steal_pointer (&self->preparing);
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_new_error (g_ptr_array_index (tasks, i), G_IO_ERROR, G_IO_ERROR_CANCELLED, "The connection was closed");
}

/**
 * yonder_webrtc_servers_prepare_async:
 * @self: the servers
 * @cancellable: (nullable): to give up waiting
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Waits until webrtcbin has the servers, for %YONDER_WEBRTC_SERVERS_WAIT_MS from their making at the most.
 */
void
yonder_webrtc_servers_prepare_async (YonderWebrtcServers *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, yonder_webrtc_servers_prepare_async);
  if (self->is_closed)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The connection was closed");
  else if (self->is_applied)
    g_task_return_boolean (task, TRUE);
  else
    g_ptr_array_add (self->preparing, g_steal_pointer (&task));
}

gboolean
yonder_webrtc_servers_prepare_finish (YonderWebrtcServers *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* (nullable): the entry behind an address that libnice names as a server's */
static const Entry *
find_entry (YonderWebrtcServers *self, const char *address, guint port)
{
  const Entry *found = NULL;

  /* Who set up the same server for STUN as well means the one that relays. */
  for (guint i = 0; i < self->aliases->len && (found == NULL || !is_turn (found)); i++) {
    const Alias *alias = g_ptr_array_index (self->aliases, i);

    if (alias->port == port && g_str_equal (alias->address, address) && (found == NULL || is_turn (alias->entry)))
      found = alias->entry;
  }
  return found;
}

/**
 * yonder_webrtc_servers_find:
 * @self: the servers
 * @address: an address that libnice names as a server's
 * @port: its port
 * @host: (out): the server as it was set up
 * @server_port: (out) (optional): its port as it was set up
 * @is_tls: (out) (optional): whether TLS goes there
 *
 * Returns: whether it is one of these servers
 */
gboolean
yonder_webrtc_servers_find (YonderWebrtcServers *self, const char *address, guint port, const char **host, guint *server_port, gboolean *is_tls)
{
  const Entry *found = find_entry (self, address, port);

  if (found == NULL)
    return FALSE;

  *host = found->uri->host;
  if (server_port != NULL)
    *server_port = found->uri->port;
  if (is_tls != NULL)
    *is_tls = found->tunnel != NULL;
  return TRUE;
}

static gboolean
can_relay (const Entry *entry, gboolean is_udp)
{
  if (!is_turn (entry))
    return FALSE;
  return is_udp ? entry->tunnel == NULL && g_strcmp0 (entry->uri->transport, "tcp") != 0
                : entry->tunnel != NULL || g_strcmp0 (entry->uri->transport, "udp") != 0;
}

/* The one entry that can have given the relay; @address: (nullable): only those that webrtcbin knows by this address; NULL for none or several */
static const Entry *
find_only (YonderWebrtcServers *self, gboolean is_udp, const char *address)
{
  const Entry *only = NULL;

  for (guint i = 0; i < self->aliases->len; i++) {
    const Alias *alias = g_ptr_array_index (self->aliases, i);

    if (!can_relay (alias->entry, is_udp) || (address != NULL && !g_str_equal (alias->address, address)))
      continue;
    if (only != NULL && (!g_str_equal (only->uri->host, alias->entry->uri->host) || (only->tunnel == NULL) != (alias->entry->tunnel == NULL)))
      return NULL;
    only = alias->entry;
  }
  return only;
}

/**
 * yonder_webrtc_servers_guess:
 * @self: the servers
 * @relayed: the relay's own address
 * @is_udp: whether the server is reached over UDP
 * @host: (out): the server as it was set up
 * @is_tls: (out): whether TLS goes there
 *
 * Returns: whether only one server can have given it: the only one of its kind, or the one whose address the relay has
 */
gboolean
yonder_webrtc_servers_guess (YonderWebrtcServers *self, const char *relayed, gboolean is_udp, const char **host, gboolean *is_tls)
{
  const Entry *entry = find_only (self, is_udp, NULL);

  if (entry == NULL)
    entry = find_only (self, is_udp, relayed);
  if (entry == NULL)
    return FALSE;
  *host = entry->uri->host;
  *is_tls = entry->tunnel != NULL;
  return TRUE;
}

/* The tunnel knows why there is no connection; libnice, before it, that nothing came back. */
static void
tell_of_tunnel (YonderReportServer *server, const Entry *entry)
{
  const GError *error = yonder_turn_tunnel_get_error (entry->tunnel);

  server->transport = "tls";
  if (server->outcome == YONDER_SERVER_ANSWERED)
    return;
  if (g_error_matches (error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_CERTIFICATE)) {
    server->outcome = YONDER_SERVER_UNTRUSTED;
    g_set_str (&server->reason, error->message);
  } else if (g_error_matches (error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_NO_SUCH_NAME)) {
    server->outcome = YONDER_SERVER_UNRESOLVED;
  }
}

void
yonder_webrtc_servers_name_report (YonderWebrtcServers *self, YonderIceReport *report)
{
  for (guint i = 0; i < report->servers->len; i++) {
    YonderReportServer *server = g_ptr_array_index (report->servers, i);
    const Entry *entry = find_entry (self, server->host, server->port);

    if (entry == NULL)
      continue;
    g_set_str (&server->host, entry->uri->host);
    server->port = entry->uri->port;
    if (entry->tunnel != NULL)
      tell_of_tunnel (server, entry);
  }

  for (guint i = 0; i < self->entries->len; i++) {
    const Entry *entry = g_ptr_array_index (self->entries, i);

    if (entry->is_lost)
      yonder_ice_report_add_server (report, is_turn (entry), entry->uri->host, entry->uri->port,
                                    g_strcmp0 (entry->uri->transport, "tcp") == 0 ? "tcp" : "udp")->outcome = YONDER_SERVER_UNRESOLVED;
  }
}
