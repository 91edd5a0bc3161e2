/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderContactPage - one person: who and where they are, calling them, their calls, and what they are to the user.
 *
 * A page of the window's navigation, which has its actions (win.add-person and so on). Thread: main context. */

#pragma once

#include <adwaita.h>

#include "yonder-call-history.h"
#include "yonder-call-log.h"
#include "yonder-people.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CONTACT_PAGE (yonder_contact_page_get_type ())
G_DECLARE_FINAL_TYPE (YonderContactPage, yonder_contact_page, YONDER, CONTACT_PAGE, AdwNavigationPage)

YonderContactPage *yonder_contact_page_new         (YonderPeople *people, YonderContact *contact, YonderCallLog *log, YonderCallHistory *history,
                                                    gboolean offers_calls);
YonderContact     *yonder_contact_page_get_contact (YonderContactPage *self);
YonderPeople      *yonder_contact_page_get_people  (YonderContactPage *self);

G_END_DECLS
