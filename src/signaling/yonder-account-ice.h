/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderAccountIce - the STUN and TURN servers that a call server lends to its users, as a provider.
 *
 * Asks the endpoint of the account's profile with the account's token. Thread: main context. Keeps its account alive.
 */

#pragma once

#include "yonder-account.h"
#include "yonder-ice-provider.h"

G_BEGIN_DECLS

#define YONDER_TYPE_ACCOUNT_ICE (yonder_account_ice_get_type ())
G_DECLARE_FINAL_TYPE (YonderAccountIce, yonder_account_ice, YONDER, ACCOUNT_ICE, GObject)

YonderIceProvider *yonder_account_ice_new (YonderAccount *account);

G_END_DECLS
