/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-call-attendant.h"

struct _YonderCallAttendant
{
  GObject            parent_instance;

  YonderRinger      *ringer;
  YonderPlayers     *players;
  YonderWakefulness *wakefulness;
  YonderCallFloor   *floor;
  GSettings         *settings;
  GListModel        *lines;    /* (nullable): of YonderLine */
  GPtrArray         *managers; /* of YonderCallManager: those of the lines */
  GPtrArray         *followed; /* of YonderCall: those of the managers */
  YonderCall        *ringing;  /* (nullable) */
};

G_DEFINE_FINAL_TYPE (YonderCallAttendant, yonder_call_attendant, G_TYPE_OBJECT)

enum {
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* The one that came last, if several ring. */
static YonderCall *
find_ringing (YonderCallAttendant *self)
{
  for (guint i = self->followed->len; i-- > 0;)
    if (yonder_call_get_state (g_ptr_array_index (self->followed, i)) == YONDER_CALL_STATE_INCOMING)
      return g_ptr_array_index (self->followed, i);

  return NULL;
}

static YonderRing
ring_of_calls (YonderCallAttendant *self)
{
  YonderCall *active = yonder_call_attendant_get_active (self);

  if (self->ringing != NULL)
    return active != NULL ? YONDER_RING_WAITING : YONDER_RING_INCOMING;
  return active != NULL && yonder_call_get_state (active) == YONDER_CALL_STATE_RINGING ? YONDER_RING_BACK : YONDER_RING_NONE;
}

/* Music goes on while nothing is heard of a call. */
static void
update_players (YonderCallAttendant *self)
{
  gboolean is_in_call = yonder_call_attendant_get_active (self) != NULL;

  yonder_players_set_paused (self->players, g_settings_get_boolean (self->settings, "pause-players") &&
                                            (is_in_call || (self->ringing != NULL && !yonder_ringer_is_silenced (self->ringer))));
}

static void
update (YonderCallAttendant *self)
{
  g_set_object (&self->ringing, find_ringing (self));
  yonder_ringer_set (self->ringer, ring_of_calls (self));
  yonder_wakefulness_set (self->wakefulness, yonder_call_attendant_get_active (self) != NULL);
  update_players (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
unfollow_all (YonderCallAttendant *self)
{
  for (guint i = 0; i < self->followed->len; i++)
    g_signal_handlers_disconnect_by_func (g_ptr_array_index (self->followed, i), update, self);
  g_ptr_array_set_size (self->followed, 0);
}

static void
follow_calls_of (YonderCallAttendant *self, GListModel *calls)
{
  for (guint i = 0; i < g_list_model_get_n_items (calls); i++) {
    YonderCall *call = g_list_model_get_item (calls, i);

    g_signal_connect_object (call, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (call, "notify::is-muted", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (call, "notify::is-held", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    g_ptr_array_add (self->followed, call);
  }
}

static void
on_calls_changed (YonderCallAttendant *self)
{
  unfollow_all (self);
  for (guint i = 0; i < self->managers->len; i++)
    follow_calls_of (self, self->managers->pdata[i]);
  update (self);
}

static void
leave_managers (YonderCallAttendant *self)
{
  for (guint i = 0; i < self->managers->len; i++)
    g_signal_handlers_disconnect_by_data (self->managers->pdata[i], self);
  g_ptr_array_set_size (self->managers, 0);
}

static void
on_lines_changed (YonderCallAttendant *self)
{
  leave_managers (self);
  for (guint i = 0; i < g_list_model_get_n_items (self->lines); i++) {
    g_autoptr (YonderLine) line = g_list_model_get_item (self->lines, i);
    YonderCallManager *calls = yonder_line_get_calls (line);

    g_signal_connect_object (calls, "items-changed", G_CALLBACK (on_calls_changed), self, G_CONNECT_SWAPPED);
    g_ptr_array_add (self->managers, g_object_ref (calls));
  }
  on_calls_changed (self);
}

static void
yonder_call_attendant_dispose (GObject *object)
{
  YonderCallAttendant *self = YONDER_CALL_ATTENDANT (object);

  if (self->followed != NULL)
    unfollow_all (self);
  g_clear_object (&self->ringing);
  g_clear_pointer (&self->followed, g_ptr_array_unref);
  if (self->managers != NULL)
    leave_managers (self);
  g_clear_pointer (&self->managers, g_ptr_array_unref);
  g_clear_object (&self->lines);
  g_clear_object (&self->ringer);
  g_clear_object (&self->players);
  g_clear_object (&self->wakefulness);
  g_clear_object (&self->floor);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (yonder_call_attendant_parent_class)->dispose (object);
}

static void
yonder_call_attendant_class_init (YonderCallAttendantClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = yonder_call_attendant_dispose;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
yonder_call_attendant_init (YonderCallAttendant *self)
{
  self->followed = g_ptr_array_new_with_free_func (g_object_unref);
  self->managers = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * yonder_call_attendant_new:
 * @ringer: (transfer none): rings
 * @players: (transfer none): the other players on this desktop
 * @wakefulness: (transfer none): keeps the computer awake
 * @floor: (transfer none): says which call has the microphone
 * @settings: (transfer none): whether players are to pause
 *
 * Returns: (transfer full): an attendant without calls
 */
YonderCallAttendant *
yonder_call_attendant_new (YonderRinger *ringer, YonderPlayers *players, YonderWakefulness *wakefulness, YonderCallFloor *floor,
                           GSettings *settings)
{
  YonderCallAttendant *self = g_object_new (YONDER_TYPE_CALL_ATTENDANT, NULL);

  self->ringer = g_object_ref (ringer);
  self->players = g_object_ref (players);
  self->wakefulness = g_object_ref (wakefulness);
  self->floor = g_object_ref (floor);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (ringer, "notify::is-silenced", G_CALLBACK (update_players), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (floor, "notify::active-call", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::pause-players", G_CALLBACK (update_players), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * yonder_call_attendant_set_lines:
 * @self: the attendant
 * @lines: (nullable) (transfer none): of YonderLine: whose calls to follow from now on
 *
 * Lets go of the calls before them, and of all that was done for those.
 */
void
yonder_call_attendant_set_lines (YonderCallAttendant *self, GListModel *lines)
{
  if (self->lines != NULL)
    g_signal_handlers_disconnect_by_data (self->lines, self);
  leave_managers (self);
  g_set_object (&self->lines, lines);
  if (lines != NULL) {
    g_signal_connect_object (lines, "items-changed", G_CALLBACK (on_lines_changed), self, G_CONNECT_SWAPPED);
    on_lines_changed (self);
  } else {
    on_calls_changed (self);
  }
}

/**
 * yonder_call_attendant_get_ringing:
 * @self: the attendant
 *
 * Returns: (transfer none) (nullable): the call that comes in now
 */
YonderCall *
yonder_call_attendant_get_ringing (YonderCallAttendant *self)
{
  return self->ringing;
}

/**
 * yonder_call_attendant_get_active:
 * @self: the attendant
 *
 * Returns: (transfer none) (nullable): the call that has or will have the microphone
 */
YonderCall *
yonder_call_attendant_get_active (YonderCallAttendant *self)
{
  return yonder_call_floor_get_active (self->floor);
}
