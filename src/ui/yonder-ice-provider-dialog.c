/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-provider-dialog.h"

#include <glib/gi18n.h>

#include "yonder-ice-config.h"

struct _YonderIceProviderDialog
{
  AdwDialog            parent_instance;

  YonderIceAccount    *account;
  GtkWidget           *rows[YONDER_ICE_KIND_MAX_FIELDS]; /* borrowed from the group */
  GCancellable        *cancellable; /* (nullable): while it is tried */

  /* template */
  AdwComboRow         *kind_row;
  AdwPreferencesGroup *fields_group;
  AdwButtonRow        *try_row;
  GtkWidget           *try_group;
  GtkWidget           *message_box;
  GtkImage            *message_icon;
  GtkLabel            *message_label;
};

G_DEFINE_FINAL_TYPE (YonderIceProviderDialog, yonder_ice_provider_dialog, ADW_TYPE_DIALOG)

/* The first choice is none. */
static const YonderIceProviderKind *
selected_kind (YonderIceProviderDialog *self)
{
  guint n_kinds;
  const YonderIceProviderKind *kinds = yonder_ice_provider_kinds (&n_kinds);
  guint selected = adw_combo_row_get_selected (self->kind_row);

  return selected >= 1 && selected <= n_kinds ? &kinds[selected - 1] : NULL;
}

static GHashTable *
read_values (YonderIceProviderDialog *self, const YonderIceProviderKind *kind)
{
  GHashTable *values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; kind != NULL && kind->fields[i].name != NULL; i++) {
    char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->rows[i]))));

    g_hash_table_replace (values, g_strdup (kind->fields[i].name), text);
  }
  return values;
}

static void
show_message (YonderIceProviderDialog *self, const char *message, const char *style, const char *icon)
{
  static const char * const styles[] = { "error", "warning", "success" };

  gtk_widget_set_visible (self->message_box, message != NULL);
  if (message == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    gtk_widget_remove_css_class (self->message_box, styles[i]);
  gtk_widget_add_css_class (self->message_box, style);
  gtk_image_set_from_icon_name (self->message_icon, icon);
  gtk_label_set_label (self->message_label, message);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), message, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_LOW);
}

static void
stop_trying (YonderIceProviderDialog *self)
{
  g_autoptr (GCancellable) cancellable = g_steal_pointer (&self->cancellable);

  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->try_row), _("Try It"));
}

static void
on_changed (YonderIceProviderDialog *self)
{
  const YonderIceProviderKind *kind = selected_kind (self);
  g_autoptr (GHashTable) values = read_values (self, kind);
  g_autofree char *wrong = kind != NULL ? yonder_ice_provider_kind_check (kind, values) : NULL;

  stop_trying (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialog.save", wrong == NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialog.try", kind != NULL && wrong == NULL);
  if (kind != NULL && kind->belongs_on_server)
    show_message (self, _("This secret is meant for a server: whoever can read this computer’s keyring can use your account. "
                          "Prefer a call server that fetches the credentials."), "warning", "dialog-warning-symbolic");
  else
    show_message (self, NULL, NULL, NULL);
}

static void
on_kind_selected (YonderIceProviderDialog *self)
{
  const YonderIceProviderKind *kind = selected_kind (self);
  gboolean is_kept = kind != NULL && yonder_ice_account_get_kind (self->account) == kind;

  for (guint i = 0; i < G_N_ELEMENTS (self->rows) && self->rows[i] != NULL; i++)
    adw_preferences_group_remove (self->fields_group, g_steal_pointer (&self->rows[i]));
  for (guint i = 0; kind != NULL && kind->fields[i].name != NULL; i++) {
    const YonderIceKindField *field = &kind->fields[i];
    const char *value = is_kept ? yonder_ice_account_get_value (self->account, field->name) : NULL;
    g_autofree char *optional = field->is_optional ? g_strdup_printf (_("%s (optional)"), _(field->label)) : NULL;

    self->rows[i] = field->is_secret ? adw_password_entry_row_new () : adw_entry_row_new ();
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->rows[i]), optional != NULL ? optional : _(field->label));
    if (value != NULL)
      gtk_editable_set_text (GTK_EDITABLE (self->rows[i]), value);
    g_signal_connect_object (self->rows[i], "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
    adw_preferences_group_add (self->fields_group, self->rows[i]);
  }
  adw_preferences_group_set_description (self->fields_group, kind != NULL ? _(kind->hint) : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->fields_group), kind != NULL);
  gtk_widget_set_visible (self->try_group, kind != NULL);
  on_changed (self);
}

/* --- Actions --- */

static void
on_tried (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderIceProviderDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderIceLease) lease = yonder_ice_provider_lease_finish (YONDER_ICE_PROVIDER (source), result, &error);
  g_autoptr (YonderIceConfig) config = NULL;
  g_autofree char *words = NULL;
  g_autofree char *title = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  stop_trying (self);
  if (lease == NULL) {
    show_message (self, error->message, "error", "dialog-error-symbolic");
    return;
  }
  title = yonder_ice_provider_dup_title (YONDER_ICE_PROVIDER (source));
  config = yonder_ice_config_new (yonder_ice_lease_get_servers (lease), FALSE);
  yonder_ice_config_add_source (config, YONDER_ICE_SOURCE_PROVIDER, title);
  words = yonder_ice_config_describe (config);
  show_message (self, words, "success", "object-select-symbolic");
}

static void
try_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  YonderIceProviderDialog *self = YONDER_ICE_PROVIDER_DIALOG (widget);
  const YonderIceProviderKind *kind = selected_kind (self);
  g_autoptr (GHashTable) values = read_values (self, kind);
  g_autoptr (YonderIceAccount) tried = yonder_ice_account_new (NULL, NULL);

  stop_trying (self);
  yonder_ice_account_set (tried, kind, values);
  self->cancellable = g_cancellable_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->try_row), _("Trying…"));
  yonder_ice_provider_lease_async (YONDER_ICE_PROVIDER (tried), self->cancellable, on_tried, g_object_ref (self));
}

static void
save_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  YonderIceProviderDialog *self = YONDER_ICE_PROVIDER_DIALOG (widget);
  const YonderIceProviderKind *kind = selected_kind (self);
  g_autoptr (GHashTable) values = read_values (self, kind);

  yonder_ice_account_set (self->account, kind, values);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
cancel_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  adw_dialog_close (ADW_DIALOG (widget));
}

static void
yonder_ice_provider_dialog_dispose (GObject *object)
{
  YonderIceProviderDialog *self = YONDER_ICE_PROVIDER_DIALOG (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), YONDER_TYPE_ICE_PROVIDER_DIALOG);
  g_clear_object (&self->account);

  G_OBJECT_CLASS (yonder_ice_provider_dialog_parent_class)->dispose (object);
}

static void
yonder_ice_provider_dialog_class_init (YonderIceProviderDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yonder_ice_provider_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-ice-provider-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderIceProviderDialog, kind_row);
  gtk_widget_class_bind_template_child (widget_class, YonderIceProviderDialog, fields_group);
  gtk_widget_class_bind_template_child (widget_class, YonderIceProviderDialog, try_row);
  gtk_widget_class_bind_template_child (widget_class, YonderIceProviderDialog, try_group);
  gtk_widget_class_bind_template_child (widget_class, YonderIceProviderDialog, message_box);
  gtk_widget_class_bind_template_child (widget_class, YonderIceProviderDialog, message_icon);
  gtk_widget_class_bind_template_child (widget_class, YonderIceProviderDialog, message_label);
  gtk_widget_class_bind_template_callback (widget_class, on_kind_selected);

  gtk_widget_class_install_action (widget_class, "dialog.try", NULL, try_action);
  gtk_widget_class_install_action (widget_class, "dialog.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "dialog.cancel", NULL, cancel_action);
}

static void
yonder_ice_provider_dialog_init (YonderIceProviderDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * yonder_ice_provider_dialog_new:
 * @account: (transfer none): what is changed; loaded
 *
 * Returns: (transfer floating): the dialog, to be presented
 */
YonderIceProviderDialog *
yonder_ice_provider_dialog_new (YonderIceAccount *account)
{
  YonderIceProviderDialog *self = g_object_new (YONDER_TYPE_ICE_PROVIDER_DIALOG, NULL);
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  guint n_kinds, selected = 0;
  const YonderIceProviderKind *kinds = yonder_ice_provider_kinds (&n_kinds);

  self->account = g_object_ref (account);
  gtk_string_list_append (titles, C_("provider of ICE servers", "None"));
  for (guint i = 0; i < n_kinds; i++) {
    gtk_string_list_append (titles, _(kinds[i].title));
    if (yonder_ice_account_get_kind (account) == &kinds[i])
      selected = i + 1;
  }
  adw_combo_row_set_model (self->kind_row, G_LIST_MODEL (titles));
  adw_combo_row_set_selected (self->kind_row, selected);
  on_kind_selected (self);
  return self;
}
