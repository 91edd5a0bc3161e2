/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-end-words.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * yonder_end_reason_for_media_error:
 * @error: what the session failed with
 *
 * Returns: what that means to the user: nothing to send or play with, no path, or a fault of ours
 */
YonderEndReason
yonder_end_reason_for_media_error (const GError *error)
{
  if (error->domain != YONDER_MEDIA_ERROR)
    return YONDER_END_INTERNAL;

  switch ((YonderMediaError) error->code) {
  case YONDER_MEDIA_ERROR_NO_CODEC:
  case YONDER_MEDIA_ERROR_MISSING_PLUGIN:
  case YONDER_MEDIA_ERROR_TIMED_OUT:
    return YONDER_END_NO_MEDIA;
  case YONDER_MEDIA_ERROR_FINGERPRINT:
  case YONDER_MEDIA_ERROR_DTLS:
    return YONDER_END_NETWORK;
  case YONDER_MEDIA_ERROR_FAILED:
  case YONDER_MEDIA_ERROR_BAD_SDP:
    return YONDER_END_INTERNAL;
  }
  return YONDER_END_INTERNAL;
}

/**
 * yonder_end_reason_for_words:
 * @words: what the server said when it refused
 * @peer_is_offline: whether presence says so
 *
 * Servers have no codes for the two commonest refusals, only English words; everything else is shown as it came.
 *
 * Returns: busy, offline or rejected
 */
YonderEndReason
yonder_end_reason_for_words (const char *words, gboolean peer_is_offline)
{
  if (words != NULL && strcasestr (words, "busy") != NULL)
    return YONDER_END_BUSY;
  if (peer_is_offline || (words != NULL && (strcasestr (words, "offline") != NULL || strcasestr (words, "not online") != NULL)))
    return YONDER_END_OFFLINE;
  return YONDER_END_REJECTED;
}

/**
 * yonder_end_reason_for_invite_error:
 * @error: what yonder_signaling_invite_finish() failed with
 * @peer_is_offline: whether presence says so
 *
 * Returns: why the call did not come about
 */
YonderEndReason
yonder_end_reason_for_invite_error (const GError *error, gboolean peer_is_offline)
{
  if (error->domain != YONDER_SIGNALING_ERROR)
    return YONDER_END_INTERNAL;

  switch ((YonderSignalingError) error->code) {
  case YONDER_SIGNALING_ERROR_REJECTED:
    return yonder_end_reason_for_words (error->message, peer_is_offline);
  case YONDER_SIGNALING_ERROR_UNAUTHORIZED:
    return YONDER_END_REJECTED;
  case YONDER_SIGNALING_ERROR_UNREACHABLE:
  case YONDER_SIGNALING_ERROR_CERTIFICATE:
  case YONDER_SIGNALING_ERROR_NOT_SOCKET_IO:
  case YONDER_SIGNALING_ERROR_OLD_PROTOCOL:
  case YONDER_SIGNALING_ERROR_NOT_ALLOWED:
  case YONDER_SIGNALING_ERROR_LOST:
  case YONDER_SIGNALING_ERROR_TIMED_OUT:
    return YONDER_END_SIGNALING_LOST;
  case YONDER_SIGNALING_ERROR_PROTOCOL:
  case YONDER_SIGNALING_ERROR_INVALID:
    return YONDER_END_INTERNAL;
  }
  return YONDER_END_INTERNAL;
}

/* A path that was there and could not be rebuilt: what was tried. */
static char *
tell_tries (const YonderPathFacts *facts, const char *diagnosis)
{
  guint n = facts->n_rebuilds;

  if (n == 0 && facts->has_waited_for_server)
    return g_strdup (_("The connection broke, and the call server could not be reached to rebuild it. Check this computer’s network, then "
                       "call again."));
  if (n == 0)
    return g_strdup (_("The connection broke and could not be rebuilt within a minute. Check the network, then call again."));
  if (facts->n_replies == 0)
    return g_strdup_printf (ngettext ("The connection broke. A new one was tried %u time within a minute, but the other side never answered: "
                                      "its network or its application may be gone. Call again later.",
                                      "The connection broke. A new one was tried %u times within a minute, but the other side never answered: "
                                      "its network or its application may be gone. Call again later.", n), n);
  if (diagnosis != NULL)
    /* Translators: %s is a sentence, as in "The relay turn.example.org was needed, but it does not accept the user name or credential." */
    return g_strdup_printf (ngettext ("The connection broke. A new path was tried %u time within a minute, but none was found. %s",
                                      "The connection broke. A new path was tried %u times within a minute, but none was found. %s", n),
                            n, diagnosis);
  if (!facts->has_local_relay && !facts->has_remote_relay)
    return g_strdup_printf (ngettext ("The connection broke. A new path was tried %u time within a minute, but none was found, and no relay is "
                                      "set up. Add a TURN server in the preferences, or try another network.",
                                      "The connection broke. A new path was tried %u times within a minute, but none was found, and no relay is "
                                      "set up. Add a TURN server in the preferences, or try another network.", n), n);
  return g_strdup_printf (ngettext ("The connection broke. A new path was tried %u time within a minute, but none was found, not even through "
                                    "the relay. Check the network, then call again.",
                                    "The connection broke. A new path was tried %u times within a minute, but none was found, not even through "
                                    "the relay. Check the network, then call again.", n), n);
}

/**
 * yonder_end_words:
 * @reason: why the call ended
 * @during: in which state
 * @told: (nullable): the words of the server, the media or whoever ended it
 * @peer_name: who was called
 * @facts: what is known of the path
 * @diagnosis: (nullable): why there is none, where there never was, or why no relay took the place of one that broke
 *
 * Puts into words what the reason alone does not say.
 *
 * Returns: (transfer full) (nullable): one or two sentences; %NULL where the reason says it all
 */
char *
yonder_end_words (YonderEndReason reason, YonderCallState during, const char *told, const char *peer_name, const YonderPathFacts *facts,
                  const char *diagnosis)
{
  switch (reason) {
  case YONDER_END_OFFLINE:
    return g_strdup_printf (_("%s is not online. Try again later."), peer_name);
  case YONDER_END_REJECTED:
    return told != NULL && *told != '\0' ? g_strdup_printf (_("The call server says: %s"), told)
                                         : g_strdup (_("The call server refused the call without saying why."));
  case YONDER_END_NO_MEDIA:
    return told != NULL ? g_strdup (told)
                        : g_strdup (_("Sound and picture were not ready within 10 seconds. A camera or microphone may be hanging: unplug "
                                      "it or close the application that uses it, then call again."));
  case YONDER_END_NETWORK:
    if (told == NULL && facts->was_given_up)
      return tell_tries (facts, diagnosis);
    return g_strdup (told != NULL || diagnosis == NULL ? told : diagnosis);
  case YONDER_END_SIGNALING_LOST:
    return g_strdup (during == YONDER_CALL_STATE_INVITING && told == NULL
                     ? _("The call server did not answer in time. Check the connection to it, then call again.")
                     : _("The connection to the call server was lost before the call was set up. Call again when it is back."));
  case YONDER_END_INTERNAL:
    return told != NULL ? g_strdup_printf (_("Yonder could not set up sound and picture: %s"), told)
                        : g_strdup (_("Yonder could not set up sound and picture."));
  case YONDER_END_HUNG_UP_BY_PEER:
    /* both sides give up after the same time, and one is the first */
    return facts->was_given_up ? tell_tries (facts, diagnosis) : g_strdup (diagnosis);
  case YONDER_END_NONE:
  case YONDER_END_HUNG_UP:
  case YONDER_END_DECLINED:
  case YONDER_END_BUSY:
  case YONDER_END_NO_ANSWER:
  case YONDER_END_ANSWERED_ELSEWHERE:
    return NULL;
  }
  return NULL;
}
