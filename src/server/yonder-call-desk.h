/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderCallDesk - the calls of a server: who rings whom, who talks to whom, and what passes between them.
 *
 * A call rings at every socket of its callee and belongs, once answered, to one socket of each side. Whatever happens to it is
 * told to those concerned by events of the `vigi` vocabulary. A side whose connection is lost may come back, on the same socket
 * or on a new one, before a grace period has passed. An ended call is remembered for a while, so that late messages get told how
 * it ended. An answered one is kept in the user store as well, so that both sides find it again when the server was started anew.
 *
 * Thread: main context.
 */

#pragma once

#include "yonder-presence-book.h"
#include "yonder-user-store.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_CALL_DESK_ERROR_UNKNOWN_CALL, /* or not one of this user's */
  YONDER_CALL_DESK_ERROR_WRONG_STATE,
  YONDER_CALL_DESK_ERROR_OFFLINE,      /* whom to call is not here */
  YONDER_CALL_DESK_ERROR_NOT_ALLOWED,
  YONDER_CALL_DESK_ERROR_IN_CALL,      /* the caller is in another one */
} YonderCallDeskError;

#define YONDER_CALL_DESK_ERROR (yonder_call_desk_error_quark ())
GQuark yonder_call_desk_error_quark (void);

#define YONDER_TYPE_CALL_DESK (yonder_call_desk_get_type ())
G_DECLARE_FINAL_TYPE (YonderCallDesk, yonder_call_desk, YONDER, CALL_DESK, GObject)

YonderCallDesk *yonder_call_desk_new     (YonderPresenceBook *presence, YonderUserStore *store, YonderClock *clock);
void            yonder_call_desk_clear   (YonderCallDesk *self);

void            yonder_call_desk_add     (YonderCallDesk *self, YonderSioSocket *socket);
char           *yonder_call_desk_invite  (YonderCallDesk *self, YonderSioSocket *socket, const char *callee_id, const char *kind,
                                          GError **error);
gboolean        yonder_call_desk_answer  (YonderCallDesk *self, YonderSioSocket *socket, const char *call_id, GError **error);
gboolean        yonder_call_desk_decline (YonderCallDesk *self, YonderSioSocket *socket, const char *call_id, GError **error);
gboolean        yonder_call_desk_hang_up (YonderCallDesk *self, YonderSioSocket *socket, const char *call_id, GError **error);
gboolean        yonder_call_desk_relay   (YonderCallDesk *self, YonderSioSocket *socket, const char *call_id, const char *to,
                                          const char *event, JsonObject *payload, GError **error);

guint           yonder_call_desk_count   (YonderCallDesk *self);

G_END_DECLS
