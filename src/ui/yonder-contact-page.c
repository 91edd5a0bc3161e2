/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-contact-page.h"

#include <glib/gi18n.h>

#include "yonder-call-words.h"
#include "yonder-portrait.h"
#include "yonder-record-dialog.h"
#include "yonder-record-words.h"

/* chosen: older ones are in the list of all calls */
#define MAX_CALLS 50

struct _YonderContactPage
{
  AdwNavigationPage  parent_instance;

  YonderPeople      *people;
  YonderContact     *contact; /* (nullable) until it is set */
  YonderCallLog     *log;
  YonderCallHistory *history;

  /* template */
  GtkToggleButton   *favourite_button;
  GtkWidget         *call_buttons;
  GtkWidget         *audio_button;
  GtkWidget         *video_button;
  GtkWidget         *request_group;
  GtkWidget         *accept_row;
  GtkWidget         *decline_row;
  GtkListBox        *calls_list;
  GtkWidget         *add_row;
  GtkWidget         *link_row;
  GtkWidget         *remove_row;
  GtkWidget         *block_row;
};

G_DEFINE_FINAL_TYPE (YonderContactPage, yonder_contact_page, ADW_TYPE_NAVIGATION_PAGE)

enum {
  PROP_CONTACT = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* Closures and callbacks of the template */

static gboolean
is_set (gpointer self, const char *text)
{
  return text != NULL && *text != '\0';
}

static char *
favourite_icon (gpointer self, gboolean is_favourite)
{
  return g_strdup (is_favourite ? "starred-symbolic" : "non-starred-symbolic");
}

static char *
standing_words (gpointer self, YonderPresence presence, YonderRelation relation, gboolean is_blocked)
{
  return yonder_words_for_standing (presence, relation, is_blocked);
}

static void
on_favourite_clicked (YonderContactPage *self)
{
  yonder_people_set_favourite (self->people, self->contact, gtk_toggle_button_get_active (self->favourite_button));
}

/* Their calls */

static gboolean
is_with_contact (gpointer item, gpointer data)
{
  YonderContactPage *self = data;

  return self->contact != NULL && g_str_equal (yonder_call_record_get_account (item), yonder_people_get_mark (self->people)) &&
         yonder_people_is_same (self->people, self->contact, yonder_call_record_get_peer_id (item), yonder_call_record_get_peer_name (item));
}

static void
on_call_activated (AdwActionRow *row, YonderContactPage *self)
{
  YonderCallRecord *record = g_object_get_data (G_OBJECT (row), "yonder-record");

  adw_dialog_present (yonder_record_dialog_new (record, self->log, self->history, FALSE, GTK_WIDGET (self)), GTK_WIDGET (self));
}

static GtkWidget *
make_call_row (gpointer item, gpointer data)
{
  YonderCallRecord *record = item;
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = g_object_new (GTK_TYPE_IMAGE, "icon-name", yonder_icon_for_record (record),
                                  "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  g_autofree char *line = yonder_words_for_record_line (record, TRUE);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), yonder_words_for_record (record));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), line);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  if (yonder_call_record_is_missed (record))
    gtk_widget_add_css_class (icon, "error");
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "yonder-record", g_object_ref (record), g_object_unref);
  g_signal_connect_object (row, "activated", G_CALLBACK (on_call_activated), data, 0);
  return row;
}

static void
list_calls (YonderContactPage *self)
{
  GtkFilter *filter = GTK_FILTER (gtk_custom_filter_new (is_with_contact, self, NULL));
  GtkFilterListModel *filtered = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->log)), filter);
  g_autoptr (GtkSliceListModel) newest = gtk_slice_list_model_new (G_LIST_MODEL (filtered), 0, MAX_CALLS);

  gtk_list_box_bind_model (self->calls_list, G_LIST_MODEL (newest), make_call_row, self, NULL);
}

/* What can be done */

static void
update (YonderContactPage *self)
{
  YonderRelation relation = yonder_contact_get_relation (self->contact);
  gboolean is_blocked = yonder_contact_is_blocked (self->contact);
  gboolean is_known = yonder_contact_is_known (self->contact);

  gtk_toggle_button_set_active (self->favourite_button, yonder_contact_is_favourite (self->contact));
  gtk_widget_set_visible (self->request_group, relation == YONDER_RELATION_ASKS && !is_blocked);
  gtk_widget_set_visible (self->add_row, !is_known && relation != YONDER_RELATION_ASKS);
  gtk_widget_set_visible (self->remove_row, is_known);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->block_row), is_blocked ? _("Un_block") : _("_Block"));
  if (is_blocked)
    gtk_widget_remove_css_class (self->block_row, "destructive-action");
  else
    gtk_widget_add_css_class (self->block_row, "destructive-action");
}

static void
update_button (GtkWidget *button, YonderContact *contact, const char *kind, const char *format)
{
  g_autofree char *label = g_strdup_printf (format, yonder_contact_get_name (contact));

  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(sss)", yonder_contact_get_account (contact), yonder_contact_get_id (contact),
                                    kind);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
update_names (YonderContactPage *self)
{
  update_button (self->audio_button, self->contact, "voice", _("Audio call with %s"));
  update_button (self->video_button, self->contact, "video", _("Video call with %s"));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->link_row), "(sss)", yonder_people_get_mark (self->people),
                                    yonder_contact_get_id (self->contact), yonder_contact_get_name (self->contact));
}

static void
set_contact (YonderContactPage *self, YonderContact *contact)
{
  const char *id = yonder_contact_get_id (contact);
  GtkWidget *rows[] = { self->accept_row, self->decline_row, self->add_row, self->remove_row, self->block_row };

  self->contact = g_object_ref (contact);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    gtk_actionable_set_action_target (GTK_ACTIONABLE (rows[i]), "(ss)", yonder_people_get_mark (self->people), id);
  g_signal_connect_object (contact, "notify::relation", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (contact, "notify::is-favourite", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (contact, "notify::is-added", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (contact, "notify::is-blocked", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (contact, "notify::name", G_CALLBACK (update_names), self, G_CONNECT_SWAPPED);
  update (self);
  update_names (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTACT]);
}

static void
yonder_contact_page_dispose (GObject *object)
{
  YonderContactPage *self = YONDER_CONTACT_PAGE (object);

  if (self->calls_list != NULL)
    gtk_list_box_bind_model (self->calls_list, NULL, NULL, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_CONTACT_PAGE);
  g_clear_object (&self->contact);
  g_clear_object (&self->people);
  g_clear_object (&self->log);
  g_clear_object (&self->history);

  G_OBJECT_CLASS (yonder_contact_page_parent_class)->dispose (object);
}

static void
yonder_contact_page_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_CONTACT:
    g_value_set_object (value, YONDER_CONTACT_PAGE (object)->contact);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-contact-page.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderContactPage, favourite_button);
  gtk_widget_class_bind_template_child (widget_class, YonderContactPage, call_buttons);
  gtk_widget_class_bind_template_child (widget_class, YonderContactPage, audio_button);
  gtk_widget_class_bind_template_child (widget_class, YonderContactPage, video_button);
  gtk_widget_class_bind_template_child (widget_class, YonderContactPage, request_group);
  gtk_widget_class_bind_template_child (widget_class, YonderContactPage, accept_row);
  gtk_widget_class_bind_template_child (widget_class, YonderContactPage, decline_row);
  gtk_widget_class_bind_template_child (widget_class, YonderContactPage, calls_list);
  gtk_widget_class_bind_template_child (widget_class, YonderContactPage, add_row);
  gtk_widget_class_bind_template_child (widget_class, YonderContactPage, link_row);
  gtk_widget_class_bind_template_child (widget_class, YonderContactPage, remove_row);
  gtk_widget_class_bind_template_child (widget_class, YonderContactPage, block_row);
  gtk_widget_class_bind_template_callback (widget_class, is_set);
  gtk_widget_class_bind_template_callback (widget_class, favourite_icon);
  gtk_widget_class_bind_template_callback (widget_class, standing_words);
  gtk_widget_class_bind_template_callback (widget_class, on_favourite_clicked);
}

static void
yonder_contact_page_class_init (YonderContactPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = yonder_contact_page_dispose;
  object_class->get_property = yonder_contact_page_get_property;

  properties[PROP_CONTACT] = g_param_spec_object ("contact", NULL, NULL, YONDER_TYPE_CONTACT, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (YONDER_TYPE_CONTACT);
  g_type_ensure (YONDER_TYPE_PORTRAIT);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
yonder_contact_page_init (YonderContactPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * yonder_contact_page_new:
 * @people: (transfer none): what may be done with them
 * @contact: (transfer none): whom to show
 * @log: (transfer none): the calls there were
 * @history: (transfer none): those whose connection can be looked at
 * @offers_calls: whether anybody is offered to be called here
 *
 * Returns: (transfer floating): the page, for a navigation view
 */
YonderContactPage *
yonder_contact_page_new (YonderPeople *people, YonderContact *contact, YonderCallLog *log, YonderCallHistory *history,
                         gboolean offers_calls)
{
  YonderContactPage *self = g_object_new (YONDER_TYPE_CONTACT_PAGE, "tag", "person", NULL);

  self->people = g_object_ref (people);
  self->log = g_object_ref (log);
  self->history = g_object_ref (history);
  gtk_widget_set_visible (self->call_buttons, offers_calls);
  set_contact (self, contact);
  list_calls (self);
  return self;
}

YonderContact *
yonder_contact_page_get_contact (YonderContactPage *self)
{
  g_return_val_if_fail (YONDER_IS_CONTACT_PAGE (self), NULL);

  return self->contact;
}

/**
 * yonder_contact_page_get_people:
 * @self: a page
 *
 * Returns: (transfer none): among whom they are
 */
YonderPeople *
yonder_contact_page_get_people (YonderContactPage *self)
{
  return self->people;
}
