/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "yonder-media-session.h"

G_DEFINE_INTERFACE (YonderMediaSession, yonder_media_session, G_TYPE_OBJECT)
G_DEFINE_INTERFACE (YonderMediaFactory, yonder_media_factory, G_TYPE_OBJECT)

G_DEFINE_QUARK (yonder-media-error-quark, yonder_media_error)

G_DEFINE_ENUM_TYPE (YonderIceState, yonder_ice_state,
                    G_DEFINE_ENUM_VALUE (YONDER_ICE_STATE_NEW, "new"),
                    G_DEFINE_ENUM_VALUE (YONDER_ICE_STATE_CHECKING, "checking"),
                    G_DEFINE_ENUM_VALUE (YONDER_ICE_STATE_CONNECTED, "connected"),
                    G_DEFINE_ENUM_VALUE (YONDER_ICE_STATE_COMPLETED, "completed"),
                    G_DEFINE_ENUM_VALUE (YONDER_ICE_STATE_DISCONNECTED, "disconnected"),
                    G_DEFINE_ENUM_VALUE (YONDER_ICE_STATE_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (YONDER_ICE_STATE_CLOSED, "closed"))

G_DEFINE_ENUM_TYPE (YonderMediaNotice, yonder_media_notice,
                    G_DEFINE_ENUM_VALUE (YONDER_MEDIA_NOTICE_CAMERA_MISSING, "camera-missing"),
                    G_DEFINE_ENUM_VALUE (YONDER_MEDIA_NOTICE_CAMERA_BUSY, "camera-busy"),
                    G_DEFINE_ENUM_VALUE (YONDER_MEDIA_NOTICE_CAMERA_REFUSED, "camera-refused"),
                    G_DEFINE_ENUM_VALUE (YONDER_MEDIA_NOTICE_MICROPHONE_MISSING, "microphone-missing"),
                    G_DEFINE_ENUM_VALUE (YONDER_MEDIA_NOTICE_MICROPHONE_BUSY, "microphone-busy"),
                    G_DEFINE_ENUM_VALUE (YONDER_MEDIA_NOTICE_MICROPHONE_REFUSED, "microphone-refused"),
                    G_DEFINE_ENUM_VALUE (YONDER_MEDIA_NOTICE_SPEAKER_MISSING, "speaker-missing"),
                    G_DEFINE_ENUM_VALUE (YONDER_MEDIA_NOTICE_CAMERA_CHANGED, "camera-changed"),
                    G_DEFINE_ENUM_VALUE (YONDER_MEDIA_NOTICE_MICROPHONE_CHANGED, "microphone-changed"),
                    G_DEFINE_ENUM_VALUE (YONDER_MEDIA_NOTICE_SPEAKER_CHANGED, "speaker-changed"),
                    G_DEFINE_ENUM_VALUE (YONDER_MEDIA_NOTICE_CAMERA_BLACK, "camera-black"),
                    G_DEFINE_ENUM_VALUE (YONDER_MEDIA_NOTICE_MICROPHONE_SILENT, "microphone-silent"))

static void
add_signal (GType type, const char *name, guint n_params, ...)
{
  va_list args;

  va_start (args, n_params);
  g_signal_new_valist (name, type, G_SIGNAL_RUN_LAST, NULL, NULL, NULL, NULL, G_TYPE_NONE, n_params, args);
  va_end (args);
}

static void
yonder_media_session_default_init (YonderMediaSessionInterface *iface)
{
  GType type = G_TYPE_FROM_INTERFACE (iface);

  add_signal (type, "candidate", 2, YONDER_TYPE_ICE_CANDIDATE, G_TYPE_INT64);
  add_signal (type, "remote-candidate", 2, YONDER_TYPE_ICE_CANDIDATE, G_TYPE_BOOLEAN);
  add_signal (type, "ice-state", 1, YONDER_TYPE_ICE_STATE);
  add_signal (type, "secured", 0);
  add_signal (type, "first-audio", 0);
  add_signal (type, "first-frame", 2, G_TYPE_UINT, G_TYPE_UINT);
  add_signal (type, "speaking", 1, G_TYPE_BOOLEAN);
  add_signal (type, "channel", 1, G_TYPE_BOOLEAN);
  add_signal (type, "message", 1, G_TYPE_STRING);
  add_signal (type, "notice", 2, YONDER_TYPE_MEDIA_NOTICE, G_TYPE_STRING);
  add_signal (type, "notice-over", 1, YONDER_TYPE_MEDIA_NOTICE);
  add_signal (type, "screen-ended", 0);
  add_signal (type, "failed", 1, G_TYPE_ERROR);
}

static void
yonder_media_factory_default_init (YonderMediaFactoryInterface *iface)
{
}

/**
 * yonder_media_session_start_generation:
 * @self: the session
 * @generation: the number of the peer connection within the call, higher than the one before
 *
 * Puts a fresh peer connection in the place of the one there is; capture and encoders go on. Operations that still wait on the old
 * connection end with %G_IO_ERROR_CANCELLED.
 */
void
yonder_media_session_start_generation (YonderMediaSession *self, gint64 generation)
{
  g_return_if_fail (YONDER_IS_MEDIA_SESSION (self));

  YONDER_MEDIA_SESSION_GET_IFACE (self)->start_generation (self, generation);
}

/**
 * yonder_media_session_create_offer_async:
 * @self: the session
 * @cancellable: (nullable): to give up waiting
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Makes an offer and sets it as the local description, which starts gathering.
 */
void
yonder_media_session_create_offer_async (YonderMediaSession *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  g_return_if_fail (YONDER_IS_MEDIA_SESSION (self));

  YONDER_MEDIA_SESSION_GET_IFACE (self)->create_offer_async (self, cancellable, callback, user_data);
}

/* Returns: (transfer full) (nullable): the SDP, or %NULL with a [error@Yonder.MediaError] or %G_IO_ERROR_CANCELLED */
char *
yonder_media_session_create_offer_finish (YonderMediaSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (YONDER_IS_MEDIA_SESSION (self), NULL);

  return YONDER_MEDIA_SESSION_GET_IFACE (self)->create_offer_finish (self, result, error);
}

/**
 * yonder_media_session_accept_offer_async:
 * @self: the session
 * @sdp: the peer's offer, as it came from the network
 * @cancellable: (nullable): to give up waiting
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Takes the peer's offer and makes the answer to it, set on both sides of the connection.
 */
void
yonder_media_session_accept_offer_async (YonderMediaSession *self, const char *sdp, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (YONDER_IS_MEDIA_SESSION (self));

  YONDER_MEDIA_SESSION_GET_IFACE (self)->accept_offer_async (self, sdp, cancellable, callback, user_data);
}

/* Returns: (transfer full) (nullable): the answer's SDP, or %NULL with a [error@Yonder.MediaError] or %G_IO_ERROR_CANCELLED */
char *
yonder_media_session_accept_offer_finish (YonderMediaSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (YONDER_IS_MEDIA_SESSION (self), NULL);

  return YONDER_MEDIA_SESSION_GET_IFACE (self)->accept_offer_finish (self, result, error);
}

/**
 * yonder_media_session_accept_answer_async:
 * @self: the session, with an offer made
 * @sdp: the peer's answer, as it came from the network
 * @cancellable: (nullable): to give up waiting
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Takes the peer's answer; candidates that came before it are applied after it.
 */
void
yonder_media_session_accept_answer_async (YonderMediaSession *self, const char *sdp, GCancellable *cancellable,
                                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (YONDER_IS_MEDIA_SESSION (self));

  YONDER_MEDIA_SESSION_GET_IFACE (self)->accept_answer_async (self, sdp, cancellable, callback, user_data);
}

/* Returns: %TRUE, or %FALSE with a [error@Yonder.MediaError] or %G_IO_ERROR_CANCELLED */
gboolean
yonder_media_session_accept_answer_finish (YonderMediaSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (YONDER_IS_MEDIA_SESSION (self), FALSE);

  return YONDER_MEDIA_SESSION_GET_IFACE (self)->accept_answer_finish (self, result, error);
}

/* Gives the connection a candidate of the peer, or its end of candidates; kept in order until there is a remote description. */
void
yonder_media_session_add_candidate (YonderMediaSession *self, YonderIceCandidate *candidate)
{
  g_return_if_fail (YONDER_IS_MEDIA_SESSION (self));

  YONDER_MEDIA_SESSION_GET_IFACE (self)->add_candidate (self, candidate);
}

/* Sends silence for the microphone, black for the camera (nothing as long as it was never on); holds across generations. */
void
yonder_media_session_set_muted (YonderMediaSession *self, gboolean microphone_muted, gboolean camera_off)
{
  g_return_if_fail (YONDER_IS_MEDIA_SESSION (self));

  YONDER_MEDIA_SESSION_GET_IFACE (self)->set_muted (self, microphone_muted, camera_off);
}

/* Returns: %FALSE where this peer connection takes no picture, so that it is in vain to turn the camera on; %TRUE as long as that is not known */
gboolean
yonder_media_session_can_send_video (YonderMediaSession *self)
{
  g_return_val_if_fail (YONDER_IS_MEDIA_SESSION (self), FALSE);

  return YONDER_MEDIA_SESSION_GET_IFACE (self)->can_send_video (self);
}

/**
 * yonder_media_session_set_held:
 * @self: the session
 * @is_held: whether the call is on hold
 *
 * On hold neither microphone nor camera is listened to, both are let go of, and what comes is not played; afterwards both are as
 * yonder_media_session_set_muted() said last. The connection stays as it is. Holds across generations.
 */
void
yonder_media_session_set_held (YonderMediaSession *self, gboolean is_held)
{
  g_return_if_fail (YONDER_IS_MEDIA_SESSION (self));

  YONDER_MEDIA_SESSION_GET_IFACE (self)->set_held (self, is_held);
}

/**
 * yonder_media_session_share_screen:
 * @self: the session
 * @remote: a connection to PipeWire, as the desktop hands out; borrowed for the call
 * @node_id: the stream of a screen or a window there
 *
 * Sends the picture of the screen in place of the camera's, until yonder_media_session_stop_screen(), ::screen-ended or hold. The camera is let go
 * of meanwhile; what yonder_media_session_set_muted() says of it counts afterwards. Holds across generations.
 */
void
yonder_media_session_share_screen (YonderMediaSession *self, int remote, guint node_id)
{
  g_return_if_fail (YONDER_IS_MEDIA_SESSION (self));

  YONDER_MEDIA_SESSION_GET_IFACE (self)->share_screen (self, remote, node_id);
}

/* The screen is sent no more from this moment. Without effect where none is shared; no ::screen-ended comes of it. */
void
yonder_media_session_stop_screen (YonderMediaSession *self)
{
  g_return_if_fail (YONDER_IS_MEDIA_SESSION (self));

  YONDER_MEDIA_SESSION_GET_IFACE (self)->stop_screen (self);
}

/**
 * yonder_media_session_send_message:
 * @self: the session
 * @text: UTF-8, at most 16 KiB
 *
 * Passes a text to the peer, beside sound and picture. Never waits.
 *
 * Returns: %FALSE where there is no channel, or it carries nothing at the moment
 */
gboolean
yonder_media_session_send_message (YonderMediaSession *self, const char *text)
{
  YonderMediaSessionInterface *iface;

  g_return_val_if_fail (YONDER_IS_MEDIA_SESSION (self), FALSE);

  iface = YONDER_MEDIA_SESSION_GET_IFACE (self);
  return iface->send_message != NULL && iface->send_message (self, text);
}

/**
 * yonder_media_session_set_ice_servers:
 * @self: the session
 * @ice_servers: (nullable): of [class@Yonder.IceServer]
 * @relay_only: whether only paths through a relay may be used
 *
 * Sets the servers for the peer connections that are made from now on; the one there is keeps those that it was made with.
 */
void
yonder_media_session_set_ice_servers (YonderMediaSession *self, GListModel *ice_servers, gboolean relay_only)
{
  g_return_if_fail (YONDER_IS_MEDIA_SESSION (self));

  YONDER_MEDIA_SESSION_GET_IFACE (self)->set_ice_servers (self, ice_servers, relay_only);
}

/**
 * yonder_media_session_get_stats:
 * @self: the session
 * @stats: (out caller-allocates): where to put what the last second was like
 *
 * Never waits: gives what was measured last.
 */
void
yonder_media_session_get_stats (YonderMediaSession *self, YonderMediaStats *stats)
{
  g_return_if_fail (YONDER_IS_MEDIA_SESSION (self));

  YONDER_MEDIA_SESSION_GET_IFACE (self)->get_stats (self, stats);
}

/**
 * yonder_media_session_dup_ice_report:
 * @self: the session
 *
 * Tells what ICE has done for the peer connection there is now, or, after close(), for the last one.
 *
 * Returns: (transfer full) (nullable): the report; %NULL before there was any peer connection
 */
YonderIceReport *
yonder_media_session_dup_ice_report (YonderMediaSession *self)
{
  YonderMediaSessionInterface *iface;

  g_return_val_if_fail (YONDER_IS_MEDIA_SESSION (self), NULL);

  iface = YONDER_MEDIA_SESSION_GET_IFACE (self);
  return iface->dup_ice_report != NULL ? iface->dup_ice_report (self) : NULL;
}

/**
 * yonder_media_session_dup_safety_code:
 * @self: the session
 *
 * The code that both people can read out to each other: it is the same on both sides if nobody sits between them. It belongs to the peer
 * connection there is now, and is another one after each start_generation().
 *
 * Returns: (transfer full) (nullable): six groups of five digits; %NULL while the connection is not secured
 */
char *
yonder_media_session_dup_safety_code (YonderMediaSession *self)
{
  YonderMediaSessionInterface *iface;

  g_return_val_if_fail (YONDER_IS_MEDIA_SESSION (self), NULL);

  iface = YONDER_MEDIA_SESSION_GET_IFACE (self);
  return iface->dup_safety_code != NULL ? iface->dup_safety_code (self) : NULL;
}

/* Lets go of devices and connection at once; no signal comes after it. */
void
yonder_media_session_close (YonderMediaSession *self)
{
  g_return_if_fail (YONDER_IS_MEDIA_SESSION (self));

  YONDER_MEDIA_SESSION_GET_IFACE (self)->close (self);
}

/**
 * yonder_media_factory_create_session:
 * @self: the factory
 * @options: what the session is to do
 * @error: return location for a [error@Yonder.MediaError]
 *
 * Makes a session with a peer connection of generation 0.
 *
 * Returns: (transfer full) (nullable): the session, or %NULL with @error set
 */
YonderMediaSession *
yonder_media_factory_create_session (YonderMediaFactory *self, const YonderMediaOptions *options, GError **error)
{
  g_return_val_if_fail (YONDER_IS_MEDIA_FACTORY (self), NULL);

  return YONDER_MEDIA_FACTORY_GET_IFACE (self)->create_session (self, options, error);
}
