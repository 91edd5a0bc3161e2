/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderContactRow - one contact in the list: avatar with presence, name, and the two call buttons (action app.call).
 *
 * Who asks to be a contact is accepted or declined here first (win.accept-person, win.decline-person).
 * Properties: contact (YonderContact, nullable), offers-calls (boolean): whether the call buttons are there, offers-adding (boolean):
 * whether a button adds them to the contacts (win.add-person), place (string, nullable): on which server they are.
 */

#pragma once

#include <gtk/gtk.h>

#include "yonder-contact.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CONTACT_ROW (yonder_contact_row_get_type ())
G_DECLARE_FINAL_TYPE (YonderContactRow, yonder_contact_row, YONDER, CONTACT_ROW, GtkBox)

G_END_DECLS
