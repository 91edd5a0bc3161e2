/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-turn-client.h"

#include <glib/gi18n.h>
#include <string.h>

#include "yonder-stun-error.h"

/* RFC 8656 section 12: channels go from here to 0x4fff */
#define FIRST_CHANNEL 0x4000
#define LAST_CHANNEL  0x4fff
/* REQUESTED-TRANSPORT, RFC 8656 section 18.7 */
#define TRANSPORT_UDP (17u << 24)
/* one 401 that names the realm, and as many new nonces as an honest server can want */
#define MAX_CHALLENGES 3

struct _YonderTurnClient {
  GObject parent_instance;

  YonderStunClient   *client;
  char               *username;   /* (nullable) */
  char               *credential; /* (nullable) */
  char               *realm;      /* (nullable) */
  char               *nonce;      /* (nullable) */
  GBytes             *key;        /* (nullable) */
  GInetSocketAddress *relayed;    /* (nullable) */
  GInetSocketAddress *mapped;     /* (nullable) */
  char               *software;   /* (nullable) */
  GPtrArray          *channels;   /* (element-type GInetSocketAddress): the peer of FIRST_CHANNEL and so on */
  gint64              rtt_us;
  gint64              lifetime_s;
};

G_DEFINE_FINAL_TYPE (YonderTurnClient, yonder_turn_client, G_TYPE_OBJECT)

enum {
  SIGNAL_DATA,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* A request that is asked again as the server challenges it; the data of its task. */
typedef struct {
  YonderStunMethod    method;
  GInetSocketAddress *peer; /* (nullable) */
  guint               channel;
  guint               timeout_ms;
  guint               n_challenges;
  gboolean            was_signed;
} Exchange;

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  g_clear_object (&exchange->peer);
  g_free (exchange);
}

static void
add_fields (GByteArray *request, const Exchange *exchange)
{
  switch (exchange->method) {
    case YONDER_STUN_METHOD_ALLOCATE:
      yonder_stun_add_u32 (request, YONDER_STUN_ATTRIBUTE_REQUESTED_TRANSPORT, TRANSPORT_UDP);
      break;
    case YONDER_STUN_METHOD_REFRESH:
      yonder_stun_add_u32 (request, YONDER_STUN_ATTRIBUTE_LIFETIME, 0);
      break;
    case YONDER_STUN_METHOD_CHANNEL_BIND:
      yonder_stun_add_u32 (request, YONDER_STUN_ATTRIBUTE_CHANNEL_NUMBER, exchange->channel << 16);
      yonder_stun_add_address (request, YONDER_STUN_ATTRIBUTE_XOR_PEER_ADDRESS, exchange->peer);
      break;
    default:
      yonder_stun_add_address (request, YONDER_STUN_ATTRIBUTE_XOR_PEER_ADDRESS, exchange->peer);
      break;
  }
}

static void on_answer (GObject *source, GAsyncResult *result, gpointer data);

/* Asks, signed where the server has said with what; @task is taken. */
static void
ask (GTask *task)
{
  YonderTurnClient *self = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);
  g_autoptr (GByteArray) request = NULL;
  guint8 id[YONDER_STUN_ID_SIZE];

  yonder_stun_make_id (id);
  request = yonder_stun_begin (YONDER_STUN_CLASS_REQUEST, exchange->method, id);
  add_fields (request, exchange);
  exchange->was_signed = self->key != NULL;
  if (self->key != NULL) {
    yonder_stun_add_string (request, YONDER_STUN_ATTRIBUTE_USERNAME, self->username);
    yonder_stun_add_string (request, YONDER_STUN_ATTRIBUTE_REALM, self->realm);
    yonder_stun_add_string (request, YONDER_STUN_ATTRIBUTE_NONCE, self->nonce);
    yonder_stun_add_integrity (request, self->key);
  }
  yonder_stun_client_request_async (self->client, request, NULL, self->key, exchange->timeout_ms, g_task_get_cancellable (task),
                                    on_answer, task);
}

/* Takes realm and nonce from a 401 or 438; FALSE where they do not help. */
static gboolean
take_challenge (YonderTurnClient *self, Exchange *exchange, const YonderStunMessage *answer, GError **error)
{
  gboolean is_new = answer->error_code == YONDER_STUN_ERROR_UNAUTHORIZED && !exchange->was_signed;
  gboolean is_stale = answer->error_code == YONDER_STUN_ERROR_STALE_NONCE;

  if ((!is_new && !is_stale) || ++exchange->n_challenges > MAX_CHALLENGES)
    return FALSE;
  if (self->username == NULL || self->credential == NULL) {
    g_set_error (error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_NO_CREDENTIALS,
                 _("401 the server wants a user name and a credential"));
    return FALSE;
  }
  if (answer->nonce == NULL || (answer->realm == NULL && self->realm == NULL)) {
    g_set_error (error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_MALFORMED,
                 _("the server wants credentials, and does not say for which realm"));
    return FALSE;
  }

  g_set_str (&self->nonce, answer->nonce);
  if (answer->realm != NULL)
    g_set_str (&self->realm, answer->realm);
  g_clear_pointer (&self->key, g_bytes_unref);
  self->key = yonder_stun_make_key (self->username, self->realm, self->credential);
  return TRUE;
}

static GError *
make_error (YonderTurnClient *self, const YonderStunMessage *answer)
{
  GError *error = NULL;

  if ((answer->error_code == YONDER_STUN_ERROR_UNAUTHORIZED || answer->error_code == YONDER_STUN_ERROR_WRONG_CREDENTIALS) &&
      self->username != NULL)
    error = yonder_stun_error_from_expiry (self->username, g_get_real_time () / G_USEC_PER_SEC);
  return error != NULL ? error : yonder_stun_error_from_server (answer->error_code, answer->reason);
}

static gboolean
take_allocation (YonderTurnClient *self, YonderStunMessage *answer, GError **error)
{
  if (answer->relayed == NULL) {
    g_set_error (error, YONDER_STUN_ERROR, YONDER_STUN_ERROR_MALFORMED,
                 _("the server says that it relays, and does not say where"));
    return FALSE;
  }
  self->relayed = g_steal_pointer (&answer->relayed);
  self->mapped = g_steal_pointer (&answer->mapped);
  self->lifetime_s = answer->lifetime_s;
  return TRUE;
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  YonderTurnClient *self = g_task_get_source_object (task);
  Exchange *exchange = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (YonderStunMessage) answer = yonder_stun_client_request_finish (YONDER_STUN_CLIENT (source), result, &self->rtt_us,
                                                                            &error);

  if (answer != NULL && answer->software != NULL)
    g_set_str (&self->software, answer->software);
  if (answer == NULL) {
    g_task_return_error (task, error);
  } else if (answer->message_class == YONDER_STUN_CLASS_SUCCESS) {
    if (exchange->method == YONDER_STUN_METHOD_ALLOCATE && !take_allocation (self, answer, &error))
      g_task_return_error (task, error);
    else
      g_task_return_boolean (task, TRUE);
  } else if (take_challenge (self, exchange, answer, &error)) {
    ask (g_steal_pointer (&task));
  } else {
    g_task_return_error (task, error != NULL ? error : make_error (self, answer));
  }
}

static void
begin (YonderTurnClient *self, YonderStunMethod method, GInetSocketAddress *peer, guint channel, guint timeout_ms,
       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Exchange *exchange = g_new0 (Exchange, 1);

  exchange->method = method;
  exchange->peer = peer != NULL ? g_object_ref (peer) : NULL;
  exchange->channel = channel;
  exchange->timeout_ms = timeout_ms;
  g_task_set_source_tag (task, begin);
  g_task_set_task_data (task, exchange, exchange_free);
  ask (task);
}

/* ChannelData: number and length before the data (RFC 8656 section 12.4). */
static void
take_channel_data (YonderTurnClient *self, const guint8 *bytes, gsize length)
{
  guint channel = (guint) bytes[0] << 8 | bytes[1];
  gsize data_length = (gsize) bytes[2] << 8 | bytes[3];
  g_autoptr (GBytes) data = NULL;

  if (channel < FIRST_CHANNEL || channel - FIRST_CHANNEL >= self->channels->len || data_length > length - 4)
    return;
  data = g_bytes_new (bytes + 4, data_length);
  g_signal_emit (self, signals[SIGNAL_DATA], 0, data, g_ptr_array_index (self->channels, channel - FIRST_CHANNEL));
}

static void
on_packet (YonderTurnClient *self, GBytes *packet, GInetSocketAddress *from)
{
  g_autoptr (YonderStunMessage) message = NULL;
  gsize length;
  const guint8 *bytes = g_bytes_get_data (packet, &length);

  if (length >= 4 && bytes[0] >= 0x40 && bytes[0] < 0x50) {
    take_channel_data (self, bytes, length);
    return;
  }
  message = yonder_stun_message_parse (packet, NULL);
  if (message != NULL && message->message_class == YONDER_STUN_CLASS_INDICATION && message->method == YONDER_STUN_METHOD_DATA &&
      message->peer != NULL && message->data != NULL)
    g_signal_emit (self, signals[SIGNAL_DATA], 0, message->data, message->peer);
}

static void
yonder_turn_client_finalize (GObject *object)
{
  YonderTurnClient *self = YONDER_TURN_CLIENT (object);

  g_clear_object (&self->client);
  g_clear_object (&self->relayed);
  g_clear_object (&self->mapped);
  g_clear_pointer (&self->key, g_bytes_unref);
  g_clear_pointer (&self->channels, g_ptr_array_unref);
  if (self->credential != NULL)
    explicit_bzero (self->credential, strlen (self->credential));
  g_free (self->credential);
  g_free (self->username);
  g_free (self->realm);
  g_free (self->nonce);
  g_free (self->software);

  G_OBJECT_CLASS (yonder_turn_client_parent_class)->finalize (object);
}

static void
yonder_turn_client_class_init (YonderTurnClientClass *class)
{
  G_OBJECT_CLASS (class)->finalize = yonder_turn_client_finalize;

  signals[SIGNAL_DATA] = g_signal_new ("data", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                       G_TYPE_BYTES, G_TYPE_INET_SOCKET_ADDRESS);
}

static void
yonder_turn_client_init (YonderTurnClient *self)
{
  self->channels = g_ptr_array_new_with_free_func (g_object_unref);
  self->lifetime_s = -1;
}

/**
 * yonder_turn_client_new:
 * @client: of an open transport
 * @username: (nullable): for whom
 * @credential: (nullable): with which password
 */
YonderTurnClient *
yonder_turn_client_new (YonderStunClient *client, const char *username, const char *credential)
{
  YonderTurnClient *self = g_object_new (YONDER_TYPE_TURN_CLIENT, NULL);

  self->client = g_object_ref (client);
  self->username = g_strdup (username);
  self->credential = g_strdup (credential);
  g_signal_connect_object (client, "packet", G_CALLBACK (on_packet), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * yonder_turn_client_allocate_async:
 * @self: a client without an allocation
 * @timeout_ms: how long to wait for each answer
 * @cancellable: (nullable): to give up
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Asks for a relayed UDP address (RFC 8656 section 7).
 */
void
yonder_turn_client_allocate_async (YonderTurnClient *self, guint timeout_ms, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  begin (self, YONDER_STUN_METHOD_ALLOCATE, NULL, 0, timeout_ms, cancellable, callback, user_data);
}

/**
 * yonder_turn_client_allocate_finish:
 * @self: the client
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.StunError]
 *
 * Returns: whether there is an allocation; otherwise @error has the code that the server gave, %YONDER_STUN_ERROR_EXPIRED for a
 * user name whose
 *   time is over, or what went wrong on the way
 */
gboolean
yonder_turn_client_allocate_finish (YonderTurnClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Lets @peer's address send through the relay (RFC 8656 section 9). */
void
yonder_turn_client_permit_async (YonderTurnClient *self, GInetSocketAddress *peer, guint timeout_ms, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  begin (self, YONDER_STUN_METHOD_CREATE_PERMISSION, peer, 0, timeout_ms, cancellable, callback, user_data);
}

gboolean
yonder_turn_client_permit_finish (YonderTurnClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Gives @peer a channel (RFC 8656 section 12), which permits it too; what is sent to it from now on goes there. */
void
yonder_turn_client_bind_async (YonderTurnClient *self, GInetSocketAddress *peer, guint timeout_ms, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (self->channels->len <= LAST_CHANNEL - FIRST_CHANNEL);

  g_ptr_array_add (self->channels, g_object_ref (peer));
  begin (self, YONDER_STUN_METHOD_CHANNEL_BIND, peer, FIRST_CHANNEL + self->channels->len - 1, timeout_ms, cancellable, callback,
         user_data);
}

gboolean
yonder_turn_client_bind_finish (YonderTurnClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
is_same_address (GInetSocketAddress *one, GInetSocketAddress *other)
{
  return g_inet_socket_address_get_port (one) == g_inet_socket_address_get_port (other) &&
         g_inet_address_equal (g_inet_socket_address_get_address (one), g_inet_socket_address_get_address (other));
}

static GByteArray *
make_channel_data (guint channel, GBytes *data)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (data, &length);
  const guint8 header[4] = { (guint8) (channel >> 8), (guint8) channel, (guint8) (length >> 8), (guint8) length };
  static const guint8 padding[3];
  GByteArray *packet = g_byte_array_new ();

  g_byte_array_append (packet, header, sizeof header);
  g_byte_array_append (packet, bytes, (guint) length);
  /* needed over a stream, allowed over UDP */
  if (length % 4 != 0)
    g_byte_array_append (packet, padding, (guint) (4 - length % 4));
  return packet;
}

/**
 * yonder_turn_client_send:
 * @self: a client with an allocation
 * @data: what to send, at most 1400 bytes to stay whole on the way
 * @peer: to whom; permitted before, or with a channel
 */
void
yonder_turn_client_send (YonderTurnClient *self, GBytes *data, GInetSocketAddress *peer)
{
  g_autoptr (GByteArray) packet = NULL;
  guint8 id[YONDER_STUN_ID_SIZE];

  for (guint i = 0; i < self->channels->len && packet == NULL; i++)
    if (is_same_address (g_ptr_array_index (self->channels, i), peer))
      packet = make_channel_data (FIRST_CHANNEL + i, data);

  if (packet == NULL) {
    yonder_stun_make_id (id);
    packet = yonder_stun_begin (YONDER_STUN_CLASS_INDICATION, YONDER_STUN_METHOD_SEND, id);
    yonder_stun_add_address (packet, YONDER_STUN_ATTRIBUTE_XOR_PEER_ADDRESS, peer);
    yonder_stun_add (packet, YONDER_STUN_ATTRIBUTE_DATA, g_bytes_get_data (data, NULL), g_bytes_get_size (data));
  }
  yonder_stun_client_send (self->client, packet);
}

void
yonder_turn_client_release_async (YonderTurnClient *self, guint timeout_ms, GAsyncReadyCallback callback, gpointer user_data)
{
  begin (self, YONDER_STUN_METHOD_REFRESH, NULL, 0, timeout_ms, NULL, callback, user_data);
}

gboolean
yonder_turn_client_release_finish (YonderTurnClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

GInetSocketAddress *
yonder_turn_client_get_relayed (YonderTurnClient *self)
{
  return self->relayed;
}

GInetSocketAddress *
yonder_turn_client_get_mapped (YonderTurnClient *self)
{
  return self->mapped;
}

const char *
yonder_turn_client_get_software (YonderTurnClient *self)
{
  return self->software;
}

gint64
yonder_turn_client_get_rtt_us (YonderTurnClient *self)
{
  return self->rtt_us;
}

gint64
yonder_turn_client_get_lifetime_s (YonderTurnClient *self)
{
  return self->lifetime_s;
}
