/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-call-words.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>

/**
 * yonder_words_for_presence:
 * @presence: whether somebody can be reached
 *
 * Returns: (transfer none): one or two words, as they stand below a name
 */
const char *
yonder_words_for_presence (YonderPresence presence)
{
  switch (presence) {
  case YONDER_PRESENCE_ONLINE:
    return _("Online");
  case YONDER_PRESENCE_AWAY:
    return _("Away");
  case YONDER_PRESENCE_OFFLINE:
  default:
    return _("Offline");
  }
}

/**
 * yonder_words_for_standing:
 * @presence: whether somebody can be reached
 * @relation: what they are to the user on the server
 * @is_blocked: whether nothing is heard of them
 *
 * Returns: (transfer full): a few words below a name: presence, and whatever is unusual
 */
char *
yonder_words_for_standing (YonderPresence presence, YonderRelation relation, gboolean is_blocked)
{
  const char *words = yonder_words_for_presence (presence);

  if (is_blocked)
    return g_strdup (_("Blocked"));
  switch (relation) {
  case YONDER_RELATION_ASKED:
    return g_strdup_printf ("%s · %s", words, _("asked to be a contact"));
  case YONDER_RELATION_ASKS:
    return g_strdup_printf ("%s · %s", words, _("wants to be your contact"));
  case YONDER_RELATION_CONTACT:
  case YONDER_RELATION_NONE:
  default:
    return g_strdup (words);
  }
}

/**
 * yonder_words_for_connection:
 * @state: the state of the connection to the call server
 *
 * Returns: (transfer none) (nullable): what a banner says while calls are not possible; %NULL when all is well
 */
const char *
yonder_words_for_connection (YonderSignalingState state)
{
  switch (state) {
  case YONDER_SIGNALING_OFFLINE:
    return _("Not connected to the call server");
  case YONDER_SIGNALING_CONNECTING:
    return _("Connecting to the call server…");
  case YONDER_SIGNALING_RECONNECTING:
    return _("Connection to the call server lost. Trying again…");
  case YONDER_SIGNALING_REFUSED:
    return _("The call server does not let you in any more");
  case YONDER_SIGNALING_ONLINE:
  default:
    return NULL;
  }
}

/**
 * yonder_words_for_connection_error:
 * @error: why a sign-in or a connection failed
 * @server: the server's address, as the user knows it
 *
 * Says in one sentence which of the possible things went wrong. The codes of `YonderSignalingError` have sentences of their own;
 * any other error keeps the words it came with.
 *
 * Returns: (transfer full): the sentence, plain text
 */
char *
yonder_words_for_connection_error (const GError *error, const char *server)
{
  if (error->domain != YONDER_SIGNALING_ERROR)
    return g_strdup (error->message);

  switch ((YonderSignalingError) error->code) {
  case YONDER_SIGNALING_ERROR_UNREACHABLE:
    return g_strdup_printf (_("%s cannot be reached. Check the address and your network."), server);
  case YONDER_SIGNALING_ERROR_CERTIFICATE:
    return g_strdup_printf (_("The certificate of %s is not valid, so nothing was sent to it. Ask whoever runs the server."), server);
  case YONDER_SIGNALING_ERROR_NOT_SOCKET_IO:
    return g_strdup_printf (_("%s answers, but it is no call server. Check the address."), server);
  case YONDER_SIGNALING_ERROR_OLD_PROTOCOL:
    return g_strdup_printf (_("%s speaks an old protocol (Socket.IO 2). Ask whoever runs it to update it."), server);
  case YONDER_SIGNALING_ERROR_UNAUTHORIZED:
    return g_strdup (_("The name or the password is wrong. Correct them and try again."));
  case YONDER_SIGNALING_ERROR_REJECTED:
    return g_strdup_printf (_("The server says: %s"), error->message);
  case YONDER_SIGNALING_ERROR_LOST:
    return g_strdup_printf (_("The connection to %s broke off. Try again."), server);
  case YONDER_SIGNALING_ERROR_TIMED_OUT:
    return g_strdup_printf (_("%s did not answer in time. Try again, or check your network."), server);
  case YONDER_SIGNALING_ERROR_PROTOCOL:
    return g_strdup_printf (_("%s answered in a way that Yonder does not understand. Check the address."), server);
  case YONDER_SIGNALING_ERROR_NOT_ALLOWED:
  case YONDER_SIGNALING_ERROR_INVALID:
  default:
    return g_strdup (error->message);
  }
}

/**
 * yonder_words_for_elapsed:
 * @seconds: a duration
 *
 * Returns: (transfer full): the duration as on a clock, "0:07" or "1:02:33"
 */
char *
yonder_words_for_elapsed (guint seconds)
{
  /* Colons between numbers belong to no direction: without a left-to-right mark a language from right to left would turn the clock round. */
  const char *mark = gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL ? "\u200e" : "";
  g_autofree char *clock = NULL;

  if (seconds >= 3600)
    /* Translators: hours, minutes and seconds of a call, as on a clock */
    clock = g_strdup_printf (_("%u∶%02u∶%02u"), seconds / 3600, seconds / 60 % 60, seconds % 60);
  else
    /* Translators: minutes and seconds of a call, as on a clock */
    clock = g_strdup_printf (_("%u∶%02u"), seconds / 60, seconds % 60);

  return g_strconcat (mark, clock, NULL);
}

/**
 * yonder_words_for_call_state:
 * @state: where the call is
 * @kind: what was asked for
 * @elapsed_s: seconds since it was connected
 * @is_redial: whether it was dialled by itself, since the call before it broke
 *
 * Returns: (transfer full): what stands below the name of the other side: a state in words, or the duration once there is one
 */
char *
yonder_words_for_call_state (YonderCallState state, YonderCallKind kind, guint elapsed_s, gboolean is_redial)
{
  switch (state) {
  case YONDER_CALL_STATE_IDLE:
  case YONDER_CALL_STATE_INVITING:
    return g_strdup (is_redial ? _("The connection broke. Calling again…") : _("Calling…"));
  case YONDER_CALL_STATE_RINGING:
    return g_strdup (is_redial ? _("The connection broke. Ringing again…") : _("Ringing…"));
  case YONDER_CALL_STATE_INCOMING:
    return yonder_words_for_incoming (kind);
  case YONDER_CALL_STATE_ANSWERING:
  case YONDER_CALL_STATE_NEGOTIATING:
    return g_strdup (_("Connecting…"));
  case YONDER_CALL_STATE_CONNECTED:
    return yonder_words_for_elapsed (elapsed_s);
  case YONDER_CALL_STATE_RECONNECTING:
    return g_strdup (_("Reconnecting…"));
  case YONDER_CALL_STATE_ENDED:
  default:
    return g_strdup (_("Call ended"));
  }
}

/**
 * yonder_words_for_incoming:
 * @kind: what the caller asks for
 *
 * Returns: (transfer full): what stands below the name of somebody who calls
 */
char *
yonder_words_for_incoming (YonderCallKind kind)
{
  return g_strdup (kind == YONDER_CALL_KIND_VIDEO ? _("Incoming video call") : _("Incoming audio call"));
}

/**
 * yonder_words_for_end:
 * @reason: why the call ended
 * @is_outgoing: whether it was dialled here
 *
 * Returns: (transfer none): the title of the end screen
 */
const char *
yonder_words_for_end (YonderEndReason reason, gboolean is_outgoing)
{
  switch (reason) {
  case YONDER_END_DECLINED:
    return _("Call Declined");
  case YONDER_END_BUSY:
    return _("Busy");
  case YONDER_END_NO_ANSWER:
    return is_outgoing ? _("No Answer") : _("Missed Call");
  case YONDER_END_ANSWERED_ELSEWHERE:
    return _("Answered Elsewhere");
  case YONDER_END_OFFLINE:
    return _("Not Online");
  case YONDER_END_REJECTED:
    return _("Call Not Possible");
  case YONDER_END_NO_MEDIA:
    return _("No Sound or Picture");
  case YONDER_END_NETWORK:
    return _("Connection Failed");
  case YONDER_END_SIGNALING_LOST:
    return _("Call Server Lost");
  case YONDER_END_INTERNAL:
    return _("Something Went Wrong");
  case YONDER_END_HUNG_UP:
  case YONDER_END_HUNG_UP_BY_PEER:
  case YONDER_END_NONE:
  default:
    return _("Call Ended");
  }
}

/* A hang-up before anybody talked has no duration to tell. */
static char *
words_for_hang_up (gboolean by_peer, const char *name, guint elapsed_s)
{
  g_autofree char *elapsed = yonder_words_for_elapsed (elapsed_s);

  if (elapsed_s == 0 && by_peer)
    return g_strdup_printf (_("%s hung up."), name);
  if (elapsed_s == 0)
    return g_strdup (_("You hung up."));
  if (by_peer)
    return g_strdup_printf (_("%s hung up after %s."), name, elapsed);

  return g_strdup_printf (_("You hung up after %s."), elapsed);
}

/**
 * yonder_words_for_end_detail:
 * @reason: why the call ended
 * @is_outgoing: whether it was dialled here
 * @name: the other side's name
 * @detail: (nullable): what the call itself has to say: the words of the server or of the diagnosis
 * @elapsed_s: how long the call was connected, in seconds
 *
 * Returns: (transfer full): one or two sentences for the end screen, plain text: what happened, and what to do where something can be done
 */
char *
yonder_words_for_end_detail (YonderEndReason reason, gboolean is_outgoing, const char *name, const char *detail, guint elapsed_s)
{
  switch (reason) {
  case YONDER_END_HUNG_UP:
  case YONDER_END_HUNG_UP_BY_PEER:
    return detail != NULL ? g_strdup (detail) : words_for_hang_up (reason == YONDER_END_HUNG_UP_BY_PEER, name, elapsed_s);
  case YONDER_END_DECLINED:
    return is_outgoing ? g_strdup_printf (_("%s declined the call."), name) : g_strdup (_("You declined the call."));
  case YONDER_END_BUSY:
    return g_strdup_printf (_("%s is in another call. Try again later."), name);
  case YONDER_END_NO_ANSWER:
    return is_outgoing ? g_strdup_printf (_("%s did not answer. Try again later."), name)
                       : g_strdup_printf (_("%s called, and nobody answered."), name);
  case YONDER_END_ANSWERED_ELSEWHERE:
    return g_strdup (_("The call was answered or declined on another of your devices."));
  case YONDER_END_OFFLINE:
  case YONDER_END_REJECTED:
  case YONDER_END_NO_MEDIA:
  case YONDER_END_NETWORK:
  case YONDER_END_SIGNALING_LOST:
  case YONDER_END_INTERNAL:
  case YONDER_END_NONE:
  default:
    return g_strdup (detail != NULL ? detail : "");
  }
}

/* A sentence for each notice, with and without the device's name. */
static const struct {
  const char *plain;
  const char *named;
} notices[] = {
  [YONDER_MEDIA_NOTICE_CAMERA_MISSING] = {
    N_("No camera was found. A test picture is sent instead."),
    N_("The camera “%s” is gone. A test picture is sent instead."),
  },
  [YONDER_MEDIA_NOTICE_CAMERA_BUSY] = {
    N_("Another application uses the camera. Close it there, or choose another one."),
    N_("Another application uses the camera “%s”. Close it there, or choose another one."),
  },
  [YONDER_MEDIA_NOTICE_CAMERA_REFUSED] = {
    N_("Yonder may not use the camera. Allow it in the Settings, under Privacy."),
    N_("Yonder may not use the camera “%s”. Allow it in the Settings, under Privacy."),
  },
  [YONDER_MEDIA_NOTICE_MICROPHONE_MISSING] = {
    N_("No microphone was found. The other side cannot hear you."),
    N_("The microphone “%s” is gone. The other side cannot hear you."),
  },
  [YONDER_MEDIA_NOTICE_MICROPHONE_BUSY] = {
    N_("Another application uses the microphone. Close it there, or choose another one."),
    N_("Another application uses the microphone “%s”. Close it there, or choose another one."),
  },
  [YONDER_MEDIA_NOTICE_MICROPHONE_REFUSED] = {
    N_("Yonder may not use the microphone. Allow it in the Settings, under Privacy."),
    N_("Yonder may not use the microphone “%s”. Allow it in the Settings, under Privacy."),
  },
  [YONDER_MEDIA_NOTICE_SPEAKER_MISSING] = {
    N_("No loudspeaker or headphones were found. You cannot hear the other side."),
    N_("The loudspeaker “%s” is gone. You cannot hear the other side."),
  },
  [YONDER_MEDIA_NOTICE_CAMERA_CHANGED] = {
    N_("Your camera was unplugged. Another one is used now."),
    N_("Your camera was unplugged. “%s” is used now."),
  },
  [YONDER_MEDIA_NOTICE_MICROPHONE_CHANGED] = {
    N_("Your microphone was unplugged. Another one is used now."),
    N_("Your microphone was unplugged. “%s” is used now."),
  },
  [YONDER_MEDIA_NOTICE_SPEAKER_CHANGED] = {
    N_("Your loudspeaker was unplugged. Another one is used now."),
    N_("Your loudspeaker was unplugged. “%s” is used now."),
  },
  [YONDER_MEDIA_NOTICE_CAMERA_BLACK] = {
    N_("Your camera shows nothing. Open its cover, or choose another one."),
    N_("Your camera “%s” shows nothing. Open its cover, or choose another one."),
  },
  [YONDER_MEDIA_NOTICE_MICROPHONE_SILENT] = {
    N_("Your microphone gives only silence. Turn it on, or choose another one."),
    N_("Your microphone “%s” gives only silence. Turn it on, or choose another one."),
  },
};

/* Returns: (transfer full): one sentence: it can be used now */
char *
yonder_words_for_plugged (YonderDevice *device)
{
  static const char * const words[] = {
    [YONDER_DEVICE_CAMERA] = N_("The camera “%s” was plugged in."),
    [YONDER_DEVICE_MICROPHONE] = N_("The microphone “%s” was plugged in."),
    [YONDER_DEVICE_SPEAKER] = N_("The loudspeaker “%s” was plugged in."),
  };

  return g_strdup_printf (_(words[yonder_device_get_kind (device)]), yonder_device_get_name (device));
}

/**
 * yonder_words_for_notice:
 * @notice: what is missing, busy, refused, or not as it was
 * @device: (nullable): the device's name, where it is known
 *
 * Returns: (transfer full): one sentence, plain text: what is so, and what it means or what to do
 */
char *
yonder_words_for_notice (YonderMediaNotice notice, const char *device)
{
  g_return_val_if_fail ((gsize) notice < G_N_ELEMENTS (notices), NULL);

  if (device == NULL || *device == '\0')
    return g_strdup (_(notices[notice].plain));

  return g_strdup_printf (_(notices[notice].named), device);
}
