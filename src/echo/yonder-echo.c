/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "yonder-echo.h"

#include "yonder-account.h"
#include "yonder-backoff.h"
#include "yonder-echo-call.h"

#include <glib/gi18n.h>

/* chosen: each costs a decoder and an encoder; two cores bear four */
#define MAX_CALLS      4
#define START_LIMIT_MS (20 * 1000)
/* Fetched credentials are renewed at this share of their life, as the calls that begin meanwhile may last. */
#define RENEW_SHARE    0.5
#define MIN_RENEW_S    60
#define MAX_RENEW_S    (24 * 60 * 60)

struct _YonderEcho {
  GObject parent_instance;

  char               *server;
  char               *profile;
  char               *name;
  YonderMediaFactory *media;
  YonderClock        *clock;

  GCancellable          *cancellable;  /* of signing in and what follows it; NULL while stopped */
  GTask                 *start_task;   /* (nullable): whoever waits for the first time online */
  YonderAccount         *account;      /* (nullable) */
  YonderSocketSignaling *signaling;    /* (nullable) */
  GSignalGroup          *signals;
  GListModel            *ice_servers;  /* (nullable) */
  GHashTable            *calls;        /* call id to YonderEchoCall */
  YonderBackoff          backoff;

  guint start_timer;
  guint retry_timer;
  guint renew_timer;
};

G_DEFINE_FINAL_TYPE (YonderEcho, yonder_echo, G_TYPE_OBJECT)

static void sign_in (YonderEcho *self);

static gboolean
on_retry (gpointer user_data)
{
  YonderEcho *self = user_data;

  self->retry_timer = 0;
  sign_in (self);

  return G_SOURCE_REMOVE;
}

static void
drop_connection (YonderEcho *self)
{
  yonder_clock_clear (self->clock, &self->start_timer);
  yonder_clock_clear (self->clock, &self->retry_timer);
  yonder_clock_clear (self->clock, &self->renew_timer);
  g_signal_group_set_target (self->signals, NULL);
  if (self->signaling != NULL)
    yonder_socket_signaling_close (self->signaling);
  g_clear_object (&self->signaling);
  g_clear_object (&self->account);
  g_clear_object (&self->ice_servers);
}

/* The first time it is the caller's to know; later Echo tries again by itself, since a server that was restarted does not know it. */
static void
fail (YonderEcho *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->start_task);

  drop_connection (self);
  if (task != NULL) {
    g_clear_object (&self->cancellable);
    g_task_return_error (task, error);
    return;
  }

  g_message ("Echo is not reachable: %s", error->message);
  g_error_free (error);
  if (self->cancellable != NULL)
    self->retry_timer = yonder_clock_add (self->clock, yonder_backoff_next_ms (&self->backoff), on_retry, self, NULL);
}

static gboolean
on_start_limit (gpointer user_data)
{
  YonderEcho *self = user_data;

  self->start_timer = 0;
  fail (self, g_error_new_literal (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_TIMED_OUT,
                                   _("The call server let Echo sign in, but not connect. Try again later.")));

  return G_SOURCE_REMOVE;
}

static void
on_state_changed (YonderEcho *self)
{
  YonderSignalingState state = yonder_signaling_get_state (YONDER_SIGNALING (self->signaling));

  if (state == YONDER_SIGNALING_ONLINE) {
    yonder_clock_clear (self->clock, &self->start_timer);
    yonder_backoff_reset (&self->backoff);
    if (self->start_task != NULL) {
      g_autoptr (GTask) task = g_steal_pointer (&self->start_task);

      g_task_return_boolean (task, TRUE);
    }
  } else if (state == YONDER_SIGNALING_REFUSED) {
    const GError *error = yonder_socket_signaling_get_last_error (self->signaling);

    fail (self, error != NULL ? g_error_copy (error)
                              : g_error_new_literal (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED,
                                                     _("The call server does not let Echo connect.")));
  }
}

static void
on_call_over (YonderEcho *self, YonderEchoCall *call)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (value == call)
      g_hash_table_iter_remove (&iter);
}

static void
on_incoming (YonderEcho *self, const char *call_id, const char *peer_id, const char *peer_name, YonderCallKind kind, const char *sdp)
{
  YonderMediaOptions options = { .send_video = TRUE, .ice_servers = self->ice_servers };
  g_autoptr (YonderMediaSession) media = NULL;
  g_autoptr (YonderEchoCall) call = NULL;
  g_autoptr (GError) error = NULL;

  if (g_hash_table_contains (self->calls, call_id))
    return;

  if (g_hash_table_size (self->calls) >= MAX_CALLS) {
    g_message ("Echo declines a call: it has %d already", MAX_CALLS);
    yonder_signaling_decline (YONDER_SIGNALING (self->signaling), call_id);
    return;
  }

  media = yonder_media_factory_create_session (self->media, &options, &error);
  if (media == NULL) {
    g_warning ("Echo declines a call: %s", error->message);
    yonder_signaling_decline (YONDER_SIGNALING (self->signaling), call_id);
    return;
  }

  call = yonder_echo_call_new (YONDER_SIGNALING (self->signaling), media, self->clock, call_id, peer_id);
  g_signal_connect_object (call, "over", G_CALLBACK (on_call_over), self, G_CONNECT_SWAPPED);
  g_hash_table_insert (self->calls, g_strdup (call_id), g_object_ref (call));
  yonder_echo_call_start (call, sdp);
}

static void
on_offer (YonderEcho *self, const char *call_id, const char *sdp, gint64 generation)
{
  YonderEchoCall *call = g_hash_table_lookup (self->calls, call_id);

  if (call != NULL)
    yonder_echo_call_take_offer (call, sdp, generation);
}

static void
on_candidates (YonderEcho *self, const char *call_id, GPtrArray *candidates, gint64 generation)
{
  YonderEchoCall *call = g_hash_table_lookup (self->calls, call_id);

  if (call != NULL)
    yonder_echo_call_take_candidates (call, candidates, generation);
}

static void
on_ended (YonderEcho *self, const char *call_id)
{
  YonderEchoCall *call = g_hash_table_lookup (self->calls, call_id);
  g_autoptr (YonderEchoCall) alive = call != NULL ? g_object_ref (call) : NULL;

  if (alive != NULL)
    yonder_echo_call_ended (alive);
}

/* The server refused something about a call: that we took it, or that it exists. There is nobody at the other end then. */
static void
on_call_error (YonderEcho *self, const char *call_id, const char *text)
{
  g_message ("The call server told Echo: %s", text);
  if (call_id != NULL)
    on_ended (self, call_id);
}

static void load_ice_servers (YonderEcho *self);

static gboolean
on_renew (gpointer user_data)
{
  YonderEcho *self = user_data;

  self->renew_timer = 0;
  load_ice_servers (self);

  return G_SOURCE_REMOVE;
}

static void
on_ice_servers_loaded (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (YonderEcho) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) servers = NULL;
  gint64 ttl_s = 0;

  servers = yonder_account_load_ice_servers_finish (YONDER_ACCOUNT (source), result, &ttl_s, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || source != G_OBJECT (self->account))
    return;

  /* Without them Echo is still reachable from its own network. */
  if (servers == NULL)
    g_debug ("Echo has no ICE servers: %s", error->message);
  else
    g_set_object (&self->ice_servers, servers);

  if (servers != NULL && ttl_s > 0)
    self->renew_timer = yonder_clock_add (self->clock, (guint) (CLAMP (ttl_s * RENEW_SHARE, MIN_RENEW_S, MAX_RENEW_S) * 1000), on_renew,
                                          self, NULL);
}

static void
load_ice_servers (YonderEcho *self)
{
  yonder_account_load_ice_servers_async (self->account, self->cancellable, on_ice_servers_loaded, g_object_ref (self));
}

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (YonderEcho) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!yonder_account_sign_in_finish (YONDER_ACCOUNT (source), result, &error)) {
    if (source == G_OBJECT (self->account))
      fail (self, g_steal_pointer (&error));
    return;
  }
  if (source != G_OBJECT (self->account))
    return;

  load_ice_servers (self);
  self->signaling = yonder_socket_signaling_new (self->account, self->clock);
  g_signal_group_set_target (self->signals, self->signaling);
  self->start_timer = yonder_clock_add (self->clock, START_LIMIT_MS, on_start_limit, self, NULL);
  yonder_socket_signaling_open (self->signaling);
}

static void
sign_in (YonderEcho *self)
{
  g_autoptr (GError) error = NULL;

  self->account = yonder_account_new (self->server, self->profile, &error);
  if (self->account == NULL) {
    fail (self, g_steal_pointer (&error));
    return;
  }

  yonder_account_sign_in_async (self->account, self->name, NULL, self->cancellable, on_signed_in, g_object_ref (self));
}

static void
yonder_echo_dispose (GObject *object)
{
  YonderEcho *self = YONDER_ECHO (object);

  yonder_echo_stop (self);
  g_clear_pointer (&self->calls, g_hash_table_unref);
  g_clear_object (&self->signals);
  g_clear_object (&self->media);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (yonder_echo_parent_class)->dispose (object);
}

static void
yonder_echo_finalize (GObject *object)
{
  YonderEcho *self = YONDER_ECHO (object);

  g_free (self->server);
  g_free (self->profile);
  g_free (self->name);

  G_OBJECT_CLASS (yonder_echo_parent_class)->finalize (object);
}

static void
yonder_echo_class_init (YonderEchoClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = yonder_echo_dispose;
  object_class->finalize = yonder_echo_finalize;
}

static void
yonder_echo_init (YonderEcho *self)
{
  self->calls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->backoff = (YonderBackoff) YONDER_BACKOFF_INIT (1000, 60 * 1000, 0.5);

  self->signals = g_signal_group_new (YONDER_TYPE_SOCKET_SIGNALING);
  g_signal_group_connect_swapped (self->signals, "notify::state", G_CALLBACK (on_state_changed), self);
  g_signal_group_connect_swapped (self->signals, "incoming", G_CALLBACK (on_incoming), self);
  g_signal_group_connect_swapped (self->signals, "offer", G_CALLBACK (on_offer), self);
  g_signal_group_connect_swapped (self->signals, "candidates", G_CALLBACK (on_candidates), self);
  g_signal_group_connect_swapped (self->signals, "ended", G_CALLBACK (on_ended), self);
  g_signal_group_connect_swapped (self->signals, "call-error", G_CALLBACK (on_call_error), self);
}

/**
 * yonder_echo_new:
 * @server: URI of the call server
 * @profile: a shipped profile's name or a file's path
 * @name: what it is called in the others' contact lists
 * @media: makes sessions that send back what they receive
 * @clock: for its limits
 *
 * Returns: (transfer full): an Echo that is not signed in
 */
YonderEcho *
yonder_echo_new (const char *server, const char *profile, const char *name, YonderMediaFactory *media, YonderClock *clock)
{
  YonderEcho *self = g_object_new (YONDER_TYPE_ECHO, NULL);

  self->server = g_strdup (server);
  self->profile = g_strdup (profile);
  self->name = g_strdup (name);
  self->media = g_object_ref (media);
  self->clock = g_object_ref (clock);

  return self;
}

/**
 * yonder_echo_start_async:
 * @self: an Echo that is not started
 * @cancellable: (nullable): to give up waiting; Echo is stopped then
 * @callback: called when it can be called, or cannot
 * @user_data: for @callback
 *
 * Signs in as a guest and takes calls until [method@Yonder.Echo.stop]. From then on it comes back by itself when the server was away.
 */
void
yonder_echo_start_async (YonderEcho *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (YONDER_IS_ECHO (self));
  g_return_if_fail (self->cancellable == NULL);

  self->cancellable = g_cancellable_new ();
  self->start_task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->start_task, yonder_echo_start_async);
  if (cancellable != NULL)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (g_cancellable_cancel), self->cancellable, G_CONNECT_SWAPPED);

  sign_in (self);
}

/**
 * yonder_echo_start_finish:
 * @self: the Echo
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Returns: %TRUE when it is online; %FALSE with @error set, and it may be started again
 */
gboolean
yonder_echo_start_finish (YonderEcho *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * yonder_echo_stop:
 * @self: the Echo
 *
 * Hangs up every call and signs off. Whoever waits for the start is told %G_IO_ERROR_CANCELLED.
 */
void
yonder_echo_stop (YonderEcho *self)
{
  g_autoptr (GList) calls = NULL;
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (YONDER_IS_ECHO (self));

  if (self->cancellable == NULL)
    return;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);

  calls = g_hash_table_get_values (self->calls);
  g_list_foreach (calls, (GFunc) g_object_ref, NULL);
  for (GList *l = calls; l != NULL; l = l->next) {
    g_autoptr (YonderEchoCall) call = l->data;

    yonder_echo_call_hang_up (call);
  }

  drop_connection (self);
  task = g_steal_pointer (&self->start_task);
  if (task != NULL)
    g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Echo was stopped."));
}

/* (nullable): the id by which the server knows it, while it is signed in */
const char *
yonder_echo_get_user_id (YonderEcho *self)
{
  g_return_val_if_fail (YONDER_IS_ECHO (self), NULL);

  return self->account != NULL ? yonder_account_get_user_id (self->account) : NULL;
}
