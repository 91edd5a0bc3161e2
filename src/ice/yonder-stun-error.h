/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a STUN or TURN server said no with, or what went wrong on the way to it, as errors whose message is one sentence.
 *
 * Codes from 300 on are those of the protocol, so that an error can be shown by its number.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  /* on the way */
  YONDER_STUN_ERROR_MALFORMED = 1,    /* what came is no STUN, or lacks what must be in it */
  YONDER_STUN_ERROR_NO_SUCH_NAME,
  YONDER_STUN_ERROR_LOOKUP_TIMED_OUT,
  YONDER_STUN_ERROR_TIMED_OUT,
  YONDER_STUN_ERROR_REFUSED,          /* nothing listens there */
  YONDER_STUN_ERROR_UNREACHABLE,      /* no way there from this network */
  YONDER_STUN_ERROR_CERTIFICATE,
  YONDER_STUN_ERROR_TLS,              /* the encrypted connection failed for another reason */
  YONDER_STUN_ERROR_CLOSED,           /* the server closed the connection */
  YONDER_STUN_ERROR_UNSUPPORTED,      /* Yonder cannot do this: DTLS, OAuth */
  YONDER_STUN_ERROR_NO_CREDENTIALS,   /* the server wants credentials and there are none */
  YONDER_STUN_ERROR_EXPIRED,          /* 401, and the user name says that its time is over */
  YONDER_STUN_ERROR_NO_ROUND_TRIP,    /* allocated, but nothing comes back through the relay */

  /* of the server: RFC 8489 section 14.8, RFC 8656 section 19, RFC 6062 section 6.3, RFC 8016 section 3.4 */
  YONDER_STUN_ERROR_TRY_ALTERNATE = 300,
  YONDER_STUN_ERROR_BAD_REQUEST = 400,
  YONDER_STUN_ERROR_UNAUTHORIZED = 401,
  YONDER_STUN_ERROR_FORBIDDEN = 403,
  YONDER_STUN_ERROR_MOBILITY_FORBIDDEN = 405,
  YONDER_STUN_ERROR_UNKNOWN_ATTRIBUTE = 420,
  YONDER_STUN_ERROR_ALLOCATION_MISMATCH = 437,
  YONDER_STUN_ERROR_STALE_NONCE = 438,
  YONDER_STUN_ERROR_FAMILY_NOT_SUPPORTED = 440,
  YONDER_STUN_ERROR_WRONG_CREDENTIALS = 441,
  YONDER_STUN_ERROR_UNSUPPORTED_TRANSPORT = 442,
  YONDER_STUN_ERROR_PEER_FAMILY_MISMATCH = 443,
  YONDER_STUN_ERROR_CONNECTION_EXISTS = 446,
  YONDER_STUN_ERROR_CONNECTION_FAILED = 447,
  YONDER_STUN_ERROR_QUOTA_REACHED = 486,
  YONDER_STUN_ERROR_ROLE_CONFLICT = 487,
  YONDER_STUN_ERROR_SERVER = 500,
  YONDER_STUN_ERROR_INSUFFICIENT_CAPACITY = 508,
} YonderStunError;

#define YONDER_STUN_ERROR (yonder_stun_error_quark ())
GQuark yonder_stun_error_quark (void);

GError *yonder_stun_error_from_server  (guint code, const char *reason);
GError *yonder_stun_error_from_expiry  (const char *username, gint64 now_s);
GError *yonder_stun_error_from_socket  (const GError *error, const char *protocol, const char *host, guint port);
GError *yonder_stun_error_from_certificate (GTlsCertificate *certificate, GTlsCertificateFlags flags, const char *host);
GError *yonder_stun_error_new_timeout  (const char *protocol, const char *host, guint port, gboolean was_connected);

G_END_DECLS
