/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-check-row.h"

#include <glib/gi18n.h>

struct _YonderCheckRow {
  AdwActionRow parent_instance;

  YonderCheckStep *step;

  /* template */
  GtkImage        *mark;
};

G_DEFINE_FINAL_TYPE (YonderCheckRow, yonder_check_row, ADW_TYPE_ACTION_ROW)

enum {
  PROP_0,
  PROP_STEP,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const struct {
  const char *icon_name;
  const char *style;  /* (nullable) */
  const char *words;
} marks[] = {
  [YONDER_STEP_WAITING] = { "content-loading-symbolic", "dimmed", N_("Waiting") },
  [YONDER_STEP_RUNNING] = { "content-loading-symbolic", "dimmed", N_("Running") },
  [YONDER_STEP_PASSED] = { "object-select-symbolic", "success", N_("Passed") },
  [YONDER_STEP_WARNING] = { "dialog-warning-symbolic", "warning", N_("Warning") },
  [YONDER_STEP_FAILED] = { "dialog-error-symbolic", "error", N_("Failed") },
  [YONDER_STEP_SKIPPED] = { "list-remove-symbolic", "dimmed", N_("Skipped") },
};

static char *
indicator (gpointer self, YonderStepState state)
{
  return g_strdup (state == YONDER_STEP_RUNNING ? "running" : "mark");
}

/* The mark has a name for those who cannot see it. */
static void
show_mark (YonderCheckRow *self)
{
  YonderStepState state = yonder_check_step_get_state (self->step);

  gtk_image_set_from_icon_name (self->mark, marks[state].icon_name);
  gtk_widget_set_css_classes (GTK_WIDGET (self->mark), (const char *[]) { marks[state].style, NULL });
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->mark), GTK_ACCESSIBLE_PROPERTY_LABEL, _(marks[state].words), -1);
}

static char *
elapsed_words (gpointer self, double elapsed_ms)
{
  if (elapsed_ms < 0)
    return g_strdup ("");
  if (elapsed_ms < 1000)
    return g_strdup_printf (_("%.0f ms"), elapsed_ms);
  return g_strdup_printf (_("%.1f s"), elapsed_ms / 1000);
}

static void
yonder_check_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderCheckRow *self = YONDER_CHECK_ROW (object);

  switch (id) {
    case PROP_STEP: g_value_set_object (value, self->step); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec); break;
  }
}

static void
yonder_check_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  YonderCheckRow *self = YONDER_CHECK_ROW (object);

  switch (id) {
    case PROP_STEP: g_set_object (&self->step, g_value_get_object (value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec); break;
  }
}

static void
yonder_check_row_constructed (GObject *object)
{
  YonderCheckRow *self = YONDER_CHECK_ROW (object);

  G_OBJECT_CLASS (yonder_check_row_parent_class)->constructed (object);

  g_signal_connect_object (self->step, "notify::state", G_CALLBACK (show_mark), self, G_CONNECT_SWAPPED);
  show_mark (self);
}

static void
yonder_check_row_dispose (GObject *object)
{
  YonderCheckRow *self = YONDER_CHECK_ROW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), YONDER_TYPE_CHECK_ROW);
  g_clear_object (&self->step);

  G_OBJECT_CLASS (yonder_check_row_parent_class)->dispose (object);
}

static void
yonder_check_row_class_init (YonderCheckRowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->constructed = yonder_check_row_constructed;
  object_class->dispose = yonder_check_row_dispose;
  object_class->get_property = yonder_check_row_get_property;
  object_class->set_property = yonder_check_row_set_property;

  properties[PROP_STEP] = g_param_spec_object ("step", NULL, NULL, YONDER_TYPE_CHECK_STEP,
                                               G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (YONDER_TYPE_CHECK_STEP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-check-row.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderCheckRow, mark);
  gtk_widget_class_bind_template_callback (widget_class, indicator);
  gtk_widget_class_bind_template_callback (widget_class, elapsed_words);
}

static void
yonder_check_row_init (YonderCheckRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
yonder_check_row_new (YonderCheckStep *step)
{
  return g_object_new (YONDER_TYPE_CHECK_ROW, "step", step, NULL);
}
