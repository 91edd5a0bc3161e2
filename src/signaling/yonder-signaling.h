/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderSignaling - what calls need of a call server, whatever the wire calls it.
 *
 * An interface: YonderSocketSignaling speaks to a Socket.IO server through a profile, a test puts a fake in its place. Sending
 * never blocks; what is sent while the connection is down goes out when it is back. Nothing that comes from here is trusted:
 * every text is bounded in size and is to be shown as text.
 *
 * A generation that comes is YONDER_NO_GENERATION where the peer wrote none.
 *
 * Thread: main context. Signals (all G_SIGNAL_RUN_LAST):
 *   incoming    (char *call_id, char *peer_id, char *nullable peer_name, YonderCallKind kind, char *nullable sdp)
 *   accepted    (char *call_id, char *nullable sdp)          the callee took the call (sent to both sides)
 *   ended       (char *call_id, YonderPeerEnd why, char *nullable by, char *nullable text)
 *   offer       (char *call_id, char *sdp, gint64 generation)
 *   answer      (char *call_id, char *sdp, gint64 generation)
 *   candidates  (char *call_id, GPtrArray *candidates, gint64 generation)   (element-type YonderIceCandidate), in order
 *   recover     (char *call_id, gint64 generation)           the peer asks for a fresh peer connection
 *   meeting     (char *call_id, char *uri)                   a room in the browser where the peer can be met, should the call fail
 *   call-error  (char *nullable call_id, char *text)
 *   online      (GStrv user_ids)                             everybody who is online now
 *   presence    (char *user_id, YonderPresence presence)
 *   refused     (char *nullable call_id, GError *error)      a message that was dropped because it was not acceptable
 * Properties: state, user-id, user-name.
 */

#pragma once

#include <gio/gio.h>

#include "yonder-ice-candidate.h"
#include "yonder-sio-client.h"

G_BEGIN_DECLS

#define YONDER_NO_GENERATION -1

typedef enum {
  YONDER_CALL_KIND_VOICE,
  YONDER_CALL_KIND_VIDEO,
} YonderCallKind;

typedef enum {
  YONDER_PRESENCE_OFFLINE,
  YONDER_PRESENCE_ONLINE,
  YONDER_PRESENCE_AWAY,
} YonderPresence;

/* Why the server or the peer says that a call is over. */
typedef enum {
  YONDER_PEER_END_HUNG_UP,
  YONDER_PEER_END_DECLINED,
  YONDER_PEER_END_MISSED,
  YONDER_PEER_END_BUSY,
  YONDER_PEER_END_FAILED,
  YONDER_PEER_END_ANSWERED_ELSEWHERE,
} YonderPeerEnd;

typedef enum {
  YONDER_SIGNALING_OFFLINE,      /* not asked to be connected, or signed out */
  YONDER_SIGNALING_CONNECTING,
  YONDER_SIGNALING_ONLINE,
  YONDER_SIGNALING_RECONNECTING, /* was online; tries by itself */
  YONDER_SIGNALING_REFUSED,      /* the server does not let us in; does not try by itself */
} YonderSignalingState;

/* Whether the offer is the invitation itself (W: profile's flow). */
typedef enum {
  YONDER_SIGNALING_INVITE_FIRST,
  YONDER_SIGNALING_OFFER_FIRST,
} YonderSignalingFlow;

GType yonder_call_kind_get_type (void);
GType yonder_presence_get_type (void);
GType yonder_peer_end_get_type (void);
GType yonder_signaling_state_get_type (void);
#define YONDER_TYPE_CALL_KIND (yonder_call_kind_get_type ())
#define YONDER_TYPE_PRESENCE (yonder_presence_get_type ())
#define YONDER_TYPE_PEER_END (yonder_peer_end_get_type ())
#define YONDER_TYPE_SIGNALING_STATE (yonder_signaling_state_get_type ())

#define YONDER_TYPE_SIGNALING (yonder_signaling_get_type ())
G_DECLARE_INTERFACE (YonderSignaling, yonder_signaling, YONDER, SIGNALING, GObject)

struct _YonderSignalingInterface {
  GTypeInterface parent_interface;

  YonderSignalingFlow (*get_flow) (YonderSignaling *self);

  void  (*invite_async)  (YonderSignaling *self, const char *peer_id, YonderCallKind kind, const char *sdp,
                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  char *(*invite_finish) (YonderSignaling *self, GAsyncResult *result, GError **error);
  void  (*accept)        (YonderSignaling *self, const char *call_id, const char *sdp);
  void  (*decline)       (YonderSignaling *self, const char *call_id);
  void  (*hang_up)       (YonderSignaling *self, const char *call_id);
  void  (*send_offer)    (YonderSignaling *self, const char *call_id, const char *peer_id, const char *sdp, gint64 generation);
  void  (*send_answer)   (YonderSignaling *self, const char *call_id, const char *peer_id, const char *sdp, gint64 generation);
  void  (*send_candidate) (YonderSignaling *self, const char *call_id, const char *peer_id, YonderIceCandidate *candidate,
                           gint64 generation);
  void  (*request_recovery) (YonderSignaling *self, const char *call_id, const char *peer_id, gint64 generation);
  void  (*send_meeting)  (YonderSignaling *self, const char *call_id, const char *peer_id, const char *uri);
};

YonderSignalingState yonder_signaling_get_state   (YonderSignaling *self);
char                *yonder_signaling_dup_user_id (YonderSignaling *self);
YonderSignalingFlow  yonder_signaling_get_flow    (YonderSignaling *self);

/* The call id that the server gave; the invitation was delivered. Errors: YONDER_SIGNALING_ERROR_REJECTED (its words), _LOST,
 * _TIMED_OUT */
void  yonder_signaling_invite_async  (YonderSignaling *self, const char *peer_id, YonderCallKind kind, const char *sdp,
                                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char *yonder_signaling_invite_finish (YonderSignaling *self, GAsyncResult *result, GError **error);
void  yonder_signaling_accept        (YonderSignaling *self, const char *call_id, const char *sdp);
void  yonder_signaling_decline       (YonderSignaling *self, const char *call_id);
void  yonder_signaling_hang_up       (YonderSignaling *self, const char *call_id);
void  yonder_signaling_send_offer    (YonderSignaling *self, const char *call_id, const char *peer_id, const char *sdp,
                                      gint64 generation);
void  yonder_signaling_send_answer   (YonderSignaling *self, const char *call_id, const char *peer_id, const char *sdp,
                                      gint64 generation);
void  yonder_signaling_send_candidate (YonderSignaling *self, const char *call_id, const char *peer_id,
                                       YonderIceCandidate *candidate, gint64 generation);
void  yonder_signaling_request_recovery (YonderSignaling *self, const char *call_id, const char *peer_id, gint64 generation);
void  yonder_signaling_send_meeting  (YonderSignaling *self, const char *call_id, const char *peer_id, const char *uri);

G_END_DECLS
