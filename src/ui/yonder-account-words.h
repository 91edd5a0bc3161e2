/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How accounts stand, in words, and what the user can do about it. Pure functions; all texts are plain, never markup. */

#pragma once

#include "yonder-account-entry.h"

G_BEGIN_DECLS

/* How much the user has to know of it, from little to much. */
typedef enum {
  YONDER_TROUBLE_NONE,
  YONDER_TROUBLE_PASSING, /* ends by itself, soon */
  YONDER_TROUBLE_NETWORK, /* is tried again by itself, and can be tried at once */
  YONDER_TROUBLE_AWAY,    /* is not tried again before the user says so */
  YONDER_TROUBLE_SIGN_IN, /* needs a sign-in */
} YonderTrouble;

YonderTrouble yonder_trouble_of_account       (YonderAccountEntry *entry);
const char   *yonder_words_for_own_name       (void);
char         *yonder_words_for_account        (YonderAccountEntry *entry);
const char   *yonder_words_for_trouble_button (YonderTrouble trouble); /* (nullable) */

G_END_DECLS
