/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderAccountEntry - one account that the user keeps: where, as whom, whether it is on, and how it stands now.
 *
 * What is written down (server, profile, user, is-guest, is-on) is kept by a YonderAccountBook; how it stands is said by the
 * YonderSwitchboard, which opens its line. Holds no password and no token. Thread: main context. All properties notify.
 */

#pragma once

#include "yonder-line.h"

G_BEGIN_DECLS

/* The server of the account on the server in this process, whose port is another one at each start. */
#define YONDER_ACCOUNT_HERE "this-computer"

typedef enum {
  YONDER_STANDING_OFF,
  YONDER_STANDING_SIGNING_IN,
  YONDER_STANDING_WAITING, /* it did not work, and is tried again by itself */
  YONDER_STANDING_ASKING,  /* it does not work before the user has done something */
  YONDER_STANDING_OPEN,    /* there is a line; whether it is connected is the line's to say */
} YonderStanding;

GType yonder_standing_get_type (void);
#define YONDER_TYPE_STANDING (yonder_standing_get_type ())

#define YONDER_TYPE_ACCOUNT_ENTRY (yonder_account_entry_get_type ())
G_DECLARE_FINAL_TYPE (YonderAccountEntry, yonder_account_entry, YONDER, ACCOUNT_ENTRY, GObject)

YonderAccountEntry *yonder_account_entry_new         (const char *server, const char *profile, const char *user, gboolean is_guest);
const char         *yonder_account_entry_get_server  (YonderAccountEntry *self);
const char         *yonder_account_entry_get_profile (YonderAccountEntry *self);
const char         *yonder_account_entry_get_user    (YonderAccountEntry *self);
gboolean            yonder_account_entry_is_guest    (YonderAccountEntry *self);
void                yonder_account_entry_set_guest   (YonderAccountEntry *self, gboolean is_guest);
gboolean            yonder_account_entry_is_on       (YonderAccountEntry *self);
void                yonder_account_entry_set_on      (YonderAccountEntry *self, gboolean is_on);
gboolean            yonder_account_entry_is_here     (YonderAccountEntry *self); /* on the server in this process */
gboolean            yonder_account_entry_is_passing  (YonderAccountEntry *self); /* not to be written down */
void                yonder_account_entry_set_passing (YonderAccountEntry *self, gboolean is_passing);
char               *yonder_account_entry_dup_place   (YonderAccountEntry *self);

YonderStanding      yonder_account_entry_get_standing (YonderAccountEntry *self);
const char         *yonder_account_entry_get_sentence (YonderAccountEntry *self); /* (nullable): why it does not work */
void                yonder_account_entry_set_standing (YonderAccountEntry *self, YonderStanding standing, const char *sentence);
YonderLine         *yonder_account_entry_get_line     (YonderAccountEntry *self); /* (nullable) */
void                yonder_account_entry_set_line     (YonderAccountEntry *self, YonderLine *line);

char               *yonder_account_place_of_server    (const char *server);

G_END_DECLS
