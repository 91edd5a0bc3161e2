/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-contacts-page.h"

#include <glib/gi18n.h>

#include "yonder-call-words.h"
#include "yonder-contact-row.h"
#include "yonder-log-page.h"

struct _YonderContactsPage
{
  AdwBin                parent_instance;

  YonderLine           *line;       /* (nullable) */
  YonderPeople         *people;     /* (nullable) */
  YonderCallLog        *log;        /* (nullable) until it is set */
  char                 *place;      /* (nullable) */
  GBindingGroup        *line_bindings;
  GBindingGroup        *connection_bindings;
  GBindingGroup        *people_bindings;
  GSignalGroup         *contacts_signals;
  YonderSignalingState  connection;
  guint                 n_contacts;
  gboolean              offers_calls;
  gboolean              is_searching;
  char                 *words;      /* (nullable): what is searched for, as is fit to be compared */
  GtkSorter            *by_section;
  GtkFilter            *by_words;
  GPtrArray            *headers;    /* (element-type GtkListHeader) borrowed: those there are */

  /* template */
  GtkToggleButton      *search_button;
  GtkSearchBar         *search_bar;
  GtkSearchEntry       *search_entry;
  GtkSortListModel     *contacts;
  GtkFilterListModel   *filtered;
  GtkListView          *list_view;
  AdwToastOverlay      *toasts;
  AdwViewStack         *views;
  AdwViewStackPage     *calls_view;
  YonderLogPage        *log_page;
};

G_DEFINE_FINAL_TYPE (YonderContactsPage, yonder_contacts_page, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_PLACE,
  PROP_CONNECTION,
  PROP_N_CONTACTS,
  PROP_OFFERS_CALLS,
  PROP_IS_SEARCHING,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* Sections, from top to bottom */
typedef enum {
  SECTION_ASKING,
  SECTION_FAVOURITES,
  SECTION_ONLINE,
  SECTION_OFFLINE,
  SECTION_FOUND, /* on the server, and no contacts */
} Section;

static gboolean
is_listed (YonderContactsPage *self, YonderContact *contact)
{
  return self->line != NULL && yonder_contact_list_find (yonder_line_get_contacts (self->line), yonder_contact_get_id (contact)) == contact;
}

static Section
section_of (YonderContactsPage *self, YonderContact *contact)
{
  if (!is_listed (self, contact))
    return SECTION_FOUND;
  if (yonder_contact_get_relation (contact) == YONDER_RELATION_ASKS && !yonder_contact_is_blocked (contact))
    return SECTION_ASKING;
  if (yonder_contact_is_favourite (contact))
    return SECTION_FAVOURITES;
  return yonder_contact_get_presence (contact) != YONDER_PRESENCE_OFFLINE ? SECTION_ONLINE : SECTION_OFFLINE;
}

static const char *
words_for_section (Section section)
{
  switch (section) {
  case SECTION_ASKING:
    return _("Want to Be Your Contact");
  case SECTION_FAVOURITES:
    return _("Favourites");
  case SECTION_ONLINE:
    return _("Online");
  case SECTION_OFFLINE:
    return _("Offline");
  case SECTION_FOUND:
  default:
    return _("Others on This Server");
  }
}

/* Headings */

static void
on_header_setup (YonderContactsPage *self, GtkListHeader *header)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "contact-heading");
  gtk_list_header_set_child (header, label);
  g_ptr_array_add (self->headers, header);
}

static void
on_header_bind (YonderContactsPage *self, GtkListHeader *header)
{
  YonderContact *first = gtk_list_header_get_item (header);

  if (first != NULL)
    gtk_label_set_label (GTK_LABEL (gtk_list_header_get_child (header)), words_for_section (section_of (self, first)));
}

static void
on_header_teardown (YonderContactsPage *self, GtkListHeader *header)
{
  g_ptr_array_remove_fast (self->headers, header);
}

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

  g_object_set (gtk_list_item_get_child (item), "contact", contact, "offers-adding", !is_listed (self, contact), NULL);
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
no_match_words (gpointer self, gboolean is_searching)
{
  return g_strdup (is_searching ? _("Asking the server…") : _("No contact, and nobody else on this server, has this in the name"));
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

static gboolean
is_showing_calls (YonderContactsPage *self)
{
  return g_strcmp0 (adw_view_stack_get_visible_child_name (self->views), "calls") == 0;
}

static void
on_search_changed (YonderContactsPage *self)
{
  const char *words = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));

  g_free (self->words);
  self->words = g_utf8_casefold (words, -1);
  if (self->people != NULL)
    yonder_people_search (self->people, words);
  gtk_filter_changed (self->by_words, GTK_FILTER_CHANGE_DIFFERENT);
  yonder_log_page_set_search (self->log_page, words);
}

static void
on_contact_activated (YonderContactsPage *self, guint position)
{
  g_autoptr (YonderContact) contact = g_list_model_get_item (G_LIST_MODEL (self->contacts), position);

  if (contact != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-person", "(ss)", yonder_contact_get_id (contact), yonder_contact_get_name (contact));
}

/* Enter in the search goes to the only one that is left. */
static void
on_search_activate (YonderContactsPage *self)
{
  if (!is_showing_calls (self) && g_list_model_get_n_items (G_LIST_MODEL (self->contacts)) == 1)
    on_contact_activated (self, 0);
}

/* Missed calls that somebody looks at are no news; the search is about what is shown. */
static void
on_view_changed (YonderContactsPage *self)
{
  const char *words = is_showing_calls (self) ? _("Search calls") : _("Search contacts");

  gtk_search_entry_set_placeholder_text (self->search_entry, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search_entry), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  if (is_showing_calls (self) && self->log != NULL)
    yonder_call_log_see_all (self->log);
}

static void
on_missed_changed (YonderContactsPage *self)
{
  guint n_missed = yonder_call_log_get_n_missed (self->log);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  /* somebody who sees the list has seen the call in it */
  if (n_missed > 0 && is_showing_calls (self) && root != NULL && gtk_window_is_active (GTK_WINDOW (root))) {
    yonder_call_log_see_all (self->log);
    return;
  }
  adw_view_stack_page_set_badge_number (self->calls_view, n_missed);
  adw_view_stack_page_set_needs_attention (self->calls_view, n_missed > 0);
}

/* Who was found on the server by other things than the name stays. */
static gboolean
matches (gpointer item, gpointer data)
{
  YonderContactsPage *self = data;
  g_autofree char *name = NULL;

  if (self->words == NULL || *self->words == '\0' || !is_listed (self, item))
    return TRUE;
  name = g_utf8_casefold (yonder_contact_get_name (item), -1);
  return strstr (name, self->words) != NULL;
}

static int
compare_sections (gconstpointer a, gconstpointer b, gpointer data)
{
  return (int) section_of (data, (YonderContact *) a) - (int) section_of (data, (YonderContact *) b);
}

static int
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return g_utf8_collate (yonder_contact_get_name ((YonderContact *) a), yonder_contact_get_name ((YonderContact *) b));
}

static void
on_section_changed (YonderContactsPage *self)
{
  gtk_sorter_changed (self->by_section, GTK_SORTER_CHANGE_DIFFERENT);
  /* a section whose first one stayed is not bound anew */
  for (guint i = 0; i < self->headers->len; i++)
    on_header_bind (self, self->headers->pdata[i]);
}

static void
on_contacts_changed (YonderContactsPage *self, guint position, guint removed, guint added, GListModel *model)
{
  static const char * const signals[] = { "notify::presence", "notify::relation", "notify::is-favourite", "notify::is-blocked" };

  for (guint i = position; i < position + added; i++) {
    g_autoptr (YonderContact) contact = g_list_model_get_item (model, i);

    g_signal_handlers_disconnect_by_func (contact, on_section_changed, self);
    for (gsize j = 0; j < G_N_ELEMENTS (signals); j++)
      g_signal_connect_object (contact, signals[j], G_CALLBACK (on_section_changed), self, G_CONNECT_SWAPPED);
  }

  self->n_contacts = g_list_model_get_n_items (model);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_CONTACTS]);
}

static gboolean
yonder_contacts_page_grab_focus (GtkWidget *widget)
{
  YonderContactsPage *self = YONDER_CONTACTS_PAGE (widget);

  return gtk_widget_grab_focus (is_showing_calls (self) ? GTK_WIDGET (self->log_page) : GTK_WIDGET (self->list_view));
}

static void
yonder_contacts_page_dispose (GObject *object)
{
  YonderContactsPage *self = YONDER_CONTACTS_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_CONTACTS_PAGE);
  g_clear_object (&self->people_bindings);
  g_clear_object (&self->connection_bindings);
  g_clear_object (&self->line_bindings);
  g_clear_object (&self->contacts_signals);
  g_clear_object (&self->by_section);
  g_clear_object (&self->by_words);
  g_clear_object (&self->people);
  g_clear_object (&self->line);
  g_clear_object (&self->log);
  g_clear_pointer (&self->words, g_free);
  g_clear_pointer (&self->place, g_free);

  G_OBJECT_CLASS (yonder_contacts_page_parent_class)->dispose (object);
}

static void
yonder_contacts_page_finalize (GObject *object)
{
  g_ptr_array_unref (YONDER_CONTACTS_PAGE (object)->headers);

  G_OBJECT_CLASS (yonder_contacts_page_parent_class)->finalize (object);
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
  case PROP_IS_SEARCHING:
    g_value_set_boolean (value, self->is_searching);
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
  case PROP_IS_SEARCHING:
    if (self->is_searching != g_value_get_boolean (value)) {
      self->is_searching = g_value_get_boolean (value);
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
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, list_view);
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, views);
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, calls_view);
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, log_page);
  gtk_widget_class_bind_template_callback (widget_class, on_row_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_row_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_row_unbind);
  gtk_widget_class_bind_template_callback (widget_class, is_set);
  gtk_widget_class_bind_template_callback (widget_class, connection_words);
  gtk_widget_class_bind_template_callback (widget_class, connection_button);
  gtk_widget_class_bind_template_callback (widget_class, list_state);
  gtk_widget_class_bind_template_callback (widget_class, on_header_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_header_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_header_teardown);
  gtk_widget_class_bind_template_callback (widget_class, no_match_words);
  gtk_widget_class_bind_template_callback (widget_class, on_view_changed);
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
  object_class->finalize = yonder_contacts_page_finalize;
  object_class->get_property = yonder_contacts_page_get_property;
  object_class->set_property = yonder_contacts_page_set_property;
  widget_class->grab_focus = yonder_contacts_page_grab_focus;

  properties[PROP_PLACE] = g_param_spec_string ("place", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CONNECTION] = g_param_spec_enum ("connection", NULL, NULL, YONDER_TYPE_SIGNALING_STATE, YONDER_SIGNALING_CONNECTING,
                                                   G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_N_CONTACTS] = g_param_spec_uint ("n-contacts", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_OFFERS_CALLS] = g_param_spec_boolean ("offers-calls", NULL, NULL, TRUE,
                                                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_IS_SEARCHING] = g_param_spec_boolean ("is-searching", NULL, NULL, FALSE,
                                                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (YONDER_TYPE_LOG_PAGE);
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
  self->headers = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));

  self->by_words = GTK_FILTER (gtk_custom_filter_new (matches, self, NULL));
  gtk_filter_list_model_set_filter (self->filtered, self->by_words);
  self->by_section = GTK_SORTER (gtk_custom_sorter_new (compare_sections, self, NULL));
  gtk_sort_list_model_set_section_sorter (self->contacts, self->by_section);
  gtk_sort_list_model_set_sorter (self->contacts, by_name);

  self->line_bindings = g_binding_group_new ();
  g_binding_group_bind (self->line_bindings, "offers-calls", self, "offers-calls", G_BINDING_SYNC_CREATE);

  self->connection_bindings = g_binding_group_new ();
  g_binding_group_bind (self->connection_bindings, "state", self, "connection", G_BINDING_SYNC_CREATE);

  self->people_bindings = g_binding_group_new ();
  g_binding_group_bind (self->people_bindings, "is-searching", self, "is-searching", G_BINDING_SYNC_CREATE);
  on_view_changed (self);

  self->contacts_signals = g_signal_group_new (YONDER_TYPE_CONTACT_LIST);
  g_signal_group_connect_object (self->contacts_signals, "items-changed", G_CALLBACK (on_contacts_changed), self, G_CONNECT_SWAPPED);
}

/**
 * yonder_contacts_page_set_log:
 * @self: the page
 * @log: (transfer none): the calls there were
 * @history: (transfer none): those whose connection can be looked at
 *
 * Says what the list of calls shows. To be called once.
 */
void
yonder_contacts_page_set_log (YonderContactsPage *self, YonderCallLog *log, YonderCallHistory *history)
{
  self->log = g_object_ref (log);
  yonder_log_page_set_log (self->log_page, log, history);
  g_signal_connect_object (log, "notify::n-missed", G_CALLBACK (on_missed_changed), self, G_CONNECT_SWAPPED);
  on_missed_changed (self);
}

/* The contacts, and behind them whoever is found on the server. */
static GListModel *
all_people (YonderContactsPage *self)
{
  g_autoptr (GListStore) lists = g_list_store_new (G_TYPE_LIST_MODEL);

  g_list_store_append (lists, yonder_line_get_contacts (self->line));
  g_list_store_append (lists, yonder_people_get_found (self->people));
  return G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (g_steal_pointer (&lists))));
}

/**
 * yonder_contacts_page_set_line:
 * @self: the page
 * @line: (nullable) (transfer none): whose contacts to show
 * @people: (nullable) (transfer none): what may be done with them; there is one where there is a line
 * @place: (nullable): the server, as the title says it
 *
 * Shows a line; what was searched for before is forgotten.
 */
void
yonder_contacts_page_set_line (YonderContactsPage *self, YonderLine *line, YonderPeople *people, const char *place)
{
  GListModel *contacts = line != NULL ? G_LIST_MODEL (yonder_line_get_contacts (line)) : NULL;
  g_autoptr (GListModel) everybody = NULL;

  gtk_toggle_button_set_active (self->search_button, FALSE);
  gtk_filter_list_model_set_model (self->filtered, NULL);
  g_set_object (&self->line, line);
  g_set_object (&self->people, people);
  if (g_set_str (&self->place, place))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PLACE]);

  g_binding_group_set_source (self->line_bindings, line);
  g_binding_group_set_source (self->people_bindings, people);
  g_binding_group_set_source (self->connection_bindings, line != NULL ? yonder_line_get_signaling (line) : NULL);
  g_signal_group_set_target (self->contacts_signals, contacts);
  yonder_log_page_set_account (self->log_page, people != NULL ? yonder_people_get_mark (people) : NULL);
  if (line == NULL)
    return;
  everybody = all_people (self);
  gtk_filter_list_model_set_model (self->filtered, everybody);
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

/* Shows the list of calls. */
void
yonder_contacts_page_show_calls (YonderContactsPage *self)
{
  adw_view_stack_set_visible_child_name (self->views, "calls");
}

/* Shows a toast above the bar at the bottom, whose tabs it must not cover. Takes @toast. */
void
yonder_contacts_page_add_toast (YonderContactsPage *self, AdwToast *toast)
{
  adw_toast_overlay_add_toast (self->toasts, toast);
}
