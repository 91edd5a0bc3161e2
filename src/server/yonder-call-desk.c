/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-call-desk.h"

#include "yonder-vigi.h"

#define RING_MS 45000

/* How long a side may be gone. An answered call has sound and picture meanwhile; one that rings only a waiting person. */
#define GRACE_RINGING_MS 10000
#define GRACE_ANSWERED_MS 60000

#define REMEMBER_MS 60000
#define MAX_CALLS 5000 /* ended ones included */

typedef enum {
  STATE_RINGING,
  STATE_ANSWERED,
  STATE_ENDED,
} State;

typedef enum { CALLER, CALLEE } Role;

typedef struct {
  char            *user_id;
  char            *name;
  YonderSioSocket *socket; /* (nullable): of a callee only once it has answered */
  gboolean         has_spoken; /* on this socket, about this call */
} Side;

typedef struct {
  YonderCallDesk *desk; /* borrowed */
  char           *id;
  char           *kind;
  State           state;
  Side            sides[2];
  gint64          answered_us;
  guint           timer; /* ringing; for an ended call, until it is forgotten */
  guint           grace_timers[2];
  JsonObject     *ending; /* what call_ended said */
} Call;

struct _YonderCallDesk {
  GObject parent_instance;

  YonderPresenceBook *presence;
  YonderClock        *clock;
  GHashTable         *calls; /* id to Call */
};

G_DEFINE_FINAL_TYPE (YonderCallDesk, yonder_call_desk, G_TYPE_OBJECT)
G_DEFINE_QUARK (yonder-call-desk-error-quark, yonder_call_desk_error)

static void on_disconnected (YonderSioSocket *socket, const char *reason, gboolean may_return, Call *call);
static void on_returned     (YonderSioSocket *socket, Call *call);

static void
bind_side (Call *call, Role role, YonderSioSocket *socket, gboolean has_spoken)
{
  Side *side = &call->sides[role];

  if (side->socket != socket) {
    if (side->socket != NULL)
      g_signal_handlers_disconnect_by_data (side->socket, call);
    g_set_object (&side->socket, socket);
    if (socket != NULL) {
      g_signal_connect (socket, "disconnected", G_CALLBACK (on_disconnected), call);
      g_signal_connect (socket, "returned", G_CALLBACK (on_returned), call);
    }
  }
  side->has_spoken = has_spoken;
  if (socket != NULL)
    yonder_clock_clear (call->desk->clock, &call->grace_timers[role]);
}

static void
call_free (gpointer data)
{
  Call *self = data;

  for (Role role = CALLER; role <= CALLEE; role++) {
    yonder_clock_clear (self->desk->clock, &self->grace_timers[role]);
    bind_side (self, role, NULL, FALSE);
    g_free (self->sides[role].user_id);
    g_free (self->sides[role].name);
  }
  yonder_clock_clear (self->desk->clock, &self->timer);
  g_clear_pointer (&self->ending, json_object_unref);
  g_free (self->kind);
  g_free (self->id);
  g_free (self);
}

static gboolean
is_present (const Side *side)
{
  return side->socket != NULL && yonder_sio_socket_is_connected (side->socket);
}

/* To the side's own socket; while that is away, also to whatever else its user has, since that may be where it comes back. */
static void
send_to_side (Call *call, Role role, const char *event, JsonObject *payload)
{
  const Side *side = &call->sides[role];
  g_autoptr (GPtrArray) sockets = NULL;

  if (side->socket != NULL)
    yonder_vigi_emit (side->socket, event, json_object_ref (payload));
  if (is_present (side))
    return;
  sockets = yonder_presence_book_list_sockets (call->desk->presence, side->user_id);
  for (guint i = 0; i < sockets->len; i++)
    if (sockets->pdata[i] != side->socket)
      yonder_vigi_emit (sockets->pdata[i], event, json_object_ref (payload));
}

static JsonObject *
build_ending (Call *call, const char *reason, const char *ended_by)
{
  JsonObject *object = json_object_new ();
  gint64 now_us = yonder_clock_now_us (call->desk->clock);

  json_object_set_string_member (object, "callId", call->id);
  json_object_set_string_member (object, "reason", reason);
  if (ended_by != NULL)
    json_object_set_string_member (object, "endedBy", ended_by);
  else
    json_object_set_null_member (object, "endedBy");
  json_object_set_int_member (object, "duration", call->answered_us ? (now_us - call->answered_us) / G_USEC_PER_SEC : 0);
  return object;
}

static gboolean
on_forgotten (gpointer data)
{
  Call *call = data;

  call->timer = 0;
  g_hash_table_remove (call->desk->calls, call->id);
  return G_SOURCE_REMOVE;
}

static void
end_call (Call *call, const char *reason, const char *ended_by)
{
  YonderClock *clock = call->desk->clock;

  if (call->state == STATE_ENDED)
    return;
  g_info ("Call %s: %s", call->id, reason);
  call->ending = build_ending (call, reason, ended_by);
  call->state = STATE_ENDED;
  for (Role role = CALLER; role <= CALLEE; role++) {
    send_to_side (call, role, "call_ended", call->ending);
    yonder_clock_clear (clock, &call->grace_timers[role]);
    bind_side (call, role, NULL, FALSE);
  }
  yonder_clock_clear (clock, &call->timer);
  call->timer = yonder_clock_add (clock, REMEMBER_MS, on_forgotten, call, NULL);
}

/* How a call ends that one side has left without a word. */
static const char *
left_reason (const Call *call)
{
  return call->state == STATE_RINGING ? "missed" : "failed";
}

static gboolean
on_caller_grace_over (gpointer data)
{
  Call *call = data;

  call->grace_timers[CALLER] = 0;
  end_call (call, left_reason (call), call->sides[CALLER].user_id);
  return G_SOURCE_REMOVE;
}

static gboolean
on_callee_grace_over (gpointer data)
{
  Call *call = data;

  call->grace_timers[CALLEE] = 0;
  end_call (call, left_reason (call), call->sides[CALLEE].user_id);
  return G_SOURCE_REMOVE;
}

static void
on_disconnected (YonderSioSocket *socket, const char *reason, gboolean may_return, Call *call)
{
  static const GSourceFunc grace_over[] = { on_caller_grace_over, on_callee_grace_over };
  guint grace_ms = call->state == STATE_RINGING ? GRACE_RINGING_MS : GRACE_ANSWERED_MS;

  for (Role role = CALLER; role <= CALLEE; role++) {
    Side *side = &call->sides[role];

    if (side->socket != socket)
      continue;
    if (!may_return) {
      end_call (call, left_reason (call), side->user_id);
      return;
    }
    yonder_clock_clear (call->desk->clock, &call->grace_timers[role]);
    call->grace_timers[role] = yonder_clock_add (call->desk->clock, grace_ms, grace_over[role], call, NULL);
  }
}

static void
on_returned (YonderSioSocket *socket, Call *call)
{
  for (Role role = CALLER; role <= CALLEE; role++)
    if (call->sides[role].socket == socket)
      yonder_clock_clear (call->desk->clock, &call->grace_timers[role]);
}

static gboolean
on_rung_out (gpointer data)
{
  Call *call = data;

  call->timer = 0;
  end_call (call, "missed", NULL);
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
    Call *call = value;

    if (call->state == STATE_RINGING && strcmp (call->sides[CALLEE].user_id, user_id) == 0)
      g_ptr_array_add (left, call);
  }
  for (guint i = 0; i < left->len; i++)
    end_call (left->pdata[i], "missed", NULL);
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
  self->calls = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, call_free);
}

/**
 * yonder_call_desk_new:
 * @presence: who is here
 * @clock: for ringing and grace periods
 *
 * Returns: (transfer full): a desk without calls
 */
YonderCallDesk *
yonder_call_desk_new (YonderPresenceBook *presence, YonderClock *clock)
{
  YonderCallDesk *self = g_object_new (YONDER_TYPE_CALL_DESK, NULL);

  self->presence = g_object_ref (presence);
  self->clock = g_object_ref (clock);
  g_signal_connect_object (presence, "changed", G_CALLBACK (on_presence_changed), self, 0);
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
build_incoming (const Call *call)
{
  JsonObject *object = json_object_new ();
  JsonObject *caller = json_object_new ();

  json_object_set_string_member (caller, "_id", call->sides[CALLER].user_id);
  json_object_set_string_member (caller, "fullName", call->sides[CALLER].name);
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
    Call *call = value;

    if (call->state == STATE_RINGING && strcmp (call->sides[CALLEE].user_id, user_id) == 0)
      yonder_vigi_emit (socket, "incoming_call", build_incoming (call));
    for (Role role = CALLER; role <= CALLEE; role++)
      if (call->sides[role].socket != NULL && !is_present (&call->sides[role]) && strcmp (call->sides[role].user_id, user_id) == 0)
        bind_side (call, role, socket, FALSE);
  }
}

typedef gboolean (*CallTest) (const Call *call, const char *user_id, const char *other_id);

/* What keeps @user_id from being called by @other_id. Two who call each other at the same moment are not busy: their clients agree on
 * one of the two calls. */
static gboolean
makes_busy (const Call *call, const char *user_id, const char *other_id)
{
  gboolean is_caller = strcmp (call->sides[CALLER].user_id, user_id) == 0;

  if (!is_caller && strcmp (call->sides[CALLEE].user_id, user_id) != 0)
    return FALSE;
  return call->state == STATE_ANSWERED ||
         (call->state == STATE_RINGING && !(is_caller && strcmp (call->sides[CALLEE].user_id, other_id) == 0));
}

/* What keeps @user_id from calling: a call of its own, but not one that only rings. */
static gboolean
keeps_from_calling (const Call *call, const char *user_id, const char *other_id)
{
  return (call->state != STATE_ENDED && strcmp (call->sides[CALLER].user_id, user_id) == 0) ||
         (call->state == STATE_ANSWERED && strcmp (call->sides[CALLEE].user_id, user_id) == 0);
}

static Call *
find_by_test (YonderCallDesk *self, CallTest test, const char *user_id, const char *other_id)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (test (value, user_id, other_id))
      return value;
  return NULL;
}

/* A caller whose other call has lost its socket has given it up: a program that was started again does not know of it. */
static gboolean
make_free (YonderCallDesk *self, const char *caller_id, const char *callee_id, GError **error)
{
  Call *busy;

  while ((busy = find_by_test (self, keeps_from_calling, caller_id, callee_id)) != NULL) {
    Role role = strcmp (busy->sides[CALLER].user_id, caller_id) == 0 ? CALLER : CALLEE;

    if (is_present (&busy->sides[role]) && busy->sides[role].has_spoken) {
      g_set_error_literal (error, YONDER_CALL_DESK_ERROR, YONDER_CALL_DESK_ERROR_IN_CALL,
                           "You are in another call: end that one first.");
      return FALSE;
    }
    end_call (busy, left_reason (busy), caller_id);
  }
  return TRUE;
}

static Call *
add_call (YonderCallDesk *self, const YonderUser *caller, const YonderUser *callee, const char *kind)
{
  Call *call = g_new0 (Call, 1);

  call->desk = self;
  call->id = g_uuid_string_random ();
  call->kind = g_strdup (kind);
  call->sides[CALLER].user_id = g_strdup (caller->id);
  call->sides[CALLER].name = g_strdup (caller->name);
  call->sides[CALLEE].user_id = g_strdup (callee->id);
  call->sides[CALLEE].name = g_strdup (callee->name);
  g_hash_table_insert (self->calls, call->id, call);
  return call;
}

static void
tell_invited (Call *call, YonderSioSocket *socket)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "callId", call->id);
  json_object_set_string_member (object, "calleeId", call->sides[CALLEE].user_id);
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
 * Starts a call: tells the caller its id, and rings at every socket of the callee, for 45 seconds at most. A callee who is in a call
 * is busy: the call ends at once, with that reason.
 *
 * Returns: (transfer full) (nullable): the id of the call, or %NULL with @error set, whose message is for the user
 */
char *
yonder_call_desk_invite (YonderCallDesk *self, YonderSioSocket *socket, const char *callee_id, const char *kind, GError **error)
{
  const YonderUser *caller = yonder_presence_book_get_socket_user (socket);
  const YonderUser *callee = yonder_presence_book_get_user (self->presence, callee_id);
  g_autoptr (GPtrArray) sockets = NULL;
  gboolean is_busy;
  Call *call;

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
  if (!make_free (self, caller->id, callee->id, error))
    return NULL;

  is_busy = find_by_test (self, makes_busy, callee->id, caller->id) != NULL;
  call = add_call (self, caller, callee, kind);
  bind_side (call, CALLER, socket, TRUE);
  tell_invited (call, socket);
  if (is_busy) {
    call->ending = build_ending (call, "busy", callee->id);
    call->state = STATE_ENDED;
    yonder_vigi_emit (socket, "call_ended", json_object_ref (call->ending));
    bind_side (call, CALLER, NULL, FALSE);
    call->timer = yonder_clock_add (self->clock, REMEMBER_MS, on_forgotten, call, NULL);
    return g_strdup (call->id);
  }
  call->timer = yonder_clock_add (self->clock, RING_MS, on_rung_out, call, NULL);
  sockets = yonder_presence_book_list_sockets (self->presence, callee->id);
  for (guint i = 0; i < sockets->len; i++)
    yonder_vigi_emit (sockets->pdata[i], "incoming_call", build_incoming (call));
  return g_strdup (call->id);
}

/* (nullable): the call, if @socket's user has a part in it. One that has ended is told again how, and not returned; then no error is set. */
static Call *
find_call (YonderCallDesk *self, YonderSioSocket *socket, const char *call_id, Role *role, GError **error)
{
  const char *user_id = yonder_presence_book_get_socket_user (socket)->id;
  Call *call = g_hash_table_lookup (self->calls, call_id);

  if (call == NULL || (strcmp (call->sides[CALLER].user_id, user_id) != 0 && strcmp (call->sides[CALLEE].user_id, user_id) != 0)) {
    g_set_error_literal (error, YONDER_CALL_DESK_ERROR, YONDER_CALL_DESK_ERROR_UNKNOWN_CALL, "There is no such call (any more).");
    return NULL;
  }
  if (call->state == STATE_ENDED) {
    yonder_vigi_emit (socket, "call_ended", json_object_ref (call->ending));
    return NULL;
  }
  *role = strcmp (call->sides[CALLER].user_id, user_id) == 0 ? CALLER : CALLEE;
  return call;
}

/* Whether @socket speaks for its side of an answered call. It takes that over from one that is gone, or that was only a guess. */
static gboolean
speaks_for (Call *call, Role role, YonderSioSocket *socket)
{
  Side *side = &call->sides[role];

  if (side->socket != socket && is_present (side) && side->has_spoken)
    return FALSE;
  bind_side (call, role, socket, TRUE);
  return TRUE;
}

static void
set_wrong_state (GError **error, const char *message)
{
  g_set_error_literal (error, YONDER_CALL_DESK_ERROR, YONDER_CALL_DESK_ERROR_WRONG_STATE, message);
}

/* The callee's sockets at which the call was not answered stop ringing. */
static void
tell_answered_elsewhere (Call *call, YonderSioSocket *answering)
{
  g_autoptr (GPtrArray) sockets = yonder_presence_book_list_sockets (call->desk->presence, call->sides[CALLEE].user_id);

  for (guint i = 0; i < sockets->len; i++)
    if (sockets->pdata[i] != answering)
      yonder_vigi_emit (sockets->pdata[i], "call_ended", build_ending (call, "answered-elsewhere", call->sides[CALLEE].user_id));
}

/* Of two who called each other, the other call is over once one is answered. */
static void
end_crossing (Call *answered)
{
  g_autoptr (GList) calls = g_hash_table_get_values (answered->desk->calls);

  for (GList *l = calls; l; l = l->next) {
    Call *call = l->data;

    if (call->state == STATE_RINGING && strcmp (call->sides[CALLER].user_id, answered->sides[CALLEE].user_id) == 0 &&
        strcmp (call->sides[CALLEE].user_id, answered->sides[CALLER].user_id) == 0)
      end_call (call, "ended", NULL);
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
  Role role;
  Call *call = find_call (self, socket, call_id, &role, error);
  JsonObject *object;

  if (call == NULL)
    return *error == NULL;
  if (role != CALLEE || call->state != STATE_RINGING) {
    if (role == CALLEE && call->sides[CALLEE].socket == socket)
      return TRUE; /* said twice */
    set_wrong_state (error, "This call cannot be answered (any more).");
    return FALSE;
  }
  yonder_clock_clear (self->clock, &call->timer);
  call->state = STATE_ANSWERED;
  call->answered_us = yonder_clock_now_us (self->clock);
  bind_side (call, CALLEE, socket, TRUE);
  g_info ("Call %s: answered", call->id);

  object = json_object_new ();
  json_object_set_string_member (object, "callId", call->id);
  json_object_set_string_member (object, "calleeId", call->sides[CALLEE].user_id);
  json_object_set_string_member (object, "type", call->kind);
  send_to_side (call, CALLER, "call_answered", object);
  send_to_side (call, CALLEE, "call_answered", object);
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
  Role role;
  Call *call = find_call (self, socket, call_id, &role, error);

  if (call == NULL)
    return *error == NULL;
  if (role != CALLEE || call->state != STATE_RINGING) {
    set_wrong_state (error, "This call cannot be declined (any more).");
    return FALSE;
  }
  end_call (call, "declined", call->sides[CALLEE].user_id);
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
  Role role;
  Call *call = find_call (self, socket, call_id, &role, error);

  if (call == NULL)
    return *error == NULL;
  if (call->state == STATE_RINGING)
    end_call (call, role == CALLER ? "missed" : "declined", call->sides[role].user_id);
  else if (speaks_for (call, role, socket))
    end_call (call, "ended", call->sides[role].user_id);
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
  Role role;
  Call *call = find_call (self, socket, call_id, &role, error);
  Role other = role == CALLER ? CALLEE : CALLER;

  if (call == NULL)
    return *error == NULL;
  if (call->state != STATE_ANSWERED) {
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
  send_to_side (call, other, event, payload);
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
    n += ((Call *) value)->state != STATE_ENDED;
  return n;
}
