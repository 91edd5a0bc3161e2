/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What went wrong on the way to a call server, in one sentence and one code that a caller can act on.
 *
 * Turns the errors of GIO, GnuTLS and libsoup, and the HTTP answers of servers, into YONDER_SIGNALING_ERROR. Private to this
 * room. Thread: main context; pure functions.
 */

#pragma once

#include <libsoup/soup.h>

#include "yonder-sio-client.h"

G_BEGIN_DECLS

GError *yonder_signaling_error_from_network (const GError *cause, SoupMessage *message, const char *host);
GError *yonder_signaling_error_from_status  (SoupMessage *message, GBytes *body);
GError *yonder_signaling_error_from_wire    (const GError *cause, const char *host, gboolean was_open);
GError *yonder_signaling_error_no_answer    (const char *host, guint waited_ms);
gboolean yonder_signaling_error_is_final    (const GError *error);

G_END_DECLS
