/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderCallManager - all calls of one account: dials, takes incoming ones, resolves glare, holds the calls that live.
 *
 * A GListModel of YonderCall, newest last; an ended call stays until dismiss(). Thread: main context.
 * Signals: incoming (YonderCall *call); silenced (YonderCall *call): comes in without ringing, since the same person rang too often;
 * redialled (YonderCall *former, YonderCall *call): a connection broke and could not be mended, so
 * that the same person is called again: whoever shows the former call shows this one now.
 * One call at most has the microphone, of this account or, with a floor that is shared, of all: see YonderCallFloor.
 * Properties (notify): meeting-base (nullable, rw): an https address below which two people whom no path connects can meet in the browser,
 * from the next call on; without it only where the other side says.
 */

#pragma once

#include "yonder-call-floor.h"
#include "yonder-call.h"
#include "yonder-clock.h"
#include "yonder-doorkeeper.h"
#include "yonder-ice-sources.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CALL_MANAGER (yonder_call_manager_get_type ())
G_DECLARE_FINAL_TYPE (YonderCallManager, yonder_call_manager, YONDER, CALL_MANAGER, GObject)

/* @contacts may be NULL (cli, echo): peers are then strangers. */
YonderCallManager *yonder_call_manager_new             (YonderSignaling *signaling, YonderMediaFactory *media, YonderContactList *contacts, YonderClock *clock);
void               yonder_call_manager_set_ice_sources (YonderCallManager *self, YonderIceSources *sources);
void               yonder_call_manager_set_doorkeeper  (YonderCallManager *self, YonderDoorkeeper *doorkeeper);
void               yonder_call_manager_set_floor       (YonderCallManager *self, YonderCallFloor *floor);
YonderCallFloor   *yonder_call_manager_get_floor       (YonderCallManager *self);
YonderCall        *yonder_call_manager_dial            (YonderCallManager *self, YonderContact *peer, YonderCallKind kind);
void               yonder_call_manager_hold_and_accept (YonderCallManager *self, YonderCall *call, gboolean with_video);
YonderCall        *yonder_call_manager_get_active      (YonderCallManager *self); /* (nullable) */
void               yonder_call_manager_dismiss         (YonderCallManager *self, YonderCall *call);
void               yonder_call_manager_hang_up_all     (YonderCallManager *self);
/* The network changed or the computer slept: every connected call rebuilds its path. */
void               yonder_call_manager_recover_all     (YonderCallManager *self);
/* Something about the network changed: those whose path is lost try again at once. */
void               yonder_call_manager_recover_lost    (YonderCallManager *self);

G_END_DECLS
