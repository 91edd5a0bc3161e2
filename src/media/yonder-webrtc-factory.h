/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderWebrtcFactory - makes YonderWebrtcSession objects: which sources, which sinks, which bounds.
 *
 * The only thing of this room that whoever builds the object graph needs. Knows no GTK: pictures go to sink elements that
 * a function of the caller makes. Thread: main context.
 */

#pragma once

#include <gst/gst.h>

#include "yonder-devices.h"
#include "yonder-media-session.h"

G_BEGIN_DECLS

typedef enum {
  YONDER_SOURCE_DEVICE,    /* camera and microphone; a test picture or silence where there is none, with a notice */
  YONDER_SOURCE_TEST,      /* moving test picture and tone */
  YONDER_SOURCE_TIMECODE,  /* the same with the wall clock in it as 40 cells (docs/timecode.md) */
  YONDER_SOURCE_FILE,      /* anything that GStreamer decodes, in a loop */
  YONDER_SOURCE_ECHO,      /* what comes in goes out again */
} YonderSourceKind;

typedef enum {
  YONDER_VIDEO_ROLE_REMOTE,
  YONDER_VIDEO_ROLE_SELF,
} YonderVideoRole;

/* Returns: (transfer floating) (nullable): a sink for system-memory video/x-raw of any format; NULL: not shown */
typedef GstElement *(*YonderMakeVideoSink) (YonderMediaSession *session, YonderVideoRole role, gpointer user_data);

#define YONDER_TYPE_WEBRTC_FACTORY (yonder_webrtc_factory_get_type ())
G_DECLARE_FINAL_TYPE (YonderWebrtcFactory, yonder_webrtc_factory, YONDER, WEBRTC_FACTORY, GObject)

YonderWebrtcFactory *yonder_webrtc_factory_new              (void);
void                 yonder_webrtc_factory_set_source       (YonderWebrtcFactory *self, YonderSourceKind kind, const char *file);
void                 yonder_webrtc_factory_set_video_size   (YonderWebrtcFactory *self, guint width_px, guint height_px, guint fps);
void                 yonder_webrtc_factory_set_max_bitrate  (YonderWebrtcFactory *self, guint bps);
/* Those whose choices and changes sessions made from now on follow, in place of the system's own choice */
void                 yonder_webrtc_factory_set_devices      (YonderWebrtcFactory *self, YonderDevices *devices);
/* FALSE: sound is decoded and measured but not played (no sound card, tests) */
void                 yonder_webrtc_factory_set_play_audio   (YonderWebrtcFactory *self, gboolean play);
/* Whom TURN over TLS trusts instead of those that the system trusts (an authority of one's own) */
void                 yonder_webrtc_factory_set_tls_database (YonderWebrtcFactory *self, GTlsDatabase *database);
void                 yonder_webrtc_factory_set_sink_function (YonderWebrtcFactory *self, YonderMakeVideoSink function, gpointer user_data, GDestroyNotify destroy);

G_END_DECLS
