/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-log-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "yonder-portrait.h"
#include "yonder-record-words.h"

struct _YonderLogRow
{
  GtkBox            parent_instance;

  YonderCallRecord *record; /* (nullable) */

  /* template */
  YonderPortrait   *portrait;
  GtkLabel         *name_label;
  GtkLabel         *line_label;
  GtkImage         *direction_image;
  GtkWidget        *call_button;
};

G_DEFINE_FINAL_TYPE (YonderLogRow, yonder_log_row, GTK_TYPE_BOX)

static void
yonder_log_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_LOG_ROW);
  g_clear_object (&YONDER_LOG_ROW (object)->record);

  G_OBJECT_CLASS (yonder_log_row_parent_class)->dispose (object);
}

static void
yonder_log_row_class_init (YonderLogRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yonder_log_row_dispose;

  g_type_ensure (YONDER_TYPE_PORTRAIT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-log-row.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderLogRow, portrait);
  gtk_widget_class_bind_template_child (widget_class, YonderLogRow, name_label);
  gtk_widget_class_bind_template_child (widget_class, YonderLogRow, line_label);
  gtk_widget_class_bind_template_child (widget_class, YonderLogRow, direction_image);
  gtk_widget_class_bind_template_child (widget_class, YonderLogRow, call_button);
}

static void
yonder_log_row_init (YonderLogRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Says who will be called, since a screen reader reads a button without its row. */
static void
update_button (YonderLogRow *self)
{
  gboolean is_video = yonder_call_record_get_kind (self->record) == YONDER_CALL_KIND_VIDEO;
  g_autofree char *label = g_strdup_printf (_("Call back %s"), yonder_call_record_get_peer_name (self->record));

  gtk_button_set_icon_name (GTK_BUTTON (self->call_button), is_video ? "camera-video-symbolic" : "call-start-symbolic");
  gtk_widget_set_tooltip_text (self->call_button, is_video ? _("Video Call") : _("Audio Call"));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->call_button), "(sss)", yonder_call_record_get_account (self->record),
                                    yonder_call_record_get_peer_id (self->record), is_video ? "video" : "voice");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->call_button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/**
 * yonder_log_row_set_record:
 * @self: a row
 * @record: (nullable): what to show
 * @contact: (nullable): with whom it was
 * @can_call: whether the other one is to be called from here; not so who was called from another account
 */
void
yonder_log_row_set_record (YonderLogRow *self, YonderCallRecord *record, YonderContact *contact, gboolean can_call)
{
  g_autofree char *line = NULL;

  g_return_if_fail (YONDER_IS_LOG_ROW (self));

  g_set_object (&self->record, record);
  g_object_set (self->portrait, "contact", contact, NULL);
  if (record == NULL)
    return;

  line = yonder_words_for_record_line (record, FALSE);
  gtk_label_set_label (self->name_label, yonder_call_record_get_peer_name (record));
  gtk_label_set_label (self->line_label, line);
  gtk_image_set_from_icon_name (self->direction_image, yonder_icon_for_record (record));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->direction_image), GTK_ACCESSIBLE_PROPERTY_LABEL, yonder_words_for_record (record), -1);
  if (yonder_call_record_is_missed (record))
    gtk_widget_add_css_class (GTK_WIDGET (self), "missed");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "missed");
  gtk_widget_set_visible (self->call_button, can_call);
  update_button (self);
}

YonderCallRecord *
yonder_log_row_get_record (YonderLogRow *self)
{
  g_return_val_if_fail (YONDER_IS_LOG_ROW (self), NULL);

  return self->record;
}
