/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A menu behind a button whose widgets are made when it is opened first: most menus never are, and a window need not wait for them.
 * Thread: main context. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void yonder_menu_button_set_late_menu (GtkMenuButton *button, GMenuModel *menu);

G_END_DECLS
