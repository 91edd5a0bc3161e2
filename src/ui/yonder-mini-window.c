/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-mini-window.h"

#include <glib/gi18n.h>

#include "yonder-call-words.h"
#include "yonder-portrait.h"
#include "yonder-push-to-talk.h"

struct _YonderMiniWindow
{
  GtkWindow         parent_instance;

  YonderCallPage   *page;
  YonderPushToTalk *push_to_talk;
  gboolean          controls_visible;

  /* template */
  GtkWidget        *controls;
};

G_DEFINE_FINAL_TYPE (YonderMiniWindow, yonder_mini_window, GTK_TYPE_WINDOW)

enum {
  PROP_0,
  PROP_PAGE,
  PROP_CONTROLS_VISIBLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* Closures of the template */

/* Only a picture is worth more than the controls. */
static gboolean
shows_controls (gpointer self, gboolean has_pointer, gboolean has_focus, gboolean is_active, gboolean shows_picture)
{
  return !shows_picture || has_pointer || (has_focus && is_active);
}

static gboolean
is_not (gpointer self, gboolean flag)
{
  return !flag;
}

static GtkContentFit
content_fit (gpointer self, gboolean fill_window, gboolean is_screen)
{
  return fill_window && !is_screen ? GTK_CONTENT_FIT_COVER : GTK_CONTENT_FIT_CONTAIN;
}

static char *
state_words (gpointer self, YonderCallState state, YonderCallKind kind, guint elapsed_s, gboolean is_redial, gboolean is_held,
             gboolean is_peer_holding)
{
  if (is_held || (is_peer_holding && state == YONDER_CALL_STATE_CONNECTED))
    return g_strdup (_("On hold"));
  return yonder_words_for_call_state (state, kind, elapsed_s, is_redial);
}

static gboolean
is_interrupted (gpointer self, YonderCallState state, gboolean shows_picture)
{
  return shows_picture && state == YONDER_CALL_STATE_RECONNECTING;
}

/* Without a picture the button says it, and the words would lie over the name. */
static gboolean
is_muted_unseen (gpointer self, gboolean is_muted, gboolean shows_picture)
{
  return is_muted && shows_picture;
}

static gboolean
is_told (gpointer self, YonderCallState state, gboolean is_so, gboolean is_on_hold)
{
  return is_so && !is_on_hold && (state == YONDER_CALL_STATE_CONNECTED || state == YONDER_CALL_STATE_RECONNECTING);
}

static char *
microphone_icon (gpointer self, gboolean is_muted)
{
  return g_strdup (is_muted ? "microphone-disabled-symbolic" : "audio-input-microphone-symbolic");
}

static char *
microphone_words (gpointer self, gboolean is_muted)
{
  return g_strdup (is_muted ? _("Unmute Microphone") : _("Mute Microphone"));
}

/* The controls */

/* They keep their place, so that the keyboard and screen readers find them; but nobody hangs up by a finger on a button that is not seen. */
static void
set_controls_visible (YonderMiniWindow *self, gboolean visible)
{
  self->controls_visible = visible;
  gtk_widget_set_can_target (self->controls, visible);
  if (visible)
    gtk_widget_add_css_class (self->controls, "shown");
  else
    gtk_widget_remove_css_class (self->controls, "shown");
}

/* A finger does not hover: it asks for the controls by a tap. */
static void
on_pressed (YonderMiniWindow *self, int n_press, double x, double y, GtkGesture *gesture)
{
  GdkDevice *device = gtk_event_controller_get_current_event_device (GTK_EVENT_CONTROLLER (gesture));

  if (n_press == 2) {
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
    gtk_window_close (GTK_WINDOW (self));
  } else if (device != NULL && gdk_device_get_source (device) == GDK_SOURCE_TOUCHSCREEN) {
    if (self->controls_visible)
      gtk_window_set_focus (GTK_WINDOW (self), NULL);
    else
      gtk_widget_child_focus (self->controls, GTK_DIR_TAB_FORWARD);
  }
}

/* The call */

static void
on_call_changed (YonderMiniWindow *self)
{
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_autoptr (GSimpleAction) hang_up = g_simple_action_new ("hang-up", NULL);
  g_autoptr (GPropertyAction) mute = NULL;
  g_autoptr (YonderCall) call = NULL;

  g_object_get (self->page, "call", &call, NULL);
  yonder_push_to_talk_set_call (self->push_to_talk, call);
  if (call == NULL)
    return;

  mute = g_property_action_new ("mute", call, "is-muted");
  g_signal_connect_object (hang_up, "activate", G_CALLBACK (yonder_call_hang_up), call, G_CONNECT_SWAPPED);
  g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (mute));
  g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (hang_up));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "call", G_ACTION_GROUP (actions));
}

/* GTK would have the keyboard begin at a control, and so keep the controls over the picture. */
static void
yonder_mini_window_show (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (yonder_mini_window_parent_class)->show (widget);

  gtk_window_set_focus (GTK_WINDOW (widget), NULL);
}

static void
yonder_mini_window_dispose (GObject *object)
{
  YonderMiniWindow *self = YONDER_MINI_WINDOW (object);

  if (self->page != NULL)
    g_signal_handlers_disconnect_by_data (self->page, self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "call", NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_MINI_WINDOW);
  g_clear_pointer (&self->push_to_talk, yonder_push_to_talk_free);
  g_clear_object (&self->page);

  G_OBJECT_CLASS (yonder_mini_window_parent_class)->dispose (object);
}

static void
yonder_mini_window_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YonderMiniWindow *self = YONDER_MINI_WINDOW (object);

  switch (prop_id) {
  case PROP_PAGE:
    g_value_set_object (value, self->page);
    break;
  case PROP_CONTROLS_VISIBLE:
    g_value_set_boolean (value, self->controls_visible);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_mini_window_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  YonderMiniWindow *self = YONDER_MINI_WINDOW (object);

  switch (prop_id) {
  case PROP_PAGE:
    self->page = g_value_dup_object (value);
    break;
  case PROP_CONTROLS_VISIBLE:
    set_controls_visible (self, g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_mini_window_class_init (YonderMiniWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = yonder_mini_window_dispose;
  object_class->get_property = yonder_mini_window_get_property;
  object_class->set_property = yonder_mini_window_set_property;
  widget_class->show = yonder_mini_window_show;

  properties[PROP_PAGE] = g_param_spec_object ("page", NULL, NULL, YONDER_TYPE_CALL_PAGE,
                                               G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_CONTROLS_VISIBLE] = g_param_spec_boolean ("controls-visible", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (YONDER_TYPE_PORTRAIT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-mini-window.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderMiniWindow, controls);
  gtk_widget_class_bind_template_callback (widget_class, shows_controls);
  gtk_widget_class_bind_template_callback (widget_class, is_not);
  gtk_widget_class_bind_template_callback (widget_class, content_fit);
  gtk_widget_class_bind_template_callback (widget_class, state_words);
  gtk_widget_class_bind_template_callback (widget_class, is_interrupted);
  gtk_widget_class_bind_template_callback (widget_class, is_muted_unseen);
  gtk_widget_class_bind_template_callback (widget_class, is_told);
  gtk_widget_class_bind_template_callback (widget_class, microphone_icon);
  gtk_widget_class_bind_template_callback (widget_class, microphone_words);
  gtk_widget_class_bind_template_callback (widget_class, on_pressed);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_m, 0, "call.mute", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_h, GDK_CONTROL_MASK, "call.hang-up", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
yonder_mini_window_init (YonderMiniWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->push_to_talk = yonder_push_to_talk_new (GTK_WINDOW (self));
}

/**
 * yonder_mini_window_new:
 * @application: the application it belongs to
 * @page: (transfer none): what it shows, whether that is shown itself or not
 *
 * Returns: (transfer none): a window that is to be presented
 */
YonderMiniWindow *
yonder_mini_window_new (GtkApplication *application, YonderCallPage *page)
{
  YonderMiniWindow *self = g_object_new (YONDER_TYPE_MINI_WINDOW, "application", application, "page", page, NULL);

  g_signal_connect_object (page, "notify::call", G_CALLBACK (on_call_changed), self, G_CONNECT_SWAPPED);
  on_call_changed (self);
  return self;
}
