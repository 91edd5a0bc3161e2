/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-application-private.h"

#include <glib/gi18n.h>
#include <gst/gst.h>

#include "yonder-call-words.h"
#include "yonder-pictures.h"
#include "yonder-webrtc-factory.h"

/* chosen: a hang-up takes one trip to the server, and nobody waits for a program that has no window any more */
#define FAREWELL_MS 300

G_DEFINE_FINAL_TYPE (YonderApplication, yonder_application, ADW_TYPE_APPLICATION)

/* One attempt to sign in, with what has to be remembered when it succeeds. */
typedef struct {
  YonderApplication *application;
  char              *server;
  char              *profile;
  char              *user;
  gboolean           is_guest;
  gboolean           is_with_token;
  gboolean           is_hosted_here;
} Attempt;

static void
attempt_free (Attempt *attempt)
{
  g_clear_object (&attempt->application);
  g_clear_pointer (&attempt->server, g_free);
  g_clear_pointer (&attempt->profile, g_free);
  g_clear_pointer (&attempt->user, g_free);
  g_free (attempt);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Attempt, attempt_free)

static void start_embedded (YonderApplication *self);

static const char *
own_name (void)
{
  const char *name = g_get_real_name ();

  return name != NULL && *name != '\0' && g_strcmp0 (name, "Unknown") != 0 ? name : g_get_user_name ();
}

/* Ends what --exit-after-startup started, once there is something to see. */
static void
on_started (YonderApplication *self)
{
  if (self->exits_after_startup)
    g_action_group_activate_action (G_ACTION_GROUP (self), "quit", NULL);
}

static void
show_sign_in (YonderApplication *self, const char *server, const char *user, const char *error)
{
  YonderSignInPage *page = yonder_window_get_sign_in_page (self->window);

  yonder_sign_in_page_set_busy (page, FALSE);
  if (server != NULL || user != NULL)
    yonder_sign_in_page_set_fields (page, server, user);
  yonder_sign_in_page_set_error (page, error);
  yonder_window_show_sign_in (self->window);
  on_started (self);
}

/* The line */

static void
on_signaling_state_changed (YonderApplication *self)
{
  yonder_application_update_actions (self);
  if (self->line != NULL &&
      yonder_signaling_get_state (YONDER_SIGNALING (yonder_line_get_signaling (self->line))) == YONDER_SIGNALING_ONLINE)
    on_started (self);
}

static void
on_incoming (YonderApplication *self, YonderCall *call)
{
  yonder_application_show_call (self, call);
  yonder_call_notifier_follow (self->notifier, call);
}

static void
set_line (YonderApplication *self, YonderLine *line)
{
  if (self->line != NULL) {
    g_signal_handlers_disconnect_by_data (yonder_line_get_signaling (self->line), self);
    g_signal_handlers_disconnect_by_data (yonder_line_get_calls (self->line), self);
    yonder_line_close (self->line);
  }

  g_set_object (&self->line, line);
  if (line != NULL) {
    g_signal_connect_object (yonder_line_get_signaling (line), "notify::state", G_CALLBACK (on_signaling_state_changed), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (yonder_line_get_calls (line), "incoming", G_CALLBACK (on_incoming), self, G_CONNECT_SWAPPED);
    yonder_call_history_follow (self->history, yonder_line_get_calls (line));
  }
  yonder_application_update_actions (self);
}

static void
on_secret_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!yonder_secrets_store_finish (YONDER_SECRETS (source), result, &error))
    g_info ("The sign-in will not be remembered: %s", error->message);
}

static void
remember (YonderApplication *self, const Attempt *attempt)
{
  const char *token = yonder_account_get_token (yonder_line_get_account (self->line));

  if (attempt->is_hosted_here) {
    g_settings_set_string (self->settings, "start-with", "this-computer");
    return;
  }
  if (attempt->user == NULL)
    return;

  g_settings_set_string (self->settings, "start-with", "server");
  g_settings_set_string (self->settings, "server", attempt->server);
  g_settings_set_string (self->settings, "profile", attempt->profile);
  g_settings_set_string (self->settings, "user", attempt->user);
  g_settings_set_boolean (self->settings, "is-guest", attempt->is_guest);
  if (token != NULL)
    yonder_secrets_store_async (self->secrets, attempt->server, attempt->user, token, NULL, on_secret_stored, NULL);
}

/* What a title has room for: the host, without scheme and path. */
static char *
place_of_server (const char *server)
{
  g_autoptr (GUri) uri = g_uri_parse (server, G_URI_FLAGS_NONE, NULL);

  return g_strdup (uri != NULL && g_uri_get_host (uri) != NULL ? g_uri_get_host (uri) : server);
}

static void
on_line_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Attempt) attempt = data;
  YonderApplication *self = attempt->application;
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderLine) line = yonder_line_open_finish (result, &error);
  g_autofree char *place = NULL;
  g_autofree char *sentence = NULL;

  if (self->window == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (line == NULL) {
    if (attempt->is_with_token && g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED))
      sentence = g_strdup (_("Your sign-in has run out. Sign in again."));
    else
      sentence = yonder_words_for_connection_error (error, attempt->server);
    show_sign_in (self, NULL, NULL, sentence);
    return;
  }

  set_line (self, line);
  remember (self, attempt);
  place = attempt->is_hosted_here ? g_strdup (_("On This Computer")) : place_of_server (attempt->server);
  yonder_sign_in_page_set_busy (yonder_window_get_sign_in_page (self->window), FALSE);
  yonder_window_show_line (self->window, line, place);
}

static GCancellable *
new_cancellable (YonderApplication *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  return self->cancellable;
}

static void
open_line (YonderApplication *self, const char *server, const char *profile, const char *user, const char *password, const char *token)
{
  YonderLineCredentials credentials = { server, profile, user, password, token };
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->application = g_object_ref (self);
  attempt->server = g_strdup (server);
  attempt->profile = g_strdup (profile);
  attempt->user = g_strdup (user);
  attempt->is_guest = password == NULL && token == NULL;
  attempt->is_with_token = token != NULL;
  attempt->is_hosted_here = g_strcmp0 (server, yonder_host_get_uri (self->host)) == 0;
  yonder_line_open_async (&credentials, self->media, self->ice_sources, self->clock, new_cancellable (self), on_line_opened, attempt);
}

/* Starting */

static void
on_host_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderApplication) self = data;
  g_autoptr (GError) error = NULL;
  gboolean is_started = yonder_host_start_finish (self->host, result, &error);

  if (self->window == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (is_started) {
    open_line (self, yonder_host_get_uri (self->host), "vigi", own_name (), NULL, NULL);
    return;
  }

  yonder_host_stop (self->host);
  show_sign_in (self, NULL, own_name (), error->message);
}

static void
start_embedded (YonderApplication *self)
{
  yonder_host_start_async (self->host, new_cancellable (self), on_host_started, g_object_ref (self));
}

static void
on_secret_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderApplication) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *token = yonder_secrets_lookup_finish (YONDER_SECRETS (source), result, &error);
  g_autofree char *server = g_settings_get_string (self->settings, "server");
  g_autofree char *profile = g_settings_get_string (self->settings, "profile");
  g_autofree char *user = g_settings_get_string (self->settings, "user");

  if (self->window == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  yonder_sign_in_page_set_fields (yonder_window_get_sign_in_page (self->window), server, user);
  if (token != NULL)
    open_line (self, server, profile, user, NULL, token);
  else if (g_settings_get_boolean (self->settings, "is-guest"))
    open_line (self, server, profile, user, NULL, NULL);
  else
    show_sign_in (self, NULL, NULL, NULL);
}

static void
start_remembered (YonderApplication *self)
{
  g_autofree char *server = g_settings_get_string (self->settings, "server");
  g_autofree char *user = g_settings_get_string (self->settings, "user");

  yonder_window_show_starting (self->window, _("Signing In…"));
  yonder_secrets_lookup_async (self->secrets, server, user, new_cancellable (self), on_secret_found, g_object_ref (self));
}

static void
begin (YonderApplication *self)
{
  g_autofree char *start_with = g_settings_get_string (self->settings, "start-with");
  g_autofree char *server = g_settings_get_string (self->settings, "server");
  g_autofree char *profile = g_settings_get_string (self->settings, "profile");
  g_autofree char *user = g_settings_get_string (self->settings, "user");
  const char *name = *user != '\0' ? user : own_name ();

  self->is_begun = TRUE;
  if (self->is_embedded_asked)
    start_embedded (self);
  else if (self->server != NULL && self->token != NULL) {
    yonder_sign_in_page_set_fields (yonder_window_get_sign_in_page (self->window), self->server, name);
    open_line (self, self->server, profile, NULL, NULL, self->token);
  } else if (self->server != NULL && g_strcmp0 (self->server, server) != 0)
    show_sign_in (self, self->server, name, NULL);
  else if (self->server != NULL || g_strcmp0 (start_with, "server") == 0)
    start_remembered (self);
  else if (g_strcmp0 (start_with, "sign-in") == 0)
    show_sign_in (self, server, name, NULL);
  else
    start_embedded (self);
}

/* The sign-in page */

static void
on_sign_in (YonderApplication *self, const char *server, const char *user, const char *password)
{
  g_autofree char *profile = g_settings_get_string (self->settings, "profile");

  yonder_sign_in_page_set_busy (yonder_window_get_sign_in_page (self->window), TRUE);
  open_line (self, server, profile, user, password, NULL);
}

static void
on_try_echo (YonderApplication *self)
{
  yonder_sign_in_page_set_busy (yonder_window_get_sign_in_page (self->window), TRUE);
  start_embedded (self);
}

/* The application */

static void
on_window_destroyed (YonderApplication *self)
{
  self->window = NULL;
  g_cancellable_cancel (self->cancellable);
}

static void
yonder_application_activate (GApplication *application)
{
  YonderApplication *self = YONDER_APPLICATION (application);
  YonderSignInPage *page;

  if (self->window == NULL) {
    self->window = yonder_window_new (GTK_APPLICATION (self), self->settings);
    g_signal_connect_object (self->window, "destroy", G_CALLBACK (on_window_destroyed), self, G_CONNECT_SWAPPED);
    page = yonder_window_get_sign_in_page (self->window);
    g_signal_connect_object (page, "sign-in", G_CALLBACK (on_sign_in), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (page, "try-echo", G_CALLBACK (on_try_echo), self, G_CONNECT_SWAPPED);
    self->is_begun = FALSE;
  }

  gtk_window_present (GTK_WINDOW (self->window));
  if (!self->is_begun)
    begin (self);
}

/* yonder://calls.example.org offers to sign in at that server; a link never calls anybody by itself. */
static void
yonder_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  YonderApplication *self = YONDER_APPLICATION (application);
  g_autofree char *link = g_file_get_uri (files[0]);
  g_autoptr (GUri) uri = g_uri_parse (link, G_URI_FLAGS_NONE, NULL);
  g_autofree char *server = NULL;

  if (uri != NULL && g_strcmp0 (g_uri_get_scheme (uri), "yonder") == 0 && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0')
    server = g_uri_join (G_URI_FLAGS_NONE, "https", NULL, g_uri_get_host (uri), g_uri_get_port (uri), "", NULL, NULL);

  if (server != NULL && self->line == NULL)
    g_set_str (&self->server, server);
  g_application_activate (application);
  if (server != NULL && self->line != NULL)
    yonder_window_add_toast (self->window, _("Sign out to use another server"));
}

static void
print_version (void)
{
  g_autofree char *gstreamer = gst_version_string ();

  g_print ("Yonder %s\nGTK %u.%u.%u, libadwaita %u.%u.%u, %s\n", YONDER_VERSION,
           gtk_get_major_version (), gtk_get_minor_version (), gtk_get_micro_version (),
           adw_get_major_version (), adw_get_minor_version (), adw_get_micro_version (), gstreamer);
}

static int
yonder_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  YonderApplication *self = YONDER_APPLICATION (application);
  g_autofree char *server = NULL;

  if (g_variant_dict_contains (options, "version")) {
    print_version ();
    return 0;
  }

  g_variant_dict_lookup (options, "embedded", "b", &self->is_embedded_asked);
  g_variant_dict_lookup (options, "exit-after-startup", "b", &self->exits_after_startup);
  if (g_variant_dict_lookup (options, "server", "s", &server))
    g_set_str (&self->server, server);

  return G_APPLICATION_CLASS (yonder_application_parent_class)->handle_local_options (application, options);
}

/* What the environment says of the policy is not overruled by the preferences. */
static void
on_relay_only (YonderApplication *self)
{
  gboolean relay_only = self->ice_policy != NULL ? g_str_equal (self->ice_policy, "relay")
                                                 : yonder_ice_server_list_is_relay_only (self->ice_list);

  yonder_ice_sources_set_policy (self->ice_sources, relay_only ? YONDER_ICE_POLICY_RELAY : YONDER_ICE_POLICY_ALL);
}

static void
on_ice_list_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  /* the list tells by its own signals */
}

/* Whom calls ask for STUN and TURN servers; the line adds its call server. */
static void
make_ice_sources (YonderApplication *self)
{
  g_autoptr (GListModel) stun = yonder_ice_public_stun_servers ();
  g_autoptr (YonderIceProvider) public = yonder_ice_fixed_provider_new (_("public STUN"), stun);
  g_autofree char *list_path = g_build_filename (g_get_user_config_dir (), "yonder", "ice-servers.json", NULL);
  g_autofree char *account_path = g_build_filename (g_get_user_config_dir (), "yonder", "ice-provider.json", NULL);

  self->ice_sources = yonder_ice_sources_new (self->clock);
  yonder_ice_sources_set_provider (self->ice_sources, YONDER_ICE_SOURCE_PUBLIC, public);
  if (self->ice_servers != NULL) {
    g_autoptr (YonderIceProvider) given = yonder_ice_fixed_provider_new ("YONDER_ICE_SERVERS", self->ice_servers);

    yonder_ice_sources_set_provider (self->ice_sources, YONDER_ICE_SOURCE_ENVIRONMENT, given);
  }
  self->ice_list = yonder_ice_server_list_new (list_path, self->secrets);
  self->ice_account = yonder_ice_account_new (account_path, self->secrets);
  yonder_ice_sources_set_provider (self->ice_sources, YONDER_ICE_SOURCE_LIST, YONDER_ICE_PROVIDER (self->ice_list));
  yonder_ice_sources_set_provider (self->ice_sources, YONDER_ICE_SOURCE_PROVIDER, YONDER_ICE_PROVIDER (self->ice_account));
  g_signal_connect_object (self->ice_list, "notify::relay-only", G_CALLBACK (on_relay_only), self, G_CONNECT_SWAPPED);
  on_relay_only (self);
  /* whether only relays may be used has to be known before the first call */
  yonder_ice_server_list_load_async (self->ice_list, NULL, on_ice_list_loaded, NULL);
}

static void
on_disrupted (YonderApplication *self)
{
  if (self->line != NULL)
    yonder_line_look_after (self->line);
}

static void
yonder_application_startup (GApplication *application)
{
  YonderApplication *self = YONDER_APPLICATION (application);
  YonderWebrtcFactory *media;

  G_APPLICATION_CLASS (yonder_application_parent_class)->startup (application);

  media = yonder_webrtc_factory_new ();
  yonder_webrtc_factory_set_sink_function (media, yonder_pictures_make_sink, NULL, NULL);
  self->media = YONDER_MEDIA_FACTORY (media);
  self->clock = yonder_clock_new ();
  self->secrets = yonder_secrets_new ();
  self->host = yonder_host_new (self->clock);
  make_ice_sources (self);
  self->notifier = yonder_call_notifier_new (application);
  self->history = yonder_call_history_new ();
  self->disruption = yonder_disruption_new (g_network_monitor_get_default (), self->clock);
  yonder_disruption_watch_system (self->disruption);
  g_signal_connect_object (self->disruption, "disrupted", G_CALLBACK (on_disrupted), self, G_CONNECT_SWAPPED);
  yonder_application_add_actions (self);
}

static gboolean
on_farewell_over (gpointer data)
{
  gboolean *is_over = data;

  *is_over = TRUE;
  return G_SOURCE_REMOVE;
}

/* Lets what was said last reach the server (a hang-up), and media end; the windows are gone already. */
static void
say_farewell (YonderApplication *self)
{
  gboolean is_over = FALSE;

  yonder_clock_add (self->clock, FAREWELL_MS, on_farewell_over, &is_over, NULL);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

static void
yonder_application_shutdown (GApplication *application)
{
  YonderApplication *self = YONDER_APPLICATION (application);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  for (GList *l; (l = gtk_application_get_windows (GTK_APPLICATION (self))) != NULL;)
    gtk_window_destroy (l->data);
  if (self->line != NULL) {
    yonder_line_close (self->line);
    g_clear_object (&self->line);
    say_farewell (self);
  }
  yonder_ice_sources_close (self->ice_sources);
  yonder_ice_server_list_close (self->ice_list);
  g_clear_object (&self->disruption);
  g_clear_object (&self->host);
  g_clear_object (&self->notifier);
  g_clear_object (&self->history);
  g_clear_object (&self->media);

  G_APPLICATION_CLASS (yonder_application_parent_class)->shutdown (application);
}

static void
yonder_application_finalize (GObject *object)
{
  YonderApplication *self = YONDER_APPLICATION (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->ice_sources);
  g_clear_object (&self->ice_list);
  g_clear_object (&self->ice_account);
  g_clear_object (&self->ice_servers);
  g_clear_pointer (&self->ice_policy, g_free);
  g_clear_object (&self->secrets);
  g_clear_object (&self->clock);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->token, g_free);

  G_OBJECT_CLASS (yonder_application_parent_class)->finalize (object);
}

static void
yonder_application_class_init (YonderApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = yonder_application_finalize;
  application_class->startup = yonder_application_startup;
  application_class->activate = yonder_application_activate;
  application_class->open = yonder_application_open;
  application_class->shutdown = yonder_application_shutdown;
  application_class->handle_local_options = yonder_application_handle_local_options;
}

static const GOptionEntry options[] = {
  { "server", 's', 0, G_OPTION_ARG_STRING, NULL, N_("Sign in at this call server"), N_("URL") },
  { "embedded", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Start with the call server that Yonder brings along, and Echo"), NULL },
  { "exit-after-startup", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, NULL, NULL, NULL },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Print the version and exit"), NULL },
  { NULL }
};

static void
yonder_application_init (YonderApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

/**
 * yonder_application_new:
 * @settings: (transfer none): what is remembered between starts
 * @environment: what main() found in the environment
 *
 * Returns: (transfer full): the application, to be run
 */
YonderApplication *
yonder_application_new (GSettings *settings, const YonderApplicationEnvironment *environment)
{
  YonderApplication *self = g_object_new (YONDER_TYPE_APPLICATION,
                                          "application-id", YONDER_APPLICATION_ID,
                                          "resource-base-path", "/org/yondercall/Yonder",
                                          "flags", G_APPLICATION_HANDLES_OPEN,
                                          NULL);

  self->settings = g_object_ref (settings);
  self->server = g_strdup (environment->server);
  self->token = g_strdup (environment->token);
  g_set_object (&self->ice_servers, environment->ice_servers);
  self->ice_policy = g_strdup (environment->ice_policy);
  return self;
}

/**
 * yonder_application_is_hosted_here:
 * @self: the application
 *
 * Returns: whether the line that is open goes to the server in this process
 */
gboolean
yonder_application_is_hosted_here (YonderApplication *self)
{
  return self->line != NULL &&
    g_strcmp0 (yonder_account_get_server (yonder_line_get_account (self->line)), yonder_host_get_uri (self->host)) == 0;
}

static void
on_secret_cleared (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!yonder_secrets_clear_finish (YONDER_SECRETS (source), result, &error))
    g_info ("The stored sign-in could not be removed: %s", error->message);
}

static void
on_signed_out (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!yonder_account_sign_out_finish (YONDER_ACCOUNT (source), result, &error))
    g_info ("The server was not told of the sign-out: %s", error->message);
}

/**
 * yonder_application_sign_out:
 * @self: the application, with a line
 *
 * Ends every call, forgets the token, tells the server, and shows the sign-in page.
 */
void
yonder_application_sign_out (YonderApplication *self)
{
  YonderAccount *account = yonder_line_get_account (self->line);
  gboolean is_hosted_here = yonder_application_is_hosted_here (self);
  g_autofree char *server = g_settings_get_string (self->settings, "server");
  g_autofree char *user = g_settings_get_string (self->settings, "user");

  yonder_account_sign_out_async (account, NULL, on_signed_out, NULL);
  if (!is_hosted_here && *server != '\0')
    yonder_secrets_clear_async (self->secrets, server, user, NULL, on_secret_cleared, NULL);
  g_settings_set_string (self->settings, "start-with", "sign-in");
  g_settings_set_boolean (self->settings, "is-guest", FALSE);

  yonder_window_show_sign_in (self->window);
  set_line (self, NULL);
  if (is_hosted_here)
    yonder_host_stop (self->host);
  show_sign_in (self, server, *user != '\0' ? user : own_name (), NULL);
}
