/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-session.h"

#include "yonder-disruption.h"

#include <glib/gi18n.h>

#include "yonder-account-ice.h"
#include "yonder-ice-account.h"
#include "yonder-ice-server-list.h"
#include "yonder-ice-sources.h"

#define CONNECT_LIMIT_MS (20 * 1000)

struct _YonderCliSession {
  GObject parent_instance;

  const YonderCliOptions *options;  /* borrowed */
  YonderCliOutput        *output;   /* borrowed */
  YonderCliRecorder      *recorder; /* borrowed */

  YonderClock           *clock;
  YonderAccount         *account;
  YonderSocketSignaling *signaling;
  YonderContactList     *contacts;
  YonderWebrtcFactory   *factory;
  YonderCallManager     *calls;
  YonderIceSources      *ice_sources;
  YonderDisruption      *disruption;
  GTask                 *start_task; /* (nullable): while it is starting */
  guint                  start_timer;
};

G_DEFINE_FINAL_TYPE (YonderCliSession, yonder_cli_session, G_TYPE_OBJECT)

static void
fail (YonderCliSession *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->start_task);

  yonder_clock_clear (self->clock, &self->start_timer);
  if (task != NULL)
    g_task_return_error (task, error);
  else
    g_error_free (error);
}

static void
make_calls (YonderCliSession *self)
{
  const YonderCliOptions *options = self->options;

  self->factory = yonder_webrtc_factory_new ();
  yonder_webrtc_factory_set_source (self->factory, options->source_kind,
                                    options->source_kind == YONDER_SOURCE_FILE ? options->source : NULL);
  yonder_webrtc_factory_set_tls_database (self->factory, options->tls_database);
  if (options->width_px > 0)
    yonder_webrtc_factory_set_video_size (self->factory, options->width_px, options->height_px, options->fps);
  if (options->max_bitrate_kbps > 0)
    yonder_webrtc_factory_set_max_bitrate (self->factory, (guint) options->max_bitrate_kbps * 1000);
  yonder_webrtc_factory_set_play_audio (self->factory, options->source_kind == YONDER_SOURCE_DEVICE);
  yonder_webrtc_factory_set_sink_function (self->factory, yonder_cli_recorder_make_sink, self->recorder, NULL);

  self->contacts = yonder_contact_list_new (self->account, YONDER_SIGNALING (self->signaling));
  self->calls = yonder_call_manager_new (YONDER_SIGNALING (self->signaling), YONDER_MEDIA_FACTORY (self->factory), self->contacts,
                                         self->clock);
  yonder_call_manager_set_ice_sources (self->calls, self->ice_sources);
  g_object_set (self->calls, "meeting-base", self->options->meeting_base, NULL);
}

static void
on_state_changed (YonderCliSession *self)
{
  YonderSignalingState state = yonder_signaling_get_state (YONDER_SIGNALING (self->signaling));
  const GError *error = yonder_socket_signaling_get_last_error (self->signaling);

  if (self->start_task != NULL && state == YONDER_SIGNALING_ONLINE) {
    g_autoptr (GTask) task = g_steal_pointer (&self->start_task);

    yonder_clock_clear (self->clock, &self->start_timer);
    g_task_return_boolean (task, TRUE);
    return;
  }
  if (state == YONDER_SIGNALING_ONLINE)
    yonder_cli_output_state (self->output, NULL, "signed-in", NULL, _("Connected to the call server again"));

  if (state == YONDER_SIGNALING_REFUSED && self->start_task != NULL)
    fail (self, error != NULL ? g_error_copy (error)
                              : g_error_new_literal (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED,
                                                     _("The call server does not let us connect.")));
  else if (state == YONDER_SIGNALING_REFUSED || state == YONDER_SIGNALING_RECONNECTING)
    yonder_cli_output_error (self->output, error != NULL ? yonder_cli_error_code (error) : "signaling-lost",
                             error != NULL ? error->message : _("The connection to the call server was lost; trying again."));
}

/* The connection tries again and again by itself; whoever waits for a command wants to know why it does not come. */
static gboolean
on_start_limit (gpointer user_data)
{
  YonderCliSession *self = user_data;
  const GError *error = yonder_socket_signaling_get_last_error (self->signaling);

  self->start_timer = 0;
  fail (self, error != NULL ? g_error_copy (error)
                            : g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_TIMED_OUT,
                                           _("The call server at %s let us sign in, but not connect within %d s. Try again later."),
                                           yonder_account_get_server (self->account), CONNECT_LIMIT_MS / 1000));

  return G_SOURCE_REMOVE;
}

static void
on_disrupted (YonderCliSession *self)
{
  yonder_socket_signaling_check (self->signaling);
  yonder_call_manager_recover_all (self->calls);
}

static void
on_stirred (YonderCliSession *self)
{
  yonder_socket_signaling_check (self->signaling);
  yonder_call_manager_recover_lost (self->calls);
}

static void
connect_signaling (YonderCliSession *self)
{
  self->signaling = yonder_socket_signaling_new (self->account, self->clock);
  make_calls (self);
  self->disruption = yonder_disruption_new (g_network_monitor_get_default (), self->clock);
  yonder_disruption_watch_system (self->disruption);
  g_signal_connect_object (self->disruption, "disrupted", G_CALLBACK (on_disrupted), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->disruption, "stirred", G_CALLBACK (on_stirred), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->signaling, "notify::state", G_CALLBACK (on_state_changed), self, G_CONNECT_SWAPPED);
  self->start_timer = yonder_clock_add (self->clock, CONNECT_LIMIT_MS, on_start_limit, self, NULL);
  yonder_socket_signaling_open (self->signaling);
}

static void
on_ice_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (YonderCliSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderIceConfig) config = yonder_ice_sources_find_finish (YONDER_ICE_SOURCES (source), result, &error);

  if (self->start_task == NULL)
    return;
  if (config == NULL) {
    fail (self, g_steal_pointer (&error));
    return;
  }

  connect_signaling (self);
}

/* What the application keeps for the same user. */
static void
add_own_sources (YonderCliSession *self)
{
  g_autofree char *list_path = g_build_filename (g_get_user_config_dir (), "yonder", "ice-servers.json", NULL);
  g_autofree char *account_path = g_build_filename (g_get_user_config_dir (), "yonder", "ice-provider.json", NULL);
  g_autoptr (YonderSecrets) secrets = yonder_secrets_new ();
  g_autoptr (YonderIceServerList) list = yonder_ice_server_list_new (list_path, secrets);
  g_autoptr (YonderIceAccount) account = yonder_ice_account_new (account_path, secrets);

  yonder_ice_sources_set_provider (self->ice_sources, YONDER_ICE_SOURCE_PROVIDER, YONDER_ICE_PROVIDER (account));
  yonder_ice_sources_set_provider (self->ice_sources, YONDER_ICE_SOURCE_LIST, YONDER_ICE_PROVIDER (list));
}

/* What the command line or the environment names stands alone; public STUN is the last resort. */
static void
find_ice_servers (YonderCliSession *self, YonderAccount *account)
{
  g_autoptr (YonderIceProvider) lent = yonder_account_ice_new (account);
  g_autoptr (GListModel) stun = yonder_ice_public_stun_servers ();
  g_autoptr (YonderIceProvider) public = yonder_ice_fixed_provider_new (_("public STUN"), stun);

  if (self->options->ice_servers != NULL) {
    g_autoptr (YonderIceProvider) given = yonder_ice_fixed_provider_new (self->options->ice_server_texts != NULL ? "--ice-server"
                                                                                                               : "YONDER_ICE_SERVERS",
                                                                         G_LIST_MODEL (self->options->ice_servers));

    yonder_ice_sources_set_provider (self->ice_sources, YONDER_ICE_SOURCE_ENVIRONMENT, given);
  } else {
    yonder_ice_sources_set_provider (self->ice_sources, YONDER_ICE_SOURCE_CALL_SERVER, lent);
    yonder_ice_sources_set_provider (self->ice_sources, YONDER_ICE_SOURCE_PUBLIC, public);
    add_own_sources (self);
  }
  yonder_ice_sources_set_policy (self->ice_sources, self->options->relay_only ? YONDER_ICE_POLICY_RELAY : YONDER_ICE_POLICY_ALL);
  yonder_ice_sources_find_async (self->ice_sources, g_task_get_cancellable (self->start_task), on_ice_found, g_object_ref (self));
}

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (YonderCliSession) self = user_data;
  YonderAccount *account = YONDER_ACCOUNT (source);
  g_autoptr (GError) error = NULL;
  gboolean is_in = self->options->token != NULL ? yonder_account_sign_in_with_token_finish (account, result, &error)
                                                : yonder_account_sign_in_finish (account, result, &error);

  if (self->start_task == NULL)
    return;
  if (!is_in) {
    fail (self, g_steal_pointer (&error));
    return;
  }

  find_ice_servers (self, account);
}

static void
yonder_cli_session_dispose (GObject *object)
{
  YonderCliSession *self = YONDER_CLI_SESSION (object);

  yonder_cli_session_close (self);
  g_clear_object (&self->disruption);
  g_clear_object (&self->calls);
  g_clear_object (&self->contacts);
  g_clear_object (&self->factory);
  g_clear_object (&self->signaling);
  g_clear_object (&self->account);
  g_clear_object (&self->ice_sources);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (yonder_cli_session_parent_class)->dispose (object);
}

static void
yonder_cli_session_class_init (YonderCliSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yonder_cli_session_dispose;
}

static void
yonder_cli_session_init (YonderCliSession *self)
{
  self->clock = yonder_clock_new ();
  self->ice_sources = yonder_ice_sources_new (self->clock);
}

/**
 * yonder_cli_session_new:
 * @options: what the user wants; outlives the session
 * @output: where to say that the connection was lost; outlives it as well
 * @recorder: keeps the pictures; outlives it as well
 *
 * Returns: (transfer full): a session that is not signed in
 */
YonderCliSession *
yonder_cli_session_new (const YonderCliOptions *options, YonderCliOutput *output, YonderCliRecorder *recorder)
{
  YonderCliSession *self = g_object_new (YONDER_TYPE_CLI_SESSION, NULL);

  self->options = options;
  self->output = output;
  self->recorder = recorder;

  return self;
}

/**
 * yonder_cli_session_start_async:
 * @self: a new session
 * @cancellable: (nullable): to give up
 * @callback: called when calls can be placed, or why not
 * @user_data: for @callback
 *
 * Signs in (with a token, a password, or as a guest), asks for ICE servers unless the user named some, and connects.
 */
void
yonder_cli_session_start_async (YonderCliSession *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  const YonderCliOptions *options = self->options;
  g_autoptr (GError) error = NULL;

  self->start_task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->start_task, yonder_cli_session_start_async);

  self->account = yonder_account_new (options->server, options->profile, &error);
  if (self->account != NULL && options->tls_database != NULL)
    yonder_account_set_tls_database (self->account, options->tls_database);
  if (self->account == NULL)
    fail (self, g_steal_pointer (&error));
  else if (options->token != NULL)
    yonder_account_sign_in_with_token_async (self->account, options->token, cancellable, on_signed_in, g_object_ref (self));
  else
    yonder_account_sign_in_async (self->account, options->user != NULL ? options->user : g_get_user_name (), options->password,
                                  cancellable, on_signed_in, g_object_ref (self));
}

/* FALSE with a YonderSignalingError, or G_IO_ERROR_CANCELLED */
gboolean
yonder_cli_session_start_finish (YonderCliSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Hangs up what goes on and leaves the server. */
void
yonder_cli_session_close (YonderCliSession *self)
{
  fail (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Stopped.")));
  if (self->signaling != NULL)
    g_signal_handlers_disconnect_by_func (self->signaling, on_state_changed, self);
  if (self->calls != NULL)
    yonder_call_manager_hang_up_all (self->calls);
  if (self->signaling != NULL)
    yonder_socket_signaling_close (self->signaling);
  yonder_ice_sources_close (self->ice_sources);
}

YonderAccount *
yonder_cli_session_get_account (YonderCliSession *self)
{
  return self->account;
}

YonderContactList *
yonder_cli_session_get_contacts (YonderCliSession *self)
{
  return self->contacts;
}

YonderCallManager *
yonder_cli_session_get_calls (YonderCliSession *self)
{
  return self->calls;
}

YonderClock *
yonder_cli_session_get_clock (YonderCliSession *self)
{
  return self->clock;
}
