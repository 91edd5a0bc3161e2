/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-application-private.h"

#include <glib/gi18n.h>
#include <gst/gst.h>

#include "yonder-device-memory.h"
#include "yonder-pictures.h"
#include "yonder-renderer.h"
#include "yonder-video-sink.h"
#include "yonder-webrtc-factory.h"

/* chosen: a hang-up takes one trip to the server, and nobody waits for a program that has no window any more */
#define FAREWELL_MS 300

G_DEFINE_FINAL_TYPE (YonderApplication, yonder_application, ADW_TYPE_APPLICATION)

static void
on_window_destroyed (YonderApplication *self)
{
  self->window = NULL;
  if (yonder_background_is_kept (self->background))
    yonder_call_notifier_tell_of_background (self->notifier);
}

/**
 * yonder_application_show_window:
 * @self: the application
 *
 * Brings the main window to the front. Where there is none it is made, and shows what goes on already, or signs in.
 */
void
yonder_application_show_window (YonderApplication *self)
{
  gboolean is_new = self->window == NULL;

  if (is_new) {
    self->window = yonder_window_new (GTK_APPLICATION (self), self->settings);
    yonder_window_set_log (self->window, self->log, self->history);
    g_signal_connect_object (self->window, "destroy", G_CALLBACK (on_window_destroyed), self, G_CONNECT_SWAPPED);
    yonder_window_set_lines (self->window, yonder_switchboard_get_lines (self->switchboard), self->accounts);
    self->is_started_in_background = FALSE;
  }

  if (!self->is_begun || (is_new && self->followed->len == 0 && !yonder_switchboard_is_busy (self->switchboard)))
    yonder_application_begin (self);
  else if (is_new)
    yonder_application_show_place (self);
  gtk_window_present (GTK_WINDOW (self->window));
}

static void
yonder_application_activate (GApplication *application)
{
  YonderApplication *self = YONDER_APPLICATION (application);

  if (self->is_started_in_background && !self->is_begun)
    yonder_application_begin (self);
  else
    yonder_application_show_window (self);
}

/* The desktop hands over what was clicked on; of several the first one counts. */
static void
yonder_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  g_autofree char *link = g_file_get_uri (files[0]);

  g_action_group_activate_action (G_ACTION_GROUP (application), "open-link", g_variant_new_string (link));
}

/* A link or somebody's name on the command line goes to the Yonder that runs already, if there is one.
 * Returns: the exit status, or -1 to go on */
static int
open_argument (YonderApplication *self, const char * const *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderLink) link = yonder_link_parse (arguments[0], &error);

  if (arguments[1] != NULL || link == NULL) {
    g_printerr ("%s\n", arguments[1] != NULL ? _("Only one link or name can be opened at once.") : error->message);
    return 2;
  }
  if (!g_application_register (G_APPLICATION (self), NULL, &error)) {
    g_printerr (_("Yonder cannot be started: %s\n"), error->message);
    return 1;
  }
  g_action_group_activate_action (G_ACTION_GROUP (self), "open-link", g_variant_new_string (arguments[0]));
  if (!g_application_get_is_remote (G_APPLICATION (self)))
    return -1;
  g_dbus_connection_flush_sync (g_application_get_dbus_connection (G_APPLICATION (self)), NULL, NULL);
  return 0;
}

static void
print_version (void)
{
  g_autofree char *gstreamer = gst_version_string ();

  g_print ("Yonder %s\nGTK %u.%u.%u, libadwaita %u.%u.%u, %s\n", YONDER_VERSION,
           gtk_get_major_version (), gtk_get_minor_version (), gtk_get_micro_version (),
           adw_get_major_version (), adw_get_minor_version (), adw_get_micro_version (), gstreamer);
}

/* A start at login must open no window, not even one of a Yonder that runs already.
 * Returns: the exit status, or -1 to go on */
static int
start_in_background (YonderApplication *self)
{
  g_autoptr (GError) error = NULL;

  if (!g_settings_get_boolean (self->settings, "run-in-background")) {
    g_printerr (_("Yonder is not set to run in the background: turn that on in its preferences, or start it without --background.\n"));
    return 1;
  }
  if (!g_application_register (G_APPLICATION (self), NULL, &error)) {
    g_printerr (_("Yonder cannot be started: %s\n"), error->message);
    return 1;
  }

  self->is_started_in_background = TRUE;
  return g_application_get_is_remote (G_APPLICATION (self)) ? 0 : -1;
}

static int
yonder_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  YonderApplication *self = YONDER_APPLICATION (application);
  g_autofree char *server = NULL;
  g_autofree const char **arguments = NULL;

  if (g_variant_dict_contains (options, "version")) {
    print_version ();
    return 0;
  }

  g_variant_dict_lookup (options, "embedded", "b", &self->is_embedded_asked);
  g_variant_dict_lookup (options, "exit-after-startup", "b", &self->exits_after_startup);
  if (g_variant_dict_lookup (options, "server", "s", &server))
    g_set_str (&self->server, server);
  if (g_variant_dict_contains (options, "background")) {
    int status = start_in_background (self);

    if (status >= 0)
      return status;
  }
  if (g_variant_dict_lookup (options, G_OPTION_REMAINING, "^a&s", &arguments) && arguments[0] != NULL) {
    int status = open_argument (self, arguments);

    if (status >= 0)
      return status;
  }

  return G_APPLICATION_CLASS (yonder_application_parent_class)->handle_local_options (application, options);
}

static void
follow_policy (YonderIceSources *sources, GParamSpec *pspec, YonderIceServerList *list)
{
  yonder_ice_sources_set_policy (sources, yonder_ice_server_list_is_relay_only (list) ? YONDER_ICE_POLICY_RELAY : YONDER_ICE_POLICY_ALL);
}

static void
on_ice_list_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  /* the list tells by its own signals */
}

/**
 * yonder_application_make_ice_sources:
 * @data: the application
 *
 * Returns: (transfer full): whom calls ask for STUN and TURN servers; a line adds its call server
 */
YonderIceSources *
yonder_application_make_ice_sources (gpointer data)
{
  YonderApplication *self = data;
  YonderIceSources *sources = yonder_ice_sources_new (self->clock);
  g_autoptr (GListModel) stun = yonder_ice_public_stun_servers ();
  g_autoptr (YonderIceProvider) public = yonder_ice_fixed_provider_new (_("public STUN"), stun);

  yonder_ice_sources_set_provider (sources, YONDER_ICE_SOURCE_PUBLIC, public);
  if (self->ice_servers != NULL) {
    g_autoptr (YonderIceProvider) given = yonder_ice_fixed_provider_new ("YONDER_ICE_SERVERS", self->ice_servers);

    yonder_ice_sources_set_provider (sources, YONDER_ICE_SOURCE_ENVIRONMENT, given);
  }
  yonder_ice_sources_set_provider (sources, YONDER_ICE_SOURCE_LIST, YONDER_ICE_PROVIDER (self->ice_list));
  yonder_ice_sources_set_provider (sources, YONDER_ICE_SOURCE_PROVIDER, YONDER_ICE_PROVIDER (self->ice_account));

  /* what the environment says of the policy is not overruled by the preferences */
  if (self->ice_policy != NULL) {
    yonder_ice_sources_set_policy (sources, g_str_equal (self->ice_policy, "relay") ? YONDER_ICE_POLICY_RELAY : YONDER_ICE_POLICY_ALL);
  } else {
    g_signal_connect_object (self->ice_list, "notify::relay-only", G_CALLBACK (follow_policy), sources, G_CONNECT_SWAPPED);
    follow_policy (sources, NULL, self->ice_list);
  }
  return sources;
}

/* What the user has said of STUN and TURN servers. */
static void
make_ice_memory (YonderApplication *self)
{
  g_autofree char *list_path = g_build_filename (g_get_user_config_dir (), "yonder", "ice-servers.json", NULL);
  g_autofree char *account_path = g_build_filename (g_get_user_config_dir (), "yonder", "ice-provider.json", NULL);

  self->ice_list = yonder_ice_server_list_new (list_path, self->secrets);
  self->ice_account = yonder_ice_account_new (account_path, self->secrets);
  self->ice_sources = yonder_application_make_ice_sources (self);
  /* whether only relays may be used has to be known before the first call */
  yonder_ice_server_list_load_async (self->ice_list, NULL, on_ice_list_loaded, NULL);
}

/* What is kept of calls and of people. */
static void
make_memory (YonderApplication *self)
{
  g_autofree char *log_path = g_build_filename (g_get_user_data_dir (), "yonder", "calls.db", NULL);
  g_autofree char *book_path = g_build_filename (g_get_user_data_dir (), "yonder", "people.json", NULL);

  self->log = yonder_call_log_new (log_path);
  self->book = yonder_people_book_new (book_path);
}

/* The accounts, and what opens their lines. */
static void
make_switchboard (YonderApplication *self)
{
  YonderSwitchboardParts parts;

  self->accounts = yonder_account_book_new (self->settings);
  self->host = yonder_host_new (self->settings, self->clock);
  self->cancellable = g_cancellable_new ();
  parts = (YonderSwitchboardParts) {
    self->accounts, self->host,     self->secrets, self->media,                         self->floor,
    self->book,     self->settings, self->clock,   yonder_application_make_ice_sources, self,
  };
  self->switchboard = yonder_switchboard_new (&parts);
  yonder_application_follow_lines (self);
}

/* What calls do to the desktop around them, whether they have a window or not. */
static void
make_attendant (YonderApplication *self)
{
  GDBusConnection *bus = g_application_get_dbus_connection (G_APPLICATION (self));
  g_autoptr (YonderDoNotDisturb) do_not_disturb = yonder_do_not_disturb_new (bus);
  g_autoptr (YonderPlayers) players = yonder_players_new (bus);
  g_autoptr (YonderWakefulness) wakefulness = yonder_wakefulness_new (bus);

  self->ringer = yonder_ringer_new (self->settings, do_not_disturb, self->clock);
  self->attendant = yonder_call_attendant_new (self->ringer, players, wakefulness, self->floor, self->settings);
  g_signal_connect_object (self->attendant, "changed", G_CALLBACK (yonder_application_update_call_actions), self, G_CONNECT_SWAPPED);
}

/* Where no call goes on the action is disabled, and nothing happens. */
static void
on_global_mute (YonderApplication *self)
{
  g_action_group_activate_action (G_ACTION_GROUP (self), "mute", NULL);
}

static void
make_global_shortcuts (YonderApplication *self)
{
  self->global_shortcuts = yonder_global_shortcuts_new (g_application_get_dbus_connection (G_APPLICATION (self)), self->settings);
  g_signal_connect_object (self->global_shortcuts, "mute", G_CALLBACK (on_global_mute), self, G_CONNECT_SWAPPED);
}

static void
on_disrupted (YonderApplication *self)
{
  yonder_switchboard_try_again (self->switchboard);
  for (guint i = 0; i < self->followed->len; i++)
    yonder_line_look_after (self->followed->pdata[i]);
}

static void
on_stirred (YonderApplication *self)
{
  yonder_switchboard_try_again (self->switchboard);
  for (guint i = 0; i < self->followed->len; i++) {
    yonder_socket_signaling_check (yonder_line_get_signaling (self->followed->pdata[i]));
    yonder_call_manager_recover_lost (yonder_line_get_calls (self->followed->pdata[i]));
  }
}

/* What the first call needs and the window does not, so that it is there sooner. */
static gboolean
on_started (gpointer data)
{
  YonderApplication *self = data;

  self->preparation = 0;
  gst_init (NULL, NULL);
  yonder_video_sink_preload ();
  yonder_application_prepare_for_call (self);
  return G_SOURCE_REMOVE;
}

static void
yonder_application_startup (GApplication *application)
{
  YonderApplication *self = YONDER_APPLICATION (application);
  YonderWebrtcFactory *media;

  /* first, so that the icons of GTK's theme are looked for once less: each place that is added has it start again */
  adw_init ();
  G_APPLICATION_CLASS (yonder_application_parent_class)->startup (application);

  yonder_renderer_spare (gdk_display_get_default ());
  media = yonder_webrtc_factory_new ();
  self->devices = yonder_devices_new ();
  yonder_device_memory_attach (self->settings, self->devices);
  self->camera_access = yonder_camera_access_new (self->devices);
  yonder_webrtc_factory_set_devices (media, self->devices);
  yonder_webrtc_factory_set_sink_function (media, yonder_pictures_make_sink, NULL, NULL);
  self->media = YONDER_MEDIA_FACTORY (media);
  self->clock = yonder_clock_new ();
  self->secrets = yonder_secrets_new ();
  make_ice_memory (self);
  self->floor = yonder_call_floor_new ();
  self->notifier = yonder_call_notifier_new (application, self->settings, self->clock);
  self->background = yonder_background_new (application, self->settings);
  make_attendant (self);
  make_global_shortcuts (self);
  self->history = yonder_call_history_new ();
  make_memory (self);
  make_switchboard (self);
  self->disruption = yonder_disruption_new (g_network_monitor_get_default (), self->clock);
  yonder_disruption_watch_system (self->disruption);
  g_signal_connect_object (self->disruption, "disrupted", G_CALLBACK (on_disrupted), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->disruption, "stirred", G_CALLBACK (on_stirred), self, G_CONNECT_SWAPPED);
  yonder_application_add_actions (self);
  yonder_call_attendant_set_lines (self->attendant, yonder_switchboard_get_lines (self->switchboard));
  self->preparation = g_idle_add_full (G_PRIORITY_LOW, on_started, self, NULL);
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
  gboolean has_lines = self->followed->len > 0;

  g_cancellable_cancel (self->cancellable);
  g_signal_handlers_disconnect_by_data (self->switchboard, self);
  yonder_call_attendant_set_lines (self->attendant, NULL);
  yonder_background_close (self->background);
  for (GList *l; (l = gtk_application_get_windows (GTK_APPLICATION (self))) != NULL;)
    gtk_window_destroy (l->data);
  yonder_application_forget_preparations (self);
  yonder_switchboard_close_all (self->switchboard);
  if (has_lines)
    say_farewell (self);
  yonder_ice_sources_close (self->ice_sources);
  yonder_ice_server_list_close (self->ice_list);
  g_clear_object (&self->disruption);
  g_clear_object (&self->switchboard);
  g_clear_object (&self->accounts);
  g_clear_object (&self->host);
  g_clear_object (&self->notifier);
  g_clear_object (&self->attendant);
  g_clear_object (&self->global_shortcuts);
  g_clear_object (&self->floor);
  g_clear_object (&self->ringer);
  g_clear_object (&self->background);
  g_clear_object (&self->history);
  g_clear_object (&self->log);
  g_clear_object (&self->book);
  g_clear_object (&self->media);
  g_clear_object (&self->camera_access);
  g_clear_object (&self->devices);

  G_APPLICATION_CLASS (yonder_application_parent_class)->shutdown (application);
}

/* Those of a development build have a look that tells. */
static void
yonder_application_window_added (GtkApplication *application, GtkWindow *window)
{
  GTK_APPLICATION_CLASS (yonder_application_parent_class)->window_added (application, window);

  if (g_str_has_suffix (YONDER_APPLICATION_ID, ".Devel"))
    gtk_widget_add_css_class (GTK_WIDGET (window), "devel");
}

static void
yonder_application_window_removed (GtkApplication *application, GtkWindow *window)
{
  YonderApplication *self = YONDER_APPLICATION (application);

  GTK_APPLICATION_CLASS (yonder_application_parent_class)->window_removed (application, window);

  if (YONDER_IS_CALL_WINDOW (window))
    yonder_application_prepare_for_call (self);
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
  g_clear_pointer (&self->followed, g_ptr_array_unref);
  g_clear_pointer (&self->pending_account, g_free);
  g_clear_pointer (&self->pending_peer, g_free);
  g_clear_pointer (&self->pending_name, g_free);
  g_clear_pointer (&self->link, yonder_link_free);
  g_clear_pointer (&self->silenced_peer, g_free);

  G_OBJECT_CLASS (yonder_application_parent_class)->finalize (object);
}

static void
yonder_application_class_init (YonderApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = yonder_application_finalize;
  GTK_APPLICATION_CLASS (klass)->window_added = yonder_application_window_added;
  GTK_APPLICATION_CLASS (klass)->window_removed = yonder_application_window_removed;
  application_class->startup = yonder_application_startup;
  application_class->activate = yonder_application_activate;
  application_class->open = yonder_application_open;
  application_class->shutdown = yonder_application_shutdown;
  application_class->handle_local_options = yonder_application_handle_local_options;
}

static const GOptionEntry options[] = {
  { "server", 's', 0, G_OPTION_ARG_STRING, NULL, N_("Sign in at this call server"), N_("URL") },
  { "embedded", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Start with the call server that Yonder brings along, and Echo"), NULL },
  { "background", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Start without a window, and wait for calls"), NULL },
  { "exit-after-startup", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, NULL, NULL, NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, NULL, N_("[LINK or NAME]") },
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
