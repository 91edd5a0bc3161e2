/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-account-row.h"

#include <glib/gi18n.h>

#include "yonder-account-words.h"

struct _YonderAccountRow
{
  AdwActionRow        parent_instance;

  YonderAccountEntry *entry;
  gboolean            is_updating;

  /* template */
  GtkImage           *icon;
  GtkButton          *trouble_button;
  GtkSwitch          *on_switch;
  GtkWidget          *menu_button;
};

G_DEFINE_FINAL_TYPE (YonderAccountRow, yonder_account_row, ADW_TYPE_ACTION_ROW)

enum {
  SWITCHED,
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
on_switched (YonderAccountRow *self)
{
  if (!self->is_updating)
    g_signal_emit (self, signals[SWITCHED], 0, gtk_switch_get_active (self->on_switch));
}

static void
chosen_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  g_signal_emit (widget, signals[CHOSEN], 0, action_name + strlen ("account."));
}

/* A screen reader reads a control without its row. */
static void
name_control (GtkWidget *control, const char *format, const char *place)
{
  g_autofree char *name = g_strdup_printf (format, place);

  gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
yonder_account_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_ACCOUNT_ROW);
  g_clear_object (&YONDER_ACCOUNT_ROW (object)->entry);

  G_OBJECT_CLASS (yonder_account_row_parent_class)->dispose (object);
}

static void
yonder_account_row_class_init (YonderAccountRowClass *klass)
{
  static const char * const actions[] = { "account.mend", "account.copy-link", "account.edit", "account.sign-out",
                                          "account.remove" };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yonder_account_row_dispose;

  signals[SWITCHED] = g_signal_new ("switched", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-account-row.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderAccountRow, icon);
  gtk_widget_class_bind_template_child (widget_class, YonderAccountRow, trouble_button);
  gtk_widget_class_bind_template_child (widget_class, YonderAccountRow, on_switch);
  gtk_widget_class_bind_template_child (widget_class, YonderAccountRow, menu_button);
  gtk_widget_class_bind_template_callback (widget_class, on_switched);
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i], NULL, chosen_action);
}

static void
yonder_account_row_init (YonderAccountRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Shows how the account stands now. */
void
yonder_account_row_update (YonderAccountRow *self)
{
  YonderTrouble trouble = yonder_trouble_of_account (self->entry);
  YonderLine *line = yonder_account_entry_get_line (self->entry);
  const char *name = line != NULL ? yonder_account_get_user_name (yonder_line_get_account (line)) : NULL;
  const char *button = yonder_words_for_trouble_button (trouble);
  g_autofree char *state = yonder_words_for_account (self->entry);
  g_autofree char *words = NULL;

  if (name == NULL)
    name = yonder_account_entry_get_user (self->entry);
  words = *name != '\0' ? g_strdup_printf ("%s\n%s", name, state) : g_strdup (state);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), words);

  gtk_image_set_from_icon_name (self->icon, trouble >= YONDER_TROUBLE_NETWORK ? "dialog-warning-symbolic" : "network-server-symbolic");
  gtk_widget_set_visible (GTK_WIDGET (self->trouble_button), button != NULL);
  if (button != NULL)
    gtk_button_set_label (self->trouble_button, button);

  self->is_updating = TRUE;
  gtk_switch_set_active (self->on_switch, yonder_account_entry_is_on (self->entry));
  self->is_updating = FALSE;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "account.sign-out", line != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "account.copy-link", line != NULL);
}

/**
 * yonder_account_row_new:
 * @entry: (transfer none): the account
 *
 * Returns: (transfer floating): a row that shows how it stands; to be updated by whoever knows that it changed
 */
YonderAccountRow *
yonder_account_row_new (YonderAccountEntry *entry)
{
  YonderAccountRow *self = g_object_new (YONDER_TYPE_ACCOUNT_ROW, NULL);
  g_autofree char *place = yonder_account_entry_dup_place (entry);

  self->entry = g_object_ref (entry);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), place);
  name_control (GTK_WIDGET (self->on_switch), _("Use the account on %s"), place);
  name_control (self->menu_button, _("Menu of the account on %s"), place);
  yonder_account_row_update (self);
  return self;
}

YonderAccountEntry *
yonder_account_row_get_entry (YonderAccountRow *self)
{
  return self->entry;
}
