/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderContactsPage - who can be called: the contacts of a line by presence and name, search, and the state of the connection.
 *
 * Thread: main context. Properties: place (string), connection (YonderSignalingState), n-contacts.
 */

#pragma once

#include <adwaita.h>

#include "yonder-line.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CONTACTS_PAGE (yonder_contacts_page_get_type ())
G_DECLARE_FINAL_TYPE (YonderContactsPage, yonder_contacts_page, YONDER, CONTACTS_PAGE, AdwBin)

void yonder_contacts_page_set_line     (YonderContactsPage *self, YonderLine *line, const char *place);
void yonder_contacts_page_start_search (YonderContactsPage *self);

G_END_DECLS
