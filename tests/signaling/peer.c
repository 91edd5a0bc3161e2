/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "peer.h"

static const char * const codes[] = {
  [YONDER_SIGNALING_ERROR_UNREACHABLE] = "unreachable",
  [YONDER_SIGNALING_ERROR_CERTIFICATE] = "certificate",
  [YONDER_SIGNALING_ERROR_NOT_SOCKET_IO] = "not-socket-io",
  [YONDER_SIGNALING_ERROR_OLD_PROTOCOL] = "old-protocol",
  [YONDER_SIGNALING_ERROR_UNAUTHORIZED] = "unauthorized",
  [YONDER_SIGNALING_ERROR_REJECTED] = "rejected",
  [YONDER_SIGNALING_ERROR_LOST] = "lost",
  [YONDER_SIGNALING_ERROR_TIMED_OUT] = "timed-out",
  [YONDER_SIGNALING_ERROR_PROTOCOL] = "protocol",
  [YONDER_SIGNALING_ERROR_NOT_ALLOWED] = "not-allowed",
  [YONDER_SIGNALING_ERROR_INVALID] = "invalid",
};

static const char *
keep_error (Peer *self, const GError *error)
{
  g_clear_error (&self->last_error);
  self->last_error = g_error_copy (error);
  g_test_message ("error: %s", error->message);
  g_assert_cmpint (error->domain, ==, YONDER_SIGNALING_ERROR);
  g_assert_cmpint (error->code, <, G_N_ELEMENTS (codes));

  return codes[error->code];
}

static void
on_connected (YonderSioClient *client, gboolean recovered, Peer *self)
{
  g_ptr_array_add (self->record, g_strdup (recovered ? "connected recovered" : "connected"));
}

static void
on_disconnected (YonderSioClient *client, const char *reason, GError *error, Peer *self)
{
  g_ptr_array_add (self->record, g_strdup_printf ("disconnected %s", reason));
  if (error != NULL)
    keep_error (self, error);
}

static void
on_connect_error (YonderSioClient *client, GError *error, gboolean will_retry, Peer *self)
{
  g_ptr_array_add (self->record, g_strdup_printf ("connect-error %s %s", keep_error (self, error), will_retry
                                                  ? "retry" : "final"));
}

static void
on_event (YonderSioClient *client, const char *name, JsonArray *arguments, GPtrArray *attachments, YonderSioAck *ack, Peer *self)
{
  g_autoptr (JsonNode) node = json_node_init_array (json_node_alloc (), arguments);
  g_autofree char *text = json_to_string (node, FALSE);

  g_ptr_array_add (self->record, g_strdup_printf ("event %s %s", name, text));
  g_clear_pointer (&self->last_attachments, g_ptr_array_unref);
  self->last_attachments = attachments != NULL ? g_ptr_array_ref (attachments) : NULL;
  if (ack != NULL && self->answers)
    yonder_sio_ack_send (ack, node, attachments);
}

static void
on_bad_packet (YonderSioClient *client, GError *error, Peer *self)
{
  g_ptr_array_add (self->record, g_strdup_printf ("bad-packet %s", keep_error (self, error)));
}

Peer *
peer_new (const char *uri, const char *nsp, YonderSioTransports transports, YonderClock *clock)
{
  Peer *self = g_new0 (Peer, 1);

  self->record = g_ptr_array_new_with_free_func (g_free);
  self->clock = clock != NULL ? g_object_ref (clock) : yonder_clock_new ();
  self->client = yonder_sio_client_new (uri, "/socket.io/", nsp, self->clock);
  self->answers = TRUE;
  yonder_sio_client_set_transports (self->client, transports);
  g_signal_connect (self->client, "connected", G_CALLBACK (on_connected), self);
  g_signal_connect (self->client, "disconnected", G_CALLBACK (on_disconnected), self);
  g_signal_connect (self->client, "connect-error", G_CALLBACK (on_connect_error), self);
  g_signal_connect (self->client, "event", G_CALLBACK (on_event), self);
  g_signal_connect (self->client, "bad-packet", G_CALLBACK (on_bad_packet), self);

  return self;
}

Peer *
peer_new_for (NodeServer *server, const char *nsp, YonderSioTransports transports)
{
  g_autofree char *uri = node_server_dup_uri (server, "http");

  return peer_new (uri, nsp, transports, NULL);
}

/* Every peer is told to go, and must be gone when it was let go of: no reference is kept for later. */
void
peer_free (Peer *self)
{
  g_signal_handlers_disconnect_by_data (self->client, self);
  yonder_sio_client_close (self->client);
  g_assert_finalize_object (self->client);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (self->clock);
  g_ptr_array_unref (self->record);
  g_clear_error (&self->last_error);
  g_clear_pointer (&self->last_attachments, g_ptr_array_unref);
  g_free (self);
}

guint
peer_count (Peer *self, const char *prefix)
{
  guint count = 0;

  for (guint i = 0; i < self->record->len; i++)
    count += g_str_has_prefix (self->record->pdata[i], prefix);

  return count;
}

gboolean
peer_has (Peer *self, const char *prefix)
{
  return peer_count (self, prefix) > 0;
}

typedef struct {
  Peer       *peer;
  const char *prefix;
} Search;

static gboolean
is_recorded (gpointer data)
{
  Search *search = data;

  return peer_has (search->peer, search->prefix);
}

char *
peer_await (Peer *self, const char *prefix)
{
  Search search = { self, prefix };

  test_wait_until (is_recorded, &search, prefix);
  for (;;) {
    g_autofree char *line = g_ptr_array_steal_index (self->record, 0);

    if (g_str_has_prefix (line, prefix))
      return g_steal_pointer (&line);
    g_test_message ("before that: %.200s", line);
  }
}

static gboolean
has_record (gpointer data)
{
  return ((Peer *) data)->record->len > 0;
}

/* The next thing in the record is this. */
void
peer_expect (Peer *self, const char *line)
{
  g_autofree char *next = NULL;

  test_wait_until (has_record, self, line);
  next = g_ptr_array_steal_index (self->record, 0);
  g_assert_cmpstr (next, ==, line);
}

void
peer_emit (Peer *self, const char *name, const char *arguments)
{
  g_autoptr (JsonNode) node = json_from_string (arguments, NULL);
  g_autoptr (GError) error = NULL;

  yonder_sio_client_emit (self->client, name, node, NULL, &error);
  g_assert_no_error (error);
}

static void
on_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
is_there (gpointer data)
{
  return *(gpointer *) data != NULL;
}

char *
peer_call (Peer *self, const char *name, const char *arguments, guint timeout_ms, GError **error)
{
  g_autoptr (JsonNode) node = json_from_string (arguments, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (JsonArray) answer = NULL;
  g_autoptr (JsonNode) shown = NULL;

  yonder_sio_client_call_async (self->client, name, node, NULL, timeout_ms, NULL, on_result, &result);
  test_wait_until (is_there, &result, name);
  answer = yonder_sio_client_call_finish (self->client, result, NULL, error);
  if (answer == NULL)
    return NULL;
  shown = json_node_init_array (json_node_alloc (), answer);

  return json_to_string (shown, FALSE);
}
