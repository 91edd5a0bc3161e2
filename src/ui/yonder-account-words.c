/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-account-words.h"

#include <glib/gi18n.h>

#include "yonder-call-words.h"
#include "yonder-signaling-error.h"

static YonderTrouble
trouble_of_line (YonderLine *line)
{
  YonderSocketSignaling *signaling = yonder_line_get_signaling (line);
  const GError *error = yonder_socket_signaling_get_last_error (signaling);

  switch (yonder_signaling_get_state (YONDER_SIGNALING (signaling))) {
  case YONDER_SIGNALING_OFFLINE:
    return YONDER_TROUBLE_AWAY;
  case YONDER_SIGNALING_CONNECTING:
  case YONDER_SIGNALING_RECONNECTING:
    return YONDER_TROUBLE_PASSING;
  case YONDER_SIGNALING_REFUSED:
    return g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_UNAUTHORIZED) ? YONDER_TROUBLE_SIGN_IN : YONDER_TROUBLE_AWAY;
  case YONDER_SIGNALING_ONLINE:
  default:
    return YONDER_TROUBLE_NONE;
  }
}

/**
 * yonder_trouble_of_account:
 * @entry: an account
 *
 * Returns: what keeps it from being connected; nothing for one that is off
 */
YonderTrouble
yonder_trouble_of_account (YonderAccountEntry *entry)
{
  switch (yonder_account_entry_get_standing (entry)) {
  case YONDER_STANDING_SIGNING_IN:
    return YONDER_TROUBLE_PASSING;
  case YONDER_STANDING_WAITING:
    return YONDER_TROUBLE_NETWORK;
  case YONDER_STANDING_ASKING:
    return YONDER_TROUBLE_SIGN_IN;
  case YONDER_STANDING_OPEN:
    return trouble_of_line (yonder_account_entry_get_line (entry));
  case YONDER_STANDING_OFF:
  default:
    return YONDER_TROUBLE_NONE;
  }
}

static char *
words_for_line (YonderLine *line)
{
  YonderSocketSignaling *signaling = yonder_line_get_signaling (line);
  YonderSignalingState state = yonder_signaling_get_state (YONDER_SIGNALING (signaling));
  const char *words = yonder_words_for_connection (state);

  if (trouble_of_line (line) == YONDER_TROUBLE_SIGN_IN)
    return g_strdup (_("Your sign-in has run out. Sign in again."));
  return g_strdup (words != NULL ? words : _("Connected"));
}

/**
 * yonder_words_for_own_name:
 *
 * Returns: what others see of the user where nothing was typed: the name that this computer knows
 */
const char *
yonder_words_for_own_name (void)
{
  const char *name = g_get_real_name ();

  return name != NULL && *name != '\0' && g_strcmp0 (name, "Unknown") != 0 ? name : g_get_user_name ();
}

/**
 * yonder_words_for_account:
 * @entry: an account
 *
 * Returns: (transfer full): how it stands now
 */
char *
yonder_words_for_account (YonderAccountEntry *entry)
{
  const char *sentence = yonder_account_entry_get_sentence (entry);

  switch (yonder_account_entry_get_standing (entry)) {
  case YONDER_STANDING_SIGNING_IN:
    return g_strdup (_("Signing in…"));
  case YONDER_STANDING_WAITING:
  case YONDER_STANDING_ASKING:
    return g_strdup (sentence != NULL ? sentence : "");
  case YONDER_STANDING_OPEN:
    return words_for_line (yonder_account_entry_get_line (entry));
  case YONDER_STANDING_OFF:
  default:
    return g_strdup (_("Off: nobody can call you here"));
  }
}

/**
 * yonder_words_for_trouble_button:
 * @trouble: what keeps an account from being connected
 *
 * Returns: (transfer none) (nullable): what a button says that does something about it, with a mnemonic
 */
const char *
yonder_words_for_trouble_button (YonderTrouble trouble)
{
  switch (trouble) {
  case YONDER_TROUBLE_NETWORK:
    return _("_Try Again");
  case YONDER_TROUBLE_AWAY:
    return _("_Connect");
  case YONDER_TROUBLE_SIGN_IN:
    return _("_Sign In Again");
  case YONDER_TROUBLE_NONE:
  case YONDER_TROUBLE_PASSING:
  default:
    return NULL;
  }
}
