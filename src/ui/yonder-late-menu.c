/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-late-menu.h"

static void
fill (GtkMenuButton *button, gpointer menu)
{
  if (gtk_menu_button_get_menu_model (button) == NULL)
    gtk_menu_button_set_menu_model (button, menu);
}

/**
 * yonder_menu_button_set_late_menu:
 * @button: a button without a menu
 * @menu: (transfer none): its menu
 *
 * Opens @menu by @button.
 */
void
yonder_menu_button_set_late_menu (GtkMenuButton *button, GMenuModel *menu)
{
  gtk_menu_button_set_create_popup_func (button, fill, g_object_ref (menu), g_object_unref);
}
