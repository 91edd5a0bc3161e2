/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-peer-signs.h"

#include <glib/gi18n.h>

/* chosen: long enough to be seen by somebody who looks up */
#define SHOWN_MS 4000
#define FADE_MS  700

/* chosen: what fits below one another; an older one goes for a new one */
#define MAX_REACTIONS 5

struct _YonderPeerSigns
{
  AdwBin        parent_instance;

  YonderCall   *call;  /* (nullable) */
  YonderClock  *clock; /* (nullable): before the set-up */
  GSignalGroup *conversation_signals;
  GQueue        timers; /* (element-type guint): one for each reaction that is shown and does not fade yet, oldest first */

  /* template */
  GtkWidget    *reactions;
};

G_DEFINE_FINAL_TYPE (YonderPeerSigns, yonder_peer_signs, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_CALL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* Closures of the template */

static gboolean
is_told (gpointer self, YonderCallState state, gboolean is_so, gboolean is_on_hold)
{
  return is_so && !is_on_hold && (state == YONDER_CALL_STATE_CONNECTED || state == YONDER_CALL_STATE_RECONNECTING);
}

static gboolean
speaks (gpointer self, YonderCallState state, gboolean is_speaking, gboolean is_held)
{
  return is_speaking && !is_held && state == YONDER_CALL_STATE_CONNECTED;
}

static gboolean
has_no_picture (gpointer self, YonderCallState state, YonderCallKind kind, gboolean is_camera_off, gboolean is_on_hold)
{
  return kind == YONDER_CALL_KIND_VIDEO && is_told (self, state, is_camera_off, is_on_hold);
}

static char *
sharing_words (gpointer self, const char *name)
{
  return g_strdup_printf (_("%s is sharing their screen"), name);
}

/* Reactions */

static void
on_faded (AdwAnimation *animation)
{
  GtkWidget *widget = adw_animation_get_widget (animation);
  GtkWidget *parent = gtk_widget_get_parent (widget);

  if (parent != NULL)
    gtk_box_remove (GTK_BOX (parent), widget);
}

/* Whoever wants nothing to move has it go at once: libadwaita skips to the end then. */
static void
fade (GtkWidget *reaction)
{
  g_autoptr (AdwAnimation) animation = adw_timed_animation_new (reaction, 1.0, 0.0, FADE_MS,
                                                                adw_property_animation_target_new (G_OBJECT (reaction), "opacity"));

  g_signal_connect (animation, "done", G_CALLBACK (on_faded), NULL);
  g_object_set_data_full (G_OBJECT (reaction), "fading", g_object_ref (animation), g_object_unref);
  adw_animation_play (animation);
}

/* Returns: (nullable): the one whose timer comes next */
static GtkWidget *
find_oldest (YonderPeerSigns *self)
{
  GtkWidget *child = gtk_widget_get_first_child (self->reactions);

  while (child != NULL && g_object_get_data (G_OBJECT (child), "fading") != NULL)
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static gboolean
on_shown (gpointer user_data)
{
  YonderPeerSigns *self = user_data;

  g_queue_pop_head (&self->timers);
  fade (find_oldest (self));
  return G_SOURCE_REMOVE;
}

static void
drop_timer (YonderPeerSigns *self)
{
  guint id = GPOINTER_TO_UINT (g_queue_pop_head (&self->timers));

  if (id != 0)
    yonder_clock_remove (self->clock, id);
}

static void
clear_reactions (YonderPeerSigns *self)
{
  GtkWidget *child;

  while (!g_queue_is_empty (&self->timers))
    drop_timer (self);
  while (self->reactions != NULL && (child = gtk_widget_get_first_child (self->reactions)) != NULL)
    gtk_box_remove (GTK_BOX (self->reactions), child);
}

static void
on_reaction (YonderPeerSigns *self, YonderReaction reaction, gboolean is_own)
{
  const char *name = is_own ? _("You") : yonder_contact_get_name (yonder_call_get_peer (self->call));
  g_autofree char *words = g_strdup_printf (_("%s: %s"), name, yonder_reaction_get_words (reaction));
  GtkWidget *label;

  if (self->clock == NULL)
    return;
  if (g_queue_get_length (&self->timers) >= MAX_REACTIONS) {
    drop_timer (self);
    gtk_box_remove (GTK_BOX (self->reactions), find_oldest (self));
  }
  /* a label cannot have another name than its text */
  label = g_object_new (GTK_TYPE_LABEL, "label", yonder_reaction_get_emoji (reaction), "halign", GTK_ALIGN_START,
                        "accessible-role", GTK_ACCESSIBLE_ROLE_IMG,
                        "css-classes", (const char *[]) { "reaction", NULL }, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  gtk_box_append (GTK_BOX (self->reactions), label);
  g_queue_push_tail (&self->timers, GUINT_TO_POINTER (yonder_clock_add (self->clock, SHOWN_MS, on_shown, self, NULL)));
  if (!is_own)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), words, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_LOW);
}

/* For those who hear it instead of seeing it. */
static void
on_peer_muted (YonderPeerSigns *self, GParamSpec *pspec, YonderConversation *conversation)
{
  gtk_accessible_announce (GTK_ACCESSIBLE (self), yonder_conversation_is_peer_muted (conversation) ? _("The other side’s microphone is off")
                                                                                                  : _("The other side’s microphone is on"),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_LOW);
}

static void
on_peer_sharing (YonderPeerSigns *self, GParamSpec *pspec, YonderConversation *conversation)
{
  const char *name = yonder_contact_get_name (yonder_call_get_peer (self->call));
  g_autofree char *words = g_strdup_printf (yonder_conversation_is_peer_sharing (conversation) ? _("%s is sharing their screen")
                                                                                               : _("%s stopped sharing their screen"), name);

  gtk_accessible_announce (GTK_ACCESSIBLE (self), words, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_LOW);
}

/* The widget */

static void
set_call (YonderPeerSigns *self, YonderCall *call)
{
  if (!g_set_object (&self->call, call))
    return;
  clear_reactions (self);
  g_signal_group_set_target (self->conversation_signals, call != NULL ? yonder_call_get_conversation (call) : NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CALL]);
}

static void
yonder_peer_signs_dispose (GObject *object)
{
  YonderPeerSigns *self = YONDER_PEER_SIGNS (object);

  clear_reactions (self);
  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_PEER_SIGNS);
  g_clear_object (&self->conversation_signals);
  g_clear_object (&self->call);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (yonder_peer_signs_parent_class)->dispose (object);
}

static void
yonder_peer_signs_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_CALL:
    g_value_set_object (value, YONDER_PEER_SIGNS (object)->call);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_peer_signs_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_CALL:
    set_call (YONDER_PEER_SIGNS (object), g_value_get_object (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_peer_signs_class_init (YonderPeerSignsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = yonder_peer_signs_dispose;
  object_class->get_property = yonder_peer_signs_get_property;
  object_class->set_property = yonder_peer_signs_set_property;

  properties[PROP_CALL] = g_param_spec_object ("call", NULL, NULL, YONDER_TYPE_CALL,
                                               G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-peer-signs.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderPeerSigns, reactions);
  gtk_widget_class_bind_template_callback (widget_class, is_told);
  gtk_widget_class_bind_template_callback (widget_class, speaks);
  gtk_widget_class_bind_template_callback (widget_class, has_no_picture);
  gtk_widget_class_bind_template_callback (widget_class, sharing_words);
}

static void
yonder_peer_signs_init (YonderPeerSigns *self)
{
  g_queue_init (&self->timers);
  gtk_widget_init_template (GTK_WIDGET (self));

  self->conversation_signals = g_signal_group_new (YONDER_TYPE_CONVERSATION);
  g_signal_group_connect_object (self->conversation_signals, "reaction", G_CALLBACK (on_reaction), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->conversation_signals, "notify::is-peer-muted", G_CALLBACK (on_peer_muted), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->conversation_signals, "notify::is-peer-sharing", G_CALLBACK (on_peer_sharing), self, G_CONNECT_SWAPPED);
}

/* What tells when a reaction has been seen for long enough; once, before it is shown. */
void
yonder_peer_signs_set_clock (YonderPeerSigns *self, YonderClock *clock)
{
  g_set_object (&self->clock, clock);
}
