/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderRestApi - what the server offers over plain HTTP below "/api/": sign-in, people, contacts, ICE servers.
 *
 * JSON both ways; a failure is {error} with a sentence for the user. Thread: main context, where the SoupServer runs.
 */

#pragma once

#include "yonder-http.h"
#include "yonder-presence-book.h"
#include "yonder-turn-ticket.h"
#include "yonder-user-store.h"

G_BEGIN_DECLS

#define YONDER_TYPE_REST_API (yonder_rest_api_get_type ())
G_DECLARE_FINAL_TYPE (YonderRestApi, yonder_rest_api, YONDER, REST_API, GObject)

YonderRestApi *yonder_rest_api_new              (SoupServer *soup, YonderUserStore *store, YonderPresenceBook *presence,
                                                 YonderClock *clock);
void           yonder_rest_api_stop             (YonderRestApi *self);
void           yonder_rest_api_set_origins      (YonderRestApi *self, const YonderOriginPolicy *origins);
void           yonder_rest_api_set_allow_guests (YonderRestApi *self, gboolean allow);
void           yonder_rest_api_set_turn         (YonderRestApi *self, const YonderTurnConfig *turn);

G_END_DECLS
