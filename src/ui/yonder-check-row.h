/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderCheckRow - one step of the network check in a list: how it goes, what came of it, how long it took. */

#pragma once

#include <adwaita.h>

#include "yonder-check-step.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CHECK_ROW (yonder_check_row_get_type ())
G_DECLARE_FINAL_TYPE (YonderCheckRow, yonder_check_row, YONDER, CHECK_ROW, AdwActionRow)

GtkWidget *yonder_check_row_new (YonderCheckStep *step);

G_END_DECLS
