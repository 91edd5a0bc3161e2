/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-end-page.h"

#include <glib/gi18n.h>

#include "yonder-call-words.h"
#include "yonder-meeting.h"
#include "yonder-portrait.h"

struct _YonderEndPage
{
  AdwBin        parent_instance;

  YonderCall   *call; /* (nullable) */
  GSignalGroup *call_signals;

  /* template */
  GtkLabel     *detail_label;
  GtkWidget    *again_button;
  GtkWidget    *meet_button;
  GtkWidget    *close_button;
};

G_DEFINE_FINAL_TYPE (YonderEndPage, yonder_end_page, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_CALL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static char *
title (gpointer self, YonderEndReason reason, gboolean is_outgoing)
{
  return g_strdup (yonder_words_for_end (reason, is_outgoing));
}

static char *
again_words (gpointer self, gboolean is_outgoing)
{
  return g_strdup (is_outgoing ? _("Call _Again") : _("Call _Back"));
}

static void
on_end_changed (YonderEndPage *self)
{
  g_autofree char *detail = NULL;

  if (self->call == NULL || yonder_call_get_state (self->call) != YONDER_CALL_STATE_ENDED)
    return;

  detail = yonder_words_for_end_detail (yonder_call_get_end_reason (self->call),
                                        yonder_call_is_outgoing (self->call),
                                        yonder_contact_get_name (yonder_call_get_peer (self->call)),
                                        yonder_call_get_end_detail (self->call),
                                        yonder_call_get_elapsed_s (self->call));
  gtk_label_set_label (self->detail_label, detail);
}

static void
set_call (YonderEndPage *self, YonderCall *call)
{
  if (!g_set_object (&self->call, call))
    return;

  g_signal_group_set_target (self->call_signals, call);
  on_end_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CALL]);
}

/* The harmless one: a key pressed too late must not call again. */
static gboolean
yonder_end_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (YONDER_END_PAGE (widget)->close_button);
}

static void
yonder_end_page_dispose (GObject *object)
{
  YonderEndPage *self = YONDER_END_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_END_PAGE);
  g_clear_object (&self->call_signals);
  g_clear_object (&self->call);

  G_OBJECT_CLASS (yonder_end_page_parent_class)->dispose (object);
}

static void
yonder_end_page_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YonderEndPage *self = YONDER_END_PAGE (object);

  switch (prop_id) {
  case PROP_CALL:
    g_value_set_object (value, self->call);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_end_page_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  YonderEndPage *self = YONDER_END_PAGE (object);

  switch (prop_id) {
  case PROP_CALL:
    set_call (self, g_value_get_object (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_end_page_class_init (YonderEndPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = yonder_end_page_dispose;
  object_class->get_property = yonder_end_page_get_property;
  object_class->set_property = yonder_end_page_set_property;
  widget_class->grab_focus = yonder_end_page_grab_focus;

  properties[PROP_CALL] = g_param_spec_object ("call", NULL, NULL, YONDER_TYPE_CALL,
                                               G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (YONDER_TYPE_CONTACT);
  g_type_ensure (YONDER_TYPE_PORTRAIT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-end-page.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderEndPage, detail_label);
  gtk_widget_class_bind_template_child (widget_class, YonderEndPage, again_button);
  gtk_widget_class_bind_template_child (widget_class, YonderEndPage, meet_button);
  gtk_widget_class_bind_template_child (widget_class, YonderEndPage, close_button);
  gtk_widget_class_bind_template_callback (widget_class, title);
  gtk_widget_class_bind_template_callback (widget_class, again_words);
}

static void
yonder_end_page_init (YonderEndPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->call_signals = g_signal_group_new (YONDER_TYPE_CALL);
  g_signal_group_connect_object (self->call_signals, "notify::state", G_CALLBACK (on_end_changed), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->call_signals, "notify::end-reason", G_CALLBACK (on_end_changed), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->call_signals, "notify::end-detail", G_CALLBACK (on_end_changed), self, G_CONNECT_SWAPPED);
}

/**
 * yonder_end_page_set_offers:
 * @self: the page
 * @call: whether to offer another call
 * @meeting_uri: (nullable): where the two can meet in the browser instead
 *
 * Says what can be done next. The room may be the other side's idea, so its host is told before it is opened.
 */
void
yonder_end_page_set_offers (YonderEndPage *self, gboolean call, const char *meeting_uri)
{
  gtk_widget_set_visible (self->again_button, call);
  gtk_widget_set_visible (self->meet_button, meeting_uri != NULL);
  if (meeting_uri != NULL) {
    g_autofree char *place = yonder_meeting_dup_place (meeting_uri);
    g_autofree char *label = g_strdup_printf (_("Meet at %s"), place);

    gtk_button_set_label (GTK_BUTTON (self->meet_button), label);
  }
}
