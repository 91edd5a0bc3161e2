/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads what call servers say about people, by profile. Private to this room; pure functions. */

#pragma once

#include "yonder-account.h"
#include "yonder-profile.h"

G_BEGIN_DECLS

/* chosen: a longer list is refused rather than shown */
#define YONDER_MAX_PEOPLE 10000

YonderPerson *yonder_person_parse (YonderProfile *profile, JsonNode *node);
GPtrArray    *yonder_people_parse (YonderProfile *profile, JsonNode *array, GError **error);

G_END_DECLS
