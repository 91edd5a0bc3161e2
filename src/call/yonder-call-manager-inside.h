/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of YonderCallManager: the list of calls and what the user does in yonder-call-manager.c, what comes from the call server in
 * yonder-call-arrivals.c. */

#pragma once

#include "yonder-call-manager.h"

G_BEGIN_DECLS

struct _YonderCallManager {
  GObject parent_instance;

  YonderSignaling    *signaling;
  YonderMediaFactory *media;
  YonderContactList  *contacts; /* (nullable) */
  YonderClock        *clock;
  YonderIceSources   *ice_sources; /* (nullable) */
  char               *meeting_base; /* (nullable) */
  YonderDoorkeeper   *doorkeeper; /* (nullable) */

  GPtrArray          *calls;  /* (element-type YonderCall), newest last */
  YonderCallFloor    *floor;
};

void        yonder_call_manager_hear          (YonderCallManager *self);
YonderCall *yonder_call_manager_add_call      (YonderCallManager *self, YonderContact *peer, YonderCallKind kind);
YonderCall *yonder_call_manager_find_incoming (YonderCallManager *self, const char *peer_id); /* (nullable) */
gboolean    yonder_call_is_of_peer            (YonderCall *call, const char *peer_id);

G_END_DECLS
