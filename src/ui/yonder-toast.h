/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sentence that is said in passing, in as many lines as it takes: what to do stands at its end. Thread: main context. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

AdwToast *yonder_toast_new (GtkWidget *where, const char *text);

G_END_DECLS
