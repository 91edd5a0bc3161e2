/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderIncomingPage - somebody calls: who it is, and the buttons to answer or decline (actions call.* of the window).
 *
 * Properties: call (YonderCall, nullable).
 */

#pragma once

#include <adwaita.h>

#include "yonder-call.h"

G_BEGIN_DECLS

#define YONDER_TYPE_INCOMING_PAGE (yonder_incoming_page_get_type ())
G_DECLARE_FINAL_TYPE (YonderIncomingPage, yonder_incoming_page, YONDER, INCOMING_PAGE, AdwBin)

void yonder_incoming_page_set_other_call (YonderIncomingPage *self, YonderCall *other, gboolean can_hold);

G_END_DECLS
