/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contacts as vCards (RFC 6350), to be taken to another program. Pure. */

#pragma once

#include "yonder-contact.h"

G_BEGIN_DECLS

/* (transfer full): those of @contacts whom the user has chosen, one card after the other */
char *yonder_vcard_print (GListModel *contacts, const char *server);

G_END_DECLS
