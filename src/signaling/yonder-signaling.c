/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-signaling.h"

G_DEFINE_INTERFACE (YonderSignaling, yonder_signaling, G_TYPE_OBJECT)

G_DEFINE_QUARK (yonder-signaling-error-quark, yonder_signaling_error)

G_DEFINE_ENUM_TYPE (YonderCallKind, yonder_call_kind,
                    G_DEFINE_ENUM_VALUE (YONDER_CALL_KIND_VOICE, "voice"),
                    G_DEFINE_ENUM_VALUE (YONDER_CALL_KIND_VIDEO, "video"))

G_DEFINE_ENUM_TYPE (YonderPresence, yonder_presence,
                    G_DEFINE_ENUM_VALUE (YONDER_PRESENCE_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (YONDER_PRESENCE_ONLINE, "online"),
                    G_DEFINE_ENUM_VALUE (YONDER_PRESENCE_AWAY, "away"))

G_DEFINE_ENUM_TYPE (YonderPeerEnd, yonder_peer_end,
                    G_DEFINE_ENUM_VALUE (YONDER_PEER_END_HUNG_UP, "hung-up"),
                    G_DEFINE_ENUM_VALUE (YONDER_PEER_END_DECLINED, "declined"),
                    G_DEFINE_ENUM_VALUE (YONDER_PEER_END_MISSED, "missed"),
                    G_DEFINE_ENUM_VALUE (YONDER_PEER_END_BUSY, "busy"),
                    G_DEFINE_ENUM_VALUE (YONDER_PEER_END_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (YONDER_PEER_END_ANSWERED_ELSEWHERE, "answered-elsewhere"))

G_DEFINE_ENUM_TYPE (YonderSignalingState, yonder_signaling_state,
                    G_DEFINE_ENUM_VALUE (YONDER_SIGNALING_OFFLINE, "offline"),
                    G_DEFINE_ENUM_VALUE (YONDER_SIGNALING_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (YONDER_SIGNALING_ONLINE, "online"),
                    G_DEFINE_ENUM_VALUE (YONDER_SIGNALING_RECONNECTING, "reconnecting"),
                    G_DEFINE_ENUM_VALUE (YONDER_SIGNALING_REFUSED, "refused"))

static void
add_signal (GType type, const char *name, guint n_params, ...)
{
  va_list args;

  va_start (args, n_params);
  g_signal_new_valist (name, type, G_SIGNAL_RUN_LAST, NULL, NULL, NULL, NULL, G_TYPE_NONE, n_params, args);
  va_end (args);
}

static void
yonder_signaling_default_init (YonderSignalingInterface *iface)
{
  GType type = G_TYPE_FROM_INTERFACE (iface);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  g_object_interface_install_property (iface, g_param_spec_enum ("state", NULL, NULL, YONDER_TYPE_SIGNALING_STATE,
                                                                 YONDER_SIGNALING_OFFLINE, flags));
  g_object_interface_install_property (iface, g_param_spec_string ("user-id", NULL, NULL, NULL, flags));
  g_object_interface_install_property (iface, g_param_spec_string ("user-name", NULL, NULL, NULL, flags));

  add_signal (type, "incoming", 5, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING, YONDER_TYPE_CALL_KIND, G_TYPE_STRING);
  add_signal (type, "accepted", 2, G_TYPE_STRING, G_TYPE_STRING);
  add_signal (type, "ended", 4, G_TYPE_STRING, YONDER_TYPE_PEER_END, G_TYPE_STRING, G_TYPE_STRING);
  add_signal (type, "offer", 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_INT64);
  add_signal (type, "answer", 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_INT64);
  add_signal (type, "candidates", 3, G_TYPE_STRING, G_TYPE_PTR_ARRAY, G_TYPE_INT64);
  add_signal (type, "recover", 2, G_TYPE_STRING, G_TYPE_INT64);
  add_signal (type, "meeting", 2, G_TYPE_STRING, G_TYPE_STRING);
  add_signal (type, "call-error", 2, G_TYPE_STRING, G_TYPE_STRING);
  add_signal (type, "online", 1, G_TYPE_STRV);
  add_signal (type, "presence", 2, G_TYPE_STRING, YONDER_TYPE_PRESENCE);
  add_signal (type, "refused", 2, G_TYPE_STRING, G_TYPE_ERROR);
}

/**
 * yonder_signaling_get_state:
 * @self: the signalling connection
 *
 * Tells whether messages go out now. They are kept while they do not.
 *
 * Returns: the state
 */
YonderSignalingState
yonder_signaling_get_state (YonderSignaling *self)
{
  YonderSignalingState state;

  g_return_val_if_fail (YONDER_IS_SIGNALING (self), YONDER_SIGNALING_OFFLINE);

  g_object_get (self, "state", &state, NULL);
  return state;
}

/**
 * yonder_signaling_dup_user_id:
 * @self: the signalling connection
 *
 * Returns: (transfer full) (nullable): the id by which the server knows this user, %NULL before it told
 */
char *
yonder_signaling_dup_user_id (YonderSignaling *self)
{
  char *id = NULL;

  g_return_val_if_fail (YONDER_IS_SIGNALING (self), NULL);

  g_object_get (self, "user-id", &id, NULL);
  return id;
}

/**
 * yonder_signaling_get_flow:
 * @self: the signalling connection
 *
 * Returns: whether the invitation carries the offer
 */
YonderSignalingFlow
yonder_signaling_get_flow (YonderSignaling *self)
{
  g_return_val_if_fail (YONDER_IS_SIGNALING (self), YONDER_SIGNALING_INVITE_FIRST);

  return YONDER_SIGNALING_GET_IFACE (self)->get_flow (self);
}

/**
 * yonder_signaling_invite_async:
 * @self: the signalling connection
 * @peer_id: whom to call
 * @kind: voice or video
 * @sdp: (nullable): the offer, in the offer-first flow
 * @cancellable: (nullable): cancels the wait, not the invitation
 * @callback: called when the server has taken or refused the invitation
 * @user_data: for @callback
 *
 * Invites somebody to a call.
 */
void
yonder_signaling_invite_async (YonderSignaling *self, const char *peer_id, YonderCallKind kind, const char *sdp,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (YONDER_IS_SIGNALING (self));
  g_return_if_fail (peer_id != NULL);

  YONDER_SIGNALING_GET_IFACE (self)->invite_async (self, peer_id, kind, sdp, cancellable, callback, user_data);
}

/**
 * yonder_signaling_invite_finish:
 * @self: the signalling connection
 * @result: what the callback was given
 * @error: return location for a [error@Yonder.SignalingError]
 *
 * Tells how the invitation was taken.
 *
 * Returns: (transfer full) (nullable): the call id, or %NULL with @error set: %YONDER_SIGNALING_ERROR_REJECTED in the server's
 *   words, %YONDER_SIGNALING_ERROR_LOST, %YONDER_SIGNALING_ERROR_TIMED_OUT, %G_IO_ERROR_CANCELLED
 */
char *
yonder_signaling_invite_finish (YonderSignaling *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (YONDER_IS_SIGNALING (self), NULL);

  return YONDER_SIGNALING_GET_IFACE (self)->invite_finish (self, result, error);
}

/**
 * yonder_signaling_accept:
 * @self: the signalling connection
 * @call_id: an incoming call
 * @sdp: (nullable): the answer, in the offer-first flow
 *
 * Takes a call.
 */
void
yonder_signaling_accept (YonderSignaling *self, const char *call_id, const char *sdp)
{
  g_return_if_fail (YONDER_IS_SIGNALING (self));

  YONDER_SIGNALING_GET_IFACE (self)->accept (self, call_id, sdp);
}

/* Refuses an incoming call. */
void
yonder_signaling_decline (YonderSignaling *self, const char *call_id)
{
  g_return_if_fail (YONDER_IS_SIGNALING (self));

  YONDER_SIGNALING_GET_IFACE (self)->decline (self, call_id);
}

/* Ends a call in whatever state it is; an invitation that was not answered is taken back. */
void
yonder_signaling_hang_up (YonderSignaling *self, const char *call_id)
{
  g_return_if_fail (YONDER_IS_SIGNALING (self));

  YONDER_SIGNALING_GET_IFACE (self)->hang_up (self, call_id);
}

void
yonder_signaling_send_offer (YonderSignaling *self, const char *call_id, const char *peer_id, const char *sdp, gint64 generation)
{
  g_return_if_fail (YONDER_IS_SIGNALING (self));

  YONDER_SIGNALING_GET_IFACE (self)->send_offer (self, call_id, peer_id, sdp, generation);
}

void
yonder_signaling_send_answer (YonderSignaling *self, const char *call_id, const char *peer_id, const char *sdp, gint64 generation)
{
  g_return_if_fail (YONDER_IS_SIGNALING (self));

  YONDER_SIGNALING_GET_IFACE (self)->send_answer (self, call_id, peer_id, sdp, generation);
}

void
yonder_signaling_send_candidate (YonderSignaling *self, const char *call_id, const char *peer_id, YonderIceCandidate *candidate,
                                 gint64 generation)
{
  g_return_if_fail (YONDER_IS_SIGNALING (self));

  YONDER_SIGNALING_GET_IFACE (self)->send_candidate (self, call_id, peer_id, candidate, generation);
}

/**
 * yonder_signaling_request_recovery:
 * @self: the signalling connection
 * @call_id: the call
 * @peer_id: the side that makes offers in it
 * @generation: the generation that is wanted
 *
 * Asks the peer for an offer of a fresh peer connection.
 */
void
yonder_signaling_request_recovery (YonderSignaling *self, const char *call_id, const char *peer_id, gint64 generation)
{
  g_return_if_fail (YONDER_IS_SIGNALING (self));

  YONDER_SIGNALING_GET_IFACE (self)->request_recovery (self, call_id, peer_id, generation);
}

/**
 * yonder_signaling_send_meeting:
 * @self: the signalling connection
 * @call_id: the call
 * @peer_id: the other side
 * @uri: of a room in the browser
 *
 * Tells the peer where to meet, should the call come to nothing. Left unsaid on a server that has no word for it.
 */
void
yonder_signaling_send_meeting (YonderSignaling *self, const char *call_id, const char *peer_id, const char *uri)
{
  g_return_if_fail (YONDER_IS_SIGNALING (self));

  YONDER_SIGNALING_GET_IFACE (self)->send_meeting (self, call_id, peer_id, uri);
}
