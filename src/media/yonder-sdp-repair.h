/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The few changes that a session description needs on its way between webrtcbin 1.26 and the world.
 *
 * Text to text: every line that is not concerned stays byte for byte as it was, but for its end, which becomes CRLF (RFC 8866 section 5).
 * The text is one that yonder_sdp_parse() accepted. Pure functions, any thread.
 */

#pragma once

#include <glib.h>

#include "yonder-sdp.h"

G_BEGIN_DECLS

/* Of our own description: every a=fingerprint becomes "sha-256 @fingerprint". */
char *yonder_sdp_replace_fingerprints (const char *text, const char *fingerprint);
/* Of a peer's: rejected m-lines get transport lines, fingerprints stand at one level only. */
char *yonder_sdp_mend_remote (const char *text);
/* Of a peer's answer: formats of pictures that it leaves out of @offer come behind the others. */
char *yonder_sdp_keep_offered_formats (const char *text, const YonderSdp *offer);
/* Of a peer's answer: the data channel of @offer that it leaves out is one that it rejects. */
char *yonder_sdp_reject_left_out (const char *text, const YonderSdp *answer, const YonderSdp *offer);
/* Of a description or of one candidate: where it says raddr and rport it says so no more. */
char *yonder_sdp_blank_related_addresses (const char *text);

G_END_DECLS
