/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What comes of the lines that are open: calls that come in, what is kept of them, and what can be done. */

#include "yonder-application-private.h"

#include <glib/gi18n.h>

/**
 * yonder_application_get_line:
 * @self: the application
 *
 * Returns: (transfer none) (nullable): the line that was opened first
 */
YonderLine *
yonder_application_get_line (YonderApplication *self)
{
  return self->followed->len > 0 ? self->followed->pdata[0] : NULL;
}

/**
 * yonder_application_line_of_call:
 * @self: the application
 * @call: a call
 *
 * Returns: (transfer none) (nullable): the line that it is on
 */
YonderLine *
yonder_application_line_of_call (YonderApplication *self, YonderCall *call)
{
  for (guint i = 0; i < self->followed->len; i++) {
    GListModel *calls = G_LIST_MODEL (yonder_line_get_calls (self->followed->pdata[i]));

    for (guint j = 0; j < g_list_model_get_n_items (calls); j++) {
      g_autoptr (YonderCall) other = g_list_model_get_item (calls, j);

      if (other == call)
        return self->followed->pdata[i];
    }
  }
  return NULL;
}

static void
on_incoming (YonderApplication *self, YonderCall *call)
{
  YonderLine *line = yonder_application_line_of_call (self, call);

  if (line == NULL)
    return;
  yonder_contact_set_account (yonder_call_get_peer (call), yonder_line_get_mark (line));
  yonder_application_show_call (self, call);
  yonder_call_notifier_follow (self->notifier, call);
}

/* Said once of each: somebody who calls all the time is not to be heard of all the time. */
static void
on_silenced (YonderApplication *self, YonderCall *call)
{
  YonderContact *peer = yonder_call_get_peer (call);
  YonderLine *line = yonder_application_line_of_call (self, call);
  g_autofree char *words = NULL;

  if (line == NULL || self->window == NULL || !g_set_str (&self->silenced_peer, yonder_contact_get_id (peer)))
    return;
  words = g_strdup_printf (_("%s calls again and again, and does not ring any more"), yonder_contact_get_name (peer));
  yonder_window_tell_of_person (self->window, words, yonder_line_get_mark (line), yonder_contact_get_id (peer), yonder_contact_get_name (peer));
}

static void
on_connection_changed (YonderApplication *self)
{
  yonder_application_update_actions (self);
  yonder_application_place_pending_call (self);
  yonder_application_follow_link (self);
}

static void
follow (YonderApplication *self, YonderLine *line)
{
  YonderCallManager *calls = yonder_line_get_calls (line);
  YonderContactList *contacts = yonder_line_get_contacts (line);

  g_signal_connect_object (yonder_line_get_signaling (line), "notify::state", G_CALLBACK (on_connection_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (calls, "incoming", G_CALLBACK (on_incoming), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (calls, "silenced", G_CALLBACK (on_silenced), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (contacts, "items-changed", G_CALLBACK (yonder_application_place_pending_call), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (contacts, "notify::is-loading", G_CALLBACK (on_connection_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (line, "notify::offers-calls", G_CALLBACK (yonder_application_update_actions), self, G_CONNECT_SWAPPED);
  yonder_call_history_follow (self->history, calls);
  yonder_call_log_follow (self->log, calls, yonder_line_get_mark (line));
}

static void
leave (YonderApplication *self, YonderLine *line)
{
  g_signal_handlers_disconnect_by_data (yonder_line_get_signaling (line), self);
  g_signal_handlers_disconnect_by_data (yonder_line_get_calls (line), self);
  g_signal_handlers_disconnect_by_data (yonder_line_get_contacts (line), self);
  g_signal_handlers_disconnect_by_data (line, self);
}

static void
on_lines_changed (YonderApplication *self, guint position, guint n_removed, guint n_added, GListModel *lines)
{
  for (guint i = 0; i < n_removed; i++) {
    leave (self, self->followed->pdata[position]);
    g_ptr_array_remove_index (self->followed, position);
  }
  for (guint i = 0; i < n_added; i++) {
    YonderLine *line = g_list_model_get_item (lines, position + i);

    g_ptr_array_insert (self->followed, (int) (position + i), line);
    follow (self, line);
  }
  yonder_application_update_actions (self);
}

/**
 * yonder_application_follow_lines:
 * @self: the application, with its switchboard
 *
 * To be called once, before a line is opened.
 */
void
yonder_application_follow_lines (YonderApplication *self)
{
  self->followed = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect_object (yonder_switchboard_get_lines (self->switchboard), "items-changed", G_CALLBACK (on_lines_changed), self,
                           G_CONNECT_SWAPPED);
}
