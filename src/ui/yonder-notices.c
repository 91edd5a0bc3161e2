/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-notices.h"

#include <glib/gi18n.h>

struct _YonderNotices
{
  GtkBox      parent_instance;

  GHashTable *rows; /* of char to GtkWidget, borrowed */
  GHashTable *dismissed; /* of char to char: what the user has read by tag */
};

G_DEFINE_FINAL_TYPE (YonderNotices, yonder_notices, GTK_TYPE_BOX)

static void
yonder_notices_finalize (GObject *object)
{
  YonderNotices *self = YONDER_NOTICES (object);

  g_hash_table_unref (self->rows);
  g_hash_table_unref (self->dismissed);

  G_OBJECT_CLASS (yonder_notices_parent_class)->finalize (object);
}

static void
yonder_notices_class_init (YonderNoticesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = yonder_notices_finalize;
}

static void
yonder_notices_init (YonderNotices *self)
{
  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->dismissed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/* The button of a row goes with it: not before its own click is over. */
static gboolean
remove_row (gpointer data)
{
  GtkWidget *row = data;
  GtkWidget *box = gtk_widget_get_parent (row);
  const char *tag = g_object_get_data (G_OBJECT (row), "yonder-tag");

  if (box != NULL && g_hash_table_lookup (YONDER_NOTICES (box)->rows, tag) == row) {
    g_autofree char *key = g_strdup (tag);
    g_autofree char *text = g_strdup (gtk_widget_get_name (row));

    yonder_notices_remove (YONDER_NOTICES (box), key);
    g_hash_table_insert (YONDER_NOTICES (box)->dismissed, g_steal_pointer (&key), g_steal_pointer (&text));
  }
  return G_SOURCE_REMOVE;
}

static void
dismiss (GtkWidget *row)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, remove_row, g_object_ref (row), g_object_unref);
}

static GtkWidget *
make_offer (const YonderNoticeOffer *offer)
{
  /* a button of its own label could not be given another name */
  GtkWidget *button = gtk_button_new ();

  gtk_button_set_child (GTK_BUTTON (button), gtk_label_new (offer->label));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), offer->action_name);
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button), offer->target);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, offer->words, -1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  return button;
}

static GtkWidget *
make_dismissal (const char *text)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");

  gtk_widget_set_tooltip_text (button, _("Dismiss"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Dismiss"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
  return button;
}

gboolean
yonder_notices_add (YonderNotices *self, const char *tag, const char *text, const YonderNoticeOffer *offer)
{
  GtkWidget *former = g_hash_table_lookup (self->rows, tag);
  GtkWidget *row, *button;

  if (g_strcmp0 (former != NULL ? gtk_widget_get_name (former) : g_hash_table_lookup (self->dismissed, tag), text) == 0)
    return FALSE;

  yonder_notices_remove (self, tag);
  row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_set_name (row, text);
  gtk_widget_add_css_class (row, "notice");
  g_object_set_data_full (G_OBJECT (row), "yonder-tag", g_strdup (tag), g_free);
  gtk_box_append (GTK_BOX (row), g_object_new (GTK_TYPE_IMAGE, "icon-name", offer != NULL ? "dialog-information-symbolic" : "dialog-warning-symbolic",
                                               "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL));
  gtk_box_append (GTK_BOX (row), g_object_new (GTK_TYPE_LABEL, "label", text, "wrap", TRUE, "xalign", 0.0, "hexpand", TRUE,
                                               "max-width-chars", 50, NULL));
  if (offer != NULL) {
    button = make_offer (offer);
    g_signal_connect_object (button, "clicked", G_CALLBACK (dismiss), row, G_CONNECT_SWAPPED);
    gtk_box_append (GTK_BOX (row), button);
  }
  button = make_dismissal (text);
  g_signal_connect_object (button, "clicked", G_CALLBACK (dismiss), row, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (row), button);

  gtk_box_append (GTK_BOX (self), row);
  g_hash_table_insert (self->rows, g_strdup (tag), row);
  return TRUE;
}

void
yonder_notices_remove (YonderNotices *self, const char *tag)
{
  g_autofree char *key = NULL;
  GtkWidget *row;

  g_hash_table_remove (self->dismissed, tag);
  if (g_hash_table_steal_extended (self->rows, tag, (gpointer *) &key, (gpointer *) &row))
    gtk_box_remove (GTK_BOX (self), row);
}

void
yonder_notices_clear (YonderNotices *self)
{
  GtkWidget *row;

  g_hash_table_remove_all (self->rows);
  g_hash_table_remove_all (self->dismissed);
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_box_remove (GTK_BOX (self), row);
}

gboolean
yonder_notices_is_empty (YonderNotices *self)
{
  return g_hash_table_size (self->rows) == 0;
}
