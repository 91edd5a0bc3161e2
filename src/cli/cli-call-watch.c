/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-call-watch.h"

#include "yonder-call-inspection.h"

#include <glib/gi18n.h>

#define STATS_MS 1000

struct _YonderCliCallWatch {
  GObject parent_instance;

  YonderCall         *call;
  YonderCallInspection *inspection;
  YonderCliOutput    *output; /* borrowed */
  YonderClock        *clock;
  guint               duration_s;
  guint               camera_after_s;
  YonderMediaSession *media;  /* (nullable) */
  GSignalGroup       *media_signals;

  gboolean was_connected;
  gboolean is_connected; /* and it was told */
  char    *sentence; /* (nullable): about the path, as it was told last */
  char    *to_say;   /* (nullable): until it was said */
  gboolean has_ice;
  guint    stats_timer;
  guint    duration_timer;
  guint    camera_timer;
};

G_DEFINE_FINAL_TYPE (YonderCliCallWatch, yonder_cli_call_watch, G_TYPE_OBJECT)

enum {
  OVER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
say (YonderCliCallWatch *self, const char *name, const char *reason, const char *text)
{
  yonder_cli_output_state (self->output, yonder_call_get_call_id (self->call), name, reason, text);
}

/* How the call is connected, each time that this is another. */
static void
describe_path (YonderCliCallWatch *self)
{
  const YonderDiagnosis *diagnosis = yonder_call_inspection_get_diagnosis (self->inspection);
  g_autofree char *sentence = NULL;

  if (!self->is_connected || yonder_call_get_state (self->call) != YONDER_CALL_STATE_CONNECTED
      || diagnosis->code == YONDER_DIAGNOSIS_UNKNOWN_PATH)
    return;

  sentence = yonder_diagnosis_to_sentence (diagnosis);
  if (g_set_str (&self->sentence, sentence))
    yonder_cli_output_path (self->output, yonder_call_get_call_id (self->call), yonder_diagnosis_code_to_string (diagnosis->code), sentence);
}

static void
on_servers (YonderCliCallWatch *self)
{
  YonderIceConfig *config = yonder_call_get_ice_config (self->call);

  if (config != NULL)
    yonder_cli_output_servers (self->output, yonder_call_get_call_id (self->call), config);
}

static gboolean
on_stats (gpointer user_data)
{
  YonderCliCallWatch *self = user_data;
  YonderMediaStats stats;

  if (self->media == NULL)
    return G_SOURCE_CONTINUE;

  yonder_media_session_get_stats (self->media, &stats);
  yonder_cli_output_stats (self->output, &stats);

  return G_SOURCE_CONTINUE;
}

static gboolean
on_duration (gpointer user_data)
{
  YonderCliCallWatch *self = user_data;

  self->duration_timer = 0;
  yonder_call_hang_up (self->call);

  return G_SOURCE_REMOVE;
}

static gboolean
on_camera (gpointer user_data)
{
  YonderCliCallWatch *self = user_data;

  self->camera_timer = 0;
  if (yonder_call_can_send_picture (self->call))
    yonder_call_set_camera_off (self->call, FALSE);
  else
    yonder_cli_output_note (self->output, "%s", _("The other side’s program takes no picture in this call"));

  return G_SOURCE_REMOVE;
}

static void
on_local_candidate (YonderCliCallWatch *self, YonderIceCandidate *candidate)
{
  yonder_cli_output_candidate (self->output, TRUE, candidate, FALSE);
}

static void
on_remote_candidate (YonderCliCallWatch *self, YonderIceCandidate *candidate, gboolean is_queued)
{
  yonder_cli_output_candidate (self->output, FALSE, candidate, is_queued);
}

static void
on_ice_state (YonderCliCallWatch *self, YonderIceState state)
{
  gboolean is_up = state == YONDER_ICE_STATE_CONNECTED || state == YONDER_ICE_STATE_COMPLETED;

  /* completed follows connected, and is no news */
  if (is_up && !self->has_ice)
    say (self, "ice-connected", NULL, NULL);
  self->has_ice = is_up;
}

static void
on_secured (YonderCliCallWatch *self)
{
  g_autofree char *code = yonder_media_session_dup_safety_code (self->media);

  say (self, "dtls-connected", NULL, _("Encrypted"));
  if (code != NULL)
    yonder_cli_output_safety_code (self->output, yonder_call_get_call_id (self->call), code);
}

static void
on_first_audio (YonderCliCallWatch *self)
{
  say (self, "first-audio", NULL, _("First sound"));
}

static void
on_first_frame (YonderCliCallWatch *self, guint width_px, guint height_px)
{
  g_autofree char *text = g_strdup_printf (_("First picture, %u×%u"), width_px, height_px);

  say (self, "first-frame", NULL, text);
}

static void
on_notice (YonderCliCallWatch *self, YonderMediaNotice notice, const char *device)
{
  static const char * const words[] = {
    [YONDER_MEDIA_NOTICE_CAMERA_MISSING] = N_("There is no camera: a test picture is sent"),
    [YONDER_MEDIA_NOTICE_CAMERA_BUSY] = N_("The camera is in use by another program: a test picture is sent"),
    [YONDER_MEDIA_NOTICE_CAMERA_REFUSED] = N_("The camera may not be used: a test picture is sent"),
    [YONDER_MEDIA_NOTICE_MICROPHONE_MISSING] = N_("There is no microphone: a tone or silence is sent"),
    [YONDER_MEDIA_NOTICE_MICROPHONE_BUSY] = N_("The microphone is in use by another program: a tone or silence is sent"),
    [YONDER_MEDIA_NOTICE_MICROPHONE_REFUSED] = N_("The microphone may not be used: a tone or silence is sent"),
    [YONDER_MEDIA_NOTICE_SPEAKER_MISSING] = N_("There is no speaker: the sound is not heard"),
    [YONDER_MEDIA_NOTICE_CAMERA_CHANGED] = N_("The camera is gone: another one is used"),
    [YONDER_MEDIA_NOTICE_MICROPHONE_CHANGED] = N_("The microphone is gone: another one is used"),
    [YONDER_MEDIA_NOTICE_SPEAKER_CHANGED] = N_("The speaker is gone: another one is used"),
    [YONDER_MEDIA_NOTICE_CAMERA_BLACK] = N_("The camera gives only black: its cover may be closed"),
    [YONDER_MEDIA_NOTICE_MICROPHONE_SILENT] = N_("The microphone gives only silence: it may be turned off"),
  };

  if ((guint) notice < G_N_ELEMENTS (words))
    yonder_cli_output_note (self->output, "%s%s%s", _(words[notice]), device != NULL ? ": " : "", device != NULL ? device : "");
}

static void
on_media (YonderCliCallWatch *self)
{
  YonderMediaSession *media = yonder_call_get_media (self->call);

  /* It may be dropped by the call at its end; what it says until then counts. */
  if (media == NULL || media == self->media)
    return;

  g_set_object (&self->media, media);
  g_signal_group_set_target (self->media_signals, media);
}

static void
on_connected (YonderCliCallWatch *self)
{
  say (self, "connected", NULL, self->was_connected ? _("Connected again") : _("Connected"));
  g_clear_pointer (&self->sentence, g_free);
  self->is_connected = TRUE;
  describe_path (self);
  if (self->was_connected)
    return;

  self->was_connected = TRUE;
  self->stats_timer = yonder_clock_add (self->clock, STATS_MS, on_stats, self, NULL);
  if (self->duration_s > 0)
    self->duration_timer = yonder_clock_add (self->clock, self->duration_s * 1000, on_duration, self, NULL);
  if (self->camera_after_s > 0)
    self->camera_timer = yonder_clock_add (self->clock, self->camera_after_s * 1000, on_camera, self, NULL);
}

static void
on_peer_state (YonderCliCallWatch *self, GParamSpec *pspec, YonderConversation *conversation)
{
  yonder_cli_output_peer_state (self->output, yonder_call_get_call_id (self->call), conversation);
}

static void
on_text (YonderCliCallWatch *self, YonderChatLine *line)
{
  if (!yonder_chat_line_is_own (line))
    yonder_cli_output_text (self->output, yonder_call_get_call_id (self->call), yonder_contact_get_name (yonder_call_get_peer (self->call)),
                            yonder_chat_line_get_text (line));
}

static void
say_text (YonderCliCallWatch *self)
{
  if (self->to_say != NULL && yonder_conversation_send_text (yonder_call_get_conversation (self->call), self->to_say))
    g_clear_pointer (&self->to_say, g_free);
}

/* The call has words of its own where it knows more than the reason. */
static char *
describe_end (YonderCliCallWatch *self)
{
  static const char * const words[] = {
    [YONDER_END_HUNG_UP] = N_("The call to %s was given up before it was connected."),
    [YONDER_END_HUNG_UP_BY_PEER] = N_("%s hung up before the call was connected."),
    [YONDER_END_DECLINED] = N_("%s declined the call."),
    [YONDER_END_BUSY] = N_("%s is in another call. Try again later."),
    [YONDER_END_NO_ANSWER] = N_("%s did not answer."),
    [YONDER_END_ANSWERED_ELSEWHERE] = N_("The call from %s was answered on another device."),
    [YONDER_END_OFFLINE] = N_("%s is offline. Try again when they are there."),
    [YONDER_END_REJECTED] = N_("The call server did not let the call to %s through."),
    [YONDER_END_NO_MEDIA] = N_("There is nothing to send to %s: neither sound nor picture could be started."),
    [YONDER_END_NETWORK] = N_("No way to %s was found through the network. A TURN server may be missing."),
    [YONDER_END_SIGNALING_LOST] = N_("The call server went away while the call to %s was being made. Try again."),
    [YONDER_END_INTERNAL] = N_("The call with %s ended by a fault of Yonder. --verbose tells more."),
  };
  YonderEndReason reason = yonder_call_get_end_reason (self->call);
  const char *detail = yonder_call_get_end_detail (self->call);

  if (detail != NULL || reason >= G_N_ELEMENTS (words) || words[reason] == NULL)
    return g_strdup (detail != NULL ? detail : yonder_end_reason_to_string (reason));

  return g_strdup_printf (_(words[reason]), yonder_contact_get_name (yonder_call_get_peer (self->call)));
}

static void
on_ended (YonderCliCallWatch *self)
{
  const char *reason = yonder_end_reason_to_string (yonder_call_get_end_reason (self->call));
  const YonderDiagnosis *diagnosis = yonder_call_inspection_get_diagnosis (self->inspection);
  g_autofree char *sentence = yonder_diagnosis_to_sentence (diagnosis);
  g_autofree char *text = describe_end (self);

  yonder_clock_clear (self->clock, &self->stats_timer);
  yonder_clock_clear (self->clock, &self->duration_timer);
  yonder_clock_clear (self->clock, &self->camera_timer);
  g_signal_group_set_target (self->media_signals, NULL);
  g_clear_object (&self->media);

  yonder_cli_output_end (self->output, yonder_call_get_call_id (self->call), reason, yonder_diagnosis_code_to_string (diagnosis->code), sentence,
                         _("The call is over"));
  if (yonder_call_get_meeting_uri (self->call) != NULL)
    yonder_cli_output_meeting (self->output, yonder_call_get_call_id (self->call), yonder_call_get_meeting_uri (self->call));
  if (!yonder_cli_call_watch_went_well (self))
    yonder_cli_output_error (self->output, reason, text);
  g_signal_emit (self, signals[OVER], 0);
}

static void
on_state (YonderCliCallWatch *self)
{
  const char *peer = yonder_contact_get_name (yonder_call_get_peer (self->call));
  g_autofree char *calling = g_strdup_printf (_("Calling %s"), peer);
  g_autofree char *ringing = g_strdup_printf (yonder_call_is_outgoing (self->call) ? _("It rings at %s") : _("%s is calling"), peer);
  g_autoptr (YonderCliCallWatch) alive = g_object_ref (self);

  switch (yonder_call_get_state (self->call)) {
  case YONDER_CALL_STATE_INVITING:
    say (self, "inviting", NULL, calling);
    break;
  case YONDER_CALL_STATE_RINGING:
  case YONDER_CALL_STATE_INCOMING:
    say (self, "ringing", NULL, ringing);
    break;
  case YONDER_CALL_STATE_NEGOTIATING:
    say (self, "negotiating", NULL, _("Connecting"));
    break;
  case YONDER_CALL_STATE_CONNECTED:
    on_connected (self);
    break;
  case YONDER_CALL_STATE_RECONNECTING:
    self->is_connected = FALSE;
    say (self, "reconnecting", NULL, _("The connection was lost; trying again"));
    break;
  case YONDER_CALL_STATE_ENDED:
    on_ended (self);
    break;
  case YONDER_CALL_STATE_IDLE:
  case YONDER_CALL_STATE_ANSWERING:
  default:
    break;
  }
}

static void
yonder_cli_call_watch_dispose (GObject *object)
{
  YonderCliCallWatch *self = YONDER_CLI_CALL_WATCH (object);

  yonder_clock_clear (self->clock, &self->stats_timer);
  yonder_clock_clear (self->clock, &self->duration_timer);
  yonder_clock_clear (self->clock, &self->camera_timer);
  g_signal_group_set_target (self->media_signals, NULL);
  g_clear_object (&self->media);

  G_OBJECT_CLASS (yonder_cli_call_watch_parent_class)->dispose (object);
}

static void
yonder_cli_call_watch_finalize (GObject *object)
{
  YonderCliCallWatch *self = YONDER_CLI_CALL_WATCH (object);

  g_clear_object (&self->media_signals);
  g_clear_object (&self->inspection);
  g_clear_object (&self->call);
  g_clear_object (&self->clock);
  g_free (self->sentence);
  g_free (self->to_say);

  G_OBJECT_CLASS (yonder_cli_call_watch_parent_class)->finalize (object);
}

static void
yonder_cli_call_watch_class_init (YonderCliCallWatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = yonder_cli_call_watch_dispose;
  object_class->finalize = yonder_cli_call_watch_finalize;

  signals[OVER] = g_signal_new ("over", YONDER_TYPE_CLI_CALL_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
yonder_cli_call_watch_init (YonderCliCallWatch *self)
{
  static const struct { const char *name; GCallback callback; } handlers[] = {
    { "candidate", G_CALLBACK (on_local_candidate) }, { "remote-candidate", G_CALLBACK (on_remote_candidate) },
    { "ice-state", G_CALLBACK (on_ice_state) },       { "secured", G_CALLBACK (on_secured) },
    { "first-audio", G_CALLBACK (on_first_audio) },   { "first-frame", G_CALLBACK (on_first_frame) },
    { "notice", G_CALLBACK (on_notice) },
  };

  self->media_signals = g_signal_group_new (YONDER_TYPE_MEDIA_SESSION);
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_group_connect_swapped (self->media_signals, handlers[i].name, handlers[i].callback, self);
}

/**
 * yonder_cli_call_watch_new:
 * @call: a call in any state; the one it is in is printed at once
 * @output: where to; outlives the watch
 * @clock: for the statistics and the duration
 * @duration_s: after how many seconds of connection to hang up, 0 for never
 *
 * Returns: (transfer full): the watch
 */
YonderCliCallWatch *
yonder_cli_call_watch_new (YonderCall *call, YonderCliOutput *output, YonderClock *clock, guint duration_s)
{
  YonderCliCallWatch *self = g_object_new (YONDER_TYPE_CLI_CALL_WATCH, NULL);

  self->call = g_object_ref (call);
  self->inspection = g_object_ref (yonder_call_get_inspection (call));
  self->output = output;
  self->clock = g_object_ref (clock);
  self->duration_s = duration_s;

  g_signal_connect_object (yonder_call_get_conversation (call), "notify::is-peer-muted", G_CALLBACK (on_peer_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (yonder_call_get_conversation (call), "notify::is-peer-camera-off", G_CALLBACK (on_peer_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (yonder_call_get_conversation (call), "notify::is-peer-holding", G_CALLBACK (on_peer_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (yonder_call_get_conversation (call), "notify::is-peer-sharing", G_CALLBACK (on_peer_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (yonder_call_get_conversation (call), "notify::is-open", G_CALLBACK (say_text), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (yonder_call_get_conversation (call), "text", G_CALLBACK (on_text), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (call, "notify::media", G_CALLBACK (on_media), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->inspection, "changed", G_CALLBACK (describe_path), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (call, "notify::state", G_CALLBACK (on_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (call, "notify::ice-config", G_CALLBACK (on_servers), self, G_CONNECT_SWAPPED);
  on_media (self);
  on_state (self);
  on_servers (self);

  return self;
}

/* From then on a picture is sent, also in a call that began without; @seconds of connection, 0 for never. Before it is connected. */
void
yonder_cli_call_watch_show_camera_after (YonderCliCallWatch *self, guint seconds)
{
  self->camera_after_s = seconds;
}

void
yonder_cli_call_watch_say (YonderCliCallWatch *self, const char *text)
{
  g_set_str (&self->to_say, text);
  say_text (self);
}

YonderCall *
yonder_cli_call_watch_get_call (YonderCliCallWatch *self)
{
  return self->call;
}

gboolean
yonder_cli_call_watch_was_connected (YonderCliCallWatch *self)
{
  return self->was_connected;
}

gboolean
yonder_cli_call_watch_went_well (YonderCliCallWatch *self)
{
  YonderEndReason reason = yonder_call_get_end_reason (self->call);

  return self->was_connected && (reason == YONDER_END_HUNG_UP || reason == YONDER_END_HUNG_UP_BY_PEER);
}
