/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-theme.h"

#include <gio/gio.h>

#include "yonder-theme-resources.h"

/**
 * yonder_theme_leave_out:
 *
 * Has GTK find an empty style in place of its own one, which it would read before libadwaita can say that it brings another. To be called
 * before gtk_init(), unless the user chose a style by GTK_THEME: libadwaita has none then.
 */
void
yonder_theme_leave_out (void)
{
  /* what was registered last is found first, and GTK's own is registered when something is looked up */
  g_resources_get_info ("/org/gtk/libgtk/theme/Default/gtk.css", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL, NULL, NULL);
  yonder_theme_register_resource ();
}
