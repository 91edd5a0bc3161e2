/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What can be done with calls from outside of their windows: by a notification, a launcher, or yonder-cli over D-Bus (org.gtk.Actions).
 *
 * accept, hang-up, mute and hold are about the one call that rings or goes on, and disabled while there is none, so that whoever asks is
 * told; answer, decline and show-call name a call. */

#include "yonder-application-private.h"

#include <glib/gi18n.h>

#include "yonder-call-window.h"

/* Calls as soon as the account is connected. */
static void
call_when_connected (YonderApplication *self, GVariant *parameter)
{
  const char *account, *id, *kind;

  g_variant_get (parameter, "(&s&s&s)", &account, &id, &kind);
  g_set_str (&self->pending_account, account);
  g_set_str (&self->pending_peer, id);
  g_clear_pointer (&self->pending_name, g_free);
  self->pending_kind = g_strcmp0 (kind, "video") == 0 ? YONDER_CALL_KIND_VIDEO : YONDER_CALL_KIND_VOICE;
  yonder_application_place_pending_call (self);
}

/* Nobody is called minutes after the click: where the account is not connected, that is said. */
static void
call_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YonderApplication *self = data;
  g_autofree char *account = NULL;
  YonderLine *line;

  g_variant_get_child (parameter, 0, "s", &account);
  line = yonder_switchboard_find_line (self->switchboard, account);
  if (line != NULL && yonder_line_is_online (line))
    call_when_connected (self, parameter);
  else if (self->window != NULL)
    yonder_window_add_toast (self->window, _("This account is not connected now"));
}

/* Of a notification, which may have outlived the Yonder that it came from. */
static void
call_back_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YonderApplication *self = data;

  call_when_connected (self, parameter);
  if (self->followed->len == 0)
    yonder_application_show_window (self);
}

/* The call of that id, whatever became of it. */
static YonderCall *
find_call (YonderApplication *self, GVariant *parameter)
{
  const char *id = g_variant_get_string (parameter, NULL);

  for (guint i = 0; i < self->followed->len; i++) {
    GListModel *calls = G_LIST_MODEL (yonder_line_get_calls (self->followed->pdata[i]));

    for (guint j = 0; j < g_list_model_get_n_items (calls); j++) {
      g_autoptr (YonderCall) call = g_list_model_get_item (calls, j);

      if (g_strcmp0 (yonder_call_get_call_id (call), id) == 0)
        return call;
    }
  }

  return NULL;
}

static void
accept_call (YonderApplication *self, YonderCall *call)
{
  YonderLine *line = call != NULL ? yonder_application_line_of_call (self, call) : NULL;

  if (line == NULL || yonder_call_get_state (call) != YONDER_CALL_STATE_INCOMING)
    return;
  /* a call that goes on is not lost by a click on a notification */
  yonder_call_manager_hold_and_accept (yonder_line_get_calls (line), call, yonder_call_get_kind (call) == YONDER_CALL_KIND_VIDEO);
  yonder_application_show_call (self, call);
}

static void
answer_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  accept_call (data, find_call (data, parameter));
}

static void
decline_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YonderCall *call = find_call (data, parameter);

  if (call != NULL && yonder_call_get_state (call) == YONDER_CALL_STATE_INCOMING)
    yonder_call_decline (call);
}

/* A call that is over has no window any more, unless somebody left it open. */
static void
show_call_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YonderCall *call = find_call (data, parameter);

  if (call != NULL && yonder_call_get_state (call) != YONDER_CALL_STATE_ENDED)
    yonder_application_show_call (data, call);
  else
    yonder_application_show_window (data);
}

static void
accept_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YonderApplication *self = data;

  accept_call (self, yonder_call_attendant_get_ringing (self->attendant));
}

static void
hang_up_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  YonderApplication *self = data;
  YonderCall *call = yonder_call_attendant_get_active (self->attendant);

  if (call != NULL)
    yonder_call_hang_up (call);
}

static void
mute_state (GSimpleAction *action, GVariant *state, gpointer data)
{
  YonderApplication *self = data;
  YonderCall *call = yonder_call_attendant_get_active (self->attendant);

  if (call != NULL)
    yonder_call_set_muted (call, g_variant_get_boolean (state));
}

static void
hold_state (GSimpleAction *action, GVariant *state, gpointer data)
{
  YonderApplication *self = data;
  YonderCall *call = yonder_call_attendant_get_active (self->attendant);

  if (call != NULL)
    yonder_call_set_held (call, g_variant_get_boolean (state));
}

static const GActionEntry entries[] = {
  { .name = "call", .parameter_type = "(sss)", .activate = call_action },
  { .name = "call-back", .parameter_type = "(sss)", .activate = call_back_action },
  { .name = "answer", .parameter_type = "s", .activate = answer_action },
  { .name = "decline", .parameter_type = "s", .activate = decline_action },
  { .name = "show-call", .parameter_type = "s", .activate = show_call_action },
  { .name = "accept", .activate = accept_action },
  { .name = "hang-up", .activate = hang_up_action },
  { .name = "mute", .state = "false", .change_state = mute_state },
  { .name = "hold", .state = "false", .change_state = hold_state },
};

/**
 * yonder_application_add_call_actions:
 * @self: the application
 *
 * Adds what can be done with calls from outside of their windows.
 */
void
yonder_application_add_call_actions (YonderApplication *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}

static GSimpleAction *
find_action (YonderApplication *self, const char *name)
{
  return G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), name));
}

/**
 * yonder_application_update_call_actions:
 * @self: the application
 *
 * Decides what can be done with the calls as they are now.
 */
void
yonder_application_update_call_actions (YonderApplication *self)
{
  YonderCall *active = yonder_call_attendant_get_active (self->attendant);
  gboolean is_muted = FALSE;

  if (active != NULL)
    g_object_get (active, "is-muted", &is_muted, NULL);

  g_simple_action_set_enabled (find_action (self, "accept"), yonder_call_attendant_get_ringing (self->attendant) != NULL);
  g_simple_action_set_enabled (find_action (self, "hang-up"), active != NULL);
  g_simple_action_set_state (find_action (self, "mute"), g_variant_new_boolean (is_muted));
  g_simple_action_set_enabled (find_action (self, "mute"), active != NULL);
  g_simple_action_set_state (find_action (self, "hold"), g_variant_new_boolean (active != NULL && yonder_call_is_held (active)));
  g_simple_action_set_enabled (find_action (self, "hold"), active != NULL && yonder_call_can_hold (active));
}

/* The window of a call, or else of one with the same person that is over: whoever is called time and again finds one window, not ten. */
static GtkWindow *
find_window (YonderApplication *self, YonderCall *call, gboolean is_former)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next) {
    YonderCall *shown = YONDER_IS_CALL_WINDOW (l->data) ? yonder_call_window_get_call (l->data) : NULL;

    if (shown == NULL)
      continue;
    if (is_former ? shown != call && yonder_call_get_state (shown) == YONDER_CALL_STATE_ENDED &&
                    yonder_call_get_peer (shown) == yonder_call_get_peer (call)
                  : shown == call)
      return l->data;
  }

  return NULL;
}

static gboolean
prepare_window (gpointer data)
{
  YonderApplication *self = data;

  self->next_call_window = yonder_call_window_new (self->clock, self->settings, self->devices);
  self->preparation = 0;
  return G_SOURCE_REMOVE;
}

/**
 * yonder_application_prepare_for_call:
 * @self: the application
 *
 * Makes the window of the next call when there is nothing else to do, unless it is there: made when the call begins, it would keep
 * the main loop for longer than a frame.
 */
void
yonder_application_prepare_for_call (YonderApplication *self)
{
  if (self->next_call_window == NULL && self->preparation == 0)
    self->preparation = g_idle_add_full (G_PRIORITY_LOW, prepare_window, self, NULL);
}

/**
 * yonder_application_forget_preparations:
 * @self: the application
 *
 * Takes away the window that no call will need.
 */
void
yonder_application_forget_preparations (YonderApplication *self)
{
  YonderCallWindow *window = g_steal_pointer (&self->next_call_window);

  g_clear_handle_id (&self->preparation, g_source_remove);
  if (window != NULL)
    gtk_window_destroy (GTK_WINDOW (window));
}

/* Two calls may begin before there is a second one. */
static YonderCallWindow *
take_window (YonderApplication *self)
{
  YonderCallWindow *window = g_steal_pointer (&self->next_call_window);

  return window != NULL ? window : yonder_call_window_new (self->clock, self->settings, self->devices);
}

/* Unless it was closed before it was on the screen. */
static gboolean
present (gpointer window)
{
  if (gtk_window_get_application (window) != NULL)
    gtk_window_present (window);
  return G_SOURCE_REMOVE;
}

/**
 * yonder_application_show_call:
 * @self: the application
 * @call: (transfer none): a call
 *
 * Brings the window of a call to the front; makes one if it has none, in place of that of a former call with the same person.
 */
void
yonder_application_show_call (YonderApplication *self, YonderCall *call)
{
  YonderLine *line = yonder_application_line_of_call (self, call);
  GtkWindow *window = find_window (self, call, FALSE);
  GtkWindow *former = find_window (self, call, TRUE);

  if (window == NULL && line == NULL)
    return;
  if (window == NULL) {
    window = GTK_WINDOW (take_window (self));
    yonder_call_window_begin (YONDER_CALL_WINDOW (window), GTK_APPLICATION (self), line, call);
    /* on its own, and before the media of the call: all of it in one go would take several frames */
    g_idle_add_full (G_PRIORITY_HIGH, present, g_object_ref (window), g_object_unref);
  } else {
    gtk_window_present (window);
  }
  if (former != NULL)
    gtk_window_close (former);
}

/**
 * yonder_application_place_pending_call:
 * @self: the application
 *
 * Calls who is to be called, as soon as the server is there. Somebody whom it does not name, of the list of calls or found by a search, is
 * called when the contacts are there.
 */
void
yonder_application_place_pending_call (YonderApplication *self)
{
  YonderLine *line = yonder_switchboard_find_line (self->switchboard, self->pending_account);
  g_autoptr (YonderContact) contact = NULL;
  const char *name;
  gboolean is_loading;
  YonderCall *call;

  if (self->pending_peer == NULL || line == NULL || !yonder_line_is_online (line) || !yonder_line_get_offers_calls (line))
    return;
  g_object_get (yonder_line_get_contacts (line), "is-loading", &is_loading, NULL);
  if (is_loading && yonder_contact_list_find (yonder_line_get_contacts (line), self->pending_peer) == NULL)
    return;
  name = yonder_call_log_find_name (self->log, self->pending_account, self->pending_peer);
  contact = yonder_people_dup_contact (yonder_line_get_people (line), self->pending_peer, name != NULL ? name : self->pending_name);

  g_clear_pointer (&self->pending_peer, g_free);
  g_clear_pointer (&self->pending_name, g_free);
  call = yonder_call_manager_dial (yonder_line_get_calls (line), contact, self->pending_kind);
  if (call != NULL)
    yonder_application_show_call (self, call);
}
