/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderSwitchboard - opens a line for every account that is on, keeps it open, and lets go of it again.
 *
 * All of them at once: calls ring from any. What keeps an account from signing in stands in its YonderAccountEntry; what the network
 * keeps from working is tried again by itself. The lines share one
 * microphone. Tokens are in YonderSecrets and nowhere else. Thread: main context. Owned by the application.
 * Signals: asked (YonderAccountEntry *entry): an account cannot sign in before the user has done something; changed (): one
 * stands otherwise than before, or was added or removed.
 */

#pragma once

#include "yonder-account-book.h"
#include "yonder-host.h"
#include "yonder-secrets.h"

G_BEGIN_DECLS

/* Makes what a line asks for STUN and TURN servers. Returns: (transfer full) */
typedef YonderIceSources *(*YonderIceSourcesMaker) (gpointer data);

/* Referenced, but for @data, which outlives the switchboard. */
typedef struct {
  YonderAccountBook    *book;
  YonderHost           *host;
  YonderSecrets        *secrets;
  YonderMediaFactory   *media;
  YonderCallFloor      *floor;
  YonderPeopleBook     *people;
  GSettings            *settings;
  YonderClock          *clock;
  YonderIceSourcesMaker make_ice_sources;
  gpointer              data;
} YonderSwitchboardParts;

#define YONDER_TYPE_SWITCHBOARD (yonder_switchboard_get_type ())
G_DECLARE_FINAL_TYPE (YonderSwitchboard, yonder_switchboard, YONDER, SWITCHBOARD, GObject)

YonderSwitchboard  *yonder_switchboard_new          (const YonderSwitchboardParts *parts);
YonderAccountBook  *yonder_switchboard_get_book     (YonderSwitchboard *self);
GListModel         *yonder_switchboard_get_lines    (YonderSwitchboard *self); /* of YonderLine */
YonderLine         *yonder_switchboard_find_line    (YonderSwitchboard *self, const char *mark); /* (nullable) */
YonderAccountEntry *yonder_switchboard_find_entry   (YonderSwitchboard *self, YonderLine *line); /* (nullable) */
gboolean            yonder_switchboard_is_busy      (YonderSwitchboard *self);

void                yonder_switchboard_open         (YonderSwitchboard *self, YonderAccountEntry *entry);
void                yonder_switchboard_open_all     (YonderSwitchboard *self);
void                yonder_switchboard_open_with_token (YonderSwitchboard *self, YonderAccountEntry *entry, const char *token);
void                yonder_switchboard_try_again    (YonderSwitchboard *self);
void                yonder_switchboard_close        (YonderSwitchboard *self, YonderAccountEntry *entry);
void                yonder_switchboard_close_all    (YonderSwitchboard *self);
void                yonder_switchboard_sign_out     (YonderSwitchboard *self, YonderAccountEntry *entry);
void                yonder_switchboard_forget       (YonderSwitchboard *self, YonderAccountEntry *entry);

void                yonder_switchboard_join_async   (YonderSwitchboard *self, const YonderLineCredentials *credentials,
                                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
YonderAccountEntry *yonder_switchboard_join_finish  (YonderSwitchboard *self, GAsyncResult *result, GError **error);
void                yonder_switchboard_host         (YonderSwitchboard *self, const char *name); /* @name: (nullable) */

G_END_DECLS
