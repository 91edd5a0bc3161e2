/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What GTK draws the windows with. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void yonder_renderer_choose (void);

G_END_DECLS
