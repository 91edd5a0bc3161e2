/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Keeps a picture of the other side as a file that the user chooses. Thread: main context; the file is made and written off it. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void yonder_snapshot_save (GtkWindow *parent, GdkPaintable *picture, const char *name);

G_END_DECLS
