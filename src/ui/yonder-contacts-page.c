/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-contacts-page.h"

#include <glib/gi18n.h>

#include "yonder-account-banner.h"
#include "yonder-contact-row.h"
#include "yonder-late-menu.h"
#include "yonder-log-page.h"

struct _YonderContactsPage
{
  AdwBin                parent_instance;

  GListModel           *lines;      /* (nullable) until it is set: of YonderLine */
  GPtrArray            *followed;   /* of YonderPeople: those of the lines */
  GListModel           *listed;     /* (nullable) until lines are set: the contacts of all lines */
  YonderCallLog        *log;        /* (nullable) until it is set */
  char                 *place;      /* (nullable) */
  guint                 n_contacts;
  gboolean              is_searching;
  char                 *words;      /* (nullable): what is searched for, as is fit to be compared */
  GtkSorter            *by_section;
  GtkFilter            *by_words;
  GPtrArray            *headers;    /* (element-type GtkListHeader) borrowed: those there are */

  /* template */
  GtkMenuButton        *menu_button;
  GMenuModel           *primary_menu;
  GtkToggleButton      *search_button;
  GtkSearchBar         *search_bar;
  GtkSearchEntry       *search_entry;
  GtkSortListModel     *contacts;
  GtkFilterListModel   *filtered;
  GtkListView          *list_view;
  YonderAccountBanner  *banner;
  AdwToastOverlay      *toasts;
  AdwViewStack         *views;
  AdwViewStackPage     *calls_view;
  YonderLogPage        *log_page;
};

G_DEFINE_FINAL_TYPE (YonderContactsPage, yonder_contacts_page, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_PLACE,
  PROP_N_CONTACTS,
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

/* (nullable): the line whose server knows somebody */
static YonderLine *
line_of (YonderContactsPage *self, YonderContact *contact)
{
  for (guint i = 0; self->lines != NULL && i < g_list_model_get_n_items (self->lines); i++) {
    g_autoptr (YonderLine) line = g_list_model_get_item (self->lines, i);

    if (g_strcmp0 (yonder_line_get_mark (line), yonder_contact_get_account (contact)) == 0)
      return line;
  }
  return NULL;
}

static gboolean
is_listed (YonderContactsPage *self, YonderContact *contact)
{
  YonderLine *line = line_of (self, contact);

  return line != NULL && yonder_contact_list_find (yonder_line_get_contacts (line), yonder_contact_get_id (contact)) == contact;
}

static gboolean
has_several (YonderContactsPage *self)
{
  return self->lines != NULL && g_list_model_get_n_items (self->lines) > 1;
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
words_for_section (Section section, gboolean has_several)
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
    return has_several ? _("Others on Your Servers") : _("Others on This Server");
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
    gtk_label_set_label (GTK_LABEL (gtk_list_header_get_child (header)), words_for_section (section_of (self, first), has_several (self)));
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
  gtk_list_item_set_child (item, g_object_new (YONDER_TYPE_CONTACT_ROW, NULL));
}

static void
on_row_bind (YonderContactsPage *self, GtkListItem *item)
{
  YonderContact *contact = gtk_list_item_get_item (item);

  GtkWidget *row = gtk_list_item_get_child (item);
  YonderLine *line = line_of (self, contact);

  g_object_set (row, "contact", contact, "offers-adding", !is_listed (self, contact),
                "place", has_several (self) && line != NULL ? yonder_line_get_place (line) : NULL, NULL);
  if (line != NULL)
    g_object_set_data_full (G_OBJECT (row), "yonder-binding",
                            g_object_ref (g_object_bind_property (line, "offers-calls", row, "offers-calls", G_BINDING_SYNC_CREATE)),
                            g_object_unref);
  gtk_list_item_set_accessible_label (item, yonder_contact_get_name (contact));
}

static void
on_row_unbind (YonderContactsPage *self, GtkListItem *item)
{
  GtkWidget *row = gtk_list_item_get_child (item);
  GBinding *binding = g_object_get_data (G_OBJECT (row), "yonder-binding");

  if (binding != NULL)
    g_binding_unbind (binding);
  g_object_set_data (G_OBJECT (row), "yonder-binding", NULL);
  g_object_set (row, "contact", NULL, NULL);
}

/* Closures and callbacks of the template */

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
  for (guint i = 0; i < self->followed->len; i++)
    yonder_people_search (self->followed->pdata[i], words);
  gtk_filter_changed (self->by_words, GTK_FILTER_CHANGE_DIFFERENT);
  yonder_log_page_set_search (self->log_page, words);
}

static void
on_contact_activated (YonderContactsPage *self, guint position)
{
  g_autoptr (YonderContact) contact = g_list_model_get_item (G_LIST_MODEL (self->contacts), position);

  if (contact != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-person", "(sss)", yonder_contact_get_account (contact),
                                yonder_contact_get_id (contact), yonder_contact_get_name (contact));
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
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->contacts));

  gtk_sorter_changed (self->by_section, GTK_SORTER_CHANGE_DIFFERENT);
  /* GTK 4.18 says nothing of sections that became one while the order stayed */
  if (n > 0)
    gtk_section_model_sections_changed (GTK_SECTION_MODEL (self->contacts), 0, n);
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

/* Lines */

static void
on_searching (YonderContactsPage *self)
{
  gboolean is_searching = FALSE;

  for (guint i = 0; i < self->followed->len && !is_searching; i++)
    g_object_get (self->followed->pdata[i], "is-searching", &is_searching, NULL);
  if (self->is_searching == is_searching)
    return;
  self->is_searching = is_searching;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_SEARCHING]);
}

static void
unfollow_people (YonderContactsPage *self)
{
  for (guint i = 0; i < self->followed->len; i++)
    g_signal_handlers_disconnect_by_data (self->followed->pdata[i], self);
  g_ptr_array_set_size (self->followed, 0);
}

/* Rows and headings say where somebody is only where there are several places. */
static void
bind_anew (YonderContactsPage *self)
{
  g_autoptr (GListModel) everybody = gtk_filter_list_model_get_model (self->filtered);

  if (everybody == NULL)
    return;
  g_object_ref (everybody);
  gtk_filter_list_model_set_model (self->filtered, NULL);
  gtk_filter_list_model_set_model (self->filtered, everybody);
}

static void
on_lines_changed (YonderContactsPage *self)
{
  g_autoptr (GStrvBuilder) places = g_strv_builder_new ();
  g_auto (GStrv) parts = NULL;
  g_autofree char *place = NULL;

  unfollow_people (self);
  for (guint i = 0; i < g_list_model_get_n_items (self->lines); i++) {
    g_autoptr (YonderLine) line = g_list_model_get_item (self->lines, i);
    YonderPeople *people = yonder_line_get_people (line);

    g_strv_builder_add (places, yonder_line_get_place (line));
    g_signal_connect_object (people, "notify::is-searching", G_CALLBACK (on_searching), self, G_CONNECT_SWAPPED);
    g_ptr_array_add (self->followed, g_object_ref (people));
  }
  parts = g_strv_builder_end (places);
  place = g_strjoinv (", ", parts);
  if (g_set_str (&self->place, place))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PLACE]);
  on_searching (self);
  bind_anew (self);
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
  unfollow_people (self);
  g_clear_object (&self->by_section);
  g_clear_object (&self->by_words);
  g_clear_object (&self->listed);
  g_clear_object (&self->lines);
  g_clear_object (&self->log);
  g_clear_pointer (&self->words, g_free);
  g_clear_pointer (&self->place, g_free);

  G_OBJECT_CLASS (yonder_contacts_page_parent_class)->dispose (object);
}

static void
yonder_contacts_page_finalize (GObject *object)
{
  g_ptr_array_unref (YONDER_CONTACTS_PAGE (object)->headers);
  g_ptr_array_unref (YONDER_CONTACTS_PAGE (object)->followed);

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
  case PROP_N_CONTACTS:
    g_value_set_uint (value, self->n_contacts);
    break;
  case PROP_IS_SEARCHING:
    g_value_set_boolean (value, self->is_searching);
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
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, menu_button);
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, primary_menu);
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, search_bar);
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, contacts);
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, filtered);
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, list_view);
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, banner);
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, views);
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, calls_view);
  gtk_widget_class_bind_template_child (widget_class, YonderContactsPage, log_page);
  gtk_widget_class_bind_template_callback (widget_class, on_row_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_row_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_row_unbind);
  gtk_widget_class_bind_template_callback (widget_class, list_state);
  gtk_widget_class_bind_template_callback (widget_class, on_header_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_header_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_header_teardown);
  gtk_widget_class_bind_template_callback (widget_class, no_match_words);
  gtk_widget_class_bind_template_callback (widget_class, on_view_changed);
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
  widget_class->grab_focus = yonder_contacts_page_grab_focus;

  properties[PROP_PLACE] = g_param_spec_string ("place", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_N_CONTACTS] = g_param_spec_uint ("n-contacts", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_IS_SEARCHING] = g_param_spec_boolean ("is-searching", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (YONDER_TYPE_ACCOUNT_BANNER);
  g_type_ensure (YONDER_TYPE_LOG_PAGE);
  g_type_ensure (YONDER_TYPE_CONTACT);
  g_type_ensure (YONDER_TYPE_CONTACT_ROW);
  bind_template (widget_class);
}

/* libadwaita 1.7 names the panel of a view by its title with the underscore that marks the mnemonic, which would be read aloud. */
static void
name_views (YonderContactsPage *self)
{
  g_autoptr (GtkSelectionModel) pages = adw_view_stack_get_pages (self->views);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (pages)); i++) {
    g_autoptr (AdwViewStackPage) page = g_list_model_get_item (G_LIST_MODEL (pages), i);
    g_auto (GStrv) parts = g_strsplit (adw_view_stack_page_get_title (page), "_", -1);
    g_autofree char *name = g_strjoinv (NULL, parts);

    gtk_accessible_update_property (GTK_ACCESSIBLE (page), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  }
}

static void
yonder_contacts_page_init (YonderContactsPage *self)
{
  g_autoptr (GtkSorter) by_name = GTK_SORTER (gtk_custom_sorter_new (compare_names, NULL, NULL));

  self->headers = g_ptr_array_new ();
  self->followed = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  yonder_menu_button_set_late_menu (self->menu_button, self->primary_menu);
  name_views (self);
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));

  self->by_words = GTK_FILTER (gtk_custom_filter_new (matches, self, NULL));
  gtk_filter_list_model_set_filter (self->filtered, self->by_words);
  self->by_section = GTK_SORTER (gtk_custom_sorter_new (compare_sections, self, NULL));
  gtk_sort_list_model_set_section_sorter (self->contacts, self->by_section);
  gtk_sort_list_model_set_sorter (self->contacts, by_name);

  on_view_changed (self);
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

static gpointer
contacts_of_line (gpointer item, gpointer data)
{
  g_autoptr (YonderLine) line = item;

  return g_object_ref (yonder_line_get_contacts (line));
}

static gpointer
found_of_line (gpointer item, gpointer data)
{
  g_autoptr (YonderLine) line = item;

  return g_object_ref (yonder_people_get_found (yonder_line_get_people (line)));
}

static GListModel *
flatten (GListModel *lines, GtkMapListModelMapFunc function)
{
  return G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (gtk_map_list_model_new (g_object_ref (lines), function, NULL, NULL))));
}

/* The contacts, and behind them whoever is found on the servers. */
static GListModel *
all_people (YonderContactsPage *self)
{
  g_autoptr (GListStore) lists = g_list_store_new (G_TYPE_LIST_MODEL);
  g_autoptr (GListModel) found = flatten (self->lines, found_of_line);

  g_list_store_append (lists, self->listed);
  g_list_store_append (lists, found);
  return G_LIST_MODEL (gtk_flatten_list_model_new (G_LIST_MODEL (g_steal_pointer (&lists))));
}

/**
 * yonder_contacts_page_set_lines:
 * @self: the page
 * @lines: (transfer none): of YonderLine: whose contacts to show
 * @book: (transfer none): the accounts, of which the banner tells
 *
 * To be called once; the page follows as lines come and go.
 */
void
yonder_contacts_page_set_lines (YonderContactsPage *self, GListModel *lines, YonderAccountBook *book)
{
  g_autoptr (GListModel) everybody = NULL;

  self->lines = g_object_ref (lines);
  self->listed = flatten (lines, contacts_of_line);
  g_signal_connect_object (self->listed, "items-changed", G_CALLBACK (on_contacts_changed), self, G_CONNECT_SWAPPED);
  on_contacts_changed (self, 0, 0, g_list_model_get_n_items (self->listed), self->listed);
  everybody = all_people (self);
  gtk_filter_list_model_set_model (self->filtered, everybody);
  g_signal_connect_object (lines, "items-changed", G_CALLBACK (on_lines_changed), self, G_CONNECT_SWAPPED);
  on_lines_changed (self);
  yonder_log_page_set_lines (self->log_page, lines);
  yonder_account_banner_set_book (self->banner, book);
}

/* Something about an account has changed. */
void
yonder_contacts_page_update_accounts (YonderContactsPage *self)
{
  yonder_account_banner_update (self->banner);
}

/* What was searched for before is forgotten. */
void
yonder_contacts_page_end_search (YonderContactsPage *self)
{
  gtk_toggle_button_set_active (self->search_button, FALSE);
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
