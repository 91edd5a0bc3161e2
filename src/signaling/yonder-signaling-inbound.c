/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-socket-signaling-private.h"

#include <glib/gi18n.h>

/* chosen: a call that starts on a rich network brings some 40 messages at once; nobody needs 50 a second for long */
#define MESSAGES_PER_S 50
/* Reports a message that was not acceptable. */
void
yonder_socket_signaling_refuse (YonderSocketSignaling *self, const char *call_id, const GError *error)
{
  g_debug ("message refused: %s", error->message);
  g_signal_emit_by_name (self, "refused", call_id, error);
}

/* A token bucket. What comes too fast is dropped, and reported once when there is room again. */
static gboolean
may_come (YonderSocketSignaling *self)
{
  gint64 now_us = yonder_clock_now_us (self->clock);
  double elapsed_s = (now_us - self->allowance_us) / (double) G_USEC_PER_SEC;

  self->allowance = MIN (self->allowance + elapsed_s * MESSAGES_PER_S, YONDER_SIGNALING_BURST);
  self->allowance_us = now_us;
  if (self->allowance < 1) {
    if (self->n_dropped++ == 0) {
      g_autoptr (GError) error = g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_PROTOCOL,
                                              _("The server sends messages faster than is accepted; some were dropped."));

      yonder_socket_signaling_refuse (self, NULL, error);
    }
    return FALSE;
  }

  if (self->n_dropped > 0)
    g_debug ("%u messages were dropped", self->n_dropped);
  self->n_dropped = 0;
  self->allowance -= 1;
  return TRUE;
}

static YonderCallKind
kind_from_string (const char *kind)
{
  return g_strcmp0 (kind, "voice") == 0 ? YONDER_CALL_KIND_VOICE : YONDER_CALL_KIND_VIDEO;
}

/* Words of YonderEvent, in other words what a profile maps a server's to. */
static int
nick_to_value (GType type, const char *nick, int fallback)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);
  GEnumValue *value = nick != NULL ? g_enum_get_value_by_nick (klass, nick) : NULL;

  return value != NULL ? value->value : fallback;
}

/* One function for each type of event that comes. */

static void
on_incoming (YonderSocketSignaling *self, YonderEvent *event)
{
  yonder_socket_signaling_remember_peer (self, event->call_id, event->peer_id);
  g_signal_emit_by_name (self, "incoming", event->call_id, event->peer_id, event->peer_name, kind_from_string (event->kind),
                         event->sdp);
}

static void
on_accepted (YonderSocketSignaling *self, YonderEvent *event)
{
  g_signal_emit_by_name (self, "accepted", event->call_id, event->sdp);
}

/* "ended" is the wire's word for a call that somebody hung up; a reason that is not known is taken for the same. */
static void
on_ended (YonderSocketSignaling *self, YonderEvent *event)
{
  g_hash_table_remove (self->peers, event->call_id);
  g_signal_emit_by_name (self, "ended", event->call_id,
                         nick_to_value (YONDER_TYPE_PEER_END, event->reason, YONDER_PEER_END_HUNG_UP),
                         event->ended_by, event->text);
}

static void
on_offer (YonderSocketSignaling *self, YonderEvent *event)
{
  g_signal_emit_by_name (self, "offer", event->call_id, event->sdp, event->generation);
}

static void
on_answer (YonderSocketSignaling *self, YonderEvent *event)
{
  g_signal_emit_by_name (self, "answer", event->call_id, event->sdp, event->generation);
}

static void
on_candidates (YonderSocketSignaling *self, YonderEvent *event)
{
  g_autoptr (GPtrArray) candidates = g_ptr_array_new_with_free_func ((GDestroyNotify) yonder_ice_candidate_unref);

  for (guint i = 0; event->candidates != NULL && i < event->candidates->len; i++) {
    YonderEventCandidate *given = event->candidates->pdata[i];
    g_autoptr (GError) error = NULL;
    YonderIceCandidate *candidate;

    if (given->candidate == NULL || *given->candidate == '\0')
      candidate = yonder_ice_candidate_new_end (given->sdp_mid, given->sdp_mline_index, given->username_fragment);
    else
      candidate = yonder_ice_candidate_parse (given->candidate, given->sdp_mid, given->sdp_mline_index, given->username_fragment,
                                              &error);

    if (candidate != NULL)
      g_ptr_array_add (candidates, candidate);
    else
      yonder_socket_signaling_refuse (self, event->call_id, error);
  }
  if (candidates->len > 0)
    g_signal_emit_by_name (self, "candidates", event->call_id, candidates, event->generation);
}

static void
on_recover (YonderSocketSignaling *self, YonderEvent *event)
{
  g_signal_emit_by_name (self, "recover", event->call_id, event->generation);
}

static void
on_meeting (YonderSocketSignaling *self, YonderEvent *event)
{
  g_signal_emit_by_name (self, "meeting", event->call_id, event->uri);
}

/* A call that nobody waits for any more must not go on ringing at the other end. */
static void
on_invited (YonderSocketSignaling *self, YonderEvent *event)
{
  g_autofree char *peer_id = NULL;
  gboolean is_wanted = FALSE;

  if (!yonder_invitations_accept (self->invitations, event->call_id, &peer_id, &is_wanted)) {
    g_autoptr (GError) error = g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_PROTOCOL,
                                            "an answer to an invitation that was not sent");

    yonder_socket_signaling_refuse (self, event->call_id, error);
    return;
  }

  yonder_socket_signaling_remember_peer (self, event->call_id, peer_id);
  if (!is_wanted)
    yonder_signaling_hang_up (YONDER_SIGNALING (self), event->call_id);
}

static void
on_error (YonderSocketSignaling *self, YonderEvent *event)
{
  const char *text = event->text != NULL ? event->text : _("The server reported an error without saying which.");

  if (event->call_id == NULL &&
      yonder_invitations_reject (self->invitations,
                                 g_error_new_literal (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED, text)))
    return;

  g_signal_emit_by_name (self, "call-error", event->call_id, text);
}

static void
on_online (YonderSocketSignaling *self, YonderEvent *event)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) users = NULL;

  for (guint i = 0; event->users != NULL && i < event->users->len; i++)
    g_strv_builder_add (builder, event->users->pdata[i]);
  users = g_strv_builder_end (builder);
  g_signal_emit_by_name (self, "online", users);
}

static void
on_presence (YonderSocketSignaling *self, YonderEvent *event)
{
  g_signal_emit_by_name (self, "presence", event->peer_id,
                         nick_to_value (YONDER_TYPE_PRESENCE, event->status, YONDER_PRESENCE_OFFLINE));
}

typedef void (*Handler) (YonderSocketSignaling *self, YonderEvent *event);

/* What must be there beside what the profile demands. Types without a handler are not for clients. */
static const struct {
  Handler  handler;
  gboolean needs_call;
  gboolean needs_peer;
  gboolean needs_sdp;
} handlers[YONDER_N_EVENTS] = {
  [YONDER_EVENT_INCOMING] = { on_incoming, TRUE, TRUE, FALSE },
  [YONDER_EVENT_ACCEPTED] = { on_accepted, TRUE, FALSE, FALSE },
  [YONDER_EVENT_ENDED] = { on_ended, TRUE, FALSE, FALSE },
  [YONDER_EVENT_OFFER] = { on_offer, TRUE, FALSE, TRUE },
  [YONDER_EVENT_ANSWER] = { on_answer, TRUE, FALSE, TRUE },
  [YONDER_EVENT_CANDIDATE] = { on_candidates, TRUE, FALSE, FALSE },
  [YONDER_EVENT_CANDIDATES] = { on_candidates, TRUE, FALSE, FALSE },
  [YONDER_EVENT_RECOVER] = { on_recover, TRUE, FALSE, FALSE },
  [YONDER_EVENT_MEETING] = { on_meeting, TRUE, FALSE, FALSE },
  [YONDER_EVENT_INVITED] = { on_invited, TRUE, FALSE, FALSE },
  [YONDER_EVENT_ERROR] = { on_error, FALSE, FALSE, FALSE },
  [YONDER_EVENT_ONLINE] = { on_online, FALSE, FALSE, FALSE },
  [YONDER_EVENT_PRESENCE] = { on_presence, FALSE, TRUE, FALSE },
};

/* A server without call ids knows one call with each peer, which is known by the peer then. */
static void
give_call_id (YonderEvent *event)
{
  if (event->call_id == NULL && handlers[event->type].needs_call && event->peer_id != NULL)
    event->call_id = g_strdup (event->peer_id);
}

/* An event of the server, from YonderSioClient. */
void
yonder_socket_signaling_take_event (YonderSioClient *client, const char *name, JsonArray *arguments, GPtrArray *attachments,
                                    YonderSioAck *ack,
                                    YonderSocketSignaling *self)
{
  g_autoptr (YonderSocketSignaling) alive = g_object_ref (self);
  g_autoptr (YonderEvent) event = NULL;
  g_autoptr (GError) error = NULL;

  if (!may_come (self))
    return;

  event = yonder_profile_decode (yonder_account_get_profile (self->account), name, arguments, &error);
  if (event == NULL) {
    yonder_socket_signaling_refuse (self, NULL, error);
    return;
  }

  give_call_id (event);
  if (handlers[event->type].handler == NULL || (handlers[event->type].needs_call && event->call_id == NULL) ||
      (handlers[event->type].needs_peer && event->peer_id == NULL) || (handlers[event->type].needs_sdp && event->sdp == NULL)) {
    g_set_error_literal (&error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_PROTOCOL,
                         "a message that lacks what makes it one");
    yonder_socket_signaling_refuse (self, event->call_id, error);
    return;
  }

  handlers[event->type].handler (self, event);
}
