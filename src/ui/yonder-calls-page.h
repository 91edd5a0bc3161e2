/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderCallsPage - the page of the preferences about calls: the way out when one cannot be connected, and whether to offer any.
 *
 * Thread: main context; owned by the preferences dialog.
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define YONDER_TYPE_CALLS_PAGE (yonder_calls_page_get_type ())
G_DECLARE_FINAL_TYPE (YonderCallsPage, yonder_calls_page, YONDER, CALLS_PAGE, AdwPreferencesPage)

YonderCallsPage *yonder_calls_page_new (GSettings *settings, const char *server);

G_END_DECLS
