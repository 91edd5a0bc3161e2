/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The style of GTK's own, which libadwaita replaces. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void yonder_theme_leave_out (void);

G_END_DECLS
