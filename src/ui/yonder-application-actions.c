/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-application-private.h"

#include <glib/gi18n.h>
#include <gst/gst.h>

#include "yonder-check-page.h"
#include "yonder-preferences-dialog.h"
#include "yonder-server-dialog.h"
#include "yonder-shortcuts-dialog.h"

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YonderApplication *self = data;

  yonder_switchboard_close_all (self->switchboard);
  g_application_quit (G_APPLICATION (self));
}

/* The dialog belongs where the user is looking; a launcher may ask for one while there is no window. */
static GtkWidget *
active_window (YonderApplication *self)
{
  if (gtk_application_get_active_window (GTK_APPLICATION (self)) == NULL)
    yonder_application_show_window (self);
  return GTK_WIDGET (gtk_application_get_active_window (GTK_APPLICATION (self)));
}

static YonderWindow *
main_window (YonderApplication *self)
{
  if (self->window == NULL)
    yonder_application_show_window (self);
  return self->window;
}

/* With the servers that a call would use now, or public STUN where nobody is signed in. */
static void
check_network_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YonderApplication *self = data;
  YonderLine *line = yonder_application_get_line (self);
  YonderIceConfig *config = yonder_ice_sources_get_config (line != NULL ? yonder_line_get_ice_sources (line) : self->ice_sources);
  g_autoptr (GListModel) servers = config != NULL ? g_object_ref (yonder_ice_config_get_servers (config))
                                   : self->ice_servers != NULL ? g_object_ref (self->ice_servers) : yonder_ice_public_stun_servers ();
  const char *server = line != NULL ? yonder_account_get_server (yonder_line_get_account (line)) : self->server;

  adw_dialog_present (ADW_DIALOG (yonder_check_page_new (server, servers, self->clock)), active_window (self));
}

static void
shortcuts_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  adw_dialog_present (ADW_DIALOG (yonder_shortcuts_dialog_new ()), active_window (data));
}

static void
show_preferences (YonderApplication *self, const char *page)
{
  YonderLine *line = yonder_application_get_line (self);
  g_autofree char *server = yonder_application_dup_server_name (self);
  YonderPreferencesDialog *dialog;

  dialog = yonder_preferences_dialog_new (self->settings, self->ringer, self->background, self->global_shortcuts, self->devices, server,
                                          self->ice_list, self->ice_account, line != NULL ? yonder_line_get_ice_sources (line) : self->ice_sources,
                                          self->book, self->switchboard, self->clock);
  if (page != NULL)
    adw_preferences_dialog_set_visible_page_name (ADW_PREFERENCES_DIALOG (dialog), page);
  adw_dialog_present (ADW_DIALOG (dialog), active_window (self));
}

static void
preferences_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  show_preferences (data, NULL);
}

static void
accounts_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  show_preferences (data, "accounts");
}

static char *
debug_info (void)
{
  g_autofree char *gstreamer = gst_version_string ();

  return g_strdup_printf ("Yonder %s\nGTK %u.%u.%u\nlibadwaita %u.%u.%u\nGLib %u.%u.%u\n%s\n",
                          YONDER_VERSION,
                          gtk_get_major_version (), gtk_get_minor_version (), gtk_get_micro_version (),
                          adw_get_major_version (), adw_get_minor_version (), adw_get_micro_version (),
                          glib_major_version, glib_minor_version, glib_micro_version,
                          gstreamer);
}

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  AdwAboutDialog *about = ADW_ABOUT_DIALOG (adw_about_dialog_new ());
  g_autofree char *info = debug_info ();

  adw_about_dialog_set_application_name (about, _("Yonder"));
  adw_about_dialog_set_application_icon (about, "org.yondercall.Yonder");
  adw_about_dialog_set_developer_name (about, _("The Yonder Authors"));
  adw_about_dialog_set_version (about, YONDER_VERSION);
  adw_about_dialog_set_comments (about, _("Call people by sound and picture"));
  adw_about_dialog_set_website (about, "https://yondercall.org/");
  adw_about_dialog_set_license_type (about, GTK_LICENSE_GPL_3_0);
  adw_about_dialog_set_copyright (about, "© 2026 The Yonder Authors");
  adw_about_dialog_set_debug_info (about, info);
  adw_about_dialog_set_debug_info_filename (about, "yonder-debug-info.txt");
  /* Translators: put your names here, one a line */
  adw_about_dialog_set_translator_credits (about, _("translator-credits"));
  adw_dialog_present (ADW_DIALOG (about), active_window (data));
}

/* Tells about the server of a line. */
void
yonder_application_show_server (YonderApplication *self, YonderLine *line)
{
  YonderAccountEntry *entry = yonder_switchboard_find_entry (self->switchboard, line);
  YonderHost *host = entry != NULL && yonder_account_entry_is_here (entry) ? self->host : NULL;

  adw_dialog_present (ADW_DIALOG (yonder_server_dialog_new (line, host)), GTK_WIDGET (main_window (self)));
}

static void
server_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  yonder_application_show_server (data, yonder_application_get_line (data));
}

static void
recent_calls_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YonderApplication *self = data;

  yonder_window_show_calls (main_window (self));
}

/* (nullable): the account of the only line; of several, each is signed out on the page of accounts */
static YonderAccountEntry *
only_entry (YonderApplication *self)
{
  return self->followed->len == 1 ? yonder_switchboard_find_entry (self->switchboard, yonder_application_get_line (self)) : NULL;
}

static void
on_sign_out_chosen (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderApplication) self = data;
  const char *response = adw_alert_dialog_choose_finish (ADW_ALERT_DIALOG (source), result);
  YonderAccountEntry *entry = only_entry (self);

  if (g_strcmp0 (response, "sign-out") == 0 && entry != NULL)
    yonder_application_sign_out (self, entry);
}

static void
sign_out_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YonderApplication *self = data;
  YonderAccountEntry *entry = only_entry (self);
  AdwAlertDialog *dialog;

  if (entry == NULL)
    return;
  if (yonder_call_attendant_get_active (self->attendant) == NULL) {
    yonder_application_sign_out (self, entry);
    return;
  }

  dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (_("Sign Out?"), _("You are in a call. Signing out ends it.")));
  adw_alert_dialog_add_responses (dialog, "cancel", _("_Cancel"), "sign-out", _("_Sign Out"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "sign-out", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_close_response (dialog, "cancel");
  adw_alert_dialog_choose (dialog, GTK_WIDGET (main_window (self)), NULL, on_sign_out_chosen, g_object_ref (self));
}

/* Returns: (transfer full) (nullable): the manual in the language of the user, or else in English, where it was installed */
static GFile *
find_manual (void)
{
  const char * const *folders = g_get_system_data_dirs ();
  const char * const *languages = g_get_language_names (); /* the last one is C */

  for (guint i = 0; languages[i] != NULL; i++)
    for (guint j = 0; folders[j] != NULL; j++) {
      g_autofree char *name = g_strconcat (languages[i], ".html", NULL);
      g_autofree char *path = g_build_filename (folders[j], "help", languages[i], "yonder", name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_file_new_for_path (path);
    }
  return NULL;
}

static void
on_manual_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderApplication) self = data;
  g_autoptr (GError) error = NULL;

  if (gtk_file_launcher_launch_finish (GTK_FILE_LAUNCHER (source), result, &error) ||
      g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
    return;
  g_debug ("manual not opened: %s", error->message);
  yonder_window_add_toast (main_window (self), _("No program here opens the manual. Install a browser."));
}

static void
help_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YonderApplication *self = data;
  g_autoptr (GFile) manual = find_manual ();
  g_autoptr (GtkFileLauncher) launcher = NULL;

  if (manual == NULL) {
    yonder_window_add_toast (main_window (self), _("The manual is not installed here. Install Yonder again, with its manual."));
    return;
  }
  launcher = gtk_file_launcher_new (manual);
  gtk_file_launcher_launch (launcher, GTK_WINDOW (active_window (self)), NULL, on_manual_opened, g_object_ref (self));
}

static const GActionEntry entries[] = {
  { .name = "quit", .activate = quit_action },
  { .name = "check-network", .activate = check_network_action },
  { .name = "preferences", .activate = preferences_action },
  { .name = "accounts", .activate = accounts_action },
  { .name = "shortcuts", .activate = shortcuts_action },
  { .name = "help", .activate = help_action },
  { .name = "about", .activate = about_action },
  { .name = "server", .activate = server_action },
  { .name = "recent-calls", .activate = recent_calls_action },
  { .name = "sign-out", .activate = sign_out_action },
};

static const struct {
  const char *action;
  const char *accelerators[2];
} shortcuts[] = {
  { "app.quit", { "<Control>q" } },
  { "app.preferences", { "<Control>comma" } },
  { "app.shortcuts", { "<Control>question" } },
  { "app.help", { "F1" } },
  { "win.search", { "<Control>f" } },
  { "window.close", { "<Control>w" } },
};

/**
 * yonder_application_add_actions:
 * @self: the application
 *
 * Adds what menus, shortcuts, notifications and yonder-cli can do.
 */
void
yonder_application_add_actions (YonderApplication *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), shortcuts[i].action,
                                           (const char *[]) { shortcuts[i].accelerators[0], NULL });
  yonder_application_add_call_actions (self);
  yonder_application_add_account_actions (self);
  yonder_application_add_link_actions (self);
  yonder_application_update_actions (self);
}

static void
set_enabled (YonderApplication *self, const char *name, gboolean is_enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), name)), is_enabled);
}

/**
 * yonder_application_update_actions:
 * @self: the application
 *
 * Decides which actions make sense now: those about a line need one, and calls need its connection.
 */
void
yonder_application_update_actions (YonderApplication *self)
{
  gboolean has_line = self->followed->len > 0;
  gboolean can_call = FALSE;

  for (guint i = 0; i < self->followed->len && !can_call; i++)
    can_call = yonder_line_is_online (self->followed->pdata[i]) && yonder_line_get_offers_calls (self->followed->pdata[i]);

  set_enabled (self, "server", has_line);
  set_enabled (self, "copy-link", has_line);
  set_enabled (self, "sign-out", self->followed->len == 1);
  set_enabled (self, "call", can_call);
  yonder_application_update_call_actions (self);
}
