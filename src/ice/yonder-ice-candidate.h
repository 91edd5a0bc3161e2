/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderIceCandidate - one candidate attribute, checked and parsed (RFC 8839 section 5.1, RFC 8838).
 *
 * Immutable, reference counted, usable on any thread. What does not parse never becomes one, so that whoever holds one may
 * hand its text on: webrtcbin takes a malformed string for end-of-candidates.
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  YONDER_ICE_ERROR_BAD_CANDIDATE,
  YONDER_ICE_ERROR_BAD_URI,
  YONDER_ICE_ERROR_BAD_SERVER,
} YonderIceError;

#define YONDER_ICE_ERROR (yonder_ice_error_quark ())
GQuark yonder_ice_error_quark (void);

typedef enum {
  YONDER_CANDIDATE_HOST,
  YONDER_CANDIDATE_SRFLX,
  YONDER_CANDIDATE_PRFLX,
  YONDER_CANDIDATE_RELAY,
} YonderCandidateType;

#define YONDER_TYPE_ICE_CANDIDATE (yonder_ice_candidate_get_type ())
typedef struct _YonderIceCandidate YonderIceCandidate;
GType yonder_ice_candidate_get_type (void);

YonderIceCandidate *yonder_ice_candidate_parse   (const char *text, const char *sdp_mid, int sdp_mline_index,
                                                  const char *username_fragment, GError **error);
YonderIceCandidate *yonder_ice_candidate_new_end (const char *sdp_mid, int sdp_mline_index, const char *username_fragment);
YonderIceCandidate *yonder_ice_candidate_ref     (YonderIceCandidate *self);
void                yonder_ice_candidate_unref   (YonderIceCandidate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderIceCandidate, yonder_ice_candidate_unref)

gboolean            yonder_ice_candidate_is_end     (YonderIceCandidate *self);
const char         *yonder_ice_candidate_get_text   (YonderIceCandidate *self); /* "candidate:…", or "" at the end */
const char         *yonder_ice_candidate_get_mid    (YonderIceCandidate *self); /* (nullable) */
int                 yonder_ice_candidate_get_mline_index (YonderIceCandidate *self); /* -1 where unknown */
const char         *yonder_ice_candidate_get_ufrag  (YonderIceCandidate *self); /* (nullable) */
YonderCandidateType yonder_ice_candidate_get_kind   (YonderIceCandidate *self);
const char         *yonder_ice_candidate_get_type_name (YonderIceCandidate *self); /* "host", "srflx", "prflx", "relay" */
const char         *yonder_ice_candidate_get_protocol (YonderIceCandidate *self); /* "udp" or "tcp" */
const char         *yonder_ice_candidate_get_address (YonderIceCandidate *self);
guint               yonder_ice_candidate_get_port   (YonderIceCandidate *self);
guint               yonder_ice_candidate_get_component (YonderIceCandidate *self);
guint32             yonder_ice_candidate_get_priority (YonderIceCandidate *self);
gboolean            yonder_ice_candidate_is_mdns    (YonderIceCandidate *self); /* the address is a .local name */

G_END_DECLS
