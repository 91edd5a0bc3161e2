/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-ringer.h"

#include <gsound.h>

/* chosen: the silence between two rings */
#define PAUSE_MS 1500

struct _YonderRinger
{
  GObject        parent_instance;

  YonderClock   *clock;
  GSignalGroup  *call_signals;

  GSoundContext *sound;        /* (nullable): none before the first ring, or on a machine without sound */
  GCancellable  *cancellable;  /* (nullable): of the ringing that goes on */
  const char    *event;        /* (nullable): name in the sound theme of what is to be heard now */
  guint          pause;
};

G_DEFINE_FINAL_TYPE (YonderRinger, yonder_ringer, G_TYPE_OBJECT)

static void play (YonderRinger *self);

static gboolean
on_pause_over (gpointer data)
{
  YonderRinger *self = data;

  self->pause = 0;
  play (self);
  return G_SOURCE_REMOVE;
}

static void
on_played (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderRinger) self = data;
  g_autoptr (GError) error = NULL;

  if (!gsound_context_play_full_finish (GSOUND_CONTEXT (source), result, &error)) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      g_info ("Ringing cannot be heard: %s", error->message);
    return;
  }

  if (self->event != NULL && self->pause == 0)
    self->pause = yonder_clock_add (self->clock, PAUSE_MS, on_pause_over, self, NULL);
}

static void
play (YonderRinger *self)
{
  gsound_context_play_full (self->sound, self->cancellable, on_played, g_object_ref (self),
                            GSOUND_ATTR_EVENT_ID, self->event,
                            GSOUND_ATTR_MEDIA_ROLE, "phone",
                            NULL);
}

static void
on_sound_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  YonderRinger *self = YONDER_RINGER (source);
  g_autoptr (GError) error = NULL;
  GSoundContext *sound = g_task_propagate_pointer (G_TASK (result), &error);

  if (sound == NULL) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      g_info ("Ringing cannot be heard: %s", error->message);
    return;
  }

  g_clear_object (&self->sound);
  self->sound = sound;
  if (self->event != NULL)
    play (self);
}

/* Opening connects to the sound server and waits for it. */
static void
open_sound (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  GSoundContext *sound = gsound_context_new (cancellable, &error);

  if (sound == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, sound, g_object_unref);
}

static void
ring (YonderRinger *self, const char *event)
{
  if (g_strcmp0 (self->event, event) == 0)
    return;

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  yonder_clock_clear (self->clock, &self->pause);

  self->event = event;
  if (event == NULL)
    return;

  self->cancellable = g_cancellable_new ();
  if (self->sound != NULL) {
    play (self);
  } else {
    g_autoptr (GTask) task = g_task_new (self, self->cancellable, on_sound_opened, NULL);

    g_task_set_source_tag (task, ring);
    g_task_run_in_thread (task, open_sound);
  }
}

static void
on_state_changed (YonderRinger *self)
{
  g_autoptr (YonderCall) call = g_signal_group_dup_target (self->call_signals);

  switch (yonder_call_get_state (call)) {
  case YONDER_CALL_STATE_INCOMING:
    ring (self, "phone-incoming-call");
    break;
  case YONDER_CALL_STATE_RINGING:
    ring (self, "phone-outgoing-calling");
    break;
  case YONDER_CALL_STATE_IDLE:
  case YONDER_CALL_STATE_INVITING:
  case YONDER_CALL_STATE_ANSWERING:
  case YONDER_CALL_STATE_NEGOTIATING:
  case YONDER_CALL_STATE_CONNECTED:
  case YONDER_CALL_STATE_RECONNECTING:
  case YONDER_CALL_STATE_ENDED:
  default:
    ring (self, NULL);
    break;
  }
}

/* Also when the group itself goes away. */
static void
on_unbound (YonderRinger *self)
{
  ring (self, NULL);
}

static void
yonder_ringer_dispose (GObject *object)
{
  YonderRinger *self = YONDER_RINGER (object);

  g_clear_object (&self->call_signals);
  g_clear_object (&self->sound);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (yonder_ringer_parent_class)->dispose (object);
}

static void
yonder_ringer_class_init (YonderRingerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yonder_ringer_dispose;
}

static void
yonder_ringer_init (YonderRinger *self)
{
  self->call_signals = g_signal_group_new (YONDER_TYPE_CALL);
  g_signal_group_connect_object (self->call_signals, "notify::state", G_CALLBACK (on_state_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->call_signals, "bind", G_CALLBACK (on_state_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->call_signals, "unbind", G_CALLBACK (on_unbound), self, G_CONNECT_SWAPPED);
}

/**
 * yonder_ringer_new:
 * @clock: measures the pause between two rings
 *
 * Returns: (transfer full): a silent ringer
 */
YonderRinger *
yonder_ringer_new (YonderClock *clock)
{
  YonderRinger *self = g_object_new (YONDER_TYPE_RINGER, NULL);

  self->clock = g_object_ref (clock);
  return self;
}

/**
 * yonder_ringer_set_call:
 * @self: the ringer
 * @call: (nullable) (transfer none): the call to be heard from now on
 *
 * Follows a call, and rings at once if that is what it does now. %NULL ends the ringing.
 */
void
yonder_ringer_set_call (YonderRinger *self, YonderCall *call)
{
  g_signal_group_set_target (self->call_signals, call);
}
