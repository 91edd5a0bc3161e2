/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderHttpGuard - keeps single clients from using up what all share: connections, memory, and patience.
 *
 * Watches every request of a SoupServer. One that does not come in whole in good time loses its connection, and so does a
 * connection that lies idle; a client that holds too many at once gets no more; and a body that no handler has made room for is
 * not kept. WebSockets leave HTTP behind, and with it the guard: YonderEioServer counts them.
 *
 * Thread: main context, where the SoupServer runs. Borrows nothing; ends its watch with itself.
 */

#pragma once

#include <libsoup/soup.h>

#include "yonder-clock.h"

G_BEGIN_DECLS

#define YONDER_TYPE_HTTP_GUARD (yonder_http_guard_get_type ())
G_DECLARE_FINAL_TYPE (YonderHttpGuard, yonder_http_guard, YONDER, HTTP_GUARD, GObject)

YonderHttpGuard *yonder_http_guard_new (SoupServer *soup, YonderClock *clock);

G_END_DECLS
