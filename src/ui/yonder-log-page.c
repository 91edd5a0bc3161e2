/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-log-page.h"

#include <glib/gi18n.h>

#include "yonder-line.h"
#include "yonder-log-row.h"
#include "yonder-record-dialog.h"
#include "yonder-record-words.h"

struct _YonderLogPage
{
  AdwBin              parent_instance;

  YonderCallLog      *log;     /* (nullable) */
  YonderCallHistory  *history; /* (nullable) */
  GListModel         *lines;   /* (nullable) until it is set, of YonderLine: from which calls are made now */
  char               *words;   /* (nullable): what is searched for */
  GtkFilter          *by_words;
  guint               n_calls;

  /* template */
  AdwBanner          *problem_banner;
  GtkFilterListModel *filtered;
  GtkSortListModel   *sorted;
  GtkListView        *list_view;
};

G_DEFINE_FINAL_TYPE (YonderLogPage, yonder_log_page, ADW_TYPE_BIN)

enum {
  PROP_N_CALLS = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* (nullable): the line of a call. Somebody who was called from another account may be nobody, or somebody else, on these servers. */
static YonderLine *
find_line (YonderLogPage *self, YonderCallRecord *record)
{
  for (guint i = 0; self->lines != NULL && i < g_list_model_get_n_items (self->lines); i++) {
    g_autoptr (YonderLine) line = g_list_model_get_item (self->lines, i);

    if (g_str_equal (yonder_line_get_mark (line), yonder_call_record_get_account (record)))
      return line;
  }
  return NULL;
}

static YonderContact *
dup_contact (YonderLine *line, YonderCallRecord *record)
{
  const char *id = yonder_call_record_get_peer_id (record), *name = yonder_call_record_get_peer_name (record);

  return line != NULL ? yonder_people_dup_contact (yonder_line_get_people (line), id, name) : yonder_contact_new (id, name);
}

/* Rows */

static void
on_row_setup (YonderLogPage *self, GtkListItem *item)
{
  gtk_list_item_set_child (item, g_object_new (YONDER_TYPE_LOG_ROW, NULL));
}

static void
on_row_bind (YonderLogPage *self, GtkListItem *item)
{
  YonderCallRecord *record = gtk_list_item_get_item (item);
  g_autofree char *line = yonder_words_for_record_line (record, TRUE);
  YonderLine *line_of_call = find_line (self, record);
  g_autoptr (YonderContact) contact = dup_contact (line_of_call, record);
  g_autofree char *label = g_strdup_printf ("%s, %s, %s", yonder_call_record_get_peer_name (record), yonder_words_for_record (record), line);

  yonder_log_row_set_record (YONDER_LOG_ROW (gtk_list_item_get_child (item)), record, contact, line_of_call != NULL);
  gtk_list_item_set_accessible_label (item, label);
}

static void
on_row_unbind (YonderLogPage *self, GtkListItem *item)
{
  yonder_log_row_set_record (YONDER_LOG_ROW (gtk_list_item_get_child (item)), NULL, NULL, FALSE);
}

/* Closures and callbacks of the template */

static char *
list_state (gpointer self, guint n_shown, guint n_calls)
{
  return g_strdup (n_shown > 0 ? "list" : n_calls > 0 ? "no-match" : "none");
}

static char *
day_words (gpointer self, YonderCallRecord *record)
{
  return record != NULL ? yonder_words_for_record_day (record) : NULL;
}

static void
on_call_activated (YonderLogPage *self, guint position)
{
  g_autoptr (YonderCallRecord) record = g_list_model_get_item (G_LIST_MODEL (self->sorted), position);

  if (record != NULL)
    adw_dialog_present (yonder_record_dialog_new (record, self->log, self->history, find_line (self, record) != NULL, GTK_WIDGET (self)),
                        GTK_WIDGET (self));
}

/* (nullable): the row that the keyboard is at or in */
static YonderLogRow *
focused_row (YonderLogPage *self)
{
  GtkWidget *widget = gtk_widget_get_focus_child (GTK_WIDGET (self->list_view));

  while (widget != NULL && !YONDER_IS_LOG_ROW (widget))
    widget = gtk_widget_get_first_child (widget);
  return widget != NULL ? YONDER_LOG_ROW (widget) : NULL;
}

static gboolean
on_key_pressed (YonderLogPage *self, guint keyval, guint keycode, GdkModifierType state)
{
  YonderLogRow *row = keyval == GDK_KEY_Delete || keyval == GDK_KEY_KP_Delete ? focused_row (self) : NULL;
  YonderCallRecord *record = row != NULL ? yonder_log_row_get_record (row) : NULL;

  if (record == NULL)
    return GDK_EVENT_PROPAGATE;
  yonder_record_delete (record, self->log, GTK_WIDGET (self));
  return GDK_EVENT_STOP;
}

static gboolean
matches (gpointer item, gpointer data)
{
  YonderLogPage *self = data;

  return self->words == NULL || *self->words == '\0' || yonder_call_record_matches (item, self->words);
}

/* Newest days first, which is the order of the log; what counts is where one day ends. */
static int
compare_days (gconstpointer a, gconstpointer b, gpointer data)
{
  GDateTime *day_a = yonder_call_record_get_start ((YonderCallRecord *) a);
  GDateTime *day_b = yonder_call_record_get_start ((YonderCallRecord *) b);
  int years = g_date_time_get_year (day_b) - g_date_time_get_year (day_a);

  return years != 0 ? years : g_date_time_get_day_of_year (day_b) - g_date_time_get_day_of_year (day_a);
}

static void
on_log_changed (YonderLogPage *self)
{
  self->n_calls = self->log != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->log)) : 0;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_CALLS]);
}

static void
on_problem (YonderLogPage *self)
{
  const char *problem = yonder_call_log_get_problem (self->log);

  adw_banner_set_title (self->problem_banner, problem != NULL ? problem : "");
  adw_banner_set_revealed (self->problem_banner, problem != NULL);
}

static gboolean
yonder_log_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (YONDER_LOG_PAGE (widget)->list_view));
}

static void
yonder_log_page_dispose (GObject *object)
{
  YonderLogPage *self = YONDER_LOG_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_LOG_PAGE);
  g_clear_object (&self->by_words);
  g_clear_object (&self->log);
  g_clear_object (&self->history);
  g_clear_object (&self->lines);
  g_clear_pointer (&self->words, g_free);

  G_OBJECT_CLASS (yonder_log_page_parent_class)->dispose (object);
}

static void
yonder_log_page_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_N_CALLS:
    g_value_set_uint (value, YONDER_LOG_PAGE (object)->n_calls);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_log_page_class_init (YonderLogPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = yonder_log_page_dispose;
  object_class->get_property = yonder_log_page_get_property;
  widget_class->grab_focus = yonder_log_page_grab_focus;

  properties[PROP_N_CALLS] = g_param_spec_uint ("n-calls", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (YONDER_TYPE_LOG_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-log-page.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderLogPage, problem_banner);
  gtk_widget_class_bind_template_child (widget_class, YonderLogPage, filtered);
  gtk_widget_class_bind_template_child (widget_class, YonderLogPage, sorted);
  gtk_widget_class_bind_template_child (widget_class, YonderLogPage, list_view);
  gtk_widget_class_bind_template_callback (widget_class, on_row_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_row_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_row_unbind);
  gtk_widget_class_bind_template_callback (widget_class, list_state);
  gtk_widget_class_bind_template_callback (widget_class, day_words);
  gtk_widget_class_bind_template_callback (widget_class, on_call_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_key_pressed);
}

static void
yonder_log_page_init (YonderLogPage *self)
{
  g_autoptr (GtkSorter) by_day = GTK_SORTER (gtk_custom_sorter_new (compare_days, NULL, NULL));

  gtk_widget_init_template (GTK_WIDGET (self));
  self->by_words = GTK_FILTER (gtk_custom_filter_new (matches, self, NULL));
  gtk_filter_list_model_set_filter (self->filtered, self->by_words);
  gtk_sort_list_model_set_section_sorter (self->sorted, by_day);
}

/**
 * yonder_log_page_set_log:
 * @self: the page
 * @log: (transfer none): the calls
 * @history: (transfer none): those whose connection can be looked at
 *
 * Says what to show. To be called once.
 */
void
yonder_log_page_set_log (YonderLogPage *self, YonderCallLog *log, YonderCallHistory *history)
{
  g_return_if_fail (YONDER_IS_LOG_PAGE (self));
  g_return_if_fail (self->log == NULL);

  self->log = g_object_ref (log);
  self->history = g_object_ref (history);
  g_signal_connect_object (log, "items-changed", G_CALLBACK (on_log_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (log, "notify::problem", G_CALLBACK (on_problem), self, G_CONNECT_SWAPPED);
  gtk_filter_list_model_set_model (self->filtered, G_LIST_MODEL (log));
  on_log_changed (self);
  on_problem (self);
}

/* Every row is bound anew. */
static void
on_lines_changed (YonderLogPage *self)
{
  if (self->log == NULL)
    return;
  gtk_filter_list_model_set_model (self->filtered, NULL);
  gtk_filter_list_model_set_model (self->filtered, G_LIST_MODEL (self->log));
}

/**
 * yonder_log_page_set_lines:
 * @self: the page
 * @lines: (transfer none): of YonderLine
 *
 * Who was called from one of these can be called back. To be called once.
 */
void
yonder_log_page_set_lines (YonderLogPage *self, GListModel *lines)
{
  g_return_if_fail (YONDER_IS_LOG_PAGE (self));

  self->lines = g_object_ref (lines);
  g_signal_connect_object (lines, "items-changed", G_CALLBACK (on_lines_changed), self, G_CONNECT_SWAPPED);
  on_lines_changed (self);
}

/**
 * yonder_log_page_set_search:
 * @self: the page
 * @words: beginnings of names; empty for all
 *
 * Shows only calls with these people.
 */
void
yonder_log_page_set_search (YonderLogPage *self, const char *words)
{
  g_return_if_fail (YONDER_IS_LOG_PAGE (self));

  if (g_set_str (&self->words, words))
    gtk_filter_changed (self->by_words, GTK_FILTER_CHANGE_DIFFERENT);
}
