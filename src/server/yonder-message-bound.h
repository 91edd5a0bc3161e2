/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderMessageBound - keeps a WebSocket message below a size, in how many fragments it may come, and pings below a rate.
 *
 * libsoup bounds each frame, but before 3.8 not the message that fragments add up to, and it answers every ping. This is a
 * WebSocket extension only in that it sees every frame; it is not negotiated. One for each connection.
 */

#pragma once

#include <libsoup/soup.h>

#include "yonder-clock.h"

G_BEGIN_DECLS

#define YONDER_TYPE_MESSAGE_BOUND (yonder_message_bound_get_type ())
G_DECLARE_FINAL_TYPE (YonderMessageBound, yonder_message_bound, YONDER, MESSAGE_BOUND, SoupWebsocketExtension)

YonderMessageBound *yonder_message_bound_new (gsize max_length, YonderClock *clock);

G_END_DECLS
