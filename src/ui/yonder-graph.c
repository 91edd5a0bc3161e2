/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-graph.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#define HEIGHT 140
#define N_GRID_LINES 3

typedef struct {
  char   *name;
  GArray *values; /* (element-type double) */
} Line;

struct _YonderGraph
{
  GtkWidget         parent_instance;

  char             *title;
  char             *span;  /* of time, in words */
  YonderGraphFormat format;
  double            min_scale;
  GPtrArray        *lines; /* (element-type Line) */
};

G_DEFINE_FINAL_TYPE (YonderGraph, yonder_graph, GTK_TYPE_WIDGET)

static void
line_free (gpointer data)
{
  Line *line = data;

  g_free (line->name);
  g_array_unref (line->values);
  g_free (line);
}

/* The accent of the style, then two that differ from it also for those who see no red and green. */
static void
get_line_color (YonderGraph *self, guint index, GdkRGBA *color)
{
  AdwStyleManager *manager = adw_style_manager_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));
  g_autoptr (GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (manager);

  if (index == 0)
    *color = *accent;
  else
    gdk_rgba_parse (color, index == 1 ? "#e66100" : "#9141ac");
}

static double
get_maximum (YonderGraph *self)
{
  double maximum = self->min_scale;

  for (guint i = 0; i < self->lines->len; i++) {
    Line *line = g_ptr_array_index (self->lines, i);

    for (guint j = 0; j < line->values->len; j++)
      maximum = MAX (maximum, g_array_index (line->values, double, j));
  }
  return maximum;
}

/* The next of 1, 2, 5 times a power of ten, so that the scale can be read. */
static double
get_scale (YonderGraph *self)
{
  static const double steps[] = { 1.0, 2.0, 5.0, 10.0 };
  double maximum = get_maximum (self);
  double power = pow (10.0, floor (log10 (maximum)));

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (maximum <= steps[i] * power)
      return steps[i] * power;

  return 10.0 * power;
}

static void
draw_line (YonderGraph *self, GtkSnapshot *snapshot, const Line *line, const GdkRGBA *color, double scale, double width, double height)
{
  g_autoptr (GskPathBuilder) builder = gsk_path_builder_new ();
  g_autoptr (GskPath) path = NULL;
  GskStroke *stroke = gsk_stroke_new (2.0);
  double step = line->values->len > 1 ? width / (line->values->len - 1) : width;
  gboolean is_down = FALSE;

  for (guint i = 0; i < line->values->len; i++) {
    double value = g_array_index (line->values, double, i);
    double x = i * step, y = height - value / scale * height;

    if (value < 0.0)
      is_down = FALSE;
    else if (is_down)
      gsk_path_builder_line_to (builder, x, y);
    else
      gsk_path_builder_move_to (builder, x, y);
    is_down = value >= 0.0;
  }
  path = gsk_path_builder_to_path (builder);
  gsk_stroke_set_line_join (stroke, GSK_LINE_JOIN_ROUND);
  gtk_snapshot_append_stroke (snapshot, path, stroke, color);
  gsk_stroke_free (stroke);
}

static void
yonder_graph_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  YonderGraph *self = YONDER_GRAPH (widget);
  double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  double scale = get_scale (self);
  g_autofree char *label = self->format != NULL ? self->format (scale) : g_strdup ("");
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, label);
  g_autoptr (PangoLayout) span = gtk_widget_create_pango_layout (widget, self->span);
  int label_width, label_height;
  GdkRGBA text, faint;

  /* what the uppermost line stands for is written above it, where no line of values goes */
  pango_layout_get_pixel_size (layout, &label_width, &label_height);
  height -= label_height + 2;
  gtk_widget_get_color (widget, &text);
  faint = text;
  faint.alpha *= 0.15;
  text.alpha *= 0.7;
  gtk_snapshot_append_layout (snapshot, span, &text);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (width - label_width, 0));
  gtk_snapshot_append_layout (snapshot, layout, &text);
  gtk_snapshot_restore (snapshot);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (0, label_height + 2));
  for (guint i = 0; i <= N_GRID_LINES; i++) {
    double y = MIN (height * i / N_GRID_LINES, height - 1.0);

    gtk_snapshot_append_color (snapshot, &faint, &GRAPHENE_RECT_INIT (0, y, width, 1));
  }
  for (guint i = 0; i < self->lines->len; i++) {
    GdkRGBA color;

    get_line_color (self, i, &color);
    draw_line (self, snapshot, g_ptr_array_index (self->lines, i), &color, scale, width, height);
  }
  gtk_snapshot_restore (snapshot);
}

static void
yonder_graph_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                      int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : 120;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : 320;
}

static void
yonder_graph_finalize (GObject *object)
{
  YonderGraph *self = YONDER_GRAPH (object);

  g_free (self->title);
  g_free (self->span);
  g_ptr_array_unref (self->lines);

  G_OBJECT_CLASS (yonder_graph_parent_class)->finalize (object);
}

static void
yonder_graph_class_init (YonderGraphClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = yonder_graph_finalize;
  widget_class->snapshot = yonder_graph_snapshot;
  widget_class->measure = yonder_graph_measure;
  gtk_widget_class_set_css_name (widget_class, "yonder-graph");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
yonder_graph_init (YonderGraph *self)
{
  self->lines = g_ptr_array_new_with_free_func (line_free);
}

GtkWidget *
yonder_graph_new (void)
{
  return g_object_new (YONDER_TYPE_GRAPH, NULL);
}

void
yonder_graph_begin (YonderGraph *self, const char *title, const char *span, YonderGraphFormat format, double min_scale)
{
  g_set_str (&self->title, title);
  g_set_str (&self->span, span);
  self->format = format;
  self->min_scale = min_scale;
  g_ptr_array_set_size (self->lines, 0);
}

void
yonder_graph_add_line (YonderGraph *self, const char *name, const double *values, guint n_values)
{
  Line *line;

  g_return_if_fail (self->lines->len < YONDER_GRAPH_MAX_LINES);

  line = g_new0 (Line, 1);
  line->name = g_strdup (name);
  line->values = g_array_new (FALSE, FALSE, sizeof (double));
  g_array_append_vals (line->values, values, n_values);
  g_ptr_array_add (self->lines, line);
}

/* "Received now 1.2 Mbit/s, at most 1.4 Mbit/s" */
static char *
describe_line (YonderGraph *self, const Line *line)
{
  double maximum = -1.0, now = -1.0;
  g_autofree char *last = NULL, *most = NULL;

  for (guint i = 0; i < line->values->len; i++) {
    now = g_array_index (line->values, double, i);
    maximum = MAX (maximum, now);
  }
  if (maximum < 0.0)
    return g_strdup_printf (_("%s: not known"), line->name);

  last = now >= 0.0 ? self->format (now) : g_strdup ("–");
  most = self->format (maximum);
  /* Translators: a line of a graph in words: "Received: now 1.2 Mbit/s, at most 1.4 Mbit/s" */
  return g_strdup_printf (_("%s: now %s, at most %s"), line->name, last, most);
}

void
yonder_graph_finish (YonderGraph *self)
{
  g_autoptr (GString) words = g_string_new (NULL);

  for (guint i = 0; i < self->lines->len; i++) {
    g_autofree char *line = describe_line (self, g_ptr_array_index (self->lines, i));

    g_string_append_printf (words, "%s%s", i > 0 ? "; " : "", line);
  }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, self->title, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  words->str, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
