/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderPresenceBook - who is here: the users of the server and the sockets of each.
 *
 * A user with a connected socket is online, or away when all of them say so. One whose connection was lost stays for a moment, so
 * that a short break is not seen by everybody. Thread: main context. Signals:
 *   changed (char *user_id, char *status)   "online", "away" or "offline"; still listed while "offline" is told
 */

#pragma once

#include "yonder-clock.h"
#include "yonder-sio-socket.h"
#include "yonder-user-store.h"

G_BEGIN_DECLS

#define YONDER_TYPE_PRESENCE_BOOK (yonder_presence_book_get_type ())
G_DECLARE_FINAL_TYPE (YonderPresenceBook, yonder_presence_book, YONDER, PRESENCE_BOOK, GObject)

YonderPresenceBook *yonder_presence_book_new           (YonderClock *clock);
gboolean            yonder_presence_book_add           (YonderPresenceBook *self, YonderSioSocket *socket);
void                yonder_presence_book_set_away      (YonderPresenceBook *self, YonderSioSocket *socket, gboolean is_away);
void                yonder_presence_book_clear         (YonderPresenceBook *self);

const YonderUser   *yonder_presence_book_get_user      (YonderPresenceBook *self, const char *user_id);
const char         *yonder_presence_book_get_status    (YonderPresenceBook *self, const char *user_id);
GPtrArray          *yonder_presence_book_list_sockets  (YonderPresenceBook *self, const char *user_id);
GPtrArray          *yonder_presence_book_list_users    (YonderPresenceBook *self);

void                yonder_presence_book_set_socket_user (YonderSioSocket *socket, const YonderUser *user);
const YonderUser   *yonder_presence_book_get_socket_user (YonderSioSocket *socket);

G_END_DECLS
