/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-call-window.h"

#include "yonder-call-page.h"
#include "yonder-call-words.h"
#include "yonder-chat-pane.h"
#include "yonder-end-page.h"
#include "yonder-ice-dialog.h"
#include "yonder-incoming-page.h"
#include "yonder-mini-window.h"
#include "yonder-push-to-talk.h"
#include "yonder-screen-share.h"
#include "yonder-snapshot.h"

#include <glib/gi18n.h>

struct _YonderCallWindow
{
  AdwWindow          parent_instance;

  YonderLine        *line;
  YonderCallManager *manager; /* borrowed: of the line */
  YonderCallFloor   *floor;   /* borrowed: of the manager */
  YonderCall        *call; /* (nullable) */
  GSettings         *settings;
  GSignalGroup      *call_signals;
  GSignalGroup      *conversation_signals;
  YonderPushToTalk  *push_to_talk;
  GtkWindow         *mini_window; /* (nullable) weak: shown in place of this one; owned by GTK */
  YonderScreenShare *screen_share;
  guint              readying;
  gboolean           shows_chat;

  /* template */
  GtkStack          *stack;
  GtkWidget         *split;
  YonderIncomingPage *incoming_page;
  YonderCallPage    *call_page;
  YonderChatPane    *chat_pane;
  YonderEndPage     *end_page;
};

G_DEFINE_FINAL_TYPE (YonderCallWindow, yonder_call_window, ADW_TYPE_WINDOW)

enum {
  PROP_0,
  PROP_CALL,
  PROP_IS_MUTED,
  PROP_IS_CAMERA_OFF,
  PROP_IS_HELD,
  PROP_SHARES_SCREEN,
  PROP_SHOWS_CHAT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GtkWidget *
page_of_state (YonderCallWindow *self, YonderCallState state)
{
  switch (state) {
  case YONDER_CALL_STATE_INCOMING:
    return GTK_WIDGET (self->incoming_page);
  case YONDER_CALL_STATE_ENDED:
    return GTK_WIDGET (self->end_page);
  case YONDER_CALL_STATE_IDLE:
  case YONDER_CALL_STATE_INVITING:
  case YONDER_CALL_STATE_RINGING:
  case YONDER_CALL_STATE_ANSWERING:
  case YONDER_CALL_STATE_NEGOTIATING:
  case YONDER_CALL_STATE_CONNECTED:
  case YONDER_CALL_STATE_RECONNECTING:
  default:
    return self->split;
  }
}

/* What is seen later, if at all, is made visible when its turn comes: GTK finds styles and icons for all that is, shown or not, before it
 * shows a window. */
static void
show_page (YonderCallWindow *self)
{
  GtkWidget *page = page_of_state (self, yonder_call_get_state (self->call));

  gtk_widget_set_visible (page, TRUE);
  gtk_stack_set_visible_child (self->stack, page);
}

/* Actions */

static gboolean
sends_picture (YonderCall *call)
{
  gboolean is_camera_off = TRUE;

  if (call != NULL)
    g_object_get (call, "is-camera-off", &is_camera_off, NULL);
  return !is_camera_off;
}

static void
accept_audio_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  yonder_call_accept (YONDER_CALL_WINDOW (widget)->call, FALSE);
}

static void
accept_video_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  yonder_call_accept (YONDER_CALL_WINDOW (widget)->call, TRUE);
}

/* The camera is as it was in the call that waits. */
static void
hold_and_answer_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderCallWindow *self = YONDER_CALL_WINDOW (widget);

  yonder_call_manager_hold_and_accept (self->manager, self->call, sends_picture (yonder_call_floor_get_active (self->floor)));
}

static void
end_and_answer_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderCallWindow *self = YONDER_CALL_WINDOW (widget);

  yonder_call_accept (self->call, sends_picture (yonder_call_floor_get_active (self->floor)));
}

static void
decline_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  yonder_call_decline (YONDER_CALL_WINDOW (widget)->call);
}

static void
hang_up_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  yonder_call_hang_up (YONDER_CALL_WINDOW (widget)->call);
}

static void
move_self_view_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  gtk_widget_activate_action (GTK_WIDGET (YONDER_CALL_WINDOW (widget)->call_page), "call-page.move-self-view", NULL);
}

/* Six groups in one line would break where there is room, not where one breathes. */
static char *
code_in_two_lines (const char *code)
{
  g_auto (GStrv) groups = g_strsplit (code, " ", -1);
  GString *lines = g_string_new (NULL);
  guint n_groups = g_strv_length (groups);

  for (guint i = 0; i < n_groups; i++)
    g_string_append_printf (lines, "%s%s", groups[i], i + 1 == n_groups ? "" : i + 1 == n_groups / 2 ? "\n" : " ");
  return g_string_free_and_steal (lines);
}

/* What both people read out to each other. */
static void
safety_code_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  g_autofree char *code = yonder_call_dup_safety_code (YONDER_CALL_WINDOW (widget)->call);
  g_autofree char *lines = NULL;
  AdwDialog *dialog;
  GtkWidget *label;

  if (code == NULL)
    return;

  dialog = adw_alert_dialog_new (_("Safety Code"), _("Read this code to one another. If both see the same one, nobody sits between you."));
  lines = code_in_two_lines (code);
  label = g_object_new (GTK_TYPE_LABEL, "label", lines, "selectable", TRUE, "focusable", FALSE, "justify", GTK_JUSTIFY_CENTER,
                        "css-classes", (const char *[]) { "title-2", "numeric", NULL }, NULL);
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), label);
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _("_Close"));
  adw_dialog_present (dialog, widget);
}

static void
meet_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  const char *uri = yonder_call_get_meeting_uri (YONDER_CALL_WINDOW (widget)->call);
  g_autoptr (GtkUriLauncher) launcher = gtk_uri_launcher_new (uri);

  if (uri != NULL)
    gtk_uri_launcher_launch (launcher, GTK_WINDOW (widget), NULL, NULL, NULL);
}

static void
inspect_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderCallWindow *self = YONDER_CALL_WINDOW (widget);

  adw_dialog_present (yonder_ice_dialog_new_for_call (yonder_call_get_inspection (self->call)), widget);
}

/* Whoever opens it wants to write. */
static void
set_shows_chat (YonderCallWindow *self, gboolean shows_chat)
{
  if (self->shows_chat == shows_chat)
    return;

  self->shows_chat = shows_chat;
  if (shows_chat)
    gtk_widget_set_visible (GTK_WIDGET (self->chat_pane), TRUE);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOWS_CHAT]);
  if (shows_chat)
    gtk_widget_grab_focus (GTK_WIDGET (self->chat_pane));
  else
    gtk_window_set_focus (GTK_WINDOW (self), NULL);
}

static void
snapshot_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderCallWindow *self = YONDER_CALL_WINDOW (widget);
  GdkPaintable *picture = yonder_call_page_get_picture (self->call_page);

  if (picture != NULL)
    yonder_snapshot_save (GTK_WINDOW (self), picture, yonder_contact_get_name (yonder_call_get_peer (self->call)));
}

/* Escape takes away what is over the picture first. */
static void
leave_full_screen_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  if (YONDER_CALL_WINDOW (widget)->shows_chat)
    set_shows_chat (YONDER_CALL_WINDOW (widget), FALSE);
  else
    gtk_window_unfullscreen (GTK_WINDOW (widget));
}

/* The small window */

static gboolean
on_mini_window_closed (YonderCallWindow *self)
{
  gtk_window_present (GTK_WINDOW (self));
  return GDK_EVENT_PROPAGATE;
}

static void
drop_mini_window (YonderCallWindow *self)
{
  GtkWindow *window = self->mini_window;

  g_clear_weak_pointer (&self->mini_window);
  if (window != NULL)
    gtk_window_destroy (window);
}

static void
small_window_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderCallWindow *self = YONDER_CALL_WINDOW (widget);

  if (self->mini_window != NULL)
    return;
  g_set_weak_pointer (&self->mini_window,
                      GTK_WINDOW (yonder_mini_window_new (gtk_window_get_application (GTK_WINDOW (self)), self->call_page)));
  g_signal_connect_object (self->mini_window, "close-request", G_CALLBACK (on_mini_window_closed), self, G_CONNECT_SWAPPED);
  gtk_window_present (self->mini_window);
  gtk_widget_set_visible (widget, FALSE);
}

static gboolean
ready_call_page (gpointer data)
{
  YonderCallWindow *self = data;

  self->readying = 0;
  gtk_widget_set_visible (self->split, TRUE);
  return G_SOURCE_REMOVE;
}

/* Whoever brings this window back wants the small one no more. */
static void
yonder_call_window_show (GtkWidget *widget)
{
  YonderCallWindow *self = YONDER_CALL_WINDOW (widget);

  GTK_WIDGET_CLASS (yonder_call_window_parent_class)->show (widget);

  drop_mini_window (self);
  /* while it rings there is time to find styles and icons for what comes after the answer */
  if (self->readying == 0)
    self->readying = g_idle_add_full (G_PRIORITY_LOW, ready_call_page, self, NULL);
}

static void
update_actions (YonderCallWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  YonderCallState state = self->call != NULL ? yonder_call_get_state (self->call) : YONDER_CALL_STATE_ENDED;
  gboolean has_call = self->call != NULL;
  gboolean is_incoming = state == YONDER_CALL_STATE_INCOMING;
  gboolean is_ended = state == YONDER_CALL_STATE_ENDED;
  gboolean is_live = has_call && !is_ended && !is_incoming;
  g_autofree char *code = has_call ? yonder_call_dup_safety_code (self->call) : NULL;
  const char *meeting = has_call ? yonder_call_get_meeting_uri (self->call) : NULL;
  gboolean can_call = self->line != NULL && yonder_line_get_offers_calls (self->line);
  gboolean is_video = has_call && yonder_call_get_kind (self->call) == YONDER_CALL_KIND_VIDEO;

  gtk_widget_action_set_enabled (widget, "call.accept-audio", is_incoming);
  gtk_widget_action_set_enabled (widget, "call.accept-video", is_incoming && is_video);
  gtk_widget_action_set_enabled (widget, "call.hold-and-answer", is_incoming);
  gtk_widget_action_set_enabled (widget, "call.end-and-answer", is_incoming);
  gtk_widget_action_set_enabled (widget, "call.decline", is_incoming);
  gtk_widget_action_set_enabled (widget, "call.hang-up", is_live);
  gtk_widget_action_set_enabled (widget, "call.mute", is_live);
  gtk_widget_action_set_enabled (widget, "call.hold", has_call && yonder_call_can_hold (self->call));
  gtk_widget_action_set_enabled (widget, "call.share-screen", has_call && yonder_call_can_hold (self->call) &&
                                 !yonder_call_is_held (self->call) && yonder_call_can_send_picture (self->call));
  gtk_widget_action_set_enabled (widget, "call.camera-off", is_live && yonder_call_can_send_picture (self->call));
  gtk_widget_action_set_enabled (widget, "call.move-self-view", is_live && is_video);
  gtk_widget_action_set_enabled (widget, "call.full-screen", is_live);
  gtk_widget_action_set_enabled (widget, "call.small-window", is_live);
  gtk_widget_action_set_enabled (widget, "call.chat", is_live && (self->shows_chat ||
                                 yonder_conversation_is_open (yonder_call_get_conversation (self->call))));
  gtk_widget_action_set_enabled (widget, "call.snapshot", is_live && yonder_call_page_get_picture (self->call_page) != NULL);
  gtk_widget_action_set_enabled (widget, "call.inspect", has_call && !is_incoming);
  gtk_widget_action_set_enabled (widget, "call.again", has_call && is_ended && can_call);
  gtk_widget_action_set_enabled (widget, "call.safety-code", code != NULL);
  gtk_widget_action_set_enabled (widget, "call.meet", meeting != NULL);
  yonder_end_page_set_offers (self->end_page, can_call, meeting);
}

/* The call */

/* Whoever is in a call already should know what answering does to it. */
static void
update_other_call (YonderCallWindow *self)
{
  YonderCall *active = self->line != NULL ? yonder_call_floor_get_active (self->floor) : NULL;

  if (active == self->call || (active != NULL && yonder_call_is_held (active)))
    active = NULL;
  yonder_incoming_page_set_other_call (self->incoming_page, active, active != NULL && yonder_call_can_hold (active));
}

/* Nobody answers by a key that was meant for another window, nor calls again by one that came too late. */
static void
update_focus (YonderCallWindow *self)
{
  switch (self->call != NULL ? yonder_call_get_state (self->call) : YONDER_CALL_STATE_IDLE) {
  case YONDER_CALL_STATE_INCOMING:
    gtk_widget_grab_focus (GTK_WIDGET (self->incoming_page));
    break;
  case YONDER_CALL_STATE_ENDED:
    gtk_widget_grab_focus (GTK_WIDGET (self->end_page));
    break;
  case YONDER_CALL_STATE_IDLE:
  case YONDER_CALL_STATE_INVITING:
  case YONDER_CALL_STATE_RINGING:
  case YONDER_CALL_STATE_ANSWERING:
  case YONDER_CALL_STATE_NEGOTIATING:
  case YONDER_CALL_STATE_CONNECTED:
  case YONDER_CALL_STATE_RECONNECTING:
  default:
    break;
  }
}

static gboolean
close_window (gpointer data)
{
  gtk_window_close (GTK_WINDOW (data));
  return G_SOURCE_REMOVE;
}

/* For those who hear the call instead of seeing its page. A call that comes in is told by its page, which takes the keyboard. */
static void
announce_state (YonderCallWindow *self)
{
  YonderCallState state = yonder_call_get_state (self->call);
  g_autofree char *words = NULL;

  if (state == YONDER_CALL_STATE_ENDED) {
    g_autofree char *detail = yonder_words_for_end_detail (yonder_call_get_end_reason (self->call), yonder_call_is_outgoing (self->call),
                                                           yonder_contact_get_name (yonder_call_get_peer (self->call)),
                                                           yonder_call_get_end_detail (self->call), yonder_call_get_elapsed_s (self->call));

    words = g_strdup_printf ("%s. %s", yonder_words_for_end (yonder_call_get_end_reason (self->call), yonder_call_is_outgoing (self->call)),
                             detail);
  } else if (state == YONDER_CALL_STATE_CONNECTED) {
    /* Translators: said aloud as soon as two people can hear one another */
    words = g_strdup (_("Connected"));
  } else {
    words = yonder_words_for_call_state (state, yonder_call_get_kind (self->call), 0, yonder_call_is_redial (self->call));
  }
  gtk_accessible_announce (self->mini_window != NULL ? GTK_ACCESSIBLE (self->mini_window) : GTK_ACCESSIBLE (self), words,
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

static void
on_state_changed (YonderCallWindow *self)
{
  if (self->call != NULL)
    show_page (self);
  update_actions (self);
  update_focus (self);
  if (self->call == NULL)
    return;
  /* why a call ended is told by its page */
  if (self->mini_window != NULL && yonder_call_get_state (self->call) == YONDER_CALL_STATE_ENDED)
    gtk_window_present (GTK_WINDOW (self));
  announce_state (self);
  if (yonder_call_get_state (self->call) != YONDER_CALL_STATE_ENDED)
    return;

  gtk_window_unfullscreen (GTK_WINDOW (self));
  set_shows_chat (self, FALSE);
  /* Whoever declined knows why the call ended. */
  if (yonder_call_get_end_reason (self->call) == YONDER_END_DECLINED && !yonder_call_is_outgoing (self->call))
    g_idle_add_full (G_PRIORITY_DEFAULT, close_window, g_object_ref (self), g_object_unref);
}

static void
on_muted_changed (YonderCallWindow *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_MUTED]);
}

static void
on_camera_off_changed (YonderCallWindow *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_CAMERA_OFF]);
}

static void
on_held_changed (YonderCallWindow *self)
{
  update_actions (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_HELD]);
}

static void
on_shares_screen_changed (YonderCallWindow *self)
{
  if (yonder_screen_share_is_active (self->screen_share))
    yonder_call_page_set_share_refused (self->call_page, FALSE);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHARES_SCREEN]);
}

static void
on_share_refused (YonderCallWindow *self)
{
  yonder_call_page_set_share_refused (self->call_page, TRUE);
}

/* An ended call is shown here last. */
static void
let_go_of_call (YonderCallWindow *self)
{
  g_autoptr (YonderCall) call = g_steal_pointer (&self->call);

  if (call != NULL && yonder_call_get_state (call) == YONDER_CALL_STATE_ENDED)
    yonder_call_manager_dismiss (self->manager, call);
}

static void
set_call (YonderCallWindow *self, YonderCall *call)
{
  if (self->call == call)
    return;

  let_go_of_call (self);
  self->call = g_object_ref (call);
  g_signal_group_set_target (self->call_signals, call);
  g_signal_group_set_target (self->conversation_signals, yonder_call_get_conversation (call));
  yonder_push_to_talk_set_call (self->push_to_talk, call);
  yonder_screen_share_set_call (self->screen_share, call);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CALL]);
  on_muted_changed (self);
  on_camera_off_changed (self);
  on_held_changed (self);
  show_page (self);
  update_actions (self);
  update_focus (self);
}

static void
call_again_action (GtkWidget *widget, const char *action_name, GVariant *parameter)
{
  YonderCallWindow *self = YONDER_CALL_WINDOW (widget);
  YonderCall *call;

  call = yonder_call_manager_dial (self->manager, yonder_call_get_peer (self->call), yonder_call_get_kind (self->call));
  if (call != NULL)
    set_call (self, call);
}

/* The call that was shown broke, and another takes its place. */
static void
on_redialled (YonderCallWindow *self, YonderCall *former, YonderCall *call)
{
  if (former == self->call)
    set_call (self, call);
}

/* Any key means that somebody is there. */
static gboolean
on_key_pressed (YonderCallWindow *self)
{
  yonder_call_page_show_controls (self->call_page);
  return GDK_EVENT_PROPAGATE;
}

/* Hiding the controls moves the focus too; only a focus ring that moves says that somebody uses the keyboard. */
static void
on_focus_changed (YonderCallWindow *self)
{
  if (gtk_window_get_focus_visible (GTK_WINDOW (self)))
    yonder_call_page_show_controls (self->call_page);
}

static gboolean
yonder_call_window_close_request (GtkWindow *window)
{
  YonderCallWindow *self = YONDER_CALL_WINDOW (window);
  g_autoptr (YonderCall) call = self->call != NULL ? g_object_ref (self->call) : NULL;

  /* Nobody can end a call that has no window. */
  if (call != NULL && yonder_call_get_state (call) == YONDER_CALL_STATE_INCOMING)
    yonder_call_decline (call);
  else if (call != NULL && yonder_call_get_state (call) != YONDER_CALL_STATE_ENDED)
    yonder_call_hang_up (call);

  g_signal_group_set_target (self->call_signals, NULL);
  g_signal_group_set_target (self->conversation_signals, NULL);
  yonder_push_to_talk_set_call (self->push_to_talk, NULL);
  yonder_screen_share_set_call (self->screen_share, NULL);
  let_go_of_call (self);
  return GTK_WINDOW_CLASS (yonder_call_window_parent_class)->close_request (window);
}

static void
yonder_call_window_dispose (GObject *object)
{
  YonderCallWindow *self = YONDER_CALL_WINDOW (object);

  g_clear_handle_id (&self->readying, g_source_remove);
  drop_mini_window (self);
  gtk_widget_dispose_template (GTK_WIDGET (object), YONDER_TYPE_CALL_WINDOW);
  g_clear_object (&self->call_signals);
  g_clear_object (&self->conversation_signals);
  g_clear_pointer (&self->push_to_talk, yonder_push_to_talk_free);
  if (self->screen_share != NULL) {
    g_signal_handlers_disconnect_by_data (self->screen_share, self);
    yonder_screen_share_set_call (self->screen_share, NULL);
  }
  g_clear_object (&self->screen_share);
  g_clear_object (&self->call);
  g_clear_object (&self->line);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (yonder_call_window_parent_class)->dispose (object);
}

static void
yonder_call_window_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  YonderCallWindow *self = YONDER_CALL_WINDOW (object);
  gboolean flag = FALSE;

  switch (prop_id) {
  case PROP_CALL:
    g_value_set_object (value, self->call);
    break;
  case PROP_IS_MUTED:
    if (self->call != NULL)
      g_object_get (self->call, "is-muted", &flag, NULL);
    g_value_set_boolean (value, flag);
    break;
  case PROP_IS_CAMERA_OFF:
    if (self->call != NULL)
      g_object_get (self->call, "is-camera-off", &flag, NULL);
    g_value_set_boolean (value, flag);
    break;
  case PROP_IS_HELD:
    g_value_set_boolean (value, self->call != NULL && yonder_call_is_held (self->call));
    break;
  case PROP_SHARES_SCREEN:
    g_value_set_boolean (value, self->screen_share != NULL && yonder_screen_share_is_active (self->screen_share));
    break;
  case PROP_SHOWS_CHAT:
    g_value_set_boolean (value, self->shows_chat);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
yonder_call_window_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  YonderCallWindow *self = YONDER_CALL_WINDOW (object);

  switch (prop_id) {
  case PROP_IS_MUTED:
    if (self->call != NULL)
      yonder_call_set_muted (self->call, g_value_get_boolean (value));
    break;
  case PROP_IS_CAMERA_OFF:
    if (self->call != NULL)
      yonder_call_set_camera_off (self->call, g_value_get_boolean (value));
    break;
  case PROP_IS_HELD:
    if (self->call != NULL)
      yonder_call_set_held (self->call, g_value_get_boolean (value));
    break;
  case PROP_SHARES_SCREEN:
    if (g_value_get_boolean (value))
      yonder_screen_share_start (self->screen_share, GTK_WINDOW (self));
    else
      yonder_screen_share_stop (self->screen_share);
    break;
  case PROP_SHOWS_CHAT:
    set_shows_chat (self, g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "call.accept-audio", NULL, accept_audio_action);
  gtk_widget_class_install_action (widget_class, "call.accept-video", NULL, accept_video_action);
  gtk_widget_class_install_action (widget_class, "call.hold-and-answer", NULL, hold_and_answer_action);
  gtk_widget_class_install_action (widget_class, "call.end-and-answer", NULL, end_and_answer_action);
  gtk_widget_class_install_action (widget_class, "call.decline", NULL, decline_action);
  gtk_widget_class_install_action (widget_class, "call.hang-up", NULL, hang_up_action);
  gtk_widget_class_install_action (widget_class, "call.again", NULL, call_again_action);
  gtk_widget_class_install_action (widget_class, "call.safety-code", NULL, safety_code_action);
  gtk_widget_class_install_action (widget_class, "call.meet", NULL, meet_action);
  gtk_widget_class_install_action (widget_class, "call.move-self-view", NULL, move_self_view_action);
  gtk_widget_class_install_action (widget_class, "call.inspect", NULL, inspect_action);
  gtk_widget_class_install_action (widget_class, "call.leave-full-screen", NULL, leave_full_screen_action);
  gtk_widget_class_install_action (widget_class, "call.snapshot", NULL, snapshot_action);
  gtk_widget_class_install_action (widget_class, "call.small-window", NULL, small_window_action);
  gtk_widget_class_install_property_action (widget_class, "call.chat", "shows-chat");
  gtk_widget_class_install_property_action (widget_class, "call.mute", "is-muted");
  gtk_widget_class_install_property_action (widget_class, "call.camera-off", "is-camera-off");
  gtk_widget_class_install_property_action (widget_class, "call.hold", "is-held");
  gtk_widget_class_install_property_action (widget_class, "call.share-screen", "shares-screen");
  gtk_widget_class_install_property_action (widget_class, "call.full-screen", "fullscreened");

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_a, GDK_CONTROL_MASK, "call.accept-audio", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_a, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "call.accept-video", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_d, GDK_CONTROL_MASK, "call.decline", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_h, GDK_CONTROL_MASK, "call.hang-up", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_m, 0, "call.mute", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_v, 0, "call.camera-off", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_s, 0, "call.share-screen", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_h, 0, "call.hold", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_o, 0, "call.move-self-view", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, 0, "call.chat", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_p, 0, "call.snapshot", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_i, 0, "call.inspect", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, 0, "call.small-window", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F11, 0, "call.full-screen", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "call.leave-full-screen", NULL);
}

static void
yonder_call_window_class_init (YonderCallWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = yonder_call_window_dispose;
  object_class->get_property = yonder_call_window_get_property;
  object_class->set_property = yonder_call_window_set_property;
  widget_class->show = yonder_call_window_show;
  GTK_WINDOW_CLASS (klass)->close_request = yonder_call_window_close_request;

  properties[PROP_CALL] = g_param_spec_object ("call", NULL, NULL, YONDER_TYPE_CALL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_IS_MUTED] = g_param_spec_boolean ("is-muted", NULL, NULL, FALSE,
                                                    G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_IS_CAMERA_OFF] = g_param_spec_boolean ("is-camera-off", NULL, NULL, FALSE,
                                                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_IS_HELD] = g_param_spec_boolean ("is-held", NULL, NULL, FALSE,
                                                   G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SHARES_SCREEN] = g_param_spec_boolean ("shares-screen", NULL, NULL, FALSE,
                                                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_SHOWS_CHAT] = g_param_spec_boolean ("shows-chat", NULL, NULL, FALSE,
                                                      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (YONDER_TYPE_CONTACT);
  g_type_ensure (YONDER_TYPE_INCOMING_PAGE);
  g_type_ensure (YONDER_TYPE_CALL_PAGE);
  g_type_ensure (YONDER_TYPE_CHAT_PANE);
  g_type_ensure (YONDER_TYPE_END_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/yondercall/Yonder/ui/yonder-call-window.ui");
  gtk_widget_class_bind_template_child (widget_class, YonderCallWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, YonderCallWindow, split);
  gtk_widget_class_bind_template_child (widget_class, YonderCallWindow, incoming_page);
  gtk_widget_class_bind_template_child (widget_class, YonderCallWindow, call_page);
  gtk_widget_class_bind_template_child (widget_class, YonderCallWindow, chat_pane);
  gtk_widget_class_bind_template_child (widget_class, YonderCallWindow, end_page);
  install_actions (widget_class);
}

static void
yonder_call_window_init (YonderCallWindow *self)
{
  GtkEventController *keys;

  gtk_widget_init_template (GTK_WIDGET (self));

  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (on_key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect (self, "notify::focus-widget", G_CALLBACK (on_focus_changed), NULL);

  self->push_to_talk = yonder_push_to_talk_new (GTK_WINDOW (self));
  self->screen_share = yonder_screen_share_new ();
  g_signal_connect_object (self->screen_share, "notify::is-active", G_CALLBACK (on_shares_screen_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->screen_share, "refused", G_CALLBACK (on_share_refused), self, G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->call_page, "notify::shows-picture", G_CALLBACK (update_actions), self);
  self->conversation_signals = g_signal_group_new (YONDER_TYPE_CONVERSATION);
  g_signal_group_connect_object (self->conversation_signals, "notify::is-open", G_CALLBACK (update_actions), self, G_CONNECT_SWAPPED);
  self->call_signals = g_signal_group_new (YONDER_TYPE_CALL);
  g_signal_group_connect_object (self->call_signals, "notify::state", G_CALLBACK (on_state_changed), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->call_signals, "notify::safety-code", G_CALLBACK (update_actions), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->call_signals, "notify::kind", G_CALLBACK (update_actions), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->call_signals, "notify::can-send-picture", G_CALLBACK (update_actions), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->call_signals, "notify::is-muted", G_CALLBACK (on_muted_changed), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->call_signals, "notify::is-held", G_CALLBACK (on_held_changed), self, G_CONNECT_SWAPPED);
  g_signal_group_connect_object (self->call_signals, "notify::is-camera-off", G_CALLBACK (on_camera_off_changed), self, G_CONNECT_SWAPPED);
}

/**
 * yonder_call_window_new:
 * @clock: for the timers of the page
 * @settings: what the user chose for the picture and for devices
 * @devices: (transfer none): those that there are
 *
 * Makes a window ahead of the call that it is for: most of the time until it is on the screen goes into this.
 *
 * Returns: (transfer none): a window without a call, of no application yet
 */
YonderCallWindow *
yonder_call_window_new (YonderClock *clock, GSettings *settings, YonderDevices *devices)
{
  YonderCallWindow *self = g_object_new (YONDER_TYPE_CALL_WINDOW, NULL);

  self->settings = g_object_ref (settings);
  yonder_call_page_set_up (self->call_page, clock, settings, devices);
  return self;
}

/**
 * yonder_call_window_begin:
 * @self: a window without a call
 * @application: the application it belongs to from now on
 * @line: (transfer none): where the call comes from, and the next one
 * @call: (transfer none): the call to follow
 *
 * Gives the window its call; once.
 */
void
yonder_call_window_begin (YonderCallWindow *self, GtkApplication *application, YonderLine *line, YonderCall *call)
{
  g_return_if_fail (self->line == NULL);

  gtk_window_set_application (GTK_WINDOW (self), application);
  self->line = g_object_ref (line);
  self->manager = yonder_line_get_calls (line);
  self->floor = yonder_call_manager_get_floor (self->manager);
  g_signal_connect_object (line, "notify::offers-calls", G_CALLBACK (update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->floor, "notify::active-call", G_CALLBACK (update_other_call), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->manager, "redialled", G_CALLBACK (on_redialled), self, G_CONNECT_SWAPPED);
  set_call (self, call);
  update_other_call (self);
}

/**
 * yonder_call_window_get_call:
 * @self: a window
 *
 * Returns: (transfer none) (nullable): the call it shows
 */
YonderCall *
yonder_call_window_get_call (YonderCallWindow *self)
{
  return self->call;
}
