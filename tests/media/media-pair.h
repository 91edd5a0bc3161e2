/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MediaPair - two sessions in one process that negotiate with one another, as a call would make them.
 *
 * Records what each end reports. What is sent can be altered on its way by hooks. Everything runs on the default main context.
 */

#pragma once

#include <gst/gst.h>

#include "yonder-media-session.h"
#include "yonder-webrtc-factory.h"

G_BEGIN_DECLS

typedef struct _MediaPair MediaPair;

/* One end of the call, and what it has reported so far. */
typedef struct {
  MediaPair          *pair;
  YonderMediaSession *session; /* (nullable): once closed */
  GPtrArray          *held;    /* (element-type YonderIceCandidate): for the peer, not yet delivered */
  guint               n_candidates, n_ends; /* gathered here */
  guint               n_queued, n_direct;   /* taken in */
  guint               n_secured, n_first_audio, n_first_frame, n_notices;
  guint               width_px, height_px;
  guint               notices; /* a bit for each YonderMediaNotice that came */
  YonderIceState      ice_state;
  GError             *error;   /* (nullable): of "failed" */
  guint32             hash;    /* of the last decoded picture */
  guint               n_pictures;  /* distinct from the one before */
  guint8              luma;    /* mean of the last picture */
  GstElement         *view;    /* borrowed: the sink of what is sent */
} MediaEnd;

struct _MediaPair {
  YonderWebrtcFactory *factories[2];
  MediaEnd             ends[2]; /* 0 offers */
  gboolean             hold_candidates;  /* keep them in `held` */
  gboolean             hide_addresses;   /* of end 0, behind names that nobody can look up */
  gboolean             hold_offer, hold_answer; /* keep them until released */
  gint64               generation;
  char              *(*alter) (const char *sdp, gboolean is_offer); /* (nullable): what becomes of a description on its way */
  GError              *negotiation_error; /* (nullable) */
  char                *offer, *answer;    /* as they were delivered */
  gboolean             is_negotiated;
};

MediaPair *media_pair_new        (YonderSourceKind first, YonderSourceKind second, gboolean video);
MediaPair *media_pair_new_mixed  (YonderSourceKind first, gboolean first_video, YonderSourceKind second, gboolean second_video);
MediaPair *media_pair_new_file   (const char *file, YonderSourceKind second); /* the first sends @file */
void       media_pair_free       (MediaPair *self);
void       media_pair_negotiate  (MediaPair *self);
void       media_pair_release    (MediaPair *self, guint end); /* deliver what the other end gathered and was held */
void       media_pair_release_offer  (MediaPair *self);
void       media_pair_release_answer (MediaPair *self);
void       media_pair_write_candidates (MediaPair *self, guint end); /* into the offer or answer, instead of one by one */
void       media_pair_start_generation (MediaPair *self, gint64 generation);
void       media_pair_close      (MediaPair *self);

/* Iterates the main context until @condition, or fails the test after a generous time. */
#define wait_until(condition) \
  G_STMT_START { \
    gint64 deadline = g_get_monotonic_time () + 40 * G_USEC_PER_SEC; \
    while (!(condition)) { \
      if (g_get_monotonic_time () > deadline) \
        g_error ("%s:%d: waited in vain for %s", __FILE__, __LINE__, #condition); \
      media_wait_a_little (); \
    } \
  } G_STMT_END

void       media_wait_a_little   (void);
void       media_run_for         (guint ms);
gboolean   media_has_devices     (void); /* camera, microphone or loudspeaker */
YonderMediaStats media_stats     (MediaEnd *end);

G_END_DECLS
