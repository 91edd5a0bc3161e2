/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DTLS certificates: a fresh one for each peer connection, the check of the peer's against its SDP, and the code that two people read
 * out to each other.
 *
 * Certificates are PEM text. Pure functions, callable on any thread. Errors: YonderMediaError.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Certificate and private key, for webrtcbin's DTLS elements. Never to be logged. */
char    *yonder_certificate_generate    (GError **error);
/* @hash: "sha-256", "sha-384" or "sha-512", case-insensitive (RFC 8122 section 5). The digest as "AB:CD:…", upper case. */
char    *yonder_certificate_fingerprint (const char *pem, const char *hash, GError **error);
/* FALSE with YONDER_MEDIA_ERROR_FINGERPRINT where it is another certificate, or the hash is too weak or unknown. */
gboolean yonder_certificate_check       (const char *pem, const char *hash, const char *fingerprint, GError **error);
/* Whether an SDP's fingerprint in this hash is worth comparing at all: md5, sha-1 and the like are not. */
gboolean yonder_certificate_hash_is_acceptable (const char *hash);
/* Six groups of five digits: the same on both sides, whichever calls which certificate its own. Of the actual certificates, not of SDP. */
char    *yonder_certificate_safety_code (const char *own_pem, const char *peer_pem, GError **error);

G_END_DECLS
