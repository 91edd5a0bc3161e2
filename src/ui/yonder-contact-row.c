/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-contact-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "yonder-call-words.h"
#include "yonder-portrait.h"

struct _YonderContactRow
{
  GtkBox         parent_instance;

  YonderContact *contact; /* (nullable) */
  gboolean       offers_calls;
  gboolean       offers_adding;
  char          *place; /* (nullable) */
  GSignalGroup  *contact_signals;

  /* template */
  GtkWidget     *presence_dot;
  GtkWidget     *accept_button;
  GtkWidget     *decline_button;
  GtkWidget     *add_button;
  GtkWidget     *audio_button;
  GtkWidget     *video_button;
};

G_DEFINE_FINAL_TYPE (YonderContactRow, yonder_contact_row, GTK_TYPE_BOX)

enum {
  PROP_0,
  PROP_CONTACT,
  PROP_OFFERS_CALLS,
  PROP_OFFERS_ADDING,
  PROP_PLACE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static char *
standing_words (gpointer self, YonderPresence presence, YonderRelation relation, gboolean is_blocked, const char *place)
{
  g_autofree char *words = yonder_words_for_standing (presence, relation, is_blocked);

  return place != NULL && *place != '\0' ? g_strdup_printf ("%s · %s", words, place) : g_steal_pointer (&words);
}

/* Calling somebody who asks to be a contact is on their page. */
static gboolean
shows_calls (gpointer self, gboolean offers_calls, YonderRelation relation)
{
  return offers_calls && relation != YONDER_RELATION_ASKS;
}

static void
update_presence (YonderContactRow *self)
{
  static const char * const classes[] = {
    [YONDER_PRESENCE_OFFLINE] = "offline",
    [YONDER_PRESENCE_ONLINE] = "online",
    [YONDER_PRESENCE_AWAY] = "away",
  };
  YonderPresence presence = self->contact != NULL ? yonder_contact_get_presence (self->contact) : YONDER_PRESENCE_OFFLINE;

  for (gsize i = 0; i < G_N_ELEMENTS (classes); i++)
    if (i == presence)
      gtk_widget_add_css_class (self->presence_dot, classes[i]);
    else
      gtk_widget_remove_css_class (self->presence_dot, classes[i]);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->presence_dot),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, yonder_words_for_presence (presence),
                                  -1);
}

/* Says whom it is about, since a screen reader reads a button without its row. */
static void
name_button (GtkWidget *button, YonderContact *contact, const char *format)
{
  g_autofree char *label = g_strdup_printf (format, yonder_contact_get_name (contact));

  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
update_call_button (GtkWidget *button, YonderContact *contact, const char *kind, const char *format)
{
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(sss)", yonder_contact_get_account (contact), yonder_contact_get_id (contact),
                                    kind);
  name_button (button, contact, format);
}

static void
update_person_button (GtkWidget *button, YonderContact *contact, const char *format)
{
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(ss)", yonder_contact_get_account (contact), yonder_contact_get_id (contact));
  name_button (button, contact, format);
}

/* Who asks to be a contact is answered first. */
static void
update_relation (YonderContactRow *self)
{
  gboolean asks = self->contact != NULL && yonder_contact_get_relation (self->contact) == YONDER_RELATION_ASKS &&
                  !yonder_contact_is_blocked (self->contact);

  gtk_widget_set_visible (self->accept_button, asks);
  gtk_widget_set_visible (self->decline_button, asks);
}

static void
update_buttons (YonderContactRow *self)
{
  if (self->contact == NULL)
    return;

  update_call_button (self->audio_button, self->contact, "voice", _("Audio call with %s"));
  update_call_button (self->video_button, self->contact, "video", _("Video call with %s"));
  update_person_button (self->accept_button, self->contact, _("Accept %s as a contact"));
  update_person_button (self->decline_button, self->contact, _("Decline the request of %s"));
  update_person_button (self->add_button, self->contact, _("Add %s to your contacts"));
}

static void
set_contact (YonderContactRow *self, YonderContact *contact)
{
  if (!g_set_object (&self->contact, contact))
    return;

  g_signal_group_set_target (self->contact_signals, contact);
  update_presence (self);
  update_relation (self);
  update_buttons (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTACT]);
}

static void
yonder_contact_row_dispose (GObject *object)
{
  YonderContactRow *self = YONDER_CONTACT_ROW (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_CONTACT_ROW);
  g_clear_object (&self->contact_signals);
  g_clear_object (&self->contact);
  g_clear_pointer (&self->place, g_free);

  G_OBJECT_CLASS (yonder_contact_row_parent_class)->dispose (object);
}

static void
yonder_contact_row_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YonderContactRow *self = YONDER_CONTACT_ROW (object);

  switch (prop_id) {
  case PROP_CONTACT:
    g_value_set_object (value, self->contact);
    break;
  case PROP_OFFERS_CALLS:
    g_value_set_boolean (value, self->offers_calls);
    break;
  case PROP_OFFERS_ADDING:
    g_value_set_boolean (value, self->offers_adding);
    break;
  case PROP_PLACE:
    g_value_set_string (value, self->place);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_contact_row_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  YonderContactRow *self = YONDER_CONTACT_ROW (object);

  switch (prop_id) {
  case PROP_CONTACT:
    set_contact (self, g_value_get_object (value));
    break;
  case PROP_OFFERS_CALLS:
    if (self->offers_calls != g_value_get_boolean (value)) {
      self->offers_calls = g_value_get_boolean (value);
      g_object_notify_by_pspec (object, pspec);
    }
    break;
  case PROP_OFFERS_ADDING:
    if (self->offers_adding != g_value_get_boolean (value)) {
      self->offers_adding = g_value_get_boolean (value);
      g_object_notify_by_pspec (object, pspec);
    }
    break;
  case PROP_PLACE:
    if (g_set_str (&self->place, g_value_get_string (value)))
      g_object_notify_by_pspec (object, pspec);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_contact_row_class_init (YonderContactRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = yonder_contact_row_dispose;
  object_class->get_property = yonder_contact_row_get_property;
  object_class->set_property = yonder_contact_row_set_property;

  properties[PROP_CONTACT] = g_param_spec_object ("contact", NULL, NULL, YONDER_TYPE_CONTACT,
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_OFFERS_CALLS] = g_param_spec_boolean ("offers-calls", NULL, NULL, TRUE,
                                                        G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_OFFERS_ADDING] = g_param_spec_boolean ("offers-adding", NULL, NULL, FALSE,
                                                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_PLACE] = g_param_spec_string ("place", NULL, NULL, NULL,
                                                G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (YONDER_TYPE_PORTRAIT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-contact-row.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderContactRow, presence_dot);
  gtk_widget_class_bind_template_child (widget_class, YonderContactRow, accept_button);
  gtk_widget_class_bind_template_child (widget_class, YonderContactRow, decline_button);
  gtk_widget_class_bind_template_child (widget_class, YonderContactRow, add_button);
  gtk_widget_class_bind_template_child (widget_class, YonderContactRow, audio_button);
  gtk_widget_class_bind_template_child (widget_class, YonderContactRow, video_button);
  gtk_widget_class_bind_template_callback (widget_class, standing_words);
  gtk_widget_class_bind_template_callback (widget_class, shows_calls);
}

static void
yonder_contact_row_init (YonderContactRow *self)
{
  self->offers_calls = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));

  self->contact_signals = g_signal_group_new (YONDER_TYPE_CONTACT);
  g_signal_group_connect_object (self->contact_signals, "notify::presence", G_CALLBACK (update_presence), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->contact_signals, "notify::relation", G_CALLBACK (update_relation), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->contact_signals, "notify::is-blocked", G_CALLBACK (update_relation), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->contact_signals, "notify::name", G_CALLBACK (update_buttons), self, G_CONNECT_SWAPPED);
}
