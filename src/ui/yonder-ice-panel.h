/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderIcePanel - how one call is connected, or why it is not: a sentence, graphs, states, pairs, candidates and the timeline.
 *
 * Follows a YonderCallInspection, live or of a call that is over. Thread: main context. Properties: inspection (construct only).
 */

#pragma once

#include <adwaita.h>

#include "yonder-call-inspection.h"

G_BEGIN_DECLS

#define YONDER_TYPE_ICE_PANEL (yonder_ice_panel_get_type ())
G_DECLARE_FINAL_TYPE (YonderIcePanel, yonder_ice_panel, YONDER, ICE_PANEL, AdwBin)

GtkWidget *yonder_ice_panel_new (YonderCallInspection *inspection);

G_END_DECLS
