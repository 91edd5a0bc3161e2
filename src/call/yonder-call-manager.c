/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-call-manager-inside.h"

#include "yonder-call-private.h"
#include "yonder-call-state.h"

/* chosen: calls that are over and that nobody has dismissed */
#define MAX_ENDED 50

static GType
yonder_call_manager_get_item_type (GListModel *model)
{
  return YONDER_TYPE_CALL;
}

static guint
yonder_call_manager_get_n_items (GListModel *model)
{
  return YONDER_CALL_MANAGER (model)->calls->len;
}

static gpointer
yonder_call_manager_get_item (GListModel *model, guint position)
{
  YonderCallManager *self = YONDER_CALL_MANAGER (model);

  return position < self->calls->len ? g_object_ref (g_ptr_array_index (self->calls, position)) : NULL;
}

static void
yonder_call_manager_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = yonder_call_manager_get_item_type;
  iface->get_n_items = yonder_call_manager_get_n_items;
  iface->get_item = yonder_call_manager_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderCallManager, yonder_call_manager, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, yonder_call_manager_list_model_init))

enum {
  PROP_MEETING_BASE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum {
  INCOMING,
  SILENCED,
  REDIALLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static YonderCall *
find_taken (YonderCallManager *self, const char *peer_id)
{
  for (guint i = 0; i < self->calls->len; i++) {
    YonderCall *call = g_ptr_array_index (self->calls, i);

    if (yonder_call_state_is_taken (yonder_call_get_state (call)) && yonder_call_is_of_peer (call, peer_id))
      return call;
  }
  return NULL;
}

/* A copy, since a call that ends may change the list. */
static GPtrArray *
dup_calls (YonderCallManager *self)
{
  return g_ptr_array_copy (self->calls, (GCopyFunc) g_object_ref, NULL);
}

static void
remove_call (YonderCallManager *self, guint position)
{
  YonderCall *call = g_ptr_array_index (self->calls, position);

  g_signal_handlers_disconnect_by_data (call, self);
  yonder_call_floor_leave (self->floor, call);
  g_ptr_array_remove_index (self->calls, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

/* Somebody who calls and gives up all day fills no memory. */
static void
forget_oldest (YonderCallManager *self)
{
  guint n_ended = 0;
  guint oldest = 0;

  for (guint i = self->calls->len; i-- > 0;) {
    if (yonder_call_get_state (g_ptr_array_index (self->calls, i)) == YONDER_CALL_STATE_ENDED) {
      n_ended++;
      oldest = i;
    }
  }
  if (n_ended > MAX_ENDED)
    remove_call (self, oldest);
}

/* A call broke and could not be mended: another takes its place, unless somebody else has the microphone by now. */
static void
redial (YonderCallManager *self, YonderCall *former)
{
  g_autoptr (YonderCall) kept = g_object_ref (former);
  g_autoptr (YonderCall) call = NULL;

  if (!yonder_call_floor_is_free (self->floor))
    return;
  call = g_object_ref (yonder_call_manager_add_call (self, yonder_call_get_peer (former), yonder_call_get_kind (former)));
  yonder_call_replace (call, former);
  yonder_call_dial (call);
  g_signal_emit (self, signals[REDIALLED], 0, former, call);
}

static void
on_call_state (YonderCall *call, GParamSpec *pspec, YonderCallManager *self)
{
  if (self->doorkeeper != NULL && yonder_call_get_state (call) == YONDER_CALL_STATE_CONNECTED)
    yonder_doorkeeper_forgive (self->doorkeeper, yonder_contact_get_id (yonder_call_get_peer (call)));
  if (yonder_call_get_state (call) == YONDER_CALL_STATE_ENDED && yonder_call_wants_redial (call))
    redial (self, call);
}

YonderCall *
yonder_call_manager_add_call (YonderCallManager *self, YonderContact *peer, YonderCallKind kind)
{
  YonderCall *call = yonder_call_new (self->signaling, self->media, self->clock, peer, kind);

  yonder_call_set_ice_sources (call, self->ice_sources);
  yonder_call_set_meeting_base (call, self->meeting_base);
  g_signal_connect (call, "notify::state", G_CALLBACK (on_call_state), self);
  yonder_call_floor_join (self->floor, call); /* after that: one that is dialled again is not parted from the microphone */
  forget_oldest (self);
  g_ptr_array_add (self->calls, call);
  g_list_model_items_changed (G_LIST_MODEL (self), self->calls->len - 1, 0, 1);
  return call;
}

static void
yonder_call_manager_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case PROP_MEETING_BASE:
    g_value_set_string (value, YONDER_CALL_MANAGER (object)->meeting_base);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_call_manager_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id) {
  case PROP_MEETING_BASE:
    if (g_set_str (&YONDER_CALL_MANAGER (object)->meeting_base, g_value_get_string (value)))
      g_object_notify_by_pspec (object, pspec);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_call_manager_dispose (GObject *object)
{
  YonderCallManager *self = YONDER_CALL_MANAGER (object);

  for (guint i = 0; i < self->calls->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->calls, i), self);
  yonder_call_manager_hang_up_all (self);
  for (guint i = 0; i < self->calls->len; i++)
    yonder_call_floor_leave (self->floor, g_ptr_array_index (self->calls, i));
  g_ptr_array_set_size (self->calls, 0);

  G_OBJECT_CLASS (yonder_call_manager_parent_class)->dispose (object);
}

static void
yonder_call_manager_finalize (GObject *object)
{
  YonderCallManager *self = YONDER_CALL_MANAGER (object);

  g_object_unref (self->floor);
  g_ptr_array_unref (self->calls);
  g_free (self->meeting_base);
  g_clear_object (&self->doorkeeper);
  g_clear_object (&self->ice_sources);
  g_clear_object (&self->clock);
  g_clear_object (&self->contacts);
  g_clear_object (&self->media);
  g_clear_object (&self->signaling);

  G_OBJECT_CLASS (yonder_call_manager_parent_class)->finalize (object);
}

static void
yonder_call_manager_class_init (YonderCallManagerClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = yonder_call_manager_get_property;
  object_class->set_property = yonder_call_manager_set_property;
  object_class->dispose = yonder_call_manager_dispose;
  object_class->finalize = yonder_call_manager_finalize;

  properties[PROP_MEETING_BASE] = g_param_spec_string ("meeting-base", NULL, NULL, NULL,
                                                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[INCOMING] = g_signal_new ("incoming", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, YONDER_TYPE_CALL);
  signals[SILENCED] = g_signal_new ("silenced", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, YONDER_TYPE_CALL);
  signals[REDIALLED] = g_signal_new ("redialled", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 2, YONDER_TYPE_CALL, YONDER_TYPE_CALL);
}

static void
yonder_call_manager_init (YonderCallManager *self)
{
  self->calls = g_ptr_array_new_with_free_func (g_object_unref);
  self->floor = yonder_call_floor_new ();
}

/**
 * yonder_call_manager_new:
 * @signaling: the connection to the call server
 * @media: what makes sound and picture
 * @contacts: (nullable): to know callers by; without, all are strangers
 * @clock: for every wait
 *
 * Makes a manager that hears incoming calls from now on.
 *
 * Returns: (transfer full): the manager
 */
YonderCallManager *
yonder_call_manager_new (YonderSignaling *signaling, YonderMediaFactory *media, YonderContactList *contacts, YonderClock *clock)
{
  YonderCallManager *self;

  g_return_val_if_fail (YONDER_IS_SIGNALING (signaling), NULL);
  g_return_val_if_fail (YONDER_IS_MEDIA_FACTORY (media), NULL);
  g_return_val_if_fail (contacts == NULL || YONDER_IS_CONTACT_LIST (contacts), NULL);

  self = g_object_new (YONDER_TYPE_CALL_MANAGER, NULL);
  self->signaling = g_object_ref (signaling);
  self->media = g_object_ref (media);
  g_set_object (&self->contacts, contacts);
  self->clock = g_object_ref (clock);

  yonder_call_manager_hear (self);
  return self;
}

/**
 * yonder_call_manager_set_ice_sources:
 * @self: the manager
 * @sources: (nullable): where calls find their STUN and TURN servers
 *
 * Says how calls find their path, from the next one on.
 */
void
yonder_call_manager_set_ice_sources (YonderCallManager *self, YonderIceSources *sources)
{
  g_return_if_fail (YONDER_IS_CALL_MANAGER (self));
  g_return_if_fail (sources == NULL || YONDER_IS_ICE_SOURCES (sources));

  g_set_object (&self->ice_sources, sources);
}

/**
 * yonder_call_manager_set_doorkeeper:
 * @self: the manager
 * @doorkeeper: (nullable) (transfer none): who decides who may ring; without one everybody may
 *
 * A call that may not ring is not announced by `incoming`; one that may be seen stands in the list.
 */
void
yonder_call_manager_set_doorkeeper (YonderCallManager *self, YonderDoorkeeper *doorkeeper)
{
  g_return_if_fail (YONDER_IS_CALL_MANAGER (self));

  g_set_object (&self->doorkeeper, doorkeeper);
}

/**
 * yonder_call_manager_set_floor:
 * @self: the manager, without calls
 * @floor: (transfer none): who has the microphone
 *
 * Has its calls share the microphone with those of other managers; before that they share it among themselves.
 */
void
yonder_call_manager_set_floor (YonderCallManager *self, YonderCallFloor *floor)
{
  g_return_if_fail (YONDER_IS_CALL_MANAGER (self));
  g_return_if_fail (YONDER_IS_CALL_FLOOR (floor));
  g_return_if_fail (self->calls->len == 0);

  g_set_object (&self->floor, floor);
}

/**
 * yonder_call_manager_get_floor:
 * @self: the manager
 *
 * Returns: (transfer none): says which call has the microphone, of this manager or another
 */
YonderCallFloor *
yonder_call_manager_get_floor (YonderCallManager *self)
{
  g_return_val_if_fail (YONDER_IS_CALL_MANAGER (self), NULL);

  return self->floor;
}

/**
 * yonder_call_manager_dial:
 * @self: the manager
 * @peer: whom to call
 * @kind: voice or video
 *
 * Calls somebody. A call that goes on with somebody else ends, unless it is on hold; one with the same person is given back, taken up if
 * it was on hold, and where they are calling right now, their call is taken.
 *
 * Returns: (transfer none): the call, in the manager until it is dismissed; it may have ended already
 */
YonderCall *
yonder_call_manager_dial (YonderCallManager *self, YonderContact *peer, YonderCallKind kind)
{
  const char *peer_id;
  YonderCall *call;

  g_return_val_if_fail (YONDER_IS_CALL_MANAGER (self), NULL);
  g_return_val_if_fail (YONDER_IS_CONTACT (peer), NULL);

  peer_id = yonder_contact_get_id (peer);
  call = find_taken (self, peer_id);
  if (call != NULL) {
    yonder_call_set_held (call, FALSE);
    return call;
  }
  call = yonder_call_manager_find_incoming (self, peer_id);
  if (call != NULL) {
    yonder_call_accept (call, kind == YONDER_CALL_KIND_VIDEO);
    return call;
  }

  yonder_call_floor_clear (self->floor);
  call = yonder_call_manager_add_call (self, peer, kind);
  yonder_call_dial (call);
  return call;
}

/**
 * yonder_call_manager_hold_and_accept:
 * @self: the manager
 * @call: an incoming call
 * @with_video: as for yonder_call_accept()
 *
 * Takes the call and puts the one that goes on on hold, until this one is over or the other is taken up by hand. (yonder_call_accept()
 * ends it.) One that is not connected yet ends.
 */
void
yonder_call_manager_hold_and_accept (YonderCallManager *self, YonderCall *call, gboolean with_video)
{
  g_return_if_fail (YONDER_IS_CALL_MANAGER (self));
  g_return_if_fail (YONDER_IS_CALL (call));

  if (yonder_call_get_state (call) != YONDER_CALL_STATE_INCOMING)
    return;
  yonder_call_floor_yield_to (self->floor, call);
  yonder_call_accept (call, with_video);
}

/**
 * yonder_call_manager_get_active:
 * @self: the manager
 *
 * Returns: (transfer none) (nullable): of its calls the one that has or will have the microphone; one on hold where there is no other
 */
YonderCall *
yonder_call_manager_get_active (YonderCallManager *self)
{
  g_return_val_if_fail (YONDER_IS_CALL_MANAGER (self), NULL);

  return yonder_call_floor_find_active (self->calls);
}

/**
 * yonder_call_manager_dismiss:
 * @self: the manager
 * @call: a call of it
 *
 * Takes a call out of the list; one that goes on is hung up first.
 */
void
yonder_call_manager_dismiss (YonderCallManager *self, YonderCall *call)
{
  guint position;

  g_return_if_fail (YONDER_IS_CALL_MANAGER (self));
  g_return_if_fail (YONDER_IS_CALL (call));

  yonder_call_hang_up (call);
  if (g_ptr_array_find (self->calls, call, &position))
    remove_call (self, position);
}

/* Ends everything that goes on and declines everything that rings: before signing out, before quitting. */
void
yonder_call_manager_hang_up_all (YonderCallManager *self)
{
  g_autoptr (GPtrArray) calls = NULL;

  g_return_if_fail (YONDER_IS_CALL_MANAGER (self));

  calls = dup_calls (self);
  for (guint i = 0; i < calls->len; i++)
    yonder_call_hang_up (g_ptr_array_index (calls, i));
}

void
yonder_call_manager_recover_all (YonderCallManager *self)
{
  g_autoptr (GPtrArray) calls = NULL;

  g_return_if_fail (YONDER_IS_CALL_MANAGER (self));

  calls = dup_calls (self);
  for (guint i = 0; i < calls->len; i++)
    yonder_call_recover (g_ptr_array_index (calls, i));
}

void
yonder_call_manager_recover_lost (YonderCallManager *self)
{
  g_autoptr (GPtrArray) calls = NULL;

  g_return_if_fail (YONDER_IS_CALL_MANAGER (self));

  calls = dup_calls (self);
  for (guint i = 0; i < calls->len; i++) {
    if (yonder_call_get_state (g_ptr_array_index (calls, i)) == YONDER_CALL_STATE_RECONNECTING)
      yonder_call_recover (g_ptr_array_index (calls, i));
  }
}
