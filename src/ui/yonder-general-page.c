/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-general-page.h"

#include <glib/gi18n.h>

#include "yonder-device-row.h"
#include "yonder-ringtone.h"

struct _YonderGeneralPage
{
  AdwPreferencesPage   parent_instance;

  GSettings           *settings;
  YonderRinger        *ringer;
  YonderBackground    *background;
  YonderGlobalShortcuts *shortcuts;
  GCancellable        *cancellable;
  YonderDevices       *devices;
  gboolean             is_filling; /* what changes in the rows is no choice of the user's */

  /* template */
  AdwComboRow         *tone_row;
  AdwActionRow        *file_row;
  YonderDeviceRow     *output_row;
  GtkAdjustment       *volume;
  AdwButtonRow        *play_row;
  AdwSwitchRow        *players_row;
  AdwSwitchRow        *mute_row;
  AdwButtonRow        *shortcut_row;
  AdwPreferencesGroup *background_group;
  AdwSwitchRow        *background_row;
  AdwSwitchRow        *login_row;
};

G_DEFINE_FINAL_TYPE (YonderGeneralPage, yonder_general_page, ADW_TYPE_PREFERENCES_PAGE)

/* The ringtone */

/* The position of a ringtone in the row; a file comes after ours. */
static guint
position_of_tone (const char *name)
{
  const char * const *names = yonder_ringtone_get_names ();
  guint position = 0;

  while (names[position] != NULL && !g_str_equal (names[position], name))
    position++;
  return position;
}

/* A problem stands where it can be mended: at the file, or at the output. */
static void
show_tone (YonderGeneralPage *self)
{
  g_autofree char *name = g_settings_get_string (self->settings, "ring-tone");
  g_autofree char *uri = g_settings_get_string (self->settings, "ring-file");
  g_autoptr (GFile) file = *uri != '\0' ? g_file_new_for_uri (uri) : NULL;
  g_autofree char *base = file != NULL ? g_file_get_basename (file) : NULL;
  g_autofree char *shown = base != NULL ? g_filename_display_name (base) : NULL;
  const char *problem = yonder_ringer_get_problem (self->ringer);
  gboolean is_file = g_str_equal (name, "file");

  self->is_filling = TRUE;
  adw_combo_row_set_selected (self->tone_row, position_of_tone (name));
  self->is_filling = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (self->file_row), is_file);
  adw_action_row_set_subtitle (self->file_row, problem != NULL ? problem : shown != NULL ? shown : _("None"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->output_row), problem != NULL && !is_file ? problem : "");
}

static void
on_file_chosen (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderGeneralPage) self = data;
  g_autoptr (GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (source), result, NULL);
  g_autofree char *uri = file != NULL ? g_file_get_uri (file) : NULL;

  if (uri != NULL) {
    g_settings_set_string (self->settings, "ring-file", uri);
    g_settings_set_string (self->settings, "ring-tone", "file");
  }
  /* whoever changed their mind goes back to what there was */
  show_tone (self);
}

static void
on_problem_changed (YonderGeneralPage *self)
{
  const char *problem = yonder_ringer_get_problem (self->ringer);

  show_tone (self);
  if (problem != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), problem, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
choose_file_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderGeneralPage *self = YONDER_GENERAL_PAGE (widget);
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("Sound Files"));
  gtk_file_filter_add_mime_type (filter, "audio/*");
  gtk_file_dialog_set_title (dialog, _("Choose a Ringtone"));
  gtk_file_dialog_set_default_filter (dialog, filter);
  gtk_file_dialog_open (dialog, GTK_WINDOW (gtk_widget_get_root (widget)), self->cancellable, on_file_chosen, g_object_ref (self));
}

static void
on_tone_selected (YonderGeneralPage *self)
{
  const char * const *names = yonder_ringtone_get_names ();
  g_autofree char *file = g_settings_get_string (self->settings, "ring-file");
  guint position = adw_combo_row_get_selected (self->tone_row);

  if (self->is_filling || position == GTK_INVALID_LIST_POSITION)
    return;
  if (position < g_strv_length ((char **) names))
    g_settings_set_string (self->settings, "ring-tone", names[position]);
  else if (*file != '\0')
    g_settings_set_string (self->settings, "ring-tone", "file");
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "general.choose-file", NULL);
}

static void
fill_tones (YonderGeneralPage *self)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  const char * const *names = yonder_ringtone_get_names ();

  for (guint i = 0; names[i] != NULL; i++)
    gtk_string_list_append (titles, yonder_ringtone_get_title (names[i]));
  /* Translators: in a list of ringtones: one that the user has as a file */
  gtk_string_list_append (titles, _("A File of Yours"));
  self->is_filling = TRUE;
  adw_combo_row_set_model (self->tone_row, G_LIST_MODEL (titles));
  self->is_filling = FALSE;
}

static void
play_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderGeneralPage *self = YONDER_GENERAL_PAGE (widget);

  yonder_ringer_try (self->ringer, !yonder_ringer_is_trying (self->ringer));
}

static void
show_trying (YonderGeneralPage *self)
{
  gboolean is_trying = yonder_ringer_is_trying (self->ringer);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->play_row), is_trying ? _("_Stop") : _("_Play"));
  adw_button_row_set_start_icon_name (self->play_row, is_trying ? "media-playback-stop-symbolic" : "media-playback-start-symbolic");
}

/* During calls */

static char *
mute_words (YonderGeneralPage *self)
{
  const char *problem = yonder_global_shortcuts_get_problem (self->shortcuts);
  const char *trigger = yonder_global_shortcuts_get_trigger (self->shortcuts);

  if (problem != NULL)
    return g_strdup (problem);
  if (trigger != NULL && *trigger != '\0')
    /* Translators: %s are keys, in the words of the desktop */
    return g_strdup_printf (_("%s mutes or unmutes, whichever window is in front"), trigger);
  if (trigger != NULL)
    return g_strdup (_("The keys are in the desktop’s settings"));
  return g_strdup (g_settings_get_boolean (self->settings, "global-mute") ? _("The desktop is asked for keys…")
                                                                          : _("By keys that the desktop asks you for"));
}

static void
show_shortcuts (YonderGeneralPage *self)
{
  g_autofree char *words = mute_words (self);

  gtk_widget_set_visible (GTK_WIDGET (self->mute_row), yonder_global_shortcuts_is_available (self->shortcuts));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->mute_row), words);
  gtk_widget_set_visible (GTK_WIDGET (self->shortcut_row), yonder_global_shortcuts_can_change (self->shortcuts));
}

static void
on_shortcuts_problem (YonderGeneralPage *self)
{
  const char *problem = yonder_global_shortcuts_get_problem (self->shortcuts);

  show_shortcuts (self);
  if (problem != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), problem, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
change_shortcut_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  yonder_global_shortcuts_change (YONDER_GENERAL_PAGE (widget)->shortcuts);
}

/* Without a window */

static void
show_background_problem (YonderGeneralPage *self)
{
  g_autofree char *problem = NULL;

  g_object_get (self->background, "problem", &problem, NULL);
  adw_preferences_group_set_description (self->background_group, problem);
}

static void
on_background_problem (YonderGeneralPage *self)
{
  g_autofree char *problem = NULL;

  g_object_get (self->background, "problem", &problem, NULL);
  show_background_problem (self);
  if (problem != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), problem, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

/* A dialog that is closed plays nothing any more. */
static void
yonder_general_page_unmap (GtkWidget *widget)
{
  YonderGeneralPage *self = YONDER_GENERAL_PAGE (widget);

  if (self->ringer != NULL)
    yonder_ringer_try (self->ringer, FALSE);

  GTK_WIDGET_CLASS (yonder_general_page_parent_class)->unmap (widget);
}

static void
yonder_general_page_dispose (GObject *object)
{
  YonderGeneralPage *self = YONDER_GENERAL_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->ringer);
  g_clear_object (&self->background);
  g_clear_object (&self->shortcuts);
  g_clear_object (&self->settings);
  if (self->devices != NULL)
    yonder_devices_release (self->devices);
  g_clear_object (&self->devices);
  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_GENERAL_PAGE);

  G_OBJECT_CLASS (yonder_general_page_parent_class)->dispose (object);
}

static void
yonder_general_page_class_init (YonderGeneralPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yonder_general_page_dispose;
  widget_class->unmap = yonder_general_page_unmap;

  g_type_ensure (YONDER_TYPE_DEVICE_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-general-page.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderGeneralPage, tone_row);
  gtk_widget_class_bind_template_child (widget_class, YonderGeneralPage, file_row);
  gtk_widget_class_bind_template_child (widget_class, YonderGeneralPage, output_row);
  gtk_widget_class_bind_template_child (widget_class, YonderGeneralPage, volume);
  gtk_widget_class_bind_template_child (widget_class, YonderGeneralPage, play_row);
  gtk_widget_class_bind_template_child (widget_class, YonderGeneralPage, players_row);
  gtk_widget_class_bind_template_child (widget_class, YonderGeneralPage, mute_row);
  gtk_widget_class_bind_template_child (widget_class, YonderGeneralPage, shortcut_row);
  gtk_widget_class_bind_template_child (widget_class, YonderGeneralPage, background_group);
  gtk_widget_class_bind_template_child (widget_class, YonderGeneralPage, background_row);
  gtk_widget_class_bind_template_child (widget_class, YonderGeneralPage, login_row);

  gtk_widget_class_install_action (widget_class, "general.choose-file", NULL, choose_file_action);
  gtk_widget_class_install_action (widget_class, "general.play", NULL, play_action);
  gtk_widget_class_install_action (widget_class, "general.change-shortcut", NULL, change_shortcut_action);
}

static void
yonder_general_page_init (YonderGeneralPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
}

/**
 * yonder_general_page_new:
 * @settings: (transfer none): where the choices are kept
 * @ringer: (transfer none): plays the ringtone
 * @background: (transfer none): tells when the desktop refuses
 * @shortcuts: (transfer none): the keys that mute
 * @devices: (transfer none): where it may ring
 *
 * Returns: (transfer floating): the page, for a preferences dialog
 */
YonderGeneralPage *
yonder_general_page_new (GSettings *settings, YonderRinger *ringer, YonderBackground *background, YonderGlobalShortcuts *shortcuts,
                         YonderDevices *devices)
{
  YonderGeneralPage *self = g_object_new (YONDER_TYPE_GENERAL_PAGE, NULL);

  self->settings = g_object_ref (settings);
  self->ringer = g_object_ref (ringer);
  self->background = g_object_ref (background);
  self->shortcuts = g_object_ref (shortcuts);
  self->devices = g_object_ref (devices);
  fill_tones (self);
  show_tone (self);
  show_trying (self);
  show_background_problem (self);
  show_shortcuts (self);
  yonder_devices_hold (devices);
  yonder_device_row_set_up (self->output_row, devices, YONDER_DEVICE_SPEAKER, settings, "ring-speakers");

  g_settings_bind (settings, "ring-volume", self->volume, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "pause-players", self->players_row, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "global-mute", self->mute_row, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "run-in-background", self->background_row, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "start-at-login", self->login_row, "active", G_SETTINGS_BIND_DEFAULT);
  g_object_bind_property (self->background_row, "active", self->login_row, "sensitive", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (settings, "changed::ring-tone", G_CALLBACK (show_tone), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::ring-file", G_CALLBACK (show_tone), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ringer, "notify::problem", G_CALLBACK (on_problem_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (ringer, "notify::is-trying", G_CALLBACK (show_trying), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (background, "notify::problem", G_CALLBACK (on_background_problem), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::global-mute", G_CALLBACK (show_shortcuts), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (shortcuts, "notify::is-available", G_CALLBACK (show_shortcuts), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (shortcuts, "notify::can-change", G_CALLBACK (show_shortcuts), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (shortcuts, "notify::trigger", G_CALLBACK (show_shortcuts), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (shortcuts, "notify::problem", G_CALLBACK (on_shortcuts_problem), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tone_row, "notify::selected", G_CALLBACK (on_tone_selected), self, G_CONNECT_SWAPPED);
  return self;
}
