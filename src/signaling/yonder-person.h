/* Reads what call servers say about people, in whichever of the usual words. Private to this room; pure functions. */

#pragma once

#include "yonder-account.h"

G_BEGIN_DECLS

/* chosen: a longer list is refused rather than shown */
#define YONDER_MAX_PEOPLE 10000

YonderPerson *yonder_person_parse (JsonNode *node);
GPtrArray    *yonder_people_parse (JsonNode *root, GError **error);

G_END_DECLS
