/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-socket-signaling-private.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderSocketSignaling, yonder_socket_signaling, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (YONDER_TYPE_SIGNALING, yonder_socket_signaling_iface_init))

enum {
  PROP_0,
  PROP_STATE,
  PROP_USER_ID,
  PROP_USER_NAME,
};

static void
set_state (YonderSocketSignaling *self, YonderSignalingState state, const GError *error)
{
  g_clear_error (&self->last_error);
  if (error != NULL)
    self->last_error = g_error_copy (error);
  if (self->state == state)
    return;

  g_debug ("signalling %d -> %d%s%s", self->state, state, error != NULL ? ": " : "", error != NULL ? error->message : "");
  self->state = state;
  g_object_notify (G_OBJECT (self), "state");
}

/* Asked of the profile by trying to say it. */
static gboolean
does_answer_invitations (YonderProfile *profile)
{
  g_autoptr (YonderEvent) event = yonder_event_new (YONDER_EVENT_INVITED);
  g_autoptr (JsonNode) arguments = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;

  event->call_id = g_strdup ("call");

  return yonder_profile_server_encode (profile, event, &name, &arguments, &error) ||
         !g_error_matches (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_UNSUPPORTED);
}

static void
on_bad_packet (YonderSioClient *client, GError *error, YonderSocketSignaling *self)
{
  yonder_socket_signaling_refuse (self, NULL, error);
}

static void
on_connected (YonderSioClient *client, gboolean recovered, YonderSocketSignaling *self)
{
  self->has_refreshed = FALSE;
  set_state (self, YONDER_SIGNALING_ONLINE, NULL);
  yonder_socket_signaling_send_invitations (self);
}

static void
lose_invitations (YonderSocketSignaling *self, gboolean unsent_too)
{
  g_autoptr (GError) error = g_error_new_literal (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_LOST,
                                                  _("The connection to the call server went away before it answered."));

  yonder_invitations_lose (self->invitations, unsent_too, error);
}

static void
on_disconnected (YonderSioClient *client, const char *reason, GError *error, YonderSocketSignaling *self)
{
  g_autoptr (YonderSocketSignaling) alive = g_object_ref (self);
  g_autoptr (GError) words = error != NULL ? g_error_copy (error) : NULL;
  gboolean is_told = g_strcmp0 (reason, "io server disconnect") == 0;
  gboolean is_own = g_strcmp0 (reason, "io client disconnect") == 0;

  if (is_own)
    return;
  if (words == NULL)
    words = g_error_new_literal (YONDER_SIGNALING_ERROR, is_told ? YONDER_SIGNALING_ERROR_REJECTED : YONDER_SIGNALING_ERROR_LOST,
                                 is_told ? _("The call server ended the connection. Connect again when you want to be reachable.")
                                         : _("The connection to the call server was lost."));
  lose_invitations (self, is_told);
  set_state (self, is_told ? YONDER_SIGNALING_REFUSED : YONDER_SIGNALING_RECONNECTING, words);
}

static void
connect_now (YonderSocketSignaling *self)
{
  g_autoptr (JsonNode) auth = yonder_profile_build_auth (yonder_account_get_profile (self->account),
                                                         yonder_account_get_token (self->account), self->takes_second_call);

  yonder_sio_client_set_auth (self->client, auth);
  yonder_sio_client_set_tls_database (self->client, yonder_account_get_tls_database (self->account));
  yonder_sio_client_open (self->client);
}

static void
on_refreshed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderSocketSignaling) self = data;
  g_autoptr (GError) error = NULL;

  if (yonder_account_refresh_finish (YONDER_ACCOUNT (source), result, &error)) {
    if (self->state == YONDER_SIGNALING_CONNECTING || self->state == YONDER_SIGNALING_RECONNECTING)
      connect_now (self);
  } else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    /* the server's own words say more than that no fresh token is to be had, which the code still tells */
    g_autoptr (GError) former = g_steal_pointer (&self->last_error);

    if (former != NULL && g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED))
      former->code = YONDER_SIGNALING_ERROR_UNAUTHORIZED;
    lose_invitations (self, TRUE);
    set_state (self, YONDER_SIGNALING_REFUSED, former != NULL ? former : error);
  }
}

/* A token that is not valid any more is replaced once before the user is bothered. */
static void
on_connect_error (YonderSioClient *client, GError *error, gboolean will_retry, YonderSocketSignaling *self)
{
  g_autoptr (YonderSocketSignaling) alive = g_object_ref (self);
  gboolean is_rejected = g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED);

  if (will_retry) {
    set_state (self, self->state, error);
  } else if (is_rejected && !self->has_refreshed && yonder_account_get_token (self->account) != NULL) {
    self->has_refreshed = TRUE;
    set_state (self, self->state, error);
    yonder_account_refresh_async (self->account, self->cancellable, on_refreshed, g_object_ref (self));
  } else {
    lose_invitations (self, TRUE);
    set_state (self, YONDER_SIGNALING_REFUSED, error);
  }
}

static void
on_account_notify (YonderAccount *account, GParamSpec *pspec, YonderSocketSignaling *self)
{
  g_object_notify (G_OBJECT (self), pspec->name);
}

static void
yonder_socket_signaling_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderSocketSignaling *self = YONDER_SOCKET_SIGNALING (object);

  switch (id) {
  case PROP_STATE:
    g_value_set_enum (value, self->state);
    break;
  case PROP_USER_ID:
    g_value_set_string (value, yonder_account_get_user_id (self->account));
    break;
  case PROP_USER_NAME:
    g_value_set_string (value, yonder_account_get_user_name (self->account));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_socket_signaling_dispose (GObject *object)
{
  YonderSocketSignaling *self = YONDER_SOCKET_SIGNALING (object);

  g_cancellable_cancel (self->cancellable);
  if (self->client != NULL) {
    g_signal_handlers_disconnect_by_data (self->client, self);
    yonder_sio_client_close (self->client);
    g_clear_object (&self->client);
  }

  G_OBJECT_CLASS (yonder_socket_signaling_parent_class)->dispose (object);
}

static void
yonder_socket_signaling_finalize (GObject *object)
{
  YonderSocketSignaling *self = YONDER_SOCKET_SIGNALING (object);

  g_clear_object (&self->account);
  g_clear_object (&self->clock);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->invitations, yonder_invitations_free);
  g_clear_pointer (&self->peers, g_hash_table_unref);
  g_clear_error (&self->last_error);

  G_OBJECT_CLASS (yonder_socket_signaling_parent_class)->finalize (object);
}

static void
yonder_socket_signaling_class_init (YonderSocketSignalingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = yonder_socket_signaling_get_property;
  object_class->dispose = yonder_socket_signaling_dispose;
  object_class->finalize = yonder_socket_signaling_finalize;

  g_object_class_override_property (object_class, PROP_STATE, "state");
  g_object_class_override_property (object_class, PROP_USER_ID, "user-id");
  g_object_class_override_property (object_class, PROP_USER_NAME, "user-name");
}

static void
yonder_socket_signaling_init (YonderSocketSignaling *self)
{
  self->invitations = yonder_invitations_new ();
  self->cancellable = g_cancellable_new ();
  self->peers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->allowance = YONDER_SIGNALING_BURST;
}

/**
 * yonder_socket_signaling_new:
 * @account: whose connection it is
 * @clock: tells the time and wakes
 *
 * Returns: (transfer full): a connection that is not open
 */
YonderSocketSignaling *
yonder_socket_signaling_new (YonderAccount *account, YonderClock *clock)
{
  YonderSocketSignaling *self = g_object_new (YONDER_TYPE_SOCKET_SIGNALING, NULL);
  YonderProfile *profile = yonder_account_get_profile (account);

  self->account = g_object_ref (account);
  self->clock = g_object_ref (clock);
  self->allowance_us = yonder_clock_now_us (clock);
  self->answers_invitations = does_answer_invitations (profile);
  self->client = yonder_sio_client_new (yonder_account_get_server (account), yonder_profile_get_socket_path (profile),
                                        yonder_profile_get_namespace (profile), clock);
  g_signal_connect_object (self->client, "connected", G_CALLBACK (on_connected), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->client, "disconnected", G_CALLBACK (on_disconnected), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->client, "connect-error", G_CALLBACK (on_connect_error), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->client, "event", G_CALLBACK (yonder_socket_signaling_take_event), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->client, "bad-packet", G_CALLBACK (on_bad_packet), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (account, "notify::user-id", G_CALLBACK (on_account_notify), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (account, "notify::user-name", G_CALLBACK (on_account_notify), self, G_CONNECT_DEFAULT);

  return self;
}

/**
 * yonder_socket_signaling_set_takes_second_call:
 * @self: a connection that is not open
 * @takes: whether a second call may ring while one goes on; not so before this is called
 *
 * Servers that know of it are told when it connects, and say that one is busy otherwise.
 */
void
yonder_socket_signaling_set_takes_second_call (YonderSocketSignaling *self, gboolean takes)
{
  self->takes_second_call = takes;
}

/* Connects with the account's token, and stays connected by itself. A wait for the next try ends at once. */
void
yonder_socket_signaling_open (YonderSocketSignaling *self)
{
  if (self->state == YONDER_SIGNALING_ONLINE)
    return;
  if (self->state != YONDER_SIGNALING_RECONNECTING)
    set_state (self, YONDER_SIGNALING_CONNECTING, NULL);
  connect_now (self);
}

/**
 * yonder_socket_signaling_check:
 * @self: a connection
 *
 * The network has changed, or the computer slept: finds out soon whether the server can still be reached, and connects anew where
 * not.
 */
void
yonder_socket_signaling_check (YonderSocketSignaling *self)
{
  if (self->state != YONDER_SIGNALING_OFFLINE && self->state != YONDER_SIGNALING_REFUSED)
    yonder_sio_client_check (self->client);
}

/* Disconnects and stays so; what waited to be sent is forgotten. */
void
yonder_socket_signaling_close (YonderSocketSignaling *self)
{
  g_autoptr (YonderSocketSignaling) alive = g_object_ref (self);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->has_refreshed = FALSE;
  yonder_sio_client_close (self->client);
  lose_invitations (self, TRUE);
  set_state (self, YONDER_SIGNALING_OFFLINE, NULL);
}

/* (nullable): why it is not online, in words for the user */
const GError *
yonder_socket_signaling_get_last_error (YonderSocketSignaling *self)
{
  return self->last_error;
}
