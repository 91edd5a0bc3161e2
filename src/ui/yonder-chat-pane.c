/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-chat-pane.h"

#include <glib/gi18n.h>

struct _YonderChatPane
{
  AdwBin              parent_instance;

  YonderCall         *call;         /* (nullable) */
  YonderConversation *conversation; /* (nullable): of the call */
  GSignalGroup       *conversation_signals;

  /* template */
  GtkStack           *stack;
  GtkScrolledWindow  *scroller;
  GtkListBox         *list;
  GtkWidget          *reactions;
  GtkWidget          *complaint;
  GtkEditable        *entry;
};

G_DEFINE_FINAL_TYPE (YonderChatPane, yonder_chat_pane, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_CALL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* Lines */

static const char *
author_of (YonderChatPane *self, YonderChatLine *line)
{
  /* Translators: who wrote a message in a chat */
  return yonder_chat_line_is_own (line) ? _("You") : yonder_contact_get_name (yonder_call_get_peer (self->call));
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  YonderChatPane *self = user_data;
  YonderChatLine *line = item;
  /* Translators: hours and minutes of a message, see g_date_time_format() */
  g_autofree char *time = g_date_time_format (yonder_chat_line_get_time (line), _("%H∶%M"));
  /* Translators: who wrote a message, and when */
  g_autofree char *head = g_strdup_printf (_("%s, %s"), author_of (self, line), time);
  /* Translators: who wrote a message and when, and what it says */
  g_autofree char *words = g_strdup_printf (_("%s: %s"), head, yonder_chat_line_get_text (line));
  GtkWidget *row;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *author = g_object_new (GTK_TYPE_LABEL, "label", head, "xalign", 0.0, "ellipsize", PANGO_ELLIPSIZE_END,
                                    "css-classes", (const char *[]) { "caption", "dimmed", NULL }, NULL);
  GtkWidget *text = g_object_new (GTK_TYPE_LABEL, "label", yonder_chat_line_get_text (line), "xalign", 0.0, "wrap", TRUE,
                                  "wrap-mode", PANGO_WRAP_WORD_CHAR, "selectable", TRUE, NULL);

  gtk_box_append (GTK_BOX (box), author);
  gtk_box_append (GTK_BOX (box), text);
  if (yonder_chat_line_is_own (line)) {
    gtk_widget_add_css_class (box, "own");
    gtk_widget_set_margin_start (box, 24);
  } else {
    gtk_widget_set_margin_end (box, 24);
  }
  row = g_object_new (GTK_TYPE_LIST_BOX_ROW, "child", box, "activatable", FALSE, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  return row;
}

static void
mark_read (YonderChatPane *self)
{
  if (self->conversation != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    yonder_conversation_mark_read (self->conversation);
}

static void
update_stack (YonderChatPane *self)
{
  gboolean has_lines = self->conversation != NULL &&
                       g_list_model_get_n_items (yonder_conversation_get_lines (self->conversation)) > 0;

  gtk_stack_set_visible_child_name (self->stack, has_lines ? "lines" : "empty");
}

static void
on_text (YonderChatPane *self, YonderChatLine *line)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  update_stack (self);
  mark_read (self);
  if (!yonder_chat_line_is_own (line) && root != NULL) {
    /* Translators: who wrote a message, and what it says */
    g_autofree char *words = g_strdup_printf (_("%s: %s"), author_of (self, line), yonder_chat_line_get_text (line));

    gtk_accessible_announce (GTK_ACCESSIBLE (root), words, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  }
}

/* The last line is the one to read. */
static void
scroll_down (GtkAdjustment *adjustment)
{
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
}

/* Writing */

static void
update_open (YonderChatPane *self)
{
  gboolean is_open = self->conversation != NULL && yonder_conversation_is_open (self->conversation);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "chat.send", is_open);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "chat.react", is_open);
  if (is_open)
    gtk_widget_set_visible (self->complaint, FALSE);
}

static gboolean
has_letters (const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));

  return *stripped != '\0';
}

static void
send (YonderChatPane *self)
{
  const char *text = gtk_editable_get_text (self->entry);

  if (self->conversation == NULL || !has_letters (text))
    return;
  if (yonder_conversation_send_text (self->conversation, text)) {
    gtk_editable_set_text (self->entry, "");
    gtk_widget_set_visible (self->complaint, FALSE);
  } else {
    gtk_widget_set_visible (self->complaint, TRUE);
    gtk_accessible_announce (GTK_ACCESSIBLE (self), gtk_label_get_label (GTK_LABEL (self->complaint)),
                             GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
  }
}

static void
send_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  send (YONDER_CHAT_PANE (widget));
}

static void
react_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderChatPane *self = YONDER_CHAT_PANE (widget);

  if (self->conversation != NULL)
    yonder_conversation_send_reaction (self->conversation, g_variant_get_uint32 (parameter));
}

static void
add_reactions (YonderChatPane *self)
{
  for (guint i = 0; i < YONDER_N_REACTIONS; i++) {
    /* not one with a label, by which it would be called */
    GtkWidget *button = gtk_button_new ();

    gtk_button_set_child (GTK_BUTTON (button), gtk_label_new (yonder_reaction_get_emoji (i)));
    gtk_widget_set_tooltip_text (button, yonder_reaction_get_words (i));
    gtk_widget_add_css_class (button, "flat");
    gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, yonder_reaction_get_words (i), -1);
    gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "u", i);
    gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "chat.react");
    gtk_box_append (GTK_BOX (self->reactions), button);
  }
}

/* The widget */

static void
set_call (YonderChatPane *self, YonderCall *call)
{
  YonderConversation *conversation = call != NULL ? yonder_call_get_conversation (call) : NULL;

  if (!g_set_object (&self->call, call))
    return;

  g_set_object (&self->conversation, conversation);
  g_signal_group_set_target (self->conversation_signals, self->conversation);
  gtk_list_box_bind_model (self->list, self->conversation != NULL ? yonder_conversation_get_lines (self->conversation) : NULL, make_row,
                           self, NULL);
  update_stack (self);
  update_open (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CALL]);
}

static gboolean
yonder_chat_pane_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (YONDER_CHAT_PANE (widget)->entry));
}

static void
yonder_chat_pane_map (GtkWidget *widget)
{
  YonderChatPane *self = YONDER_CHAT_PANE (widget);

  /* the first emoji of a process take as long to load as a picture takes to draw: the call begins without */
  if (gtk_widget_get_first_child (self->reactions) == NULL)
    add_reactions (self);
  GTK_WIDGET_CLASS (yonder_chat_pane_parent_class)->map (widget);
  mark_read (self);
}

static void
yonder_chat_pane_dispose (GObject *object)
{
  YonderChatPane *self = YONDER_CHAT_PANE (object);

  if (self->list != NULL)
    gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_CHAT_PANE);
  g_clear_object (&self->conversation_signals);
  g_clear_object (&self->conversation);
  g_clear_object (&self->call);

  G_OBJECT_CLASS (yonder_chat_pane_parent_class)->dispose (object);
}

static void
yonder_chat_pane_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_CALL:
    g_value_set_object (value, YONDER_CHAT_PANE (object)->call);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_chat_pane_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_CALL:
    set_call (YONDER_CHAT_PANE (object), g_value_get_object (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_chat_pane_class_init (YonderChatPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = yonder_chat_pane_dispose;
  object_class->get_property = yonder_chat_pane_get_property;
  object_class->set_property = yonder_chat_pane_set_property;
  widget_class->grab_focus = yonder_chat_pane_grab_focus;
  widget_class->map = yonder_chat_pane_map;

  properties[PROP_CALL] = g_param_spec_object ("call", NULL, NULL, YONDER_TYPE_CALL,
                                               G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-chat-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderChatPane, stack);
  gtk_widget_class_bind_template_child (widget_class, YonderChatPane, scroller);
  gtk_widget_class_bind_template_child (widget_class, YonderChatPane, list);
  gtk_widget_class_bind_template_child (widget_class, YonderChatPane, reactions);
  gtk_widget_class_bind_template_child (widget_class, YonderChatPane, complaint);
  gtk_widget_class_bind_template_child (widget_class, YonderChatPane, entry);
  gtk_widget_class_install_action (widget_class, "chat.send", NULL, send_action);
  gtk_widget_class_install_action (widget_class, "chat.react", "u", react_action);
}

static void
yonder_chat_pane_init (YonderChatPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->conversation_signals = g_signal_group_new (YONDER_TYPE_CONVERSATION);
  g_signal_group_connect_object (self->conversation_signals, "text", G_CALLBACK (on_text), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->conversation_signals, "notify::is-open", G_CALLBACK (update_open), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "activate", G_CALLBACK (send), self, G_CONNECT_SWAPPED);
  g_signal_connect (gtk_scrolled_window_get_vadjustment (self->scroller), "changed", G_CALLBACK (scroll_down), NULL);
  update_open (self);
}
