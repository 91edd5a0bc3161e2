/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-network-page.h"

#include <glib/gi18n.h>

#include "yonder-file-words.h"
#include "yonder-file-writer.h"
#include "yonder-ice-import.h"
#include "yonder-ice-provider-dialog.h"
#include "yonder-ice-server-dialog.h"
#include "yonder-ice-server-row.h"
#include "yonder-undo-toast.h"

/* chosen: more is no list of servers */
#define MAX_FILE (256 * 1024)

struct _YonderNetworkPage
{
  AdwPreferencesPage   parent_instance;

  YonderIceServerList *list;
  YonderIceAccount    *account;
  YonderIceSources    *sources;
  YonderClock         *clock;

  /* template */
  AdwBanner           *banner;
  AdwActionRow        *use_row;
  AdwSwitchRow        *relay_row;
  GtkListBox          *server_list;
  AdwActionRow        *provider_row;
};

G_DEFINE_FINAL_TYPE (YonderNetworkPage, yonder_network_page, ADW_TYPE_PREFERENCES_PAGE)

static void
show_toast (YonderNetworkPage *self, AdwToast *toast)
{
  GtkWidget *dialog = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_PREFERENCES_DIALOG);

  adw_toast_set_use_markup (toast, FALSE);
  if (dialog != NULL)
    adw_preferences_dialog_add_toast (ADW_PREFERENCES_DIALOG (dialog), toast);
  else
    g_object_unref (g_object_ref_sink (toast));
}

static void
show_text (YonderNetworkPage *self, const char *text)
{
  show_toast (self, adw_toast_new (text));
}

static void
show_alert (YonderNetworkPage *self, const char *heading, const char *body)
{
  AdwDialog *dialog = adw_alert_dialog_new (heading, body);

  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _("_Close"));
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

/* --- What it shows --- */

static void
update_use (YonderNetworkPage *self)
{
  YonderIceConfig *config = yonder_ice_sources_get_config (self->sources);
  g_autofree char *description = config != NULL ? yonder_ice_config_describe (config) : g_strdup (_("Asking…"));
  g_autofree char *failures = config != NULL ? g_strjoinv ("\n", (char **) yonder_ice_config_get_failures (config)) : g_strdup ("");
  g_autofree char *text = g_strjoin (*failures != '\0' ? "\n" : "", description, failures, NULL);

  adw_action_row_set_subtitle (self->use_row, text);
}

static void
update_provider (YonderNetworkPage *self)
{
  const YonderIceProviderKind *kind = yonder_ice_account_get_kind (self->account);

  adw_action_row_set_subtitle (self->provider_row, kind != NULL ? _(kind->title) : _("None: fetches TURN credentials that last for a day"));
}

static GtkWidget *
create_row (gpointer item, gpointer data)
{
  YonderNetworkPage *self = data;

  return GTK_WIDGET (yonder_ice_server_row_new (self->list, item, self->clock));
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  /* what was loaded tells by its own signals */
}

/* --- The list --- */

static YonderIceEntry *
find_entry (YonderNetworkPage *self, GVariant *parameter)
{
  GListModel *model = G_LIST_MODEL (self->list);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++) {
    g_autoptr (YonderIceEntry) entry = g_list_model_get_item (model, i);

    if (g_str_equal (yonder_ice_entry_get_id (entry), g_variant_get_string (parameter, NULL)))
      return g_steal_pointer (&entry);
  }
  return NULL;
}

static void
add_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  adw_dialog_present (ADW_DIALOG (yonder_ice_server_dialog_new (YONDER_NETWORK_PAGE (widget)->list, NULL)), widget);
}

static void
edit_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  YonderNetworkPage *self = YONDER_NETWORK_PAGE (widget);
  g_autoptr (YonderIceEntry) entry = find_entry (self, parameter);

  if (entry != NULL)
    adw_dialog_present (ADW_DIALOG (yonder_ice_server_dialog_new (self->list, entry)), widget);
}

typedef struct {
  YonderIceServerList *list;
  YonderIceEntry      *entry;
  guint                position;
} Removal;

static void
removal_free (gpointer data, GClosure *closure)
{
  Removal *removal = data;

  g_object_unref (removal->list);
  g_object_unref (removal->entry);
  g_free (removal);
}

static void
on_undo (AdwToast *toast, Removal *removal)
{
  yonder_ice_server_list_insert (removal->list, removal->position, removal->entry);
}

static void
remove_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  YonderNetworkPage *self = YONDER_NETWORK_PAGE (widget);
  g_autoptr (YonderIceEntry) entry = find_entry (self, parameter);
  g_autofree char *title = entry != NULL ? yonder_ice_entry_dup_title (entry) : NULL;
  g_autofree char *text = NULL;
  Removal *removal;

  if (entry == NULL)
    return;
  removal = g_new (Removal, 1);
  removal->list = g_object_ref (self->list);
  removal->entry = g_object_ref (entry);
  removal->position = yonder_ice_server_list_remove (self->list, entry);
  text = g_strdup_printf (_("%s removed"), title);
  show_toast (self, yonder_undo_toast_new (text, G_CALLBACK (on_undo), removal, removal_free));
}

/* --- Import and export --- */

static void
import_text (YonderNetworkPage *self, const char *text, gssize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderIceImport) import = yonder_ice_import_text (text, length, &error);
  g_autofree char *heading = NULL;
  g_autofree char *notes = NULL;
  guint n = 0;

  if (import == NULL) {
    show_alert (self, _("Nothing Imported"), error->message);
    return;
  }
  while (n < import->entries->len && yonder_ice_server_list_insert (self->list, G_MAXUINT, import->entries->pdata[n]))
    n++;
  heading = n > 0 ? g_strdup_printf (ngettext ("%u server imported", "%u servers imported", n), n) : g_strdup (_("Nothing Imported"));
  notes = g_strjoinv ("\n\n", import->notes);
  if (*notes != '\0')
    show_alert (self, heading, notes);
  else
    show_text (self, heading);
}

static void
on_pasted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderNetworkPage) self = data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);

  if (text != NULL)
    import_text (self, text, -1);
  else
    show_alert (self, _("Nothing Imported"), _("There is no text on the clipboard. Copy the servers’ JSON or .env text first."));
}

static void
import_clipboard_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (widget), NULL, on_pasted, g_object_ref (widget));
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderNetworkPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_load_contents_finish (G_FILE (source), result, &text, &length, NULL, &error))
    show_alert (self, _("Nothing Imported"), yonder_words_for_unread_file (error));
  else
    import_text (self, text, (gssize) MIN (length, MAX_FILE + 1));
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderNetworkPage) self = data;
  g_autoptr (GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (file != NULL)
    g_file_load_contents_async (file, NULL, on_read, g_steal_pointer (&self));
}

static GtkWindow *
window_of (GtkWidget *widget)
{
  return GTK_WINDOW (gtk_widget_get_root (widget));
}

static void
import_file_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _("Import Servers"));
  gtk_file_dialog_open (dialog, window_of (widget), NULL, on_opened, g_object_ref (widget));
}

static void
copy_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  YonderNetworkPage *self = YONDER_NETWORK_PAGE (widget);
  g_autofree char *text = yonder_ice_server_list_export (self->list);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  show_text (self, _("Copied"));
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderNetworkPage) self = data;
  g_autoptr (GError) error = NULL;

  if (yonder_file_write_finish (G_FILE (source), result, &error))
    show_text (self, _("Exported"));
  else
    show_alert (self, _("Not Exported"), yonder_words_for_unsaved_file (error));
}

static void
on_save_chosen (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderNetworkPage) self = data;
  g_autoptr (GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (source), result, NULL);
  g_autoptr (GBytes) bytes = NULL;
  char *text;

  if (file == NULL)
    return;
  text = yonder_ice_server_list_export (self->list);
  bytes = g_bytes_new_take (text, strlen (text));
  yonder_file_write_async (file, bytes, G_FILE_CREATE_NONE, NULL, on_written, g_steal_pointer (&self));
}

static void
export_file_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _("Export Servers"));
  gtk_file_dialog_set_initial_name (dialog, "ice-servers.json");
  gtk_file_dialog_save (dialog, window_of (widget), NULL, on_save_chosen, g_object_ref (widget));
}

/* --- The rest --- */

static void
refresh_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  YonderNetworkPage *self = YONDER_NETWORK_PAGE (widget);

  adw_action_row_set_subtitle (self->use_row, _("Asking…"));
  yonder_ice_sources_refresh (self->sources);
}

static void
provider_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  adw_dialog_present (ADW_DIALOG (yonder_ice_provider_dialog_new (YONDER_NETWORK_PAGE (widget)->account)), widget);
}

static void
yonder_network_page_dispose (GObject *object)
{
  YonderNetworkPage *self = YONDER_NETWORK_PAGE (object);

  g_clear_object (&self->list);
  g_clear_object (&self->account);
  g_clear_object (&self->sources);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (yonder_network_page_parent_class)->dispose (object);
}

static void
yonder_network_page_class_init (YonderNetworkPageClass *klass)
{
  static const struct { const char *name, *type; GtkWidgetActionActivateFunc activate; } actions[] = {
    { "network.add", NULL, add_action },
    { "network.edit", "s", edit_action },
    { "network.remove", "s", remove_action },
    { "network.import-clipboard", NULL, import_clipboard_action },
    { "network.import-file", NULL, import_file_action },
    { "network.copy", NULL, copy_action },
    { "network.export-file", NULL, export_file_action },
    { "network.refresh", NULL, refresh_action },
    { "network.provider", NULL, provider_action },
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yonder_network_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-network-page.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderNetworkPage, banner);
  gtk_widget_class_bind_template_child (widget_class, YonderNetworkPage, use_row);
  gtk_widget_class_bind_template_child (widget_class, YonderNetworkPage, relay_row);
  gtk_widget_class_bind_template_child (widget_class, YonderNetworkPage, server_list);
  gtk_widget_class_bind_template_child (widget_class, YonderNetworkPage, provider_row);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, actions[i].type, actions[i].activate);
}

static void
yonder_network_page_init (YonderNetworkPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * yonder_network_page_new:
 * @list: (transfer none): the user's own servers
 * @account: (transfer none): the account at a provider
 * @sources: (transfer none): tells which servers calls would use
 * @clock: (transfer none): for the limits of tests
 *
 * Returns: (transfer floating): the page, for a preferences dialog
 */
YonderNetworkPage *
yonder_network_page_new (YonderIceServerList *list, YonderIceAccount *account, YonderIceSources *sources, YonderClock *clock)
{
  YonderNetworkPage *self = g_object_new (YONDER_TYPE_NETWORK_PAGE, NULL);

  self->list = g_object_ref (list);
  self->account = g_object_ref (account);
  self->sources = g_object_ref (sources);
  self->clock = g_object_ref (clock);

  gtk_list_box_bind_model (self->server_list, G_LIST_MODEL (list), create_row, self, NULL);
  g_object_bind_property (list, "relay-only", self->relay_row, "active", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  g_object_bind_property (yonder_ice_server_list_get_secrets (list), "persistent", self->banner, "revealed",
                          G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
  g_signal_connect_object (sources, "notify::config", G_CALLBACK (update_use), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (account, "notify::kind", G_CALLBACK (update_provider), self, G_CONNECT_SWAPPED);
  yonder_ice_server_list_load_async (list, NULL, on_loaded, NULL);
  yonder_ice_account_load_async (account, NULL, on_loaded, NULL);
  yonder_ice_sources_freshen (sources);
  update_use (self);
  update_provider (self);
  return self;
}
