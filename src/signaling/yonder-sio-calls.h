/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YonderSioCalls - the events whose acknowledgement is awaited, by their ids.
 *
 * Each ends exactly once: with the answer, its timeout, its cancellation, or the loss of the connection. Private to this room.
 * Thread: main context. Owned by one YonderSioClient.
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "yonder-clock.h"

G_BEGIN_DECLS

/* chosen: the callers of this program await a handful */
#define YONDER_SIO_MAX_CALLS 1000

typedef struct _YonderSioCalls YonderSioCalls;

/* Told when a call ends before its packet was sent: the packet need not go out any more. */
typedef void (*YonderSioCallsDropped) (gint64 id, gpointer data);

YonderSioCalls *yonder_sio_calls_new    (YonderClock *clock, YonderSioCallsDropped dropped, gpointer data);
void            yonder_sio_calls_free   (YonderSioCalls *self);
gint64          yonder_sio_calls_add    (YonderSioCalls *self, GTask *task, guint timeout_ms);
void            yonder_sio_calls_sent   (YonderSioCalls *self, gint64 id);
gboolean        yonder_sio_calls_answer (YonderSioCalls *self, gint64 id, JsonArray *arguments, GPtrArray *attachments);
void            yonder_sio_calls_fail   (YonderSioCalls *self, gint64 id, const GError *error);
void            yonder_sio_calls_lose   (YonderSioCalls *self, gboolean unsent_too, const char *why);
JsonArray      *yonder_sio_calls_finish (GAsyncResult *result, GPtrArray **attachments, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (YonderSioCalls, yonder_sio_calls_free)

G_END_DECLS
