/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-desk-call.h"

#include "yonder-vigi.h"

/* How long a side may be gone. An answered call has sound and picture meanwhile; one that rings only a waiting person. */
#define GRACE_RINGING_MS 10000
#define GRACE_ANSWERED_MS 60000

#define REMEMBER_MS 60000
static void on_disconnected (YonderSioSocket *socket, const char *reason, gboolean may_return, YonderDeskCall *call);
static void on_returned     (YonderSioSocket *socket, YonderDeskCall *call);

/* Gives a side its socket, or takes it away. */
void
yonder_desk_call_bind (YonderDeskCall *call, YonderDeskRole role, YonderSioSocket *socket, gboolean has_spoken)
{
  YonderDeskSide *side = &call->sides[role];

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

/* For the table of calls. */
void
yonder_desk_call_free (gpointer data)
{
  YonderDeskCall *self = data;

  for (YonderDeskRole role = YONDER_DESK_CALLER; role <= YONDER_DESK_CALLEE; role++) {
    yonder_clock_clear (self->desk->clock, &self->grace_timers[role]);
    yonder_desk_call_bind (self, role, NULL, FALSE);
    g_free (self->sides[role].user_id);
    g_free (self->sides[role].name);
  }
  yonder_clock_clear (self->desk->clock, &self->timer);
  g_clear_pointer (&self->ending, json_object_unref);
  g_free (self->kind);
  g_free (self->id);
  g_free (self);
}

/* Whether the socket of a side is there. */
gboolean
yonder_desk_side_is_present (const YonderDeskSide *side)
{
  return side->socket != NULL && yonder_sio_socket_is_connected (side->socket);
}

/* To the side's own socket; while that is away, also to whatever else its user has, since that may be where it comes back. */
void
yonder_desk_call_send (YonderDeskCall *call, YonderDeskRole role, const char *event, JsonObject *payload)
{
  const YonderDeskSide *side = &call->sides[role];
  g_autoptr (GPtrArray) sockets = NULL;

  if (side->socket != NULL)
    yonder_vigi_emit (side->socket, event, json_object_ref (payload));
  if (yonder_desk_side_is_present (side))
    return;
  sockets = yonder_presence_book_list_sockets (call->desk->presence, side->user_id);
  for (guint i = 0; i < sockets->len; i++)
    if (sockets->pdata[i] != side->socket)
      yonder_vigi_emit (sockets->pdata[i], event, json_object_ref (payload));
}

/* What call_ended says. */
JsonObject *
yonder_desk_call_build_ending (YonderDeskCall *call, const char *reason, const char *ended_by)
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
  YonderDeskCall *call = data;

  call->timer = 0;
  g_hash_table_remove (call->desk->calls, call->id);
  return G_SOURCE_REMOVE;
}

/* The call is over, in the words of @ending, which is taken. */
void
yonder_desk_call_remember (YonderDeskCall *call, JsonObject *ending)
{
  YonderClock *clock = call->desk->clock;

  call->ending = ending;
  call->state = YONDER_DESK_ENDED;
  yonder_clock_clear (clock, &call->timer);
  call->timer = yonder_clock_add (clock, REMEMBER_MS, on_forgotten, call, NULL);
}

/* Ends a call, and remembers for a while how: late messages get told. */
void
yonder_desk_call_end (YonderDeskCall *call, const char *reason, const char *ended_by)
{
  if (call->state == YONDER_DESK_ENDED)
    return;
  g_info ("Call %s: %s", call->id, reason);
  if (call->state == YONDER_DESK_ANSWERED) {
    YonderStoreQuery *query = yonder_store_query_new (YONDER_STORE_DROP_CALL);

    query->text = g_strdup (call->id);
    yonder_user_store_ask_async (call->desk->store, query, NULL, NULL, NULL);
  }
  yonder_desk_call_remember (call, yonder_desk_call_build_ending (call, reason, ended_by));
  for (YonderDeskRole role = YONDER_DESK_CALLER; role <= YONDER_DESK_CALLEE; role++) {
    yonder_desk_call_send (call, role, "call_ended", call->ending);
    yonder_clock_clear (call->desk->clock, &call->grace_timers[role]);
    yonder_desk_call_bind (call, role, NULL, FALSE);
  }
}

/* How a call ends that one side has left without a word. */
const char *
yonder_desk_call_left_reason (const YonderDeskCall *call)
{
  return call->state == YONDER_DESK_RINGING ? "missed" : "failed";
}

static gboolean
on_caller_grace_over (gpointer data)
{
  YonderDeskCall *call = data;

  call->grace_timers[YONDER_DESK_CALLER] = 0;
  yonder_desk_call_end (call, yonder_desk_call_left_reason (call), call->sides[YONDER_DESK_CALLER].user_id);
  return G_SOURCE_REMOVE;
}

static gboolean
on_callee_grace_over (gpointer data)
{
  YonderDeskCall *call = data;

  call->grace_timers[YONDER_DESK_CALLEE] = 0;
  yonder_desk_call_end (call, yonder_desk_call_left_reason (call), call->sides[YONDER_DESK_CALLEE].user_id);
  return G_SOURCE_REMOVE;
}

/* A side is away: the call ends if it does not come back in time. */
void
yonder_desk_call_await (YonderDeskCall *call, YonderDeskRole role)
{
  static const GSourceFunc grace_over[] = { on_caller_grace_over, on_callee_grace_over };
  guint grace_ms = call->state == YONDER_DESK_RINGING ? GRACE_RINGING_MS : GRACE_ANSWERED_MS;

  yonder_clock_clear (call->desk->clock, &call->grace_timers[role]);
  call->grace_timers[role] = yonder_clock_add (call->desk->clock, grace_ms, grace_over[role], call, NULL);
}

static void
on_disconnected (YonderSioSocket *socket, const char *reason, gboolean may_return, YonderDeskCall *call)
{
  for (YonderDeskRole role = YONDER_DESK_CALLER; role <= YONDER_DESK_CALLEE; role++) {
    YonderDeskSide *side = &call->sides[role];

    if (side->socket != socket)
      continue;
    if (!may_return) {
      yonder_desk_call_end (call, yonder_desk_call_left_reason (call), side->user_id);
      return;
    }
    yonder_desk_call_await (call, role);
  }
}

static void
on_returned (YonderSioSocket *socket, YonderDeskCall *call)
{
  for (YonderDeskRole role = YONDER_DESK_CALLER; role <= YONDER_DESK_CALLEE; role++)
    if (call->sides[role].socket == socket)
      yonder_clock_clear (call->desk->clock, &call->grace_timers[role]);
}
