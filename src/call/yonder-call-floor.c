/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-call-floor.h"

#include "yonder-call-state.h"

struct _YonderCallFloor
{
  GObject     parent_instance;

  GPtrArray  *calls;  /* (element-type YonderCall), newest last */
  GPtrArray  *parked; /* (element-type YonderCall) borrowed from calls: on hold for the sake of another one, newest last */
  YonderCall *active; /* (nullable) borrowed from calls */
};

G_DEFINE_FINAL_TYPE (YonderCallFloor, yonder_call_floor, G_TYPE_OBJECT)

enum {
  PROP_ACTIVE_CALL = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
update_active (YonderCallFloor *self)
{
  YonderCall *active = yonder_call_floor_find_active (self->calls);

  if (active == self->active)
    return;
  self->active = active;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE_CALL]);
}

/* A copy, since a call that ends may be dismissed at once. */
static GPtrArray *
dup_speaking (YonderCallFloor *self, YonderCall *but)
{
  GPtrArray *speaking = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->calls->len; i++) {
    YonderCall *call = g_ptr_array_index (self->calls, i);

    if (call != but && yonder_call_state_is_taken (yonder_call_get_state (call)) && !yonder_call_is_held (call))
      g_ptr_array_add (speaking, g_object_ref (call));
  }
  return speaking;
}

static void
hang_up_others (YonderCallFloor *self, YonderCall *stays)
{
  g_autoptr (GPtrArray) others = dup_speaking (self, stays);

  g_ptr_array_foreach (others, (GFunc) yonder_call_hang_up, NULL);
}

/* The microphone is free again: the call that had to wait for it last goes on. */
static void
take_up_parked (YonderCallFloor *self)
{
  if (self->parked->len > 0 && yonder_call_floor_is_free (self))
    yonder_call_set_held (g_ptr_array_index (self->parked, self->parked->len - 1), FALSE);
}

static void
on_call_held (YonderCall *call, GParamSpec *pspec, YonderCallFloor *self)
{
  if (!yonder_call_is_held (call)) {
    g_ptr_array_remove (self->parked, call);
    yonder_call_floor_yield_to (self, call);
  }
  update_active (self);
}

static void
on_call_state (YonderCall *call, GParamSpec *pspec, YonderCallFloor *self)
{
  /* Its last owner lets go of the microphone before the next one's media is made. */
  if (yonder_call_get_state (call) == YONDER_CALL_STATE_ANSWERING)
    hang_up_others (self, call);
  update_active (self);
  if (yonder_call_get_state (call) != YONDER_CALL_STATE_ENDED)
    return;
  g_ptr_array_remove (self->parked, call);
  take_up_parked (self);
}

static void
yonder_call_floor_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case PROP_ACTIVE_CALL:
    g_value_set_object (value, YONDER_CALL_FLOOR (object)->active);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_call_floor_finalize (GObject *object)
{
  YonderCallFloor *self = YONDER_CALL_FLOOR (object);

  for (guint i = 0; i < self->calls->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->calls, i), self);
  g_ptr_array_unref (self->parked);
  g_ptr_array_unref (self->calls);

  G_OBJECT_CLASS (yonder_call_floor_parent_class)->finalize (object);
}

static void
yonder_call_floor_class_init (YonderCallFloorClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = yonder_call_floor_get_property;
  object_class->finalize = yonder_call_floor_finalize;

  properties[PROP_ACTIVE_CALL] = g_param_spec_object ("active-call", NULL, NULL, YONDER_TYPE_CALL,
                                                      G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
yonder_call_floor_init (YonderCallFloor *self)
{
  self->calls = g_ptr_array_new_with_free_func (g_object_unref);
  self->parked = g_ptr_array_new ();
}

/**
 * yonder_call_floor_new:
 *
 * Returns: (transfer full): a floor that nobody has
 */
YonderCallFloor *
yonder_call_floor_new (void)
{
  return g_object_new (YONDER_TYPE_CALL_FLOOR, NULL);
}

/**
 * yonder_call_floor_join:
 * @self: the floor
 * @call: (transfer none): a call that has not begun
 *
 * From now on the microphone is given to this call, and taken from it, as the others need it.
 */
void
yonder_call_floor_join (YonderCallFloor *self, YonderCall *call)
{
  g_ptr_array_add (self->calls, g_object_ref (call));
  g_signal_connect (call, "notify::state", G_CALLBACK (on_call_state), self);
  g_signal_connect (call, "notify::is-held", G_CALLBACK (on_call_held), self);
}

/**
 * yonder_call_floor_leave:
 * @self: the floor
 * @call: a call that joined
 *
 * Whatever becomes of the call from now on is nothing to the others.
 */
void
yonder_call_floor_leave (YonderCallFloor *self, YonderCall *call)
{
  g_signal_handlers_disconnect_by_data (call, self);
  g_ptr_array_remove (self->parked, call);
  g_ptr_array_remove (self->calls, call);
  update_active (self);
}

/**
 * yonder_call_floor_get_active:
 * @self: the floor
 *
 * Returns: (transfer none) (nullable): the call that has or will have the microphone; one on hold where there is no other
 */
YonderCall *
yonder_call_floor_get_active (YonderCallFloor *self)
{
  return self->active;
}

/**
 * yonder_call_floor_is_free:
 * @self: the floor
 *
 * Returns: whether there is no call but those on hold
 */
gboolean
yonder_call_floor_is_free (YonderCallFloor *self)
{
  YonderCall *active = yonder_call_floor_find_active (self->calls);

  return active == NULL || yonder_call_is_held (active);
}

/* Before somebody is called: who is not on hold is hung up. */
void
yonder_call_floor_clear (YonderCallFloor *self)
{
  hang_up_others (self, NULL);
}

/**
 * yonder_call_floor_yield_to:
 * @self: the floor
 * @call: who is to have the microphone
 *
 * Puts the others on hold, until this call is over or one of them is taken up by hand. One that is not connected yet ends.
 */
void
yonder_call_floor_yield_to (YonderCallFloor *self, YonderCall *call)
{
  g_autoptr (GPtrArray) others = dup_speaking (self, call);

  for (guint i = 0; i < others->len; i++) {
    YonderCall *other = g_ptr_array_index (others, i);

    if (!yonder_call_can_hold (other)) {
      yonder_call_hang_up (other);
      continue;
    }
    g_ptr_array_add (self->parked, other);
    yonder_call_set_held (other, TRUE);
  }
}

YonderCall *
yonder_call_floor_find_active (GPtrArray *calls)
{
  YonderCall *active = NULL;

  for (guint i = 0; i < calls->len; i++) {
    YonderCall *call = g_ptr_array_index (calls, i);

    if (yonder_call_state_is_taken (yonder_call_get_state (call)) &&
        (active == NULL || yonder_call_is_held (active) || !yonder_call_is_held (call)))
      active = call;
  }
  return active;
}
