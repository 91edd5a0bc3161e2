/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderFragmentBound - keeps a WebSocket message of a server below YONDER_EIO_MAX_INCOMING, in how many fragments it may come.
 *
 * libsoup bounds each frame, but before 3.8 not the message that fragments add up to: a server that never ends a message would
 * fill the memory. A WebSocket extension sees every frame, and this is one only for that: it is neither offered to the server nor
 * accepted by it, and libsoup is made to believe that it was. No other extension is used, so that no frame is compressed.
 *
 * Private to this room. Thread: main context.
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define YONDER_TYPE_FRAGMENT_BOUND (yonder_fragment_bound_get_type ())
G_DECLARE_FINAL_TYPE (YonderFragmentBound, yonder_fragment_bound, YONDER, FRAGMENT_BOUND, SoupWebsocketExtension)

void yonder_fragment_bound_add_to  (SoupSession *session);
void yonder_fragment_bound_prepare (SoupMessage *handshake);
void yonder_fragment_bound_hide    (SoupMessage *handshake);

G_END_DECLS
