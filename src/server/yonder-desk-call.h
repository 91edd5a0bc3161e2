/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderDeskCall - one call on the call desk: its two sides, their sockets, and how it ends.
 *
 * What the desk lets people do with it is in yonder-call-desk.c. Owned by the desk's table; an ended call stays there for a
 * while. Private to this room. Thread: main context.
 */

#pragma once

#include "yonder-call-desk.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_DESK_RINGING,
  YONDER_DESK_ANSWERED,
  YONDER_DESK_ENDED,
} YonderDeskState;

typedef enum { YONDER_DESK_CALLER, YONDER_DESK_CALLEE } YonderDeskRole;

typedef struct {
  char            *user_id;
  char            *name;
  YonderSioSocket *socket; /* (nullable): of a callee only once it has answered */
  gboolean         has_spoken; /* on this socket, about this call */
} YonderDeskSide;

typedef struct {
  YonderCallDesk *desk; /* borrowed */
  char           *id;
  char           *kind;
  YonderDeskState           state;
  YonderDeskSide            sides[2];
  gint64          answered_us;
  guint           timer; /* ringing; for an ended call, until it is forgotten */
  guint           grace_timers[2];
  JsonObject     *ending; /* what call_ended said */
} YonderDeskCall;

struct _YonderCallDesk {
  GObject parent_instance;

  YonderPresenceBook *presence;
  YonderUserStore    *store;
  YonderClock        *clock;
  GHashTable         *calls; /* id to YonderDeskCall */
};

void        yonder_desk_call_free         (gpointer data);
gboolean    yonder_desk_side_is_present   (const YonderDeskSide *side);
void        yonder_desk_call_bind         (YonderDeskCall *call, YonderDeskRole role, YonderSioSocket *socket,
                                           gboolean has_spoken);
void        yonder_desk_call_await        (YonderDeskCall *call, YonderDeskRole role);
void        yonder_desk_call_send         (YonderDeskCall *call, YonderDeskRole role, const char *event, JsonObject *payload);
JsonObject *yonder_desk_call_build_ending (YonderDeskCall *call, const char *reason, const char *ended_by);
void        yonder_desk_call_end          (YonderDeskCall *call, const char *reason, const char *ended_by);
void        yonder_desk_call_remember     (YonderDeskCall *call, JsonObject *ending);
const char *yonder_desk_call_left_reason  (const YonderDeskCall *call);

G_END_DECLS
