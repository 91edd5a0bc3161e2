/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderNetworkPage - the preferences about how calls find their way: the servers in use, the user's own, a provider, relays only.
 *
 * Shows toasts through the preferences dialog around it. Thread: main context.
 */

#pragma once

#include <adwaita.h>

#include "yonder-clock.h"
#include "yonder-ice-account.h"
#include "yonder-ice-server-list.h"
#include "yonder-ice-sources.h"

G_BEGIN_DECLS

#define YONDER_TYPE_NETWORK_PAGE (yonder_network_page_get_type ())
G_DECLARE_FINAL_TYPE (YonderNetworkPage, yonder_network_page, YONDER, NETWORK_PAGE, AdwPreferencesPage)

YonderNetworkPage *yonder_network_page_new (YonderIceServerList *list, YonderIceAccount *account, YonderIceSources *sources,
                                            YonderClock *clock);

G_END_DECLS
