/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderIceDialog - the ICE panel of one call, or the list of the last calls and the panel of the one that is chosen; and its export.
 *
 * Thread: main context. Keeps what it shows alive.
 */

#pragma once

#include <adwaita.h>

#include "yonder-call-history.h"
#include "yonder-call-inspection.h"

G_BEGIN_DECLS

#define YONDER_TYPE_ICE_DIALOG (yonder_ice_dialog_get_type ())
G_DECLARE_FINAL_TYPE (YonderIceDialog, yonder_ice_dialog, YONDER, ICE_DIALOG, AdwDialog)

AdwDialog *yonder_ice_dialog_new_for_call    (YonderCallInspection *inspection);
AdwDialog *yonder_ice_dialog_new_for_history (YonderCallHistory *history);

G_END_DECLS
