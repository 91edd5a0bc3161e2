/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-invitations.h"

#include <json-glib/json-glib.h>

struct _YonderInvitations {
  GQueue line; /* of Entry */
};

typedef struct {
  YonderInvitation   invitation;
  YonderInvitations *line;
  guint              cancelled_source;
} Entry;

static void
entry_free (Entry *entry)
{
  g_clear_handle_id (&entry->cancelled_source, g_source_remove);
  g_clear_object (&entry->invitation.task);
  g_clear_pointer (&entry->invitation.peer_id, g_free);
  g_clear_pointer (&entry->invitation.name, g_free);
  g_clear_pointer ((JsonNode **) &entry->invitation.arguments, json_node_unref);
  g_free (entry);
}

/* One that was not sent disappears; one that was keeps its place. */
static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  Entry *entry = data;
  g_autoptr (GTask) task = g_steal_pointer (&entry->invitation.task);

  entry->cancelled_source = 0;
  if (!entry->invitation.is_sent) {
    g_queue_remove (&entry->line->line, entry);
    entry_free (entry);
  }
  g_task_return_error_if_cancelled (task);

  return G_SOURCE_REMOVE;
}

YonderInvitations *
yonder_invitations_new (void)
{
  YonderInvitations *self = g_new0 (YonderInvitations, 1);

  g_queue_init (&self->line);

  return self;
}

/* There must be none that somebody waits for. */
void
yonder_invitations_free (YonderInvitations *self)
{
  g_queue_clear_full (&self->line, (GDestroyNotify) entry_free);
  g_free (self);
}

/**
 * yonder_invitations_add:
 * @self: the line
 * @task: (transfer full): returns the call id
 * @peer_id: who is invited
 * @name: (transfer full): the event to send
 * @arguments: (transfer full): its arguments
 *
 * Returns: %FALSE if the line is full, @task and all else being released unused then
 */
gboolean
yonder_invitations_add (YonderInvitations *self, GTask *task, const char *peer_id, char *name, gpointer arguments)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Entry *entry = g_new0 (Entry, 1);

  entry->line = self;
  entry->invitation.task = task;
  entry->invitation.peer_id = g_strdup (peer_id);
  entry->invitation.name = name;
  entry->invitation.arguments = arguments;
  if (g_queue_get_length (&self->line) >= YONDER_MAX_INVITATIONS) {
    entry_free (entry);
    return FALSE;
  }

  if (cancellable != NULL) {
    g_autoptr (GSource) source = g_cancellable_source_new (cancellable);

    g_source_set_callback (source, G_SOURCE_FUNC (on_cancelled), entry, NULL);
    entry->cancelled_source = g_source_attach (source, g_main_context_get_thread_default ());
  }
  g_queue_push_tail (&self->line, entry);

  return TRUE;
}

/* (nullable): the oldest that has not gone out; counts as sent from now on */
YonderInvitation *
yonder_invitations_next_unsent (YonderInvitations *self)
{
  for (GList *link = self->line.head; link != NULL; link = link->next) {
    Entry *entry = link->data;

    if (!entry->invitation.is_sent) {
      entry->invitation.is_sent = TRUE;
      return &entry->invitation;
    }
  }

  return NULL;
}

static Entry *
pop_sent (YonderInvitations *self)
{
  Entry *head = g_queue_peek_head (&self->line);

  return head != NULL && head->invitation.is_sent ? g_queue_pop_head (&self->line) : NULL;
}

/**
 * yonder_invitations_accept:
 * @self: the line
 * @call_id: what the server calls the call
 * @peer_id: (out) (optional): who was invited
 * @is_wanted: (out): whether somebody still waits for it
 *
 * Gives the oldest invitation its call id.
 *
 * Returns: whether there was one
 */
gboolean
yonder_invitations_accept (YonderInvitations *self, const char *call_id, char **peer_id, gboolean *is_wanted)
{
  Entry *entry = pop_sent (self);
  g_autoptr (GTask) task = NULL;

  if (entry == NULL)
    return FALSE;

  task = g_steal_pointer (&entry->invitation.task);
  if (peer_id != NULL)
    *peer_id = g_steal_pointer (&entry->invitation.peer_id);
  entry_free (entry);
  *is_wanted = task != NULL;
  if (task != NULL)
    g_task_return_pointer (task, g_strdup (call_id), g_free);

  return TRUE;
}

/**
 * yonder_invitations_reject:
 * @self: the line
 * @error: (transfer full): why
 *
 * Ends the oldest invitation with an error.
 *
 * Returns: whether there was one
 */
gboolean
yonder_invitations_reject (YonderInvitations *self, GError *error)
{
  Entry *entry = pop_sent (self);
  gboolean was_there = entry != NULL;
  g_autoptr (GTask) task = NULL;

  if (was_there) {
    task = g_steal_pointer (&entry->invitation.task);
    entry_free (entry);
  }
  if (task != NULL)
    g_task_return_error (task, error);
  else
    g_error_free (error);

  return was_there;
}

/* Ends those that were sent, since their answers will not come any more, and the others too where @unsent_too. */
void
yonder_invitations_lose (YonderInvitations *self, gboolean unsent_too, const GError *error)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  GList *next;

  for (GList *link = self->line.head; link != NULL; link = next) {
    Entry *entry = link->data;

    next = link->next;
    if (!entry->invitation.is_sent && !unsent_too)
      continue;
    if (entry->invitation.task != NULL)
      g_ptr_array_add (tasks, g_steal_pointer (&entry->invitation.task));
    g_queue_delete_link (&self->line, link);
    entry_free (entry);
  }
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_error (tasks->pdata[i], g_error_copy (error));
}
