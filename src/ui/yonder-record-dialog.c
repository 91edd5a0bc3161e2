/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-record-dialog.h"

#include <glib/gi18n.h>

#include "yonder-call-words.h"
#include "yonder-ice-dialog.h"
#include "yonder-record-words.h"
#include "yonder-undo-toast.h"

struct _YonderRecordDialog
{
  AdwDialog             parent_instance;

  YonderCallRecord     *record;
  YonderCallLog        *log;
  YonderCallInspection *inspection; /* (nullable): not kept from start to start */
  GtkWidget            *origin;     /* (nullable) weak: what it was opened from */
};

G_DEFINE_FINAL_TYPE (YonderRecordDialog, yonder_record_dialog, ADW_TYPE_DIALOG)

/* Removing */

typedef struct {
  YonderCallLog    *log;
  YonderCallRecord *record;
} Removed;

static void
removed_free (gpointer data, GClosure *closure)
{
  Removed *removed = data;

  g_object_unref (removed->log);
  g_object_unref (removed->record);
  g_free (removed);
}

static void
on_undo (AdwToast *toast, Removed *removed)
{
  yonder_call_log_restore (removed->log, removed->record);
}

void
yonder_record_delete (YonderCallRecord *record, YonderCallLog *log, GtkWidget *widget)
{
  GtkWidget *toasts = gtk_widget_get_ancestor (widget, ADW_TYPE_TOAST_OVERLAY);
  Removed *removed = g_new (Removed, 1);
  AdwToast *toast;

  removed->log = g_object_ref (log);
  removed->record = g_object_ref (record);
  yonder_call_log_remove (log, record);
  toast = yonder_undo_toast_new (_("Call deleted"), G_CALLBACK (on_undo), removed, removed_free);
  if (toasts != NULL)
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (toasts), toast);
  else
    g_object_unref (g_object_ref_sink (toast));
}

static void
delete_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderRecordDialog *self = YONDER_RECORD_DIALOG (widget);
  g_autoptr (YonderRecordDialog) kept = g_object_ref (self);

  adw_dialog_close (ADW_DIALOG (self));
  /* the dialog lies above the toasts; what it was opened from lies in them */
  yonder_record_delete (self->record, self->log, self->origin != NULL ? self->origin : widget);
}

/* What else can be done */

static void
connection_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderRecordDialog *self = YONDER_RECORD_DIALOG (widget);

  if (self->inspection != NULL)
    adw_dialog_present (yonder_ice_dialog_new_for_call (self->inspection), widget);
}

static void
call_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderRecordDialog *self = YONDER_RECORD_DIALOG (widget);
  gboolean is_video = yonder_call_record_get_kind (self->record) == YONDER_CALL_KIND_VIDEO;

  gtk_widget_activate_action (widget, "app.call", "(sss)", yonder_call_record_get_account (self->record),
                              yonder_call_record_get_peer_id (self->record), is_video ? "video" : "voice");
  adw_dialog_close (ADW_DIALOG (self));
}

static void
person_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderRecordDialog *self = YONDER_RECORD_DIALOG (widget);

  gtk_widget_activate_action (widget, "win.show-person", "(sss)", yonder_call_record_get_account (self->record),
                              yonder_call_record_get_peer_id (self->record),
                              yonder_call_record_get_peer_name (self->record));
  adw_dialog_close (ADW_DIALOG (self));
}

static void
yonder_record_dialog_dispose (GObject *object)
{
  YonderRecordDialog *self = YONDER_RECORD_DIALOG (object);

  g_clear_object (&self->record);
  g_clear_object (&self->log);
  g_clear_object (&self->inspection);
  g_clear_weak_pointer (&self->origin);

  G_OBJECT_CLASS (yonder_record_dialog_parent_class)->dispose (object);
}

static void
yonder_record_dialog_class_init (YonderRecordDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yonder_record_dialog_dispose;

  gtk_widget_class_install_action (widget_class, "record.delete", NULL, delete_action);
  gtk_widget_class_install_action (widget_class, "record.connection", NULL, connection_action);
  gtk_widget_class_install_action (widget_class, "record.call", NULL, call_action);
  gtk_widget_class_install_action (widget_class, "record.person", NULL, person_action);
}

static void
yonder_record_dialog_init (YonderRecordDialog *self)
{
}

/* Contents */

static void
add_fact (AdwPreferencesGroup *group, const char *title, const char *words)
{
  GtkWidget *row;

  if (words == NULL || *words == '\0')
    return;
  row = adw_action_row_new ();
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), words);
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  gtk_widget_add_css_class (row, "property");
  adw_preferences_group_add (group, row);
}

static AdwPreferencesGroup *
make_facts (YonderCallRecord *record, gboolean is_of_account)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  gint64 duration_s = yonder_call_record_get_duration_s (record);
  g_autofree char *time = yonder_words_for_record_time (record);
  g_autofree char *length = duration_s > 0 ? yonder_words_for_elapsed ((guint) MIN (duration_s, G_MAXINT)) : NULL;
  g_autofree char *end = yonder_words_for_record_end (record);

  add_fact (group, _("Call"), yonder_words_for_record (record));
  add_fact (group, _("Time"), time);
  add_fact (group, _("Length"), length);
  if (duration_s > 0 && yonder_call_record_get_quality (record) != YONDER_QUALITY_UNKNOWN)
    add_fact (group, _("Quality"), yonder_quality_get_word (yonder_call_record_get_quality (record)));
  add_fact (group, _("Route"), yonder_call_record_get_route (record));
  add_fact (group, _("Why It Ended"), end);
  if (!is_of_account)
    add_fact (group, _("Account"), yonder_call_record_get_account (record));
  return group;
}

static GtkWidget *
make_button (const char *title, const char *action_name, const char *style)
{
  GtkWidget *row = adw_button_row_new ();

  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (row), TRUE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), action_name);
  if (style != NULL)
    gtk_widget_add_css_class (row, style);
  return row;
}

static AdwPreferencesGroup *
make_deeds (YonderRecordDialog *self, gboolean can_call)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  adw_preferences_group_set_separate_rows (group, TRUE);
  if (can_call) {
    adw_preferences_group_add (group, make_button (_("Call _Back"), "record.call", "suggested-action"));
    adw_preferences_group_add (group, make_button (_("Show _Contact"), "record.person", NULL));
  }
  if (self->inspection != NULL)
    adw_preferences_group_add (group, make_button (_("C_onnection Details"), "record.connection", NULL));
  adw_preferences_group_add (group, make_button (_("_Delete Call"), "record.delete", "destructive-action"));
  return group;
}

/**
 * yonder_record_dialog_new:
 * @record: (transfer none): a call of @log
 * @log: (transfer none): where it can be removed
 * @history: (transfer none): where its connection may still be kept
 * @can_call: whether the other one can be called and looked at from here
 * @origin: what it is opened from; the toast that takes back a deletion comes there
 *
 * Returns: (transfer floating): the dialog, to be presented
 */
AdwDialog *
yonder_record_dialog_new (YonderCallRecord *record, YonderCallLog *log, YonderCallHistory *history, gboolean can_call, GtkWidget *origin)
{
  YonderRecordDialog *self = g_object_new (YONDER_TYPE_RECORD_DIALOG, NULL);
  GtkWidget *view = adw_toolbar_view_new ();
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());

  self->record = g_object_ref (record);
  self->log = g_object_ref (log);
  g_set_weak_pointer (&self->origin, origin);
  g_set_object (&self->inspection, yonder_call_history_find (history, record));

  adw_preferences_page_add (page, make_facts (record, can_call));
  adw_preferences_page_add (page, make_deeds (self, can_call));
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), GTK_WIDGET (page));
  adw_dialog_set_child (ADW_DIALOG (self), view);
  adw_dialog_set_title (ADW_DIALOG (self), yonder_call_record_get_peer_name (record));
  adw_dialog_set_content_width (ADW_DIALOG (self), 420);
  return ADW_DIALOG (self);
}
