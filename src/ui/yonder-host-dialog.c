/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-host-dialog.h"

#include <glib/gi18n.h>

#include "yonder-host.h"

struct _YonderHostDialog
{
  AdwDialog     parent_instance;

  GSettings    *settings;
  GCancellable *cancellable;
  char         *certificate; /* (nullable): path of the file */
  gboolean      is_complaining; /* of a file that will not do: nobody hosts without TLS who wanted it */

  /* template */
  AdwEntryRow  *name_row;
  AdwSpinRow   *port_row;
  AdwActionRow *certificate_row;
  GtkWidget    *remove_button;
};

G_DEFINE_FINAL_TYPE (YonderHostDialog, yonder_host_dialog, ADW_TYPE_DIALOG)

enum {
  SIGNAL_HOST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static char *
dup_name (YonderHostDialog *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row))));
}

static void
update_start (YonderHostDialog *self)
{
  g_autofree char *name = dup_name (self);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "host.start", *name != '\0' && !self->is_complaining);
}

/* What is wrong with a file is said where it was chosen, until there is another one, or none by choice. */
static void
show_certificate (YonderHostDialog *self, const char *complaint)
{
  g_autofree char *name = self->certificate != NULL ? g_path_get_basename (self->certificate) : NULL;

  self->is_complaining = complaint != NULL;
  update_start (self);
  gtk_widget_set_visible (self->remove_button, self->certificate != NULL || self->is_complaining);
  if (complaint != NULL) {
    gtk_widget_add_css_class (GTK_WIDGET (self->certificate_row), "error");
    gtk_accessible_announce (GTK_ACCESSIBLE (self), complaint, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
  } else {
    gtk_widget_remove_css_class (GTK_WIDGET (self->certificate_row), "error");
  }
  adw_action_row_set_subtitle (self->certificate_row, complaint != NULL ? complaint
                               : name != NULL ? name : _("None: browsers on other computers get neither camera nor microphone"));
}

static void
set_certificate (YonderHostDialog *self, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = path != NULL ? yonder_host_load_certificate (path, &error) : NULL;

  g_set_str (&self->certificate, error == NULL ? path : NULL);
  show_certificate (self, error != NULL ? error->message : NULL);
}

static void
on_file_chosen (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderHostDialog) self = data;
  g_autoptr (GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (file != NULL && g_file_peek_path (file) != NULL)
    set_certificate (self, g_file_peek_path (file));
}

static void
choose_certificate_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  YonderHostDialog *self = YONDER_HOST_DIALOG (widget);
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("Certificates with Their Private Key (PEM)"));
  gtk_file_filter_add_suffix (filter, "pem");
  gtk_file_dialog_set_title (dialog, _("Choose a Certificate"));
  gtk_file_dialog_set_default_filter (dialog, filter);
  gtk_file_dialog_open (dialog, GTK_WINDOW (gtk_widget_get_root (widget)), self->cancellable, on_file_chosen, g_object_ref (self));
}

static void
remove_certificate_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  set_certificate (YONDER_HOST_DIALOG (widget), NULL);
}

static void
start_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  YonderHostDialog *self = YONDER_HOST_DIALOG (widget);
  g_autofree char *name = dup_name (self);

  g_settings_set_uint (self->settings, "host-port", (guint) adw_spin_row_get_value (self->port_row));
  g_settings_set_string (self->settings, "host-certificate", self->certificate != NULL ? self->certificate : "");
  g_signal_emit (self, signals[SIGNAL_HOST], 0, name);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
cancel_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  adw_dialog_close (ADW_DIALOG (widget));
}

static void
yonder_host_dialog_dispose (GObject *object)
{
  YonderHostDialog *self = YONDER_HOST_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), YONDER_TYPE_HOST_DIALOG);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (yonder_host_dialog_parent_class)->dispose (object);
}

static void
yonder_host_dialog_finalize (GObject *object)
{
  YonderHostDialog *self = YONDER_HOST_DIALOG (object);

  g_object_unref (self->cancellable);
  g_free (self->certificate);

  G_OBJECT_CLASS (yonder_host_dialog_parent_class)->finalize (object);
}

static void
yonder_host_dialog_class_init (YonderHostDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = yonder_host_dialog_dispose;
  object_class->finalize = yonder_host_dialog_finalize;

  signals[SIGNAL_HOST] = g_signal_new ("host", YONDER_TYPE_HOST_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-host-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderHostDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, YonderHostDialog, port_row);
  gtk_widget_class_bind_template_child (widget_class, YonderHostDialog, certificate_row);
  gtk_widget_class_bind_template_child (widget_class, YonderHostDialog, remove_button);
  gtk_widget_class_bind_template_callback (widget_class, update_start);

  gtk_widget_class_install_action (widget_class, "host.start", NULL, start_action);
  gtk_widget_class_install_action (widget_class, "host.cancel", NULL, cancel_action);
  gtk_widget_class_install_action (widget_class, "host.choose-certificate", NULL, choose_certificate_action);
  gtk_widget_class_install_action (widget_class, "host.remove-certificate", NULL, remove_certificate_action);
}

static void
yonder_host_dialog_init (YonderHostDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * yonder_host_dialog_new:
 * @settings: where port and certificate are kept
 * @name: what others see of the user so far
 *
 * Returns: (transfer floating): the dialog, to be presented
 */
YonderHostDialog *
yonder_host_dialog_new (GSettings *settings, const char *name)
{
  YonderHostDialog *self = g_object_new (YONDER_TYPE_HOST_DIALOG, NULL);
  g_autofree char *certificate = g_settings_get_string (settings, "host-certificate");

  self->settings = g_object_ref (settings);
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), name);
  adw_spin_row_set_value (self->port_row, g_settings_get_uint (settings, "host-port"));
  set_certificate (self, *certificate != '\0' ? certificate : NULL);
  return self;
}
