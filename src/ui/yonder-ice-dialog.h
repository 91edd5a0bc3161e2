/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderIceDialog - the ICE panel of one call, and its export.
 *
 * Thread: main context. Keeps what it shows alive.
 */

#pragma once

#include <adwaita.h>

#include "yonder-call-inspection.h"

G_BEGIN_DECLS

#define YONDER_TYPE_ICE_DIALOG (yonder_ice_dialog_get_type ())
G_DECLARE_FINAL_TYPE (YonderIceDialog, yonder_ice_dialog, YONDER, ICE_DIALOG, AdwDialog)

AdwDialog *yonder_ice_dialog_new_for_call (YonderCallInspection *inspection);

G_END_DECLS
