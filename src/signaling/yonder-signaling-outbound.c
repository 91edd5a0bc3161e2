/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-socket-signaling-private.h"

#include <glib/gi18n.h>

/* chosen: calls whose end was never told are forgotten when so many are known */
#define MAX_CALLS 64

static const char *
kind_to_string (YonderCallKind kind)
{
  return kind == YONDER_CALL_KIND_VOICE ? "voice" : "video";
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

/* Some servers want to be told the peer with the call. */
void
yonder_socket_signaling_remember_peer (YonderSocketSignaling *self, const char *call_id, const char *peer_id)
{
  if (g_hash_table_size (self->peers) >= MAX_CALLS)
    g_hash_table_remove_all (self->peers);
  g_hash_table_insert (self->peers, g_strdup (call_id), g_strdup (peer_id));
}

/* An invitation waits here rather than with what else is to be sent, so that it can be taken back: nobody should be rung up for a
 * caller who has given up. */
void
yonder_socket_signaling_send_invitations (YonderSocketSignaling *self)
{
  YonderInvitation *invitation;

  while (yonder_sio_client_is_connected (self->client) &&
         (invitation = yonder_invitations_next_unsent (self->invitations)) != NULL) {
    g_autofree char *peer_id = g_strdup (invitation->peer_id);
    GError *error = NULL;
    gboolean is_wanted;

    if (!yonder_sio_client_emit (self->client, invitation->name, invitation->arguments, NULL, &error)) {
      yonder_invitations_reject (self->invitations, error);
    } else if (!self->answers_invitations) {
      yonder_socket_signaling_remember_peer (self, peer_id, peer_id);
      yonder_invitations_accept (self->invitations, peer_id, NULL, &is_wanted);
    }
  }
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

  yonder_socket_signaling_send_invitations (self);
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
send_description (YonderSignaling *signaling, YonderEventType type, const char *call_id, const char *peer_id, const char *sdp,
                  gint64 generation)
{
  YonderSocketSignaling *self = YONDER_SOCKET_SIGNALING (signaling);
  g_autoptr (YonderEvent) event = make_event (self, type, call_id, peer_id);

  event->sdp = g_strdup (sdp);
  event->generation = generation;
  send_event (self, event);
}

static void
yonder_socket_signaling_send_offer (YonderSignaling *signaling, const char *call_id, const char *peer_id, const char *sdp,
                                    gint64 generation)
{
  send_description (signaling, YONDER_EVENT_OFFER, call_id, peer_id, sdp, generation);
}

static void
yonder_socket_signaling_send_answer (YonderSignaling *signaling, const char *call_id, const char *peer_id, const char *sdp,
                                     gint64 generation)
{
  send_description (signaling, YONDER_EVENT_ANSWER, call_id, peer_id, sdp, generation);
}

static void
yonder_socket_signaling_send_candidate (YonderSignaling *signaling, const char *call_id, const char *peer_id,
                                        YonderIceCandidate *candidate,
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
yonder_socket_signaling_send_meeting (YonderSignaling *signaling, const char *call_id, const char *peer_id, const char *uri)
{
  YonderSocketSignaling *self = YONDER_SOCKET_SIGNALING (signaling);
  g_autoptr (YonderEvent) event = make_event (self, YONDER_EVENT_MEETING, call_id, peer_id);

  event->uri = g_strdup (uri);
  send_event (self, event);
}

/* What YonderSignaling is, said by this connection. */
void
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
  iface->send_meeting = yonder_socket_signaling_send_meeting;
}
