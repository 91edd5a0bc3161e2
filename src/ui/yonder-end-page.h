/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderEndPage - a call is over: why, in words, and whether to call again (action call.again of the window).
 *
 * Properties: call (YonderCall, nullable).
 */

#pragma once

#include <adwaita.h>

#include "yonder-call.h"

G_BEGIN_DECLS

#define YONDER_TYPE_END_PAGE (yonder_end_page_get_type ())
G_DECLARE_FINAL_TYPE (YonderEndPage, yonder_end_page, YONDER, END_PAGE, AdwBin)

/* Whether to offer another call, and a room in the browser as a way out. */
void yonder_end_page_set_offers (YonderEndPage *self, gboolean call, const char *meeting_uri);

G_END_DECLS
