/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-desk-call.h"

#include "yonder-vigi.h"

#define RING_MS 45000

#define MAX_CALLS 5000 /* ended ones included */

/* One waits on hold beside the other. */
#define MAX_CALLS_EACH 2

G_DEFINE_FINAL_TYPE (YonderCallDesk, yonder_call_desk, G_TYPE_OBJECT)
G_DEFINE_QUARK (yonder-call-desk-error-quark, yonder_call_desk_error)

static gboolean
on_rung_out (gpointer data)
{
  YonderDeskCall *call = data;

  call->timer = 0;
  yonder_desk_call_end (call, "missed", NULL);
  return G_SOURCE_REMOVE;
}

/* A callee who is not here any more cannot answer. */
static void
on_presence_changed (YonderPresenceBook *presence, const char *user_id, const char *status, YonderCallDesk *self)
{
  g_autoptr (GPtrArray) left = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  if (strcmp (status, "offline") != 0)
    return;
  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    YonderDeskCall *call = value;

    if (call->state == YONDER_DESK_RINGING && strcmp (call->sides[YONDER_DESK_CALLEE].user_id, user_id) == 0)
      g_ptr_array_add (left, call);
  }
  for (guint i = 0; i < left->len; i++)
    yonder_desk_call_end (left->pdata[i], "missed", NULL);
}

static void
yonder_call_desk_dispose (GObject *object)
{
  YonderCallDesk *self = YONDER_CALL_DESK (object);

  g_hash_table_remove_all (self->calls);
  G_OBJECT_CLASS (yonder_call_desk_parent_class)->dispose (object);
}

static void
yonder_call_desk_finalize (GObject *object)
{
  YonderCallDesk *self = YONDER_CALL_DESK (object);

  g_hash_table_unref (self->calls);
  g_object_unref (self->presence);
  g_object_unref (self->store);
  g_object_unref (self->clock);
  G_OBJECT_CLASS (yonder_call_desk_parent_class)->finalize (object);
}

static void
yonder_call_desk_class_init (YonderCallDeskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = yonder_call_desk_dispose;
  object_class->finalize = yonder_call_desk_finalize;
}

static void
yonder_call_desk_init (YonderCallDesk *self)
{
  self->calls = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, yonder_desk_call_free);
}

/* The call of before: both sides are away. */
static void
restore (YonderCallDesk *self, const YonderStoredCall *stored)
{
  YonderDeskCall *call = g_new0 (YonderDeskCall, 1);

  call->desk = self;
  call->id = g_strdup (stored->id);
  call->kind = g_strdup (stored->kind);
  call->state = YONDER_DESK_ANSWERED;
  call->answered_us = yonder_clock_now_us (self->clock) - stored->age_s * G_USEC_PER_SEC;
  call->sides[YONDER_DESK_CALLER].user_id = g_strdup (stored->caller_id);
  call->sides[YONDER_DESK_CALLEE].user_id = g_strdup (stored->callee_id);
  g_hash_table_insert (self->calls, call->id, call);
  for (YonderDeskRole role = YONDER_DESK_CALLER; role <= YONDER_DESK_CALLEE; role++)
    yonder_desk_call_await (call, role);
}

static void
restore_all (YonderCallDesk *self)
{
  g_autoptr (YonderStoreQuery) query = yonder_store_query_new (YONDER_STORE_CALLS);
  g_autoptr (GError) error = NULL;
  g_autoptr (YonderStoreAnswer) answer = yonder_user_store_ask (self->store, query, &error);

  if (answer == NULL)
    g_warning ("Calls that went on are not known any more: %s", error->message);
  for (guint i = 0; answer != NULL && i < answer->calls->len; i++)
    restore (self, answer->calls->pdata[i]);
}

static void
keep (YonderDeskCall *call)
{
  YonderStoreQuery *query = yonder_store_query_new (YONDER_STORE_KEEP_CALL);

  query->text = g_strdup (call->id);
  query->user_id = g_strdup (call->sides[YONDER_DESK_CALLER].user_id);
  query->other = g_strdup (call->sides[YONDER_DESK_CALLEE].user_id);
  query->name = g_strdup (call->kind);
  yonder_user_store_ask_async (call->desk->store, query, NULL, NULL, NULL);
}

/**
 * yonder_call_desk_new:
 * @presence: who is here
 * @store: where answered calls are kept; read now, which takes as long as the disk does
 * @clock: for ringing and grace periods
 *
 * Returns: (transfer full): a desk with the calls that were answered when the store was used last
 */
YonderCallDesk *
yonder_call_desk_new (YonderPresenceBook *presence, YonderUserStore *store, YonderClock *clock)
{
  YonderCallDesk *self = g_object_new (YONDER_TYPE_CALL_DESK, NULL);

  self->presence = g_object_ref (presence);
  self->store = g_object_ref (store);
  self->clock = g_object_ref (clock);
  g_signal_connect_object (presence, "changed", G_CALLBACK (on_presence_changed), self, 0);
  restore_all (self);
  return self;
}

/**
 * yonder_call_desk_clear:
 * @self: the desk
 *
 * Forgets every call, without telling.
 */
void
yonder_call_desk_clear (YonderCallDesk *self)
{
  g_hash_table_remove_all (self->calls);
}

static JsonObject *
build_incoming (const YonderDeskCall *call)
{
  JsonObject *object = json_object_new ();
  JsonObject *caller = json_object_new ();

  json_object_set_string_member (caller, "_id", call->sides[YONDER_DESK_CALLER].user_id);
  json_object_set_string_member (caller, "fullName", call->sides[YONDER_DESK_CALLER].name);
  json_object_set_string_member (object, "callId", call->id);
  json_object_set_object_member (object, "caller", caller);
  json_object_set_string_member (object, "type", call->kind);
  return object;
}

/**
 * yonder_call_desk_add:
 * @self: the desk
 * @socket: a new socket, whose user stands in the presence book
 *
 * Lets calls that ring for its user ring here too, and gives it the calls whose own socket was lost.
 */
void
yonder_call_desk_add (YonderCallDesk *self, YonderSioSocket *socket)
{
  const char *user_id = yonder_presence_book_get_socket_user (socket)->id;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    YonderDeskCall *call = value;

    if (call->state == YONDER_DESK_RINGING && strcmp (call->sides[YONDER_DESK_CALLEE].user_id, user_id) == 0)
      yonder_vigi_emit (socket, "incoming_call", build_incoming (call));
    for (YonderDeskRole role = YONDER_DESK_CALLER; role <= YONDER_DESK_CALLEE; role++)
      if ((call->sides[role].socket != NULL || call->state == YONDER_DESK_ANSWERED) &&
          !yonder_desk_side_is_present (&call->sides[role]) && strcmp (call->sides[role].user_id, user_id) == 0)
        yonder_desk_call_bind (call, role, socket, FALSE);
  }
}

/* What keeps @user_id from being called by @other_id. Two who call each other at the same moment are not busy: their clients
 * agree on one of the two calls. */
static gboolean
makes_busy (const YonderDeskCall *call, const char *user_id, const char *other_id)
{
  gboolean is_caller = strcmp (call->sides[YONDER_DESK_CALLER].user_id, user_id) == 0;

  if (!is_caller && strcmp (call->sides[YONDER_DESK_CALLEE].user_id, user_id) != 0)
    return FALSE;
  return call->state == YONDER_DESK_ANSWERED ||
         (call->state == YONDER_DESK_RINGING && !(is_caller && strcmp (call->sides[YONDER_DESK_CALLEE].user_id, other_id) == 0));
}

/* What keeps @user_id from calling: a call of its own, but not one that only rings. */
static gboolean
keeps_from_calling (const YonderDeskCall *call, const char *user_id)
{
  return (call->state != YONDER_DESK_ENDED && strcmp (call->sides[YONDER_DESK_CALLER].user_id, user_id) == 0) ||
         (call->state == YONDER_DESK_ANSWERED && strcmp (call->sides[YONDER_DESK_CALLEE].user_id, user_id) == 0);
}

static const YonderDeskSide *
find_side (const YonderDeskCall *call, const char *user_id)
{
  return &call->sides[strcmp (call->sides[YONDER_DESK_CALLER].user_id, user_id) == 0 ? YONDER_DESK_CALLER : YONDER_DESK_CALLEE];
}

/* Whether the call can be put on hold for another one: the client at which it goes on has said that it knows how to. */
static gboolean
can_wait (const YonderDeskCall *call, const char *user_id)
{
  const YonderDeskSide *side = find_side (call, user_id);

  return call->state == YONDER_DESK_ANSWERED && yonder_desk_side_is_present (side) && yonder_vigi_takes_second_call (side->socket);
}

static gboolean
is_busy (YonderCallDesk *self, const char *user_id, const char *other_id)
{
  GHashTableIter iter;
  gpointer value;
  guint n_waiting = 0;

  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (makes_busy (value, user_id, other_id) && (!can_wait (value, user_id) || ++n_waiting == MAX_CALLS_EACH))
      return TRUE;
  return FALSE;
}

/* A caller whose other call has lost its socket has given it up: a program that was started again does not know of it. */
static gboolean
make_free (YonderCallDesk *self, const char *caller_id, GError **error)
{
  g_autoptr (GList) calls = g_hash_table_get_values (self->calls);
  guint n_waiting = 0;

  for (GList *l = calls; l != NULL; l = l->next) {
    YonderDeskCall *call = l->data;
    const YonderDeskSide *side = find_side (call, caller_id);

    if (!keeps_from_calling (call, caller_id))
      continue;
    if (!yonder_desk_side_is_present (side) || !side->has_spoken) {
      yonder_desk_call_end (call, yonder_desk_call_left_reason (call), caller_id);
    } else if (!can_wait (call, caller_id) || ++n_waiting == MAX_CALLS_EACH) {
      g_set_error_literal (error, YONDER_CALL_DESK_ERROR, YONDER_CALL_DESK_ERROR_IN_CALL,
                           "You are in another call: end that one first.");
      return FALSE;
    }
  }
  return TRUE;
}

static YonderDeskCall *
add_call (YonderCallDesk *self, const YonderUser *caller, const YonderUser *callee, const char *kind)
{
  YonderDeskCall *call = g_new0 (YonderDeskCall, 1);

  call->desk = self;
  call->id = g_uuid_string_random ();
  call->kind = g_strdup (kind);
  call->sides[YONDER_DESK_CALLER].user_id = g_strdup (caller->id);
  call->sides[YONDER_DESK_CALLER].name = g_strdup (caller->name);
  call->sides[YONDER_DESK_CALLEE].user_id = g_strdup (callee->id);
  call->sides[YONDER_DESK_CALLEE].name = g_strdup (callee->name);
  g_hash_table_insert (self->calls, call->id, call);
  return call;
}

static void
tell_invited (YonderDeskCall *call, YonderSioSocket *socket)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "callId", call->id);
  json_object_set_string_member (object, "calleeId", call->sides[YONDER_DESK_CALLEE].user_id);
  json_object_set_string_member (object, "type", call->kind);
  yonder_vigi_emit (socket, "call_initiated", object);
}

/**
 * yonder_call_desk_invite:
 * @self: the desk
 * @socket: the caller's
 * @callee_id: whom to call
 * @kind: "voice" or "video"
 * @error: (not optional): return location for a [error@Yonder.CallDeskError]
 *
 * Starts a call: tells the caller its id, and rings at every socket of the callee, for 45 seconds at most. A callee who is in a
 * call is busy, and the call ends at once with that reason, unless the client there takes a second call beside the first.
 *
 * Returns: (transfer full) (nullable): the id of the call, or %NULL with @error set, whose message is for the user
 */
char *
yonder_call_desk_invite (YonderCallDesk *self, YonderSioSocket *socket, const char *callee_id, const char *kind, GError **error)
{
  const YonderUser *caller = yonder_presence_book_get_socket_user (socket);
  const YonderUser *callee = yonder_presence_book_get_user (self->presence, callee_id);
  g_autoptr (GPtrArray) sockets = NULL;
  gboolean callee_is_busy;
  YonderDeskCall *call;

  if (callee == NULL) {
    g_set_error_literal (error, YONDER_CALL_DESK_ERROR, YONDER_CALL_DESK_ERROR_OFFLINE,
                         "This person is not here at the moment: try again later.");
    return NULL;
  }
  if (strcmp (caller->id, callee->id) == 0 || g_hash_table_size (self->calls) >= MAX_CALLS) {
    g_set_error_literal (error, YONDER_CALL_DESK_ERROR, YONDER_CALL_DESK_ERROR_NOT_ALLOWED,
                         strcmp (caller->id, callee->id) == 0 ? "You cannot call yourself: choose somebody else."
                                                              : "The server is busy: try again in a minute.");
    return NULL;
  }
  if (!make_free (self, caller->id, error))
    return NULL;

  callee_is_busy = is_busy (self, callee->id, caller->id);
  call = add_call (self, caller, callee, kind);
  yonder_desk_call_bind (call, YONDER_DESK_CALLER, socket, TRUE);
  tell_invited (call, socket);
  if (callee_is_busy) {
    yonder_desk_call_remember (call, yonder_desk_call_build_ending (call, "busy", callee->id));
    yonder_vigi_emit (socket, "call_ended", json_object_ref (call->ending));
    yonder_desk_call_bind (call, YONDER_DESK_CALLER, NULL, FALSE);
    return g_strdup (call->id);
  }
  call->timer = yonder_clock_add (self->clock, RING_MS, on_rung_out, call, NULL);
  sockets = yonder_presence_book_list_sockets (self->presence, callee->id);
  for (guint i = 0; i < sockets->len; i++)
    yonder_vigi_emit (sockets->pdata[i], "incoming_call", build_incoming (call));
  return g_strdup (call->id);
}

/* (nullable): the call, if @socket's user has a part in it. One that has ended is told again how, and not returned; then no error
 * is set. */
static YonderDeskCall *
find_call (YonderCallDesk *self, YonderSioSocket *socket, const char *call_id, YonderDeskRole *role, GError **error)
{
  const char *user_id = yonder_presence_book_get_socket_user (socket)->id;
  YonderDeskCall *call = g_hash_table_lookup (self->calls, call_id);

  if (call == NULL || (strcmp (call->sides[YONDER_DESK_CALLER].user_id, user_id) != 0 &&
                       strcmp (call->sides[YONDER_DESK_CALLEE].user_id, user_id) != 0)) {
    g_set_error_literal (error, YONDER_CALL_DESK_ERROR, YONDER_CALL_DESK_ERROR_UNKNOWN_CALL, "There is no such call (any more).");
    return NULL;
  }
  if (call->state == YONDER_DESK_ENDED) {
    yonder_vigi_emit (socket, "call_ended", json_object_ref (call->ending));
    return NULL;
  }
  *role = strcmp (call->sides[YONDER_DESK_CALLER].user_id, user_id) == 0 ? YONDER_DESK_CALLER : YONDER_DESK_CALLEE;
  return call;
}

/* Whether @socket speaks for its side of an answered call. It takes that over from one that is gone, or that was only a guess. */
static gboolean
speaks_for (YonderDeskCall *call, YonderDeskRole role, YonderSioSocket *socket)
{
  YonderDeskSide *side = &call->sides[role];

  if (side->socket != socket && yonder_desk_side_is_present (side) && side->has_spoken)
    return FALSE;
  yonder_desk_call_bind (call, role, socket, TRUE);
  return TRUE;
}

static void
set_wrong_state (GError **error, const char *message)
{
  g_set_error_literal (error, YONDER_CALL_DESK_ERROR, YONDER_CALL_DESK_ERROR_WRONG_STATE, message);
}

/* The callee's sockets at which the call was not answered stop ringing. */
static void
tell_answered_elsewhere (YonderDeskCall *call, YonderSioSocket *answering)
{
  g_autoptr (GPtrArray) sockets = yonder_presence_book_list_sockets (call->desk->presence,
                                                                     call->sides[YONDER_DESK_CALLEE].user_id);

  for (guint i = 0; i < sockets->len; i++)
    if (sockets->pdata[i] != answering)
      yonder_vigi_emit (sockets->pdata[i], "call_ended",
                        yonder_desk_call_build_ending (call, "answered-elsewhere", call->sides[YONDER_DESK_CALLEE].user_id));
}

/* Of two who called each other, the other call is over once one is answered. */
static void
end_crossing (YonderDeskCall *answered)
{
  g_autoptr (GList) calls = g_hash_table_get_values (answered->desk->calls);

  for (GList *l = calls; l; l = l->next) {
    YonderDeskCall *call = l->data;

    if (call->state == YONDER_DESK_RINGING &&
        strcmp (call->sides[YONDER_DESK_CALLER].user_id, answered->sides[YONDER_DESK_CALLEE].user_id) == 0 &&
        strcmp (call->sides[YONDER_DESK_CALLEE].user_id, answered->sides[YONDER_DESK_CALLER].user_id) == 0)
      yonder_desk_call_end (call, "ended", NULL);
  }
}

/**
 * yonder_call_desk_answer:
 * @self: the desk
 * @socket: the callee's
 * @call_id: a call that rings there
 * @error: (not optional): return location for a [error@Yonder.CallDeskError]
 *
 * Answers a call: both sides are told, and the callee's other sockets that it was answered elsewhere.
 *
 * Returns: whether it was possible
 */
gboolean
yonder_call_desk_answer (YonderCallDesk *self, YonderSioSocket *socket, const char *call_id, GError **error)
{
  YonderDeskRole role;
  YonderDeskCall *call = find_call (self, socket, call_id, &role, error);
  JsonObject *object;

  if (call == NULL)
    return *error == NULL;
  if (role != YONDER_DESK_CALLEE || call->state != YONDER_DESK_RINGING) {
    if (role == YONDER_DESK_CALLEE && call->sides[YONDER_DESK_CALLEE].socket == socket)
      return TRUE; /* said twice */
    set_wrong_state (error, "This call cannot be answered (any more).");
    return FALSE;
  }
  yonder_clock_clear (self->clock, &call->timer);
  call->state = YONDER_DESK_ANSWERED;
  call->answered_us = yonder_clock_now_us (self->clock);
  yonder_desk_call_bind (call, YONDER_DESK_CALLEE, socket, TRUE);
  g_info ("Call %s: answered", call->id);
  keep (call);

  object = json_object_new ();
  json_object_set_string_member (object, "callId", call->id);
  json_object_set_string_member (object, "calleeId", call->sides[YONDER_DESK_CALLEE].user_id);
  json_object_set_string_member (object, "type", call->kind);
  yonder_desk_call_send (call, YONDER_DESK_CALLER, "call_answered", object);
  yonder_desk_call_send (call, YONDER_DESK_CALLEE, "call_answered", object);
  json_object_unref (object);
  tell_answered_elsewhere (call, socket);
  end_crossing (call);
  return TRUE;
}

/**
 * yonder_call_desk_decline:
 * @self: the desk
 * @socket: the callee's
 * @call_id: a call that rings there
 * @error: (not optional): return location for a [error@Yonder.CallDeskError]
 *
 * Declines a call, for all of the callee's sockets.
 *
 * Returns: whether it was possible
 */
gboolean
yonder_call_desk_decline (YonderCallDesk *self, YonderSioSocket *socket, const char *call_id, GError **error)
{
  YonderDeskRole role;
  YonderDeskCall *call = find_call (self, socket, call_id, &role, error);

  if (call == NULL)
    return *error == NULL;
  if (role != YONDER_DESK_CALLEE || call->state != YONDER_DESK_RINGING) {
    set_wrong_state (error, "This call cannot be declined (any more).");
    return FALSE;
  }
  yonder_desk_call_end (call, "declined", call->sides[YONDER_DESK_CALLEE].user_id);
  return TRUE;
}

/**
 * yonder_call_desk_hang_up:
 * @self: the desk
 * @socket: that of either side
 * @call_id: a call
 * @error: (not optional): return location for a [error@Yonder.CallDeskError]
 *
 * Ends a call. One that the caller gives up while it rings was missed; a callee's other socket cannot end what it did not answer.
 *
 * Returns: whether it was possible
 */
gboolean
yonder_call_desk_hang_up (YonderCallDesk *self, YonderSioSocket *socket, const char *call_id, GError **error)
{
  YonderDeskRole role;
  YonderDeskCall *call = find_call (self, socket, call_id, &role, error);

  if (call == NULL)
    return *error == NULL;
  if (call->state == YONDER_DESK_RINGING)
    yonder_desk_call_end (call, role == YONDER_DESK_CALLER ? "missed" : "declined", call->sides[role].user_id);
  else if (speaks_for (call, role, socket))
    yonder_desk_call_end (call, "ended", call->sides[role].user_id);
  else {
    set_wrong_state (error, "This call goes on at another of your devices: end it there.");
    return FALSE;
  }
  return TRUE;
}

/**
 * yonder_call_desk_relay:
 * @self: the desk
 * @socket: that of either side
 * @call_id: an answered call
 * @to: (nullable): whom it is meant for, if that is said
 * @event: what to send to the other side
 * @payload: (transfer none): its checked payload; `from` is set in it
 * @error: (not optional): return location for a [error@Yonder.CallDeskError]
 *
 * Passes something on to the other side of a call, and to nobody else.
 *
 * Returns: whether it was possible
 */
gboolean
yonder_call_desk_relay (YonderCallDesk *self, YonderSioSocket *socket, const char *call_id, const char *to, const char *event,
                        JsonObject *payload, GError **error)
{
  YonderDeskRole role;
  YonderDeskCall *call = find_call (self, socket, call_id, &role, error);
  YonderDeskRole other = role == YONDER_DESK_CALLER ? YONDER_DESK_CALLEE : YONDER_DESK_CALLER;

  if (call == NULL)
    return *error == NULL;
  if (call->state != YONDER_DESK_ANSWERED) {
    set_wrong_state (error, "This call is not answered yet.");
    return FALSE;
  }
  if (to != NULL && strcmp (to, call->sides[other].user_id) != 0) {
    g_set_error_literal (error, YONDER_CALL_DESK_ERROR, YONDER_CALL_DESK_ERROR_NOT_ALLOWED,
                         "This person has no part in the call.");
    return FALSE;
  }
  if (!speaks_for (call, role, socket)) {
    set_wrong_state (error, "This call goes on at another of your devices.");
    return FALSE;
  }
  json_object_set_string_member (payload, "from", call->sides[role].user_id);
  json_object_set_string_member (payload, "to", call->sides[other].user_id);
  yonder_desk_call_send (call, other, event, payload);
  return TRUE;
}

/**
 * yonder_call_desk_count:
 * @self: the desk
 *
 * Returns: how many calls ring or are answered
 */
guint
yonder_call_desk_count (YonderCallDesk *self)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    n += ((YonderDeskCall *) value)->state != YONDER_DESK_ENDED;
  return n;
}
