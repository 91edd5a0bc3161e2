/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderContact - somebody who can be called: id, name, avatar, presence, and what they are to the user.
 *
 * Properties notify; names are text, never markup. Whether somebody is a favourite, was added here or is blocked is this computer's
 * own knowledge, kept by a YonderPeople. */

#pragma once

#include "yonder-account.h"

G_BEGIN_DECLS

#define YONDER_TYPE_CONTACT (yonder_contact_get_type ())
G_DECLARE_FINAL_TYPE (YonderContact, yonder_contact, YONDER, CONTACT, GObject)

YonderContact *yonder_contact_new          (const char *id, const char *name);
const char    *yonder_contact_get_id       (YonderContact *self);
const char    *yonder_contact_get_account  (YonderContact *self);  /* (nullable): the mark of the account that knows them */
void           yonder_contact_set_account  (YonderContact *self, const char *account);
void           yonder_contact_set_source   (YonderContact *self, YonderAccount *source);
const char    *yonder_contact_get_name     (YonderContact *self);
const char    *yonder_contact_get_email    (YonderContact *self);  /* (nullable) */
const char    *yonder_contact_get_avatar   (YonderContact *self);  /* (nullable) */
GBytesIcon    *yonder_contact_get_picture  (YonderContact *self);  /* (nullable): the file at the avatar's address, as it came */
void           yonder_contact_want_picture (YonderContact *self);
YonderPresence yonder_contact_get_presence (YonderContact *self);
void           yonder_contact_set_presence (YonderContact *self, YonderPresence presence);
YonderRelation yonder_contact_get_relation (YonderContact *self);
void           yonder_contact_set_relation (YonderContact *self, YonderRelation relation);
gboolean       yonder_contact_is_favourite (YonderContact *self);
gboolean       yonder_contact_is_added     (YonderContact *self); /* a contact by what is kept on this computer */
gboolean       yonder_contact_is_blocked   (YonderContact *self);
void           yonder_contact_set_kept     (YonderContact *self, gboolean is_favourite, gboolean is_added, gboolean is_blocked);
gboolean       yonder_contact_is_known     (YonderContact *self);
void           yonder_contact_update       (YonderContact *self, const YonderPerson *person);

/* YonderContactList - a GListModel of contacts, kept true by the account's list and the signalling's presence.
 *
 * Properties (all notify): is-loading, problem (nullable): why the list could not be loaded, for the user.
 */
#define YONDER_TYPE_CONTACT_LIST (yonder_contact_list_get_type ())
G_DECLARE_FINAL_TYPE (YonderContactList, yonder_contact_list, YONDER, CONTACT_LIST, GObject)

YonderContactList *yonder_contact_list_new    (YonderAccount *account, YonderSignaling *signaling);
YonderContact     *yonder_contact_list_find   (YonderContactList *self, const char *id);
gboolean           yonder_contact_list_knows  (YonderContactList *self, const char *id); /* a contact, no stranger */
void              yonder_contact_list_forget  (YonderContactList *self, const char *id); /* a stranger who was ensured */
/* The contact of that id, added (as a stranger) where there is none. */
YonderContact     *yonder_contact_list_ensure (YonderContactList *self, const char *id, const char *name);
void               yonder_contact_list_reload (YonderContactList *self);

G_END_DECLS
