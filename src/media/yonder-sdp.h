/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderSdp - a session description (RFC 8866, RFC 8829), read line by line and checked.
 *
 * Gives the fields that negotiation needs; it is no general SDP library. What has to be changed in a description is changed in its
 * text, by yonder-sdp-repair.h. Immutable, usable on any thread, knows no GStreamer. Errors: YONDER_MEDIA_ERROR_BAD_SDP.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bounds of the design, and chosen: browsers send under 300 lines a medium */
#define YONDER_SDP_MAX_BYTES  (256 * 1024)
#define YONDER_SDP_MAX_LINES  8192
#define YONDER_SDP_MAX_LINE   8192
#define YONDER_SDP_MAX_MEDIA  16
#define YONDER_SDP_MAX_CODECS 256

typedef enum {
  YONDER_SDP_SENDRECV,
  YONDER_SDP_SENDONLY,
  YONDER_SDP_RECVONLY,
  YONDER_SDP_INACTIVE,
} YonderSdpDirection;

typedef struct {
  char *hash;  /* lower case, "sha-256" */
  char *value; /* upper case, "AB:CD:…" */
} YonderSdpFingerprint;

typedef struct {
  guint payload_type; /* 0 to 127 */
  char *codec;        /* as written: "VP8", "opus", "rtx" */
  guint clock_rate;
  guint channels;     /* 1 where not said */
  char *fmtp;         /* (nullable): "profile-level-id=42e01f;packetization-mode=1" */
  GStrv feedback;     /* (nullable): "nack", "nack pli", "transport-cc", …; "*" lines included */
} YonderSdpCodec;

typedef struct {
  guint id;
  char *uri;
} YonderSdpExtension;

/* One m-line with what its session level adds (fingerprints, setup, ICE credentials, direction). */
typedef struct {
  char              *kind;         /* "audio", "video", "application" */
  char              *mid;          /* (nullable) */
  char              *protocol;     /* "UDP/TLS/RTP/SAVPF" */
  guint              port;
  gboolean           is_bundle_only;
  gboolean           has_rtcp_mux;
  char              *ufrag;        /* (nullable) */
  char              *pwd;          /* (nullable); a secret */
  char              *setup;        /* (nullable): "actpass", "active", "passive" */
  YonderSdpDirection direction;
  GPtrArray         *fingerprints; /* (element-type YonderSdpFingerprint) */
  GPtrArray         *codecs;       /* (element-type YonderSdpCodec), in order of preference */
  GPtrArray         *extensions;   /* (element-type YonderSdpExtension) */
} YonderSdpMedia;

typedef struct _YonderSdp YonderSdp;

YonderSdp      *yonder_sdp_parse (const char *text, GError **error);
void            yonder_sdp_free  (YonderSdp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderSdp, yonder_sdp_free)

guint                 yonder_sdp_get_n_media (const YonderSdp *self);
const YonderSdpMedia *yonder_sdp_get_media   (const YonderSdp *self, guint index);
const YonderSdpMedia *yonder_sdp_find_kind   (const YonderSdp *self, const char *kind, guint *index); /* (nullable): the first that is not rejected */
/* All the distinct fingerprints of all media that are not rejected: the peer's certificate must match one in each hash that is acceptable. */
GPtrArray            *yonder_sdp_collect_fingerprints (const YonderSdp *self); /* (element-type YonderSdpFingerprint) */

gboolean              yonder_sdp_media_is_rejected    (const YonderSdpMedia *media);
const YonderSdpCodec *yonder_sdp_media_find_codec     (const YonderSdpMedia *media, const char *codec, guint clock_rate); /* (nullable) */
const YonderSdpCodec *yonder_sdp_media_find_rtx       (const YonderSdpMedia *media, guint payload_type); /* (nullable): apt= of it */
guint                 yonder_sdp_media_find_extension (const YonderSdpMedia *media, const char *uri);  /* 0: not there */
/* (transfer full) (nullable): the value of a "name=value" of an fmtp */
char                 *yonder_sdp_codec_dup_parameter  (const YonderSdpCodec *codec, const char *name);

/* Whether @next is for other ICE transports than @previous: some m-line's ufrag differs (RFC 8839 section 4.4.1.1.1). */
gboolean yonder_sdp_has_ice_restart      (const YonderSdp *previous, const YonderSdp *next);

G_END_DECLS
