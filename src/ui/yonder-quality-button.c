/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-quality-button.h"

#include "yonder-quality.h"

#include <glib/gi18n.h>

/* chosen: one bad second is worth seeing for as long as it takes to look */
#define SHOWN_SAMPLES 3

struct _YonderQualityButton
{
  AdwBin         parent_instance;

  YonderCall    *call; /* (nullable) */
  GSignalGroup  *inspection_signals;
  YonderQuality  quality;
  gboolean       is_compact;

  /* template */
  GtkWidget     *button;
  GtkImage      *bars;
  GtkWidget     *word;
};

G_DEFINE_FINAL_TYPE (YonderQualityButton, yonder_quality_button, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_CALL,
  PROP_COMPACT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static const char * const icons[] = {
  [YONDER_QUALITY_UNKNOWN] = "network-cellular-signal-none-symbolic",
  [YONDER_QUALITY_BAD] = "network-cellular-signal-weak-symbolic",
  [YONDER_QUALITY_POOR] = "network-cellular-signal-ok-symbolic",
  [YONDER_QUALITY_GOOD] = "network-cellular-signal-good-symbolic",
  [YONDER_QUALITY_EXCELLENT] = "network-cellular-signal-excellent-symbolic",
};

/* The worst of the last seconds. */
static YonderQuality
read_quality (YonderCallInspection *inspection)
{
  YonderQuality worst = YONDER_QUALITY_UNKNOWN;
  guint n_samples;
  const YonderInspectionSample *samples = yonder_call_inspection_get_samples (inspection, &n_samples);

  for (guint i = n_samples > SHOWN_SAMPLES ? n_samples - SHOWN_SAMPLES : 0; i < n_samples; i++) {
    YonderQuality quality = yonder_quality_of_sample (&samples[i], i > 0 ? &samples[i - 1] : NULL);

    if (quality != YONDER_QUALITY_UNKNOWN && (worst == YONDER_QUALITY_UNKNOWN || quality < worst))
      worst = quality;
  }
  return worst;
}

static void
show_quality (YonderQualityButton *self)
{
  gboolean is_known = self->quality != YONDER_QUALITY_UNKNOWN;
  const char *word = yonder_quality_get_word (self->quality);
  /* Translators: %s is one word such as “Good” or “Bad” */
  g_autofree char *sentence = is_known ? g_strdup_printf (_("Connection: %s"), word) : g_strdup (_("Connection Details"));

  gtk_image_set_from_icon_name (self->bars, icons[self->quality]);
  gtk_label_set_label (GTK_LABEL (self->word), word);
  gtk_widget_set_visible (self->word, is_known && !self->is_compact);
  gtk_widget_set_tooltip_text (self->button, sentence);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, is_known ? sentence : "", -1);
}

static void
update_quality (YonderQualityButton *self)
{
  YonderQuality quality = self->call != NULL ? read_quality (yonder_call_get_inspection (self->call)) : YONDER_QUALITY_UNKNOWN;

  if (quality == self->quality)
    return;
  self->quality = quality;
  show_quality (self);
}

static void
set_call (YonderQualityButton *self, YonderCall *call)
{
  if (!g_set_object (&self->call, call))
    return;
  g_signal_group_set_target (self->inspection_signals, call != NULL ? yonder_call_get_inspection (call) : NULL);
  update_quality (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CALL]);
}

static void
yonder_quality_button_dispose (GObject *object)
{
  YonderQualityButton *self = YONDER_QUALITY_BUTTON (object);

  /* the button is a child of the template and of the bin: only one of them may let go of it */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_QUALITY_BUTTON);
  g_clear_object (&self->inspection_signals);
  g_clear_object (&self->call);

  G_OBJECT_CLASS (yonder_quality_button_parent_class)->dispose (object);
}

static void
yonder_quality_button_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YonderQualityButton *self = YONDER_QUALITY_BUTTON (object);

  switch (prop_id) {
  case PROP_CALL:
    g_value_set_object (value, self->call);
    break;
  case PROP_COMPACT:
    g_value_set_boolean (value, self->is_compact);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_quality_button_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  YonderQualityButton *self = YONDER_QUALITY_BUTTON (object);

  switch (prop_id) {
  case PROP_CALL:
    set_call (self, g_value_get_object (value));
    break;
  case PROP_COMPACT:
    self->is_compact = g_value_get_boolean (value);
    show_quality (self);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_quality_button_class_init (YonderQualityButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = yonder_quality_button_dispose;
  object_class->get_property = yonder_quality_button_get_property;
  object_class->set_property = yonder_quality_button_set_property;

  properties[PROP_CALL] = g_param_spec_object ("call", NULL, NULL, YONDER_TYPE_CALL,
                                               G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_COMPACT] = g_param_spec_boolean ("compact", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-quality-button.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderQualityButton, button);
  gtk_widget_class_bind_template_child (widget_class, YonderQualityButton, bars);
  gtk_widget_class_bind_template_child (widget_class, YonderQualityButton, word);
}

static void
yonder_quality_button_init (YonderQualityButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->inspection_signals = g_signal_group_new (YONDER_TYPE_CALL_INSPECTION);
  g_signal_group_connect_object (self->inspection_signals, "changed", G_CALLBACK (update_quality), self, G_CONNECT_SWAPPED);
  show_quality (self);
}
