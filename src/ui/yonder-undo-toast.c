/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-undo-toast.h"

#include <glib/gi18n.h>

/* chosen: a screen reader has read it out by then, and whoever works by keyboard has come to the button */
#define UNDO_S 15

/**
 * yonder_undo_toast_new:
 * @text: what was done; shown as it is
 * @on_undo: (scope notified): called with the toast and @data when the user wants it back
 * @data: (transfer full): what it takes to undo
 * @destroy: frees @data, when the toast goes
 *
 * Returns: (transfer floating): a toast that stays for a while
 */
AdwToast *
yonder_undo_toast_new (const char *text, GCallback on_undo, gpointer data, GClosureNotify destroy)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_timeout (toast, UNDO_S);
  /* at once: another one stays for as long as the pointer is over it */
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  g_signal_connect_data (toast, "button-clicked", on_undo, data, destroy, 0);
  return toast;
}
