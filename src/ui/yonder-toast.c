/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-toast.h"

/**
 * yonder_toast_new:
 * @where: the widget in which it will be seen
 * @text: a sentence or two, plain text
 *
 * A title of libadwaita's own would be cut off where the window is narrow, and is the only one that is read aloud: so this one is said here.
 *
 * Returns: (transfer floating): a toast, to be shown at once
 */
AdwToast *
yonder_toast_new (GtkWidget *where, const char *text)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", text, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR, "xalign", 0.0f,
                                   "margin-top", 6, "margin-bottom", 6, "css-classes", (const char *[]) { "heading", NULL }, NULL);
  AdwToast *toast = adw_toast_new ("");

  adw_toast_set_custom_title (toast, label);
  gtk_accessible_announce (GTK_ACCESSIBLE (where), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  return toast;
}
