/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderServerCheck - whether a call server can be reached: the errands HTTP and WEBSOCKET of the network check.
 *
 * Opens sessions of its own, signs in nowhere, and closes them at once. Thread: main context.
 */

#pragma once

#include "yonder-check-helper.h"
#include "yonder-clock.h"

G_BEGIN_DECLS

#define YONDER_TYPE_SERVER_CHECK (yonder_server_check_get_type ())
G_DECLARE_FINAL_TYPE (YonderServerCheck, yonder_server_check, YONDER, SERVER_CHECK, GObject)

/* @tls_database: (nullable): whom to trust instead of those that the system trusts */
YonderServerCheck *yonder_server_check_new (const char *server, GTlsDatabase *tls_database, YonderClock *clock);

G_END_DECLS
