/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderDoorkeeper - who may ring: not those who are blocked, on demand contacts alone, and nobody again and again.
 *
 * The call of somebody who is blocked is declined at once, as if by hand: left to ring unheard it would keep the line busy for others.
 * Who rings too often, or is no contact where only those may ring, comes in silently and is found among the missed calls.
 * Thread: main context. Properties (notify, rw): blocked (GStrv): ids; contacts-only.
 */

#pragma once

#include "yonder-clock.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_DOOR_RING,
  YONDER_DOOR_SILENT, /* to be seen, not to be heard */
  YONDER_DOOR_ENOUGH, /* the same, since they rang too often: the user may want to know */
  YONDER_DOOR_SHUT,
} YonderDoor;

#define YONDER_TYPE_DOORKEEPER (yonder_doorkeeper_get_type ())
G_DECLARE_FINAL_TYPE (YonderDoorkeeper, yonder_doorkeeper, YONDER, DOORKEEPER, GObject)

YonderDoorkeeper *yonder_doorkeeper_new         (YonderClock *clock);
YonderDoor        yonder_doorkeeper_ask         (YonderDoorkeeper *self, const char *peer_id, gboolean is_contact);
void              yonder_doorkeeper_forgive     (YonderDoorkeeper *self, const char *peer_id);
gboolean          yonder_doorkeeper_is_blocked  (YonderDoorkeeper *self, const char *peer_id);
void              yonder_doorkeeper_set_blocked (YonderDoorkeeper *self, const char *peer_id, gboolean blocked);

G_END_DECLS
