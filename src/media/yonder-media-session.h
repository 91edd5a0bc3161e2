/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderMediaSession - the media of one call: capture, one peer connection at a time, playback. GLib only.
 *
 * An interface: YonderWebrtcSession implements it on GStreamer, a test puts a fake in its place. The call negotiates through it
 * and never sees GStreamer. A session outlives its peer connections: start_generation() replaces the connection by a fresh one with a
 * certificate of its own while capture and encoders go on (webrtcbin has no ICE restart).
 *
 * Thread: main context, signals included. Signals:
 *   candidate        (YonderIceCandidate *candidate, gint64 generation)   gathered here; the last one is end-of-candidates
 *   remote-candidate (YonderIceCandidate *candidate, gboolean queued)     taken in; queued when it came before the remote description
 *   ice-state        (YonderIceState state)
 *   secured          ()   DTLS is up and the peer's certificate matches its fingerprint: media may flow
 *   first-audio      ()   the first decoded remote sound
 *   first-frame      (guint width_px, guint height_px)   the first decoded remote picture
 *   speaking         (gboolean is_speaking)   whether the peer does, by the loudness of its sound
 *   channel          (gboolean is_open)   texts can be passed, or no more; each peer connection has a channel of its own, or none
 *   message          (char *text)   from the peer: UTF-8, bounded in size and number, and anything else but checked
 *   notice           (YonderMediaNotice notice, char *nullable device)    the call goes on with what there is
 *   notice-over      (YonderMediaNotice notice)   what was told is so no more
 *   screen-ended     ()   the screen that was shared gives nothing (more); the camera's picture is sent again
 *   failed           (GError *error)   YonderMediaError; the session is of no more use
 */

#pragma once

#include <gio/gio.h>

#include "yonder-ice-candidate.h"
#include "yonder-ice-report.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_MEDIA_ERROR_FAILED,        /* internal; the message tells */
  YONDER_MEDIA_ERROR_BAD_SDP,       /* the peer's description is not acceptable */
  YONDER_MEDIA_ERROR_NO_CODEC,      /* nothing that both sides can speak */
  YONDER_MEDIA_ERROR_FINGERPRINT,   /* the peer's certificate is not the one that its description named */
  YONDER_MEDIA_ERROR_DTLS,
  YONDER_MEDIA_ERROR_MISSING_PLUGIN, /* a GStreamer element is not installed; the message names it */
  YONDER_MEDIA_ERROR_TIMED_OUT,
} YonderMediaError;

#define YONDER_MEDIA_ERROR (yonder_media_error_quark ())
GQuark yonder_media_error_quark (void);

/* RTCIceConnectionState of webrtc-pc, and the gathering that goes before it. */
typedef enum {
  YONDER_ICE_STATE_NEW,
  YONDER_ICE_STATE_CHECKING,
  YONDER_ICE_STATE_CONNECTED,
  YONDER_ICE_STATE_COMPLETED,
  YONDER_ICE_STATE_DISCONNECTED,
  YONDER_ICE_STATE_FAILED,
  YONDER_ICE_STATE_CLOSED,
} YonderIceState;

typedef enum {
  YONDER_MEDIA_NOTICE_CAMERA_MISSING,
  YONDER_MEDIA_NOTICE_CAMERA_BUSY,
  YONDER_MEDIA_NOTICE_CAMERA_REFUSED,
  YONDER_MEDIA_NOTICE_MICROPHONE_MISSING,
  YONDER_MEDIA_NOTICE_MICROPHONE_BUSY,
  YONDER_MEDIA_NOTICE_MICROPHONE_REFUSED,
  YONDER_MEDIA_NOTICE_SPEAKER_MISSING,
  YONDER_MEDIA_NOTICE_CAMERA_CHANGED,     /* the one that was used is gone; the device is the one that is used now */
  YONDER_MEDIA_NOTICE_MICROPHONE_CHANGED,
  YONDER_MEDIA_NOTICE_SPEAKER_CHANGED,
  YONDER_MEDIA_NOTICE_CAMERA_BLACK,       /* it gives only black */
  YONDER_MEDIA_NOTICE_MICROPHONE_SILENT,  /* it gives only silence */
} YonderMediaNotice;

GType yonder_ice_state_get_type (void);
GType yonder_media_notice_get_type (void);
#define YONDER_TYPE_ICE_STATE (yonder_ice_state_get_type ())
#define YONDER_TYPE_MEDIA_NOTICE (yonder_media_notice_get_type ())

/* What the last second was like, after W3C webrtc-stats. -1 (or -1.0) where not known. */
typedef struct {
  gint64   time_us;              /* monotonic */
  double   fps_in, fps_out;
  int      width_in, height_in;
  gint64   bitrate_in_bps, bitrate_out_bps;
  gint64   target_bitrate_bps;   /* of the bandwidth controller */
  gint64   packets_lost;         /* of those that should have come in, so far */
  double   loss_in;              /* share of the last second, 0 to 1 */
  double   loss_out;
  double   jitter_ms;
  double   rtt_ms;
  double   unheard_ms;           /* since the peer last told, by transport-wide feedback, that something had come; -1: it never did */
  gint64   freeze_count;
  gint64   freeze_ms;
  gint64   frames_decoded, frames_dropped;
  double   latency_ms;           /* of a timecode picture, or -1 */
  double   audio_level_in_dbov;  /* -127 is silence */
  guint    candidates_queued, candidates_applied;
  const char *local_type, *remote_type, *protocol, *relay_protocol; /* of the selected pair, interned, or NULL */
} YonderMediaStats;

/* What a session is to do; the strings are borrowed by the callee for the call only. */
typedef struct {
  gboolean    send_video;        /* FALSE: no picture before set_muted() turns the camera on; the peer's is taken in either case */
  GListModel *ice_servers;       /* (nullable): of YonderIceServer */
  gboolean    relay_only;
} YonderMediaOptions;

#define YONDER_TYPE_MEDIA_SESSION (yonder_media_session_get_type ())
G_DECLARE_INTERFACE (YonderMediaSession, yonder_media_session, YONDER, MEDIA_SESSION, GObject)

struct _YonderMediaSessionInterface {
  GTypeInterface parent_interface;

  void     (*start_generation)    (YonderMediaSession *self, gint64 generation);
  void     (*create_offer_async)  (YonderMediaSession *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  char    *(*create_offer_finish) (YonderMediaSession *self, GAsyncResult *result, GError **error);
  void     (*accept_offer_async)  (YonderMediaSession *self, const char *sdp, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  char    *(*accept_offer_finish) (YonderMediaSession *self, GAsyncResult *result, GError **error);
  void     (*accept_answer_async) (YonderMediaSession *self, const char *sdp, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  gboolean (*accept_answer_finish) (YonderMediaSession *self, GAsyncResult *result, GError **error);
  void     (*add_candidate)       (YonderMediaSession *self, YonderIceCandidate *candidate);
  void     (*set_muted)           (YonderMediaSession *self, gboolean microphone_muted, gboolean camera_off);
  gboolean (*can_send_video)      (YonderMediaSession *self);
  void     (*set_held)            (YonderMediaSession *self, gboolean is_held);
  void     (*share_screen)        (YonderMediaSession *self, int remote, guint node_id);
  void     (*stop_screen)         (YonderMediaSession *self);
  gboolean (*send_message)        (YonderMediaSession *self, const char *text);
  void     (*set_ice_servers)     (YonderMediaSession *self, GListModel *ice_servers, gboolean relay_only);
  void     (*get_stats)           (YonderMediaSession *self, YonderMediaStats *stats);
  YonderIceReport *(*dup_ice_report) (YonderMediaSession *self);
  char    *(*dup_safety_code)     (YonderMediaSession *self); /* (nullable) */
  void     (*close)               (YonderMediaSession *self);
};

void     yonder_media_session_start_generation    (YonderMediaSession *self, gint64 generation);
void     yonder_media_session_create_offer_async  (YonderMediaSession *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char    *yonder_media_session_create_offer_finish (YonderMediaSession *self, GAsyncResult *result, GError **error);
void     yonder_media_session_accept_offer_async  (YonderMediaSession *self, const char *sdp, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char    *yonder_media_session_accept_offer_finish (YonderMediaSession *self, GAsyncResult *result, GError **error);
void     yonder_media_session_accept_answer_async (YonderMediaSession *self, const char *sdp, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean yonder_media_session_accept_answer_finish (YonderMediaSession *self, GAsyncResult *result, GError **error);
void     yonder_media_session_add_candidate       (YonderMediaSession *self, YonderIceCandidate *candidate);
void     yonder_media_session_set_muted           (YonderMediaSession *self, gboolean microphone_muted, gboolean camera_off);
gboolean yonder_media_session_can_send_video      (YonderMediaSession *self);
void     yonder_media_session_set_held            (YonderMediaSession *self, gboolean is_held);
void     yonder_media_session_share_screen        (YonderMediaSession *self, int remote, guint node_id);
void     yonder_media_session_stop_screen         (YonderMediaSession *self);
gboolean yonder_media_session_send_message        (YonderMediaSession *self, const char *text);
void     yonder_media_session_set_ice_servers     (YonderMediaSession *self, GListModel *ice_servers, gboolean relay_only);
void     yonder_media_session_get_stats           (YonderMediaSession *self, YonderMediaStats *stats);
YonderIceReport *yonder_media_session_dup_ice_report (YonderMediaSession *self); /* (transfer full) (nullable): before the first peer connection */
char    *yonder_media_session_dup_safety_code     (YonderMediaSession *self); /* (nullable) */
void     yonder_media_session_close               (YonderMediaSession *self);

/* Makes sessions; what calls are given instead of GStreamer. */
#define YONDER_TYPE_MEDIA_FACTORY (yonder_media_factory_get_type ())
G_DECLARE_INTERFACE (YonderMediaFactory, yonder_media_factory, YONDER, MEDIA_FACTORY, GObject)

struct _YonderMediaFactoryInterface {
  GTypeInterface parent_interface;

  YonderMediaSession *(*create_session) (YonderMediaFactory *self, const YonderMediaOptions *options, GError **error);
};

YonderMediaSession *yonder_media_factory_create_session (YonderMediaFactory *self, const YonderMediaOptions *options, GError **error);

G_END_DECLS
