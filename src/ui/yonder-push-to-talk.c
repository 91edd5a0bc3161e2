/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-push-to-talk.h"

struct _YonderPushToTalk {
  GtkWindow          *window;    /* borrowed: the owner */
  GtkEventController *keys;      /* borrowed: of the window */
  YonderCall         *call;      /* (nullable) */
  gulong              active_id;
  gboolean            is_talking;
};

static gboolean
is_muted (YonderPushToTalk *self)
{
  gboolean muted = FALSE;

  g_object_get (self->call, "is-muted", &muted, NULL);
  return muted;
}

static gboolean
can_talk (YonderPushToTalk *self)
{
  YonderCallState state = self->call != NULL ? yonder_call_get_state (self->call) : YONDER_CALL_STATE_ENDED;

  return state != YONDER_CALL_STATE_ENDED && state != YONDER_CALL_STATE_INCOMING && is_muted (self);
}

static gboolean
is_wanted_elsewhere (YonderPushToTalk *self)
{
  GtkWidget *focus = gtk_window_get_focus (self->window);

  if (focus == NULL)
    return FALSE;
  if (GTK_IS_EDITABLE (focus) || GTK_IS_TEXT_VIEW (focus) || gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER) != NULL)
    return TRUE;
  return gtk_window_get_focus_visible (self->window) && (GTK_IS_BUTTON (focus) || GTK_IS_CHECK_BUTTON (focus) || GTK_IS_LIST_BOX_ROW (focus));
}

/* Where somebody muted or unmuted by another way meanwhile, that stands. */
static void
stop (YonderPushToTalk *self)
{
  if (!self->is_talking)
    return;
  self->is_talking = FALSE;
  if (self->call != NULL)
    yonder_call_set_muted (self->call, TRUE);
}

static gboolean
on_pressed (YonderPushToTalk *self, guint key, guint code, GdkModifierType modifiers)
{
  if (key != GDK_KEY_space) {
    /* M while the bar is held: the microphone stays as that says */
    if (self->is_talking && (key == GDK_KEY_m || key == GDK_KEY_M)) {
      self->is_talking = FALSE;
      return GDK_EVENT_STOP;
    }
    return GDK_EVENT_PROPAGATE;
  }
  if (self->is_talking)
    return GDK_EVENT_STOP; /* the key repeats */
  if ((modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0 || !can_talk (self) || is_wanted_elsewhere (self))
    return GDK_EVENT_PROPAGATE;

  self->is_talking = TRUE;
  yonder_call_set_muted (self->call, FALSE);
  return GDK_EVENT_STOP;
}

static void
on_released (YonderPushToTalk *self, guint key)
{
  if (key == GDK_KEY_space)
    stop (self);
}

static void
on_active_changed (YonderPushToTalk *self)
{
  if (!gtk_window_is_active (self->window))
    stop (self);
}

/* Returns: (transfer full): one that listens to @window, to be freed no later than in its dispose */
YonderPushToTalk *
yonder_push_to_talk_new (GtkWindow *window)
{
  YonderPushToTalk *self = g_new0 (YonderPushToTalk, 1);

  self->window = window;
  self->keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (self->keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (self->keys, "key-pressed", G_CALLBACK (on_pressed), self);
  g_signal_connect_swapped (self->keys, "key-released", G_CALLBACK (on_released), self);
  gtk_widget_add_controller (GTK_WIDGET (window), self->keys);
  self->active_id = g_signal_connect_swapped (window, "notify::is-active", G_CALLBACK (on_active_changed), self);
  return self;
}

void
yonder_push_to_talk_free (YonderPushToTalk *self)
{
  if (self == NULL)
    return;

  g_signal_handler_disconnect (self->window, self->active_id);
  gtk_widget_remove_controller (GTK_WIDGET (self->window), self->keys);
  g_clear_object (&self->call);
  g_free (self);
}

/* Another call begins as it is: what is held does not reach over. */
void
yonder_push_to_talk_set_call (YonderPushToTalk *self, YonderCall *call)
{
  stop (self);
  g_set_object (&self->call, call);
}
