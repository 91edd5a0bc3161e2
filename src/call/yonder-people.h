/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderPeople - what may be done with the people on a call server: favourite, add, remove, accept, block, look for others.
 *
 * Keeps the contact list in step with what this computer has noted (YonderPeopleBook), asks the server where it can be asked, and tells
 * the doorkeeper who is blocked. Thread: main context. Owned by whoever shows the contacts; made anew for each line.
 * Properties (notify): is-searching. Signals: failed (const char *sentence): the server did not do what was asked, in the user's words.
 */

#pragma once

#include "yonder-contact.h"
#include "yonder-doorkeeper.h"
#include "yonder-people-book.h"

G_BEGIN_DECLS

#define YONDER_TYPE_PEOPLE (yonder_people_get_type ())
G_DECLARE_FINAL_TYPE (YonderPeople, yonder_people, YONDER, PEOPLE, GObject)

YonderPeople      *yonder_people_new           (YonderAccount *account, YonderContactList *contacts, YonderDoorkeeper *doorkeeper,
                                                YonderPeopleBook *book, const char *server);
YonderContactList *yonder_people_get_contacts  (YonderPeople *self);
const char        *yonder_people_get_server    (YonderPeople *self); /* what notes are kept under */
const char        *yonder_people_get_mark      (YonderPeople *self); /* what calls of this account are kept under in the log */
gboolean           yonder_people_is_same       (YonderPeople *self, YonderContact *contact, const char *id, const char *name);
YonderContact     *yonder_people_dup_contact   (YonderPeople *self, const char *id, const char *name);

void               yonder_people_set_favourite (YonderPeople *self, YonderContact *contact, gboolean is_favourite);
void               yonder_people_set_blocked   (YonderPeople *self, YonderContact *contact, gboolean is_blocked);
void               yonder_people_add           (YonderPeople *self, YonderContact *contact);
void               yonder_people_remove        (YonderPeople *self, YonderContact *contact);
void               yonder_people_accept        (YonderPeople *self, YonderContact *contact);
void               yonder_people_decline       (YonderPeople *self, YonderContact *contact);

void               yonder_people_search        (YonderPeople *self, const char *words);
GListModel        *yonder_people_get_found     (YonderPeople *self); /* of YonderContact: who is no contact yet */

G_END_DECLS
