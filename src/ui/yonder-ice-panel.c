/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ice-panel.h"

#include <glib/gi18n.h>

#include "yonder-graph.h"
#include "yonder-ice-words.h"

/* chosen: what fits side by side in a graph of a phone's width */
#define GRAPH_US (120 * G_USEC_PER_SEC)

/* A foldable list whose rows follow the facts, and stay where they are while these change. */
typedef struct {
  AdwExpanderRow *expander; /* borrowed: of the page */
  GPtrArray      *rows;     /* (element-type AdwActionRow), borrowed likewise */
} RowList;

typedef enum {
  STATE_SIGNALING,
  STATE_GATHERING,
  STATE_ICE,
  STATE_DTLS,
  STATE_EARLY,
  STATE_SERVERS,
  N_STATES
} StateRow;

struct _YonderIcePanel
{
  AdwBin                parent_instance;

  YonderCallInspection *inspection;

  /* borrowed: parts of the page */
  GtkImage             *icon;
  GtkLabel             *headline;
  GtkLabel             *explanation;
  AdwToggleGroup       *toggles;
  YonderGraph          *graph;
  GtkLabel             *legend;
  AdwActionRow         *states[N_STATES];
  RowList               pairs, local, remote, servers, timeline;
};

G_DEFINE_FINAL_TYPE (YonderIcePanel, yonder_ice_panel, ADW_TYPE_BIN)

/* --- Lists --- */

static AdwActionRow *
ensure_row (RowList *list, guint position)
{
  AdwActionRow *row;

  if (position < list->rows->len)
    return g_ptr_array_index (list->rows, position);

  row = ADW_ACTION_ROW (adw_action_row_new ());
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_action_row_set_subtitle_selectable (row, TRUE);
  adw_expander_row_add_row (list->expander, GTK_WIDGET (row));
  g_ptr_array_add (list->rows, row);
  return row;
}

static void
set_row (RowList *list, guint position, const char *title, const char *subtitle)
{
  AdwActionRow *row = ensure_row (list, position);

  if (g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), title) != 0)
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (g_strcmp0 (adw_action_row_get_subtitle (row), subtitle) != 0)
    adw_action_row_set_subtitle (row, subtitle);
}

static void
cut_rows (RowList *list, guint length, const char *summary)
{
  while (list->rows->len > length) {
    GtkWidget *row = g_ptr_array_steal_index (list->rows, list->rows->len - 1);

    adw_expander_row_remove (list->expander, row);
  }
  adw_expander_row_set_subtitle (list->expander, summary);
  gtk_widget_set_sensitive (GTK_WIDGET (list->expander), length > 0);
}

static void
mark_selected_row (AdwActionRow *row, gboolean is_selected)
{
  if (is_selected)
    gtk_widget_add_css_class (GTK_WIDGET (row), "selected-pair");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row), "selected-pair");
}

/* The selected pair first, then those that work. */
static int
compare_pairs (gconstpointer a, gconstpointer b)
{
  const YonderReportPair *one = *(const YonderReportPair **) a, *other = *(const YonderReportPair **) b;

  if (one->is_selected != other->is_selected)
    return one->is_selected ? -1 : 1;
  return (int) other->state - (int) one->state;
}

static void
update_pairs (YonderIcePanel *self, const YonderIceReport *report)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_copy (report->pairs, NULL, NULL);
  g_autofree char *summary = yonder_words_for_pairs (report);

  g_ptr_array_set_free_func (sorted, NULL);
  g_ptr_array_sort (sorted, compare_pairs);
  for (guint i = 0; i < sorted->len; i++) {
    const YonderReportPair *pair = g_ptr_array_index (sorted, i);
    g_autofree char *title = yonder_words_for_pair (report, pair);
    g_autofree char *subtitle = yonder_words_for_pair_state (report, pair);

    set_row (&self->pairs, i, title, subtitle);
    mark_selected_row (g_ptr_array_index (self->pairs.rows, i), pair->is_selected);
  }
  cut_rows (&self->pairs, sorted->len, summary);
}

static void
update_candidates (RowList *list, GPtrArray *candidates)
{
  g_autofree char *summary = yonder_words_for_candidates (candidates);

  for (guint i = 0; i < candidates->len; i++) {
    const YonderReportCandidate *candidate = g_ptr_array_index (candidates, i);
    g_autofree char *title = yonder_words_for_candidate_address (candidate);
    g_autofree char *subtitle = yonder_words_for_candidate (candidate);

    set_row (list, i, title, subtitle);
  }
  cut_rows (list, candidates->len, summary);
}

static void
update_servers (YonderIcePanel *self, const YonderIceReport *report)
{
  const char *from = yonder_call_inspection_get_servers_from (self->inspection);

  for (guint i = 0; i < report->servers->len; i++) {
    const YonderReportServer *server = g_ptr_array_index (report->servers, i);
    g_autofree char *outcome = yonder_words_for_server (server);

    set_row (&self->servers, i, server->host, outcome);
  }
  cut_rows (&self->servers, report->servers->len, from != NULL ? from : _("None was asked"));
}

/* Entries do not change; only new ones are looked at. */
static void
update_timeline (YonderIcePanel *self)
{
  GListModel *timeline = yonder_call_inspection_get_timeline (self->inspection);
  guint n_entries = g_list_model_get_n_items (timeline);
  g_autofree char *summary = yonder_words_for_timeline (timeline);

  for (guint i = self->timeline.rows->len; i < n_entries; i++) {
    g_autoptr (YonderTimelineEntry) entry = g_list_model_get_item (timeline, i);
    g_autofree char *words = yonder_words_for_entry (entry);
    g_autofree char *time = g_strdup_printf (_("%.0f ms"), yonder_timeline_entry_get_time_us (entry) / 1000.0);

    set_row (&self->timeline, i, words, time);
  }
  adw_expander_row_set_subtitle (self->timeline.expander, summary);
}

/* --- Graphs --- */

typedef struct {
  const char       *name;  /* of the toggle */
  const char       *title;
  YonderGraphFormat format;
  double            min_scale;
  struct {
    const char *name;
    gsize       offset;
    gboolean    is_integer;
    double      factor;
  } lines[YONDER_GRAPH_MAX_LINES];
} GraphKind;

#define INTEGER(name, field) { name, G_STRUCT_OFFSET (YonderInspectionSample, field), TRUE, 1.0 }
#define NUMBER(name, field, factor) { name, G_STRUCT_OFFSET (YonderInspectionSample, field), FALSE, factor }

static const GraphKind graph_kinds[] = {
  { "bitrate", N_("Bitrate"), yonder_words_for_bitrate, 100000.0,
    { INTEGER (N_("Received"), bitrate_in_bps), INTEGER (N_("Sent"), bitrate_out_bps), INTEGER (N_("Available"), target_bitrate_bps) } },
  { "delay", N_("Delay"), yonder_words_for_milliseconds, 10.0,
    { NUMBER (N_("Round trip"), rtt_ms, 1.0), NUMBER (N_("Jitter"), jitter_ms, 1.0) } },
  { "loss", N_("Loss"), yonder_words_for_percent, 1.0,
    { NUMBER (N_("Received"), loss_in, 100.0), NUMBER (N_("Sent"), loss_out, 100.0) } },
  { "frames", N_("Frames"), yonder_words_for_frame_rate, 10.0,
    { NUMBER (N_("Received"), fps_in, 1.0), NUMBER (N_("Sent"), fps_out, 1.0) } },
};

static double
read_value (const YonderInspectionSample *sample, gsize offset, gboolean is_integer, double factor)
{
  const char *place = (const char *) sample + offset;
  double value = is_integer ? (double) *(const gint64 *) place : *(const double *) place;

  return value < 0.0 ? -1.0 : value * factor;
}

static void
update_legend (YonderIcePanel *self, const GraphKind *kind, const double *last)
{
  static const char * const colors[] = { NULL, "#e66100", "#9141ac" };
  AdwStyleManager *manager = adw_style_manager_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));
  g_autoptr (GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (manager);
  g_autofree char *accent_color = g_strdup_printf ("#%02x%02x%02x", (guint) (accent->red * 255), (guint) (accent->green * 255),
                                                   (guint) (accent->blue * 255));
  g_autoptr (GString) markup = g_string_new (NULL);

  for (guint i = 0; i < YONDER_GRAPH_MAX_LINES && kind->lines[i].name != NULL; i++) {
    g_autofree char *value = last[i] >= 0.0 ? kind->format (last[i]) : g_strdup ("–");
    g_autofree char *text = g_markup_printf_escaped ("● %s %s", _(kind->lines[i].name), value);
    g_autoptr (GString) unbroken = g_string_new (text);

    /* where the line is too long it is broken between two entries, not within one */
    g_string_replace (unbroken, " ", "\u00a0", 0);
    g_string_replace (unbroken, "●", "●</span>", 1);
    g_string_append_printf (markup, "%s<span foreground=\"%s\">%s", i > 0 ? "   " : "", colors[i] != NULL ? colors[i] : accent_color, unbroken->str);
  }
  gtk_label_set_markup (self->legend, markup->str);
}

/* Of a long call only every second, fourth… sample is kept, so what counts is their times. */
static guint
find_first_of_span (const YonderInspectionSample *samples, guint n_samples)
{
  guint first = n_samples;

  while (first > 0 && samples[n_samples - 1].time_us - samples[first - 1].time_us <= GRAPH_US)
    first--;
  return first;
}

static void
update_graph (YonderIcePanel *self)
{
  guint active = adw_toggle_group_get_active (self->toggles);
  const GraphKind *kind = &graph_kinds[MIN (active, G_N_ELEMENTS (graph_kinds) - 1)];
  double last[YONDER_GRAPH_MAX_LINES] = { -1.0, -1.0, -1.0 };
  guint n_samples, first, n_shown;
  const YonderInspectionSample *samples = yonder_call_inspection_get_samples (self->inspection, &n_samples);
  gboolean is_over = yonder_call_inspection_get_state (self->inspection) == YONDER_CALL_STATE_ENDED;

  /* live the last two minutes, afterwards all of it */
  first = is_over ? 0 : find_first_of_span (samples, n_samples);
  n_shown = n_samples - first;
  yonder_graph_begin (self->graph, _(kind->title), is_over ? _("Whole call") : _("Last two minutes"), kind->format, kind->min_scale);
  for (guint i = 0; i < YONDER_GRAPH_MAX_LINES && kind->lines[i].name != NULL; i++) {
    g_autofree double *values = g_new (double, MAX (n_shown, 1));

    for (guint j = 0; j < n_shown; j++)
      values[j] = read_value (&samples[first + j], kind->lines[i].offset, kind->lines[i].is_integer, kind->lines[i].factor);
    if (n_shown > 0)
      last[i] = values[n_shown - 1];
    yonder_graph_add_line (self->graph, _(kind->lines[i].name), values, n_shown);
  }
  yonder_graph_finish (self->graph);
  update_legend (self, kind, last);
}

/* --- The rest --- */

static void
update_sentence (YonderIcePanel *self)
{
  const YonderDiagnosis *diagnosis = yonder_call_inspection_get_diagnosis (self->inspection);
  gboolean is_failure = yonder_diagnosis_is_failure (diagnosis->code);

  if (g_strcmp0 (gtk_label_get_label (self->headline), diagnosis->headline) != 0)
    gtk_label_set_label (self->headline, diagnosis->headline);
  if (g_strcmp0 (gtk_label_get_label (self->explanation), diagnosis->explanation) != 0)
    gtk_label_set_label (self->explanation, diagnosis->explanation != NULL ? diagnosis->explanation : "");
  gtk_widget_set_visible (GTK_WIDGET (self->explanation), diagnosis->explanation != NULL);
  gtk_image_set_from_icon_name (self->icon, yonder_icon_for_diagnosis (diagnosis->code));
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon), (const char *[]) { is_failure ? "error" : "accent", NULL });
}

static void
set_state (YonderIcePanel *self, StateRow row, const char *words)
{
  adw_action_row_set_subtitle (self->states[row], words);
}

static void
update_states (YonderIcePanel *self)
{
  const YonderIceReport *report = yonder_call_inspection_get_report (self->inspection);
  const char *from = yonder_call_inspection_get_servers_from (self->inspection);
  g_autofree char *early = NULL;
  guint queued, applied;

  yonder_call_inspection_get_early (self->inspection, &queued, &applied);
  early = g_strdup_printf (_("Queued %u, applied %u"), queued, applied);
  set_state (self, STATE_SIGNALING, yonder_words_for_signaling (yonder_call_inspection_get_signaling_state (self->inspection)));
  set_state (self, STATE_GATHERING, yonder_words_for_gathering (report != NULL ? report->gathering : YONDER_GATHERING_NEW));
  set_state (self, STATE_ICE, yonder_words_for_ice (yonder_call_inspection_get_ice_state (self->inspection)));
  set_state (self, STATE_DTLS, yonder_words_for_dtls (report != NULL ? report->dtls : YONDER_DTLS_NEW,
                                                      yonder_call_inspection_is_secured (self->inspection)));
  set_state (self, STATE_EARLY, early);
  set_state (self, STATE_SERVERS, from != NULL ? from : C_("ICE servers", "None"));
}

static void
update (YonderIcePanel *self)
{
  const YonderIceReport *report = yonder_call_inspection_get_report (self->inspection);

  update_sentence (self);
  update_states (self);
  update_graph (self);
  update_timeline (self);
  if (report == NULL)
    return;
  update_pairs (self, report);
  update_candidates (&self->local, report->local);
  update_candidates (&self->remote, report->remote);
  update_servers (self, report);
}

/* --- The page --- */

static AdwPreferencesGroup *
add_group (AdwPreferencesPage *page, const char *title)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  if (title != NULL)
    adw_preferences_group_set_title (group, title);
  adw_preferences_page_add (page, group);
  return group;
}

static void
add_sentence (YonderIcePanel *self, AdwPreferencesPage *page)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->icon = g_object_new (GTK_TYPE_IMAGE, "pixel-size", 32, "margin-bottom", 6, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  self->headline = g_object_new (GTK_TYPE_LABEL, "wrap", TRUE, "justify", GTK_JUSTIFY_CENTER, "accessible-role", GTK_ACCESSIBLE_ROLE_HEADING,
                                 "css-classes", (const char *[]) { "title-2", NULL }, NULL);
  self->explanation = g_object_new (GTK_TYPE_LABEL, "wrap", TRUE, "justify", GTK_JUSTIFY_CENTER, "selectable", TRUE, "focusable", FALSE, NULL);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->icon));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->headline));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->explanation));
  adw_preferences_group_add (add_group (page, NULL), box);
}

static void
add_graph (YonderIcePanel *self, AdwPreferencesPage *page)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->toggles = ADW_TOGGLE_GROUP (adw_toggle_group_new ());
  for (guint i = 0; i < G_N_ELEMENTS (graph_kinds); i++) {
    AdwToggle *toggle = adw_toggle_new ();

    adw_toggle_set_name (toggle, graph_kinds[i].name);
    adw_toggle_set_label (toggle, _(graph_kinds[i].title));
    adw_toggle_group_add (self->toggles, toggle);
  }
  adw_toggle_group_set_active (self->toggles, 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->toggles), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Graph"), -1);
  g_signal_connect_swapped (self->toggles, "notify::active", G_CALLBACK (update_graph), self);

  self->graph = YONDER_GRAPH (yonder_graph_new ());
  self->legend = g_object_new (GTK_TYPE_LABEL, "wrap", TRUE, "xalign", 0.0, "css-classes", (const char *[]) { "caption", "numeric", NULL }, NULL);
  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, "graph-card");
  gtk_box_append (GTK_BOX (card), GTK_WIDGET (self->graph));
  gtk_box_append (GTK_BOX (card), GTK_WIDGET (self->legend));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->toggles));
  gtk_box_append (GTK_BOX (box), card);
  adw_preferences_group_add (add_group (page, NULL), box);
}

static void
add_states (YonderIcePanel *self, AdwPreferencesPage *page)
{
  static const char * const titles[] = {
    [STATE_SIGNALING] = N_("Call Server"),
    [STATE_GATHERING] = N_("Looking for Own Addresses (ICE Gathering)"),
    [STATE_ICE] = N_("Path to the Other Side (ICE)"),
    [STATE_DTLS] = N_("Encryption (DTLS)"),
    [STATE_EARLY] = N_("Candidates That Came Early"),
    [STATE_SERVERS] = N_("STUN and TURN Servers"),
  };
  AdwPreferencesGroup *group = add_group (page, _("States"));

  for (guint i = 0; i < N_STATES; i++) {
    self->states[i] = ADW_ACTION_ROW (adw_action_row_new ());
    adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->states[i]), FALSE);
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->states[i]), _(titles[i]));
    gtk_widget_add_css_class (GTK_WIDGET (self->states[i]), "property");
    adw_preferences_group_add (group, GTK_WIDGET (self->states[i]));
  }
}

static void
add_list (RowList *list, AdwPreferencesGroup *group, const char *title)
{
  list->expander = ADW_EXPANDER_ROW (adw_expander_row_new ());
  list->rows = g_ptr_array_new ();
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (list->expander), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (list->expander), title);
  /* libadwaita names the header inside, not the row that a screen reader comes upon */
  gtk_accessible_update_property (GTK_ACCESSIBLE (list->expander), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_widget_set_sensitive (GTK_WIDGET (list->expander), FALSE);
  adw_preferences_group_add (group, GTK_WIDGET (list->expander));
}

static void
yonder_ice_panel_dispose (GObject *object)
{
  YonderIcePanel *self = YONDER_ICE_PANEL (object);
  RowList *lists[] = { &self->pairs, &self->local, &self->remote, &self->servers, &self->timeline };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    g_clear_pointer (&lists[i]->rows, g_ptr_array_unref);
  if (self->inspection != NULL)
    g_signal_handlers_disconnect_by_data (self->inspection, self);
  g_clear_object (&self->inspection);

  G_OBJECT_CLASS (yonder_ice_panel_parent_class)->dispose (object);
}

static void
yonder_ice_panel_class_init (YonderIcePanelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yonder_ice_panel_dispose;
}

static void
yonder_ice_panel_init (YonderIcePanel *self)
{
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());
  AdwPreferencesGroup *group;

  add_sentence (self, page);
  add_graph (self, page);
  add_states (self, page);
  group = add_group (page, _("Details"));
  add_list (&self->pairs, group, _("Candidate Pairs"));
  add_list (&self->local, group, _("Own Addresses (Local Candidates)"));
  add_list (&self->remote, group, _("The Other Side’s Addresses (Remote Candidates)"));
  add_list (&self->servers, group, _("Servers Asked"));
  add_list (&self->timeline, group, _("Timeline"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->timeline.expander), TRUE);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (page));
}

/**
 * yonder_ice_panel_new:
 * @inspection: (transfer none): the call to show
 *
 * Returns: (transfer floating): a panel that follows it
 */
GtkWidget *
yonder_ice_panel_new (YonderCallInspection *inspection)
{
  YonderIcePanel *self = g_object_new (YONDER_TYPE_ICE_PANEL, NULL);

  self->inspection = g_object_ref (inspection);
  g_signal_connect_object (inspection, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
