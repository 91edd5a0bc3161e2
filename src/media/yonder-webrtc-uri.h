/* SPDX-License-Identifier: GPL-3.0-or-later */

/* URLs of STUN and TURN servers in the form that webrtcbin takes, which is not that of RFC 7064 and RFC 7065. Pure; any thread. */

#pragma once

#include "yonder-ice-server.h"

G_BEGIN_DECLS

/* (transfer full) (nullable): "turn://user:password@host:port?transport=udp", a secret; NULL: not a TURN URL that libnice can use */
char *yonder_webrtc_uri_print_turn (const YonderIceUri *uri, const char *username, const char *credential);
char *yonder_webrtc_uri_print_stun (const YonderIceUri *uri);

G_END_DECLS
