/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderQualityButton - how good the connection is at the moment, as bars and in one word; a click opens the details.
 *
 * Thread: main context. Properties: call (YonderCall, nullable), compact (bars alone).
 */

#pragma once

#include <adwaita.h>

#include "yonder-call.h"

G_BEGIN_DECLS

#define YONDER_TYPE_QUALITY_BUTTON (yonder_quality_button_get_type ())
G_DECLARE_FINAL_TYPE (YonderQualityButton, yonder_quality_button, YONDER, QUALITY_BUTTON, AdwBin)

G_END_DECLS
