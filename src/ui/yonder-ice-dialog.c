/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-dialog.h"

#include <glib/gi18n.h>

#include "yonder-call-export.h"
#include "yonder-file-words.h"
#include "yonder-file-writer.h"
#include "yonder-ice-panel.h"
#include "yonder-toast.h"

struct _YonderIceDialog
{
  AdwDialog             parent_instance;

  YonderCallInspection *shown; /* (nullable): what would be exported */

  /* borrowed */
  AdwNavigationView    *pages;
  AdwToastOverlay      *toasts;
};

G_DEFINE_FINAL_TYPE (YonderIceDialog, yonder_ice_dialog, ADW_TYPE_DIALOG)

/* --- Export --- */

static void
tell (YonderIceDialog *self, const char *text)
{
  adw_toast_overlay_add_toast (self->toasts, yonder_toast_new (GTK_WIDGET (self), text));
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderIceDialog) self = data;
  g_autoptr (GError) error = NULL;
  gboolean is_saved = yonder_file_write_finish (G_FILE (source), result, &error);

  tell (self, is_saved ? _("Call exported") : yonder_words_for_unsaved_file (error));
}

static void
on_file_chosen (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderIceDialog) self = data;
  g_autoptr (GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (source), result, NULL);
  g_autoptr (GBytes) content = g_object_steal_data (source, "yonder-content");

  if (file != NULL)
    yonder_file_write_async (file, content, G_FILE_CREATE_PRIVATE, NULL, on_written, g_object_ref (self));
}

static void
export_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderIceDialog *self = YONDER_ICE_DIALOG (widget);
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autofree char *stamp = NULL, *name = NULL;
  char *text;

  if (self->shown == NULL)
    return;

  text = yonder_call_export (self->shown, g_variant_get_boolean (parameter));
  stamp = g_date_time_format (yonder_call_inspection_get_start (self->shown), "%Y-%m-%d-%H%M");
  name = g_strdup_printf ("yonder-call-%s.json", stamp);
  gtk_file_dialog_set_title (dialog, _("Export Call"));
  gtk_file_dialog_set_initial_name (dialog, name);
  g_object_set_data_full (G_OBJECT (dialog), "yonder-content", g_bytes_new_take (text, strlen (text)), (GDestroyNotify) g_bytes_unref);
  gtk_file_dialog_save (dialog, GTK_WINDOW (gtk_widget_get_root (widget)), NULL, on_file_chosen, g_object_ref (self));
}

/* --- Pages --- */

static GtkWidget *
export_button (void)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  GtkWidget *button = gtk_menu_button_new ();

  g_menu_append (menu, _("_Export…"), "ice.export(true)");
  g_menu_append (menu, _("Export _Without Addresses…"), "ice.export(false)");
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "document-save-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  gtk_widget_set_tooltip_text (button, _("Export Call"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Export Call"), -1);
  return button;
}

static AdwNavigationPage *
make_page (const char *title, GtkWidget *content, GtkWidget *end)
{
  GtkWidget *view = adw_toolbar_view_new ();
  GtkWidget *bar = adw_header_bar_new ();

  if (end != NULL)
    adw_header_bar_pack_end (ADW_HEADER_BAR (bar), end);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), bar);
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), content);
  return adw_navigation_page_new (view, title);
}

static void
show_call (YonderIceDialog *self, YonderCallInspection *inspection)
{
  g_autofree char *title = g_strdup_printf (_("Call with %s"), yonder_call_inspection_get_peer_name (inspection));

  g_set_object (&self->shown, inspection);
  adw_navigation_view_push (self->pages, make_page (title, yonder_ice_panel_new (inspection), export_button ()));
}

static void
yonder_ice_dialog_dispose (GObject *object)
{
  g_clear_object (&YONDER_ICE_DIALOG (object)->shown);

  G_OBJECT_CLASS (yonder_ice_dialog_parent_class)->dispose (object);
}

static void
yonder_ice_dialog_class_init (YonderIceDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yonder_ice_dialog_dispose;
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "ice.export", "b", export_action);
}

static void
yonder_ice_dialog_init (YonderIceDialog *self)
{
  self->pages = ADW_NAVIGATION_VIEW (adw_navigation_view_new ());
  self->toasts = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());
  adw_toast_overlay_set_child (self->toasts, GTK_WIDGET (self->pages));
  adw_dialog_set_child (ADW_DIALOG (self), GTK_WIDGET (self->toasts));
  adw_dialog_set_content_width (ADW_DIALOG (self), 520);
  adw_dialog_set_content_height (ADW_DIALOG (self), 720);
}

/**
 * yonder_ice_dialog_new_for_call:
 * @inspection: (transfer none): a call
 *
 * Returns: (transfer floating): a dialog with its panel
 */
AdwDialog *
yonder_ice_dialog_new_for_call (YonderCallInspection *inspection)
{
  YonderIceDialog *self = g_object_new (YONDER_TYPE_ICE_DIALOG, "title", _("Connection"), NULL);

  show_call (self, inspection);
  return ADW_DIALOG (self);
}
