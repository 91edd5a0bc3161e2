/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderLine - one user on one call server, with everything that hangs on it: account, connection, contacts, people, calls.
 *
 * Made by signing in; what the windows show and act on comes from here. Several may be open, each with its own doorkeeper and its own
 * way to STUN and TURN servers. Thread: main context. Owned by the switchboard until the user signs out.
 */

#pragma once

#include "yonder-account.h"
#include "yonder-call-manager.h"
#include "yonder-ice-sources.h"
#include "yonder-people.h"

G_BEGIN_DECLS

#define YONDER_TYPE_LINE (yonder_line_get_type ())
G_DECLARE_FINAL_TYPE (YonderLine, yonder_line, YONDER, LINE, GObject)

/* How to sign in; the strings are borrowed for the call only. With a token the others may be NULL; without a password, as a guest. */
typedef struct {
  const char *server;
  const char *profile;
  const char *user;
  const char *password;
  const char *token;
} YonderLineCredentials;

/* What a line is made with; borrowed for the call only, and referenced from there. */
typedef struct {
  YonderMediaFactory *media;
  YonderCallFloor    *floor;       /* of all lines */
  YonderIceSources   *ice_sources; /* of this line alone: it is told to ask the call server as well */
  YonderPeopleBook   *book;
  GSettings          *settings;
  YonderClock        *clock;
  const char         *key;         /* (nullable): what is noted of this server is kept under it; its address where it is NULL */
} YonderLineParts;

void        yonder_line_open_async  (const YonderLineCredentials *credentials, const YonderLineParts *parts,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
YonderLine *yonder_line_open_finish (GAsyncResult *result, GError **error);
void        yonder_line_close       (YonderLine *self);
void        yonder_line_reconnect   (YonderLine *self);
void        yonder_line_look_after  (YonderLine *self);

YonderAccount         *yonder_line_get_account   (YonderLine *self);
YonderSocketSignaling *yonder_line_get_signaling (YonderLine *self);
YonderContactList     *yonder_line_get_contacts  (YonderLine *self);
YonderCallManager     *yonder_line_get_calls     (YonderLine *self);
YonderPeople          *yonder_line_get_people    (YonderLine *self);
YonderIceSources      *yonder_line_get_ice_sources (YonderLine *self);
const char            *yonder_line_get_mark      (YonderLine *self);
const char            *yonder_line_get_place     (YonderLine *self);
void                   yonder_line_set_place     (YonderLine *self, const char *place);
gboolean               yonder_line_is_online     (YonderLine *self);
gboolean               yonder_line_get_offers_calls (YonderLine *self);

G_END_DECLS
