/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-check-page.h"

#include <glib/gi18n.h>

#include "yonder-check-row.h"
#include "yonder-file-words.h"
#include "yonder-file-writer.h"
#include "yonder-media-check.h"
#include "yonder-server-check.h"
#include "yonder-toast.h"

struct _YonderCheckPage {
  AdwDialog parent_instance;

  YonderNetworkCheck *check;
  gboolean            has_begun;

  /* template */
  AdwToastOverlay *toasts;
  GtkStack        *verdict_stack;
  GtkImage        *verdict_icon;
  GtkLabel        *sentence_label;
  GtkLabel        *action_label;
  GtkWidget       *conf_button;
  GtkListBox      *steps_list;
  GtkWidget       *cancel_button;
  GtkWidget       *again_button;
};

G_DEFINE_FINAL_TYPE (YonderCheckPage, yonder_check_page, ADW_TYPE_DIALOG)

static const struct {
  const char *icon_name, *style;
} verdicts[] = {
  [YONDER_VERDICT_GOOD] = { "object-select-symbolic", "success" },
  [YONDER_VERDICT_LIMITED] = { "dialog-warning-symbolic", "warning" },
  [YONDER_VERDICT_BAD] = { "dialog-error-symbolic", "error" },
};

static void
show_verdict (YonderCheckPage *self, const YonderCheckAdvice *advice)
{
  gtk_label_set_label (self->sentence_label, advice->sentence);
  gtk_label_set_label (self->action_label, advice->action != NULL ? advice->action : "");
  gtk_widget_set_visible (GTK_WIDGET (self->action_label), advice->action != NULL);
  gtk_widget_set_visible (self->conf_button, advice->wants_turn);
  gtk_image_set_from_icon_name (self->verdict_icon, verdicts[advice->verdict].icon_name);
  gtk_widget_set_css_classes (GTK_WIDGET (self->verdict_icon), (const char *[]) { verdicts[advice->verdict].style, NULL });
  gtk_accessible_announce (GTK_ACCESSIBLE (self), advice->sentence, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
show_without_verdict (YonderCheckPage *self, const char *words)
{
  gtk_label_set_label (self->sentence_label, words);
  gtk_widget_set_visible (GTK_WIDGET (self->action_label), FALSE);
  gtk_widget_set_visible (self->conf_button, FALSE);
  gtk_image_set_from_icon_name (self->verdict_icon, "list-remove-symbolic");
  gtk_widget_set_css_classes (GTK_WIDGET (self->verdict_icon), (const char *[]) { "dimmed", NULL });
}

/* Everything but the rows follows from whether it runs, and what came of it. */
static void
update (YonderCheckPage *self)
{
  gboolean is_running = yonder_network_check_is_running (self->check);
  const YonderCheckAdvice *advice = yonder_network_check_get_advice (self->check);

  if (is_running)
    show_without_verdict (self, _("Checking what calls need…"));
  else if (advice != NULL)
    show_verdict (self, advice);
  else
    show_without_verdict (self, _("The check was cancelled."));

  gtk_stack_set_visible_child_name (self->verdict_stack, is_running ? "running" : "mark");
  gtk_widget_set_visible (self->cancel_button, is_running);
  gtk_widget_set_visible (self->again_button, !is_running);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "check.cancel", is_running);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "check.start", !is_running);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "check.copy", !is_running);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "check.save", !is_running);
}

static void
start_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  yonder_network_check_start (YONDER_CHECK_PAGE (widget)->check);
}

static void
cancel_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  yonder_network_check_cancel (YONDER_CHECK_PAGE (widget)->check);
}

static void
tell (YonderCheckPage *self, const char *words)
{
  adw_toast_overlay_add_toast (self->toasts, yonder_toast_new (GTK_WIDGET (self), words));
}

static void
copy (YonderCheckPage *self, const char *text, const char *words)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  tell (self, words);
}

static void
copy_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  YonderCheckPage *self = YONDER_CHECK_PAGE (widget);
  g_autofree char *text = yonder_network_check_print_text (self->check);

  copy (self, text, _("Report copied"));
}

static void
copy_conf_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autofree char *text = yonder_check_advice_make_turnserver_conf ();

  copy (YONDER_CHECK_PAGE (widget), text, _("Configuration copied; it has a secret of its own in it"));
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderCheckPage) self = data;
  g_autoptr (GError) error = NULL;
  gboolean is_saved = yonder_file_write_finish (G_FILE (source), result, &error);

  tell (self, is_saved ? _("Report saved") : yonder_words_for_unsaved_file (error));
}

/* A name that ends in .json asks for JSON. */
static void
on_file_chosen (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderCheckPage) self = data;
  g_autoptr (GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (source), result, NULL);
  g_autofree char *name = file != NULL ? g_file_get_basename (file) : NULL;
  g_autoptr (GBytes) bytes = NULL;
  char *text;

  if (file == NULL)
    return;
  text = g_str_has_suffix (name, ".json") ? yonder_network_check_print_json (self->check) : yonder_network_check_print_text (self->check);
  bytes = g_bytes_new_take (text, strlen (text));
  yonder_file_write_async (file, bytes, G_FILE_CREATE_NONE, NULL, on_saved, g_object_ref (self));
}

static void
save_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _("Save Report"));
  gtk_file_dialog_set_initial_name (dialog, "yonder-network-check.txt");
  gtk_file_dialog_save (dialog, GTK_WINDOW (gtk_widget_get_root (widget)), NULL, on_file_chosen, g_object_ref (widget));
}

static GtkWidget *
make_row (gpointer step, gpointer data)
{
  return yonder_check_row_new (step);
}

static void
yonder_check_page_map (GtkWidget *widget)
{
  YonderCheckPage *self = YONDER_CHECK_PAGE (widget);

  GTK_WIDGET_CLASS (yonder_check_page_parent_class)->map (widget);
  if (!self->has_begun)
    yonder_network_check_start (self->check);
  self->has_begun = TRUE;
}

static void
yonder_check_page_dispose (GObject *object)
{
  YonderCheckPage *self = YONDER_CHECK_PAGE (object);

  if (self->check != NULL) {
    g_signal_handlers_disconnect_by_data (self->check, self);
    yonder_network_check_cancel (self->check);
  }
  gtk_widget_dispose_template (GTK_WIDGET (self), YONDER_TYPE_CHECK_PAGE);
  g_clear_object (&self->check);

  G_OBJECT_CLASS (yonder_check_page_parent_class)->dispose (object);
}

static void
yonder_check_page_class_init (YonderCheckPageClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = yonder_check_page_dispose;
  widget_class->map = yonder_check_page_map;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-check-page.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderCheckPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, YonderCheckPage, verdict_stack);
  gtk_widget_class_bind_template_child (widget_class, YonderCheckPage, verdict_icon);
  gtk_widget_class_bind_template_child (widget_class, YonderCheckPage, sentence_label);
  gtk_widget_class_bind_template_child (widget_class, YonderCheckPage, action_label);
  gtk_widget_class_bind_template_child (widget_class, YonderCheckPage, conf_button);
  gtk_widget_class_bind_template_child (widget_class, YonderCheckPage, steps_list);
  gtk_widget_class_bind_template_child (widget_class, YonderCheckPage, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, YonderCheckPage, again_button);

  gtk_widget_class_install_action (widget_class, "check.start", NULL, start_action);
  gtk_widget_class_install_action (widget_class, "check.cancel", NULL, cancel_action);
  gtk_widget_class_install_action (widget_class, "check.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "check.copy-conf", NULL, copy_conf_action);
  gtk_widget_class_install_action (widget_class, "check.save", NULL, save_action);
}

static void
yonder_check_page_init (YonderCheckPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
add_helpers (YonderCheckPage *self, const char *server, YonderClock *clock)
{
  static const YonderCheckErrand of_media[] = { YONDER_CHECK_LOOP_CALL, YONDER_CHECK_CAMERA, YONDER_CHECK_MICROPHONE, YONDER_CHECK_OFFER };
  g_autoptr (YonderMediaCheck) media = yonder_media_check_new (NULL, clock);

  for (guint i = 0; i < G_N_ELEMENTS (of_media); i++)
    yonder_network_check_set_helper (self->check, of_media[i], YONDER_CHECK_HELPER (media));
  if (server != NULL) {
    g_autoptr (YonderServerCheck) call_server = yonder_server_check_new (server, NULL, clock);

    yonder_network_check_set_helper (self->check, YONDER_CHECK_HTTP, YONDER_CHECK_HELPER (call_server));
    yonder_network_check_set_helper (self->check, YONDER_CHECK_WEBSOCKET, YONDER_CHECK_HELPER (call_server));
  }
}

/**
 * yonder_check_page_new:
 * @server: (nullable): the address of the call server; without it those steps are left out
 * @ice_servers: of [class@Yonder.IceServer]: what a call would use now
 * @clock: what measures and bounds
 *
 * Returns: (transfer floating): the dialog, to be presented
 */
YonderCheckPage *
yonder_check_page_new (const char *server, GListModel *ice_servers, YonderClock *clock)
{
  YonderCheckPage *self = g_object_new (YONDER_TYPE_CHECK_PAGE, NULL);

  self->check = yonder_network_check_new (clock);
  yonder_network_check_set_servers (self->check, ice_servers);
  add_helpers (self, server, clock);
  gtk_list_box_bind_model (self->steps_list, yonder_network_check_get_steps (self->check), make_row, NULL, NULL);
  g_signal_connect_swapped (self->check, "notify::is-running", G_CALLBACK (update), self);
  g_signal_connect_swapped (self->check, "finished", G_CALLBACK (update), self);
  update (self);
  return self;
}
