/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-contacts-page.h"

#include <glib/gi18n.h>

#include "yonder-call-words.h"
#include "yonder-contact-row.h"

struct _YonderContactsPage
{
  AdwBin                parent_instance;

  YonderLine           *line;       /* (nullable) */
  char                 *place;      /* (nullable) */
  GBindingGroup        *line_bindings;
  GBindingGroup        *connection_bindings;
  GSignalGroup         *contacts_signals;
  YonderSignalingState  connection;
  guint                 n_contacts;
  gboolean              offers_calls;
  GtkSorter            *by_presence;

  /* template */
  GtkToggleButton      *search_button;
  GtkSearchBar         *search_bar;
  GtkSearchEntry       *search_entry;
  GtkSortListModel     *contacts;
  GtkFilterListModel   *filtered;
  GtkStringFilter      *filter;
  GtkListView          *list_view;
};

G_DEFINE_FINAL_TYPE (YonderContactsPage, yonder_contacts_page, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_PLACE,
  PROP_CONNECTION,
  PROP_N_CONTACTS,
  PROP_OFFERS_CALLS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* Rows */

static void
on_row_setup (YonderContactsPage *self, GtkListItem *item)
{
  YonderContactRow *row = g_object_new (YONDER_TYPE_CONTACT_ROW, NULL);

  g_object_bind_property (self, "offers-calls", row, "offers-calls", G_BINDING_SYNC_CREATE);
  gtk_list_item_set_child (item, GTK_WIDGET (row));
}

static void
on_row_bind (YonderContactsPage *self, GtkListItem *item)
{
  YonderContact *contact = gtk_list_item_get_item (item);

  g_object_set (gtk_list_item_get_child (item), "contact", contact, NULL);
  gtk_list_item_set_accessible_label (item, yonder_contact_get_name (contact));
}

static void
on_row_unbind (YonderContactsPage *self, GtkListItem *item)
{
  g_object_set (gtk_list_item_get_child (item), "contact", NULL, NULL);
}

/* Closures and callbacks of the template */

static gboolean
is_set (gpointer self, const char *text)
{
  return text != NULL && *text != '\0';
}

static char *
connection_words (gpointer self, YonderSignalingState state)
{
  const char *words = yonder_words_for_connection (state);

  return g_strdup (words != NULL ? words : "");
}

/* What does not come back by itself has a button. */
static char *
connection_button (gpointer self, YonderSignalingState state)
{
  if (state == YONDER_SIGNALING_REFUSED)
    return g_strdup (_("_Sign In Again"));
  if (state == YONDER_SIGNALING_OFFLINE)
    return g_strdup (_("_Connect"));

  return NULL;
}

static char *
list_state (gpointer self, guint n_shown, guint n_contacts)
{
  return g_strdup (n_shown > 0 ? "list" : n_contacts > 0 ? "no-match" : "nobody");
}

static char *
section_words (gpointer self, YonderPresence presence)
{
  return g_strdup (presence == YONDER_PRESENCE_OFFLINE ? _("Offline") : _("Online"));
}

static void
on_banner_button_clicked (YonderContactsPage *self)
{
  if (self->line == NULL)
    return;

  if (self->connection == YONDER_SIGNALING_REFUSED)
    gtk_widget_activate_action (GTK_WIDGET (self), "app.sign-out", NULL);
  else
    yonder_line_reconnect (self->line);
}

static void
on_search_changed (YonderContactsPage *self)
{
  gtk_string_filter_set_search (self->filter, gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
}

static void
call_contact_at (YonderContactsPage *self, guint position)
{
  g_autoptr (YonderContact) contact = g_list_model_get_item (G_LIST_MODEL (self->contacts), position);

  if (contact != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "app.call", "(ss)", yonder_contact_get_id (contact), "video");
}

static void
on_contact_activated (YonderContactsPage *self, guint position)
{
  call_contact_at (self, position);
}

/* Enter in the search calls the only one that is left. */
static void
on_search_activate (YonderContactsPage *self)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->contacts)) == 1)
    call_contact_at (self, 0);
}

static int
compare_presence (gconstpointer a, gconstpointer b, gpointer user_data)
{
  gboolean is_a_here = yonder_contact_get_presence ((YonderContact *) a) != YONDER_PRESENCE_OFFLINE;
  gboolean is_b_here = yonder_contact_get_presence ((YonderContact *) b) != YONDER_PRESENCE_OFFLINE;

  return is_b_here - is_a_here;
}

static int
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return g_utf8_collate (yonder_contact_get_name ((YonderContact *) a), yonder_contact_get_name ((YonderContact *) b));
}

static void
on_presence_changed (YonderContactsPage *self)
{
  gtk_sorter_changed (self->by_presence, GTK_SORTER_CHANGE_DIFFERENT);
}

static void
on_contacts_changed (YonderContactsPage *self, guint position, guint removed, guint added, GListModel *model)
{
  for (guint i = position; i < position + added; i++) {
    g_autoptr (YonderContact) contact = g_list_model_get_item (model, i);

    g_signal_handlers_disconnect_by_func (contact, on_presence_changed, self);
    g_signal_connect_object (contact, "notify::presence", G_CALLBACK (on_presence_changed), self, G_CONNECT_SWAPPED);
  }

  self->n_contacts = g_list_model_get_n_items (model);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_CONTACTS]);
}

static gboolean
yonder_contacts_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (YONDER_CONTACTS_PAGE (widget)->list_view));
}

static void
yonder_contacts_page_dispose (GObject *object)
{
  YonderContactsPage *self = YONDER_CONTACTS_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_CONTACTS_PAGE);
  g_clear_object (&self->connection_bindings);
  g_clear_object (&self->line_bindings);
  g_clear_object (&self->contacts_signals);
  g_clear_object (&self->by_presence);
  g_clear_object (&self->line);
  g_clear_pointer (&self->place, g_free);

  G_OBJECT_CLASS (yonder_contacts_page_parent_class)->dispose (object);
}

static void
yonder_contacts_page_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YonderContactsPage *self = YONDER_CONTACTS_PAGE (object);

  switch (prop_id) {
  case PROP_PLACE:
    g_value_set_string (value, self->place);
    break;
  case PROP_CONNECTION:
    g_value_set_enum (value, self->connection);
    break;
  case PROP_N_CONTACTS:
    g_value_set_uint (value, self->n_contacts);
    break;
  case PROP_OFFERS_CALLS:
    g_value_set_boolean (value, self->offers_calls);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_contacts_page_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  YonderContactsPage *self = YONDER_CONTACTS_PAGE (object);

  switch (prop_id) {
  case PROP_CONNECTION:
    if (self->connection != (YonderSignalingState) g_value_get_enum (value)) {
      self->connection = g_value_get_enum (value);
      g_object_notify_by_pspec (object, pspec);
    }
    break;
  case PROP_OFFERS_CALLS:
    if (self->offers_calls != g_value_get_boolean (value)) {
      self->offers_calls = g_value_get_boolean (value);
      g_object_notify_by_pspec (object, pspec);
    }
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-contacts-page.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, search_button);
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, search_bar);
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, contacts);
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, filtered);
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, filter);
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, list_view);
  gtk_widget_class_bind_template_callback (widget_class, on_row_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_row_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_row_unbind);
  gtk_widget_class_bind_template_callback (widget_class, is_set);
  gtk_widget_class_bind_template_callback (widget_class, connection_words);
  gtk_widget_class_bind_template_callback (widget_class, connection_button);
  gtk_widget_class_bind_template_callback (widget_class, list_state);
  gtk_widget_class_bind_template_callback (widget_class, section_words);
  gtk_widget_class_bind_template_callback (widget_class, on_banner_button_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_contact_activated);
}

static void
yonder_contacts_page_class_init (YonderContactsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = yonder_contacts_page_dispose;
  object_class->get_property = yonder_contacts_page_get_property;
  object_class->set_property = yonder_contacts_page_set_property;
  widget_class->grab_focus = yonder_contacts_page_grab_focus;

  properties[PROP_PLACE] = g_param_spec_string ("place", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CONNECTION] = g_param_spec_enum ("connection", NULL, NULL, YONDER_TYPE_SIGNALING_STATE, YONDER_SIGNALING_CONNECTING,
                                                   G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_N_CONTACTS] = g_param_spec_uint ("n-contacts", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_OFFERS_CALLS] = g_param_spec_boolean ("offers-calls", NULL, NULL, TRUE,
                                                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (YONDER_TYPE_CONTACT);
  g_type_ensure (YONDER_TYPE_CONTACT_ROW);
  bind_template (widget_class);
}

static void
yonder_contacts_page_init (YonderContactsPage *self)
{
  g_autoptr (GtkSorter) by_name = GTK_SORTER (gtk_custom_sorter_new (compare_names, NULL, NULL));

  self->connection = YONDER_SIGNALING_CONNECTING;
  self->offers_calls = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));

  self->by_presence = GTK_SORTER (gtk_custom_sorter_new (compare_presence, NULL, NULL));
  gtk_sort_list_model_set_section_sorter (self->contacts, self->by_presence);
  gtk_sort_list_model_set_sorter (self->contacts, by_name);

  self->line_bindings = g_binding_group_new ();
  g_binding_group_bind (self->line_bindings, "offers-calls", self, "offers-calls", G_BINDING_SYNC_CREATE);

  self->connection_bindings = g_binding_group_new ();
  g_binding_group_bind (self->connection_bindings, "state", self, "connection", G_BINDING_SYNC_CREATE);

  self->contacts_signals = g_signal_group_new (YONDER_TYPE_CONTACT_LIST);
  g_signal_group_connect_object (self->contacts_signals, "items-changed", G_CALLBACK (on_contacts_changed), self, G_CONNECT_SWAPPED);
}

/**
 * yonder_contacts_page_set_line:
 * @self: the page
 * @line: (nullable) (transfer none): whose contacts to show
 * @place: (nullable): the server, as the title says it
 *
 * Shows a line; what was searched for before is forgotten.
 */
void
yonder_contacts_page_set_line (YonderContactsPage *self, YonderLine *line, const char *place)
{
  GListModel *contacts = line != NULL ? G_LIST_MODEL (yonder_line_get_contacts (line)) : NULL;

  g_set_object (&self->line, line);
  if (g_set_str (&self->place, place))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PLACE]);

  g_binding_group_set_source (self->line_bindings, line);
  g_binding_group_set_source (self->connection_bindings, line != NULL ? yonder_line_get_signaling (line) : NULL);
  g_signal_group_set_target (self->contacts_signals, contacts);
  gtk_toggle_button_set_active (self->search_button, FALSE);
  gtk_filter_list_model_set_model (self->filtered, contacts);
  if (contacts != NULL)
    on_contacts_changed (self, 0, 0, g_list_model_get_n_items (contacts), contacts);
}

/**
 * yonder_contacts_page_start_search:
 * @self: the page
 *
 * Opens the search, or puts the cursor into it where it is open.
 */
void
yonder_contacts_page_start_search (YonderContactsPage *self)
{
  gtk_toggle_button_set_active (self->search_button, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}
