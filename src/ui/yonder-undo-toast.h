/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the windows say when something was taken away: the words, and a button that brings it back. Thread: main context. */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

AdwToast *yonder_undo_toast_new (const char *text, GCallback on_undo, gpointer data, GClosureNotify destroy);

G_END_DECLS
