/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-incoming-page.h"

#include <glib/gi18n.h>

#include "yonder-call-words.h"
#include "yonder-portrait.h"

struct _YonderIncomingPage
{
  AdwBin      parent_instance;

  YonderCall *call; /* (nullable) */

  /* template */
  GtkLabel   *other_call_label;
  GtkWidget  *answers;
  GtkWidget  *second_answers;
};

G_DEFINE_FINAL_TYPE (YonderIncomingPage, yonder_incoming_page, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_CALL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static char *
incoming_words (gpointer self, YonderCallKind kind)
{
  return yonder_words_for_incoming (kind);
}

static gboolean
is_video (gpointer self, YonderCallKind kind)
{
  return kind == YONDER_CALL_KIND_VIDEO;
}

/* What is read when the page takes the keyboard. */
static void
name_page (YonderIncomingPage *self)
{
  g_autofree char *words = NULL;
  g_autofree char *name = NULL;

  if (self->call == NULL)
    return;
  words = yonder_words_for_incoming (yonder_call_get_kind (self->call));
  name = g_strdup_printf (_("%s: %s"), yonder_contact_get_name (yonder_call_get_peer (self->call)), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
yonder_incoming_page_dispose (GObject *object)
{
  YonderIncomingPage *self = YONDER_INCOMING_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_INCOMING_PAGE);
  g_clear_object (&self->call);

  G_OBJECT_CLASS (yonder_incoming_page_parent_class)->dispose (object);
}

static void
yonder_incoming_page_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YonderIncomingPage *self = YONDER_INCOMING_PAGE (object);

  switch (prop_id) {
  case PROP_CALL:
    g_value_set_object (value, self->call);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_incoming_page_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  YonderIncomingPage *self = YONDER_INCOMING_PAGE (object);

  switch (prop_id) {
  case PROP_CALL:
    if (g_set_object (&self->call, g_value_get_object (value))) {
      name_page (self);
      g_object_notify_by_pspec (object, pspec);
    }
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_incoming_page_class_init (YonderIncomingPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = yonder_incoming_page_dispose;
  object_class->get_property = yonder_incoming_page_get_property;
  object_class->set_property = yonder_incoming_page_set_property;

  properties[PROP_CALL] = g_param_spec_object ("call", NULL, NULL, YONDER_TYPE_CALL,
                                               G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (YONDER_TYPE_CONTACT);
  g_type_ensure (YONDER_TYPE_PORTRAIT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-incoming-page.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderIncomingPage, other_call_label);
  gtk_widget_class_bind_template_child (widget_class, YonderIncomingPage, answers);
  gtk_widget_class_bind_template_child (widget_class, YonderIncomingPage, second_answers);
  gtk_widget_class_bind_template_callback (widget_class, incoming_words);
  gtk_widget_class_bind_template_callback (widget_class, is_video);
}

static void
yonder_incoming_page_init (YonderIncomingPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * yonder_incoming_page_set_other_call:
 * @self: the page
 * @other: (nullable) (transfer none): the call that goes on meanwhile
 * @can_hold: whether it can wait
 *
 * Whoever is in a call already should know what answering does to it, and choose.
 */
void
yonder_incoming_page_set_other_call (YonderIncomingPage *self, YonderCall *other, gboolean can_hold)
{
  g_autofree char *words = NULL;

  if (other != NULL)
    words = g_strdup_printf (can_hold ? _("You are in a call with %s.") : _("Answering ends your call with %s."),
                             yonder_contact_get_name (yonder_call_get_peer (other)));
  gtk_label_set_label (self->other_call_label, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->other_call_label), words != NULL);
  gtk_widget_set_visible (self->answers, !can_hold);
  gtk_widget_set_visible (self->second_answers, can_hold);
}
