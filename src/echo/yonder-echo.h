/* SPDX-License-Identifier: GPL-3.0-or-later */

/* YonderEcho - a participant that answers every call and sends back what it hears and sees.
 *
 * An ordinary client of the call server: it signs in as a guest, accepts, and hangs up when the caller does or after a limit.
 * Thread: main context.
 */

#pragma once

#include <gio/gio.h>

#include "yonder-clock.h"
#include "yonder-media-session.h"

G_BEGIN_DECLS

#define YONDER_TYPE_ECHO (yonder_echo_get_type ())
G_DECLARE_FINAL_TYPE (YonderEcho, yonder_echo, YONDER, ECHO, GObject)

/* @media makes sessions whose source is YONDER_SOURCE_ECHO */
YonderEcho *yonder_echo_new          (const char *server, const char *profile, const char *name, YonderMediaFactory *media, YonderClock *clock);
void        yonder_echo_start_async  (YonderEcho *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean    yonder_echo_start_finish (YonderEcho *self, GAsyncResult *result, GError **error);
void        yonder_echo_stop         (YonderEcho *self);
const char *yonder_echo_get_user_id  (YonderEcho *self); /* (nullable) */

G_END_DECLS
