/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-account.h"

#include <glib/gi18n.h>

#include "yonder-account-private.h"
#include "yonder-invitations.h"

/* chosen: a call that starts on a rich network brings some 40 messages at once; nobody needs 50 a second for long */
#define MESSAGES_PER_S 50
#define MESSAGES_BURST 500
/* chosen: calls whose end was never told are forgotten when so many are known */
#define MAX_CALLS 64

struct _YonderSocketSignaling {
  GObject parent_instance;

  /* owned */
  YonderAccount     *account;
  YonderClock       *clock;
  YonderSioClient   *client;
  YonderInvitations *invitations;
  GCancellable      *cancellable; /* of a refresh of the token */
  GHashTable        *peers;       /* of call id to peer id: some servers want to be told both */
  GError            *last_error;  /* (nullable) */

  YonderSignalingState state;
  gboolean             answers_invitations; /* this kind of server says that it took one, and gives the call its id */
  gboolean             has_refreshed; /* the token, since the server last let us in */
  double               allowance;     /* messages that may come now */
  gint64               allowance_us;  /* when that was computed */
  guint                n_dropped;     /* messages over the rate that were not reported yet */
};

static void yonder_socket_signaling_iface_init (YonderSignalingInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (YonderSocketSignaling, yonder_socket_signaling, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (YONDER_TYPE_SIGNALING, yonder_socket_signaling_iface_init))

enum {
  PROP_0,
  PROP_STATE,
  PROP_USER_ID,
  PROP_USER_NAME,
};

static void
set_state (YonderSocketSignaling *self, YonderSignalingState state, const GError *error)
{
  g_clear_error (&self->last_error);
  if (error != NULL)
    self->last_error = g_error_copy (error);
  if (self->state == state)
    return;

  g_debug ("signalling %d -> %d%s%s", self->state, state, error != NULL ? ": " : "", error != NULL ? error->message : "");
  self->state = state;
  g_object_notify (G_OBJECT (self), "state");
}

static void
emit_refused (YonderSocketSignaling *self, const char *call_id, const GError *error)
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

  self->allowance = MIN (self->allowance + elapsed_s * MESSAGES_PER_S, MESSAGES_BURST);
  self->allowance_us = now_us;
  if (self->allowance < 1) {
    if (self->n_dropped++ == 0) {
      g_autoptr (GError) error = g_error_new (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_PROTOCOL,
                                              _("The server sends messages faster than is accepted; some were dropped."));

      emit_refused (self, NULL, error);
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

static const char *
kind_to_string (YonderCallKind kind)
{
  return kind == YONDER_CALL_KIND_VOICE ? "voice" : "video";
}

/* Words of YonderEvent, in other words what a profile maps a server's to. */
static int
nick_to_value (GType type, const char *nick, int fallback)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);
  GEnumValue *value = nick != NULL ? g_enum_get_value_by_nick (klass, nick) : NULL;

  return value != NULL ? value->value : fallback;
}


static void
report_unsent (YonderSocketSignaling *self, const char *call_id, const GError *error)
{
  g_debug ("message not sent: %s", error->message);
  g_signal_emit_by_name (self, "call-error", call_id, error->message);
}

/* An event that this kind of server has no word for is left unsaid: profiles differ in what they can tell. */
static void
send_event (YonderSocketSignaling *self, const YonderEvent *event)
{
  g_autofree char *name = NULL;
  g_autoptr (JsonNode) arguments = NULL;
  g_autoptr (GError) error = NULL;

  if (!yonder_profile_encode (yonder_account_get_profile (self->account), event, &name, &arguments, &error)) {
    if (g_error_matches (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_UNSUPPORTED))
      g_debug ("not sent: %s", error->message);
    else
      report_unsent (self, event->call_id, error);
    return;
  }
  if (!yonder_sio_client_emit (self->client, name, arguments, NULL, &error))
    report_unsent (self, event->call_id, error);
}

static YonderEvent *
make_event (YonderSocketSignaling *self, YonderEventType type, const char *call_id, const char *peer_id)
{
  YonderEvent *event = yonder_event_new (type);

  if (peer_id == NULL && call_id != NULL)
    peer_id = g_hash_table_lookup (self->peers, call_id);
  event->call_id = g_strdup (call_id);
  event->peer_id = g_strdup (peer_id);
  event->self_id = g_strdup (yonder_account_get_user_id (self->account));

  return event;
}

static void
remember_peer (YonderSocketSignaling *self, const char *call_id, const char *peer_id)
{
  if (g_hash_table_size (self->peers) >= MAX_CALLS)
    g_hash_table_remove_all (self->peers);
  g_hash_table_insert (self->peers, g_strdup (call_id), g_strdup (peer_id));
}

/* An invitation waits here rather than with what else is to be sent, so that it can be taken back: nobody should be rung up for a
 * caller who has given up. */
static void
send_invitations (YonderSocketSignaling *self)
{
  YonderInvitation *invitation;

  while (yonder_sio_client_is_connected (self->client) && (invitation = yonder_invitations_next_unsent (self->invitations)) != NULL) {
    g_autofree char *peer_id = g_strdup (invitation->peer_id);
    GError *error = NULL;
    gboolean is_wanted;

    if (!yonder_sio_client_emit (self->client, invitation->name, invitation->arguments, NULL, &error)) {
      yonder_invitations_reject (self->invitations, error);
    } else if (!self->answers_invitations) {
      remember_peer (self, peer_id, peer_id);
      yonder_invitations_accept (self->invitations, peer_id, NULL, &is_wanted);
    }
  }
}

/* Asked of the profile by trying to say it. */
static gboolean
does_answer_invitations (YonderProfile *profile)
{
  g_autoptr (YonderEvent) event = yonder_event_new (YONDER_EVENT_INVITED);
  g_autoptr (JsonNode) arguments = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;

  event->call_id = g_strdup ("call");

  return yonder_profile_server_encode (profile, event, &name, &arguments, &error) ||
         !g_error_matches (error, YONDER_PROFILE_ERROR, YONDER_PROFILE_ERROR_UNSUPPORTED);
}

static void
yonder_socket_signaling_invite_async (YonderSignaling *signaling, const char *peer_id, YonderCallKind kind, const char *sdp,
                                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  YonderSocketSignaling *self = YONDER_SOCKET_SIGNALING (signaling);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (YonderEvent) event = make_event (self, YONDER_EVENT_INVITE, NULL, peer_id);
  g_autoptr (GError) error = NULL;
  char *name = NULL;
  JsonNode *arguments = NULL;

  g_task_set_source_tag (task, yonder_socket_signaling_invite_async);
  event->kind = g_strdup (kind_to_string (kind));
  event->sdp = g_strdup (sdp);
  if (!yonder_profile_encode (yonder_account_get_profile (self->account), event, &name, &arguments, &error)) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  if (self->state == YONDER_SIGNALING_OFFLINE || self->state == YONDER_SIGNALING_REFUSED) {
    g_free (name);
    json_node_unref (arguments);
    g_task_return_new_error_literal (task, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_LOST,
                                     _("There is no connection to the call server."));
    return;
  }
  if (!yonder_invitations_add (self->invitations, g_object_ref (task), peer_id, name, arguments)) {
    g_task_return_new_error_literal (task, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED,
                                     _("Too many calls wait for the server's answer already."));
    return;
  }

  send_invitations (self);
}

static char *
yonder_socket_signaling_invite_finish (YonderSignaling *signaling, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, signaling), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static YonderSignalingFlow
yonder_socket_signaling_get_flow (YonderSignaling *signaling)
{
  YonderSocketSignaling *self = YONDER_SOCKET_SIGNALING (signaling);

  return yonder_profile_get_flow (yonder_account_get_profile (self->account)) == YONDER_FLOW_OFFER_FIRST
           ? YONDER_SIGNALING_OFFER_FIRST : YONDER_SIGNALING_INVITE_FIRST;
}

static void
yonder_socket_signaling_accept (YonderSignaling *signaling, const char *call_id, const char *sdp)
{
  YonderSocketSignaling *self = YONDER_SOCKET_SIGNALING (signaling);
  g_autoptr (YonderEvent) event = make_event (self, YONDER_EVENT_ACCEPT, call_id, NULL);

  event->sdp = g_strdup (sdp);
  send_event (self, event);
}

static void
yonder_socket_signaling_decline (YonderSignaling *signaling, const char *call_id)
{
  YonderSocketSignaling *self = YONDER_SOCKET_SIGNALING (signaling);
  g_autoptr (YonderEvent) event = make_event (self, YONDER_EVENT_DECLINE, call_id, NULL);

  send_event (self, event);
  g_hash_table_remove (self->peers, call_id);
}

static void
yonder_socket_signaling_hang_up (YonderSignaling *signaling, const char *call_id)
{
  YonderSocketSignaling *self = YONDER_SOCKET_SIGNALING (signaling);
  g_autoptr (YonderEvent) event = make_event (self, YONDER_EVENT_HANG_UP, call_id, NULL);

  send_event (self, event);
  g_hash_table_remove (self->peers, call_id);
}

static void
send_description (YonderSignaling *signaling, YonderEventType type, const char *call_id, const char *peer_id, const char *sdp, gint64 generation)
{
  YonderSocketSignaling *self = YONDER_SOCKET_SIGNALING (signaling);
  g_autoptr (YonderEvent) event = make_event (self, type, call_id, peer_id);

  event->sdp = g_strdup (sdp);
  event->generation = generation;
  send_event (self, event);
}

static void
yonder_socket_signaling_send_offer (YonderSignaling *signaling, const char *call_id, const char *peer_id, const char *sdp, gint64 generation)
{
  send_description (signaling, YONDER_EVENT_OFFER, call_id, peer_id, sdp, generation);
}

static void
yonder_socket_signaling_send_answer (YonderSignaling *signaling, const char *call_id, const char *peer_id, const char *sdp, gint64 generation)
{
  send_description (signaling, YONDER_EVENT_ANSWER, call_id, peer_id, sdp, generation);
}

static void
yonder_socket_signaling_send_candidate (YonderSignaling *signaling, const char *call_id, const char *peer_id, YonderIceCandidate *candidate,
                                        gint64 generation)
{
  YonderSocketSignaling *self = YONDER_SOCKET_SIGNALING (signaling);
  g_autoptr (YonderEvent) event = make_event (self, YONDER_EVENT_CANDIDATE, call_id, peer_id);

  event->generation = generation;
  yonder_event_add_candidate (event, yonder_ice_candidate_get_text (candidate), yonder_ice_candidate_get_mid (candidate),
                              yonder_ice_candidate_get_mline_index (candidate), yonder_ice_candidate_get_ufrag (candidate));
  send_event (self, event);
}

static void
yonder_socket_signaling_request_recovery (YonderSignaling *signaling, const char *call_id, const char *peer_id, gint64 generation)
{
  YonderSocketSignaling *self = YONDER_SOCKET_SIGNALING (signaling);
  g_autoptr (YonderEvent) event = make_event (self, YONDER_EVENT_RECOVER, call_id, peer_id);

  event->generation = generation;
  send_event (self, event);
}

static void
yonder_socket_signaling_iface_init (YonderSignalingInterface *iface)
{
  iface->get_flow = yonder_socket_signaling_get_flow;
  iface->invite_async = yonder_socket_signaling_invite_async;
  iface->invite_finish = yonder_socket_signaling_invite_finish;
  iface->accept = yonder_socket_signaling_accept;
  iface->decline = yonder_socket_signaling_decline;
  iface->hang_up = yonder_socket_signaling_hang_up;
  iface->send_offer = yonder_socket_signaling_send_offer;
  iface->send_answer = yonder_socket_signaling_send_answer;
  iface->send_candidate = yonder_socket_signaling_send_candidate;
  iface->request_recovery = yonder_socket_signaling_request_recovery;
}

/* One function for each type of event that comes. */

static void
on_incoming (YonderSocketSignaling *self, YonderEvent *event)
{
  remember_peer (self, event->call_id, event->peer_id);
  g_signal_emit_by_name (self, "incoming", event->call_id, event->peer_id, event->peer_name, kind_from_string (event->kind), event->sdp);
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
  g_signal_emit_by_name (self, "ended", event->call_id, nick_to_value (YONDER_TYPE_PEER_END, event->reason, YONDER_PEER_END_HUNG_UP),
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
      candidate = yonder_ice_candidate_parse (given->candidate, given->sdp_mid, given->sdp_mline_index, given->username_fragment, &error);

    if (candidate != NULL)
      g_ptr_array_add (candidates, candidate);
    else
      emit_refused (self, event->call_id, error);
  }
  if (candidates->len > 0)
    g_signal_emit_by_name (self, "candidates", event->call_id, candidates, event->generation);
}

static void
on_recover (YonderSocketSignaling *self, YonderEvent *event)
{
  g_signal_emit_by_name (self, "recover", event->call_id, event->generation);
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

    emit_refused (self, event->call_id, error);
    return;
  }

  remember_peer (self, event->call_id, peer_id);
  if (!is_wanted)
    yonder_socket_signaling_hang_up (YONDER_SIGNALING (self), event->call_id);
}

static void
on_error (YonderSocketSignaling *self, YonderEvent *event)
{
  const char *text = event->text != NULL ? event->text : _("The server reported an error without saying which.");

  if (event->call_id == NULL &&
      yonder_invitations_reject (self->invitations, g_error_new_literal (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED, text)))
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
  g_signal_emit_by_name (self, "presence", event->peer_id, nick_to_value (YONDER_TYPE_PRESENCE, event->status, YONDER_PRESENCE_OFFLINE));
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

static void
on_event (YonderSioClient *client, const char *name, JsonArray *arguments, GPtrArray *attachments, YonderSioAck *ack,
          YonderSocketSignaling *self)
{
  g_autoptr (YonderSocketSignaling) alive = g_object_ref (self);
  g_autoptr (YonderEvent) event = NULL;
  g_autoptr (GError) error = NULL;

  if (!may_come (self))
    return;

  event = yonder_profile_decode (yonder_account_get_profile (self->account), name, arguments, &error);
  if (event == NULL) {
    emit_refused (self, NULL, error);
    return;
  }

  give_call_id (event);
  if (handlers[event->type].handler == NULL || (handlers[event->type].needs_call && event->call_id == NULL) ||
      (handlers[event->type].needs_peer && event->peer_id == NULL) || (handlers[event->type].needs_sdp && event->sdp == NULL)) {
    g_set_error_literal (&error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_PROTOCOL, "a message that lacks what makes it one");
    emit_refused (self, event->call_id, error);
    return;
  }

  handlers[event->type].handler (self, event);
}

static void
on_bad_packet (YonderSioClient *client, GError *error, YonderSocketSignaling *self)
{
  emit_refused (self, NULL, error);
}


static void
on_connected (YonderSioClient *client, gboolean recovered, YonderSocketSignaling *self)
{
  self->has_refreshed = FALSE;
  set_state (self, YONDER_SIGNALING_ONLINE, NULL);
  send_invitations (self);
}

static void
lose_invitations (YonderSocketSignaling *self, gboolean unsent_too)
{
  g_autoptr (GError) error = g_error_new_literal (YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_LOST,
                                                  _("The connection to the call server went away before it answered."));

  yonder_invitations_lose (self->invitations, unsent_too, error);
}

static void
on_disconnected (YonderSioClient *client, const char *reason, GError *error, YonderSocketSignaling *self)
{
  g_autoptr (YonderSocketSignaling) alive = g_object_ref (self);
  g_autoptr (GError) words = error != NULL ? g_error_copy (error) : NULL;
  gboolean is_told = g_strcmp0 (reason, "io server disconnect") == 0;
  gboolean is_own = g_strcmp0 (reason, "io client disconnect") == 0;

  if (is_own)
    return;
  if (words == NULL)
    words = g_error_new_literal (YONDER_SIGNALING_ERROR, is_told ? YONDER_SIGNALING_ERROR_REJECTED : YONDER_SIGNALING_ERROR_LOST,
                                 is_told ? _("The call server ended the connection. Connect again when you want to be reachable.")
                                         : _("The connection to the call server was lost."));
  lose_invitations (self, is_told);
  set_state (self, is_told ? YONDER_SIGNALING_REFUSED : YONDER_SIGNALING_RECONNECTING, words);
}

static void
connect_now (YonderSocketSignaling *self)
{
  g_autoptr (JsonNode) auth = yonder_profile_build_auth (yonder_account_get_profile (self->account), yonder_account_get_token (self->account));

  yonder_sio_client_set_auth (self->client, auth);
  yonder_sio_client_set_tls_database (self->client, yonder_account_get_tls_database (self->account));
  yonder_sio_client_open (self->client);
}

static void
on_refreshed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (YonderSocketSignaling) self = data;
  g_autoptr (GError) error = NULL;

  if (yonder_account_refresh_finish (YONDER_ACCOUNT (source), result, &error)) {
    if (self->state == YONDER_SIGNALING_CONNECTING || self->state == YONDER_SIGNALING_RECONNECTING)
      connect_now (self);
  } else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    /* the server's own words say more than that no fresh token is to be had */
    g_autoptr (GError) former = g_steal_pointer (&self->last_error);

    lose_invitations (self, TRUE);
    set_state (self, YONDER_SIGNALING_REFUSED, former != NULL ? former : error);
  }
}

/* A token that is not valid any more is replaced once before the user is bothered. */
static void
on_connect_error (YonderSioClient *client, GError *error, gboolean will_retry, YonderSocketSignaling *self)
{
  g_autoptr (YonderSocketSignaling) alive = g_object_ref (self);
  gboolean is_rejected = g_error_matches (error, YONDER_SIGNALING_ERROR, YONDER_SIGNALING_ERROR_REJECTED);

  if (will_retry) {
    set_state (self, self->state, error);
  } else if (is_rejected && !self->has_refreshed && yonder_account_get_token (self->account) != NULL) {
    self->has_refreshed = TRUE;
    set_state (self, self->state, error);
    yonder_account_refresh_async (self->account, self->cancellable, on_refreshed, g_object_ref (self));
  } else {
    lose_invitations (self, TRUE);
    set_state (self, YONDER_SIGNALING_REFUSED, error);
  }
}

static void
on_account_notify (YonderAccount *account, GParamSpec *pspec, YonderSocketSignaling *self)
{
  g_object_notify (G_OBJECT (self), pspec->name);
}

static void
yonder_socket_signaling_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  YonderSocketSignaling *self = YONDER_SOCKET_SIGNALING (object);

  switch (id) {
  case PROP_STATE:
    g_value_set_enum (value, self->state);
    break;
  case PROP_USER_ID:
    g_value_set_string (value, yonder_account_get_user_id (self->account));
    break;
  case PROP_USER_NAME:
    g_value_set_string (value, yonder_account_get_user_name (self->account));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
yonder_socket_signaling_dispose (GObject *object)
{
  YonderSocketSignaling *self = YONDER_SOCKET_SIGNALING (object);

  g_cancellable_cancel (self->cancellable);
  if (self->client != NULL) {
    g_signal_handlers_disconnect_by_data (self->client, self);
    yonder_sio_client_close (self->client);
    g_clear_object (&self->client);
  }

  G_OBJECT_CLASS (yonder_socket_signaling_parent_class)->dispose (object);
}

static void
yonder_socket_signaling_finalize (GObject *object)
{
  YonderSocketSignaling *self = YONDER_SOCKET_SIGNALING (object);

  g_clear_object (&self->account);
  g_clear_object (&self->clock);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->invitations, yonder_invitations_free);
  g_clear_pointer (&self->peers, g_hash_table_unref);
  g_clear_error (&self->last_error);

  G_OBJECT_CLASS (yonder_socket_signaling_parent_class)->finalize (object);
}

static void
yonder_socket_signaling_class_init (YonderSocketSignalingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = yonder_socket_signaling_get_property;
  object_class->dispose = yonder_socket_signaling_dispose;
  object_class->finalize = yonder_socket_signaling_finalize;

  g_object_class_override_property (object_class, PROP_STATE, "state");
  g_object_class_override_property (object_class, PROP_USER_ID, "user-id");
  g_object_class_override_property (object_class, PROP_USER_NAME, "user-name");
}

static void
yonder_socket_signaling_init (YonderSocketSignaling *self)
{
  self->invitations = yonder_invitations_new ();
  self->cancellable = g_cancellable_new ();
  self->peers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->allowance = MESSAGES_BURST;
}

/**
 * yonder_socket_signaling_new:
 * @account: whose connection it is
 * @clock: tells the time and wakes
 *
 * Returns: (transfer full): a connection that is not open
 */
YonderSocketSignaling *
yonder_socket_signaling_new (YonderAccount *account, YonderClock *clock)
{
  YonderSocketSignaling *self = g_object_new (YONDER_TYPE_SOCKET_SIGNALING, NULL);
  YonderProfile *profile = yonder_account_get_profile (account);

  self->account = g_object_ref (account);
  self->clock = g_object_ref (clock);
  self->allowance_us = yonder_clock_now_us (clock);
  self->answers_invitations = does_answer_invitations (profile);
  self->client = yonder_sio_client_new (yonder_account_get_server (account), yonder_profile_get_socket_path (profile),
                                        yonder_profile_get_namespace (profile), clock);
  g_signal_connect_object (self->client, "connected", G_CALLBACK (on_connected), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->client, "disconnected", G_CALLBACK (on_disconnected), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->client, "connect-error", G_CALLBACK (on_connect_error), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->client, "event", G_CALLBACK (on_event), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->client, "bad-packet", G_CALLBACK (on_bad_packet), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (account, "notify::user-id", G_CALLBACK (on_account_notify), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (account, "notify::user-name", G_CALLBACK (on_account_notify), self, G_CONNECT_DEFAULT);

  return self;
}

/* Connects with the account's token, and stays connected by itself. A wait for the next try ends at once. */
void
yonder_socket_signaling_open (YonderSocketSignaling *self)
{
  if (self->state == YONDER_SIGNALING_ONLINE)
    return;
  if (self->state != YONDER_SIGNALING_RECONNECTING)
    set_state (self, YONDER_SIGNALING_CONNECTING, NULL);
  connect_now (self);
}

/**
 * yonder_socket_signaling_check:
 * @self: a connection
 *
 * The network has changed, or the computer slept: finds out soon whether the server can still be reached, and connects anew where not.
 */
void
yonder_socket_signaling_check (YonderSocketSignaling *self)
{
  if (self->state != YONDER_SIGNALING_OFFLINE && self->state != YONDER_SIGNALING_REFUSED)
    yonder_sio_client_check (self->client);
}

/* Disconnects and stays so; what waited to be sent is forgotten. */
void
yonder_socket_signaling_close (YonderSocketSignaling *self)
{
  g_autoptr (YonderSocketSignaling) alive = g_object_ref (self);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->has_refreshed = FALSE;
  yonder_sio_client_close (self->client);
  lose_invitations (self, TRUE);
  set_state (self, YONDER_SIGNALING_OFFLINE, NULL);
}

/* (nullable): why it is not online, in words for the user */
const GError *
yonder_socket_signaling_get_last_error (YonderSocketSignaling *self)
{
  return self->last_error;
}
