/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-privacy-page.h"

#include <glib/gi18n.h>

struct _YonderPrivacyPage
{
  AdwPreferencesPage   parent_instance;

  YonderPeopleBook    *book;
  GPtrArray           *rows; /* (element-type GtkWidget) borrowed: of the blocked people */

  /* template */
  AdwSwitchRow        *contacts_row;
  AdwPreferencesGroup *blocked_group;
};

G_DEFINE_FINAL_TYPE (YonderPrivacyPage, yonder_privacy_page, ADW_TYPE_PREFERENCES_PAGE)

static void
unblock_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  const char *server, *id, *name;

  g_variant_get (parameter, "(&s&s&s)", &server, &id, &name);
  yonder_people_book_set (YONDER_PRIVACY_PAGE (widget)->book, server, id, name, YONDER_NOTE_BLOCKED, FALSE);
}

static GtkWidget *
make_row (const YonderPeopleEntry *entry)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new ();
  g_autofree char *label = g_strdup_printf (_("Unblock %s"), entry->name);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), entry->name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                               g_str_equal (entry->server, YONDER_PEOPLE_BOOK_PASSING) ? _("On This Computer") : entry->server);
  /* a button of its own label could not be given a name that says who */
  gtk_button_set_child (GTK_BUTTON (button), gtk_label_new (_("Unblock")));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(sss)", entry->server, entry->id, entry->name);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "privacy.unblock");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
}

static void
add_row (YonderPrivacyPage *self, GtkWidget *row)
{
  adw_preferences_group_add (self->blocked_group, row);
  g_ptr_array_add (self->rows, row);
}

static void
on_book_changed (YonderPrivacyPage *self)
{
  g_autoptr (GPtrArray) blocked = yonder_people_book_list (self->book, NULL, YONDER_NOTE_BLOCKED);

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->blocked_group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);

  for (guint i = 0; i < blocked->len; i++)
    add_row (self, make_row (blocked->pdata[i]));
  if (blocked->len == 0)
    add_row (self, g_object_new (ADW_TYPE_ACTION_ROW, "title", _("Nobody is blocked"), "sensitive", FALSE, NULL));
}

static void
yonder_privacy_page_dispose (GObject *object)
{
  YonderPrivacyPage *self = YONDER_PRIVACY_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_PRIVACY_PAGE);
  g_clear_object (&self->book);
  g_clear_pointer (&self->rows, g_ptr_array_unref);

  G_OBJECT_CLASS (yonder_privacy_page_parent_class)->dispose (object);
}

static void
yonder_privacy_page_class_init (YonderPrivacyPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = yonder_privacy_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-privacy-page.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderPrivacyPage, contacts_row);
  gtk_widget_class_bind_template_child (widget_class, YonderPrivacyPage, blocked_group);
  gtk_widget_class_install_action (widget_class, "privacy.unblock", "(sss)", unblock_action);
}

static void
yonder_privacy_page_init (YonderPrivacyPage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * yonder_privacy_page_new:
 * @settings: (transfer none): where the choices are kept
 * @book: (transfer none): who is blocked
 *
 * Returns: (transfer floating): the page, for a preferences dialog
 */
YonderPrivacyPage *
yonder_privacy_page_new (GSettings *settings, YonderPeopleBook *book)
{
  YonderPrivacyPage *self = g_object_new (YONDER_TYPE_PRIVACY_PAGE, NULL);

  self->book = g_object_ref (book);
  g_settings_bind (settings, "only-contacts-ring", self->contacts_row, "active", G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (book, "changed", G_CALLBACK (on_book_changed), self, G_CONNECT_SWAPPED);
  on_book_changed (self);
  return self;
}
