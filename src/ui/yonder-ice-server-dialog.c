/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-server-dialog.h"

#include <glib/gi18n.h>

#include "yonder-ice-check.h"

struct _YonderIceServerDialog
{
  AdwDialog            parent_instance;

  YonderIceServerList *list;
  YonderIceEntry      *entry; /* (nullable): the one that is changed */

  /* template */
  AdwEntryRow         *urls_row;
  AdwEntryRow         *username_row;
  AdwEntryRow         *credential_row;
  GtkButton           *save_button;
  GtkBox              *message_box;
  GtkImage            *message_icon;
  GtkLabel            *message_label;
};

G_DEFINE_FINAL_TYPE (YonderIceServerDialog, yonder_ice_server_dialog, ADW_TYPE_DIALOG)

static const char *
text_of (AdwEntryRow *row)
{
  return gtk_editable_get_text (GTK_EDITABLE (row));
}

static void
mark (AdwEntryRow *row, const YonderIceFinding *finding)
{
  GtkWidget *widget = GTK_WIDGET (row);

  gtk_widget_remove_css_class (widget, "error");
  gtk_widget_remove_css_class (widget, "warning");
  if (finding != NULL)
    gtk_widget_add_css_class (widget, finding->severity == YONDER_ICE_FINDING_ERROR ? "error" : "warning");
  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID,
                               finding != NULL && finding->severity == YONDER_ICE_FINDING_ERROR ? GTK_ACCESSIBLE_INVALID_TRUE
                                                                                                : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

static void
show_message (YonderIceServerDialog *self, const YonderIceFinding *finding)
{
  gboolean is_error = finding != NULL && finding->severity == YONDER_ICE_FINDING_ERROR;

  gtk_widget_set_visible (GTK_WIDGET (self->message_box), finding != NULL);
  if (finding == NULL || g_str_equal (gtk_label_get_label (self->message_label), finding->message))
    return;
  gtk_accessible_announce (GTK_ACCESSIBLE (self), finding->message, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_LOW);
  gtk_label_set_label (self->message_label, finding->message);
  gtk_image_set_from_icon_name (self->message_icon, is_error ? "dialog-error-symbolic" : "dialog-warning-symbolic");
  gtk_widget_remove_css_class (GTK_WIDGET (self->message_box), is_error ? "warning" : "error");
  gtk_widget_add_css_class (GTK_WIDGET (self->message_box), is_error ? "error" : "warning");
}

/* Says what is wrong, but not that a field is empty which nobody has come to yet. */
static void
on_changed (YonderIceServerDialog *self)
{
  AdwEntryRow *rows[] = {
    [YONDER_ICE_FIELD_URLS] = self->urls_row, [YONDER_ICE_FIELD_USERNAME] = self->username_row,
    [YONDER_ICE_FIELD_CREDENTIAL] = self->credential_row,
  };
  const YonderIceFinding *shown[G_N_ELEMENTS (rows)] = { NULL };
  g_auto (GStrv) urls = yonder_ice_split_urls (text_of (self->urls_row));
  g_autoptr (GPtrArray) findings = yonder_ice_check ((const char * const *) urls, text_of (self->username_row), text_of (self->credential_row),
                                                     g_get_real_time () / G_USEC_PER_SEC);
  gboolean can_save = TRUE;

  for (guint i = findings->len; i-- > 0;) {
    const YonderIceFinding *finding = findings->pdata[i];

    can_save &= finding->severity != YONDER_ICE_FINDING_ERROR;
    if (*text_of (rows[finding->field]) != '\0')
      shown[finding->field] = finding;
  }
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    mark (rows[i], shown[i]);
  show_message (self, shown[0] != NULL ? shown[0] : shown[1] != NULL ? shown[1] : shown[2]);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialog.save", can_save);
}

static void
on_activated (YonderIceServerDialog *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "dialog.save", NULL);
}

static void
save_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  YonderIceServerDialog *self = YONDER_ICE_SERVER_DIALOG (widget);
  g_auto (GStrv) urls = yonder_ice_split_urls (text_of (self->urls_row));

  if (self->entry != NULL) {
    yonder_ice_server_list_update (self->list, self->entry, (const char * const *) urls, text_of (self->username_row),
                                   text_of (self->credential_row));
  } else {
    g_autoptr (YonderIceEntry) entry = yonder_ice_entry_new (NULL, (const char * const *) urls, text_of (self->username_row),
                                                             text_of (self->credential_row));

    yonder_ice_server_list_insert (self->list, G_MAXUINT, entry);
  }
  adw_dialog_close (ADW_DIALOG (self));
}

static void
cancel_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  adw_dialog_close (ADW_DIALOG (widget));
}

static void
yonder_ice_server_dialog_dispose (GObject *object)
{
  YonderIceServerDialog *self = YONDER_ICE_SERVER_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), YONDER_TYPE_ICE_SERVER_DIALOG);
  g_clear_object (&self->list);
  g_clear_object (&self->entry);

  G_OBJECT_CLASS (yonder_ice_server_dialog_parent_class)->dispose (object);
}

static void
yonder_ice_server_dialog_class_init (YonderIceServerDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yonder_ice_server_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-ice-server-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderIceServerDialog, urls_row);
  gtk_widget_class_bind_template_child (widget_class, YonderIceServerDialog, username_row);
  gtk_widget_class_bind_template_child (widget_class, YonderIceServerDialog, credential_row);
  gtk_widget_class_bind_template_child (widget_class, YonderIceServerDialog, save_button);
  gtk_widget_class_bind_template_child (widget_class, YonderIceServerDialog, message_box);
  gtk_widget_class_bind_template_child (widget_class, YonderIceServerDialog, message_icon);
  gtk_widget_class_bind_template_child (widget_class, YonderIceServerDialog, message_label);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_activated);

  gtk_widget_class_install_action (widget_class, "dialog.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "dialog.cancel", NULL, cancel_action);
}

static void
yonder_ice_server_dialog_init (YonderIceServerDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
set_text (AdwEntryRow *row, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (row), text != NULL ? text : "");
}

/**
 * yonder_ice_server_dialog_new:
 * @list: (transfer none): where the server goes
 * @entry: (transfer none) (nullable): the one to change; %NULL for a new one
 *
 * Returns: (transfer floating): the dialog, to be presented
 */
YonderIceServerDialog *
yonder_ice_server_dialog_new (YonderIceServerList *list, YonderIceEntry *entry)
{
  YonderIceServerDialog *self = g_object_new (YONDER_TYPE_ICE_SERVER_DIALOG, NULL);

  self->list = g_object_ref (list);
  if (entry != NULL) {
    g_autofree char *urls = g_strjoinv (" ", (char **) yonder_ice_entry_get_urls (entry));

    self->entry = g_object_ref (entry);
    adw_dialog_set_title (ADW_DIALOG (self), _("Edit Server"));
    gtk_button_set_label (self->save_button, _("_Save"));
    set_text (self->urls_row, urls);
    set_text (self->username_row, yonder_ice_entry_get_username (entry));
    set_text (self->credential_row, yonder_ice_entry_get_credential (entry));
  }
  on_changed (self);
  return self;
}
